"""A database user that must give a password, and what finds passwords where they should not be."""

from __future__ import annotations

import contextlib
import gc
import ipaddress
import secrets
import socket
import ssl
import threading
import types
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from psycopg.conninfo import conninfo_to_dict

import pcishield

PACKAGE = str(Path(pcishield.__file__).parent)
"""Begins the file names of our own frames, wherever the package is installed."""


class PasswordUser:
    """A PostgreSQL role ``name`` whose password is asked for (SCRAM)."""

    def __init__(self, dsn: str) -> None:
        self.dsn = dsn
        self.name = f"guarded_{secrets.token_hex(4)}"
        self.password = ""
        where = conninfo_to_dict(dsn)
        self.profile: dict[str, Any] = {
            "driver": "psycopg", "host": str(where["host"]), "dbname": str(where.get("dbname", "postgres")),
            "user": self.name,
        }  # fmt: skip
        if where.get("port"):
            self.profile["port"] = int(str(where["port"]))

    def set(self, password: str) -> None:
        with psycopg.connect(self.dsn, autocommit=True) as admin:
            admin.execute(
                psycopg.sql.SQL("ALTER ROLE {} PASSWORD {}").format(psycopg.sql.Identifier(self.name), password)
            )
        self.password = password


@pytest.fixture
def db_user(pg_dsn: str) -> Iterator[PasswordUser]:
    """A role whose password the server checks; the private server trusts all others."""
    user = PasswordUser(pg_dsn)
    with psycopg.connect(pg_dsn, autocommit=True) as admin:
        row = admin.execute("SHOW hba_file").fetchone()
        assert row is not None
        rules = Path(row[0])
        if not rules.is_file():
            pytest.skip("the server's pg_hba.conf is not on this machine")
        before = rules.read_text()
        own = "".join(f"{kind} all {user.name} {where} scram-sha-256\n" for kind, where in
                      (("local", ""), ("host", "127.0.0.1/32"), ("host", "::1/128")))  # fmt: skip
        admin.execute(f"CREATE ROLE {user.name} LOGIN")
        rules.write_text(own + before)
        admin.execute("SELECT pg_reload_conf()")
    user.set(f"pw-{secrets.token_hex(12)}")
    try:
        yield user
    finally:
        rules.write_text(before)
        with psycopg.connect(pg_dsn, autocommit=True) as admin:
            admin.execute(f"DROP ROLE {user.name}")
            admin.execute("SELECT pg_reload_conf()")


class Role:
    """A user of MariaDB or MySQL whose password is asked for."""

    def __init__(self, params: dict[str, Any]) -> None:
        self.params = params
        self.name = f"guarded_{secrets.token_hex(4)}"
        self.password = ""

    def run(self, *statements: str) -> None:
        mysql = pytest.importorskip("mysql.connector", reason="mysql.connector is an optional dependency")
        with mysql.connect(**self.params) as admin, admin.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    def set(self, password: str) -> None:
        self.password = password
        self.run(f"SET PASSWORD FOR '{self.name}'@'%' = PASSWORD('{password}')")


@pytest.fixture
def role(mysql_params: dict[str, Any]) -> Iterator[Role]:
    made = Role(mysql_params)
    made.run(f"CREATE USER '{made.name}'@'%'", f"GRANT SELECT ON *.* TO '{made.name}'@'%'")
    made.set(f"pw-{secrets.token_hex(12)}")
    yield made
    made.run(f"DROP USER '{made.name}'@'%'")


class TlsProxy:
    """Answers on 127.0.0.1 like a PostgreSQL with TLS, or without, and passes everything to the server's socket."""

    def __init__(self, dsn: str, context: ssl.SSLContext | None) -> None:
        where = conninfo_to_dict(dsn)
        self._target = f"{where['host']}/.s.PGSQL.{where.get('port', 5432)}"
        self._context = context
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        try:
            first = client.recv(8, socket.MSG_PEEK)
            if first[4:] == b"\x04\xd2\x16\x2f":  # SSLRequest
                client.recv(8)
                client.sendall(b"N" if self._context is None else b"S")
                if self._context is not None:
                    client = self._context.wrap_socket(client, server_side=True)
            server = socket.socket(socket.AF_UNIX)
            server.connect(self._target)
        except OSError:
            client.close()
            return
        threading.Thread(target=self._pump, args=(server, client), daemon=True).start()
        self._pump(client, server)

    @staticmethod
    def _pump(source: socket.socket, sink: socket.socket) -> None:
        try:
            while data := source.recv(65536):
                sink.sendall(data)
        except OSError:
            pass
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


