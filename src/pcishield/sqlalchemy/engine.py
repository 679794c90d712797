"""``guard_engine``: every connection of an engine is guarded, whoever opens it, and its exceptions carry no data.

Rules:

- The dialect's driver module is replaced by the guarded one, so what the engine opens is guarded from the start.
- Whatever else opens connections for the pool (``creator=``, a ``do_connect`` event, a ``pool=`` made elsewhere) is
  watched: a raw connection is guarded in place, or closed with an error where the driver does not allow that.
- Connections that the pool holds already are guarded in place, or replaced.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Engine, event

from pcishield.exceptions import ConfigurationError
from pcishield.shield import Shield, current_shield
from pcishield.sqlalchemy.errors import hide_values
from pcishield.sqlalchemy.kinds import Kind, guarded_dbapi, kind_of, native
from pcishield.sqlalchemy.pools import guard_pooled

if TYPE_CHECKING:
    from sqlalchemy.engine import ExceptionContext
    from sqlalchemy.ext.asyncio import AsyncEngine
    from sqlalchemy.pool import Pool

    from pcishield.runtime.parts import Parts
    from pcishield.runtime.session import Enforcer, Session

__all__ = ["EngineGuard", "guard_engine"]

E = TypeVar("E", "Engine", "AsyncEngine")


def guard_engine(engine: E, shield: Shield | None = None) -> E:
    """Guard an engine that was built elsewhere, its pool included, and return it.

    Call it before other threads use the engine. An engine of a ``+pcishield`` dialect is guarded already.

    Args:
        engine: An ``Engine``, or an ``AsyncEngine`` on psycopg or aiosqlite.
        shield: Whose policy applies; by default the process's default shield, looked up at each connect.

    Raises:
        ConfigurationError: The driver cannot be guarded; a raw connection is in use that can be neither guarded in
            place nor replaced; the engine is guarded by another shield. Nothing was changed.
    """
    target = getattr(engine, "sync_engine", engine)
    if not isinstance(target, Engine):
        raise ConfigurationError(f"engine: a {type(engine).__name__} is neither an Engine nor an AsyncEngine")
    guard = vars(target.dialect).get("_pcishield")
    if guard is None:
        guard = EngineGuard(target, kind_of(target.dialect), current_shield if shield is None else lambda: shield)
        guard.guard(target)
        target.dialect._pcishield = guard  # type: ignore[attr-defined]
    elif shield is not None and guard.enforcer() is not shield:
        raise ConfigurationError(
            "engine: another shield guards it already; give the shield where the engine is made: "
            "create_engine(..., module=shield.guard(driver))"
        )
    # An engine of execution_options() shares dialect and pool with the one it came from, but not this.
    target.hide_parameters = True
    return engine


class EngineGuard:
    """The guard of one dialect and its pools.

    Args:
        engine: Any engine on that dialect.
        kind: Its driver.
        enforcer: Called at each connect for the shield to use.
    """

    def __init__(self, engine: Engine, kind: Kind, enforcer: Callable[[], Enforcer]) -> None:
        self.dialect = engine.dialect
        self.kind = kind
        self.enforcer = enforcer
        self._parts: Parts | None = None

    def guard(self, engine: Engine) -> None:
        """Guard the engine's pool, what it holds, and the dialect's module and exceptions."""
        pool, kind = engine.pool, self.kind
        replace = guard_pooled(pool, self.dialect, kind, self._adopt)
        if self.dialect.dbapi is not None and not _is_guarded(self.dialect.dbapi, kind):
            self.dialect.dbapi = guarded_dbapi(self.dialect, kind, self.enforcer)
            vars(self.dialect).pop("loaded_dbapi", None)  # memoized from the raw one
        self._watch(pool)
        event.listen(self.dialect, "handle_error", self._on_error, insert=True)
        replace()

    def _watch(self, pool: Pool) -> None:
        """Look at each connection that the pool's creator returns. A pool made anew from this one keeps that."""
        invoke = pool._invoke_creator

        def creator(connection_record: Any = None) -> Any:
            return self.checked(invoke(connection_record))

        pool._creator = creator

    def checked(self, dbapi_connection: Any) -> Any:
        """Return a connection that has just been opened, guarded.

        Raises:
            ConfigurationError: It is raw and cannot be guarded in place; it was closed.
        """
        connection = native(self.dialect, dbapi_connection)
        try:
            session = self.kind.session(connection)
            if session is None and self.kind.adopt is not None:
                session = self._adopt(connection)
            if session is None:
                raise ConfigurationError(
                    f"creator: a raw {self.kind.name} connection was opened for a guarded engine, and such a one "
                    f"cannot be guarded afterwards; open it by the guarded module, pcishield.guard({self.kind.name})"
                )
        except BaseException:
            self.dialect.do_close(dbapi_connection)
            raise
        self._parts = session.parts
        return dbapi_connection

    def _adopt(self, connection: Any) -> Session | None:
        assert self.kind.adopt is not None
        self.kind.adopt(connection, self.enforcer)
        session = self.kind.session(connection)
        if session is not None:
            self._parts = session.parts
        return session

    def _on_error(self, context: ExceptionContext) -> None:
        if self._parts is not None:
            hide_values(context, self._parts, self.kind.dialect)


def _is_guarded(dbapi: Any, kind: Kind) -> bool:
    """Whether a dialect has been given a guarded module, in the asynchronous adapter or not."""
    module = getattr(dbapi, "psycopg", None) or getattr(dbapi, "sqlite", None) or dbapi
    return bool(module.connect != importlib.import_module(kind.name).connect)
