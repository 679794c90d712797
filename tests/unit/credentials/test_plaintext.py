"""Connections in clear text to another machine: refused by every driver that can tell, unless configured."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mysql.connector
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from pcishield import Shield, StatementDenied
from pcishield.testing import RecordingLog

MYSQL = ["mysql.connector", "pymysql", "MySQLdb"]


@pytest.fixture(autouse=True)
def everywhere_is_remote(monkeypatch: pytest.MonkeyPatch) -> None:
    """The loopback address stands for another machine; sockets and ``localhost`` do not."""
    local = ("", "localhost")
    monkeypatch.setattr("pcishield.runtime.session.is_remote", lambda host: host not in local and host[0] != "/")


def _connect(driver: str, request: pytest.FixtureRequest, shield: Shield) -> Any:
    module = pytest.importorskip(driver, exc_type=ImportError)
    if driver in MYSQL:
        arguments = dict(request.getfixturevalue("mysql_params"))
        return shield.guard(module).connect(**arguments)
    where = conninfo_to_dict(request.getfixturevalue("pg_dsn"))
    port = request.getfixturevalue("proxy")()
    dsn = make_conninfo(host="127.0.0.1", port=port, user=str(where.get("user", "postgres")), dbname="postgres")
    return shield.guard(module).connect(dsn)


DRIVERS = [
    *(pytest.param(name, marks=pytest.mark.mysql) for name in MYSQL),
    *(pytest.param(name, marks=pytest.mark.postgres) for name in ("psycopg", "psycopg2")),
]


@pytest.mark.parametrize("driver", DRIVERS)
def test_plaintext_to_another_machine_is_refused_by_default(driver: str, request: pytest.FixtureRequest) -> None:
    """Before any statement, with what to do, recorded; the error is the driver's too."""
    log = RecordingLog()

    with Shield({}, audit=log) as shield, pytest.raises(StatementDenied, match=r"remote_plaintext = 'record'") as e:
        _connect(driver, request, shield)

    assert isinstance(e.value, pytest.importorskip(driver).Error)
    refused = [record for record in log.records if record["type"] == "denied"]
    assert ["plaintext connection to 127.0.0.1."] == [record["reason"] for record in refused]
    assert [] == [record for record in log.records if record["type"] == "attempt"]


@pytest.mark.parametrize("driver", DRIVERS)
def test_plaintext_that_is_allowed_is_recorded(driver: str, request: pytest.FixtureRequest) -> None:
    """Once, as a weakened connection; every record of the connection says that it is not encrypted."""
    log = RecordingLog()

    with Shield({"connection": {"remote_plaintext": "record"}}, audit=log) as shield:
        connection = _connect(driver, request, shield)
        cursor = connection.cursor()
        cursor.execute("SELECT 1")
        assert [1] == [row[0] for row in cursor.fetchall()]
        connection.close()

    weakened = [(record["type"], record["weakened"]) for record in log.records if "weakened" in record]
    assert [["plaintext connection to 127.0.0.1"]] == [what for kind, what in weakened if "connection" in kind]
    attempts = [record for record in log.records if record["type"] == "attempt"]
    assert [False] * len(attempts) == [record["db"]["tls"] for record in attempts]
    assert attempts


@pytest.mark.mysql
async def test_asyncio_connections_are_held_to_it_too(mysql_params: dict[str, Any]) -> None:
    """The same, awaiting."""
    with Shield({}, audit=RecordingLog()) as shield, pytest.raises(StatementDenied, match="plaintext connection"):
        await shield.guard(mysql.connector).aio.connect(**mysql_params, ssl_disabled=True)


@pytest.mark.mysql
def test_a_pool_of_mysql_connector_is_held_to_it_too(mysql_params: dict[str, Any]) -> None:
    """Also a connection that somebody opened unguarded and puts into the pool."""
    with Shield({}, audit=RecordingLog()) as shield:
        guarded = shield.guard(mysql.connector)
        with pytest.raises(StatementDenied, match="plaintext connection"):
            guarded.pooling.MySQLConnectionPool(pool_name="plain", pool_size=1, **mysql_params)


@pytest.mark.postgres
@pytest.mark.parametrize("driver", ["psycopg", "psycopg2"])
def test_an_address_beside_the_name_is_what_counts(
    driver: str, pg_dsn: str, proxy: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """``host=localhost hostaddr=...`` leads to the address, whatever the name says."""
    module = pytest.importorskip(driver, reason=f"{driver} is an optional dependency")
    user = str(conninfo_to_dict(pg_dsn).get("user", "postgres"))
    with Shield({}, audit=RecordingLog()) as shield, pytest.raises(StatementDenied, match=r"to 127\.0\.0\.1"):
        shield.guard(module).connect(
            host="localhost", hostaddr="127.0.0.1", port=proxy(), user=user, dbname="postgres", sslmode="prefer"
        )


@pytest.mark.postgres
@pytest.mark.parametrize("driver", ["psycopg", "psycopg2"])
def test_sockets_are_of_this_machine(driver: str, pg_dsn: str) -> None:
    """Nothing is refused, nothing recorded as weakened."""
    log = RecordingLog()
    if not str(conninfo_to_dict(pg_dsn)["host"]).startswith("/"):
        pytest.skip("the server is not on a socket of this machine")

    with Shield({}, audit=log) as shield:
        shield.guard(pytest.importorskip(driver)).connect(pg_dsn).close()

    assert [] == [record for record in log.records if record["type"] == "connection.weakened"]
