"""Record types: each is written by somebody, and a finding has a record of its own."""

from __future__ import annotations

import ast
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import orjson

import pcishield
from pcishield.audit import records
from pcishield.audit.records import TYPES
from pcishield.runtime.log_reader import segment_paths
from pcishield.testing import make_pan

PACKAGE = Path(pcishield.__file__).parent


def _texts_in_calls() -> Iterator[str]:
    """Texts that the package's code passes to a function, or chooses between; tables and comments do not count."""
    for path in PACKAGE.rglob("*.py"):
        if path == Path(records.__file__):
            continue
        for node in ast.walk(ast.parse(path.read_bytes())):
            found: list[ast.expr] = []
            if isinstance(node, ast.Call):
                found = [*node.args, *(keyword.value for keyword in node.keywords)]
            elif isinstance(node, ast.IfExp):
                found = [node.body, node.orelse]
            for text in found:
                if isinstance(text, ast.Constant) and isinstance(text.value, str):
                    yield text.value


def test_every_record_type_is_passed_to_a_writer() -> None:
    """A type that no code hands to a function would promise evidence that never comes."""
    assert set() == set(TYPES) - set(_texts_in_calls())


def test_a_card_number_in_an_undeclared_column_is_a_finding_once(
    make_shield: Callable[..., Any], audit_dir: Path, tmp_path: Path
) -> None:
    """One ``finding`` per connection and column, however often it is read, named by its attempt; no digit in it."""
    pan = make_pan()
    shield = make_shield(policy="pci")
    with closing(sqlite3.connect(tmp_path / "shop.db")) as plain, plain:
        plain.execute("CREATE TABLE orders (id INTEGER, note TEXT)")
        plain.execute("INSERT INTO orders VALUES (1, ?)", (pan,))
    with closing(shield.connect("sqlite3", str(tmp_path / "shop.db"))) as connection:
        for _ in range(3):
            assert pan not in str(connection.execute("SELECT note FROM orders LIMIT 5").fetchall())
    shield.close()

    lines = [line for path in segment_paths(audit_dir) for line in path.read_bytes().splitlines()]
    written = [orjson.loads(line) for line in lines]
    found = [record for record in written if record["type"] == "finding"]
    attempts = [f"{r['shard']}/{r['seq']}" for r in written if r["type"] == "attempt"]
    assert [{"kind": "unexpected_pan", "column": "note", "class": "pan", "count": 1}] == [r["finding"] for r in found]
    assert attempts[0] == found[0]["attempt"]
    assert 3 == sum("findings" in record for record in written if record["type"] == "result")
