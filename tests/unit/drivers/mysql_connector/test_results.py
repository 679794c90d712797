"""Several results, procedures, limits, warnings and errors of mysql.connector."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from typing import Any

import mysql.connector
import pytest

from pcishield.exceptions import LimitExceeded, StatementDenied
from pcishield.testing import RecordingLog, assert_no_pan
from tests.unit.drivers.mysql_connector.conftest import ALLOW_ALL, PAN

pytestmark = pytest.mark.mysql


def set_converter(connection: Any, converter: type) -> None:
    """Newer versions have a property for it, and deprecate the method."""
    if hasattr(type(connection), "converter_class"):
        connection.converter_class = converter
    else:
        connection.set_converter_class(converter)


@pytest.fixture
def procedure(raw: Any, table: str) -> Iterator[str]:
    """A procedure with two result sets and an output parameter, all with card data."""
    name = f"p_{table}"
    raw.cursor().execute(
        f"CREATE PROCEDURE {name}(IN a INT, OUT b VARCHAR(40)) BEGIN SELECT pan, cvv FROM {table} WHERE id = a; "
        f"SET b = (SELECT pan FROM {table} WHERE id = a); SELECT id, note FROM {table}; END"
    )
    yield name
    raw.cursor().execute(f"DROP PROCEDURE {name}")


@pytest.mark.parametrize("options", [{}, {"buffered": True}, {"dictionary": True}, {"raw": True}], ids=str)
def test_procedures_hand_out_masked_results(
    connection: Any, procedure: str, table: str, audited: Any, options: dict[str, bool]
) -> None:
    """Output parameters and every stored result are masked, and one call is one attempt."""
    cursor = connection.cursor(**options)
    returned = cursor.callproc(procedure, (1, ""))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        stored = list(cursor.stored_results())
    handed = [result.fetchall() for result in stored]
    connection.rollback()

    assert 2 == len(stored)
    assert_no_pan([returned, handed])
    assert "123" not in str(handed[0])
    assert ["callproc"] == [method for method, _ in audited.attempts()]
    assert all(hasattr(result, "_pcishield_result") for result in stored)


def test_what_a_subclass_keeps_among_its_stored_results_stays(connection: Any) -> None:
    """The driver hands out whatever is in that list, a cursor or not."""
    cursor = connection.cursor()
    cursor._stored_results.append("mine")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        stored = list(cursor.stored_results())

    assert ["mine"] == stored


def test_types_of_output_parameters_cannot_smuggle(connection: Any, procedure: str, table: str, audited: Any) -> None:
    """The driver puts the type's name into its SQL, so one that is no plain type is judged as the SQL it becomes."""
    cursor = connection.cursor()
    returned = cursor.callproc(procedure, (1, ("", f"CHAR), (SELECT MAX(cvv) FROM {table}")))
    connection.rollback()

    assert "123" not in str(returned)
    assert 3 == len(audited.of("attempt"))
    assert "callproc" not in [method for method, _ in audited.attempts()]


def test_stacked_statements_are_one_decision(connection: Any, table: str, audited: Any) -> None:
    """A plain execute() takes several statements: they are judged together, and each result is masked."""
    cursor = connection.cursor()
    text = f"SELECT 1; SELECT pan, cvv FROM {table}; SELECT id, note FROM {table}"
    if hasattr(cursor, "fetchsets"):
        cursor.execute(text)
        results = [cursor.fetchall()]
        while cursor.nextset():
            results.append(cursor.fetchall())
    else:  # 9.1
        results = [result.fetchall() for result in cursor.execute(text, multi=True)]

    assert 3 == len(results)
    assert_no_pan(results)
    assert "123" not in str(results[1])
    assert 1 == len(audited.of("attempt"))


def test_mapped_results_are_masked(connection: Any, table: str) -> None:
    """fetchsets() gives each statement with its rows; neither shows card data."""
    cursor = connection.cursor()
    if not hasattr(cursor, "fetchsets"):
        pytest.skip("this driver version maps in another way")
    cursor.execute(f"SELECT '{PAN}' AS a; SELECT pan FROM {table} LIMIT 1", map_results=True)
    sets = list(cursor.fetchsets())

    assert 2 == len(sets)
    assert_no_pan(sets)


