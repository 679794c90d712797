"""Reject card numbers in the source: Luhn-valid literals of 13 to 19 digits outside ``tests/data``.

    python scripts/check_pans.py [FILE ...]        (default: every file that git knows or would add)

A line that holds the words "published test number" may have one; a generated number is better
(``pcishield.testing.make_pan``). Findings are printed by place and length, never by their digits.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ALLOWED_DIRECTORY = Path("tests/data")
MARK = "published test number"
# In one run, or grouped as cards print them: 4-4-4-4(-3), 4-6-5, one separator throughout.
LITERAL = re.compile(
    r"(?<![\d.])(?:\d{13,19}|\d{4}(?P<sep>[ _.-])\d{4}(?P=sep)\d{4}(?P=sep)\d{1,4}(?:(?P=sep)\d{1,3})?"
    r"|\d{4}(?P<amex>[ _.-])\d{6}(?P=amex)\d{4,5})(?!\d)"
)


def luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of the rest. ISO/IEC 7812-1 annex B."""
    total = 0
    for position, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if position % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def findings(text: str) -> Iterator[tuple[int, int]]:
    """Yield (line number from 1, number of digits)."""
    for number, line in enumerate(text.splitlines(), 1):
        if MARK in line:
            continue
        for match in LITERAL.finditer(line):
            digits = re.sub(r"\D", "", match.group())
            if 13 <= len(digits) <= 19 and len(set(digits)) > 1 and luhn(digits):
                yield number, len(digits)


def files() -> list[Path]:
    """Every file that git tracks or would add."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return [Path(name) for name in listed.split("\0") if name]


def main(arguments: list[str]) -> int:
    found = 0
    for path in [Path(name) for name in arguments] or files():
        if ALLOWED_DIRECTORY in path.parents or not path.is_file():
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        for line, length in findings(text):
            found += 1
            print(f"{path}:{line}: a Luhn-valid literal of {length} digits; use pcishield.testing.make_pan()")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
