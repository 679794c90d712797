"""Every public name of sqlite3's classes and module is accounted for, on the Python that runs this."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

import pytest

from pcishield.drivers.sqlite3 import SURFACES, guard_module
from pcishield.drivers.sqlite3.connection import GuardedConnection
from pcishield.drivers.sqlite3.cursor import GuardedCursor
from pcishield.drivers.sqlite3.surfaces import BLOB, CONNECTION, CURSOR
from pcishield.exceptions import StatementDenied
from pcishield.runtime.surface import Surface, build, public_names, unclassified

CLASSES = {"sqlite3.Connection": sqlite3.Connection, "sqlite3.Cursor": sqlite3.Cursor, "sqlite3.Blob": sqlite3.Blob}


@pytest.mark.parametrize("surface", SURFACES, ids=lambda surface: surface.owner)
def test_no_name_is_unclassified(surface: Surface) -> None:
    """A name that sqlite3 has and the surface does not know fails here before it can leak."""
    assert frozenset() == unclassified(CLASSES[surface.owner], surface)


@pytest.mark.parametrize(("guarded", "surface"), [(GuardedConnection, CONNECTION), (GuardedCursor, CURSOR)])
def test_every_name_that_is_not_passed_is_overridden(guarded: type, surface: Surface) -> None:
    """What sends SQL or hands out data is the guard's, never inherited from the driver."""
    present = public_names(CLASSES[surface.owner])
    expected = {name for bucket, name in surface.items() if bucket != "passed" and name in present}

    assert expected <= set(vars(guarded))


def test_blob_has_every_name_that_is_classified() -> None:
    """The stand-in for a blob handle defines what its surface lists, and nothing comes from the driver's class."""
    from pcishield.drivers.sqlite3.blob import GuardedBlob

    assert BLOB.names() <= set(vars(GuardedBlob))


def test_a_new_name_of_the_driver_is_blocked() -> None:
    """A release that adds a method fails closed at run time too."""

    class Newer(sqlite3.Connection):
        def dump_everything(self) -> str:
            return "everything"

    guarded: Any = build(Newer, CONNECTION, {}, slots=False)

    with closing(guarded(":memory:")) as connection, pytest.raises(StatementDenied, match="dump_everything is blocked"):
        connection.dump_everything()


def test_module_has_every_public_name() -> None:
    """``from pcishield import sqlite3`` lacks nothing that the standard module has."""
    names = guard_module(lambda: None)  # type: ignore[arg-type,return-value]

    assert {name for name in vars(sqlite3) if not name.startswith("_")} <= set(names)


def test_module_hands_out_no_unguarded_entry() -> None:
    """Neither the module nor its ``dbapi2`` gives the driver's own connect, Connection or Cursor."""
    names = guard_module(lambda: None)  # type: ignore[arg-type,return-value]
    raw = (sqlite3.connect, sqlite3.Connection, sqlite3.Cursor, sqlite3, sqlite3.dbapi2)

    assert [] == [name for name, value in names.items() if any(value is entry for entry in raw)]
    assert [] == [name for name, value in vars(names["dbapi2"]).items() if any(value is entry for entry in raw)]
