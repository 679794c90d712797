"""Reads the golden cases in ``tests/data/masking``; their form is described in the README there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

__all__ = ["Case", "cases", "published"]

DATA = Path(__file__).parent / "data" / "masking"


@dataclass(frozen=True)
class Case:
    name: str
    text: str
    masked: str

    @property
    def clean(self) -> bool:
        return self.text == self.masked


def cases(category: str) -> list[Case]:
    """Return the cases of one file, ``separators`` for ``separators.txt``."""
    found: list[Case] = []
    name = category
    text = ""
    for line in (DATA / f"{category}.txt").read_text("utf-8").splitlines():
        if line.startswith("#"):
            name = line[2:]
        elif line.startswith("<"):
            text = _value(line)
        elif line.startswith((">", "=")):
            found.append(Case(f"{category}: {name}", text, text if line == "=" else _value(line)))
        elif line:
            raise ValueError(f"{category}.txt: cannot read {line!r}")
    return found


def _value(line: str) -> str:
    if line[1:3] == "e ":
        return line[3:].encode("latin-1").decode("unicode_escape")
    return line[2:]


def published() -> list[tuple[str, str]]:
    """Return brand and number of every published test number."""
    lines = (DATA / "published.txt").read_text("utf-8").splitlines()
    return [tuple(line.split()[:2]) for line in lines if line and not line.startswith("#")]  # type: ignore[misc]
