"""Write the leak table as a page of the documentation: ``python -m tests.leaks.matrix``."""

from __future__ import annotations

from tests.leaks.table import VALUES, Driver, drivers, repository

__all__ = ["PAGE", "page"]

PAGE = repository() / "docs" / "drivers" / "leaks.md"

_HEAD = """# Ways out

Every way that a driver has to hand something out, what happens there, and for which kinds of card data it was tried.
This page is written from the leak table in `tests/leaks` (`python -m tests.leaks.matrix`), and each line of it is a
test that looks for the clear value in everything that came out.

- *masked*: something comes out, and no card data is in it.
- *blocked*: an error is raised that says what to do instead.
- *documented*: clear data can be seen there, by code that is the application's own.
"""


def _driver(driver: Driver) -> str:
    lines = [f"\n## {driver.name}\n", "| way out | what happens | tried with | |", "|---|---|---|---|"]
    for route in sorted(driver.routes, key=lambda route: (route.outcome != "masked", route.outcome, route.name)):
        tried = "all" if route.values is None else ", ".join(v.name for v in VALUES if v.name in route.values)
        lines.append(f"| `{route.name}` | {route.outcome} | {tried} | {route.reason} |")
    return "\n".join(lines) + "\n"


def page() -> str:
    """Return the whole page."""
    kinds = "\nKinds of card data: " + "; ".join(value.name for value in VALUES) + ".\n"
    return _HEAD + kinds + "".join(_driver(driver) for driver in drivers())


if __name__ == "__main__":
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page(), "utf-8")