class MySqlTlsProxy:
    """Answers on 127.0.0.1 like a MySQL with TLS, and passes the rest to one without.

    The greeting says that there is TLS, and what the client sends to begin it goes no further. So until it has logged
    in, its packets have numbers one higher than the server's.
    """

    _SSL = 0x0800

    def __init__(self, port: int, context: ssl.SSLContext) -> None:
        self._server, self._context = port, context
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    @staticmethod
    def _packet(source: socket.socket) -> tuple[int, bytearray]:
        def read(count: int) -> bytes:
            data = b""
            while len(data) < count:
                more = source.recv(count - len(data))
                if not more:
                    raise OSError("closed")
                data += more
            return data

        head = read(4)
        return head[3], bytearray(read(int.from_bytes(head[:3], "little")))

    @staticmethod
    def _send(sink: socket.socket, number: int, payload: bytes) -> None:
        sink.sendall(len(payload).to_bytes(3, "little") + bytes([number % 256]) + payload)

    def _serve(self, client: socket.socket) -> None:
        server = socket.create_connection(("127.0.0.1", self._server))
        try:
            number, greeting = self._packet(server)
            at = greeting.index(0, 1) + 14  # version, thread id, salt, filler
            flags = int.from_bytes(greeting[at : at + 2], "little") | self._SSL
            greeting[at : at + 2] = flags.to_bytes(2, "little")
            self._send(client, number, greeting)
            self._packet(client)  # it asks for TLS
            client = self._context.wrap_socket(client, server_side=True)
            number, login = self._packet(client)
            login[:4] = (int.from_bytes(login[:4], "little") & ~self._SSL).to_bytes(4, "little")
            self._send(server, number - 1, login)
            while True:
                number, answer = self._packet(server)
                self._send(client, number + 1, answer)
                if answer[0] in (0x00, 0xFF):  # logged in, or not
                    break
                number, more = self._packet(client)
                self._send(server, number - 1, more)
        except OSError:
            client.close()
            server.close()
            return
        threading.Thread(target=TlsProxy._pump, args=(server, client), daemon=True).start()
        TlsProxy._pump(client, server)


def _alternative(host: str) -> x509.GeneralName:
    with contextlib.suppress(ValueError):
        return x509.IPAddress(ipaddress.ip_address(host))
    return x509.DNSName(host)


def certificate(directory: Path, host: str) -> Path:
    """Make a self-signed certificate for ``host``; the file holds its key too."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(1)).not_valid_after(now + timedelta(1))
        .add_extension(x509.SubjectAlternativeName([_alternative(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = directory / f"{host}.pem"
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    return path


@pytest.fixture
def proxy(pg_dsn: str) -> Iterator[Any]:
    """Make proxies before the server; without a certificate they speak no TLS."""
    if not str(conninfo_to_dict(pg_dsn)["host"]).startswith("/"):
        pytest.skip("the server is not on a socket of this machine")
    made: list[TlsProxy] = []

    def make(file: Path | None = None) -> int:
        context = None
        if file is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(file)
        made.append(TlsProxy(pg_dsn, context))
        return made[-1].port

    yield make
    for one in made:
        one.close()


@pytest.fixture
def mysql_tls(mysql_params: dict[str, Any]) -> Iterator[Any]:
    """Make proxies with TLS before the MySQL server."""
    made: list[MySqlTlsProxy] = []

    def make(file: Path) -> int:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        made.append(MySqlTlsProxy(mysql_params["port"], context))
        return made[-1].port

    yield make
    for one in made:
        one.close()


def holders(secret: str, *roots: Any) -> list[str]:
    """Walk the heap from ``roots`` and return the types of what leads to an object that contains ``secret``.

    Modules, their dictionaries and frames are not entered: they lead to everything, this test included.
    """
    needles = (secret, secret.encode())
    globals_ = {id(vars(m)) for m in list(__import__("sys").modules.values()) if isinstance(m, types.ModuleType)}
    seen: set[int] = {id(needles), id(globals_)}
    todo: list[tuple[Any, tuple[str, ...]]] = [(root, (type(root).__name__,)) for root in roots]
    found: list[str] = []
    while todo:
        value, path = todo.pop()
        if id(value) in seen or id(value) in globals_ or isinstance(value, (types.ModuleType, types.FrameType)):
            continue
        seen.add(id(value))
        if isinstance(value, str) and needles[0] in value:
            found.append(" > ".join(path))
        elif isinstance(value, (bytes, bytearray)) and needles[1] in value:
            found.append(" > ".join(path))
        elif not isinstance(value, (str, bytes, int, float)):
            todo += [(inner, (*path[-6:], type(inner).__name__)) for inner in gc.get_referents(value)]
    return found
