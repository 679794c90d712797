"""What every statement of psycopg passes; :mod:`._rows` says whether this is used or its compiled twin ``_fast_c``.

See there for how rows are masked, and :mod:`._gate` for how statements are judged.
"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from psycopg import pq
from psycopg._cursor_base import BaseCursor
from psycopg.adapt import Transformer

from pcishield.core.result import ResultColumn
from pcishield.drivers.psycopg._columns import column, unreadable
from pcishield.drivers.psycopg._pq import GuardedResult
from pcishield.exceptions import MaskingError
from pcishield.runtime.guard import inside
from pcishield.runtime.operation import Operation
from pcishield.runtime.result import ResultGuard

if TYPE_CHECKING:
    from pcishield.drivers.generic.copy_out import CopyOut
    from pcishield.runtime.session import Session

__all__ = [
    "COMPILED", "EXECUTE", "RAW", "GuardedTransformer", "Results", "ShortResult", "Shown", "columns_of", "current",
    "done", "execute_gen", "known", "make_get_pgconn", "make_send", "make_wait", "results_property",
    "transformer_property",
]  # fmt: skip

_TX: Any = BaseCursor.__dict__["_tx"]
_PGRESULT: Any = BaseCursor.__dict__["pgresult"]
_get_tx = _TX.__get__
_get_raw = _PGRESULT.__get__
_load_rows = Transformer.load_rows
_load_row = Transformer.load_row
_set_pgresult = Transformer.set_pgresult
_BAD = pq.ConnStatus.BAD
_execute_gen: Any = BaseCursor._execute_gen
EXECUTE = _execute_gen.__code__


_MAX_SHAPES = 4096
_shapes: dict[tuple[Any, ...], tuple[ResultColumn, ...]] = {}


def columns_of(result: Any, pgconn: Any, adapters: Any) -> tuple[ResultColumn, ...]:
    """Return the columns of a ``PGresult``: the same tuple for every result of the same shape.

    Args:
        result: The result.
        pgconn: What it came by; its encoding is that of the column names.
        adapters: What loads its values; a binary column without a loader there is ``opaque``.
    """
    encoding, fname, ftype, fformat = pgconn._encoding, result.fname, result.ftype, result.fformat
    shape: list[Any] = [encoding]
    for i in range(result.nfields):
        oid = ftype(i)
        shape.append(fname(i))
        shape.append(oid)
        shape.append(fformat(i) != 0 and unreadable(oid, adapters))
    key = tuple(shape)
    found = _shapes.get(key)
    if found is None:
        if len(_shapes) >= _MAX_SHAPES:
            _shapes.clear()
        found = _shapes[key] = tuple(
            [column(shape[i] or b"", shape[i + 1], encoding, shape[i + 2]) for i in range(1, len(shape), 3)]
        )
    return found


class Results:
    """What a guarded cursor knows of its results.

    Attributes:
        session: Of the cursor's connection.
        operation: The operation whose results come next, or are current outside of a pipeline.
        current: The operation of the current result.
        expected: In pipeline mode, the operations whose results are still to come, in order.
        copy: Masks the COPY TO STDOUT that is under way.
        guard: Of the current result.
        results: All results of a text of several statements, in their order.
        truncates: The policy ends the current result at a row limit instead of raising.
        paged: Results come in pages (stream, server-side cursor): the end of one is not the end of the rows.
        proxy: Stands for the current result when somebody else than the driver looks at it.
    """

    __slots__ = (
        "copy", "current", "expected", "guard", "operation", "paged", "proxy", "results", "session", "truncates",
    )  # fmt: skip

    def __init__(self, session: Session) -> None:
        self.session = session
        self.operation: Operation | None = None
        self.current: Operation | None = None
        self.expected: deque[Operation] = deque()
        self.copy: CopyOut | None = None
        self.guard: ResultGuard | None = None
        self.results: list[Any] | None = None
        self.proxy: GuardedResult | None = None
        self.paged = self.truncates = False

    def next(self, operation: Operation, paged: bool, piped: bool) -> None:
        """Turn to the results of ``operation``, which is about to be sent."""
        before, self.operation, self.paged = self.operation, operation, paged
        self.results = None
        if not piped:
            self.current = operation
            self.truncates = operation.truncates
            if self.expected:
                # Of a pipeline that broke off, the last one sent among them: nobody hears what became of them.
                self.expected.clear()
            elif before is not None:
                before.finish()

    def start_guard(self, tx: Any) -> ResultGuard:
        """Make the guard of the current result, which ``tx`` loads."""
        operation, result = self.current, tx.pgresult
        if operation is None or operation.decision is None:
            raise self.session.bind(
                MaskingError("this result belongs to no guarded statement; execute it again on this cursor")
            )
        connection: Any = tx.connection
        columns = columns_of(result, connection.__dict__["pgconn"], tx.adapters)
        guard = self.guard = operation.result(columns, self.part(result))
        return guard

    def part(self, result: Any) -> int | None:
        """Return which of several statements in one text ``result`` is of."""
        return None if self.results is None else next((i for i, r in enumerate(self.results) if r is result), None)

    def allowed(self, result: Any, position: int) -> Any:
        """Return ``result``, or one that ends where the row budget does, when the policy truncates."""
        operation = self.current
        budget = None if operation is None else operation.row_budget()
        if budget is None or result.ntuples <= position + budget:
            return result
        return ShortResult(result, position + budget)

    def reached(self, row: int, total: int) -> None:
        """Say that the rows of the current result before ``row`` have been handed out, of ``total``."""
        operation: Operation = self.current  # type: ignore[assignment]
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


class GuardedTransformer(Transformer):  # type: ignore[misc, valid-type]
    """psycopg's transformer, masking what it loads. One per cursor and query, as psycopg makes them.

    Attributes:
        of: What the cursor knows of its results.
    """

    __slots__ = ("of",)

    of: Results

    def set_pgresult(self, result: Any, *, set_loaders: bool = True, format: Any = None) -> None:
        """See psycopg. A result with loaders of its own starts a new guard."""
        # psycopg 3.2 knows no format.
        formats = {} if format is None else {"format": format}
        _set_pgresult(self, result, set_loaders=set_loaders, **formats)
        of = self.of
        of.proxy = None
        if set_loaders:
            of.guard = None

    def load_rows(self, row0: int, row1: int, make_row: Any) -> list[Any]:
        """See psycopg; masked."""
        of = self.of
        guard = of.guard or of.start_guard(self)
        try:
            rows = _load_rows(self, row0, row1, tuple)
        except BaseException as error:
            of.session.sanitise(error, None if of.current is None else of.current.sql)
            raise
        rows = guard.rows(rows)
        of.reached(row1, self.pgresult.ntuples)
        return rows if make_row is tuple else [make_row(row) for row in rows]

    def load_row(self, row: int, make_row: Any) -> Any:
        """See psycopg; masked."""
        of = self.of
        guard = of.guard or of.start_guard(self)
        if guard.ended:
            return None
        try:
            values = _load_row(self, row, tuple)
        except BaseException as error:
            of.session.sanitise(error, None if of.current is None else of.current.sql)
            raise
        if values is None:
            # psycopg 3.2: the end of the rows.
            return None
        try:
            masked = guard.row(values)
        except BaseException:
            values = ()  # nothing raw stays in the variables of a traceback
            raise
        of.reached(row + 1, self.pgresult.ntuples)
        if masked is None:
            # The budget was used up by another cursor of this session between the check and the row.
            return None
        return masked if make_row is tuple else make_row(masked)


class Shown:
    """What a :class:`GuardedResult` needs to know of a cursor's result, after the cursor has gone on to another too."""

    __slots__ = ("_of", "_part", "_result", "_tx", "connection", "current", "guard", "session")

    def __init__(self, of: Results, tx: Any) -> None:
        self.session = of.session
        self.connection = tx.connection
        self.current = of.current
        self.guard = of.guard
        self._of = of
        self._tx = tx
        self._result = tx.pgresult
        self._part = of.part(self._result)

    def start_guard(self) -> ResultGuard:
        """Return the guard of the result."""
        of = self._of
        if of.proxy is not None and of.proxy._source is self:
            self.guard = of.guard or of.start_guard(self._tx)
        elif self.current is None:
            raise self.session.bind(MaskingError("this result belongs to no guarded statement"))
        else:
            columns = columns_of(self._result, self.connection.__dict__["pgconn"], self._tx.adapters)
            self.guard = self.current.result(columns, self._part)
        return self.guard


