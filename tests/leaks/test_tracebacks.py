"""Error trackers keep the variables of every frame of a traceback: no raw row is in one."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from importlib import import_module
from typing import Any

import pytest

from pcishield.testing import RecordingLog, make_pan
from tests.leaks.table import Value, leaks
from tests.plain_drivers import PLAIN, Plain

PAN = make_pan()
VALUE = Value("pan", "x", "text", PAN, (PAN,))
ALLOW_ALL = {"name": "everything", "schema": 1, "default": "allow", "limits": {"rows": 1}}
DRIVERS = (
    Plain("sqlite3", "sqlite3", "tmp_path", lambda m, path: m.connect(path / "x.db"), "?", ("", "", "", "")),
    Plain("psycopg", "psycopg", "pg_dsn", lambda m, dsn: m.connect(dsn), "%s", ("", "", "", "")),
    Plain("mysql.connector", "mysql.connector", "mysql_params", lambda m, params: m.connect(**params, use_pure=True),
          "%s", ("", "", "", "")),
    *PLAIN,
)  # fmt: skip

TAKES: dict[str, Callable[[Any], Any]] = {
    "fetchone": lambda cursor: (cursor.fetchone(), cursor.fetchone()),
    "fetchmany": lambda cursor: cursor.fetchmany(2),
    "fetchall": lambda cursor: cursor.fetchall(),
    "iteration": lambda cursor: list(iter(cursor.fetchone, None)),
}


def _joined(plain: Plain) -> str:
    """An expression that the server makes a card number of, so that the statement holds none."""
    front, back = PAN[:8], PAN[8:]
    bars = "sql" not in plain.module.lower() or "sqlite" in plain.name.lower()
    return f"'{front}' || '{back}'" if bars else f"CONCAT('{front}', '{back}')"


def _computed(plain: Plain) -> str:
    kind = "SIGNED" if "my" in plain.module.lower() else "BIGINT"
    return f"CAST({PAN[:-1]} AS {kind}) * 10 + {PAN[-1]}"


def _variables(error: BaseException) -> Iterator[Any]:
    seen: BaseException | None = error
    while seen is not None:
        frame = seen.__traceback__
        while frame is not None:
            if "/tests/" not in frame.tb_frame.f_code.co_filename:
                kept = dict(frame.tb_frame.f_locals)
                yield {name: value for name, value in kept.items() if isinstance(value, (str, bytes, int, list, tuple))}
            frame = frame.tb_next
        seen = seen.__cause__ or seen.__context__


@pytest.mark.parametrize("take", TAKES)
@pytest.mark.parametrize("kind", ["limit", "masking"])
@pytest.mark.parametrize(
    "plain", [pytest.param(p, id=p.name, marks=[getattr(pytest.mark, m) for m in p.pytest_marks]) for p in DRIVERS]
)
def test_no_raw_row_is_in_a_traceback(
    request: pytest.FixtureRequest, make_shield: Callable[..., Any], plain: Plain, kind: str, take: str
) -> None:
    """Neither when a limit is passed, nor when a value cannot be masked."""
    raw = plain.load()
    settings = {"masking": {"numeric_pan": "error"}} if kind == "masking" else {}
    shield = make_shield(settings, policy=ALLOW_ALL, audit=RecordingLog())
    cell = _computed(plain) if kind == "masking" else _joined(plain)
    with closing(plain.connect(shield.guard(raw), request.getfixturevalue(plain.home))) as connection:
        cursor = connection.cursor()
        with pytest.raises(raw.Error) as raised:
            # Some drivers fetch, and mask, when they execute.
            cursor.execute(f"SELECT 7 AS k, {cell} AS x UNION ALL SELECT 8, {cell}")
            TAKES[take](cursor)
        with suppress(raw.Error):
            cursor.close()  # rows may be unread
        with suppress(raw.Error):
            connection.rollback()

    assert [] == leaks(VALUE, list(_variables(raised.value)))
    assert [] == leaks(VALUE, raised.value)


class Unusable(ValueError):
    """What an application's converter may raise."""

    def __init__(self, value: Any) -> None:
        super().__init__("cannot use this")
        self.value = value


def failing(value: Any, *others: Any) -> Any:
    """Convert a value, but fail: its error, the frame and what led to the error hold the raw value."""
    text = bytes(value).decode() if not isinstance(value, str) else value
    try:
        return int(text.removeprefix("x").no_such_attribute)
    except AttributeError as error:
        raise Unusable(text) from error


def _psycopg(module: Any, dsn: Any) -> Any:
    class Loader(module.adapt.Loader):  # type: ignore[misc, name-defined]
        def load(self, data: Any) -> Any:
            return failing(data)

    connection = module.connect(dsn)
    connection.adapters.register_loader("text", Loader)
    return connection, connection.cursor()


def _psycopg2(module: Any, dsn: Any) -> Any:
    connection = module.connect(dsn)
    module.extensions.register_type(module.extensions.new_type((25,), "FAILING", failing), connection)
    return connection, connection.cursor()


def _sqlite3(module: Any, path: Any) -> Any:
    sqlite3.register_converter("failing", failing)
    connection = module.connect(path / "x.db", detect_types=sqlite3.PARSE_COLNAMES)
    return connection, connection.cursor()


