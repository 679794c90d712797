"""Guard the drivers of this process for code that imports them raw: ``pcishield.install()``.

Not called ``install``, for a submodule of that name would take the function's place in the package.

Rules:

- Only the entry points are changed: what opens a connection. Everything else follows from the connection.
- A driver that is imported later is guarded when it is imported; nothing is imported for that.
- Code that took an entry point out of the module before (``from sqlite3 import connect``) gets the guarded one in
  its place. Connections that are open already stay as they are.
- ``exempt`` names modules that keep the raw driver (a test server's fixture, a library that keeps its own SQLite
  file). Each is recorded as ``shield.disable``, as is :func:`uninstall`.

Limits: an entry point that was stored elsewhere than in a module (a default argument, a closure) is not found, and
neither is a hostile ``importlib`` trick. A pool of mysql.connector that was made before goes on by the names of the raw
module, which exempt code needs. See the threat model.
"""

from __future__ import annotations

import importlib
import inspect
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from threading import RLock
from types import ModuleType
from typing import Any

import wrapt

from pcishield.exceptions import ConfigurationError
from pcishield.shield import current_shield

__all__ = ["exempted", "install", "installed", "uninstall"]


@dataclass(slots=True)
class _Installed:
    """What install() has changed. ``undo`` restores it, last first."""

    active: bool = False
    drivers: frozenset[str] = frozenset()
    exempt: tuple[str, ...] = ()
    patched: set[str] = field(default_factory=set)
    undo: list[Callable[[], None]] = field(default_factory=list)


_OWN = ("pcishield.approvers.", "pcishield.sinks.", "pcishield.usage_stores")

_state = _Installed()
_lock = RLock()
_hooked: set[str] = set()


def install(*, drivers: Iterable[str] | None = None, exempt: Iterable[str] = ()) -> None:
    """Guard every connection that this process opens from now on.

    Args:
        drivers: Names of driver modules; default all that pcishield knows. None of them has to be installed.
        exempt: Names of modules that keep the raw driver, with their submodules. Recorded.

    Raises:
        ConfigurationError: A driver is not known, or the configuration is wrong; nothing was changed.
    """
    wanted = frozenset(_PATCHES if drivers is None else drivers)
    unknown = sorted(wanted - set(_PATCHES))
    if unknown:
        raise ConfigurationError(
            f"install: unknown driver {', '.join(unknown)}; known are {', '.join(sorted(_PATCHES))}"
        )
    spared = tuple(exempt)
    shield = current_shield()
    with _lock:
        _restore()
        for name in spared:
            shield.record_disabled(f"{name}: exempt from install()")
        _state.active, _state.drivers, _state.exempt = True, wanted, spared
        parts = {part for part, whole in _PARTS.items() if whole in wanted}
        for name in sorted(wanted | parts):
            if name not in _hooked:
                _hooked.add(name)
                wrapt.register_post_import_hook(_imported, name)
            elif name in sys.modules:
                _imported(sys.modules[name])


def uninstall() -> None:
    """Give the drivers back as they were. Connections that are open stay guarded. Recorded."""
    with _lock:
        if _state.active:
            current_shield().record_disabled("uninstall()")
            _restore()


def installed() -> frozenset[str]:
    """Return the names of the drivers that are guarded in this process right now."""
    return frozenset(_state.patched) - set(_PARTS)


def exempted() -> tuple[str, ...]:
    """Return the names of the modules that keep the raw drivers right now."""
    return _state.exempt if _state.active else ()


def _restore() -> None:
    while _state.undo:
        _state.undo.pop()()
    _state.patched.clear()
    _state.active = False


def _imported(module: ModuleType) -> None:
    with _lock:
        name = module.__name__
        if _state.active and _PARTS.get(name, name) in _state.drivers and name not in _state.patched:
            _state.patched.add(name)
            package, _, own = name.rpartition(".")
            if package:  # the import itself does so only after this, and the guard's modules need it
                setattr(sys.modules[package], own, module)
            (_PATCHES | _PART_PATCHES)[name](module)


def _set(owner: Any, name: str, value: Any) -> None:
    original = vars(owner)[name]
    setattr(owner, name, value)
    _state.undo.append(lambda: setattr(owner, name, original))


