"""What the gate does with one generator: before it runs, and with what it returns."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from psycopg import errors, generators, pq

from pcishield.drivers.generic.copy_in import CopyIn
from pcishield.drivers.generic.copy_out import TextCopyOut
from pcishield.drivers.psycopg._copy_binary import BinaryCopyOut
from pcishield.drivers.psycopg._copy_described import describe_gen
from pcishield.drivers.psycopg._rows import current, raw_result
from pcishield.exceptions import ShieldError
from pcishield.runtime.operation import Operation

if TYPE_CHECKING:
    from pcishield.runtime.session import Session

__all__ = [
    "AGAIN", "CopyBlock", "CopyData", "CopyStart", "Declare", "Execute", "Notifications", "Step", "Stream",
    "mask_notify",
]  # fmt: skip

_COPY_OUT = pq.ExecStatus.COPY_OUT
_COPY_IN = pq.ExecStatus.COPY_IN
AGAIN = object()
"""Returned by :meth:`Step.done`: nothing to hand out yet, run the step's new generator."""


class Step:
    """What to do with one generator.

    Attributes:
        gen: To be run.
        operation: To be taken through the flow first; ``None`` for what belongs to a statement that was.
        cursor: The cursor of the statement.
    """

    __slots__ = ("cursor", "gen", "operation")

    paged = False

    def __init__(self, gen: Any, operation: Operation | None = None, cursor: Any = None) -> None:
        self.gen = gen
        self.operation = operation
        self.cursor = cursor

    def start(self) -> None:
        """Called when everything is in order, right before the generator runs."""
        operation = self.operation
        if operation is None:
            return
        tx = current(self.cursor)
        declared = operation.session.declared
        if declared.concerns(operation.statement):
            operation.sources = declared.sources(operation)
        piped = self.cursor._conn._pipeline is not None
        if piped:
            operation.session.unanswered(operation.sql)
        tx.next(operation, self.paged, piped)

    def about(self) -> str | None:
        """Return the statement that an error of the generator is about, ``None`` when that is not known."""
        operation = self.operation
        if operation is None and self.cursor is not None:
            operation = current(self.cursor).current
        return None if operation is None else operation.sql

    def done(self, value: Any) -> Any:
        """Called with what the generator returned; returns what the driver shall see instead."""
        return value

    def failed(self, error: BaseException) -> None:
        """Called with what the generator raised: a statement that was sent earlier has failed, or was interrupted."""
        if self.operation is None and self.cursor is not None and self.cursor._conn._pipeline is None:
            operation = current(self.cursor).current
            if operation is not None:
                operation.fail(error)

    def refused(self) -> None:
        """Called when the statement was not allowed: the cursor has no result, as after any failed execute."""
        self.gen.close()
        if self.cursor is not None:
            self.cursor._reset()


class Execute(Step):
    """``execute()`` and ``executemany()``."""

    __slots__ = ()

    def done(self, value: Any) -> Any:
        cursor, operation = self.cursor, self.operation
        assert operation is not None
        tx = current(cursor)
        statement = operation.statement
        if statement is not None and (statement.declares or statement.parts):
            operation.session.declared.remember(operation, certain=not tx.expected)
        if tx.expected:
            # In a pipeline: the results are still to come.
            operation.unanswered = True
            operation.pending(True)
            return value
        results = cursor._results
        if statement is not None and statement.count > 1:
            # One text of several statements: results come in their order, one each.
            tx.guard = None
            tx.results = results if statement.count == len(results) else None
        if results[0].ntuples if len(results) == 1 else any(result.ntuples for result in results):
            operation.pending(True)
        else:
            operation.finish(cursor._rowcount)
        return value


class Stream(Step):
    """``stream()``: the query, and each page of its result."""

    __slots__ = ()
    paged = True

    def done(self, value: Any) -> Any:
        if self.operation is not None:
            self.operation.pending(True)
            return value
        tx = current(self.cursor)
        if value is None:
            if tx.current is not None:
                tx.current.finish()
            return None
        if not tx.truncates or (tx.guard is not None and tx.guard.ended):
            # After the end psycopg only throws away what it has cancelled.
            return value
        short = tx.allowed(value, 0)
        if short is not value and short.ntuples == 0:
            # psycopg takes this for the end, and cancels what is still to come.
            tx.cut_off()
            return None
        return short


class Declare(Step):
    """``ServerCursor.execute()``."""

    __slots__ = ()
    paged = True

    def done(self, value: Any) -> Any:
        assert self.operation is not None
        if self.operation.sources is None:
            self.operation.session.declared.remember_cursor(self.cursor._name, self.operation)
        self.operation.pending(True)
        return value


