"""Attacks by somebody who can write in the directory: on lines, segments, shards, the index, checkpoints."""

from __future__ import annotations

import shutil
from pathlib import Path

import orjson

from pcishield.audit.merkle import leaf_hash
from tests.unit.audit.attack import attack, edit, rehash
from tests.unit.audit.logs import lines, make_log, segment_path, shards, statement, write_lines

CHANGED = "the line was changed: the line after it names another hash for it"


@attack("edit one byte", "line-changed", "{0}/segments/00000000.jsonl:5", CHANGED)
def _(directory: Path) -> None:
    edit(directory, 5, b'"rows":3', b'"rows":2')


@attack("edit the last line of a segment", "line-changed", "{0}/segments/00000000.jsonl:17", CHANGED)
def _(directory: Path) -> None:
    edit(directory, 17, b'"rows":3', b'"rows":2')


@attack(
    "edit the very last line", "root", "{0}/segments/00000001.jsonl:8",
    "the line was changed, or lines 19 to 25 of the shard were written anew: they are not what was signed at 25 lines",
)  # fmt: skip
def _(directory: Path) -> None:
    edit(directory, 8, b'"cause":"close"', b'"cause":"clone"', segment=1)


@attack(
    "flip a bit so that a line is no longer JSON",
    "line-unreadable",
    "{0}/segments/00000000.jsonl:4",
    "not JSON (column 2)",
)
def _(directory: Path) -> None:
    edit(directory, 4, b'{"actor"', b'{!actor"')


@attack(
    "delete a line", "line-misplaced", "{0}/segments/00000000.jsonl:4",
    "seq 4 stands where seq 3 belongs: 1 line removed before it",
)  # fmt: skip
def _(directory: Path) -> None:
    content = lines(directory)
    del content[3]
    write_lines(directory, content)


@attack(
    "swap two lines", "line-misplaced", "{0}/segments/00000000.jsonl:4",
    "seq 4 stands where seq 3 belongs: 1 line removed before it",
)  # fmt: skip
def _(directory: Path) -> None:
    content = lines(directory)
    content[3], content[4] = content[4], content[3]
    write_lines(directory, content)


@attack(
    "duplicate a line", "line-misplaced", "{0}/segments/00000000.jsonl:5",
    "seq 3 stands where seq 4 belongs: it was repeated, moved or inserted",
)  # fmt: skip
def _(directory: Path) -> None:
    content = lines(directory)
    content.insert(4, content[3])
    write_lines(directory, content)


@attack(
    "insert a line that the log did not write", "line-unchained", "{0}/segments/00000000.jsonl:3",
    "the record has no seq or prev: it was not written by the log", peers="Acra",
)  # fmt: skip
def _(directory: Path) -> None:
    content = lines(directory)
    content.insert(2, b'{"type":"attempt"}')
    write_lines(directory, content)


@attack("insert an empty line", "line-unreadable", "{0}/segments/00000000.jsonl:3", "not JSON (column 1)", peers="Acra")
def _(directory: Path) -> None:
    content = lines(directory)
    content.insert(2, b"")
    write_lines(directory, content)


@attack(
    "cut the end", "shard-cut", "{0}/checkpoints.txt#4",
    "covers 25 lines and only 23 are there: the end was cut", peers="Acra, journald",
)  # fmt: skip
def _(directory: Path) -> None:
    write_lines(directory, lines(directory, segment=1)[:-2], segment=1)


@attack(
    "cut the end and its checkpoints", "shard-cut", "{1}/segments/00000000.jsonl:1",
    "shard {0} had 25 lines with another content when this was written: it was cut or changed", peers="Acra, journald",
)  # fmt: skip
def _(directory: Path) -> None:
    cut_to_checkpoint(directory, 0, keep=3)
    write_lines(directory, lines(directory, segment=1)[:1], segment=1)


def cut_to_checkpoint(directory: Path, shard: int, keep: int) -> None:
    """Forget the checkpoints after the first ``keep``."""
    folder = shards(directory)[shard]
    notes = (folder / "checkpoints.txt").read_text().split("\n\n")
    kept = notes[: keep * 2]
    (folder / "checkpoints.txt").write_text("\n\n".join(kept) + "\n\n")
    (folder / "checkpoint").write_text("\n\n".join(kept[-2:]) + "\n")


