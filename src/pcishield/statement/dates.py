"""Times and intervals within a condition, and the times that a condition is tried on.

Days are of 24 hours, months of 30 days and years of 365: a trial asks which rows a condition leaves out, for which that
is near enough. What of a time cannot be computed is a value of its own (:meth:`Dates._variable`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlglot import expressions as exp

from pcishield.statement.constants import ASKED, UNKNOWN, Constants, number
from pcishield.statement.content import (
    CALLS,
    CONSTANT_DATES,
    FIRST,
    KINDS,
    as_date,
    as_interval,
    field_of,
    formatted,
    is_extreme,
    moved,
    now,
    partly_date,
    truncated,
    unit_of,
)  # fmt: skip
from pcishield.statement.trees import is_type, name_of, parts_of

__all__ = [
    "DATED", "MOVES", "NO_TIME", "Dates", "dates_tried", "is_dated", "is_made", "is_past", "is_sometimes",
    "with_written_dates",
]  # fmt: skip

Expr = Any
NO_TIME: Any = object()
"""Of an expression that has nothing to do with times; not NULL, nor ``UNKNOWN``."""

_DATES = tuple(
    datetime.fromisoformat(text)
    for text in (
        "1971-01-01", "1999-12-31 23:00", "2020-02-29 12:00", "2024-05-06",
    )
)  # fmt: skip
_MONTHS = tuple(
    datetime.fromisoformat(f"{2013 + month}-{month:02}-{month * 2:02} {month * 2 - 1:02}:{month * 4:02}")
    for month in range(1, 12)
)
_DAY = timedelta(days=1)
_AROUND = (-_DAY - timedelta(seconds=367), _DAY - timedelta(seconds=367), _DAY * 1945, timedelta(milliseconds=-700))
"""From now to times before and behind it."""
_RECORDS = datetime.fromisoformat("2001-01-02")
"""Nothing was recorded before."""
_PAST = ("created", "updated", "modified", "inserted", "added", "logged", "recorded", "registered", "changed", "joined")
_MADE = ("created", "inserted", "recorded", "registered_at", "logged_at")
_SOMETIMES = (
    "deleted", "removed", "archived", "cancelled", "canceled", "closed", "completed", "finished", "processed", "sent",
    "delivered", "shipped", "paid", "read_at", "seen", "last_", "confirmed", "verified", "approved", "rejected",
    "locked", "revoked", "resolved", "banned", "blocked", "disabled", "started", "failed", "refunded", "used",
)  # fmt: skip
"""Begin the names of times that are past, where there is one: ``deleted_at`` is NULL in most rows."""
_TIMED = ("_at", "_on", "date", "time", "timestamp", "_ts", "_until", "_since")
_UNTIMED = frozenset("candidate mandate update runtime overtime lifetime uptime downtime sometime".split())
_IN_DIGITS = re.compile(r"[0-9]{8}(?:[0-9]{6})?")
_DAY_TYPES = frozenset({exp.DataType.Type.DATE})
_DAYS = frozenset({"current_date", "currentdate", "curdate", "utc_date", "utcdate"})
MOVES = {
    exp.DateAdd: 1, exp.TimestampAdd: 1, exp.DatetimeAdd: 1, exp.TsOrDsAdd: 1, exp.DateSub: -1, exp.TimestampSub: -1,
    exp.DatetimeSub: -1,
}  # fmt: skip
DATED = frozenset({exp.TimeToStr, exp.TimestampTrunc, exp.DateTrunc, exp.TsOrDsToTimestamp, exp.TsOrDsToDate})
_SPANS = frozenset({exp.DateDiff, exp.TimestampDiff, exp.TsOrDsDiff, exp.DatetimeDiff})
_PARTS = frozenset({"year", "month", "quarter"})
_SQLITE = {"date": 1, "datetime": 1, "unixepoch": 2, "julianday": 2, "strftime": 3}
"""SQLite's functions of time, with the arguments from which on they are computed here."""
_MOVING = frozenset({"addtime", "subtime", "date_add", "date_sub", "adddate", "subdate", "timestampadd", "datetime"})


