"""``pcishield.install()``: code that imports a driver raw gets it guarded, before or after."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import pcishield
from pcishield import installing
from pcishield.exceptions import ConfigurationError
from pcishield.testing import RecordingLog, make_pan

PAN = make_pan()
RAW = (sqlite3.connect, sqlite3.Connection, sqlite3.Cursor)


@pytest.fixture
def log() -> Iterator[RecordingLog]:
    """The default shield's log; everything is uninstalled after the test."""
    log = RecordingLog()
    shield = pcishield.configure({}, audit=log)
    yield log
    pcishield.uninstall()
    shield.close()


def masked(connection: Any) -> bool:
    """Whether a card number comes out masked."""
    row = connection.execute("SELECT ? AS card_number", (PAN,)).fetchone()
    connection.close()
    return PAN not in repr(row)


def test_sqlite3_is_guarded_whoever_imports_it(log: RecordingLog) -> None:
    """connect, dbapi2.connect, and the classes themselves."""
    pcishield.install(drivers=["sqlite3"])

    assert masked(sqlite3.connect(":memory:"))
    assert masked(sqlite3.dbapi2.connect(":memory:"))
    assert masked(sqlite3.Connection(":memory:"))
    assert {"sqlite3"} == pcishield.installed()


def test_names_taken_before_are_replaced(log: RecordingLog, monkeypatch: pytest.MonkeyPatch) -> None:
    """``from sqlite3 import connect`` before install() is guarded as well."""
    early = types.ModuleType("somebodys_module")
    exec("from sqlite3 import connect, Connection", early.__dict__)
    monkeypatch.setitem(sys.modules, "somebodys_module", early)

    pcishield.install(drivers=["sqlite3"])

    assert masked(early.connect(":memory:"))
    assert masked(early.Connection(":memory:"))


def test_users_classes_made_before_are_guarded(log: RecordingLog) -> None:
    """A class derived from the raw Connection before install() is guarded when it is the factory."""

    class Early(RAW[1]):  # type: ignore[misc,valid-type]
        pass

    pcishield.install(drivers=["sqlite3"])

    assert masked(sqlite3.connect(":memory:", factory=Early))


def test_uninstall_gives_the_driver_back(log: RecordingLog) -> None:
    """After uninstall() the module is what it was, and the log says that guarding was switched off."""
    pcishield.install(drivers=["sqlite3"])
    pcishield.install(drivers=["sqlite3"])
    pcishield.uninstall()
    pcishield.uninstall()

    assert RAW == (sqlite3.connect, sqlite3.Connection, sqlite3.Cursor)
    assert frozenset() == pcishield.installed()
    assert 1 == len([r for r in log.records if r["type"] == "shield.disable"])


def test_exempt_modules_keep_the_raw_driver(log: RecordingLog, monkeypatch: pytest.MonkeyPatch) -> None:
    """By name, whether they took the function or go through the module; and the log names them."""
    spared = types.ModuleType("spared.inner")
    exec("import sqlite3\nfrom sqlite3 import connect\ndef open(): return sqlite3.connect(':memory:')", spared.__dict__)
    monkeypatch.setitem(sys.modules, "spared.inner", spared)

    pcishield.install(drivers=["sqlite3"], exempt=["spared"])

    assert not masked(spared.connect(":memory:"))
    assert not masked(spared.open())
    assert masked(sqlite3.connect(":memory:"))
    assert ["spared: exempt from install()"] == [r["object"] for r in log.records if r["type"] == "shield.disable"]


def test_an_unknown_driver_is_an_error(log: RecordingLog) -> None:
    """A misspelt name changes nothing."""
    with pytest.raises(ConfigurationError, match="sqlite4"):
        pcishield.install(drivers=["sqlite4"])
    assert frozenset() == pcishield.installed()


def test_a_driver_that_is_imported_later_is_guarded(tmp_path: Path) -> None:
    """In a new process: install() first, then the application imports the driver."""
    code = (
        "import sys, pcishield; pcishield.install(); assert 'sqlite3' not in sys.modules\n"
        f"import sqlite3; print(sqlite3.connect(':memory:').execute('SELECT ? AS card_number', ['{PAN}']).fetchone())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False,
        env={**__import__("os").environ, "PCISHIELD_AUDIT_DIR": str(tmp_path / "audit")},
    )  # fmt: skip

    assert 0 == done.returncode, done.stderr
    assert PAN not in done.stdout
    assert PAN[-4:] in done.stdout


