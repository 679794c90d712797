"""The encrypted vault: its format, its keys, and what happens when the file or the key is wrong."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from pcishield.credentials import CredentialRequest
from pcishield.credentials.settings import AwsSettings, LocalVaultSettings
from pcishield.credentials.vault import Vault, passphrase_kdf, passphrase_key
from pcishield.exceptions import CredentialError
from pcishield.secrets import local_vault
from pcishield.secrets.local_vault import LocalVault, LocalVaultResolver

KEY = bytes(range(32))
NOW = "2026-01-31T12:00:00Z"


@pytest.fixture(autouse=True)
def _no_keys_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """What came through a pipe is remembered by the process; each test is a new one."""
    monkeypatch.setattr(local_vault, "_taken", {})
    monkeypatch.setattr(local_vault, "_derived", {})


def inject(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    read, write = os.pipe()
    os.write(write, data)
    os.close(write)
    monkeypatch.setenv("PCISHIELD_VAULT_KEY_FD", str(read))


def filled() -> bytes:
    return Vault.create(KEY, {"name": "raw", "from": "fd"}).put("a", "first", NOW).put("b", "second", NOW).dump()


def test_what_is_put_in_comes_out() -> None:
    """By name, with a version that counts up; nothing of it is readable in the file."""
    vault = Vault.open(filled(), KEY).put("a", "changed", NOW)
    data = vault.dump()

    assert ("changed", 2) == Vault.open(data, KEY).get("a")
    assert ("second", 1) == Vault.open(data, KEY).get("b")
    assert not any(word in data for word in (b"first", b"second", b"changed"))
    assert ["b"] == list(Vault.open(vault.remove("a").dump(), KEY).entries)


def test_every_cut_is_noticed() -> None:
    """A file that was cut short at any byte is refused."""
    data = filled()

    for length in range(0, len(data) - 2, 7):
        with pytest.raises(CredentialError, match=r"cut short|damaged|no vault|changed"):
            Vault.open(data[:length], KEY)


def test_a_wrong_key_is_refused() -> None:
    """Without saying more."""
    with pytest.raises(CredentialError, match="key is wrong, or its file was changed"):
        Vault.open(filled(), bytes(32))


def swapped(raw: dict[str, Any]) -> None:
    raw["entries"]["a"], raw["entries"]["b"] = raw["entries"]["b"], raw["entries"]["a"]


def removed(raw: dict[str, Any]) -> None:
    del raw["entries"]["b"]


def renumbered(raw: dict[str, Any]) -> None:
    raw["entries"]["a"]["version"] = 9


def emptied(raw: dict[str, Any]) -> None:
    raw["entries"] = {}


def other_vault(raw: dict[str, Any]) -> None:
    raw["id"] = "00" * 8


@pytest.mark.parametrize("change", [swapped, removed, renumbered, emptied, other_vault])
def test_every_change_is_noticed(change: Any) -> None:
    """Exchanged, removed, renumbered entries; entries of another vault."""
    raw = json.loads(filled())
    change(raw)

    with pytest.raises(CredentialError, match="changed"):
        Vault.open(json.dumps(raw).encode(), KEY)


def test_changed_ciphertext_is_noticed() -> None:
    """One bit of one entry."""
    raw = json.loads(filled())
    data = raw["entries"]["a"]["data"]
    raw["entries"]["a"]["data"] = ("A" if data[0] != "A" else "B") + data[1:]

    with pytest.raises(CredentialError, match="entry a was changed"):
        Vault.open(json.dumps(raw).encode(), KEY).get("a")


def test_weaker_key_parameters_are_refused() -> None:
    """Whoever changes the file cannot make guessing the passphrase cheap."""
    with pytest.raises(CredentialError, match="not those of this version"):
        passphrase_key("correct horse", passphrase_kdf() | {"n": 2})


def test_a_key_change_keeps_the_content() -> None:
    """The old key opens nothing any more."""
    other = bytes(reversed(range(32)))

    data = Vault.open(filled(), KEY).rekeyed(other, {"name": "raw", "from": "fd"}, NOW).dump()

    assert "first" == Vault.open(data, other).get("a")[0]
    with pytest.raises(CredentialError):
        Vault.open(data, KEY)


@pytest.mark.parametrize("form", ["bytes", "hex"])
def test_the_key_comes_through_a_file_descriptor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str) -> None:
    """Read once; the variable is taken away; a new version is seen without restart."""
    inject(monkeypatch, KEY if form == "bytes" else KEY.hex().encode() + b"\n")
    vault = LocalVault(LocalVaultSettings(file=str(tmp_path / "vault"), key="fd"))
    vault.save(vault.create().put("shop", "old", NOW))
    resolver = LocalVaultResolver(vault)

    first = resolver.resolve(CredentialRequest("p", "shop"))
    vault.save(vault.load().put("shop", "new", NOW))
    second = resolver.resolve(CredentialRequest("shop", ""))

    assert [("old", "local v1"), ("new", "local v2")] == [(c.password.reveal(), c.version) for c in (first, second)]
    assert "PCISHIELD_VAULT_KEY_FD" not in os.environ
    assert 0o600 == (tmp_path / "vault").stat().st_mode & 0o777


@pytest.mark.parametrize(
    ("given", "reason"), [(None, "names no readable file descriptor"), (b"short", "is no key"), (b"", "is no key")]
)
def test_no_key_no_vault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: bytes | None, reason: str) -> None:
    """The reason says what is missing."""
    (tmp_path / "vault").write_bytes(filled())
    (tmp_path / "vault").chmod(0o600)
    if given is not None:
        inject(monkeypatch, given)

    with pytest.raises(CredentialError, match=reason):
        LocalVault(LocalVaultSettings(file=str(tmp_path / "vault"), key="fd")).load()


def test_a_passphrase_opens_the_vault(tmp_path: Path) -> None:
    """Typed twice to make it; a wrong one is refused, and can be typed again."""
    typed = iter(["correct horse", "correct horse", "wrong", "correct horse"])
    vault = LocalVault(
        LocalVaultSettings(file=str(tmp_path / "vault"), key="passphrase"), ask=lambda prompt: next(typed)
    )
    vault.save(vault.create().put("shop", "pw", NOW))

    with pytest.raises(CredentialError, match="key is wrong"):
        vault.load()
    assert "pw" == vault.load().get("shop")[0]
    assert "pw" == vault.load().get("shop")[0]  # not asked again


def test_the_keyring_keeps_the_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Under the vault's own entry; without it the vault stays shut."""
    keyring = pytest.importorskip("keyring", reason="keyring is an optional dependency")
    kept: dict[tuple[str, str], str] = {}
    monkeypatch.setattr(keyring, "set_password", lambda service, name, value: kept.update({(service, name): value}))
    monkeypatch.setattr(keyring, "get_password", lambda service, name: kept.get((service, name)))
    vault = LocalVault(LocalVaultSettings(file=str(tmp_path / "vault")))
    vault.save(vault.create().put("shop", "pw", NOW))

    assert "pw" == vault.load().get("shop")[0]
    assert [("pcishield", 64)] == [(service, len(value)) for (service, _), value in kept.items()]
    kept.clear()
    with pytest.raises(CredentialError, match="the keyring has no entry"):
        vault.load()


def test_kms_wraps_the_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file holds the key encrypted; KMS decrypts it for this purpose only."""
    moto = pytest.importorskip("moto", reason="moto is an optional dependency")
    import boto3

    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with moto.mock_aws():
        key = boto3.client("kms", "eu-west-1").create_key()["KeyMetadata"]["Arn"]
        settings = LocalVaultSettings(file=str(tmp_path / "vault"), key="kms", kms_key=key)
        vault = LocalVault(settings, AwsSettings(region="eu-west-1"))
        vault.save(vault.create().put("shop", "pw", NOW))

        assert "pw" == vault.load().get("shop")[0]
        assert "wrapped" in json.loads((tmp_path / "vault").read_bytes())["kdf"]


def test_a_file_that_others_can_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody else may have put it there."""
    inject(monkeypatch, KEY)
    (tmp_path / "vault").write_bytes(filled())
    (tmp_path / "vault").chmod(0o644)

    with pytest.raises(CredentialError, match="open to others"):
        LocalVault(LocalVaultSettings(file=str(tmp_path / "vault"), key="fd")).load()
