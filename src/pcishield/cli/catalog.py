"""``pcishield catalog``: write what is known about a database's tables to a file, for ``catalog.file``."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import unquote, urlsplit

import typer

from pcishield.exceptions import ConfigurationError
from pcishield.runtime.catalog_files import write_snapshot
from pcishield.statement import Catalog, load_catalog

__all__ = ["app"]

app = typer.Typer(help="Snapshots of a database's catalog.", no_args_is_help=True)

TargetArgument = Annotated[
    str, typer.Argument(help="sqlite:///path, postgresql://user@host/db or mysql://user@host/db; read-only is enough.")
]
OutputOption = Annotated[Path, typer.Option("--output", "-o", help="The file to write.", dir_okay=False)]


@app.callback()
def _catalog() -> None:
    """Snapshots of a database's catalog."""


@app.command()
def dump(target: TargetArgument, output: OutputOption = Path("catalog.json")) -> None:
    """Write tables, columns, view definitions and functions that the user may see to a file. No data is read.

    Name the file in the setting catalog.file, and sessions judge by it instead of asking their database.
    """
    catalog = _read(target)
    write_snapshot(catalog, output)
    typer.echo(f"{output}: {len(catalog.tables)} tables and views, {len(catalog.functions)} functions")


def _read(target: str) -> Catalog:
    scheme = target.partition(":")[0]
    if scheme == "sqlite" and target.startswith("sqlite:///"):
        path = Path(target.removeprefix("sqlite:///"))
        if not path.is_file():
            raise ConfigurationError(f"there is no file {path}")
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            return load_catalog(connection.execute, "sqlite")
    if scheme in {"postgresql", "postgres"}:
        psycopg = _driver("psycopg", "psycopg")
        with _reached(lambda: psycopg.connect(target, autocommit=True)) as connection:
            return load_catalog(connection.execute, "postgres")
    if scheme in {"mysql", "mariadb"}:
        return _mysql(_driver("mysql.connector", "mysql"), target)
    raise ConfigurationError("the target is no sqlite:///, postgresql:// or mysql:// address")


def _mysql(driver: Any, target: str) -> Catalog:
    parts = urlsplit(target)
    keywords = {
        "host": parts.hostname, "port": parts.port or 3306, "user": unquote(parts.username or ""),
        "password": unquote(parts.password or ""), "database": parts.path.lstrip("/"),
    }  # fmt: skip
    with closing(_reached(lambda: driver.connect(**keywords, use_pure=True))) as connection:
        cursor = connection.cursor()

        def query(sql: str) -> Any:
            cursor.execute(sql)
            return cursor.fetchall()

        return load_catalog(query, "mysql")


def _driver(name: str, extra: str) -> Any:
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        raise ConfigurationError(f"{name} is not installed: pip install 'pcishield[{extra}]'") from error


def _reached(connect: Any) -> Any:
    try:
        return connect()
    except Exception as error:
        # Its text may repeat the address, with the password.
        raise ConfigurationError(f"the database cannot be reached ({type(error).__name__})") from None
