"""What is known about a database's tables: plain data, read by :mod:`pcishield.statement.catalog_reading`.

Names that a statement uses and the catalog does not have are unknown, not harmless: the connection may not be
allowed to see them (hazard ``not-in-catalog``). A view whose definition may not be read, or not understood, has
unknown columns (hazard ``opaque-view``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from types import MappingProxyType
from typing import Any

from pcishield.statement.facts import TableRef

__all__ = ["Catalog", "TableInfo", "is_system"]

_EMPTY: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class TableInfo:
    """One relation.

    Attributes:
        table: Its full name, folded as the database folds names.
        columns: Column names in order.
        kind: ``table``, ``view``, ``matview``, ``foreign``, ``partitioned``, ``sequence``, ``virtual`` (SQLite: may
            have hidden columns), ``system`` (of the database itself; its columns are not listed).
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


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Catalog:
    """All relations that the connection can see. Compared by identity.

    Attributes:
        dialect: As in :func:`~pcishield.statement.analyze`.
        tables: By full name.
        search_path: Schemas to look in for a name without one, in order.
        functions: Volatility (``i``, ``s``, ``v``) by ``name`` and ``schema.name``; the worst of the overloads.
        bodies: Text of a function, by the same names; "" for code that is no SQL, missing where it cannot be read.
    """

    dialect: str
    tables: Mapping[TableRef, TableInfo]
    search_path: tuple[str, ...] = ("public",)
    functions: Mapping[str, str] = field(default_factory=lambda: _EMPTY)
    bodies: Mapping[str, str] = field(default_factory=lambda: _EMPTY)

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
            "bodies": dict(sorted(self.bodies.items())),
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
            bodies=MappingProxyType({str(k): str(v) for k, v in data.get("bodies", {}).items()}),
        )

    @property
    def version(self) -> str:
        """Digest of the content, 16 hex digits: changes when a table, column or view does."""
        text = repr([self.search_path, self.to_mapping()])
        return sha256(text.encode("utf-8", "replace")).hexdigest()[:16]


_SYSTEM_SCHEMAS = {
    "postgres": frozenset({"pg_catalog", "information_schema", "pg_toast"}),
    "mysql": frozenset({"information_schema", "mysql", "performance_schema", "sys"}),
}
_SQLITE_OWN = ("sqlite_", "pragma_")
_SQLITE_FUNCTIONS = frozenset({"bytecode", "dbstat", "generate_series", "json_each", "json_tree", "tables_used"})


def is_system(table: TableRef, dialect: str) -> bool:
    """Whether ``table`` is the database's own and so not expected in a catalog."""
    if dialect == "sqlite":
        return table.name.startswith(_SQLITE_OWN) or table.name in _SQLITE_FUNCTIONS
    return table.schema in _SYSTEM_SCHEMAS.get(dialect, ()) or (table.name == "dual" and dialect == "mysql")


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
