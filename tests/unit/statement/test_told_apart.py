"""Two statements that read or write different things have different fingerprints."""

from __future__ import annotations

import pytest

from pcishield import Policy
from pcishield.statement import analyze

DIFFERENT = [
    ("postgres", "SELECT name, pan FROM cards ORDER BY 1", "SELECT name, pan FROM cards ORDER BY 2"),
    ("postgres", "SELECT name, pan FROM cards ORDER BY 1, 1", "SELECT name, pan FROM cards ORDER BY 1, 2 DESC"),
    ("sqlite", "SELECT name, pan FROM cards ORDER BY (1)", "SELECT name, pan FROM cards ORDER BY (2)"),
    ("sqlite", "SELECT name, pan FROM cards ORDER BY +1", "SELECT name, pan FROM cards ORDER BY +0x2"),
    ("mysql", "SELECT name, pan, count(*) FROM cards GROUP BY 1", "SELECT name, pan, count(*) FROM cards GROUP BY 2"),
    ("postgres", "SELECT a, pan FROM c GROUP BY ROLLUP (1, 1)", "SELECT a, pan FROM c GROUP BY ROLLUP (1, 2)"),
    ("postgres", "SELECT DISTINCT ON (1) name, pan FROM cards", "SELECT DISTINCT ON (2) name, pan FROM cards"),
    ("postgres", "SELECT doc ->> 'name' FROM orders", "SELECT doc ->> 'pan' FROM orders"),
    ("mysql", "SELECT JSON_EXTRACT(doc, '$.a') FROM orders", "SELECT JSON_EXTRACT(doc, '$.pan') FROM orders"),
    ("postgres", "SELECT name ? pan FROM cards", "SELECT name 'x' pan FROM cards"),
    ("sqlite", "DELETE FROM 'orders' WHERE id = 1", "DELETE FROM 'cards' WHERE id = 1"),
    ("sqlite", "SELECT 1 FROM orders, 'cards'", "SELECT 1 FROM orders, 'staff'"),
    ("sqlite", "SELECT cards.'name' FROM cards", "SELECT cards.'pan' FROM cards"),
    ("sqlite", "UPDATE t SET 'a' = ? WHERE id = 1", "UPDATE t SET 'b' = ? WHERE id = 1"),
    ("sqlite", "INSERT INTO t ('a') VALUES (?)", "INSERT INTO t ('b') VALUES (?)"),
    ("sqlite", "DROP TABLE 'a'", "DROP TABLE 'b'"),
    ("mysql", "PREPARE s FROM 'SELECT 1'", "PREPARE s FROM 'SELECT pan FROM cards'"),
    ("mysql", "EXECUTE IMMEDIATE 'SELECT 1'", "EXECUTE IMMEDIATE 'DROP TABLE cards'"),
]

SAME = [
    ("postgres", "SELECT a FROM t ORDER BY b LIMIT 5", "SELECT a FROM t ORDER BY b LIMIT 6"),
    ("mysql", "SELECT a FROM t ORDER BY 1 LIMIT 5, 10", "SELECT a FROM t ORDER BY 1 LIMIT 6, 20"),
    ("postgres", "SELECT a FROM t ORDER BY b IN (1, 2)", "SELECT a FROM t ORDER BY b IN (1, 2, 3)"),
    ("postgres", "SELECT a FROM t ORDER BY coalesce(b, 1)", "SELECT a FROM t ORDER BY coalesce(b, 2)"),
    ("postgres", "SELECT a FROM t ORDER BY (b + 1), f(c, 1)", "SELECT a FROM t ORDER BY (b + 2), f(c, 2)"),
    ("postgres", "SELECT a FROM t GROUP BY a HAVING (5 < 6)", "SELECT a FROM t GROUP BY a HAVING (7 < 6)"),
    ("sqlite", "SELECT a FROM t WHERE kind = 'x'", "SELECT a FROM t WHERE kind = 't'"),
    ("sqlite", "UPDATE t SET a = 'x' WHERE id = 1", "UPDATE t SET a = 'y' WHERE id = 1"),
    ("postgres", "INSERT INTO t (a, b) VALUES ('a', 1)", "INSERT INTO t (a, b) VALUES ('b', 2)"),
]


@pytest.mark.parametrize(("dialect", "one", "other"), DIFFERENT)
def test_a_literal_that_names_something_is_part_of_the_fingerprint(dialect: str, one: str, other: str) -> None:
    """Approved statements are known by it, so another table, column or key is another statement."""

    assert analyze(one, dialect).fingerprint != analyze(other, dialect).fingerprint


@pytest.mark.parametrize(("dialect", "one", "other"), SAME)
def test_a_literal_that_is_a_value_is_not(dialect: str, one: str, other: str) -> None:
    """The fingerprint is stable under values."""

    assert analyze(one, dialect).fingerprint == analyze(other, dialect).fingerprint


@pytest.mark.parametrize(
    ("dialect", "sql"),
    [
        ("postgres", "SELECT a FROM orders_111111111111 WHERE id = 1"),
        ("mysql", "SELECT a FROM `orders_111111111111` WHERE id = 1"),
        ("mysql", "SELECT @é"),
        ("sqlite", 'DELETE FROM "my-orders" WHERE id = 1'),
    ],
)
def test_a_statement_whose_text_hides_a_name_cannot_be_approved_as_a_template(dialect: str, sql: str) -> None:
    """Any other name in its place has the same fingerprint."""
    approved = {"fingerprint": analyze(sql, dialect).fingerprint, "sql": "SELECT 1"}
    policy = Policy.from_mapping({"name": "t", "mode": "templates", "templates": [approved]})

    assert ("deny", "template") == _outcome(policy, sql, dialect)


def _outcome(policy: Policy, sql: str, dialect: str) -> tuple[str, str]:
    decision = policy.decide(*policy.prepare(sql, dialect))
    return decision.outcome, decision.code
