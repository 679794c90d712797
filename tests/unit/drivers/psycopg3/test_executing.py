"""``execute()`` and ``fetchone()`` compiled: a guarded cursor is left as the driver's own steps leave a raw one."""

from __future__ import annotations

import asyncio
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from types import FunctionType
from typing import Any, NamedTuple

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg import pq, rows
from psycopg._cursor_base import BaseCursor

from pcishield.core.compiled import compiled
from pcishield.drivers.psycopg._followed import same
from pcishield.shield import Shield

from .conftest import ALLOW_ALL, PAN

_executing = compiled("pcishield.drivers.psycopg._executing")
pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif(
        _executing is None or pq.__impl__ == "python",
        reason="guarded cursors have steps of their own only where both pcishield and psycopg are compiled",
    ),
]


class Call(NamedTuple):
    """What a cursor is asked to do.

    Attributes:
        query: The text, the same object each time.
        params: As for ``execute()``.
        options: Of ``execute()``.
        before: Done to the connection or the cursor first.
    """

    query: Any
    params: Any = None
    options: dict[str, Any] = {}  # noqa: RUF012 - never changed
    before: Callable[[Any, Any], object] | None = None


def _says(connection: Any, text: str) -> None:
    connection.cursor().execute(text)


CALLS = [
    Call("SELECT 1"),
    Call("SELECT %s::int, %s", (1, "x")),
    Call("SELECT %s::int, %s", [1, None]),
    Call("SELECT %(a)s, %(b)s, %(a)s", {"a": 1, "b": "x", "c": 0}),
    Call("SELECT '100%%', %s", ("x",)),
    Call("SELECT 1 WHERE 100 %% 2 = 0", ()),
    Call("SELECT %s::text", ("x",), {"prepare": True}),
    Call("SELECT %s::text", ("x",), {"prepare": False}),
    Call("SELECT n, n::text FROM generate_series(1, 3) n"),
    Call("SELECT n, %s FROM generate_series(1, 3) n", (1.5,), {"binary": True}),
    Call("SELECT 1 WHERE false"),
    Call("CREATE TEMP TABLE IF NOT EXISTS seen (n int)"),
    Call("INSERT INTO seen VALUES (%s)", (1,)),
    Call("INSERT INTO seen VALUES (%s) RETURNING n", (1,)),
    Call("UPDATE seen SET n = n WHERE n = %s", (1,)),
    Call("DROP TABLE IF EXISTS seen"),
    Call("SELECT 1; SELECT 2"),
    Call(""),
    Call("SELECT %s, %s", (1,)),
    Call("SELECT %s", {"a": 1}),
    Call("SELECT %(a)s", (1,)),
    Call("SELECT %(a)s", {"b": 1}),
    Call("SELECT %s", 1),
    Call("SELECT %s", "x"),
    Call("SELECT %z", (1,)),
    Call("SELECT %s", (object(),)),
    Call("SELECT 1 / %s", (0,)),
    Call("SELECT nothing FROM nowhere WHERE n = %s", (1,)),
    Call("COPY (SELECT 1) TO STDOUT"),
    Call("SELECT 'é', %s", ("é",)),
    Call("SELECT 'é', %s", ("é",), {}, lambda connection, _: _says(connection, "SET client_encoding TO latin1")),
    Call("SELECT 'é', %s", ("é",), {}, lambda connection, _: _says(connection, "SET client_encoding TO utf8")),
    Call("SELECT %s", (2,), {}, lambda connection, _: connection.commit()),
    Call("SELECT %s", (2,), {}, lambda connection, _: connection.rollback()),
    Call("SELECT %s AS a", (2,), {}, lambda _, cursor: setattr(cursor, "row_factory", rows.dict_row)),
    Call("SELECT %s AS a", (None,), {}, lambda _, cursor: setattr(cursor, "row_factory", rows.scalar_row)),
    Call("SELECT %s AS a", (2,), {}, lambda _, cursor: setattr(cursor, "row_factory", rows.tuple_row)),
    Call("SELECT %s AS a", (2,), {}, lambda connection, _: setattr(connection, "prepare_threshold", None)),
    Call("SELECT %s AS a", (2,), {}, lambda connection, _: setattr(connection, "prepare_threshold", 0)),
    Call("SELECT %s AS a", (2,), {}, lambda connection, _: setattr(connection, "prepared_max", 2)),
    Call("SELECT %s", (b"x\0y",)),
    Call("SELECT %s", (bytearray(b"x\0y"),)),
    Call("SELECT %s, %b", (memoryview(b"x\0y"), memoryview(b""))),
    Call("SELECT " + ", ".join(["%s"] * 50), (*range(49), None)),
    Call("SELECT " + ", ".join(["%s"] * 60), tuple(range(60))),
    Call("SELECT %s, '" + "x" * 5000 + "'", (1,)),
    Call(b"SELECT %s", (1,)),
    Call(psycopg.sql.SQL("SELECT {}").format(psycopg.sql.Placeholder()), (1,)),
]


