"""``import pcishield as psycopg``: psycopg's own modules, guarded classes, nothing loaded before it is asked for."""

from __future__ import annotations

import gc
import importlib
import subprocess
import sys
import threading
import time
import typing
from collections.abc import Callable
from typing import Any

import psycopg
import pytest

import pcishield
from pcishield.masking import Masker
from tests.unit.drivers.psycopg3.conftest import ALLOW_ALL, PAN

MASKED = Masker().mask(PAN, "pan")


@pytest.fixture
def default(monkeypatch: pytest.MonkeyPatch, make_shield: Callable[..., Any], log: Any) -> Any:
    """A default shield for this test."""
    shield = make_shield(policy=ALLOW_ALL, audit=log)
    monkeypatch.setattr("pcishield.shield._default", shield)
    return shield


def run(code: str) -> str:
    """Run Python in a fresh process."""
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False)
    assert not done.stderr
    return done.stdout.strip()


def test_import_loads_no_driver() -> None:
    """Neither psycopg nor the SQL parser, and asking for dunder names changes nothing."""
    code = (
        "import sys, pcishield; hasattr(pcishield, '__wrapped__'); hasattr(pcishield, '__path__'); dir(pcishield);"
        "print([m for m in ('psycopg', 'sqlglot', 'sqlite3') if m in sys.modules])"
    )

    assert "[]" == run(code)


def test_submodules_are_the_drivers_own() -> None:
    """By attribute, by import and by from-import, in any order: one copy, with its own name and spec."""
    code = (
        "import sys\n"
        "from pcishield.rows import dict_row\n"
        "from pcishield.types.json import Jsonb\n"
        "import pcishield.errors\n"
        "from pcishield import sql, pq\n"
        "import pcishield, psycopg, psycopg.types.json\n"
        "assert dict_row is psycopg.rows.dict_row and Jsonb is psycopg.types.json.Jsonb\n"
        "for name in ('rows', 'errors', 'sql', 'pq', 'types', 'adapt', 'conninfo'):\n"
        "    ours, theirs = getattr(pcishield, name), getattr(psycopg, name)\n"
        "    assert ours is theirs, name\n"
        "    assert theirs.__name__ == theirs.__spec__.name == f'psycopg.{name}', theirs.__spec__\n"
        "print(sorted(m for m in sys.modules if m.startswith('pcishield.types')))\n"
    )

    assert "['pcishield.types', 'pcishield.types.json']" == run(code)


def test_names_are_there_after_the_first_use() -> None:
    """SQLAlchemy copies the module's dictionary."""
    code = "import pcishield; pcishield.connect; print({'Error', 'rows', 'AsyncConnection'} <= set(vars(pcishield)))"

    assert "True" == run(code)


def test_own_names_win() -> None:
    """Nothing of psycopg's replaces a name of pcishield's."""
    pcishield.connect  # noqa: B018

    assert "pcishield" == pcishield.Shield.__module__.partition(".")[0]
    assert pcishield.__version__ != psycopg.__version__
    assert set(pcishield.__all__) <= set(dir(pcishield))


def test_unknown_names_are_attribute_errors() -> None:
    """As with any module."""
    with pytest.raises(AttributeError, match="no attribute 'no_such_name'"):
        pcishield.no_such_name  # noqa: B018
    with pytest.raises(ModuleNotFoundError, match=r"pcishield\.no_such_module"):
        importlib.import_module("pcishield.no_such_module")


def test_without_psycopg_the_error_says_what_to_install() -> None:
    """By attribute and by call; connecting by a profile of another driver needs no psycopg."""
    code = (
        "import sys; sys.modules['psycopg'] = None\n"
        "import pcishield\n"
        "for ask in (lambda: pcishield.rows, lambda: pcishield.connect('dbname=x')):\n"
        "    try: ask()\n"
        "    except (AttributeError, pcishield.ShieldError) as error: print('pcishield[psycopg]' in str(error))\n"
    )

    assert "True\nTrue" == run(code)


