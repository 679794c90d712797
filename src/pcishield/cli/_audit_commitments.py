"""``pcishield audit open-commitment`` and ``shred``: prove what was sent, or make it unprovable for ever."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import orjson
import typer

from pcishield.audit.commitment import commitment_number, commitment_salt, matches
from pcishield.exceptions import ConfigurationError

__all__ = ["open_commitment", "shred"]


def _key_path(directory: Path, shard: str) -> Path:
    return directory / "private" / "commitments" / f"{shard}.key"


def _record(directory: Path, record: str) -> dict[str, object]:
    shard, _, seq = record.partition("/")
    if not seq.isdecimal():
        raise ConfigurationError(f"record {record}: give SHARD/SEQ, as pcishield audit tail shows it")
    for path in sorted((directory / shard / "segments").glob("*.jsonl")):
        with path.open("rb") as lines:
            for line in lines:
                found = orjson.loads(line)
                if found["seq"] == int(seq):
                    return dict(found)
    raise ConfigurationError(f"record {record}: not in {directory}")


def open_commitment(
    record: Annotated[str, typer.Argument(help="Record id, SHARD/SEQ.")],
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="The audit directory.")],
    sql: Annotated[str, typer.Option("--sql", help="File with the raw SQL; - for standard input.")] = "-",
    salt: Annotated[str, typer.Option("--salt", help="The salt in hex, where the key is not at hand.")] = "",
    reveal: Annotated[bool, typer.Option("--reveal", help="Print the salt, for somebody without the key.")] = False,
) -> None:
    """Check that a record is about exactly this SQL. Exit status 0 or 2."""
    found = _record(directory, record)
    commitment = str(found.get("commit") or "")
    if not commitment:
        raise ConfigurationError(f"record {record}: has no commitment")
    try:
        salts = [bytes.fromhex(salt)] if salt else _salts(directory, str(found["shard"]), commitment)
        raw = sys.stdin.read() if sql == "-" else Path(sql).read_text("utf-8")
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"record {record}: {error}") from None
    texts = (raw, raw.removesuffix("\n"))
    used = next((known for known in salts for text in texts if matches(commitment, text, known)), None)
    if used is None and not salt and not _key_path(directory, str(found["shard"])).exists():
        raise ConfigurationError(
            f"record {record}: the key of its shard is gone; it may have been shredded. With --salt it is not needed."
        )
    if used is None:
        other = "the salt is another's" if salt else "the key is not the one of its shard"
        typer.secho(f"NOT THIS: the record is about another text, or {other}", fg=typer.colors.RED)
        raise typer.Exit(2)
    typer.secho(f"OK: record {record} is about this text", fg=typer.colors.GREEN)
    if reveal:
        typer.echo(f"salt {used.hex()}")


def _salts(directory: Path, shard: str, commitment: str) -> list[bytes]:
    """Return the salt of the record's shard, then those of others: a shard may end between commitment and record."""
    own = _key_path(directory, shard)
    paths = [path for path in [own, *sorted(own.parent.glob("*.key"))] if path.exists()]
    number = commitment_number(commitment)
    return [commitment_salt(_key(path), number) for path in paths]


def _key(path: Path) -> bytes:
    """Return a commitment key. Raises ValueError: a part of one would say "another text" of every text."""
    key = bytes.fromhex(path.read_text("ascii"))
    if len(key) != 32:
        raise ValueError(f"{path.name} is cut: it holds {len(key)} bytes of 32")
    return key


def shred(
    shard: Annotated[str, typer.Argument(help="Name of the shard.")],
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="The audit directory.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Erase a shard's commitment key: what was sent can never be proved again. The log itself stays as it is."""
    from pcishield.runtime.log import FileAuditLog

    path = _key_path(directory, shard)
    if not path.is_file():
        raise ConfigurationError(f"shard {shard}: has no commitment key in {directory}")
    if not yes:
        typer.confirm(f"Erase {path} for ever?", abort=True)
    log = FileAuditLog(directory, heartbeat_seconds=0)
    try:
        log.append("key.destroy", {**log.system, "object": f"commitments of {shard}"}, durable=True)
        path.unlink()
    finally:
        log.close()
    typer.echo(f"erased {path}")
