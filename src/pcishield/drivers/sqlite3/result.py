"""From the driver's result to masked rows: columns, text factories, column names."""

from __future__ import annotations

import re
import sqlite3
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pcishield.core.result import ResultColumn
from pcishield.drivers.sqlite3.state import CursorState, Text
from pcishield.exceptions import StatementDenied

if TYPE_CHECKING:
    from pcishield.runtime.result import ResultGuard

__all__ = [
    "drop_quoted_cell", "failed", "likeness", "masked_description", "open_result", "through_text_factory", "unread",
]  # fmt: skip

_description = sqlite3.Cursor.description.__get__
_connect = sqlite3.connect
_DIGITS = re.compile(r"(?:\d\D{0,3}){12}")
"""Cheap test for names that may hold a card number; the masker decides."""


_UNDECODABLE = re.compile(r"(Could not decode to UTF-8 column '(.*?)') with text '(.*)'", re.DOTALL)


@lru_cache(maxsize=1024)
def _columns(names: tuple[str, ...]) -> tuple[ResultColumn, ...]:
    # SQLite types values, not columns, and sqlite3 does not tell where a column comes from.
    return tuple(ResultColumn(name) for name in names)


def open_result(cursor: Any, state: CursorState) -> ResultGuard:
    """Return the guard for the rows that ``cursor`` is about to hand out.

    Raises:
        StatementDenied: The rows are of a statement that no guarded call has run.
    """
    if state.operation is None:
        raise state.session.bind(
            StatementDenied(
                "sqlite3.Cursor: these rows come from a statement that did not go through the guard.",
                rule="surface.blocked",
                hint="Run the statement with the cursor's own execute().",
            )
        )
    described = _description(cursor)
    if described != state.known[0]:
        state.known = (described, _columns(tuple([column[0] for column in described or ()])))
    state.result = state.operation.result(state.known[1])
    return state.result


def through_text_factory(state: CursorState, rows: list[Any]) -> list[Any]:
    """Mask rows whose text cells are still bytes, then let the user's text factory decode those cells."""
    factory, result = state.connection.text_factory, state.result
    assert result is not None
    texts = [tuple(type(cell) is Text for cell in row) for row in rows]
    decoded = [
        tuple([str(cell, "utf-8", "surrogateescape") if text else cell for cell, text in zip(row, marks, strict=True)])
        for row, marks in zip(rows, texts, strict=True)
    ]
    try:
        masked = result.rows(decoded)
    finally:
        # The factory may raise, as masking may: nothing raw stays in the variables of a traceback.
        rows.clear()
        decoded = []
    return [
        tuple(
            [
                factory(cell.encode("utf-8", "surrogateescape")) if text and isinstance(cell, str) else cell
                for cell, text in zip(row, marks, strict=True)
            ]
        )
        for row, marks in zip(masked, texts, strict=False)
    ]


def masked_description(cursor: Any, state: CursorState) -> Any:
    """Return ``cursor.description`` with card numbers in column names masked."""
    raw = _description(cursor)
    if raw is None:
        return None
    known, masked = state.described
    if known is not raw:
        masked = raw
        if any(_DIGITS.search(column[0]) for column in raw):
            masked = tuple((state.session.mask_text(column[0]), *column[1:]) for column in raw)
            if masked == raw:
                masked = raw
        state.described = (raw, masked)
        state.likeness = None
    return masked


def likeness(cursor: Any, state: CursorState) -> Any:
    """Return a cursor for ``sqlite3.Row`` to read column names from: ``cursor`` itself unless a name is masked."""
    masked = masked_description(cursor, state)
    if masked is _description(cursor):
        return cursor
    if state.likeness is None:
        names = ", ".join('NULL AS "{}"'.format(column[0].replace('"', '""')) for column in masked)
        # In memory, empty and closed again: nothing that this cursor could tell is anybody's data.
        connection = _connect(":memory:")
        state.likeness = connection.execute(f"SELECT {names}")
        connection.close()
    return state.likeness


def drop_quoted_cell(error: BaseException) -> None:
    """Drop the cell that sqlite3 quotes when it cannot decode it."""
    if isinstance(error, sqlite3.Error) and error.args and isinstance(error.args[0], str):
        text = _UNDECODABLE.sub(r"\1", error.args[0])
        if text != error.args[0]:
            error.args = (text, *error.args[1:])


def unread(error: BaseException) -> None:
    """Note that SQLite has not read any row when it raised ``error``: the message is about the text alone."""
    error._pcishield_unread = True  # type: ignore[attr-defined]


def failed(cursor: Any, state: CursorState, error: BaseException) -> None:
    """Mask what the driver raised during a fetch, and record it as the statement's outcome."""
    found = _UNDECODABLE.search(str(error)) if isinstance(error, sqlite3.OperationalError) else None
    if found is not None and _harmless(cursor, state, found[2], found[3]):
        error._pcishield_checked = True  # type: ignore[attr-defined]
    state.session.sanitise(error, None if state.operation is None else state.operation.sql)
    if state.operation is not None:
        state.operation.fail(error)


def _harmless(cursor: Any, state: CursorState, name: str, text: str) -> bool:
    # A broken byte may hide digits from the scanner, so any digit is one too many.
    if any(map(str.isdigit, text)):
        return False
    guard = state.result or open_result(cursor, state)
    places = [index for index, column in enumerate(guard.columns) if column.name == name]
    return bool(places) and all(guard.cell(index, text) == text for index in places)
