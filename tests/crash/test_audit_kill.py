"""Processes that write the log are killed at once, at random: it verifies each time, and lacks no attempt.

``PCISHIELD_KILLS`` sets how often (6 in ``make test``, 200 in the nox session ``crash``), ``PCISHIELD_KILL_LOAD`` the
load as processes x threads. The log is verified as a whole after each; every line is read once then, and once more when
the log has survived 25 kills and the next one begins.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from tests.crash.growing import GrowingLog

KILLS = int(os.environ.get("PCISHIELD_KILLS", "6"))
SURVIVED = 25
"""Kills of one log: its tree is computed anew after each, whatever was read before."""
PROCESSES, THREADS = (int(n) for n in os.environ.get("PCISHIELD_KILL_LOAD", "3x4").split("x"))

WRITER = """
import os, sys, threading, uuid
sys.path[:0] = sys.argv[1].split(":")
from pathlib import Path
from tests.unit.audit.logs import ATTEMPT, BASE
from pcishield.audit.tail import Template
from pcishield.runtime.log import FileAuditLog

log = FileAuditLog(Path(sys.argv[2]), flush=sys.argv[4], segment_bytes=65_536, checkpoint_records=50)
database = os.open(sys.argv[3], os.O_WRONLY | os.O_APPEND | os.O_CREAT)

template = Template("attempt", ATTEMPT | {"outcome": "attempted"}, ("object",))

def work(repeated):
    while True:
        statement = uuid.uuid4().hex
        if repeated:  # as a driver writes a statement that it knows
            attempt = log.append_filled(template, (b'"%b"' % statement.encode(),), durable=True)
        else:
            attempt = log.append("attempt", ATTEMPT | {"object": statement}, durable=True)
        # The database has it now. A line never lies on two pages: between two a kill may cut a write in half.
        os.write(database, statement.encode().ljust(63) + b"\\n")
        log.append("result", BASE | {"attempt": attempt, "outcome": "success"})

threads = [threading.Thread(target=work, args=(number % 2,)) for number in range(int(sys.argv[5]))]
print("ready", flush=True)
for thread in threads: thread.start()
for thread in threads: thread.join()
"""


@pytest.mark.crash
@pytest.mark.parametrize("flush", ["write", "group"])
def test_every_statement_that_happened_has_its_attempt(tmp_path: Path, flush: str) -> None:
    """After each kill -9 of all writers the log has no error, and no statement went out without an attempt in it."""
    database, kills = tmp_path / "database", max(KILLS // 2, 1)
    path = ":".join(entry for entry in sys.path if entry)
    choice = random.Random(f"{flush} {time.time_ns()}")
    for kill in range(kills):
        audit = tmp_path / f"audit{kill // SURVIVED}"
        command = [sys.executable, "-c", textwrap.dedent(WRITER), path, str(audit), str(database), flush, str(THREADS)]
        if kill % SURVIVED == 0:
            log = GrowingLog(audit)
        writers = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(PROCESSES)]
        for writer in writers:
            assert writer.stdout is not None
            if choice.random() < 0.8:
                assert b"ready\n" == writer.stdout.readline()
        time.sleep(choice.random() * 0.3)
        for writer in writers:
            writer.send_signal(signal.SIGKILL)
        for writer in writers:
            writer.wait()
            assert writer.stdout is not None
            writer.stdout.close()

        if (audit / "vkey").exists():
            assert [] == list(log.verify().of("error"))
            if kill % SURVIVED == SURVIVED - 1 or kill == kills - 1:
                assert [] == list(log.verify_anew().of("error"))
    attempts = {
        record["object"]
        for segment in tmp_path.glob("audit*/*/segments/*.jsonl")
        for line in segment.read_bytes().split(b"\n")[:-1]  # a kill may cut the last one anywhere
        if line.endswith(b"}") and (record := json.loads(line))["type"] == "attempt"
    }
    happened = database.read_text().split()
    assert len(happened) > 10
    assert set() == set(happened) - attempts
