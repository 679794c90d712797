"""What every statement passes, in Python; ``PCISHIELD_KERNEL=python`` says that it is used even if more was built.

The compiled module does the same for the ordinary case and calls the Python methods for everything else: an
outage, a clock that was set, a first use, another flush mode, masked cells.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from time import monotonic, monotonic_ns, time_ns
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from pcishield.audit.tail import Template
from pcishield.core.compiled import compiled
from pcishield.masking import MaskStats

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pcishield.audit.canonical import Preencoded
    from pcishield.core.decision import Decision
    from pcishield.core.result import ResultColumn
    from pcishield.masking import RowPlan
    from pcishield.runtime.budgets import Meter
    from pcishield.runtime.catalogs import _Entry
    from pcishield.runtime.held import HeldGrant
    from pcishield.runtime.known import KnownStatement, Table
    from pcishield.runtime.linger import Lingering
    from pcishield.runtime.memo import Memo
    from pcishield.runtime.operation import Operation
    from pcishield.runtime.result import ResultGuard
    from pcishield.runtime.session import Session
    from pcishield.runtime.tape import Tape
    from pcishield.statement import Catalog
    from pcishield.statement.facts import Statement
    from pcishield.typing import Clock

__all__ = [
    "CatalogState", "GuardState", "LogState", "MemoState", "OperationState", "PurePythonCatalogState",
    "PurePythonGuardState", "PurePythonLogState", "PurePythonMemoState", "PurePythonOperationState",
    "PurePythonSessionState", "PurePythonShardState", "PurePythonStamps", "PurePythonTally", "SessionState",
    "Settleable", "ShardState", "Stamps", "append", "append_filled", "append_filled_slowly", "append_slowly", "begin",
    "linger", "pure_python_begin", "pure_python_linger", "pure_python_settle", "pure_python_shape_of_harmless",
    "settle", "shape_of_harmless",
]  # fmt: skip

_SHAPES = 64

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

_DIGITS = 12
"""Fewest digits of a card number, and of one of our masks."""

_SMALL = 10 ** (_DIGITS - 1)
_NEVER = frozenset({type(None), bool, date, datetime, time_of_day, timedelta, UUID})


class PurePythonStamps:
    """Makes (wall clock, monotonic clock) pairs, nanoseconds. Not thread-safe; the log's lock is held.

    Wall and monotonic clock go at the same rate (the system slews both), so their difference only changes when
    somebody sets the wall clock, or the machine slept.

    Args:
        clock: For tests; the system's clocks otherwise.
        tolerance: Seconds that the difference may change unmentioned.

    Attributes:
        step_us: How far the wall clock was moved since :meth:`accept`, microseconds; 0 for not at all.
        behind: Whether it now shows less than it did at an earlier record, by more than the tolerance.
    """

    __slots__ = ("_clock", "_last", "_offset", "_tolerance", "behind", "step_us")

    def __init__(self, clock: Clock | None, tolerance: float) -> None:
        self._clock = clock
        self._tolerance = int(tolerance * 1e9)
        self._last = 0
        self._offset = 0
        self.step_us = 0
        self.behind = False
        self.restart()

    @staticmethod
    def _read(clock: Clock) -> tuple[int, int]:
        return (clock.now() - _EPOCH) // _MICROSECOND * 1000, clock.monotonic_ns()

    def now(self) -> tuple[int, int]:
        """Return the two stamps, and note in ``step_us`` and ``behind`` whether the wall clock was set."""
        wall, mono = (time_ns(), monotonic_ns()) if self._clock is None else self._read(self._clock)
        drift = wall - mono - self._offset
        if -self._tolerance <= drift <= self._tolerance:
            if self.step_us:
                self.step_us, self.behind = 0, False
            if wall > self._last:
                self._last = wall
        else:
            self.step_us = drift // 1000
            self.behind = wall < self._last - self._tolerance
        return wall, mono

    def accept(self) -> None:
        """Take the wall clock as it is now."""
        wall, mono = (time_ns(), monotonic_ns()) if self._clock is None else self._read(self._clock)
        self._offset = wall - mono
        self._last = wall
        self.step_us = 0
        self.behind = False

    def restart(self) -> tuple[int, int]:
        """Take the clocks as they are, and return the stamps."""
        self.accept()
        return self.now()


def append_slowly(self: Any, type: str, fields: Mapping[str, Any], *, durable: bool = False) -> str:
    """Append one record; see :meth:`pcishield.typing.AuditLog.append`."""
    record: str = self.append_slowly(type, fields, durable)
    return record


def append_filled_slowly(self: Any, template: Template, values: tuple[bytes, ...], *, durable: bool = False) -> str:
    """Be ``FileAuditLog.append_filled`` where nothing was compiled."""
    record: str = self.append_filled_slowly(template, values, durable)
    return record


class PurePythonShardState:
    """What every record reads of a shard; :class:`pcishield.runtime._log_shard.ShardWriter` has the rest."""


class PurePythonLogState:
    """What every record reads of the log; :class:`pcishield.runtime.log.FileAuditLog` has the rest."""


def pure_python_settle(self: Any) -> None:
    """Be ``FileAuditLog.settle``: do now what the next record would have to, for one who is about to wait anyway."""
    shard = self._shard
    if shard is not None and self._lock.acquire(blocking=False):
        try:
            shard.settle()
        finally:
            self._lock.release()


class Settleable(Protocol):
    """Something that has a record to write."""

    def settle(self) -> None:
        """Write it. Idempotent. Raises AuditUnavailable."""
        ...


def pure_python_linger(self: Lingering, operation: Settleable) -> None:
    """Be ``Lingering.add``."""
    self._waiting[operation] = monotonic_ns()
    if self._asleep:
        self.wake()


def pure_python_shape_of_harmless(parameters: Any) -> tuple[Any, ...] | None:
    """Return what :func:`pcishield.runtime.parameters.described` looks at, hashable, of harmless parameters.

    Harmless are those that cannot hold a card number or a mask, as can be told at a glance.

    Returns:
        ``None`` when they need a closer look.
    """
    kind = parameters.__class__
    if kind is not tuple and kind is not list:
        # A name may say what its value is (cvv=...), and then a short value matters.
        return () if kind is dict and not parameters else None
    shape: list[Any] = []
    for value in parameters:
        kind = value.__class__
        if kind is int:
            if not -_SMALL < value < _SMALL:
                return None
        elif kind is str or kind is bytes:
            length = len(value)
            if length >= _DIGITS:
                return None
            shape.append(length)
        elif kind not in _NEVER:
            return None
        shape.append(kind)
    return tuple(shape)


class PurePythonCatalogState:
    """What every statement reads of a session's catalog; ``pcishield.runtime.catalogs.SessionCatalog`` has the rest."""

    __slots__ = ("_bare", "_dialect", "_entry", "_in_transaction", "_seen", "_stale", "_table", "_until", "catalog")

    if TYPE_CHECKING:
        _bare: Table
        _dialect: str
        _entry: _Entry
        _in_transaction: bool
        _seen: int
        _stale: str
        _table: Table
        _until: float
        catalog: Catalog | None

    def confirms(self, sql: str, known: KnownStatement) -> bool:
        """Whether ``known`` is still what is known about ``sql``, without reading anything."""
        if not known.needs_catalog and self._bare.get((self._dialect, sql)) is known:
            # Understood without any catalog, and there is nothing in it that one could tell more about.
            return True
        return (
            monotonic() < self._until
            and not self._stale
            and self._seen == self._entry.generation
            and not self._in_transaction
            and self._table.get((self._dialect, sql)) is known
            and not known.missing
        )


