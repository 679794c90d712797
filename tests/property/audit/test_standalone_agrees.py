"""The single-file verifier and ``pcishield audit verify`` come to the same verdict on whatever is made of a log.

``PCISHIELD_FUZZ`` sets the number of changed logs (the nox session ``fuzz(target='verifier')`` has many).
"""

from __future__ import annotations

import io
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from random import Random
from types import CodeType
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pcishield.cli
from pcishield.audit.verify import Options
from pcishield.cli._audit_show import report_lines
from pcishield.cli.audit import verify_directory
from pcishield.runtime.log_reader import parallel_scan
from tests.property.audit.mutations import mutate
from tests.unit.audit.logs import (
    ATTEMPT,
    build,
    build_epochs,
    build_purged,
    make_log,
    recovered,
    seal,
    shards,
    statement,
)

SCRIPT = Path(pcishield.cli.__file__).with_name("standalone.py")
CHANGED = int(os.environ.get("PCISHIELD_FUZZ", "60"))


def acknowledge(directory: Path) -> None:
    """What an anchor leaves beside the log."""
    folder = directory / "anchors" / "file"
    folder.mkdir(parents=True)
    for shard in shards(directory)[-2:]:
        ack = {"kind": "file", "note": (shard / "checkpoint").read_text(), "receipt": "AAAA", "shard": shard.name}
        with (folder / "acks.jsonl").open("ab") as file:
            file.write(orjson.dumps(ack) + b"\n")


def closed_log(directory: Path) -> None:
    """Closed shards, and one whose process died; anchored."""
    build(directory)
    acknowledge(directory)


def open_log(directory: Path) -> None:
    """The end is covered by no signature: what a record says is all that can tell that it is wrong."""
    make_log(directory).close()
    log = make_log(directory)
    recovered(log)
    seal(log)
    statement(log)
    log.append("attempt", ATTEMPT, durable=True)
    with tempfile.TemporaryDirectory() as away:
        shutil.copytree(directory, Path(away) / "audit")
        log.close()
        shutil.rmtree(directory)
        shutil.copytree(Path(away) / "audit", directory)


@pytest.fixture(
    scope="module", params=[closed_log, build_purged, open_log, build_epochs], ids=lambda make: make.__name__
)
def template(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = Path(tmp_path_factory.mktemp("agrees")) / "audit"
    request.param(directory)
    (directory.parent / "pinned").write_bytes((directory / "vkey").read_bytes())
    (directory.parent / "anchor").write_bytes((shards(directory)[-1] / "checkpoint").read_bytes())
    return directory


@contextmanager
def arguments(*given: str) -> Iterator[None]:
    before, sys.argv = sys.argv, ["verify", *given]
    try:
        yield
    finally:
        sys.argv = before


def alone(code: CodeType, *given: str) -> tuple[bool, str]:
    """Run the single file in this process; return whether all is in order, and what it printed."""
    scope: dict[str, Any] = {"__name__": "standalone"}
    output = io.StringIO()
    exec(code, scope)
    with arguments(*given), redirect_stdout(output):
        status = scope["main"]()
    assert ("OK" if status == 0 else "FAILED") == output.getvalue().splitlines()[-1]
    return status == 0, output.getvalue()


def both(directory: Path, template: Path, code: CodeType) -> tuple[str, bool, bool]:
    """Return what was found, and both verdicts."""
    from pcishield.audit.checkpoint import VerifierKey

    key = template.parent / "pinned"
    options = Options(
        key=VerifierKey.parse(key.read_text()), anchors=[(template.parent / "anchor").read_text()],
        expect_anchor=True, scan=parallel_scan,
    )  # fmt: skip
    report = verify_directory(directory, options)
    found = "\n".join(report_lines(report, False))
    orjson.dumps(report.as_dict())
    right, said = alone(code, str(directory), "--key", str(key), "--anchor", str(template.parent / "anchor"))
    return f"{found}\n--- alone:\n{said}", report.ok, right


CODE = compile(SCRIPT.read_text(), str(SCRIPT), "exec")


def test_untouched_logs_are_in_order(template: Path) -> None:
    """Without a change both say so."""
    found, ok, right = both(template, template, CODE)

    assert (True, True) == (ok, right), found


@settings(max_examples=CHANGED, database=None)
@given(rng=st.randoms(use_true_random=True), changes=st.integers(1, 2))
def test_both_verifiers_agree(template: Path, rng: Random, changes: int) -> None:
    """Neither ends in a traceback, and neither takes for right what the other takes for wrong."""
    with tempfile.TemporaryDirectory(dir=template.parent) as folder:
        directory = Path(folder) / "audit"
        shutil.copytree(template, directory)
        done = [mutate(directory, rng) for _ in range(changes)]
        found, ok, right = both(directory, template, CODE)

        assert ok == right, "\n".join([*done, found])
