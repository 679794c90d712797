"""CREATE, ALTER, DROP, TRUNCATE, COMMENT in all dialects, read from their tokens."""

from __future__ import annotations

from itertools import pairwise

from pcishield.statement.draft import Draft
from pcishield.statement.fragment import Fragment, Reading
from pcishield.statement.prepared import OPAQUE
from pcishield.statement.query import calls
from pcishield.statement.registry import inner

__all__ = ["alter", "comment", "create", "drop", "routine_body", "tables_with_columns", "truncate"]

_BEFORE_OBJECT = frozenset(
    """OR REPLACE GLOBAL LOCAL TEMP TEMPORARY UNLOGGED UNIQUE RECURSIVE MATERIALIZED FOREIGN EVENT TRUSTED PROCEDURAL
    CONSTRAINT FULLTEXT SPATIAL VIRTUAL ONLINE OFFLINE IGNORE AGGREGATE SQL SECURITY INVOKER DEFINER ALGORITHM =
    UNDEFINED MERGE TEMPTABLE UNDO VECTOR""".split()
)
_NETWORK = frozenset({"SERVER", "SUBSCRIPTION", "PUBLICATION", "WRAPPER"})
_RIGHTS = frozenset({"ROLE", "USER", "GROUP", "POLICY", "PRIVILEGES"})
_CODE = frozenset({"FUNCTION", "PROCEDURE", "TRIGGER", "RULE", "ROUTINE", "EVENT", "PACKAGE", "AGGREGATE"})
_NAMED_TABLES = frozenset({"TABLE", "VIEW", "SEQUENCE", "INDEX", "TYPE"})


def _object(f: Fragment) -> tuple[str, int, frozenset[str]]:
    """Return the kind of object, the index behind it, and the words before it."""
    i = 1
    before: set[str] = set()
    if f.word(i) in {"OR", "DEFINER", "ALGORITHM", "SQL"} or f.word(i) in _BEFORE_OBJECT:
        while i < f.n and (f.u[i] in _BEFORE_OBJECT or (i > 1 and f.u[i - 1] == "=") or f.k[i] == "V"):
            if f.u[i] == "EVENT" and f.word(i + 1) != "TRIGGER":
                break
            if f.u[i] == "AGGREGATE" and f.word(i + 1) != "FUNCTION":
                break
            if f.word(i + 1) == "(" and f.u[i] != "DEFINER" and f.k[i - 1] == "O":
                i = f.closing(i + 1)
            before.add(f.word(i))
            i += 1
    word = f.word(i)
    if before & {"DATA"} or f.at(i, "DATA", "WRAPPER"):
        return "WRAPPER", i + 2, frozenset(before)
    return word, i + 1, frozenset(before)


def _after_name_options(f: Fragment, i: int) -> int:
    if f.at(i, "IF", "NOT", "EXISTS"):
        return i + 3
    return i + 2 if f.at(i, "IF", "EXISTS") else i


def create(draft: Draft, reading: Reading, f: Fragment) -> None:
    """CREATE anything."""
    kind, i, before = _object(f)
    draft.set("ddl", "ddl", detail=f"CREATE {kind}".strip())
    draft.outputs = ()
    if not kind:
        draft.unparsable("CREATE of nothing")
        return
    i = _after_name_options(f, i)
    if kind in _RIGHTS or f.at(i - 1, "DEFAULT", "PRIVILEGES"):
        draft.actions.add("dcl")
        draft.hazard("dcl", f"CREATE {kind}")
        if kind == "USER" and f.word(i) == "MAPPING":
            draft.hazard("network-access", "CREATE USER MAPPING")
    elif kind in _NETWORK or ("FOREIGN" in before and kind == "TABLE"):
        draft.hazard("network-access", f"CREATE {kind}")
    elif kind in {"EXTENSION", "LANGUAGE"} or (kind == "FUNCTION" and f.find("SONAME") > 0):
        draft.hazard("load-extension", f"CREATE {kind}")
    elif kind == "TABLESPACE":
        draft.hazard("file-access", "CREATE TABLESPACE")
    if kind in _CODE:
        _language(draft, f)
        routine_body(draft, reading, f, i)
        return
    if kind in {"TABLE", "VIEW"}:
        _table(draft, reading, f, i, before | {kind})
        return
    if kind == "SCHEMA":
        _elements(draft, reading, f, i)
    _related(draft, reading, f, i, kind)
    if kind == "INDEX":
        i = _index(draft, reading, f, i)
    calls(draft, reading, f.sub(i + 1))


