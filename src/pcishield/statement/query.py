"""Queries and data-modifying statements: parse, follow, and check the parser against the tokens.

The parser (sqlglot) is lenient and reads many dialects; three nets are below it:

- what it could not read (a ``Command``, left-over text, an unknown clause) makes the statement unparsable;
- every write that the tokens show (``DELETE FROM``, ``INSERT INTO``, ``UPDATE x SET``, ``MERGE INTO``) must be
  in the tree, else the statement is unparsable;
- functions are taken from the tokens, not from the tree, so no call can be parsed away.
"""

from __future__ import annotations

from typing import Any

from sqlglot import expressions as exp

from pcishield.statement.catalog import Catalog, TableInfo
from pcishield.statement.dml import Writer
from pcishield.statement.draft import Draft
from pcishield.statement.facts import ColumnRef, OutputColumn
from pcishield.statement.fragment import Fragment, Reading
from pcishield.statement.functions import SEQUENCES, TRANSACTION_LOCKS, is_builtin, risk
from pcishield.statement.parser import parse
from pcishield.statement.relax import relax
from pcishield.statement.risks import judge
from pcishield.statement.settings import postgres_setting
from pcishield.statement.words import KEYWORDS, NOT_FUNCTIONS

__all__ = ["read_query"]

Expr = Any

_KINDS: dict[type, str] = {
    exp.Insert: "insert", exp.Update: "update", exp.Delete: "delete", exp.Merge: "merge",
    exp.Select: "select", exp.Union: "select", exp.Intersect: "select", exp.Except: "select",
    exp.Subquery: "select", exp.Values: "select", exp.Table: "select", exp.Paren: "select",
}  # fmt: skip
_WRITES = ("delete", "merge", "update", "insert")


def read_query(draft: Draft, reading: Reading, fragment: Fragment) -> None:
    """Read a query or a data-modifying statement into ``draft``."""
    tree = parse(fragment, reading.dialect)
    if type(tree) not in _KINDS and relax(fragment, reading.dialect):
        tree = parse(fragment, reading.dialect)
    kind = _KINDS.get(type(tree))
    if tree is None or kind is None:
        calls(draft, reading, fragment)
        draft.unparsable("the parser does not know this form")
        return
    before = set(draft.actions)
    resolver = _Reader(draft, reading)
    outs = resolver.query(tree, None)
    if kind == "select":
        draft.actions.add("select")
        writes = [w for w in _WRITES if w in draft.actions - before]
        draft.kind = writes[0] if writes else "ddl" if "ddl" in draft.actions - before else "select"
    else:
        draft.kind = kind
        if isinstance(tree.args.get("expression"), (exp.Select, exp.Union, exp.Subquery)):
            draft.actions.add("select")
    draft.outputs = tuple(_spelled(out, reading.catalog) for out in outs)
    _spell_uses(draft, reading.catalog)
    if "CYCLE" in fragment.u or "SEARCH" in fragment.u:
        draft.outputs = _with_added_columns(fragment, draft.outputs)
    calls(draft, reading, fragment)
    _check_writes(draft, fragment, tree)
    judge(draft, reading, fragment, tree)
    if "unknown" in draft.actions:
        draft.kind, draft.outputs = "unknown", None


def _spelled(out: OutputColumn, catalog: Catalog | None) -> OutputColumn:
    """What is made of a whole row is made of each of its columns."""
    if catalog is None or out.derivation not in {"derived", "unknown"}:
        return out
    sources = frozenset(one for ref in out.sources for one in _columns_of(ref, catalog))
    return OutputColumn(out.name, out.derivation, sources) if sources != out.sources else out


def _spell_uses(draft: Draft, catalog: Catalog | None) -> None:
    """So is what is asked of a whole row: ``to_jsonb(t) - 'note'``."""
    for key, ref in list(draft.columns.items()) if catalog is not None else ():
        if ref.name == "*" and catalog is not None and (columns := _columns_of(ref, catalog)) != [ref]:
            del draft.columns[key]
            for column in columns:
                draft.use(column, *key[1:])


