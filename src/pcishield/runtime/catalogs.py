"""What sessions know of their databases' tables: read when a statement needs it, shared, and read again when stale.

Rules:

- Nothing is read before a statement names a table, and nothing on a hit: one dict look-up and one look at the clock.
- Connections with the same key (server, database, user) share what was read. DDL in one of them makes it stale for
  all; so does the end of the transaction it was in, and of no later one. A session that changed something reads for
  itself from then on, for what it sees may not be committed.
- After PostgreSQL's DDL that changes nothing but what it names (:func:`changed_names`) only that is read, and all
  views; not where event triggers are, and never for longer than ``ttl`` after all was read.
- Changes made past the shield are seen after ``ttl`` seconds, or when a statement names a table that is not there.
- The driver reads with its own raw connection, outside of the flow: no policy, no record, no masking, and no change
  to the user's transaction. Where it cannot read just now (a pipeline, an aborted transaction, unread rows), what
  was read before stays; after DDL of the session's own, every table is unknown instead.
- What cannot be read at all is looked for again after a while; until then statements are judged without a catalog,
  or refused (``mode = "required"``).
"""

from __future__ import annotations

from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import sha256
from threading import Lock
from time import monotonic
from typing import Any, Protocol

from pcishield.runtime.hot import CatalogState
from pcishield.runtime.known import KnownStatement, KnownStatements
from pcishield.runtime.temporary import TemporaryTables
from pcishield.statement import Catalog, changed_names
from pcishield.statement.catalog import is_system
from pcishield.statement.catalog_postgres import has_triggers, named_queries, patched
from pcishield.statement.catalog_reading import MARK, build_catalog, catalog_queries, search_path
from pcishield.statement.facts import Statement, TableRef

__all__ = [
    "Answers",
    "CatalogOptions",
    "CatalogUnavailable",
    "Catalogs",
    "ConnectionLost",
    "Reader",
    "SessionCatalog",
    "precedes",
]

Answers = Mapping[str, Sequence[Sequence[Any]]]
"""Rows by the name of the query."""

_KEPT = 16
_TEMP = "pg_temp_"
_MISSING = 1.0
"""Seconds before a name that was not found leads to another reading; doubled each time."""
_NAMES = 1000
_FEW = 50
"""Names that are asked for by themselves."""
_TRIES = (True, False)
"""Whether another try follows: somebody may have dropped just that table which was being described."""
_UNREADABLE = 1.0
"""Seconds after a failed reading before the next."""


def precedes(statement: Statement) -> bool:
    """Whether a statement is about the next one, so that nothing of ours may come between: MySQL's SET TRANSACTION."""
    return statement.dialect == "mysql" and statement.template[:15].upper() == "SET TRANSACTION"


def begins(statement: Statement) -> bool:
    """Whether a statement opens a transaction, or may."""
    return statement.kind == "tcl" and statement.template[:9].upper().startswith(("BEGIN", "SAVEPOINT"))


class CatalogUnavailable(Exception):
    """The catalog cannot be read, and statements must not be judged without it."""


class ConnectionLost(Exception):
    """Raised by a reader, from the driver's error: the server has ended the connection, and says so only once."""


class Reader(Protocol):
    """How a driver reads a catalog. Every method works on the raw connection."""

    def ready(self) -> bool:
        """Whether queries can be sent just now."""
        ...

    def in_transaction(self) -> bool:
        """Whether the connection is inside of a transaction."""
        ...

    def read(self, queries: Mapping[str, str]) -> Answers:
        """Ask, blocking; without queries what the dialect needs.

        Those whose names begin with :data:`~pcishield.runtime.temporary.OPTIONAL` may fail, and have no rows then.

        Raises:
            Exception: Any; the user's transaction is as it was.
        """
        ...

    def aread(self, queries: Mapping[str, str]) -> Awaitable[Answers]:
        """Ask, awaiting."""
        ...


