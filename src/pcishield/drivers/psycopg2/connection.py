"""The guarded connection: opens the session and hands out guarded cursors."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, NoReturn

import psycopg2
from psycopg2 import extensions, extras

from pcishield.drivers.generic.opening import Attempt, attempted, prepared
from pcishield.drivers.psycopg2.asking import DIALECT, estimated, skew_us
from pcishield.drivers.psycopg2.catalog import CatalogReader, catalog_key
from pcishield.drivers.psycopg2.cursor import cursor_factory
from pcishield.drivers.psycopg2.errors import error_class, make_scrub
from pcishield.drivers.psycopg2.lobject import lobject_factory
from pcishield.drivers.psycopg2.notices import catch, sunk
from pcishield.drivers.psycopg2.opening import opened_by
from pcishield.drivers.psycopg2.surfaces import CONNECTION
from pcishield.drivers.psycopg2.underway import Underway
from pcishield.exceptions import ConfigurationError
from pcishield.runtime.dress import refuse_copy
from pcishield.runtime.opening import taken
from pcishield.runtime.stamp import under
from pcishield.runtime.surface import build

if TYPE_CHECKING:
    from pcishield.runtime.opening import Opening
    from pcishield.runtime.session import Enforcer, Session

__all__ = ["DIALECT", "RawConnection", "connection_factory", "guarded_connection"]

RawConnection: Any = extensions.connection
_cursor = RawConnection.cursor
_NAME, _FACTORY = 0, 1
_LOBJECT_FACTORY = 4
_REPLICATION: Any = extras._replicationConnection


def _open_session(enforcer: Enforcer, dsn: str, opening: Opening) -> Session:
    options = extensions.parse_dsn(dsn)
    session: Session

    def classified(name: str) -> bool:
        return session.parts.masker.classify_column(name) is not None

    session = enforcer.open_session(
        dialect=DIALECT,
        driver="psycopg2",
        database=options.get("dbname", ""),
        user=options.get("user", ""),
        info={"server": options.get("host", ""), "port": options.get("port", ""),
              "driver_version": psycopg2.__version__},
        error_class=error_class,
        scrub=make_scrub(classified),
        opening=opening,
    )  # fmt: skip
    return session


def __init__(self: Any, dsn: str, *args: Any, **kwargs: Any) -> None:  # noqa: N807
    enforcer: Enforcer = self._pcishield_enforcer()
    opening = taken() or prepared(enforcer, psycopg2, "psycopg2", self._pcishield_profile)

    def opened(attempt: Attempt) -> Session:
        named = opened_by(opening, dsn)
        session = attempt.session = _open_session(enforcer, named, opening)
        RawConnection.__init__(self, _with_password(opening, named), *args, **kwargs)
        if not self.async_:
            _check_transport(self, session)
        return session

    session = attempted(opening, opened)
    there = weakref.ref(self)
    if self.async_:
        self._pcishield_underway = Underway(session, lambda: _check_transport(there(), session))
    else:
        if session.parts.net.clock and (skew := skew_us(self)) is not None:
            session.learned(skew_us=skew)
        session.use_catalog(catalog_key(self), CatalogReader(self))
    self._pcishield = session
    catch(self)
    session.estimate = lambda sql, parameters: estimated(there(), sql, parameters)
    weakref.finalize(self, _abandon, session, self._pcishield_underway).atexit = False


def _abandon(session: Session, underway: Underway | None) -> None:
    if underway is not None:
        underway.dropped()
    session.abandon()


def _with_password(opening: Opening, dsn: str) -> str:
    return dsn if opening.password is None else extensions.make_dsn(dsn, password=opening.password)


def _check_transport(connection: Any, session: Session) -> None:
    info = RawConnection.info.__get__(connection)
    # "host" may be a name that somebody else than DNS resolved (hostaddr).
    where = info.dsn_parameters.get("hostaddr") or info.host or ""
    try:
        session.transport(bool(info.ssl_in_use), where)
    except BaseException:
        RawConnection.close(connection)
        raise


def _name(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return args[_FACTORY] if len(args) > _FACTORY else kwargs.get("cursor_factory")


def cursor(self: Any, *args: Any, **kwargs: Any) -> Any:
    factory = cursor_factory(_name(args, kwargs) or self.cursor_factory)
    if len(args) > _FACTORY:
        args = (*args[:_FACTORY], factory, *args[_FACTORY + 1 :])
    else:
        kwargs["cursor_factory"] = factory
    return _cursor(self, *args, **kwargs)


def lobject(self: Any, *args: Any, **kwargs: Any) -> Any:
    given = args[_LOBJECT_FACTORY] if len(args) > _LOBJECT_FACTORY else kwargs.pop("lobject_factory", None)
    return RawConnection.lobject(self, *args[:_LOBJECT_FACTORY], lobject_factory=lobject_factory(given), **kwargs)


def poll(self: Any) -> Any:
    underway: Underway | None = self._pcishield_underway
    if underway is None:  # of a synchronous connection, or by a wait callback in the middle of a call
        return RawConnection.poll(self)
    try:
        said = RawConnection.poll(self)
    except BaseException as error:
        underway.failed(error)
        raise
    underway.heard(self, said)
    return said


def close(self: Any) -> None:
    RawConnection.close(self)
    if self._pcishield_underway is not None:
        self._pcishield_underway.dropped()
    if self._pcishield is not None:
        self._pcishield.close()


def _finishing(name: str) -> Any:
    original = getattr(RawConnection, name)

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return original(self, *args, **kwargs)
        except BaseException as error:
            if self._pcishield is not None:
                self._pcishield.sanitise(error)  # deferred constraints quote rows at COMMIT
            raise

    method.__name__, method.__doc__ = name, original.__doc__
    return method


class _Info:
    """``connection.info`` without the password, its texts masked."""

    __slots__ = ("_names", "_read", "_tell")

    def __init__(self, info: Any, tell: Callable[[str], str]) -> None:
        # Not the object itself: what looks at all attributes, as a debugger does, would come to the password.
        self._read: Callable[[str], Any] = lambda name: getattr(info, name)
        self._names, self._tell = dir(info), tell

    def __getattr__(self, name: str) -> Any:
        if name == "password":
            return ""
        value = self._read(name)
        if not callable(value):
            return self._tell(value) if name == "error_message" and isinstance(value, str) else value

        # A bound method of the driver's object would lead to it, and so to the password.
        def method(*args: Any, **kwargs: Any) -> Any:
            return value(*args, **kwargs)

        return method

    def __dir__(self) -> list[str]:
        return self._names


def _get_info(self: Any) -> Any:
    info = RawConnection.info.__get__(self)
    return info if self._pcishield is None else _Info(info, self._pcishield.wording().text)


def _no_enforcer() -> NoReturn:
    raise ConfigurationError("this class has no shield; connect through the guarded module or Shield.connect()")


GuardedConnection: type = build(
    RawConnection,
    CONNECTION,
    {},
    slots=False,
    names={
        "__doc__": RawConnection.__doc__,
        "__exit__": _finishing("__exit__"),
        "__init__": __init__,
        "__reduce_ex__": refuse_copy,
        "_pcishield": None,
        "_pcishield_enforcer": staticmethod(_no_enforcer),
        "_pcishield_profile": "",
        "_pcishield_underway": None,
        "close": close,
        "commit": _finishing("commit"),
        "cursor": cursor,
        "cursor_factory": RawConnection.cursor_factory,
        "info": property(_get_info),
        "lobject": lobject,
        "notices": sunk("notices"),
        "notifies": sunk("notifies"),
        "poll": poll,
        "tpc_commit": _finishing("tpc_commit"),
        "tpc_prepare": _finishing("tpc_prepare"),
    },
)
"""Base of every guarded connection class; it has no shield itself."""


def guarded_connection(enforcer: Callable[[], Any]) -> type:
    """Return the guarded ``connection`` class of one shield.

    Args:
        enforcer: Called at each connect for the shield to use.
    """
    names: dict[str, Any] = {"__module__": RawConnection.__module__, "__doc__": RawConnection.__doc__}
    names["_pcishield_enforcer"] = staticmethod(enforcer)
    return type("connection", (GuardedConnection,), names)


def connection_factory(factory: Any, guarded: type) -> Any:
    """Return the guarded counterpart of a ``connection_factory``; ``None`` stands for the driver's class.

    Args:
        factory: A class, or a function that makes a connection of a guarded one.
        guarded: The class of the shield.

    Raises:
        ConfigurationError: It makes replication connections, whose stream nobody can judge, or cannot be called.
    """
    if factory is None or factory is RawConnection:
        return guarded
    if isinstance(factory, type) and issubclass(factory, RawConnection):
        if issubclass(factory, _REPLICATION):
            raise ConfigurationError(f"psycopg2: {factory.__name__} streams changed rows past the guard; it is blocked")
        return under(factory, guarded)
    if not callable(factory):
        raise ConfigurationError(
            "psycopg2: connection_factory must be a subclass of psycopg2.extensions.connection, or a function that "
            f"makes one; this is a {type(factory).__name__}"
        )
    return _checked(factory)


def _checked(factory: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(factory)
    def make(*args: Any, **kwargs: Any) -> Any:
        made = factory(*args, **kwargs)
        if isinstance(made, GuardedConnection) and made._pcishield is not None:  # type: ignore[attr-defined]
            return made
        if isinstance(made, RawConnection):
            RawConnection.close(made)
        raise ConfigurationError(
            f"psycopg2: the connection_factory made a {type(made).__qualname__} that is not guarded; take "
            "extensions.connection of the guarded module, or a class that was given to its connect(), to make it"
        )

    return make
