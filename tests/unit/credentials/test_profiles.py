"""Connecting by a profile's name: PostgreSQL that asks for a password, MariaDB, SQLite; and where no password is."""

from __future__ import annotations

import asyncio
import json
import os
import pickle
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

import pcishield
from pcishield import ConfigurationError, CredentialError, IdentityRequired, Shield, acting_as
from pcishield.audit.records import problems
from pcishield.core.decision import Principal
from pcishield.credentials import Credential, CredentialRequest, Lease, Secret
from pcishield.identity import TAG
from pcishield.testing import RecordingLog
from tests.unit.credentials.conftest import PACKAGE, PasswordUser, certificate, holders

VARIABLE = "SHOP_DATABASE_PW"


def shield(profile: dict[str, Any], log: RecordingLog | None = None, **settings: Any) -> Shield:
    return Shield({"profiles": {"payments-ro": profile}, **settings}, audit=log or RecordingLog())


def last(log: RecordingLog, type: str) -> dict[str, Any]:
    return [record for record in log.records if record["type"] == type][-1]


@pytest.fixture
def profile(db_user: PasswordUser, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The password is in the environment."""
    monkeypatch.setenv(VARIABLE, db_user.password)
    return db_user.profile | {"secret": f"env:{VARIABLE}"}


def test_a_profile_is_enough(profile: dict[str, Any], db_user: PasswordUser) -> None:
    """Neither address nor password in the code; the record names the profile and where the credential came from."""
    log = RecordingLog()

    with shield(profile, log) as s, s.connect("payments-ro") as connection:
        row = connection.execute("SELECT current_user").fetchone()

    assert (db_user.name,) == row
    db = last(log, "connection.open")["db"]
    assert ("payments-ro", "env", db_user.name) == (db["profile"], db["credential"], db["user"])
    envelope = {"v": 1, "shard": "s", "seq": 0, "prev": "0" * 64, "ts": "2026-01-31T12:00:00.000000Z", "mono_us": 1}
    assert {} == {r["type"]: p for r in log.records if (p := problems(envelope | r))}


@pytest.fixture
def default(profile: dict[str, Any], tmp_path: Path) -> Iterator[Shield]:
    """The process's default shield has the profile."""
    made = pcishield.configure({"profiles": {"payments-ro": profile}}, audit=tmp_path / "audit")
    yield made
    made.close()


def test_every_way_of_psycopg_takes_the_name(default: Shield, db_user: PasswordUser) -> None:
    """connect, the classes, asyncio, and pools, which get each connection's credential anew."""
    from psycopg_pool import ConnectionPool

    with pcishield.connect("payments-ro", autocommit=True) as connection:
        assert connection.autocommit
    pcishield.Connection.connect("payments-ro").close()

    async def asynchronous() -> Any:
        async with await pcishield.AsyncConnection.connect("payments-ro") as connection:
            cursor = await connection.execute("SELECT current_user")
            return await cursor.fetchone()

    assert (db_user.name,) == asyncio.run(asynchronous())
    asyncio.run(_close(pcishield.aconnect("payments-ro")))
    with ConnectionPool("payments-ro", connection_class=pcishield.Connection, min_size=1, open=False) as pool:
        pool.open(wait=True, timeout=20)
        with pool.connection() as connection:
            assert (db_user.name,) == connection.execute("SELECT current_user").fetchone()
        assert [] == holders(db_user.password, pool, connection)


async def _close(opening: Any) -> None:
    connection = await opening
    await connection.close()


def test_a_word_that_is_no_profile_is_a_clear_error(default: Shield) -> None:
    """Not an attempt to connect; what has a profile's name is told from every connection string."""
    for connect in (pcishield.connect, pcishield.Connection.connect):
        with pytest.raises(
            psycopg.ProgrammingError, match=r"neither a connection string nor a profile.*payments-ro"
        ) as e:
            connect("payments-rw")
        assert isinstance(e.value, ConfigurationError)


def test_rotation_needs_no_restart(
    profile: dict[str, Any], db_user: PasswordUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next connection uses the next password."""
    with shield(profile) as s:
        s.connect("payments-ro").close()
        db_user.set("another-password-1")
        with pytest.raises(psycopg.OperationalError):
            s.connect("payments-ro")
        monkeypatch.setenv(VARIABLE, db_user.password)
        s.connect("payments-ro").close()


@pytest.mark.parametrize(
    "arguments", [{"host": "127.0.0.1"}, {"password": "x"}, {"sslmode": "disable"}, {"user": "root", "dbname": "x"}]
)
def test_nobody_redirects_a_profile(profile: dict[str, Any], arguments: dict[str, Any]) -> None:
    """Where to, as whom and how safely is the profile's alone."""
    with shield(profile) as s, pytest.raises(psycopg.ProgrammingError, match="the profile payments-ro says that"):
        s.connect("payments-ro", **arguments)


def test_the_environment_does_not_redirect_a_profile(profile: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """libpq's variables would send the password elsewhere."""
    with monkeypatch.context() as patch, shield(profile) as s:
        for name, value in {"PGHOSTADDR": "192.0.2.77", "PGPASSFILE": "/evil", "PGPORT": "1"}.items():
            patch.setenv(name, value)
        s.connect("payments-ro").close()


# Where the password is not


def test_the_password_cannot_be_reached(profile: dict[str, Any], db_user: PasswordUser) -> None:
    """From connection, cursor, info, libpq's object, shield; nor in what they show."""
    with shield(profile) as s:
        connection = s.connect("payments-ro")
        cursor = connection.execute("SELECT 1")
        shown = [
            repr(connection), connection.info.dsn, connection.info.password, str(connection.info.get_parameters()),
            repr(connection.pgconn.info), repr(vars(connection)), repr(s), repr(s.settings), str(s.settings.profiles),
        ]  # fmt: skip

        assert db_user.password not in "".join(shown)
        assert [] == holders(db_user.password, connection, cursor, connection.info, s)
        with pytest.raises((TypeError, pickle.PicklingError)):
            pickle.dumps(connection)
        connection.close()


@pytest.mark.parametrize("asynchronous", [False, True])
def test_a_failed_connection_does_not_show_the_password(
    profile: dict[str, Any], monkeypatch: pytest.MonkeyPatch, asynchronous: bool
) -> None:
    """Neither the exception, nor its causes, nor the variables of any frame in its traceback."""
    secret = "wrong-password-in-the-arguments"
    monkeypatch.setenv(VARIABLE, secret)

    with shield(profile) as s:
        try:
            if asynchronous:
                from pcishield.connecting import aconnect_profile

                asyncio.run(aconnect_profile(s, "payments-ro"))
            else:
                s.connect("payments-ro")
        except psycopg.OperationalError as raised:
            error = raised
        frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
        ours = [frame.f_locals for frame in frames if frame.f_code.co_filename.startswith(PACKAGE)]

        assert not any("site-packages/psycopg" in frame.f_code.co_filename for frame in frames)
        assert ours and [] == holders(secret, error, *ours)
        assert secret not in "".join(traceback.format_exception(error))
        assert secret not in repr(error.__dict__)


def test_a_process_prints_and_logs_no_password(profile: dict[str, Any], db_user: PasswordUser, tmp_path: Path) -> None:
    """All that a process with debug logging writes, with a failing connection and a crash that shows variables."""
    config = {"profiles": {"good": profile, "bad": profile | {"user": "nobody-there"}}}
    code = """
import json, logging, sys, traceback
logging.basicConfig(level=logging.DEBUG)
import pcishield
pcishield.configure(json.loads(sys.argv[1]), audit=sys.argv[2])
connection = pcishield.connect("good")
print(connection, vars(connection), connection.info.dsn, connection.execute("select 1").fetchall())
try:
    pcishield.connect("bad")
except Exception as error:
    print("".join(traceback.TracebackException.from_exception(error, capture_locals=True).format()))
    raise
"""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PCISHIELD_")}

    done = subprocess.run(
        [sys.executable, "-X", "dev", "-c", code, json.dumps(config), str(tmp_path / "audit")],
        capture_output=True, text=True, env=environment, timeout=60, check=False,
    )  # fmt: skip
    written = "".join(path.read_text("utf-8", "replace") for path in (tmp_path / "audit").rglob("*.jsonl"))

    assert "OperationalError" in done.stderr and "good" in written
    assert db_user.password not in done.stdout + done.stderr + written


# Resolvers that fail


def failing(request: CredentialRequest) -> Any:
    """Fails as the reference's last part says (see the tests)."""
    raise RuntimeError("the password is hunter2-in-a-message")


def slow(request: CredentialRequest) -> Any:
    time.sleep(5)


def nonsense(request: CredentialRequest) -> Any:
    return 42


@pytest.mark.parametrize(
    ("secret", "reason"),
    [
        (f"call:{__name__}:failing", "call: raised RuntimeError"),
        (f"call:{__name__}:slow", "call: no answer within 0.3 s"),
        (f"call:{__name__}:nonsense", "call: returned a int"),
        (f"call:{__name__}:missing", "there is no function"),
        ("env:NOT_SET_ANYWHERE", "the variable NOT_SET_ANYWHERE is not set"),
        ("local:x", "there is no vault"),
    ],
)
def test_a_failing_resolver_connects_nobody(secret: str, reason: str, tmp_path: Path) -> None:
    """The reason is in the error and in the record of a refused connection; a stranger's message is not; bounded."""
    log = RecordingLog()
    profile = {"driver": "psycopg", "host": "127.0.0.1", "port": 1, "dbname": "x", "secret": secret}
    credentials = {"timeout_seconds": 0.3, "local": {"file": str(tmp_path / "no-vault")}}
    start = time.monotonic()

    with shield(profile, log, credentials=credentials) as s, pytest.raises(CredentialError, match=reason) as raised:
        s.connect("payments-ro")

    assert isinstance(raised.value, psycopg.OperationalError)
    assert 3.0 > time.monotonic() - start
    denied = last(log, "denied")
    assert ("connect", "failure", "payments-ro") == (denied["method"], denied["outcome"], denied["db"]["profile"])
    assert reason.partition(": ")[2] in denied["reason"] or reason in denied["reason"]
    assert "hunter2" not in str(raised.value) + json.dumps(log.records)
    assert [] == holders("hunter2-in-a-message", raised.value)


asked: list[str] = []


def counted(request: CredentialRequest) -> str:
    asked.append(request.profile)
    return "pw"


def test_who_is_not_known_gets_no_credential() -> None:
    """The identity is looked at before the vault is."""
    profile = {"driver": "psycopg", "host": "127.0.0.1", "port": 1, "dbname": "x", "secret": f"call:{__name__}:counted"}
    asked.clear()
    log = RecordingLog()

    with shield(profile, log, identity={"required": "explicit"}) as s:
        with pytest.raises(IdentityRequired):
            s.connect("payments-ro")
        assert [] == asked
        with acting_as("ann"), suppress(psycopg.OperationalError):
            s.connect("payments-ro")

    assert ["payments-ro"] == asked
    assert "os" == last(log, "denied")["actor"]["level"]


# Leases


class Leased:
    """A resolver whose credentials have to be given back."""

    def __init__(self, seconds: float = 0.3) -> None:
        self.seconds = seconds
        self.renewed = 0
        self.revoked: list[str] = []

    def give(self, request: CredentialRequest, user: str, password: str) -> Credential:
        def renew() -> float:
            self.renewed += 1
            return self.seconds

        lease = Lease("lease-1", self.seconds, renew, lambda: self.revoked.append("lease-1"))
        return Credential(Secret(password), user=user, version="lease-1", lease=lease)


given: dict[str, Any] = {}


def lend(request: CredentialRequest) -> Credential:
    found: Credential = given["leased"].give(request, given["user"].name, given["user"].password)
    return found


@pytest.fixture
def leased(db_user: PasswordUser) -> Iterator[tuple[Leased, dict[str, Any]]]:
    lender = Leased()
    given.update(leased=lender, user=db_user)
    yield lender, db_user.profile | {"user": "", "secret": f"call:{__name__}:lend"}
    given.clear()


def wait_until(true: Any) -> None:
    end = time.monotonic() + 5
    while not true() and time.monotonic() < end:
        time.sleep(0.02)


def test_a_lease_lives_as_long_as_its_connection(leased: tuple[Leased, dict[str, Any]]) -> None:
    """Renewed while it is open, ended when it closes; recorded. The user is the lease's."""
    lender, profile = leased
    log = RecordingLog()

    with shield(profile, log) as s:
        connection = s.connect("payments-ro")
        assert (given["user"].name,) == connection.execute("SELECT current_user").fetchone()
        wait_until(lambda: lender.renewed >= 2)
        assert [] == lender.revoked
        connection.close()
        wait_until(lambda: lender.revoked)
        assert ["lease-1"] == lender.revoked
    assert ("success", "payments-ro lease-1") == tuple(last(log, "credential.ended")[n] for n in ("outcome", "object"))
    assert 2 <= lender.renewed


def test_leases_end_with_the_shield_and_with_failed_connections(leased: tuple[Leased, dict[str, Any]]) -> None:
    """Nothing that was lent is forgotten."""
    lender, profile = leased
    with shield(profile) as s:
        kept = s.connect("payments-ro")
    assert ["lease-1"] == lender.revoked
    kept.close()

    with shield(profile | {"dbname": "no_such_database"}) as s, pytest.raises(psycopg.OperationalError):
        s.connect("payments-ro")
    assert ["lease-1", "lease-1"] == lender.revoked


# TLS


def test_another_machine_wants_verified_tls(profile: dict[str, Any]) -> None:
    """By default, without a word in the configuration; no password is sent to a server without."""
    where = {"host": "shop-db.invalid", "port": 1}
    from pcishield.config import Settings
    from pcishield.drivers.psycopg._opening import _parameters
    from pcishield.runtime.opening import Opening

    settings = Settings.model_validate({"profiles": {"p": profile | where}})
    opening = Opening(Principal("ann"), settings.identity, "p", settings.profiles["p"])
    parameters = _parameters(opening, settings.profiles["p"])

    assert "verify-full" == parameters["sslmode"]
    assert parameters["sslrootcert"] == "system" or Path(parameters["sslrootcert"]).is_file()


@pytest.mark.parametrize("trust", ["right", "other authority", "other host", "no tls"])
def test_the_server_is_verified(profile: dict[str, Any], proxy: Any, tmp_path: Path, trust: str) -> None:
    """Its certificate is of the named authority and for the named host, or there is no connection; recorded as TLS."""
    good, other = certificate(tmp_path, "localhost"), certificate(tmp_path, "other.example")
    port = proxy({"other host": other, "no tls": None}.get(trust, good))
    authority = {"other authority": other, "other host": other}.get(trust, good)
    log = RecordingLog()
    wanted = profile | {"host": "localhost", "port": port, "tls": "verify-full", "tls_ca": str(authority)}

    with shield(wanted, log) as s:
        if trust == "right":
            s.connect("payments-ro").close()
            assert last(log, "connection.open")["db"]["tls"] is True
            assert "weakened" not in last(log, "connection.open")
        else:
            with pytest.raises(psycopg.OperationalError, match=r"(?i)certificate|SSL"):
                s.connect("payments-ro")


@pytest.fixture
def everywhere_is_remote(monkeypatch: pytest.MonkeyPatch) -> None:
    """The loopback address stands for another machine."""
    for module in ("credentials.settings", "runtime.session"):
        monkeypatch.setattr(f"pcishield.{module}.is_remote", lambda host: True)


@pytest.mark.usefixtures("everywhere_is_remote")
def test_plaintext_to_another_machine_is_refused_and_when_wanted_recorded(profile: dict[str, Any], proxy: Any) -> None:
    """A server without TLS is refused, until the profile says off, which the record then says."""
    log = RecordingLog()
    profile = profile | {"host": "127.0.0.1", "port": proxy()}

    with shield(profile, log) as s, pytest.raises(psycopg.OperationalError, match="SSL"):
        s.connect("payments-ro")
    with shield(profile | {"tls": "off"}, log) as s:
        s.connect("payments-ro").close()

    assert ["plaintext connection to 127.0.0.1"] == last(log, "connection.open")["weakened"]


@pytest.mark.usefixtures("everywhere_is_remote")
def test_plaintext_beside_profiles_is_recorded_or_refused(pg_dsn: str, proxy: Any) -> None:
    """As the configuration says, for every connection of psycopg."""
    user = conninfo_to_dict(pg_dsn).get("user") or "postgres"
    dsn = f"host=127.0.0.1 port={proxy()} user={user} dbname=postgres"
    log = RecordingLog()

    with Shield({"connection": {"remote_plaintext": "record"}}, audit=log) as s:
        s.connect("psycopg", dsn).close()
    assert ["plaintext connection to 127.0.0.1"] == last(log, "connection.open")["weakened"]
    with Shield({}, audit=log) as s:
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="plaintext connection"):
            s.connect("psycopg", dsn)


# What the database is told


def test_postgres_is_told_who_is_asking(pg_dsn: str) -> None:
    """By application_name, with the tag of the connection's records; what the application says itself stays."""
    log = RecordingLog()

    with Shield({}, audit=log) as s, acting_as("zoë\n@shop", "reporter"):
        with s.connect("psycopg", pg_dsn) as connection:
            name = connection.execute("SELECT current_setting('application_name')").fetchone()[0]
        opened = last(log, "connection.open")
        with s.connect("psycopg", pg_dsn, application_name="mine") as connection:
            own = connection.execute("SELECT current_setting('application_name')").fetchone()[0]

    found = TAG.search(name)
    assert found is not None and opened["connection"].startswith(found[1])
    assert "reporter for zo??@shop" == name.partition(" ")[2]
    assert "mine" == own


def test_names_cannot_break_out_and_are_cut(pg_dsn: str) -> None:
    """However long or strange the principal is, the tag is there, and the settings hold exactly what they should."""
    settings = {"identity": {"introduce": "always", "session_settings": True}}
    user = "x' -c log_statement=all \\ " + "ü" * 200

    with Shield(settings, audit=RecordingLog()) as s, acting_as(user, "bot"):
        with s.connect("psycopg", pg_dsn, application_name="mine") as connection:
            row = connection.execute(
                "SELECT current_setting('application_name'), current_setting('pcishield.user'),"
                " current_setting('pcishield.tag'), current_setting('log_statement')"
            ).fetchone()

    assert 63 >= len(row[0].encode())
    assert f"pcishield:{row[2]} mine" == row[0]
    assert ("x' -c log_statement=all \\ " + "?" * 200)[:128] == row[1]
    assert "all" != row[3]


def test_a_long_name_of_the_application_leaves_the_tag(pg_dsn: str) -> None:
    """The database cuts at 63 bytes; the tag comes first."""
    with Shield({"identity": {"introduce": "always"}}, audit=RecordingLog()) as s:
        with s.connect("psycopg", pg_dsn, application_name="n" * 100) as connection:
            name = connection.execute("SELECT current_setting('application_name')").fetchone()[0]

    assert TAG.match(name) and 63 == len(name)


def test_sqlite_profiles_are_files(tmp_path: Path) -> None:
    """The name stands for the file; the record says so."""
    log = RecordingLog()

    with shield({"driver": "sqlite3", "dbname": str(tmp_path / "shop.db")}, log) as s:
        connection = s.connect("payments-ro", timeout=1)
        connection.execute("SELECT 1")
        connection.close()

    assert "payments-ro" == last(log, "connection.open")["db"]["profile"]


@pytest.mark.parametrize(
    ("profile", "message"),
    [
        ({"driver": "oracle", "dbname": "x"}, "driver"),
        ({"driver": "sqlite3", "dbname": "x", "secret": "env:X"}, "sqlite3 is a file"),
        ({"driver": "psycopg", "dbname": "x", "tls": "sometimes"}, "tls"),
        ({"driver": "psycopg", "dbname": "x", "password": "hunter2"}, "unknown key"),
        ({"driver": "psycopg", "dbname": "x", "secret": "hunter2"}, "secret"),
    ],
)
def test_a_wrong_profile_is_refused_without_repeating_it(profile: dict[str, Any], message: str) -> None:
    """A password that somebody wrote into the configuration is not printed."""
    with pytest.raises(ConfigurationError, match=message) as raised:
        shield(profile)

    assert "hunter2" not in str(raised.value)
