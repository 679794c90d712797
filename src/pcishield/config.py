"""The settings of ``pcishield.toml``: strict models, read from a file, a mapping and the environment.

Importing this reads nothing; :func:`load_settings` does. What is wrong is reported at once and all of it, with
file and line, before anything is opened.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, Field, PrivateAttr, ValidationError, field_validator, model_validator

from pcishield.core.positions import Positions
from pcishield.core.strict import STRICT
from pcishield.credentials.settings import PROFILE_NAME, CredentialsSettings, ProfileSettings
from pcishield.exceptions import ConfigurationError
from pcishield.identity.settings import IdentitySettings, OidcSettings
from pcishield.policy.vocabulary import format_problem

__all__ = [
    "ApprovalSettings",
    "AuditSettings",
    "BudgetSettings",
    "CatalogSettings",
    "ConnectionSettings",
    "DatabaseSettings",
    "IdentitySettings",
    "MaskingSettings",
    "RecordingSettings",
    "Settings",
    "SqliteSettings",
    "load_settings",
]

CONFIG_VARIABLE = "PCISHIELD_CONFIG"
AUDIT_VARIABLE = "PCISHIELD_AUDIT_DIR"


Seconds = Annotated[float, Field(gt=0, le=31_536_000, strict=False)]


class _Strict(BaseModel):
    model_config = STRICT


class AuditSettings(_Strict):
    """Where the audit log is and when a record counts as written (docs/configuration.md)."""

    dir: str | None = Field(default=None, min_length=1)
    flush: Literal["write", "group", "always"] = "write"
    deployment: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")] | None = None
    segment_bytes: Annotated[int, Field(ge=65_536, le=1 << 40)] = 64 * 1024 * 1024
    segment_seconds: Seconds = 86_400.0
    epoch_seconds: Seconds = 86_400.0
    checkpoint_records: Annotated[int, Field(ge=1)] = 1000
    checkpoint_seconds: Seconds = 5.0
    heartbeat_seconds: Annotated[float, Field(ge=0, le=86_400, strict=False)] = 60.0
    selftest_seconds: Annotated[float, Field(ge=0, le=86_400, strict=False)] = 3600.0
    clock_tolerance: Annotated[float, Field(ge=0, le=3600, strict=False)] = 1.0
    on_clock_step: Literal["record", "refuse"] = "record"
    key_directory: str | None = Field(default=None, min_length=1)
    key: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*:.+$")] | None = None
    sinks: list[dict[str, Any]] = []
    on_sink_failure: Literal["allow", "degrade", "deny"] = "allow"
    max_sink_lag: Seconds = 300.0
    anchors: list[dict[str, Any]] = []
    anchor_seconds: Seconds = 60.0
    close_seconds: Annotated[float, Field(ge=0, le=3600, strict=False)] = 5.0

    def directory(self) -> Path:
        """Return the audit directory: as set, else ``$XDG_STATE_HOME/pcishield/audit``. Not created here."""
        if self.dir is not None:
            return Path(self.dir).expanduser()
        state = os.environ.get("XDG_STATE_HOME")
        return Path(state or "~/.local/state").expanduser() / "pcishield" / "audit"


class MaskingSettings(_Strict):
    """What is card data beyond the shipped rules, and how it is shown."""

    numeric_pan: Literal["text", "null", "error"] = "text"
    kernel: Literal["auto", "python", "native"] = "auto"
    columns: dict[str, str] = {}
    formats: dict[str, str] = {}
    unknown_objects: Literal["scan", "redact"] = "scan"
    strict: bool = False
    decoders: list[Literal["url", "hex", "base64"]] = []

    def arguments(self) -> dict[str, Any]:
        """Return the keyword arguments for :class:`pcishield.masking.Masker`."""
        return self.model_dump()

    @field_validator("formats")
    @classmethod
    def _known(cls, formats: dict[str, str]) -> dict[str, str]:
        for name, form in formats.items():
            if problem := format_problem(name, form):
                raise ValueError(problem)
        return formats


class ApprovalSettings(_Strict):
    """How long an approver may take, and what the caller sees meanwhile."""

    timeout_seconds: Annotated[float, Field(gt=0, le=604_800, strict=False)] = 900.0
    use_within_seconds: Annotated[float, Field(gt=0, le=604_800, strict=False)] = 600.0
    on_pending: Literal["wait", "raise"] = "wait"
    approver: str | None = Field(default=None, min_length=1)
    queue: str | None = Field(default=None, min_length=1, repr=False)
    approvers: str | None = Field(default=None, min_length=1)
    oidc: OidcSettings | None = None
    break_glass: list[str] = []
    key_file: str | None = Field(default=None, min_length=1)
    alert: str | None = Field(default=None, min_length=1, repr=False)

    def key_path(self) -> Path:
        """Return the file with the key that binds approvals; not made here."""
        if self.key_file is not None:
            return Path(self.key_file).expanduser()
        state = os.environ.get("XDG_STATE_HOME")
        return Path(state or "~/.local/state").expanduser() / "pcishield" / "approval.key"


class BudgetSettings(_Strict):
    """Where the budgets of the policy are counted.

    Attributes:
        store: Address of a Redis or PostgreSQL that all processes share; without one each process counts for itself.
    """

    store: str | None = Field(default=None, min_length=1, repr=False)


class CatalogSettings(_Strict):
    """What is known about the tables of the database (docs/configuration.md).

    Attributes:
        mode: ``auto`` reads it through the connection, and goes on without it where that cannot be; ``required``
            refuses then; ``off`` reads nothing.
        file: Snapshot, or snapshots of several databases' dialects, by ``pcishield catalog dump``: used instead.
        ttl_seconds: When changes made past the shield are seen.
    """

    mode: Literal["auto", "required", "off"] = "auto"
    file: str | list[str] = []
    ttl_seconds: Seconds = 60.0

    def files(self) -> list[str]:
        """Return the snapshots' paths."""
        return [self.file] if isinstance(self.file, str) else self.file


