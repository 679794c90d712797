"""MySQL's and MariaDB's statements that are not queries, read from their tokens.

Source: ``sql_yacc.yy`` of MySQL 8 and MariaDB 10/11; the manuals' chapters on SQL statements.
"""

from __future__ import annotations

from pcishield.statement.draft import Draft
from pcishield.statement.facts import ColumnRef, OutputColumn, TableRef
from pcishield.statement.fragment import Fragment, Reading
from pcishield.statement.query import calls, read_query
from pcishield.statement.registry import HANDLERS, Handler, inner
from pcishield.statement.settings import mysql_setting
from pcishield.statement.verbs_ddl import alter, create, drop, truncate
from pcishield.statement.verbs_postgres import described, writable

__all__: list[str] = []

_QUERY = frozenset({"SELECT", "WITH", "INSERT", "UPDATE", "DELETE", "REPLACE", "(", "TABLE", "VALUES"})


def _simple(kind: str, *hazards: str, outputs: bool = False) -> Handler:
    def handler(draft: Draft, reading: Reading, f: Fragment) -> None:
        draft.set(kind, *hazards, detail=f.word(0))
        if outputs:
            draft.outputs = None

    return handler


def _begin(draft: Draft, reading: Reading, f: Fragment) -> None:
    if f.n == 1 or f.word(1) == "WORK":
        draft.set("tcl")
    else:
        _compound(draft, reading, f)


def _compound(draft: Draft, reading: Reading, f: Fragment) -> None:
    """BEGIN NOT ATOMIC, IF, LOOP outside a stored program (MariaDB): code."""
    draft.set("opaque", "opaque", detail="a compound statement")
    draft.outputs = None


def _start(draft: Draft, reading: Reading, f: Fragment) -> None:
    if f.word(1) == "TRANSACTION":
        draft.set("tcl")
        if writable(f):
            draft.hazard("read-write", "START")
    else:
        draft.set("admin", "admin", detail=f"{f.word(0)} {f.word(1)}")


def _statement(draft: Draft, reading: Reading, f: Fragment) -> None:
    """SELECT, INSERT, REPLACE, UPDATE, DELETE and what MySQL adds to them."""
    c = f.c
    word = f.word(0)
    if word == "HANDLER":
        draft.unparsable("HANDLER")
        return
    if word == "REPLACE":
        c[0] = "INSERT OR REPLACE"
        if f.word(f.skip(1, "LOW_PRIORITY", "DELAYED")) != "INTO":
            c[0] += " INTO"
    if word in {"REPLACE", "INSERT", "UPDATE", "DELETE"}:
        for i in range(1, 5):
            if f.word(i) in {"LOW_PRIORITY", "DELAYED", "HIGH_PRIORITY", "QUICK", "IGNORE"}:
                c[i] = ""
            else:
                if word == "INSERT" and f.word(i) not in {"INTO", "OVERWRITE"} and f.is_name(i):
                    c[0] = "INSERT INTO"
                break
    _into(draft, reading, f)
    _next_value(draft, f)
    read_query(draft, reading, f)
    if draft.kind != "unknown" and ("export", "file-access") in {
        (a, h.id) for a in draft.actions for h in draft.hazards
    }:
        draft.kind, draft.outputs = "export", ()


def _into(draft: Draft, reading: Reading, f: Fragment) -> None:
    """INTO OUTFILE, INTO DUMPFILE, INTO @x: the parser need not see them."""
    for i in range(f.n - 1):
        if f.u[i] != "INTO":
            continue
        if f.u[i + 1] in {"OUTFILE", "DUMPFILE"}:
            end = _outfile_end(f, i)
            for j in range(i, end):
                f.c[j] = ""
            draft.actions.add("export")
            draft.hazard("file-access", f"INTO {f.u[i + 1]}")
        elif f.k[i + 1] == "V" or (f.k[i + 1] == "P" and f.word(0) == "SELECT"):
            j = i + 1
            while j < f.n and (f.k[j] in "VP" or f.u[j] == ","):
                j += 1
            for m in range(i, j):
                f.c[m] = ""
            draft.hazard("session-variable", "SELECT ... INTO")
            draft.hazard("relocation", "into a session variable")


def _outfile_end(f: Fragment, i: int) -> int:
    j = i + 3
    while j < f.n and f.u[j] not in {"FROM", "WHERE", "UNION", ")", "LIMIT", "ORDER", "GROUP", "FOR"}:
        j += 1
    return j


