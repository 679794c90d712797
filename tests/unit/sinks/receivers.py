"""The other side of sinks that have no server program: what a sink sends, taken apart by the book."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import re
import socket
import socketserver
import struct
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

SECRET = "a made-up secret for tests"


def tray(event: str, id: str, **fields: Any) -> None:
    """For the callable sink: append the id to the file that the environment names, or fail when it is read-only."""
    with open(os.environ["PCISHIELD_TEST_TRAY"], "a") as file:
        assert event and fields["seq"] == int(id.partition("/")[2])
        file.write(f"{id}\n")


class HttpReceiver:
    """An HTTP server that keeps bodies; ``full`` makes it answer 507."""

    def __init__(self) -> None:
        self.bodies: list[tuple[str, dict[str, str], bytes]] = []
        self.full = False
        self.status = 200
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                if not receiver.full:
                    receiver.bodies.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
                answer = receiver.answer(self.path, body)
                self.send_response(507 if receiver.full else receiver.status)
                self.send_header("content-length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def handle_one_request(self) -> None:
                try:
                    super().handle_one_request()
                except OSError:
                    self.close_connection = True

            def log_message(self, *arguments: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port: int = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def answer(self, path: str, body: bytes) -> bytes:
        return b""

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def webhook_ids(receiver: HttpReceiver) -> list[str]:
    """The ids in bodies whose signature is right; a wrong one fails the test."""
    found = []
    for _, headers, body in receiver.bodies:
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        wanted = base64.b64encode(hmac.new(SECRET.encode(), signed, hashlib.sha256).digest()).decode()
        assert f"v1,{wanted}" == headers["webhook-signature"]
        records = [json.loads(line) for line in body.splitlines()]
        ids = [f"{record['shard']}/{record['seq']}" for record in records]
        assert f"{ids[0]}-{records[-1]['seq']}" == headers["webhook-id"]
        found += ids
    return found


_SYSLOG = re.compile(
    rb"<(\d{1,3})>1 (\S+) (\S+) (\S+) (\S+) (\S+) "
    rb"\[pcishield@32473 shard=\"([^\"]+)\" seq=\"(\d+)\"\] \xef\xbb\xbf(.*)",
    re.DOTALL,
)


def syslog_parts(message: bytes) -> tuple[bytes, ...]:
    """Priority, time, host, app, process, message id, shard, seq, text of an RFC 5424 message."""
    match = _SYSLOG.fullmatch(message)
    assert match is not None, "not RFC 5424"
    return match.groups()


class SyslogReceiver:
    """Reads octet-counted messages until the end of a connection, then closes it."""

    def __init__(self, context: Any = None) -> None:
        self.messages: list[bytes] = []
        self.full = self.slow = False
        receiver = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                if receiver.full:
                    # As the kernel does for a process that dies with unread data.
                    self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    self.request.close()
                    return
                while receiver.slow:
                    time.sleep(0.02)
                if context is not None:
                    self.request = context.wrap_socket(self.request, server_side=True)
                    self.rfile = self.request.makefile("rb")
                try:
                    while count := b"".join(iter(lambda: self.rfile.read(1).strip(), b"")):
                        message = self.rfile.read(int(count))
                        if len(message) == int(count):
                            receiver.messages.append(message)
                except OSError:
                    return
                finally:
                    self.rfile.close()
                    self.request.close()

        socketserver.ThreadingTCPServer.allow_reuse_address = True
        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port: int = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def ids(self) -> list[str]:
        return [f"{shard.decode()}/{seq.decode()}" for *_, shard, seq, _ in map(syslog_parts, self.messages)]

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def certificate(folder: Path, host: str = "localhost") -> tuple[Path, Path]:
    """Make a self-signed certificate for ``host``; return (certificate, key) in PEM."""
    from datetime import UTC, datetime, timedelta

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    paths = folder / "cert.pem", folder / "key.pem"
    paths[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return paths
