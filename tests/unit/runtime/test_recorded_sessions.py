"""What a policy wants recorded is recorded, masked, encrypted, linked to the audit log, and played."""

from __future__ import annotations

import asyncio
import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from pcishield.cli.main import app
from pcishield.exceptions import ApprovalDenied, AuditUnavailable, ConfigurationError, StatementDenied
from pcishield.testing import ScriptedApprover, assert_no_pan, make_pan

POLICY = {"name": "recorded", "default": "allow", "recording": {"rows": 3}}


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where everything of a test lies; the command line is configured for it."""
    settings = tmp_path / "pcishield.toml"
    settings.write_text(
        f'[audit]\ndir = "{tmp_path}/audit"\n[recording]\ndir = "{tmp_path}/rec"\nkey = "file:{tmp_path}/keys.json"\n'
    )
    monkeypatch.setenv("PCISHIELD_CONFIG", str(settings))
    return tmp_path


@pytest.fixture
def recorded(place: Path, make_shield: Any) -> Callable[..., Any]:
    """Make a shield that records into ``place``."""

    def make(policy: Any = POLICY, **options: Any) -> Any:
        return make_shield(str(place / "pcishield.toml"), policy=policy, audit=place / "audit", **options)

    return make


def run(*arguments: object) -> Result:
    """Run the command."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def events(recording: str = "", *options: str) -> list[dict[str, Any]]:
    """The events of the only recording, by the command line."""
    result = run("replay", recording or one(), "--json", *options)
    assert 0 == result.exit_code, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def one() -> str:
    """Id of the only recording."""
    lines = run("recordings", "list").stdout.splitlines()
    assert 1 == len(lines)
    return lines[0].split()[1]


def records(audit: Path, kind: str) -> list[dict[str, Any]]:
    """Audit records of one type."""
    lines = [line for path in sorted(audit.glob("*/segments/*")) for line in path.read_bytes().splitlines()]
    return [record for record in map(json.loads, lines) if record["type"] == kind]


def shop(shield: Any) -> Any:
    """A connection with a table of five cards."""
    connection = shield.connect("sqlite3", ":memory:", isolation_level=None)
    connection.execute("CREATE TABLE cards (id INTEGER, pan TEXT)")
    for number in range(5):
        connection.execute("INSERT INTO cards VALUES (?, ?)", (number, make_pan()))
    return connection


def test_a_session_is_recorded_as_it_was_seen(recorded: Any, place: Path) -> None:
    """Statements without literals, masked rows up to the sample, outcomes and errors, in order."""
    shield = recorded()
    connection = shop(shield)
    seen = connection.execute("SELECT id, pan FROM cards WHERE id >= 0 ORDER BY id").fetchall()
    with pytest.raises(Exception, match="nowhere"):
        connection.execute("SELECT 1 FROM nowhere")
    connection.close()
    shield.close()
    found = events()
    rows = [event for event in found if event["e"] == "rows"]
    results = [event for event in found if event["e"] == "result"]
    counts = [event for event in found if event["e"] in ("result", "fetch") and "rows" in event]

    assert [list(row) for row in seen[:3]] == [row for event in rows for row in event["rows"]]
    assert ["id", "pan"] == rows[0]["columns"]
    assert "SELECT id, pan FROM cards WHERE id >= ? ORDER BY id" in [event.get("sql") for event in found]
    assert (5, 3) == (counts[-1]["rows"], counts[-1]["recorded"])
    assert ("failure", "OperationalError") == (results[-1]["outcome"], results[-1]["error"]["class"])
    assert ("open", "close") == (found[0]["e"], found[-1]["e"])
    assert_no_pan(found)


