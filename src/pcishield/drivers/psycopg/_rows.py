"""Where rows are masked: the transformer, which turns libpq's results into Python rows for every way to fetch.

A batch is loaded with the maker ``tuple`` (the C implementation's fast path), masked, and only then given to
the user's row maker. Loaders (``adapters.register_loader``) run before that and see raw values.
"""

from __future__ import annotations

import sys
from collections import deque
from typing import TYPE_CHECKING, Any

from psycopg._cursor_base import BaseCursor
from psycopg.adapt import Transformer
from psycopg.pq import ExecStatus

from pcishield.drivers.psycopg._columns import columns_of
from pcishield.drivers.psycopg._pq import GuardedResult
from pcishield.exceptions import MaskingError
from pcishield.runtime.operation import Operation
from pcishield.runtime.result import ResultGuard

if TYPE_CHECKING:
    from pcishield.drivers.psycopg._copy import CopyOut
    from pcishield.runtime.session import Session

__all__ = ["GuardedTransformer", "ShortResult", "current", "raw_result", "results_property", "transformer_property"]

_TX: Any = BaseCursor.__dict__["_tx"]
_PGRESULT: Any = BaseCursor.__dict__["pgresult"]
_get_tx = _TX.__get__
_get_raw = _PGRESULT.__get__
_load_rows = Transformer.load_rows
_load_row = Transformer.load_row
_set_pgresult = Transformer.set_pgresult
_TUPLES_OK = ExecStatus.TUPLES_OK


class GuardedTransformer(Transformer):  # type: ignore[misc, valid-type]
    """psycopg's transformer, masking what it loads. One per cursor and query, as psycopg makes them.

    Attributes:
        session: Of the cursor's connection.
        operation: The operation whose results come next, or are current outside of a pipeline.
        current: The operation of the current result.
        expected: In pipeline mode, the operations whose results are still to come, in order.
        copy: Masks the COPY TO STDOUT that is under way.
        results: All results of a text of several statements, in their order.
        truncates: The policy ends the current result at a row limit instead of raising.
        paged: Results come in pages (stream, server-side cursor): the end of one is not the end of the rows.
    """

    __slots__ = (
        "copy",
        "current",
        "expected",
        "guard",
        "operation",
        "paged",
        "proxy",
        "results",
        "session",
        "truncates",
    )

    session: Session
    copy: CopyOut | None
    operation: Operation | None
    current: Operation | None
    expected: deque[Operation]
    guard: ResultGuard | None
    paged: bool
    results: list[Any] | None
    truncates: bool
    proxy: GuardedResult | None

    def set_pgresult(self, result: Any, *, set_loaders: bool = True, **kwargs: Any) -> None:
        """See psycopg. A result with loaders of its own starts a new guard."""
        _set_pgresult(self, result, set_loaders=set_loaders, **kwargs)
        self.proxy = None
        if set_loaders:
            self.guard = None

    def load_rows(self, row0: int, row1: int, make_row: Any) -> list[Any]:
        """See psycopg; masked."""
        guard = self.guard or self.start_guard()
        try:
            rows = _load_rows(self, row0, row1, tuple)
        except BaseException as error:
            self.session.sanitise(error)
            raise
        rows = guard.rows(rows)
        self._reached(row1, guard)
        return rows if make_row is tuple else [make_row(row) for row in rows]

    def load_row(self, row: int, make_row: Any) -> Any:
        """See psycopg; masked."""
        guard = self.guard or self.start_guard()
        if guard.ended:
            return None
        try:
            values = _load_row(self, row, tuple)
        except BaseException as error:
            self.session.sanitise(error)
            raise
        if values is None:
            # psycopg 3.2: the end of the rows.
            return None
        masked = guard.row(values)
        self._reached(row + 1, guard)
        if masked is None:
            # The budget was used up by another cursor of this session between the check and the row.
            return None
        return masked if make_row is tuple else make_row(masked)

    def start_guard(self) -> ResultGuard:
        """Make the guard of the current result."""
        operation, result = self.current, self.pgresult
        if operation is None or operation.decision is None:
            raise self.session.bind(
                MaskingError("this result belongs to no guarded statement; execute it again on this cursor")
            )
        connection: Any = self.connection
        columns = columns_of(result, connection.__dict__["pgconn"]._encoding, self.adapters)
        part = None if self.results is None else next((i for i, r in enumerate(self.results) if r is result), None)
        guard = self.guard = operation.result(columns, part)
        return guard

    def allowed(self, result: Any, position: int) -> Any:
        """Return ``result``, or one that ends where the row budget does, when the policy truncates."""
        operation = self.current
        budget = None if operation is None else operation.row_budget()
        if budget is None or result.ntuples <= position + budget:
            return result
        return ShortResult(result, position + budget)

    def _reached(self, row: int, guard: ResultGuard) -> None:
        operation: Operation = self.current  # type: ignore[assignment]
        total = self.pgresult.ntuples
        if row >= total:
            if not self.paged:
                operation.finish(total)
        elif self.truncates and operation.row_budget() == 0:
            self.cut_off()

    def cut_off(self) -> None:
        """Say that a row limit has ended the current result."""
        guard, operation = self.guard, self.current
        if guard is not None and operation is not None and not guard.ended:
            guard.ended = True
            operation.limit_hit("rows", guard.fetched)