class _Entry:
    """What connections with one key share."""

    __slots__ = ("catalog", "generation", "quiet", "read_at")

    def __init__(self) -> None:
        self.catalog: Catalog | None = None
        self.quiet = False
        self.generation = 0
        self.read_at = float("-inf")


@dataclass(frozen=True, slots=True)
class CatalogOptions:
    """See ``pcishield.config.CatalogSettings``."""

    mode: str = "auto"
    ttl: float = 60.0


class Catalogs:
    """The catalogs of one shield. Thread-safe.

    Args:
        known: Where statements are understood.
        options: When to read, and what to do when that fails.
        snapshots: Read from files before; by dialect.
    """

    def __init__(
        self,
        known: KnownStatements,
        options: CatalogOptions | None = None,
        snapshots: Mapping[str, Catalog] | None = None,
    ) -> None:
        self.known = known
        self.options = options or CatalogOptions()
        self.snapshots = snapshots or {}
        self._lock = Lock()
        self._entries: dict[tuple[str, ...], _Entry] = {}
        self._interned: dict[Any, Catalog] = {}

    def session(self, dialect: str, key: tuple[str, ...], reader: Reader) -> SessionCatalog | None:
        """Return the catalog of a connection, ``None`` when none is to be used.

        Args:
            dialect: As the driver's.
            key: Connections with the same key see the same tables; empty when there are no others.
            reader: Asks the database.
        """
        if (snapshot := self.snapshots.get(dialect)) is not None:
            return FixedCatalog(self, dialect, snapshot)
        if self.options.mode == "off":
            return None
        return SessionCatalog(self, dialect, self._entry((dialect, *key)) if key else _Entry(), reader)

    def _entry(self, key: tuple[str, ...]) -> _Entry:
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                if len(self._entries) >= _KEPT * 16:
                    del self._entries[next(iter(self._entries))]
                entry = self._entries[key] = _Entry()
            return entry

    def intern(self, dialect: str, answers: Answers) -> Catalog:
        """Return the catalog of these rows; the same object for the same rows, so that statements stay known."""
        if dialect == "postgres":
            return self.same(build_catalog(dialect, answers))
        digest = sha256(repr((dialect, sorted(answers.items()))).encode("utf-8", "replace")).hexdigest()
        with self._lock:
            found = self._interned.get(digest)
        return self._keep(digest, build_catalog(dialect, answers) if found is None else found)

    def same(self, catalog: Catalog) -> Catalog:
        """Return the catalog that has the very same parts, if there is one already."""
        # The parts of a catalog that is kept are kept by it, so nothing else has their ids.
        parts = frozenset(map(id, catalog.tables.values())), id(catalog.functions), id(catalog.bodies)
        key = catalog.dialect, catalog.search_path, *parts
        with self._lock:
            found = self._interned.get(key)
        return self._keep(key, catalog if found is None else found)

    def moved(self, catalog: Catalog, path: tuple[str, ...]) -> Catalog:
        """Return ``catalog`` with another search path."""
        return catalog if catalog.search_path == path else self.same(replace(catalog, search_path=path))

    def _keep(self, key: Any, catalog: Catalog) -> Catalog:
        with self._lock:
            self._interned.pop(key, None)
            self._interned[key] = catalog
            if len(self._interned) > _KEPT:
                del self._interned[next(iter(self._interned))]
        return catalog


