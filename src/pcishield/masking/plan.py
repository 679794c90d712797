"""What to do with each column of a result, decided once per result set.

Treatments: ``skip`` (cannot hold a card number), ``scan`` (by value), ``opaque`` (by value, and bytes that are no
text are redacted), ``format:<class>`` (the class's format, then by value), ``redact`` (whole), ``redact-all`` (NULL
too, for whether a computed value is NULL may depend on the digits). Two nets, strictest wins: where the value comes
from (lineage, names), and the value.

Lineage (DESIGN 5), by the output's derivation:

- ``verbatim`` of a classified column: the class's format;
- ``derived`` from one: redacted, for a part of a card number does not look like one;
- a part of a document that is no card data itself: the format of the class that its key names;
- ``safe``: by value only;
- ``star``: by the result's own names, against the tables the star stands for;
- ``unknown`` while the statement uses a classified column: redacted;
- from a table that the catalog lacks, or a view that cannot be read: redacted, unless it is declared;
- computed from a whole row whose columns are not known: redacted;
- from a function that is not the database's own and whose text cannot be read (source ``name()``): redacted, unless
  the result's column is declared ``none``;
- no lineage at all, or one that does not fit the result: by the result's own table, column and name, and redacted
  when these say nothing while the statement uses a classified column, or a table that is not known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pcishield.core.result import ResultColumn
from pcishield.exceptions import MaskingError
from pcishield.masking._select import rows_for
from pcishield.masking.arrow import mask_table
from pcishield.masking.columns import ColumnClasses
from pcishield.masking.formats import sentinel
from pcishield.masking.identifiers import is_named, kind_of_column
from pcishield.masking.values import MAX_DEPTH, NEVER, SMALLEST, Seen, ValueMasker
from pcishield.statement.facts import LARGE_OBJECT, ColumnRef, Key, OutputColumn, Part, Statement, TableRef

if TYPE_CHECKING:
    from pcishield.masking._scanner import Kernel, Rows

__all__ = ["BY_VALUE", "MaskStats", "RowPlan", "treatments"]

SKIP, SCAN, NAMED, OPAQUE, FORMAT = "skip", "scan", "named:", "opaque", "format:"
REDACT, REDACT_ALL = "redact", "redact-all"
BY_VALUE = (SKIP, SCAN, NAMED)
"""What treatments begin with that do not look at where a value comes from."""

_STRICTNESS = ("sad.track", "sad.cvc", "sad.pin", "pan", "cardholder", "expiry")

_CONTROLS = bytes(code for code in (*range(32), 127) if code not in b"\t\n\r")

_HIDDEN = frozenset({"not-in-catalog", "opaque-view"})

_OWN = ("pg_", "sqlite_", "pragma_")
"""What names of the databases' own tables begin with."""

_CODES = {SKIP: 0, SCAN: 1, REDACT: 3, FORMAT + "pan": 4, REDACT_ALL: 5, NAMED: 6}


@dataclass(slots=True)
class MaskStats:
    """What masking did to one result: numbers only, for the audit log.

    Attributes:
        cells: Cells that were looked at.
        masked: Cells masked, by column name and class.
        findings: Of these, cells of columns that nobody declared, by column name and class.
    """

    cells: int = 0
    masked: dict[tuple[str, str], int] = field(default_factory=dict)
    findings: dict[tuple[str, str], int] = field(default_factory=dict)

    def count(self, column: str, classes: Iterable[str], *, declared: str | None) -> None:
        """Count one masked cell of ``column``; ``declared`` is its class."""
        for cls in classes:
            key = (column, cls)
            self.masked[key] = self.masked.get(key, 0) + 1
            if cls != declared:
                self.findings[key] = self.findings.get(key, 0) + 1


@dataclass(frozen=True, slots=True)
class _Column:
    name: str
    treatment: str
    cls: str | None


