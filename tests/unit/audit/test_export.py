"""Records as files for other programs, and a search that forgets what retention removed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pcishield.cli.audit import app
from pcishield.runtime.log_search import Query, SearchIndex
from tests.unit.audit.logs import build, segment_path


@pytest.fixture
def audit(tmp_path: Path) -> Path:
    """A log of three shards."""
    build(tmp_path / "audit")
    return tmp_path / "audit"


@pytest.mark.parametrize(("form", "begins"), [("ocsf", "{"), ("ecs", "{"), ("cef", "CEF:0|"), ("leef", "LEEF:2.0|")])
def test_events_are_exported_one_a_line(audit: Path, tmp_path: Path, form: str, begins: str) -> None:
    """As many events as records of the type."""
    done = CliRunner().invoke(
        app, ["export", str(tmp_path / "out"), "-d", str(audit), "--format", form, "--type", "attempt"]
    )
    lines = (tmp_path / "out").read_text().splitlines()

    assert (0, 16) == (done.exit_code, len(lines))
    assert {True} == {line.startswith(begins) for line in lines}


def test_parquet_has_main_fields_and_the_whole_record(audit: Path, tmp_path: Path) -> None:
    """Read back by pyarrow."""
    parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is an optional dependency")
    out = tmp_path / "out.parquet"
    done = CliRunner().invoke(app, ["export", str(out), "-d", str(audit), "--format", "parquet", "--type", "result"])
    table = parquet.read_table(out)

    assert (0, 0o600) == (done.exit_code, out.stat().st_mode & 0o777)
    assert {3} == set(table["rows"].to_pylist())
    assert {"alice"} == set(table["actor.user"].to_pylist())
    assert {"result"} == {json.loads(record)["type"] for record in table["record"].to_pylist()}


def test_the_index_forgets_what_is_gone(audit: Path) -> None:
    """Records of a segment that was removed are not found any more, and nothing fails."""
    with SearchIndex(audit) as index:
        index.update()
        before = len(index.search(Query(type="attempt")))
    segment_path(audit, 0, 0).unlink()
    with SearchIndex(audit) as index:
        index.update()
        after = len(index.search(Query(type="attempt")))

    assert before - 8 == after
