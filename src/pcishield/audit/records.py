"""The one definition of every record type and every field.

Rules:

- A record is a flat JSON object with a few nested ones. The log writes the envelope (``v`` ... ``type``);
  the rest comes from the caller.
- A field that is not in :data:`FIELDS` cannot be written: an allow-list, because free fields are how secrets
  end up in audit logs. Each has a *content* class that says what may be in it:

  ``fixed``   one of a closed set, or made by us: types, ids, outcomes, versions
  ``number``  counts, sizes, durations
  ``time``    RFC 3339 UTC, microseconds
  ``name``    names from the database, the configuration or the identity provider
  ``text``    free text that went through the sanitiser: no literal, no value
  ``digest``  hashes, signatures, public keys
  ``asserted``  what the caller says and nobody checked; sanitised, cut, and shown as such

- No field may hold a bind value, a literal, a row value, a card number, a truncated card number, or a secret.
- :data:`TYPES` says for each type what must be there. The six facts of PCI DSS 10.2.2 are: ``actor`` (user),
  ``type``, ``ts``, ``outcome``, ``src`` (origin), and ``db`` or ``component`` (affected data or component).

Formats never change in place: a change that an old verifier would misread raises :data:`SCHEMA_VERSION`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

__all__ = [
    "ENVELOPE",
    "FIELDS",
    "SCHEMA_VERSION",
    "STAMP",
    "TYPES",
    "Field",
    "RecordType",
    "is_stamp",
    "missing_facts",
    "mistyped",
    "problems",
    "unclassified",
]

SCHEMA_VERSION = 1

Content = Literal["fixed", "number", "time", "name", "text", "digest", "asserted"]
Shape = Literal["str", "int", "signed", "bool", "object", "list", "map"]
"""``object`` has known fields, ``map`` free keys (names) with values of the same content; ``int``, and the numbers in
lists and maps, count something and are not negative."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field, by its dotted path. ``[]`` in a path stands for every item of a list."""

    content: Content
    shape: Shape
    about: str


@dataclass(frozen=True, slots=True)
class RecordType:
    """One record type.

    Attributes:
        about: What happened.
        required: Fields beside the envelope that must be there and not null.
        outcome: Written when the caller gives none; "" if the caller must.
        pci: The requirements that it is evidence for.
    """

    about: str
    required: frozenset[str]
    outcome: str = ""
    pci: tuple[str, ...] = ()


def _fields() -> dict[str, Field]:
    table: dict[str, Field] = {}
    for row in _TABLE.strip().splitlines():
        path, content, shape, about = row.split(None, 3)
        if path in table:
            raise ValueError(f"{path} is classified twice")
        table[path] = Field(content, shape, about)  # type: ignore[arg-type]
    return table


