"""Patterns of policies: what could be meant, and what certainly is."""

from __future__ import annotations

import pytest

from pcishield.policy.globs import ColumnGlobs, Globs, TableGlobs, glob_problem, implies
from pcishield.statement.facts import ColumnRef, TableRef
from tests.unit.policy.build import table


@pytest.mark.parametrize(
    ("pattern", "name", "expected"),
    [
        ("alice", "alice", True),
        ("alice", "Alice", False),
        ("a*", "alice", True),
        ("a*", "", False),
        ("*", "", False),
        ("*", "x", True),
        ("?ob", "bob", True),
        ("[ab]ob", "bob", True),
        ("[!ab]ob", "bob", False),
        ("[!ab]ob", "rob", True),
        ("[\\^]", "^", True),
        ("a.c", "abc", False),
        ("a+", "aa", False),
        ("*", "two\nlines", True),
    ],
)
def test_a_name_matches_as_a_whole(pattern: str, name: str, expected: bool) -> None:
    """A pattern covers the whole name, case counts, and nothing matches a missing name."""
    assert expected == Globs([pattern])(name)


def test_folding_ignores_case() -> None:
    """Function names match whatever their case."""
    assert [True, True] == list(map(Globs(["PG_Sleep", "lo_*"], fold=True), ["pg_sleep", "LO_export"]))


@pytest.mark.parametrize(
    ("pattern", "parts", "fault"),
    [
        ("", 1, "empty"),
        (" a", 1, "white space"),
        ("a\nb", 1, "white space"),
        ("[ab", 1, "unbalanced"),
        ("ab]", 1, "unbalanced"),
        ("[]", 1, "unbalanced"),
        ("[!]", 1, "unbalanced"),
        ("]a[", 1, "unbalanced"),
        ("a**", 1, "'**'"),
        ("a.b.c.d", 3, "too many dots"),
        ("a..c", 3, "empty part"),
        ("a.b.c.d", 1, ""),
        ("a b", 1, ""),
        ("x.[ab]*.?", 3, ""),
    ],
)
def test_a_bad_pattern_is_told_apart(pattern: str, parts: int, fault: str) -> None:
    """A pattern that cannot mean what it says is refused, and only such a one."""
    problem = glob_problem(pattern, parts)

    assert bool(fault) == bool(problem)
    assert fault in problem


@pytest.mark.parametrize(
    ("pattern", "name", "touches", "covers"),
    [
        ("cards", "cards", True, True),
        ("cards", "Cards", True, True),
        ("cards", "public.cards", True, True),
        ("cards", "vault.cards", True, False),
        ("vault.cards", "cards", True, False),
        ("public.cards", "cards", True, True),
        ("vault.cards", "vault.cards", True, True),
        ("vault.cards", "public.cards", False, False),
        ("vault.*", "vault.cards", True, True),
        ("vault.*", "cards", False, False),
        ("vault.c*", "cards", True, False),
        ("public.*", "cards", True, True),
        ("a.*.*", "b.c", True, True),
        ("x.*.*", "a.b.c", False, False),
        ("*.cards", "cards", True, True),
        ("*", "a.b.c", True, True),
        ("b.c", "a.b.c", True, False),
        ("a.b.c", "a.b.c", True, True),
        ("x.b.c", "a.b.c", False, False),
        ("a.b.c", "b.c", True, True),
        ("card?", "cards", True, True),
        ("orders", "cards", False, False),
    ],
)
def test_a_left_out_schema_counts_against_the_statement(pattern: str, name: str, touches: bool, covers: bool) -> None:
    """What could be meant is touched; only what is certainly meant is covered."""
    globs = TableGlobs([pattern])

    assert (touches, covers) == (globs.touches(table(name)), globs.covers(table(name)))


def test_a_given_search_path_says_where_an_unqualified_name_may_be() -> None:
    """It may be in any of these schemas: one that is restricted restricts it, and all must be permitted."""

    def judge(pattern: str, name: str = "cards") -> tuple[bool, bool]:
        globs = TableGlobs([pattern], ["Vault", "shop"])
        return globs.touches(table(name)), globs.covers(table(name))

    assert [(True, False), (True, False), (False, False), (True, True), (True, True)] == [
        judge("vault.*"), judge("shop.*"), judge("public.*"), judge("*.cards"), judge("cards"),
    ]  # fmt: skip
    assert [(True, True), (True, False)] == [judge("cards", "shop.cards"), judge("cards", "public.cards")]


def test_the_connected_database_is_the_catalog_of_names_without() -> None:
    """A rule about all of another database does not touch this one."""
    globs = TableGlobs(["other.*.*"])

    assert [False, True, True] == [globs.touches(table("cards"), database) for database in ("shop", "other", "")]


def test_the_connected_database_is_a_default_schema() -> None:
    """In MySQL an unqualified name is in the connection's database, and the database may be written out."""
    globs = TableGlobs(["shop.orders"])

    assert globs.covers(TableRef("orders"), "shop")
    assert globs.covers(TableRef("orders", "shop"), "shop")
    assert not globs.covers(TableRef("orders"), "hr")
    assert TableGlobs(["orders"]).covers(TableRef("orders", "shop"), "shop")
    assert TableGlobs(["public.orders"]).covers(TableRef("orders", "public", "shop"), "shop")


@pytest.mark.parametrize(
    ("pattern", "column", "touches", "covers"),
    [
        ("pan", ColumnRef("pan"), True, True),
        ("pan", ColumnRef("PAN", table("cards")), True, True),
        ("cards.pan", ColumnRef("pan"), True, False),
        ("cards.pan", ColumnRef("pan", table("cards")), True, True),
        ("cards.pan", ColumnRef("pan", table("orders")), False, False),
        ("*.pan", ColumnRef("pan"), True, True),
        ("vault.cards.pan", ColumnRef("pan", table("cards")), True, False),
        ("cards.pan", ColumnRef("*", table("cards")), True, False),
        ("cards.*", ColumnRef("*", table("cards")), True, True),
        ("cards.?", ColumnRef("*", table("cards")), True, False),
        ("orders.pan", ColumnRef("*", table("cards")), False, False),
    ],
)
def test_a_left_out_table_counts_against_the_statement(
    pattern: str, column: ColumnRef, touches: bool, covers: bool
) -> None:
    """A column that could be of any table is touched by all and covered by none; so is a star."""
    globs = ColumnGlobs([pattern])

    assert (touches, covers) == (globs.touches(column), globs.covers(column))


@pytest.mark.parametrize(
    ("narrow", "wide", "expected"),
    [
        (["a"], ["a", "b"], True),
        (["a", "c"], ["a", "b"], False),
        (["abc"], ["a*"], True),
        (["a*"], ["a*"], True),
        (["a*"], ["*"], True),
        (["ab*"], ["a*"], False),
    ],
)
def test_one_list_implies_another_only_when_that_is_certain(narrow: list[str], wide: list[str], expected: bool) -> None:
    """Implication between patterns is claimed for equal ones, for everything, and for plain names."""
    assert expected == implies(narrow, wide)


def test_a_schema_of_tables_does_not_imply_its_tables() -> None:
    """An unqualified ``staff`` could be ``hr.staff`` although it is not one of ``hr.*``."""
    assert not implies(["hr.staff"], ["hr.*"], qualified=True)
    assert implies(["hr.staff"], ["hr.staff", "x"], qualified=True)
    assert implies(["hr.staff"], ["*"], qualified=True)
    assert implies(["staff"], ["st*"], qualified=True)
    assert not implies(["start.x"], ["st*"], qualified=True)