class RecordingSettings(_Strict):
    """Where sessions are recorded that the policy wants recorded, and what wraps their keys."""

    dir: str | None = Field(default=None, min_length=1)
    key: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*:.+$")] | None = None

    def directory(self, audit: Path) -> Path:
        """Return the directory: as set, else ``recordings`` beside the audit directory. Not created here."""
        return Path(self.dir).expanduser() if self.dir is not None else audit.with_name("recordings")

    def key_reference(self, audit: Path) -> str:
        """Return the key provider's reference: as set, else a file beside the recordings."""
        return self.key or f"file:{self.directory(audit).with_name('recordings-keys') / 'keys.json'}"


class SqliteSettings(_Strict):
    """Settings of the sqlite3 guard."""

    strict: bool = False


class ConnectionSettings(_Strict):
    """What holds for connections of every driver."""

    remote_plaintext: Literal["record", "refuse"] = "refuse"


class DatabaseSettings(_Strict):
    """The database as a second net behind the policy (docs/configuration.md).

    Attributes:
        read_only: ``policy`` opens sessions that only read when the policy lets nobody do more.
        authorizer: ``policy`` lets SQLite itself refuse what the policy lets nobody do (sqlite3 only).
        statement_timeout_ms: How long a statement may run; unset leaves the database's own limit.
        clock: Whether a new connection is asked the database's time, to record how far its clock is from ours.
    """

    read_only: Literal["off", "policy"] = "off"
    authorizer: Literal["off", "policy"] = "off"
    statement_timeout_ms: Annotated[int, Field(ge=1, le=86_400_000)] | None = None
    clock: bool = True


