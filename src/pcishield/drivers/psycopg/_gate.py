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

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import generators, pq
from psycopg._connection_base import BaseConnection
from psycopg._copy_base import BaseCopy
from psycopg._cursor_base import BaseCursor
from psycopg._encodings import pg2pyenc
from psycopg.transaction import BaseTransaction

from pcishield.core.compiled import compiled
from pcishield.drivers.generic.copy_options import copy_out_options
from pcishield.drivers.generic.postgres import Unreadable
from pcishield.drivers.psycopg import _cursor
from pcishield.drivers.psycopg._rows import EXECUTE, current, done, known, open_gate
from pcishield.drivers.psycopg._rows import make_wait as make_known_wait
from pcishield.drivers.psycopg._sql import merged_text, parameter_values, sql_text
from pcishield.drivers.psycopg._steps import (
    AGAIN,
    CopyBlock,
    CopyData,
    CopyStart,
    Declare,
    Execute,
    Notifications,
    Step,
    Stream,
)  # fmt: skip
from pcishield.exceptions import ShieldError
from pcishield.runtime.guard import inside
from pcishield.runtime.operation import Operation
from pcishield.runtime.parameters import collected, iterable, replayed

if TYPE_CHECKING:
    from pcishield.runtime.session import Session

__all__ = ["GENERATORS", "make_async_wait", "make_wait"]

_BAD = pq.ConnStatus.BAD
_PIPELINE: Any = psycopg.Pipeline._enter_gen.__code__
"""Behind it the catalog cannot be read."""


# Handlers: (connection, session, generator) -> Step, or None when it passes as it is.

Handler = Callable[[Any, "Session", Any], "Step | None"]


def _arguments(gen: Any) -> dict[str, Any]:
    return gen.gi_frame.f_locals  # type: ignore[no-any-return]


def _statement(
    session: Session, cursor: Any, query: Any, params: Any, method: str, *, client: bool = False, many: bool = False
) -> Operation:
    _cursor.stamp(cursor)
    if type(query) is str and (params is None or "%" not in query):
        return session.operation(query, params, method=method, many=many)
    try:
        text = sql_text(cursor, query, params, client=client or cursor._pcishield_merges, many=many)
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
    if not iterable(rows):
        rows = []  # the driver complains
    elif not isinstance(rows, (list, tuple)):
        # An iterator can be read once only, and the policy has to see the parameters before the server does.
        rows, error = collected(rows)
        gen = getattr(BaseCursor, gen.__name__)(cursor, query, replayed(rows, error), arguments["returning"])
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


def _fetch(connection: Any, session: Session, gen: Any) -> Step:
    arguments = _arguments(gen)
    cursor = arguments["self"]
    _cursor.stamp(cursor)
    tx = current(cursor)
    if tx.operation is not None and cursor._described:
        if not cursor.closed:  # the driver says so itself
            session.declared.check_cursor(cursor._name, tx.operation)
        return Step(gen, cursor=cursor)
    # A cursor that SQL declared elsewhere: this is the first that is seen of it.
    name = '"' + cursor._name.replace('"', '""') + '"'
    return Declare(gen, session.operation(f"FETCH FORWARD ALL FROM {name}", None, method="fetch"), cursor)


def _close_server(connection: Any, session: Session, gen: Any) -> Step | None:
    cursor = _arguments(gen)["self"]
    if _cursor.is_guarded(cursor) and (operation := current(cursor).operation) is not None:
        session.declared.closed_cursor(cursor._name, operation)
        operation.finish()
    return None


def _scroll(connection: Any, session: Session, gen: Any) -> Step | None:
    cursor = _arguments(gen)["self"]
    return Step(gen, cursor=cursor) if _cursor.is_guarded(cursor) else None


def _copy(connection: Any, session: Session, gen: Any) -> Step:
    arguments = _arguments(gen)
    cursor, params = arguments["self"], arguments["params"]
    operation = _statement(session, cursor, arguments["statement"], params, "copy", client=True)
    try:
        # Its columns are asked for with the parameters in place, as psycopg sends it.
        text = merged_text(cursor, arguments["statement"], params)
        options = copy_out_options(text, lambda name: pg2pyenc(name.encode()))
    except Unreadable as error:
        session.refuse("copy", *error.args)
    return CopyStart(gen, operation, cursor, options)


