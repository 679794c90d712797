"""Ways out of Django, on each backend: querysets, cursors, errors, the log of statements."""

from __future__ import annotations

import importlib
import logging
import pickle
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

pytest.importorskip("django", reason="Django is an optional dependency")
pytest.importorskip("sqlalchemy", reason="the databases are filled by SQLAlchemy")

from tests.frameworks import as_default, django_database, leaky_url, setup_django
from tests.leaks.table import VALUES, Driver, Route, Source, Value, fresh_name

setup_django()
from django.core import serializers  # noqa: E402  (only after the set-up)
from django.db import connections, models, transaction  # noqa: E402
from django.db.utils import DatabaseError  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

SOME = frozenset({"pan, declared", "pan, whole number", "pan in JSON", "cvc"})
FEW = frozenset({"pan, declared", "cvc"})
TEXT = frozenset(v.name for v in VALUES if v.kind == "text")
_FIELDS: dict[str, Callable[[], Any]] = {
    "text": lambda: models.CharField(max_length=200), "bigint": models.BigIntegerField, "bytes": models.BinaryField,
    "json": models.JSONField,
}  # fmt: skip


@cache
def model() -> Any:
    """The table as a model that Django does not manage."""
    meta = type("Meta", (), {"app_label": "leaks", "db_table": "leaky", "managed": False})
    fields = {v.column: _FIELDS[v.kind]() for v in VALUES}
    names = {"__module__": __name__, "Meta": meta, "id": models.IntegerField(primary_key=True)}
    return type("Leaky", (models.Model,), {**names, "label": models.CharField(max_length=20), **fields})


def opener(database: str, backend: str) -> Callable[[Any, Value], Any]:
    """Return the opener for one backend."""

    @contextmanager
    def open_source(request: Any, value: Value) -> Iterator[Source]:
        if backend == "mysql":
            pytest.importorskip("MySQLdb", reason="mysqlclient is an optional dependency")
        alias = fresh_name("leaks_")
        settings = {"ENGINE": f"pcishield.django.{backend}", **django_database(leaky_url(request, database))}
        connections.settings[alias] = connections.configure_settings({"default": settings})["default"]
        base = importlib.import_module(f"pcishield.django.{backend}.base")
        wrapper = connections[alias] = base.DatabaseWrapper(connections.settings[alias], alias)
        try:
            with as_default(request.getfixturevalue("approving_shield")):
                rows = model().objects.using(alias)
                yield Source(wrapper, value, base, base, lambda **_: wrapper, {"rows": rows, "alias": alias})
        finally:
            wrapper.close()
            del connections[alias]
            connections.settings.pop(alias)

    return open_source


def rows(how: Callable[[Any, str], Any]) -> Callable[[Source], Any]:
    """A route through a queryset."""
    return lambda source: how(source.extra["rows"], source.column)


def instances(found: Any) -> list[Any]:
    return [{name: value for name, value in vars(card).items() if name != "_state"} for card in found]


def cursor(how: Callable[[Any], Any]) -> Callable[[Source], Any]:
    """A route through ``connection.cursor()``."""

    def take(source: Source) -> Any:
        with source.connection.cursor() as opened:
            opened.execute(source.select("{}, label"))
            return how(opened)

    return take


def chunked(source: Source) -> Any:
    with transaction.atomic(using=source.extra["alias"]), source.connection.chunked_cursor() as opened:
        opened.execute(source.select("{}, label"))
        return opened.fetchmany(2)


def iterator(source: Source) -> Any:
    with transaction.atomic(using=source.extra["alias"]):
        return instances(source.extra["rows"].iterator(chunk_size=2))


def by_driver(source: Source) -> Any:
    source.connection.ensure_connection()
    opened = source.connection.connection.cursor()
    try:
        opened.execute(source.select("{}, label"))
        return opened.fetchall()
    finally:
        opened.close()


