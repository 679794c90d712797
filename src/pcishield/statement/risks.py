"""Hazards that need the whole picture: what is read, how much, for how long."""

from __future__ import annotations

import re
from typing import Any

from sqlglot import expressions as exp

from pcishield.statement.candidates import makes_rows
from pcishield.statement.constants import Constants, chain, number
from pcishield.statement.costs import Rows, bound_of, groups, grows, is_true, length_of, series_of, values_in
from pcishield.statement.draft import Draft
from pcishield.statement.facts import TableRef
from pcishield.statement.fragment import Fragment, Reading
from pcishield.statement.recursion import advances, ends
from pcishield.statement.trees import FULLY_KNOWN, ctes_of, found_in

__all__ = ["SMALL_LIMIT", "judge", "judge_tables"]

Expr = Any

SMALL_LIMIT = 1000
"""A LIMIT above this is no limit."""

_MANY = 10_000_000
_LONGEST = 100_000_000
"""Signs of a text."""
_DOUBLED = 20
"""Times that a text may become twice as long."""
_WIDE = re.compile(r"%(?:[0-9]+\$)?[-+ #0,.]*[0-9]{7,}")
_SERIES = frozenset(
    """generate_series repeat lpad rpad randomblob zeroblob space benchmark array_fill rep pg_sleep sleep printf
    format range""".split()
)

_CREDENTIALS = frozenset(
    """pg_authid pg_shadow pg_user_mapping pg_user_mappings pg_subscription pg_roles_passwords mysql.user
    sql_logins syslogins sysxlogins user$ user_history$ link$
    mysql.global_priv mysql.db mysql.authentication_string mysql.servers mysql.proxies_priv mysql.slave_master_info
    mysql.password_history pg_foreign_server_password performance_schema.user_variables_by_thread
    pg_hba_file_rules pg_ident_file_mappings pg_file_settings mysql.default_roles mysql.roles_mapping""".split()
)
_STATISTICS = frozenset(
    """pg_stats pg_statistic pg_stats_ext pg_stats_ext_exprs pg_statistic_ext_data pg_stat_statements
    mysql.column_stats mysql.innodb_index_stats information_schema.column_statistics sqlite_stat1 sqlite_stat2
    sqlite_stat3 sqlite_stat4 mysql.general_log mysql.slow_log performance_schema.events_statements_history
    performance_schema.events_statements_history_long performance_schema.events_statements_current
    pg_largeobject sqlite_dbpage sqlite_dbdata sqlite_dbptr""".split()
)
_FILE_MARKS = frozenset("./\\:*?")
"""In a name of a DuckDB table: it is the path of a file, or a pattern of some."""
_SCHEMA_TABLES = frozenset("sqlite_master sqlite_schema sqlite_temp_master sqlite_temp_schema sqlite_sequence".split())
_SYSTEM_SCHEMAS = frozenset("pg_catalog information_schema mysql sys performance_schema pg_toast".split())


def judge_tables(draft: Draft, reading: Reading) -> None:
    """Hazards of the tables touched."""
    for table, access in tuple(draft.relations):
        name, full = table.name, f"{table.schema}.{table.name}"
        if name.startswith(("pg_", "sqlite_")) or table.schema in _SYSTEM_SCHEMAS:
            if full in _CREDENTIALS or name in _CREDENTIALS:
                draft.hazard("credential-introspection", name)
            elif full in _STATISTICS or name in _STATISTICS:
                draft.hazard("statistics-access", name)
            if access != "read":
                _system_write(draft, reading, table)
        if reading.dialect == "duckdb" and not _FILE_MARKS.isdisjoint(name):
            draft.hazard("file-access", "a file read as a table")


def _system_write(draft: Draft, reading: Reading, table: TableRef) -> None:
    if reading.dialect == "sqlite" and table.name in _SCHEMA_TABLES and table.name != "sqlite_sequence":
        draft.hazard("writable-schema", table.name)
    elif table.schema in _SYSTEM_SCHEMAS or (
        reading.dialect == "postgres" and table.name.startswith("pg_") and not table.schema
    ):
        draft.hazard("writable-schema", str(table))


