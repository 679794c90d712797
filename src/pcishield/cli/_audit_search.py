"""``pcishield audit search``, ``stats`` and ``export``."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Literal

import orjson
import typer

from pcishield.cli._audit_export import ExportFormat, exported
from pcishield.cli._audit_show import record_line
from pcishield.exceptions import ConfigurationError, ShieldError
from pcishield.runtime.log_search import Query, SearchIndex

__all__ = ["export", "record_access", "search", "stats"]

Format = Literal["table", "json", "csv"]
_COLUMNS = (
    "ts", "id", "type", "outcome", "actor.user", "actor.agent", "src.host", "db.system", "db.name", "decision.rule",
    "decision.outcome", "statement.kind", "statement.template", "rows", "error.class", "error.sqlstate",
)  # fmt: skip

Since = Annotated[str, typer.Option("--since", help="From this time on, e.g. 2026-11-01 or 2026-11-01T12:00.")]
Until = Annotated[str, typer.Option("--until", help="Before this time.")]
User = Annotated[str, typer.Option("--user", help="Human.")]
Agent = Annotated[str, typer.Option("--agent", help="Agent.")]
Database = Annotated[str, typer.Option("--database", help="Database name.")]
Type = Annotated[str, typer.Option("--type", help="Record type, e.g. denied.")]
Outcome = Annotated[str, typer.Option("--outcome", help="success, failure, attempted, ...")]
Decision = Annotated[str, typer.Option("--decision", help="allow, deny or require_approval.")]
Rule = Annotated[str, typer.Option("--rule", help="Deciding rule.")]
Table = Annotated[str, typer.Option("--table", help="Table that the statement touches.")]
Column = Annotated[str, typer.Option("--column", help="Column that it uses.")]
Fingerprint = Annotated[str, typer.Option("--fingerprint", help="Statement fingerprint.")]


def _root(directory: Path | None) -> Path:
    from pcishield.cli.audit import audit_directory

    return audit_directory(directory)


def record_access(root: Path, action: str, query: str, records: int) -> None:
    """Write ``audit.access`` when the log that was read is the configured, living one (PCI DSS 10.2.1.3).

    A copy is evidence and is not written to.
    """
    from pcishield.config import load_settings
    from pcishield.masking import Masker
    from pcishield.runtime.log import FileAuditLog

    try:
        if Path(load_settings().audit.directory()).resolve() != root.resolve():
            return
        log = FileAuditLog(root, heartbeat_seconds=0)
    except ShieldError as error:
        typer.echo(f"pcishield: this access could not be recorded: {error}", err=True)
        return
    access = {"action": action, "query": Masker().mask_text(query)[:1000], "records": records}
    log.append("audit.access", {**log.system, "access": access}, durable=True)
    log.close()


def _value(record: dict[str, Any], path: str) -> Any:
    if path == "id":
        return f"{record.get('shard')}/{record.get('seq')}"
    value: Any = record
    for part in path.split("."):
        value = value.get(part, "") if isinstance(value, dict) else ""
    return value


def _csv(records: Iterable[dict[str, Any]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_COLUMNS)
    for record in records:
        cells = [str(_value(record, path)) for path in _COLUMNS]
        # A cell that begins like a formula is one for the spreadsheet that opens it.
        writer.writerow([f"'{cell}" if cell[:1] in "=+-@\t\r" and cell else cell for cell in cells])
    return text.getvalue()


def _print(records: list[dict[str, Any]], form: Format) -> None:
    if form == "csv":
        sys.stdout.write(_csv(records))
    else:
        for record in records:
            typer.echo(orjson.dumps(record).decode() if form == "json" else record_line(record))


def search(
    text: Annotated[str, typer.Argument(help="Words of the SQL without literals, all of them.")] = "",
    directory: Annotated[Path | None, typer.Option("--dir", "-d", help="The audit directory.")] = None,
    since: Since = "",
    until: Until = "",
    user: User = "",
    agent: Agent = "",
    database: Database = "",
    type: Type = "",
    outcome: Outcome = "",
    decision: Decision = "",
    rule: Rule = "",
    table: Table = "",
    column: Column = "",
    fingerprint: Fingerprint = "",
    limit: Annotated[int, typer.Option("-n", "--limit", min=1, help="The newest so many.")] = 100,
    form: Annotated[Format, typer.Option("--format", help="How to print.")] = "table",
) -> None:
    """Find records, newest last. The search index is brought up to date first."""
    root = _root(directory)
    query = Query(
        since, until, type, user, agent, database, outcome, decision, rule, fingerprint, table, column, text, limit
    )
    found = _search(root, query)
    _print(found, form)
    record_access(root, "search", _described(query), len(found))
    raise typer.Exit(0 if found else 1)


def _search(root: Path, query: Query) -> list[dict[str, Any]]:
    try:
        with SearchIndex(root) as index:
            index.update()
            return index.search(query)
    except OSError as error:
        raise ConfigurationError(f"{root}: the search index cannot be written ({error.strerror})") from None


def _described(query: Query) -> str:
    given = ((name, getattr(query, name)) for name in Query.__slots__)
    return " ".join(f"{name}={value}" for name, value in given if value)


def stats(
    by: Annotated[
        Literal["type", "user", "agent", "db", "outcome", "decision", "rule", "day"], typer.Argument(help="Group by.")
    ] = "type",
    directory: Annotated[Path | None, typer.Option("--dir", "-d", help="The audit directory.")] = None,
    since: Since = "",
    until: Until = "",
    user: User = "",
    agent: Agent = "",
    type: Type = "",
    table: Table = "",
) -> None:
    """Count records."""
    root = _root(directory)
    with SearchIndex(root) as index:
        index.update()
        counts = index.counts(Query(since=since, until=until, user=user, agent=agent, type=type, table=table), by)
    for name, count in counts:
        typer.echo(f"{count:>10,}  {name}")
    typer.echo(f"{sum(count for _, count in counts):>10,}  total")
    record_access(root, "search", f"stats by {by}", sum(count for _, count in counts))


def export(
    output: Annotated[Path, typer.Argument(help="File to write.")],
    directory: Annotated[Path | None, typer.Option("--dir", "-d", help="The audit directory.")] = None,
    form: Annotated[ExportFormat, typer.Option("--format", help="What to write.")] = "jsonl",
    since: Since = "",
    until: Until = "",
    user: User = "",
    type: Type = "",
    table: Table = "",
) -> None:
    """Write records to a file, 0600: their lines as they are, events for a SIEM, or a table of their main fields."""
    root = _root(directory)
    found = _search(root, Query(since=since, until=until, user=user, type=type, table=table, limit=1 << 40))
    data = exported(found, form, _COLUMNS, _value, _csv(found) if form == "csv" else "")
    output.touch(mode=0o600)
    output.write_bytes(data)
    typer.echo(f"{len(found)} records in {output}")
    record_access(root, "export", f"format={form}", len(found))