class RowPlan:
    """Masks the rows of one result set.

    Attributes:
        columns: Treatment of each column.
        values: Masks one value.
    """

    __slots__ = ("_codes", "_columns", "_kernel", "_native", "_width", "columns", "values")

    def __init__(self, columns: Sequence[_Column], values: ValueMasker, kernel: Kernel | None = None) -> None:
        self.columns: tuple[str, ...] = tuple(column.treatment for column in columns)
        self._columns = tuple(columns)
        self.values = values
        self._width = len(self._columns)
        self._codes = bytes(_CODES.get(NAMED if t.startswith(NAMED) else t, 2) for t in self.columns)
        self._kernel = kernel
        self._native: Rows | None = None
        if kernel is not None:
            redacted = [sentinel(column.cls or "pan") for column in columns]
            self._native = rows_for(
                kernel, self._codes, redacted, values.lead, values.numeric == "text", self._cell, self._count
            )

    def mask(self, rows: list[tuple[Any, ...]], stats: MaskStats) -> list[tuple[Any, ...]]:
        """Mask ``rows`` in place: the same list, with only the affected rows rebuilt.

        Raises:
            MaskingError: No row may be handed out.
        """
        if self._native is not None:
            try:
                stats.cells += self._native.rows(rows, stats)
            except ValueError as error:
                raise MaskingError(str(error)) from None
            return rows
        for number, row in enumerate(rows):
            masked = self._row(row, stats)
            if masked is not row:
                rows[number] = masked
        return rows

    def mask_row(self, row: tuple[Any, ...], stats: MaskStats) -> tuple[Any, ...]:
        """Return one row masked, the same object when nothing had to be. Raises as :meth:`mask` does."""
        if self._native is None:
            return self._row(row, stats)
        stats.cells += self._width - self._codes.count(0)
        try:
            return self._native.row(row, stats)
        except ValueError as error:
            raise MaskingError(str(error)) from None

    def native_row(self) -> tuple[Callable[[Any, MaskStats], Any] | None, int]:
        """Return what :meth:`mask_row` calls, and how many cells it then counts; ``None`` where nothing is compiled.

        It raises ``ValueError`` where :meth:`mask_row` says what is wrong.
        """
        native = self._native
        return (None, 0) if native is None else (native.row, self._width - self._codes.count(0))

    def mask_arrow(self, table: Any, stats: MaskStats) -> Any:
        """Return a ``pyarrow.Table`` masked, columns that are clean without a copy. Raises as :meth:`mask` does."""
        if table.num_columns != self._width:
            raise MaskingError("a table has not as many columns as the result")
        return mask_table(
            table, self.columns, lambda i, value: self.mask_cell(i, value, stats),
            lambda name: self.values.mask_text(name, set()), self._kernel,
        )  # fmt: skip

    def _row(self, row: tuple[Any, ...], stats: MaskStats) -> tuple[Any, ...]:
        if len(row) != self._width:
            raise MaskingError("a row is no tuple, or has not as many values as the result has columns")
        changed: list[Any] | None = None
        codes = self._codes
        for index, value in enumerate(row):
            code = codes[index]
            if code == 0:
                continue
            stats.cells += 1
            kind = type(value)
            if code in (1, 6) and (
                kind in NEVER or (kind is str and len(value) < 7) or (kind is int and -SMALLEST < value < SMALLEST)
            ):
                continue
            new = self._cell(index, value, stats)
            if new is not value:
                if changed is None:
                    changed = list(row)
                changed[index] = new
        return row if changed is None else tuple(changed)

    def mask_cell(self, index: int, value: Any, stats: MaskStats) -> Any:
        """Return one value of column ``index`` masked, the same object when it need not be."""
        if not 0 <= index < self._width:
            raise MaskingError("there is no such column in the result")
        if self._codes[index] == 0:
            return value
        stats.cells += 1
        return self._cell(index, value, stats)

    def _cell(self, index: int, value: Any, stats: MaskStats) -> Any:
        column = self._columns[index]
        if column.treatment in (REDACT, REDACT_ALL):
            if value is None and column.treatment == REDACT:
                return None
            stats.count(column.name, (column.cls or "pan",), declared=column.cls or "pan")
            return sentinel(column.cls or "pan")
        if column.treatment.startswith(NAMED) and is_named(value, column.treatment[len(NAMED) :]):
            return value
        seen: Seen = set()
        readable = _readable(value) if column.treatment == OPAQUE else value
        masked = self.values.mask(readable, seen, column.cls)
        if readable is not value:
            seen.add(OPAQUE)
        if masked is not value:
            stats.count(column.name, seen, declared=column.cls)
        return masked

    def _count(self, index: int, cells: int, stats: MaskStats) -> None:
        """Take what the kernel masked by itself."""
        column = self._columns[index]
        key = (column.name, column.cls or "pan")
        stats.masked[key] = stats.masked.get(key, 0) + cells
        if column.cls is None:
            stats.findings[key] = stats.findings.get(key, 0) + cells


