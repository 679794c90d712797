"""What is known about a database's tables: plain data, built from the answers to a few catalog queries.

Reading is done by the caller: ask each query of :func:`catalog_queries` on a connection, with that connection's own
rights, and give the rows to :func:`build_catalog`; or give :func:`load_catalog` something that runs a query.
Names that a statement uses and the catalog does not have are unknown, not harmless: the connection may not be
allowed to see them (hazard ``not-in-catalog``). A view whose definition may not be read has unknown columns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from types import MappingProxyType
from typing import Any

from pcishield.statement.facts import Statement, TableRef

__all__ = ["Catalog", "TableInfo", "build_catalog", "catalog_queries", "changes_catalog", "load_catalog"]

Row = Sequence[Any]

_EMPTY: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class TableInfo:
    """One relation.

    Attributes:
        table: Its full name, folded as the database folds names.
        columns: Column names in order.
        kind: ``table``, ``view``, ``matview``, ``foreign``, ``partitioned``.
        definition: The query of a view; "" for others and where it may not be read.
        generated: Expression by generated column.
        keys: Column sets that identify a row.
        required: Columns that are NOT NULL.
    """

    table: TableRef
    columns: tuple[str, ...]
    kind: str = "table"
    definition: str = ""
    generated: Mapping[str, str] = field(default_factory=lambda: _EMPTY, hash=False)
    keys: tuple[frozenset[str], ...] = ()
    required: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class Catalog:
    """All relations that the connection can see. Compared by identity.

    Attributes:
        dialect: As in :func:`~pcishield.statement.analyze`.
        tables: By full name.
        search_path: Schemas to look in for a name without one, in order.
        functions: Volatility (``i``, ``s``, ``v``) by ``name`` and ``schema.name``; the worst of the overloads.
    """

    dialect: str
    tables: Mapping[TableRef, TableInfo]
    search_path: tuple[str, ...] = ("public",)
    functions: Mapping[str, str] = field(default_factory=lambda: _EMPTY)

    def find(self, table: TableRef) -> TableInfo | None:
        """Return what is known of ``table`` as written in a statement."""
        if table.schema:
            return self.tables.get(TableRef(table.name, table.schema))
        for schema in self.search_path:
            info = self.tables.get(TableRef(table.name, schema))
            if info is not None:
                return info
        return None

    def to_mapping(self) -> dict[str, Any]:
        """Return a snapshot of JSON types, for a file."""
        return {
            "dialect": self.dialect,
            "search_path": list(self.search_path),
            "functions": dict(sorted(self.functions.items())),
            "tables": [_table_mapping(info) for _, info in sorted(self.tables.items(), key=lambda kv: str(kv[0]))],
        }

    @classmethod
    def from_mapping(cls, data: Mapping[str, Any]) -> Catalog:
        """Read a snapshot.

        Raises:
            KeyError: A part is missing.
            TypeError: A part is of another type.
        """
        tables = [_table_of(item) for item in data["tables"]]
        return cls(
            dialect=str(data["dialect"]),
            tables=MappingProxyType({info.table: info for info in tables}),
            search_path=tuple(str(s) for s in data["search_path"]),
            functions=MappingProxyType({str(k): str(v) for k, v in data["functions"].items()}),
        )

    @property
    def version(self) -> str:
        """Digest of the content, 16 hex digits: changes when a table, column or view does."""
        text = repr([self.search_path, self.to_mapping()])
        return sha256(text.encode("utf-8", "replace")).hexdigest()[:16]


def _table_mapping(info: TableInfo) -> dict[str, Any]:
    return {
        "schema": info.table.schema,
        "name": info.table.name,
        "kind": info.kind,
        "columns": list(info.columns),
        "definition": info.definition,
        "generated": dict(info.generated),
        "keys": [sorted(key) for key in info.keys],
        "required": sorted(info.required),
    }


def _table_of(item: Mapping[str, Any]) -> TableInfo:
    return TableInfo(
        table=TableRef(str(item["name"]), str(item["schema"])),
        columns=tuple(str(c) for c in item["columns"]),
        kind=str(item["kind"]),
        definition=str(item["definition"]),
        generated=MappingProxyType({str(k): str(v) for k, v in item["generated"].items()}),
        keys=tuple(frozenset(str(c) for c in key) for key in item["keys"]),
        required=frozenset(str(c) for c in item["required"]),
    )


_POSTGRES = {
    "columns": """
        SELECT n.nspname, c.relname, c.relkind::text, a.attname, a.attnotnull,
               CASE WHEN a.attgenerated <> '' THEN pg_catalog.pg_get_expr(d.adbin, d.adrelid) END
        FROM pg_catalog.pg_class c
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname <> 'pg_catalog'
          AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_toast'
        ORDER BY c.oid, a.attnum""",
    "views": """
        SELECT n.nspname, c.relname, pg_catalog.pg_get_viewdef(c.oid)
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('v', 'm') AND n.nspname <> 'pg_catalog' AND n.nspname <> 'information_schema'""",
    "keys": """
        SELECT n.nspname, c.relname, i.indexrelid::text, a.attname
        FROM pg_catalog.pg_index i
        JOIN pg_catalog.pg_class c ON c.oid = i.indrelid
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (i.indkey)
        WHERE i.indisunique AND i.indpred IS NULL AND i.indexprs IS NULL AND n.nspname <> 'pg_catalog'
          AND n.nspname !~ '^pg_toast'""",
    "functions": """
        SELECT n.nspname, p.proname, max(p.provolatile::text)
        FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
        WHERE n.nspname <> 'pg_catalog' AND n.nspname <> 'information_schema' GROUP BY 1, 2""",
    "search_path": "SELECT unnest(pg_catalog.current_schemas(false))",
}
_MYSQL = {
    "columns": """
        SELECT t.TABLE_SCHEMA, t.TABLE_NAME, t.TABLE_TYPE, c.COLUMN_NAME, c.IS_NULLABLE = 'NO', c.GENERATION_EXPRESSION
        FROM information_schema.TABLES t
        LEFT JOIN information_schema.COLUMNS c USING (TABLE_SCHEMA, TABLE_NAME)
        WHERE t.TABLE_SCHEMA NOT IN ('mysql', 'sys', 'information_schema', 'performance_schema')
        ORDER BY t.TABLE_SCHEMA, t.TABLE_NAME, c.ORDINAL_POSITION""",
    "views": """
        SELECT TABLE_SCHEMA, TABLE_NAME, VIEW_DEFINITION FROM information_schema.VIEWS
        WHERE TABLE_SCHEMA NOT IN ('mysql', 'sys', 'information_schema', 'performance_schema')""",
    "keys": """
        SELECT TABLE_SCHEMA, TABLE_NAME, INDEX_NAME, COLUMN_NAME FROM information_schema.STATISTICS
        WHERE NON_UNIQUE = 0 AND TABLE_SCHEMA NOT IN ('mysql', 'sys', 'information_schema', 'performance_schema')""",
    "functions": """
        SELECT ROUTINE_SCHEMA, ROUTINE_NAME, 'v' FROM information_schema.ROUTINES WHERE ROUTINE_TYPE = 'FUNCTION'""",
    "search_path": "SELECT DATABASE()",
}
_SQLITE = {
    "columns": """
        SELECT l.schema, l.name, l.type, x.name, x."notnull", CASE WHEN x.hidden IN (2, 3) THEN s.sql END
        FROM pragma_table_list l, pragma_table_xinfo(l.name, l.schema) x
        LEFT JOIN sqlite_master s ON s.name = l.name AND l.schema = 'main'
        WHERE l.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
        ORDER BY l.schema, l.name, x.cid""",
    "views": "SELECT 'main', name, sql FROM sqlite_master WHERE type = 'view'",
    "keys": """
        SELECT l.schema, l.name, 'pk', x.name FROM pragma_table_list l, pragma_table_xinfo(l.name, l.schema) x
        WHERE x.pk > 0""",
}
_QUERIES: dict[str, dict[str, str]] = {"postgres": _POSTGRES, "mysql": _MYSQL, "sqlite": _SQLITE}

_KINDS = {
    "r": "table", "p": "partitioned", "v": "view", "m": "matview", "f": "foreign",
    "BASE TABLE": "table", "VIEW": "view", "SYSTEM VERSIONED": "table", "table": "table", "view": "view",
    "virtual": "foreign", "shadow": "table",
}  # fmt: skip


def catalog_queries(dialect: str) -> Mapping[str, str]:
    """Return the queries to ask, by name; they take no parameters and change nothing.

    Raises:
        KeyError: No catalog can be read for this dialect.
    """
    return _QUERIES[dialect]


def load_catalog(query: Callable[[str], Iterable[Row]], dialect: str) -> Catalog:
    """Ask every catalog query through ``query`` and build the catalog.

    Args:
        query: Runs one statement and returns its rows.
        dialect: ``postgres``, ``mysql`` or ``sqlite``.
    """
    return build_catalog(dialect, {name: list(query(sql)) for name, sql in catalog_queries(dialect).items()})


def build_catalog(dialect: str, answers: Mapping[str, Iterable[Row]]) -> Catalog:
    """Build the catalog from the rows of :func:`catalog_queries`, by the same names."""
    views = {_ref(dialect, row): _text(row[2]) for row in answers.get("views", ())}
    keys: dict[TableRef, dict[str, set[str]]] = {}
    for row in answers.get("keys", ()):
        keys.setdefault(_ref(dialect, row), {}).setdefault(_text(row[2]), set()).add(_name(dialect, row[3]))
    columns: dict[TableRef, list[Row]] = {}
    for row in answers["columns"]:
        columns.setdefault(_ref(dialect, row), []).append(row)
    tables = {
        table: TableInfo(
            table=table,
            columns=tuple(_name(dialect, row[3]) for row in rows if row[3] is not None),
            kind=_KINDS.get(_text(rows[0][2]), "table"),
            definition=_query_of(views.get(table, "")),
            generated=MappingProxyType({_name(dialect, row[3]): _text(row[5]) for row in rows if row[5]}),
            keys=tuple(frozenset(key) for key in keys.get(table, {}).values()),
            required=frozenset(_name(dialect, row[3]) for row in rows if row[4]),
        )
        for table, rows in columns.items()
    }
    path = tuple(_name(dialect, row[0]) for row in answers.get("search_path", ()) if row[0]) or ("temp", "")
    functions: dict[str, str] = {}
    for schema, name, volatility in answers.get("functions", ()):
        full, bare = f"{_text(schema)}.{_text(name)}".lower(), _text(name).lower()
        functions[full] = _text(volatility)
        functions[bare] = max(functions.get(bare, "i"), _text(volatility))
    return Catalog(dialect, MappingProxyType(tables), path, MappingProxyType(functions))


def changes_catalog(statement: Statement) -> bool:
    """Whether what ``statement`` does may have made a catalog stale."""
    return bool(statement.actions & {"ddl", "dcl", "call", "execute", "opaque", "unknown", "admin"}) or (
        "session-change" in statement.hazard_ids or "role-change" in statement.hazard_ids
    )


def _text(value: Any) -> str:
    if isinstance(value, (bytes, bytearray)):
        return bytes(value).decode("utf-8", "replace")
    return "" if value is None else str(value)


def _name(dialect: str, value: Any) -> str:
    text = _text(value)
    return text if dialect == "postgres" else text.lower()


def _ref(dialect: str, row: Row) -> TableRef:
    schema = _name(dialect, row[0])
    return TableRef(_name(dialect, row[1]), "" if dialect == "sqlite" and schema == "main" else schema)


def _query_of(definition: str) -> str:
    """The query of a view; SQLite stores the whole CREATE VIEW."""
    if definition.lstrip()[:6].upper() != "CREATE":
        return definition.strip().rstrip(";")
    from pcishield.statement.lexer import lex

    lexed = lex(definition, "sqlite")
    depth = 0
    for i, word in enumerate(lexed.upper):
        depth += (word == "(") - (word == ")")
        if word == "AS" and depth == 0:
            return " ".join(_written(lexed.kinds[j], lexed.values[j]) for j in range(i + 1, len(lexed.kinds)))
    return ""


def _written(kind: str, value: str) -> str:
    if kind == "S":
        return "'" + value.replace("'", "''") + "'"
    return '"' + value.replace('"', '""') + '"' if kind == "Q" else value