def _columns_of(ref: ColumnRef, catalog: Catalog) -> list[ColumnRef]:
    info = catalog.find(ref.table) if ref.name == "*" and ref.table is not None else None
    if info is None or info.kind in {"view", "matview"} or not info.columns:
        return [ref]
    return [ColumnRef(column, info.table) for column in info.columns]


class _Reader(Writer):
    """A resolver that can also read the views it meets."""

    def __init__(self, draft: Draft, reading: Reading) -> None:
        super().__init__(draft, reading.dialect, reading.strings, reading.catalog, reading.views)
        self.reading = reading

    def view_outputs(self, info: TableInfo) -> list[OutputColumn] | None:
        """Read the definition of a view; ``None`` when it cannot be followed."""
        from pcishield.statement.lexer import lex

        if str(info.table) in self.reading.seen:
            return None
        lexed = lex(info.definition.strip().rstrip(";"), self.dialect)
        if lexed.error or lexed.breaks:
            return None
        inner = Draft()
        reading = Reading(self.dialect, lexed.strings, self.catalog, views=self.views + 1)
        reading.seen = self.reading.seen | {str(info.table)}
        read_query(inner, reading, Fragment.of(lexed, 0, len(lexed.kinds)))
        if inner.outputs is None or inner.kind != "select":
            return None
        for table, access in inner.relations:
            self.draft.touch(table, access)
        self.draft.functions |= inner.functions
        return list(inner.outputs)


def _with_added_columns(fragment: Fragment, outs: tuple[OutputColumn, ...]) -> tuple[OutputColumn, ...]:
    """SEARCH and CYCLE of a CTE add columns that the parser may not show: positions behind a star are open."""
    shown = [i for i, word in enumerate(fragment.u) if word in {"CYCLE", "SEARCH"} and fragment.word(i - 1) == ")"]
    if not shown or "*" not in fragment.u:
        return outs
    return (OutputColumn("*", "unknown", frozenset().union(*(o.sources for o in outs))),)


_WRITE_WORDS = frozenset({"INSERT", "UPDATE", "DELETE", "MERGE"})


def _check_writes(draft: Draft, fragment: Fragment, tree: Expr) -> None:
    """Compare the writes that the tokens show with those in the tree."""
    u = fragment.u
    shown = 0
    for i, word in enumerate(u):
        # Elsewhere the words are names: ``has_table_privilege(...) AS delete FROM x``.
        if word not in _WRITE_WORDS or (i and u[i - 1] not in {"(", ")"}):
            continue
        if word == "UPDATE":
            shown += fragment.is_name(i + 1) and "SET" in u[i:]
        else:
            shown += fragment.word(i + 1) == ("FROM" if word == "DELETE" else "INTO")
    if shown:
        found = sum(1 for n in tree.walk() if type(n) in (exp.Insert, exp.Update, exp.Delete, exp.Merge))
        if found < shown:
            draft.unparsable("a write that the parser did not read")