class ShortResult:
    """A result that a row limit has cut off: the driver's own loops end at ``ntuples``."""

    __slots__ = ("_result", "ntuples")

    def __init__(self, result: Any, ntuples: int) -> None:
        self._result = result
        self.ntuples = ntuples

    def __getattr__(self, name: str) -> Any:
        return getattr(self._result, name)


def current(cursor: Any) -> GuardedTransformer:
    """Return the cursor's transformer, making one for a cursor that has none yet."""
    try:
        tx = _get_tx(cursor)
        if type(tx) is GuardedTransformer:
            return tx
    except AttributeError:
        pass
    tx = _guarded(cursor)
    _TX.__set__(cursor, tx)
    return tx


def _guarded(cursor: Any) -> GuardedTransformer:
    tx = GuardedTransformer(cursor)
    tx.session = cursor._conn._pcishield
    tx.operation = tx.current = tx.copy = tx.guard = tx.proxy = tx.results = None
    tx.paged = tx.truncates = False
    tx.expected = deque()
    return tx


def _set_tx(cursor: Any, plain: Any) -> None:
    # psycopg makes a plain one for every new query: ours takes its place and goes on with the operation.
    before = current(cursor)
    tx = GuardedTransformer(cursor)
    tx.session, tx.operation, tx.current = before.session, before.operation, before.current
    tx.expected, tx.paged, tx.truncates = before.expected, before.paged, before.truncates
    tx.results = before.results
    tx.copy = tx.guard = tx.proxy = None
    _TX.__set__(cursor, tx)


# The getter is the slot's own: no Python frame for what psycopg reads at every step.
transformer_property = property(_TX.__get__, _set_tx)

_READERS: set[int] = set()
_RAW = frozenset({
    "psycopg._copy_base", "psycopg._cursor_base", "psycopg._server_cursor_base", "psycopg.cursor",
    "psycopg.cursor_async", "psycopg.server_cursor",
})  # fmt: skip


def _get_result(cursor: Any) -> Any:
    result = _get_raw(cursor)
    if result is None:
        return None
    module = sys._getframe(1).f_globals
    if id(module) in _READERS or _is_reader(module):
        tx = _get_tx(cursor)
        return tx.allowed(result, cursor._pos) if tx.truncates else result
    tx = current(cursor)
    if tx.proxy is None or tx.proxy._result is not result:
        tx.proxy = GuardedResult(result, tx)
    return tx.proxy


def _is_reader(module: dict[str, Any]) -> bool:
    if module.get("__name__") not in _RAW:
        return False
    # Module dictionaries live as long as their modules: only the driver's own are remembered.
    _READERS.add(id(module))
    return True


results_property = property(_get_result, _PGRESULT.__set__)


def raw_result(cursor: Any) -> Any:
    """Return libpq's result itself."""
    return _get_raw(cursor)
