"""``pcishield audit``: verify, read and export the audit log."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import orjson
import typer
from rich.console import Console
from rich.text import Text

from pcishield.audit.report import Report
from pcishield.audit.verify import Options, verify
from pcishield.cli._audit_commitments import open_commitment, shred
from pcishield.cli._audit_proofs import check_proof, consistency, prove, read_notes, read_vkey, standalone
from pcishield.cli._audit_reconcile import reconcile_command
from pcishield.cli._audit_retention import archive, hold, purge, release, retention
from pcishield.cli._audit_search import export, record_access, search, stats
from pcishield.cli._audit_ship import anchor as anchor_command
from pcishield.cli._audit_ship import configured_notes, receipt_checker, ship
from pcishield.cli._audit_show import record_line, report_lines
from pcishield.cli._progress import ProgressBar
from pcishield.exceptions import ConfigurationError
from pcishield.runtime.log_reader import DirectorySource, follow, parallel_scan

__all__ = ["app", "audit_directory", "show_report", "verify_directory"]

app = typer.Typer(help="Verify, read and export the audit log.", no_args_is_help=True)

Directory = Annotated[
    Path | None,
    typer.Argument(metavar="[DIR]", help="The audit directory; default: the configured one.", show_default=False),
]


def audit_directory(given: Path | None) -> Path:
    """Return the directory to read.

    Raises:
        ConfigurationError: It is not an audit directory.
    """
    if given is None:
        from pcishield.config import load_settings

        given = Path(load_settings().audit.directory())
    if not given.is_dir():
        raise ConfigurationError(f"{given} is not a directory; give the audit directory that [audit] dir names")
    return given


class _Progress(ProgressBar):
    """Counts bytes of segments."""

    def __init__(self, root: Path, quiet: bool) -> None:
        self._size = sum(path.stat().st_size for path in root.glob("*/segments/*.jsonl") if path.is_file())
        self._done = 0
        super().__init__(not quiet, self._size)

    def __call__(self, path: str, size: int) -> None:
        self._done += size
        self.show(self._done, total=self._size, note=f"{self._done >> 20} of {self._size >> 20} MiB")


def _pan_scanner() -> Callable[[str], bool]:
    from pcishield.masking import Masker

    masker = Masker()
    return lambda text: bool(masker.scan(text))


def verify_directory(directory: Path, options: Options | None = None, archives: Sequence[Path] = ()) -> Report:
    """Verify an audit directory on disk, with what was moved to archives."""
    return verify(DirectorySource(directory, archives), options or Options(scan=parallel_scan))


def show_report(report: Report, console: Console, strict: bool = False) -> None:
    """Print a report for a person."""
    for line in report_lines(report, strict):
        console.print(Text.from_ansi(line))


@app.command("verify")
def verify_command(
    directory: Directory = None,
    key: Annotated[
        str | None, typer.Option("--key", help="The pinned key: a vkey, or a file with one. Keep it outside DIR.")
    ] = None,
    anchor: Annotated[
        list[Path] | None,
        typer.Option("--anchor", help="Checkpoints kept elsewhere: a file, or a copy of the directory; repeatable."),
    ] = None,
    archive: Annotated[
        list[Path] | None,
        typer.Option("--archive", help="Where old shards were moved; they are checked too; repeatable."),
    ] = None,
    keep_days: Annotated[float, typer.Option(help="Days that records are kept; purged earlier is an error.")] = 365.0,
    anchors: Annotated[bool, typer.Option("--anchors", help="Also those that the configured anchors hold.")] = False,
    witness: Annotated[
        list[str] | None, typer.Option("--witness", help="A witness's vkey, to check its cosignatures; repeatable.")
    ] = None,
    tsa_root: Annotated[
        Path | None, typer.Option("--tsa-root", help="Certificates (PEM) to check RFC 3161 time stamps by.")
    ] = None,
    pan_scan: Annotated[bool, typer.Option("--pan-scan", help="Also search every record for card numbers.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings fail too (exit 1).")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
    tolerance: Annotated[float, typer.Option(help="Seconds that the clock may go back unmentioned.")] = 2.0,
    silence: Annotated[float, typer.Option(help="Seconds without a record that are worth a warning.")] = 180.0,
) -> None:
    """Check the whole log offline: every line, the chain, every checkpoint, every shard.

    Exit status: 0 in order, 1 warnings with --strict, 2 the log is not what was written.
    """
    root = audit_directory(directory)
    progress = _Progress(root, as_json)
    options = Options(
        key=read_vkey(key),
        anchors=[note for path in anchor or [] for note in read_notes(path)] + (configured_notes() if anchors else []),
        expect_anchor=True, receipt=receipt_checker(witness or [], tsa_root),
        tolerance=tolerance, silence=silence, keep_days=keep_days,
        pan=_pan_scanner() if pan_scan else None, progress=progress, scan=parallel_scan,
    )  # fmt: skip
    try:
        with progress:
            report = verify_directory(root, options, archive or ())
    except OSError as error:
        where = error.filename or root
        raise ConfigurationError(f"{where}: {error.strerror or error}; run it as the log's owner") from None
    if as_json:
        typer.echo(orjson.dumps(report.as_dict(), option=orjson.OPT_INDENT_2).decode())
    else:
        for line in report_lines(report, strict):
            typer.echo(line)
    record_access(root, "verify", "", report.records)
    raise typer.Exit(report.exit_code(strict))


@app.command("tail")
def tail_command(
    directory: Directory = None,
    lines: Annotated[int, typer.Option("-n", "--lines", min=0, help="Records to begin with.")] = 20,
    keep_on: Annotated[bool, typer.Option("-f", "--follow", help="Go on as records arrive.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the lines as they are.")] = False,
) -> None:
    """Show the last records, and go on with -f. Nothing is verified."""
    root = audit_directory(directory)
    offsets: dict[Path, int] = {}
    # The time stamp decides, not the file: several processes write side by side.
    parsed = deque(
        sorted(((_stamp(line), line) for line in follow(root, offsets)), key=lambda pair: pair[0])[-lines:]
        if lines
        else [],
        maxlen=lines or 1,
    )
    if not lines:
        for _ in follow(root, offsets):
            pass
    for _, line in parsed:
        _print(line, as_json)
    record_access(root, "tail", "", len(parsed))
    while keep_on:
        try:
            time.sleep(0.2)
            for line in follow(root, offsets):
                _print(line, as_json)
        except KeyboardInterrupt:
            return


def _stamp(line: bytes) -> str:
    at = line.rfind(b'"ts":"')
    return line[at + 6 : at + 33].decode("ascii", "replace")


def _print(line: bytes, as_json: bool) -> None:
    if as_json:
        typer.echo(line.decode("utf-8", "replace"))
        return
    try:
        record = orjson.loads(line)
    except orjson.JSONDecodeError:
        record = None
    typer.echo(record_line(record) if isinstance(record, dict) else "(a line that is no record)")


app.command("ship")(ship)
app.command("anchor")(anchor_command)
app.command("prove")(prove)
app.command("check-proof")(check_proof)
app.command("consistency")(consistency)
app.command("standalone")(standalone)
app.command("search")(search)
app.command("stats")(stats)
app.command("export")(export)
app.command("reconcile")(reconcile_command)
app.command("retention")(retention)
app.command("archive")(archive)
app.command("purge")(purge)
app.command("hold")(hold)
app.command("release")(release)
app.command("open-commitment")(open_commitment)
app.command("shred")(shred)