def test_a_denied_part_denies_the_whole(make_shield: Callable[..., Any], params: dict[str, Any], table: str) -> None:
    """Nothing of a stacked text runs when one statement in it may not."""
    policy = ALLOW_ALL | {
        "rules": [{"id": "no-delete", "effect": "deny", "reason": "no", "when": {"actions": ["delete"]}}]
    }
    connection = make_shield(policy=policy).guard(mysql.connector).connect(**params)
    cursor = connection.cursor()
    with pytest.raises(StatementDenied):
        cursor.execute(f"UPDATE {table} SET note = 'x'; DELETE FROM {table}")
    cursor.execute(f"SELECT COUNT(*) FROM {table} WHERE note = 'x'")

    assert [(0,)] == cursor.fetchall()
    connection.close()


@pytest.fixture(params=["error", "truncate"])
def limited(
    request: pytest.FixtureRequest, make_shield: Callable[..., Any], log: RecordingLog, params: dict[str, Any],
    table: str,
) -> Iterator[Any]:  # fmt: skip
    """A connection whose statements may hand out two rows."""
    policy = ALLOW_ALL | {"limits": {"rows": 2, "on_exceeded": request.param}}
    made = make_shield(policy=policy, audit=log).guard(mysql.connector).connect(**params)
    made.mode = request.param
    yield made
    made.close()


@pytest.mark.parametrize(
    "options", [{}, {"buffered": True}, {"dictionary": True}, {"prepared": True}], ids=lambda o: "-".join(o) or "plain"
)
def test_limits_are_exact_row_by_row(limited: Any, table: str, options: dict[str, bool]) -> None:
    """Two rows may be had, in spite of the driver's look-ahead; the third raises, or is the end."""
    cursor = limited.cursor(**options)
    cursor.execute(f"SELECT id FROM {table}")
    first, second = cursor.fetchone(), cursor.fetchone()
    if limited.mode == "error":
        with pytest.raises(LimitExceeded):
            cursor.fetchone()
    else:
        assert cursor.fetchone() is None
        assert [] == cursor.fetchall()
    cursor.close()
    after = limited.cursor()
    after.execute("SELECT 7")

    assert first and second
    assert [(7,)] == after.fetchall()


def test_limits_hold_for_batches(limited: Any, table: str, log: RecordingLog) -> None:
    """A batch that is too long is refused whole, or cut."""
    cursor = limited.cursor()
    cursor.execute(f"SELECT id FROM {table}")
    if limited.mode == "error":
        with pytest.raises(LimitExceeded):
            cursor.fetchall()
        with pytest.raises(LimitExceeded):
            cursor.fetchone()
    else:
        assert 2 == len(cursor.fetchall())
    cursor.execute("SELECT 7")

    assert [(7,)] == cursor.fetchall()
    assert 1 == len([record for record in log.records if record["type"] == "limit"])


def test_warnings_do_not_quote_classified_values(connection: Any, table: str) -> None:
    """A cast that fails quotes the value in a warning."""
    cursor = connection.cursor()
    connection.get_warnings = True
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        cursor.execute(f"SELECT CAST(CONCAT('Erika', cvv) AS SIGNED) FROM {table}")
        cursor.fetchall()

    assert cursor.warnings
    assert "Erika" not in str(cursor.warnings)
    assert "Erika" not in "".join(str(warning.message) for warning in caught)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        assert cursor.warnings == cursor.fetchwarnings()


def test_warnings_raised_as_errors_are_clean(connection: Any, table: str) -> None:
    """raise_on_warnings turns the same text into an exception."""
    connection.raise_on_warnings = True
    cursor = connection.cursor()
    with pytest.raises(mysql.connector.Error) as caught:
        cursor.execute(f"SELECT CAST(CONCAT('Erika', cvv) AS SIGNED) FROM {table}")
        cursor.fetchall()

    assert "Erika" not in str(caught.value)
    assert_no_pan([caught.value.args])


