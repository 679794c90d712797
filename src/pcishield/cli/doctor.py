"""``pcishield doctor``: whether this installation guards what the application uses, and what is missing.

Exit status: 0 in order; 1 something is not (each line marked ``!``); 2 the configuration is wrong.
"""

from __future__ import annotations

import getpass
import json
import os
import platform
import sys
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import typer

from pcishield._version import __version__
from pcishield.cli._doctor_drivers import DriverReport, drivers
from pcishield.config import Settings, load_settings
from pcishield.identity import current_principal, os_principal, reached
from pcishield.masking import Masker
from pcishield.masking._select import native_problem
from pcishield.policy import Policy

__all__ = ["doctor"]

_NAMES_SHOWN = 6


@dataclass(slots=True)
class _Check:
    """One line: ``ok``, ``note`` (worth knowing) or ``problem``."""

    area: str
    state: str
    text: str
    details: dict[str, Any] = field(default_factory=dict)


def doctor(
    config: Annotated[
        Path | None, typer.Option(help="A pcishield.toml; default $PCISHIELD_CONFIG, else the built-in settings.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Say which drivers are installed and guarded, what is blocked, which scanner runs, and where records go.

    Opens no database and writes nothing. Exit status 1 when something is not in order.
    """
    settings = load_settings(config)
    found = drivers()
    checks = [
        _scanner(settings),
        _parser(),
        _configuration(config),
        *_policy(settings),
        _audit(settings),
        _approvals(settings),
        _identity(settings),
        *map(_driver, found),
    ]
    failed = any(check.state == "problem" for check in checks)
    if as_json:
        document = {
            "pcishield": __version__,
            "python": platform.python_version(),
            "in_order": not failed,
            "checks": [
                {"area": c.area, "state": c.state, "text": c.text} | ({"details": c.details} if c.details else {})
                for c in checks
            ],
            "drivers": [report.fields() for report in found],
        }
        typer.echo(json.dumps(document, indent=2, sort_keys=True))
    else:
        typer.echo(f"pcishield {__version__} on Python {platform.python_version()}, {platform.system()}")
        for check in checks:
            mark = {"ok": "ok", "note": "--", "problem": "! "}[check.state]
            typer.echo(f"  {mark}  {check.area:<11} {check.text}")
        typer.echo("something is not in order" if failed else "in order")
    raise typer.Exit(int(failed))


def _scanner(settings: Settings) -> _Check:
    masker = Masker(**settings.masking.arguments())
    if masker.kernel == "native":
        return _Check("scanner", "ok", f"compiled kernel, IIN table {masker.version}")
    why = native_problem()
    if why is None:
        forced = "PCISHIELD_KERNEL" if os.environ.get("PCISHIELD_KERNEL") else "masking.kernel or masking.decoders"
        why = f"asked for by {forced}"
    return _Check("scanner", "note", f"reference in Python, the same answers but slower: {why}")


def _parser() -> _Check:
    import sqlglot.parser

    compiled = not str(sqlglot.parser.__file__).endswith(".py")
    text = f"sqlglot {version('sqlglot')}, {'compiled' if compiled else 'pure Python'}"
    if compiled:
        return _Check("parser", "ok", text)
    return _Check("parser", "note", f"{text}: a new statement text takes longer; pip install 'pcishield[fast]'")


def _configuration(config: Path | None) -> _Check:
    path = str(config) if config is not None else os.environ.get("PCISHIELD_CONFIG", "")
    return _Check("settings", "ok", path or "built in (PCISHIELD_CONFIG is not set)")


def _policy(settings: Settings) -> list[_Check]:
    given = settings.policy
    if isinstance(given, dict):
        policy = Policy.from_mapping(given)
    elif given.endswith(".toml") or os.sep in given:
        policy = Policy.load(given)
    else:
        policy = Policy.pack(given)
    mode = getattr(policy, "mode", "enforce")
    checks = [_Check("policy", "ok" if mode == "enforce" else "note", f"{policy.label}, mode {mode}")]
    if weakened := list(getattr(policy, "weakened", ())):
        checks.append(_Check("policy", "note", f"weaker than its pack: {', '.join(map(str, weakened))}"))
    return checks


def _audit(settings: Settings) -> _Check:
    directory = settings.audit.directory()
    there = next(path for path in (directory, *directory.parents) if path.exists())
    details = {"directory": str(directory), "exists": directory.exists(), "flush": settings.audit.flush}
    text = f"{directory}, flush {settings.audit.flush}"
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        return _Check("audit", "problem", f"{text}: {there} cannot be written; no statement will run", details)
    made = "" if directory.exists() else ", made at the first connection"
    return _Check("audit", "ok", f"{text}{made}", details)


def _approvals(settings: Settings) -> _Check:
    approval = settings.approval
    if approval.queue is not None:
        return _Check("approver", "ok", "the approval queue of the settings")
    return _Check(
        "approver", "note",
        "none in the settings: what needs approval is denied, unless the application gives an approver",
    )  # fmt: skip


def _identity(settings: Settings) -> _Check:
    required = settings.identity.required
    principal = current_principal() or os_principal(getpass.getuser(), Path(sys.argv[0] or "python").name)
    text = f"this process is {principal.user} at level {principal.level}; {required} is required"
    if reached(principal, required):
        return _Check("identity", "ok", text)
    # No problem of the installation: the application says who it is inside acting_as().
    return _Check("identity", "note", f"{text}: connect inside pcishield.acting_as(), or with an identity provider")


def _driver(report: DriverReport) -> _Check:
    name = f"{report.driver} {report.version}".strip()
    if report.status == "absent":
        return _Check("driver", "note", f"{name}: not installed")
    if report.status == "broken":
        return _Check("driver", "problem", f"{name}: cannot be guarded here ({report.problem})")
    if report.status == "too old":
        return _Check("driver", "problem", f"{name}: older than {report.oldest}, the oldest that is supported")
    text = f"{name}: guarded by {report.how}, {len(report.blocked)} names blocked"
    if report.status == "partly":
        shown = ", ".join(report.unknown[:_NAMES_SHOWN]) + (", ..." if len(report.unknown) > _NAMES_SHOWN else "")
        return _Check(
            "driver", "problem", f"{text}; this version has names that pcishield does not know, blocked: {shown}"
        )
    return _Check("driver", "ok", text)
