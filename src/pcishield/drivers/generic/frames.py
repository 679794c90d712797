"""Results as tables, data frames and arrays, masked column by column.

Everything goes through the Arrow kernel. A column without card data is handed on as the driver made it; a column that
holds some is rebuilt, and a column of numbers becomes text (``numeric_pan``).
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import TYPE_CHECKING, Any

from pcishield.core.result import ResultColumn
from pcishield.exceptions import ConfigurationError, MaskingError
from pcishield.masking.arrow import has_fields

if TYPE_CHECKING:
    from pcishield.runtime.result import ResultGuard

__all__ = ["arrow", "columns_of", "masked"]


def arrow() -> Any:
    """Return pyarrow.

    Raises:
        ConfigurationError: It is not installed.
    """
    try:
        return import_module("pyarrow")
    except ImportError:
        raise ConfigurationError("masking a table or a data frame needs pyarrow: pip install pyarrow") from None


def columns_of(schema: Any) -> tuple[ResultColumn, ...]:
    """Return the columns of an Arrow schema."""
    return tuple(ResultColumn(name) for name in schema.names)


def masked(result: ResultGuard, value: Any) -> Any:
    """Mask what a driver hands out as a table.

    Args:
        result: The guard of the result that it holds.
        value: A ``pyarrow`` Table, RecordBatch or RecordBatchReader, a pandas or polars ``DataFrame``, or a mapping
            of column name to numpy array.

    Raises:
        ConfigurationError: pyarrow is not installed.
        MaskingError: It is something else, or a value could not be masked.
    """
    pa = arrow()
    if isinstance(value, pa.Table):
        return result.table(value)
    if isinstance(value, pa.RecordBatch):
        return result.table(pa.Table.from_batches([value])).combine_chunks().to_batches()[0]
    if isinstance(value, pa.RecordBatchReader):
        return _reader(result, value)
    if isinstance(value, dict):
        return _arrays(result, value)
    home, name = type(value).__module__.partition(".")[0], type(value).__name__
    if name == "DataFrame" and home == "pandas":
        return _frame(result, value)
    if name == "DataFrame" and home == "polars":
        return import_module("polars").from_arrow(result.table(value.to_arrow()))
    raise result.withheld(
        MaskingError(f"nobody knows how to mask a {home} {name}; fetch rows, an Arrow table or a pandas DataFrame")
    )


def _reader(result: ResultGuard, reader: Any) -> Any:
    """Return a ``pyarrow.RecordBatchReader`` whose batches are masked as they are read.

    A stream has one schema. Columns that are masked by what they are become text before the first batch; a card
    number in any other column of numbers raises MaskingError when its batch is reached.
    """
    pa = arrow()
    texts = {
        index
        for index, treatment in enumerate(result.treatments)
        if not treatment.startswith(("skip", "scan", "named:", "opaque"))
    }
    names = [result.mask_text(name) for name in reader.schema.names]
    fields = [
        pa.field(name, pa.string()) if index in texts and not _textual(pa, field.type) else field.with_name(name)
        for index, (name, field) in enumerate(zip(names, reader.schema, strict=True))
    ]
    schema = pa.schema(fields)

    def batches() -> Iterator[Any]:
        for batch in reader:
            if result.ended:
                return
            masked = result.table(pa.Table.from_batches([batch]))
            yield from _as(result, masked, schema).to_batches()

    return pa.RecordBatchReader.from_batches(schema, batches())


def _textual(pa: Any, kind: Any) -> bool:
    types = pa.types
    return any(
        is_kind(kind) for is_kind in (types.is_string, types.is_large_string, types.is_binary, types.is_large_binary)
    )


def _as(result: ResultGuard, table: Any, schema: Any) -> Any:
    pa, columns = arrow(), []
    for column, field in zip(table.columns, schema, strict=True):
        if column.type != field.type:
            if not pa.types.is_string(field.type):
                raise result.withheld(
                    MaskingError(
                        f"the column {field.name!r} holds a card number as a number in the middle of a stream of "
                        "batches; fetch a whole table, or cast the column to text"
                    )
                )
            column = column.cast(pa.string())
        columns.append(column)
    return pa.Table.from_arrays(columns, schema=schema)


def _frame(result: ResultGuard, frame: Any) -> Any:
    """Return a pandas ``DataFrame`` masked; columns without card data keep their type and values."""
    columns = [_Column(result, index, frame.iloc[:, index]) for index in range(frame.shape[1])]
    table = arrow().Table.from_arrays([c.array for c in columns], names=[str(name) for name in frame.columns])
    clean = result.table(table)
    if clean.num_rows < len(frame):
        frame = frame.iloc[: clean.num_rows].copy()  # what is cut off is not behind it either
    changed = {index: values for index, c in enumerate(columns) if (values := c.changed(clean.column(index)))}
    if changed:
        frame = frame.copy()
        series = type(frame.iloc[:, next(iter(changed))])
        for index, values in changed.items():
            frame.isetitem(index, series(values, index=frame.index, dtype=object))
    names = [result.mask_text(name) if isinstance(name, str) else name for name in frame.columns]
    if names != list(frame.columns):
        frame = frame.set_axis(names, axis=1)
    return frame


def _arrays(result: ResultGuard, arrays: dict[str, Any]) -> dict[str, Any]:
    """Return a mapping of column name to numpy array masked; other columns keep their array."""
    columns = [_Column(result, index, values) for index, values in enumerate(arrays.values())]
    clean = result.table(arrow().Table.from_arrays([c.array for c in columns], names=list(arrays)))
    numpy = import_module("numpy")
    out = {}
    for index, (name, values) in enumerate(arrays.items()):
        masked = columns[index].changed(clean.column(index))
        if masked:
            made = numpy.empty(len(masked), dtype=object)
            made[:] = masked
            values = made
        elif clean.num_rows < len(values):
            values = values[: clean.num_rows].copy()
        out[result.mask_text(name)] = values
    return out


class _Column:
    """A pandas column or numpy array, and what stands for it in the table that is masked.

    Attributes:
        array: As Arrow has it. Objects with fields, and those of several types, are masked one by one, for their type
            would hold the fields' names, and is there as the text of that.
    """

    def __init__(self, result: ResultGuard, index: int, values: Any) -> None:
        pa = arrow()
        if type(values).__name__ == "MaskedArray":
            nothing, values = values.mask, values.data.astype(object)
            values[nothing] = None
        self._each: list[Any] | None = None
        try:
            made = pa.array(values, from_pandas=True)
        except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, OverflowError):
            made = None
        if isinstance(made, pa.ChunkedArray):
            made = made.combine_chunks()
        if made is None or has_fields(made.type):
            given = list(values)
            self._each = [value if _is_missing(value) else result.cell(index, value) for value in given]
            self._same = all(new is old for new, old in zip(self._each, given, strict=True))
            made = pa.array([None if _is_missing(value) else str(value) for value in self._each], pa.string())
        self.array = made

    def changed(self, clean: Any) -> list[Any] | None:
        """Return the masked values, ``None`` when the column is what it was."""
        if self._each is not None:
            return None if self._same else self._each[: len(clean)]
        values: list[Any] = clean.to_pylist()
        return None if clean.equals(arrow().chunked_array([self.array.slice(0, len(clean))])) else values


def _is_missing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and value != value)
