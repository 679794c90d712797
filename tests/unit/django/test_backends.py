"""Django's backends, guarded: querysets, cursors, server-side cursors, pools, query logs, errors, test databases."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest

pytest.importorskip("django", reason="Django is an optional dependency")

import django
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, ProgrammingError, transaction
from django.db.utils import DatabaseError
from django.test.utils import CaptureQueriesContext

import pcishield
from pcishield.testing import assert_no_pan
from tests.unit.django.conftest import CVV, PAN

MASK = f"{'*' * 12}{PAN[-4:]}"


def test_querysets_are_masked(wrapper: Any, model: Any) -> None:
    """Model instances, values and values_list."""
    rows = model.objects.using(wrapper.alias)

    assert MASK == rows.get().card_number
    assert PAN not in repr([list(rows.values()), list(rows.values_list())])
    assert f"'{CVV}'" not in repr([list(rows.values()), list(rows.values_list())])


def test_saving_one_field_keeps_the_number(wrapper: Any, model: Any, open_wrapper: Callable[..., Any]) -> None:
    """What was loaded masked is not written back masked."""
    card = model.objects.using(wrapper.alias).get()
    card.note = "refunded"
    card.save(update_fields=["note"])
    with pytest.raises(DatabaseError) as caught:
        card.save()

    assert isinstance(caught.value.__cause__, pcishield.MaskedWriteBack)
    assert (PAN, "refunded") == model.objects.using(open_wrapper(raw=True).alias).values_list(
        "card_number", "note"
    ).get()


def test_iterator_is_masked(wrapper: Any, model: Any) -> None:
    """``QuerySet.iterator()``: a server-side cursor, where the database has them."""
    model.objects.using(wrapper.alias).bulk_create(
        [model(card_number=PAN, cvv=CVV, note=f"number {number}") for number in range(20)]
    )
    with transaction.atomic(using=wrapper.alias):
        found = list(model.objects.using(wrapper.alias).iterator(chunk_size=4))

    assert [MASK] * 21 == [card.card_number for card in found]


def test_cursor_is_masked(wrapper: Any, model: Any) -> None:
    """``connection.cursor()`` and the chunked one."""
    query = f"SELECT card_number, cvv FROM {wrapper.ops.quote_name(model._meta.db_table)}"
    with wrapper.cursor() as cursor:
        cursor.execute(query)
        found = [cursor.fetchone()]
        cursor.execute(query)
        found += cursor.fetchall()
    with transaction.atomic(using=wrapper.alias), wrapper.chunked_cursor() as cursor:
        cursor.execute(query)
        found += cursor.fetchmany(1)

    assert [MASK] * 3 == [row[0] for row in found]
    assert CVV not in repr(found)


def test_queries_log_has_no_card_data(wrapper: Any, model: Any, caplog: pytest.LogCaptureFixture) -> None:
    """``connection.queries`` and the ``django.db.backends`` log, for single and many statements."""
    logger = logging.getLogger("django.db.backends")
    logger.addHandler(caplog.handler)
    caplog.set_level(logging.DEBUG, "django.db.backends")
    try:
        with CaptureQueriesContext(wrapper) as captured:
            model.objects.using(wrapper.alias).create(card_number=PAN, cvv=CVV, note="second")
            model.objects.using(wrapper.alias).filter(cvv=CVV, card_number=PAN).count()
            table = wrapper.ops.quote_name(model._meta.db_table)
            with wrapper.cursor() as cursor:
                cursor.executemany(
                    f"INSERT INTO {table} (card_number, cvv, note) VALUES (%s, %s, %s)",
                    [(PAN, CVV, "third"), (PAN, CVV, "fourth")],
                )
                cursor.execute(f"UPDATE {table} SET cvv = '{CVV}' WHERE note = 'third'")
    finally:
        logger.removeHandler(caplog.handler)
    shown = repr(captured.captured_queries) + caplog.text + repr([record.__dict__ for record in caplog.records])

    assert model._meta.db_table in shown and "INSERT INTO" in shown
    assert_no_pan(shown)
    assert f"'{CVV}'" not in shown


def test_ordinary_statements_stay_readable(wrapper: Any, model: Any) -> None:
    """A statement about ordinary columns is logged with its parameters, as Django does."""
    with CaptureQueriesContext(wrapper) as captured:
        model.objects.using(wrapper.alias).filter(note="looked for").count()

    assert "looked for" in captured.captured_queries[0]["sql"]


def test_errors_have_no_card_data(wrapper: Any, model: Any) -> None:
    """Django's error and the driver's, which stays its cause."""
    with pytest.raises(IntegrityError) as caught:
        model.objects.using(wrapper.alias).create(id=2, card_number=PAN, cvv=CVV, note="first")
    error = caught.value

    assert error.__cause__ is not None
    assert_no_pan(repr([error.args, str(error), error.__cause__.args, str(error.__cause__)]))


def test_denials_are_database_errors(open_wrapper: Callable[..., Any], model: Any, default_shield: Any) -> None:
    """An application that catches Django's errors catches ours; the reason is the cause."""
    pcishield.configure({}, audit=default_shield.audit.directory.with_name("strict"))
    wrapper = open_wrapper()
    with pytest.raises(ProgrammingError) as caught, wrapper.cursor() as cursor:
        cursor.execute(f"DROP TABLE {wrapper.ops.quote_name(model._meta.db_table)}")

    assert isinstance(caught.value.__cause__, pcishield.ApprovalDenied)
    assert 1 == model.objects.using(wrapper.alias).count()


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_pool_hands_out_guarded_connections(open_wrapper: Callable[..., Any], model: Any) -> None:
    """``"OPTIONS": {"pool": ...}``: every connection, first and again, and nothing is sent before it is guarded."""
    pytest.importorskip("psycopg_pool", reason="psycopg_pool is an optional dependency")
    wrapper = open_wrapper(OPTIONS={"pool": {"min_size": 1, "max_size": 2}})
    for _ in range(3):
        assert MASK == model.objects.using(wrapper.alias).get().card_number
        wrapper.close()
    with wrapper.pool.connection() as connection:
        assert connection._pcishield is not None


