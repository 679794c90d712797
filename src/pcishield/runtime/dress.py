"""Making what stands in for a driver's method look like it: name, documentation, signature, and no way to get at it.

``functools.wraps`` would leave ``__wrapped__``, which is the unguarded method.
"""

from __future__ import annotations

import copy
import inspect
from types import FunctionType
from typing import Any, NoReturn

__all__ = ["copying", "dress_all", "dressed", "refuse_copy"]

_PLAIN: Any = object.__reduce__


def dressed(wrapper: Any, original: Any) -> Any:
    """Give ``wrapper`` the name, documentation and signature of ``original``, and return it."""
    for name in ("__name__", "__qualname__", "__doc__", "__module__"):
        value = getattr(original, name, None)
        if isinstance(value, str):
            setattr(wrapper, name, value)
    if isinstance(original, FunctionType):
        # Of a method in C it would be parsed from text, which takes longer than all the rest of an import.
        wrapper.__signature__ = inspect.signature(original)
    return wrapper


def dress_all(base: type, namespace: dict[str, Any]) -> None:
    """Dress the functions and properties in ``namespace``, which is about to be a subclass of ``base``."""
    for name, value in namespace.items():
        original = inspect.getattr_static(base, name, None)
        if original is None:
            continue
        if isinstance(value, classmethod):
            value, original = value.__func__, getattr(original, "__func__", original)
        if isinstance(value, property):
            if value.__doc__ is None:
                value.__doc__ = original.__doc__
        elif isinstance(value, FunctionType) and callable(original):
            dressed(value, original)


def copying(base: Any) -> dict[str, Any]:
    """Return the methods that make instances of a subclass of ``base`` copy as they did, and never pickle.

    A pickle is for another process, where nobody would guard what comes out of it; a user's class that says how it
    is pickled is asked first. Without this, pickling fails as well, but by an error that programs do not expect.
    """
    if base.__reduce_ex__ is not object.__reduce_ex__ or base.__reduce__ is not _PLAIN:
        return {}

    def __reduce_ex__(self: Any, protocol: Any) -> Any:  # noqa: N807
        if getattr(type(self), "__reduce__", None) is not _PLAIN:
            return self.__reduce__()
        raise TypeError(f"cannot pickle {type(self).__name__!r} object")

    def __copy__(self: Any) -> Any:  # noqa: N807
        return copy._reconstruct(self, None, *object.__reduce_ex__(self, 4))  # type: ignore[attr-defined]

    made: dict[str, Any] = {"__reduce_ex__": __reduce_ex__}
    if not hasattr(base, "__copy__"):
        made["__copy__"] = __copy__
    return made


def refuse_copy(self: Any, protocol: Any = None) -> NoReturn:
    """Be the ``__reduce_ex__`` of what stands for a server's object, and can be neither copied nor pickled."""
    raise TypeError(f"cannot pickle {type(self).__qualname__!r} object")
