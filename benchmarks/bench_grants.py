"""What a valid grant adds to a statement, against the same statement that needs no approval.

    python benchmarks/bench_grants.py [--statements 500] [--rounds 100] [--queue sqlite] [--whole-flow]

Both run through a session on a file log with a driver that does nothing, in short turns, so that the machine's noise
hits both; CPU time of the thread, so that other processes do not count. What the grant adds is the median of the
differences, turn by turn; the goal of issue 7 is 5 us. Blocks that are leased from the queue are in it. Statements
begin as psycopg's do (``Session.begin``), or with ``--whole-flow`` as those of other drivers.
"""

from __future__ import annotations

import argparse
import gc
import statistics
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pcishield import acting_as
from pcishield.core.decision import ApprovalAnswer, Scope
from pcishield.shield import Shield

ASKS = {"id": "asks", "effect": "require_approval", "reason": "a write", "when": {"tables": ["granted"]}}
POLICY = {"name": "bench", "default": "allow", "rules": [ASKS]}


def approver(request: Any) -> ApprovalAnswer:
    scope = Scope(datetime.now(UTC) + timedelta(hours=1), 1_000_000, templates=frozenset({request.fingerprint}))
    return ApprovalAnswer(True, "zoe", scope=scope)


def run(session: Any, sql: str, statements: int, begins: bool) -> float:
    start = time.thread_time()
    for number in range(statements):
        operation = session.begin(sql, (number,), "execute") if begins else None
        if operation is None:
            session.run(session.operation(sql, (number,), method="execute"), int)
        else:
            operation.ended()
    return (time.thread_time() - start) / statements * 1e6


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--statements", type=int, default=500)
    options.add_argument("--rounds", type=int, default=100)
    options.add_argument("--whole-flow", action="store_true")
    options.add_argument("--queue", choices=("memory", "sqlite"), default="memory")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        home = Path(directory)
        settings: dict[str, Any] = {}
        if chosen.queue == "sqlite":
            settings["approval"] = {"queue": f"sqlite:///{home}/queue.db", "key_file": str(home / "key")}
        with Shield(settings, policy=POLICY, audit=home / "audit", approver=approver) as shield:
            session = shield.open_session(dialect="postgres", driver="bench", database="bench")
            measure(session, chosen.statements, chosen.rounds, not chosen.whole_flow)


def measure(session: Any, statements: int, rounds: int, begins: bool) -> None:
    free, granted = "UPDATE free SET a = %s WHERE id = 1", "UPDATE granted SET a = %s WHERE id = 1"
    with acting_as(user="maria", agent="bot"):
        for sql in (free, granted):
            run(session, sql, 200, begins)
        found = []
        for _ in range(rounds):
            gc.collect()
            found.append((run(session, free, statements, begins), run(session, granted, statements, begins)))
    added = sorted(with_grant - without for without, with_grant in found)
    print(f"without a grant {statistics.median(one for one, _ in found):.2f} us, "
          f"with one {statistics.median(one for _, one in found):.2f} us a statement")  # fmt: skip
    low, high = added[rounds // 4], added[rounds * 3 // 4]
    print(f"a grant adds {statistics.median(added):.2f} us (quartiles {low:.2f} and {high:.2f}, "
          f"{rounds} rounds of {statements})")  # fmt: skip


if __name__ == "__main__":
    main()
