"""Ways in: what is judged is what reaches the driver, and nothing reaches it unjudged."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from typing import Any

import pytest

from pcishield.exceptions import ApprovalDenied, ConfigurationError, MaskedWriteBack, StatementDenied
from pcishield.testing import make_pan

PEOPLE = "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO people (name) VALUES ('Ada'), ('Bo')"


def test_a_denied_statement_does_not_reach_the_driver(guarded: Any) -> None:
    """DROP without an approver: our error and sqlite3's, and the table is still there."""
    connection = guarded.filled(PEOPLE)

    with pytest.raises(ApprovalDenied) as raised:
        connection.execute("DROP TABLE people")

    assert isinstance(raised.value, sqlite3.ProgrammingError)
    assert [(2,)] == connection.execute("SELECT count(*) FROM people").fetchall()


def test_a_denied_statement_leaves_the_last_result_alone(guarded: Any) -> None:
    """The driver has not seen the refused statement, so the rows before it can still be fetched, masked."""
    connection = guarded.filled(f"CREATE TABLE t (note TEXT); INSERT INTO t VALUES ('a'), ('{make_pan()}')")
    cursor = connection.execute("SELECT note FROM t")
    first = cursor.fetchone()
    with pytest.raises(ApprovalDenied):
        cursor.execute("DROP TABLE t")

    assert ("a",) == first
    assert make_pan() not in cursor.fetchone()[0]


@pytest.mark.parametrize("method", ["execute", "executemany", "executescript"])
@pytest.mark.parametrize("of", ["connection", "cursor"])
def test_every_method_is_judged_and_recorded(guarded: Any, of: str, method: str) -> None:
    """Each of the six statement methods is refused what execute is refused, with a record that names the method."""
    connection = guarded.filled(PEOPLE)
    target = connection if of == "connection" else connection.cursor()
    arguments = ([()],) if method == "executemany" else ()

    with pytest.raises(ApprovalDenied):
        getattr(target, method)("DROP TABLE people", *arguments)

    denied = [r for r in guarded.log.records if r["type"] == "denied"]
    assert [method] == [r["method"] for r in denied]


def test_a_script_is_judged_whole(guarded: Any) -> None:
    """One bad statement at the end of a script, and not even the first one runs."""
    connection = guarded.filled(PEOPLE)

    with pytest.raises(ApprovalDenied):
        connection.executescript("INSERT INTO people (name) VALUES ('Cy'); DROP TABLE people")

    assert (2,) == connection.execute("SELECT count(*) FROM people").fetchone()


def test_a_users_class_that_rewrites_sql_is_judged_by_what_it_sends(guarded: Any) -> None:
    """The guard is beneath the user's class: the rewritten text is judged, not the one that came in."""

    class Rewriting(sqlite3.Connection):
        def execute(self, sql: str, *arguments: Any) -> Any:  # type: ignore[override]
            return super().execute(sql.replace("SELECT 1", "DROP TABLE people"), *arguments)

    connection = guarded.filled(PEOPLE, factory=Rewriting)

    with pytest.raises(ApprovalDenied):
        connection.execute("SELECT 1")


def test_a_class_that_skips_the_guards_init_is_refused(guarded: Any) -> None:
    """A connection that the driver opened past the guard does nothing."""

    class OldStyle(sqlite3.Connection):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            sqlite3.Connection.__init__(self, *arguments, **options)

    connection = guarded.module.connect(":memory:", factory=OldStyle)

    with pytest.raises(ConfigurationError, match=r"super\(\).__init__"):
        connection.execute("SELECT 1")
    sqlite3.Connection.close(connection)


def test_a_text_that_is_a_str_subclass_cannot_pose_as_another(guarded: Any) -> None:
    """The text is judged and sent as its characters are, whatever its methods say."""

    class Harmless(str):
        def __eq__(self, other: object) -> bool:
            return other == "SELECT 1"

        def __hash__(self) -> int:
            return hash("SELECT 1")

        def __str__(self) -> str:
            return "SELECT 1"

    connection = guarded.filled(PEOPLE)
    connection.execute("SELECT 1")

    with pytest.raises(ApprovalDenied):
        connection.execute(Harmless("DROP TABLE people"))


