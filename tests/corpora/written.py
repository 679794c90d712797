"""Card numbers written in every form that issue and field reports name, for tests and benchmarks. Seeded."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from urllib.parse import quote

from pcishield.masking.iin import IinTable
from pcishield.testing import make_pan

__all__ = ["BRANDS", "FORMS", "positives"]

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
