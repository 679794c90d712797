"""``vault-kv:MOUNT/PATH#FIELD`` and ``vault-db:MOUNT/ROLE``: HashiCorp Vault or OpenBao (extra ``vault``).

- ``vault-kv`` reads a KV version 2 secret; the field is ``password`` unless named, and ``username`` is the database
  user where the profile names none.
- ``vault-db`` asks the database secrets engine for a user of its own, which lives as long as the connection: its lease
  is renewed meanwhile and revoked at close.

A client and its token live for one request; nothing is kept.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from pcishield.credentials import Credential, CredentialRequest, Lease, Secret
from pcishield.credentials.settings import CredentialsSettings, HashiCorpSettings
from pcishield.exceptions import ConfigurationError, CredentialError
from pcishield.runtime.fetch import secure

__all__ = ["DatabaseResolver", "KvResolver", "db_resolver", "kv_resolver"]

T = TypeVar("T")


class _Server:
    """Asks the server one thing at a time."""

    def __init__(self, settings: HashiCorpSettings, timeout: float) -> None:
        if not secure(settings.address):
            raise ConfigurationError(f"credentials.hashicorp.address: {settings.address}: use https")
        self._settings = settings
        self._timeout = timeout

    def ask(self, question: Callable[[Any], T]) -> T:
        """Return what ``question`` makes of a client.

        Raises:
            CredentialError: The server cannot be reached, or refuses; names the class of what it said.
        """
        try:
            import hvac
        except ImportError:
            raise CredentialError("hvac is not installed: pip install 'pcishield[vault]'") from None
        settings = self._settings
        client = hvac.Client(
            url=settings.address,
            namespace=settings.namespace or None,
            verify=settings.ca or True,
            timeout=self._timeout,
        )
        try:
            if settings.role_id:
                client.auth.approle.login(role_id=settings.role_id, secret_id=_read(settings.secret_id_file))
            else:
                client.token = self._token()
            return question(client)
        except CredentialError:
            raise
        except Exception as error:
            raise CredentialError(f"{settings.address} gave no answer ({type(error).__name__})") from None
        finally:
            client.adapter.close()

    def _token(self) -> str:
        if self._settings.token_file:
            return _read(self._settings.token_file)
        token = os.environ.get(self._settings.token_variable, "")
        if not token:
            raise CredentialError(f"there is no token in ${self._settings.token_variable}")
        return token


class KvResolver:
    """Reads KV version 2 secrets."""

    def __init__(self, server: _Server) -> None:
        self._server = server

    def resolve(self, request: CredentialRequest) -> Credential:
        """Return the current version of the secret.

        Raises:
            CredentialError: There is none, or no such field in it.
        """
        place, _, field = request.reference.partition("#")
        mount, path = _split(place, "vault-kv:MOUNT/PATH#FIELD")
        answer = self._server.ask(
            lambda client: client.secrets.kv.v2.read_secret_version(
                path=path, mount_point=mount, raise_on_deleted_version=True
            )
        )
        values, version = answer["data"]["data"], answer["data"]["metadata"]["version"]
        field = field or "password"
        if not isinstance(values.get(field), str) or not values[field]:
            raise CredentialError(f"{place} has no text field {field}")
        user = values.get("username")
        return Credential(
            Secret(values[field]), "" if request.user or not isinstance(user, str) else user, f"vault-kv v{version}"
        )


class DatabaseResolver:
    """Leases database users."""

    def __init__(self, server: _Server) -> None:
        self._server = server

    def resolve(self, request: CredentialRequest) -> Credential:
        """Return a new database user.

        Raises:
            CredentialError: The engine gives none.
        """
        mount, role = _split(request.reference, "vault-db:MOUNT/ROLE")
        answer = self._server.ask(
            lambda client: client.secrets.database.generate_credentials(name=role, mount_point=mount)
        )
        lease = Lease(
            id=answer["lease_id"],
            seconds=float(answer["lease_duration"]) if answer.get("renewable") else 0.0,
            renew=partial(self._renew, answer["lease_id"], int(answer["lease_duration"])),
            revoke=partial(self._revoke, answer["lease_id"]),
        )
        data = answer["data"]
        return Credential(Secret(data["password"]), data["username"], f"vault-db {lease.id}", lease)

    def _renew(self, lease: str, seconds: int) -> float:
        answer = self._server.ask(lambda client: client.sys.renew_lease(lease_id=lease, increment=seconds))
        return float(answer["lease_duration"])

    def _revoke(self, lease: str) -> None:
        self._server.ask(lambda client: client.sys.revoke_lease(lease_id=lease))


def kv_resolver(settings: CredentialsSettings) -> KvResolver:
    """Make the resolver of ``vault-kv``."""
    return KvResolver(_server(settings))


def db_resolver(settings: CredentialsSettings) -> DatabaseResolver:
    """Make the resolver of ``vault-db``."""
    return DatabaseResolver(_server(settings))


def _server(settings: CredentialsSettings) -> _Server:
    if settings.hashicorp is None:
        raise ConfigurationError("credentials.hashicorp: say where the server is: [credentials.hashicorp] address")
    return _Server(settings.hashicorp, settings.timeout_seconds)


def _split(place: str, form: str) -> tuple[str, str]:
    mount, _, rest = place.partition("/")
    if not mount or not rest:
        raise CredentialError(f"{place or 'the reference'}: write {form}")
    return mount, rest


def _read(path: str) -> str:
    try:
        return Path(path).expanduser().read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise CredentialError(f"{path or 'the file'} cannot be read ({type(error).__name__})") from None