def _stand_in(name: str, module: ModuleType) -> None:
    """Let ``from name import …`` have the guarded module; the raw one keeps its own names, for raw connections."""
    before = sys.modules[name]
    sys.modules[name] = module
    _state.undo.append(lambda: sys.modules.__setitem__(name, before))


def _spared(name: str) -> bool:
    # Approval queue, sinks and budgets keep their own connections raw: guarded, they would wait for themselves.
    return name.startswith(_OWN) or any(name == prefix or name.startswith(f"{prefix}.") for prefix in _state.exempt)


def _sparing(raw: Callable[..., Any], guarded: Callable[..., Any]) -> Callable[..., Any]:
    """Return the guarded entry point that gives exempt callers the raw one."""

    def connect(*args: Any, **kwargs: Any) -> Any:
        caller = sys._getframe(1).f_globals.get("__name__", "")
        return (raw if _spared(caller) else guarded)(*args, **kwargs)

    connect.__doc__ = raw.__doc__
    return connect


class _ByName:
    """What takes the place of an object that a module has under several names: a function as ``connect``, else a class.

    Args:
        connect: For the names ``connect`` and ``Connect``.
        cls: For any other name.
    """

    def __init__(self, connect: Any, cls: Any) -> None:
        self.connect, self.cls = connect, cls

    def called(self, attribute: str) -> Any:
        """Return what stands under the name ``attribute``."""
        return self.connect if attribute.lower() == "connect" else self.cls


def _replace(replacements: list[tuple[Any, Any]], homes: tuple[str, ...]) -> None:
    """Put guarded objects in the place of raw ones: in the driver's ``homes``, and in other people's modules."""
    roots = {home.partition(".")[0] for home in homes} | {"pcishield"}
    for name, module in list(sys.modules.items()):
        if not isinstance(module, ModuleType):
            continue
        if name not in homes and (name.partition(".")[0] in roots or _spared(name)):
            continue
        for attribute, value in list(vars(module).items()):
            for raw, guarded in replacements:
                if value is raw or (type(value) is type(raw) and not isinstance(raw, type) and _same(value, raw)):
                    _set(module, attribute, guarded.called(attribute) if isinstance(guarded, _ByName) else guarded)


def _same(one: Any, other: Any) -> bool:
    # Bound methods (psycopg.connect) are equal, not identical.
    return getattr(one, "__func__", one) is getattr(other, "__func__", other) and (
        getattr(one, "__self__", None) is getattr(other, "__self__", None)
    )


def _sqlite3(module: ModuleType) -> None:
    names = importlib.import_module("pcishield.drivers.sqlite3").guard_module(current_shield)
    _replace(
        [
            (module.connect, _sparing(module.connect, names["connect"])),
            (module.Connection, names["Connection"]),
            (module.Cursor, names["Cursor"]),
        ],
        ("sqlite3", "sqlite3.dbapi2"),
    )


def _psycopg(module: ModuleType) -> None:
    driver = importlib.import_module("pcishield.drivers.psycopg")
    before = module.connect
    for cls, asynchronous in ((module.Connection, False), (module.AsyncConnection, True)):
        raw = vars(cls)["connect"].__func__

        def connect(cls: Any, *args: Any, _raw: Any = raw, **kwargs: Any) -> Any:
            if _spared(sys._getframe(1).f_globals.get("__name__", "")):
                return _raw(cls, *args, **kwargs)
            return driver.open_guarded(partial(_raw, cls), current_shield(), args, kwargs)

        # No coroutine function: by the time that a task runs it, its caller's frame is the event loop.
        def aconnect(cls: Any, *args: Any, _raw: Any = raw, **kwargs: Any) -> Any:
            if _spared(sys._getframe(1).f_globals.get("__name__", "")):
                return _raw(cls, *args, **kwargs)
            return driver.aopen_guarded(partial(_raw, cls), current_shield(), args, kwargs)

        patched: Any = aconnect if asynchronous else connect
        if asynchronous and sys.version_info >= (3, 12):
            inspect.markcoroutinefunction(patched)
        _set(cls, "connect", classmethod(patched))
    _replace([(before, module.Connection.connect)], ("psycopg",))


