"""PostgreSQL's statements that are not queries, read from their tokens.

Source: the grammar of PostgreSQL 15 to 17 (``gram.y``), all commands of the manual's part VI.
"""

from __future__ import annotations

from pcishield.statement.draft import Draft
from pcishield.statement.facts import ColumnRef, OutputColumn
from pcishield.statement.fragment import Fragment, Reading
from pcishield.statement.functions import is_builtin
from pcishield.statement.prepared import OPAQUE
from pcishield.statement.query import calls, read_query
from pcishield.statement.registry import HANDLERS, inner
from pcishield.statement.settings import postgres_setting
from pcishield.statement.verbs_ddl import alter, comment, create, drop, tables_with_columns, truncate

__all__ = ["copy", "described", "explain", "writable"]


def writable(f: Fragment) -> bool:
    """Whether a transaction is said to write, against what its session was opened with."""
    return any(f.at(i, "READ", "WRITE") for i in range(1, f.n))


def _tcl(draft: Draft, reading: Reading, f: Fragment) -> None:
    draft.set("tcl")
    if writable(f):
        draft.hazard("read-write", f.word(0))


def _prepare(draft: Draft, reading: Reading, f: Fragment) -> None:
    if f.word(1) == "TRANSACTION":
        draft.set("tcl")
        return
    start = f.find("AS", 2)
    if not f.is_name(1) or start < 0:
        draft.unparsable("PREPARE without AS")
        return
    _unwrapped(draft, inner(draft, reading, f.sub(start + 1)), "prepare")
    draft.declares = f.folded(1, reading.dialect)


def _unwrapped(draft: Draft, found: Draft, kind: str) -> None:
    """``draft`` will run, or describes, what was found inside it."""
    draft.take(found)
    draft.kind = kind if found.kind != "unknown" else "unknown"
    draft.actions.add(draft.kind)
    draft.outputs = found.outputs


def _execute(draft: Draft, reading: Reading, f: Fragment) -> None:
    calls(draft, reading, f.sub(2))
    if not f.is_name(1):
        draft.unparsable("EXECUTE without a name")
        return
    if f.n > 2 and f.word(2) != "(":
        draft.unparsable("EXECUTE that is not understood")
        return
    draft.set("execute", "opaque", detail=OPAQUE)
    draft.outputs = None
    draft.refers = f.folded(1, reading.dialect)


def _deallocate(draft: Draft, reading: Reading, f: Fragment) -> None:
    draft.set("prepare")


def _declare(draft: Draft, reading: Reading, f: Fragment) -> None:
    start = f.find("FOR", 2)
    if not f.is_name(1) or f.find("CURSOR", 2) < 0 or start < 0:
        draft.unparsable("DECLARE without CURSOR FOR")
        return
    found = inner(draft, reading, f.sub(start + 1))
    draft.take(found)
    draft.kind = found.kind
    draft.outputs = found.outputs
    draft.declares = f.folded(1, reading.dialect)


def _fetch(draft: Draft, reading: Reading, f: Fragment) -> None:
    last = f.n - 1
    if not f.is_name(last):
        draft.unparsable("FETCH without a cursor")
        return
    draft.set("select")
    draft.outputs = None if f.word(0) == "FETCH" else ()
    draft.refers = f.folded(last, reading.dialect)


def _close(draft: Draft, reading: Reading, f: Fragment) -> None:
    draft.set("tcl")


