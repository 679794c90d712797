"""A statement while it is being read: what has been found so far."""

from __future__ import annotations

from pcishield.statement.facts import Access, ColumnRef, ColumnUse, Hazard, OutputColumn, Relation, TableRef

__all__ = ["Draft"]


class Draft:
    """Collects facts; duplicates are dropped, order is kept."""

    __slots__ = ("actions", "columns", "declares", "functions", "hazards", "kind", "outputs", "refers", "relations")

    def __init__(self) -> None:
        self.kind = "unknown"
        self.actions: set[str] = set()
        self.relations: dict[tuple[TableRef, Access], None] = {}
        self.columns: dict[tuple[int, str, bool], ColumnRef] = {}
        self.functions: set[str] = set()
        self.outputs: tuple[OutputColumn, ...] | None = ()
        self.hazards: dict[Hazard, None] = {}
        self.declares = self.refers = ""

    def set(self, kind: str, *hazards: str, detail: str = "") -> None:
        """Say what it is; each hazard gets ``detail``."""
        self.kind = kind
        self.actions.add(kind)
        for hazard in hazards:
            self.hazard(hazard, detail)

    def hazard(self, id: str, detail: str = "") -> None:
        """Add a reason for care; ``detail`` must hold no literal."""
        self.hazards[Hazard(id, detail)] = None

    def unparsable(self, detail: str) -> None:
        """Give up: the text is not understood."""
        self.kind = "unknown"
        self.actions.add("unknown")
        self.outputs = None
        self.hazard("unparsable", detail)

    def touch(self, table: TableRef | None, access: Access) -> None:
        """Add a table."""
        if table is not None:
            self.relations[table, access] = None

    def use(self, column: ColumnRef, clause: str, wrapped: bool) -> None:
        """Add the use of a column."""
        # By identity: hashing the reference itself costs more than everything else here.
        self.columns[id(column), clause, wrapped] = column

    def take(self, other: Draft, *, hazards: bool = True) -> None:
        """Add what an inner statement does, without its kind and outputs."""
        self.actions |= other.actions
        self.relations |= other.relations
        self.columns |= other.columns
        self.functions |= other.functions
        if hazards:
            self.hazards |= other.hazards

    def frozen_relations(self) -> tuple[Relation, ...]:
        """Relations as facts."""
        return tuple([Relation(table, access) for table, access in self.relations])

    def frozen_columns(self) -> tuple[ColumnUse, ...]:
        """Column uses as facts."""
        return tuple([ColumnUse(column, clause, wrapped) for (_, clause, wrapped), column in self.columns.items()])
