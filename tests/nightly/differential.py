"""A million generated cells: the kernel and the reference give the same value, of the same type.

    python tests/nightly/differential.py [CELLS] [SEED]

Run by ``nox -s differential``. Prints how many cells were compared, and the first that differ; exits 1 when one does.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from pcishield.exceptions import MaskingError
from pcishield.masking import Masker
from pcishield.masking.scanner import SEPARATORS
from pcishield.testing import make_pan
from tests.corpora import BRANDS, FORMS, NEGATIVES, adversarial, framed

SIGNS = [
    *(
        "* **** ^ = D F ; ? % %20 %2520 %34 + \\u00a0 \\\\u00a0 \\uff14 \\ud835\\udfd2 \\t \\xa0 &nbsp; &#160; &#x34; "
        ', : e E5 a x 0x ISO 5A08 5711 0200 cvv card pan= 00 000 . .. - [REDACTED:pan] { } [ ] ( ) ,1) " "cvv": "pan": '
        "|12|27|123 12/27 1227 DE \u200b \u00ad \x00 \ud800 \U0001d7d2 \u0664"
    ).split(" "),
    "\n",
    " ",
    "  ",
]


def spliced(rng: random.Random) -> str:
    """Pieces of numbers, forms, ordinary text, signs and digits, one behind the other; now and then one is cut."""
    parts = []
    for _ in range(rng.randrange(1, 7)):
        kind = rng.randrange(6)
        if kind == 0:
            part = make_pan(*rng.choice(BRANDS), rng)
        elif kind == 1:
            part = FORMS[rng.choice(NAMES)](make_pan(*rng.choice(BRANDS), rng), rng)
        elif kind == 2:
            part = NEGATIVES[rng.choice(ORDINARY)](rng)
        elif kind == 3:
            part = "".join(rng.choices("0123456789", k=rng.randrange(1, 24)))
        elif kind == 4:
            part = "".join(rng.choices(SEPARATORS, k=rng.randrange(1, 4)))
        else:
            part = rng.choice(SIGNS)
        if rng.random() < 0.1:
            part = part[rng.randrange(len(part) + 1) :]
        parts.append(part)
    return "".join(parts)


NAMES, ORDINARY = list(FORMS), list(NEGATIVES)

JOINTS = [
    *(
        "on at for order ref # no. of , ; : . - / | ( ) [ ] \" ' = _ + & % * ** x exp expires cvv code card EAN imei "
        "until tel. total EUR $ and then PAN visa [, ), ]; >, </b> <b> : - -- // :: ;; ,, ... \t \x1c \u00a0 "
        "security&nbsp; %20 E e5 D ="
    ).split(" "),
    *(
        " ",
        "  ",
        "     ",
        "\n",
        "\r\n",
        ", ",
        "; ",
        ": ",
        " - ",
        " / ",
        " | ",
        " on ",
        " at ",
        " order ",
        ". ",
        " (",
        ") ",
    ),
    *(" ", ", ", " on ", " "),
]


def figures(rng: random.Random) -> str:
    """A date, a time, an amount, an order or telephone number, an expiry date, a code: what notes have digits in."""
    n, m = rng.randrange, f"{rng.randrange(1, 13):02}"
    day, year, hour = f"{n(1, 32):02}", f"20{n(19, 46)}", f"{n(24):02}:{n(60):02}"
    return rng.choice((
        f"{year}-{m}-{day}", f"{day}.{m}.{year}", f"{m}/{day}/{year}", f"{day}/{m}/{year[2:]}", f"{year}{m}{day}",
        f"{day} {m} {year}", f"{year}-{m}-{day}T{hour}:00Z", f"{year}-{m}-{day} {hour}", f"{m}/{year[2:]}",
        f"{m}/{year}", f"{m}{year[2:]}", f"{year[2:]}{m}", f"exp {m}/{year[2:]}", f"exp: {m} {year}",
        f"{m}/{year[2:]} {n(100, 10000)}",
        f"{m}|{year[2:]}|{n(100, 1000)}", hour, f"{hour}:{n(60):02}.{n(1000):03}", f"{n(1000)}.{n(100):02}",
        f"{n(1000)},{n(100):02}",
        f"{n(1, 100)},{n(1000):03}.{n(100):02}", str(n(10 ** n(1, 13))), f"order {n(10**6)}", f"#{n(10**8)}",
        f"+49 151 {n(10**8):08}", f"+1-{n(200, 999)}-{n(100, 999)}-{n(10000):04}", f"0{n(10**3)} {n(10**7)}",
        f"({n(100, 999)}) {n(100, 999)}-{n(10000):04}", f"00{n(10**11, 10**13)}", f"cvv {n(100, 10000)}",
        f"{n(10**4):04} {n(10**4):04}",
        f"{n(10**4):04} {n(10**4):04} {n(10**4):04}", f"10.0.{n(256)}.{n(256)}:8080", "DE" + str(n(10**19, 10**20)),
    ))  # fmt: skip


def note(rng: random.Random) -> str:
    """A card number, mostly written plainly, and figures around it."""
    pan = make_pan(*rng.choice(BRANDS), rng)
    separator = rng.choice(("", "", " ", " ", "-"))
    if separator and len(pan) == 15:
        pan = separator.join((pan[:4], pan[4:10], pan[10:]))
    else:
        pan = separator.join(pan[i : i + 4] for i in range(0, len(pan), 4)) if separator else pan
    if rng.random() < 0.03:
        pan = f"{pan},{int(pan.replace(' ', '').replace('-', '')) + 1}"
    before = [part for _ in range(rng.randrange(3)) for part in (figures(rng), rng.choice(JOINTS))]
    behind = [part for _ in range(rng.randrange(4)) for part in (rng.choice(JOINTS), figures(rng))]
    words = rng.choice(("", "paid with ", "card ", "visa ", "(", "[", "refund to ", "order ", "EAN ", "no "))
    return "".join([*before, words, pan, *behind, rng.choice(("", "", ")", "]", ".", " ok", " cvv", "*", "x"))])


def cells(seed: int) -> Iterator[object]:
    """Yield values without end."""
    rng = random.Random(seed)
    for turn in count(seed):
        yield from (text for number, (_, _, text) in enumerate(adversarial(seed=turn)) if number % 5 == turn % 5)
        yield from (value for _, _, value in framed(seed=turn))
        for _ in range(60_000):
            text = note(rng) if rng.random() < 0.4 else spliced(rng)
            kind = rng.random()
            if kind < 0.85:
                yield text
            elif kind < 0.93:
                yield text.encode("utf-8", "surrogatepass")
            else:
                yield rng.choice(([text], {"n": text}, {text: 1}, (text, b"x")))


def same(one: object, other: object) -> bool:
    if isinstance(one, memoryview) and isinstance(other, memoryview):
        return bytes(one) == bytes(other)
    return type(one) is type(other) and one == other


def alone(masker: Masker, text: str) -> object:
    """Mask a text that nobody but a row holds: the kernel overwrites it where it stands."""
    rows = [((text + "-")[:-1],)]
    return masker.mask_rows(rows, ["value"])[0][0]


def main(wanted: int, seed: int) -> int:
    formats: tuple[dict[str, str] | None, ...] = (None, None, {"pan": "first6_last4"}, {"pan": "first8_last4"})
    pairs = [(Masker(kernel="native", formats=f), Masker(kernel="python", formats=f)) for f in formats]
    compared = changed = different = 0
    begin = time.monotonic()
    for number, cell in enumerate(cells(seed)):
        fast, slow = pairs[number % len(pairs)]
        try:
            expected = slow.mask(cell)
        except MaskingError as error:
            print(f"FAILED: {cell!r:.300} {error}", flush=True)
            different += 1
            continue
        changed += expected is not cell
        if not same(expected, fast.mask(cell)) or (type(cell) is str and expected != alone(fast, cell)):
            different += 1
            if different <= 10:
                print(f"DIFFERENT: {cell!r:.300}", flush=True)
        compared += 1
        if compared >= wanted:
            break
    print(
        f"{compared:,} cells, {changed:,} masked, {different} different, seed {seed}, {time.monotonic() - begin:.0f} s"
    )
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000, int(sys.argv[2]) if len(sys.argv) > 2 else 1))
