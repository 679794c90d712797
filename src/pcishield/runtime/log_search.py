"""A search index over the audit log: SQLite, built from the segments, incremental, and never the truth.

It holds where each record stands and what it can be found by; the record itself is read from the log when it is shown.
Distinct statements are kept once, with a full-text index over their literal-free SQL, tables and columns. Delete
``search/`` at any time; it is built again.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import orjson

from pcishield.runtime.log_reader import segment_paths

__all__ = ["Query", "SearchIndex"]

_VERSION = 1
_SCHEMA = """
CREATE TABLE name (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
CREATE TABLE statement (id INTEGER PRIMARY KEY, fingerprint TEXT NOT NULL, template TEXT NOT NULL,
                        UNIQUE (fingerprint, template));
CREATE VIRTUAL TABLE words USING fts5 (template, tables, columns, tokenize = "unicode61 tokenchars '_'");
CREATE TABLE touched (name INTEGER NOT NULL, statement INTEGER NOT NULL, PRIMARY KEY (name, statement)) WITHOUT ROWID;
CREATE TABLE segment (id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, done INTEGER NOT NULL);
CREATE TABLE record (id INTEGER PRIMARY KEY, ts TEXT NOT NULL, type INTEGER, user INTEGER, agent INTEGER, db INTEGER,
                     outcome INTEGER, decision INTEGER, rule INTEGER, statement INTEGER,
                     segment INTEGER NOT NULL, start INTEGER NOT NULL, length INTEGER NOT NULL);
CREATE INDEX record_ts ON record (ts);
CREATE INDEX record_user ON record (user, ts);
CREATE INDEX record_statement ON record (statement, ts) WHERE statement IS NOT NULL;
"""
_CHUNK = 8 << 20


@dataclass(frozen=True, slots=True)
class Query:
    """What to look for; every part that is given must hold.

    Attributes:
        since: First time stamp, RFC 3339 UTC or a part of one, e.g. ``2026-11``.
        until: Time stamps below this one.
        type: Record type.
        user: Human.
        agent: Agent.
        database: Database name.
        outcome: Outcome.
        decision: Decision outcome.
        rule: Deciding rule.
        fingerprint: Statement fingerprint.
        table: Table that the statement touches.
        column: Column that it uses, as far as the log has it.
        text: Words of the literal-free SQL, all of them.
        limit: Records at most, the newest ones.
    """

    since: str = ""
    until: str = ""
    type: str = ""
    user: str = ""
    agent: str = ""
    database: str = ""
    outcome: str = ""
    decision: str = ""
    rule: str = ""
    fingerprint: str = ""
    table: str = ""
    column: str = ""
    text: str = ""
    limit: int = 100


class SearchIndex:
    """The index of one audit directory. Use as a context manager.

    Args:
        directory: The audit directory.
        path: Where the index lies; default ``search/index.sqlite`` in the directory.
    """

    def __init__(self, directory: Path, path: Path | None = None) -> None:
        self._directory = directory
        path = path or directory / "search" / "index.sqlite"
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = OFF")
        if self._db.execute("PRAGMA user_version").fetchone()[0] != _VERSION:
            self._create()
        self._names: dict[str, int] = dict(self._db.execute("SELECT text, id FROM name"))
        self._statements: dict[tuple[str, str], int] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._db.close()

    def _create(self) -> None:
        tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB 'sqlite_*'"
        for (name,) in self._db.execute(f"{tables} AND name NOT GLOB 'words_*'").fetchall():
            self._db.execute(f'DROP TABLE "{name}"')
        self._db.executescript(_SCHEMA)
        self._db.execute(f"PRAGMA user_version = {_VERSION}")

    # Building

    def update(self) -> int:
        """Take in what is new; return the number of records."""
        count = 0
        for path in segment_paths(self._directory):
            name = path.relative_to(self._directory).as_posix()
            self._db.execute("INSERT OR IGNORE INTO segment (path, done) VALUES (?, 0)", (name,))
            segment, done = self._db.execute("SELECT id, done FROM segment WHERE path = ?", (name,)).fetchone()
            while path.stat().st_size > done:
                with path.open("rb") as file:
                    file.seek(done)
                    data = file.read(_CHUNK)
                whole = data.rfind(b"\n") + 1
                if not whole:
                    break
                rows = list(self._rows(data[:whole], segment, done))
                done += whole
                self._db.execute("BEGIN")
                self._db.executemany("INSERT INTO record VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
                self._db.execute("UPDATE segment SET done = ? WHERE id = ?", (done, segment))
                self._db.execute("COMMIT")
                count += len(rows)
        return count

    def _rows(self, data: bytes, segment: int, start: int) -> Iterator[tuple[Any, ...]]:
        name = self._name
        for line in data.split(b"\n")[:-1]:
            length = len(line)
            try:
                record = orjson.loads(line)
                actor, db = record.get("actor") or {}, record.get("db") or {}
                decision, statement = record.get("decision") or {}, record.get("statement")
                yield (
                    record["ts"], name(record["type"]), name(actor.get("user")), name(actor.get("agent")),
                    name(db.get("name")), name(record.get("outcome")), name(decision.get("outcome")),
                    name(decision.get("rule")), self._statement(statement) if statement else None,
                    segment, start, length,
                )  # fmt: skip
            except (orjson.JSONDecodeError, KeyError, AttributeError, TypeError):
                # A line that is no record cannot be found; that it is there is for verify to say.
                pass
            start += length + 1

    def _name(self, text: str | None) -> int | None:
        if not text:
            return None
        found = self._names.get(text)
        if found is None:
            self._db.execute("INSERT OR IGNORE INTO name (text) VALUES (?)", (text,))
            found = self._names[text] = self._db.execute("SELECT id FROM name WHERE text = ?", (text,)).fetchone()[0]
        return found

    def _statement(self, statement: Mapping[str, Any]) -> int:
        key = (statement.get("fingerprint") or "", statement.get("template") or "")
        found = self._statements.get(key)
        if found is None:
            row = self._db.execute("SELECT id FROM statement WHERE fingerprint = ? AND template = ?", key).fetchone()
            found = self._statements[key] = row[0] if row else self._new_statement(key, statement)
            if len(self._statements) > 100_000:
                self._statements.clear()
        return found

    def _new_statement(self, key: tuple[str, str], statement: Mapping[str, Any]) -> int:
        cursor = self._db.execute("INSERT INTO statement (fingerprint, template) VALUES (?, ?)", key)
        assert cursor.lastrowid is not None
        tables = list(statement.get("tables") or ())
        columns = [*(statement.get("columns") or ()), *(statement.get("classes") or ())]
        self._db.execute(
            "INSERT INTO words (rowid, template, tables, columns) VALUES (?, ?, ?, ?)",
            (cursor.lastrowid, key[1], " ".join(tables), " ".join(columns)),
        )
        for touched in {f"table {table}" for table in tables} | {f"column {column}" for column in columns}:
            self._db.execute("INSERT OR IGNORE INTO touched VALUES (?, ?)", (self._name(touched), cursor.lastrowid))
        return cursor.lastrowid

    # Searching

    def search(self, query: Query) -> list[dict[str, Any]]:
        """Return the newest records that match, oldest first."""
        where, values = self._where(query)
        # The condition is made of constant texts; every value is bound.
        joined = "record JOIN segment ON segment.id = record.segment"
        sql = f"SELECT path, start, length FROM {joined} {where} ORDER BY ts DESC, record.id DESC LIMIT ?"  # noqa: S608
        rows = self._db.execute(sql, [*values, query.limit]).fetchall()
        return [orjson.loads(self._read(*row)) for row in reversed(rows)]

    def counts(self, query: Query, by: str) -> list[tuple[str, int]]:
        """Return how many records match by ``type``, ``user``, ``agent``, ``db``, ``outcome``, ``rule`` or ``day``."""
        where, values = self._where(query)
        if by == "day":
            sql = f"SELECT substr(ts, 1, 10), count(*) FROM record {where} GROUP BY 1 ORDER BY 1"  # noqa: S608
        else:
            assert by in ("type", "user", "agent", "db", "outcome", "decision", "rule")
            joined = f"record LEFT JOIN name ON name.id = record.{by} {where}"
            sql = f"SELECT coalesce(text, '-'), count(*) FROM {joined} GROUP BY 1 ORDER BY 2 DESC, 1"  # noqa: S608
        return list(self._db.execute(sql, values))

    def _where(self, query: Query) -> tuple[str, list[Any]]:
        terms: list[str] = []
        values: list[Any] = []

        def term(sql: str, *given: Any) -> None:
            terms.append(sql)
            values.extend(given)

        for column, wanted in (
            ("type", query.type), ("user", query.user), ("agent", query.agent), ("db", query.database),
            ("outcome", query.outcome), ("decision", query.decision), ("rule", query.rule),
        ):  # fmt: skip
            if wanted:
                term(f"record.{column} = (SELECT id FROM name WHERE text = ?)", wanted)  # noqa: S608
        if query.since:
            term("ts >= ?", query.since)
        if query.until:
            term("ts < ?", query.until)
        if query.fingerprint:
            term("record.statement IN (SELECT id FROM statement WHERE fingerprint = ?)", query.fingerprint)
        for kind, wanted in (("table", query.table), ("column", query.column)):
            if wanted:
                touched = "SELECT statement FROM touched JOIN name ON name.id = touched.name WHERE name.text = ?"
                term(f"record.statement IN ({touched})", f"{kind} {wanted}")
        if query.text:
            words = " ".join('"' + word.replace('"', '""') + '"' for word in query.text.split())
            term("record.statement IN (SELECT rowid FROM words WHERE words MATCH ?)", words)
        return (f"WHERE {' AND '.join(terms)}" if terms else ""), values

    def _read(self, path: str, start: int, length: int) -> bytes:
        with (self._directory / path).open("rb") as file:
            file.seek(start)
            return file.read(length)