def test_connection_modules_have_guarded_classes() -> None:
    """No way into the driver's own connection class through the package."""
    for name in ("connection", "connection_async", "crdb"):
        importlib.import_module(f"pcishield.{name}")

    assert pcishield.connection.Connection is pcishield.Connection
    assert pcishield.connection_async.AsyncConnection is pcishield.AsyncConnection
    assert psycopg.crdb.CrdbConnection is not pcishield.crdb.CrdbConnection
    assert issubclass(pcishield.crdb.CrdbConnection, psycopg.crdb.CrdbConnection)
    assert pcishield.crdb.connect.__self__ is pcishield.crdb.CrdbConnection


@pytest.mark.parametrize("where", ["pcishield", "pcishield.psycopg"])
def test_connecting_by_the_package(default: Any, pg_dsn: str, where: str) -> None:
    """connect, Connection.connect and subclasses are guarded; isinstance holds with both packages' classes."""
    module: Any = importlib.import_module(where)

    class Own(module.Connection):  # type: ignore[misc]
        pass

    for opener in (module.connect, module.Connection.connect, Own.connect):
        with opener(pg_dsn) as connection:
            assert (MASKED,) == connection.execute(f"SELECT '{PAN}'").fetchone()
            assert isinstance(connection, module.Connection)
            assert isinstance(connection, psycopg.Connection)


def test_classes_stay_generic() -> None:
    """``Connection[Row]`` can be written, and be a base class."""
    row = dict[str, typing.Any]

    class Own(pcishield.Connection[row]):  # type: ignore[misc, valid-type]
        pass

    assert pcishield.AsyncConnection[row]
    assert issubclass(Own, psycopg.Connection)


def test_undoing_a_patch_of_connect_keeps_the_guard(default: Any, pg_dsn: str) -> None:
    """Tests of applications patch ``psycopg.Connection.connect`` and undo it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(psycopg.Connection, "connect", classmethod(lambda cls, *a, **k: "patched"))
        patch.undo()
    with pcishield.connect(pg_dsn) as connection:
        assert (MASKED,) == connection.execute(f"SELECT '{PAN}'").fetchone()


def test_two_shields_in_one_process(make_shield: Callable[..., Any], pg_dsn: str) -> None:
    """Each connection belongs to the shield that opened it."""
    from pcishield.testing import RecordingLog

    logs = [RecordingLog(), RecordingLog()]
    modules = [make_shield(policy=ALLOW_ALL, audit=log).guard(psycopg) for log in logs]
    for count, module in enumerate(modules, 1):
        with module.connect(pg_dsn) as connection:
            for _ in range(count):
                connection.execute("SELECT 1")

    assert [1, 2] == [[r["type"] for r in log.records].count("attempt") for log in logs]


def test_identity_is_asked_for_before_anything_runs(make_shield: Callable[..., Any], pg_dsn: str) -> None:
    """Below the required level there is no connection."""
    from pcishield.exceptions import IdentityRequired

    module = make_shield({"identity": {"required": "explicit"}}).guard(psycopg)
    with pytest.raises(IdentityRequired) as caught:
        module.connect(pg_dsn)
    assert isinstance(caught.value, psycopg.errors.InsufficientPrivilege)
    with pcishield.acting_as(user="alice"), module.connect(pg_dsn) as connection:
        assert (1,) == connection.execute("SELECT 1").fetchone()


def test_a_dropped_connection_is_recorded_as_closed(
    guarded: Any, pg_dsn: str, log: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not only a call of close() ends a session; and not the finalizer writes, which may run in the log's own lock."""
    append, writers = log.append, []

    def noted(*args: Any, **kwargs: Any) -> Any:
        writers.append(threading.get_ident())
        return append(*args, **kwargs)

    connection = guarded.connect(pg_dsn)
    vars(connection)["pgconn"].finish()
    before = len(log.records)
    monkeypatch.setattr(log, "append", noted)
    del connection
    gc.collect()
    deadline = time.monotonic() + 10
    while len(log.records) == before and time.monotonic() < deadline:
        time.sleep(0.02)

    assert writers and threading.get_ident() not in writers
    assert "connection.close" == log.records[-1]["type"]
