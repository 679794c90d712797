"""Profiles of the other drivers, each on a server that asks for a password: what docs/credentials.md guarantees."""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import pickle
import ssl
import subprocess
import sys
import threading
import traceback
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from pcishield import ConfigurationError, CredentialError, IdentityRequired, Shield, StatementDenied, acting_as
from pcishield.connecting import aconnect_profile
from pcishield.credentials import Credential, CredentialRequest, Lease, Secret
from pcishield.identity import TAG
from pcishield.testing import RecordingLog
from tests.plain_drivers import odbc
from tests.unit.credentials.conftest import PACKAGE, PasswordUser, Role, certificate, holders

VARIABLE = "SHOP_DRIVER_PW"
WRONG = "wrong-password-in-the-arguments"

MYSQL = ["pymysql", "MySQLdb"]
POSTGRES = ["psycopg2", "adbc_driver_postgresql.dbapi", "pyodbc"]
DRIVERS = [
    *(pytest.param(name, marks=pytest.mark.mysql) for name in MYSQL),
    *(pytest.param(name, marks=pytest.mark.postgres) for name in POSTGRES),
]


@dataclass
class Db:
    """A database user with a password, and the profile that leads there."""

    user: Any
    module: Any
    profile: dict[str, Any]
    current_user: str
    told: str
    """Query of what the server was told about who is asking."""

    def asked(self, connection: Any, query: str) -> Any:
        cursor = connection.cursor()
        cursor.execute(query)
        row = cursor.fetchone()
        cursor.close()
        return row

    def of(self, connection: Any) -> str:
        return str(self.asked(connection, self.current_user)[0]).partition("@")[0]


