"""``pcishield audit reconcile``: what the database saw and we did not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, timedelta, tzinfo
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import orjson
import typer

from pcishield.audit.dblogs import FORMATS, pg_stat_statements
from pcishield.audit.reconcile import Connections, Reconciliation, Seen, Unmatched, reconcile, reconcile_totals
from pcishield.exceptions import ConfigurationError
from pcishield.identity import TAG
from pcishield.runtime.database_clock import QUESTIONS
from pcishield.runtime.log_reader import segment_paths
from pcishield.runtime.temporary import is_question

__all__ = ["reconcile_command"]

_TYPES = (b'"type":"attempt"', b'"type":"connection.open"', b'"type":"connection.close"')
_WHY = {
    "no-session": "by no guarded connection",
    "no-attempt": "in a guarded connection, without an attempt",
    "more": "more often than the log has attempts",
}


class LogFormat(StrEnum):
    """What the database wrote."""

    pg_csv = "pg-csv"
    pg_json = "pg-json"
    pg_stat = "pg-stat-statements"
    mysql_general = "mysql-general"
    mariadb_audit = "mariadb-audit"


def _records(root: Path) -> Iterator[dict[str, Any]]:
    for path in segment_paths(root):
        with path.open("rb") as file:
            for line in file:
                if any(kind in line for kind in _TYPES):
                    try:
                        yield orjson.loads(line)
                    except orjson.JSONDecodeError:
                        continue  # for verify to say


_AROUND = re.compile(
    r"(?:BEGIN|ROLLBACK(?: TO SAVEPOINT pcishield_catalog)?|(?:RELEASE )?SAVEPOINT pcishield_catalog"
    r"|SET LOCAL (?:lock|statement)_timeout = '\w+'|; )*"
)


def _own(form: LogFormat) -> Callable[[str], bool]:
    """Tell the guard's own questions to catalog and clock by their whole text: a comment alone would hide anything."""
    from pcishield.statement.catalog_postgres import without_names
    from pcishield.statement.catalog_reading import MARK, catalog_queries

    dialect = _dialect(form)
    clock = QUESTIONS[dialect]
    queries = tuple(catalog_queries(dialect).values())

    def own(sql: str) -> bool:
        rest = sql.strip()
        if rest == clock or (dialect == "mysql" and is_question(rest)):
            return True
        if dialect == "postgres" and MARK in rest:
            rest = without_names(rest)
        for query in queries:
            rest = rest.replace(query, "")
        return rest != sql.strip() and _AROUND.fullmatch(rest) is not None

    return own


def _dialect(form: LogFormat) -> str:
    return "postgres" if form.value.startswith("pg") else "mysql"


def _understanding(form: LogFormat) -> Callable[[str], tuple[str, str]]:
    from pcishield.masking import Masker
    from pcishield.runtime.scrub import record_text
    from pcishield.statement import analyze

    dialect = _dialect(form)
    masker = Masker()

    @lru_cache(maxsize=8192)
    def understand(sql: str) -> tuple[str, str]:
        statement = analyze(sql, dialect)
        return statement.fingerprint, record_text(masker.mask_text, statement.template)

    return understand


def reconcile_command(
    log: Annotated[list[Path], typer.Argument(help="Files of the database's log, in order.")],
    form: Annotated[LogFormat, typer.Option("--format", help="What they are.")],
    directory: Annotated[Path | None, typer.Option("--dir", "-d", help="The audit directory.")] = None,
    ignore_user: Annotated[list[str] | None, typer.Option(help="Database user to leave out; repeatable.")] = None,
    ignore_app: Annotated[list[str] | None, typer.Option(help="application_name to leave out; repeatable.")] = None,
    database: Annotated[list[str] | None, typer.Option(help="Only these databases; repeatable.")] = None,
    skew: Annotated[float, typer.Option(min=0, help="Seconds that the clocks may be apart.")] = 5.0,
    timezone: Annotated[str, typer.Option(help="Zone of time stamps that do not say UTC, e.g. Europe/Berlin.")] = "UTC",
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """List what the database saw and the audit log does not have. Exit status 0 for nothing, 1 for something.

    Statements are shown without literals.
    """
    from pcishield.cli.audit import audit_directory

    root = audit_directory(directory)
    understand, ours = _understanding(form), Connections(_records(root), TAG)
    try:
        zone: tzinfo = UTC if timezone == "UTC" else ZoneInfo(timezone)
        texts = [(path.read_text("utf-8", "replace"), path.name) for path in log]
        if form is LogFormat.pg_stat:
            totals = (one for text, name in texts for one in pg_stat_statements(text, name))
            result = reconcile_totals(ours, totals, understand, QUESTIONS["postgres"])
        else:
            read = FORMATS[form.value]
            seen = (one for text, name in texts for one in read(text, name, zone))
            ignore = _ignoring(ignore_user or (), ignore_app or (), database or ())
            result = reconcile(ours, seen, understand, skew=timedelta(seconds=skew), ignore=ignore, own=_own(form))
    except (OSError, ValueError, KeyError) as error:
        raise ConfigurationError(f"reconcile: {error}") from None
    _show(result, as_json)
    from pcishield.cli._audit_search import record_access

    record_access(root, "reconcile", f"format={form.value} missing={result.missing}", result.matched)
    raise typer.Exit(1 if result.unmatched else 0)


def _ignoring(users: Sequence[str], apps: Sequence[str], databases: Sequence[str]) -> Callable[[Seen], bool]:
    return lambda seen: (
        seen.user in users
        or seen.app in apps
        or (bool(databases) and bool(seen.database) and seen.database not in databases)
    )


def _show(result: Reconciliation, as_json: bool) -> None:
    if as_json:
        typer.echo(orjson.dumps(_as_dict(result), option=orjson.OPT_INDENT_2).decode())
        return
    for one in result.unmatched:
        typer.secho(f"{one.count:>6} x {_WHY[one.why]}: {_clean(one.template)}", fg=typer.colors.RED)
        typer.echo(f"         first {_origin(one)}")
    typer.echo(
        f"{result.matched} matched, {result.missing} not in the audit log, {result.fixed} of the driver itself, "
        f"{result.ignored} ignored, {result.before} older than the audit log; {result.unseen} attempts that the "
        "database's log does not have"
    )


def _origin(one: Unmatched) -> str:
    seen = one.first
    parts = {"user": seen.user, "database": seen.database, "application": seen.app, "from": seen.host,
             "process": seen.pid}  # fmt: skip
    at = [seen.at.isoformat()] if seen.pid else []
    return _clean(", ".join([*at, *(f"{name} {value}" for name, value in parts.items() if value), seen.where]))


def _clean(text: str) -> str:
    return "".join(ch if ch.isprintable() else "\ufffd" for ch in text)


def _as_dict(result: Reconciliation) -> dict[str, Any]:
    return {
        "matched": result.matched, "missing": result.missing, "fixed": result.fixed, "ignored": result.ignored,
        "before": result.before, "unseen": result.unseen,
        "unmatched": [
            {"why": one.why, "count": one.count, "template": one.template, "first": one.first.at.isoformat(),
             "user": one.first.user, "database": one.first.database, "application": one.first.app,
             "host": one.first.host, "process": one.first.pid, "where": one.first.where}
            for one in result.unmatched
        ],
    }  # fmt: skip