def test_psycopg_is_guarded(log: RecordingLog, pg_dsn: str) -> None:
    """psycopg.connect, Connection.connect of a subclass, and the asynchronous one."""
    psycopg = pytest.importorskip("psycopg", reason="psycopg is an optional dependency")

    class Early(psycopg.Connection):  # type: ignore[misc,name-defined]
        pass

    pcishield.install(drivers=["psycopg"])

    async def fetch() -> Any:
        async with await psycopg.AsyncConnection.connect(pg_dsn) as connection:
            cursor = await connection.execute("SELECT %s AS card_number", (PAN,))
            return await cursor.fetchone()

    for connect in (psycopg.connect, psycopg.Connection.connect, Early.connect):
        with connect(pg_dsn) as connection:
            assert PAN not in repr(connection.execute("SELECT %s AS card_number", (PAN,)).fetchone())
    assert PAN not in repr(asyncio.run(fetch()))
    pcishield.uninstall()
    with psycopg.connect(pg_dsn) as connection:
        assert PAN in repr(connection.execute("SELECT %s AS card_number", (PAN,)).fetchone())


@pytest.mark.parametrize("name", ["mysql.connector", "pymysql", "MySQLdb"])
def test_mysql_drivers_are_guarded(log: RecordingLog, mysql_params: dict[str, Any], name: str) -> None:
    """connect of the driver's module, and its Connection class where it has one."""
    driver = pytest.importorskip(name, reason=f"{name} is no dependency", exc_type=ImportError)
    keys = {key: value for key, value in mysql_params.items() if key in ("host", "port", "user", "password")}
    before = driver.connect
    pcishield.install(drivers=[name])

    for connect in (driver.connect, *([driver.connections.Connection] if name != "mysql.connector" else [])):
        connection = connect(**keys)
        cursor = connection.cursor()
        cursor.execute("SELECT %s AS card_number", (PAN,))
        assert PAN not in repr(cursor.fetchall())
        connection.close()
    pcishield.uninstall()
    assert before is driver.connect


def test_modules_in_mysql_connector_are_guarded(log: RecordingLog, mysql_params: dict[str, Any]) -> None:
    """The classes that its manual imports, whenever they were imported, and asyncio's connect."""
    pytest.importorskip("mysql.connector", reason="mysql.connector is an optional dependency", exc_type=ImportError)
    keys = {key: value for key, value in mysql_params.items() if key in ("host", "port", "user", "password")}
    code = (
        "from mysql.connector.connection import MySQLConnection\n"
        "from mysql.connector.pooling import MySQLConnectionPool\n"
        "from mysql.connector import aio, connection\n"
        "import mysql.connector\n"
    )
    before, after = types.ModuleType("imported_before"), types.ModuleType("imported_after")
    exec(code, before.__dict__)
    sys.modules["imported_before"] = before
    try:
        pcishield.install(drivers=["mysql.connector"])
        exec(code, after.__dict__)
        for home in (before, after):
            for opened in (
                lambda m: m.MySQLConnection(**keys),
                lambda m: m.connection.MySQLConnection(**keys),
                lambda m: m.mysql.connector.connection.MySQLConnection(**keys),
                lambda m: m.MySQLConnectionPool(pool_size=1, use_pure=True, **keys).get_connection(),
            ):
                connection = opened(home)
                cursor = connection.cursor()
                cursor.execute("SELECT %s AS card_number", (PAN,))
                assert PAN not in repr(cursor.fetchall())
                connection.close()
            assert PAN not in repr(asyncio.run(_by_asyncio(home.aio, keys)))
        assert frozenset({"mysql.connector"}) == installing.installed()
        pcishield.uninstall()
        assert PAN in repr(asyncio.run(_by_asyncio(before.aio, keys)))
        assert sys.modules["mysql.connector.connection"].MySQLConnection is before.MySQLConnection
    finally:
        del sys.modules["imported_before"]


async def _by_asyncio(aio: Any, keys: dict[str, Any]) -> Any:
    connection = await aio.connect(ssl_disabled=True, **keys)
    cursor = await connection.cursor()
    await cursor.execute("SELECT %s AS card_number", (PAN,))
    rows = await cursor.fetchall()
    await connection.close()
    return rows


def test_psycopg2_is_guarded(log: RecordingLog, pg_dsn: str) -> None:
    """connect, the classes for subclasses made later, and pools, which call connect themselves."""
    psycopg2 = pytest.importorskip("psycopg2", reason="psycopg2 is an optional dependency", exc_type=ImportError)
    from psycopg2 import extensions, extras, pool

    before = (psycopg2.connect, extensions.connection, extensions.cursor)
    pcishield.install(drivers=["psycopg2"])

    class Late(extensions.connection):
        pass

    connections = [
        psycopg2.connect(pg_dsn),
        psycopg2.connect(pg_dsn, cursor_factory=extras.RealDictCursor),
        psycopg2.connect(pg_dsn, connection_factory=Late),
        pool.SimpleConnectionPool(1, 1, pg_dsn).getconn(),
        extras.DictConnection(pg_dsn),
    ]
    for connection in connections:
        with connection.cursor() as cursor:
            cursor.execute("SELECT %s AS card_number", (PAN,))
            assert PAN not in repr(cursor.fetchall())
        with extensions.cursor(connection) as cursor:
            cursor.execute("SELECT %s AS card_number", (PAN,))
            assert PAN not in repr(cursor.fetchall())
        connection.close()
    pcishield.uninstall()
    assert before == (psycopg2.connect, extensions.connection, extensions.cursor)


