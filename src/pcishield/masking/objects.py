"""What objects of other types hold: as parts that can be masked, and the way back to an object.

Nothing here decides anything: :mod:`pcishield.masking.values` masks the parts, and where one changed asks for the
object again. The text of an object is not all that it holds: it leaves out elements of a long array, fields that a
class does not show, and everything where a class says nothing.
"""

from __future__ import annotations

import array
import copy
import io
import types
from collections import UserList, UserString, deque
from collections.abc import Callable, Iterator, MutableSequence, Sequence, ValuesView
from collections.abc import Set as AbstractSet
from typing import Any

__all__ = ["fields_of", "is_stream", "parts_of", "with_fields"]

_NO_VALUES = (
    type, types.ModuleType, types.FunctionType, types.BuiltinFunctionType, types.MethodType, types.CodeType,
    types.FrameType, types.TracebackType, types.CoroutineType, types.AsyncGeneratorType, range,
)  # fmt: skip
_BYTE_CODES = "bB"
_TEXT_CODES = "uw"
_METHODS = ("to_dicts", "to_pylist", "as_py", "to_list")

Parts = tuple[Any, Callable[[Any], Any]]


def is_stream(value: Any) -> bool:
    """Whether ``value`` gives its values one after the other, and only once."""
    return isinstance(value, Iterator) and not hasattr(value, "read") and not _is_of_driver(value)


def parts_of(value: Any) -> Parts | None:
    """Return what ``value`` holds as text, bytes, list or mapping, and what makes an object of that again.

    Args:
        value: Neither text, bytes, number nor one of the built-in containers.
    """
    if isinstance(value, array.array):
        return _of_array(value)
    if isinstance(value, UserString):
        return str(value.data), type(value)
    if isinstance(value, deque | UserList):
        return list(value), lambda masked: _refilled(value, masked)
    if isinstance(value, io.BytesIO | io.StringIO):
        return value.getvalue(), type(value)
    if isinstance(value, (*_NO_VALUES, MutableSequence)) or _is_of_driver(value):
        return None
    found = _of_table(value)
    if found is None and isinstance(value, Sequence | AbstractSet | ValuesView):
        return list(value), _same
    return _of_buffer(value) if found is None else found


def _of_buffer(value: Any) -> Parts | None:
    """Whatever gives its memory away: a memory map, an array of ctypes, a buffer of Arrow."""
    try:
        with memoryview(value) as view:
            return view.tobytes(), _same
    except (TypeError, ValueError, BufferError):
        return None


def _is_of_driver(value: Any) -> bool:
    """Whether ``value`` is a cursor or connection, which is guarded by itself and holds a whole program."""
    return hasattr(value, "fetchone") or hasattr(value, "cursor")


def _of_array(value: array.array[Any]) -> Parts:
    code = value.typecode
    if code in _BYTE_CODES:
        return value.tobytes(), lambda masked: array.array(code, masked)
    if code in _TEXT_CODES:
        return value.tounicode(), lambda masked: array.array(code, masked)
    return value.tolist(), _same


def _of_table(value: Any) -> Parts | None:
    """Arrays and tables of numpy, pandas, polars and Arrow; a row that knows the names of its values."""
    kind = type(value)
    if hasattr(kind, "tolist") and hasattr(value, "dtype"):
        inner = value.tolist()
        return None if type(inner) is kind else (inner, _same)
    for name in _METHODS:
        if callable(getattr(kind, name, None)):
            return getattr(value, name)(), _same
    if hasattr(kind, "to_dict") and hasattr(value, "columns"):
        return value.to_dict("records"), _same
    names = getattr(value, "keys", None)
    if callable(names) and isinstance(value, Sequence):
        return dict(zip(names(), value, strict=True)), _same
    return None


def _same(masked: Any) -> Any:
    return masked


def _refilled(value: Any, masked: list[Any]) -> Any:
    rebuilt = copy.copy(value)
    rebuilt.clear()
    rebuilt.extend(masked)
    return rebuilt


def fields_of(value: Any) -> dict[str, Any]:
    """Return the attributes that an object keeps its values in, shown in its text or not."""
    if isinstance(value, _NO_VALUES) or type(value).__module__ == "ipaddress" or _is_of_driver(value):
        # The number in an address is no text of anybody's.
        return {}
    fields: dict[str, Any] = {}
    for kind in type(value).__mro__:
        slots = kind.__dict__.get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else tuple(slots):
            if name.startswith("__") and not name.endswith("__"):
                name = f"_{kind.__name__.lstrip('_')}{name}"
            if name not in ("__dict__", "__weakref__") and hasattr(value, name):
                fields[name] = getattr(value, name)
    fields.update(getattr(value, "__dict__", {}))
    return fields


def with_fields(value: Any, changes: dict[str, Any]) -> Any:
    """Return a copy of ``value`` with other values in some of its fields, frozen or not."""
    rebuilt = copy.copy(value)
    held = getattr(rebuilt, "__dict__", {})
    for name, new in changes.items():
        if name in held:
            held[name] = new
        else:
            object.__setattr__(rebuilt, name, new)
    return rebuilt
