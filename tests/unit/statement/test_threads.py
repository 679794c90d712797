"""The first statements of a process may come from several threads at once."""

from __future__ import annotations

import subprocess
import sys

import pytest

CODE = """
import sys, threading
sys.setswitchinterval(1e-5)
from pcishield.statement import analyze
found, barrier = set(), threading.Barrier(8)
def work(n):
    barrier.wait()
    outputs = analyze(f"SELECT $1::int AS id, $2::text AS name, {n} AS n", DIALECT).outputs
    found.add(tuple(o.derivation for o in outputs or ()))
threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
for t in threads: t.start()
for t in threads: t.join()
print(found)
"""


@pytest.mark.parametrize("dialect", ["postgres", "duckdb"] * 2)
def test_first_statements_of_several_threads_are_read_alike(dialect: str) -> None:
    """sqlglot loads a dialect at its first use; no thread gets half of one."""
    code = CODE.replace("DIALECT", repr(dialect))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert "{('safe', 'safe', 'safe')}" == done.stdout.strip()