def explain(draft: Draft, reading: Reading, f: Fragment) -> None:
    """EXPLAIN runs its statement only with ANALYZE; without, nothing is written."""
    i, analyze = 1, False
    if f.word(1) == "(" and f.word(2) not in {"SELECT", "WITH", "(", "VALUES", "TABLE"}:
        end = f.closing(1)
        options = f.u[2:end]
        for j, word in enumerate(options):
            if word in {"ANALYZE", "ANALYSE"}:
                value = options[j + 1] if j + 1 < len(options) else ","
                literal = f.v[2 + j + 1].lower() if j + 1 < len(options) else ""
                analyze = value not in {"FALSE", "OFF"} and literal not in {"0", "false", "off"}
        i = end + 1
    while f.word(i) in {"ANALYZE", "ANALYSE", "VERBOSE"}:
        analyze = analyze or f.word(i) != "VERBOSE"
        i += 1
    found = inner(draft, reading, f.sub(i))
    if found.kind in {"unknown", "empty"} or (found.kind == "opaque" and not analyze):
        draft.take(found)
        draft.unparsable("EXPLAIN of a statement that is not understood")
        return
    draft.set("explain")
    draft.outputs = None
    if analyze:
        draft.take(found)
        if found.kind == "execute":
            draft.refers = found.refers
    else:
        described(draft, found)
    # A plan names columns and what the statement itself says, but for what a function of somebody's own gave meanwhile.
    if found.kind not in {"execute", "opaque"} and all(is_builtin(name, "postgres") for name in draft.functions):
        draft.outputs = (OutputColumn("QUERY PLAN", "safe"),)


_HARMLESS_WHEN_EXPLAINED = frozenset(
    """no-where tautological-where truncate drop ddl dcl relocation bulk-export cross-join copy-export copy-import
    session-variable sequence notify lock denial-of-service advisory-lock transaction-lock opaque""".split()
)


def described(draft: Draft, found: Draft) -> None:
    """Add what a statement that is only explained reveals: its tables are read at most."""
    for table, _ in found.relations:
        draft.touch(table, "read")
    draft.columns |= found.columns
    draft.functions |= found.functions
    for hazard in found.hazards:
        if hazard.id not in _HARMLESS_WHEN_EXPLAINED:
            draft.hazards[hazard] = None


def copy(draft: Draft, reading: Reading, f: Fragment) -> None:
    """COPY of a table or a query, in or out."""
    if f.word(1) == "(":
        end = f.closing(1)
        found = inner(draft, reading, f.sub(2, end))
        draft.take(found, hazards=True)
        draft.outputs = found.outputs
        i = end + 1
        if f.word(i) != "TO" or found.kind == "unknown":
            draft.unparsable("COPY of a query that is not understood")
            return
    else:
        i = 2 if f.word(1) == "BINARY" and f.is_name(2) else 1
        table, i = f.name(i, reading.dialect)
        columns: list[str] = []
        if f.word(i) == "(":
            end = f.closing(i)
            columns = [f.folded(j, reading.dialect) for j in range(i + 1, end) if f.k[j] in "WQ"]
            i = end + 1
        if table is None or f.word(i) not in {"TO", "FROM"}:
            draft.unparsable("COPY without TO or FROM")
            return
        reads = f.word(i) == "TO"
        draft.touch(table, "read" if reads else "write")
        refs = [ColumnRef(c, table) for c in columns or ["*"]]
        for ref in refs:
            draft.use(ref, "select" if reads else "insert", False)
        if reads:
            draft.outputs = tuple(
                OutputColumn(r.name, "star" if r.name == "*" else "verbatim", frozenset({r})) for r in refs
            )
    _copy_target(draft, reading, f, i)


def _copy_target(draft: Draft, reading: Reading, f: Fragment, i: int) -> None:
    out = f.word(i) == "TO"
    draft.set("export" if out else "import", "copy-export" if out else "copy-import")
    if f.word(i + 1) == "PROGRAM":
        draft.hazard("process-access", "COPY ... PROGRAM")
    elif f.word(i + 1) not in {"STDOUT", "STDIN"}:
        draft.hazard("file-access", "COPY of a server file")
    calls(draft, reading, f.sub(i + 2))
    if out and f.word(i + 1) != "STDOUT":
        draft.outputs = ()


