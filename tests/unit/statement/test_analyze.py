"""The entry: caching, fingerprints, templates, several statements, bounds."""

from __future__ import annotations

import logging
import subprocess
import sys
import time
from importlib import import_module

import pytest

from pcishield.statement import (
    Catalog,
    LexerSettings,
    Statement,
    TableInfo,
    TableRef,
    analyze,
    cache_clear,
    changes_catalog,
)
from pcishield.statement.facts import OutputColumn


@pytest.mark.parametrize(
    "variant",
    [
        "select id from cards where pan = '2' and id in (3)",
        "SELECT  id\nFROM cards -- note\nWHERE pan = %s AND id IN (%s, %s, %s)",
        "SELECT id FROM cards /* x */ WHERE pan = E'\\x31' AND id IN (1, 2, 3, 4, 5)",
        "SELECT ID FROM Cards WHERE PAN = $1 AND ID IN ($2)",
        "SELECT id FROM cards WHERE pan = $$a$$ AND id IN (-1, 2)",
    ],
)
def test_fingerprint_ignores_what_does_not_matter(variant: str) -> None:
    """Literals, placeholders, white space, comments, case and the length of IN lists do not change it."""
    base = analyze("SELECT id FROM cards WHERE pan = '1' AND id IN (1, 2)", "postgres")

    assert base.fingerprint == analyze(variant, "postgres").fingerprint


@pytest.mark.parametrize(
    "other",
    [
        "SELECT id FROM cards WHERE pan = '1' OR id IN (1, 2)",
        "SELECT id FROM Cards2 WHERE pan = '1' AND id IN (1, 2)",
        "SELECT id FROM \"Cards\" WHERE pan = '1' AND id IN (1, 2)",
        "SELECT id FROM cards WHERE pan = '1' AND id NOT IN (1, 2)",
        "SELECT id, pan FROM cards WHERE pan = '1' AND id IN (1, 2)",
        "DELETE FROM cards WHERE pan = '1' AND id IN (1, 2)",
    ],
)
def test_fingerprint_tells_statements_apart(other: str) -> None:
    """Another structure or another name is another statement."""
    base = analyze("SELECT id FROM cards WHERE pan = '1' AND id IN (1, 2)", "postgres")

    assert base.fingerprint != analyze(other, "postgres").fingerprint


def test_fingerprint_ignores_the_number_of_rows() -> None:
    """A bulk insert has one form."""
    one = analyze("INSERT INTO t (a, b) VALUES (%s, %s), (%s, %s)", "postgres")

    assert one.fingerprint == analyze("INSERT INTO t (a, b) VALUES (1, 2), (3, 4), (5, 6)", "postgres").fingerprint


def test_template_holds_no_literal() -> None:
    """What may be logged shows the structure and nothing that was written as a value."""
    sql = (
        "SELECT f('secret1', 77001, $$secret2$$) FROM t WHERE a LIKE E'secret3%' -- secret4\n"
        " AND b = x'5ec2e7' /* secret5 */"
    )
    statement = analyze(sql, "postgres")

    assert "SELECT f(?, ?, ?) FROM t WHERE a LIKE ? AND b = ?" == statement.template
    assert "secret" not in repr(statement)
    assert {"secret1", "secret2", "secret3%", "77001"} <= set(statement.literals)


def test_names_made_of_digits_are_hidden() -> None:
    """A name with twelve digits or more may be a card number that was put in the wrong place."""
    digits = "1234567890123"
    for sql in (f'SELECT 1 AS "{digits}"', f"SELECT 1 AS x{digits}"):
        statement = analyze(sql, "postgres")
        assert digits not in statement.template
        assert any(digits in literal for literal in statement.literals)


def test_repeated_text_is_the_same_object() -> None:
    """A statement that was seen is not read again."""
    assert analyze("SELECT a FROM t WHERE b = %s", "postgres") is analyze("SELECT a FROM t WHERE b = %s", "postgres")


def test_dialects_do_not_share_the_cache() -> None:
    """The same text is another statement elsewhere."""
    text = 'SELECT "a" FROM t'

    assert analyze(text, "postgres").columns != analyze(text, "mysql").columns


def test_flood_of_literals_leaves_parameterised_statements_cached() -> None:
    """Texts that differ in their literals have a cache of their own, of bounded size."""
    kept = analyze("SELECT kept FROM t WHERE b = %s", "postgres")
    for i in range(1200):
        analyze(f"SELECT a FROM t WHERE b = {i}", "postgres")

    assert kept is analyze("SELECT kept FROM t WHERE b = %s", "postgres")
    assert len(import_module("pcishield.statement.analyze")._plain.literal) <= 512