class PurePythonSessionState:
    """What every statement reads of a session; :class:`pcishield.runtime.session.Session` has the rest.

    Attributes:
        sent: What a driver has made and not sent yet, for itself.
    """

    sent: tuple[Any, ...] | None = None


class PurePythonOperationState:
    """What an operation knows, and its ordinary way; :class:`pcishield.runtime.operation.Operation` has the rest."""

    # Defaults of the class: one is made for every statement, and most of these stay as they are.
    attempt_id = ""
    statement: Statement | None = None
    decision: Decision | None = None
    sources: Sequence[Statement | None] | None = None
    known: KnownStatement | None = None
    _tallies: tuple[PurePythonTally, ...] = ()
    _bytes = 0
    _meter: Meter | None = None
    _memo: Memo | None = None
    _pan = False
    _abandoned = False
    _pending = False
    _reported = 0
    _request_id = ""
    _started = 0
    _rowcount: int | None = None
    _error: dict[str, Any] | None = None
    _grant: HeldGrant | None = None
    _tape: Tape | None = None

    def __init__(self, session: Session, sql: str, parameters: Any, method: str, many: bool) -> None:
        self.session = session
        self.sql = sql
        self.parameters = parameters
        self.method = method
        self.many = many

    def __del__(self) -> None:
        # A cursor dropped with rows unread: its record must not be. But never written from here: the collector
        # may run this inside the log's own lock.
        if self._pending or (self._tallies and self.fetched() > self._reported):
            self._abandoned = True
            self.session.parts.linger(self)  # type: ignore[arg-type]

    def pending(self, returns_rows: bool) -> None:
        """Say, before the driver's call returns, whether rows will be fetched: then RESULT waits for them."""
        self._pending = returns_rows

    def fetched(self) -> int:
        """Return how many rows were handed out."""
        return sum(tally.fetched for tally in self._tallies)

    def begin(self, memo: Memo, values: tuple[bytes, ...]) -> None:
        """Write the ATTEMPT of what ``memo`` says is allowed.

        Raises:
            AuditUnavailable: It cannot be written.
        """
        self._memo = memo
        self.known = memo.known
        self.statement = memo.statement
        self.decision = memo.decision
        self._started = monotonic_ns()
        self.attempt_id = self.session.fill(memo.attempt, values, durable=True)

    def result(self, columns: Sequence[ResultColumn], part: int | None = None) -> ResultGuard:
        """Return the guard for one result set; call it once per result set.

        Args:
            columns: Of the result set.
            part: Of several statements in one text, the position of the one whose result it is; without it,
                what touches classified tables is redacted whole.
        """
        if self._memo is None or self.sources is not None:
            return self.result_of(columns, part)
        plan = self._memo.known.plan(columns, self._memo.decision, self.session.parts.masker)
        guard = self.guarded(self, plan, columns)  # type: ignore[arg-type]
        self._tallies += (guard.tally,)
        return guard

    def ended(self, error: BaseException | None = None) -> None:
        """Write the RESULT of what :meth:`begin` began, unless rows are still to be fetched."""
        if error is not None:
            self.append_failure(error)
        elif self._pending:
            self.session.parts.linger(self)  # type: ignore[arg-type]
        else:
            self.append_result()

    def finish(self, rowcount: int | None = None) -> None:
        """Say that nothing more will be fetched: the RESULT or the FETCH summary is written. Idempotent."""
        if rowcount is not None and rowcount >= 0:
            self._rowcount = rowcount
        if self._pending:
            self._pending = False
            self.session.parts.settled(self, None)  # type: ignore[arg-type]
            self.append_result()
        elif self._tallies and self.attempt_id and self.fetched() > self._reported:
            self.append_fetch()

    def append_result(self) -> None:
        """Write a successful RESULT."""
        memo = self._memo
        if memo is None:
            self.append_plain_result()
            return
        scanned = fetched = 0
        for tally in self._tallies:
            stats = tally.stats
            if stats.masked or stats.findings or tally.ended:
                self.append_plain_result()
                return
            scanned += stats.cells
            fetched += tally.fetched
        values: tuple[bytes, ...] = (b'"%b"' % self.attempt_id.encode("ascii"),)
        if self._tallies:
            values += (b'{"masked":0,"scanned":%d}' % scanned,)
        values += (b"%d" % ((monotonic_ns() - self._started) // 1000),)
        if self._rowcount is not None:
            values += (b"%d" % self._rowcount,)
        if self._tallies:
            self._reported = fetched
            values += (b"%d" % fetched,)
        which = (self._rowcount is not None) + 2 * bool(self._tallies)
        self.session.fill(memo.results[which] or self.result_template(which), values)

    if TYPE_CHECKING:
        # Of pcishield.runtime.operation.Operation.

        def result_template(self, which: int) -> Template:
            """Make a template of RESULT."""
            ...

        def result_of(self, columns: Sequence[ResultColumn], part: int | None) -> ResultGuard:
            """Make the guard of any result set."""
            ...

        guarded: type[ResultGuard]

        def append_plain_result(self) -> None:
            """Write a successful RESULT with everything there is to tell."""
            ...

        def append_failure(self, error: BaseException) -> None:
            """Write the RESULT of what failed."""
            ...

        def append_fetch(self) -> None:
            """Write the summary of what was fetched after the RESULT."""
            ...


class PurePythonMemoState:
    """One statement text, as it was last allowed; see :mod:`pcishield.runtime.memo`."""

    __slots__ = ("_shapes", "actor", "attempt", "bare", "decision", "grant", "known", "method", "results", "statement")

    def __init__(
        self,
        known: KnownStatement,
        decision: Decision,
        actor: Preencoded,
        method: str,
        bare: bool,
        attempt: Template,
        grant: HeldGrant | None = None,
    ) -> None:
        self.known = known
        self.statement = known.statement
        self.decision = decision
        self.actor = actor
        self.method = method
        self.bare = bare
        self.attempt = attempt
        self.grant = grant
        self.results: list[Template | None] = [None] * 4
        self._shapes: dict[Any, tuple[bytes]] = {}

    def values(self, parameters: Any) -> tuple[bytes, ...] | None:
        """Return the values of the template's slots, ``None`` when the parameters need a closer look."""
        if parameters is None:
            return () if self.bare else None
        if self.bare:
            return None
        shape = pure_python_shape_of_harmless(parameters)
        if shape is None:
            return None
        found = self._shapes.get(shape)
        if found is None:
            if len(self._shapes) >= _SHAPES:
                self._shapes.clear()
            found = self._shapes[shape] = (self.described(parameters),)
        return found

    if TYPE_CHECKING:
        # Of pcishield.runtime.memo.Memo.

        def described(self, parameters: Any) -> bytes:
            """Describe the parameters for the record, as canonical bytes."""
            ...


def pure_python_begin(self: Session, sql: str, parameters: Any, method: str) -> Operation | None:
    """Judge and begin in one step what the whole flow has allowed before, and nothing else.

    The caller then runs the driver's call, and says with ``operation.ended()`` how it ended.

    Args:
        self: The session whose method this is.
        sql: The text as the driver was given it.
        parameters: As the driver was given them.
        method: The driver's method.

    Returns:
        The operation, with its ATTEMPT written; ``None``: take :meth:`Session.operation` and :meth:`Session.run`.

    Raises:
        AuditUnavailable: The ATTEMPT cannot be written; bound to the driver's error class.
    """
    memo = self._memos.get(sql)
    if memo is None or memo.method != method:
        return None
    if self.catalog is not None and not self.catalog.confirms(sql, memo.known):
        return None
    principal, actor = self.principal()
    if memo.actor is not actor or (principal.expires is not None and self.objection(principal)):
        return None
    values = memo.values(parameters)
    if values is None:
        return None
    if memo.grant is not None and not memo.grant.spend(1):
        return None
    operation = self.operation(sql, parameters, method=method)
    operation._grant = memo.grant
    try:
        operation.begin(memo, values)
    except Exception as error:
        self.raise_bound(error)
    self.statements += 1
    return operation


class PurePythonTally:
    """What was fetched of a result.

    The operation knows it, and not the guard, which knows the operation: objects that know each other stay until the
    garbage collector comes.

    Attributes:
        stats: What was scanned and masked so far.
        fetched: Rows handed out.
        ended: The result was cut off by a limit.
    """

    __slots__ = ("ended", "fetched", "stats")

    def __init__(self) -> None:
        self.stats = MaskStats()
        self.fetched = 0
        self.ended = False


class PurePythonGuardState:
    """What the guard of a result knows, and its ordinary row; ``pcishield.runtime.result.ResultGuard`` has the rest."""

    __slots__ = (
        "_budget", "_counts", "_mask", "_mask_row", "_operation", "_plan", "_record", "_reported", "columns", "stats",
        "tally",
    )  # fmt: skip

    def __init__(self, operation: Operation, plan: RowPlan, columns: Sequence[ResultColumn]) -> None:
        self._operation = operation
        self._plan = plan
        self._mask = plan.mask
        self._mask_row = plan.mask_row
        self._budget = operation.row_budget()
        self._counts = operation.metered
        self._record = None if operation._tape is None else operation._tape.taker(columns)
        self._reported = 0
        self.columns = columns
        self.tally = PurePythonTally()
        self.stats = self.tally.stats

    @property
    def fetched(self) -> int:
        """Rows handed out."""
        return self.tally.fetched

    @fetched.setter
    def fetched(self, rows: int) -> None:
        self.tally.fetched = rows

    @property
    def ended(self) -> bool:
        """Whether the result was cut off by a limit; the driver must hand out no more."""
        return self.tally.ended

    @ended.setter
    def ended(self, ended: bool) -> None:
        self.tally.ended = ended

    def row(self, row: tuple[Any, ...]) -> tuple[Any, ...] | None:
        """Mask one row. ``None`` when a limit ended the result.

        Raises:
            LimitExceeded: It would pass a limit.
            MaskingError: A value could not be masked.
        """
        limited = self._counts or self._budget is not None or self._record is not None
        try:
            if limited:
                return self.limited_row(row)
            masked = self._mask_row(row, self.stats)
        except BaseException as error:
            failed = self.failed(error)
            row = ()
            raise failed from None
        self.tally.fetched += 1
        self._operation.session.rows_fetched += 1
        return masked

    if TYPE_CHECKING:
        # Of pcishield.runtime.result.ResultGuard.

        def limited_row(self, row: tuple[Any, ...]) -> tuple[Any, ...] | None:
            """Mask one row that counts against a limit."""
            ...

        def failed(self, error: BaseException) -> BaseException:
            """Return what to raise instead."""
            ...


if TYPE_CHECKING:
    Stamps = PurePythonStamps
    CatalogState = PurePythonCatalogState
    GuardState = PurePythonGuardState
    LogState = PurePythonLogState
    MemoState = PurePythonMemoState
    OperationState = PurePythonOperationState
    SessionState = PurePythonSessionState
    ShardState = PurePythonShardState
    append, append_filled = append_slowly, append_filled_slowly
    begin = pure_python_begin
    linger = pure_python_linger
    settle = pure_python_settle
    shape_of_harmless = pure_python_shape_of_harmless
else:
    CatalogState, SessionState, Stamps = PurePythonCatalogState, PurePythonSessionState, PurePythonStamps
    LogState, ShardState = PurePythonLogState, PurePythonShardState
    GuardState, MemoState, OperationState = PurePythonGuardState, PurePythonMemoState, PurePythonOperationState
    append, append_filled = append_slowly, append_filled_slowly
    begin, linger = pure_python_begin, pure_python_linger
    settle, shape_of_harmless = pure_python_settle, pure_python_shape_of_harmless
    if (_compiled := compiled("pcishield.runtime._hot")) is not None:
        CatalogState, LogState = _compiled.CatalogState, _compiled.LogState
        SessionState, ShardState = _compiled.SessionState, _compiled.ShardState
        Stamps, GuardState, MemoState = _compiled.Stamps, _compiled.GuardState, _compiled.MemoState
        append, append_filled = _compiled.append, _compiled.append_filled
        OperationState = _compiled.OperationState
        begin, linger, settle = _compiled.begin, _compiled.linger, _compiled.settle
        shape_of_harmless = _compiled.shape_of_harmless