def judge(draft: Draft, reading: Reading, fragment: Fragment, tree: Expr) -> None:
    """Hazards of a query or a data-modifying statement."""
    judge_tables(draft, reading)
    if draft.kind == "select" and draft.relations:
        _bulk(draft, tree)
    # ``FROM a, b`` is one, too, but not in the dialects whose UPDATE and DELETE may be long.
    asks = draft.relations and ("SELECT" in fragment.u or reading.dialect not in FULLY_KNOWN)
    selects = found_in(tree, exp.Select) if asks else []
    if any(map(_explodes, selects)):
        draft.hazard("denial-of-service", "every combination of many tables")
    if any(len(select.args.get("joins") or ()) >= 2 for select in selects):
        written = {cte.alias.lower() for cte in tree.find_all(exp.CTE) if not _reads(cte.this)}
        if any(_meets_itself(select, written) for select in selects):
            draft.hazard("denial-of-service", "every combination of a table with itself, and again")
    if "GENERATE_SERIES" in fragment.u or "BENCHMARK" in fragment.u or _has_series(draft):
        _series(draft, fragment)
        _counts(draft, reading, tree)
    recursive = "RECURSIVE" in fragment.u or (reading.dialect == "sqlite" and "WITH" in fragment.u)
    if recursive:
        _recursion(draft, tree, reading)
    if recursive or (reading.dialect == "mysql" and any(makes_rows(t.name, "mysql") for t, _ in draft.relations)):
        rows = Rows(tree, reading.dialect, reading.strings)
        if any(rows.of(query) >= _MANY for query in tree.find_all(exp.Select)):
            draft.hazard("denial-of-service", "a sequence without end")
    if ("REPLACE" in fragment.u or "REPEAT" in fragment.u) and any(
        length_of(call, reading.strings) >= _LONGEST
        for call in tree.find_all(exp.Replace, exp.Repeat)
        if not isinstance(call.parent, (exp.Replace, exp.Repeat))
    ):
        draft.hazard("denial-of-service", "a text that grows with each replacement")
    for i, token in enumerate(fragment.u):
        if token == ":=" and fragment.k[i - 1] == "V":
            draft.hazard("session-variable", "an assignment inside a query")
            if draft.relations:
                draft.hazard("relocation", "into a session variable")
            break


def _has_series(draft: Draft) -> bool:
    return not _SERIES.isdisjoint(draft.functions)


def _bulk(draft: Draft, tree: Expr) -> None:
    while type(tree) is exp.Subquery or type(tree) is exp.Paren:
        if tree.args.get("limit") is not None:
            break
        tree = tree.this
    limit = tree.args.get("limit")
    if limit is not None and _small(limit):
        return
    if type(tree) is exp.Select:
        if _cross(tree):
            draft.hazard("cross-join")
        if draft.outputs is not None and draft.outputs and all(o.derivation == "safe" for o in draft.outputs):
            return
        where = tree.args.get("where")
        if where is not None and _selective(where.this):
            return
        if _single_row(tree):
            return
    draft.hazard("bulk-export", "a large LIMIT" if limit is not None else "no LIMIT and no equality condition")


def _small(limit: Expr) -> bool:
    count = limit.args.get("expression") or limit.args.get("count")
    if type(count) is exp.Literal and not count.args.get("is_string"):
        text = str(count.this)
        return text.isdigit() and int(text) <= SMALL_LIMIT
    return isinstance(count, (exp.Parameter, exp.Placeholder)) or (count is None and type(limit) is exp.Fetch)


