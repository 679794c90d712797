"""``pcishield replay`` and ``pcishield recordings``: look at recorded sessions, and manage their keys."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from pcishield.exceptions import ConfigurationError
from pcishield.recording.cast import asciicast
from pcishield.recording.frames import Header
from pcishield.recording.link import Link, check_link
from pcishield.recording.page import replay_page
from pcishield.recording.timeline import Moment, lines, moments, pauses
from pcishield.runtime.keys import key_provider
from pcishield.runtime.log_reader import segment_paths
from pcishield.runtime.recordings import Played, Recordings

__all__ = ["app", "replay"]

app = typer.Typer(help="List recorded sessions and manage their keys.", no_args_is_help=True)

AuditDir = Annotated[Path | None, typer.Option("--audit", help="The audit directory; default: the configured one.")]
RecordingDir = Annotated[Path | None, typer.Option("--dir", "-d", help="The recordings; default: the configured ones.")]
Key = Annotated[str, typer.Option("--key", help="Key provider, e.g. file:/path; default: the configured one.")]

_COLOURS = {
    "statement": typer.colors.CYAN,
    "denied": typer.colors.RED,
    "approval": typer.colors.YELLOW,
    "open": typer.colors.BRIGHT_BLACK,
    "close": typer.colors.BRIGHT_BLACK,
}


@dataclass(frozen=True, slots=True)
class _Places:
    audit: Path
    recordings: Recordings


def _places(audit: Path | None, directory: Path | None, key: str) -> _Places:
    from pcishield.config import load_settings

    settings = load_settings()
    audit = audit or settings.audit.directory()
    directory = directory or settings.recording.directory(audit)
    if not directory.is_dir():
        raise ConfigurationError(f"{directory} is not a directory; nothing was recorded there")
    return _Places(audit, Recordings(directory, key_provider(key or settings.recording.key_reference(audit))))


def _log_records(audit: Path) -> list[dict[str, Any]]:
    """Return the audit log's ``recording`` records in order."""
    if not audit.is_dir():
        return []
    found = []
    for path in segment_paths(audit):
        with path.open("rb") as file:
            for line in file:
                if b'"type":"recording"' in line:
                    try:
                        found.append(orjson.loads(line))
                    except orjson.JSONDecodeError:
                        continue  # for verify to say
    return found


def _lost(recordings: Recordings, wanted: str, headers: Sequence[Header], records: Sequence[dict[str, Any]]) -> bool:
    """Say which recordings the audit log knows under the wanted name that are not there."""
    known = {
        str(record["recording"]["id"]): None
        for record in records
        if any(str(name).startswith(wanted) for name in
               (record["recording"]["id"], record.get("session"), record.get("connection")))
    }  # fmt: skip
    lost = [name for name in known if name not in [header.id for header in headers]]
    for name in lost:
        try:
            recordings.read(name)
        except ConfigurationError as error:
            typer.secho(f"{error}; the audit log knows it", fg=typer.colors.RED, err=True)
    return bool(lost)


def _linked(played: Sequence[Played], records: Sequence[dict[str, Any]], bad: bool, unlinked: bool) -> list[Link]:
    """Compare with the audit log; what is not what the log says is not played.

    Raises:
        Exit: 2, after saying why.
    """
    links = []
    for one in played:
        link = check_link(one.data, one.header.id, records)
        links.append(link)
        problems = [*link.problems, *([one.problem] if one.problem and link.ended else [])]
        if link.loose and not problems:
            typer.secho(f"{one.header.id}: {link.loose} bytes at the end are in no audit record", fg="yellow", err=True)
        if one.problem and not link.ended:
            typer.secho(f"{one.header.id}: {one.problem}", fg="yellow", err=True)
        for problem in problems:
            typer.secho(f"{one.header.id}: {problem}", fg=typer.colors.RED, err=True)
        bad = bad or bool(problems)
    if bad and not unlinked:
        typer.secho("NOT PLAYED: this is not what the audit log says was recorded", fg=typer.colors.RED, err=True)
        raise typer.Exit(2)
    return links


