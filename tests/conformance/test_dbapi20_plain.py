"""PEP 249 on the drivers of ``tests/plain_drivers.py``: what the raw driver passes, the guarded one passes.

Several of these drivers are not as PEP 249 says (no rollback here, no type constructors there). So each test of the
suite runs on both, in one test: where the raw driver fails, the guarded one must fail alike.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any
from uuid import uuid4

import pytest

from tests.conformance.dbapi20 import Api, DbApi20, approve_all
from tests.plain_drivers import PLAIN, Plain


def _suite() -> Iterator[tuple[str, Callable[..., None]]]:
    """Yield the tests of the suite, with their own parameters filled in."""
    for name, test in inspect.getmembers(DbApi20, inspect.isfunction):
        if not name.startswith("test_"):
            continue
        marks = [mark for mark in getattr(test, "pytestmark", ()) if mark.name == "parametrize"]
        if not marks:
            yield name, test
        for mark in marks:
            argument, values = mark.args
            for value in values:
                yield f"{name}-{value}", partial(test, **{argument: value})


@contextmanager
def _api(plain: Plain, module: Any, raw: Any, home: Any) -> Iterator[Api]:
    api = Api(
        module=module, raw=raw, connect=lambda: plain.connect(module, home), mark=plain.mark,
        table=f"booze_{uuid4().hex[:12]}", blob=plain.types[2],
    )  # fmt: skip
    try:
        yield api
    finally:
        api.close()
        connection = plain.connect(raw, home)
        cursor = connection.cursor()
        with suppress(Exception):
            cursor.execute(f"DROP TABLE IF EXISTS {api.table}")
            connection.commit()
        cursor.close()
        connection.close()


def _outcome(plain: Plain, test: Callable[..., None], module: Any, raw: Any, home: Any) -> str:
    """Run one test; return "passed", or the class of what it raised."""
    suite = DbApi20()
    with _api(plain, module, raw, home) as api:
        try:
            wanted = inspect.signature(test).parameters
            given: dict[str, Any] = {"self": suite, "api": api}
            if {"connection", "cursor", "filled"} & set(wanted):
                given["connection"] = api.open()
                given["cursor"] = given["connection"].cursor()
            if "filled" in wanted:
                given["filled"] = inspect.unwrap(_fixture("filled"))(suite, api, given["connection"], given["cursor"])
            test(**{name: given[name] for name in wanted if name in given})
        except Exception as error:
            return type(error).__name__
        except pytest.fail.Exception:
            return "did not raise"
        return "passed"


def _fixture(name: str) -> Any:
    fixture = vars(DbApi20)[name]
    return getattr(fixture, "_fixture_function", None) or fixture.__wrapped__


@pytest.fixture(scope="module")
def shield(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """One for all: opening a log takes longer than most tests."""
    from pcishield.shield import Shield

    with Shield({}, audit=tmp_path_factory.mktemp("dbapi20") / "audit", approver=approve_all) as shield:
        yield shield


@pytest.mark.parametrize("test", [pytest.param(test, id=name[5:]) for name, test in _suite()])
@pytest.mark.parametrize(
    "plain",
    [
        pytest.param(plain, id=plain.name, marks=[getattr(pytest.mark, m) for m in plain.pytest_marks])
        for plain in PLAIN
    ],
)
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_dbapi20(request: pytest.FixtureRequest, shield: Any, plain: Plain, test: Any) -> None:
    """The guarded driver does on this test of PEP 249 what the raw one does."""
    raw = plain.load()
    home = request.getfixturevalue(plain.home)
    guarded = shield.guard(raw)

    assert _outcome(plain, test, raw, raw, home) == _outcome(plain, test, guarded, raw, home)
