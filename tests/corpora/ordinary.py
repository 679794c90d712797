"""Text without card numbers that looks as if it had some, for tests and benchmarks. Seeded: always the same."""

from __future__ import annotations

import hashlib
import random
import string
import struct
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from pcishield.masking.iin import luhn_valid

__all__ = ["NEGATIVES", "NEVER_HIT", "negatives"]


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


def _ean(rng: random.Random) -> str:
    body = str(rng.randrange(400, 500)) + _digits(rng, 9)
    return f"{body}{-sum(int(d) * (1, 3)[i % 2] for i, d in enumerate(body)) % 10}"


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


def _gs1(body: str) -> str:
    return f"{body}{-sum(int(d) * (3, 1)[i % 2] for i, d in enumerate(reversed(body))) % 10}"


def _dump(rng: random.Random) -> str:
    text, size = rng.randbytes(rng.choice((16, 20, 32))).hex(), rng.choice((2, 4, 8))
    return rng.choice((" ", "-")).join(text[i : i + size] for i in range(0, len(text), size))


def _decimals(rng: random.Random) -> str:
    places = rng.randrange(2, 7)
    joint = rng.choice((" ", "  ", "/", " / ", "_", "\t", " - "))
    return joint.join(f"{rng.uniform(0, 10 ** rng.randrange(1, 8)):.{places}f}" for _ in range(rng.randrange(2, 5)))


def _parcel(rng: random.Random) -> str:
    mail = _gs1("9400" + _digits(rng, 17))
    return rng.choice((
        "1Z" + _digits(rng, 16), "JJD" + _digits(rng, 18), " ".join(mail[i : i + 4] for i in range(0, 22, 4)),
        f"(00){_gs1(_digits(rng, 17))}", f"(01){_gs1('0' + _digits(rng, 12))}", f"tracking no. {_digits(rng, 12)}",
        f"FedEx {_digits(rng, 12)}",
    ))  # fmt: skip


def _named_id(rng: random.Random) -> str:
    snowflake = rng.randrange(10**11, 5 * 10**11) << 22
    return rng.choice((
        f"https://x.com/a/status/{snowflake}", f"<@{snowflake}>", f"tweet_id={snowflake}", f"guild_id: {snowflake}",
        f"IMSI {rng.choice(('262', '310', '505'))}{_digits(rng, 12)}", f"MEID DEC {_digits(rng, 18)}",
        f"aadhaar {_digits(rng, 12)}", f'"dob": {rng.randrange(10**11, 10**12)}',
        f"ticks={rng.randrange(6 * 10**17, 64 * 10**16)}",
        f"CNPJ {_digits(rng, 14)}", f"SE{_digits(rng, 10)}01",
    ))  # fmt: skip


def _dotted(rng: random.Random) -> str:
    return "1.3.6.1.4.1." + ".".join(str(rng.randrange(1, 10_000)) for _ in range(rng.randrange(3, 8)))


NEGATIVES: dict[str, Callable[[random.Random], str]] = {
    "epoch seconds": _epoch(1),
    "epoch milliseconds": _epoch(10**3),
    "epoch microseconds": _epoch(10**6),
    "epoch nanoseconds": _epoch(10**9),
    ".NET ticks": lambda rng: str(rng.randrange(633979008 * 10**9, 641871 * 10**12)),
    "dates": _date,
    "floats": _float,
    "hashes": _hash,
    "uuids": _uuid,
    "ibans": _iban,
    "imei": lambda rng: _checked(rng.choice(("35", "86", "01", "99")) + _digits(rng, 12)),
    "named IMEISV": lambda rng: rng.choice(('"imei": "', "IMEI: ", "imeisv=")) + "35" + _digits(rng, 14),
    "named EAN": lambda rng: rng.choice(("EAN {}", '{{"ean13":"{}"}}', "<gtin>{}</gtin>")).format(_ean(rng)),
    "isbn": _isbn,
    "phone numbers": _phone,
    "tracking numbers": _tracking,
    "snowflake ids": lambda rng: str((rng.randrange(10**11, 5 * 10**11) << 22) | rng.randrange(1 << 22)),
    "order ids": lambda rng: f"ORD-{_digits(rng, 8)}-{_digits(rng, 6)}",
    "dumps": _dump,
    "decimals in a row": _decimals,
    "parcels": _parcel,
    "named ids": _named_id,
    "object identifiers": _dotted,
    "lots": lambda rng: rng.choice((" ", "-", " - ")).join(f"{n:02}" for n in sorted(rng.sample(range(1, 50), 7))),
    "masked": lambda rng: rng.choice(("*", "X", "x", "•")) * 12 + _digits(rng, 4),
    "bin and last four": lambda rng: f"{_digits(rng, 6)}******{_digits(rng, 4)}",
    "ip addresses": lambda rng: ".".join(str(rng.randrange(256)) for _ in range(4)) + f":{rng.randrange(65536)}",
    "prices": lambda rng: " ".join(f"{rng.uniform(0, 1000):.2f}" for _ in range(6)),
    "versions": lambda rng: ".".join(str(rng.randrange(limit)) for limit in (30, 30, 30_000, 10_000)),
}  # fmt: skip
"""Text that holds no card number, by name."""

NEVER_HIT = (
    "epoch seconds", "epoch milliseconds", "epoch microseconds", "epoch nanoseconds", ".NET ticks", "dates",
    "named EAN", "named IMEISV", "floats", "hashes", "dumps", "decimals in a row", "parcels", "named ids",
    "object identifiers", "lots",
    "uuids", "ibans", "masked", "bin and last four", "ip addresses", "order ids", "isbn", "prices", "versions",
)  # fmt: skip
"""Names of corpora in which not a single hit is accepted; in the others, chance makes some."""


def negatives(name: str, count: int, seed: int = 1) -> Iterator[str]:
    """Yield ``count`` texts of one corpus."""
    rng = random.Random(f"{name}-{seed}")
    for _ in range(count):
        yield NEGATIVES[name](rng)