def replay(
    session: Annotated[str, typer.Argument(help="Id of a session, a connection or a recording, or its beginning.")],
    audit: AuditDir = None,
    directory: RecordingDir = None,
    key: Key = "",
    speed: Annotated[float, typer.Option(min=0.01, help="2 plays twice as fast.")] = 1.0,
    max_pause: Annotated[float | None, typer.Option(min=0, help="Shorten pauses to so many seconds.")] = None,
    html: Annotated[Path | None, typer.Option("--html", help="Write one self-contained page instead.")] = None,
    cast: Annotated[Path | None, typer.Option("--cast", help="Write an asciicast v2 instead.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the events instead.")] = False,
    unlinked: Annotated[
        bool, typer.Option("--unlinked", help="Play even what is not what the audit log says was recorded.")
    ] = False,
) -> None:
    """Play what a session saw, masked as it saw it. The audit log must have the recording's digest.

    Exit status: 0 played; 1 there is none; 2 it is not what the audit log says, or cannot be read.
    """
    places = _places(audit, directory, key)
    headers = places.recordings.find(session) if session else []
    records = _log_records(places.audit)
    lost = bool(session) and _lost(places.recordings, session, headers, records)
    if not headers and (unlinked or not lost):
        typer.echo(f"no recording of {session or '(nothing given)'} in {places.recordings.directory}", err=True)
        raise typer.Exit(1)
    played = [places.recordings.read(header.id) for header in headers]
    links = _linked(played, records, lost, unlinked)
    began = [datetime.fromisoformat(header.created).timestamp() for header in headers]
    shown = moments([(start, one.events) for start, one in zip(began, played, strict=True)])
    title = f"pcishield replay {headers[0].session if len(headers) > 1 else headers[0].id}"
    if html is not None:
        _write(html, replay_page(shown, title=title, facts=_facts(played, links)))
    elif cast is not None:
        _write(cast, asciicast(shown, title=title, began=int(min(began)), speed=speed, longest=max_pause))
    elif as_json:
        for moment in shown:
            typer.echo(orjson.dumps({"at": moment.at, **moment.event}).decode())
    else:
        _play(shown, speed, max_pause)
    from pcishield.cli._audit_search import record_access

    record_access(places.audit, "replay", " ".join(header.id for header in headers), len(shown))


def _facts(played: Sequence[Played], links: Sequence[Link]) -> dict[str, str]:
    facts = {}
    for one, link in zip(played, links, strict=True):
        state = "; ".join(link.problems) or f"{link.records} records of the audit log have its digest"
        end = "complete" if link.ended and one.ended else "without end: its process died, or is alive"
        where = f"{one.header.created}, connection {one.header.connection}"
        facts[f"recording {one.header.id}"] = f"{where}, {end}; {state}"
    return facts


def _write(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text, "utf-8")
    typer.echo(f"wrote {path}")


def _play(shown: Sequence[Moment], speed: float, longest: float | None) -> None:
    try:
        for pause, moment in pauses(shown, speed, longest):
            if pause > 0:
                sys.stdout.flush()
                time.sleep(pause)
            for line in lines(moment.event):
                typer.secho(line, fg=_COLOURS.get(str(moment.event.get("e"))))
    except KeyboardInterrupt:
        typer.echo()


@app.command("list")
def list_command(
    wanted: Annotated[str, typer.Argument(help="Beginning of a session, connection or recording id.")] = "",
    directory: RecordingDir = None,
    audit: AuditDir = None,
    key: Key = "",
) -> None:
    """List recordings: when, which session and connection, size, and whether the key is there."""
    places = _places(audit, directory, key)
    for header in places.recordings.find(wanted):
        state = "" if places.recordings.has_key(header.id) else "  (key shredded)"
        size = places.recordings.size(header.id)
        typer.echo(f"{header.created}  {header.id}  session {header.session}  {size:>10,} bytes{state}")


@app.command("rotate")
def rotate_command(
    directory: RecordingDir = None,
    audit: AuditDir = None,
    key: Key = "",
    to: Annotated[str, typer.Option("--to", help="Another key provider to move to.")] = "",
    retire: Annotated[bool, typer.Option("--retire", help="Erase the older versions of a file provider.")] = False,
) -> None:
    """Wrap all data keys under a new key. The recordings themselves do not change."""
    places = _places(audit, directory, key)
    keys = places.recordings.keys
    new = key_provider(to) if to else keys
    rotate = getattr(keys, "rotate", None)
    if not to and rotate is not None:
        typer.echo(f"{keys.name}: version {rotate()}")
    count = sum(1 for _ in places.recordings.rewrap(new))
    typer.echo(f"wrapped {count} keys anew by {new.name}")
    gone: list[str] = []
    if retire and hasattr(keys, "retire") and not to:
        gone = keys.retire()
        typer.echo(f"erased versions: {', '.join(gone) or 'none'}")
    _record(places.audit, "key.rewrap", {"object": f"{count} keys of recordings, by {new.name}"})


@app.command("shred")
def shred_command(
    recording: Annotated[str, typer.Argument(help="Id of the recording.")],
    directory: RecordingDir = None,
    audit: AuditDir = None,
    key: Key = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Erase a recording's key: it can never be read again. The audit log stays as it is."""
    places = _places(audit, directory, key)
    if not places.recordings.has_key(recording):
        raise ConfigurationError(f"recording {recording}: has no key in {places.recordings.directory}")
    if not yes:
        typer.confirm(f"Make recording {recording} unreadable for ever?", abort=True)
    _record(places.audit, "key.destroy", {"object": f"recording {recording}"})
    places.recordings.shred(recording)
    typer.echo(f"erased the key of {recording}")


def _record(audit: Path, kind: str, fields: dict[str, Any]) -> None:
    """Write a key event into the audit log."""
    from pcishield.runtime.log import FileAuditLog

    if not (audit / "MANIFEST.json").exists():
        raise ConfigurationError(f"{audit} is no audit directory and key events must be recorded; give it by --audit")
    log = FileAuditLog(audit, heartbeat_seconds=0)
    try:
        log.append(kind, {**log.system, **fields}, durable=True)
    finally:
        log.close()
