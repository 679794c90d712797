"""What values are made of: columns of a FROM list, scopes, and how lineage adds up. No SQL is read here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pcishield.statement.candidates import Given, Made, Mixed, named
from pcishield.statement.facts import ColumnRef, Derivation, OutputColumn, TableRef

__all__ = [
    "CONST", "NONE", "Expr", "Outs", "Scope", "Source", "Value", "by_position", "combined", "differ", "either",
    "item_parent", "open_tables", "renamed", "renamed_source", "star_of", "value_of",
]  # fmt: skip

Value = tuple[Derivation, frozenset[ColumnRef]]
Outs = list[OutputColumn]
Expr = Any

NONE: frozenset[ColumnRef] = frozenset()
CONST: Value = ("safe", NONE)


class Source:
    """One item of a FROM list: its columns as far as they are known.

    ``outs``: known columns in order; ``open``: tables that may own further columns;
    ``rest``: what a column is made of that is neither (a function's result);
    ``made``: its rows are made up, see :mod:`~pcishield.statement.candidates`;
    ``kept``: what the statement itself stores in columns that ``*`` may stand for;
    ``anywhere``: what it stores in a column, but not in which.
    """

    __slots__ = ("anywhere", "found", "index", "kept", "made", "open", "outs", "rest", "table")

    def __init__(
        self,
        table: TableRef | None = None,
        outs: Outs | None = None,
        open: tuple[TableRef, ...] = (),
        rest: Value | None = None,
        made: bool = False,
    ) -> None:
        if rest is None and outs:
            # Columns under names that nobody knows may have any.
            many = frozenset().union(*(o.sources for o in outs if o.name == "*" and o.derivation != "star"))
            rest = ("unknown", many) if many else None
        self.table, self.outs, self.open, self.rest, self.made = table, outs, open, rest, made
        self.index: dict[str, OutputColumn] = {o.name: o for o in reversed(outs)} if outs else {}
        self.found: dict[str, Value] = {}
        stars = [out for out in outs or () if out.derivation == "star"]
        self.kept = NONE.union(*([ref for ref in out.sources if ref.name != "*"] for out in stars)) if stars else NONE
        self.anywhere: Value = ("unknown", self.kept) if self.kept else CONST

    def keeps(self, name: str, value: Value) -> None:
        """Take in what a statement stores in column ``name``, in any if that is not known: RETURNING shows that."""
        if not name:
            for known in self.index:
                self.keeps(known, value)
            if self.open:
                self.anywhere = either([self.anywhere, value])
                self.found.clear()
                self.kept |= value[1]
            return
        before = self.find(name)
        after = self.found[name] = either([before, value] if before is not None else [value])
        if name in self.index:
            self.index[name] = OutputColumn(name, *after)
            self.outs = [self.index[name] if out.name == name else out for out in self.outs or ()]
        elif self.open:
            self.kept |= value[1]

    def find(self, name: str) -> Value | None:
        """Return what column ``name`` is made of; ``None`` when this source certainly has no such column."""
        known = self.found.get(name)
        if known is not None:
            return known
        value: Value
        out = self.index.get(name)
        if out is not None:
            value = (out.derivation, out.sources)
        elif self.open:
            own: Value = ("verbatim", frozenset([ColumnRef(name, table) for table in self.open]))
            value = own if self.anywhere is CONST else either([own, self.anywhere])
        elif "*" in self.index:
            value = ("unknown", self.index["*"].sources)  # one of the columns that could not be told
        else:
            return self.rest
        self.found[name] = value
        return value

    def makes(self, name: str) -> bool:
        """Whether column ``name`` holds made-up values, or computed ones: ``'411111' || users.id`` counts as well."""
        out = self.index.get(name)
        if out is None:
            return self.made
        return isinstance(out, Made) or out.derivation in {"derived", "unknown"}

    def whole(self) -> frozenset[ColumnRef]:
        """Everything this source may hold."""
        if (
            self.table is not None
            and self.outs
            and all(o.derivation == "verbatim" and len(o.sources) == 1 for o in self.outs)
        ):
            return frozenset({ColumnRef("*", self.table)})
        found: set[ColumnRef] = {ColumnRef("*", table) for table in self.open}
        for out in self.outs or ():
            found |= out.sources
        if self.rest is not None:
            found |= self.rest[1]
        return frozenset(found)


class Scope:
    """The names that an expression can see."""

    __slots__ = ("aliases", "ctes", "filled", "merged", "merges", "parent", "sources")

    def __init__(self, parent: Scope | None = None) -> None:
        self.parent = parent
        self.sources: dict[str, Source] = {}
        self.ctes: dict[str, Outs] = parent.ctes if parent is not None else {}
        self.aliases: dict[str, Value] = {}
        self.merged = False
        self.filled: set[str] | None = set()
        """Names of USING whose values are of either table (RIGHT and FULL JOIN); ``None`` for any name (NATURAL)."""
        self.merges: dict[int, list[str] | None] = {}
        """By the position of the joined source: the names of USING, ``None`` for NATURAL."""


def combined(values: Iterable[Value]) -> Value:
    """Return what is made of several values at once."""
    derivation: Derivation = "safe"
    sources = NONE
    for d, s in values:
        if d == "safe":
            continue
        derivation = "unknown" if "unknown" in (d, derivation) else "derived"
        sources |= s
    return (derivation, sources)


def either(values: Iterable[Value]) -> Value:
    """One of several values: verbatim if each is, or holds nothing."""
    kinds = set()
    sources = NONE
    for d, s in values:
        if s or d != "safe":
            kinds.add(d)
            sources |= s if d != "safe" else NONE
    if not kinds - {"safe"}:
        return ("safe", NONE)
    if kinds <= {"verbatim", "safe"}:
        return ("verbatim", sources)
    return ("unknown" if "unknown" in kinds or "star" in kinds else "derived", sources)


def star_of(source: Source) -> Outs:
    """Return the columns that ``*`` stands for."""
    if source.outs is not None:
        return source.outs
    if source.open:
        # A whole row that is stored cannot be told from those that are shown.
        rows = any(ref.name == "*" for ref in source.kept)
        sources = source.kept.union(ColumnRef("*", t) for t in source.open)
        return [OutputColumn("*", "unknown" if rows else "star", sources)]
    derivation, sources = source.rest or CONST
    whole: Derivation = "unknown" if derivation == "unknown" else "derived" if sources else "safe"
    return [(Made if source.made else OutputColumn)("*", whole, sources)]


def value_of(out: OutputColumn) -> Value:
    """Return what an output is made of."""
    return (out.derivation, out.sources)


def open_tables(outs: Outs) -> tuple[TableRef, ...]:
    """Tables whose columns a star passes on under their own names."""
    return tuple(
        {r.table: None for o in outs if o.derivation == "star" for r in o.sources if r.table and r.name == "*"}
    )


def renamed(outs: Outs, columns: list[str]) -> Outs:
    """Return outputs under the names of an alias: ``AS t (a, b)``."""
    if not columns:
        return outs
    if any(o.name == "*" for o in outs):
        sources = frozenset().union(*(o.sources for o in outs))
        return [OutputColumn(c, "unknown" if sources else "safe", sources) for c in columns] + (
            [] if all(o.derivation == "safe" for o in outs) else [OutputColumn("*", "unknown", sources)]
        )
    return [named(o, c) for c, o in zip(columns, outs, strict=False)] + outs[len(columns) :]


def renamed_source(source: Source, columns: list[str]) -> Source:
    """Return a source whose columns have the names of an alias."""
    outs = star_of(source)
    return Source(table=source.table, outs=renamed(outs, columns), open=open_tables(outs))


def by_position(arms: list[Outs]) -> Outs:
    """Return the columns of a set operation."""
    first = arms[0]
    if len(arms) == 1:
        return first
    if any(o.name == "*" for arm in arms for o in arm):
        if all(arm == first for arm in arms):
            return first
        if all(map(_is_star_of_one, zip(*arms, strict=False))) and len({len(arm) for arm in arms}) == 1:
            return [o[0] if o[0].name == "*" else _one_output(list(o)) for o in zip(*arms, strict=True)]
        sources = frozenset().union(*(o.sources for arm in arms for o in arm))
        return [OutputColumn("*", "unknown" if sources else "safe", sources)]
    if any(len(arm) != len(first) for arm in arms):
        sources = frozenset().union(*(o.sources for arm in arms for o in arm))
        return [OutputColumn("*", "unknown", sources)]
    return [_one_output([arm[i] for arm in arms]) for i in range(len(first))]


def _is_star_of_one(outs: tuple[OutputColumn, ...]) -> bool:
    """Whether all columns of one table stand at a place in each arm, or one column does."""
    if all(out.name != "*" for out in outs):
        return True
    return all(out == outs[0] and out.derivation == "star" and len(out.sources) == 1 for out in outs)


def _one_output(outs: Outs) -> OutputColumn:
    derivation, sources = either(map(value_of, outs))
    if not any(isinstance(out, Made) for out in outs):
        mixed = any(isinstance(out, Mixed) or (isinstance(out, Given) and sources) for out in outs) or differ(outs)
        given = not sources and any(isinstance(out, Given) for out in outs)
        return (Mixed if mixed else Given if given else OutputColumn)(outs[0].name, derivation, sources)
    # A stored value among made-up ones is told by being the same as one of them.
    return Made(outs[0].name, "derived" if derivation == "verbatim" else derivation, sources)


def differ(outs: Iterable[OutputColumn]) -> bool:
    """Whether stored values of one column stand among those of another, ``cards.pan`` among ``candidates.pan``.

    Whoever may write the one learns of the other by where its own come to stand.
    """
    return len({out.sources for out in outs if out.sources}) > 1


def item_parent(scope: Scope) -> Scope | None:
    """What a derived table sees: the CTEs around it and outer queries, not its neighbours."""
    outer = Scope(scope.parent)
    outer.ctes = scope.ctes
    return outer