def _elements(draft: Draft, reading: Reading, f: Fragment, i: int) -> None:
    """CREATE SCHEMA s CREATE VIEW v AS ... GRANT ...: statements behind one another, without semicolons."""
    words = range(i, f.n)
    starts = [j for j in words if f.k[j] == "W" and f.u[j] in {"CREATE", "GRANT"} and f.u[j - 1] != "WITH"]
    for start, end in pairwise([*starts, f.n]):
        draft.take(inner(draft, reading, f.sub(start, end)))


def _language(draft: Draft, f: Fragment) -> None:
    """Code in an untrusted language runs with the rights of the server's process."""
    for i in range(f.n - 1):
        if f.u[i] == "LANGUAGE":
            name = f.v[i + 1].lower()
            if name in {"c", "internal", "java", "javascript"} or name.endswith("u"):
                draft.hazard("load-extension", f"a routine in {name}")


def _table(draft: Draft, reading: Reading, f: Fragment, i: int, before: frozenset[str]) -> None:
    table, i = f.name(i, reading.dialect)
    if table is None:
        draft.unparsable("CREATE without a name")
        return
    draft.touch(table, "ddl")
    if "VIRTUAL" in before:
        _virtual(draft, f, i)
        return
    start = _query_start(f, i)
    if start < 0:
        if f.word(i) == "LIKE" or (f.word(i) == "(" and f.word(i + 1) == "LIKE"):
            draft.touch(f.name(i + 1 + (f.word(i) == "("), reading.dialect)[0], "read")
        _definition(draft, reading, f, i)
        return
    if f.word(start) == "EXECUTE":
        # Another dialect may mean anything by it.
        named = reading.dialect == "postgres" and f.is_name(start + 1)
        draft.hazard("opaque", OPAQUE if named else "CREATE TABLE AS EXECUTE")
        draft.hazard("relocation", "CREATE TABLE AS")
        if named:
            draft.refers = f.folded(start + 1, reading.dialect)
            draft.actions.add("execute")
            if "TABLE" in before:
                draft.touch(table, "write")
        return
    end = _without_suffix(f)
    found = inner(draft, reading, f.sub(start, end))
    draft.take(found)
    if found.kind == "unknown":
        draft.unparsable("a definition that is not understood")
    draft.hazard("relocation", "CREATE ... AS SELECT")
    if "TABLE" in before or "MATERIALIZED" in before:
        draft.touch(table, "write")


def _query_start(f: Fragment, i: int) -> int:
    """Index of the query in CREATE TABLE|VIEW ... [AS] query; -1 when there is none."""
    start = f.find("AS", i)
    if start >= 0 and f.word(start + 1) in {"SELECT", "WITH", "VALUES", "TABLE", "(", "EXECUTE"}:
        return start + 1
    for word in ("SELECT", "WITH", "VALUES"):
        j = f.find(word, i)
        if (
            j >= 0
            and f.word(j - 1) != "FOR"
            and (
                word != "WITH"
                or (f.is_name(j + 1) and f.word(j + 2) in {"AS", "("} and f.word(j + 1) not in {"SYSTEM"})
            )
        ):
            return j
    return -1


_SUFFIXES = (
    ("WITH", "NO", "DATA"),
    ("WITH", "DATA"),
    ("WITH", "CHECK", "OPTION"),
    ("WITH", "LOCAL", "CHECK", "OPTION"),
    ("WITH", "CASCADED", "CHECK", "OPTION"),
    ("WITH", "READ", "ONLY"),
)


def _without_suffix(f: Fragment) -> int:
    """End of the query, before WITH [NO] DATA, WITH CHECK OPTION and the like."""
    end = f.n
    for suffix in _SUFFIXES:
        if f.at(end - len(suffix), *suffix):
            return end - len(suffix)
    return end


def _definition(draft: Draft, reading: Reading, f: Fragment, i: int) -> None:
    calls(draft, reading, f.sub(i))
    _related(draft, reading, f, i, "TABLE")
    for word in ("ENGINE", "CONNECTION", "SERVER"):
        j = f.find(word, i)
        if j >= 0:
            value = f.v[min(j + 2, f.n - 1)].lower() if f.word(j + 1) == "=" else f.v[min(j + 1, f.n - 1)].lower()
            if word != "ENGINE" or value in {"federated", "connect", "spider", "csv", "s3", "sphinx", "oqgraph"}:
                draft.hazard("network-access" if value != "csv" else "file-access", f"CREATE TABLE with {word}")
    if f.find("DIRECTORY", i) >= 0:
        draft.hazard("file-access", "CREATE TABLE with a directory")


_PARTNERS = {"REFERENCES": "read", "INHERITS": "read", "INHERIT": "ddl", "FROM": "read", "JOIN": "read"}


