"""Profiles on MariaDB or MySQL: the driver keeps the password for reconnecting, and by a profile it may not."""

from __future__ import annotations

import threading
from typing import Any

import mysql.connector
import pytest

from pcishield import ConfigurationError, CredentialError, Shield, acting_as
from pcishield.connecting import aconnect_profile
from pcishield.credentials import Credential, CredentialRequest, Lease, Secret
from pcishield.testing import RecordingLog
from tests.unit.credentials.conftest import PACKAGE, Role, holders

pytestmark = pytest.mark.mysql

VARIABLE = "SHOP_MYSQL_PW"
QUERY = (
    "SELECT ATTR_NAME, ATTR_VALUE FROM performance_schema.session_connect_attrs WHERE PROCESSLIST_ID = CONNECTION_ID()"
)


@pytest.fixture
def profile(role: Role, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    monkeypatch.setenv(VARIABLE, role.password)
    return {
        "driver": "mysql.connector", "host": "127.0.0.1", "port": role.params["port"], "user": role.name,
        "dbname": role.params["database"], "secret": f"env:{VARIABLE}", "options": {"use_pure": True},
    }  # fmt: skip


def shield(profile: dict[str, Any], log: RecordingLog | None = None) -> Shield:
    return Shield({"profiles": {"payments-ro": profile}}, audit=log or RecordingLog())


def test_a_profile_is_enough_and_the_password_cannot_be_reached(
    profile: dict[str, Any], role: Role, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not from the connection, not from its cursor; it reconnects by the profile, with the password of then."""
    log = RecordingLog()
    with shield(profile, log) as s:
        connection = s.connect("payments-ro")
        cursor = connection.cursor()
        cursor.execute("SELECT CURRENT_USER()")
        assert [(f"{role.name}@%",)] == cursor.fetchall()
        assert [] == holders(role.password, connection, cursor, s)

        role.set("another-password-2")
        monkeypatch.setenv(VARIABLE, role.password)
        connection.reconnect()
        cursor = connection.cursor()
        cursor.execute("SELECT 1")
        assert [(1,)] == cursor.fetchall()
        assert [] == holders(role.password, connection, cursor, s)
        connection.close()

    opened = [record["db"] for record in log.records if record["type"] == "connection.open"]
    assert [("payments-ro", "env")] * 2 == [(db["profile"], db["credential"]) for db in opened]


async def test_asyncio_connections_keep_no_password_either(profile: dict[str, Any], role: Role) -> None:
    """The same, awaiting."""
    # Without "off" the asyncio driver itself fails on a server that has no TLS.
    with shield(profile | {"options": {}, "tls": "off"}) as s:
        connection = await aconnect_profile(s, "payments-ro")
        cursor = await connection.cursor()
        await cursor.execute("SELECT CURRENT_USER()")
        assert [(f"{role.name}@%",)] == await cursor.fetchall()
        assert [] == holders(role.password, connection, cursor, s)
        await connection.close()


def test_a_failed_connection_does_not_show_the_password(
    profile: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither in the exception nor in the variables of its frames that are ours."""
    secret = "wrong-password-in-the-arguments"
    monkeypatch.setenv(VARIABLE, secret)
    with shield(profile) as s:
        with pytest.raises(mysql.connector.Error) as raised:
            s.connect("payments-ro")
        frames = []
        traceback = raised.value.__traceback__
        while traceback is not None:
            frames.append(traceback.tb_frame)
            traceback = traceback.tb_next

        ours = [frame.f_locals for frame in frames if frame.f_code.co_filename.startswith(PACKAGE)]
        assert [] == holders(secret, raised.value, *ours)
        assert secret not in str(raised.value)


@pytest.mark.parametrize("arguments", [{"host": "elsewhere"}, {"passwd": "x"}, {"ssl_disabled": True}])
def test_nobody_redirects_a_profile(profile: dict[str, Any], arguments: dict[str, Any]) -> None:
    """Where to, as whom and how safely is the profile's alone."""
    with shield(profile) as s, pytest.raises(ConfigurationError, match="the profile payments-ro says that"):
        s.connect("payments-ro", **arguments)


@pytest.mark.parametrize("arguments", [{"host": "192.0.2.77"}, {"ssl_disabled": True}, {"password": "x"}])
def test_a_connection_cannot_be_configured_to_go_elsewhere(
    profile: dict[str, Any], role: Role, arguments: dict[str, Any]
) -> None:
    """It would take the password there when it reconnects; what the profile does not say may be configured."""
    with shield(profile) as s:
        connection = s.connect("payments-ro")
        for configure in (connection.config, connection.connect):
            with pytest.raises(ConfigurationError, match="the profile payments-ro says that"):
                configure(**arguments)
        connection.config(connection_timeout=20)
        connection.set_login("evil", "x")
        connection.reconnect()
        cursor = connection.cursor()
        cursor.execute("SELECT CURRENT_USER()")
        assert [(f"{role.name}@%",)] == cursor.fetchall()
        connection.close()


def test_code_that_runs_while_connecting_gets_no_password(profile: dict[str, Any], role: Role) -> None:
    """A converter class is the application's; a connection that it makes is not one by the profile."""
    made = []
    with shield(profile) as s:
        guarded = s.guard(mysql.connector)

        class Curious(mysql.connector.conversion.MySQLConverter):
            def __init__(self, *args: Any, **kwargs: Any) -> None:
                super().__init__(*args, **kwargs)
                if not made:
                    made.append(None)
                    try:
                        guarded.connect(host="127.0.0.1", port=profile["port"], user=role.name, use_pure=True).close()
                    except mysql.connector.Error as error:
                        made[0] = error.errno

        s.connect("payments-ro", converter_class=Curious).close()
    assert [1045] == made


lent: dict[str, Any] = {}


def lend(request: CredentialRequest) -> Credential:
    """Give a credential that has to be given back."""
    lease = Lease("lease-1", 0, lambda: 0.0, lambda: lent["ended"].set())
    return Credential(Secret(lent["password"]), user=lent["user"], version="lease-1", lease=lease)


def test_a_reset_session_keeps_profile_and_lease(profile: dict[str, Any], role: Role) -> None:
    """A pool resets the session of what it takes back: the connection stays, and so does what it was opened by."""
    lent.update(user=role.name, password=role.password, ended=threading.Event())
    log = RecordingLog()
    with shield(profile | {"user": "", "secret": f"call:{__name__}:lend"}, log) as s:
        connection = s.connect("payments-ro")
        connection.cmd_reset_connection()
        opened = [record["db"] for record in log.records if record["type"] == "connection.open"]
        assert [("payments-ro", "lease-1")] * 2 == [(db["profile"], db["credential"]) for db in opened]
        assert not any(record["type"] == "credential.ended" for record in log.records)
        connection.close()
        assert lent["ended"].wait(20)
    assert 1 == sum(record["type"] == "credential.ended" for record in log.records)


# Pools


def _pool(s: Shield, way: str) -> Any:
    guarded = s.guarded("mysql.connector")
    if way == "class":
        return guarded.pooling.MySQLConnectionPool(profile="payments-ro", pool_size=2).get_connection
    if way == "connect":
        return lambda: s.connect("payments-ro", pool_size=2)
    return lambda: guarded.connect(profile="payments-ro", pool_name="shop", pool_size=2)


@pytest.mark.parametrize("way", ["class", "connect", "module"])
def test_pools_open_each_connection_by_the_profile(
    profile: dict[str, Any], role: Role, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a credential of its own, also when it connects again; neither pool nor members keep a password."""
    log = RecordingLog()
    with shield(profile, log) as s:
        get = _pool(s, way)
        first, second = get(), get()
        for connection in (first, second):
            with connection.cursor() as cursor:
                cursor.execute("SELECT CURRENT_USER()")
                assert [(f"{role.name}@%",)] == cursor.fetchall()
        pool = first._cnx_pool
        assert [] == holders(role.password, pool, first, second, s)
        assert "payments-ro" in repr(pool._cnx_config)

        role.set("another-password-3")
        monkeypatch.setenv(VARIABLE, role.password)
        first._cnx.disconnect()
        first._cnx_pool.add_connection(first._cnx)
        with get() as again, again.cursor() as cursor:
            cursor.execute("SELECT 1")
            assert [(1,)] == cursor.fetchall()
        assert [] == holders(role.password, pool, s)
        second.close()
        pool._remove_connections()
    opened = [record["db"] for record in log.records if record["type"] == "connection.open"]
    assert {("payments-ro", "env")} == {(db.get("profile"), db.get("credential")) for db in opened}
    assert 3 <= len(opened)


def test_a_pool_belongs_to_its_profile(profile: dict[str, Any]) -> None:
    """A name that another has is refused, and so is what would lead the pool elsewhere."""
    profiles = {"payments-ro": profile, "payments-rw": profile}
    with Shield({"profiles": profiles}, audit=RecordingLog()) as s:
        guarded = s.guarded("mysql.connector")
        with guarded.connect(profile="payments-ro", pool_name="shop", pool_size=1) as connection:
            pool = connection._cnx_pool
            for other in ({"profile": "payments-rw"}, {"host": "127.0.0.1", "user": "root"}):
                with pytest.raises(ConfigurationError, match="there is a pool shop, and it is not one of profile"):
                    guarded.connect(pool_name="shop", **other)
        pool.set_config(host="192.0.2.77", user="evil")
        with pytest.raises(ConfigurationError, match="the profile payments-ro says that"):
            pool.get_connection()
        with pytest.raises(ConfigurationError, match="host: the profile payments-ro says that"):
            guarded.pooling.MySQLConnectionPool(profile="payments-ro", pool_size=1, host="192.0.2.77")
        pool._remove_connections()


async def test_asyncio_pools_too(profile: dict[str, Any], role: Role) -> None:
    """The same, awaiting."""
    pytest.importorskip("mysql.connector.aio.pooling", reason="mysql is an optional dependency")
    with shield(profile | {"options": {}, "tls": "off"}) as s:
        connection = await aconnect_profile(s, "payments-ro", pool_size=1)
        pool = connection._cnx_pool
        cursor = await connection.cursor()
        await cursor.execute("SELECT CURRENT_USER()")
        assert [(f"{role.name}@%",)] == await cursor.fetchall()
        assert [] == holders(role.password, pool, connection, s)
        await cursor.close()
        await connection.close()
        await pool.close_pool()


@pytest.mark.parametrize("tls", ["require", "verify-full"])
def test_a_server_without_tls_is_refused_where_tls_is_wanted(profile: dict[str, Any], tls: str) -> None:
    """The driver itself goes on in plaintext when certificates are not to be verified."""
    with shield(profile | {"tls": tls}) as s, pytest.raises(mysql.connector.Error, match=r"(?i)tls|ssl"):
        s.connect("payments-ro")


def test_a_missing_credential_is_the_drivers_operational_error(profile: dict[str, Any]) -> None:
    """As other failures to connect are."""
    with shield(profile | {"secret": "env:NOT_SET_ANYWHERE"}) as s, pytest.raises(CredentialError) as raised:
        s.connect("payments-ro")

    assert isinstance(raised.value, mysql.connector.OperationalError)


@pytest.mark.parametrize("asynchronous", [False, True])
async def test_the_server_is_told_who_is_asking(mysql_params: dict[str, Any], asynchronous: bool) -> None:
    """As attributes of the connection: the tag of its records, the agent, the user; no connection sees another's."""
    log = RecordingLog()
    seen = []
    with Shield({}, audit=log) as s:
        guarded = s.guard(mysql.connector)
        for user in ("maría", "bob"):
            with acting_as(user, "reporter"):
                query = QUERY
                if asynchronous:
                    connection = await guarded.aio.connect(**mysql_params, ssl_disabled=True)
                    cursor = await connection.cursor()
                    await cursor.execute(query)
                    rows = await cursor.fetchall()
                    await connection.close()
                else:
                    with guarded.connect(**mysql_params, use_pure=True) as connection, connection.cursor() as cursor:
                        cursor.execute(query)
                        rows = cursor.fetchall()
            seen.append({name: value for name, value in rows if name.startswith("pcishield_")})

    opened = [record["connection"] for record in log.records if record["type"] == "connection.open"]
    assert [identifier[:12] for identifier in opened] == [told["pcishield_tag"] for told in seen]
    assert all("reporter".startswith(told.get("pcishield_agent", "")) for told in seen)
    assert all(len(told) >= 2 for told in seen)
