"""Generated text with and without card numbers, for tests and benchmarks of the scanner. Seeded: always the same."""

from __future__ import annotations

import hashlib
import json
import random
import string
import struct
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from pcishield.masking.iin import IinTable, luhn_valid
from pcishield.testing import make_pan

__all__ = ["BRANDS", "FORMS", "NEGATIVES", "NEVER_HIT", "negatives", "positives"]

BRANDS = tuple(
    dict.fromkeys(
        (network.name, length)
        for network in IinTable.shipped().networks
        if network.certain
        for length in network.lengths
    )
)
"""Every network and length that the scanner takes without a word beside it."""

Form = Callable[[str, random.Random], str]


def grouped(separator: str, sizes: tuple[int, ...] = (4, 4, 4, 4, 4)) -> Form:
    def form(pan: str, rng: random.Random) -> str:
        parts = []
        rest = pan
        for size in sizes:
            parts.append(rest[:size])
            rest = rest[size:]
        return separator.join(part for part in (*parts, rest) if part)

    return form


def digits_at(zero: int) -> Form:
    return lambda pan, rng: "".join(chr(zero + int(digit)) for digit in pan)


def wrapped(before: str, after: str = "") -> Form:
    return lambda pan, rng: f"{before}{pan}{after}"


def _mixed(pan: str, rng: random.Random) -> str:
    return "".join(
        part + rng.choice((" ", "-", ".", "/", "_", "\u00a0", "\u2009", "\u2013")) for part in _fours(pan)
    ).strip(" -./_\u00a0\u2009\u2013")


def _fours(pan: str) -> list[str]:
    return [pan[i : i + 4] for i in range(0, len(pan), 4)]


def _emv(pan: str, rng: random.Random) -> str:
    padded = pan + "F" * (len(pan) % 2)
    return f"9F02060000000010005A{len(padded) // 2:02X}{padded}5F24032712319F3501"


def _iso8583(pan: str, rng: random.Random) -> str:
    return f"02007020000000C00000{len(pan):02}{pan}000000000000010000{rng.randrange(10**6):06}"


FORMS: dict[str, Form] = {
    "plain": wrapped(""),
    "space": grouped(" "),
    "hyphen": grouped("-"),
    "dot": grouped("."),
    "slash": grouped("/"),
    "underscore": grouped("_"),
    "tab": grouped("\t"),
    "nbsp": grouped("\u00a0"),
    "thin space": grouped("\u2009"),
    "figure space": grouped("\u2007"),
    "narrow nbsp": grouped("\u202f"),
    "en dash": grouped("\u2013"),
    "em dash": grouped("\u2014"),
    "non-breaking hyphen": grouped("\u2011"),
    "zero width space": grouped("\u200b"),
    "zero width joiner": grouped("\u200d"),
    "double space": grouped("  "),
    "spaced hyphen": grouped(" - "),
    "mixed": _mixed,
    "single digits": grouped(" ", (1,) * 19),
    "eights": lambda pan, rng: grouped(" ", (8, 8))(pan, rng) if len(pan) >= 16 else pan,
    "six and rest": grouped(" ", (6,)),
    "glued to letters": wrapped("PAN", "X"),
    "glued to underscore": wrapped("card_", "_id"),
    "full width": digits_at(0xFF10),
    "arabic-indic": digits_at(0x0660),
    "devanagari": digits_at(0x0966),
    "mathematical": digits_at(0x1D7CE),
    "sentence": wrapped("Paid with ", ". Thank you."),
    "zero padded": wrapped("000"),
    "json string": lambda pan, rng: json.dumps({"id": 7, "number": pan, "ok": True}),
    "json number": lambda pan, rng: json.dumps({"id": 7, "number": int(pan), "ok": True}),
    "json escape": lambda pan, rng: json.dumps({"number": grouped("\u00a0")(pan, rng)}),
    "json digits": lambda pan, rng: json.dumps({"number": digits_at(0xFF10)(pan, rng)}),
    "xml": wrapped('<payment method="card"><number>', "</number></payment>"),
    "xml entity": lambda pan, rng: f"<n>{grouped('&#160;')(pan, rng)}</n>",
    "html entity": lambda pan, rng: f"<td>{grouped('&nbsp;')(pan, rng)}</td>",
    "csv": wrapped("17,Doe,", ",12/27,9.95"),
    "tsv": wrapped("17\tDoe\t", "\t12/27\t9.95"),
    "url": wrapped("https://shop.example/pay?order=17&pan=", "&amount=9.95"),
    "percent encoded": lambda pan, rng: f"q=pan%3A%20{quote(grouped(' ')(pan, rng))}&x=1",
    "plus encoded": lambda pan, rng: f"q=pan+{grouped('+')(pan, rng)}&x=1",
    "log": lambda pan, rng: f"2026-11-22T10:11:12.123456Z INFO worker-3 charge pan={pan} amount=1295 EUR",
    "like pattern": wrapped("%", "%"),
    "with expiry": wrapped("", " 12/27"),
    "with expiry and code": wrapped("", " 12/27 123"),
    "grouped with expiry": lambda pan, rng: f"{grouped(' ')(pan, rng)} 12/27",
    "behind an id": wrapped("order 20231 card "),
    "behind digits": wrapped("20231 "),
    "track 1": wrapped("%B", "^DOE/JOHN A^2712101123400001230000000567?"),
    "track 1 bare": wrapped("", "^DOE/JOHN A^2712101123400001230000000567"),
    "track 2": wrapped(";", "=27121011234000012300?"),
    "track 2 bare": wrapped("", "=27121011234000012300"),
    "track 2 hex": lambda pan, rng: f"57{(len(pan) + 18) // 2:02X}{pan}D2712101123400001" + "F" * (1 + len(pan) % 2),
    "emv 5a": _emv,
    "iso 8583": _iso8583,
    "bold": wrapped("**", "**"),
    "end of a kilobyte": lambda pan, rng: "lorem ipsum " * 90 + pan,
    "decimal zeros": wrapped("", ".00"),
    "quotes": wrapped("'", "'"),
    "brackets": wrapped("[", "]"),
    "several": lambda pan, rng: f"{pan} {pan[::-1]} {pan}",
}  # fmt: skip
"""Ways a card number is written, by name: (number, randomness) to text."""


