"""The gate: ``Connection.wait``, which everything that psycopg sends passes as a suspended generator.

Which generator it is tells what is about to happen; its arguments tell with what. So a statement is judged in
the form in which psycopg's own code sends it, whoever made the cursor and whatever a subclass did before.

- Statements go through the session's flow; the cursor is made a guarded one if it is not yet.
- Fetches of server-side cursors, COPY data and notifications are masked as they come back.
- Transaction control that psycopg sends for its own methods (BEGIN, COMMIT, savepoints, CLOSE, MOVE) passes.
- Any other generator is refused.

The handlers only say what to do; two shells, one that blocks and one that awaits, do it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import generators, pq
from psycopg._connection_base import BaseConnection
from psycopg._copy_base import BaseCopy
from psycopg._cursor_base import BaseCursor
from psycopg._pipeline_base import BasePipeline
from psycopg.transaction import BaseTransaction

from pcishield.drivers.psycopg import _cursor
from pcishield.drivers.psycopg._copy import CopyIn, CopyOut, describe_gen, names_needed
from pcishield.drivers.psycopg._copy_options import copy_out_options
from pcishield.drivers.psycopg._rows import current, raw_result
from pcishield.drivers.psycopg._sql import Unreadable, parameter_values, sql_text
from pcishield.exceptions import ShieldError
from pcishield.runtime.guard import inside
from pcishield.runtime.operation import Operation

if TYPE_CHECKING:
    from pcishield.runtime.session import Session

__all__ = ["GENERATORS", "make_async_wait", "make_wait"]

_OK = pq.ConnStatus.OK
_TUPLES_OK = pq.ExecStatus.TUPLES_OK
_COPY_OUT = pq.ExecStatus.COPY_OUT
_COPY_IN = pq.ExecStatus.COPY_IN
_AGAIN = object()


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
        before, tx.operation, tx.paged = tx.operation, operation, self.paged
        if self.cursor._conn._pipeline is None:
            tx.current = operation
            if tx.expected:
                tx.expected.clear()
            if before is not None:
                before.finish()

    def done(self, value: Any) -> Any:
        """Called with what the generator returned; returns what the driver shall see instead."""
        return value

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
        if current(cursor).expected:
            # In a pipeline: the results are still to come.
            operation.pending(True)
            return value
        result = raw_result(cursor)
        if result is not None and result.status == _TUPLES_OK:
            operation.pending(result.ntuples > 0 or len(cursor._results) > 1)
        elif len(cursor._results) > 1 and any(r.status == _TUPLES_OK for r in cursor._results):
            operation.pending(True)
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
        short = tx.allowed(value, 0)
        return None if short is not value and short.ntuples == 0 else short


class Declare(Step):
    """``ServerCursor.execute()``."""

    __slots__ = ()
    paged = True

    def done(self, value: Any) -> Any:
        assert self.operation is not None
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
        operation, cursor = self.operation, self.cursor
        assert operation is not None and operation.statement is not None
        if self.options is not None and cursor._conn._pipeline is None:
            table = names_needed(operation.statement)
            if table is not None:
                self.gen = self._with_names(self.gen, table)

    def _with_names(self, gen: Generator[Any, Any, Any], table: Any) -> Generator[Any, Any, Any]:
        connection = self.cursor._conn
        yield from connection._start_query()
        self.described = yield from describe_gen(self.cursor._pgconn, table)
        return (yield from gen)

    def done(self, value: Any) -> Any:
        operation, cursor = self.operation, self.cursor
        assert operation is not None
        operation.pending(True)
        tx, result, encoding = current(cursor), raw_result(cursor), cursor._encoding
        tx.copy = None
        cursor._conn.__dict__["_pcishield_copy"] = None
        if result.status == _COPY_OUT and self.options is not None:
            try:
                tx.copy = CopyOut(operation, result, self.options, self.described, encoding)
            except Unreadable:
                # The data is on its way: reading it refuses, and leaving the block cancels it.
                return value
        elif result.status == _COPY_IN:
            # What is written comes through the connection: libpq knows of one COPY at a time.
            cursor._conn.__dict__["_pcishield_copy"] = CopyIn(operation, operation.session, encoding)
        return value


class CopyBlock(Step):
    """A block, or a parsed row, of COPY TO."""

    __slots__ = ("copy", "parsed")

    def __init__(self, gen: Any, copy: Any, parsed: bool) -> None:
        super().__init__(gen)
        self.copy = copy
        self.parsed = parsed

    def done(self, value: Any) -> Any:
        out = current(self.copy.cursor).copy
        if not isinstance(out, CopyOut):
            if not value:
                return value
            self.copy.cursor._conn._pcishield.refuse(
                "copy", "the rows of this COPY cannot be masked.", "Use the text or CSV format, or SELECT."
            )
        if not value:
            rest = out.finish()
            return value if self.parsed or not rest else rest
        if self.parsed:
            return out.row(value)
        masked = out.feed(value)
        if masked or out.ended:
            return value if masked == value else masked
        self.gen = self.copy._read_gen()
        return _AGAIN


class CopyData(Step):
    """A block of COPY FROM, and its end."""

    __slots__ = ("block", "copy_in")

    def __init__(self, gen: Any, copy_in: CopyIn | None, block: Any) -> None:
        super().__init__(gen)
        self.copy_in = copy_in
        self.block = block

    def start(self) -> None:
        if self.copy_in is not None and self.block is not None:
            self.copy_in.check(self.block)

    def done(self, value: Any) -> Any:
        if self.copy_in is not None and self.block is None:
            self.copy_in.operation.finish(value.command_tuples if value is not None else None)
        return value


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
    return notify._replace(
        relname=_mask_bytes(session, notify.relname), extra=_mask_bytes(session, notify.extra)
    )


def _mask_bytes(session: Session, data: bytes) -> bytes:
    text = data.decode("utf-8", "surrogateescape")
    masked = session.mask_text(text)
    return data if masked == text else masked.encode("utf-8", "surrogateescape")


# Handlers: (connection, session, generator) -> Step, or None when it passes as it is.

Handler = Callable[[Any, "Session", Any], "Step | None"]


def _arguments(gen: Any) -> dict[str, Any]:
    return gen.gi_frame.f_locals  # type: ignore[no-any-return]


def _statement(
    session: Session, cursor: Any, query: Any, params: Any, method: str, *, client: bool = False, many: bool = False
) -> Operation:
    _cursor.stamp(cursor)
    try:
        text = sql_text(cursor, query, params, client=client or _cursor.merges(cursor), many=many)
    except Unreadable as error:
        session.refuse(method, *error.args)
    return session.operation(text, parameter_values(query, params), method=method, many=many)


def _execute(connection: Any, session: Session, gen: Any) -> Step:
    arguments = _arguments(gen)
    cursor = arguments["self"]
    return Execute(gen, _statement(session, cursor, arguments["query"], arguments["params"], "execute"), cursor)


def _executemany(connection: Any, session: Session, gen: Any) -> Step:
    arguments = _arguments(gen)
    cursor, query, rows = arguments["self"], arguments["query"], arguments["params_seq"]
    if not isinstance(rows, (list, tuple)):
        # An iterator can be read once only, and the policy has to see the parameters before the server does.
        rows = list(rows)
        gen = getattr(BaseCursor, gen.__name__)(cursor, query, rows, arguments["returning"])
    return Execute(gen, _statement(session, cursor, query, rows, "executemany", many=True), cursor)


def _stream(connection: Any, session: Session, gen: Any) -> Step:
    arguments = _arguments(gen)
    cursor = arguments["self"]
    return Stream(gen, _statement(session, cursor, arguments["query"], arguments["params"], "stream"), cursor)


def _stream_page(connection: Any, session: Session, gen: Any) -> Step:
    return Stream(gen, cursor=_arguments(gen)["self"])


def _declare(connection: Any, session: Session, gen: Any) -> Step:
    arguments = _arguments(gen)
    cursor = arguments["self"]
    return Declare(gen, _statement(session, cursor, arguments["query"], arguments["params"], "execute"), cursor)


def _fetch(connection: Any, session: Session, gen: Any) -> Step | None:
    arguments = _arguments(gen)
    cursor = arguments["self"]
    _cursor.stamp(cursor)
    tx = current(cursor)
    if tx.operation is not None and cursor._described:
        return None
    # A cursor that SQL declared elsewhere: this is the first that is seen of it.
    name = '"' + cursor._name.replace('"', '""') + '"'
    return Declare(gen, session.operation(f"FETCH FORWARD ALL FROM {name}", None, method="fetch"), cursor)


def _close_server(connection: Any, session: Session, gen: Any) -> Step | None:
    cursor = _arguments(gen)["self"]
    if _cursor.is_guarded(cursor) and (operation := current(cursor).operation) is not None:
        operation.finish()
    return None


def _copy(connection: Any, session: Session, gen: Any) -> Step:
    arguments = _arguments(gen)
    cursor, params = arguments["self"], arguments["params"]
    operation = _statement(session, cursor, arguments["statement"], params, "copy", client=True)
    try:
        options = copy_out_options(operation.sql)
        if options is not None and options.format == "binary":
            raise Unreadable("binary COPY TO cannot be masked.", "Use the text or CSV format, or SELECT.")
    except Unreadable as error:
        session.refuse("copy", *error.args)
    return CopyStart(gen, operation, cursor, options)


def _copy_block(connection: Any, session: Session, gen: Any) -> Step:
    return CopyBlock(gen, _arguments(gen)["self"], parsed=False)


def _copy_row(connection: Any, session: Session, gen: Any) -> Step:
    return CopyBlock(gen, _arguments(gen)["self"], parsed=True)


def _copy_data(connection: Any, session: Session, gen: Any) -> Step:
    return CopyData(gen, connection.__dict__.get("_pcishield_copy"), _arguments(gen)["buffer"])


def _copy_end(connection: Any, session: Session, gen: Any) -> Step:
    return CopyData(gen, connection.__dict__.get("_pcishield_copy"), None)


def _notifies(connection: Any, session: Session, gen: Any) -> Step:
    return Notifications(gen, session)


def _passes(connection: Any, session: Session, gen: Any) -> None:
    return None


GENERATORS: dict[Any, Handler] = {
    BaseCursor._execute_gen: _execute,
    BaseCursor._executemany_gen_pipeline: _executemany,
    BaseCursor._executemany_gen_no_pipeline: _executemany,
    BaseCursor._stream_send_gen: _stream,
    BaseCursor._stream_fetchone_gen: _stream_page,
    BaseCursor._start_copy_gen: _copy,
    psycopg.ServerCursor._declare_gen: _declare,
    psycopg.ServerCursor._fetch_gen: _fetch,
    psycopg.ServerCursor._close_gen: _close_server,
    psycopg.ServerCursor._scroll_gen: _passes,
    BaseCopy._read_gen: _copy_block,
    BaseCopy._read_row_gen: _copy_row,
    BaseCopy._end_copy_out_gen: _passes,
    generators.copy_to: _copy_data,
    generators.copy_end: _copy_end,
    generators.notifies: _notifies,
    **dict.fromkeys(
        (
            BaseConnection._commit_gen, BaseConnection._rollback_gen, BaseConnection._set_autocommit_gen,
            BaseConnection._set_isolation_level_gen, BaseConnection._set_read_only_gen,
            BaseConnection._set_deferrable_gen, BaseConnection._tpc_begin_gen, BaseConnection._tpc_prepare_gen,
            BaseConnection._tpc_finish_gen, BasePipeline._enter_gen, BasePipeline._exit_gen,
            BasePipeline._sync_gen, BasePipeline._fetch_gen, BaseTransaction._enter_gen,
            BaseTransaction._exit_gen,
        ),
        _passes,
    ),
}  # fmt: skip
"""Every generator of psycopg's that may pass, and what is done about it."""

