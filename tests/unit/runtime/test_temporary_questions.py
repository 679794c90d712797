"""The guard's own questions about temporary tables, as the database's log shows them to ``audit reconcile``."""

from __future__ import annotations

import pytest

from pcishield.runtime.temporary import TemporaryTables, is_question
from pcishield.statement import TableRef


@pytest.mark.parametrize("table", [TableRef("t"), TableRef("t", "shop"), TableRef("odd `name`, 1", "s p")])
def test_its_own_questions_are_known(table: TableRef) -> None:
    """Whatever the table is called."""
    tables = TemporaryTables()
    tables._clean[table] = None

    assert tables.queries()
    assert all(map(is_question, tables.queries().values()))


@pytest.mark.parametrize(
    "sql",
    [
        "SHOW CREATE TABLE `t`",
        "/* pcishield: catalog */ SELECT pan FROM cards",
        "/* pcishield: catalog */ SHOW CREATE TABLE `t`; SELECT pan FROM cards",
        "/* pcishield: catalog */ SHOW COLUMNS FROM `t` WHERE (SELECT pan FROM cards LIMIT 1) LIKE '4%'",
        "/* pcishield: catalog */ SHOW COLUMNS FROM t",
    ],
)
def test_nothing_else_passes_as_one(sql: str) -> None:
    """The comment alone hides nothing, nor does what follows the name."""
    assert not is_question(sql)