@pytest.fixture
def db(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Db:
    name = request.param
    module = pytest.importorskip(name, reason=f"{name} is an optional dependency", exc_type=ImportError)
    if name in MYSQL:
        role: Role = request.getfixturevalue("role")
        monkeypatch.setenv(VARIABLE, role.password)
        profile = {"driver": name, "host": "127.0.0.1", "port": role.params["port"], "user": role.name,
                   "dbname": role.params["database"], "secret": f"env:{VARIABLE}"}  # fmt: skip
        told = {
            "pymysql": "SELECT GROUP_CONCAT(ATTR_NAME, '=', ATTR_VALUE) FROM "
            "performance_schema.session_connect_attrs WHERE PROCESSLIST_ID = CONNECTION_ID()",
            "MySQLdb": "SELECT CONCAT('pcishield_tag=', @pcishield_tag, ' ', @pcishield_agent, ' ', @pcishield_user)",
        }[name]
        return Db(role, module, profile, "SELECT CURRENT_USER()", told)
    user: PasswordUser = request.getfixturevalue("db_user")
    monkeypatch.setenv(VARIABLE, user.password)
    profile = user.profile | {"driver": name, "secret": f"env:{VARIABLE}"}
    if name == "pyodbc":
        profile["options"] = {"driver": odbc("PostgreSQL Unicode")}
    return Db(user, module, profile, "SELECT current_user", "SELECT current_setting('application_name')")


each_driver = pytest.mark.parametrize("db", DRIVERS, indirect=True)


def shield(profile: dict[str, Any], log: RecordingLog | None = None, **settings: Any) -> Shield:
    return Shield({"profiles": {"payments-ro": profile}, **settings}, audit=log or RecordingLog())


def last(log: RecordingLog, kind: str) -> dict[str, Any]:
    return [record for record in log.records if record["type"] == kind][-1]


@each_driver
def test_a_profile_is_enough_and_the_password_cannot_be_reached(db: Db) -> None:
    """Not from connection, cursor or shield, nor in what they show; the record names profile and credential."""
    log = RecordingLog()
    with shield(db.profile, log) as s:
        connection = s.connect("payments-ro")
        cursor = connection.cursor()
        assert db.user.name == db.of(connection)

        assert [] == holders(db.user.password, connection, cursor, s)
        shown = [repr(connection), repr(cursor), repr(s), repr(s.settings), repr(getattr(connection, "__dict__", {}))]
        for name in dir(connection):
            with contextlib.suppress(Exception):
                shown.append(repr(getattr(connection, name)))
        assert db.user.password not in "".join(shown)
        with pytest.raises((TypeError, pickle.PicklingError)):
            pickle.dumps(connection)
        connection.close()

    opened = last(log, "connection.open")["db"]
    assert ("payments-ro", "env") == (opened["profile"], opened["credential"])
    assert db.user.password not in json.dumps(log.records)


@each_driver
def test_nothing_alive_holds_the_password(db: Db) -> None:
    """Of all objects of the process, but for those that gave it, once a connection is open."""
    with shield(db.profile) as s:
        connection = s.connect("payments-ro")
        gc.collect()
        ours = {id(db.user), id(vars(db.user)), id(os.environ), id(vars(os.environ)), id(os.environ._data)}
        needles = (db.user.password, db.user.password.encode())
        found = []
        for value in gc.get_objects():
            if id(value) in ours or value is needles:
                continue
            held = value.values() if type(value) is dict else value if type(value) in (list, tuple, set) else ()
            for inner in list(held):
                kind, text = type(inner), None
                if kind is str:
                    text = needles[0] in inner
                elif kind is bytes:
                    text = needles[1] in inner
                if text:
                    found.append(type(value).__name__)
        connection.close()
    # monkeypatch's own undo list has what the variable was; the environment's cache has it encoded.
    assert [] == found


@each_driver
def test_rotation_needs_no_restart(db: Db, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next connection uses the next password."""
    with shield(db.profile) as s:
        s.connect("payments-ro").close()
        db.user.set("another-password-1")
        with pytest.raises(db.module.Error):
            s.connect("payments-ro")
        monkeypatch.setenv(VARIABLE, db.user.password)
        connection = s.connect("payments-ro")
        assert db.user.name == db.of(connection)
        connection.close()


def _is_ours(frame: FrameType) -> bool:
    return frame.f_code.co_filename.startswith(PACKAGE)


@each_driver
def test_a_failed_connection_does_not_show_the_password(db: Db, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the exception, nor its causes, nor the variables of any frame in its traceback."""
    monkeypatch.setenv(VARIABLE, WRONG)
    with shield(db.profile) as s:
        with pytest.raises(db.module.Error) as raised:
            s.connect("payments-ro")
        frames = [frame for frame, _ in traceback.walk_tb(raised.value.__traceback__)]
        ours = [frame.f_locals for frame in frames if _is_ours(frame)]

        home = os.path.dirname(str(importlib.import_module(db.profile["driver"].partition(".")[0]).__file__))
        # psycopg2's connect calls our class: it has seen the string without the password. pyodbc is a file among ours.
        theirs = [f for f in frames if f.f_code.co_filename.startswith(home) and not _is_ours(f)]
        inside = [] if "psycopg2" in home else theirs
        assert [] == inside
        assert ours and [] == holders(WRONG, raised.value, *ours, *(frame.f_locals for frame in frames[1:]))
        assert WRONG not in "".join(traceback.format_exception(raised.value)) + repr(vars(raised.value))


def test_an_error_that_quotes_the_password_does_not_repeat_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """A driver that quotes what it was given: as it is, and as connection strings write it."""
    monkeypatch.setenv(VARIABLE, "it's} a \\ pass word%")
    profile = {"driver": "pyodbc", "dbname": "x", "host": "db.example.com", "secret": f"env:{VARIABLE}"}
    error: Any = RuntimeError("PWD={it's}} a \\ pass word%}", b"it's} a \\ pass word%", 1)
    error.detail = "password='it\\'s} a \\\\ pass word%' postgresql://x:it%27s%7D%20a%20%5C%20pass%20word%25@db"
    with shield(profile) as s:
        s.opening("pyodbc", "payments-ro").hide(error)
    assert "pass" not in str(error) + error.detail.replace("password=", "")


@each_driver
@pytest.mark.parametrize("argument", ["host", "port", "user", "password"])
def test_nobody_redirects_a_profile(db: Db, argument: str) -> None:
    """Where to, as whom and with what is the profile's alone."""
    with shield(db.profile) as s, pytest.raises(ConfigurationError, match="the profile payments-ro says that"):
        s.connect("payments-ro", **{argument: 5 if argument == "port" else "x"})


@each_driver
def test_a_missing_credential_is_the_drivers_operational_error(db: Db) -> None:
    """As other failures to connect are; recorded."""
    log = RecordingLog()
    with shield(db.profile | {"secret": "env:NOT_SET_ANYWHERE"}, log) as s, pytest.raises(CredentialError) as raised:
        s.connect("payments-ro")
    assert isinstance(raised.value, db.module.OperationalError)
    assert "payments-ro" == last(log, "denied")["db"]["profile"]


@each_driver
def test_who_is_not_known_gets_no_credential(db: Db) -> None:
    """The identity is looked at before the credential is; the error is the driver's too."""
    with shield(db.profile | {"secret": "env:NOT_SET_ANYWHERE"}, identity={"required": "explicit"}) as s:
        with pytest.raises(IdentityRequired) as raised:
            s.connect("payments-ro")
        assert isinstance(raised.value, db.module.Error)
        with acting_as("ann"), pytest.raises(CredentialError):
            s.connect("payments-ro")


@each_driver
@pytest.mark.parametrize("by", ["profile", "arguments"])
def test_the_server_is_told_who_is_asking(db: Db, by: str, request: pytest.FixtureRequest) -> None:
    """By name, attributes or variables of the session: the tag of its records, agent and user, and no injection."""
    log = RecordingLog()
    with shield(db.profile, log) as s, acting_as("zoë' \\ -c x", "reporter"):
        if by == "profile":
            connection = s.connect("payments-ro")
        elif db.profile["driver"] in MYSQL:
            connection = s.connect(db.module.__name__, **request.getfixturevalue("mysql_params"))
        elif db.profile["driver"] == "psycopg2":
            connection = s.connect("psycopg2", request.getfixturevalue("pg_dsn"))
        else:
            pytest.skip("nothing is added to a connection string that nobody can read")
        told = db.asked(connection, db.told)[0]
        told = told.decode() if isinstance(told, bytes) else told
        connection.close()
    tag = last(log, "connection.open")["connection"][:12]
    assert f"pcishield_tag={tag}" in told or TAG.search(told)[1] == tag
    assert "reporter" in told and "zo?' \\ -c x" in told


@each_driver
def test_a_server_without_tls_is_refused_where_tls_is_wanted(db: Db, request: pytest.FixtureRequest) -> None:
    """The default for another machine, and every mode but off; no password is sent before."""
    where: dict[str, Any] = {}
    if db.profile["driver"] not in MYSQL:
        where = {"host": "127.0.0.1", "port": request.getfixturevalue("proxy")()}
    for tls in ("require", "verify-ca", "verify-full"):
        with shield(db.profile | where | {"tls": tls}) as s, pytest.raises(db.module.Error, match=r"(?i)tls|ssl"):
            s.connect("payments-ro")


@each_driver
@pytest.mark.parametrize("trust", ["right", "other authority", "other host"])
def test_the_server_is_verified(db: Db, trust: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """Its certificate is of the named authority and for the named host, or there is no connection; recorded as TLS."""
    assert_verified(db, trust, request, tmp_path)


@pytest.mark.mysql
@pytest.mark.parametrize("pure", [True, False])
@pytest.mark.parametrize("trust", ["right", "other authority", "other host"])
def test_mysql_connector_verifies_too(
    role: Role, pure: bool, trust: str, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In both of its implementations."""
    module = pytest.importorskip("mysql.connector", reason="mysql.connector is an optional dependency")
    if not pure and not getattr(module, "HAVE_CEXT", False):
        pytest.skip("the C extension of mysql.connector does not load here")
    monkeypatch.setenv(VARIABLE, role.password)
    profile = {"driver": "mysql.connector", "user": role.name, "dbname": role.params["database"],
               "secret": f"env:{VARIABLE}", "options": {"use_pure": pure}}  # fmt: skip
    assert_verified(Db(role, module, profile, "SELECT CURRENT_USER()", ""), trust, request, tmp_path)


def assert_verified(db: Db, trust: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    mysql = db.profile["driver"] in (*MYSQL, "mysql.connector")
    # mysqlclient and mysql.connector take "localhost" for a socket, and an address for its name.
    host = "127.0.0.1" if mysql else "localhost"
    good, other = certificate(tmp_path, host), certificate(tmp_path, "other.example")
    port = request.getfixturevalue("mysql_tls" if mysql else "proxy")(other if trust == "other host" else good)
    authority = good if trust == "right" else other
    log = RecordingLog()
    with shield(db.profile | {"host": host, "port": port, "tls": "verify-full", "tls_ca": str(authority)}, log) as s:
        if trust != "right":
            with pytest.raises(db.module.Error, match=r"(?i)certificate|ssl|tls"):
                s.connect("payments-ro")
            return
        if db.profile["driver"] == "MySQLdb":
            # The certificate is accepted; then the server behind the proxy is asked, which has no TLS itself.
            with pytest.raises(StatementDenied, match="the server offers no TLS"):
                s.connect("payments-ro")
            return
        connection = s.connect("payments-ro")
        assert db.user.name == db.of(connection)
        connection.close()
    assert last(log, "connection.close")["db"].get("tls", True) is True
    assert "weakened" not in last(log, "connection.open")


@each_driver
def test_plaintext_to_another_machine_is_recorded_when_wanted(
    db: Db, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Refused by default; with ``off`` the record says so."""
    for module in ("credentials.settings", "runtime.session"):
        monkeypatch.setattr(f"pcishield.{module}.is_remote", lambda host: True)
    where: dict[str, Any] = {}
    if db.profile["driver"] not in MYSQL:
        where = {"host": "127.0.0.1", "port": request.getfixturevalue("proxy")()}
    log = RecordingLog()
    with shield(db.profile | where, log) as s, pytest.raises(db.module.Error, match=r"(?i)tls|ssl"):
        s.connect("payments-ro")
    with shield(db.profile | where | {"tls": "off"}, log) as s:
        s.connect("payments-ro").close()
    assert ["plaintext connection to 127.0.0.1"] == last(log, "connection.open")["weakened"]


given: dict[str, Any] = {}


def lend(request: CredentialRequest) -> Credential:
    """Give a credential that has to be given back."""
    lease = Lease("lease-1", 0, lambda: 0.0, lambda: given["ended"].set())
    return Credential(Secret(given["password"]), user=given["user"], version="lease-1", lease=lease)


@each_driver
@pytest.mark.parametrize("fails", [False, True])
def test_a_lease_ends_with_its_connection(db: Db, fails: bool) -> None:
    """At close, and where the connection never came to be; the user is the lease's."""
    ended = threading.Event()
    given.update(user=db.user.name, password=WRONG if fails else db.user.password, ended=ended)
    log = RecordingLog()
    with shield(db.profile | {"user": "", "secret": f"call:{__name__}:lend"}, log) as s:
        if fails:
            with pytest.raises(db.module.Error):
                s.connect("payments-ro")
        else:
            connection = s.connect("payments-ro")
            assert db.user.name == db.of(connection)
            assert not ended.is_set()
            connection.close()
        assert ended.wait(20)
    assert "success" == last(log, "credential.ended")["outcome"]


@each_driver
def test_a_process_prints_and_logs_no_password(db: Db, tmp_path: Path) -> None:
    """All that a process with debug logging writes, with a failing connection and a crash that shows variables."""
    config = {"profiles": {"good": db.profile, "bad": db.profile | {"user": "nobody-there"}}}
    code = """
import faulthandler, json, logging, sys, traceback
logging.basicConfig(level=logging.DEBUG)
faulthandler.enable()
import pcishield
pcishield.configure(json.loads(sys.argv[1]), audit=sys.argv[2])
connection = pcishield.connect("good")
print(connection, getattr(connection, "__dict__", {}))
faulthandler.dump_traceback()
try:
    pcishield.connect("bad")
except Exception as error:
    print("".join(traceback.TracebackException.from_exception(error, capture_locals=True).format()))
    raise
"""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PCISHIELD_")}
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-c", code, json.dumps(config), str(tmp_path / "audit")],
        capture_output=True, text=True, env=environment, timeout=120, check=False,
    )  # fmt: skip
    written = "".join(path.read_text("utf-8", "replace") for path in (tmp_path / "audit").rglob("*.jsonl"))

    assert "Error" in done.stderr and "good" in written
    assert db.user.password not in done.stdout + done.stderr + written


@each_driver
async def test_asyncio_connections_are_other_drivers(db: Db) -> None:
    """Said clearly, with which."""
    with shield(db.profile) as s, pytest.raises(ConfigurationError, match=r"no asyncio connections; use connect\(\)"):
        await aconnect_profile(s, "payments-ro")


# Driver by driver


@pytest.mark.postgres
@pytest.mark.parametrize("db", ["psycopg2"], indirect=True)
@pytest.mark.parametrize("pool", ["SimpleConnectionPool", "ThreadedConnectionPool"])
def test_pools_of_psycopg2_take_the_name(db: Db, pool: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """So does its own connect; each connection resolves anew, and the pool's arguments say nothing."""
    with shield(db.profile) as s:
        psycopg2 = s.guard(db.module)
        with contextlib.closing(psycopg2.connect("payments-ro", application_name="mine")) as connection:
            assert ("mine",) == db.asked(connection, db.told)
            assert ["", None] == [connection.info.password, connection.get_dsn_parameters().get("password")]
            assert psycopg2.extensions.ConnectionInfo(connection).password == ""
        made = getattr(psycopg2.pool, pool)(1, 3, "payments-ro", cursor_factory=psycopg2.extras.DictCursor)
        first = made.getconn()
        db.user.set("another-password-1")
        monkeypatch.setenv(VARIABLE, db.user.password)
        second = made.getconn()
        assert [db.user.name] * 2 == [db.of(first), db.of(second)]
        assert [] == holders(db.user.password, made, first, second)
        made.closeall()


@pytest.mark.postgres
@pytest.mark.parametrize("db", ["psycopg2"], indirect=True)
def test_the_environment_does_not_redirect_a_profile(db: Db, monkeypatch: pytest.MonkeyPatch) -> None:
    """libpq's variables would send the password elsewhere."""
    with monkeypatch.context() as patch, shield(db.profile) as s:
        for name, value in {"PGHOSTADDR": "192.0.2.77", "PGPASSFILE": "/evil", "PGPORT": "1"}.items():
            patch.setenv(name, value)
        s.connect("payments-ro").close()


@pytest.mark.mysql
@pytest.mark.parametrize("db", ["pymysql"], indirect=True)
def test_pymysql_reconnects_by_the_profile_and_only_there(db: Db, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the password of then; whoever changes where to, or brings a socket, does not get it sent there."""
    with shield(db.profile) as s:
        connection = s.connect("payments-ro")
        db.user.set("another-password-2")
        monkeypatch.setenv(VARIABLE, db.user.password)
        connection.close()
        connection.host, connection.port, connection.user = "192.0.2.77", 1, "evil"
        connection.unix_socket = "/nowhere"
        connection.connect()
        assert db.user.name == db.of(connection)
        assert b"" == connection.password
        assert [] == holders(db.user.password, connection, s)
        connection.close()
        with pytest.raises(ConfigurationError, match="sock: the profile payments-ro says that"):
            connection.connect(sock=object())
        assert not connection.open


@pytest.mark.mysql
@pytest.mark.parametrize("db", ["pymysql"], indirect=True)
def test_code_that_runs_while_connecting_gets_no_password(db: Db) -> None:
    """A cursor class runs when a first command is sent; neither it nor a connection that it makes sees a password."""
    seen = []
    with shield(db.profile) as s:
        guarded = s.guard(db.module)

        class Curious(db.module.cursors.Cursor):  # type: ignore[name-defined,misc]
            def __init__(self, connection: Any) -> None:
                super().__init__(connection)
                seen.append(connection.password)
                with contextlib.suppress(db.module.Error):
                    guarded.connect(host="127.0.0.1", port=db.profile["port"], user=db.user.name).close()
                    seen.append("connected elsewhere")

        s.connect("payments-ro", cursorclass=Curious, init_command="SELECT 1").close()
    assert {b""} == set(seen)


@pytest.mark.mysql
@pytest.mark.parametrize("db", ["MySQLdb"], indirect=True)
def test_the_client_library_does_not_reconnect_by_itself(db: Db) -> None:
    """It keeps a password of its own, which may have ended."""
    with shield(db.profile) as s:
        connection = s.connect("payments-ro")
        connection.ping()
        with pytest.raises(db.module.ProgrammingError, match="Connect again by the profile"):
            connection.ping(True)
        connection.close()


# Files, which have no password


@pytest.mark.parametrize("driver", ["duckdb", "adbc_driver_sqlite.dbapi", "pyodbc"])
def test_files_have_profiles_too(driver: str, tmp_path: Path) -> None:
    """The name stands for the file; the record says so; nothing beside it says another file."""
    pytest.importorskip(driver, exc_type=ImportError)
    profile: dict[str, Any] = {"driver": driver, "dbname": str(tmp_path / "shop.db")}
    if driver == "pyodbc":
        profile["options"] = {"DRIVER": odbc("SQLite3")}
    log = RecordingLog()
    with shield(profile, log) as s:
        connection = s.connect("payments-ro")
        cursor = connection.cursor()
        cursor.execute("SELECT 1")
        assert 1 == cursor.fetchone()[0]
        cursor.close()
        connection.close()
        with pytest.raises(ConfigurationError, match="database: the profile payments-ro says that"):
            s.connect("payments-ro", database="other.db")
        with pytest.raises(ConfigurationError, match="arguments without a name: the profile payments-ro says that"):
            s.connect("payments-ro", "other.db")
    opened = last(log, "connection.open")["db"]
    assert ("payments-ro", profile["dbname"]) == (opened["profile"], opened["name"])


@pytest.mark.parametrize("driver", ["duckdb", "adbc_driver_sqlite.dbapi"])
def test_a_file_takes_no_secret(driver: str) -> None:
    """Nor host, user or TLS: one of them there is a mistake."""
    with pytest.raises(ConfigurationError, match=f"{driver} is a file"):
        shield({"driver": driver, "dbname": "x", "secret": "env:X"})


# Drivers whose servers are not here: what they would be given


def arguments(profile: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return what ``connect`` of the driver is called with for a profile."""
    module = pytest.importorskip(profile["driver"], exc_type=ImportError)
    monkeypatch.setenv(VARIABLE, "h;u}sh")
    called: dict[str, Any] = {}

    def connect(*args: Any, **kwargs: Any) -> Any:
        called.update(args=args, kwargs=kwargs)
        raise module.OperationalError("not here: h;u}sh")

    monkeypatch.setattr(module, "connect", connect)
    with shield(profile | {"secret": f"env:{VARIABLE}"}) as s, pytest.raises(module.OperationalError) as raised:
        s.connect("payments-ro")
    assert "h;u}sh" not in str(raised.value)
    return called


@pytest.mark.parametrize("tls", ["", "verify-ca", "require", "off"])
def test_oracledb_is_told_by_its_arguments(tls: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """TLS that is verified for another machine, unless the profile says otherwise."""
    profile = {"driver": "oracledb", "host": "db.example.com", "dbname": "shop", "user": "u", "tls": tls}
    called = arguments(profile, monkeypatch)["kwargs"]
    context = called.pop("ssl_context", None)
    match = called.pop("ssl_server_dn_match", None)
    port, protocol = (1521, "tcp") if tls == "off" else (2484, "tcps")
    assert called == {"host": "db.example.com", "service_name": "shop", "user": "u", "password": "h;u}sh",
                      "protocol": protocol, "port": port}  # fmt: skip
    wanted = {"": (True, True, ssl.CERT_REQUIRED), "verify-ca": (False, False, ssl.CERT_REQUIRED),
              "require": (False, False, ssl.CERT_NONE), "off": (None, None, None)}[tls]  # fmt: skip
    found = (match, context and context.check_hostname, context and context.verify_mode)
    assert wanted == found


@pytest.mark.parametrize(
    ("driver", "tls", "expected"),
    [
        ("ODBC Driver 18 for SQL Server", "", {"SERVER=db.example.com,7", "Encrypt=yes", "TrustServerCertificate=no"}),
        ("ODBC Driver 18 for SQL Server", "require", {"Encrypt=yes", "TrustServerCertificate=yes"}),
        ("ODBC Driver 18 for SQL Server", "off", {"Encrypt=no"}),
        ("MySQL ODBC 9.1 Unicode Driver", "", {"SERVER=db.example.com", "PORT=7", "SSLMODE=VERIFY_IDENTITY"}),
        ("MySQL ODBC 9.1 Unicode Driver", "off", {"SSLMODE=DISABLED"}),
        ("MariaDB Unicode", "verify-ca", {"FORCETLS=1", "SSLVERIFY=1"}),
        ("MariaDB Unicode", "require", {"FORCETLS=1", "SSLVERIFY=0"}),
        ("PostgreSQL Unicode", "", {"SSLmode=verify-full"}),
        ("Some Other Driver", "off", {"SERVER=db.example.com", "PORT=7"}),
    ],
)
def test_pyodbc_is_told_in_the_words_of_its_driver(
    driver: str, tls: str, expected: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """TLS that is verified for another machine, unless the profile says otherwise; the password cannot break out."""
    profile = {"driver": "pyodbc", "host": "db.example.com", "port": 7, "dbname": "shop", "user": "u", "tls": tls,
               "options": {"DRIVER": driver}}  # fmt: skip
    (text,) = arguments(profile, monkeypatch)["args"]
    assert text.endswith(";PWD={h;u}}sh}")
    assert {f"DRIVER={{{driver}}}", "DATABASE=shop", "UID=u"} | expected <= set(text.split(";"))


@pytest.mark.parametrize(
    ("options", "tls", "message"),
    [
        ({"DRIVER": "Some Other Driver"}, "", "nobody knows how the ODBC driver Some Other Driver is told to use TLS"),
        ({"DRIVER": "ODBC Driver 18 for SQL Server"}, "verify-ca", "verifies against the machine's authorities"),
        ({}, "", "pyodbc wants DRIVER"),
    ],
)
def test_what_pyodbc_cannot_be_told_is_an_error(
    options: dict[str, Any], tls: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not a connection in clear text."""
    pytest.importorskip("pyodbc", exc_type=ImportError)
    profile = {"driver": "pyodbc", "host": "db.example.com", "dbname": "shop", "tls": tls, "options": options}
    with shield(profile) as s, pytest.raises(ConfigurationError, match=message):
        s.connect("payments-ro")