def _set(draft: Draft, reading: Reading, f: Fragment) -> None:
    draft.set("set")
    i = f.skip(1, "SESSION", "LOCAL") if f.word(2) != "AUTHORIZATION" else 1
    word = f.word(i)
    if word in {"ROLE", "AUTHORIZATION"} or f.at(1, "SESSION", "AUTHORIZATION") or f.at(i, "SESSION", "AUTHORIZATION"):
        draft.hazard("role-change", f"SET {word}")
        return
    if word in {"TRANSACTION", "CONSTRAINTS"} or f.at(i, "CHARACTERISTICS"):
        draft.set("tcl")
        if writable(f):
            draft.hazard("session-change", "READ WRITE")
        return
    if word == "TIME" and f.word(i + 1) == "ZONE":
        return
    if word in {"NAMES", "SCHEMA", "CATALOG", "XML"}:
        _judge_setting(draft, {"NAMES": "client_encoding", "SCHEMA": "search_path"}.get(word, "xmloption"), f, i + 1)
        return
    name = f.folded(i, reading.dialect) if f.is_name(i) else ""
    i += 1
    while f.word(i) == "." and f.is_name(i + 1):
        name += "." + f.folded(i + 1, reading.dialect)
        i += 2
    if not name or f.word(i) not in {"=", "TO", "FROM"}:
        draft.unparsable("SET that is not understood")
        return
    if "(" in f.u[i:]:
        draft.unparsable("SET to something that is not a value")
        return
    _judge_setting(draft, name, f, i + 1)


def _judge_setting(draft: Draft, name: str, f: Fragment, i: int) -> None:
    values = [f.v[j].lower() for j in range(i, f.n) if f.u[j] != ","]
    hazard = postgres_setting(name.lower(), values)
    if hazard:
        draft.hazard(hazard, name.lower())


def _reset(draft: Draft, reading: Reading, f: Fragment) -> None:
    draft.set("set")
    if f.word(1) == "ROLE" or f.at(1, "SESSION", "AUTHORIZATION"):
        draft.hazard("role-change", "RESET")
        return
    name = f.v[1].lower() if f.n > 1 else ""
    if name == "all":
        draft.hazard("session-change", "RESET ALL")
    elif postgres_setting(name, ["default"]):
        draft.hazard("session-change", name)


def _discard(draft: Draft, reading: Reading, f: Fragment) -> None:
    draft.set("set")
    if f.word(1) == "ALL":
        draft.hazard("session-change", "DISCARD ALL")
        draft.hazard("role-change", "DISCARD ALL returns to the session's own role")


def _show(draft: Draft, reading: Reading, f: Fragment) -> None:
    draft.set("show")
    draft.outputs = None


def _grant(draft: Draft, reading: Reading, f: Fragment) -> None:
    draft.set("dcl", "dcl")
    on = f.find("ON", 1)
    if on > 0:
        i = on + 1
        if f.word(i) in {"TABLE", ""} or f.k[i] in "WQ":
            i = i + 1 if f.word(i) == "TABLE" else i
            if f.word(i) not in _NOT_TABLES:
                for table in f.names(i, reading.dialect)[0]:
                    draft.touch(table, "ddl")


_NOT_TABLES = frozenset(
    """ALL DATABASE DOMAIN FOREIGN FUNCTION LANGUAGE LARGE PARAMETER PROCEDURE ROUTINE SCHEMA SEQUENCE TABLESPACE
    TYPE""".split()
)


def _lock(draft: Draft, reading: Reading, f: Fragment) -> None:
    i = f.skip(1, "TABLE", "ONLY")
    tables, _ = f.names(i, reading.dialect)
    draft.set("lock", "lock")
    for table in tables:
        draft.touch(table, "read")
    if not tables:
        draft.unparsable("LOCK without a table")


def _notify(draft: Draft, reading: Reading, f: Fragment) -> None:
    draft.set("notify")
    if f.word(0) == "NOTIFY":
        draft.hazard("notify")


def _maintain(draft: Draft, reading: Reading, f: Fragment) -> None:
    """VACUUM, ANALYZE, CLUSTER, REINDEX, CHECKPOINT: change no data."""
    draft.set("admin", "admin", detail=f.word(0))
    i = 1
    if f.word(i) == "(":
        i = f.closing(i) + 1
    i = f.skip(i, "FULL", "FREEZE", "VERBOSE", "ANALYZE", "ANALYSE", "TABLE", "INDEX", "CONCURRENTLY", "ONLY")
    if f.word(i) not in {"DATABASE", "SYSTEM", "SCHEMA"} and f.word(0) != "CHECKPOINT":
        tables_with_columns(draft, reading, f, f.find("ON") + 1 if f.word(0) == "CLUSTER" and "ON" in f.u else i)