def test_cached_statement_costs_a_microsecond() -> None:
    """A hit is a dictionary look-up; the bound is wide for a loaded machine."""
    sql = "SELECT a FROM t WHERE b = %s AND c = %s ORDER BY d LIMIT 10"
    analyze(sql, "postgres")
    best = min(_seconds(lambda: analyze(sql, "postgres"), 2000) for _ in range(20))

    assert best < 3e-6


def _seconds(call: object, times: int) -> float:
    start = time.perf_counter()
    for _ in range(times):
        call()  # type: ignore[operator]
    return (time.perf_counter() - start) / times


def test_deep_stack_of_the_caller_is_not_remembered() -> None:
    """A statement refused because the caller's stack was deep is read again later."""
    cache_clear()
    # Few enough for sqlglot's plain build too, which needs a deeper stack than its compiled one.
    sql = "SELECT " + "(" * 20 + "1" + ")" * 20
    limit = sys.getrecursionlimit()

    def deep(n: int) -> str:
        return analyze(sql, "postgres").kind if n == 0 else deep(n - 1)

    for depth in range(limit - 60, 100, -10):
        try:
            if deep(depth) == "unknown":
                break
        except RecursionError:
            continue
    assert "select" == analyze(sql, "postgres").kind


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1 WHERE a IN (" + ",".join(["1"] * 5000) + ")",
        "INSERT INTO t VALUES " + ",".join(["(1, 'a', NULL)"] * 5000),
        "DELETE FROM t WHERE " + " OR ".join(f"a = {i}" for i in range(3000)),
        "SELECT " + ",".join(f"c{i}" for i in range(2000)) + " FROM t",
        " UNION ALL ".join(["SELECT a FROM t"] * 1000),
        "SELECT " + "(" * 200 + "1" + ")" * 200,
        "SELECT * FROM " + "(SELECT * FROM " * 200 + "t" + ") x" * 200,
        "SELECT * FROM t" + ", LATERAL (SELECT 1) x" * 900,
        "SELECT a" + "[1]" * 3000,
        "SELECT " + "ARRAY[" * 300 + "1" + "]" * 300,
        "SELECT " + "date(" * 60 + "a" + ")" * 60,
        "SELECT " + "substr(pan, " * 40 + "1" + ")" * 40 + " FROM cards",
        "SELECT " + "json_build_object(" * 40 + "pan" + ", pan)" * 40 + " FROM cards",
        "DELETE FROM cards WHERE " + "(SELECT pan FROM cards WHERE id = " * 24 + "1" + ")" * 24,
        "SELECT " + "NOT " * 5000 + "true",
        "SELECT '" + "x" * 1_000_000 + "'",
        "/*" * 20_000,
        "$a" * 20_000,
        "'" * 20_001,
        ";" * 100_000,
        "WITH c0 AS (SELECT id FROM u), "
        + ", ".join(f"c{i} AS (SELECT id FROM c{i - 1} UNION SELECT id FROM c{i - 1})" for i in range(1, 40))
        + " DELETE FROM t WHERE id IN (SELECT id FROM c39)",
        "WITH RECURSIVE c0 (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c0 WHERE x < 9), "
        + ", ".join(f"c{i} AS (SELECT a.x FROM c{i - 1} a, c{i - 1} b)" for i in range(1, 100))
        + " SELECT x FROM c99",
        "WITH RECURSIVE "
        + ", ".join(f"c{i} (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c{i} WHERE x < 9)" for i in range(1000))
        + " SELECT x FROM c0",
        "DELETE FROM t WHERE name LIKE '" + "%x" * 9 + "%y' OR name LIKE '" + "%x" * 7 + "%y'",
        "DELETE FROM t WHERE " + " OR ".join(f"(a{i}, b) > ({i}, 5)" for i in range(500)),
        "SELECT " + "replace(" * 60 + "name" + ", 'a', 'bb')" * 60 + " FROM t",
        "DELETE FROM t WHERE a IN (" + ",".join(f"CAST({i} AS bigint)" for i in range(5000)) + ")",
        "DELETE FROM t WHERE a NOT IN (" + ",".join(["%s::bigint"] * 5000) + ")",
        "DELETE FROM t WHERE (a, b) IN (" + ",".join(["(%s, %s)"] * 5000) + ")",
        "DELETE FROM t WHERE (a, b) IN (" + ",".join(f"({i}, {i})" for i in range(5000)) + ")",
        "DELETE FROM t WHERE " + " OR ".join(f"c{i} > {i}" for i in range(800)),
    ],
)
def test_huge_texts_are_read_or_refused_in_time(sql: str) -> None:
    """Length and nesting cost linear time, or the text is refused; nothing escapes."""
    start = time.perf_counter()
    statement = analyze(sql, "postgres")

    assert statement.kind in {"select", "insert", "delete", "unknown", "empty"}
    assert time.perf_counter() - start < 5