class ShortResult:
    """A result that a row limit has cut off: the driver's own loops end at ``ntuples``."""

    __slots__ = ("_result", "ntuples")

    def __init__(self, result: Any, ntuples: int) -> None:
        self._result = result
        self.ntuples = ntuples

    def __getattr__(self, name: str) -> Any:
        return getattr(self._result, name)


def current(cursor: Any) -> Results:
    """Return what is known of the cursor's results, of a cursor that has not been looked at yet as well."""
    try:
        tx = _get_tx(cursor)
        if type(tx) is GuardedTransformer:
            return tx.of
    except AttributeError:
        pass
    tx = GuardedTransformer(cursor)
    of: Results = Results(cursor._conn._pcishield)
    tx.of = of
    _TX.__set__(cursor, tx)
    return of


def set_transformer(cursor: Any, plain: Any) -> None:
    # psycopg makes a plain one for every new query: ours takes its place and goes on with the operation.
    of = current(cursor)
    tx = GuardedTransformer(cursor)
    tx.of = of
    of.copy = of.guard = of.proxy = None
    _TX.__set__(cursor, tx)


# The getter is the slot's own: no Python frame for what psycopg reads at every step.
transformer_property = property(_get_tx, set_transformer)


_READERS: set[int] = set()
RAW = frozenset({
    "psycopg._copy_base", "psycopg._cursor_base", "psycopg._server_cursor_base", "psycopg.cursor",
    "psycopg.cursor_async", "psycopg.server_cursor",
})  # fmt: skip


