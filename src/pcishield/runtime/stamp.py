"""Putting a guard beneath a user's own class, and giving that class to an object that already exists.

Rules:

- The user's class is subclassed, never replaced: what it overrides runs first, and its ``super()`` ends in the
  guard, which is the last thing before the driver. So the guard judges what really reaches the driver, also
  when an overridden ``execute`` rewrites its SQL, and an overridden ``fetchone`` sees masked rows only.
- The guard class adds no slots beside ``__dict__``, where its state lives, and so fits under every layout.

Limit: a method of the user's class that calls the driver's class by name (``sqlite3.Cursor.execute(self, ...)``)
goes around the guard; that is what the gate of a driver is for.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from pcishield.exceptions import ConfigurationError

__all__ = ["stamp", "under"]


def under(user: type, guard: type) -> type:
    """Return a subclass of ``user`` that has ``guard`` beneath ``user`` and above the driver's class.

    Args:
        user: A subclass of the driver's class. Returned as it is when the guard is in it already.
        guard: The guarded subclass of the driver's class, without slots of its own.

    Raises:
        ConfigurationError: The two cannot be combined.
    """
    if issubclass(user, guard):
        return user
    classes: tuple[Any, Any] = (user, guard)
    return _combined(*classes)


@lru_cache(maxsize=256)
def _combined(user: Any, guard: Any) -> type:
    namespace: dict[str, Any] = {"__module__": user.__module__, "__qualname__": user.__qualname__,
                                 "__doc__": user.__doc__}  # fmt: skip
    if user.__dictoffset__:
        # The same layout as ``user``, so that its instances can be stamped.
        namespace["__slots__"] = ()
    try:
        combined: type = type(user)(user.__name__, (user, guard), namespace)
    except TypeError as error:
        raise ConfigurationError(
            f"{user.__module__}.{user.__qualname__} cannot be guarded ({error}); derive it from the guarded class "
            "instead of the driver's"
        ) from error
    return combined


def stamp(instance: Any, guard: type) -> Any:
    """Turn ``instance`` of a user's class into a guarded one, in place, and return it.

    Args:
        instance: Made by the user's own factory.
        guard: As for :func:`under`.

    Raises:
        ConfigurationError: Its class is the driver's own or has no ``__dict__``: such objects cannot change class.
    """
    guarded = under(type(instance), guard)
    if guarded is not type(instance):
        try:
            instance.__class__ = guarded
        except TypeError as error:
            raise ConfigurationError(
                f"a {type(instance).__qualname__} made by a factory function cannot be guarded ({error}); give the "
                "class itself as factory, or derive it from the guarded class"
            ) from error
    return instance
