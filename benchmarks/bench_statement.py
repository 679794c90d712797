"""Statement understanding against ``sqlglot.parse``: cache hit, miss without and with a catalog, long statements.

python benchmarks/bench_statement.py [--quick]
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable

import sqlglot
from _machine import print_machine

from pcishield.statement import Catalog, Statement, TableInfo, TableRef, analyze, cache_clear

STATEMENTS = [
    "SELECT id, label FROM orders WHERE id = %s",
    "SELECT o.id, c.note, sum(p.amount) FROM orders o JOIN cards c ON c.id = o.card_id LEFT JOIN payments p ON "
    "p.card_id = c.id WHERE o.state IN (%s, %s) AND p.created > now() - interval '7 days' GROUP BY o.id, c.note "
    "HAVING sum(p.amount) > 10 ORDER BY 3 DESC LIMIT 50",
    "WITH t AS (SELECT card_id, max(created) AS last FROM payments GROUP BY card_id) SELECT c.*, t.last FROM cards c "
    "JOIN t ON t.card_id = c.id WHERE c.id = %s",
    "INSERT INTO orders (id, label, card_id) VALUES (%s, %s, %s) ON CONFLICT (id) DO UPDATE SET label = excluded.label",
    "UPDATE orders SET label = %s, state = 'done' WHERE id = %s RETURNING id",
    "SELECT * FROM recent WHERE id = %s",
]
TABLES = [
    TableInfo(TableRef("orders", "public"), ("id", "label", "card_id", "state")),
    TableInfo(TableRef("cards", "public"), ("id", "pan", "note")),
    TableInfo(TableRef("payments", "public"), ("id", "card_id", "amount", "created")),
    TableInfo(
        TableRef("recent", "public"), ("id", "note"), kind="view",
        definition="SELECT c.id, c.note FROM cards c JOIN payments p ON p.card_id = c.id",
    ),
]  # fmt: skip
CATALOG = Catalog("postgres", {info.table: info for info in TABLES})
LONG = {
    "10,000 characters": "SELECT " + ", ".join(f"column_{i} AS c{i}" for i in range(450)) + " FROM orders WHERE id = 1",
    "IN list of 5,000": f"SELECT id FROM orders WHERE id IN ({', '.join(map(str, range(5000)))})",
    "200 parentheses": f"SELECT {'(' * 200}1{')' * 200}",
    "200 subqueries": f"SELECT * FROM {'(SELECT * FROM ' * 200}orders{') t' * 200}",
    "chain of 2,000 OR": f"SELECT id FROM orders WHERE {' OR '.join(f'a = {i}' for i in range(2000))}",
}


def seconds(call: Callable[[], object], repeat: int, rounds: int) -> float:
    """Return the time of one call, the best of ``rounds`` of ``repeat`` calls."""
    best = float("inf")
    for _ in range(rounds):
        start = time.perf_counter()
        for _ in range(repeat):
            call()
        best = min(best, (time.perf_counter() - start) / repeat)
    return best


def missed(sql: str, catalog: Catalog | None) -> Statement:
    """Understand ``sql`` as if it had never been seen."""
    cache_clear()
    return analyze(sql, "postgres", catalog)


def main() -> None:
    """Print one line a measurement; ratios are of the same run."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--quick", action="store_true", help="fewer rounds: to see that it runs")
    rounds = 2 if options.parse_args().quick else 7
    print_machine("sqlglot", "pcishield")
    for sql in STATEMENTS:
        analyze(sql, "postgres")
    hit = statistics.median(seconds(lambda s=sql: analyze(s, "postgres"), 10_000, rounds) for sql in STATEMENTS)
    print(f"cache hit                     {hit * 1e6:8.2f} us (goal 1)")
    plain, followed = [], []
    for sql in STATEMENTS:
        parsed = sql.replace("%s", "$1")
        base = seconds(lambda p=parsed: sqlglot.parse(p, dialect="postgres"), 5, rounds)
        plain.append(seconds(lambda s=sql: missed(s, None), 5, rounds) / base)
        followed.append(seconds(lambda s=sql: missed(s, CATALOG), 5, rounds) / base)
    for name, ratios, goal in (("without a catalog", plain, 2), ("with a catalog", followed, 6)):
        print(
            f"miss {name:<24} {statistics.median(ratios):8.2f} x sqlglot.parse, {min(ratios):.2f} to {max(ratios):.2f} "
            f"(goal {goal})"
        )
    for name, sql in LONG.items():
        start = time.perf_counter()
        found = missed(sql, None)
        took = time.perf_counter() - start
        print(f"{name:<29} {took * 1e3:8.1f} ms, {found.kind} (goal 1,000)")


if __name__ == "__main__":
    main()