def _shown(result: Any) -> object:
    return None if result is None else (result.status, result.ntuples, result.nfields, result.command_status)


def _state(connection: Any, cursor: Any) -> dict[str, object]:
    """Return all that the driver keeps about a statement."""
    manager = connection._prepared
    made = cursor._query
    return {
        "results": [_shown(result) for result in cursor._results],
        "result": _shown(BaseCursor.__dict__["pgresult"].__get__(cursor)),
        "positions": (cursor._pos, cursor._iresult, cursor._rowcount, cursor.rownumber),
        "message": cursor.statusmessage,
        "many": cursor._execmany_returning,
        "query": None if made is None else (made.query, made.params, made.types, made.formats),
        "last": cursor._last_query,
        "description": None if cursor.description is None else [tuple(column) for column in cursor.description],
        "transaction": connection.info.transaction_status,
        "prepared": (manager._prepared_idx, list(manager._names.items()), list(manager._counts.items())),
        "flushed": list(manager._to_flush),
    }


def _done(connection: Any, cursor: Any, call: Call, fetched: int) -> list[object]:
    """Do it, and return what came of it."""
    found: list[object] = []
    try:
        if call.before is not None:
            call.before(connection, cursor)
        assert cursor.execute(call.query, call.params, **call.options) is cursor
        found += [_state(connection, cursor)]
        found += [(cursor.fetchone(), cursor._pos) for _ in range(fetched)]
        found += [cursor.fetchall(), cursor.fetchone()]
    except psycopg.Error as error:
        found += [type(error), str(error), error.sqlstate]
    except (TypeError, LookupError) as error:
        found += [type(error), str(error)]
    return [*found, _state(connection, cursor)]


class Pair:
    """A raw and a guarded connection, with a cursor each."""

    def __init__(self, pg_dsn: str, shield: Shield, **options: Any) -> None:
        modules = psycopg, shield.guard(psycopg)
        self.connections = [module.connect(pg_dsn, **options) for module in modules]
        self.cursors = [connection.cursor() for connection in self.connections]

    def check(self, call: Call, fetched: int = 1) -> None:
        """Do it with both, and compare."""
        theirs, ours = (_done(*both, call, fetched) for both in zip(self.connections, self.cursors, strict=True))
        assert ours == theirs

    def close(self) -> None:
        """Close both."""
        for connection in self.connections:
            connection.close()


@pytest.fixture(scope="module")
def allowing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shield]:
    """A shield that allows everything, and masks; its log is on a file, as only then anything is remembered."""
    with Shield({}, policy=ALLOW_ALL, audit=str(tmp_path_factory.mktemp("audit") / "log")) as shield:
        yield shield


@pytest.fixture
def connect(pg_dsn: str, allowing: Shield) -> Iterator[Callable[..., Any]]:
    """Open guarded connections; all are closed after the test."""
    opened: list[Any] = []

    def connect(**options: Any) -> Any:
        opened.append(allowing.guard(psycopg).connect(pg_dsn, autocommit=True, **options))
        return opened[-1]

    yield connect
    for connection in opened:
        connection.close()


def _called(function: Callable[[], object]) -> set[str]:
    """Return the names of the Python functions that it calls."""
    names: set[str] = set()
    before = sys.getprofile()
    sys.setprofile(lambda frame, event, _: names.add(frame.f_code.co_name) if event == "call" else None)
    try:
        function()
    finally:
        sys.setprofile(before)
    return names


def test_what_is_known_takes_it(connect: Any) -> None:
    """None of the driver's own steps is left; else these tests would compare it with itself."""
    cursor = connect(prepare_threshold=0).cursor()
    query = "SELECT %s::int"
    for _ in range(3):
        cursor.execute(query, (1,)).fetchone()

    called = _called(lambda: cursor.execute(query, (2,)).fetchone())

    assert called <= {"<lambda>"}