class Settings(_Strict):
    """Everything that ``pcishield.toml`` may say.

    Attributes:
        policy: Name of a shipped pack, path of a policy file, or the policy itself as a table.
        policy_refresh_seconds: How often the policy's file is looked at for changes; 0 for never.
        environment: What policy conditions see as ``environments``.
        policy_file: The settings' own file, when it has the last word on ``policy``. No setting.
    """

    _policy_file: Path | None = PrivateAttr(default=None)

    policy: str | dict[str, Any] = "pci"
    policy_refresh_seconds: Annotated[float, Field(ge=0, le=86_400, strict=False)] = 5.0
    environment: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")] = "production"
    audit: AuditSettings = AuditSettings()
    identity: IdentitySettings = IdentitySettings()
    masking: MaskingSettings = MaskingSettings()
    approval: ApprovalSettings = ApprovalSettings()
    recording: RecordingSettings = RecordingSettings()
    sqlite: SqliteSettings = SqliteSettings()
    catalog: CatalogSettings = CatalogSettings()
    budgets: BudgetSettings = BudgetSettings()
    profiles: dict[Annotated[str, Field(pattern=PROFILE_NAME)], ProfileSettings] = {}
    connection: ConnectionSettings = ConnectionSettings()
    database: DatabaseSettings = DatabaseSettings()
    credentials: CredentialsSettings = CredentialsSettings()

    @property
    def policy_file(self) -> Path | None:
        """The file to follow for another ``policy``."""
        return self._policy_file

    @model_validator(mode="after")
    def _own_client(self) -> Self:
        login, approvers = self.identity.oidc, self.approval.oidc
        if login is not None and approvers is not None and login.issuer == approvers.issuer:
            if common := sorted(set(login.audiences()) & set(approvers.audiences())):
                raise ValueError(
                    f"approval.oidc.audience: {', '.join(common)} is that of identity.oidc too, so an approver's token "
                    "would be a login of the application; register a client of its own for approvers"
                )
        return self

    @field_validator("profiles")
    @classmethod
    def _told_apart(cls, profiles: dict[str, ProfileSettings]) -> dict[str, ProfileSettings]:
        if drivers := sorted({"mysql.connector", "psycopg", "sqlite3"} & profiles.keys()):
            raise ValueError(f"{', '.join(drivers)} is the name of a driver; call the profile something else")
        return profiles


def load_settings(
    path_or_mapping: str | os.PathLike[str] | Mapping[str, Any] | None = None, /, **overrides: Any
) -> Settings:
    """Read the settings.

    Later wins: built-in, file or mapping, ``$PCISHIELD_AUDIT_DIR`` (``audit.dir``), ``overrides``. Relative paths in
    a file are relative to the file.

    Args:
        path_or_mapping: A TOML file or a mapping of the same shape; default the file that ``$PCISHIELD_CONFIG``
            names, else nothing.
        **overrides: Settings by section; a mapping is merged into its section.

    Raises:
        ConfigurationError: Lists every problem, with file and line where there is a file.
    """
    label, positions, data = _source(path_or_mapping)
    if directory := os.environ.get(AUDIT_VARIABLE):
        data = _merged(data, {"audit": {"dir": directory}})
    data = _merged(data, overrides)
    try:
        settings = Settings.model_validate(data)
        if positions is not None and "policy" not in overrides:
            settings._policy_file = Path(label)
        return settings
    except ValidationError as error:
        found = list(dict.fromkeys(_described(label, positions, item) for item in error.errors()))
    count = "1 problem" if len(found) == 1 else f"{len(found)} problems"
    raise ConfigurationError(f"{label}: {count}:\n  " + "\n  ".join(found), found)


