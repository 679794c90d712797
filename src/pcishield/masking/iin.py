"""Which numbers are payment cards: the IIN table as data, and the Luhn check.

Rules:

- A prefix is at most eight digits (ISO/IEC 7812-1:2017: issuer identification numbers have eight).
- A number belongs to every network whose ranges and lengths fit; networks share ranges.
- ``certain`` beats ``context``: a number is as good as its best network.
- The table is data (``iin.toml``), has a version and a digest, and can be extended by configuration.

Source of the ranges: comments and ``source`` keys in ``iin.toml``.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from pcishield.exceptions import ConfigurationError

__all__ = ["MAX_LENGTH", "MIN_LENGTH", "IinTable", "Network", "luhn_valid"]

MIN_LENGTH, MAX_LENGTH = 12, 19
_WIDTH = 8
_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


def luhn_valid(digits: str) -> bool:
    """Whether ASCII ``digits`` pass the Luhn check (ISO/IEC 7812-1 annex B)."""
    total = 0
    for position, digit in enumerate(reversed(digits)):
        value = ord(digit) - 48
        total += _DOUBLED[value] if position & 1 else value
    return total % 10 == 0


@dataclass(frozen=True, slots=True)
class Network:
    """One row of the table.

    Attributes:
        name: ``visa``, ``amex``, ...
        ranges: Closed prefix ranges as written, ``"51-55"`` or ``"4"``.
        lengths: Numbers of digits in use, each 12 to 19.
        certain: False when a number is a card number only beside a word that says so.
        luhn: False when the network also has numbers that do not pass the check.
    """

    name: str
    ranges: tuple[str, ...]
    lengths: tuple[int, ...]
    certain: bool = True
    luhn: bool = True

    def bounds(self) -> list[tuple[int, int]]:
        """Ranges over the first eight digits, both ends included."""
        result = []
        for item in self.ranges:
            low, _, high = item.partition("-")
            result.append((int(low.ljust(_WIDTH, "0")), int((high or low).ljust(_WIDTH, "9"))))
        return result


@dataclass(frozen=True, slots=True)
class Match:
    """What the table says about one number."""

    certain: bool
    brands: tuple[str, ...]


class IinTable:
    """Answers what networks a number belongs to.

    Args:
        networks: All rows.
        version: Version of the data, free text.
    """

    def __init__(self, networks: Sequence[Network], version: str) -> None:
        self.networks = tuple(networks)
        rows = [[n.name, n.ranges, n.lengths, n.certain, n.luhn] for n in self.networks]
        digest = hashlib.sha256(json.dumps(rows, separators=(",", ":")).encode()).hexdigest()
        self.version = f"{version}+{digest[:12]}"
        self._starts: dict[int, list[int]] = {}
        self._matches: dict[int, list[Match | None]] = {}
        for length in range(MIN_LENGTH, MAX_LENGTH + 1):
            self._starts[length], self._matches[length] = self._intervals(length)

    def _intervals(self, length: int) -> tuple[list[int], list[Match | None]]:
        rows = [(low, high, n) for n in self.networks if length in n.lengths for low, high in n.bounds()]
        cuts = sorted({0} | {low for low, _, _ in rows} | {high + 1 for _, high, _ in rows})
        starts: list[int] = []
        matches: list[Match | None] = []
        for cut in cuts:
            here = [n for low, high, n in rows if low <= cut <= high]
            certain = any(n.certain for n in here)
            brands = tuple(dict.fromkeys(n.name for n in here if n.certain or not certain))
            match = Match(certain, brands) if here else None
            if not matches or matches[-1] != match:
                starts.append(cut)
                matches.append(match)
        return starts, matches

    def lookup(self, digits: str) -> Match | None:
        """Return what the table says about ASCII ``digits``, whatever Luhn says; ``None`` when nothing fits."""
        length = len(digits)
        if not MIN_LENGTH <= length <= MAX_LENGTH:
            return None
        index = bisect_right(self._starts[length], int(digits[:_WIDTH])) - 1
        return self._matches[length][index]

    def certain_ranges(self, length: int) -> list[tuple[int, int]]:
        """Merged closed ranges over the first eight digits that are certain at ``length``."""
        starts, matches = self._starts[length], self._matches[length]
        ends = [*starts[1:], 10**_WIDTH]
        merged: list[tuple[int, int]] = []
        for low, end, match in zip(starts, ends, matches, strict=True):
            if match is None or not match.certain:
                continue
            if merged and merged[-1][1] == low - 1:
                merged[-1] = (merged[-1][0], end - 1)
            else:
                merged.append((low, end - 1))
        return merged

    @staticmethod
    def shipped() -> IinTable:
        """The table that comes with the package."""
        return _shipped()

    def extended(self, rows: Sequence[Mapping[str, Any]]) -> IinTable:
        """Return a table with more networks.

        Args:
            rows: As in ``iin.toml``: ``name``, ``ranges``, ``lengths``, optionally ``tier`` and ``luhn``.

        Raises:
            ConfigurationError: Some rows are wrong; all problems are listed.
        """
        if not rows:
            return self
        added, problems = _parse(rows)
        if problems:
            raise ConfigurationError("masking.networks: " + "; ".join(problems), problems)
        return IinTable([*self.networks, *added], self.version.partition("+")[0] + "+custom")


def _parse(rows: Sequence[Mapping[str, Any]]) -> tuple[list[Network], list[str]]:
    networks: list[Network] = []
    problems: list[str] = []
    for number, row in enumerate(rows, 1):
        name = str(row.get("name", ""))
        where = f"network {number} ({name or 'no name'})"
        before = len(problems)
        problems += [f"{where}: unknown key {key!r}" for key in row if key not in _KEYS]
        ranges = tuple(str(item) for item in row.get("ranges", ()))
        if not name or not ranges:
            problems.append(f"{where}: name and ranges are needed")
        problems += [
            f"{where}: range {item!r} is not a prefix or low-high of equal length"
            for item in ranges
            if not _is_range(item)
        ]
        lengths = tuple(row.get("lengths", ()))
        if not lengths or any(type(n) is not int or not MIN_LENGTH <= n <= MAX_LENGTH for n in lengths):
            problems.append(f"{where}: lengths must be numbers from {MIN_LENGTH} to {MAX_LENGTH}")
        tier = row.get("tier", "certain")
        if tier not in ("certain", "context"):
            problems.append(f"{where}: tier must be certain or context")
        if len(problems) == before:
            networks.append(Network(name, ranges, lengths, tier == "certain", row.get("luhn", "yes") == "yes"))
    return networks, problems


_KEYS = frozenset({"name", "ranges", "lengths", "luhn", "tier", "source"})


def _is_range(item: str) -> bool:
    low, dash, high = item.partition("-")
    if not (low.isascii() and low.isdigit() and len(low) <= _WIDTH):
        return False
    return not dash or (high.isascii() and high.isdigit() and len(high) == len(low) and low <= high)


@cache
def _shipped() -> IinTable:
    data = tomllib.loads(files(__package__).joinpath("iin.toml").read_text("utf-8"))
    networks, problems = _parse(data["network"])
    if problems:
        raise ConfigurationError("iin.toml: " + "; ".join(problems), problems)
    return IinTable(networks, data["version"])