def test_an_unguarded_cursor_is_refused_and_recorded(guarded: Any) -> None:
    """The driver's own cursor on a guarded connection runs nothing, also not a text that is known."""
    connection = guarded.filled(PEOPLE)
    connection.execute("SELECT name FROM people").fetchall()

    with pytest.raises(StatementDenied):
        sqlite3.Cursor(connection).execute("SELECT name FROM people")
    assert ("denied", "prepare") == (guarded.log.records[-1]["type"], guarded.log.records[-1]["method"])


def test_user_code_that_the_driver_calls_cannot_use_the_gate(permissive: Any) -> None:
    """While a guarded statement runs, a function that it calls has no ticket for the driver's own cursor."""
    connection = permissive.connect()
    seen: list[BaseException] = []

    def peek(value: Any) -> Any:
        try:
            sqlite3.Cursor(connection).execute("SELECT 1")
        except StatementDenied as error:
            seen.append(error)
        return value

    connection.create_function("peek", 1, peek)
    connection.execute("SELECT peek(1)").fetchall()

    assert 1 == len(seen)


def test_user_code_that_the_driver_calls_is_guarded_as_any_other(permissive: Any) -> None:
    """A guarded statement from within a function is a statement of its own, judged and recorded."""
    connection, other = permissive.connect(), permissive.connect()
    connection.create_function("ask", 0, lambda: other.execute("SELECT 7").fetchone()[0])
    before = len(permissive.types("attempt"))

    assert (7,) == connection.execute("SELECT ask()").fetchone()
    assert 2 == len(permissive.types("attempt")) - before


def test_strict_mode_refuses_a_script_on_an_unguarded_cursor(guarded_sqlite3: Callable[..., Any]) -> None:
    """A script passes no gate of sqlite3; in strict mode SQLite's authorizer refuses it, and only it."""
    guarded = guarded_sqlite3(settings={"sqlite": {"strict": True}})
    connection = guarded.filled(PEOPLE)

    with pytest.raises(sqlite3.DatabaseError, match="not authorized"):
        sqlite3.Cursor(connection).executescript("DROP TABLE people")
    with connection:
        connection.execute("INSERT INTO people (name) VALUES ('Cy')")
    assert (3,) == connection.execute("SELECT count(*) FROM people").fetchone()


def test_strict_mode_asks_the_users_authorizer_too(guarded_sqlite3: Callable[..., Any]) -> None:
    """The user's authorizer is chained behind the gate and can refuse; taking it away leaves the gate."""
    guarded = guarded_sqlite3(settings={"sqlite": {"strict": True}})
    connection = guarded.filled(PEOPLE)
    connection.set_authorizer(lambda *details: sqlite3.SQLITE_DENY)
    with pytest.raises(sqlite3.DatabaseError, match="not authorized"):
        connection.execute("SELECT name FROM people")
    connection.set_authorizer(None)

    assert 2 == len(connection.execute("SELECT name FROM people").fetchall())
    with pytest.raises(sqlite3.DatabaseError, match="not authorized"):
        sqlite3.Cursor(connection).executescript("SELECT 1")


def test_executemany_takes_any_iterable(guarded: Any) -> None:
    """Lists, generators and iterators of tuples, lists and mappings all arrive."""
    connection = guarded.filled("CREATE TABLE t (a, b)")
    connection.executemany("INSERT INTO t VALUES (?, ?)", [(1, 2)])
    connection.executemany("INSERT INTO t VALUES (?, ?)", ((n, n) for n in range(2)))
    connection.executemany("INSERT INTO t VALUES (?, ?)", iter([[5, 6]]))
    connection.executemany("INSERT INTO t VALUES (:a, :b)", ({"a": n, "b": n} for n in range(1)))

    assert 5 == connection.total_changes
    assert 5 == len(connection.execute("SELECT * FROM t").fetchall())


def test_executemany_keeps_what_came_before_an_error_of_the_generator(guarded: Any) -> None:
    """As with the raw driver: sets before the error are sent, then the generator's own error comes out."""

    def sets() -> Any:
        yield (1,)
        raise LookupError("no more")

    connection = guarded.filled("CREATE TABLE t (a)")

    with pytest.raises(LookupError, match="no more"):
        connection.executemany("INSERT INTO t VALUES (?)", sets())
    assert [(1,)] == connection.execute("SELECT a FROM t").fetchall()