def _next_value(draft: Draft, f: Fragment) -> None:
    for i in range(f.n - 3):
        if f.at(i, "NEXT", "VALUE", "FOR") or f.at(i, "PREVIOUS", "VALUE", "FOR"):
            f.c[i], f.c[i + 1], f.c[i + 2] = "", "", ""
            f.c[i + 3] = "?"
            draft.functions.add("nextval" if f.u[i] == "NEXT" else "lastval")
            if f.u[i] == "NEXT":
                draft.hazard("sequence", "nextval")


def _explain(draft: Draft, reading: Reading, f: Fragment) -> None:
    i, analyze = 1, False
    if f.word(0) == "ANALYZE":
        analyze = True
    while (
        f.word(i)
        in {
            "EXTENDED",
            "PARTITIONS",
            "ANALYZE",
            "FORMAT",
            "=",
            "JSON",
            "TREE",
            "TRADITIONAL",
            "ALL",
            "INTO",
            "FOR",
            "SCHEMA",
            "DATABASE",
        }
        or (f.word(i - 1) == "=" and i > 1)
        or (i < f.n and f.k[i] == "V" and f.word(i - 1) == "INTO")
    ):
        if f.at(i, "FOR", "CONNECTION"):
            draft.set("show", "admin", detail="EXPLAIN FOR CONNECTION")
            draft.outputs = None
            return
        analyze = analyze or f.word(i) == "ANALYZE"
        i += 1
    if f.word(i) not in _QUERY:
        draft.set("show")
        draft.outputs = None
        draft.touch(f.name(i, reading.dialect)[0], "read")
        if not f.is_name(i):
            draft.unparsable("EXPLAIN that is not understood")
        return
    found = inner(draft, reading, f.sub(i))
    draft.set("explain")
    # The table of a plan names no values. As JSON or a tree, of one column, it quotes rows that were read beforehand.
    draft.outputs = None if "FORMAT" in f.u[:i] else _PLAN
    if "INTO" in f.u[:i]:
        draft.outputs = None
        for hazard in ("session-variable", "relocation"):
            draft.hazard(hazard, "EXPLAIN INTO")
    if found.kind == "unknown":
        draft.take(found)
        draft.unparsable("EXPLAIN of a statement that is not understood")
    elif analyze:
        draft.take(found)
    else:
        described(draft, found)


_PLAN = (OutputColumn("id", "safe"), OutputColumn("*", "star"), OutputColumn("Extra", "safe"))
"""How many columns there are depends on the server. One alone is none of these."""


def _diagnostics(draft: Draft, reading: Reading, f: Fragment) -> None:
    """GET DIAGNOSTICS: a message quotes data, and so would the variable that it is stored in."""
    draft.set("show")
    draft.outputs = None
    if "MESSAGE_TEXT" in f.u:
        for hazard in ("session-variable", "relocation"):
            draft.hazard(hazard, "the text of a message")


def _analyze(draft: Draft, reading: Reading, f: Fragment) -> None:
    """ANALYZE TABLE is maintenance; MariaDB's ANALYZE statement runs the statement."""
    if f.word(f.skip(1, "NO_WRITE_TO_BINLOG", "LOCAL")) in {"TABLE", "TABLES"}:
        _maintain(draft, reading, f)
    else:
        _explain(draft, reading, f)


def _maintain(draft: Draft, reading: Reading, f: Fragment) -> None:
    """ANALYZE, CHECK, CHECKSUM, OPTIMIZE, REPAIR TABLE."""
    draft.set("admin", "admin", detail=f.word(0))
    draft.outputs = None
    i = f.skip(1, "NO_WRITE_TO_BINLOG", "LOCAL")
    if f.word(i) not in {"TABLE", "TABLES", "VIEW"}:
        draft.unparsable(f"{f.word(0)} without TABLE")
        return
    for table in f.names(i + 1, reading.dialect)[0]:
        draft.touch(table, "read")


def _set(draft: Draft, reading: Reading, f: Fragment) -> None:
    word = f.word(1)
    draft.set("set")
    if word == "STATEMENT":
        _set_statement(draft, reading, f)
    elif word in {"ROLE", "DEFAULT"} and f.word(2) not in {"=", ":="}:
        draft.hazard("role-change", f"SET {word}")
        if word == "DEFAULT":
            draft.hazard("dcl", "SET DEFAULT ROLE")
    elif word == "PASSWORD":
        draft.set("dcl", "dcl", detail="SET PASSWORD")
    elif word == "TRANSACTION" or (word in {"SESSION", "LOCAL", "GLOBAL"} and f.word(2) == "TRANSACTION"):
        draft.set("tcl")
        if writable(f):
            draft.hazard("session-change", "READ WRITE")
        if word == "GLOBAL":
            draft.hazard("admin", "SET GLOBAL TRANSACTION")
    elif word in {"RESOURCE"}:
        draft.set("admin", "admin", detail="SET RESOURCE GROUP")
    else:
        _assignments(draft, reading, f)