def _analyze(draft: Draft, reading: Reading, f: Fragment) -> None:
    """ANALYZE fills the statistics; harmless, and many applications do it."""
    _maintain(draft, reading, f)


def _refresh(draft: Draft, reading: Reading, f: Fragment) -> None:
    i = f.skip(1, "MATERIALIZED", "VIEW", "CONCURRENTLY")
    table, _ = f.name(i, reading.dialect)
    draft.set("ddl", "ddl", "relocation", detail="REFRESH MATERIALIZED VIEW")
    draft.touch(table, "write")
    if table is None or f.word(1) != "MATERIALIZED":
        draft.unparsable("REFRESH without a view")


def _do(draft: Draft, reading: Reading, f: Fragment) -> None:
    draft.set("opaque", "opaque", detail="DO runs a block of code")
    draft.outputs = ()


def _call(draft: Draft, reading: Reading, f: Fragment) -> None:
    draft.set("call")
    draft.outputs = None
    i = 1
    name = []
    while f.is_name(i):
        name.append(f.folded(i, reading.dialect))
        if f.word(i + 1) != ".":
            break
        i += 2
    if not name or f.word(i + 1) != "(":
        draft.unparsable("CALL without a procedure")
        return
    calls(draft, reading, f)
    draft.hazard("opaque", "a procedure: " + ".".join(name))
    probe = Draft()
    select = Fragment(("W", *f.k[1:]), ("SELECT", *f.u[1:]), ("SELECT", *f.v[1:]), ["SELECT", *f.c[1:]])
    read_query(probe, reading, select)
    draft.columns |= probe.columns
    draft.relations |= probe.relations


def _load(draft: Draft, reading: Reading, f: Fragment) -> None:
    draft.set("admin", "load-extension", detail="LOAD")


def _import(draft: Draft, reading: Reading, f: Fragment) -> None:
    draft.set("ddl", "ddl", "network-access", detail="IMPORT FOREIGN SCHEMA")


def _reassign(draft: Draft, reading: Reading, f: Fragment) -> None:
    draft.set("dcl", "dcl", detail="REASSIGN OWNED")


def _security(draft: Draft, reading: Reading, f: Fragment) -> None:
    draft.set("dcl", "dcl", detail="SECURITY LABEL")


HANDLERS["postgres"] = {
    **dict.fromkeys(("ABORT", "BEGIN", "COMMIT", "END", "ROLLBACK", "SAVEPOINT", "RELEASE", "START"), _tcl),
    "ALTER": alter,
    "ANALYSE": _analyze,
    "ANALYZE": _analyze,
    "CALL": _call,
    "CHECKPOINT": _maintain,
    "CLOSE": _close,
    "CLUSTER": _maintain,
    "COMMENT": comment,
    "COPY": copy,
    "CREATE": create,
    "DEALLOCATE": _deallocate,
    "DECLARE": _declare,
    "DISCARD": _discard,
    "DO": _do,
    "DROP": drop,
    "EXECUTE": _execute,
    "EXPLAIN": explain,
    "FETCH": _fetch,
    "GRANT": _grant,
    "IMPORT": _import,
    "LISTEN": _notify,
    "LOAD": _load,
    "LOCK": _lock,
    "MOVE": _fetch,
    "NOTIFY": _notify,
    "PREPARE": _prepare,
    "REASSIGN": _reassign,
    "REFRESH": _refresh,
    "REINDEX": _maintain,
    "RESET": _reset,
    "REVOKE": _grant,
    "SECURITY": _security,
    "SET": _set,
    "SHOW": _show,
    "TRUNCATE": truncate,
    "UNLISTEN": _notify,
    "VACUUM": _maintain,
}