def _selective(node: Expr) -> bool:
    """Whether an equality with a value, or a list of values, is among the conditions that must all hold."""
    stack = [node]
    while stack:
        item = stack.pop()
        while type(item) is exp.Paren:
            item = item.this
        kind = type(item)
        if kind is exp.And:
            stack += [item.this, item.expression]
        elif kind is exp.EQ or kind is exp.NullSafeEQ:
            sides = (item.this, item.expression)
            if any(type(s) is exp.Column for s in sides) and any(_constant(s) for s in sides):
                return True
        elif kind is exp.In and item.expressions and all(_constant(e) for e in item.expressions):
            return True
    return False


def _constant(node: Expr) -> bool:
    while type(node) in (exp.Paren, exp.Cast, exp.Any):
        node = node.this
    return isinstance(node, (exp.Literal, exp.Parameter, exp.Placeholder, exp.Boolean, exp.Anonymous, exp.Subquery))


def _single_row(tree: Expr) -> bool:
    """Aggregates without GROUP BY give one row."""
    if tree.args.get("group") is not None or tree.args.get("from_") is None:
        return tree.args.get("from_") is None
    items = [e.this if type(e) is exp.Alias else e for e in tree.expressions]
    return bool(items) and all(isinstance(e, _ONE_VALUE) for e in items)


_ONE_VALUE = (exp.Count, exp.Min, exp.Max, exp.Sum, exp.Avg, exp.Stddev, exp.StddevPop, exp.StddevSamp, exp.Variance)


def _explodes(tree: Expr) -> bool:
    """Every combination of the rows of four tables or more."""
    if len(tree.args.get("joins") or ()) < _MOST_FREE:
        return False
    chosen = _chosen(tree)
    stored = [
        group
        for group in groups(tree)
        if any(type(item) is exp.Table and isinstance(item.this, exp.Identifier) for item in group)
        and not any(item.alias_or_name.lower() in chosen for item in group)
    ]
    return len(stored) > _MOST_FREE


_MOST_FREE = 3
_TYING = (exp.EQ, exp.NullSafeEQ, exp.In, exp.Between, exp.Or, exp.Exists, exp.Like, exp.RegexpLike, exp.Func)
"""Conditions that leave few rows of a table for each of another; an inequality leaves half, or all but one."""


def _reads(query: Expr) -> bool:
    return any(isinstance(table.this, exp.Identifier) for table in query.find_all(exp.Table))


def _meets_itself(tree: Expr, written: set[str]) -> bool:
    """Whether a table is there three times, and nothing but inequalities ties it to itself, or so are any three.

    Of different tables, a bound may be that of a band: ``o.amount >= tier.least``. Between keys it means nothing.
    """
    if len(tree.args.get("joins") or ()) < 2 or _stops(tree):
        return False
    chosen = _chosen(tree)
    times: dict[str, int] = {}
    free = 0
    for group in groups(tree, _TYING):
        if any(item.alias_or_name.lower() in chosen for item in group):
            continue
        stored = {item.name.lower() for item in group if type(item) is exp.Table
                  and isinstance(item.this, exp.Identifier)}  # fmt: skip
        for name in stored - written:
            times[name] = times.get(name, 0) + 1
        free += bool(stored - written)
    return any(count > 2 for count in times.values()) or free > _MOST_FREE or (free > 2 and _of_keys(tree))


def _of_keys(tree: Expr) -> bool:
    """Whether the conditions of a join are that keys differ, or that one is more than another."""
    conditions = [join.args["on"] for join in tree.args.get("joins") or () if not is_true(join.args.get("on"))]
    conditions += [tree.args["where"].this] if tree.args.get("where") is not None else []
    parts = [part for condition in conditions for part in chain(condition, exp.And)]
    between = [part for part in parts if len({c.text("table") for c in part.find_all(exp.Column)}) > 1]
    return bool(between) and all(
        type(part) is exp.NEQ or all(column.name.lower() in _KEYS for column in part.find_all(exp.Column))
        for part in between
    )


_KEYS = frozenset({"id", "pk", "uuid", "rowid", "ctid"})


