"""PostgreSQL's own parser (pglast) as a second opinion: never confidently wrong about what is written or dropped.

``PCISHIELD_SQL_FILES`` names a directory of ``.sql`` files to read as well, such as ``src/test/regress/sql`` of
PostgreSQL's source (``nox -s statement_differential -- PATH``).
"""

from __future__ import annotations

import os
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from pcishield.statement import analyze
from pcishield.statement.hazards import HAZARDS
from tests.statement_pairs import load

pglast = pytest.importorskip("pglast", reason="pglast is a dependency of the tests")

WRITES = {"InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt"}
STRUCTURE = {
    "AlterTableStmt": "relation", "CreateStmt": "relation", "CreateTableAsStmt": "into.rel", "IndexStmt": "relation",
    "CreateTrigStmt": "relation", "RefreshMatViewStmt": "relation", "RenameStmt": "relation", "RuleStmt": "relation",
    "SelectStmt": "intoClause.rel", "ViewStmt": "view", "AlterObjectSchemaStmt": "relation",
    "CreatePolicyStmt": "table",
}  # fmt: skip
"""Where a statement that changes the structure names the table."""
TABLES = {
    "OBJECT_TABLE", "OBJECT_VIEW", "OBJECT_MATVIEW", "OBJECT_FOREIGN_TABLE", "OBJECT_SEQUENCE", "OBJECT_COLUMN",
    "OBJECT_TABCONSTRAINT", "OBJECT_TRIGGER", "OBJECT_RULE", "OBJECT_POLICY",
}  # fmt: skip
RIGHTS = {
    "GrantStmt", "GrantRoleStmt", "CreateRoleStmt", "AlterRoleStmt", "DropRoleStmt", "AlterDefaultPrivilegesStmt",
    "ReassignOwnedStmt", "DropOwnedStmt",
}  # fmt: skip
NO_TABLES = {
    "CreateFunctionStmt", "RuleStmt", "DoStmt",  # run later
    "CompositeTypeStmt", "ConstraintsSetStmt", "CreateSeqStmt", "ImportForeignSchemaStmt", "LockingClause",
}  # fmt: skip
"""What names no table, or one that nothing happens to, or another name of one."""
Fact = tuple[str, str]
FILES = os.environ.get("PCISHIELD_SQL_FILES", "")
"""Read at once: the tests run without variables of this name."""


def facts(tree: Any) -> set[Fact]:
    """What the second parser says is done: ``(what, table)``, or ``(hazard, "")``."""
    found: set[Fact] = set()
    for node in _walk(tree):
        kind = type(node).__name__
        if kind in WRITES:
            found.add(("write", node.relation.relname))
            if kind in {"UpdateStmt", "DeleteStmt"} and node.whereClause is None:
                found.add(("no-where", ""))
        elif kind == "TruncateStmt":
            found |= {("write", relation.relname) for relation in node.relations} | {("truncate", "")}
        elif kind == "DropStmt":
            found.add(("drop", ""))
            if node.removeType.name in {"OBJECT_TABLE", "OBJECT_VIEW", "OBJECT_MATVIEW"}:
                found |= {("ddl", names[-1].sval) for names in node.objects}
        elif kind == "CopyStmt":
            found |= _copied(node)
        elif kind in STRUCTURE:
            found |= _structure(node, kind)
        elif kind in RIGHTS:
            found.add(("dcl", ""))
        elif kind == "DoStmt":
            found.add(("opaque", ""))
        elif kind == "RangeVar" and not node.catalogname:
            found.add(("touch", node.relname))
    ctes = {("touch", node.ctename) for node in _walk(tree) if type(node).__name__ == "CommonTableExpr"}
    return found - ctes


def _copied(node: Any) -> set[Fact]:
    table = node.relation.relname if node.relation is not None else ""
    found = {("write" if node.is_from else "export", table)}
    if node.is_program:
        found.add(("process-access", ""))
    return found | ({("file-access", "")} if node.filename and not node.is_program else set())


def _structure(node: Any, kind: str) -> set[Fact]:
    of = getattr(node, "objtype", None) or getattr(node, "renameType", None) or getattr(node, "objectType", None)
    if of is not None and of.name not in TABLES:
        return set()
    value = node
    for name in STRUCTURE[kind].split("."):
        value = getattr(value, name, None)
    return {("ddl", value.relname)} if value is not None else set()


