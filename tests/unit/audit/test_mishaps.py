"""What goes wrong beside attacks on the log is said, in the words of the documentation."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.audit.mishaps import MISHAPS, Mishap, happens, table


@pytest.mark.filterwarnings("ignore:no audit anchor is configured")
@pytest.mark.parametrize("mishap", MISHAPS, ids=lambda mishap: mishap.name)
def test_a_mishap_is_said(mishap: Mishap, tmp_path: Path) -> None:
    """The log, verify or the command that reads it says what happened."""
    assert mishap.said == happens(mishap, tmp_path)


def test_the_table_in_the_documentation_is_this_one() -> None:
    """docs/audit.md shows the mishaps as the tests have them."""
    assert table() in (Path(__file__).parents[3] / "docs" / "audit.md").read_text()
