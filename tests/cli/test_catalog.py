"""``pcishield catalog dump``."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pcishield.cli.catalog import app
from pcishield.exceptions import ConfigurationError
from pcishield.runtime.catalog_files import read_snapshot
from pcishield.statement import TableRef


def test_dump_writes_what_the_setting_reads(tmp_path: Path) -> None:
    """Tables, generated columns and views are in the file; rows are not."""
    path, output = tmp_path / "shop.db", tmp_path / "catalog.json"
    with closing(sqlite3.connect(path)) as raw:
        raw.executescript(
            "CREATE TABLE cards (id INTEGER PRIMARY KEY, pan TEXT, lead TEXT AS (substr(pan, 1, 8)));"
            "INSERT INTO cards (pan) VALUES ('a value');"
            "CREATE VIEW v AS SELECT pan AS x FROM cards;"
        )
    outcome = CliRunner().invoke(app, ["dump", f"sqlite:///{path}", "-o", str(output)])
    catalog = read_snapshot(output)

    assert (0, "a value" in output.read_text()) == (outcome.exit_code, False)
    view, cards = catalog.tables[TableRef("v")], catalog.tables[TableRef("cards")]
    assert (("x",), "SELECT pan AS x FROM cards") == (view.columns, view.definition)
    assert {"lead"} == set(cards.generated)


@pytest.mark.parametrize("text", ["{", "[]", '{"format": "other"}', '{"format": "pcishield-catalog-1"}'])
def test_what_is_no_snapshot_is_refused(tmp_path: Path, text: str) -> None:
    """A file that cannot be read is named, not ignored."""
    path = tmp_path / "catalog.json"
    path.write_text(text)

    with pytest.raises(ConfigurationError, match=r"catalog\.file: .* is no catalog snapshot"):
        read_snapshot(path)


def test_an_address_is_not_repeated() -> None:
    """The address may hold a password."""
    outcome = CliRunner().invoke(app, ["dump", "postgresql://u:hush@127.0.0.1:1/x"])

    assert isinstance(outcome.exception, ConfigurationError)
    assert "hush" not in str(outcome.exception)