class CopyStart(Step):
    """``copy()``."""

    __slots__ = ("described", "options")

    def __init__(self, gen: Any, operation: Operation, cursor: Any, options: Any) -> None:
        super().__init__(gen, operation, cursor)
        self.options = options
        self.described: Any = ()

    def start(self) -> None:
        super().start()
        if self.options is not None and self.cursor._conn._pipeline is None:
            self.gen = self._described_first(self.gen)

    def _described_first(self, gen: Generator[Any, Any, Any]) -> Generator[Any, Any, Any]:
        yield from self.cursor._conn._start_query()
        self.described = yield from describe_gen(self.cursor._pgconn, self.options.source)
        return (yield from gen)

    def done(self, value: Any) -> Any:
        operation, cursor = self.operation, self.cursor
        assert operation is not None
        operation.pending(True)
        tx, result, options = current(cursor), raw_result(cursor), self.options
        tx.copy = None
        copies = cursor._conn.__dict__
        copies["_pcishield_copy"] = None
        if result.status == _COPY_IN:
            # What is written comes through the connection: libpq knows of one COPY at a time.
            copies["_pcishield_copy"] = CopyIn(operation, operation.session, cursor._encoding)
        elif result.status == _COPY_OUT and options is not None and result.nfields == len(self.described):
            if options.format == "binary":
                tx.copy = BinaryCopyOut(operation, self.described, cursor)
            elif not result.binary_tuples:
                columns = [one.column for one in self.described]
                tx.copy = TextCopyOut(operation, columns, options, cursor._encoding)
        # Where it is none of these, the data is on its way: reading it refuses, and leaving the block cancels it.
        return value


class CopyBlock(Step):
    """A block, or a parsed row, of COPY TO."""

    __slots__ = ("copy", "draining", "parsed")

    def __init__(self, gen: Any, copy: Any, parsed: bool) -> None:
        super().__init__(gen, cursor=copy.cursor)
        self.copy = copy
        self.parsed = parsed
        self.draining = False

    def start(self) -> None:
        out = current(self.copy.cursor).copy
        if self.parsed and out is not None:
            out.check_parsed()

    def done(self, value: Any) -> Any:
        if self.draining:
            return None if self.parsed else b""
        out = current(self.copy.cursor).copy
        if out is None:
            if not value:
                return value
            session: Session = self.copy.cursor._conn._pcishield
            session.refuse(
                "copy", "the rows of this COPY cannot be masked.", "Use COPY (SELECT …) TO STDOUT, or SELECT."
            )
        if not value:
            rest = out.finish()
            return value if self.parsed or not rest else rest
        masked = out.row(value) if self.parsed else out.feed(value)
        if masked:
            return value if masked == value else masked
        # Nothing to show for this block: the end, when a limit was reached, or a record that goes on.
        self.draining = out.ended
        self.gen = self.copy._end_copy_out_gen() if self.draining else self.copy._read_gen()
        if self.draining:
            out.finish()
        return AGAIN


class CopyData(Step):
    """A block of COPY FROM, and its end."""

    __slots__ = ("block", "copy_in", "pgconn")

    def __init__(self, gen: Any, copy_in: CopyIn | None, pgconn: Any, block: Any) -> None:
        super().__init__(gen)
        self.copy_in = copy_in
        self.pgconn = pgconn
        self.block = block

    def about(self) -> str | None:
        return None if self.copy_in is None else self.copy_in.operation.sql

    def failed(self, error: BaseException) -> None:
        if self.copy_in is not None:
            self.copy_in.operation.fail(error)

    def start(self) -> None:
        if self.copy_in is not None and self.block is not None:
            try:
                self.copy_in.check(self.block)
            except ShieldError as error:
                # psycopg would leave the COPY open when the last block is refused.
                self.gen = _aborted(self.pgconn, error)

    def done(self, value: Any) -> Any:
        if self.copy_in is not None and self.block is None:
            self.copy_in.operation.finish(value.command_tuples if value is not None else None)
        return value


def _aborted(pgconn: Any, error: ShieldError) -> Generator[Any, Any, None]:
    try:
        yield from generators.copy_end(pgconn, b"refused by pcishield")
    except errors.QueryCanceled:
        pass
    raise error


class Notifications(Step):
    """``notifies()``."""

    __slots__ = ("session",)

    def __init__(self, gen: Any, session: Session) -> None:
        super().__init__(gen)
        self.session = session

    def done(self, value: Any) -> Any:
        return [mask_notify(self.session, notify) for notify in value]


def mask_notify(session: Session, notify: Any) -> Any:
    """Mask channel and payload of a libpq notification."""
    return notify._replace(relname=_mask_bytes(session, notify.relname), extra=_mask_bytes(session, notify.extra))


def _mask_bytes(session: Session, data: bytes) -> bytes:
    text = data.decode("utf-8", "surrogateescape")
    masked = session.mask_text(text)
    return data if masked == text else masked.encode("utf-8", "surrogateescape")
