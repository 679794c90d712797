"""How many rows MySQL or MariaDB expects a statement to look at, from the answer to its ``EXPLAIN``.

The tabular form has a line per table with the number of rows that the optimizer expects to read, and on MySQL the
percentage that is expected to be left (``filtered``). Tables of one SELECT are joined, so their numbers are multiplied;
those of a UNION are added. Lines of subqueries are left out: they are rows looked at on the way, not rows touched.
``EXPLAIN`` does not run the statement; the optimizer may read single rows of tables, and small subqueries, to plan it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

__all__ = ["KINDS", "expected_rows"]

KINDS = frozenset({"delete", "insert", "replace", "select", "update"})
"""Kinds of statements that can be explained."""

_COUNTED = frozenset({"DELETE", "INSERT", "PRIMARY", "REPLACE", "SIMPLE", "UNION", "UPDATE"})


def expected_rows(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> int | None:
    """Return the number of rows, ``None`` when the server names none.

    Args:
        names: The columns of the answer.
        rows: Its lines; texts and numbers as the driver gives them, bytes too.
    """
    place = {name.lower(): index for index, name in enumerate(names)}
    if not {"id", "select_type", "rows"} <= place.keys():
        return None
    expected: dict[str, float] = {}
    for row in rows:
        count = _number(row[place["rows"]])
        if _text(row[place["select_type"]]) not in _COUNTED or count is None:
            continue
        filtered = _number(row[place["filtered"]]) if "filtered" in place else None
        selection = _text(row[place["id"]])
        expected[selection] = expected.get(selection, 1.0) * count * (100.0 if filtered is None else filtered) / 100
    return round(sum(expected.values())) if expected else None


def _text(value: Any) -> str:
    return bytes(value).decode("ascii", "replace") if isinstance(value, (bytes, bytearray)) else str(value)


def _number(value: Any) -> float | None:
    try:
        return None if value is None else float(_text(value))
    except ValueError:
        return None
