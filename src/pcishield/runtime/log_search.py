"""A search index over the audit log: SQLite, built from the segments, incremental, and never the truth.

It holds where each record stands and what it can be found by; the record itself is read from the log when it is shown.
Distinct statements are kept once, with a full-text index over their literal-free SQL, tables and columns. So is what
records have in common besides (type, user, rule, …): a record is of one *kind*, and whatever is looked for is looked
for among the kinds, of which there are few. Delete ``search/`` at any time; it is built again.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from heapq import heappush, heappushpop
from pathlib import Path
from typing import Any, Self

import orjson

from pcishield.runtime.log_reader import segment_paths
from pcishield.runtime.sqlite_file import use_wal

__all__ = ["Query", "SearchIndex"]

_VERSION = 3
_SCHEMA = """
CREATE TABLE name (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
CREATE TABLE statement (id INTEGER PRIMARY KEY, fingerprint TEXT NOT NULL, template TEXT NOT NULL,
                        UNIQUE (fingerprint, template));
CREATE VIRTUAL TABLE words USING fts5 (template, tables, columns, tokenize = "unicode61 tokenchars '_'");
CREATE TABLE touched (name INTEGER NOT NULL, statement INTEGER NOT NULL, PRIMARY KEY (name, statement)) WITHOUT ROWID;
CREATE TABLE segment (id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, done INTEGER NOT NULL);
CREATE TABLE kind (id INTEGER PRIMARY KEY, type INTEGER NOT NULL, user INTEGER NOT NULL, agent INTEGER NOT NULL,
                   db INTEGER NOT NULL, outcome INTEGER NOT NULL, decision INTEGER NOT NULL, rule INTEGER NOT NULL,
                   statement INTEGER NOT NULL,
                   UNIQUE (type, user, agent, db, outcome, decision, rule, statement));
CREATE TABLE record (id INTEGER PRIMARY KEY, ts TEXT NOT NULL, kind INTEGER NOT NULL,
                     segment INTEGER NOT NULL, start INTEGER NOT NULL, length INTEGER NOT NULL);
CREATE INDEX record_ts ON record (ts, kind);
CREATE INDEX record_kind ON record (kind, ts);
"""
_CHUNK = 8 << 20
_BUSY_SECONDS = 30.0
_NEWEST = 50_000
"""Records that are looked through before many kinds are: what is frequent is found there."""
_FEW = 64
_CACHED = 100_000
_NONE, _ALL = "", "~"
"""Before and after every time stamp."""


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
        self._names: dict[str, int] = {}
        self._statements: dict[tuple[str, str], int] = {}
        self._kinds: dict[tuple[int, ...], int] = {}
        self._db = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None)
        try:
            use_wal(self._db, _BUSY_SECONDS)
            self._db.execute("PRAGMA synchronous = OFF")
            if not self._is_current():
                self._create()
        except BaseException:
            self._db.close()
            raise
        self._names.update(self._db.execute("SELECT text, id FROM name"))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._db.close()

    def _is_current(self) -> bool:
        return bool(self._db.execute("PRAGMA user_version").fetchone()[0] == _VERSION)

    def _create(self) -> None:
        # Whoever else opens the index now waits here, and then finds it made.
        with self._writing():
            if not self._is_current():
                self._make()

    def _make(self) -> None:
        tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB 'sqlite_*'"
        for (name,) in self._db.execute(f"{tables} AND name NOT GLOB 'words_*'").fetchall():
            self._db.execute(f'DROP TABLE "{name}"')
        for statement in _SCHEMA.split(";")[:-1]:
            # Not executescript: it would commit first.
            self._db.execute(statement)
        self._db.execute(f"PRAGMA user_version = {_VERSION}")

    # Building

    def update(self) -> int:
        """Take in what is new; return the number of records."""
        count = 0
        paths = segment_paths(self._directory)
        self._forget({path.relative_to(self._directory).as_posix() for path in paths})
        for path in paths:
            name = path.relative_to(self._directory).as_posix()
            self._db.execute("INSERT OR IGNORE INTO segment (path, done) VALUES (?, 0)", (name,))
            while (more := self._take_in(path, name)) is not None:
                count += more
        return count

    def _take_in(self, path: Path, name: str) -> int | None:
        """Take in the next whole lines of a segment; return the number of records, ``None`` at its end."""
        with self._writing():
            # Read in the transaction: another process may be taking in the same segment.
            segment, done = self._db.execute("SELECT id, done FROM segment WHERE path = ?", (name,)).fetchone()
            with path.open("rb") as file:
                file.seek(done)
                data = file.read(_CHUNK)
            whole = data.rfind(b"\n") + 1
            if not whole:
                return None
            rows = list(self._rows(data[:whole], segment, done))
            self._db.executemany("INSERT INTO record VALUES (NULL, ?, ?, ?, ?, ?)", rows)
            self._db.execute("UPDATE segment SET done = ? WHERE id = ?", (done + whole, segment))
        return len(rows)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One transaction; another process that writes waits for it."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._db.execute("COMMIT")
        except BaseException:
            self._db.execute("ROLLBACK")
            # They may name rows that were never written.
            self._names.clear()
            self._statements.clear()
            self._kinds.clear()
            raise

    def _forget(self, there: set[str]) -> None:
        """Drop what was found in segments that retention has removed."""
        gone = [(number,) for number, name in self._db.execute("SELECT id, path FROM segment") if name not in there]
        if gone:
            with self._writing():
                self._db.executemany("DELETE FROM record WHERE segment = ?", gone)
                self._db.executemany("DELETE FROM segment WHERE id = ?", gone)

    def _rows(self, data: bytes, segment: int, start: int) -> Iterator[tuple[Any, ...]]:
        name = self._name
        for line in data.split(b"\n")[:-1]:
            length = len(line)
            try:
                record = orjson.loads(line)
                actor, db = record.get("actor") or {}, record.get("db") or {}
                decision, statement = record.get("decision") or {}, record.get("statement")
                kind = (
                    name(record["type"]), name(actor.get("user")), name(actor.get("agent")), name(db.get("name")),
                    name(record.get("outcome")), name(decision.get("outcome")), name(decision.get("rule")),
                    self._statement(statement) if statement else 0,
                )  # fmt: skip
                yield record["ts"], self._kinds.get(kind) or self._kind(kind), segment, start, length
            except (orjson.JSONDecodeError, KeyError, AttributeError, TypeError):
                # A line that is no record cannot be found; that it is there is for verify to say.
                pass
            start += length + 1

    def _kind(self, kind: tuple[int, ...]) -> int:
        insert = "INSERT INTO kind VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET id = id RETURNING id"
        if len(self._kinds) > _CACHED:
            self._kinds.clear()
        found = self._kinds[kind] = int(self._db.execute(insert, kind).fetchone()[0])
        return found

    def _name(self, text: str | None) -> int:
        """Return the number of a text, 0 for none."""
        if not text:
            return 0
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
            if len(self._statements) > _CACHED:
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
        names = (query.type, query.user, query.agent, query.database, query.outcome, query.decision, query.rule)
        if query.limit < 1 or any(wanted and not self._known(wanted) for wanted in names):
            return []
        where, values = self._where(query)
        since, until = query.since or _NONE, query.until or _ALL
        newest = "SELECT ts, id FROM record WHERE {} ts >= ? AND ts < ? ORDER BY ts DESC, id DESC LIMIT ?"
        if not where:
            rows = self._db.execute(newest.format(""), (since, until, query.limit)).fetchall()
        else:
            kinds = [kind for (kind,) in self._db.execute(f"SELECT id FROM kind {where}", values)]  # noqa: S608
            rows = []
            if len(kinds) > _FEW:
                edge = self._edge(since, until)
                some = newest.format(f"+kind IN (SELECT id FROM kind {where}) AND")  # noqa: S608
                rows = self._db.execute(some, (*values, edge, until, query.limit)).fetchall()
            if len(rows) < query.limit:
                rows = self._newest(kinds, newest.format("kind = ? AND"), since, until, query.limit)
        return [orjson.loads(self._line(number)) for _, number in sorted(rows)]

    def _edge(self, since: str, until: str) -> str:
        """Return the time from which on there are about ``_NEWEST`` records, ``since`` if that is later."""
        sql = "SELECT ts FROM record WHERE ts >= ? AND ts < ? ORDER BY ts DESC LIMIT 1 OFFSET ?"
        row = self._db.execute(sql, (since, until, _NEWEST)).fetchone()
        return str(row[0]) if row is not None else since

    def _newest(self, kinds: list[int], sql: str, since: str, until: str, limit: int) -> list[tuple[str, int]]:
        """Return the newest records of these kinds: of each those that are newer than what the others gave."""
        found: list[tuple[str, int]] = []
        for kind in kinds:
            for row in self._db.execute(sql, (kind, found[0][0] if len(found) == limit else since, until, limit)):
                if len(found) < limit:
                    heappush(found, row)
                elif heappushpop(found, row) == row:
                    break
        return found

    def _known(self, name: str) -> bool:
        return self._db.execute("SELECT 1 FROM name WHERE text = ?", (name,)).fetchone() is not None

    def counts(self, query: Query, by: str) -> list[tuple[str, int]]:
        """Return how many records match by ``type``, ``user``, ``agent``, ``db``, ``outcome``, ``rule`` or ``day``."""
        where, values = self._where(query)
        terms = [f"kind IN (SELECT id FROM kind {where})"] if where else []  # noqa: S608
        if by == "day":
            return list(self._days(query, " AND ".join([*terms, "ts >= ? AND ts < ?"]), values))
        assert by in ("type", "user", "agent", "db", "outcome", "decision", "rule")
        # Without these the index by kind is read in its order, and nothing is sorted.
        terms += [term for term, given in (("ts >= ?", query.since), ("ts < ?", query.until)) if given]
        values += [given for given in (query.since, query.until) if given]
        chosen = f"record {'WHERE ' if terms else ''}{' AND '.join(terms)}"
        counted = f"(SELECT kind, count(*) AS n FROM {chosen} GROUP BY kind) JOIN kind ON kind.id = kind"  # noqa: S608
        named = f"{counted} LEFT JOIN name ON name.id = kind.{by}"
        sql = f"SELECT coalesce(text, '-'), sum(n) FROM {named} GROUP BY 1 ORDER BY 2 DESC, 1"  # noqa: S608
        return list(self._db.execute(sql, values))

    def _days(self, query: Query, where: str, values: list[Any]) -> Iterator[tuple[str, int]]:
        """Yield (day, number of records), day by day, those without any left out."""
        since, until = query.since or _NONE, query.until or _ALL
        first = "SELECT ts FROM record WHERE ts >= ? AND ts < ? ORDER BY ts LIMIT 1"
        count = f"SELECT count(*) FROM record INDEXED BY record_ts WHERE {where}"  # noqa: S608
        while (row := self._db.execute(first, (since, until)).fetchone()) is not None:
            day = str(row[0])[:10]
            (number,) = self._db.execute(count, (*values, since, min(day + _ALL, until))).fetchone()
            if number:
                yield day, number
            since = day + _ALL

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
                term(f"{column} = (SELECT id FROM name WHERE text = ?)", wanted)  # noqa: S608
        if query.fingerprint:
            term("statement IN (SELECT id FROM statement WHERE fingerprint = ?)", query.fingerprint)
        for kind, wanted in (("table", query.table), ("column", query.column)):
            if wanted:
                touched = "SELECT statement FROM touched JOIN name ON name.id = touched.name WHERE name.text = ?"
                term(f"statement IN ({touched})", f"{kind} {wanted}")
        if query.text:
            words = " ".join('"' + word.replace('"', '""') + '"' for word in query.text.split())
            term("statement IN (SELECT rowid FROM words WHERE words MATCH ?)", words)
        return (f"WHERE {' AND '.join(terms)}" if terms else ""), values

    def _line(self, number: int) -> bytes:
        where = "record JOIN segment ON segment.id = record.segment WHERE record.id = ?"
        sql = f"SELECT path, start, length FROM {where}"  # noqa: S608
        path, start, length = self._db.execute(sql, (number,)).fetchone()
        with (self._directory / path).open("rb") as file:
            file.seek(start)
            return bytes(file.read(length))