def _source(
    given: str | os.PathLike[str] | Mapping[str, Any] | None,
) -> tuple[str, Positions | None, dict[str, Any]]:
    if isinstance(given, Mapping):
        return "settings", None, dict(given)
    named = given is not None
    path = given if given is not None else os.environ.get(CONFIG_VARIABLE)
    if not path:
        return "settings", None, {}
    file = Path(path).expanduser()
    try:
        text = file.read_text("utf-8")
        data = tomllib.loads(text)
    except OSError as error:
        origin = "" if named else f" (named by ${CONFIG_VARIABLE})"
        raise ConfigurationError(
            f"cannot read {file}{origin}: {error.strerror or type(error).__name__}. Check the path and its permissions."
        ) from error
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{file} is not UTF-8 text (byte {error.start})") from None
    except tomllib.TOMLDecodeError as error:
        problem = f"{file}: not valid TOML: {error}"
        raise ConfigurationError(problem, [problem]) from None
    return str(file), Positions(text), _anchored(data, file.parent)


_PATHS = (
    ("approval", "approvers"),
    ("approval", "key_file"),
    ("audit", "dir"),
    ("audit", "key_directory"),
    ("credentials", "local", "file"),
    ("recording", "dir"),
    ("credentials", "hashicorp", "token_file"),
    ("credentials", "hashicorp", "secret_id_file"),
    ("credentials", "hashicorp", "ca"),
    ("identity", "oidc", "token_file"),
    ("identity", "spiffe", "bundle"),
    ("identity", "spiffe", "svid_file"),
)
"""Settings that are paths, beside ``policy``."""


def _anchored(data: dict[str, Any], directory: Path) -> dict[str, Any]:
    """Return the data with relative paths made relative to the file they are in."""

    def anchor(value: str) -> str:
        return str(directory / Path(value).expanduser())

    if isinstance(policy := data.get("policy"), str) and policy.endswith(".toml"):
        data["policy"] = anchor(policy)
    places = [(*path, key) for *path, key in _PATHS]
    if isinstance(profiles := data.get("profiles"), dict):
        places += [("profiles", name, "tls_ca") for name in profiles]
    for *path, key in places:
        table: Any = data
        for name in path:
            table = table.get(name) if isinstance(table, dict) else None
        if isinstance(table, dict) and isinstance(table.get(key), str) and table[key] and "://" not in table[key]:
            table[key] = anchor(table[key])
    if isinstance(audit := data.get("audit"), dict):
        for table in [*_tables(audit.get("sinks")), *_tables(audit.get("anchors"))]:
            for key in table.keys() & _OUTLET_PATHS:
                if isinstance(table[key], str):
                    table[key] = anchor(table[key])
    if isinstance(approval := data.get("approval"), dict):
        queue = approval.get("queue")
        if isinstance(queue, str) and queue.startswith("sqlite:///") and queue != "sqlite:///":
            approval["queue"] = "sqlite:///" + anchor(queue.removeprefix("sqlite:///"))
    if isinstance(catalog := data.get("catalog"), dict):
        files = catalog.get("file")
        if isinstance(files, str):
            catalog["file"] = anchor(files)
        elif isinstance(files, list):
            catalog["file"] = [anchor(file) if isinstance(file, str) else file for file in files]
    return data


_OUTLET_PATHS = frozenset({"ca_file", "cert_file", "key_file", "path"})
"""Options of sinks and anchors that are paths."""


def _tables(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _merged(data: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    result = dict(data)
    for key, value in over.items():
        below = result.get(key)
        if key != "policy" and isinstance(below, Mapping) and isinstance(value, Mapping):
            value = _merged(below, value)
        result[key] = os.fspath(value) if isinstance(value, os.PathLike) else value
    return result


def _described(label: str, positions: Positions | None, item: Any) -> str:
    path = tuple(item["loc"])
    if path[:1] == ("policy",):
        # pydantic names the alternatives it tried; the person wrote one key.
        path, message = ("policy",), "give a pack name, a path ending in .toml, or a table"
    elif item["type"] == "extra_forbidden":
        message = "unknown key; check its spelling and the section it is in"
    else:
        message = str(item["msg"]).removeprefix("Value error, ")
    where = label if positions is None else f"{label}:{positions.line(path)}"
    return f"{where}: {'.'.join(map(str, path))}: {message}"
