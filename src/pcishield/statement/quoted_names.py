"""SQLite's names in double quotes, which are texts where no column is called so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlglot import expressions as exp

from pcishield.statement.dates import is_dated, is_made
from pcishield.statement.samples import is_text

__all__ = ["as_texts", "is_likely"]

Expr = Any

_COLUMN_WORDS = frozenset(
    """id ids key code no number num nr name type kind class status state flag level role group category tag tags label
    value data content body text json payload result error reason message subject url uri path file email phone mobile
    fax street city zip postcode region country language locale currency amount price cost total sum balance tax rate
    quantity qty count size length width height weight score rank order position priority version revision hash token
    secret password username login user owner author creator parent source target active enabled deleted archived
    hidden visible public private locked verified confirmed paid sent read done processed published draft expires
    created updated modified start end begin finish first last min max ip host port session agent device lat lng lon
    latitude longitude color brand model sku slug method action event scope provider gender age year month day hour
    note notes comment comments description title address holder pan cvv expiry track by to from""".split()
)
"""Last words of what columns are called."""


def as_texts(node: Expr, is_text: Callable[[str], bool]) -> Expr:
    """Return a condition with the names in double quotes for which ``is_text`` holds as texts."""
    found = exp.Paren(this=node.copy())
    for column in list(found.find_all(exp.Column)):
        name = column.this
        if name.args.get("quoted") and not column.args.get("table") and is_text(column.name.lower()):
            column.replace(exp.Literal.string(column.name))
    return found.this


def is_likely(name: str, is_key: Callable[[str], bool]) -> bool:
    """Whether there may well be a column of that name."""
    stem = name.rpartition("_")[2]
    return is_key(name) or is_text(name) or is_dated(name) or is_made(name) or stem in _COLUMN_WORDS
