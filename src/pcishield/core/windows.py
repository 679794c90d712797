"""Time windows by the wall clock of a time zone.

- A window whose end is not after its start runs over midnight and belongs to the day it starts on.
- The end is exclusive. ``24:00`` is the end of the day.
- Daylight saving: the local wall clock decides. The hour that is skipped in spring never comes, the hour that is
  repeated in autumn counts twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

__all__ = ["DAYS", "Window", "minute_of_day", "parse_days", "zone"]

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|24:00")


def minute_of_day(clock: str) -> int:
    """Return minutes since midnight of ``HH:MM``. Raises ValueError."""
    if not _CLOCK.fullmatch(clock):
        raise ValueError("write a time as HH:MM, 00:00 to 24:00")
    return int(clock[:2]) * 60 + int(clock[3:])


def parse_days(days: Iterable[str]) -> frozenset[int]:
    """Return week days, Monday 0, of ``mon`` or ``mon-fri``. Raises ValueError."""
    found: set[int] = set()
    for item in days:
        first, dash, last = item.partition("-")
        if first not in DAYS or (dash and last not in DAYS):
            raise ValueError(f"write days as one of {', '.join(DAYS)}, or as a range such as mon-fri")
        start = DAYS.index(first)
        length = (DAYS.index(last) - start) % 7 if dash else 0
        found.update((start + offset) % 7 for offset in range(length + 1))
    return frozenset(found)


def zone(name: str) -> ZoneInfo:
    """Return the time zone. Raises ValueError when this machine does not know it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("unknown time zone; write an IANA name such as Europe/Berlin (or install tzdata)") from None


@dataclass(frozen=True, slots=True)
class Window:
    """Week days and a span of the day.

    Attributes:
        days: Monday is 0. The days on which the window starts.
        start: Minute of the day, 0 to 1439.
        end: Minute of the day, exclusive; not after ``start`` means on the next day.
        zone: Whose wall clock.
    """

    days: frozenset[int]
    start: int
    end: int
    zone: ZoneInfo

    def contains(self, now: datetime) -> bool:
        """Tell whether the timezone-aware ``now`` is inside."""
        local = now.astimezone(self.zone)
        minute = local.hour * 60 + local.minute
        today, yesterday = local.weekday(), (local.weekday() - 1) % 7
        if self.end > self.start:
            return today in self.days and self.start <= minute < self.end
        return (today in self.days and minute >= self.start) or (yesterday in self.days and minute < self.end)

    @classmethod
    def parse(cls, text: str) -> Window:
        """Return the window that ``mon-fri 22:00-06:00 Europe/Berlin`` says; several days are joined by commas.

        Raises:
            ValueError: It is written otherwise, is never open, or this machine does not know the time zone.
        """
        try:
            days, span, name = text.split()
            start, end = map(minute_of_day, span.split("-"))
        except ValueError:
            raise ValueError("write a window as 'mon-fri 22:00-06:00 Europe/Berlin'") from None
        if start in (end, 1440):
            raise ValueError("a window that starts and ends at the same time, or starts at 24:00, never matches")
        return cls(parse_days(days.split(",")), start, end, zone(name))
