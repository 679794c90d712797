"""PostgreSQL, whichever driver talks to it: what columns can hold, and what its error messages repeat.

PostgreSQL repeats row values in DETAIL. Card numbers there are found by the masker; a card verification code
is not (three digits look like anything), so:

- ``Failing row contains (…)`` and its relatives name no column: the values are redacted whole.
- ``Key (columns)=(values)`` names the columns: redacted when one of them is classified.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial

from pcishield.core.result import Kind
from pcishield.runtime.scrub import RoutineWording, Wording

__all__ = ["FIELDS", "KINDS", "Unreadable", "mask_hex", "redact_detail", "told", "words_for"]

REDACTED = "[redacted]"


class Unreadable(Exception):
    """A text cannot be judged: ``args`` are the reason and what to do instead."""


# Fewer than twelve digits whatever the value, or digits that are no number of anybody's.
_NEVER = frozenset({
    16, 1000,            # bool
    18, 1002,            # "char"
    21, 1005, 22, 1006,  # int2, int2vector
    23, 1007,            # int4
    26, 1028, 30, 1013,  # oid, oidvector
    28, 1011, 29, 1012,  # xid, cid
    27, 1010,            # tid
    24, 1008, 2202, 2207, 2203, 2208, 2204, 2209, 2205, 2210, 2206, 2211,  # regproc ... regtype
    4089, 4090, 4096, 4097,  # regnamespace, regrole
    700, 1021,           # float4: six significant digits
    1082, 1182,          # date
    1083, 1183, 1266, 1270,  # time, timetz
    1114, 1115, 1184, 1185,  # timestamp, timestamptz
    1186, 1187,          # interval
    2950, 2951,          # uuid
    3904, 3905, 3912, 3913,  # int4range, daterange
    3908, 3909, 3910, 3911,  # tsrange, tstzrange
    2278,                # void
})  # fmt: skip
KINDS: dict[int, Kind] = {
    **dict.fromkeys(_NEVER, "never"),
    **dict.fromkeys((25, 1042, 1043, 19, 705, 2275, 142), "text"),
    17: "bytes",
    **dict.fromkeys((20, 701, 1700), "number"),
    **dict.fromkeys((114, 3802), "json"),
}  # fmt: skip

"""By built-in type oid (catalog ``pg_type``)."""

# SQLSTATEs whose DETAIL repeats a row without naming its columns: not null, check, exclusion of partitions.
_ROW_STATES = frozenset({"23502", "23514", "44000"})
_NAMES = re.compile(r"\w+")
_HEX = re.compile(r"\\x((?:[0-9a-fA-F]{2}){12,})")
_VALUES = re.compile(r"\(.*\)", re.DOTALL)


FIELDS = {
    "S": "severity", "V": "severity_nonlocalized", "C": "sqlstate", "M": "message_primary", "D": "message_detail",
    "H": "message_hint", "P": "statement_position", "p": "internal_position", "q": "internal_query", "W": "context",
    "s": "schema_name", "t": "table_name", "c": "column_name", "d": "datatype_name", "n": "constraint_name",
    "F": "source_file", "L": "source_line", "R": "source_function",
}  # fmt: skip
"""Fields of a message by their letter in the protocol (PostgreSQL, Error and Notice Message Fields)."""
_FIXED = frozenset({"severity", "severity_nonlocalized", "source_file", "source_function", "source_line"})
"""Fields that nobody but the server's own code can set."""
_NAMED = frozenset({"column_name", "constraint_name", "datatype_name", "schema_name", "table_name"})
_CHECKS = frozenset(
    {
        "ATRewriteTable", "ExecConstraints", "ExecEvalConstraintCheck", "ExecEvalConstraintNotNull",
        "ExecFindPartition", "ExecPartitionCheckEmitError", "ReportNotNullViolationError", "_bt_check_unique",
        "check_exclusion_or_unique_constraint", "comparetup_index_btree", "comparetup_index_btree_tiebreak",
        "domain_check_input", "ri_ReportViolation",
    }
)  # fmt: skip
"""Functions of the server that check constraints: names in their errors are the catalog's."""


_PARSED = {
    "ParseFuncOrColumn": re.compile(r'function (?P<name>[\w.]+)\([\w ,."\[\]]*\) does not exist'),
    "errorMissingColumn": re.compile(r'column "?(?P<name>[\w.]+)"? does not exist'),
    "errorMissingRTE": re.compile(r'missing FROM-clause entry for table "(?P<name>\w+)"'),
}
"""What functions of the server say of a name that they do not find when they read a statement."""


def words_for(field: Callable[[str], str | None], words: Wording) -> Wording:
    """Return what may be told of a message.

    Of a constraint all, unless the statement itself computes; and which name of the statement is not known. That it
    is this statement, and no SQL that a function has made, the server tells by a position without a context.

    Args:
        field: Returns a field of the message, as psycopg's ``diag`` names it.
        words: What may be told of others.
    """
    source = field("source_function") or ""
    if isinstance(words, RoutineWording) and source in _CHECKS:
        return words.plain
    pattern = _PARSED.get(source)
    if pattern is None or field("context") or field("internal_query") or not field("statement_position"):
        return words
    said = pattern.fullmatch(field("message_primary") or "")
    return words if said is None else words.naming(said[0], said["name"])


def told(fields: Mapping[str, str | None], words: Wording, classified: Callable[[str], bool]) -> dict[str, str | None]:
    """Return the fields of a message as they may be told.

    Args:
        fields: By name, as psycopg's ``diag`` has them.
        words: What may be told.
        classified: Whether a column of this name is declared as card data.
    """
    certain = fields.get("source_function") in _CHECKS
    return {name: _told(name, text, fields, words, certain, classified) for name, text in fields.items()}


def _told(
    name: str,
    text: str | None,
    fields: Mapping[str, str | None],
    words: Wording,
    certain: bool,
    classified: Callable[[str], bool],
) -> str | None:
    if not text or name in _FIXED:
        return text
    if name == "sqlstate":
        return words.state(text)
    if name in _NAMED:
        return words.name(text, certain)
    if name == "statement_position":
        return words.position(text)
    if name == "internal_position":
        return words.inner_position(text)
    masked = mask_hex(words.text, words.text(text))
    return redact_detail(fields.get("sqlstate") or "", masked, classified) if name == "message_detail" else masked


def mask_hex(mask_text: Callable[[str], str], text: str) -> str:
    """Mask what stands in ``text`` as hex: so a bytea is repeated, and no scanner sees digits there."""
    return _HEX.sub(partial(_masked_hex, mask_text), text)


def _masked_hex(mask_text: Callable[[str], str], match: re.Match[str]) -> str:
    """A bytea is repeated as hex, where no scanner would see digits."""
    text = bytes.fromhex(match[1]).decode("latin-1")
    masked = mask_text(text)
    return match[0] if masked == text else "\\x" + masked.encode("latin-1", "replace").hex()


def redact_detail(state: str, detail: str, classified: Callable[[str], bool]) -> str:
    """Take out of a DETAIL what a scanner cannot recognise. See the module's text."""
    if state in _ROW_STATES:
        return _VALUES.sub(f"({REDACTED})", detail)

    # Key (columns)=(values) …: column names are identifiers or expressions of them, values can be anything.
    columns, separator, rest = detail.partition(")=(")
    if separator and any(classified(name) for name in _NAMES.findall(columns)):
        return f"{columns}{separator}{REDACTED}){rest.rpartition(')')[2]}"
    return detail
