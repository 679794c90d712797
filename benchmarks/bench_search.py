"""The search index: building it, and a search, at a number of records. ``--records 10000000`` needs about 10 GB.

The log is of 400 statements by 40 users in 200 sessions, with a refusal in 200,000 records.

- building: at least 50,000 records per second;
- a search over 10 million records: less than a second.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path

from _machine import print_machine
from bench_audit import BASE, make, timed

from pcishield.runtime.log_search import Query, SearchIndex

QUERIES = {
    "everything, newest 100": Query(),
    "user": Query(user="user-3"),
    "user that nobody is": Query(user="nobody"),
    "frequent table, outcome": Query(table="table_0", outcome="attempted"),
    "rare table": Query(table="table_399"),
    "column (in no statement)": Query(column="cards.pan"),
    "words of the SQL": Query(text="total id"),
    "rare word of the SQL": Query(text="column_399"),
    "type and rule": Query(type="attempt", rule="ordinary"),
    "fingerprint": Query(fingerprint=f"{20 * 7919:032x}"),
    "frequent type before the first": Query(type="attempt", until="2000"),
    "rare type": Query(type="log.rotate"),
    "denied (few)": Query(type="denied"),
}


def main() -> None:
    """Run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=200_000)
    parser.add_argument("--log", type=Path, help="an audit directory that is there already")
    given = parser.parse_args()
    assert BASE
    print_machine()
    print(f"load {os.getloadavg()}")
    with tempfile.TemporaryDirectory(prefix="pcishield-bench-") as folder:
        directory = given.log or Path(folder) / "audit"
        if given.log is None:
            make(directory, given.records, 200, 40, 400)
        wall, cpu = time.perf_counter(), time.process_time()
        with SearchIndex(directory) as index:
            count = index.update()
            wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
            print(f"{'index':<36}{count / wall:>12,.0f} records/s ({count / cpu:,.0f} per second of processor)")
            for name, query in QUERIES.items():
                best = 1 / max(timed(lambda query=query: list(index.search(query)), 1, 3))
                print(f"{name:<36}{best * 1000:>12,.1f} ms of {count:,} records")
            for by in ("type", "day"):
                best = 1 / max(timed(lambda by=by: index.counts(Query(), by), 1, 3))
                print(f"{'stats by ' + by:<36}{best * 1000:>12,.1f} ms of {count:,} records")


if __name__ == "__main__":
    main()