def test_what_is_known_takes_it_from_a_new_cursor(connect: Any) -> None:
    """Only what a transformer asks for by itself is left."""
    connection = connect(prepare_threshold=0)
    query = "SELECT %s::int"
    for _ in range(3):
        connection.execute(query, (1,)).fetchone()

    called = _called(lambda: connection.execute(query, (2,)).fetchone())

    assert called <= {"<lambda>", "adapters", "connection", "conn_encoding", "get_dumper", "get_loader"}


@pytest.mark.parametrize("autocommit", [True, False])
@pytest.mark.parametrize("call", CALLS, ids=lambda call: str(call.query)[:30])
def test_one_statement_again_and_again(pg_dsn: str, allowing: Shield, call: Call, autocommit: bool) -> None:
    """Seven times: not prepared at first, then prepared, then known to be."""
    with closing(Pair(pg_dsn, allowing, autocommit=autocommit)) as pair:
        for turn in range(7):
            pair.check(call, fetched=turn % 3)


# Few statements each time, so that they come again.
SEQUENCES = st.lists(st.sampled_from(CALLS), min_size=1, max_size=5).flatmap(
    lambda few: st.lists(st.tuples(st.sampled_from(few), st.integers(0, 3)), max_size=30)
)


@given(SEQUENCES, st.booleans())
@settings(max_examples=40, deadline=None)
def test_any_sequence_of_statements(
    pg_dsn: str, allowing: Shield, turns: list[tuple[Call, int]], autocommit: bool
) -> None:
    """What one leaves behind is what the next one finds: prepared statements, failed transactions, encodings."""
    with closing(Pair(pg_dsn, allowing, autocommit=autocommit, prepare_threshold=1)) as pair:
        for call, fetched in turns:
            pair.check(call, fetched)


def test_one_text_in_all_ways(pg_dsn: str, allowing: Shield) -> None:
    """Prepared, then not wanted prepared, in binary, with other types."""
    query = "SELECT %s"
    with closing(Pair(pg_dsn, allowing, autocommit=True, prepare_threshold=0)) as pair:
        for params, options in [
            ((1,), {}), ((1,), {}), ((1,), {"prepare": False}), ((1,), {"binary": True}), ((1,), {}), (("x",), {}),
            ((1 << 40,), {}), ((None,), {}), ((1,), {"binary": False, "prepare": True}), ((1,), {}),
        ]:  # fmt: skip
            pair.check(Call(query, params, options))


def test_what_was_used_last_is_thrown_away_last(pg_dsn: str, allowing: Shield) -> None:
    """The driver keeps the statements that are prepared in the order of their last use."""
    calls = [Call("SELECT 1, %s::int", (1,)), Call("SELECT 2, %s::int", (2,)), Call("SELECT 3, %s::int", (3,))]
    with closing(Pair(pg_dsn, allowing, autocommit=True, prepare_threshold=0)) as pair:
        for connection in pair.connections:
            connection.prepared_max = 2
        for turn in (0, 1, 0, 2, 0, 1, 2, 2, 1):
            pair.check(calls[turn])


def test_a_closed_cursor_and_connection(pg_dsn: str, allowing: Shield) -> None:
    """The driver's own errors."""
    with closing(Pair(pg_dsn, allowing)) as pair:
        for _ in range(3):
            pair.check(Call("SELECT 1"))
        for cursor in pair.cursors:
            cursor.close()
        said = []
        for cursor in pair.cursors:
            for use in (lambda cursor=cursor: cursor.execute("SELECT 1"), cursor.fetchone):
                with pytest.raises(psycopg.InterfaceError) as caught:
                    use()
                said.append(str(caught.value))
        assert said[:2] == said[2:]


