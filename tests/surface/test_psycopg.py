"""Every public name of psycopg's classes and module is accounted for, in the version that is installed."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

psycopg: Any = pytest.importorskip("psycopg", reason="psycopg is an optional dependency")

from psycopg._cursor_base import BaseCursor  # noqa: E402

from pcishield.drivers.psycopg import SURFACES, guard_module, guarded_connection_class, guarded_cursor_class  # noqa: E402
from pcishield.drivers.psycopg._gate import GENERATORS  # noqa: E402
from pcishield.drivers.psycopg._pq import GuardedPGconn, GuardedResult  # noqa: E402
from pcishield.drivers.psycopg._surface import classes  # noqa: E402
from pcishield.exceptions import StatementDenied  # noqa: E402
from pcishield.runtime.surface import Surface, unclassified  # noqa: E402

CLASSES: dict[type, Surface] = classes()
CURSORS = [cls for cls in CLASSES if issubclass(cls, BaseCursor)]


def _subclasses(cls: type) -> Iterator[type]:
    for sub in cls.__subclasses__():
        yield sub
        yield from _subclasses(sub)


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_no_name_is_unclassified(cls: type) -> None:
    """A name that psycopg has and the surface does not know fails here before it can leak."""
    assert frozenset() == unclassified(cls, CLASSES[cls])


@pytest.mark.postgres
def test_no_attribute_of_an_instance_is_unclassified(pg_dsn: str) -> None:
    """What instances have beside their class's names is classified too."""
    with ExitStack() as stack:
        connection = stack.enter_context(psycopg.connect(pg_dsn))
        pipeline = stack.enter_context(connection.pipeline())
        transaction = stack.enter_context(connection.transaction())
        objects = [connection, pipeline, transaction, connection.info, connection.cursor()]

        for made in objects:
            public = {name for name in getattr(made, "__dict__", {}) if not name.startswith("_")}

            assert set() == public - CLASSES[type(made)].names(), type(made)


def test_every_cursor_class_has_a_surface() -> None:
    """A new kind of cursor is noticed."""
    own = {
        cls for cls in _subclasses(BaseCursor) if cls.__module__ == "psycopg" and "_pcishield_piped" not in vars(cls)
    }

    assert own == set(CURSORS)
    assert {surface.owner for surface in SURFACES} == {surface.owner for surface in CLASSES.values()}


@pytest.mark.parametrize("cls", CURSORS, ids=lambda cls: cls.__name__)
def test_every_generator_of_a_cursor_passes_the_gate_or_another(cls: type) -> None:
    """Each generator that a cursor gives to ``Connection.wait`` is known to the gate; the rest run inside of those."""
    inner = {"_maybe_prepare_gen", "_start_query", "_describe_gen", "__iter__", "results", "stream", "copy"}
    found = {name for name, value in inspect.getmembers(cls, inspect.isgeneratorfunction) if name not in inner}
    known = {function.__code__ for function in GENERATORS}

    unknown = {name for name in found if getattr(cls, name).__code__ not in known} - {
        "__iter__",
        "results",
        "stream",
        "copy",
    }

    assert set() == unknown


def test_arguments_of_generators_have_the_names_that_the_gate_reads() -> None:
    """The gate reads the suspended generators' arguments by name."""
    names = {function.__name__: set(inspect.signature(function).parameters) for function in GENERATORS}

    assert {"self", "query", "params"} <= names["_execute_gen"]
    assert {"self", "query", "params_seq", "returning"} <= names["_executemany_gen_pipeline"]
    assert {"self", "query", "params_seq", "returning"} <= names["_executemany_gen_no_pipeline"]
    assert {"self", "query", "params"} <= names["_stream_send_gen"]
    assert {"self", "query", "params"} <= names["_declare_gen"]
    assert {"self", "statement", "params"} <= names["_start_copy_gen"]
    assert {"buffer"} <= names["copy_to"]


@pytest.mark.parametrize("cls", CURSORS, ids=lambda cls: cls.__name__)
@pytest.mark.parametrize("piped", [False, True])
def test_guarded_cursor_keeps_the_layout(cls: type, piped: bool) -> None:
    """The class of a cursor can be changed to its guarded one: no slot, no dictionary is added."""
    guarded = guarded_cursor_class(cls, piped)

    assert cls.__basicsize__ == guarded.__basicsize__
    assert (cls,) == guarded.__bases__
    assert f"{cls.__module__}.{cls.__qualname__}" == f"{guarded.__module__}.{guarded.__qualname__}"


def test_a_new_name_of_the_driver_is_blocked() -> None:
    """A release that adds a method fails closed at run time too."""
    guarded: Any = guarded_connection_class(psycopg.Connection)
    newer = type("Connection", (psycopg.Connection,), {"dump_everything": lambda self: "everything"})
    from pcishield.runtime.surface import build

    built: Any = build(newer, CLASSES[psycopg.Connection], {}, reference=newer)

    assert not hasattr(guarded, "dump_everything")
    with pytest.raises(StatementDenied, match="dump_everything is blocked"):
        built.dump_everything.fget(None)


@pytest.mark.parametrize(
    ("stand_in", "cls"), [(GuardedPGconn, psycopg.pq.PGconn), (GuardedResult, psycopg.pq.PGresult)]
)
def test_stand_ins_define_what_is_not_passed(stand_in: type, cls: type) -> None:
    """Names in a bucket other than passed, gate and blocked are the stand-in's own."""
    own = {name for bucket, name in CLASSES[cls].items() if bucket not in ("passed", "gate", "blocked")}

    assert set() == own - set(vars(stand_in))


def test_module_has_every_public_name() -> None:
    """``from pcishield import psycopg`` lacks nothing that psycopg has."""
    names = guard_module(lambda: None)  # type: ignore[arg-type,return-value]

    assert {name for name in vars(psycopg) if not name.startswith("_")} <= set(names)


def test_module_hands_out_no_unguarded_entry() -> None:
    """Neither the module nor a submodule of it that it imports gives psycopg's own connection classes."""
    names = guard_module(lambda: None)  # type: ignore[arg-type,return-value]
    raw = (psycopg.connect, psycopg.Connection, psycopg.AsyncConnection)

    assert [] == [name for name, value in names.items() if value in raw]
    assert [] == [name for name, value in vars(names["connection"]).items() if value in raw]
    assert [] == [name for name, value in vars(names["connection_async"]).items() if value in raw]
