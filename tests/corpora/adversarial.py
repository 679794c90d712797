"""Card numbers as somebody would write them to get past a scanner: every network, separator, grouping and container.

The networks are transcribed here from their public tables once more, so that a range missing in ``iin.toml`` shows.
Three things are no card numbers on purpose (``docs/masking.md``) and are not made: telephone numbers, addresses of
threads, and thirteen digits behind a plus sign.
"""

from __future__ import annotations

import html
import json
import random
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache
from urllib.parse import quote, unquote

from pcishield.masking.boundaries import phone_like
from pcishield.masking.iin import luhn_valid

__all__ = ["NETWORKS", "adversarial", "framed", "shows"]

NETWORKS: dict[str, tuple[str, tuple[int, ...]]] = {
    "visa": ("4", (13, 16, 18, 19)),
    "mastercard": ("51-55 2221-2720", (16,)),
    "amex": ("34 37", (15,)),
    "discover": ("6011 644-649 65 622126-622925", (16, 17, 18, 19)),
    "diners": ("300-305 3095 36 38 39", (14, 16, 17, 18, 19)),
    "diners 36": ("36", (15,)),
    "jcb": ("3528-3589 3088-3094 3096-3102 3112-3120 3158-3159 3337-3349", (16, 17, 18, 19)),
    "jcb of 15": ("2131 1800", (15,)),
    "unionpay": ("62", (14, 15, 16, 17, 18, 19)),
    "unionpay 81": ("8100-8171", (16, 17, 18, 19)),
    "maestro": ("50 56 57 58 59 63 67 493698", (12, 13, 14, 15, 16, 17, 18, 19)),
    "mir": ("2200-2204", (16, 17, 18, 19)),
    "rupay": ("60 65 81 82 508 353 356 817200-820199 6521 6522", (16,)),
    "verve": ("506099-506198 507865-507964", (16, 18, 19)),
    "elo": ("401178 401179 431274 438935 451416 457393 457631 457632 504175 506699-506778 509000-509999 627780 636297 "
            "636368 650031-651679 655000-655058", (16,)),
    "hipercard": ("606282 384100 384140 384160 637095 637568 637599 637609 637612", (16,)),
    "troy": ("9792 650052", (16,)),
    "dankort": ("5019 4175 4571", (16,)),
    "uatp": ("1001-1999", (15,)),
    "mada": ("968201-968209 968211 588848 588850", (16,)),
    "carnet": ("506199-506499 286900", (16,)),
    "naranja": ("589562", (16,)),
    "cabal": ("604201-604400 589657", (16,)),
    "cartes bancaires": ("507589-507590", (16,)),
    "instapayment": ("637-639", (16,)),
}  # fmt: skip

SEPARATORS = [
    *(
        "- . / _ \t \u00a0 \u2009 \u2007 \u202f \u2013 \u2014 \u2011 \u200b \u200c \u200d \u2060 \ufeff \u2010 \u2212 "
        "\u00ad \u3000 \u2002 \u2003 \u2008 \u205f -- .. // __ -\u200b "
        "~ \u3164 \u2800 \u0336 \U000e0020"
    ).split(" "),
    "\r",
    "\x0b",
    "\x0c",
    "\x85",
    "\u2028",
    "\u2029",
    " ",
    "  ",
    " - ",
    " \u2013 ",
    "\u00a0\u00a0",
    "\u200b ",
    " / ",
]

