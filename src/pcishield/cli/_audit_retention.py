"""``pcishield audit retention``, ``archive``, ``purge``, ``hold`` and ``release``: how long the log is kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from pcishield.audit.retention import ARCHIVE, KEEP_DAYS, ONLINE_DAYS
from pcishield.exceptions import ConfigurationError
from pcishield.runtime.log import FileAuditLog
from pcishield.runtime.retention import Old, Retention

__all__ = ["archive", "hold", "purge", "release", "retention"]

Directory = Annotated[
    Path | None,
    typer.Argument(metavar="[DIR]", help="The audit directory; default: the configured one.", show_default=False),
]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


def _root(directory: Path | None) -> Path:
    from pcishield.cli.audit import audit_directory

    root = audit_directory(directory)
    if not (root / "MANIFEST.json").is_file():
        raise ConfigurationError(f"{root} is no audit directory: MANIFEST.json is missing")
    return root


def _sinks() -> list[str]:
    """Return the names of the sinks that ``$PCISHIELD_CONFIG`` names."""
    from pcishield.config import load_settings
    from pcishield.outlets import configured_sinks

    return [sink.name for sink in configured_sinks(load_settings().audit)]


@contextmanager
def _log(root: Path) -> Iterator[FileAuditLog]:
    log = FileAuditLog(root, heartbeat_seconds=0)
    try:
        yield log
    finally:
        log.close()


def retention(directory: Directory = None) -> None:
    """Tell what is kept, since when, and under which holds. Exit status 1 when less is there than PCI DSS 10.5.1 wants.

    A log that is younger than three or twelve months can have no more than it has.
    """
    kept = Retention(_root(directory))
    shards, graves = kept.shards(), kept.tombstones()
    now = datetime.now(UTC)
    online = _age(shards[0].first, now) if shards else timedelta()
    typer.echo(f"{len(shards)} shards here, {sum(old.size for old in shards):,} bytes, since {shards[0].first[:10]}"
               if shards else "no shard here")  # fmt: skip
    latest = {str(grave["purged"]["shard"]): grave for grave in graves}
    archived = [grave for grave in latest.values() if grave.get("cause") == ARCHIVE]
    gone = [grave for grave in latest.values() if grave.get("cause") != ARCHIVE]
    for what, those in (("moved to an archive", archived), ("removed", gone)):
        if those:
            until = max(str(grave["purged"]["until"]) for grave in those)
            typer.echo(f"{len(those)} shards {what}, with tombstones; the last had records until {until[:10]}")
    for held in kept.holds().values():
        typer.echo(
            f"legal hold {held.name}: from {held.since or 'the beginning'} until {held.until or 'further notice'}"
        )
    short = []
    if archived and online < timedelta(days=ONLINE_DAYS):
        short.append(f"only {online.days} of {ONLINE_DAYS} days are here")
    if any(_age(str(grave["purged"]["until"]), now) < timedelta(days=KEEP_DAYS) for grave in gone):
        short.append(f"records younger than {KEEP_DAYS} days were removed")
    for line in short:
        typer.secho(f"SHORTFALL: {line}", fg=typer.colors.RED)
    if not short:
        typer.secho(f"OK: nothing younger than {KEEP_DAYS} days is gone, and the last {ONLINE_DAYS} days are here",
                    fg=typer.colors.GREEN)  # fmt: skip
    raise typer.Exit(1 if short else 0)


def _age(stamp: str, now: datetime) -> timedelta:
    return now - datetime.fromisoformat(stamp)


def _movable(kept: Retention, days: float, least: int) -> list[Old]:
    if days < least:
        raise ConfigurationError(f"--older-than: at least {least} days must stay (PCI DSS 10.5.1)")
    found = kept.old(days)
    for old in found:
        if old.held:
            typer.echo(f"{old.shard} stays: legal hold {', '.join(old.held)}")
    return [old for old in found if not old.held]


def archive(
    to: Annotated[Path, typer.Argument(help="Directory on another volume, 0700; made when missing.")],
    directory: Directory = None,
    older_than: Annotated[float, typer.Option(help="Days after their last record.")] = float(ONLINE_DAYS),
    yes: Yes = False,
) -> None:
    """Move old shards elsewhere; tombstones stay. ``verify --archive TO`` checks them there."""
    root = _root(directory)
    kept = Retention(root, sinks=_sinks())
    shards = _movable(kept, older_than, ONLINE_DAYS)
    if shards and not yes:
        typer.confirm(f"Move {len(shards)} shards to {to}?", abort=True)
    if shards:
        to.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _log(root) as log:
            for old in shards:
                kept.purge(old, log, to)
                typer.echo(f"moved {old.shard} ({old.first[:10]} to {old.last[:10]}, {old.size:,} bytes)")
    typer.echo(f"{len(shards)} shards moved")


def purge(
    directory: Directory = None,
    older_than: Annotated[float, typer.Option(help="Days after their last record.")] = float(KEEP_DAYS),
    from_archive: Annotated[Path | None, typer.Option("--archive", help="Also what was moved there.")] = None,
    yes: Yes = False,
) -> None:
    """Erase shards that need not be kept any more; their tombstones stay and verify checks them.

    Nothing younger than a year goes, nothing under a legal hold, and nothing that does not verify.
    """
    root = _root(directory)
    kept = Retention(root, sinks=_sinks())
    shards = _movable(kept, older_than, KEEP_DAYS)
    if (shards or from_archive) and not yes:
        typer.confirm(f"Erase {len(shards)} shards for ever?", abort=True)
    gone: list[str] = []
    if shards or from_archive is not None:
        with _log(root) as log:
            for old in shards:
                kept.purge(old, log)
                gone.append(old.shard)
            if from_archive is not None:
                gone += kept.forget_archived(from_archive, log)
    for name in gone:
        typer.echo(f"erased {name}")
    typer.echo(f"{len(gone)} shards erased")


def hold(
    name: Annotated[str, typer.Argument(help="Name of the case.")],
    directory: Directory = None,
    since: Annotated[str, typer.Option(help="First time that is held; default all before.")] = "",
    until: Annotated[str, typer.Option(help="First time that is not held any more; default all after.")] = "",
    reason: Annotated[str, typer.Option(help="Why, for the record.")] = "",
) -> None:
    """Set a legal hold: nothing of its time can be moved or erased until it is released."""
    for text in (since, until):
        if text:
            _time(text)
    fields: dict[str, Any] = {"hold": {key: value for key, value in (("name", name), ("since", since), ("until", until))
                                       if value}}  # fmt: skip
    _hold(directory, "hold.set", fields, reason)
    typer.echo(f"legal hold {name} is set")


def _time(text: str) -> None:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        raise ConfigurationError(f"{text!r} is no time; give e.g. 2026-01-31 or 2026-01-31T12:00:00Z") from None


def release(
    name: Annotated[str, typer.Argument(help="Name of the case.")],
    directory: Directory = None,
    reason: Annotated[str, typer.Option(help="Why, for the record.")] = "",
) -> None:
    """End a legal hold."""
    if name not in Retention(_root(directory)).holds():
        raise ConfigurationError(f"there is no legal hold {name}; pcishield audit retention lists them")
    _hold(directory, "hold.release", {"hold": {"name": name}}, reason)
    typer.echo(f"legal hold {name} is released")


def _hold(directory: Path | None, kind: str, fields: dict[str, Any], reason: str) -> None:
    from pcishield.masking import Masker

    if reason:
        fields["reason"] = Masker().mask_text(reason)[:1000]
    with _log(_root(directory)) as log:
        log.append(kind, {**log.system, **fields}, durable=True)