def _mysql_connector(module: Any, params: Any) -> Any:
    class Converter(module.conversion.MySQLConverter):  # type: ignore[misc, name-defined]
        def _string_to_python(self, value: Any, *others: Any) -> Any:
            return failing(value)

        _var_string_to_python = _string_to_python

    connection = module.connect(**params, use_pure=True, converter_class=Converter)
    return connection, connection.cursor()


def _by_number(module: Any, params: Any) -> Any:
    given = import_module(f"{module.__name__}.converters").conversions | {8: failing}  # LONGLONG
    connection = module.connect(**params, conv=given)
    return connection, connection.cursor()


CONVERTERS = {
    "psycopg": ("pg_dsn", _psycopg, f"SELECT '{PAN[:8]}' || '{PAN[8:]}'"),
    "psycopg2": ("pg_dsn", _psycopg2, f"SELECT '{PAN[:8]}' || '{PAN[8:]}'"),
    "sqlite3": ("tmp_path", _sqlite3, f"""SELECT '{PAN[:8]}' || '{PAN[8:]}' AS "x [failing]" """),
    "mysql.connector": ("mysql_params", _mysql_connector, f"SELECT CONCAT('{PAN[:8]}', '{PAN[8:]}')"),
    "pymysql": ("mysql_params", _by_number, f"SELECT CAST(CONCAT('{PAN[:8]}', '{PAN[8:]}') AS SIGNED)"),
    "MySQLdb": ("mysql_params", _by_number, f"SELECT CAST(CONCAT('{PAN[:8]}', '{PAN[8:]}') AS SIGNED)"),
}


def _below(error: BaseException | None) -> Iterator[tuple[str, str]]:
    while error is not None:
        frame = error.__traceback__
        while frame is not None:
            if frame.tb_frame.f_code.co_name != "test_what_a_converter_has_seen_is_not_in_a_traceback":
                yield frame.tb_frame.f_code.co_name, repr(dict(frame.tb_frame.f_locals))
            frame = frame.tb_next
        error = error.__cause__ or error.__context__


@pytest.mark.parametrize("name", CONVERTERS)
def test_what_a_converter_has_seen_is_not_in_a_traceback(
    request: pytest.FixtureRequest, make_shield: Callable[..., Any], name: str
) -> None:
    """Nor on its error, whoever's class that is: the frames stay, without their variables."""
    home, opened, sql = CONVERTERS[name]
    raw = pytest.importorskip(name, reason=f"{name} is an optional dependency", exc_type=ImportError)
    shield = make_shield(policy=ALLOW_ALL, audit=RecordingLog())
    connection, cursor = opened(shield.guard(raw), request.getfixturevalue(home))
    with pytest.raises((Unusable, raw.Error)) as raised:
        cursor.execute(sql)
        cursor.fetchall()
    with suppress(raw.Error):
        connection.close()

    below = list(_below(raised.value))
    assert "failing" in [code for code, _ in below]
    assert [] == [code for code, variables in below if PAN in variables]
    assert [] == leaks(VALUE, raised.value)
    error: BaseException | None = raised.value
    while error is not None:
        assert PAN not in repr([vars(error), getattr(error, "obj", None)])
        error = error.__cause__ or error.__context__


@pytest.mark.parametrize("take", TAKES)
def test_a_text_factory_that_fails_leaves_no_raw_row_in_a_traceback(
    tmp_path: Any, make_shield: Callable[..., Any], take: str
) -> None:
    """It runs on masked text, while the row that the driver gave is still on its way."""
    module = make_shield(policy=ALLOW_ALL, audit=RecordingLog()).guard(sqlite3)
    with closing(module.connect(tmp_path / "x.db")) as connection:
        connection.text_factory = lambda data: int(data.replace(b"*", b"x"))
        cursor = connection.execute(f"SELECT '{PAN[:8]}' || '{PAN[8:]}', {_computed(DRIVERS[0])}")
        with pytest.raises(ValueError, match="invalid literal") as raised:
            TAKES[take](cursor)

    assert [] == leaks(VALUE, list(_variables(raised.value)))


def _no_row(*args: Any, **kwargs: Any) -> Any:
    raise LookupError("no row")


class _NoItem(list[Any]):
    __setitem__ = _no_row


ROW_FACTORIES: dict[str, Any] = {
    "sqlite3": _no_row, "psycopg": lambda cursor: _no_row, "psycopg2": lambda cursor: _NoItem()
}  # fmt: skip


@pytest.mark.parametrize("take", TAKES)
@pytest.mark.parametrize("name", ROW_FACTORIES)
def test_a_row_factory_that_fails_leaves_no_raw_row_in_a_traceback(
    request: pytest.FixtureRequest, make_shield: Callable[..., Any], name: str, take: str
) -> None:
    """It runs on masked rows, while those that the driver gave are still on their way."""
    plain = next(plain for plain in DRIVERS if plain.name == name)
    module = make_shield(policy=ALLOW_ALL, audit=RecordingLog()).guard(plain.load())
    with closing(plain.connect(module, request.getfixturevalue(plain.home))) as connection:
        cursor = connection.cursor()
        cursor.row_factory = ROW_FACTORIES[name]
        cursor.execute(f"SELECT {_joined(plain)}")
        with pytest.raises(LookupError, match="no row") as raised:
            TAKES[take](cursor)

    assert [] == leaks(VALUE, list(_variables(raised.value)))
