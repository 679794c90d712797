"""The log on file systems that really are read-only or full: a tmpfs in a mount namespace of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

SCRIPT = """
import subprocess, sys
from pathlib import Path
sys.path[:0] = sys.argv[2].split(":")
from pcishield.audit.verify import verify
from pcishield.exceptions import AuditUnavailable
from pcishield.runtime.log import FileAuditLog
from pcishield.runtime.log_reader import DirectorySource
from tests.unit.audit.logs import ATTEMPT

def refused(call):
    try:
        call()
    except AuditUnavailable as error:
        return str(error)
    raise SystemExit("not refused")

root = Path(sys.argv[1])
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m,ro", "tmpfs", str(root)], check=True)
assert "Read-only file system" in refused(lambda: FileAuditLog(root / "audit", heartbeat_seconds=0))
subprocess.run(["mount", "-o", "remount,rw", str(root)], check=True)
log = FileAuditLog(root / "audit", heartbeat_seconds=0)
log.append("attempt", ATTEMPT, durable=True)

filler = root / "filler"
with filler.open("wb", buffering=0) as file:
    try:
        while True:
            file.write(bytes(4096))
    except OSError:
        pass
def fill():
    for _ in range(10_000):
        log.append("attempt", ATTEMPT, durable=True)
assert "No space left" in refused(fill)
filler.unlink()
log.append("attempt", ATTEMPT, durable=True)
log.close()
text = b"".join(path.read_bytes() for path in (root / "audit").glob("*/segments/*"))
assert b'"type":"control.fail"' in text and b'"type":"control.restore"' in text
assert [] == [str(finding) for finding in verify(DirectorySource(root / "audit")).of("error")]
print("done")
"""


def test_read_only_and_full_file_systems_refuse_and_end_without_a_restart(tmp_path: Path) -> None:
    """Refused by the system's own error; afterwards the same process goes on, and the log verifies."""
    if os.geteuid() != 0 or shutil.which("unshare") is None:
        pytest.skip("a mount namespace needs root and unshare")
    tried = subprocess.run(["unshare", "-m", "mount", "-t", "tmpfs", "tmpfs", str(tmp_path)], capture_output=True)
    if tried.returncode:
        pytest.skip("this machine does not let root mount in a namespace of its own")
    path = ":".join(entry for entry in sys.path if entry)
    command = ["unshare", "-m", sys.executable, "-c", textwrap.dedent(SCRIPT), str(tmp_path), path]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100)

    assert (0, "done\n") == (done.returncode, done.stdout), done.stderr