@pytest.mark.parametrize("seen", [False, True])
def test_a_server_that_has_gone(pg_dsn: str, allowing: Shield, seen: bool) -> None:
    """The driver's own error, whether the statement is the first to see it or comes later."""
    with closing(Pair(pg_dsn, allowing, autocommit=True, prepare_threshold=0)) as pair:
        for _ in range(4):
            pair.check(Call("SELECT %s::int", (1,)))
        with psycopg.connect(pg_dsn, autocommit=True) as other:
            for connection in pair.connections:
                other.execute("SELECT pg_terminate_backend(%s, 5000)", (connection.info.backend_pid,))
        said = []
        for cursor in pair.cursors:
            for _ in range(1 + seen):
                with pytest.raises(psycopg.OperationalError) as caught:
                    cursor.execute("SELECT %s::int", (1,))
            said.append((type(caught.value), str(caught.value), cursor.connection.closed, cursor.connection.broken))
        assert said[0] == said[1]


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, TimeoutError], ids=lambda kind: kind.__name__)
def test_an_interruption_while_the_server_works(pg_dsn: str, allowing: Shield, interruption: type[Exception]) -> None:
    """The driver cancels the statement if it does so by itself, and both connections are left as it leaves them."""

    def interrupt(*_: object) -> None:
        raise interruption("now")

    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        with closing(Pair(pg_dsn, allowing, autocommit=True, prepare_threshold=0)) as pair:
            for _ in range(4):
                pair.check(Call("SELECT pg_sleep(%s)", (0,)))
            found = []
            for connection, cursor in zip(pair.connections, pair.cursors, strict=True):
                began = time.monotonic()
                signal.setitimer(signal.ITIMER_REAL, 0.2)
                with pytest.raises(interruption, match="now"):
                    cursor.execute("SELECT pg_sleep(%s)", (2,))
                found.append((time.monotonic() - began > 1, connection.info.transaction_status, connection.closed))
            assert found[0] == found[1]
            if interruption is KeyboardInterrupt:
                pair.check(Call("SELECT pg_sleep(%s)", (0,)))
    finally:
        signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("name", ["cursor", "execute", "wait"])
def test_what_is_put_on_a_connection_is_used(connect: Any, name: str) -> None:
    """As the driver's own methods use it, which look for it at each call."""
    connection = connect()
    for _ in range(3):
        connection.execute("SELECT 1")
    heard = []
    theirs = getattr(connection, name)

    def own(*args: Any, **kwargs: Any) -> Any:
        heard.append(name)
        return theirs(*args, **kwargs)

    setattr(connection, name, own)
    assert connection.execute("SELECT 1").fetchone() == (1,)
    assert heard


