"""What is known about a database's tables: plain data, built from the answers to a few catalog queries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from pcishield.statement.facts import TableRef

__all__ = ["Catalog", "TableInfo"]


@dataclass(frozen=True, slots=True)
class TableInfo:
    """One relation.

    Attributes:
        table: Its full name.
        columns: Column names in order.
        kind: ``table``, ``view``, ``matview``, ``foreign``, ``partitioned``.
        definition: The query of a view, else "".
        generated: Expression by generated column.
        keys: Column sets that identify a row.
        required: Columns that are NOT NULL.
    """

    table: TableRef
    columns: tuple[str, ...]
    kind: str = "table"
    definition: str = ""
    generated: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    keys: tuple[frozenset[str], ...] = ()
    required: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class Catalog:
    """All relations that the connection can see. Compared by identity.

    Attributes:
        dialect: As in :func:`~pcishield.statement.analyze`.
        tables: By full name.
        search_path: Schemas to look in for a name without one, in order.
        functions: Volatility (``i``, ``s``, ``v``) by ``schema.name`` and by ``name``, where the catalog tells.
    """

    dialect: str
    tables: Mapping[TableRef, TableInfo]
    search_path: tuple[str, ...] = ("public",)
    functions: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def find(self, table: TableRef) -> TableInfo | None:
        """Return what is known of ``table`` as written in a statement."""
        if table.schema:
            return self.tables.get(TableRef(table.name, table.schema))
        for schema in self.search_path:
            info = self.tables.get(TableRef(table.name, schema))
            if info is not None:
                return info
        return None