def test_every_recorded_statement_is_an_attempt_of_the_log(recorded: Any, place: Path) -> None:
    """The recording names the audit records, and the log has a digest of every piece of the recording."""
    shield = recorded()
    shop(shield).close()
    shield.close()
    attempts = {f"{record['shard']}/{record['seq']}" for record in records(place / "audit", "attempt")}
    pieces = [record["recording"] for record in records(place / "audit", "recording")]

    assert attempts == {event["attempt"] for event in events() if event["e"] == "statement"}
    assert pieces[-1]["ended"] is True
    assert (place / "rec" / f"{pieces[0]['id']}.rec").stat().st_size == pieces[-1]["size"]
    assert 0 == run("audit", "verify", place / "audit").exit_code


def test_only_what_the_policy_wants_is_recorded(recorded: Any, place: Path) -> None:
    """A rule's word wins over the policy's; without either nothing is recorded, and no key is made."""
    rules = [
        {"id": "writes", "effect": "allow", "when": {"actions": ["insert", "ddl"]}},
        {"id": "reads", "effect": "allow", "when": {"actions": ["select"]}, "record": True},
    ]
    policy = {"name": "some", "rules": rules, "tolerate": ["*"]}
    shield = recorded(policy=policy)
    connection = shop(shield)
    assert not (place / "rec").exists()
    connection.execute("SELECT id FROM cards").fetchall()
    connection.close()
    shield.close()

    assert ["SELECT id FROM cards"] == [event["sql"] for event in events() if event["e"] == "statement"]


def test_approvals_and_refusals_are_recorded(recorded: Any, place: Path) -> None:
    """Who approved and what was refused can be seen in the replay."""
    shield = recorded(policy={"name": "p", "extends": "pci", "recording": {}}, approver=ScriptedApprover(True))
    connection = shield.connect("sqlite3", ":memory:", isolation_level=None)
    connection.execute("CREATE TABLE t (n INTEGER)")
    with pytest.raises(ApprovalDenied):
        connection.execute("DROP TABLE t")
    connection.close()
    shield.close()
    kinds = [event["e"] for event in events()]

    assert (1, 1) == (kinds.count("approval"), kinds.count("denied"))


def test_files_are_for_the_owner_and_encrypted(recorded: Any, place: Path) -> None:
    """Modes 0700 and 0600, and nothing of a statement or a row in clear."""
    shield = recorded()
    connection = shop(shield)
    connection.execute("SELECT id, pan FROM cards").fetchall()
    connection.close()
    shield.close()
    files = [place / "keys.json", *(place / "rec").rglob("*")]
    data = next((place / "rec").glob("*.rec")).read_bytes()

    assert {0o600} == {stat.S_IMODE(path.stat().st_mode) for path in files if path.is_file()}
    assert {0o700} == {stat.S_IMODE(path.stat().st_mode) for path in [place / "rec", *files] if path.is_dir()}
    assert (-1, -1) == (data.find(b"cards"), data.find(b"****"))


def test_an_exchanged_recording_is_not_played(recorded: Any, place: Path) -> None:
    """A genuine recording of another connection under this one's name: refused, with the reason."""
    shield = recorded()
    for _ in range(2):
        shop(shield).close()
    shield.close()
    first, second = sorted((place / "rec").glob("*.rec"))
    first.write_bytes(second.read_bytes())
    swapped = run("replay", first.stem)
    first.unlink()
    second.write_bytes(second.read_bytes()[:-40])
    cut = run("replay", second.stem)

    assert (2, True) == (swapped.exit_code, f"the file holds recording {second.stem}" in swapped.output)
    assert (2, True) == (cut.exit_code, "it was cut" in cut.output)


