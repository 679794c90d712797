"""Guarded connections: made by changing the class of a connection, which may be of a user's own class."""

from __future__ import annotations

import opcode
import operator
import sys
import weakref
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import pq

from pcishield.core.compiled import compiled
from pcishield.drivers.psycopg._catalog import CatalogReader, catalog_key
from pcishield.drivers.psycopg._errors import error_class, make_scrub, masked_fields
from pcishield.drivers.psycopg._estimate import estimates
from pcishield.drivers.psycopg._gate import make_async_wait, make_wait
from pcishield.drivers.psycopg._pq import GuardedPGconn
from pcishield.drivers.psycopg._rows import make_get_pgconn
from pcishield.drivers.psycopg._steps import mask_notify
from pcishield.drivers.psycopg._surface import driver_class, surface_of
from pcishield.exceptions import StatementDenied, bind_error
from pcishield.runtime.dress import dressed
from pcishield.runtime.surface import build

if TYPE_CHECKING:
    from pcishield.runtime.opening import Opening
    from pcishield.runtime.session import Enforcer, Session

__all__ = ["guard_connection", "guarded_connection_class"]

DIALECT = "postgres"
_BAD = pq.ConnStatus.BAD
_MAX_CLASSES = 256
_CLASSES: dict[type, type] = {}
_waits = compiled("pcishield.drivers.psycopg._awaiting_c")
_making = None if pq.__impl__ == "python" else compiled("pcishield.drivers.psycopg._making")


def guard_connection(
    connection: Any, enforcer: Enforcer, opening: Opening | None = None, skew_us: int | None = None
) -> Any:
    """Make an open psycopg connection a guarded one.

    Args:
        connection: A ``Connection`` or ``AsyncConnection``, or of a subclass of the user's.
        enforcer: The shield.
        opening: What it was opened by, when ``connect`` was ours.
        skew_us: The server's clock minus ours, microseconds.

    Returns:
        The same object.

    Raises:
        IdentityRequired: The principal is not known well enough; the connection was closed.
        AuditUnavailable: ``connection.open`` cannot be recorded; the connection was closed.
    """
    state = connection.__dict__
    if "_pcishield" in state:
        return connection
    pgconn = state["pgconn"]
    try:
        session = state["_pcishield"] = _open_session(pgconn, enforcer, opening, skew_us)
        estimates(connection, session)
        if not hasattr(type(connection), "_pcishield_stamp"):
            connection.__class__ = guarded_connection_class(type(connection))
    except BaseException:
        pgconn.finish()
        if opening is not None:
            opening.end()
        raise
    _mask_callbacks(connection, pgconn, session)
    session.use_catalog(catalog_key(pgconn), CatalogReader(connection))
    session.declared.automatic = False  # in a pipeline the server accepts a name later
    # A connection that is dropped and not closed still gets its record; at exit the shield sees to it. Not from
    # here: the collector may run in the middle of an append, which would then wait for its own lock.
    weakref.finalize(connection, session.abandon).atexit = False
    return connection


def _open_session(pgconn: Any, enforcer: Enforcer, opening: Opening | None, skew_us: int | None) -> Session:
    session: Session | None = None

    def classified(name: str) -> bool:
        return session is None or session.parts.masker.classify_column(name) is not None

    version = pgconn.server_version
    session = enforcer.open_session(
        dialect=DIALECT,
        driver="psycopg",
        database=pgconn.db.decode("utf-8", "replace"),
        user=pgconn.user.decode("utf-8", "replace"),
        info={
            "server": pgconn.host.decode("utf-8", "replace"),
            "port": pgconn.port.decode("utf-8", "replace"),
            "tls": bool(pgconn.ssl_in_use),
            "server_version": version,
            "backend_pid": pgconn.backend_pid,
            "driver_version": psycopg.__version__,
        }
        | ({} if skew_us is None else {"skew_us": skew_us}),
        # "host" may be a name that somebody else than DNS resolved (hostaddr).
        address=pgconn.hostaddr.decode("utf-8", "replace"),
        error_class=error_class,
        scrub=make_scrub(classified),
        opening=opening,
    )
    return session