def _set_statement(draft: Draft, reading: Reading, f: Fragment) -> None:
    start = f.find("FOR", 2)
    if start < 0:
        draft.unparsable("SET STATEMENT without FOR")
        return
    found = inner(draft, reading, f.sub(start + 1))
    draft.take(found)
    draft.kind, draft.outputs = found.kind, found.outputs
    draft.actions.add("set")
    _assignments(draft, reading, f.sub(1, start))


def _assignments(draft: Draft, reading: Reading, f: Fragment) -> None:
    """``SET a = 1, @@session.b = 2, @c = 3, GLOBAL d = 4, NAMES utf8mb4``."""
    i = 1
    while i < f.n:
        end = f.find(",", i)
        end = f.n if end < 0 else end
        _assignment(draft, reading, f, i, end)
        i = end + 1


def _assignment(draft: Draft, reading: Reading, f: Fragment, i: int, end: int) -> None:
    scope = ""
    if f.word(i) in {"SESSION", "LOCAL", "GLOBAL", "PERSIST", "PERSIST_ONLY"} and f.word(i + 1) not in {"=", ":="}:
        scope = f.word(i).lower()
        i += 1
    if f.word(i) in {"NAMES", "CHARSET"} or f.at(i, "CHARACTER", "SET"):
        name, i = "names", i + (2 if f.word(i) == "CHARACTER" else 1)
    elif f.k[i] == "V" and not f.v[i].startswith("@@"):
        _user_variable(draft, reading, f, i, end)
        return
    elif f.k[i] == "V":
        path = f.v[i][2:].lower().replace("`", "").split(".")
        scope, name = (path[0], path[-1]) if len(path) > 1 else (scope, path[0])
        i += 1
    elif f.is_name(i):
        table, i = f.name(i, "mysql")
        name = table.name if table is not None else ""
    else:
        draft.unparsable("SET that is not understood")
        return
    if name != "names":
        if f.word(i) not in {"=", ":="}:
            draft.unparsable("SET that is not understood")
            return
        i += 1
    values = [f.v[j].lower() for j in range(i, end)]
    hazard = mysql_setting(name, scope, values)
    if hazard:
        draft.hazard(hazard, name)
    if _expression(draft, reading, f, i, end).relations:
        draft.hazard("relocation", "into a setting")


def _user_variable(draft: Draft, reading: Reading, f: Fragment, i: int, end: int) -> None:
    found = _expression(draft, reading, f, i + 2, end)
    draft.hazard("session-variable", "SET @variable")
    if found.relations:
        draft.hazard("relocation", "into a session variable")


def _expression(draft: Draft, reading: Reading, f: Fragment, start: int, end: int) -> Draft:
    """Read an expression that may hold calls and subqueries."""
    found = Draft()
    if f.u[start:end].count("("):
        select = Fragment(
            ("W", *f.k[start:end]),
            ("SELECT", *f.u[start:end]),
            ("SELECT", *f.v[start:end]),
            ["SELECT", *f.c[start:end]],
        )
        read_query(found, reading, select)
        draft.relations |= found.relations
        draft.columns |= found.columns
        draft.functions |= found.functions
        for hazard in found.hazards:
            if hazard.id != "bulk-export":
                draft.hazards[hazard] = None
        if found.kind == "unknown":
            draft.unparsable("an expression that is not understood")
    return found


def _condition(draft: Draft, reading: Reading, f: Fragment, start: int, table: Fragment | None = None) -> None:
    """Read ``WHERE ...`` of a statement that is no query as one over ``table``."""
    heads = [Fragment("WN", ("SELECT", "1"), ("SELECT", "1"), ("SELECT", "1"))]
    if table is not None:
        heads += [Fragment("W", ("FROM",), ("FROM",), ("FROM",)), table]
    parts = [*heads, f.sub(start)]
    found = Draft()
    whole = Fragment(*([item for part in parts for item in getattr(part, name)] for name in "kuvc"))
    read_query(found, reading, whole)
    draft.relations |= found.relations
    draft.columns |= found.columns
    draft.functions |= found.functions
    if found.kind != "select":
        draft.unparsable("a condition that is not understood")