class Dates(Constants):
    """Computes what expressions make of times."""

    unsigned: bool
    adds: bool
    _variable: Callable[[Expr], Any]

    def time_value(self, node: Expr, name: str) -> Any:
        """Compute a time, an interval, or what is made of one; ``NO_TIME`` for an expression that is none of these.

        Args:
            node: The expression.
            name: Of the function that it calls; "" where it calls none.
        """
        kind = type(node)
        if kind is exp.Interval or kind in MOVES:
            return self._interval(node) if kind is exp.Interval else self._shifted(node)
        if kind is exp.Add or kind is exp.Sub:
            return self._sum(node)
        if kind in (exp.Mul, exp.Div) and self.unsigned and isinstance(left := self.value(node.this), datetime):
            factor = number(self.value(node.expression))
            return UNKNOWN if not factor else _digits(left) * factor if kind is exp.Mul else _digits(left) / factor
        if name in CONSTANT_DATES:
            return truncated(now(), "day") if name in _DAYS else now()
        if isinstance(node, exp.Anonymous) and len(node.expressions) >= _SQLITE.get(name, len(node.expressions) + 1):
            return self._sqlite_date(node, name)
        if kind is exp.Extract:
            found = self._part(node)
            return NO_TIME if found is None else found
        if kind is exp.AtTimeZone:
            return self.value(node.this)
        if kind is exp.Cast:
            return self._cast(node)
        if kind in DATED:
            return self._dated(node)
        if kind in _SPANS:
            found = self._span(node)
            return NO_TIME if found is None else found
        if kind is exp.Anonymous and name in _PARTS and len(node.expressions) == 1:
            when = as_date(self.value(node.expressions[0]))
            if when is not None:
                return field_of(when, name)
        return NO_TIME

    def near_time(self, node: Expr, name: str) -> Any:
        """What a function makes of a time, and cannot be computed, is taken for that time; ``UNKNOWN`` without one.

        ``last_day(at)`` or ``date_bin('1 day', at, ...)`` goes on with ``at``: taken for any time at all, it would be
        seen to be before now in some rows only.
        """
        if KINDS.get(name) != "date" or not isinstance(node, exp.Func):
            return UNKNOWN
        if name in _MOVING and node.find(*ASKED) is not None:
            return UNKNOWN  # by as much as the caller says
        parts = [part for part in parts_of(node) if type(part) is not exp.Column or is_dated(part.name.lower())]
        values = [self.value(part) for part in parts]
        whens = [value for value in values if isinstance(value, datetime)] or [*filter(None, map(as_date, values))]
        return whens[0] if whens else UNKNOWN

    def _sum(self, node: Expr) -> Any:
        kind, left, right = type(node), self.value(node.this), self.value(node.expression)
        if isinstance(left, datetime) and node.expression.find(*ASKED) is not None:
            right = _DAY * 30
        if self.unsigned and isinstance(left, datetime) and isinstance(right, (int, float)):
            return _digits(left) + (right if kind is exp.Add else -right)
        if isinstance(left, datetime) and isinstance(right, datetime) and kind is exp.Sub:
            return left - right
        if isinstance(left, datetime) and isinstance(right, str):
            right = as_interval(right) or right
        if isinstance(right, timedelta) and as_date(left) is not None:
            return moved(as_date(left), right, 1 if kind is exp.Add else -1)
        if isinstance(left, datetime) and isinstance(right, (int, float)):
            return moved(left, _DAY * max(min(right, 10**6), -(10**6)), 1 if kind is exp.Add else -1)
        return self._variable(node) if isinstance(left, (datetime, timedelta)) else NO_TIME

    def _cast(self, node: Expr) -> Any:
        if node.this.is_string:
            found = as_date(super().value(node))
            if found is not None:
                return found
        if is_type(node.to, _DAY_TYPES) and isinstance(found := self.value(node.this), datetime):
            return truncated(found, "day")
        if is_type(node.to, exp.DataType.TEXT_TYPES):
            found = self.value(node.this)
            if isinstance(found, bool) and not self.adds:
                return str(found).lower()
            return str(found) if isinstance(found, datetime) else found
        return NO_TIME

    def _interval(self, node: Expr) -> Any:
        amount = self.value(node.this)
        unit = node.args.get("unit")
        if unit is not None:
            seconds = unit_of(unit.name)
            size = number(amount)
        else:
            return UNKNOWN if (found := as_interval(amount)) is None else found
        return UNKNOWN if size is None or seconds is None else timedelta(seconds=min(size * seconds, 1e11))

    def _shifted(self, node: Expr) -> Any:
        when, size = as_date(self.value(node.this)), number(self.value(node.expression))
        seconds = unit_of(node.text("unit") or "day")
        if when is None or size is None or seconds is None:
            return self._variable(node)
        by = timedelta(seconds=min(size * seconds, 1e11))
        return moved(when, by, MOVES[type(node)])

    def _dated(self, node: Expr) -> Any:
        """A time as a text, or cut to its month."""
        when = self.value(node.this)
        if when is None or when is UNKNOWN:
            return when
        found, kind = as_date(when), type(node)
        if found is None:
            return self._variable(node)
        if kind is exp.TimeToStr:
            form = self.value(node.args["format"])
            made = formatted(found, form, self.unsigned, self.adds) if isinstance(form, str) else None
        elif kind is exp.TsOrDsToTimestamp:
            return found
        else:
            unit = exp.Literal.string(node.text("unit"))
            made = truncated(found, "day" if kind is exp.TsOrDsToDate else str(self._literal(unit)).lower())
        return self._variable(node) if made is None else made

    def _span(self, node: Expr) -> Any:
        """Whole units between two times; ``None`` where they are not known."""
        first, second = as_date(self.value(node.this)), as_date(self.value(node.expression))
        unit = unit_of(_word(node.args["unit"], self.strings) if node.args.get("unit") is not None else "day")
        return None if first is None or second is None or unit is None else int((first - second).total_seconds() / unit)

    def _part(self, node: Expr) -> Any:
        """A part of a time or of the span between two."""
        when = self.value(node.expression)
        if isinstance(when, timedelta) and any(name_of(call) == "age" for call in node.find_all(exp.Func)):
            years, days = divmod(when.days, 365)
            parts = {"year": years, "month": days // 30, "day": days % 30}
            field = _word(node.this, self.strings)
            return parts[field] if field in parts else field_of(when, field)
        when = when if isinstance(when, timedelta) else as_date(when)
        return field_of(when, _word(node.this, self.strings)) if when is not None else None

    def _sqlite_date(self, node: Expr, name: str) -> Any:
        """What a function of SQLite's makes of a time with modifiers: ``strftime('%s', 'now', '-1 day')``."""
        values = [self.value(item) for item in node.expressions]
        form = values.pop(0) if name == "strftime" else None
        first, *others = values
        when = as_date(first)
        if first is None:
            return None
        for text in others if when is not None else ():
            words = str(text).lower().split()
            if words[:2] == ["start", "of"]:
                when = truncated(when, words[-1]) or when
                continue
            seconds = unit_of(words[1]) if len(words) == 2 else None
            if seconds is not None and number(words[0]) is not None:
                when = moved(when, timedelta(seconds=float(number(words[0]) or 0) * seconds))
        if when is None:
            return self._variable(node)
        if name == "strftime":
            made = formatted(when, form, False) if isinstance(form, str) else None
            return self._variable(node) if made is None else made
        if name in {"unixepoch", "julianday"}:
            return CALLS[name](when)
        return truncated(when, "day") if name == "date" else when


def _digits(when: datetime) -> int:
    """The number that MySQL makes of a time."""
    return int(f"{when:%Y%m%d%H%M%S}")


def _word(node: Expr, strings: list[str]) -> str:
    name = str(node.name)
    if name[:1] == "~" and name[1:].isdigit() and int(name[1:]) < len(strings):
        name = strings[int(name[1:])]
    return name.lower()


def with_written_dates(node: Expr) -> Expr:
    """Return a condition with MySQL's dates in digits, ``at < 20200101``, as they are written elsewhere."""
    literals = [item for item in node.find_all(exp.Literal) if _IN_DIGITS.fullmatch(str(item.this))]
    meant = [item for item in literals if not item.args.get("is_string") and _is_compared_with_time(item)]
    if not meant:
        return node
    found = exp.Paren(this=node.copy())
    for item in list(found.find_all(exp.Literal)):
        digits = str(item.this)
        if _IN_DIGITS.fullmatch(digits) and not item.args.get("is_string") and _is_compared_with_time(item):
            day, clock = f"{digits[:4]}-{digits[4:6]}-{digits[6:8]}", digits[8:]
            text = f"{day} {clock[:2]}:{clock[2:4]}:{clock[4:]}" if clock else day
            if as_date(text) is not None:
                item.replace(exp.Literal.string(text))
    return found.this


def _is_compared_with_time(item: Expr) -> bool:
    outer = item.parent
    if not isinstance(outer, (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Between, exp.In)):
        return False
    others = [part for part in parts_of(outer) if type(part) is not exp.Literal]
    return len(others) == 1 and type(others[0]) is exp.Column and is_dated(others[0].name.lower())


def is_dated(name: str) -> bool:
    """Whether a column of that name holds times."""
    return (name.endswith(_TIMED) and name not in _UNTIMED) or name in {"at", "ts"}


def is_made(name: str) -> bool:
    """Whether a column of that name is there with the row."""
    return name in {"at", "ts", "timestamp"} or name.startswith(_MADE)


def is_past(column: str) -> bool:
    """Whether a column of that name holds times that are past."""
    return column in {"at", "ts", "timestamp"} or column.startswith((*_PAST, *_SOMETIMES))


def is_sometimes(column: str) -> bool:
    """Whether a column of that name holds a time in some rows only."""
    return column.startswith(_SOMETIMES) and is_dated(column)


def dates_tried(said: list[Any], past: bool) -> list[Any]:
    """Return times to try a condition on: some of any kind, and those that it mentions with their neighbours.

    Args:
        said: Values that the condition mentions.
        past: Whether only times from the first records until now are meant.
    """
    dates = [when for when in map(partly_date, said) if when is not None and not is_extreme(when)]
    present = now()
    found = [*_DATES, *(present + by for by in _AROUND), *_MONTHS]
    found += [*(moved(when, _DAY, sign) for when in dates for sign in (-1, 0, 1))]
    if any(is_extreme(when) for when in map(as_date, said) if when is not None):
        found = [when for when in found if when >= FIRST]
    return [when for when in found if _RECORDS <= when < present] if past else found
