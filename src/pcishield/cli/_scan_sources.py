"""What ``pcishield scan`` reads: files and database tables, as cells with a place.

A source yields ``(place, first, value)``: ``place`` is what findings are counted by (a column, a key, a line),
``first`` tells where in it. Sources open read-only and hold one batch of rows in memory.
"""

from __future__ import annotations

import csv
import gzip
import json
import lzma
import re
import sys
import zlib
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import IO, Any
from urllib.parse import unquote, urlsplit

from pcishield.exceptions import ConfigurationError

__all__ = ["FORMATS", "Cell", "Extent", "cells_of"]

FORMATS = ("auto", "text", "csv", "jsonl", "parquet", "sqlite")
"""What ``--format`` may say."""

_BY_SUFFIX = {
    ".csv": "csv", ".tsv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".parquet": "parquet",
    ".db": "sqlite", ".sqlite": "sqlite", ".sqlite3": "sqlite",
}  # fmt: skip
_SQLITE_MAGIC = b"SQLite format 3\x00"
_PACKED = {b"\x1f\x8b": "gzip", b"BZh": "bz2", b"\xfd7zXZ\x00": "lzma"}
_PACKED_SUFFIXES = (".gz", ".bz2", ".xz")
_REFUSED = (b"PK\x03\x04", b"\x28\xb5\x2f\xfd", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07")
_LONE_RETURN = re.compile(r"(?<=\r)(?!\n)(?=.)", re.DOTALL)
_BATCH = 2_000
_PIECE = 1 << 20
_MYSQL_SCHEMAS = ("information_schema", "mysql", "performance_schema", "sys")
_SERVER_SCHEMAS = ("pg_catalog", "information_schema")


@dataclass(frozen=True, slots=True)
class Cell:
    """One value and where it is.

    Attributes:
        place: What findings are counted by.
        first: Where in the place, e.g. ``row 7``.
        value: Untrusted.
        column: Name of its column or key, to be classified; empty when it has none.
        table: The column's table, empty when there is none.
    """

    place: str
    first: str
    value: Any
    column: str = ""
    table: str = ""


@dataclass(slots=True)
class Extent:
    """How far a source has been read; written by the source.

    Attributes:
        total: Bytes of a file, rows of a Parquet file or tables of a database; ``None`` when it cannot be known.
        done: How many of those.
        what: What is being read.
    """

    total: int | None = None
    done: int = 0
    what: str = ""


def cells_of(target: str, form: str, sample: int | None, extent: Extent) -> Iterator[Cell]:
    """Yield the cells of a file or directory, of standard input (``-``) or of a database.

    Args:
        target: Path, ``-``, ``sqlite:///path``, ``postgresql://…`` or ``mysql://…``.
        form: One of :data:`FORMATS`.
        sample: Most rows to read of each table or file, ``None`` for all.
        extent: Told how far it is.

    Raises:
        ConfigurationError: The target cannot be read, or needs a package that is not installed.
    """
    if target.startswith(("postgresql://", "postgres://")):
        return _postgres(target, sample, extent)
    if target.startswith(("mysql://", "mariadb://")):
        return _mysql(target, sample, extent)
    if target.startswith("sqlite:///"):
        return _sqlite(Path(target.removeprefix("sqlite:///")), sample, extent)
    if target == "-":
        if form in ("parquet", "sqlite"):
            raise ConfigurationError(f"format {form} needs a file, not standard input")
        return _of_stream(sys.stdin.buffer, "text" if form == "auto" else form, "-", sample, extent)
    path = Path(target)
    if path.is_dir():
        return _of_directory(path, form, sample, extent)
    if not path.is_file():
        raise ConfigurationError(
            "the target is no file or directory, no '-' and no sqlite:///, postgresql:// or mysql:// address"
        )
    return _of_path(path, path.name, form, sample, extent)


def _of_directory(directory: Path, form: str, sample: int | None, extent: Extent) -> Iterator[Cell]:
    """Read every regular file below; links are not followed."""
    for path in sorted(directory.rglob("*")):
        if path.is_file() and not path.is_symlink():
            extent.done, extent.total = 0, None
            yield from _of_path(path, str(path.relative_to(directory)), form, sample, extent)


def _of_path(path: Path, name: str, form: str, sample: int | None, extent: Extent) -> Iterator[Cell]:
    if form == "auto":
        form = _guessed(path)
    if form == "sqlite":
        return _sqlite(path, sample, extent)
    if form == "parquet":
        return _parquet(path, name, sample, extent)
    return _of_file(path, name, form, sample, extent)


def _guessed(path: Path) -> str:
    with path.open("rb") as file:
        if file.read(len(_SQLITE_MAGIC)) == _SQLITE_MAGIC:
            return "sqlite"
    if path.suffix.lower() in _PACKED_SUFFIXES:
        path = path.with_suffix("")
    return _BY_SUFFIX.get(path.suffix.lower(), "text")


def _of_file(path: Path, name: str, form: str, sample: int | None, extent: Extent) -> Iterator[Cell]:
    extent.total = path.stat().st_size
    with path.open("rb") as file:
        yield from _of_stream(file, form, name, sample, extent)


def _unpacked(file: IO[bytes], extent: Extent) -> IO[bytes]:
    """Return what is compressed in ``file``, or itself; refuse what would be read as noise."""
    peek = getattr(file, "peek", None)
    start = peek(8)[:8] if peek is not None else b""
    if start.startswith(_REFUSED):
        raise ConfigurationError(
            "the target is an archive or compressed in a form that cannot be read; unpack it first"
        )
    for magic, module in _PACKED.items():
        if start.startswith(magic):
            extent.total = None
            unpacked: IO[bytes] = import_module(module).open(file, "rb")
            return unpacked
    return file


def _of_stream(file: IO[bytes], form: str, name: str, sample: int | None, extent: Extent) -> Iterator[Cell]:
    extent.what = name
    lines = _lines(_unpacked(file, extent), extent)
    if form == "csv":
        yield from _csv(lines, name, sample)
    elif form == "jsonl":
        yield from _jsonl(lines, name, sample)
    else:
        for number, line in enumerate(lines, 1):
            if sample is not None and number > sample:
                return
            yield Cell(f"{name}:{number}", f"line {number}", line)


def _lines(file: IO[bytes], extent: Extent) -> Iterator[str]:
    """Yield decoded lines; a line of more than a mebibyte comes in pieces that overlap by a little."""
    overlap = b""
    while piece := _line(file):
        extent.done += len(piece)
        yield (overlap + piece).decode("utf-8", "surrogateescape")
        overlap = b"" if piece.endswith(b"\n") or len(piece) < _PIECE else piece[-256:]


def _line(file: IO[bytes]) -> bytes:
    try:
        return file.readline(_PIECE)
    except (EOFError, zlib.error, gzip.BadGzipFile, lzma.LZMAError):
        raise ConfigurationError("what is compressed in the target is damaged or cut off") from None


def _csv(lines: Iterator[str], name: str, sample: int | None) -> Iterator[Cell]:
    csv.field_size_limit(sys.maxsize)
    lines = (part for line in lines for part in _LONE_RETURN.split(line))
    first = next(lines, "")
    delimiter = max(",;\t|", key=first.count)
    names = next(csv.reader([first], delimiter=delimiter), [])
    headed = bool(names) and not any(part.strip().isdecimal() for part in names)

    def all_lines() -> Iterator[str]:
        if not headed:
            yield first
        yield from lines

    for number, row in enumerate(_records(all_lines(), delimiter), 1):
        if sample is not None and number > sample:
            return
        for index, value in enumerate(row):
            column = names[index] if headed and index < len(names) else f"column {index + 1}"
            yield Cell(f"{name}:{column}", f"row {number}", value, column if headed else "")


def _records(lines: Iterator[str], delimiter: str) -> Iterator[list[str]]:
    """Yield the records of CSV; what cannot be one is taken as it stands."""
    pending: list[str] = []

    def fed() -> Iterator[str]:
        for line in lines:
            pending.append(line)
            yield line

    reader = csv.reader(fed(), delimiter=delimiter)
    while True:
        pending.clear()
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            row = ["".join(pending)]
        yield row


def _jsonl(lines: Iterator[str], name: str, sample: int | None) -> Iterator[Cell]:
    for number, line in enumerate(lines, 1):
        if sample is not None and number > sample:
            return
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            yield Cell(f"{name}:{number}", f"line {number}", line)
            continue
        yield from _nested(value, name, "$", "", number)


def _nested(value: Any, name: str, path: str, key: str, number: int) -> Iterator[Cell]:
    todo = [(value, path, key)]
    while todo:
        value, path, key = todo.pop()
        if isinstance(value, dict):
            for inner, item in value.items():
                yield Cell(f"{name}:{path} (key)", f"line {number}", inner)
                todo.append((item, f"{path}.{inner}", inner))
        elif isinstance(value, list):
            todo.extend((item, f"{path}[]", key) for item in value)
        else:
            yield Cell(f"{name}:{path}", f"line {number}", value, key)


def _parquet(path: Path, name: str, sample: int | None, extent: Extent) -> Iterator[Cell]:
    try:
        parquet = import_module("pyarrow.parquet")
    except ImportError:
        raise ConfigurationError("reading Parquet needs pyarrow: pip install pyarrow") from None
    try:
        yield from _parquet_rows(parquet, path, name, sample, extent)
    except import_module("pyarrow").ArrowException:
        # The message may quote what stands in the file.
        raise ConfigurationError("the target is no Parquet file, or is damaged") from None


def _parquet_rows(parquet: Any, path: Path, name: str, sample: int | None, extent: Extent) -> Iterator[Cell]:
    number = 0
    extent.what = name
    with closing(parquet.ParquetFile(path)) as file:
        extent.total = file.metadata.num_rows
        for batch in file.iter_batches(batch_size=_BATCH):
            for row in batch.to_pylist():
                number += 1
                extent.done = number
                if sample is not None and number > sample:
                    return
                for column, value in row.items():
                    yield Cell(f"{name}:{column}", f"row {number}", value, column)


def _sqlite(path: Path, sample: int | None, extent: Extent) -> Iterator[Cell]:
    sqlite3 = import_module("sqlite3")
    if not path.is_file():
        raise ConfigurationError("there is no such SQLite database")
    try:
        yield from _sqlite_tables(sqlite3, path, sample, extent)
    except sqlite3.DatabaseError as error:
        raise ConfigurationError(f"the SQLite database cannot be read ({type(error).__name__})") from None


def _sqlite_tables(sqlite3: Any, path: Path, sample: int | None, extent: Extent) -> Iterator[Cell]:
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        connection.text_factory = lambda data: data.decode("utf-8", "surrogateescape")
        names = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table'"
            " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"
        ).fetchall()
        for (table,) in _counted(names, extent):
            quoted = '"' + table.replace('"', '""') + '"'
            yield from _rows(connection.execute(f"SELECT * FROM {quoted}{_limit(sample)}"), table, "")  # noqa: S608


