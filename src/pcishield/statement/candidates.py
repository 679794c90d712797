"""Made-up values: comparing a column with them is guessing, as many times as there are rows of them.

``pan = %s`` asks about one value, and a join with a list asks about what the list says. ``JOIN generate_series(0,
999999) n ON pan = '411111' || n`` asks a million questions in one statement and is answered with the number. So a
value that is computed from rows, and from no column of a table, is *made*; constants, parameters, VALUES and unnested
parameters are *given*.
"""

from __future__ import annotations

import re
from typing import Any

from sqlglot import expressions as exp

from pcishield.statement.facts import OutputColumn

__all__ = ["UNPACKING", "Given", "Made", "Mixed", "bare", "is_fixed", "makes_rows", "named"]

Expr = Any

UNPACKING = frozenset(
    """unnest string_to_table regexp_split_to_table json_each jsonb_each json_each_text jsonb_each_text
    json_array_elements
    jsonb_array_elements json_array_elements_text jsonb_array_elements_text json_to_recordset jsonb_to_recordset
    json_table json_populate_recordset jsonb_populate_recordset xmltable explode openjson""".split()
)
"""Functions whose rows are what their argument holds."""

_SEQUENCE = re.compile(r"seq_\d+_to_\d+(_step_\d+)?")
_VARYING = (exp.Column, exp.Window, exp.AggFunc, exp.Query, exp.Rand, exp.Star,
            exp.ExplodingGenerateSeries, exp.GenerateSeries)  # fmt: skip
_AROUND = (exp.Paren, exp.Cast, exp.TryCast, exp.Collate, exp.Any, exp.All, exp.Subquery, exp.Alias)


class Made(OutputColumn):
    """An output that holds made-up values."""

    __slots__ = ()


class Given(OutputColumn):
    """An output that holds a constant, or one that the caller gives, which may sort among card numbers."""

    __slots__ = ()


class Mixed(OutputColumn):
    """Stored values and given ones: the order, the least and the greatest of them compare the stored with the given."""

    __slots__ = ()


def named(out: OutputColumn, name: str) -> OutputColumn:
    """Return ``out`` under another name."""
    return type(out)(name, out.derivation, out.sources)


def bare(node: Expr) -> Expr:
    """Return what is inside parentheses, casts, ANY and ARRAY(...)."""
    while True:
        if isinstance(node, _AROUND) and isinstance(node.this, exp.Expr):
            node = node.this
        elif type(node) is exp.Array and len(node.expressions) == 1:
            node = node.expressions[0]
        else:
            return node


def is_fixed(node: Expr) -> bool:
    """Whether an expression is made of constants and parameters only."""
    return node.find(*_VARYING) is None


def makes_rows(table: str, dialect: str) -> bool:
    """Whether a name that is written as a table's counts: MariaDB's ``seq_1_to_9``, SQLite's ``generate_series``."""
    if dialect == "mysql":
        return _SEQUENCE.fullmatch(table) is not None
    return dialect == "sqlite" and table == "generate_series"
