"""PEP 249 on psycopg 3, raw and guarded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest

from tests.conformance.dbapi20 import Api, FetchNeedsResult, NextSet, TypeObjects, approve_all

psycopg = pytest.importorskip("psycopg", reason="psycopg is an optional dependency")

pytestmark = pytest.mark.postgres


@pytest.fixture(params=["raw", "guarded"])
def api(request: pytest.FixtureRequest, pg_dsn: str, make_shield: Callable[..., Any]) -> Iterator[Api]:
    """psycopg on a table of its own."""
    module = psycopg if request.param == "raw" else make_shield(approver=approve_all).guard(psycopg)
    api = Api(
        module=module,
        raw=psycopg,
        connect=lambda: module.connect(pg_dsn),
        mark="%s",
        table=f"booze_{uuid4().hex[:12]}",
        blob="BYTEA",
    )
    yield api
    api.close()
    with psycopg.connect(pg_dsn, autocommit=True) as connection:
        connection.execute(f"DROP TABLE IF EXISTS {api.table}")


class TestPsycopg(FetchNeedsResult, NextSet, TypeObjects):
    """The suite on psycopg."""