CONTAINERS = (
    "{}", "Customer paid with {} yesterday.", "card: {}", "x={}", '"{}"', "'{}'", "({})", "[{}]", "<{}>", "PAN{}X",
    "abc{}def", "_{}_", "card_{}_id", "cardNumber{}Exp", "x{}", "e{}e", "#{}", "@{}", "*{}*", "**{}**", "`{}`",
    '{{"id":1,"pan":"{}","z":2}}', '{{"a":{{"b":["{}"]}}}}', '["{}", "x"]', "<pan>{}</pan>", '<card n="{}"/>',
    "1,{},12/27,abc", '1,"{}","12/27"', "1;{};Doe", "a\t{}\tb", "a|{}|b", "https://x.example/p?pan={}&z=1",
    "/cards/{}/edit", "2026-01-02T03:04:05.678Z INFO [req-77] pan={} ok", "1700000000123 {} ok", "a=1 pan={} b=2",
    "{} 12/27", "{} 1227", "{} exp 12/2027", "{},12/27,123", "{}|12|27|123", "{} 12/27 123", "{} 2712", "{}/1227",
    "{} 12-27", "{}:12:27:123", "{} 123", "{} cvv 123", "{}.", "{},", "{}!", "{}?", "a\n{}\nb", "a\r\n{}\r\nb",
    "{} 19.99", "19.99 {}", "EUR 19,99 {} ok", "order 12345 {}", "12345: {}", "12345 {}", "{} 12345", "2026-01-31 {}",
    "{} 2026-01-31", "{0},{0}", "{0}\n{0}", "-{}", "${}", "%{}%", "\\{}", "\x01{}\x02", "\U0001f4b3{}\U0001f4b3",
    "\u043a\u0430\u0440\u0442\u0430{}\u043d\u043e\u043c\u0435\u0440", "\u5361\u53f7{}\u53f7", "\u200f{}\u200e",
    "pan%3D{}%26x", "&pan={}&", "&amp;{}&amp;", "&nbsp;{}&nbsp;", "\\n{}\\n", "\\t{}", "\\u0020{}",
    "INSERT INTO t VALUES (1, '{}', 3)", "{{'pan': '{}'}}", "{{{},x}}", "(1,{},x)", '"pan"=>"{}"', "pan: {}\nz: 1",
    "<td>{}</td><td>1</td>", "b'{}'", "ab{}", "id-{}-x", "2026 {}", "000{}", "0{}", "0000000{}", "+49 151 12345678 {}",
    "10.0.0.1 {}", "10.0.0.1:8080 {}", "DE89370400440532013000 {}", "{}@example.com", "scan_{}.jpg", "v{}", "{};",
    "x" * 3000 + " {}", "{} " + "y" * 3000, "lorem ipsum " * 200 + "{}",
)  # fmt: skip

Maker = Callable[[str], object]


def _split(pan: str, *sizes: int) -> list[str]:
    parts, rest = [], pan
    for size in sizes:
        parts.append(rest[:size])
        rest = rest[size:]
    return [part for part in (*parts, rest) if part]


def _fours(separator: str) -> Maker:
    return lambda pan: separator.join(_split(pan, 4, 4, 4, 4))


def _even(pan: str) -> str:
    return pan + "F" * (len(pan) % 2)


def _tag57(pan: str) -> str:
    data = f"{pan}D271220112345678"
    data += "F" * (len(data) % 2)
    return f"57{len(data) // 2:02X}{data}"


def _digits(zero: int) -> Maker:
    return lambda pan: "".join(chr(zero + int(digit)) for digit in pan)


