"""``pcishield audit prove``, ``check-proof``, ``consistency`` and ``standalone``: evidence that leaves the log."""

from __future__ import annotations

from base64 import b64encode
from functools import lru_cache
from pathlib import Path
from typing import Annotated

import typer

from pcishield.audit.checkpoint import Checkpoint, NoteError, VerifierKey, open_checkpoint, parse_checkpoint
from pcishield.audit.merkle import consistency_proof, leaf_hash, root_hash, verify_consistency
from pcishield.audit.proof import ProofError, make_proof, open_proof
from pcishield.audit.verify import split_notes
from pcishield.cli._audit_search import record_access
from pcishield.exceptions import ConfigurationError

__all__ = ["check_proof", "consistency", "prove", "read_notes", "read_vkey", "standalone"]


def read_vkey(given: str | None) -> VerifierKey | None:
    """Read a vkey, or a file that holds one.

    Raises:
        ConfigurationError: It is neither.
    """
    if given is None:
        return None
    text = given
    if "+" not in given or Path(given).is_file():
        try:
            text = Path(given).read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigurationError(
                f"--key {given}: neither a vkey nor a readable file ({type(error).__name__})"
            ) from None
    try:
        return VerifierKey.parse(text)
    except NoteError as error:
        raise ConfigurationError(f"--key: {error}; give name+id+base64 as in the file vkey") from None


def read_notes(path: Path) -> list[str]:
    """Read the checkpoints of a file, or the last of every shard of an audit directory.

    Raises:
        ConfigurationError: There are none.
    """
    files = sorted(path.glob("[0-9]*/checkpoint")) if path.is_dir() else [path]
    notes: list[str] = []
    for file in files:
        try:
            found, rest = split_notes(file.read_text("utf-8").rstrip("\n") + "\n\n")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigurationError(f"{file}: cannot be read ({type(error).__name__})") from None
        if rest.strip():
            raise ConfigurationError(f"{file}: does not hold checkpoints only")
        notes += found
    if not notes:
        raise ConfigurationError(f"{path}: holds no checkpoints")
    return notes


@lru_cache(maxsize=2)
def _leaves(directory: Path, shard: str) -> list[bytes]:
    return [leaf_hash(line) for line in _lines(directory, shard)]


def _lines(directory: Path, shard: str) -> list[bytes]:
    paths = sorted((directory / shard / "segments").glob("*.jsonl"))
    if not paths:
        raise ConfigurationError(f"shard {shard}: not in {directory}")
    return [line for path in paths for line in path.read_bytes().split(b"\n")[:-1]]


def _shard_key(directory: Path, shard: str) -> VerifierKey:
    try:
        return VerifierKey.parse((directory / shard / "vkey").read_text("utf-8"))
    except (OSError, NoteError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"shard {shard}: no usable vkey ({error})") from None


def prove(
    record: Annotated[str, typer.Argument(help="Record id, SHARD/SEQ.")],
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="The audit directory.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder to write into.")] = Path(),
) -> None:
    """Write a proof that one record is in the log: SHARD-SEQ.json and SHARD-SEQ.tlog-proof.

    The two files and the shard's public key are all that a checker needs; nothing else of the log is shown.
    """
    shard, _, seq = record.partition("/")
    if not seq.isdecimal():
        raise ConfigurationError(f"record {record}: give SHARD/SEQ, as pcishield audit tail shows it")
    lines = _lines(directory, shard)
    index = int(seq)
    if index >= len(lines):
        raise ConfigurationError(f"record {record}: the shard has {len(lines)} lines")
    try:
        note = (directory / shard / "checkpoint").read_text("utf-8")
        proof = make_proof(index, [leaf_hash(line) for line in lines], note)
        open_proof(proof, lines[index], _shard_key(directory, shard))
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"record {record}: {error}") from None
    output.mkdir(parents=True, exist_ok=True)
    stem = output / f"{shard}-{index}"
    stem.with_suffix(".json").write_bytes(lines[index])
    stem.with_suffix(".tlog-proof").write_text(proof, "utf-8")
    record_access(directory, "prove", record, 1)
    typer.echo(f"{stem}.json {stem}.tlog-proof")
    typer.echo(
        f"check with: pcishield audit check-proof {stem}.tlog-proof {stem}.json --key {_shard_key(directory, shard)}"
    )


def check_proof(
    proof: Annotated[Path, typer.Argument(help="The .tlog-proof file.")],
    record: Annotated[Path, typer.Argument(help="The record's line.")],
    key: Annotated[str, typer.Option("--key", help="The shard's vkey, or a file with it.")],
) -> None:
    """Check that a record is in the log that a checkpoint signs. Exit status 0 or 2."""
    vkey = read_vkey(key)
    assert vkey is not None
    try:
        index, checkpoint = open_proof(proof.read_text("utf-8"), record.read_bytes().rstrip(b"\n"), vkey)
    except OSError as error:
        raise ConfigurationError(f"{error.filename}: cannot be read") from None
    except (ProofError, UnicodeDecodeError) as error:
        typer.secho(f"NOT PROVEN: {error}", fg=typer.colors.RED)
        raise typer.Exit(2) from None
    typer.secho(f"OK: record {index} of {checkpoint.size} in {checkpoint.origin}", fg=typer.colors.GREEN)


def consistency(
    old: Annotated[Path, typer.Argument(help="Older checkpoints: a file, or an audit directory.")],
    new: Annotated[Path, typer.Argument(help="The audit directory now.")],
    show: Annotated[bool, typer.Option("--show", help="Print the RFC 6962 consistency proofs.")] = False,
) -> None:
    """Check that every older checkpoint is a prefix of the log as it is now. Exit status 0 or 2."""
    bad = 0
    for note in read_notes(old):
        try:
            problem = _prefix(note, new, show)
        except (NoteError, ConfigurationError) as error:
            problem = str(error)
        origin = note.split("\n", 1)[0]
        colour = typer.colors.RED if problem else typer.colors.GREEN
        typer.secho(f"{origin}: {problem or 'OK'}", fg=colour)
        bad += bool(problem)
    raise typer.Exit(2 if bad else 0)


def _prefix(note: str, directory: Path, show: bool) -> str:
    shard = parse_checkpoint(note).origin.rpartition("/")[2]
    key = _shard_key(directory, shard)
    before = open_checkpoint(note, key)
    try:
        after = open_checkpoint((directory / shard / "checkpoint").read_text("utf-8"), key)
    except OSError:
        return "the shard has no checkpoint any more"
    if after.size < before.size:
        return f"had {before.size} lines, has {after.size}: it was cut"
    leaves = _leaves(directory, shard)[: after.size]
    if len(leaves) < after.size or root_hash(leaves) != after.root:
        return "its lines are not what its last checkpoint signs; run pcishield audit verify"
    proof = consistency_proof(before.size, leaves)
    if not verify_consistency(before.size, before.root, after.size, after.root, proof):
        return f"the first {before.size} lines are not what they were: rewritten, or a fork"
    if show:
        _show(before, after, proof)
    return ""


def _show(before: Checkpoint, after: Checkpoint, proof: list[bytes]) -> None:
    typer.echo(f"{before.size} -> {after.size}")
    for node in proof:
        typer.echo(b64encode(node).decode())


def standalone() -> None:
    """Print the single-file verifier, to be read, kept and run without pcishield."""
    typer.echo(Path(__file__).with_name("standalone.py").read_text("utf-8"), nl=False)