def _mask_callbacks(connection: Any, pgconn: Any, session: Session) -> None:
    """Put ours before the connection's handlers of notices and notifications.

    libpq's connection keeps them: they must not keep it.
    """
    on_notice, on_notify = pgconn.notice_handler, pgconn.notify_handler
    there = weakref.ref(connection)

    def notice(handler: Callable[[Any], None], result: Any) -> None:
        connection = there()
        if connection is None:
            return  # as the driver's own handlers do
        encoding = connection.__dict__["pgconn"]._encoding
        fields = masked_fields(result, encoding, session.wording(), lambda name: False)
        handler(result if fields is None else fields)

    def notify(handler: Callable[[Any], None], notification: Any) -> None:
        handler(mask_notify(session, notification))

    pgconn.notice_handler = partial(notice, on_notice)
    pgconn.notify_handler = partial(notify, on_notify)


class _NotConnected:
    """Stands where the session would be in a connection that no guarded ``connect`` has made."""

    def __get__(self, instance: Any, owner: type) -> Any:
        if instance is None:
            return None
        error = StatementDenied(
            "This connection was not opened by a guarded connect(): it has no session to record to.",
            rule="surface.blocked",
            hint="Use pcishield.connect() or Connection.connect().",
        )
        raise bind_error(error, error_class(error))


def guarded_connection_class(cls: type) -> type:
    """Return the guarded subclass of a psycopg connection class or of a user's subclass."""
    return _made(cls, _build_connection)


def _made(cls: type, make: Callable[[type], type]) -> type:
    made = _CLASSES.get(cls)
    if made is None:
        if len(_CLASSES) >= _MAX_CLASSES:
            # Only of programs that make classes without end; what was made stays valid.
            _CLASSES.clear()
        made = _CLASSES[cls] = make(cls)
    return made


def _build_connection(cls: type) -> type:
    asynchronous = issubclass(cls, psycopg.AsyncConnection)
    make = make_async_wait if asynchronous else make_wait
    wait = next(w for base in cls.__mro__ if (w := base.__dict__.get("wait")) and not hasattr(w, "_pcishield_lazy"))
    names = {
        "_pcishield": _NotConnected(),
        "_pcishield_stamp": True,
        "close": _async_close(cls) if asynchronous else _close(cls),
        "info": property(partial(_info, _getter(cls, "info"))),
        "pgconn": property(make_get_pgconn(_is_driver, _shown_pgconn), _set_pgconn),
        "pipeline": _async_pipeline(cls) if asynchronous else _pipeline(cls),
        "wait": make(wait),
    }
    if _making is not None:
        names |= {name: dressed(made, getattr(cls, name)) for name, made in _making.methods(cls).items()}
    return build(cls, surface_of(cls), {}, reference=driver_class(cls), names=names)


def _getter(cls: type, name: str) -> Callable[[Any], Any]:
    found = getattr(cls, name)
    return found.fget if isinstance(found, property) else operator.attrgetter(name)  # type: ignore[return-value]


def _close(cls: type) -> Any:
    original = cls.close  # type: ignore[attr-defined]

    def close(self: Any) -> Any:
        result = original(self)
        _closed(self)
        return result

    return close


def _async_close(cls: type) -> Any:
    original = cls.close  # type: ignore[attr-defined]

    async def close(self: Any) -> Any:
        result = await original(self)
        _closed(self)
        return result

    return close


def _closed(connection: Any) -> None:
    # A pool may have taken it back instead.
    session = connection.__dict__.get("_pcishield")
    if session is not None and connection.__dict__["pgconn"].status == _BAD:
        if _waits is not None:
            _waits.ended(connection)
        session.close()


def _info(original: Callable[[Any], Any], connection: Any) -> Any:
    info = original(connection)
    info.__class__ = _made(type(info), _build_info)
    info.__dict__["_pcishield"] = connection._pcishield
    info.__dict__["_pcishield_connection"] = connection
    return info


