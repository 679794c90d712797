"""The leak table: route x driver x value type. Every cell is masked, blocked, or documented.

A driver joins with a module ``tests/leaks/routes_<driver>.py`` that has ``DRIVER``, a :class:`Driver`, or ``DRIVERS``,
several. Its routes are functions from a :class:`Source` (a guarded connection to a database that holds card data in
clear) to whatever came out; ``test_leaks.py`` runs each for each value type and looks for the clear value in everything
reachable from there.

- ``masked``: something comes out, and nothing of it is clear.
- ``blocked``: one of our errors is raised (its text is looked through as well).
- ``documented``: clear data can be seen there. The reason goes into the matrix, and the test fails when the route no
  longer shows anything, so that the documentation does not outlive the leak.

``python -m tests.leaks.matrix`` writes the table into ``docs/drivers/leaks.md``.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import tests.leaks
from pcishield.testing import make_pan

__all__ = ["VALUES", "Driver", "Route", "Source", "Value", "drivers", "fresh_name", "leaks", "texts"]

Outcome = Literal["masked", "blocked", "documented"]

PAN = make_pan()
_RUN = 7
"""Digits of a card number in a row that are too many: the default format shows the last four."""


@dataclass(frozen=True, slots=True)
class Value:
    """A kind of card data, and the column of table ``leaky`` that holds it.

    Attributes:
        name: For test ids and the matrix.
        column: Its column.
        kind: What the column's type is called in general: text, bigint, bytes, json. Drivers map it.
        stored: What is bound when the table is filled.
        needles: Texts of which none may come out.
    """

    name: str
    column: str
    kind: Literal["text", "bigint", "bytes", "json"]
    stored: Any = field(repr=False)
    needles: tuple[str, ...] = field(repr=False)


def _runs(pan: str) -> tuple[str, ...]:
    return tuple(pan[start : start + _RUN] for start in range(len(pan) - _RUN + 1))


_SPACED = " ".join(PAN[start : start + 4] for start in range(0, 16, 4))
_CVC = "907"
_HOLDER = "QUENTIN ZYWICKI"

VALUES: tuple[Value, ...] = (
    Value("pan, declared", "card_number", "text", PAN, _runs(PAN)),
    Value("pan, whole number", "card_pan", "bigint", int(PAN), _runs(PAN)),
    Value("pan, undeclared", "reference", "text", PAN, _runs(PAN)),
    Value("pan in free text", "remark", "text", f"called about {_SPACED}, wants a refund", (*_runs(PAN), _SPACED[:9])),
    Value("pan in bytes", "payload", "bytes", f"\x01{PAN}\x02".encode(), _runs(PAN)),
    Value("pan in JSON", "document", "json", f'{{"order": 7, "payment": {{"number": "{PAN}"}}}}', _runs(PAN)),
    Value("track 2", "track2_data", "text", f";{PAN}=29121011000{_CVC}?", (*_runs(PAN), "=2912101")),
    Value("cvc", "cvv", "text", _CVC, (_CVC,)),
    Value("cardholder", "cardholder_name", "text", _HOLDER, (_HOLDER, "ZYWICKI")),
)
"""One row of table ``leaky`` (id, label, and these columns) holds them all."""

LABEL = "canary"
"""What the label column holds: nothing secret, so a route that hands out rows shows it."""


@dataclass(slots=True)
class Source:
    """What a route gets.

    Attributes:
        connection: Guarded, to a database with the table ``leaky``.
        value: The value type this run is about.
        module: The guarded driver module.
        raw: The real driver module.
        connect: Opens another guarded connection to the same database; takes the driver's keywords.
        extra: Whatever the driver's routes need beside.
    """

    connection: Any
    value: Value
    module: Any
    raw: Any
    connect: Callable[..., Any]
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def column(self) -> str:
        """The column that this run is about."""
        return self.value.column

    def select(self, expression: str | None = None) -> str:
        """SQL that reads the column, or an expression in which ``{}`` stands for it."""
        return f"SELECT {(expression or '{}').format(self.column)} FROM leaky"


@dataclass(frozen=True, slots=True)
class Route:
    """One way out.

    Attributes:
        name: The driver's own words for it.
        take: From a source to what came out; may be a coroutine function for asynchronous drivers.
        outcome: What shall happen.
        values: Names of value types the route is for; all by default.
        reason: Why it is documented, or what blocks it.
    """

    name: str
    take: Callable[[Source], Any]
    outcome: Outcome = "masked"
    values: frozenset[str] | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Driver:
    """All routes of one driver.

    Attributes:
        name: Its module.
        open: From (pytest request, value) to a context manager that yields a source. Ask the request for fixtures.
        routes: The ways out.
        marks: Names of pytest marks, e.g. ``postgres``.
    """

    name: str
    open: Callable[[Any, Value], AbstractContextManager[Source]]
    routes: tuple[Route, ...]
    marks: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        names = [route.name for route in self.routes]
        twice = sorted({name for name in names if names.count(name) > 1})
        assert not twice, f"{self.name}: two routes are called {twice}"
        for route in self.routes:
            assert route.outcome != "documented" or route.reason, f"{self.name}: {route.name} has no reason"


def drivers() -> list[Driver]:
    """Find every driver's routes."""
    modules = sorted(m.name for m in pkgutil.iter_modules(tests.leaks.__path__) if m.name.startswith("routes_"))
    found: list[Driver] = []
    for module in (importlib.import_module(f"tests.leaks.{name}") for name in modules):
        found += getattr(module, "DRIVERS", None) or [module.DRIVER]
    return found


