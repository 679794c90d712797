"""Side doors: dump, backup, serialize, deserialize, blob handles, configuration."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from typing import Any

import pytest

from pcishield.exceptions import ApprovalDenied, MaskedWriteBack, StatementDenied
from pcishield.testing import make_pan

PAN = make_pan()
CARDS = f"CREATE TABLE c (id INTEGER PRIMARY KEY, card_number TEXT, cvv TEXT); INSERT INTO c VALUES (1, '{PAN}', '907')"
PLAIN = """
CREATE TABLE "odd ""n"" ame" (a, "b ""c"" d" TEXT, d REAL, e BLOB);
INSERT INTO "odd ""n"" ame" VALUES (1, 'it''s', 0.1, x'00ff'), (NULL, '', 1e300, x'00'), (-7, 'Łódź', 1.0, NULL);
INSERT INTO "odd ""n"" ame" VALUES (9223372036854775807, 'a;b', -0.0, x'DEADBEEF');
CREATE TABLE counted (id INTEGER PRIMARY KEY AUTOINCREMENT, t TEXT);
INSERT INTO counted (t) VALUES ('x'), ('y');
CREATE INDEX by_t ON counted (t);
CREATE VIEW seen AS SELECT t FROM counted;
"""


def raw_with(script: str) -> sqlite3.Connection:
    """An unguarded database in memory."""
    raw = sqlite3.connect(":memory:")
    raw.executescript(script)
    return raw


def test_a_dump_without_card_data_is_the_drivers_own(guarded: Any) -> None:
    """Line by line what sqlite3 writes: numbers, quotes, blobs, NULL, odd names, sequences, indices, views."""
    raw = raw_with(PLAIN)

    assert list(raw.iterdump()) == list(guarded.filled(PLAIN).iterdump())
    raw.close()


def test_a_dump_is_masked_and_can_be_loaded(guarded: Any) -> None:
    """Card numbers keep their shape, codes are gone, and the script is still valid SQL."""
    script = "\n".join(guarded.filled(CARDS).iterdump())
    raw = raw_with(script)
    number, cvv = raw.execute("SELECT card_number, cvv FROM c").fetchone()
    raw.close()

    assert PAN not in script
    assert PAN[-4:] == number[-4:]
    assert "907" not in str(cvv)


def test_a_dump_is_recorded_statement_by_statement(guarded: Any) -> None:
    """Policy, limits and log see the reading of each table."""
    connection = guarded.filled(CARDS)
    list(connection.iterdump())

    assert {"c": "read"} in [r["statement"]["tables"] for r in guarded.log.records if r["type"] == "attempt"]


def test_a_backup_cannot_empty_its_target(guarded: Any) -> None:
    """Copying over a guarded database is judged as dropping its tables."""
    target = guarded.filled(CARDS)

    with pytest.raises(ApprovalDenied):
        guarded.connect().backup(target)
    assert (1,) == target.execute("SELECT count(*) FROM c").fetchone()


def test_a_backup_into_an_empty_guarded_database_is_readable_masked(guarded: Any) -> None:
    """The copy is behind the guard as the original is; progress is reported as without it."""
    target, progress = guarded.connect(), []
    guarded.filled(CARDS).backup(target, pages=1, progress=lambda *state: progress.append(state))

    assert progress
    assert PAN not in target.execute("SELECT card_number FROM c").fetchone()[0]


@pytest.mark.parametrize("home", [":memory:", "", "file.db"])
@pytest.mark.parametrize("filled", [False, True])
def test_a_backup_into_another_threads_connection(guarded: Any, tmp_path: Any, home: str, filled: bool) -> None:
    """The driver allows it, and aiosqlite does nothing else; what would be lost is told without asking the target."""
    raw = raw_with(PLAIN if filled else "")
    path = str(tmp_path / home) if home.endswith("db") else home
    if home.endswith("db"):
        raw.execute("VACUUM INTO ?", (path,))
    source = guarded.filled(CARDS)
    with ThreadPoolExecutor(1) as other:
        target = other.submit(guarded.module.connect, path).result()
        if filled and path == home:
            other.submit(target.deserialize, raw.serialize()).result()
        with pytest.raises(ApprovalDenied) if filled else nullcontext():
            source.backup(target)
        found = other.submit(lambda: target.execute("SELECT * FROM sqlite_master").fetchall()).result()
        other.submit(target.close).result()
    raw.close()

    assert (filled, not filled) == ("CREATE TABLE counted" in str(found), "CREATE TABLE c " in str(found))


def test_a_backup_into_another_threads_unknown_database_is_denied(guarded: Any) -> None:
    """A database that is named by a URI cannot be looked into, so it may hold anything."""
    source = guarded.filled(CARDS)
    with ThreadPoolExecutor(1) as other:
        target = other.submit(guarded.module.connect, "file:shared?mode=memory", uri=True).result()
        with pytest.raises(ApprovalDenied):
            source.backup(target)
        other.submit(target.close).result()


def test_a_backup_into_another_threads_connection_is_no_second_time_free(guarded: Any) -> None:
    """A backup is not among the changes that SQLite counts."""
    source = guarded.filled(CARDS)
    with ThreadPoolExecutor(1) as other:
        target = other.submit(guarded.module.connect, ":memory:").result()
        source.backup(target)
        with pytest.raises(ApprovalDenied):
            source.backup(target)
        other.submit(target.close).result()


def test_deserialize_cannot_replace_what_is_there(guarded: Any) -> None:
    """Loading bytes over a database with tables is judged as dropping them; an empty one may be filled."""
    raw = raw_with(PLAIN)
    data = raw.serialize()
    raw.close()
    connection = guarded.connect()
    connection.deserialize(data)

    assert (2,) == connection.execute("SELECT count(*) FROM counted").fetchone()
    with pytest.raises(ApprovalDenied):
        connection.deserialize(data)


def test_serialize_hands_out_what_holds_no_card_data(guarded: Any) -> None:
    """A clean database comes out as a database with the same content, without its free pages."""
    connection = guarded.filled(PLAIN)
    raw = sqlite3.connect(":memory:")
    raw.deserialize(connection.serialize())

    assert [("x",), ("y",)] == raw.execute("SELECT t FROM seen").fetchall()
    raw.close()


def test_serialize_keeps_deleted_rows_back(permissive: Any) -> None:
    """What was deleted is still in free pages of the file; it is not in what comes out."""
    connection = permissive.filled(CARDS)
    connection.execute("DELETE FROM c")
    connection.commit()

    assert PAN.encode() not in connection.serialize()


def test_a_blob_without_card_data_is_the_drivers(guarded: Any) -> None:
    """Reading, writing, seeking, slicing and closing are sqlite3's own."""
    connection = guarded.filled("CREATE TABLE b (b BLOB); INSERT INTO b VALUES (x'0102030405')")
    with connection.blobopen("b", "b", 1) as blob:
        assert (5, b"\x01\x02", 2) == (len(blob), blob.read(2), blob.tell())
        blob.seek(-1, 2)
        assert (b"\x05", b"") == (blob.read(), blob.read())
        blob[0] = 9
        blob[1:3] = b"\x08\x07"
        assert (9, b"\x09\x08\x07\x04\x05", b"\x09\x07\x05") == (blob[0], blob[:], blob[::2])
        with pytest.raises(IndexError):
            blob[9]
        assert isinstance(blob, sqlite3.Blob)
    with pytest.raises(sqlite3.ProgrammingError, match="closed blob"):
        blob.read()