@pytest.mark.parametrize("dialect", ["postgres", "mysql", "sqlite"])
@pytest.mark.parametrize("negated", ["", "NOT "])
@pytest.mark.parametrize(
    ("left", "element"),
    [
        ("id", "%s"), ("id", "CAST(%s AS DECIMAL)"), ("id", "{n}"), ("id", "CAST({n} AS DECIMAL)"), ("id", "-{n}"),
        ("name", "'a{n}'"), ("name", "lower(%s)"), ("(id, name)", "(%s, %s)"), ("(id, name)", "({n}, 'a{n}')"),
        ("(id, name)", "({n}, %s)"), ("(id, name)", "({n}, lower('A{n}'))"), ("created_at", "'2024-01-{n}'"),
        ("created_at", "CAST(%s AS DATE)"),
    ],
)  # fmt: skip
def test_a_long_list_is_judged_as_a_short_one(left: str, element: str, negated: str, dialect: str) -> None:
    """How often a form is repeated says nothing about what the statement does."""
    found = []
    for count in (2, 90):
        elements = ", ".join(element.format(n=n) for n in range(10, 10 + count))
        sql = f"DELETE FROM t WHERE {left} {negated}IN ({elements})"
        found.append(analyze(sql.replace("%s", "?") if dialect == "sqlite" else sql, dialect).hazard_ids)

    assert found[0] == found[1]


@pytest.mark.parametrize("text", ["", "   \n", ";", " ; ; ", "-- only a comment", "/* only */"])
def test_nothing_is_empty(text: str) -> None:
    """A text without a statement is empty, not unknown."""
    statement = analyze(text, "postgres")

    assert ("empty", 0) == (statement.kind, statement.count)


def test_several_statements_are_all_read() -> None:
    """The whole has what each part has; the parts are there one by one."""
    statement = analyze("SELECT a FROM t; UPDATE u SET b = 1 WHERE c = 2; DROP TABLE v", "postgres")

    assert ("multiple", 3) == (statement.kind, statement.count)
    assert ["select", "update", "ddl"] == [part.kind for part in statement.parts]
    assert {"t", "u", "v"} == {str(table) for table in statement.tables()}
    assert {"multiple-statements", "drop"} <= statement.hazard_ids


def test_one_unreadable_part_spoils_the_whole() -> None:
    """What is not understood in one statement is not understood in all."""
    statement = analyze("SELECT 1; FROBNICATE; SELECT 2", "postgres")

    assert "unknown" == statement.kind
    assert "unparsable" in statement.hazard_ids


def test_a_trailing_semicolon_is_one_statement() -> None:
    """The end of a statement does not begin another."""
    assert 1 == analyze("SELECT 1;  -- done", "postgres").count