FRAMES: dict[str, Maker] = {
    "tag 5A": lambda p: f"9F2608A1B2C3D4E5F607185A{len(_even(p)) // 2:02X}{_even(p)}5F340101",
    "tag 5A, lower": lambda p: f"5a{len(_even(p)) // 2:02x}{_even(p).lower()}",
    "tag 5A, listed": lambda p: f"5A: {_even(p)}",
    "tag 57": lambda p: f"82023900{_tag57(p)}9F360201A4",
    "tag 57, pairs": lambda p: " ".join(_split(_tag57(p), *[2] * 30)),
    "track 2": lambda p: f";{p}=27122011234567890?",
    "track 2, bare": lambda p: f"track2={p}=27122011234567890 ok",
    "track 2, hexadecimal": lambda p: f"{p}D27122011234567890F",
    "track 2 in a URL": lambda p: quote(f";{p}=27122011234567890?"),
    "track 1": lambda p: f"%B{p}^DOE/JOHN^27122011234567890123456?",
    "track 1, bare": lambda p: f"{p}^DOE/JOHN^2712201",
    "track 1, spaced": lambda p: f"%B{' '.join(_split(p, 4, 4, 4, 4))}^DOE/JOHN A^27122011234567890?",
    "ISO 8583": lambda p: f"02007220000000C00000{len(p):02}{p}000000000000010000",
    "ISO 8583, two bitmaps": lambda p: f"0800F23C46D1A8E080000000000000000001{len(p):02}{p}000000",
    "ISO 8583, header": lambda p: f"ISO02600007002007220000000C00000{len(p):02}{p}000000000000010000",
    "percent, blank": _fours("%20"),
    "percent, hyphen": _fours("%2D"),
    "percent, no-break": _fours("%C2%A0"),
    "percent, zero width": _fours("%E2%80%8B"),
    "percent twice": _fours("%2520"),
    "percent around": lambda p: f"%7B%22pan%22%3A%22{p}%22%7D",
    "percent, full width": lambda p: quote(str(_digits(0xFF10)(p))),
    "JSON, no-break": lambda p: json.dumps({"a": _fours("\u00a0")(p)}),
    "JSON, full width": lambda p: json.dumps({"a": _digits(0xFF10)(p)}),
    "JSON, mathematical": lambda p: json.dumps({"a": _digits(0x1D7CE)(p)}),
    "JSON, slash": lambda p: '{"a":"' + str(_fours("\\/")(p)) + '"}',
    "JSON in JSON": lambda p: json.dumps(json.dumps({"a": _fours("\u00a0")(p)})),
    "JSON number": lambda p: json.dumps({"a": [1, int(p)]}),
    "JSON key": lambda p: json.dumps({p: 1}),
    "XML, entity": _fours("&#160;"),
    "XML, digits": lambda p: "".join(f"&#{ord(c)};" for c in p),
    "XML, hexadecimal digits": lambda p: "".join(f"&#x{ord(c):x};" for c in p),
    "HTML": _fours("&nbsp;"),
    "CDATA": lambda p: f"<![CDATA[{p}]]>",
    "RTF": _fours("\\~"),
    "RTF, decimal": _fours("\\u160?"),
    "RTF, bytes": _fours("\\'a0"),
    "TeX": _fours("\\,"),
    "Markdown": _fours("\\-"),
    "QR code": lambda p: f"00020101021102{len(p):02}{p}5204581253039785802DE5904ACME6304A13A",
    "QR code, template": lambda p: f"00020126{len(p) + 16:02}0008com.acme01{len(p):02}{p}52045812",
    "struck out": lambda p: "".join(c + "\u0336" for c in p),
    "Python": _fours("\\xa0"),
    "HTML, bold": lambda p: f"{p[:4]}<b>{p[4:8]}</b>{p[8:]}",
    "HTML, spans": lambda p: " ".join(f'<span class="g">{part}</span>' for part in _split(p, 4, 4, 4, 4)),
    "HTML, wbr": _fours("<wbr>"),
    "point and expiry": lambda p: f"{p}.1227" if len(p) >= 16 else p,
    "tag 5A, colons": lambda p: ":".join(_split(f"5A{len(_even(p)) // 2:02X}{_even(p)}", *[2] * 30)),
    "tag 5A, 0x": lambda p: " ".join(f"0x{b}" for b in _split(f"5A{len(_even(p)) // 2:02X}{_even(p)}", *[2] * 30)),
    "tag 5A, C array": lambda p: "0x" + ", 0x".join(_split(f"5a{len(_even(p)) // 2:02x}{_even(p)}", *[2] * 30)),
    "tag 57, colons": lambda p: ":".join(_split(_tag57(p), *[2] * 30)),
    "keycaps": lambda p: "".join(c + "\ufe0f\u20e3" for c in p),
    "UTF-16 read as bytes": lambda p: p.encode("utf-16-le"),
    "Latin-1": lambda p: str(_fours("\u00a0")(p)).encode("latin-1"),
    "CP1252": lambda p: str(_fours("\u2013")(p)).encode("cp1252"),
    "bytes": lambda p: f"pan {p}".encode(),
    "bytearray": lambda p: bytearray(p.encode()),
    "whole number": int,
    "negative": lambda p: -int(p),
    "nested": lambda p: {"a": [(1, {"b": p})]},
    "key": lambda p: {p: 1},
    "zeros in front": lambda p: p.zfill(24),
    "blanks behind": lambda p: p.ljust(24),
    "decimal zeros": lambda p: f"{p}.00",
    "array": lambda p: "{" + p + ",NULL}",
    "row": lambda p: f'(1,"{p}",)',
    "range": lambda p: f"[{p},{int(p) + 1})",
}  # fmt: skip


