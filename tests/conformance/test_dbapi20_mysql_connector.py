"""PEP 249 on mysql.connector, raw and guarded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest

from tests.conformance.dbapi20 import Api, TypeObjects, approve_all

connector = pytest.importorskip("mysql.connector", reason="mysql.connector is an optional dependency")

pytestmark = pytest.mark.mysql


@pytest.fixture(params=["raw", "guarded"])
def api(request: pytest.FixtureRequest, mysql_params: dict[str, Any], make_shield: Callable[..., Any]) -> Iterator[Api]:
    """mysql.connector on a table of its own."""
    module = connector if request.param == "raw" else make_shield(approver=approve_all).guard(connector)
    api = Api(
        module=module,
        raw=connector,
        # The C extension of 9.1 is no measure: fetchmany() repeats the last row, and a closed connection raises
        # MySQLInterfaceError, which is no Error.
        connect=lambda: module.connect(**mysql_params, use_pure=True),
        mark="%s",
        table=f"booze_{uuid4().hex[:12]}",
    )
    yield api
    api.close()
    connection = connector.connect(**mysql_params)
    connection.cursor().execute(f"DROP TABLE IF EXISTS {api.table}")
    connection.close()


class TestMysqlConnector(TypeObjects):
    """The suite on mysql.connector."""