@attack(
    "cut the tail of a shard whose process died", "shard-cut", "{2}/segments/00000000.jsonl:2",
    "shard {1} had 6 lines with another content when this was written: it was cut or changed", peers="Acra, journald",
)  # fmt: skip
def _(directory: Path) -> None:
    write_lines(directory, lines(directory, 1)[:-1], 1)


@attack(
    "add lines to a shard whose process died", "shard-grown", "{1}",
    "has 7 lines, and had 6 when its process was found dead: lines were added",
)  # fmt: skip
def _(directory: Path) -> None:
    content = lines(directory, 1)
    record = orjson.loads(content[-1])
    record["seq"], record["prev"] = 6, leaf_hash(content[-1]).hex()
    write_lines(directory, [*content, orjson.dumps(record, option=orjson.OPT_SORT_KEYS)], 1)


@attack("add lines after log.close", "log-close", "{2}/segments/00000000.jsonl:7", "lines follow after log.close")
def _(directory: Path) -> None:
    content = lines(directory, 2)
    record = orjson.loads(content[-2])
    record["seq"], record["prev"] = 7, leaf_hash(content[-1]).hex()
    write_lines(directory, [*content, orjson.dumps(record, option=orjson.OPT_SORT_KEYS)], 2)


@attack(
    "delete a shard",
    "shard-missing",
    "{1}",
    "the index has this shard and its lines are not there: deleted",
    peers="Acra",
)
def _(directory: Path) -> None:
    shutil.rmtree(shards(directory)[1])


@attack(
    "delete a shard and its index entry",
    "index-line",
    "index.jsonl:2",
    "shard number 2 where 1 must stand",
    peers="Acra",
)
def _(directory: Path) -> None:
    shutil.rmtree(shards(directory)[1])
    index = (directory / "index.jsonl").read_bytes().splitlines(keepends=True)
    (directory / "index.jsonl").write_bytes(index[0] + index[2])


@attack(
    "renumber the index after deleting a shard", "index-line", "index.jsonl:2", "does not follow the line before it",
    peers="Acra",
)  # fmt: skip
def _(directory: Path) -> None:
    shutil.rmtree(shards(directory)[1])
    index = (directory / "index.jsonl").read_bytes().splitlines(keepends=True)
    (directory / "index.jsonl").write_bytes(index[0] + index[2].replace(b'"no":2', b'"no":1'))


@attack(
    "replay a shard under a new name", "shard-unknown", "000003-0badcafe",
    "a shard that the index does not know: inserted, or the index was cut", peers="Acra",
)  # fmt: skip
def _(directory: Path) -> None:
    shutil.copytree(shards(directory)[0], directory / "000003-0badcafe")


@attack(
    "replay a shard in the place of another", "line-foreign", "{2}/segments/00000000.jsonl:1",
    "the record belongs to another shard", peers="Acra",
)  # fmt: skip
def _(directory: Path) -> None:
    old, new = shards(directory)[0], shards(directory)[2]
    shutil.rmtree(new)
    shutil.copytree(old, new)


@attack("reorder shards", "index-line", "index.jsonl:1", "shard number 1 where 0 must stand", peers="Acra")
def _(directory: Path) -> None:
    index = (directory / "index.jsonl").read_bytes().splitlines(keepends=True)
    (directory / "index.jsonl").write_bytes(index[1] + index[0] + index[2])


@attack(
    "empty the directory", "index-missing", "index.jsonl",
    "the index is missing: this is no audit directory, or it was cut", peers="Acra",
)  # fmt: skip
def _(directory: Path) -> None:
    shutil.rmtree(directory)
    directory.mkdir()


@attack(
    "empty the index", "shard-unknown", "{0}", "a shard that the index does not know: inserted, or the index was cut",
    peers="Acra",
)  # fmt: skip
def _(directory: Path) -> None:
    (directory / "index.jsonl").write_bytes(b"")


