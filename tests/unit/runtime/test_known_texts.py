"""What is known about SQL texts: kept for texts that come again, and not for every text that is large."""

from __future__ import annotations

import tracemalloc

from pcishield.masking import Masker
from pcishield.runtime.known import KnownStatements

MANY, SIZE = 50, 100_000


def test_large_texts_are_not_kept() -> None:
    """Each may be megabytes, and the text of a bulk load comes once."""
    known = KnownStatements(Masker(), str)
    tracemalloc.start()
    try:
        for n in range(MANY):
            known.get("postgres", f"INSERT INTO t VALUES ({n}, '{'x' * SIZE}')")
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert held < MANY * SIZE / 2


def test_a_large_text_is_known_while_it_is_at_work() -> None:
    """One operation asks several times."""
    known = KnownStatements(Masker(), str)
    sql = f"INSERT INTO t VALUES ('{'x' * SIZE}')"

    assert known.get("postgres", sql) is known.get("postgres", sql)
    assert known.get("mysql", sql) is not known.get("postgres", sql)