def _build_info(cls: type) -> type:
    original, hidden = _getter(cls, "error_message"), _getter(cls, "password")

    def error_message(self: Any) -> str:
        session: Session = self.__dict__["_pcishield"]
        return session.wording().text(original(self))

    def password(self: Any) -> str:
        hidden(self)  # raises on a closed connection, as psycopg does
        return ""

    def pgconn(self: Any) -> Any:
        raw = self.__dict__["pgconn"]
        return raw if _is_driver(sys._getframe(1).f_globals) else _stand_in(self.__dict__["_pcishield_connection"], raw)

    names = {"error_message": property(error_message), "password": property(password), "pgconn": property(pgconn)}
    return build(cls, surface_of(cls), {}, reference=driver_class(cls), names=names)


def _pipeline(cls: type) -> Any:
    original = cls.pipeline  # type: ignore[attr-defined]

    @contextmanager
    def pipeline(self: Any, *args: Any, **kwargs: Any) -> Iterator[Any]:
        with original(self, *args, **kwargs) as made:
            yield _stamp_pipeline(made)

    return pipeline


def _async_pipeline(cls: type) -> Any:
    original = cls.pipeline  # type: ignore[attr-defined]

    @asynccontextmanager
    async def pipeline(self: Any, *args: Any, **kwargs: Any) -> AsyncIterator[Any]:
        async with original(self, *args, **kwargs) as made:
            yield _stamp_pipeline(made)

    return pipeline


def _stamp_pipeline(made: Any) -> Any:
    if not hasattr(type(made), "_pcishield_stamp"):
        made.__class__ = _made(type(made), _build_pipeline)
    return made


def _build_pipeline(cls: type) -> type:
    def pgconn(self: Any) -> Any:
        raw = self.__dict__["pgconn"]
        return raw if _is_driver(sys._getframe(1).f_globals) else _stand_in(self._conn, raw)

    names = {"_pcishield_stamp": True, "pgconn": property(pgconn)}
    return build(cls, surface_of(cls), {}, reference=driver_class(cls), names=names)


# connection.pgconn: libpq's own object for psycopg, a stand-in for everybody else

_MODULES: dict[int, bool] = {}
_SHOWN = frozenset({"psycopg.transaction"})
"""Modules of psycopg's that hand it on to users; they need no more than the stand-in has."""

_COROUTINES = frozenset({"pcishield.drivers.psycopg._awaiting", "pcishield.drivers.psycopg._gate"})
"""Modules of coroutines that stand for the driver's: from there its compiled code asks."""

_COMPILED = pq.__impl__ != "python"


def _is_driver(module: Any) -> bool:
    """Whether the code that asks is psycopg's, by its module's dictionary."""
    known = _MODULES.get(id(module))
    if known is None:
        name = module.get("__name__", "")
        # The pool looks at the state of every connection that it gives out or gets back.
        known = (name.partition(".")[0] in {"psycopg", "psycopg_pool"} and name not in _SHOWN) or name in _COROUTINES
        if known:
            _MODULES[id(module)] = known
    return known


def _asked_by_name(frame: Any) -> bool:
    """Whether the Python code of ``frame`` itself asks for ``pgconn``.

    Compiled code has no frame: a psycopg adapter that is given the connection looks, from here, like the
    function which called it. Such a function has a call where the attribute access would be.
    """
    code = frame.f_code
    instruction = opcode.opname[code.co_code[frame.f_lasti]]
    if "CALL" not in instruction:
        return True
    return "pgconn" in code.co_consts or "pgconn" in frame.f_locals.values()


def _shown_pgconn(connection: Any, raw: Any, frame: Any) -> Any:
    return raw if _COMPILED and not _asked_by_name(frame) else _stand_in(connection, raw)


def _set_pgconn(connection: Any, pgconn: Any) -> None:
    connection.__dict__["pgconn"] = pgconn
    connection.__dict__.pop("_pcishield_pgconn", None)


def _stand_in(connection: Any, raw: Any) -> GuardedPGconn:
    state = connection.__dict__
    there: weakref.ref[GuardedPGconn] | None = state.get("_pcishield_pgconn")
    made = None if there is None else there()
    if made is None:
        made = GuardedPGconn(raw, connection)
        state["_pcishield_pgconn"] = weakref.ref(made)
    return made
