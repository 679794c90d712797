"""Template strings (PEP 750, psycopg 3.3): judged as the server will read them, their values parameters like any other.

Python 3.14 makes them of ``t"..."``. psycopg works on any object of their shape, so that is what older Pythons run this
with; with Python 3.14 the same tests take the real ones.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from pcishield.exceptions import StatementDenied
from pcishield.testing import RecordingLog, make_pan

psycopg = pytest.importorskip("psycopg", reason="psycopg is an optional dependency")
compat = pytest.importorskip("psycopg._compat", reason="psycopg is an optional dependency")
if not hasattr(compat, "Template"):
    pytest.skip("psycopg before 3.3 takes no template strings", allow_module_level=True)

PAN = make_pan("visa", 16)

if sys.version_info >= (3, 14):
    Template, Interpolation = compat.Template, compat.Interpolation
else:

    class Template(compat.Template):  # type: ignore[misc]
        """What ``t"..."`` makes, as far as psycopg looks."""

        def __new__(cls, *parts: Any) -> Any:
            made = object.__new__(cls)
            made.parts = tuple(part for part in parts if part != "")
            made.interpolations = tuple(part for part in parts if not isinstance(part, str))
            return made

        def __iter__(self) -> Iterator[Any]:
            return iter(self.parts)

    Interpolation = compat.Interpolation


def value(item: Any, form: str = "") -> Any:
    """``{item:form}``"""
    return Interpolation(item, "item", None, form)


@pytest.fixture(params=["sync", "async"])
def execute(request: pytest.FixtureRequest, guarded: Any, pg_dsn: str) -> Iterator[Callable[[Any], Any]]:
    """Run a query on a guarded connection and fetch all rows."""
    import asyncio

    if request.param == "sync":
        with guarded.connect(pg_dsn) as connection:
            yield lambda query: connection.execute(query).fetchall()
        return

    def run(query: Any) -> Any:
        async def work() -> Any:
            async with await guarded.AsyncConnection.connect(pg_dsn) as connection:
                return await (await connection.execute(query)).fetchall()

        return asyncio.run(work())

    yield run


def test_values_are_parameters_and_results_are_masked(execute: Callable[[Any], Any], log: RecordingLog) -> None:
    """The text that is judged has a placeholder, and no record has the value."""
    ((shown, number),) = execute(Template("SELECT ", value(PAN), "::text, ", value(7), "::int"))
    assert 7 == number
    assert shown.endswith(PAN[-4:])
    assert PAN not in shown
    (attempt,) = [record for record in log.records if record["type"] == "attempt"]
    assert (2, True) == (attempt["parameters"]["count"], attempt["parameters"]["pan"])
    assert PAN not in str(log.records)


def test_parts_are_judged_whole(make_shield: Any, pg_dsn: str) -> None:
    """A fragment, an identifier and a literal in a template are part of the statement that the policy sees."""
    rule = {"id": "no-drop", "effect": "deny", "reason": "no", "when": {"actions": ["ddl"]}}
    shield = make_shield(policy={"name": "p", "schema": 1, "default": "allow", "rules": [rule]}, audit=RecordingLog())
    drop = Template("DROP TABLE ", value("some table", "i"))
    with shield.guard(psycopg).connect(pg_dsn) as connection:
        for query in (
            drop,
            Template(value(drop, "q")),
            Template("SELECT 1; ", value(psycopg.sql.SQL("DROP TABLE t"), "q")),
        ):
            with pytest.raises(StatementDenied):
                connection.execute(query)
        inner = Template("SELECT ", value("it's", "l"), "::text AS ", value("a b", "i"))
        cursor = connection.execute(Template("SELECT * FROM (", value(inner, "q"), ") x"))
        assert [("it's",)] == cursor.fetchall()
        assert "a b" == cursor.description[0].name


def test_what_psycopg_refuses_is_refused(execute: Callable[[Any], Any], log: RecordingLog) -> None:
    """Its own errors, and nothing was sent."""
    for query in (
        Template("SELECT ", value("now()", "q")),
        Template("SELECT 1 AS ", value(5, "i")),
        Template("SELECT ", value(1, "nonsense")),
    ):
        with pytest.raises(psycopg.ProgrammingError):
            execute(query)
    assert [] == [record for record in log.records if record["type"] == "attempt"]


def test_client_cursors_and_copy_take_them(guarded: Any, pg_dsn: str) -> None:
    """Values are merged on this side there; what comes back is masked all the same."""
    with guarded.connect(pg_dsn) as connection:
        cursor = guarded.ClientCursor(connection)
        (shown,) = cursor.execute(Template("SELECT ", value(PAN), "::text")).fetchone()
        assert PAN not in shown
        with connection.cursor().copy(Template("COPY (SELECT ", value(PAN, "l"), "::text) TO STDOUT")) as copy:
            assert PAN.encode() not in b"".join(copy)