def treatments(
    statement: Statement | None, columns: Sequence[ResultColumn], classes: ColumnClasses, masker: ValueMasker
) -> list[_Column]:
    """Return what to do with each column of a result.

    Args:
        statement: What was executed, ``None`` when not known.
        columns: The result's columns as the driver describes them.
        classes: Tells the class of a column.
        masker: Tells the format of a class.
    """
    rules = _Rules(statement, classes, masker)
    outputs = statement.outputs if statement is not None else None
    candidates = [None] * len(columns) if outputs is None else _aligned(outputs, columns)
    return [
        rules.opaque(column, found) if column.kind == "opaque" else rules.by_lineage(column, found)
        for column, found in zip(columns, candidates, strict=True)
    ]


def _aligned(outputs: Sequence[OutputColumn], columns: Sequence[ResultColumn]) -> list[list[OutputColumn] | None]:
    """Return the outputs that each result column may be; ``None`` when that cannot be told."""
    stars = [index for index, output in enumerate(outputs) if _is_many(output)]
    if not stars:
        return [[output] for output in outputs] if len(outputs) == len(columns) else [None] * len(columns)
    behind = len(outputs) - stars[-1] - 1
    if len(columns) < stars[0] + behind:
        return [None] * len(columns)
    middle = list(outputs[stars[0] : stars[-1] + 1])
    result: list[list[OutputColumn] | None] = [[output] for output in outputs[: stars[0]]]
    between = columns[stars[0] : len(columns) - behind]
    names = {column.name.lower() for column in between}
    for column in between:
        name = column.name.lower()
        # What is not there under its name is there under its text, or another: it may be any of them.
        named = [
            output
            for output in middle
            if _is_many(output) or output.name.lower() in {name, ""} or output.name.lower() not in names
        ]
        if not name.isidentifier():
            named = middle
        result.append(named if len(stars) == 1 else middle if len(named) > len(stars) else named)
    result += [[output] for output in outputs[stars[-1] + 1 :]]
    return result


def _is_many(output: OutputColumn) -> bool:
    """Whether an output stands for any number of columns, under their own names or under those of others."""
    return output.derivation == "star" or output.name == "*"