def _copy_block(connection: Any, session: Session, gen: Any) -> Step:
    return CopyBlock(gen, _arguments(gen)["self"], parsed=False)


def _copy_row(connection: Any, session: Session, gen: Any) -> Step:
    return CopyBlock(gen, _arguments(gen)["self"], parsed=True)


def _copy_data(connection: Any, session: Session, gen: Any) -> Step:
    state, arguments = connection.__dict__, _arguments(gen)
    return CopyData(gen, state.get("_pcishield_copy"), state["pgconn"], arguments["buffer"])


def _copy_end(connection: Any, session: Session, gen: Any) -> Step:
    state = connection.__dict__
    return CopyData(gen, state.get("_pcishield_copy"), state["pgconn"], None)


def _notifies(connection: Any, session: Session, gen: Any) -> Step:
    return Notifications(gen, session)


def _passes(connection: Any, session: Session, gen: Any) -> None:
    return None


def _ends(connection: Any, session: Session, gen: Any) -> Step | None:
    """The end of a transaction, which may take back what the session did to its tables."""
    if session.catalog is not None and session.catalog.unsettled:
        session.catalog.changed()
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
    psycopg.ServerCursor._scroll_gen: _scroll,
    BaseCopy._read_gen: _copy_block,
    BaseCopy._read_row_gen: _copy_row,
    BaseCopy._end_copy_out_gen: _passes,
    generators.copy_to: _copy_data,
    generators.copy_end: _copy_end,
    generators.notifies: _notifies,
    **dict.fromkeys(
        (
            BaseConnection._set_autocommit_gen, BaseConnection._set_isolation_level_gen,
            BaseConnection._set_read_only_gen,
            BaseConnection._set_deferrable_gen, BaseConnection._tpc_begin_gen, BaseConnection._tpc_prepare_gen,
            psycopg.Pipeline._enter_gen, psycopg.Pipeline._exit_gen,
            psycopg.Pipeline._sync_gen, psycopg.Pipeline._fetch_gen, BaseTransaction._enter_gen,
        ),
        _passes,
    ),
    **dict.fromkeys(
        (
            BaseConnection._commit_gen, BaseConnection._rollback_gen, BaseConnection._tpc_finish_gen,
            BaseTransaction._exit_gen,
        ),
        _ends,
    ),
}  # fmt: skip
"""Every generator of psycopg's that may pass, and what is done about it."""

_awaiting = compiled("pcishield.drivers.psycopg._awaiting_c")

# Code objects live as long as the functions above, so their ids are theirs alone.
_BY_CODE: dict[int, Handler] = {id(function.__code__): handler for function, handler in GENERATORS.items()}


# Those of which nothing is expected, by the ids of their code, and ends of transactions.
_PLAIN = frozenset(
    id(function.__code__)
    for function, handler in GENERATORS.items()
    if handler in {_passes, _ends} and function.__code__ is not _PIPELINE
)


# Ends of transactions that send nothing where there is none: a pool sees one after each use of a connection.
_COMMIT = BaseConnection._commit_gen.__code__
_ROLLBACK = BaseConnection._rollback_gen.__code__
_IDLE = pq.TransactionStatus.IDLE


def _sends_nothing(connection: Any, code: Any) -> bool:
    """Whether a generator with this code ends at once."""
    if code is not _COMMIT and code is not _ROLLBACK:
        return False
    state = connection.__dict__
    return bool(state["_pipeline"] is None and state["pgconn"].transaction_status == _IDLE)


def _plain(session: Session, gen: Any, alive: bool) -> bool:
    """Whether ``gen`` is one of the driver's that needs nothing but its errors sanitised."""
    return (
        id(getattr(gen, "gi_code", None)) in _PLAIN
        and alive
        and not inside.get()
        and (session.catalog is None or not session.catalog.unsettled)
    )


def _step(connection: Any, session: Session, gen: Any) -> Step | None:
    handler = _BY_CODE.get(id(getattr(gen, "gi_code", None)))
    if handler is None:
        session.refuse(
            "connection.wait", f"the generator {getattr(gen, '__qualname__', type(gen).__name__)} is not psycopg's.",
            "Use the methods of cursors and connections.",
        )  # fmt: skip
    if handler is _passes or connection.__dict__["pgconn"].status == _BAD:
        # On a closed connection psycopg raises its own error; nothing can be sent.
        return None
    return handler(connection, session, gen)


