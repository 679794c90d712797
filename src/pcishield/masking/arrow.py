"""Masking of Arrow tables: columns without card data are handed on as they are, buffers included.

Text and binary columns are looked at in their buffers by the compiled kernel with the GIL released; only cells worth a
look become Python objects. Whole numbers are read in place too. Every other type (decimals, floats, lists, structs,
maps, dictionaries, views) goes through Python values. A column that changes is rebuilt; a column of numbers
that holds a card number becomes text, as a single value would (``numeric_pan``).

A column holds more than its cells: a dictionary has words that no row has, and a type has names. The words go with the
dictionary; a name cannot be masked, because the cells would lose the field.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import TYPE_CHECKING, Any

from pcishield.exceptions import ConfigurationError, MaskingError

if TYPE_CHECKING:
    from pcishield.masking._scanner import Kernel

__all__ = ["has_fields", "mask_table"]

Cell = Callable[[int, Any], Any]
Text = Callable[[str], str]


def mask_table(table: Any, treatments: tuple[str, ...], cell: Cell, text: Text, kernel: Kernel | None) -> Any:
    """Return ``table`` masked, the same object when it is clean.

    Args:
        table: A ``pyarrow.Table``.
        treatments: What to do with each column, as in :class:`~pcishield.masking.plan.RowPlan`.
        cell: Masks one value of a column, by the column's number.
        text: Masks a name.
        kernel: The compiled kernel, ``None`` for the reference.

    Raises:
        ConfigurationError: pyarrow is not installed.
        MaskingError: A value could not be masked.
    """
    try:
        arrow = import_module("pyarrow")
    except ImportError:
        raise ConfigurationError("mask_arrow needs pyarrow: pip install pyarrow") from None
    result = table
    for index, treatment in enumerate(treatments):
        if treatment == "skip":
            continue
        names = list(_names(table.schema.field(index).type))
        if any(text(name) != name for name in names):
            raise MaskingError("a card number is the name of a field in a nested Arrow column; cast it to text")
        before = table.column(index).chunks
        chunks = [_chunk(arrow, chunk, index, treatment, cell, kernel) for chunk in before]
        if all(new is old for new, old in zip(chunks, before, strict=True)):
            continue
        masked = _joined(arrow, chunks)
        result = result.set_column(index, arrow.field(table.schema.field(index).name, masked.type), masked)
    return result


def _joined(arrow: Any, chunks: list[Any]) -> Any:
    if len({str(chunk.type) for chunk in chunks}) == 1:
        return arrow.chunked_array(chunks)
    # Some chunks became text and others are still numbers.
    return arrow.chunked_array(
        [
            c if arrow.types.is_string(c.type) else arrow.array([_text(v) for v in c.to_pylist()], arrow.string())
            for c in chunks
        ]
    )


def _chunk(arrow: Any, chunk: Any, index: int, treatment: str, cell: Cell, kernel: Kernel | None) -> Any:
    places = _suspects(arrow, chunk, kernel) if treatment == "scan" and kernel is not None else range(len(chunk))
    changed = {}
    for place in places:
        value = chunk[place].as_py()
        masked = cell(index, value)
        if masked is not value:
            changed[place] = masked
    words = (word.as_py() for dictionary in _dictionaries(chunk) for word in dictionary)
    if not changed and all(cell(index, word) is word for word in words):
        return chunk
    values = chunk.to_pylist()
    for place, masked in changed.items():
        values[place] = masked
    if all(masked is None or isinstance(masked, type(chunk[place].as_py())) for place, masked in changed.items()):
        try:
            return arrow.array(values, chunk.type)
        except (arrow.ArrowInvalid, arrow.ArrowTypeError, arrow.ArrowNotImplementedError):
            # The cause may hold a value in its message.
            raise MaskingError(f"an Arrow column of type {chunk.type} cannot hold a mask; cast it to text") from None
    if arrow.types.is_nested(chunk.type):
        raise MaskingError("a nested Arrow column holds a card number as a number; cast it to text")
    return arrow.array([_text(value) for value in values], arrow.string())


def has_fields(kind: Any) -> bool:
    """Whether a type has fields with names."""
    return next(_names(kind), None) is not None


def _names(kind: Any) -> Iterator[str]:
    """Yield the names of all fields that a type has."""
    for part in ("value_type", "key_type", "item_type", "storage_type"):
        if hasattr(kind, part):
            yield from _names(getattr(kind, part))
    for field in kind if hasattr(kind, "__iter__") else ():
        yield field.name
        yield from _names(field.type)


def _dictionaries(array: Any) -> Iterator[Any]:
    """Yield the dictionaries of an array and of the arrays in it."""
    if hasattr(array, "dictionary"):
        yield array.dictionary
    for part in ("dictionary", "storage", "values"):
        if hasattr(array, part):
            yield from _dictionaries(getattr(array, part))
    for number in range(array.type.num_fields) if hasattr(array, "field") else ():
        yield from _dictionaries(array.field(number))


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _suspects(arrow: Any, chunk: Any, kernel: Kernel) -> Any:
    """Return the places of a chunk that are worth a look: all of them where its buffers cannot be read."""
    types = arrow.types
    kind = chunk.type
    if types.is_null(kind) or types.is_boolean(kind) or types.is_temporal(kind):
        return ()
    if types.is_string(kind) or types.is_binary(kind) or types.is_large_string(kind) or types.is_large_binary(kind):
        _, offsets, data = chunk.buffers()
        if data is None:
            return ()
        wide = types.is_large_string(kind) or types.is_large_binary(kind)
        view = memoryview(offsets).cast("B").cast("q" if wide else "i")
        found = kernel.cells(memoryview(data).cast("B"), view, chunk.offset, len(chunk))
        return [place - chunk.offset for place in found]
    if kind == arrow.int64():
        values = memoryview(chunk.buffers()[1]).cast("B").cast("q")
        return kernel.numbers(values[chunk.offset : chunk.offset + len(chunk)])
    if types.is_integer(kind) and kind.bit_width < 64:
        return ()
    return range(len(chunk))