def test_failure_inside_ends_in_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever breaks while reading makes the statement unknown; it never reaches the application."""

    def broken(*args: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(import_module("pcishield.statement.analyze"), "read_statement", broken)
    statement = analyze("SELECT nothing_like_it FROM anywhere", "postgres")

    assert "unknown" == statement.kind
    assert {"unparsable"} == statement.hazard_ids


def test_declared_names_are_told() -> None:
    """A cursor or prepared statement can be followed from its declaration to its use."""
    assert "c1" == analyze("DECLARE c1 CURSOR FOR SELECT pan FROM cards", "postgres").declares
    assert "c1" == analyze("FETCH 10 FROM c1", "postgres").refers
    assert "Q" == analyze('PREPARE "Q" AS SELECT 1', "postgres").declares
    assert "q" == analyze("EXECUTE Q(1)", "postgres").refers


def test_parser_warnings_stay_inside(caplog: pytest.LogCaptureFixture) -> None:
    """sqlglot's logging about our statements is not the application's business; its own is."""
    with caplog.at_level(logging.DEBUG):
        analyze("SELECT json_extract(a, '$[') FROM t WHERE x GLOB", "sqlite")
        logging.getLogger("sqlglot").warning("the application's own")

    assert ["the application's own"] == [r.message for r in caplog.records if r.name.startswith("sqlglot")]


def test_importing_the_facts_does_not_import_the_parser() -> None:
    """``import pcishield.statement`` is cheap; the parser comes with the first statement."""
    code = "import sys, pcishield.statement, pcishield.statement.facts; sys.exit('sqlglot' in sys.modules)"

    assert 0 == subprocess.run([sys.executable, "-c", code], check=False).returncode


CARDS = TableInfo(
    TableRef("cards", "public"), ("id", "pan", "note"), keys=(frozenset({"id"}),), required=frozenset({"id"})
)
NAMES = TableInfo(
    TableRef("names", "public"), ("n", "back"), kind="view", definition="SELECT pan, reverse(pan) FROM cards"
)
SEALED = TableInfo(TableRef("sealed", "public"), ("x",), kind="view")
CATALOG = Catalog("postgres", {info.table: info for info in (CARDS, NAMES, SEALED)})


def _outs(sql: str) -> list[tuple[str, str, list[str]]]:
    outputs = analyze(sql, "postgres", CATALOG).outputs
    assert outputs is not None
    return [(o.name, o.derivation, sorted(map(str, o.sources))) for o in outputs]


def test_catalog_expands_stars() -> None:
    """With the columns known, a star is a list of them, under their full names."""
    expected = [(c, "verbatim", [f"public.cards.{c}"]) for c in ("id", "pan", "note")]

    assert expected == _outs("SELECT * FROM cards")


def test_catalog_opens_views() -> None:
    """A view's columns come from what its definition says; the tables below are read, too."""
    assert [
        ("n", "verbatim", ["public.cards.pan", "public.names.n"]),
        ("back", "derived", ["public.cards.pan", "public.names.back"]),
    ] == _outs("SELECT * FROM names")
    assert {"names", "cards"} == {str(t) for t in analyze("SELECT 1 FROM names", "postgres", CATALOG).tables("read")}


def test_view_that_cannot_be_read_is_unknown() -> None:
    """No definition, no trust."""
    assert [("x", "unknown", ["public.sealed.*"])] == _outs("SELECT x FROM sealed")


def test_missing_table_is_unknown_not_harmless() -> None:
    """A catalog may be partial: what it does not have is named as a hazard and stays open."""
    assert "not-in-catalog" in analyze("SELECT * FROM secrets", "postgres", CATALOG).hazard_ids
    assert [("*", "star", ["secrets.*"])] == _outs("SELECT * FROM secrets")


def test_catalog_tells_keys() -> None:
    """NOT NULL makes IS NOT NULL useless; a nullable column makes it a condition."""
    assert "tautological-where" in analyze("DELETE FROM cards WHERE id IS NOT NULL", "postgres", CATALOG).hazard_ids
    assert (
        "tautological-where" not in analyze("DELETE FROM cards WHERE note IS NOT NULL", "postgres", CATALOG).hazard_ids
    )


@pytest.mark.parametrize("unique", [True, False])
def test_catalog_tells_unique_columns(unique: bool) -> None:
    """To leave out one named value leaves out one row where the column is unique, and any number where it is not."""
    keys = (frozenset({"id"}), frozenset({"ref"} if unique else {"ref", "note"}))
    cards = TableInfo(TableRef("cards", "public"), ("id", "ref", "note"), keys=keys, required=frozenset({"id", "ref"}))
    catalog = Catalog("postgres", {cards.table: cards})
    found = [
        "tautological-where" in analyze(f"DELETE FROM cards WHERE {where}", "postgres", catalog).hazard_ids
        for where in ("ref <> 'a'", "NOT ref IN ('a', 'b')", "ref <> 'a' AND note = 'x'", "ref = 'a'")
    ]

    assert [unique, unique, False, False] == found


def test_index_for_words_is_all_its_columns() -> None:
    """SQLite: ``cards_fts MATCH '4*'`` and ``highlight(cards_fts, ...)`` name every column of the virtual table."""
    index = TableInfo(TableRef("cards_fts", "main"), ("holder", "pan"), kind="virtual")
    catalog = Catalog("sqlite", {index.table: index}, ("main",))
    found = analyze(
        "SELECT highlight(cards_fts, 1, '', '') FROM cards_fts WHERE cards_fts MATCH '4*'", "sqlite", catalog
    )

    assert {"main.cards_fts.holder", "main.cards_fts.pan"} == {str(u.column) for u in found.columns if u.wrapped}
    assert [{"main.cards_fts.holder", "main.cards_fts.pan"}] == [set(map(str, o.sources)) for o in found.outputs or ()]