def test_errors_do_not_quote_card_numbers(connection: Any, table: str) -> None:
    """A duplicate key quotes the value; class, number and SQLSTATE stay, and so does the key's name."""
    cursor = connection.cursor()
    with pytest.raises(mysql.connector.IntegrityError) as caught:
        cursor.execute(f"INSERT INTO {table} (id, pan) VALUES (%s, %s)", (9, PAN))
    error = caught.value

    assert (1062, "23000") == (error.errno, error.sqlstate)
    assert "for key" in str(error)
    for text in (str(error), error.msg, error.args, repr(error.__cause__), repr(error.__context__)):
        assert_no_pan(text)


def test_errors_made_to_leak_do_not(connection: Any, table: str) -> None:
    """An XPath error repeats its argument, here a card number in a form that no scanner knows."""
    cursor = connection.cursor()
    with pytest.raises(mysql.connector.Error) as caught:
        cursor.execute(f"SELECT UPDATEXML(note, CONCAT('~', HEX(pan)), '') FROM {table} WHERE id = 1")
        cursor.fetchall()

    assert PAN.encode().hex()[:12] not in str(caught.value).lower()


def test_errors_of_the_driver_about_parameters_are_masked(connection: Any) -> None:
    """The driver repeats a parameter that it cannot process."""
    cursor = connection.cursor()
    with pytest.raises(mysql.connector.ProgrammingError) as caught:
        cursor.execute("SELECT %s", PAN)

    assert_no_pan(str(caught.value))
    assert_no_pan(caught.value.args)


def test_ours_are_the_drivers_errors_too(make_shield: Callable[..., Any], params: dict[str, Any]) -> None:
    """Handlers of driver errors find class, number, SQLSTATE and message on a refusal."""
    connection = (
        make_shield(policy={"name": "none", "schema": 1, "default": "deny"}).guard(mysql.connector).connect(**params)
    )
    with pytest.raises(mysql.connector.ProgrammingError) as caught:
        connection.cursor().execute("SELECT 1")
    error: Any = caught.value
    connection.close()

    assert StatementDenied in type(error).__mro__
    assert (1142, "42000") == (error.errno, error.sqlstate)
    assert str(error) == error.msg == error.args[0]
    assert error.record_id


def test_a_failed_fetch_says_nothing(connection: Any, raw: Any, table: str) -> None:
    """A converter that fails quotes the raw value in its error; it comes out masked."""
    from mysql.connector.conversion import MySQLConverter

    class Failing(MySQLConverter):
        def _string_to_python(self, value: Any, dsc: Any = None) -> Any:
            raise ValueError(f"cannot take {bytes(value).decode()}")

        _var_string_to_python = _string_to_python

    set_converter(connection, Failing)
    cursor = connection.cursor()
    with pytest.raises(Exception, match="cannot take") as caught:
        cursor.execute(f"SELECT pan FROM {table}")
        cursor.fetchall()

    assert_no_pan(str(caught.value))


def test_users_converter_is_outside_of_the_guarded_call(
    connection: Any, guarded: Any, params: dict[str, Any], table: str, audited: Any
) -> None:
    """What a converter makes of a value is masked, and SQL that it sends is judged."""
    from mysql.connector.conversion import MySQLConverter

    other = guarded.connect(**params)
    seen = []

    class Mine(MySQLConverter):
        def _string_to_python(self, value: Any, dsc: Any = None) -> Any:
            seen.append(bytes(value))
            cursor = other.cursor()
            cursor.execute("SELECT 'from the converter'")
            cursor.fetchall()
            return f"<{bytes(value).decode()}>"

        _var_string_to_python = _string_to_python

    set_converter(connection, Mine)
    cursor = connection.cursor()
    cursor.execute(f"SELECT pan FROM {table} WHERE id = 1")
    rows = cursor.fetchall()
    other.close()

    assert [PAN.encode()] == seen
    assert Mine is connection._converter_class
    assert isinstance(connection.converter, Mine)
    assert_no_pan(rows)
    assert 2 == len(audited.of("attempt"))