_TABLE = """
v                       fixed    int    schema version of the record
shard                   fixed    str    shard that holds the record
seq                     number   int    position in the shard, from 0, without gaps
prev                    digest   str    leaf hash of the line before, hex; 64 zeros at seq 0
ts                      time     str    wall clock of the writer
mono_us                 number   int    monotonic clock of the writer, microseconds since the shard began
type                    fixed    str    record type
actor                   fixed    object who: the human, the agent, the database user
actor.user              name     str    the human (or OS user) on whose behalf
actor.agent             name     str    agent or program
actor.agent_instance    name     str    instance of the agent
actor.agent_version     name     str    version of the agent
actor.agent_model       name     str    model that the agent runs on
actor.groups            name     list   groups of the user
actor.tenant            name     str    tenant or organisation
actor.session           name     str    session of the application or agent
actor.task              name     str    task or tool call within the session
actor.level             fixed    str    os, explicit or attested
actor.source            name     str    what said so: os, acting_as, or the identity provider
actor.attested          fixed    list   which of these fields were verified; the others are what the caller says
actor.claims            name     map    further verified claims of the token
actor.db_user           name     str    user that the database sees
actor.attributes        asserted map    further attributes of the principal
actor.reason            asserted str    why, as the caller says
actor.ticket            asserted str    ticket that the reason rests on, as the caller says
actor.evidence          digest   map    what an attested identity rests on: issuer, key id, token digest
src                     fixed    object origin of the event
src.host                name     str    host name
src.ip                  name     str    address of the client, if remote
src.pid                 number   int    process id
src.thread              name     str    thread name
src.program             name     str    program
src.app                 name     str    application name given by the configuration
db                      fixed    object affected database
db.system               name     str    postgres, mysql, sqlite, ...
db.driver               name     str    driver module
db.driver_version       name     str    its version
db.server               name     str    server: host name, address or socket
db.port                 name     str    port
db.name                 name     str    database or file name
db.user                 name     str    database user
db.version              name     str    version of the database library
db.server_version       name     str    version that the server reports
db.backend_pid          number   signed process or connection id in the server
db.profile              name     str    profile of the configuration that the connection was opened by
db.credential           name     str    resolver and version of the credential, never the credential
db.tls                  fixed    bool   whether the connection is encrypted
db.tls_version          name     str    TLS version and cipher
db.skew_us              number   signed database clock minus our clock at connect, microseconds
component               name     str    affected system component, where it is not a database
object                  name     str    affected object beside tables: a file, a key, a sink, a record
session                 fixed    str    id of the guarded session
parent                  fixed    str    record of the parent process at the fork
connection              fixed    str    id of the guarded connection
environment             name     str    environment named by the configuration
method                  name     str    driver method that was called
statement               fixed    object what was asked, without literals
statement.kind          fixed    str    action of the statement
statement.actions       fixed    list   all actions it may perform
statement.template      text     str    SQL without literals
statement.fingerprint   digest   str    digest of the normalised SQL
statement.commit        digest   str    salted commitment to the raw SQL, see commitments
statement.tables        name     map    table -> read, write or ddl
statement.columns       name     list   columns used
statement.functions     name     list   functions called
statement.hazards       fixed    list   hazard ids
statement.classes       fixed    map    column -> data class
statement.count         number   int    statements in the text
statement.dialect       fixed    str    dialect it was read in
statement.summary       text     str    one sentence
cut                     digest   map    list or map that was too long -> length and digest of all of it
commit                  digest   str    salted commitment to the raw SQL of this call
parameters              fixed    object bind parameters: never values
parameters.count        number   int    how many
parameters.sets         number   int    how many sets, for executemany
parameters.types        name     list   type names
parameters.lengths      number   list   lengths of text and bytes
parameters.pan          fixed    bool   a card number is among them
many                    fixed    bool   executemany
decision                fixed    object what the policy said
decision.outcome        fixed    str    allow, deny, require_approval
decision.rule           name     str    deciding rule
decision.rules          name     list   all rules that matched
decision.code           fixed    str    why, in one word
decision.reason         text     str    why
decision.hint           text     str    what to do instead
decision.policy         name     str    name@digest of the policy
decision.observed       fixed    str    outcome that observe mode did not enforce
decision.limits         number   map    budgets
decision.formats        fixed    map    data class -> mask format
decision.approvals      number   int    approvers needed
outcome                 fixed    str    success, failure, attempted, pending, cancelled, timeout, partial, dropped
attempt                 fixed    str    id of the attempt record this belongs to
approval                fixed    object approval of a statement
approval.id             fixed    str    request id
approval.digest         digest   str    binds the answer to statement, parameters, connection, principal
approval.approvers      name     list   who answered
approval.approver       name     str    who answered
approval.reason         asserted str    reason given
approval.at             time     str    when
approval.expires        time     str    until when it may be used
approval.needed         number   int    how many are needed
approval.evidence       digest   map    what the answer rests on
approval.channel        name     str    how it was asked
approval.estimate       number   signed rows that the database expected
approval.shown          digest   str    digest of the text that approvers are shown
approval.groups         name     list   groups that must be represented, or of the approver
reason                  text     str    why, for a person
hint                    text     str    what to do instead
error                   fixed    object what went wrong, without values
error.class             name     str    exception class
error.sqlstate          fixed    str    SQLSTATE
error.code              number   signed error number of the driver
error.template          text     str    message without quoted text and numbers
rows                    number   int    rows handed out
rowcount                number   signed rows that the driver says were affected
bytes                   number   int    bytes handed out
cells                   fixed    object cells by treatment
cells.scanned           number   int    looked at
cells.masked            number   int    masked
cells.unmasked          number   int    card data handed out in clear, by permission
masked                  number   map    "column class" -> cells masked
columns                 name     list   output columns
columns[].name          name     str    name
columns[].treatment     fixed    str    skip, scan, format:<class>, redact
columns[].class         fixed    str    data class
columns[].cells         number   int    cells masked
findings                fixed    list   card data where none was declared
findings[].kind         fixed    str    unexpected_pan, ...
findings[].column       name     str    column
findings[].table        name     str    table
findings[].class        fixed    str    data class
findings[].count        number   int    cells
finding                 fixed    object one finding
finding.kind            fixed    str    unexpected_pan, literal_password, pan_in_literal, ...
finding.column          name     str    column
finding.table           name     str    table
finding.class           fixed    str    data class
finding.count           number   int    cells
finding.detail          text     str    what was found, without values
limit                   fixed    object budget that was used up
limit.name              fixed    str    rows, bytes, session_rows, session_statements
limit.allowed           number   int    budget
limit.seen              number   int    used
limit.action            fixed    str    error, truncate or observe
truncated               fixed    bool   the result ended early by a limit
duration_us             number   int    microseconds in the driver
shield_us               number   int    microseconds in pcishield
statements              number   int    statements of the session or connection
masker                  name     str    version of masker and IIN table
policy                  name     str    name@digest of a policy
previous_policy         name     str    name@digest of the policy before
mode                    fixed    str    enforce or observe
settings                name     map    settings in force, no secrets
weakened                name     list   settings weaker than the pci pack
deployment              name     str    name of the deployment
shard_no                number   int    number of the shard in the deployment
origin                  name     str    C2SP origin of the shard
vkey                    digest   str    public key of the shard
next_vkey               digest   str    public key of the shard that follows
previous                fixed    object the shard before this one, as it was found
previous.shard          fixed    str    its name
previous.state          fixed    str    closed, crashed, live, missing
previous.size           number   int    its lines
previous.root           digest   str    its Merkle root at that size, base64
recovered               fixed    object a shard that ended without log.close
recovered.shard         fixed    str    its name
recovered.size          number   int    complete lines found
recovered.root          digest   str    Merkle root over them, base64
recovered.sealed        number   int    lines that its own last checkpoint covers
recovered.torn          number   int    bytes after the last complete line
cause                   fixed    str    why, in one word
boot                    fixed    str    boot id of the machine
package                 name     str    pcishield version
python                  name     str    Python version
flush                   fixed    str    write, group or always
segment                 number   int    segment number
records                 number   int    records
size                    number   int    lines in the shard
root                    digest   str    Merkle root, base64
lag_us                  number   signed microseconds
step_us                 number   signed size of a clock step, microseconds
control                 fixed    object security control that failed or works again
control.name            fixed    str    audit-log, sink, clock, masking, approval, canary, credential, policy
control.cause           text     str    cause
control.from            time     str    since when
control.to              time     str    until when
control.refused         number   int    statements refused meanwhile
control.queued          number   int    records kept in memory meanwhile
control.lost            number   int    records that could not be kept
access                  fixed    object a read of the audit log through our tools
access.action           fixed    str    verify, tail, search, export, prove, replay, purge
access.query            text     str    filter that was used
access.records          number   int    records shown
sink                    fixed    object a sink
sink.name               name     str    name
sink.cursor             fixed    str    id of the last record it has
anchor                  fixed    object a checkpoint that left the host
anchor.name             name     str    name
anchor.size             number   int    size anchored
anchor.receipt          digest   str    cosignature, time stamp or object version
hold                    fixed    object legal hold
hold.name               name     str    name of the case
hold.since              time     str    first time that is held
hold.until              time     str    first time that is not held any more
purged                  fixed    object a shard that retention removed; see audit/retention
purged.shard            fixed    str    shard
purged.records          number   int    records removed
purged.peaks            digest   list   Merkle subtree roots of what was removed
purged.last             digest   str    leaf hash of the last line removed
purged.until            time     str    time of the last line removed
recording               fixed    object recorded results of a session
recording.id            fixed    str    id
recording.digest        digest   str    SHA-256 of the first recording.size bytes of the encrypted recording, hex
recording.size          number   int    bytes of the recording when this was written
recording.rows          number   int    rows in it so far
recording.ended         fixed    bool   it is complete
recording.key           name     str    key provider that wraps its data key
"""