def test_a_writable_blob_is_judged_as_a_write(guarded: Any) -> None:
    """blobopen is recorded as UPDATE, read-only as SELECT."""
    connection = guarded.filled("CREATE TABLE b (b BLOB); INSERT INTO b VALUES (x'0102')")
    connection.blobopen("b", "b", 1).close()
    connection.blobopen("b", "b", 1, readonly=True).close()

    actions = [r["statement"]["actions"] for r in guarded.log.records if r["type"] == "attempt"]
    assert [["update"], ["select"]] == actions[-2:]


def test_a_mask_is_not_written_through_a_blob(guarded: Any) -> None:
    """What a blob handle handed out masked cannot be written back through one."""
    connection = guarded.filled(f"CREATE TABLE b (b BLOB); INSERT INTO b VALUES (CAST('{PAN}' AS BLOB))")
    with connection.blobopen("b", "b", 1) as blob:
        mask = blob.read()
        blob.seek(0)

        with pytest.raises(MaskedWriteBack):
            blob.write(mask)
        with pytest.raises(MaskedWriteBack):
            blob[0:16] = mask


def test_a_blob_follows_what_is_written_to_it(guarded: Any) -> None:
    """The mask is of the cell as it is now, not as it was at the first read."""
    connection = guarded.filled("CREATE TABLE b (b BLOB); INSERT INTO b VALUES (zeroblob(16))")
    with connection.blobopen("b", "b", 1) as blob:
        empty = blob[:]
        blob[:] = PAN.encode()
        after = blob[:]

    assert bytes(16) == empty
    assert PAN.encode() != after
    assert PAN[-4:].encode() == after[-4:]


def test_extensions_are_blocked(guarded: Any) -> None:
    """Native code beside the guard: refused with a record, where this sqlite3 has it at all."""
    connection = guarded.connect()
    for name, argument in (("enable_load_extension", True), ("load_extension", "x")):
        if hasattr(sqlite3.Connection, name):
            with pytest.raises(StatementDenied, match="native code"):
                getattr(connection, name)(argument)
        else:
            assert not hasattr(connection, name)


@pytest.mark.skipif(not hasattr(sqlite3.Connection, "setconfig"), reason="setconfig is of Python 3.12")
def test_settings_that_the_guard_relies_on_stay(guarded: Any) -> None:
    """Extensions, the defensive flag, schema writes and reset are refused; harmless settings are the driver's."""
    connection = guarded.connect()

    for name, value in (
        ("SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION", True),
        ("SQLITE_DBCONFIG_WRITABLE_SCHEMA", True),
        ("SQLITE_DBCONFIG_RESET_DATABASE", True),
        ("SQLITE_DBCONFIG_DEFENSIVE", False),
    ):
        with pytest.raises(StatementDenied):
            connection.setconfig(getattr(sqlite3, name), value)
    connection.setconfig(sqlite3.SQLITE_DBCONFIG_ENABLE_FKEY, True)  # type: ignore[attr-defined]
    assert connection.getconfig(sqlite3.SQLITE_DBCONFIG_ENABLE_FKEY)  # type: ignore[attr-defined]


def test_the_trace_callback_can_be_removed(guarded: Any) -> None:
    """None takes it away, as without the guard."""
    connection = guarded.connect()
    seen: list[str] = []
    connection.set_trace_callback(seen.append)
    connection.execute("SELECT 1")
    connection.set_trace_callback(None)
    connection.execute("SELECT 2")

    assert ["SELECT 1"] == seen