def _alive(connection: Any, session: Session) -> bool:
    """Whether the server can have a say in what comes now."""
    state = connection.__dict__
    if state["_pipeline"] is None:
        session.answered()
    return bool(state["pgconn"].status != _BAD)


def _about(connection: Any, step: Step | None) -> str | None:
    """Return the statement that an error is about, ``None`` when it may be any that is unanswered."""
    return None if step is None or connection.__dict__["_pipeline"] is not None else step.about()


def make_wait(original: Callable[..., Any]) -> Callable[..., Any]:
    """Make the guarded ``wait`` of a blocking connection class from its own."""

    def whole(self: Any, session: Session, gen: Any, args: Any, kwargs: Any) -> Any:
        if _sends_nothing(self, getattr(gen, "gi_code", None)):
            return original(self, gen, *args, **kwargs)
        step = None
        started = False
        alive = _alive(self, session)

        def call() -> Any:
            nonlocal started
            # Reset: dumpers, row factories and notice handlers are user code, whatever they call is guarded.
            token = inside.set(False)
            try:
                started = True
                if step is None:
                    return original(self, gen, *args, **kwargs)
                step.start()
                while (value := step.done(original(self, step.gen, *args, **kwargs))) is AGAIN:
                    pass
                return value
            finally:
                inside.reset(token)

        try:
            if _plain(session, gen, alive):
                started = True
                return original(self, gen, *args, **kwargs)
            step = _step(self, session, gen)
            if step is None and gen.gi_code is _PIPELINE:
                session.warm_catalog()
            if step is not None and step.operation is not None:
                return session.run(step.operation, call)
            return call()
        except ShieldError as error:
            if step is not None and not started:
                step.refused()
            # Without the frames that hold a block of a COPY.
            raise session.bind(error).with_traceback(None) from error.__cause__
        except BaseException as error:
            session.sanitise(error, _about(self, step) if alive and started else "")
            if step is not None and started:
                step.failed(error)
            raise

    return make_known_wait(original, whole)


def make_async_wait(original: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """Make the guarded ``wait`` of an asyncio connection class from its own."""
    gate = None if open_gate is None else open_gate(original)
    waits = original if gate is None or _awaiting is None else _awaiting.waited

    async def wait(self: Any, gen: Any, *args: Any, **kwargs: Any) -> Any:
        session: Session = self._pcishield
        code = getattr(gen, "gi_code", None)
        if code is not EXECUTE or (found := known(self, session, gen)) is None:
            if _sends_nothing(self, code):
                return await original(self, gen, *args, **kwargs)
            return await whole(self, session, gen, args, kwargs)
        operation, cursor, gen = found
        try:
            current(cursor).next(operation, False, False)
            value = await (original if args or kwargs else waits)(self, gen, *args, **kwargs)
            done(operation, cursor)
            return value
        except BaseException as error:
            if (ours := session.failed(error, operation)) is not None:
                raise ours from ours.__cause__
            raise

    async def whole(self: Any, session: Session, gen: Any, args: Any, kwargs: Any) -> Any:
        step = None
        started = False
        alive = _alive(self, session)

        async def call() -> Any:
            nonlocal started
            token = inside.set(False)
            try:
                started = True
                if step is None:
                    return await original(self, gen, *args, **kwargs)
                step.start()
                while (value := step.done(await original(self, step.gen, *args, **kwargs))) is AGAIN:
                    pass
                return value
            finally:
                inside.reset(token)

        try:
            if _plain(session, gen, alive):
                started = True
                return await original(self, gen, *args, **kwargs)
            step = _step(self, session, gen)
            if step is None and gen.gi_code is _PIPELINE:
                await session.awarm_catalog()
            if step is not None and step.operation is not None:
                return await session.arun(step.operation, call)
            return await call()
        except ShieldError as error:
            if step is not None and not started:
                step.refused()
            # Without the frames that hold a block of a COPY.
            raise session.bind(error).with_traceback(None) from error.__cause__
        except BaseException as error:
            session.sanitise(error, _about(self, step) if alive and started else "")
            if step is not None and started:
                step.failed(error)
            raise

    wait._pcishield_gate = gate  # type: ignore[attr-defined]
    return wait
