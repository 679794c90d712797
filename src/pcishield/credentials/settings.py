"""The sections ``[profiles.<name>]`` and ``[credentials]`` of ``pcishield.toml`` (docs/credentials.md)."""

from __future__ import annotations

import ipaddress
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, Field, model_validator

from pcishield.core.strict import STRICT

__all__ = [
    "PROFILE_NAME", "AwsSettings", "CredentialsSettings", "HashiCorpSettings", "LocalVaultSettings", "ProfileSettings",
    "is_remote",
]  # fmt: skip

PROFILE_NAME = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
"""What may be the name of a profile; no connection string looks like that."""

_FILES = frozenset({"adbc_driver_sqlite.dbapi", "duckdb", "sqlite3"})
"""Drivers whose databases are files."""

Timeout = Annotated[float, Field(gt=0, le=120, strict=False)]


class _Strict(BaseModel):
    model_config = STRICT


def is_remote(host: str) -> bool:
    """Whether ``host`` is another machine: not empty, no socket's directory, not ``localhost``, no loopback address."""
    if not host or host.startswith(("/", "@")) or host.lower() == "localhost":
        return False
    try:
        return not ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return True


class ProfileSettings(_Strict):
    """One database as the application names it: where it is, and where its credential comes from.

    Attributes:
        driver: The driver's module.
        secret: ``<resolver>:<reference>``, e.g. ``local:payments-ro``; empty where the server asks for no password.
        tls: Default ``verify-full`` for another machine. ``off`` is plaintext: recorded as a weakened connection.
        options: Further arguments of the driver's ``connect``; none that says where to, as whom, or how safely.
    """

    driver: Literal[
        "MySQLdb", "adbc_driver_postgresql.dbapi", "adbc_driver_sqlite.dbapi", "duckdb", "mysql.connector", "oracledb",
        "psycopg", "psycopg2", "pymysql", "pyodbc", "sqlite3",
    ]  # fmt: skip
    dbname: Annotated[str, Field(min_length=1)]
    host: str = ""
    port: Annotated[int, Field(ge=0, le=65_535)] = 0
    user: str = ""
    secret: Annotated[str, Field(pattern=r"^$|^[a-z][a-z0-9-]*:.*$")] = ""
    tls: Literal["", "verify-full", "verify-ca", "require", "off"] = ""
    tls_ca: str = ""
    options: dict[str, str | int | float | bool] = {}

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.driver in _FILES and (self.host or self.user or self.secret or self.tls):
            raise ValueError(f"{self.driver} is a file: it takes no host, user, secret or tls")
        if self.secret.startswith("aws-rds:") and self.tls == "off":
            raise ValueError("an RDS token is a password in clear text to the server: it needs TLS")
        return self

    @property
    def remote(self) -> bool:
        """Whether the server is on another machine."""
        return is_remote(self.host)

    @property
    def tls_mode(self) -> str:
        """How the connection is secured; empty for a local one that leaves it to the server."""
        return self.tls or ("verify-full" if self.remote else "")


class LocalVaultSettings(_Strict):
    """The encrypted file, and where its key is (``pcishield credentials``)."""

    file: str = ""
    key: Literal["keyring", "fd", "passphrase", "kms"] = "keyring"
    fd_variable: Annotated[str, Field(min_length=1)] = "PCISHIELD_VAULT_KEY_FD"
    keyring_service: Annotated[str, Field(min_length=1)] = "pcishield"
    kms_key: str = ""


class HashiCorpSettings(_Strict):
    """A HashiCorp Vault or OpenBao server. The token is read anew for each request."""

    address: Annotated[str, Field(min_length=1)]
    namespace: str = ""
    token_variable: str = "VAULT_TOKEN"
    token_file: str = ""
    role_id: str = ""
    secret_id_file: str = ""
    ca: str = ""


class AwsSettings(_Strict):
    """Amazon Web Services; credentials of the machine or the environment, as boto3 finds them."""

    region: str = ""
    endpoint: str = ""


class CredentialsSettings(_Strict):
    """Where credentials come from.

    ``options`` holds, by resolver name, the settings of those that come by the entry-point group
    ``pcishield.credentials``.
    """

    timeout_seconds: Timeout = 10.0
    local: LocalVaultSettings = LocalVaultSettings()
    hashicorp: HashiCorpSettings | None = None
    aws: AwsSettings = AwsSettings()
    options: dict[str, dict[str, Any]] = {}
