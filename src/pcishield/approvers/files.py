"""Files of approvals: the registry of approvers, approvers' private keys, and the key that binds approvals.

The registry is TOML, kept where the enforcing process can read it and no agent can write it::

    break_glass = ["oncall"]        # groups that may break the glass

    [[approvers]]
    name = "zoe"
    key = "ed25519:..."             # public; printed by `pcishield approvals keygen`
    groups = ["dba"]
"""

from __future__ import annotations

import os
import secrets
import stat
import tomllib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Annotated

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pcishield.approval.registry import Registered, Registry, key_text, parse_key
from pcishield.core.decision import Principal
from pcishield.exceptions import ConfigurationError

__all__ = ["add_approver", "binding_key", "create_key", "load_key", "load_registry"]

Name = Annotated[str, Field(pattern=r"^[^\s\x00-\x1f\"\\][^\x00-\x1f\"\\]{0,127}$")]


class _Approver(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    name: Name
    key: str
    groups: list[Name] = []


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    break_glass: list[Name] = []
    approvers: Annotated[list[_Approver], Field(min_length=1)]


def load_registry(
    path: str | os.PathLike[str], attest: Callable[[str, bytes, float], Principal] | None = None
) -> Registry:
    """Read the registry of approvers.

    Args:
        path: The file.
        attest: Verifies approvers who sign in; see :class:`~pcishield.approval.registry.Registry`.

    Raises:
        ConfigurationError: It cannot be read, others may write it, or something in it is wrong.
    """
    file = Path(path)
    try:
        text = file.read_text("utf-8")
        mode = stat.S_IMODE(file.stat().st_mode)
        content = _File.model_validate(tomllib.loads(text))
        approvers = tuple(Registered(one.name, parse_key(one.key), frozenset(one.groups)) for one in content.approvers)
        registry = Registry(approvers, frozenset(content.break_glass), attest)
    except OSError as error:
        raise ConfigurationError(f"approval.approvers: cannot read {file} ({error.strerror})") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise ConfigurationError(f"approval.approvers: {file}: {where}: {first['msg']}") from None
    except ValueError as error:
        raise ConfigurationError(f"approval.approvers: {file}: {error}") from None
    if mode & 0o022:
        raise ConfigurationError(
            f"approval.approvers: {file} can be written by others (mode {mode:04o}); make it 0644 or less"
        )
    return registry


def add_approver(path: str | os.PathLike[str], name: str, key: bytes, groups: list[str]) -> None:
    """Add an approver to the registry, which is made when missing.

    Raises:
        ConfigurationError: The name or the key is registered already, or the file is wrong.
    """
    file = Path(path)
    before = file.read_text("utf-8") if file.exists() else ""
    quoted = ", ".join(f'"{group}"' for group in groups)
    entry = f'\n[[approvers]]\nname = "{name}"\nkey = "{key_text(key)}"\ngroups = [{quoted}]\n'
    trial = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(trial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
        with os.fdopen(descriptor, "w", encoding="utf-8") as out:
            out.write((before + entry).lstrip("\n"))
        load_registry(trial)
        os.replace(trial, file)
    except OSError as error:
        raise ConfigurationError(f"approval.approvers: cannot write {file} ({error.strerror})") from None
    finally:
        with suppress(OSError):
            trial.unlink()


def create_key(path: str | os.PathLike[str], passphrase: bytes | None = None) -> bytes:
    """Make an approver's private key in a new file, mode 0600; return the raw public key.

    Args:
        path: The file, PEM (PKCS #8).
        passphrase: Encrypts it.

    Raises:
        ConfigurationError: The file is there already, or cannot be written.
    """
    key = Ed25519PrivateKey.generate()
    encryption = BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
    _new_file(Path(path), key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption))
    return key.public_key().public_bytes_raw()


def load_key(path: str | os.PathLike[str], passphrase: bytes | None = None) -> Ed25519PrivateKey:
    """Read an approver's private key.

    Raises:
        ConfigurationError: It cannot be read, is open to others, is no Ed25519 key, or the passphrase is wrong.
    """
    data = _private(Path(path))
    try:
        key = load_pem_private_key(data, passphrase)
    except (TypeError, ValueError) as error:
        why = "needs a passphrase" if isinstance(error, TypeError) and passphrase is None else "holds no key to be read"
        raise ConfigurationError(f"key file {path}: {why}") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise ConfigurationError(f"key file {path}: holds no Ed25519 key; pcishield approvals keygen makes one")
    return key


def binding_key(path: Path) -> bytes:
    """Return the key that binds approvals to parameters, 32 bytes; made when missing, mode 0600.

    Raises:
        ConfigurationError: It cannot be read or made, is open to others, or is damaged.
    """
    if not path.exists():
        with suppress(ConfigurationError):
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _new_file(path, secrets.token_hex(32).encode("ascii"))
    try:
        key = bytes.fromhex(_private(path).decode("ascii"))
    except ValueError:
        key = b""
    if len(key) != 32:
        raise ConfigurationError(f"approval.key_file: {path} holds no key of 64 hex digits; remove it to have one made")
    return key


def _private(path: Path) -> bytes:
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        data = path.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"key file {path}: cannot be read ({error.strerror})") from None
    if mode & 0o077:
        raise ConfigurationError(f"key file {path}: is open to others (mode {mode:04o}); make it 0600")
    return data


def _new_file(path: Path, content: bytes) -> None:
    """Write a private file, whole or not at all, and never over another."""
    trial = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(trial, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        os.link(trial, path)
    except OSError as error:
        raise ConfigurationError(f"key file {path}: cannot be made ({error.strerror})") from None
    finally:
        with suppress(OSError):
            trial.unlink()