FIELDS: dict[str, Field] = _fields()
"""Every field by dotted path."""

TOP_LEVEL = frozenset(path for path in FIELDS if "." not in path)
ENVELOPE = ("v", "shard", "seq", "prev", "ts", "mono_us", "type")
"""Fields that only the log writes."""

_WHO = frozenset({"actor", "src"})
_DB = _WHO | {"db"}
_SYSTEM = _WHO | {"component"}

TYPES: dict[str, RecordType] = {
    "log.open": RecordType(
        "A shard begins.",
        _SYSTEM | {"deployment", "shard_no", "origin", "vkey", "flush", "cause", "package"},
        "success",
        ("10.2.1.6",),
    ),
    "log.recover": RecordType(
        "A shard was found that ended without log.close.", _SYSTEM | {"recovered"}, "failure", ("10.2.1.6",)
    ),
    "log.rotate": RecordType("The shard goes on in a new segment.", _SYSTEM | {"segment"}, "success"),
    "log.close": RecordType("The shard ends as planned.", _SYSTEM | {"records", "cause"}, "success", ("10.2.1.6",)),
    "log.purge": RecordType(
        "Retention removed a shard's lines, or moved them to an archive.",
        _SYSTEM | {"purged", "cause"},
        "success",
        ("10.5.1",),
    ),
    "hold.set": RecordType("A legal hold: nothing of its time may go.", _SYSTEM | {"hold"}, "success", ("10.5.1",)),
    "hold.release": RecordType("A legal hold ended.", _SYSTEM | {"hold"}, "success", ("10.5.1",)),
    "key.rotate": RecordType("The next shard has another key.", _SYSTEM | {"next_vkey"}, "success"),
    "key.rewrap": RecordType("Data keys were wrapped by another key.", _SYSTEM | {"object"}, "success"),
    "key.destroy": RecordType("A key was erased.", _SYSTEM | {"object"}, "success"),
    "session.open": RecordType("A guarded session begins.", _SYSTEM, "success", ("10.2.1.1",)),
    "session.close": RecordType("A guarded session ends.", _SYSTEM, "success"),
    "identity.verified": RecordType("A token was accepted.", _SYSTEM, "success", ("10.2.1.5",)),
    "identity.refused": RecordType("A token was refused.", _SYSTEM | {"reason"}, "failure", ("10.2.1.4",)),
    "connection.open": RecordType("A database connection was opened or refused.", _DB, "success", ("10.2.1.4",)),
    "connection.weakened": RecordType(
        "An open connection is less safe than it should be, as the configuration allows.",
        _DB | {"weakened"},
        "success",
        ("4.2.1",),
    ),
    "credential.ended": RecordType("The lease of a credential was given back.", _SYSTEM | {"object"}, "success"),
    "credential.changed": RecordType(
        "A credential of the vault was added, changed or removed.",
        _SYSTEM | {"object", "method"},
        "success",
        ("10.2.1.5",),
    ),
    "connection.close": RecordType("A database connection was closed.", _DB, "success"),
    "attempt": RecordType(
        "A statement is about to reach the database.", _DB | {"statement", "decision"}, "attempted", ("10.2.1.1",)
    ),
    "decision": RecordType("The policy decided, without execution.", _DB | {"statement", "decision"}, "success"),
    "result": RecordType("The database answered an attempt.", _DB | {"attempt"}, "", ("10.2.1.1",)),
    "fetch": RecordType(
        "What was handed out after the result record; a failure: rows that could not be masked, and were not.",
        _DB | {"attempt"},
        "success",
        ("10.2.1.1",),
    ),
    "denied": RecordType("A statement was refused; the database did not see it.", _DB, "failure", ("10.2.1.4",)),
    "approval.requested": RecordType("An approval was asked for.", _DB | {"approval"}, "pending"),
    "approval.granted": RecordType("An approver said yes.", _DB | {"approval"}, "success"),
    "approval.denied": RecordType("An approver said no.", _DB | {"approval"}, "failure", ("10.2.1.4",)),
    "approval.expired": RecordType("Nobody answered in time, or a grant ended.", _DB | {"approval"}, "failure"),
    "approval.revoked": RecordType("A request was taken back.", _DB | {"approval"}, "cancelled"),
    "approval.void": RecordType("An answer that does not count.", _DB | {"approval"}, "failure", ("10.2.1.4",)),
    "approval.break_glass": RecordType(
        "A statement runs without its quorum, in an emergency.", _DB | {"approval"}, "success", ("10.2.1.2", "7.2.3")
    ),
    "review.task": RecordType("Somebody has to look at this afterwards.", _DB | {"approval"}, "pending", ("10.4.1",)),
    "review.closed": RecordType("Somebody has looked at it.", _DB | {"approval"}, "success", ("10.4.1",)),
    "approval.used": RecordType("A statement runs by an approval.", _DB | {"approval"}, "success", ("10.2.1.2",)),
    "limit": RecordType("A budget was used up.", _DB | {"limit"}, "failure"),
    "finding": RecordType("Card data where none was declared.", _DB | {"finding"}, "success", ("12.10.7",)),
    "policy.loaded": RecordType("A policy is in force.", _SYSTEM | {"policy"}, "success"),
    "policy.changed": RecordType("Another policy is in force.", _SYSTEM | {"policy"}, "success"),
    "shield.disable": RecordType("Guarding was switched off.", _SYSTEM, "success", ("10.2.1.6",)),
    "control.fail": RecordType("A security control failed.", _SYSTEM | {"control"}, "failure", ("10.7.2", "10.7.3")),
    "control.restore": RecordType("A security control works again.", _SYSTEM | {"control"}, "success", ("10.7.3",)),
    "control.test": RecordType("A security control was tested.", _SYSTEM | {"control"}, "success", ("10.7.2",)),
    "clock.step": RecordType("The wall clock was set.", _SYSTEM | {"step_us"}, "success", ("10.6.3",)),
    "heartbeat": RecordType("The log is alive.", _SYSTEM | {"size"}, "success", ("10.7.2",)),
    "audit.access": RecordType("The audit log was read.", _SYSTEM | {"access"}, "success", ("10.2.1.3",)),
    "anchor.ack": RecordType("A checkpoint left the host.", _SYSTEM | {"anchor"}, "success", ("10.3.3",)),
    "sink.pause": RecordType("A sink stopped taking records.", _SYSTEM | {"sink"}, "failure", ("10.7.2",)),
    "sink.resume": RecordType("A sink takes records again.", _SYSTEM | {"sink"}, "success", ("10.7.3",)),
    "recording": RecordType("Results of a session were recorded.", _DB | {"recording"}, "success"),
}
"""Every record type."""


