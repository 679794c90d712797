"""From a database to a :class:`~pcishield.statement.catalog.Catalog`: the queries to ask, and what their rows mean.

Reading is done by the caller: ask each query of :func:`catalog_queries` on a connection, with that connection's own
rights, and give the rows to :func:`build_catalog`; or give :func:`load_catalog` something that runs a query. The
queries begin with a comment that marks them, in the database's own log too, as the shield's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from pcishield.statement.catalog import Catalog, TableInfo
from pcishield.statement.catalog_postgres import all_queries, build
from pcishield.statement.catalog_rows import KINDS, Row, functions_of, text_of
from pcishield.statement.catalog_sqlite import as_views
from pcishield.statement.facts import TableRef
from pcishield.statement.lexer import lex

__all__ = [
    "MARK",
    "ask_sqlite",
    "build_catalog",
    "catalog_queries",
    "load_catalog",
    "search_path",
]

MARK = "/* pcishield: catalog */ "
"""Begins every statement that the shield sends of its own accord."""

_MYSQL = {
    "columns": """
        SELECT t.TABLE_SCHEMA, t.TABLE_NAME, t.TABLE_TYPE, c.COLUMN_NAME, NULLIF(c.IS_NULLABLE, 'YES'),
               c.GENERATION_EXPRESSION
        FROM information_schema.TABLES t
        LEFT JOIN information_schema.COLUMNS c USING (TABLE_SCHEMA, TABLE_NAME)
        WHERE t.TABLE_SCHEMA NOT IN ('mysql', 'sys', 'information_schema', 'performance_schema')
        ORDER BY t.TABLE_SCHEMA, t.TABLE_NAME, c.ORDINAL_POSITION""",
    "views": """
        SELECT TABLE_SCHEMA, TABLE_NAME, VIEW_DEFINITION FROM information_schema.VIEWS
        WHERE TABLE_SCHEMA NOT IN ('mysql', 'sys', 'information_schema', 'performance_schema') ORDER BY 1, 2""",
    "keys": """
        SELECT TABLE_SCHEMA, TABLE_NAME, INDEX_NAME, COLUMN_NAME FROM information_schema.STATISTICS
        WHERE NON_UNIQUE = 0 AND TABLE_SCHEMA NOT IN ('mysql', 'sys', 'information_schema', 'performance_schema')
        ORDER BY 1, 2, 3, SEQ_IN_INDEX""",
    "functions": """
        SELECT ROUTINE_SCHEMA, ROUTINE_NAME, IF(SQL_DATA_ACCESS IN ('NO SQL', 'READS SQL DATA'), 's', 'v'),
               ROUTINE_DEFINITION
        FROM information_schema.ROUTINES WHERE ROUTINE_TYPE = 'FUNCTION' ORDER BY 1, 2""",
    "search_path": "SELECT DATABASE()",
}  # fmt: skip


def catalog_queries(dialect: str) -> Mapping[str, str]:
    """Return the queries to ask, by name; they take no parameters and change nothing.

    Raises:
        KeyError: No catalog can be read this way for this dialect: SQLite's needs several steps (:func:`ask_sqlite`).
    """
    if dialect == "postgres":
        return {name: MARK + sql for name, sql in all_queries().items()}
    return {name: MARK + " ".join(sql.split()) for name, sql in {"mysql": _MYSQL}[dialect].items()}


def ask_sqlite(query: Callable[[str], Iterable[Row]]) -> dict[str, list[Row]]:
    """Ask an SQLite database for what :func:`build_catalog` takes.

    By PRAGMA statements, and not by the table-valued functions of the same names: after ``deserialize`` these make
    some versions of SQLite crash.

    Args:
        query: Runs one statement and returns its rows; text may be bytes.

    Raises:
        Exception: What ``query`` raises for anything but a table that cannot be described.
    """
    attached = [text_of(row[1]) for row in query(MARK + "PRAGMA database_list")]
    texts: list[Row] = []
    columns: list[Row] = []
    keys: list[Row] = []
    # Only what is there: to look into ``temp`` would make it, and the application would see it in the list.
    for schema in attached:
        prefix = _quoted(schema)
        objects = f"SELECT type, name, sql FROM {prefix}.sqlite_master WHERE type IN ('table', 'view')"  # noqa: S608
        for kind, name, sql in list(query(MARK + objects)):
            table, text = text_of(name), text_of(sql)
            virtual = text[:20].upper().startswith("CREATE VIRTUAL TABLE")
            texts.append((schema, table, kind, text))
            try:
                described = list(query(f"{MARK}PRAGMA {prefix}.table_xinfo({_quoted(table)})"))
            except Exception:
                # A view over a table that is gone.
                described = []
            # A virtual table's hidden columns are no part of its ``*``.
            for row in [row for row in described if row[6] != 1] or [(0, None, "", 0, None, 0, 0)]:
                columns.append((schema, table, "virtual" if virtual else kind, row[1], row[3], row[6] in (2, 3)))
                if row[5]:
                    keys.append((schema, table, "pk", row[1]))
    functions: list[Row] = [("", row[0], "s", "") for row in query(MARK + "PRAGMA function_list")]
    path: list[Row] = [(name,) for name in attached if name not in {"main", "temp"}]
    texts, columns = as_views(texts, columns)
    return {"columns": columns, "functions": functions, "keys": keys, "search_path": path, "texts": texts}


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def load_catalog(query: Callable[[str], Iterable[Row]], dialect: str) -> Catalog:
    """Ask every catalog query through ``query`` and build the catalog.

    Args:
        query: Runs one statement and returns its rows.
        dialect: ``postgres``, ``mysql`` or ``sqlite``.
    """
    if dialect == "sqlite":
        return build_catalog(dialect, ask_sqlite(query))
    return build_catalog(dialect, {name: list(query(sql)) for name, sql in catalog_queries(dialect).items()})


def build_catalog(dialect: str, answers: Mapping[str, Iterable[Row]]) -> Catalog:
    """Build the catalog from the rows of :func:`catalog_queries`, by the same names."""
    if dialect == "postgres":
        return build(answers)
    path = search_path(dialect, answers.get("search_path", ()))
    texts = {_ref(dialect, row): text_of(row[3]) for row in answers.get("texts", ())}
    views = {_ref(dialect, row): text_of(row[2]) for row in answers.get("views", ())}
    keys: dict[TableRef, dict[str, set[str]]] = {}
    for row in answers.get("keys", ()):
        keys.setdefault(_ref(dialect, row), {}).setdefault(text_of(row[2]), set()).add(_name(dialect, row[3]))
    columns: dict[TableRef, list[Row]] = {}
    for row in answers["columns"]:
        columns.setdefault(_ref(dialect, row), []).append(row)
    tables = {}
    for table, rows in columns.items():
        text = texts.get(table, "")
        tables[table] = TableInfo(
            table=table,
            columns=tuple(_name(dialect, row[3]) for row in rows if row[3] is not None),
            kind=KINDS.get(text_of(rows[0][2]), "table"),
            definition=_definition(dialect, views.get(table, text)),
            generated=MappingProxyType(
                {_name(dialect, row[3]): _expression(text, row) if text else text_of(row[5]) for row in rows if row[5]}
            ),
            keys=tuple(frozenset(key) for key in keys.get(table, {}).values()),
            required=frozenset(_name(dialect, row[3]) for row in rows if row[4]),
        )
    functions, bodies = functions_of(answers.get("functions", ()))
    return Catalog(dialect, MappingProxyType(tables), path, MappingProxyType(functions), MappingProxyType(bodies))


def search_path(dialect: str, rows: Iterable[Row]) -> tuple[str, ...]:
    """Return the schemas in which names are looked up, from the rows of the query of that name."""
    named = tuple(_name(dialect, row[0]) for row in rows if row[0])
    return ("temp", "", *named) if dialect == "sqlite" else named


def _name(dialect: str, value: Any) -> str:
    text = text_of(value)
    return text if dialect == "postgres" else text.lower()


def _ref(dialect: str, row: Row) -> TableRef:
    schema = _name(dialect, row[0])
    return TableRef(_name(dialect, row[1]), "" if dialect == "sqlite" and schema == "main" else schema)


def _definition(dialect: str, text: str) -> str:
    """The query of a view, "" when there is none or it cannot be told what it means."""
    if dialect == "mysql" and '"' in text:
        # Written under ANSI_QUOTES it is a name, else a string.
        return ""
    if dialect != "sqlite":
        return text.strip().rstrip(";")
    lexed = lex(text, dialect)
    if lexed.error or "VIEW" not in lexed.upper[:4]:
        return ""
    depth = 0
    for i, word in enumerate(lexed.upper):
        depth += (word == "(") - (word == ")")
        if word == "AS" and depth == 0:
            return " ".join(_written(lexed.kinds[j], lexed.values[j]) for j in range(i + 1, len(lexed.kinds)))
    return ""


def _expression(text: str, row: Row) -> str:
    """The expression of a generated column, from SQLite's CREATE TABLE; the whole text when it is not found."""
    lexed, name = lex(text, "sqlite"), text_of(row[3]).lower()
    depth = 0
    for i, word in enumerate(lexed.upper):
        depth += (word == "(") - (word == ")")
        if depth == 1 and word in {"(", ","} and lexed.values[i + 1].lower() == name:
            rest = lexed.upper[i + 2 :]
            if "AS" in rest:
                begin = i + 3 + rest.index("AS")
                return " ".join(_written(k, v) for k, v in zip(*_parenthesis(lexed, begin), strict=True))
    return text


def _parenthesis(lexed: Any, begin: int) -> tuple[Sequence[str], Sequence[str]]:
    depth = 0
    for i in range(begin, len(lexed.upper)):
        depth += (lexed.upper[i] == "(") - (lexed.upper[i] == ")")
        if depth == 0:
            return lexed.kinds[begin : i + 1], lexed.values[begin : i + 1]
    return lexed.kinds[begin:], lexed.values[begin:]


def _written(kind: str, value: str) -> str:
    if kind == "S":
        return "'" + value.replace("'", "''") + "'"
    return '"' + value.replace('"', '""') + '"' if kind == "Q" else value