def _mysql_connector(module: ModuleType) -> None:
    names = importlib.import_module("pcishield.drivers.mysql_connector").guard_module(current_shield)
    replacements = []
    for name in ("connect", "Connect", "MySQLConnection", "CMySQLConnection", "pooling"):
        raw, guarded = vars(module).get(name), names.get(name)
        if raw is not None and guarded is not None and guarded is not raw:
            replacements.append((raw, _sparing(raw, guarded) if name.lower() == "connect" else guarded))
    _replace_parts(replacements, names, ("connection", "connection_cext", "pooling"))
    _replace(replacements, ("mysql.connector",))


def _mysql_connector_aio(module: ModuleType) -> None:
    driver = importlib.import_module("pcishield.drivers.mysql_connector")
    made = driver.guard_module(current_shield)["_aio_modules"]()
    names = vars(made["aio"])
    replacements = [(module.connect, _sparing(module.connect, names["connect"]))]
    for name in ("MySQLConnection", "MySQLConnectionPool"):
        raw = vars(module).get(name)
        if raw is not None and names.get(name) is not raw:
            replacements.append((raw, names[name]))
    _replace_parts(replacements, made, ("aio.connection", "aio.pooling"))
    _replace(replacements, ("mysql.connector.aio",))


def _replace_parts(replacements: list[tuple[Any, Any]], made: dict[str, Any], parts: tuple[str, ...]) -> None:
    for part in parts:
        name = f"mysql.connector.{part}"
        raw, guarded = sys.modules.get(name), made.get(part)
        if raw is None or not isinstance(guarded, ModuleType) or guarded is raw:
            continue
        pairs = [(raw, guarded), *((value, vars(guarded).get(own)) for own, value in vars(raw).items())]
        for value, other in pairs:
            new = other is not None and other is not value and not any(one is value for one, _ in replacements)
            if new and isinstance(value, (type, ModuleType)):
                replacements.append((value, other))
        _stand_in(name, guarded)


def _psycopg2(module: ModuleType) -> None:
    names = importlib.import_module("pcishield.drivers.psycopg2").guard_module(current_shield)
    extensions = importlib.import_module("psycopg2.extensions")
    extras = importlib.import_module("psycopg2.extras")
    _replace(
        [
            (module.connect, _sparing(module.connect, names["connect"])),
            (extensions.connection, names["extensions"].connection),
            (extensions.cursor, names["extensions"].cursor),
            (extensions.lobject, names["extensions"].lobject),
            (extras.execute_batch, names["extras"].execute_batch),
            (extras.execute_values, names["extras"].execute_values),
            *(
                (value, getattr(names["extras"], name, value))
                for name, value in list(vars(extras).items())
                if isinstance(value, type) and name.endswith("Connection") and not name.startswith("_")
            ),
        ],
        ("psycopg2", "psycopg2.extensions", "psycopg2.extras"),
    )


def _pymysql(module: ModuleType) -> None:
    guarded = importlib.import_module("pcishield.drivers.pymysql").guard_module(current_shield)["Connection"]
    raw = importlib.import_module("pymysql.connections").Connection
    _replace([(raw, _ByName(_sparing(raw, guarded), guarded))], ("pymysql", "pymysql.connections"))


def _mysqlclient(module: ModuleType) -> None:
    names = importlib.import_module("pcishield.drivers.mysqlclient").guard_module(current_shield)
    raw = importlib.import_module("MySQLdb.connections").Connection

    def unguarded(*args: Any, **kwargs: Any) -> Any:
        return raw(*args, **kwargs)

    _replace(
        [
            (module.connect, _sparing(unguarded, names["connect"])),
            (raw, names["connections"].Connection),
        ],
        ("MySQLdb", "MySQLdb.connections"),
    )


_PATCHES: dict[str, Callable[[ModuleType], None]] = {
    "MySQLdb": _mysqlclient,
    "mysql.connector": _mysql_connector,
    "psycopg": _psycopg,
    "psycopg2": _psycopg2,
    "pymysql": _pymysql,
    "sqlite3": _sqlite3,
}

_PARTS = {"mysql.connector.aio": "mysql.connector"}
"""Modules of drivers that are imported by themselves, and the driver that each belongs to."""

_PART_PATCHES: dict[str, Callable[[ModuleType], None]] = {"mysql.connector.aio": _mysql_connector_aio}
