"""Resolvers of other people's vaults: HashiCorp's against a server that speaks its HTTP API, AWS's against moto."""

from __future__ import annotations

import json
import secrets
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest

from pcishield import ConfigurationError, CredentialError, Shield
from pcishield.credentials import CredentialRequest
from pcishield.credentials.settings import CredentialsSettings
from pcishield.secrets import make_resolver
from pcishield.testing import RecordingLog
from tests.unit.credentials.conftest import holders

TOKEN = "s.root-token-of-the-test"


class VaultServer:
    """Answers KV version 2, the database engine with real PostgreSQL roles, leases, and AppRole logins."""

    def __init__(self, dsn: str) -> None:
        self.dsn = dsn
        self.kv: dict[str, dict[str, Any]] = {}
        self.leases: dict[str, str] = {}
        self.renewed: list[str] = []
        self.tokens = {TOKEN}
        self.passwords: list[str] = []
        self.seconds = 1
        self.slow = 0.0
        self.sealed = False
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def handle_any(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                time.sleep(owner.slow)
                path = urlsplit(self.path).path.removeprefix("/v1/")
                status, answer = owner.route(path, json.loads(body or b"{}"), self.headers.get("X-Vault-Token", ""))
                data = json.dumps(answer).encode() if answer else b""
                try:
                    self.send_response(status)
                    self.send_header("Content-Type", "application/json")
                    self.send_header("Content-Length", str(len(data)))
                    self.end_headers()
                    self.wfile.write(data)
                except OSError:
                    pass

            do_GET = do_POST = do_PUT = handle_any

            def log_message(self, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def route(self, path: str, body: dict[str, Any], token: str) -> tuple[int, Any]:
        if self.sealed:
            return 503, {"errors": ["Vault is sealed"]}
        if path == "auth/approle/login":
            if (body.get("role_id"), body.get("secret_id")) != ("role-1", "secret-1"):
                return 400, {"errors": ["invalid role or secret ID"]}
            made = secrets.token_hex(8)
            self.tokens.add(made)
            return 200, {"auth": {"client_token": made}}
        if token not in self.tokens:
            return 403, {"errors": ["permission denied"]}
        if path.startswith("secret/data/"):
            found = self.kv.get(path.removeprefix("secret/data/"))
            return (
                (404, {"errors": []}) if found is None else (200, {"data": {"data": found, "metadata": {"version": 3}}})
            )
        if path.startswith("database/creds/"):
            return self._lend(path.rpartition("/")[2])
        lease = str(body.get("lease_id"))
        if lease not in self.leases:
            return 400, {"errors": ["invalid lease"]}
        if path == "sys/leases/renew":
            self.renewed.append(lease)
            return 200, {"lease_id": lease, "lease_duration": self.seconds, "renewable": True}
        assert path == "sys/leases/revoke"
        self._sql(f"DROP ROLE {self.leases.pop(lease)}")
        return 204, None

    def _lend(self, role: str) -> tuple[int, Any]:
        if role != "readonly":
            return 400, {"errors": ["unknown role"]}
        user, password, lease = (
            f"v_{secrets.token_hex(4)}",
            secrets.token_hex(12),
            f"database/creds/readonly/{secrets.token_hex(4)}",
        )
        self._sql(f"CREATE ROLE {user} LOGIN PASSWORD '{password}'")
        self.leases[lease] = user
        self.passwords.append(password)
        return 200, {
            "lease_id": lease, "lease_duration": self.seconds, "renewable": True,
            "data": {"username": user, "password": password},
        }  # fmt: skip

    def _sql(self, text: str) -> None:
        with psycopg.connect(self.dsn, autocommit=True) as admin:
            admin.execute(text)


@pytest.fixture
def vault(pg_dsn: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[VaultServer]:
    """A running vault, and its token in the environment."""
    pytest.importorskip("hvac", reason="hvac is an optional dependency")
    monkeypatch.setenv("VAULT_TOKEN", TOKEN)
    server = VaultServer(pg_dsn)
    yield server
    for user in server.leases.values():
        server._sql(f"DROP ROLE {user}")
    server.server.shutdown()
    server.server.server_close()


def settings(vault: VaultServer, **more: Any) -> CredentialsSettings:
    return CredentialsSettings.model_validate({"hashicorp": {"address": vault.address, **more}, "timeout_seconds": 2})


def test_a_kv_secret_gives_password_user_and_version(vault: VaultServer) -> None:
    """The named field; its user where the profile has none; a new value is seen at once."""
    vault.kv["shop/payments"] = {"password": "old", "admin": "other", "username": "shop_ro"}
    resolver = make_resolver(settings(vault), "vault-kv")

    first = resolver.resolve(CredentialRequest("p", "secret/shop/payments"))
    named = resolver.resolve(CredentialRequest("p", "secret/shop/payments#admin", user="me"))
    vault.kv["shop/payments"]["password"] = "new"
    later = resolver.resolve(CredentialRequest("p", "secret/shop/payments#password"))

    assert [("old", "shop_ro"), ("other", ""), ("new", "shop_ro")] == [
        (found.password.reveal(), found.user) for found in (first, named, later)
    ]
    assert "vault-kv v3" == first.version


@pytest.mark.parametrize(
    ("reference", "reason"),
    [("secret/none", "InvalidPath"), ("secret/shop#none", "no text field none"), ("secret", "write vault-kv:MOUNT")],
)
def test_a_missing_kv_secret_says_what_is_missing(vault: VaultServer, reference: str, reason: str) -> None:
    """Without repeating what is there."""
    vault.kv["shop"] = {"password": "hunter2"}

    with pytest.raises(CredentialError, match=reason) as raised:
        make_resolver(settings(vault), "vault-kv").resolve(CredentialRequest("p", reference))
    assert "hunter2" not in str(raised.value)


def test_approle_logs_in_with_a_secret_from_a_file(vault: VaultServer, tmp_path: Path) -> None:
    """For machines that have no token."""
    vault.kv["shop"] = {"password": "pw"}
    (tmp_path / "secret-id").write_text("secret-1\n")

    resolver = make_resolver(settings(vault, role_id="role-1", secret_id_file=str(tmp_path / "secret-id")), "vault-kv")

    assert "pw" == resolver.resolve(CredentialRequest("p", "secret/shop")).password.reveal()


def test_a_database_user_lives_as_long_as_its_connection(vault: VaultServer, pg_dsn: str) -> None:
    """Made by the vault for this connection, renewed, dropped at close; its password cannot be reached."""
    where = psycopg.conninfo.conninfo_to_dict(pg_dsn)
    profile = {
        "driver": "psycopg", "host": str(where["host"]), "dbname": str(where.get("dbname", "postgres")),
        "port": int(str(where.get("port", 5432))), "secret": "vault-db:database/readonly",
    }  # fmt: skip
    log = RecordingLog()
    config = {"profiles": {"payments-ro": profile}, "credentials": {"hashicorp": {"address": vault.address}}}

    with Shield(config, audit=log) as shield:
        connection = shield.connect("payments-ro")
        (lease,) = vault.leases
        assert (vault.leases[lease],) == connection.execute("SELECT current_user").fetchone()
        assert [] == holders(vault.passwords[0], connection, shield)
        assert [] == holders(TOKEN, connection, shield)
        end = time.monotonic() + 5
        while not vault.renewed and time.monotonic() < end:
            time.sleep(0.02)
        connection.close()

    assert {lease} == set(vault.renewed)
    assert {} == vault.leases
    ended = [record for record in log.records if record["type"] == "credential.ended"]
    assert [("success", f"payments-ro {lease}")] == [(record["outcome"], record["object"]) for record in ended]


@pytest.mark.parametrize(
    ("trouble", "reason"),
    [
        ("sealed", "VaultDown"),
        ("token", "Forbidden"),
        ("no token", r"there is no token in \$VAULT_TOKEN"),
        ("gone", "ConnectionError"),
        ("slow", "no answer within 0.5 s|Timeout"),
    ],
)
def test_a_vault_in_trouble_connects_nobody(
    vault: VaultServer, monkeypatch: pytest.MonkeyPatch, trouble: str, reason: str
) -> None:
    """Sealed, refusing, gone, slow: the reason is in error and record, and nothing hangs."""
    address = vault.address
    if trouble == "sealed":
        vault.sealed = True
    elif trouble == "token":
        monkeypatch.setenv("VAULT_TOKEN", "forged")
    elif trouble == "no token":
        monkeypatch.delenv("VAULT_TOKEN")
    elif trouble == "gone":
        address = "http://127.0.0.1:1"
    else:
        vault.slow = 3.0
    profile = {
        "driver": "psycopg",
        "host": "127.0.0.1",
        "port": 1,
        "dbname": "x",
        "secret": "vault-db:database/readonly",
    }
    credentials = {"hashicorp": {"address": address}, "timeout_seconds": 0.5 if trouble == "slow" else 3}
    log = RecordingLog()
    start = time.monotonic()

    with Shield({"profiles": {"p": profile}, "credentials": credentials}, audit=log) as shield:
        with pytest.raises(CredentialError, match=reason):
            shield.connect("p")

    assert 3.0 > time.monotonic() - start
    assert "denied" in [record["type"] for record in log.records]


def test_a_credential_that_comes_too_late_is_given_back(vault: VaultServer) -> None:
    """The database user that nobody waits for any more does not stay."""
    vault.slow = 0.7
    profile = {
        "driver": "psycopg",
        "host": "127.0.0.1",
        "port": 1,
        "dbname": "x",
        "secret": "vault-db:database/readonly",
    }
    credentials = {"hashicorp": {"address": vault.address}, "timeout_seconds": 0.6}
    # The client's own timeout is the same; here the answer comes in time for it, and too late for the caller.
    from pcishield.secrets import hashicorp

    with Shield({"profiles": {"p": profile}, "credentials": credentials}, audit=RecordingLog()) as shield:
        original = hashicorp._Server.__init__

        def patient(self: Any, found: Any, timeout: float) -> None:
            original(self, found, 10.0)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(hashicorp._Server, "__init__", patient)
            with pytest.raises(CredentialError, match="no answer within"):
                shield.connect("p")
            end = time.monotonic() + 6
            while (not vault.passwords or vault.leases) and time.monotonic() < end:
                time.sleep(0.05)

    assert (1, {}) == (len(vault.passwords), vault.leases)


def test_a_vault_elsewhere_needs_https() -> None:
    """Its token would go over the wire in clear text."""
    found = CredentialsSettings.model_validate({"hashicorp": {"address": "http://vault.example"}})

    with pytest.raises(ConfigurationError, match="use https"):
        make_resolver(found, "vault-kv")


# AWS


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """An account of moto's; returns boto3."""
    moto = pytest.importorskip("moto", reason="moto is an optional dependency")
    import boto3

    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with moto.mock_aws():
        yield boto3


AWS = CredentialsSettings.model_validate({"aws": {"region": "eu-west-1"}})


@pytest.mark.parametrize(
    ("text", "reference", "expected"),
    [
        ('{"username": "shop", "password": "pw-1"}', "db", ("pw-1", "shop")),
        ('{"username": "shop", "reader": "pw-2"}', "db#reader", ("pw-2", "shop")),
        ("just-a-password", "db", ("just-a-password", "")),
    ],
)
def test_secrets_manager_gives_password_and_user(
    aws: Any, text: str, reference: str, expected: tuple[str, str]
) -> None:
    """JSON with fields, or the password itself; a new version is seen at once."""
    client = aws.client("secretsmanager", "eu-west-1")
    client.create_secret(Name="db", SecretString=text)
    resolver = make_resolver(AWS, "aws-secret")

    found = resolver.resolve(CredentialRequest("p", reference))

    assert expected == (found.password.reveal(), found.user)
    client.put_secret_value(SecretId="db", SecretString='{"password": "rotated", "reader": "rotated"}')
    assert "rotated" == resolver.resolve(CredentialRequest("p", reference)).password.reveal()


@pytest.mark.parametrize(("reference", "reason"), [("none", "ResourceNotFound"), ("db#none", "no text field none")])
def test_a_missing_aws_secret_says_what_is_missing(aws: Any, reference: str, reason: str) -> None:
    """Without repeating what is there."""
    aws.client("secretsmanager", "eu-west-1").create_secret(Name="db", SecretString='{"password": "hunter2"}')

    with pytest.raises(CredentialError, match=reason) as raised:
        make_resolver(AWS, "aws-secret").resolve(CredentialRequest("p", reference))
    assert "hunter2" not in str(raised.value)


def test_rds_tokens_are_for_host_port_and_user(aws: Any) -> None:
    """A signed token for just that connection, in the place of a password."""
    resolver = make_resolver(AWS, "aws-rds")

    token = resolver.resolve(
        CredentialRequest("p", "", "db.example", 0, "shop", "reader", "mysql.connector")
    ).password.reveal()

    parts = urlsplit(f"https://{token}")
    query = parse_qs(parts.query)
    assert ("db.example:3306", ["reader"], ["connect"], ["900"]) == (
        parts.netloc, query["DBUser"], query["Action"], query["X-Amz-Expires"]
    )  # fmt: skip
    with pytest.raises(CredentialError, match="host and a user"):
        resolver.resolve(CredentialRequest("p", "", driver="psycopg"))


def test_unknown_resolvers_are_named() -> None:
    """With those that there are."""
    with pytest.raises(ConfigurationError, match=r"'valt' is no resolver; known are aws-rds, aws-secret, call, env"):
        make_resolver(AWS, "valt")
