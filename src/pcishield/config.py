"""The settings of ``pcishield.toml``: strict models, read from a file, a mapping and the environment.

Importing this reads nothing; :func:`load_settings` does. What is wrong is reported at once and all of it, with
file and line, before anything is opened.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from pcishield.core.positions import Positions
from pcishield.exceptions import ConfigurationError
from pcishield.policy.vocabulary import format_problem

__all__ = [
    "ApprovalSettings",
    "AuditSettings",
    "IdentitySettings",
    "MaskingSettings",
    "Settings",
    "SqliteSettings",
    "load_settings",
]

CONFIG_VARIABLE = "PCISHIELD_CONFIG"
AUDIT_VARIABLE = "PCISHIELD_AUDIT_DIR"


Seconds = Annotated[float, Field(gt=0, le=31_536_000, strict=False)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)


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
    clock_tolerance: Annotated[float, Field(ge=0, le=3600, strict=False)] = 1.0
    on_clock_step: Literal["record", "refuse"] = "record"
    key_directory: str | None = Field(default=None, min_length=1)

    def directory(self) -> Path:
        """Return the audit directory: as set, else ``$XDG_STATE_HOME/pcishield/audit``. Not created here."""
        if self.dir is not None:
            return Path(self.dir).expanduser()
        state = os.environ.get("XDG_STATE_HOME")
        return Path(state or "~/.local/state").expanduser() / "pcishield" / "audit"


class IdentitySettings(_Strict):
    """How well the principal must be known before a connection is opened."""

    required: Literal["os", "explicit", "attested"] = "os"


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
    on_pending: Literal["wait", "raise"] = "wait"


class SqliteSettings(_Strict):
    """Settings of the sqlite3 guard."""

    strict: bool = False


class Settings(_Strict):
    """Everything that ``pcishield.toml`` may say.

    Attributes:
        policy: Name of a shipped pack, path of a policy file, or the policy itself as a table.
        environment: What policy conditions see as ``environments``.
    """

    policy: str | dict[str, Any] = "pci"
    environment: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")] = "production"
    audit: AuditSettings = AuditSettings()
    identity: IdentitySettings = IdentitySettings()
    masking: MaskingSettings = MaskingSettings()
    approval: ApprovalSettings = ApprovalSettings()
    sqlite: SqliteSettings = SqliteSettings()


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
        return Settings.model_validate(data)
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


def _anchored(data: dict[str, Any], directory: Path) -> dict[str, Any]:
    """Return the data with relative paths made relative to the file they are in."""

    def anchor(value: str) -> str:
        return str(directory / Path(value).expanduser())

    if isinstance(policy := data.get("policy"), str) and policy.endswith(".toml"):
        data["policy"] = anchor(policy)
    if isinstance(audit := data.get("audit"), dict):
        for key in ("dir", "key_directory"):
            if isinstance(audit.get(key), str) and audit[key]:
                audit[key] = anchor(audit[key])
    return data


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