@pytest.mark.parametrize("how", ["removed", "exchanged"])
def test_a_session_is_not_played_without_all_of_its_recordings(recorded: Any, place: Path, how: str) -> None:
    """What the audit log knows of a session must be there, or is said to be missing; --unlinked plays the rest."""
    shield = recorded()
    for _ in range(2):
        shop(shield).close()
    shield.close()
    session = records(place / "audit", "recording")[0]["session"]
    first, second = sorted((place / "rec").glob("*.rec"))
    if how == "removed":
        first.unlink()
    else:
        first.write_bytes(second.read_bytes())
    played, rest = run("replay", session, "--json"), run("replay", session, "--json", "--unlinked")

    assert (2, "") == (played.exit_code, played.stdout)
    assert f"recording {first.stem}: " in played.output
    assert (0, 1) == (rest.exit_code, sum('"e":"close"' in line for line in rest.stdout.splitlines()))


def test_a_recording_that_the_log_does_not_know_is_not_played(recorded: Any, place: Path, tmp_path: Path) -> None:
    """Without the audit log that has its digests a recording is played only on demand."""
    shield = recorded()
    shop(shield).close()
    shield.close()
    recording = one()
    elsewhere = run("replay", recording, "--audit", tmp_path / "empty")

    assert (2, True) == (elsewhere.exit_code, "knows no such recording" in elsewhere.output)
    assert 0 == run("replay", recording, "--audit", tmp_path / "empty", "--unlinked", "--speed", "1000").exit_code


def test_a_shredded_recording_is_gone_and_the_log_stays_in_order(recorded: Any, place: Path) -> None:
    """Erasing the key makes it unreadable, leaves a record, and changes nothing in the log."""
    shield = recorded()
    shop(shield).close()
    shield.close()
    recording = one()
    shredded = run("recordings", "shred", recording, "--yes")
    result = run("replay", recording)

    assert 0 == shredded.exit_code
    assert isinstance(result.exception, ConfigurationError)
    assert "its key was shredded" in str(result.exception)
    assert ["recording " + recording] == [record["object"] for record in records(place / "audit", "key.destroy")]
    assert 0 == run("audit", "verify", place / "audit").exit_code


def test_keys_are_rotated_without_touching_recordings(recorded: Any, place: Path) -> None:
    """After rotation and retirement of the old version the recording plays, byte for byte the same file."""
    shield = recorded()
    shop(shield).close()
    shield.close()
    path = next((place / "rec").glob("*.rec"))
    before, kept = path.read_bytes(), (place / "rec" / "keys" / f"{path.stem}.json").read_bytes()
    rotated = run("recordings", "rotate", "--retire")
    wrapped = (place / "rec" / "keys" / f"{path.stem}.json").read_bytes()

    assert (0, "version 2" in rotated.output, "erased versions: 1" in rotated.output) == (rotated.exit_code, True, True)
    assert before == path.read_bytes()
    assert kept != wrapped
    assert "close" == events()[-1]["e"]
    (place / "rec" / "keys" / f"{path.stem}.json").write_bytes(kept)
    assert "has no version 1" in str(run("replay", path.stem).exception)


def test_a_recording_that_cannot_be_written_refuses_the_statement(recorded: Any, place: Path) -> None:
    """Nothing runs unrecorded that the policy wants recorded; it goes on when the cause is gone, bracketed."""
    (place / "rec").write_text("in the way")
    shield = recorded()
    connection = shield.connect("sqlite3", ":memory:", isolation_level=None)
    for _ in range(2):
        with pytest.raises(AuditUnavailable, match="wants this recorded"):
            connection.execute("CREATE TABLE t (n INTEGER)")
    (place / "rec").unlink()
    connection.execute("CREATE TABLE t (n INTEGER)")
    connection.close()
    shield.close()

    assert 1 == len(records(place / "audit", "attempt"))
    assert ["recording"] == [record["control"]["name"] for record in records(place / "audit", "control.fail")]
    assert 1 == len(records(place / "audit", "control.restore"))
    assert "close" == events()[-1]["e"]