@pytest.mark.parametrize(
    ("owner", "name"),
    [
        (psycopg.Connection, "cursor"),
        (psycopg.Connection, "execute"),
        (psycopg.Cursor, "execute"),
        (psycopg.Cursor, "fetchone"),
    ],
)
def test_what_is_put_on_a_class_of_the_driver_is_used(
    connect: Any, monkeypatch: pytest.MonkeyPatch, owner: Any, name: str
) -> None:
    """By a tracer for instance; and what it puts back is as before."""
    connection = connect()
    for _ in range(3):
        connection.execute("SELECT 1").fetchone()
    heard = []
    theirs = getattr(owner, name)

    def own(*args: Any, **kwargs: Any) -> Any:
        heard.append(name)
        return theirs(*args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(owner, name, own)
        assert connection.execute("SELECT 1").fetchone() == (1,)
    assert connection.execute("SELECT 1").fetchone() == (1,)
    assert heard == [name]


def _made_of(cursor: Any) -> dict[str, object]:
    """Return what the driver keeps of a cursor that has sent nothing."""
    adapters = cursor.adapters
    slots = ("format", "arraysize", "_closed", "_last_query", "_row_factory", "_results", "_pos", "_iresult")
    maps = ("_dumpers", "_own_dumpers", "_dumpers_by_oid", "_own_dumpers_by_oid", "_loaders", "_own_loaders")
    return {
        **{name: getattr(cursor, name) for name in slots},
        **{name: getattr(adapters, name) for name in maps},
        "adapters": (type(adapters), sorted(adapters.__dict__)),
        "template": {name: getattr(cursor.connection.adapters, name) for name in maps},
        "types": (type(adapters.types), sorted(adapters.types.__dict__), adapters.types._own_state),
        "pgconn": cursor._pgconn is cursor.connection.__dict__["pgconn"],
        "type": type(cursor),
        "said": (cursor.rowcount, cursor.statusmessage, cursor.description, cursor.rownumber),
    }


@pytest.mark.parametrize(
    "options",
    [{}, {"row_factory": rows.dict_row}, {"binary": True}, {"row_factory": None}],
    ids=["plain", "rows", "binary", "no rows"],
)
@pytest.mark.parametrize("factory", [psycopg.Cursor, psycopg.ClientCursor, psycopg.RawCursor])
def test_a_new_cursor_is_what_the_driver_makes(pg_dsn: str, allowing: Shield, factory: Any, options: Any) -> None:
    """Field by field; a cursor is guarded when it sends something."""
    with closing(Pair(pg_dsn, allowing, cursor_factory=factory)) as pair:
        theirs, ours = (_made_of(connection.cursor(**options)) for connection in pair.connections)

    assert ours == theirs


def test_what_a_cursor_learns_stays_with_it(pg_dsn: str, allowing: Shield) -> None:
    """Loaders that are registered on one cursor are not those of the next, nor of the connection."""

    class Loud(psycopg.adapt.Loader):
        def load(self, data: Any) -> Any:
            return bytes(data).decode() + "!"

    with closing(Pair(pg_dsn, allowing, autocommit=True)) as pair:
        said = []
        for connection in pair.connections:
            first = connection.execute("SELECT 'a'")
            first.adapters.register_loader("text", Loud)
            again = first.fetchone()
            said.append((again, first.execute("SELECT 'b'").fetchone(), connection.execute("SELECT 'c'").fetchone()))
            connection.adapters.register_loader("text", Loud)
            said[-1] += (
                connection.execute("SELECT 'd'").fetchone(),
                connection.cursor().execute("SELECT 'e'").fetchone(),
            )
        assert said[0] == said[1]


@pytest.mark.parametrize("use", ["cursor", "execute"])
def test_a_closed_connection_says_so(pg_dsn: str, allowing: Shield, use: str) -> None:
    """By the driver's own error."""
    pair = Pair(pg_dsn, allowing)
    pair.close()
    said = []
    for connection in pair.connections:
        with pytest.raises(psycopg.OperationalError) as caught:
            connection.cursor() if use == "cursor" else connection.execute("SELECT 1")
        said.append(str(caught.value))

    assert said[0] == said[1]


def test_a_factory_of_the_applications_own_is_called(connect: Any) -> None:
    """A function, or a class that begins in its own way."""
    made = []

    class Own(psycopg.Cursor[Any]):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            made.append("class")
            super().__init__(*args, **kwargs)

    def factory(*args: Any, **kwargs: Any) -> Any:
        made.append("function")
        return psycopg.Cursor(*args, **kwargs)

    for one in (Own, factory):
        connection = connect(cursor_factory=one)
        for _ in range(2):
            assert connection.execute(f"SELECT '{PAN}'").fetchone() == (f"{'*' * 12}{PAN[-4:]}",)
    assert made == ["class", "class", "function", "function"]


@pytest.mark.parametrize("name", ["_maybe_prepare_gen", "_check_results", "_reset", "_convert_query"])
def test_a_class_with_steps_of_its_own_keeps_them(connect: Any, name: str) -> None:
    """What a subclass says about a step is heard at every statement."""
    heard = []
    theirs = getattr(psycopg.Cursor, name)

    def own(self: Any, *args: Any, **kwargs: Any) -> Any:
        heard.append(name)
        return theirs(self, *args, **kwargs)

    cursor = connect(cursor_factory=type("Own", (psycopg.Cursor,), {name: own})).cursor()
    for _ in range(3):
        cursor.execute("SELECT 1")

    assert len(heard) >= 3


def test_a_class_with_its_own_fetchone_and_row_maker_keeps_them(connect: Any) -> None:
    """Its methods are called, and what they call of the driver's is masked."""

    class Own(psycopg.Cursor[Any]):
        def fetchone(self) -> Any:
            return "fetched", super().fetchone()

        def _make_row_maker(self) -> Any:
            return lambda values: ("made", *values)

    cursor = connect(cursor_factory=Own).cursor()
    for _ in range(3):
        cursor.execute(f"SELECT '{PAN}'")
        assert cursor.fetchone() == ("fetched", ("made", f"{'*' * 12}{PAN[-4:]}"))


def test_another_object_is_an_error(connect: Any) -> None:
    """As the driver's own: what is read of a cursor is not read of anything else."""
    with pytest.raises(AttributeError, match="_fetch_pipeline"):
        type(connect().execute("SELECT 1")).fetchone(object())


def test_the_installed_driver_is_one_that_is_followed() -> None:
    """Its functions call what the replaced ones do; a version in which they do not is used as it is, and slower."""
    assert _executing.suits(psycopg.Cursor)
    assert _executing.suits(psycopg.AsyncCursor)
    assert _executing.suits_fetchone(psycopg.Cursor, psycopg.Cursor)
    assert not _executing.suits(psycopg.ClientCursor)


@pytest.mark.parametrize("name", ["_execute_gen", "_set_results", "_select_current_result"])
def test_a_driver_that_does_something_else_is_not_followed(name: str) -> None:
    """By the names that its functions use: one more, and it is another one."""
    theirs = getattr(BaseCursor, name)
    code = theirs.__code__
    other = FunctionType(code.replace(co_names=(*code.co_names, "something_new")), theirs.__globals__)

    assert same(theirs, _executing._FOLLOWED[name])
    assert not same(other, _executing._FOLLOWED[name])


async def _many(connect: Any) -> list[object]:
    async with await connect() as connection:
        cursor = connection.cursor()
        found: list[object] = []
        for turn in range(8):
            await cursor.execute(f"SELECT %s::int AS n, '{PAN}' AS note", (turn,))
            found.append((await cursor.fetchone(), cursor.rowcount, cursor.statusmessage))
        return found


def test_the_awaiting_twin(pg_dsn: str, allowing: Shield) -> None:
    """The same steps, driven by the event loop."""
    found = asyncio.run(_many(lambda: allowing.guard(psycopg).AsyncConnection.connect(pg_dsn)))

    assert found == [((turn, f"{'*' * 12}{PAN[-4:]}"), 1, "SELECT 1") for turn in range(8)]


class _Loud(psycopg.adapt.Loader):
    def load(self, data: Any) -> Any:
        return bytes(data).decode() + "!"


class _Loudly(psycopg.adapt.Dumper):
    def dump(self, obj: Any) -> Any:
        return f"{obj}!".encode()


def _asked(connection: Any, query: str) -> list[Any]:
    """Return rows that were fetched around a cursor being asked for its adapters."""
    found = []
    cursor, other = (connection.execute(query) for _ in range(2))
    found.append(cursor.fetchone())
    before = cursor.adapters
    found += [cursor.adapters is before, other.adapters is before, connection.adapters is before, type(before)]
    found.append(cursor.fetchone())
    before.register_loader("text", _Loud)
    found += [cursor.fetchone(), cursor.fetchall(), other.fetchone(), connection.execute(query).fetchone()]
    found += [cursor.execute(query).fetchone(), cursor.rowcount]
    other.adapters.register_dumper(str, _Loudly)
    found += [one.execute("SELECT %s", ("a",)).fetchone() for one in (other, connection)]
    with pytest.raises(AttributeError) as caught:
        other.adapters = before
    return [*found, str(caught.value)]


def test_a_cursor_that_is_asked_for_its_adapters(pg_dsn: str, allowing: Shield) -> None:
    """It has its own from then on, with what it has fetched and what it will; other cursors have theirs."""
    query = f"SELECT n || ' {PAN}' FROM generate_series(1, 6) n"
    with closing(Pair(pg_dsn, allowing, autocommit=True)) as pair:
        for _ in range(3):
            theirs, ours = (_asked(connection, query) for connection in pair.connections)
            assert repr(ours) == repr(theirs).replace(PAN, f"{'*' * 12}{PAN[-4:]}")


def test_what_a_connection_learns_is_for_cursors_made_after(pg_dsn: str, allowing: Shield) -> None:
    """Not for those that were made before, whether they have been asked for their adapters or not."""

    def learn(connection: Any) -> list[Any]:
        found = []
        for kind in ("loader", "dumper", "type", "again"):
            made = [connection.execute("SELECT %s::text", (kind,)) for _ in range(2)]
            made[0].adapters.get_loader(25, 0)
            if kind == "loader":
                connection.adapters.register_loader("text", _Loud)
            elif kind == "dumper":
                connection.adapters.register_dumper(str, _Loudly)
            elif kind == "type":
                info = psycopg.types.TypeInfo("thing", 4242, 4243)
                info.register(connection)
            else:
                connection.adapters.register_loader("text", psycopg.types.string.TextLoader)
            found += [one.fetchone() for one in made]
            found += [one.execute("SELECT %s::text", ("b",)).fetchone() for one in made]
            found += ["thing" in {one.name for one in cursor.adapters.types} for cursor in made]
            new = connection.execute("SELECT %s::text", ("c",))
            found += [new.fetchone(), "thing" in {one.name for one in new.adapters.types}]
        return found

    with closing(Pair(pg_dsn, allowing, autocommit=True)) as pair:
        theirs, ours = (learn(connection) for connection in pair.connections)
        assert ours == theirs