@pytest.mark.parametrize("wrap", [list, tuple, iter, lambda sets: (s for s in sets)])
def test_a_mask_in_any_set_is_refused(guarded: Any, wrap: Callable[[Any], Any]) -> None:
    """A masked card number among many parameter sets stops them all before the first is sent."""
    connection = guarded.filled(f"CREATE TABLE c (card_number TEXT); INSERT INTO c VALUES ('{make_pan()}')")
    mask = connection.execute("SELECT card_number FROM c").fetchone()[0]

    with pytest.raises(MaskedWriteBack):
        connection.executemany("INSERT INTO c VALUES (?)", wrap([("a",), (mask,)]))
    assert [(1,)] == connection.execute("SELECT count(*) FROM c").fetchall()


def test_a_mask_in_an_unusual_parameter_container_is_refused(guarded: Any) -> None:
    """Sequences that are no list and mappings that are no dict are looked into as well."""

    class Sequence:
        def __init__(self, *values: Any) -> None:
            self.values = values

        def __len__(self) -> int:
            return len(self.values)

        def __getitem__(self, index: int) -> Any:
            return self.values[index]

    class Named(dict):  # type: ignore[type-arg]
        pass

    connection = guarded.filled(f"CREATE TABLE c (card_number TEXT); INSERT INTO c VALUES ('{make_pan()}')")
    mask = connection.execute("SELECT card_number FROM c").fetchone()[0]

    with pytest.raises(MaskedWriteBack):
        connection.execute("INSERT INTO c VALUES (?)", Sequence(mask))
    with pytest.raises(MaskedWriteBack):
        connection.execute("INSERT INTO c VALUES (:a)", Named(a=mask))


def test_threads_share_a_connection(guarded: Any) -> None:
    """With check_same_thread off, statements of several threads do not take each other's place at the gate."""
    connection = guarded.filled("CREATE TABLE t (a)", check_same_thread=False)
    errors: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for turn in range(50):
                connection.execute(f"SELECT {number}, {turn % 5}").fetchall()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [] == errors


def test_the_wrong_thread_gets_the_drivers_error(guarded: Any) -> None:
    """Without check_same_thread=False, another thread gets sqlite3's own complaint, for statements and fetches."""
    connection = guarded.connect()
    cursor = connection.execute("SELECT 1")
    errors: list[BaseException] = []

    def work() -> None:
        for call in (lambda: connection.execute("SELECT 1"), cursor.fetchall, connection.close):
            try:
                call()
            except sqlite3.ProgrammingError as error:
                errors.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()

    assert 3 == len(errors)
    assert all("thread" in str(error) for error in errors)


def test_an_interrupted_approver_leaves_the_connection_as_it_was(guarded_sqlite3: Callable[..., Any]) -> None:
    """KeyboardInterrupt while somebody is asked: it comes out, nothing ran, and the connection goes on working."""

    def approver(request: Any) -> bool:
        raise KeyboardInterrupt

    guarded = guarded_sqlite3(approver=approver)
    connection = guarded.filled(PEOPLE)

    with pytest.raises(KeyboardInterrupt):
        connection.execute("DROP TABLE people")
    assert not connection.in_transaction
    assert (2,) == connection.execute("SELECT count(*) FROM people").fetchone()


def test_wrong_arguments_get_the_drivers_error(guarded: Any) -> None:
    """What the driver itself refuses is refused in its own words, without a record of an attempt."""
    connection = guarded.connect()
    cursor = connection.cursor()
    before = guarded.types("attempt")

    for call in (
        lambda: cursor.execute(),
        lambda: cursor.execute(b"SELECT 1"),
        lambda: cursor.executemany("SELECT 1"),
        lambda: cursor.executescript(b"SELECT 1"),
        lambda: connection.execute(sql="SELECT 1"),
    ):
        with pytest.raises(TypeError):
            call()
    assert before == guarded.types("attempt")


def test_a_closed_connection_gets_the_drivers_error(guarded: Any) -> None:
    """After close, every method says so as sqlite3 does, and nothing more is recorded."""
    connection = guarded.connect()
    cursor = connection.cursor()
    connection.close()
    connection.close()
    before = len(guarded.log.records)

    for call in (
        lambda: cursor.execute("SELECT 1"),
        lambda: cursor.executescript("SELECT 1"),
        lambda: cursor.executemany("SELECT 1", []),
        lambda: connection.execute("SELECT 1"),
        connection.cursor,
        connection.commit,
    ):
        with pytest.raises(sqlite3.ProgrammingError, match="closed database"):
            call()
    assert before == len(guarded.log.records)
    assert 1 == guarded.types().count("connection.close")