@pytest.mark.parametrize(("kind", "hazards"), [("table", set()), ("virtual", {"no-where"}), ("unknown", {"no-where"})])
def test_column_named_as_its_table_takes_commands_in_an_index_only(kind: str, hazards: set[str]) -> None:
    """SQLite: ``INSERT INTO ft (ft) VALUES ('delete-all')`` empties an index; ``status (id, status)`` is a table."""
    table = TableInfo(TableRef("status", "main"), ("id", "status"), kind=kind)
    catalog = Catalog("sqlite", {table.table: table} if kind != "unknown" else {}, ("main",))
    found = analyze("INSERT INTO status (id, status) VALUES (?, ?)", "sqlite", catalog)

    assert hazards == found.hazard_ids - {"not-in-catalog"}


def test_snapshot_of_a_catalog_is_the_same_catalog() -> None:
    """Written to a file and read again it has the same version."""
    again = Catalog.from_mapping(CATALOG.to_mapping())

    assert CATALOG.version == again.version
    assert CARDS == again.find(TableRef("cards"))


@pytest.mark.parametrize(
    ("sql", "stale"),
    [
        ("ALTER TABLE t ADD c int", True),
        ("SET search_path = x", True),
        ("SELECT 1", False),
        ("INSERT INTO t VALUES (1)", False),
    ],
)
def test_ddl_makes_a_catalog_stale(sql: str, stale: bool) -> None:
    """Whoever caches a catalog is told when to read it again."""
    assert stale is changes_catalog(analyze(sql, "postgres"))


def test_settings_reach_the_scanner() -> None:
    """What the driver knows of the session decides how a text is read."""
    text = 'SELECT "pan" FROM cards'
    known = analyze(text, "mysql", None, LexerSettings(ansi_quotes=True))

    assert (OutputColumn("", "safe"),) == analyze(text, "mysql").outputs
    assert "verbatim" == known.outputs[0].derivation if known.outputs else False


@pytest.mark.parametrize("kind", ["date", "interval", "time", "timestamp", "timestamptz", "int", "varchar"])
def test_casts_to_arrays_are_understood(kind: str) -> None:
    """As Django writes them into a bulk INSERT: ``unnest((%s)::date[], ...)``."""
    sql = f"INSERT INTO t (a, b) SELECT * FROM unnest((%s)::{kind}[], (%s)::int[])"

    assert "insert" == analyze(sql, "postgres").kind


@pytest.mark.parametrize("written", ["n.card_of", "(n).card_of", "(n.*).card_of"])
def test_a_function_written_as_a_column_is_called(written: str) -> None:
    """PostgreSQL takes ``row.f`` for ``f(row)``: what ``f`` reads is read, and what it does is done."""
    nodes = TableInfo(TableRef("nodes", "public"), ("id", "name"))
    tables = {info.table: info for info in (CARDS, nodes)}
    bodies = {"card_of": "SELECT pan FROM cards LIMIT 1"}
    catalog = Catalog("postgres", tables, functions={"card_of": "v"}, bodies=bodies)
    statement = analyze(f"SELECT {written} FROM nodes n", "postgres", catalog)

    assert statement.outputs is not None
    assert "unknown" == statement.outputs[0].derivation
    assert "public.cards.pan" in set(map(str, statement.outputs[0].sources))
    assert "impure-function" in statement.hazard_ids


def test_a_whole_row_is_its_columns() -> None:
    """What is asked of a row is asked of each of its columns, where the catalog has them."""
    sql = "SELECT id FROM cards c WHERE to_jsonb(c) - 'note' <> $1"
    asked = {str(use.column) for use in analyze(sql, "postgres", CATALOG).columns if use.clause == "where"}

    assert {f"public.cards.{name}" for name in CARDS.columns} == asked


def _derived_with(functions: dict[str, str], bodies: dict[str, str], sql: str) -> str:
    catalog = Catalog("postgres", {CARDS.table: CARDS}, functions=functions, bodies=bodies)
    outputs = analyze(sql, "postgres", catalog).outputs
    assert outputs is not None
    return outputs[0].derivation


AGGREGATED = ["string_agg(note, ',')", "json_agg(note)", "note::jsonb -> 'a'", "position('a' in note)"]


