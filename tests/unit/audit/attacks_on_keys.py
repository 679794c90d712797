"""Attacks by somebody who has a key, or the running log: forks, epochs, tombstones; and exchanged segments."""

from __future__ import annotations

import shutil
from base64 import b64encode
from dataclasses import replace
from pathlib import Path

import orjson

from pcishield.audit.checkpoint import Checkpoint, sign_checkpoint
from pcishield.audit.index import entry_line, parse_entry
from pcishield.audit.merkle import leaf_hash, root_hash
from pcishield.audit.verify import split_notes
from pcishield.runtime._log_keys import LocalSigner
from tests.unit.audit.attack import attack, rehash
from tests.unit.audit.logs import STOLEN, lines, make_log, segment_path, shards, statement, write_lines


def shard_files(directory: Path, shard: int, notes: list[str]) -> None:
    """Put other checkpoints into a shard."""
    folder = shards(directory)[shard]
    (folder / "checkpoints.txt").write_text("".join(f"{note}\n" for note in notes))
    (folder / "checkpoint").write_text(notes[-1])


def stolen_checkpoint(directory: Path, shard: int, size: int) -> str:
    """A checkpoint of the lines as they are now, signed with the shard's stolen key."""
    signer = STOLEN[shards(directory)[shard].name]
    leaves = [leaf_hash(line) for line in lines(directory, shard)[:size]]
    return sign_checkpoint(Checkpoint(signer.name, size, root_hash(leaves)), signer)


def stored(directory: Path, shard: int) -> list[str]:
    """The checkpoints of a shard."""
    return split_notes((shards(directory)[shard] / "checkpoints.txt").read_text())[0]


@attack(
    "sign two histories of one size with a stolen key", "checkpoint", "{2}/checkpoints.txt#4",
    "is not larger than the one before it", peers="CloudTrail",
)  # fmt: skip
def _(directory: Path) -> None:
    notes = stored(directory, 2)
    content = lines(directory, 2)
    rehash(directory, 2, b'"rows":3', b'"rows":2', 4)
    forked = stolen_checkpoint(directory, 2, 7)
    write_lines(directory, content, 2)
    shard_files(directory, 2, [*notes, forked])


@attack(
    "fork the history in the middle with a stolen key", "root", "{2}/segments/00000000.jsonl:4",
    "the line was changed, or lines 2 to 4 of the shard were written anew: they are not what was signed at 4 lines",
)  # fmt: skip
def _(directory: Path) -> None:
    notes = stored(directory, 2)
    content = lines(directory, 2)
    rehash(directory, 2, b'"rows":3', b'"rows":2', 4)
    forked = stolen_checkpoint(directory, 2, 4)
    write_lines(directory, content, 2)
    shard_files(directory, 2, [notes[0], forked, notes[2]])


@attack(
    "show another history to this auditor, with a stolen key", "anchor", "anchor 1",
    "the log does not have the anchored checkpoint of shard {2} at 7 lines: rewritten, cut, or an older copy",
    peers="all without anchors",
)  # fmt: skip
def _(directory: Path) -> None:
    rehash(directory, 2, b'"rows":3', b'"rows":2', 4)
    shard_files(directory, 2, [stolen_checkpoint(directory, 2, size) for size in (1, 4, 7)])


@attack(
    "sign with the key of an epoch that is over",
    "checkpoint",
    "{2}/checkpoints.txt#1",
    "not signed by the expected key",
)
def _(directory: Path) -> None:
    shard_files(directory, 2, stored(directory, 0))


@attack("delete a shard's key", "vkey", "{0}/vkey", "is not the key that the index names for this shard")
def _(directory: Path) -> None:
    (shards(directory)[0] / "vkey").unlink()


SIGNED = "not signed by the key that the entry before it names"


def index_lines(directory: Path) -> list[bytes]:
    """The lines of the index."""
    return (directory / "index.jsonl").read_bytes().splitlines()


@attack("swap the keys of two epochs in the index", "index-line", "index.jsonl:1", SIGNED)
def _(directory: Path) -> None:
    entries = [orjson.loads(line) for line in index_lines(directory)]
    entries[0]["vkey"], entries[1]["vkey"] = entries[1]["vkey"], entries[0]["vkey"]
    (directory / "index.jsonl").write_bytes(
        b"".join(orjson.dumps(entry, option=orjson.OPT_SORT_KEYS) + b"\n" for entry in entries)
    )