def test_a_full_disk_in_the_middle_loses_nothing_that_was_sealed(
    recorded: Any, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A write that fails is repeated with the same bytes; the recording verifies to its end."""
    shield = recorded()
    connection = shield.connect("sqlite3", ":memory:", isolation_level=None)
    connection.execute("CREATE TABLE t (n INTEGER)")
    recorder = next(iter(shield._sessions)).recorder
    real = os.write

    def full(fd: int, data: bytes) -> int:
        if fd != recorder._fd:
            return real(fd, data)
        real(fd, data[: len(data) // 2])
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("pcishield.runtime.recorder.os.write", full)
        connection.execute("INSERT INTO t VALUES (1)")
        recorder.settle()
        with pytest.raises(AuditUnavailable, match="No space left"):
            connection.execute("INSERT INTO t VALUES (2)")
    connection.execute("INSERT INTO t VALUES (3)")
    connection.close()
    shield.close()

    assert 3 == len([event for event in events() if event["e"] == "statement"])


def test_a_key_provider_that_refuses_stops_the_shield_at_once(make_shield: Any, tmp_path: Path) -> None:
    """A policy that records with a key that cannot be had: one error, before anything is opened."""
    key = tmp_path / "keys.json"
    key.write_text("{}")
    key.chmod(0o644)
    with pytest.raises(ConfigurationError, match="0600"):
        make_shield({"recording": {"key": f"file:{key}"}}, policy=POLICY)
    with pytest.raises(ConfigurationError, match="no such provider; known are aws-kms, file"):
        make_shield({"recording": {"key": "carrier-pigeon:x"}}, policy=POLICY)


def test_a_recording_is_bounded(recorded: Any, place: Path) -> None:
    """From its size on rows are counted and not kept; statements and timing go on."""
    policy = {"name": "small", "default": "allow", "recording": {"rows": 100_000, "session_bytes": 65_536}}
    shield = recorded(policy=policy)
    connection = shield.connect("sqlite3", ":memory:", isolation_level=None)
    text = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4000) SELECT i, 'word' FROM n"
    for _ in range(3):
        assert 4000 == len(connection.execute(text).fetchall())
    connection.close()
    shield.close()
    found = events()
    # On a slow machine the result comes before the rows, and a fetch event after them.
    counts = {event["attempt"]: event for event in found if event["e"] in ("result", "fetch") and "rows" in event}

    assert 1 == [event["e"] for event in found].count("full")
    assert [4000] * 3 == [event["rows"] for event in counts.values()]
    assert 0 == list(counts.values())[-1]["recorded"]
    assert next((place / "rec").glob("*.rec")).stat().st_size < 400_000


def test_a_forked_child_records_for_itself(recorded: Any, place: Path) -> None:
    """Two processes never write one recording: a nonce would be used twice."""
    shield = recorded()
    connection = shield.connect("sqlite3", str(place / "shop.db"), isolation_level=None)
    connection.execute("CREATE TABLE t (n INTEGER)")
    pid = os.fork()
    if pid == 0:
        try:
            connection.execute("INSERT INTO t VALUES (1)")
            connection.close()
            shield.audit.close()
        finally:
            os._exit(0)
    os.waitpid(pid, 0)
    connection.close()
    shield.close()
    listed = [line.split()[1] for line in run("recordings", "list").stdout.splitlines()]

    assert 2 == len(listed)
    assert [1, 1] == [len([e for e in events(name) if e["e"] == "statement"]) for name in listed]


def test_the_page_needs_nothing_and_runs_nothing_that_was_recorded(recorded: Any, place: Path) -> None:
    """One file, no reference to another, a policy that allows its own script only, and no markup from the data."""
    shield = recorded(policy={"name": "open", "default": "allow", "recording": {}})
    connection = shield.connect("sqlite3", ":memory:", isolation_level=None)
    connection.execute("SELECT '</script><script>alert(1)</script><!--' AS x").fetchall()
    connection.close()
    shield.close()
    page = place / "replay.html"
    result = run("replay", one(), "--html", page)
    text = page.read_text()

    assert 0 == result.exit_code
    assert 0o600 == stat.S_IMODE(page.stat().st_mode)
    assert 2 == text.count("</script>")
    assert "default-src 'none'" in text
    assert [] == [word for word in ("http://", "https://", "src=", "@import", "url(") if word in text]


def test_the_cast_is_asciicast_v2(recorded: Any, place: Path) -> None:
    """A header with version 2, then [time, "o", text] with times that never go back."""
    shield = recorded()
    shop(shield).close()
    shield.close()
    cast = place / "session.cast"
    run("replay", one(), "--cast", cast, "--speed", "2", "--max-pause", "1")
    header, *body = [json.loads(line) for line in cast.read_text().splitlines()]

    assert (2, True, True) == (header["version"], header["width"] > 0, header["height"] > 0)
    assert {"o"} == {kind for _, kind, _ in body}
    assert sorted(at for at, _, _ in body) == [at for at, _, _ in body]


def test_a_replay_is_an_access_to_the_audit_trail(recorded: Any, place: Path) -> None:
    """PCI DSS 10.2.1.3: who looked is recorded."""
    shield = recorded()
    shop(shield).close()
    shield.close()
    events()

    assert "replay" in [record["access"]["action"] for record in records(place / "audit", "audit.access")]


def test_a_denied_statement_of_a_policy_that_records_is_in_the_replay(recorded: Any, place: Path) -> None:
    """Also when it is the first thing that a connection asks for."""
    shield = recorded(policy={"name": "closed", "default": "deny", "recording": {}})
    connection = shield.connect("sqlite3", ":memory:")
    with pytest.raises(StatementDenied):
        connection.execute("SELECT 1")
    connection.close()
    shield.close()

    assert ["open", "denied", "close"] == [event["e"] for event in events()]


@pytest.mark.postgres
def test_rows_of_psycopg_are_recorded_masked(recorded: Any, place: Path, pg_dsn: str) -> None:
    """Client and server side cursors, with rows made by a factory of the user's."""
    from psycopg.rows import dict_row

    shield = recorded(policy={"name": "open", "default": "allow", "recording": {"rows": 2}})
    connection = shield.connect("psycopg", pg_dsn, row_factory=dict_row)
    pan = make_pan()
    with connection.cursor() as cursor:
        cursor.execute("SELECT n AS id, %s::text AS pan FROM generate_series(1, 5) AS s (n)", (pan,))
        cursor.fetchall()
    connection.close()
    shield.close()
    found = events()
    rows = [row for event in found if event["e"] == "rows" for row in event["rows"]]

    assert [1, 2] == [row[0] for row in rows]
    assert [pan[-4:]] * 2 == [row[1][-4:] for row in rows]
    assert_no_pan(found)


COPIES = {"text": "", "csv": " WITH (FORMAT csv, HEADER)", "binary": " WITH (FORMAT binary)"}
COPIED = {"name": "open", "default": "allow", "recording": {"rows": 2, "every": 2}}
CARDS = "CREATE TEMP TABLE cards AS SELECT n AS id, %s::text AS pan FROM generate_series(1, 5) AS s (n)"


def check_copied(pan: str) -> None:
    """Rows 1 and 3 of five were kept of the only COPY, masked, and every form of replay shows them."""
    found = events()
    assert_no_pan(found)
    (attempt,) = [event["attempt"] for event in found if "COPY" in event.get("sql", "")]
    told = [event for event in found if event.get("attempt") == attempt]
    pieces = [event for event in told if event["e"] == "rows"]
    rows = [row for event in pieces for row in event["rows"]]
    (result,) = [event for event in told if event["e"] == "result"]
    shown = run("replay", one(), "--speed", "10000").output

    assert [["id", "pan"]] == [event["columns"] for event in pieces if "columns" in event]
    assert ["1", "3"] == [str(row[0]) for row in rows]
    assert [pan[-4:]] * 2 == [row[1][-4:] for row in rows]
    assert (5, 2) == (result["rows"], result["recorded"])
    assert 2 == shown.count(rows[0][1])


def take(copy: Any, way: str) -> None:
    """Read all that a COPY streams."""
    if way == "blocks":
        assert list(copy)
    elif way == "rows":
        assert list(copy.rows())
    elif way == "read":
        while copy.read():
            pass
    else:
        while copy.read_row() is not None:
            pass


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("form", "way"),
    [
        (form, way)
        for form in COPIES
        for way in ("blocks", "rows", "read", "read_row")
        if form != "csv" or way in ("blocks", "read")
    ],
)
def test_what_copy_streams_is_recorded_as_rows(recorded: Any, place: Path, pg_dsn: str, form: str, way: str) -> None:
    """Masked, named, and as many records as the plan keeps, whichever way they are taken."""
    pan = make_pan()
    shield = recorded(policy=COPIED)
    connection = shield.connect("psycopg", pg_dsn)
    with connection.cursor() as cursor:
        cursor.execute(CARDS, (pan,))
        with cursor.copy(f"COPY (SELECT id, pan FROM cards ORDER BY id) TO STDOUT{COPIES[form]}") as copy:
            take(copy, way)
    connection.close()
    shield.close()

    check_copied(pan)