@attack(
    "re-hash the log without the key", "root", "{2}/segments/00000000.jsonl:4",
    "the line was changed, or lines 2 to 4 of the shard were written anew: they are not what was signed at 4 lines",
    peers="keyless chains",
)  # fmt: skip
def _(directory: Path) -> None:
    rehash(directory, 2, b'"rows":3', b'"rows":2', 4)


@attack(
    "change log.open and re-hash",
    "line-changed",
    "{2}/segments/00000000.jsonl:1",
    "the first line is not the one that the index names",
)
def _(directory: Path) -> None:
    rehash(directory, 2, b'"flush":"write"', b'"flush":"group"', 1)


@attack("remove all checkpoints", "checkpoint-missing", "{0}/checkpoint", "the checkpoint is missing", peers="journald")
def _(directory: Path) -> None:
    for shard in shards(directory):
        (shard / "checkpoint").unlink()
        (shard / "checkpoints.txt").unlink()


@attack("keep the file checkpoint and empty the history", "checkpoint", "{0}/checkpoint", "is not in checkpoints.txt")
def _(directory: Path) -> None:
    (shards(directory)[0] / "checkpoints.txt").write_bytes(b"")


@attack("damage a signature", "checkpoint", "{0}/checkpoints.txt#2", "wrong signature")
def _(directory: Path) -> None:
    path = shards(directory)[0] / "checkpoints.txt"
    notes = path.read_text().split("\n\n")
    notes[2] = notes[2].replace("\n9\n", "\n8\n")
    path.write_text("\n\n".join(notes))


@attack("use the checkpoint of another shard", "checkpoint", "{0}/checkpoint", "not signed by the expected key")
def _(directory: Path) -> None:
    shutil.copy(shards(directory)[2] / "checkpoint", shards(directory)[0] / "checkpoint")


@attack("repeat a checkpoint", "checkpoint", "{0}/checkpoints.txt#5", "is not larger than the one before it")
def _(directory: Path) -> None:
    path = shards(directory)[0] / "checkpoints.txt"
    notes = path.read_text().split("\n\n")
    path.write_text("\n\n".join([*notes[:-1], *notes[2:4], ""]))


@attack("replace a shard's key", "vkey", "{0}/vkey", "is not the key that the index names for this shard")
def _(directory: Path) -> None:
    shutil.copy(shards(directory)[1] / "vkey", shards(directory)[0] / "vkey")


@attack("change a shard's manifest", "manifest", "{0}/MANIFEST.json", "missing, or does not fit the index")
def _(directory: Path) -> None:
    path = shards(directory)[0] / "MANIFEST.json"
    path.write_bytes(path.read_bytes().replace(b'"shard_no":0', b'"shard_no":1'))


@attack("change the manifest", "manifest", "MANIFEST.json", "names another key than the file vkey")
def _(directory: Path) -> None:
    shutil.copy(shards(directory)[0] / "vkey", directory / "vkey")


@attack(
    "delete a segment", "segment-missing", "{0}/segments/00000001.jsonl", "stands where segment 00000000.jsonl belongs"
)
def _(directory: Path) -> None:
    segment_path(directory).unlink()


@attack(
    "delete the last segment",
    "shard-cut",
    "{0}/checkpoints.txt#3",
    "covers 18 lines and only 17 are there: the end was cut",
)
def _(directory: Path) -> None:
    segment_path(directory, segment=1).unlink()


@attack(
    "cut a segment in the middle of a line", "line-torn", "{0}/segments/00000000.jsonl:17",
    "the segment ends in a part of a line, and the shard goes on",
)  # fmt: skip
def _(directory: Path) -> None:
    path = segment_path(directory)
    path.write_bytes(path.read_bytes()[:-20])


@attack("use duplicate keys", "line-unreadable", "{0}/segments/00000000.jsonl:3", "not in canonical form (RFC 8785)")
def _(directory: Path) -> None:
    edit(directory, 3, b'"rows":3', b'"rows":2,"rows":3')


@attack(
    "write a value of another type",
    "schema",
    "{0}/segments/00000000.jsonl:3",
    "field has the wrong type: rows is not a whole number",
)
def _(directory: Path) -> None:
    edit(directory, 3, b'"rows":3', b'"rows":"3"')