@pytest.mark.parametrize("name", ["psycopg2", "pymysql", "MySQLdb"])
def test_exempt_modules_keep_other_raw_drivers(
    request: pytest.FixtureRequest, log: RecordingLog, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """By the name of the caller; visible in exempted(), and recorded."""
    pytest.importorskip(name, reason=f"{name} is an optional dependency", exc_type=ImportError)
    spared = types.ModuleType("spared")
    exec(f"import {name}\ndef open(*a, **k): return {name}.connect(*a, **k)", spared.__dict__)
    monkeypatch.setitem(sys.modules, "spared", spared)
    pcishield.install(drivers=[name], exempt=["spared"])
    if name == "psycopg2":
        connection = spared.open(request.getfixturevalue("pg_dsn"))
    else:
        params = request.getfixturevalue("mysql_params")
        connection = spared.open(**{k: v for k, v in params.items() if k in ("host", "port", "user", "password")})
    cursor = connection.cursor()
    cursor.execute("SELECT %s AS card_number", (PAN,))

    assert PAN in repr(cursor.fetchall())
    assert ("spared",) == installing.exempted()
    connection.close()
    pcishield.uninstall()
    assert () == installing.exempted()
    assert ["spared: exempt from install()", "uninstall()"] == [
        r["object"] for r in log.records if r["type"] == "shield.disable"
    ]


@pytest.mark.parametrize("task", [False, True])
def test_exempt_modules_keep_raw_asynchronous_psycopg(
    log: RecordingLog, monkeypatch: pytest.MonkeyPatch, pg_dsn: str, task: bool
) -> None:
    """AsyncConnection.connect as well, awaited at once or in a task; the application's own stays guarded."""
    psycopg = pytest.importorskip("psycopg", reason="psycopg is an optional dependency")
    spared = types.ModuleType("spared")
    exec("import psycopg\ndef open(dsn): return psycopg.AsyncConnection.connect(dsn)", spared.__dict__)
    monkeypatch.setitem(sys.modules, "spared", spared)
    pcishield.install(drivers=["psycopg"], exempt=["spared"])

    async def fetched(connect: Any) -> str:
        opening = connect(pg_dsn)
        connection = await (asyncio.create_task(opening) if task else opening)
        row = await (await connection.execute("SELECT %s AS card_number", (PAN,))).fetchone()
        await connection.close()
        return repr(row)

    assert PAN in asyncio.run(fetched(spared.open))
    assert PAN not in asyncio.run(fetched(psycopg.AsyncConnection.connect))


def test_drivers_imported_later_are_guarded(tmp_path: Path, pg_dsn: str) -> None:
    """In a new process: install() first, then psycopg2 and PyMySQL are imported raw."""
    pytest.importorskip("psycopg2", reason="psycopg2 is an optional dependency", exc_type=ImportError)
    code = (
        "import sys, pcishield; pcishield.install(); assert not {'psycopg2', 'pymysql'} & set(sys.modules)\n"
        f"import psycopg2; c = psycopg2.connect({pg_dsn!r}); k = c.cursor()\n"
        f"k.execute('SELECT %s AS card_number', ['{PAN}']); print(k.fetchone())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False,
        env={**__import__("os").environ, "PCISHIELD_AUDIT_DIR": str(tmp_path / "audit")},
    )  # fmt: skip

    assert 0 == done.returncode, done.stderr
    assert PAN not in done.stdout
    assert PAN[-4:] in done.stdout


@pytest.mark.parametrize(
    "name",
    ["MySQLdb", "mysql.connector", "mysql.connector.errors", "mysql.connector.aio", "psycopg", "psycopg2",
     "psycopg2.extras", "pymysql", "pymysql.cursors", "sqlite3"],
)  # fmt: skip
def test_what_is_imported_later_is_guarded(name: str) -> None:
    """In a process that has imported none of it yet; by the name of a module inside, too."""
    pytest.importorskip(name, reason=f"{name} is an optional dependency", exc_type=ImportError)
    code = (
        "import importlib, sys\n"
        "import pcishield\n"
        "from pcishield.installing import installed\n"
        "pcishield.install()\n"
        f"importlib.import_module({name!r})\n"
        f"driver = next(d for d in installed() if {name!r}.startswith(d))\n"
        "code = getattr(sys.modules[driver].connect, '__code__', None)\n"
        "print(driver, code.co_filename if code else type(sys.modules[driver].connect).__module__)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)

    assert 0 == done.returncode, done.stderr
    driver, where = done.stdout.split()
    assert name.startswith(driver)
    assert "pcishield" in where
