"""A driver's error whose text cannot be masked: nothing of it is in what is raised instead, nor behind that."""

from __future__ import annotations

import sqlite3
from typing import Any

import psycopg
import pytest

from pcishield.exceptions import MaskingError
from pcishield.testing import assert_no_pan, make_pan

PAN = make_pan()
OPEN = {"name": "open", "schema": 1, "default": "allow"}


@pytest.mark.parametrize("driver", [sqlite3, psycopg], ids=lambda driver: driver.__name__)
def test_no_link_of_the_chain_has_the_text(
    request: pytest.FixtureRequest, make_shield: Any, monkeypatch: pytest.MonkeyPatch, driver: Any
) -> None:
    """The driver's own error is the context of ours whatever we do, so it is emptied."""

    def broken(*arguments: Any) -> None:
        raise RuntimeError(f"cannot mask {PAN}")

    monkeypatch.setattr("pcishield.runtime.session_errors.scrub_exception", broken)
    place = ":memory:" if driver is sqlite3 else request.getfixturevalue("pg_dsn")
    connection = make_shield(policy=OPEN).guard(driver).connect(place)
    with pytest.raises(MaskingError) as raised:
        connection.execute(f'SELECT "c{PAN}".y')
    connection.close()

    link: BaseException | None = raised.value
    links = 0
    while link is not None:
        assert_no_pan(f"{link.args} {vars(link)} {getattr(link, '__notes__', '')}")
        link, links = link.__cause__ or link.__context__, links + 1
    assert links > 1