@attack(
    "write a count that is negative", "schema", "{2}/segments/00000000.jsonl:6",
    "field has the wrong type: rows is negative",
)  # fmt: skip
def _(directory: Path) -> None:
    rehash(directory, 2, b'"rows":3', b'"rows":-3', 6)


@attack(
    "write a time that no clock shows", "schema", "{2}/segments/00000000.jsonl:6",
    "field has the wrong type: ts is no time stamp with microseconds in UTC",
)  # fmt: skip
def _(directory: Path) -> None:
    ts = orjson.loads(lines(directory, 2)[5])["ts"].encode()
    rehash(directory, 2, ts, ts[:17] + b"60" + ts[19:], 6)


@attack(
    "write a number another way", "line-unreadable", "{0}/segments/00000000.jsonl:3", "not in canonical form (RFC 8785)"
)
def _(directory: Path) -> None:
    edit(directory, 3, b'"rows":3', b'"rows":3e0')


@attack(
    "write a float",
    "line-unreadable",
    "{0}/segments/00000000.jsonl:3",
    "not in canonical form: rows holds a float, which has no canonical form",
)
def _(directory: Path) -> None:
    edit(directory, 3, b'"rows":3', b'"rows":3.5')


@attack(
    "write a huge integer",
    "line-unreadable",
    "{0}/segments/00000000.jsonl:3",
    "not in canonical form (an integer is 2**53 or larger)",
)
def _(directory: Path) -> None:
    edit(directory, 3, b'"rows":3', b'"rows":9007199254740993')


@attack("escape a letter", "line-unreadable", "{0}/segments/00000000.jsonl:3", "not in canonical form (RFC 8785)")
def _(directory: Path) -> None:
    edit(directory, 3, b"alice", b"\\u0061lice")


@attack("add a byte order mark", "line-unreadable", "{0}/segments/00000000.jsonl:1", "not JSON (column 1)")
def _(directory: Path) -> None:
    path = segment_path(directory)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())


@attack("convert to CRLF", "line-unreadable", "{0}/segments/00000000.jsonl:1", "not in canonical form (RFC 8785)")
def _(directory: Path) -> None:
    path = segment_path(directory)
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))


@attack("add white space", "line-unreadable", "{0}/segments/00000000.jsonl:3", "not in canonical form (RFC 8785)")
def _(directory: Path) -> None:
    edit(directory, 3, b'"rows":3', b'"rows": 3')


@attack("write a record of 65,536 bytes", "line-unreadable", "{0}/segments/00000000.jsonl:3", "longer than 65535 bytes")
def _(directory: Path) -> None:
    content = lines(directory)
    content[2] = (
        content[2].replace(b"execute", b"e" * 65_600) if b"execute" in content[2] else b'{"a":"' + b"e" * 65_528 + b'"}'
    )
    write_lines(directory, content)


@attack(
    "put a file of one's own into a shard",
    "file-unknown",
    "{0}/notes.txt",
    "does not belong into a shard",
    level="warning",
)
def _(directory: Path) -> None:
    (shards(directory)[0] / "notes.txt").write_text("hello")


@attack(
    "replace everything by a log of one's own", "key-wrong", "vkey",
    "the directory begins with another key than the pinned one", peers="HMAC chains with the key",
)  # fmt: skip
def _(directory: Path) -> None:
    shutil.rmtree(directory)
    forged = make_log(directory)
    statement(forged)
    forged.close()


@attack(
    "roll back to an older copy", "anchor", "anchor 1",
    "its shard is not in the index: deleted, or an older copy of the directory", peers="all without anchors",
)  # fmt: skip
def _(directory: Path) -> None:
    shutil.rmtree(shards(directory)[2])
    index = (directory / "index.jsonl").read_bytes().splitlines(keepends=True)
    (directory / "index.jsonl").write_bytes(index[0] + index[1])


@attack(
    "cut the end and the checkpoints of the last shard", "anchor", "anchor 1",
    "the log does not have the anchored checkpoint of shard {2} at 7 lines: rewritten, cut, or an older copy",
    peers="all without anchors",
)  # fmt: skip
def _(directory: Path) -> None:
    cut_to_checkpoint(directory, 2, keep=2)
    write_lines(directory, lines(directory, 2)[:4], 2)