# Code objects live as long as the functions above, so their ids are theirs alone.
_BY_CODE: dict[int, Handler] = {id(function.__code__): handler for function, handler in GENERATORS.items()}


def _step(connection: Any, session: Session, gen: Any) -> Step | None:
    handler = _BY_CODE.get(id(getattr(gen, "gi_code", None)))
    if handler is None:
        session.refuse(
            "connection.wait", f"the generator {getattr(gen, '__qualname__', type(gen).__name__)} is not psycopg's.",
            "Use the methods of cursors and connections.",
        )  # fmt: skip
    if handler is _passes or connection.__dict__["pgconn"].status != _OK:
        # On a closed connection psycopg raises its own error; nothing can be sent.
        return None
    return handler(connection, session, gen)


def make_wait(original: Callable[..., Any]) -> Callable[..., Any]:
    """Make the guarded ``wait`` of a blocking connection class from its own."""

    def wait(self: Any, gen: Any, *args: Any, **kwargs: Any) -> Any:
        session: Session = self._pcishield
        step = None
        started = False

        def call() -> Any:
            nonlocal started
            # Reset: dumpers, row factories and notice handlers are user code, whatever they call is guarded.
            token = inside.set(False)
            try:
                started = True
                if step is None:
                    return original(self, gen, *args, **kwargs)
                step.start()
                while (value := step.done(original(self, step.gen, *args, **kwargs))) is _AGAIN:
                    pass
                return value
            finally:
                inside.reset(token)

        try:
            step = _step(self, session, gen)
            if step is not None and step.operation is not None:
                return session.run(step.operation, call)
            return call()
        except ShieldError as error:
            if step is not None and not started:
                step.refused()
            raise session.bind(error) from error.__cause__
        except BaseException as error:
            if step is None or step.operation is None:
                session.sanitise(error)
            raise

    return wait


def make_async_wait(original: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """Make the guarded ``wait`` of an asyncio connection class from its own."""

    async def wait(self: Any, gen: Any, *args: Any, **kwargs: Any) -> Any:
        session: Session = self._pcishield
        step = None
        started = False

        async def call() -> Any:
            nonlocal started
            token = inside.set(False)
            try:
                started = True
                if step is None:
                    return await original(self, gen, *args, **kwargs)
                step.start()
                while (value := step.done(await original(self, step.gen, *args, **kwargs))) is _AGAIN:
                    pass
                return value
            finally:
                inside.reset(token)

        try:
            step = _step(self, session, gen)
            if step is not None and step.operation is not None:
                return await session.arun(step.operation, call)
            return await call()
        except ShieldError as error:
            if step is not None and not started:
                step.refused()
            raise session.bind(error) from error.__cause__
        except BaseException as error:
            if step is None or step.operation is None:
                session.sanitise(error)
            raise

    return wait