class SessionCatalog(CatalogState):
    """What one connection knows of its tables. Used by one thread or task at a time, as the connection is.

    Attributes:
        catalog: As it was last read; ``None`` before, and where it cannot be read.
    """

    __slots__ = (
        "_absent", "_apart", "_catalogs", "_doubted_at", "_names", "_patience", "_quiet", "_read_at", "_reader",
        "_temporary", "_touched", "_unsettled",
    )  # fmt: skip

    def __init__(self, catalogs: Catalogs, dialect: str, entry: _Entry, reader: Reader) -> None:
        self._catalogs = catalogs
        self._dialect = dialect
        self._entry = entry
        self._reader = reader
        self._in_transaction = False
        self._apart = False  # has changed something, and reads for itself
        self._unsettled = False  # has done so in what may be a transaction that is not over
        self._touched: frozenset[str] | None = frozenset()  # the names of all that it has changed there
        self._names: frozenset[str] = frozenset()  # of all that is stale, when ``_stale`` says that names are
        self._quiet = False  # no event trigger was there when all was read
        self._stale = ""
        self._seen = entry.generation
        self._read_at = self._until = self._doubted_at = float("-inf")
        self._patience = _MISSING
        self._absent: frozenset[str] = frozenset()
        self._temporary = TemporaryTables() if dialect == "mysql" else None
        self.catalog: Catalog | None = None
        self._bare = self._table = catalogs.known.table(None)

    # Before a statement

    def look_up(self, sql: str) -> KnownStatement | None:
        """Return what is known about ``sql``; ``None`` when the catalog has to be read first.

        Raises:
            CatalogUnavailable: It cannot be, and must be there.
        """
        now = monotonic()
        if now < self._until and not self._stale and self._seen == self._entry.generation and not self._in_transaction:
            known = self._table.get((self._dialect, sql))
            if known is not None and not known.missing and (self.catalog is not None or not known.needs_catalog):
                return known
        return self._look_again(sql, now)

    def _look_again(self, sql: str, now: float) -> KnownStatement | None:
        self._after_transaction()
        get = self._catalogs.known.get
        if self._is_fresh(now) or self._adopted(now):
            known = get(self._dialect, sql, self.catalog)
            if known.missing <= self._absent and (not known.missing or now < self._read_at + self._patience):
                return self._checked(known, sql)
            self._patience = _MISSING if known.missing - self._absent else min(self._patience * 2, self._until - now)
            self._absent = (known.missing | self._absent) if len(self._absent) < _NAMES else known.missing
        else:
            known = get(self._dialect, sql)
            if not known.needs_catalog and not self._closes(known):
                return known
            relations = known.statement.relations
            if self._stale == "names" and not all(self._is_had(r.table) for r in relations if r.access != "ddl"):
                self._stale = "all"
        if self._reader.ready():
            return None
        if self._stale:
            self._stale = "all"  # what was read before is put aside
            self._use(_nothing(self._dialect))
        return self._checked(get(self._dialect, sql, self.catalog), sql)

    def _closes(self, known: KnownStatement) -> bool:
        """Whether nothing can be read between a statement and the next, and what that one may need is not there.

        Nor should it be in a transaction of SQLite's that has read nothing: the shared lock would stay, and SQLite does
        not wait for a write lock on behalf of who has one, so the first write would fail where it waits without us.
        """
        if self._dialect == "sqlite":
            return begins(known.statement)
        return precedes(known.statement) and (self.catalog is None or bool(self._stale))

    def _is_had(self, table: TableRef) -> bool:
        """Whether a table is known, or will be when what is stale has been read."""
        if table.name in self._names or is_system(table, self._dialect):
            return True
        info = self.catalog.find(table) if self.catalog is not None else None
        return info is not None and info.kind != "sequence"

    def _after_transaction(self) -> None:
        """Note that the transaction is over in which the session changed something, if it is."""
        if (self._in_transaction or self._unsettled) and not self._reader.in_transaction():
            if self._in_transaction:
                self.changed()
            self._in_transaction = self._unsettled = False
            self._touched = frozenset()

    def settled(self, sql: str) -> KnownStatement:
        """Return what is known about ``sql`` by what has just been read.

        Raises:
            CatalogUnavailable: As :meth:`look_up`.
        """
        return self._checked(self._catalogs.known.get(self._dialect, sql, self.catalog), sql)

    def again(self, sql: str, path: tuple[str, ...] | None) -> KnownStatement | None:
        """Return what is known by now about ``sql``, that was sent before; ``None`` where there is no catalog.

        Args:
            sql: The text.
            path: The search path that still holds for it; ``None`` for that of today.
        """
        catalog = self.catalog
        if catalog is None:
            return None
        moved = catalog if path is None else self._catalogs.moved(catalog, path)
        return self._catalogs.known.get(self._dialect, sql, moved)

    def _is_fresh(self, now: float) -> bool:
        return now < self._until and not self._stale and self._seen == self._entry.generation

    def _adopted(self, now: float) -> bool:
        """Take what another connection has read."""
        entry = self._entry
        until = entry.read_at + self._catalogs.options.ttl
        if self._apart or self._stale or entry.catalog is None or now >= until or entry.read_at < self._doubted_at:
            return False
        self._seen, self._read_at, self._until, self._quiet = entry.generation, entry.read_at, until, entry.quiet
        self._use(entry.catalog)
        return True

    def _checked(self, known: KnownStatement, sql: str) -> KnownStatement:
        if known.ends_within and self._in_transaction and self.catalog is not None:
            # What the transaction has changed may be taken back before the end of the text.
            return self._catalogs.known.get(self._dialect, sql, _nothing(self._dialect))
        if self.catalog is None and known.needs_catalog and self._catalogs.options.mode == "required":
            raise CatalogUnavailable
        return known

    def _use(self, catalog: Catalog | None) -> None:
        if catalog is not self.catalog:
            self.catalog, self._table = catalog, self._catalogs.known.table(catalog)

    # Reading

    def due(self) -> bool:
        """Whether it has to be read, and can be."""
        self._after_transaction()
        now = monotonic()
        return not self._is_fresh(now) and not self._adopted(now) and self._reader.ready()

    def read(self) -> None:
        """Read what is stale, blocking. What cannot be read is noted, not raised, unless the connection is lost."""
        seen, queries = self._entry.generation, self._queries()
        for again in _TRIES:
            try:
                self._take(queries, self._reader.read(queries), seen)
                break
            except Exception as error:
                self._failed(error, again)

    async def aread(self) -> None:
        """Read what is stale, awaiting. What cannot be read is noted, not raised, unless the connection is lost."""
        seen, queries = self._entry.generation, self._queries()
        for again in _TRIES:
            try:
                self._take(queries, await self._reader.aread(queries), seen)
                break
            except Exception as error:
                self._failed(error, again)

    def _queries(self) -> Mapping[str, str]:
        if self._dialect == "sqlite":
            return {}
        queries = catalog_queries(self._dialect)
        if self._stale in {"path", "names"} and self.catalog is not None and self._is_current():
            if self._stale == "path":
                return {"search_path": queries["search_path"]}
            return {name: MARK + sql for name, sql in named_queries(self._names).items()}
        return queries if self._temporary is None else {**queries, **self._temporary.queries()}

    def _is_current(self) -> bool:
        """Whether nothing is stale but what the session knows to be."""
        return monotonic() < self._until and self._seen == self._entry.generation

    def _take(self, queries: Mapping[str, str], answers: Answers, seen: int) -> None:
        path = search_path(self._dialect, answers["search_path"])
        if len(queries) == 1:
            assert self.catalog is not None
            catalog = self._catalogs.moved(self.catalog, tuple("pg_temp" if s.startswith(_TEMP) else s for s in path))
        elif queries and "functions" not in queries:
            assert self.catalog is not None
            catalog = self._catalogs.same(patched(self.catalog, self._names, answers))
        else:
            if self._temporary is not None:
                answers = self._temporary.merged(answers, path[0] if path else "")
            catalog = self._catalogs.intern(self._dialect, answers)
            self._quiet = self._dialect == "postgres" and not has_triggers(answers)
            self._read_at = monotonic()
            self._until = self._read_at + self._catalogs.options.ttl
        self._apart = self._apart or any(schema.startswith(_TEMP) for schema in path)
        self._seen, self._stale, self._names = seen, "", frozenset()
        self._use(catalog)
        if not self._apart and seen == self._entry.generation:
            self._entry.catalog, self._entry.read_at, self._entry.quiet = catalog, self._read_at, self._quiet

    def _failed(self, error: Exception, again: bool) -> None:
        if again and not isinstance(error, ConnectionLost):
            return
        if self._stale:
            self._use(_nothing(self._dialect))
        self._quiet = False
        self._read_at = monotonic()
        self._until = self._read_at + _UNREADABLE
        self._seen, self._stale, self._names = self._entry.generation, "", frozenset()
        if isinstance(error, ConnectionLost) and error.__cause__ is not None:
            # The statement that comes cannot be sent any more: it fails with what it would have been told.
            raise error.__cause__

    # After a statement

    def ran(self, known: KnownStatement) -> None:
        """Note what a statement that was sent may have changed: its effect, and card data that it has moved."""
        effect = known.effect
        if self._temporary is not None and self._temporary.ran(known, self.catalog is None):
            self._stale = "all"
        if effect == "all":
            names = self._changed_by(known)
            if names == frozenset():
                return
            self._apart = self._unsettled = True
            self._touched = None if names is None or self._touched is None else self._touched | names
            self._in_transaction = self._reader.in_transaction()
            self._mark(names)
        elif effect == "path":
            self._apart = self._unsettled = True
            self._in_transaction = self._in_transaction or self._reader.in_transaction()
            self._stale = self._stale or "path"
        elif effect == "maybe":
            self._touched = None
            self._unsettled = self._unsettled or self._apart
            self._until = min(self._until, self._read_at + _MISSING)
            self._doubted_at = monotonic()
        elif effect == "end":
            if self._unsettled:
                self.changed()
            self._after_transaction()  # unless it was a savepoint's, or another one is chained to it

    def _changed_by(self, known: KnownStatement) -> frozenset[str] | None:
        """The names of all that a statement may have changed; ``None`` for anything."""
        catalog = self.catalog
        if not self._quiet or catalog is None or self._stale == "all" or not self._is_current():
            return None  # what goes with the tables that it names is not known
        names = changed_names(known.statement)
        if names and any(info.kind == "partitioned" and table.name in names for table, info in catalog.tables.items()):
            return None
        return names

    def _mark(self, names: frozenset[str] | None) -> None:
        names = None if names is None else self._names | names
        if names is None or len(names) > _FEW or self._stale == "all" or not self._is_current():
            self._stale, self._names = "all", frozenset()
        else:
            self._stale, self._names = "names", names
        self._entry.generation += 1
        self._entry.catalog = None
        self._seen = self._entry.generation

    @property
    def unsettled(self) -> bool:
        """Whether the end of the transaction may take back something that the session has changed.

        To be asked before each end, and before each beginning: one that nobody saw end is over by then.
        """
        self._after_transaction()
        return self._unsettled

    def changed(self) -> None:
        """Note that tables may be others now: those that the session has changed, for all connections with the key."""
        if self._touched != frozenset() or not self._unsettled:
            self._mark(self._touched or None)
        else:
            self._stale = self._stale or "path"


class FixedCatalog(SessionCatalog):
    """A catalog from a snapshot file: never read, never stale. What it does not have is unknown."""

    __slots__ = ()

    def __init__(self, catalogs: Catalogs, dialect: str, snapshot: Catalog) -> None:
        super().__init__(catalogs, dialect, _Entry(), _NoReader())
        self._use(snapshot)
        self._until = float("inf")

    def due(self) -> bool:
        """Never."""
        return False

    def look_up(self, sql: str) -> KnownStatement | None:
        """Return what is known about ``sql``."""
        return self._table.get((self._dialect, sql)) or self._catalogs.known.get(self._dialect, sql, self.catalog)

    def ran(self, known: KnownStatement) -> None:
        """Change nothing."""


class _NoReader:
    def ready(self) -> bool:
        return False

    def in_transaction(self) -> bool:
        return False

    def read(self, queries: Mapping[str, str]) -> Answers:
        raise NotImplementedError

    async def aread(self, queries: Mapping[str, str]) -> Answers:
        raise NotImplementedError


@lru_cache(maxsize=8)
def _nothing(dialect: str) -> Catalog:
    """A catalog without tables: every table is unknown."""
    return Catalog(dialect, {}, ())