def _chosen(tree: Expr) -> set[str]:
    """Tables of which a condition takes a row or a few: ``a.id = 1``."""
    where = tree.args.get("where")
    return {
        column.text("table").lower()
        for part in (chain(where.this, exp.And) if where is not None else ())
        if isinstance(part, (exp.EQ, exp.In)) and len(columns := list(part.find_all(exp.Column))) == 1
        for column in columns
    }


def _cross(tree: Expr) -> bool:
    """Whether a stored table is joined to another without a condition; one row, or a few, may be joined to each."""
    if tree.args.get("where") is not None:
        return False
    ctes = ctes_of(tree)
    clause, found = tree.args.get("from_"), False
    for item, args in [(clause.this, {}) if clause is not None else (None, {})] + [
        (join.this, join.args) for join in tree.args.get("joins") or ()
    ]:
        many = item is not None and _is_many(item, ctes)
        if many and found and is_true(args.get("on")) and not args.get("using") and not args.get("method"):
            return True
        found = found or many
    return False


def _aggregates(tree: Expr) -> bool:
    """Whether all rows become one: an aggregate, of which more may be computed, without GROUP BY."""
    return tree.args.get("group") is None and any(
        not isinstance(call.parent, (exp.Window, exp.Filter, exp.WithinGroup))
        or (type(call.parent) is not exp.Window and type(call.parent.parent) is not exp.Window)
        for part in tree.expressions
        for call in part.find_all(exp.AggFunc)
        if call.find_ancestor(exp.Select) is tree
    )


def _is_many(item: Expr, ctes: dict[str, Expr]) -> bool:
    """Whether an item of FROM, or a query, has as many rows as a stored table may have."""
    while type(item) in (exp.Subquery, exp.Paren) and item.args.get("limit") is None:
        item = item.this
    limit = item.args.get("limit")
    if limit is not None and _small(limit):
        return False
    if isinstance(item, exp.SetOperation):
        return _is_many(item.this, ctes) or _is_many(item.expression, ctes)
    if type(item) is exp.Select:
        clause = item.args.get("from_")
        items = [clause.this] if clause is not None else []
        items += [join.this for join in item.args.get("joins") or ()]
        return not _aggregates(item) and any(_is_many(one, ctes) for one in items)
    if type(item) is not exp.Table or not isinstance(item.this, exp.Identifier):
        return False
    query = ctes.get(item.name.lower()) if not item.args.get("db") else None
    return query is None or _is_many(query, {name: one for name, one in ctes.items() if one is not query})


def _below_texts(arm: Expr, reading: Reading) -> bool:
    """Whether a bound is a number written as a text, which in SQLite is more than any number."""
    where = arm.args.get("where")
    return where is not None and reading.dialect == "sqlite" and any(
        number(Constants(reading.strings).value(side.expression)) is not None
        for side in where.find_all(exp.LT, exp.LTE)
        if side.expression.is_string
    )  # fmt: skip


def _branches(arm: Expr, name: str) -> bool:
    """``FROM t, generate_series(1, 10)``: ten rows of each, a hundred of those."""
    for group in groups(arm):
        if any(item.name.lower() == name for item in group):
            continue
        if any(item.find(exp.GenerateSeries, exp.ExplodingGenerateSeries) is not None for item in group):
            return True
    return False


def _counts(draft: Draft, reading: Reading, tree: Expr) -> None:
    """Series whose ends and steps are computed: ``generate_series(now(), 'infinity', '1 day')``."""
    for call in tree.find_all(exp.GenerateSeries, exp.ExplodingGenerateSeries):
        if series_of(call, reading.strings) >= _MANY:
            draft.hazard("denial-of-service", "a series with many steps")
            return


