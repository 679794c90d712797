"""How fast the log is read and handed over: a sink that drops everything, and a mirror on disk, in one run."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from pcishield.audit.canonical import Preencoded
from pcishield.runtime.log import FileAuditLog
from pcishield.runtime.shipper import Shipper
from pcishield.sinks import BaseSink
from pcishield.sinks.jsonl import JsonlSink

RECORDS = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
BASE = {
    "actor": Preencoded({"user": "alice", "agent": "reporter", "level": "explicit"}),
    "src": Preencoded({"host": "app-1", "pid": 4711}),
    "db": Preencoded({"system": "sqlite", "driver": "sqlite3", "name": "shop.db"}),
}


class Nothing(BaseSink):
    """Confirms at once."""

    def deliver(self, connection, entries):
        pass


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        log = FileAuditLog(folder / "audit", heartbeat_seconds=0)
        for number in range(RECORDS):
            log.append("result", BASE | {"attempt": "x/1", "outcome": "success", "rows": number, "duration_us": 512})
        log.close()
        for sink in (
            Nothing(name="nothing"), Nothing(name="ocsf", format="ocsf"), Nothing(name="cef", format="cef"),
            JsonlSink(path=f"{folder}/m1"), JsonlSink(name="large", path=f"{folder}/m2", batch_records=5000),
        ):  # fmt: skip
            shipper = Shipper(folder / "audit", [sink])
            began = time.perf_counter()
            assert shipper.finish(60)
            seconds = time.perf_counter() - began
            print(f"{sink.name:8} {RECORDS / seconds:>10,.0f} records/s")


if __name__ == "__main__":
    main()
