"""Surfaces: every public name of a driver class, sorted into buckets, and the guarded subclass built from them.

- ``statement`` sends SQL; ``row``/``rows``/``stream`` hand out data; ``cursor`` hands out another guarded object;
  ``gate`` is the narrowest method that all SQL passes; ``blocked`` raises; ``passed`` is the driver's own.
- A public name in no bucket is *unclassified*: :func:`unclassified` lists them, and a test fails on any.
  At run time an unclassified name is blocked, so a new driver release fails closed.

The subclass is made by :func:`build` from wrappers per bucket or per name, always by subclassing the class
it is given (the user's own included), with ``__slots__ = ()`` where the base allows stamping. Its methods look like
the driver's (:mod:`pcishield.runtime.dress`), and its instances copy as the driver's do and never pickle.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from pcishield.exceptions import StatementDenied
from pcishield.runtime.dress import copying, dress_all

__all__ = ["BUCKETS", "Surface", "blocked", "build", "public_names", "unclassified"]

BUCKETS = ("statement", "row", "rows", "stream", "cursor", "gate", "blocked", "passed")

Wrapper = Callable[[str, Any], Any]
"""``(name, original attribute) -> replacement attribute``."""


@dataclass(frozen=True, slots=True)
class Surface:
    """The public names of one driver class.

    Args:
        owner: Dotted name of the class, e.g. ``sqlite3.Cursor``.
        blocked: Name to what to do instead (shown in the error).
        passed: Names that neither send SQL nor hand out data.
    """

    owner: str
    statement: frozenset[str] = frozenset()
    row: frozenset[str] = frozenset()
    rows: frozenset[str] = frozenset()
    stream: frozenset[str] = frozenset()
    cursor: frozenset[str] = frozenset()
    gate: frozenset[str] = frozenset()
    blocked: Mapping[str, str] = field(default_factory=dict)
    passed: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        seen: dict[str, str] = {}
        for bucket, name in self.items():
            if name in seen:
                raise ValueError(f"{self.owner}.{name} is in two buckets: {seen[name]} and {bucket}")
            seen[name] = bucket

    def items(self) -> Iterator[tuple[str, str]]:
        """Yield (bucket, name)."""
        for item in fields(self):
            if item.name != "owner":
                for name in getattr(self, item.name):
                    yield item.name, name

    def names(self) -> frozenset[str]:
        """All classified names."""
        return frozenset(name for _, name in self.items())


_OBJECT_NAMES = frozenset(dir(object))
_PROTOCOL = frozenset({"__iter__", "__next__", "__aiter__", "__anext__", "__call__", "__enter__", "__exit__",
                       "__aenter__", "__aexit__", "__await__", "__getitem__"})  # fmt: skip


def public_names(cls: type) -> frozenset[str]:
    """Names of ``cls`` that do not start with an underscore, and the protocol methods that matter here."""
    return frozenset(n for n in dir(cls) if (not n.startswith("_") or n in _PROTOCOL) and n not in _OBJECT_NAMES)


def unclassified(cls: type, surface: Surface) -> frozenset[str]:
    """Public names of the driver class ``cls`` that ``surface`` does not know."""
    return public_names(cls) - surface.names()


def blocked(owner: str, name: str, instead: str) -> Any:
    """Return a descriptor that refuses ``owner.name`` on access by an instance, and says what to do instead."""

    def refuse(self: Any) -> Any:
        raise StatementDenied(
            f"{owner}.{name} is blocked: it would hand out data that pcishield cannot mask or send SQL that it "
            f"cannot judge. {instead}",
            rule="surface.blocked",
            hint=instead,
        )

    return property(refuse)


def build(
    base: type,
    surface: Surface,
    wrappers: Mapping[str, Wrapper],
    *,
    names: Mapping[str, Any] | None = None,
    reference: type | None = None,
    slots: bool = True,
) -> type:
    """Make the guarded subclass of ``base``.

    Args:
        base: The driver's class or a user's subclass of it.
        surface: Its surface.
        wrappers: By bucket. A bucket without wrapper is left alone; ``blocked`` is always applied.
        names: Further attributes of the subclass, by name; these win over wrappers.
        reference: The driver's class whose public names count as known; default ``base``. Unclassified
            public names of it are blocked; names that a user's subclass added are the user's own.
        slots: Add ``__slots__ = ()`` so that instances of ``base`` can be stamped.
    """
    namespace: dict[str, Any] = {"__module__": base.__module__, "__qualname__": base.__qualname__,
                                 "__doc__": base.__doc__}  # fmt: skip
    if "__reduce_ex__" not in (names or ()):
        namespace.update(copying(base))
    if slots:
        namespace["__slots__"] = ()
    for bucket, name in surface.items():
        if bucket == "blocked":
            if hasattr(base, name):
                namespace[name] = blocked(surface.owner, name, surface.blocked[name])
        elif bucket in wrappers and hasattr(base, name):
            namespace[name] = wrappers[bucket](name, getattr(base, name))
    for name in unclassified(reference or base, surface):
        namespace[name] = blocked(surface.owner, name, "This driver version is newer than pcishield knows.")
    namespace.update(names or {})
    dress_all(base, namespace)
    return type(base)(base.__name__, (base,), namespace)
