"""The other side of anchors: a time-stamping authority (``openssl ts``) and a witness (c2sp.org/tlog-witness)."""

from __future__ import annotations

import os
import subprocess
import time
from base64 import b64decode, b64encode
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from pcishield.audit.checkpoint import NoteError, VerifierKey, open_checkpoint
from pcishield.audit.cosignature import WitnessKey, cosigned_text
from pcishield.audit.merkle import verify_consistency
from tests.unit.sinks.receivers import HttpReceiver

_CONFIG = """
[tsa]
default_tsa = one
[one]
serial = {0}/serial
crypto_device = builtin
signer_cert = {0}/tsa.pem
signer_key = {0}/tsa.key
signer_digest = sha256
default_policy = 1.3.6.1.4.1.32473.1
digests = sha256, sha512
accuracy = secs:1
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""


class Authority(HttpReceiver):
    """Answers time-stamp queries with ``openssl ts -reply``; its root certificate is ``root``."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder = folder
        self.root = folder / "root.pem"
        self.lies = False
        self._certificates()
        (folder / "openssl.cnf").write_text(_CONFIG.format(folder))
        (folder / "serial").write_text("01\n")
        super().__init__()

    def answer(self, path: str, body: bytes) -> bytes:
        query = self.folder / "query"
        query.write_bytes(body)
        if self.lies:
            made = ["openssl", "ts", "-query", "-digest", os.urandom(32).hex(), "-sha256", "-cert", "-out", str(query)]
            subprocess.run(made, check=True, capture_output=True)
        reply = ["openssl", "ts", "-reply", "-config", str(self.folder / "openssl.cnf"), "-queryfile", str(query)]
        return subprocess.run(reply, check=True, capture_output=True).stdout

    def _certificates(self) -> None:
        now = datetime.now(UTC)

        def make(name: str, key: ec.EllipticCurvePrivateKey, issuer: str, signer: ec.EllipticCurvePrivateKey) -> bytes:
            def named(text: str) -> x509.Name:
                return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])

            builder = (
                x509.CertificateBuilder().subject_name(named(name)).issuer_name(named(issuer))
                .public_key(key.public_key()).serial_number(x509.random_serial_number())
                .not_valid_before(now - timedelta(hours=1)).not_valid_after(now + timedelta(days=1))
                .add_extension(x509.BasicConstraints(ca=name == issuer, path_length=None), critical=True)
                .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
                .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
            )  # fmt: skip
            if name != issuer:
                purpose = x509.ExtendedKeyUsage([x509.ExtendedKeyUsageOID.TIME_STAMPING])
                builder = builder.add_extension(purpose, critical=True)
            return builder.sign(signer, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

        root, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
        self.root.write_bytes(make("test root", root, "test root", root))
        (self.folder / "tsa.pem").write_bytes(make("test tsa", key, "test root", root))
        (self.folder / "tsa.key").write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )


class Witness(HttpReceiver):
    """A witness by the book: it knows the keys of a directory's shards, and cosigns what continues what it has seen."""

    def __init__(self, audit: Path) -> None:
        self.audit = audit
        self.seen: dict[str, tuple[int, bytes]] = {}
        self.key = Ed25519PrivateKey.generate()
        public = self.key.public_key().public_bytes_raw()
        self.vkey = WitnessKey("witness.example/w1", public)
        self.statuses: list[int] = []
        super().__init__()

    def answer(self, path: str, body: bytes) -> bytes:
        assert "/add-checkpoint" == path
        status, answer = self._judge(body.decode())
        self.status = status
        self.statuses.append(status)
        return answer.encode()

    def _judge(self, body: str) -> tuple[int, str]:
        head, _, note = body.partition("\n\n")
        first, *proof = head.split("\n")
        old = int(first.removeprefix("old "))
        origin = note.split("\n", 1)[0]
        vkey = self.audit / origin.rpartition("/")[2] / "vkey"
        if not vkey.exists():
            return 404, "unknown origin"
        try:
            checkpoint = open_checkpoint(note, VerifierKey.parse(vkey.read_text()))
        except NoteError:
            return 403, "not signed by the log"
        size, root = self.seen.get(origin, (0, b""))
        if old > checkpoint.size:
            return 400, "old is larger than the checkpoint"
        if old != size:
            return 409, f"{size}\n"
        hashed = [b64decode(line) for line in proof if line]
        if old and not verify_consistency(old, root, checkpoint.size, checkpoint.root, hashed):
            return 422, "the proof is wrong"
        self.seen[origin] = (checkpoint.size, checkpoint.root)
        now = int(time.time())
        blob = self.vkey.key_id + now.to_bytes(8, "big") + self.key.sign(cosigned_text(note, now))
        return 200, f"\u2014 {self.vkey.name} {b64encode(blob).decode()}\n"