class _Rules:
    def __init__(self, statement: Statement | None, classes: ColumnClasses, masker: ValueMasker) -> None:
        self._classes = classes
        self.values = masker
        self._statement = statement
        self._tables = statement.tables() if statement is not None else ()
        self._used = self._used_class(statement)
        self._hidden = frozenset(
            hazard.detail for hazard in (statement.hazards if statement is not None else ()) if hazard.id in _HIDDEN
        )

    def _used_class(self, statement: Statement | None) -> str | None:
        if statement is None:
            return None
        return self._strictest(self.class_of(use.column) for use in statement.columns)

    def class_of(self, ref: ColumnRef) -> str | None:
        """Return the class of a base column; every table of the statement counts when its table is not known."""
        tables = (ref.table,) if ref.table is not None else (TableRef(""), *self._tables)
        return self._strictest(self._classes.classify(ref.name, table.name, table.schema) for table in tables)

    def by_metadata(self, column: ResultColumn) -> _Column:
        """Judge by what the driver says."""
        schema, _, table = column.table.rpartition(".")
        tables = [TableRef(table, schema)] if column.table else [TableRef(""), *self._tables]
        names = {column.name, column.column} - {""}
        found = self._strictest(self._classes.classify(n, t.name, t.schema) for n in names for t in tables)
        return self._as(column, found)

    def by_lineage(self, column: ResultColumn, outputs: list[OutputColumn] | None) -> _Column:
        """Judge by where it comes from, and by what the driver says about a base column."""
        if outputs is None:
            judged = [self.by_metadata(column)]
            if self._statement is not None:
                # As many as it has not been told, so that each may be any of them.
                judged += [self._one(column, output) for output in self._statement.outputs or ()]
            used = self._used or self._of_row()
            named = judged[0].cls is not None and (bool(column.column) or judged[0].cls == self._used)
            if used is not None and not named and (self._used or column.kind != "never"):
                judged.append(self._computed(column, used))
            elif all(j.cls is None for j in judged) and self._statement is not None:
                judged += self._by_functions(column, self._statement.outputs or ())
                judged += self._by_surprise(column)
                if self._hidden and column.kind != "never" and not self._classes.is_ordinary(column.name):
                    judged.append(self._redacted(column, "pan"))
        else:
            judged = [self._one(column, output) for output in outputs]
            if self._hidden and column.kind != "never" and all(j.cls is None for j in judged):
                judged += [self._redacted(column, "pan") for output in outputs if self._is_hidden(output)]
            if all(j.cls is None for j in judged):
                judged += self._by_functions(column, outputs)
        if column.table and column.column:
            judged.append(self.by_metadata(ResultColumn(column.column, column.kind, column.table, column.column)))
        return min(judged, key=self._rank)

    def _by_functions(self, column: ResultColumn, outputs: Iterable[OutputColumn]) -> list[_Column]:
        """Redact what a function may have read anywhere, but for types that hold no card number."""
        called = (
            ref
            for o in outputs
            if o.derivation != "safe"
            for ref in o.sources
            if ref.table is not None and not (o.derivation == "verbatim" and ref.table == LARGE_OBJECT)
        )
        if column.kind == "never" or not any(ref.table.name.endswith("()") for ref in called if ref.table is not None):
            return []
        return [] if self._classes.is_ordinary(column.name) else [self._computed(column, "pan")]

    def _by_surprise(self, column: ResultColumn) -> list[_Column]:
        """Redact what is returned by a statement that, as far as it is understood, returns nothing."""
        surprising = self._statement is not None and self._statement.outputs == ()
        known = column.kind == "never" or column.column or self._classes.is_ordinary(column.name)
        known = known or self._is_count(column)
        return [self._computed(column, "pan")] if surprising and not known else []

    def _is_count(self, column: ResultColumn) -> bool:
        """Whether DuckDB tells how many rows a write has changed."""
        statement = self._statement
        return (
            statement is not None
            and (statement.dialect, column.name) == ("duckdb", "Count")
            and statement.kind in {"insert", "update", "delete", "merge"}
        )

    def _is_hidden(self, output: OutputColumn) -> bool:
        return output.derivation != "safe" and any(str(ref.table) in self._hidden for ref in output.sources)

    def _one(self, column: ResultColumn, output: OutputColumn) -> _Column:
        if output.derivation == "safe":
            return self._as(column, None)
        if output.derivation == "star":
            return self._star(column, output)
        cls = self._strictest(map(self.class_of, output.sources))
        if output.derivation == "verbatim":
            return self._as(column, cls)
        if cls is not None and isinstance(output, Part) and not any(map(self._is_card_data, output.sources)):
            return self._as(column, cls)
        if output.derivation == "unknown" and cls is None:
            cls = self._used or self._classes.classify(column.name)
        if cls is None and any(_is_row(ref) and str(ref.table) not in self._hidden for ref in output.sources):
            cls = None if output.name == "*" and column.kind == "never" else "pan"
        return self._as(column, None) if cls is None else self._computed(column, cls)

    def _of_row(self) -> str | None:
        """The class of what is computed from a whole row whose columns are not known: ``left((c).pan, 8)``."""
        uses = self._statement.columns if self._statement is not None else ()
        return "pan" if any(use.wrapped and _is_row(use.column) for use in uses) else None

    def _is_card_data(self, ref: ColumnRef) -> bool:
        """Whether a part of a document is one of card data, or of a whole row, whatever its key is called."""
        return not isinstance(ref, Key) and (_is_row(ref) or self.class_of(ref) is not None)

    def _star(self, column: ResultColumn, output: OutputColumn) -> _Column:
        rows = [ref.table for ref in output.sources if ref.table is not None and _is_row(ref)]
        tables = rows or [TableRef(""), *self._tables]
        names = {column.name, column.column} - {""}
        # What the statement has stored in a column of these, as RETURNING shows it.
        stored = self._strictest(self.class_of(ref) for ref in output.sources if not _is_row(ref))
        if stored is not None:
            return self._computed(column, stored)
        return self._as(
            column, self._strictest(self._classes.classify(n, t.name, t.schema) for n in names for t in tables)
        )

    def _as(self, column: ResultColumn, cls: str | None) -> _Column:
        if cls is None:
            if column.kind == "never":
                return _Column(column.name, SKIP, None)
            kind = kind_of_column(column.name)
            return _Column(column.name, SCAN if kind is None else NAMED + kind, None)
        if self.values.format_of(cls) == "redact":
            return self._redacted(column, cls)
        return _Column(column.name, FORMAT + cls, cls)

    def opaque(self, column: ResultColumn, outputs: list[OutputColumn] | None) -> _Column:
        """Judge a column whose values may be in a form that nobody can read."""
        judged = self.by_lineage(column, outputs)
        if judged.cls is not None:
            return self._redacted(column, judged.cls)
        return _Column(column.name, OPAQUE, None)

    @staticmethod
    def _redacted(column: ResultColumn, cls: str) -> _Column:
        return _Column(column.name, REDACT, cls)

    @staticmethod
    def _computed(column: ResultColumn, cls: str) -> _Column:
        return _Column(column.name, REDACT_ALL, cls)

    @staticmethod
    def _strictest(found: Iterable[str | None]) -> str | None:
        classes = [cls for cls in found if cls is not None]
        return min(classes, key=_class_rank) if classes else None

    @staticmethod
    def _rank(column: _Column) -> tuple[int, int]:
        order = (REDACT_ALL, REDACT, FORMAT, SCAN, NAMED, SKIP)
        place = next(i for i, name in enumerate(order) if column.treatment.startswith(name))
        return place, _class_rank(column.cls) if column.cls is not None else 0


def _is_row(ref: ColumnRef) -> bool:
    """Whether a whole row of a table of somebody's own is meant, whose columns nobody knows."""
    table = ref.table
    if ref.name != "*" or table is None or table.name.endswith("()"):
        return False
    return not table.name.startswith(_OWN) and table.schema not in {"pg_catalog", "information_schema"}


def _readable(value: Any, depth: int = 0) -> Any:
    """Return ``value`` with bytes that are no text redacted, in tuples and lists too; the same object without any."""
    if isinstance(value, bytes | bytearray | memoryview):
        return value if _is_text(bytes(value)) else sentinel(OPAQUE)
    if isinstance(value, tuple | list):
        if depth > MAX_DEPTH:
            raise MaskingError("a value is nested too deeply")
        items = [_readable(item, depth + 1) for item in value]
        if any(new is not old for new, old in zip(items, value, strict=True)):
            return tuple(items) if isinstance(value, tuple) else items
    return value


def _is_text(data: bytes) -> bool:
    if data.translate(None, _CONTROLS) != data:
        return False
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _class_rank(cls: str) -> int:
    return _STRICTNESS.index(cls) if cls in _STRICTNESS else len(_STRICTNESS)