@pytest.mark.postgres
@pytest.mark.parametrize("form", COPIES)
def test_what_an_asynchronous_copy_streams_is_recorded(recorded: Any, place: Path, pg_dsn: str, form: str) -> None:
    """The same of an AsyncConnection."""
    import psycopg

    pan = make_pan()
    shield = recorded(policy=COPIED)

    async def work() -> None:
        connection = await shield.guard(psycopg).AsyncConnection.connect(pg_dsn)
        async with connection.cursor() as cursor:
            await cursor.execute(CARDS, (pan,))
            statement = f"COPY (SELECT id, pan FROM cards ORDER BY id) TO STDOUT{COPIES[form]}"
            async with cursor.copy(statement) as copy:
                assert [block async for block in copy]
        await connection.close()

    asyncio.run(work())
    shield.close()

    check_copied(pan)


@pytest.mark.postgres
def test_the_page_and_the_cast_show_what_copy_streamed(recorded: Any, place: Path, pg_dsn: str) -> None:
    """Masks, and never what they stand for."""
    pan = make_pan()
    shield = recorded(policy=COPIED)
    connection = shield.connect("psycopg", pg_dsn)
    with connection.cursor() as cursor:
        cursor.execute(CARDS, (pan,))
        with cursor.copy("COPY cards TO STDOUT") as copy:
            take(copy, "blocks")
    connection.close()
    shield.close()
    run("replay", one(), "--html", place / "page.html")
    run("replay", one(), "--cast", place / "cast")

    for path in (place / "page.html", place / "cast"):
        text = path.read_text()
        assert 2 <= text.count(f"{'*' * 12}{pan[-4:]}")
        assert pan not in text


@pytest.mark.filterwarnings("ignore:Arrow output on a DB-API result:UserWarning")
def test_tables_are_recorded_as_rows_are(recorded: Any, place: Path) -> None:
    """What is fetched as an Arrow table is masked, and sampled, as rows are."""
    pytest.importorskip("pyarrow", reason="pyarrow is an optional dependency")
    duckdb = pytest.importorskip("duckdb", reason="duckdb is an optional dependency")
    shield = recorded(policy=COPIED)
    pan = make_pan()
    connection = shield.guard(duckdb).connect(":memory:")
    table = connection.execute("SELECT i AS id, ?::text AS pan FROM range(5) AS r (i)", [pan]).to_arrow_table()
    connection.close()
    shield.close()
    rows = [row for event in events() if event["e"] == "rows" for row in event["rows"]]

    assert 5 == table.num_rows
    assert [[0, table.column("pan")[0].as_py()], [2, table.column("pan")[2].as_py()]] == rows
    assert_no_pan(rows)