def _show(draft: Draft, reading: Reading, f: Fragment) -> None:
    draft.set("show")
    draft.outputs = None
    words = f.u
    if "SELECT" in words:
        _condition(draft, reading, f, max(f.find("WHERE", 1), 0))
    if f.word(1) in {"GRANTS", "BINLOG", "RELAYLOG", "MASTER", "SLAVE", "REPLICA", "BINARY"} and f.word(1) != "GRANTS":
        draft.hazard("admin", f"SHOW {f.word(1)}")
    if "USER" in words and "CREATE" in words:
        draft.hazard("credential-introspection", "SHOW CREATE USER")
    if f.word(1) == "GRANTS":
        draft.hazard("credential-introspection", "SHOW GRANTS") if f.word(2) == "FOR" and f.word(
            3
        ) != "CURRENT_USER" else None
    if f.word(1) == "CREATE" and f.word(2) in {"TABLE", "VIEW"}:
        draft.touch(f.name(3, "mysql")[0], "read")


def _do(draft: Draft, reading: Reading, f: Fragment) -> None:
    """DO expr: evaluate and throw away."""
    draft.set("select")
    found = _expression(draft, reading, f, 1, f.n)
    draft.outputs = ()
    if found.kind == "unknown" and found.actions:
        draft.outputs = None


def _describe(draft: Draft, reading: Reading, f: Fragment) -> None:
    _explain(draft, reading, f)


def _call(draft: Draft, reading: Reading, f: Fragment) -> None:
    draft.set("call")
    table, i = f.name(1, "mysql")
    if table is None:
        draft.unparsable("CALL without a procedure")
        return
    calls(draft, reading, f)
    draft.functions.add(str(table))
    draft.hazard("opaque", f"a procedure: {table}")
    if f.word(i) == "(":
        _expression(draft, reading, f, i, f.n)
    draft.outputs = None


def _prepare(draft: Draft, reading: Reading, f: Fragment) -> None:
    """PREPARE s FROM 'text' | @text: the text is SQL, read it when it is there."""
    if f.word(0) == "DEALLOCATE" or f.word(0) == "DROP":
        draft.set("prepare")
        return
    i = f.find("FROM", 1)
    draft.set("prepare", "opaque", detail="PREPARE of a text")
    if i > 0 and i + 1 == f.n - 1 and f.k[i + 1] == "S":
        _dynamic(draft, reading, f.v[i + 1])
    if f.is_name(1):
        draft.declares = f.folded(1, "mysql")


def _dynamic(draft: Draft, reading: Reading, text: str) -> None:
    from pcishield.statement.lexer import lex

    lexed = lex(text, "mysql")
    if lexed.error or lexed.breaks or reading.depth >= 3:
        return
    found = inner(
        draft,
        Reading("mysql", lexed.strings, reading.catalog, reading.depth + 1),
        Fragment.of(lexed, 0, len(lexed.kinds)),
    )
    draft.take(found)
    draft.outputs = found.outputs


def _execute(draft: Draft, reading: Reading, f: Fragment) -> None:
    if f.word(1) == "IMMEDIATE":
        draft.set("execute", "opaque", detail="EXECUTE IMMEDIATE")
        draft.outputs = None
        if f.n > 2 and f.k[2] == "S" and (f.n == 3 or f.word(3) == "USING"):
            _dynamic(draft, reading, f.v[2])
            draft.outputs = None
        else:
            calls(draft, reading, f)
        return
    draft.set("execute", "opaque", detail="EXECUTE of a prepared statement")
    draft.outputs = None
    if f.is_name(1):
        draft.refers = f.folded(1, "mysql")


def _load(draft: Draft, reading: Reading, f: Fragment) -> None:
    if f.word(1) == "INDEX":
        draft.set("admin", "admin", detail="LOAD INDEX")
        return
    draft.set("import", "copy-import", "file-access", detail=f"LOAD {f.word(1)}")
    into = f.find("INTO", 1)
    table = f.name(into + 2, "mysql")[0] if into > 0 and f.word(into + 1) == "TABLE" else None
    draft.touch(table, "write")
    if table is None:
        draft.unparsable("LOAD without a table")
    calls(draft, reading, f)


def _handler(draft: Draft, reading: Reading, f: Fragment) -> None:
    """HANDLER t OPEN | READ | CLOSE reads rows behind the optimizer's back, by a name that any table may be given."""
    table, i = f.name(1, "mysql")
    draft.set("select", "bulk-export", *(["opaque"] if f.word(i) != "CLOSE" else []), detail="HANDLER")
    draft.touch(table, "read")
    draft.outputs = None
    if table is None or f.word(i) not in {"OPEN", "READ", "CLOSE"}:
        draft.unparsable("HANDLER that is not understood")
        return
    where = f.find("WHERE", i)
    if where > 0:
        _condition(draft, reading, f, where, f.sub(1, i))
    if "(" in f.u[i : where if where > 0 else f.n]:
        draft.use(ColumnRef("*", table), "where", True)  # READ index >= (...): of which columns is not said