def calls(draft: Draft, reading: Reading, fragment: Fragment) -> None:
    """Add the functions that the tokens call, and their hazards."""
    u, k = fragment.u, fragment.k
    for start, name in fragment.calls():
        end = start + 1
        while u[end] == ".":
            end += 2
        word = u[end - 1]
        before = u[start - 1] if start else ""
        if word in {"GROUP", "INSERT"} and before in {"WITHIN", "THEN"}:
            continue
        if word == "REPEATABLE" and before == ")" and "TABLESAMPLE" in u:
            continue
        rows = reading.dialect == "duckdb" and word in _ROWS and before in _BEFORE_ROWS
        if start == end - 1 and k[start] == "W" and word in NOT_FUNCTIONS and not rows:
            if word != "SET" or reading.dialect != "postgres" or not _begins_value(fragment, start):
                continue
        if start == 1 and before in {"INSERT", "REPLACE"}:
            continue  # MySQL's INSERT without INTO
        if before in {"INTO", "TABLE", "REFERENCES", "AS", "::", "CONSTRAINT", "TABLESAMPLE"} or _defines(
            fragment, start, end, before
        ):
            if before in {"INTO", "TABLESAMPLE"} or risk(name.rpartition(".")[2]) is None:
                continue
        bare = name.rpartition(".")[2]
        if reading.dialect == "duckdb" and is_builtin(bare, "duckdb"):
            name = bare  # ``name.upper()``: a method, unless somebody has made a schema of that name
        draft.functions.add(name)
        hazard = risk(bare) or risk(name)
        if bare in {"glob", "query"} and reading.dialect in {"mysql", "postgres", "sqlite"}:
            hazard = None  # DuckDB's
        if bare == "set_config" and hazard is not None:
            found, setting = _set_config(fragment, end)
            for one in dict.fromkeys((found, "session-change")) if found else ():
                draft.hazard(one, setting)
        elif bare in TRANSACTION_LOCKS and not draft.relations and "FROM" not in u:
            draft.hazard("transaction-lock", bare)  # one lock, of a key that is given
        elif hazard is not None:
            draft.hazard(hazard, bare)
        elif bare in SEQUENCES and is_builtin(name, reading.dialect):
            draft.hazard("sequence", bare)
        elif not _pure(reading, name):
            draft.hazard("impure-function", name)


def _set_config(fragment: Fragment, opening: int) -> tuple[str, str]:
    """Hazard of ``set_config(name, value, ...)``, and the setting: as of SET where both can be read in the text."""
    u, k, v = fragment.u, fragment.k, fragment.v
    if opening + 4 >= fragment.n or k[opening + 1] != "S" or u[opening + 2] != "," or u[opening + 4] != ",":
        return "session-change", "set_config"
    if k[opening + 3] not in "SP":
        return "session-change", "set_config"
    name = v[opening + 1].strip().lower()
    return postgres_setting(name, [v[opening + 3].lower() if k[opening + 3] == "S" else "?"]), name


def _begins_value(fragment: Fragment, start: int) -> bool:
    """Whether a value begins at ``start``, rather than the SET clause of an UPDATE."""
    before = fragment.word(start - 1)
    return before in KEYWORDS - {"UPDATE"} or (fragment.k[start - 1] == "O" and before not in {")", "*"})


def _pure(reading: Reading, name: str) -> bool:
    """Whether a function is the database's own, or the catalog knows it to be immutable or stable."""
    catalog = reading.catalog
    known = catalog.functions.get(name) if catalog is not None else None
    if is_builtin(name, reading.dialect):
        if catalog is None or reading.dialect != "postgres" or known != "v":
            return True
        # In PostgreSQL a function of somebody's own may have the name of a built-in one, and take other types. One that
        # is no SQL is an extension's: gen_random_uuid() is pgcrypto's as well.
        return catalog.bodies.get(name) == ""
    return known in {"i", "s"}


def _defines(fragment: Fragment, start: int, end: int, before: str) -> bool:
    """Whether ``name (`` gives columns to a CTE or an alias rather than calling a function."""
    close = fragment.closing(end)
    if not all(fragment.k[j] in "WQ" or fragment.u[j] == "," for j in range(end + 1, close)):
        return False
    if before in {"WITH", "RECURSIVE", ","} and fragment.word(close + 1) == "AS":
        behind = fragment.word(close + 2)
        return behind in {"MATERIALIZED", "NOT"} or (behind == "(" and fragment.word(close + 3) in _QUERY_WORDS)
    if before == "VARIADIC" or not start:
        return False
    return before == ")" or fragment.k[start - 1] == "Q" or (fragment.k[start - 1] == "W" and before not in KEYWORDS)


_ROWS = frozenset({"GLOB", "RANGE"})
"""Functions of DuckDB whose name is another word elsewhere, and where they stand."""
_BEFORE_ROWS = frozenset({"FROM", "JOIN", "LATERAL", ","})
_QUERY_WORDS = frozenset({"SELECT", "WITH", "INSERT", "UPDATE", "DELETE", "MERGE", "VALUES", "TABLE", "("})