@attack("enter a shard with an index key that is over", "index-line", "index.jsonl:4", SIGNED)
def _(directory: Path) -> None:
    last = parse_entry(index_lines(directory)[2], None, 2, orjson.loads(index_lines(directory)[2])["prev"])
    over = LocalSigner("pcishield/shop/index")
    forged = entry_line(replace(last, no=3, shard="000003-0badcafe", prev=last.digest), over)
    (directory / "index.jsonl").write_bytes(b"\n".join([*index_lines(directory), forged, b""]))


@attack(
    "swap two segments of a shard", "line-misplaced", "{0}/segments/00000000.jsonl:1",
    "seq 17 stands where seq 0 belongs",
)  # fmt: skip
def _(directory: Path) -> None:
    one, two = lines(directory, 0, 0), lines(directory, 0, 1)
    write_lines(directory, two, 0, 0)
    write_lines(directory, one, 0, 1)


@attack(
    "swap the segments of two shards", "line-foreign", "{0}/segments/00000000.jsonl:1",
    "the record belongs to another shard",
)  # fmt: skip
def _(directory: Path) -> None:
    one, two = lines(directory, 0), lines(directory, 2)
    write_lines(directory, two, 0)
    write_lines(directory, one, 2)


@attack(
    "put in a segment of another log", "line-foreign", "{2}/segments/00000000.jsonl:1",
    "the record belongs to another shard",
)  # fmt: skip
def _(directory: Path) -> None:
    other = make_log(directory.parent / "other")
    statement(other)
    other.close()
    write_lines(directory, lines(directory.parent / "other"), 2)


def bury(directory: Path, shard: int, /, **changed: object) -> None:
    """Erase a shard's lines and write a tombstone, as somebody can who has the running log."""
    content, name = lines(directory, shard), shards(directory)[shard].name
    purged = {
        "shard": name, "records": len(content), "last": leaf_hash(content[-1]).hex(),
        "peaks": [b64encode(root_hash([leaf_hash(line) for line in content])).decode()],
        "until": orjson.loads(content[-1])["ts"],
    }  # fmt: skip
    segment_path(directory, shard).unlink()
    log = make_log(directory)
    log.append("log.purge", {**log.system, "cause": "retention", "purged": purged | changed})
    log.close()


FALSE = "its tombstone is not about what was signed: lines were lost or made up"


@attack("forge a tombstone", "tombstone", "{2}", FALSE, log="purged")
def _(directory: Path) -> None:
    bury(directory, 2, peaks=[b64encode(bytes(32)).decode()])


@attack("move a tombstone to another shard", "tombstone", "{2}", FALSE, log="purged")
def _(directory: Path) -> None:
    grave = orjson.loads(lines(directory, 3)[1])["purged"]
    bury(directory, 2, **(grave | {"shard": shards(directory)[2].name}))


@attack("let a tombstone speak of fewer lines", "tombstone", "{2}", FALSE, log="purged")
def _(directory: Path) -> None:
    content = lines(directory, 2)[:2]
    peak = b64encode(root_hash([leaf_hash(line) for line in content])).decode()
    bury(directory, 2, records=2, peaks=[peak], last=leaf_hash(content[-1]).hex())


@attack("purge what is too young", "purge-early", "{4}/segments/00000000.jsonl:2",
    "shard {2} was purged 5 days after its last record, and 365 days are to be kept", log="purged",
)  # fmt: skip
def _(directory: Path) -> None:
    bury(directory, 2)


@attack(
    "remove a tombstone", "line-misplaced", "{3}/segments/00000000.jsonl:2",
    "seq 2 stands where seq 1 belongs: 1 line removed before it", log="purged",
)  # fmt: skip
def _(directory: Path) -> None:
    content = lines(directory, 3)
    write_lines(directory, [content[0], *content[2:]], 3)


@attack(
    "remove a shard with its tombstones from the end", "shard-missing", "{0}",
    "the index has this shard and its lines are not there: deleted", log="purged",
)  # fmt: skip
def _(directory: Path) -> None:
    shutil.rmtree(shards(directory)[3])
    (directory / "index.jsonl").write_bytes(b"".join(line + b"\n" for line in index_lines(directory)[:3]))