def _walk(node: Any) -> Any:
    stack = [node]
    while stack:
        item = stack.pop()
        if isinstance(item, tuple | list):
            stack.extend(item)
        elif isinstance(item, pglast.ast.Node):
            yield item
            # The body of a function or a rule runs later, and EXPLAIN runs nothing unless it analyzes.
            kind = type(item).__name__
            described = kind == "ExplainStmt" and not any(_switched_on(o) for o in item.options or ())
            of = getattr(item, {"AlterTableStmt": "objtype", "RenameStmt": "renameType"}.get(kind, ""), None)
            if of is not None and of.name not in TABLES:
                continue  # an index or a composite type
            if kind not in NO_TABLES and not described:
                stack.extend(getattr(item, name) for name in item.__slots__)


def _switched_on(option: Any) -> bool:
    value = getattr(option.arg, "sval", getattr(option.arg, "ival", True))
    return option.defname == "analyze" and str(value).lower() not in {"false", "off", "0"}


def disagreement(sql: str) -> set[Fact]:
    """What the second parser sees and ours does not, unless ours refuses the text."""
    try:
        tree = pglast.parse_sql(sql)
    except (pglast.parser.ParseError, UnicodeEncodeError, ValueError):
        return set()
    statement = analyze(sql, "postgres")
    if "unknown" in statement.actions:
        return set()
    ours: dict[str, set[str]] = {access: {t.name for t in statement.tables(access)} for access in ("write", "ddl")}
    known = ours["write"] | ours["ddl"]
    touched = known | {t.name for t in statement.tables("read")}
    missing = set()
    for what, table in facts(tree):
        if what == "export":
            if "export" not in statement.actions:
                missing.add((what, table))
        elif what in HAZARDS:
            if what not in statement.hazard_ids:
                missing.add((what, table))
        elif table not in {"ddl": ours["ddl"], "touch": touched}.get(what, known):
            missing.add((what, table))
    return missing


def split(text: str) -> list[str]:
    """The statements of a file, by the second parser's scanner; psql's commands and data of COPY drop out."""
    plain = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("\\"))
    try:
        return list(pglast.split(plain, with_parser=False))
    except (pglast.parser.ParseError, UnicodeEncodeError, ValueError):
        return [part for part in plain.split(";\n") if part.strip()]


def test_the_corpus_is_read_alike() -> None:
    """Our own statements: everything that the second parser sees written, dropped or exported, we see too."""
    wrong = {str(pair): missing for pair in load() if pair.dialect == "postgres" if (missing := disagreement(pair.sql))}

    assert {} == wrong


SHAPES = [
    "{verb}",
    "WITH x AS ({verb} RETURNING *) SELECT * FROM x",
    "WITH x AS (SELECT 1), y AS ({verb} RETURNING 1) SELECT * FROM x, y",
    "EXPLAIN ANALYZE {verb}",
    "PREPARE p AS {verb}",
    "/* a */ {verb} -- b",
    "{verb}; SELECT 1",
    "SELECT ';' ; {verb}",
    "COPY ({verb} RETURNING *) TO STDOUT",
]
VERBS = [
    "INSERT INTO {t} (a) VALUES ('x')",
    "INSERT INTO {t} AS u SELECT * FROM s ON CONFLICT DO NOTHING",
    "UPDATE {t} SET a = (SELECT max(b) FROM s)",
    "UPDATE ONLY {t} AS u SET (a, b) = (1, DEFAULT) FROM s WHERE u.a = s.a",
    "DELETE FROM {t} USING s WHERE s.a = {u}.a",
    "DELETE FROM ONLY {t} WHERE CURRENT OF c",
    "MERGE INTO {t} AS u USING s ON u.a = s.a WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT VALUES (1)",
]
NAMES = ["cards", "public.cards", '"Cards"', '"a""card"', 'U&"c\\0061rds"', "çards"]


@pytest.mark.parametrize("shape", SHAPES)
def test_generated_statements_are_read_alike(shape: str) -> None:
    """Every verb on every spelling of a name, in every place where a write may stand."""
    wrong = {}
    for verb, name in product(VERBS, NAMES):
        sql = shape.format(verb=verb.format(t=name, u=name.rpartition(".")[2]))
        if missing := disagreement(sql):
            wrong[sql] = missing

    assert {} == wrong


@pytest.mark.skipif(not FILES, reason="PCISHIELD_SQL_FILES names no directory")
def test_files_are_read_alike() -> None:
    """The statements of somebody else's files."""
    wrong = {}
    for path in sorted(Path(FILES).rglob("*.sql")):
        for sql in split(path.read_text("utf-8", "replace")):
            if missing := disagreement(sql):
                wrong[f"{path.name}: {sql[:120]}"] = missing

    assert {} == wrong
