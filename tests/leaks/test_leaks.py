"""No card data gets out of a guarded driver: every route, every value type."""

from __future__ import annotations

import asyncio
import inspect
from typing import Any

import pytest

from pcishield.exceptions import ShieldError
from tests.leaks.matrix import PAGE, page
from tests.leaks.table import VALUES, Driver, Route, Value, drivers, leaks, texts


def _cells() -> list[Any]:
    return [
        pytest.param(
            driver, route, value,
            id=f"{driver.name}-{route.name}-{value.name}",
            marks=[getattr(pytest.mark, mark) for mark in driver.marks],
        )
        for driver in drivers()
        for route in driver.routes
        for value in VALUES
        if route.values is None or value.name in route.values
    ]  # fmt: skip


def _take(route: Route, source: Any) -> Any:
    if inspect.iscoroutinefunction(route.take):
        return asyncio.run(route.take(source))
    return route.take(source)


@pytest.mark.parametrize(("driver", "route", "value"), _cells())
def test_route_does_not_leak(request: pytest.FixtureRequest, driver: Driver, route: Route, value: Value) -> None:
    """The clear value is in nothing that comes out, or the route raises, or the documentation says so."""
    with driver.open(request, value) as source:
        refused = None
        out: Any = None
        try:
            out = _take(route, source)
        except ShieldError as error:
            refused = error
        found = leaks(value, out)

        assert [] == leaks(value, refused), "the error's text leaks"
        if route.outcome == "blocked":
            assert refused is not None, "the route is not blocked"
        else:
            assert refused is None, f"the route is blocked: {refused}"
            assert any(texts(out)), "nothing came out, so nothing was tested"
        if route.outcome == "documented":
            assert found, "the route is documented as a leak and does not leak"
        else:
            assert [] == found


def test_clear_values_are_found() -> None:
    """The search finds each clear value, plain, nested, in hex and in an exception: it is no empty test."""
    for value in VALUES:
        clear = value.stored
        as_bytes = clear if isinstance(clear, bytes) else str(clear).encode()

        assert leaks(value, clear)
        assert leaks(value, [{"a": (1, clear)}])
        assert leaks(value, as_bytes.hex())
        assert leaks(value, {clear if not isinstance(clear, bytes) else as_bytes: 1})
        assert leaks(value, ValueError("no", clear))


def test_matrix_is_up_to_date() -> None:
    """The documentation's matrix is the table that is tested; ``python -m tests.leaks.matrix`` writes it."""
    assert page() == PAGE.read_text("utf-8")