def _postgres(address: str, sample: int | None, extent: Extent) -> Iterator[Cell]:
    try:
        psycopg = import_module("psycopg")
    except ImportError:
        raise ConfigurationError('reading PostgreSQL needs psycopg: pip install "pcishield[psycopg]"') from None
    try:
        connection = psycopg.connect(address)
    except psycopg.Error as error:
        # The message may repeat the address and with it the password.
        raise ConfigurationError(f"cannot connect to PostgreSQL ({type(error).__name__})") from None
    with connection:
        connection.read_only = True
        names = connection.execute(
            "SELECT table_schema, table_name FROM information_schema.tables"
            " WHERE table_type = 'BASE TABLE' AND table_schema <> ALL(%s) ORDER BY 1, 2",
            [list(_SERVER_SCHEMAS)],
        ).fetchall()
        for schema, table in _counted(names, extent):
            relation = psycopg.sql.Identifier(schema, table)
            query = psycopg.sql.SQL("SELECT * FROM {} LIMIT {}").format(relation, sample)
            with connection.cursor(name="pcishield_scan") as cursor:
                cursor.itersize = _BATCH
                cursor.execute(query)
                yield from _rows(cursor, table, schema)


def _mysql(address: str, sample: int | None, extent: Extent) -> Iterator[Cell]:
    try:
        mysql = import_module("mysql.connector")
    except ImportError:
        raise ConfigurationError('reading MySQL needs mysql.connector: pip install "pcishield[mysql]"') from None
    parts = urlsplit(address)
    try:
        database = unquote(parts.path.strip("/"))
        connection = mysql.connect(
            host=parts.hostname or "127.0.0.1",
            port=parts.port or 3306,
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            **({"database": database} if database else {}),
        )
    except (mysql.Error, ValueError) as error:
        # The message may repeat the address and with it the password.
        raise ConfigurationError(f"cannot connect to MySQL ({type(error).__name__})") from None
    with closing(connection):
        with closing(connection.cursor(buffered=True)) as cursor:
            cursor.execute("START TRANSACTION READ ONLY")
            cursor.execute(
                "SELECT table_schema, table_name FROM information_schema.tables"
                " WHERE table_type = 'BASE TABLE' AND table_schema NOT IN (%s, %s, %s, %s)"
                " AND (%s = '' OR table_schema = %s) ORDER BY 1, 2",
                (*_MYSQL_SCHEMAS, database, database),
            )
            names = cursor.fetchall()
        for schema, table in _counted(names, extent):
            relation = ".".join("`" + str(name).replace("`", "``") + "`" for name in (schema, table))
            # Unbuffered: rows come as they are read, so that a large table does not fill the memory.
            with closing(connection.cursor(buffered=False)) as cursor:
                cursor.execute(f"SELECT * FROM {relation}{_limit(sample)}")  # noqa: S608
                yield from _rows(cursor, table, schema)


def _counted(names: Sequence[tuple[str, ...]], extent: Extent) -> Iterator[tuple[str, ...]]:
    """Yield the tables of a database and count them."""
    extent.total = len(names)
    for done, name in enumerate(names):
        extent.done, extent.what = done, ".".join(name)
        yield name


def _limit(sample: int | None) -> str:
    return "" if sample is None else f" LIMIT {sample:d}"


def _rows(cursor: Any, table: str, schema: str) -> Iterator[Cell]:
    names = [column[0] for column in cursor.description]
    place = f"{schema}.{table}" if schema else table
    for number, row in enumerate(cursor, 1):
        for name, value in zip(names, row, strict=True):
            yield Cell(f"{place}.{name}", f"row {number}", value, name, table)