def get_result(cursor: Any) -> Any:
    result = _get_raw(cursor)
    if result is None:
        return None
    module = sys._getframe(1).f_globals
    if id(module) in _READERS or _is_reader(module):
        of = _get_tx(cursor).of
        return of.allowed(result, cursor._pos) if of.truncates else result
    of = current(cursor)
    if of.proxy is None or of.proxy._result is not result:
        of.proxy = GuardedResult(result, Shown(of, _get_tx(cursor)))
    return of.proxy


def _is_reader(module: dict[str, Any]) -> bool:
    if module.get("__name__") not in RAW:
        return False
    # Module dictionaries live as long as their modules: only the driver's own are remembered.
    _READERS.add(id(module))
    return True


results_property = property(get_result, _PGRESULT.__set__)


_stamps: list[Any] = []


def _stamp() -> Any:
    if not _stamps:
        # Late: it imports what chooses between this module and its compiled twin.
        from pcishield.drivers.psycopg._cursor import stamp

        _stamps.append(stamp)
    return _stamps[0]


def execute_gen(self: Any, query: Any, params: Any = None, *, prepare: Any = None, binary: Any = None) -> Any:
    """Be ``BaseCursor._execute_gen``, and leave word of what the generator was made with."""
    gen = _execute_gen(self, query, params, prepare=prepare, binary=binary)
    self._conn._pcishield.sent = (gen, self, query, params, prepare, binary)
    return gen


def make_send(original: Callable[..., Any]) -> Callable[..., Any]:
    """Make the method that hands a statement to libpq: the server works from then on, and the log has time to hash."""

    def send(self: Any, *args: Any, **kwargs: Any) -> Any:
        sent = original(self, *args, **kwargs)
        settle = current(self).session.settle_log
        if settle is not None:
            settle()
        return sent

    return send


def known(connection: Any, session: Session, gen: Any) -> tuple[Operation, Any, Any] | None:
    """Begin the statement of ``gen`` if it is an ``execute()`` of what has been allowed before, unchanged.

    Returns:
        The operation, with its ATTEMPT written, the cursor, and the generator to be run; ``None``: it takes the whole
        way, through :class:`~pcishield.drivers.psycopg._steps.Execute`.
    """
    sent = session.sent
    if sent is not None and sent[0] is gen:
        session.sent = None
        _, cursor, query, params, _, _ = sent
    else:
        arguments = gen.gi_frame.f_locals
        cursor, query, params = arguments["self"], arguments["query"], arguments["params"]
    state = connection.__dict__
    if type(query) is not str or state["_pipeline"] is not None or state["pgconn"].status == _BAD:
        return None
    cls = type(cursor)
    merges = cls.__dict__.get("_pcishield_merges")
    if merges is None:
        # New, or of a class that a user has derived since: connection.execute() makes a cursor each time.
        _stamp()(cursor)
        cls = type(cursor)
        merges = cls.__dict__.get("_pcishield_merges", True)
    if merges or cls._pcishield_piped or inside.get():
        return None
    operation = session.begin(query, params, "execute")
    return None if operation is None else (operation, cursor, gen)


def done(operation: Operation, cursor: Any) -> None:
    """Say that the driver's call has returned."""
    results = cursor._results
    if len(results) == 1 and results[0].ntuples:
        operation.pending(True)
    else:
        operation.finish(cursor._rowcount)
    operation.ended()


def make_wait(original: Callable[..., Any], whole: Callable[..., Any]) -> Callable[..., Any]:
    """Make the ``wait`` of a blocking connection class.

    Args:
        original: The class's own.
        whole: ``whole(connection, session, gen, args, kwargs)`` takes what is not known through the whole flow.
    """

    def wait(self: Any, gen: Any, *args: Any, **kwargs: Any) -> Any:
        session: Session = self._pcishield
        if getattr(gen, "gi_code", None) is not EXECUTE or (found := known(self, session, gen)) is None:
            return whole(self, session, gen, args, kwargs)
        operation, cursor, gen = found
        try:
            current(cursor).next(operation, False, False)
            value = original(self, gen, *args, **kwargs)
            done(operation, cursor)
            return value
        except BaseException as error:
            if (ours := session.failed(error, operation)) is not None:
                raise ours from ours.__cause__
            raise

    return wait


def make_get_pgconn(is_driver: Callable[[Any], bool], shown: Callable[[Any, Any, Any], Any]) -> Callable[[Any], Any]:
    """Make the getter of ``connection.pgconn``, which psycopg reads at every step.

    Args:
        is_driver: Whether a module, by its dictionary, is one of the driver's that gets libpq's own object.
        shown: ``shown(connection, raw, frame)`` returns what everybody else gets.
    """

    def get_pgconn(connection: Any) -> Any:
        raw = connection.__dict__.get("pgconn")
        if raw is None:
            raise AttributeError("pgconn")  # of one that copy.deepcopy() is still making
        frame = sys._getframe(1)
        return raw if is_driver(frame.f_globals) else shown(connection, raw, frame)

    return get_pgconn


COMPILED = False
"""Whether this is the compiled one."""