def positives(per: int = 3, seed: int = 1) -> Iterator[tuple[str, str, str]]:
    """Yield ``(form, number, text)``: every form, ``per`` numbers of every brand and length."""
    rng = random.Random(seed)
    for name, form in FORMS.items():
        for brand, length in BRANDS:
            for _ in range(per):
                pan = make_pan(brand, length, rng)
                yield name, pan, form(pan, rng)


def _digits(rng: random.Random, count: int) -> str:
    return "".join(rng.choices(string.digits, k=count))


def _checked(body: str) -> str:
    return next(body + digit for digit in string.digits if luhn_valid(body + digit))


def _when(rng: random.Random) -> datetime:
    return datetime(1990, 1, 1, tzinfo=UTC) + timedelta(microseconds=rng.randrange(43 * 365 * 86_400 * 10**6))


def _epoch(unit: int) -> Callable[[random.Random], str]:
    return lambda rng: str(rng.randrange(10**9 * unit, 2 * 10**9 * unit))


def _isbn(rng: random.Random) -> str:
    body = "978" + _digits(rng, 9)
    check = -sum(int(d) * (1, 3)[i % 2] for i, d in enumerate(body)) % 10
    return f"{body}{check}" if rng.random() < 0.5 else f"{body[:3]}-{body[3]}-{body[4:6]}-{body[6:12]}-{check}"


def _float(rng: random.Random) -> str:
    """No whole number of twelve digits and more: that is a number, whatever type it has."""
    while True:
        text = _any_float(rng)
        if not text.endswith(".0") or len(text) < 14:
            return text


def _any_float(rng: random.Random) -> str:
    kind = rng.randrange(6)
    if kind == 0:
        return repr(rng.random())
    if kind == 1:
        return repr(rng.uniform(-180, 180))
    if kind == 2:
        return repr(rng.gauss(0, 1) * 10 ** rng.randrange(-20, 20) + 0.1)
    if kind == 3:
        return repr(struct.unpack("<d", rng.randbytes(8))[0])
    if kind == 4:
        return f"{rng.uniform(0, 10_000):.12f}"
    return f"POINT({rng.uniform(-180, 180):.{rng.randrange(5, 9)}f} {rng.uniform(-90, 90):.{rng.randrange(5, 9)}f})"


def _date(rng: random.Random) -> str:
    when, other = _when(rng), _when(rng)
    pattern = rng.choice((
        "%Y-%m-%dT%H:%M:%S.%f", "%Y-%m-%d %H:%M:%S.%f+00:00", "%Y%m%d%H%M%S", "%Y%m%d%H%M%S%f", "%d.%m.%Y %H:%M:%S",
        "%d/%m/%Y %H.%M.%S", "%d%m%Y%H%M%S", "%Y/%m/%d/%H/%M", "%d-%m-%Y", "%Y%m%dT%H%M%SZ", "%y%m%d%H%M%S",
    ))  # fmt: skip
    text = when.strftime(pattern)
    return text if rng.random() < 0.8 else f"{text} - {other.strftime(pattern)}"