def _series(draft: Draft, fragment: Fragment) -> None:
    together = length = 1.0
    for start, name in fragment.calls():
        if name.rpartition(".")[2] not in _SERIES:
            continue
        opening = start
        while fragment.u[opening] != "(":
            opening += 1
        numbers = [1.0]
        for i in range(opening, fragment.closing(opening)):
            if fragment.k[i] == "N":
                numbers.append(_number(fragment.v[i]) * (max(numbers) if name == "array_fill" else 1))
            if fragment.k[i] == "S" and _WIDE.search(fragment.v[i]):
                numbers.append(_MANY)
        together *= max(numbers) if name.endswith(("series", "range")) else 1
        length *= max(numbers)
        if max(numbers) >= _MANY or together >= _MANY or length >= _MANY * 1000:
            draft.hazard("denial-of-service", f"{name} with a huge count")


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def _recursion(draft: Draft, tree: Expr, reading: Reading) -> None:
    """A recursive CTE whose recursive arm has no condition, read without a small LIMIT, does not end."""
    for clause in tree.find_all(exp.With):
        outer = clause.parent
        if outer is None or _stops(outer):
            continue
        for cte in clause.expressions:
            body = cte.this
            if type(body) is exp.Union and grows(body.expression) and bound_of(body, reading.strings) > _DOUBLED:
                draft.hazard("denial-of-service", "a text that doubles with each row")
            if type(body) is not exp.Union or _few(body.args.get("limit")):
                continue
            name, arm = cte.alias.lower(), body.expression
            if body.args.get("distinct") and all(type(item) is exp.Column for item in arm.expressions):
                continue  # gives no row twice
            if _branches(arm, name):
                draft.hazard("denial-of-service", "a recursive query that multiplies")
            counted = None if _below_texts(arm, reading) else ends(cte, reading.strings, _MANY)
            if counted is not None:
                if not counted:
                    draft.hazard("denial-of-service", "a recursive query without a bound")
                continue
            mentions = any(t.name.lower() == name for t in arm.find_all(exp.Table))
            if mentions and not (_bounded(arm, name, reading) and advances(cte)):
                draft.hazard("denial-of-service", "a recursive query without a bound")


def _stops(outer: Expr) -> bool:
    """Whether a query takes a few rows of its CTE and is content: what is sorted or counted is read to the end."""
    ends = any(outer.args.get(key) is not None for key in ("order", "group", "distinct"))
    counts = any(item.find(exp.AggFunc, exp.Window) is not None for item in getattr(outer, "expressions", ()))
    return _few(outer.args.get("limit")) and not ends and not counts


def _few(limit: Expr | None) -> bool:
    count = (limit.args.get("expression") or limit.args.get("count")) if limit is not None else None
    if type(count) is exp.Literal:
        return _number(str(count.this)) < _MANY
    return limit is not None and not isinstance(count, (exp.Neg, exp.Null, exp.Query))


def _bounded(arm: Expr, name: str, reading: Reading) -> bool:
    """Whether the recursive arm has a condition that may end it: a join with stored rows, or a bound that is near."""
    where = arm.args.get("where")
    tied = next((group for group in groups(arm) if any(item.name.lower() == name for item in group)), [])
    if len(tied) > 1 or any(isinstance(join.this, (exp.Lateral, exp.Subquery)) for join in arm.args.get("joins") or ()):
        return True  # rows that are stored, each of those that it belongs to
    if where is None:
        return False
    if where.find(exp.Query) is not None:
        return True
    own = {"", name, *(item.alias_or_name.lower() for item in tied)}
    if not any(column.text("table").lower() in own for column in where.find_all(exp.Column)):
        return False
    if where.find(exp.Column) is None:
        return False
    if not where.find(*_ENDING) and (where.find(exp.GT, exp.GTE) or not where.find(exp.Predicate, exp.Func)):
        # ``n > 0`` ends what counts down
        return any(item.find(exp.Sub, exp.Div, exp.IntDiv, exp.Func) for item in arm.expressions)
    if _below_texts(arm, reading):
        return False
    return all(value < _MANY for value in values_in(where, reading.strings))


_ENDING = (exp.LT, exp.LTE, exp.EQ, exp.NEQ, exp.Between, exp.In, exp.Not, exp.Is, exp.Exists, exp.Like)