def _related(draft: Draft, reading: Reading, f: Fragment, i: int, kind: str) -> None:
    """Other tables that a definition names: parents, partitions, foreign keys, what is published."""
    if kind in {"POLICY", "RULE", "TRIGGER"} and (on := f.find("ON", i)) > 0:
        draft.touch(f.name(on + 1, reading.dialect)[0], "ddl")
    for j in range(i, f.n - 1):
        word, start = f.u[j], j + 1
        access = _PARTNERS.get(word)
        if word == "PARTITION" and f.u[j - 1] in {"ATTACH", "DETACH"}:
            access = "ddl"
        elif word == "OF" and f.u[j - 1] == "PARTITION":
            access = "ddl"
        elif word == "LIKE" and f.u[j - 1] in {"(", ","}:
            access = "read"
        elif word == "TABLE" and (kind == "PUBLICATION" or f.u[j - 1] == "WITH"):
            access = "read" if kind == "PUBLICATION" else "ddl"
        if access is None or (word in {"FROM", "JOIN"} and (kind == "TABLE" or f.u[j - 1] == "VALUES")):
            continue
        if f.u[start] == "(":
            start += 1
        if kind == "PUBLICATION":
            tables_with_columns(draft, reading, f, start)
            continue
        found = f.names(start, reading.dialect)[0] if word == "INHERITS" else [f.name(start, reading.dialect)[0]]
        for table in found:
            draft.touch(table, "ddl" if access == "ddl" else "read")


def tables_with_columns(draft: Draft, reading: Reading, f: Fragment, i: int) -> None:
    """Note that tables are read, with columns and conditions behind them: ``a (x), ONLY b WHERE (y > 1), TABLE c``."""
    while f.is_name(i):
        table, i = f.name(f.skip(i, "TABLE", "ONLY"), reading.dialect)
        draft.touch(table, "read")
        while f.word(i) in {"(", "WHERE"}:
            i = f.closing(i) + 1 if f.word(i) == "(" else i + 1
        if f.word(i) != ",":
            return
        i += 1


_OF_FILES = frozenset(
    "csv fsdir zipfile vsv sqlite_dbpage sqlite_dbdata sqlite_dbptr dbstat unionvtab swarmvtab memvfs".split()
)


def _virtual(draft: Draft, f: Fragment, i: int) -> None:
    module = f.v[i + 1].lower() if f.word(i) == "USING" and i + 1 < f.n else ""
    if module in _OF_FILES:
        draft.hazard("file-access", f"a virtual table of {module}")
    draft.hazard("relocation", "a virtual table")


def _index(draft: Draft, reading: Reading, f: Fragment, i: int) -> int:
    """Note the table; return the index before its column list."""
    on = f.find("ON", i - 1)
    if on < 0:
        return i
    table, end = f.name(on + 2 if f.word(on + 1) == "ONLY" else on + 1, reading.dialect)
    draft.touch(table, "ddl")
    return end - 1


_CLAUSE_TABLES = {"FROM": "read", "JOIN": "read", "INTO": "write", "UPDATE": "write"}


def routine_body(draft: Draft, reading: Reading, f: Fragment, i: int) -> None:
    """A function, procedure, trigger or rule: code that will run later, with tables named for information."""
    draft.hazard("relocation", "code that runs later")
    on = f.find("ON", i)
    if on > 0 and f.is_name(on + 1):
        draft.touch(f.name(on + 1, reading.dialect)[0], "ddl")
    for j in range(i, f.n - 1):
        access = _CLAUSE_TABLES.get(f.u[j])
        if access is None or not f.is_name(j + 1) or f.u[j + 1] in {"OF", "ON", "OR", "SET", "FOR", "BEGIN"}:
            continue
        table, _ = f.name(j + 1, reading.dialect)
        draft.touch(table, "write" if access == "write" or f.u[j - 1] == "DELETE" else "read")
    calls(draft, reading, f.sub(i))


