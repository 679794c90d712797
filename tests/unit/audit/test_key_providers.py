"""Keys that wrap keys: file, keyring and AWS KMS, for recordings and for the log's own key."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pcishield.audit.verify import verify
from pcishield.exceptions import AuditUnavailable, ConfigurationError
from pcishield.runtime.keys import key_provider
from pcishield.runtime.log import FileAuditLog
from pcishield.runtime.log_reader import DirectorySource
from pcishield.typing import KeyProvider
from tests.servers import unavailable
from tests.unit.audit.logs import make_log, statement


@pytest.fixture
def memory_keyring() -> Iterator[dict[Any, str]]:
    """The operating system's keyring, in memory."""
    keyring = pytest.importorskip("keyring", reason="keyring is an optional dependency")
    from keyring.backend import KeyringBackend

    entries: dict[Any, str] = {}

    class Memory(KeyringBackend):
        priority = 1

        def get_password(self, service: str, username: str) -> str | None:
            return entries.get((service, username))

        def set_password(self, service: str, username: str, password: str) -> None:
            entries[service, username] = password

    before = keyring.get_keyring()
    keyring.set_keyring(Memory())
    yield entries
    keyring.set_keyring(before)


@pytest.fixture
def kms(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Alias of a key in a KMS that moto plays."""
    moto = pytest.importorskip("moto", reason="moto is an optional dependency")
    import boto3

    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with moto.mock_aws():
            client = boto3.client("kms")
            key = client.create_key()["KeyMetadata"]["KeyId"]
            client.create_alias(AliasName="alias/pcishield", TargetKeyId=key)
            yield "aws-kms:alias/pcishield"


_MODULES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
)


@pytest.fixture(scope="module")
def token(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Reference to an AES key in a token of SoftHSM's; one for all tests, since a module is set up once a process."""
    pkcs11 = pytest.importorskip("pkcs11", reason="python-pkcs11 is an optional dependency")
    module = next((path for path in _MODULES if Path(path).exists()), None)
    if module is None or shutil.which("softhsm2-util") is None:
        unavailable("SoftHSM", "install softhsm2")
    home = tmp_path_factory.mktemp("hsm")
    (home / "tokens").mkdir()
    (home / "softhsm2.conf").write_text(f"directories.tokendir = {home / 'tokens'}\n")
    pin = home / "pin"
    pin.write_text("1234")
    pin.chmod(0o600)
    before = os.environ.get("SOFTHSM2_CONF")
    os.environ["SOFTHSM2_CONF"] = str(home / "softhsm2.conf")
    subprocess.run(
        ["softhsm2-util", "--init-token", "--free", "--label", "audit", "--so-pin", "5678", "--pin", "1234"],
        check=True, capture_output=True,
    )  # fmt: skip
    hidden = {pkcs11.Attribute.SENSITIVE: True, pkcs11.Attribute.EXTRACTABLE: False}
    with pkcs11.lib(module).get_token(token_label="audit").open(rw=True, user_pin="1234") as session:
        session.generate_key(pkcs11.KeyType.AES, 256, label="wrap", store=True, template=hidden)
    yield f"pkcs11:token=audit;object=wrap?module-path={module}&pin-source={pin}"
    if before is None:
        del os.environ["SOFTHSM2_CONF"]
    else:
        os.environ["SOFTHSM2_CONF"] = before


@pytest.fixture(params=["file", "keyring", "aws-kms", "pkcs11"])
def reference(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A reference to each kind of provider."""
    if request.param == "file":
        return f"file:{tmp_path}/keys.json"
    if request.param == "keyring":
        request.getfixturevalue("memory_keyring")
        return "keyring:pcishield/recordings"
    found: str = request.getfixturevalue({"aws-kms": "kms", "pkcs11": "token"}[request.param])
    return found


def test_what_was_wrapped_for_something_unwraps_for_that(reference: str) -> None:
    """By another object of the same reference, in the same context, and in no other."""
    wrapped = key_provider(reference).wrap(b"k" * 32, b"recording 1")
    provider: KeyProvider = key_provider(reference)

    assert b"k" * 32 == provider.unwrap(wrapped, b"recording 1")
    assert b"k" * 32 not in wrapped
    assert reference == provider.name
    with pytest.raises(ConfigurationError):
        provider.unwrap(wrapped, b"recording 2")
    with pytest.raises(ConfigurationError):
        provider.unwrap(wrapped[:-1] + bytes([wrapped[-1] ^ 1]), b"recording 1")


def test_the_key_of_the_log_is_wrapped(reference: str, tmp_path: Path) -> None:
    """Not in clear on the disk; it moves on with every shard; who opens the log again needs no configuration."""
    audit = tmp_path / "audit"
    key = audit / "private" / "index.key"
    log = make_log(audit, key_provider=key_provider(reference))
    statement(log)
    log.close()
    first = key.read_text()
    again = FileAuditLog(audit, heartbeat_seconds=0)
    statement(again)
    again.close()
    second = key.read_text()

    assert [True, True] == [text.startswith(f"wrapped {reference} ") for text in (first, second)]
    assert first != second
    assert [] == list(verify(DirectorySource(audit)).of("error"))


def test_a_log_whose_key_cannot_be_unwrapped_is_not_opened(tmp_path: Path) -> None:
    """The provider's keys are gone, or are others: a clear error, and nothing is written."""
    audit, keys = tmp_path / "audit", tmp_path / "keys.json"
    make_log(audit, key_provider=key_provider(f"file:{keys}")).close()
    keys.unlink()
    with pytest.raises(AuditUnavailable, match="the audit key cannot be unwrapped: file:"):
        FileAuditLog(audit)

    assert 1 == len((audit / "index.jsonl").read_bytes().splitlines())


def test_a_key_that_cannot_be_wrapped_makes_no_log(tmp_path: Path) -> None:
    """Fail closed: no fall back to a key in clear."""

    class Away:
        name = "away:x"

        def wrap(self, key: bytes, context: bytes) -> bytes:
            raise ConnectionError

        unwrap: Callable[..., bytes] = wrap

    with pytest.raises(AuditUnavailable, match="away:x raised ConnectionError"):
        make_log(tmp_path / "audit", key_provider=Away())

    assert [] == list((tmp_path / "audit" / "private").glob("index.key*"))


def test_the_setting_names_the_provider(tmp_path: Path, make_shield: Any) -> None:
    """[audit] key; a wrong scheme is one error that names what there is."""
    shield = make_shield({"audit": {"key": f"file:{tmp_path}/k.json"}})
    directory = shield.audit.directory
    shield.close()

    assert (directory / "private" / "index.key").read_text().startswith(f"wrapped file:{tmp_path}/k.json ")
    with pytest.raises(ConfigurationError, match="no such provider; known are aws-kms, file, keyring"):
        make_shield({"audit": {"key": "pigeon:x"}})


def test_an_old_version_of_a_keyring_unwraps_until_it_is_retired(memory_keyring: dict[Any, str]) -> None:
    """Rotation wraps by the new one, and retirement erases the old."""
    keys: Any = key_provider("keyring:pcishield/x")
    wrapped = keys.wrap(b"k" * 32, b"c")

    assert "2" == keys.rotate()
    assert b"k" * 32 == keys.unwrap(wrapped, b"c")
    assert ["1"] == keys.retire()
    assert ["2"] == list(json.loads(memory_keyring["pcishield", "x"])["keys"])
    with pytest.raises(ConfigurationError, match="has no version 1"):
        keys.unwrap(wrapped, b"c")


def test_a_refusing_kms_is_told_by_its_code(kms: str) -> None:
    """No stack trace of boto3, and no secret."""
    with pytest.raises(ConfigurationError, match=r"KMS refuses to encrypt \(NotFoundException\)"):
        key_provider("aws-kms:alias/nobody").wrap(b"k" * 32, b"c")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("object=wrap", "object=other", "exactly one AES key 'other'"),
        ("token=audit", "token=other", "no token 'other'"),
        ("object=wrap", "label=wrap", "'label' is none of"),
        ("object=wrap", "object=", "object is missing"),
        ("/libsofthsm2.so", "/nothing.so", "does not load"),
        ("/pin", "/no-pin", "pin-source cannot be read"),
    ],
)
def test_a_module_that_cannot_be_used_is_told(token: str, old: str, new: str, message: str) -> None:
    """When the provider is made, and by what is wrong with it."""
    with pytest.raises(ConfigurationError, match=message):
        key_provider(token.replace(old, new))


def test_a_pin_that_others_can_read_is_refused(token: str) -> None:
    """As a key file is."""
    pin = Path(token.rpartition("=")[2])
    pin.chmod(0o640)
    try:
        with pytest.raises(ConfigurationError, match="open to others"):
            key_provider(token)
    finally:
        pin.chmod(0o600)


def test_a_wrong_pin_is_refused_and_not_shown(token: str) -> None:
    """The module says no."""
    pin = Path(token.rpartition("=")[2])
    pin.write_text("987654")
    try:
        with pytest.raises(ConfigurationError, match="PinIncorrect") as caught:
            key_provider(token)
    finally:
        pin.write_text("1234")
    assert "987654" not in str(caught.value)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_child_uses_the_module_as_well(token: str) -> None:
    """PKCS#11 wants it to begin anew."""
    provider = key_provider(token)
    wrapped = provider.wrap(b"k" * 32, b"c")
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            status = 0 if provider.unwrap(wrapped, b"c") == b"k" * 32 else 2
        finally:
            os._exit(status)

    assert 0 == os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    assert b"k" * 32 == provider.unwrap(wrapped, b"c")