def test_test_database_is_made_and_destroyed(open_wrapper: Callable[..., Any], backend: str) -> None:
    """``create_test_db`` and ``destroy_test_db``, with the shield's approval."""
    wrapper = open_wrapper(TEST={"NAME": "test_pcishield_" + backend, "MIGRATE": False})
    before = wrapper.settings_dict["NAME"]
    once = {} if django.VERSION >= (6,) else {"serialize": False}
    name = wrapper.creation.create_test_db(verbosity=0, autoclobber=True, **once)
    try:
        with wrapper.cursor() as cursor:
            cursor.execute("SELECT 1")
            assert (1,) == tuple(cursor.fetchone())
    finally:
        wrapper.creation.destroy_test_db(before, verbosity=0)
    assert "test_pcishield" in str(name)
    assert before == wrapper.settings_dict["NAME"]


def test_dbshell_is_refused(wrapper: Any, default_shield: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database's own console shows clear rows and writes no record; the refusal is in the log."""
    monkeypatch.setattr("subprocess.run", lambda *args, **kwargs: pytest.fail("a console was started"))
    with pytest.raises(CommandError, match="account of your own") as caught:
        call_command("dbshell", database=wrapper.alias)
    wrapper.close()

    assert isinstance(caught.value, pcishield.StatementDenied)
    assert "dbshell" in [record.get("method") for record in denied(default_shield)]


def denied(shield: Any) -> list[Any]:
    """Return the refusals in a shield's log."""
    files = sorted(shield.audit.directory.glob("*/segments/*.jsonl"))
    records = [json.loads(line) for file in files for line in file.read_text().splitlines()]
    return [record for record in records if record["type"] == "denied"]