def write_anew(directory: Path, shard: int, content: list[bytes], seals: tuple[int, ...]) -> None:
    """Number, chain and sign other lines, as somebody can who stole the shard's key."""
    chained: list[bytes] = []
    for number, line in enumerate(content):
        prev = leaf_hash(chained[-1]).hex() if chained else orjson.loads(line)["prev"]
        record = orjson.loads(line) | {"seq": number, "prev": prev}
        chained.append(orjson.dumps(record, option=orjson.OPT_SORT_KEYS))
    write_lines(directory, chained, shard)
    shard_files(directory, shard, [stolen_checkpoint(directory, shard, size) for size in seals])


@attack(
    "remove the announcement of an epoch's key", "line-misplaced", "{0}/segments/00000000.jsonl:6",
    "seq 6 stands where seq 5 belongs: 1 line removed before it", log="epochs",
)  # fmt: skip
def _(directory: Path) -> None:
    content = lines(directory)
    write_lines(directory, [*content[:5], content[6]])


@attack(
    "remove the announcement of an epoch's key, with the stolen key before it", "epoch",
    "{1}/segments/00000000.jsonl:1", "begins an epoch, and no key.rotate names its key", log="epochs",
)  # fmt: skip
def _(directory: Path) -> None:
    content = lines(directory)
    write_anew(directory, 0, [*content[:5], content[6]], (1, 3, 6))


@attack(
    "announce a key of one's own, with the stolen key before it", "epoch", "{0}/segments/00000000.jsonl:6",
    "announces another key for shard {1} than the index has", log="epochs",
)  # fmt: skip
def _(directory: Path) -> None:
    content = lines(directory)
    mine = LocalSigner(STOLEN[shards(directory)[1].name].name)
    content[5] = orjson.dumps(orjson.loads(content[5]) | {"next_vkey": str(mine.vkey)}, option=orjson.OPT_SORT_KEYS)
    write_anew(directory, 0, content, (1, 3, 7))


@attack(
    "sign an epoch with the stolen key of the one before", "checkpoint", "{1}/checkpoints.txt#3",
    "not signed by the expected key", log="epochs",
)  # fmt: skip
def _(directory: Path) -> None:
    before, name = STOLEN[shards(directory)[0].name], STOLEN[shards(directory)[1].name].name
    over = LocalSigner(name, before._key.private_bytes_raw())
    rehash(directory, 1, b'"rows":3', b'"rows":2', 3)
    forged = Checkpoint(name, 4, root_hash([leaf_hash(line) for line in lines(directory, 1)]))
    shard_files(directory, 1, [*stored(directory, 1)[:2], sign_checkpoint(forged, over)])


@attack(
    "write an epoch anew that is over, with its stolen key", "shard-cut", "{1}/segments/00000000.jsonl:1",
    "shard {0} had 3 lines with another content when this was written: it was cut or changed", log="epochs",
)  # fmt: skip
def _(directory: Path) -> None:
    content = lines(directory)
    content[2] = content[2].replace(b'"rows":3', b'"rows":2')
    write_anew(directory, 0, content, (1, 3, 7))


@attack(
    "go on in an epoch that is over, with its stolen key", "log-close", "{0}/segments/00000000.jsonl:7",
    "lines follow after log.close", log="epochs",
)  # fmt: skip
def _(directory: Path) -> None:
    content = lines(directory)
    late = [orjson.dumps(orjson.loads(line) | {
        name: orjson.loads(content[-1])[name] for name in ("ts", "mono_us")
    }, option=orjson.OPT_SORT_KEYS) for line in content[3:5]]  # fmt: skip
    write_anew(directory, 0, [*content, *late], (1, 3, 9))


@attack(
    "remove the last epoch and its index entry", "epoch", "{0}/segments/00000000.jsonl:6",
    "announces shard {1}, which the index does not have", log="epochs", peers="all without anchors",
)  # fmt: skip
def _(directory: Path) -> None:
    shutil.rmtree(shards(directory)[1])
    (directory / "index.jsonl").write_bytes(index_lines(directory)[0] + b"\n")