def texts(value: Any, seen: set[int] | None = None) -> Iterator[str]:
    """Yield every text that can be read off ``value``: nested, keys, attributes, exceptions, bytes and their hex."""
    seen = set() if seen is None else seen
    if value is None or isinstance(value, (bool, type)) or id(value) in seen:
        return
    if isinstance(value, str):
        yield value
        return
    if isinstance(value, (bytes, bytearray, memoryview)):
        data = bytes(value)
        yield data.decode("latin-1")
        yield data.decode("utf-16-le", "ignore")
        return
    if isinstance(value, (int, float, Decimal)):
        yield format(Decimal(value), "f") if not isinstance(value, float) or value == value else repr(value)
        return
    seen.add(id(value))
    yield from _parts(value, seen)


_RECORD_ID = re.compile(r"\d{6}-[0-9a-f]{8}/\d+")


def _parts(value: Any, seen: set[int]) -> Iterator[str]:
    if isinstance(value, BaseException):
        yield str(value)
        yield repr(value)
        parts: list[Any] = [*value.args, *getattr(value, "__notes__", ()), value.__cause__, value.__context__]
        # The id of a record is random; three digits of a code can stand in it by chance. Only its form is ours.
        attributes = {
            name: item
            for name, item in vars(value).items()
            if name != "record_id" or not _RECORD_ID.fullmatch(str(item))
        }
        parts += [attributes, getattr(value, "diag", None)]
    elif isinstance(value, Mapping):
        parts = [*value.keys(), *value.values()]
    elif isinstance(value, Iterable):
        parts = [*value, getattr(value, "__dict__", None)]
        if hasattr(value, "keys"):
            parts += value.keys()
    else:
        yield repr(value)
        parts = [getattr(value, "__dict__", None)]
        parts += [getattr(value, name, None) for name in getattr(type(value), "__slots__", ())]
    for part in parts:
        yield from texts(part, seen)


def fresh_name(prefix: str) -> str:
    """Return a name that nobody has, in letters: digits could be those of the value that is looked for."""
    return prefix + "".join(secrets.choice("bcdfghjklmnpqrstvwxz") for _ in range(10))


def leaks(value: Value, out: Any) -> list[str]:
    """Return which needles of ``value`` can be found in ``out``, by position: the list shows no card data."""
    found = set()
    for text in map(_without_addresses, texts(out)):
        hexed = _from_hex(text)
        for position, needle in enumerate(value.needles):
            if needle in text or needle in hexed or needle[::-1] in text:
                found.add(f"needle {position}")
    return sorted(found)


def _without_addresses(text: str) -> str:
    return re.sub(r"\b0x[0-9a-f]+", "", text)


def _from_hex(text: str) -> str:
    digits = "".join(c for c in text if c in "0123456789abcdefABCDEF")
    return "".join(
        bytes.fromhex(digits[start : start + (len(digits) - start) // 2 * 2]).decode("latin-1") for start in (0, 1)
    )


def repository() -> Path:
    """Return the root of the repository."""
    return Path(__file__).resolve().parents[2]