def _paths(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Yield (dotted path, value) for everything below ``value``, stopping at maps and scalars."""
    field = FIELDS.get(path)
    if field is None or not path:
        yield path, value
    if isinstance(value, Mapping) and (field is None or field.shape == "object"):
        for key, item in value.items():
            yield from _paths(item, f"{path}.{key}" if path else key)
    elif isinstance(value, list) and field is not None:
        for item in value:
            if isinstance(item, Mapping):
                for key, inner in item.items():
                    yield from _paths(inner, f"{path}[].{key}")


def unclassified(record: Mapping[str, Any]) -> list[str]:
    """Return the dotted paths of all fields that :data:`FIELDS` does not know, in order."""
    return [path for key, value in record.items() for path, _ in _paths(value, key) if path not in FIELDS]


_KINDS: dict[str, tuple[Any, str]] = {
    "str": (str, "a text"),
    "int": (int, "a whole number"),
    "signed": (int, "a whole number"),
    "bool": (bool, "true or false"),
    "object": (dict, "an object"),
    "list": (list, "a list"),
    "map": (dict, "an object"),
}
_DAY = (
    r"(?!0000)[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
    r"|02-(?:0[1-9]|1[0-9]|2[0-8])|(?<=[0-9]{2}(?:0[48]|[2468][048]|[13579][26])-|(?:[02468][048]|[13579][26])00-)02-29)"
)
"""A day of the Gregorian calendar: with the 29 February of leap years, and no other."""
STAMP = _DAY + r"T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{6}Z"
"""Form of ``ts``."""
is_stamp = re.compile(STAMP, re.ASCII).fullmatch
"""Tells whether a text has the form of ``ts``."""
_ITEMS = frozenset(path.partition("[]")[0] for path in FIELDS if "[]" in path)
"""Lists of objects."""


def mistyped(record: Mapping[str, Any]) -> list[str]:
    """Return what every field holds that has another type than :data:`FIELDS` says, one phrase each, in order.

    Args:
        record: Parsed JSON. Fields that are not in the table are left to :func:`unclassified`.
    """
    found: list[str] = []
    for name, value in record.items():
        _typed(name, value, found)
    if not found and "ts" in record and is_stamp(record["ts"]) is None:
        found.append("ts is no time stamp with microseconds in UTC")
    return found


def _typed(path: str, value: Any, found: list[str]) -> None:
    field = FIELDS.get(path)
    if field is None:
        return
    kind, must = _KINDS[field.shape]
    if type(value) is not kind:
        found.append(f"{path} is not {must}")
    elif field.shape == "int" and value < 0:
        found.append(f"{path} is negative")
    elif field.shape == "object":
        for name, inner in value.items():
            _typed(f"{path}.{name}", inner, found)
    elif path in _ITEMS:
        for item in value:
            if type(item) is not dict:
                found.append(f"an item of {path} is not an object")
                return
            for name, inner in item.items():
                _typed(f"{path}[].{name}", inner, found)
    elif field.shape in ("list", "map"):
        kind, must = _KINDS["int" if field.content == "number" else "str"]
        items = value.values() if type(value) is dict else value
        if any(type(item) is not kind for item in items):
            found.append(f"an item of {path} is not {must}")
        elif kind is int and any(item < 0 for item in items):
            found.append(f"an item of {path} is negative")


def missing_facts(record: Mapping[str, Any]) -> list[str]:
    """Return which of the six facts of PCI DSS 10.2.2 the record lacks."""
    actor, src = record.get("actor"), record.get("src")
    facts = {
        "user identification": isinstance(actor, Mapping) and bool(actor.get("user")),
        "type of event": bool(record.get("type")),
        "date and time": bool(record.get("ts")),
        "success or failure": bool(record.get("outcome")),
        "origination": isinstance(src, Mapping) and bool(src.get("host")),
        "affected data or component": bool(record.get("db") or record.get("component")),
    }
    return [fact for fact, present in facts.items() if not present]


def problems(record: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with a record's content, one sentence each; empty when it is right."""
    found = []
    if record.get("v") != SCHEMA_VERSION:
        return [f"schema version is not {SCHEMA_VERSION}"]
    kind = TYPES.get(str(record.get("type")))
    if kind is None:
        return ["record type is unknown"]
    lacking = sorted(name for name in kind.required | {"mono_us"} if record.get(name) is None)
    if lacking:
        found.append(f"field missing: {', '.join(lacking)}")
    facts = missing_facts(record)
    if facts:
        found.append(f"PCI DSS 10.2.2 fact missing: {', '.join(facts)}")
    unknown = unclassified(record)
    if unknown:
        found.append(f"field is not classified: {', '.join(unknown[:5])}")
    wrong = mistyped(record)
    if wrong:
        found.append(f"field has the wrong type: {', '.join(wrong[:5])}")
    return found
