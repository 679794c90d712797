"""The approver's sign-in on this machine: the key that signs, and the ID token that names it; one file, mode 0600."""

from __future__ import annotations

import json
import os
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from pcishield.exceptions import ConfigurationError
from pcishield.runtime.private_file import read_private, write_private

__all__ = ["ApproverLogin", "forget", "load", "save"]


@dataclass(frozen=True, slots=True)
class ApproverLogin:
    """Attributes: the key, the ID token that is bound to it, and whom it names."""

    key: Ed25519PrivateKey = field(repr=False)
    token: str = field(repr=False)
    user: str


def _path() -> Path:
    state = os.environ.get("XDG_STATE_HOME")
    return Path(state or "~/.local/state").expanduser() / "pcishield" / "approver.json"


def load(issuer: str, client: str) -> ApproverLogin | None:
    """Return the sign-in at that issuer, ``None`` when there is none.

    Raises:
        ConfigurationError: The file is open to others, or damaged.
    """
    data = read_private(_path())
    if data is None:
        return None
    try:
        kept = json.loads(data)
        if (kept["issuer"], kept["client"]) != (issuer, client):
            return None
        key = Ed25519PrivateKey.from_private_bytes(b64decode(kept["key"], validate=True))
        return ApproverLogin(key, str(kept["token"]), str(kept["user"]))
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError):
        raise ConfigurationError(f"{_path()}: is damaged; run: pcishield approvals login") from None


def save(issuer: str, client: str, login: ApproverLogin) -> None:
    """Keep a sign-in; it takes the place of the one before."""
    kept = {
        "issuer": issuer, "client": client, "token": login.token, "user": login.user,
        "key": b64encode(login.key.private_bytes_raw()).decode("ascii"),
    }  # fmt: skip
    write_private(_path(), json.dumps(kept).encode())


def forget() -> bool:
    """Remove it. Returns whether there was one."""
    try:
        _path().unlink()
    except FileNotFoundError:
        return False
    return True
