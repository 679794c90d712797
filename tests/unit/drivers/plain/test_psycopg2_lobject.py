"""psycopg2: large objects, on a live PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pcishield.exceptions import MaskedWriteBack, MaskingError, StatementDenied
from pcishield.testing import make_pan
from tests.unit.drivers.plain.conftest import ALLOW_ALL, Guarded

psycopg2 = pytest.importorskip("psycopg2", reason="psycopg2 is an optional dependency")

pytestmark = pytest.mark.postgres
PAN = make_pan()
TEXT = f"card {PAN} of Ömer"


@pytest.fixture
def guarded(guard: Callable[..., Guarded]) -> Guarded:
    """psycopg2 under a policy that allows everything."""
    return guard("psycopg2", policy=ALLOW_ALL)


@pytest.fixture
def stored(guarded: Guarded, pg_dsn: str) -> Iterator[int]:
    """A large object that holds a card number, made without the guard."""
    raw = guarded.raw.connect(pg_dsn)
    oid: int = raw.lobject(0, "wb").oid
    raw.lobject(oid, "wb").write(TEXT.encode())
    raw.commit()
    yield oid
    raw.lobject(oid, "n").unlink()
    raw.commit()
    raw.close()


def shown(text: str) -> str:
    """Return what stands there in place of the card number."""
    return text.partition("card ")[2].partition(" of")[0]


@pytest.mark.parametrize("size", [1, 5, 7, -1])
def test_a_card_number_is_masked_however_it_is_cut(guarded: Guarded, stored: int, size: int) -> None:
    """Read a byte at a time there would be no card number to see."""
    large = guarded.connect().lobject(stored, "rb")
    pieces = []
    while piece := large.read(size):
        pieces.append(piece)
    text = b"".join(pieces).decode()

    assert len(TEXT.encode()) == len(text.encode()) == large.tell()
    assert PAN not in text
    assert text.replace(shown(text), PAN) == TEXT
    assert "****" in shown(text)


def test_text_seeking_and_files(guarded: Guarded, stored: int, tmp_path: Path) -> None:
    """What is read from the middle, as text, and exported."""
    large = guarded.connect().lobject(stored)
    large.seek(-len(" of Ömer".encode()), 2)
    assert " of Ömer" == large.read()
    large.seek(8)
    assert PAN[3:] not in large.read()
    large.export(str(tmp_path / "out"))

    assert PAN not in (tmp_path / "out").read_text("utf-8")
    assert (tmp_path / "out").read_text("utf-8").endswith(" of Ömer")


def test_what_is_written_is_read_again(guarded: Guarded) -> None:
    """Writing, truncating and removing are the driver's; each is judged and recorded."""
    connection = guarded.connect()
    large = connection.lobject(0, "rw")
    large.write("some data")
    large.seek(0)
    assert "some data" == large.read()
    large.truncate(4)
    large.seek(0)
    assert "some" == large.read()
    large.unlink()
    connection.rollback()
    methods = [record["method"] for record in guarded.log.records if record["type"] == "attempt"]

    assert ["lobject", "lobject.write", "execute", "lobject.truncate", "execute", "lobject.unlink"] == methods


def test_what_goes_in_is_looked_at(guarded: Guarded, tmp_path: Path) -> None:
    """Our own masks are stored neither by write nor from a file."""
    connection = guarded.connect()
    file = tmp_path / "in"
    mask = "*" * 12 + PAN[-4:]
    file.write_text(mask)
    with pytest.raises(MaskedWriteBack):
        connection.lobject(0, "w").write(mask)
    connection.rollback()
    large = connection.lobject(0, "w")
    large.write(mask[:9])
    with pytest.raises(MaskedWriteBack):
        large.write(mask[9:])
    connection.rollback()
    with pytest.raises(MaskedWriteBack):
        connection.lobject(0, "w", 0, str(file))
    connection.rollback()
    with pytest.raises(psycopg2.OperationalError):
        connection.lobject(0, "w", 0, str(tmp_path / "none"))


def test_policy_decides(guard: Callable[..., Guarded], stored: int) -> None:
    """Large objects are files of the database's; the pci pack has none read."""
    connection = guard("psycopg2").connect()
    for call in (
        lambda: connection.lobject(stored),
        lambda: connection.lobject(0, "w"),
        lambda: connection.lobject(stored, "n").export("/dev/null"),
    ):
        with pytest.raises(StatementDenied):
            call()


def test_classes(guarded: Guarded, stored: int, pg_dsn: str) -> None:
    """A class of the application's, the driver's name, and a connection that nobody guards."""

    class Own(psycopg2.extensions.lobject):  # type: ignore[misc]
        """The application's."""

        def all(self) -> Any:
            """Read."""
            return self.read()

    connection = guarded.connect()
    own = connection.lobject(stored, lobject_factory=Own)
    assert isinstance(own, Own)
    assert PAN not in own.all()
    assert PAN not in guarded.module.extensions.lobject(connection, stored, "r").read()
    with pytest.raises(TypeError):
        connection.lobject(stored, lobject_factory=dict)
    with pytest.raises(TypeError):
        guarded.module.extensions.lobject([])
    raw = psycopg2.connect(pg_dsn)
    with pytest.raises(StatementDenied, match="not guarded"):
        guarded.module.extensions.lobject(raw, stored)
    raw.close()


def test_what_is_taken_back_is_not_read(guarded: Guarded) -> None:
    """A rollback to a savepoint changes the object behind the one that is open."""
    connection = guarded.connect()
    large = connection.lobject(0, "rw")
    large.write("one")
    with connection.cursor() as cursor:
        cursor.execute("SAVEPOINT s")
        large.write("two")
        large.seek(0)
        assert "onetwo" == large.read()
        cursor.execute("ROLLBACK TO SAVEPOINT s")
    large.seek(0)

    assert "one" == large.read()
    connection.rollback()


def test_a_mask_of_another_length_is_not_handed_out_in_pieces(
    guard: Callable[..., Guarded], stored: int, tmp_path: Path
) -> None:
    """Positions would not be those of the object; exported it is masked all the same."""
    guarded = guard("psycopg2", policy=ALLOW_ALL, settings={"masking": {"formats": {"pan": "redact"}}})
    large = guarded.connect().lobject(stored)
    with pytest.raises(MaskingError, match="cannot be masked in place"):
        large.read(4)
    large.export(str(tmp_path / "out"))

    assert PAN not in (tmp_path / "out").read_text("utf-8")
    assert "REDACTED" in (tmp_path / "out").read_text("utf-8")