def _hash(rng: random.Random) -> str:
    name = rng.choice(("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "blake2b"))
    text = hashlib.new(name, rng.randbytes(16)).hexdigest()
    return rng.choice(
        (text, text.upper(), f"0x{text}", f"\\x{text}", f"{name}:{text}", text[:16], text[:24], text[:12])
    )


def _uuid(rng: random.Random) -> str:
    value = uuid.UUID(bytes=rng.randbytes(16), version=4)
    if rng.random() < 0.1:
        value = uuid.UUID(_digits(rng, 32))
    return rng.choice((str(value), str(value).upper(), value.hex, f"{{{value}}}", value.urn))


def _phone(rng: random.Random) -> str:
    kind = rng.randrange(8)
    if kind == 0:
        return f"+4915{_digits(rng, 9)}"
    if kind == 1:
        return f"+628{_digits(rng, rng.randrange(9, 12))}"
    if kind == 2:
        return f"004915{_digits(rng, 9)}"
    if kind == 3:
        return f"+49 15{_digits(rng, 1)} {_digits(rng, 8)}"
    if kind == 4:
        return f"+1 ({_digits(rng, 3)}) {_digits(rng, 3)}-{_digits(rng, 4)} ext. {_digits(rng, 4)}"
    if kind == 5:
        return f"4915{_digits(rng, 9)}"
    if kind == 6:
        return f"62{rng.choice('8')}{_digits(rng, 10)}"
    return f"+{rng.randrange(1, 100)} {_digits(rng, 3)} {_digits(rng, 3)} {_digits(rng, 4)}"


def _tracking(rng: random.Random) -> str:
    kind = rng.randrange(5)
    if kind == 0:
        return "1Z" + "".join(rng.choices(string.ascii_uppercase + string.digits, k=6)) + _digits(rng, 10)
    if kind == 1:
        return "94001" + _digits(rng, 17)
    if kind == 2:
        return "JD01" + _digits(rng, 16)
    if kind == 3:
        return "00340" + _digits(rng, 15)
    return "".join(rng.choices(string.ascii_uppercase, k=2)) + _digits(rng, 9) + "DE"


def _iban(rng: random.Random) -> str:
    country, length, letters = rng.choice((
        ("DE", 22, 0), ("GB", 22, 4), ("FR", 27, 0), ("ES", 24, 0), ("NL", 18, 4), ("AT", 20, 0),
        ("CH", 21, 0), ("DK", 18, 0), ("PL", 28, 0), ("NO", 15, 0), ("SE", 24, 0),
    ))  # fmt: skip
    body = "".join(rng.choices(string.ascii_uppercase, k=letters)) + _digits(rng, length - 4 - letters)
    check = 98 - int("".join(str(int(char, 36)) for char in f"{body}{country}00")) % 97
    text = f"{country}{check:02}{body}"
    return text if rng.random() < 0.5 else " ".join(text[i : i + 4] for i in range(0, length, 4))


NEGATIVES: dict[str, Callable[[random.Random], str]] = {
    "epoch seconds": _epoch(1),
    "epoch milliseconds": _epoch(10**3),
    "epoch microseconds": _epoch(10**6),
    "epoch nanoseconds": _epoch(10**9),
    "dates": _date,
    "floats": _float,
    "hashes": _hash,
    "uuids": _uuid,
    "ibans": _iban,
    "imei": lambda rng: _checked(rng.choice(("35", "86", "01", "99")) + _digits(rng, 12)),
    "isbn": _isbn,
    "phone numbers": _phone,
    "tracking numbers": _tracking,
    "snowflake ids": lambda rng: str((rng.randrange(10**11, 5 * 10**11) << 22) | rng.randrange(1 << 22)),
    "order ids": lambda rng: f"ORD-{_digits(rng, 8)}-{_digits(rng, 6)}",
    "masked": lambda rng: rng.choice(("*", "X", "x", "•")) * 12 + _digits(rng, 4),
    "bin and last four": lambda rng: f"{_digits(rng, 6)}******{_digits(rng, 4)}",
    "ip addresses": lambda rng: ".".join(str(rng.randrange(256)) for _ in range(4)) + f":{rng.randrange(65536)}",
    "prices": lambda rng: " ".join(f"{rng.uniform(0, 1000):.2f}" for _ in range(6)),
    "versions": lambda rng: ".".join(str(rng.randrange(limit)) for limit in (30, 30, 30_000, 10_000)),
}  # fmt: skip
"""Text that holds no card number, by name."""

NEVER_HIT = (
    "epoch seconds", "epoch milliseconds", "epoch microseconds", "epoch nanoseconds", "dates", "floats", "hashes",
    "uuids", "ibans", "masked", "bin and last four", "ip addresses", "order ids", "isbn", "prices", "versions",
)  # fmt: skip
"""Names of corpora in which not a single hit is accepted; in the others, chance makes some."""


def negatives(name: str, count: int, seed: int = 1) -> Iterator[str]:
    """Yield ``count`` texts of one corpus."""
    rng = random.Random(f"{name}-{seed}")
    for _ in range(count):
        yield NEGATIVES[name](rng)