def _lock(draft: Draft, reading: Reading, f: Fragment) -> None:
    if f.word(1) not in {"TABLE", "TABLES"}:
        draft.set("admin", "admin", "lock", detail=f"LOCK {f.word(1)}")
        return
    draft.set("lock", "lock")
    for part in range(2, f.n):
        if part == 2 or f.u[part - 1] == ",":
            draft.touch(f.name(part, "mysql")[0], "read")


def _rename(draft: Draft, reading: Reading, f: Fragment) -> None:
    if f.word(1) == "USER":
        draft.set("dcl", "dcl", detail="RENAME USER")
        return
    draft.set("ddl", "ddl", "relocation", detail="RENAME TABLE")
    i = 2
    while i < f.n:
        table, j = f.name(i, "mysql")
        draft.touch(table, "ddl")
        i = max(i + 1, j) + (0 if f.word(j) not in {"TO", ","} else 1)


def _grant(draft: Draft, reading: Reading, f: Fragment) -> None:
    draft.set("dcl", "dcl")
    on = f.find("ON", 1)
    if on > 0:
        i = on + 1 + (f.word(on + 1) == "TABLE")
        if f.word(i) not in {"PROCEDURE", "FUNCTION"} and f.word(i) != "*":
            table = f.name(i, "mysql")[0]
            if table is not None and f.word(i + 1) != ".":
                draft.touch(table, "ddl")
            elif table is not None and f.word(i + 2) != "*":
                draft.touch(TableRef(table.name, table.schema), "ddl")


def _use(draft: Draft, reading: Reading, f: Fragment) -> None:
    draft.set("set")
    if not f.is_name(1):
        draft.unparsable("USE without a database")


def _flush(draft: Draft, reading: Reading, f: Fragment) -> None:
    draft.set("admin", "admin", detail="FLUSH")
    if "LOCK" in f.u:
        draft.hazard("lock", "FLUSH TABLES WITH READ LOCK")


def _install(draft: Draft, reading: Reading, f: Fragment) -> None:
    draft.set("admin", "load-extension", "admin", detail=f"{f.word(0)} {f.word(1)}")


def _create(draft: Draft, reading: Reading, f: Fragment) -> None:
    create(draft, reading, f)
    if "REPLACE" in f.u[1:3]:
        draft.hazard("drop", "CREATE OR REPLACE")


def _signal(draft: Draft, reading: Reading, f: Fragment) -> None:
    draft.set("admin")


HANDLERS["mysql"] = {
    **dict.fromkeys(("COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "XA"), _simple("tcl")),
    **dict.fromkeys(("SELECT", "INSERT", "REPLACE", "UPDATE", "DELETE", "WITH", "VALUES", "TABLE", "("), _statement),
    **dict.fromkeys(("IF", "LOOP", "WHILE", "REPEAT", "CASE", "FOR", "GOTO", "DECLARE"), _compound),
    **dict.fromkeys(("CHECK", "CHECKSUM", "OPTIMIZE", "REPAIR"), _maintain),
    **dict.fromkeys(
        ("CHANGE", "STOP", "RESET", "PURGE", "SHUTDOWN", "RESTART", "KILL", "CACHE", "BACKUP"),
        _simple("admin", "admin"),
    ),
    "GET": _diagnostics,
    "HELP": _simple("show", outputs=True),
    "ALTER": alter,
    "ANALYZE": _analyze,
    "BEGIN": _begin,
    "BINLOG": _simple("opaque", "opaque", "admin"),
    "CALL": _call,
    "CLONE": _simple("admin", "admin", "file-access", "network-access"),
    "CREATE": _create,
    "DEALLOCATE": _prepare,
    "DESC": _describe,
    "DESCRIBE": _describe,
    "DO": _do,
    "DROP": drop,
    "EXECUTE": _execute,
    "EXPLAIN": _explain,
    "FLUSH": _flush,
    "GRANT": _grant,
    "HANDLER": _handler,
    "IMPORT": _simple("ddl", "ddl", "file-access"),
    "INSTALL": _install,
    "LOAD": _load,
    "LOCK": _lock,
    "PREPARE": _prepare,
    "RENAME": _rename,
    "RESIGNAL": _signal,
    "REVOKE": _grant,
    "SET": _set,
    "SHOW": _show,
    "SIGNAL": _signal,
    "START": _start,
    "TRUNCATE": truncate,
    "UNINSTALL": _install,
    "UNLOCK": _simple("lock"),
    "USE": _use,
}
