"""What the ends of a range say: ``[5,9)`` and ``[2026-01-01,)`` leave something out, ``(,)`` does not."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlglot import expressions as exp

from pcishield.statement.constants import bare, number
from pcishield.statement.content import as_date, is_extreme
from pcishield.statement.dates import is_dated
from pcishield.statement.trees import name_of, parts_of

__all__ = ["ends_of", "tells", "within_range"]

_RANGE = re.compile(r"[\[(]([^,\[\](){}]*),([^,\[\](){}]*)[\])]")
_BEFORE = datetime.fromisoformat("2001-01-02")
"""Nothing was recorded before."""
_KEYS_BEGIN, _KEYS_END = 1, 999_999_999


def ends_of(text: str) -> list[tuple[str | None, str | None]]:
    """Return the ends of each range in a range or multirange as PostgreSQL writes them; none for another text."""
    text = text.strip()
    if text[:1] == "{":
        return [_ends(found) for found in _RANGE.finditer(text)]
    match = _RANGE.fullmatch(text)
    return [_ends(match)] if match is not None else []


def _ends(match: re.Match[str]) -> tuple[str | None, str | None]:
    low, high = (part.strip().strip('"') or None for part in match.groups())
    return low, high


def tells(ends: Sequence[Any]) -> bool:
    """Whether a range from the first to the second leaves out what is stored, as far as its ends show."""
    low, high = ends
    when, least = as_date(low), number(low)
    below = low is None or (is_extreme(when) or when < _BEFORE if when is not None else _is_least(low, least))
    when, most = as_date(high), number(high)
    above = high is None or (is_extreme(when) if when is not None else _is_most(high, most))
    return not (below and above)


def _is_least(end: Any, found: float | None) -> bool:
    return found <= _KEYS_BEGIN if found is not None else _is_endless(end)


def _is_most(end: Any, found: float | None) -> bool:
    return found >= _KEYS_END or is_extreme(found) if found is not None else _is_endless(end)


def _is_endless(end: Any) -> bool:
    return isinstance(end, str) and end.lower() in {"infinity", "-infinity", ""}


def within_range(node: Any, own: list[Any], others: list[Any], is_key: Callable[[str], bool]) -> Any:
    """``at <@ tstzrange(x, y)`` as ``at >= x AND at <= y``, where it is a time or a key; ``None`` elsewhere."""
    if type(node) is not exp.Add or len(own) != 1 or len(others) != 1 or not isinstance(others[0], exp.Func):
        return None
    column = next(iter(own[0].find_all(exp.Column)), None)
    ends = parts_of(others[0])[:2]
    if column is None or not name_of(others[0]).endswith("range") or len(ends) < 2:
        return None
    if not is_dated(column.name.lower()) and not is_key(column.name.lower()):
        return None
    compared = [
        kind(this=own[0].copy(), expression=end.copy())
        for kind, end in zip((exp.GTE, exp.LTE), ends, strict=True)
        if type(bare(end)) is not exp.Null
    ]
    if len(compared) < 2:
        return compared[0] if compared else None
    return exp.And(this=compared[0], expression=compared[1])