def alter(draft: Draft, reading: Reading, f: Fragment) -> None:
    """ALTER anything."""
    kind, i, before = _object(f)
    draft.set("ddl", "ddl", detail=f"ALTER {kind}".strip())
    words = frozenset(f.u[i:])
    if kind == "SYSTEM":
        draft.set("admin", "admin", detail="ALTER SYSTEM")
    elif kind == "INSTANCE":
        draft.set("admin", "admin", detail="ALTER INSTANCE")
    elif kind in _RIGHTS or kind == "LARGE" or (kind == "DEFAULT" and f.word(i) == "PRIVILEGES"):
        draft.set("dcl", "dcl", detail=f"ALTER {kind}")
        draft.actions.discard("ddl")
        if kind == "USER" and f.word(i) == "MAPPING":
            draft.hazard("network-access", "ALTER USER MAPPING")
    elif kind in _NETWORK or (kind == "DATA" and "WRAPPER" in words):
        draft.hazard("network-access", f"ALTER {kind}")
    elif kind in {"EXTENSION", "LANGUAGE"}:
        draft.hazard("load-extension", f"ALTER {kind}")
    elif kind == "DATABASE" and words & {"SET", "RESET"}:
        draft.hazard("session-change", "ALTER DATABASE SET")
    _alter_effects(draft, kind, words, f, i)
    j = f.skip(_after_name_options(f, i), "ONLY")
    if kind in {"TABLE", "VIEW", "INDEX", "SEQUENCE"} or before & {"MATERIALIZED"}:
        table, _ = f.name(j, reading.dialect)
        if table is not None and kind != "INDEX":
            draft.touch(table, "ddl")
    _related(draft, reading, f, j, kind)
    start = _query_start(f, j) if kind == "VIEW" or kind == "EVENT" else -1
    if start >= 0:
        found = inner(draft, reading, f.sub(start, _without_suffix(f)))
        draft.take(found)
        draft.hazard("relocation", "ALTER VIEW AS")
    calls(draft, reading, f.sub(j + 1))


def _alter_effects(draft: Draft, kind: str, words: frozenset[str], f: Fragment, i: int) -> None:
    if "DROP" in words and not (
        f.find("DROP", i) >= 0 and f.word(f.find("DROP", i) + 1) in {"DEFAULT", "NOT"} and f.u.count("DROP") == 1
    ):
        draft.hazard("drop", f"ALTER {kind} ... DROP")
    elif "DROP" in words and kind == "TABLE" and f.find("COLUMN", i) < 0:
        draft.hazard("drop", f"ALTER {kind} ... DROP")
    if words & {"RENAME", "EXCHANGE"} or f.find("SCHEMA", i) > 0:
        draft.hazard("relocation", f"ALTER {kind} ... RENAME")
    if "OWNER" in words or words & {"DISABLE", "SECURITY"}:
        draft.hazard("dcl", f"ALTER {kind} changes owner, triggers or row security")
    if "TRUNCATE" in words and "PARTITION" in words:
        draft.hazard("truncate", "ALTER TABLE ... TRUNCATE PARTITION")
    if words & {"DISCARD", "IMPORT"} and "TABLESPACE" in words:
        draft.hazard("file-access", "ALTER TABLE ... TABLESPACE")


def drop(draft: Draft, reading: Reading, f: Fragment) -> None:
    """DROP anything."""
    kind, i, before = _object(f)
    draft.set("ddl", "drop", "ddl", detail=f"DROP {kind}".strip())
    if not kind:
        draft.unparsable("DROP of nothing")
        return
    if kind in _RIGHTS or kind == "OWNED":
        draft.actions.add("dcl")
        draft.hazard("dcl", f"DROP {kind}")
    if kind == "PREPARE":
        draft.hazards.clear()
        draft.actions.clear()
        draft.set("prepare")
        return
    i = f.skip(_after_name_options(f, i), "CONCURRENTLY")
    i = _after_name_options(f, i)
    if kind in {"TABLE", "VIEW", "TABLES"} or before & {"MATERIALIZED"}:
        for table in f.names(i, reading.dialect)[0]:
            draft.touch(table, "ddl")
    on = f.find("ON", i)
    if on > 0:
        draft.touch(f.name(on + 1, reading.dialect)[0], "ddl")


def truncate(draft: Draft, reading: Reading, f: Fragment) -> None:
    """TRUNCATE [TABLE] a, b."""
    draft.set("truncate", "truncate")
    tables, _ = f.names(f.skip(1, "TABLE"), reading.dialect)
    for table in tables:
        draft.touch(table, "write")
    if not tables:
        draft.unparsable("TRUNCATE without a table")


def comment(draft: Draft, reading: Reading, f: Fragment) -> None:
    """COMMENT ON: text into the catalog."""
    draft.set("ddl", "ddl", detail="COMMENT ON")
    if f.word(2) in {"TABLE", "VIEW", "COLUMN"} or f.at(2, "MATERIALIZED"):
        table, _ = f.name(f.skip(2, "MATERIALIZED", "TABLE", "VIEW", "COLUMN"), reading.dialect)
        if f.word(2) == "COLUMN" and table is not None:
            table = type(table)(table.schema, table.catalog) if table.schema else None
        draft.touch(table, "ddl")