def _made(ranges: str, length: int, rng: random.Random) -> str:
    while True:
        low, _, high = rng.choice(ranges.split()).partition("-")
        prefix = str(rng.randint(int(low), int(high or low))).zfill(len(low))
        body = prefix + "".join(rng.choices("0123456789", k=length - 1 - len(prefix)))
        pan = next(body + digit for digit in "0123456789" if luhn_valid(body + digit))
        if not phone_like(pan):
            return pan


@cache
def _zeros() -> list[int]:
    return [code for code in range(0x110000) if unicodedata.decimal(chr(code), None) == 0]


def _writings(pan: str, rng: random.Random) -> Iterator[str]:
    yield pan
    groups = [(4, 4, 4, 4)]
    groups += [(4, 6)] if len(pan) in (14, 15) else []
    for separator in SEPARATORS:
        for sizes in groups:
            yield separator.join(_split(pan, *sizes))
    *parts, last = _split(pan, 4, 4, 4, 4)
    yield "".join(part + rng.choice(SEPARATORS) for part in parts) + last
    single = [separator for separator in SEPARATORS if len(separator) == 1]
    yield "".join(part + "".join(rng.choices(single, k=2)) for part in parts) + last
    foreign = _digits(rng.choice(_zeros()))
    yield str(foreign(pan))
    yield " ".join(_split(str(foreign(pan)), 4, 4, 4, 4))
    yield "\u200b".join(pan)
    yield pan[:7] + "\u200d" + pan[7:]
    yield " ".join(part[:2] + "\u200b" + part[2:] for part in (*parts, last))


def numbers(per: int, rng: random.Random) -> Iterator[tuple[str, str]]:
    """Yield ``(network, number)``, ``per`` of every network and length."""
    for network, (ranges, lengths) in NETWORKS.items():
        for length in lengths:
            for _ in range(per):
                yield network, _made(ranges, length, rng)


def adversarial(per: int = 1, seed: int = 1) -> Iterator[tuple[str, str, str]]:
    """Yield ``(network, number, text)``: every container, with two of the writings, every writing by itself."""
    rng = random.Random(seed)
    for network, pan in numbers(per, rng):
        writings = list(_writings(pan, rng))
        for text in writings:
            yield network, pan, text
        for container in CONTAINERS:
            for writing in (pan, rng.choice(writings)):
                yield network, pan, container.format(writing)


def framed(per: int = 1, seed: int = 1) -> Iterator[tuple[str, str, object]]:
    """Yield ``(frame, number, value)``: every frame, encoding and type around every network's numbers."""
    rng = random.Random(seed)
    for name, make in FRAMES.items():
        for _, pan in numbers(per, rng):
            yield name, pan, make(pan)


def shows(pan: str, masked: object) -> bool:
    """Whether ten digits in a row of ``pan`` can be read in ``masked``, plainly or with escapes undone."""
    if isinstance(masked, bytes | bytearray | memoryview):
        masked = bytes(masked).decode("utf-8", "surrogateescape")
    text = masked if isinstance(masked, str) else repr(masked)
    readings = [text, html.unescape(unquote(unquote(text)))]
    if "\\u" in text:
        readings.append(text.replace("\\\\u", "\\u").encode("latin-1", "ignore").decode("unicode_escape", "ignore"))
    for reading in readings:
        digits = "".join(str(unicodedata.decimal(c)) for c in reading if unicodedata.decimal(c, None) is not None)
        if any(pan[i : i + 10] in digits for i in range(len(pan) - 9)):
            return True
    return False
