"""``pcishield credentials``: the encrypted vault of this machine."""

from __future__ import annotations

import getpass
import json
import os
import re
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from pcishield.config import Settings, load_settings
from pcishield.credentials.vault import Vault
from pcishield.exceptions import ConfigurationError
from pcishield.runtime.log import FileAuditLog
from pcishield.secrets.local_vault import LocalVault, terminal

__all__ = ["app"]

app = typer.Typer(
    help="Keep database passwords in an encrypted vault; profiles name them as local:NAME.", no_args_is_help=True
)

ConfigOption = Annotated[
    Path | None, typer.Option("--config", "-c", help="pcishield.toml; default: $PCISHIELD_CONFIG.", dir_okay=False)
]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object a line on standard output.")]
NameArgument = Annotated[str, typer.Argument(help="Name of the entry.")]

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,127}")
_MAX_PASSWORD = 4096


@app.command()
def add(name: NameArgument, config: ConfigOption = None) -> None:
    """Add a password: typed twice at a terminal, else one line of standard input. Makes the vault if need be."""
    settings = load_settings(config)
    vault = _vault(settings)
    content = vault.load_or_create()
    if _named(name) in content.entries:
        raise ConfigurationError(f"{name} is there already; use: pcishield credentials rotate {name}")
    _changed(settings, vault, "add", name, lambda: content.put(name, _password(name), _now()))


@app.command()
def rotate(name: NameArgument, config: ConfigOption = None) -> None:
    """Replace a password, given as for add. The next connection uses it; no process has to start anew."""
    settings = load_settings(config)
    vault = _vault(settings)
    content = vault.load()
    if _named(name) not in content.entries:
        raise ConfigurationError(f"there is no {name}; use: pcishield credentials add {name}")
    _changed(settings, vault, "rotate", name, lambda: content.put(name, _password(name), _now()))


@app.command()
def remove(name: NameArgument, config: ConfigOption = None) -> None:
    """Remove a password from the vault. Copies of the file still have it: change it at the database."""
    settings = load_settings(config)
    vault = _vault(settings)
    content = vault.load()
    if _named(name) not in content.entries:
        raise ConfigurationError(f"there is no {name}")
    _changed(settings, vault, "remove", name, lambda: content.remove(name))


@app.command("list")
def list_(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """List the names, versions and dates of the entries; never a password."""
    for name, entry in sorted(_vault(load_settings(config)).load().entries.items()):
        line = {"name": name, "version": entry.version, "updated": entry.updated}
        typer.echo(json.dumps(line) if as_json else f"{name:32} v{entry.version:<4} {entry.updated}")


@app.command()
def rekey(
    config: ConfigOption = None,
    key: Annotated[
        str | None, typer.Option("--key", help="Kind of the new key: keyring, fd, passphrase, kms; default: as before.")
    ] = None,
    fd_variable: Annotated[
        str, typer.Option("--fd-variable", help="Variable that names the new key's file descriptor.")
    ] = "PCISHIELD_VAULT_NEW_KEY_FD",
) -> None:
    """Encrypt everything anew under a new key. Then set credentials.local.key to its kind, and destroy the old key."""
    settings = load_settings(config)
    vault = _vault(settings)
    content = vault.load()
    kind = key or settings.credentials.local.key
    if kind not in {"keyring", "fd", "passphrase", "kms"}:
        raise ConfigurationError("--key: give keyring, fd, passphrase or kms")
    wanted = settings.credentials.local.model_copy(update={"key": kind, "fd_variable": fd_variable})
    new_key = LocalVault(wanted, settings.credentials.aws, terminal()).new_key
    _changed(settings, vault, "rekey", "vault", lambda: content.rekeyed(*new_key(), _now()))


def _vault(settings: Settings) -> LocalVault:
    return LocalVault(settings.credentials.local, settings.credentials.aws, terminal())


def _named(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ConfigurationError("NAME: use letters, digits, and . _ / - inside")
    return name


def _password(name: str) -> str:
    """Take the new password from terminal or standard input; never from the arguments, which others can see."""
    ask = terminal()
    if ask is not None:
        given = ask(f"Password of {name}: ")
        if ask("Once more: ") != given:
            raise ConfigurationError("the two are not the same; nothing was changed")
    else:
        given = sys.stdin.readline(_MAX_PASSWORD + 2).removesuffix("\n")
    if not given or len(given) > _MAX_PASSWORD:
        raise ConfigurationError(f"standard input: give a password of at most {_MAX_PASSWORD} characters in one line")
    return given


def _changed(settings: Settings, vault: LocalVault, method: str, name: str, change: Callable[[], Vault]) -> None:
    """Change the vault, and record that in the audit log (PCI DSS 10.2.1.5); without a log nothing is changed."""
    log = FileAuditLog.from_settings(settings.audit.directory(), settings.audit)
    fields: dict[str, Any] = {
        **log.system,
        "actor": {"user": getpass.getuser(), "level": "os", "source": "os"},
        "component": "credentials",
        "object": name,
        "method": method,
    }
    try:
        try:
            vault.save(change())
        except BaseException as error:
            log.append(
                "credential.changed",
                fields | {"outcome": "failure", "error": {"class": type(error).__name__}},
                durable=True,
            )
            raise
        log.append("credential.changed", fields, durable=True)
    finally:
        log.close()
    done = {"add": "added", "rotate": "rotated", "remove": "removed", "rekey": "encrypted anew"}[method]
    typer.echo(f"{done}: {name} ({os.fspath(vault.path)})")


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