def failure(run: Callable[[Source], Any]) -> Callable[[Source], Any]:
    """A route that hands out the exception of a statement."""

    def take(source: Source) -> Any:
        with pytest.raises(DatabaseError) as caught, transaction.atomic(using=source.extra["alias"]):
            run(source)
        return [caught.value, str(caught.value)]

    return take


def duplicate(source: Source) -> Any:
    return source.extra["rows"].bulk_create([model()(id=1, label="x", **{source.column: clear(source)})])


def clear(source: Source) -> Any:
    import json

    stored = source.value.stored
    return json.loads(stored) if source.value.kind == "json" else stored


def literal(source: Source) -> Any:
    with source.connection.cursor() as opened:
        text = str(source.value.stored).replace("'", "''")
        opened.execute(f"INSERT INTO leaky (id, {source.column}) VALUES (1, '{text}')")


def logged(source: Source) -> Any:
    """What Django keeps of statements, with the value as parameter and written out."""
    records: list[Any] = []
    handler = logging.Handler()
    handler.emit = lambda record: records.append(
        [
            re.sub(r"\(\d+\.\d+\)", "", record.getMessage()),
            getattr(record, "sql", None),
            getattr(record, "params", None),
        ]
    )  # type: ignore[method-assign]
    logger = logging.getLogger("django.db.backends")
    level, propagate = logger.level, logger.propagate
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    logger.propagate = False
    try:
        with CaptureQueriesContext(source.connection) as captured:
            failure(duplicate)(source)
            list(source.extra["rows"].filter(**{source.column: clear(source)}).values_list("label"))
            failure(literal)(source)
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
        logger.propagate = propagate
    # Durations may have any digits.
    return [[query["sql"] for query in captured.captured_queries], records]


ROUTES = (
    Route("model instances", rows(lambda found, column: instances(found.all()))),
    Route("values()", rows(lambda found, column: list(found.values(column, "label")))),
    Route("values_list()", rows(lambda found, column: list(found.values_list(column, "label", named=True)))),
    Route("only(), defer()", rows(lambda found, column: [[getattr(card, column), card.label]
                                                         for card in found.only("label")]), values=SOME),
    Route("raw()", rows(lambda found, column: instances(model().objects.using(found.db).raw("SELECT * FROM leaky"))),
          values=SOME),
    Route("annotate()", rows(lambda found, column: list(found.annotate(other=models.F(column)).values("other", "id"))),
          values=SOME),
    Route("in_bulk(), pickle", rows(lambda found, column: pickle.dumps(list(found.values())) and
                                    instances(found.in_bulk([1]).values())), values=SOME),
    Route("serializers", rows(lambda found, column: serializers.serialize("json", found.all())), values=SOME),
    Route("QuerySet.iterator()", iterator),
    Route("cursor: fetchone()", cursor(lambda opened: opened.fetchone())),
    Route("cursor: fetchmany(), fetchall()", cursor(lambda opened: [opened.fetchmany(1), opened.fetchall()])),
    Route("cursor: iteration", cursor(list), values=SOME),
    Route("chunked_cursor()", chunked, values=SOME),
    Route("connection.connection", by_driver, values=SOME),
    Route("error: parameters", failure(duplicate)),
    Route("error: text of the statement", failure(literal), values=TEXT),
    Route("connection.queries, log of statements", logged, values=TEXT),
    Route("manage.py dbshell", lambda source: source.connection.client.runshell([]), "blocked",
          reason="the database's own console", values=FEW),
)  # fmt: skip


def fewer(routes: tuple[Route, ...]) -> tuple[Route, ...]:
    """The same routes with some of the value types: the drivers' own tables have them all."""
    return tuple(replace(route, values=FEW if route.values is None else route.values & FEW) for route in routes)


DRIVERS = (
    Driver("pcishield.django.sqlite3", opener("sqlite", "sqlite3"), ROUTES),
    Driver("pcishield.django.postgresql", opener("postgresql", "postgresql"), fewer(ROUTES), marks=("postgres",)),
    Driver("pcishield.django.mysql", opener("mysql", "mysql"), fewer(ROUTES), marks=("mysql",)),
)