@pytest.mark.parametrize("value", AGGREGATED)
def test_an_extension_does_not_make_the_databases_own_functions_unknown(value: str) -> None:
    """pg_trgm has a function ``similarity``: what else there is reads no more than its arguments for that."""
    assert "derived" == _derived_with({"similarity": "i"}, {"similarity": ""}, f"SELECT {value} FROM cards")


@pytest.mark.parametrize("value", AGGREGATED[:2])
def test_a_function_of_the_same_name_may_be_meant(value: str) -> None:
    """Of ``string_agg`` the parser keeps no name, so that each of its kind may be the one that somebody has made."""
    body = "SELECT pan FROM cards"
    made = ({"string_agg": "s", "json_agg": "s"}, {"string_agg": body, "json_agg": body})

    assert "unknown" == _derived_with(*made, f"SELECT {value} FROM cards")


def test_a_misspelt_column_is_not_the_whole_row() -> None:
    """Where the catalog has every column, a name that it has not may be one of them, but no other."""
    nodes = TableInfo(TableRef("nodes", "public"), ("id", "name"))
    catalog = Catalog("postgres", {nodes.table: nodes})
    used = {
        str(use.column) for use in analyze("SELECT nickname FROM nodes WHERE number = 5", "postgres", catalog).columns
    }

    assert used == {"nickname", "number", *(f"public.nodes.{name}" for name in ("id", "name", "nickname", "number"))}


@pytest.mark.parametrize(
    "call", ["regexp_matches(pan, '4')", "split_part('a', pan, 1)", "replace(pan, '4', '5')", "setval('s', pan)"]
)
def test_a_name_that_somebody_else_uses_too_asks_what_postgres_own_asks(call: str) -> None:
    """Extension citext has regexp_matches() and replace() of its own type: that says nothing about those of text."""
    own = analyze(f"SELECT {call} FROM cards", "postgres")
    names = ("regexp_matches", "split_part", "replace", "setval")
    tables = {TableRef("cards", "public"): TableInfo(TableRef("cards", "public"), ("id", "pan"))}
    catalog = Catalog("postgres", tables, functions=dict.fromkeys(names, "i"), bodies=dict.fromkeys(names, ""))

    found = analyze(f"SELECT {call} FROM cards", "postgres", catalog)

    def questions(statement: Statement) -> set[tuple[str, str]]:
        return {(use.column.name, use.clause) for use in statement.columns if use.wrapped}

    assert (questions(own), own.hazard_ids) == (questions(found), found.hazard_ids)


CITEXT = {"replace": "i", "gen_random_uuid": "v"}


@pytest.mark.parametrize("call", ["string_agg(name, ',')", "json_agg(name)", "position('a' in name)", "trim(name)"])
def test_an_extension_with_known_names_leaves_other_functions_known(call: str) -> None:
    """The parser calls string_agg() GROUP_CONCAT: that is no function of somebody's own."""
    nodes = TableInfo(TableRef("nodes", "public"), ("id", "name"))
    catalog = Catalog("postgres", {nodes.table: nodes}, functions=CITEXT, bodies=dict.fromkeys(CITEXT, ""))
    outputs = analyze(f"SELECT {call} FROM nodes", "postgres", catalog).outputs

    assert outputs is not None
    assert [("derived", {"public.nodes.name"})] == [(o.derivation, set(map(str, o.sources))) for o in outputs]


@pytest.mark.parametrize(("body", "hazards"), [("", frozenset()), ("SELECT 1", frozenset({"impure-function"}))])
def test_a_builtin_that_an_extension_has_as_well_is_pure(body: str, hazards: frozenset[str]) -> None:
    """gen_random_uuid() is PostgreSQL's, and pgcrypto's, which is no SQL; a user's own in SQL may do anything."""
    catalog = Catalog("postgres", {}, functions=CITEXT, bodies={"gen_random_uuid": body})

    assert hazards == analyze("SELECT gen_random_uuid()", "postgres", catalog).hazard_ids


@pytest.mark.parametrize(
    ("sql", "made"),
    [
        ("SELECT '41' || '42' || x, ('43'::text || '44')", {"4142", "4344"}),
        ("SELECT concat('41', '42', x), concat(x, '43')", {"4142"}),
        ("INSERT INTO t VALUES ('41', '42'), ('43' || x, '44')", set()),
        ("SELECT 1; SELECT '41' || '42'", {"4142"}),
    ],
)
def test_literals_in_pieces_are_seen_whole(sql: str, made: set[str]) -> None:
    """A card number that is written as two strings is one all the same."""
    pieces = {"41", "42", "43", "44", "1"}

    assert made == set(analyze(sql, "postgres").literals) - pieces
