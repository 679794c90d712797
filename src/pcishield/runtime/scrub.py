"""Exceptions on their way out: texts masked in place; class, identity and traceback kept. And texts for records.

Walks ``__cause__``, ``__context__`` and exception groups. Values that drivers and SQLAlchemy hang on exceptions
(``args``, ``__notes__``, ``diag`` through the driver's own :class:`Scrub`) are masked, not dropped, so that handlers
which look at them keep working.

How much is told depends on the statement that the error is about:

- :class:`Wording`: the database's words, card data masked.
- :class:`RoutineWording`, of a statement that runs somebody's function or procedure: numbers in texts are taken out.
- :class:`SpokenWording`, of one whose text is a program (DO): what it says itself is told.
- :class:`WithheldWording`, of one that computes with card data (``reverse(pan)::int``) and so gets its results into
  the database's message, where no scanner knows them: no text at all, but for a name of the statement that the
  database does not know (:class:`NamingWording`). Codes are told apart by the field that they
  stand in, and told when it is the server that defines them, for who writes a function chooses what it raises.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from json import JSONDecodeError
from traceback import clear_frames
from types import FrameType
from typing import Any

from pcishield.runtime.codes import NUMBERS, STATES

__all__ = [
    "RoutineWording", "Scrub", "SpokenWording", "WithheldWording", "Wording", "record_text", "scrub_exception",
    "settle",
]  # fmt: skip

_DEPTH = 64
_FEW = 1000
"""A number below is told: three digits of a card number show nothing."""

WITHHELD = "the database's message is withheld: it may quote what this statement computes from card data"
REDACTED = "[redacted]"
_NUMBER = re.compile(r"\d(?:[\s.,:/_-]{0,3}\d){3,}")
_CODED = re.compile(rf"(?:(?<=\[)|(?<=SQLSTATE: ))(?P<state>[0-9A-Z]{{5}})\b|{_NUMBER.pattern}")
"""ODBC's messages begin with the SQLSTATE in brackets, and ADBC's end with it."""
_LABEL = re.compile(r"(?:(?:CONTEXT|DEBUG|DETAIL|ERROR|FATAL|HINT|INFO|LOG|NOTICE|PANIC|WARNING):\s+)?")
_WHERE = re.compile(r"PL/pgSQL function inline_code_block line \d{1,4} at [A-Za-z ]{1,40}")
_VALUES = (str, bytes, bytearray, int, float, list, tuple, dict)
_LONG = 10_000
"""A program of more characters could spell out all numbers that there are."""
_USERS_STATE = {"mysql": "45000", "postgres": "P0001"}
_WORD = re.compile(r"[\w$]+")
_PARTS, _DIGITS = 4, 2
"""Most parts (database, schema, table, column) and most digits of a name that is told."""
_USERS_NUMBER = 1644


def _number_of_mysql(number: int) -> int:
    return number if abs(number) < _FEW or number in NUMBERS else _USERS_NUMBER


class Wording:
    """What may be told of one error, by the kind of field; here all of it, card data masked.

    Args:
        mask_text: Masks card data in a text.
        mask_value: Masks card data in any value, containers included.
    """

    def __init__(self, mask_text: Callable[[str], str], mask_value: Callable[[Any], Any]) -> None:
        self.mask_text = mask_text
        self.mask_value = mask_value

    @property
    def plain(self) -> Wording:
        """The same for what the driver itself says: it is about no data."""
        return self if type(self) is Wording else Wording(self.mask_text, self.mask_value)

    def text(self, text: str) -> str:
        """Return a message, a detail, a hint."""
        return self.mask_text(text)

    def value(self, value: Any) -> Any:
        """Return something else than text that stands where a text might."""
        return self.mask_value(value)

    def name(self, text: str, certain: bool) -> str | None:
        """Return a table's, a column's, a constraint's name; ``certain``: the server itself has put it there."""
        return self.mask_text(text)

    def state(self, state: str) -> str:
        """Return an SQLSTATE."""
        return self.mask_text(state)

    def number(self, number: int) -> int:
        """Return the server's error number."""
        return number

    def position(self, text: str) -> str | None:
        """Return a position in the statement, counted from one."""
        return text

    def inner_position(self, text: str) -> str | None:
        """Return a position in SQL text that a function has made."""
        return text

    def naming(self, line: str, name: str) -> Wording:
        """Return what holds for an error that says in ``line`` that the database does not know ``name``."""
        return self


class RoutineWording(Wording):
    """See the module's text.

    Args:
        dialect: The database's.
    """

    def __init__(self, mask_text: Callable[[str], str], mask_value: Callable[[Any], Any], dialect: str) -> None:
        super().__init__(mask_text, mask_value)
        self._dialect = dialect

    def text(self, text: str) -> str:
        """Take out the numbers."""
        return _CODED.sub(self._number, self.mask_text(text))

    def _number(self, match: re.Match[str]) -> str:
        state = match["state"]
        return REDACTED if state is None else self.state(state)

    def value(self, value: Any) -> Any:
        """Take out long numbers."""
        if isinstance(value, int):
            return value if abs(value) < _FEW else REDACTED
        return self.mask_value(value)

    def name(self, text: str, certain: bool) -> str | None:
        """Take out the numbers of names that a function may have chosen."""
        return self.mask_text(text) if certain else self.text(text)

    def state(self, state: str) -> str:
        """Take out one that the server does not define and that is almost a number."""
        return state if state in STATES or sum(map(str.isdigit, state)) < 4 or state.startswith("45") else "HY000"

    def number(self, number: int) -> int:
        """Take out one of MySQL's that the server does not define."""
        return _number_of_mysql(number) if self._dialect == "mysql" else number

    def inner_position(self, text: str) -> str | None:
        """Take it out: a function can compute it."""
        return None


class WithheldWording(Wording):
    """See the module's text.

    Args:
        dialect: The database's: says which code stands for one that the server does not define.
        sql: The statement.
    """

    def __init__(
        self, mask_text: Callable[[str], str], mask_value: Callable[[Any], Any], dialect: str, sql: str
    ) -> None:
        super().__init__(mask_text, mask_value)
        self._dialect = dialect
        self._length = len(sql)
        self._sql = sql if len(sql) <= _LONG else ""

    def text(self, text: str) -> str:
        """Tell that there was a text."""
        return WITHHELD if text else text

    def value(self, value: Any) -> Any:
        """Tell a small number, and nothing else."""
        return value if isinstance(value, int) and abs(value) < _FEW else WITHHELD

    def name(self, text: str, certain: bool) -> str | None:
        """Tell a name that the server has put there."""
        return self.mask_text(text) if certain else None

    def state(self, state: str) -> str:
        """Tell one that the server defines; else that a function has chosen it."""
        return state if state in STATES else _USERS_STATE.get(self._dialect, "HY000")

    def number(self, number: int) -> int:
        """Likewise."""
        if self._dialect == "mysql":
            return _number_of_mysql(number)
        return number if abs(number) < _FEW else 0

    def position(self, text: str) -> str | None:
        """Tell one that is in the statement."""
        return text if text.isdecimal() and int(text) <= self._length + 1 else None

    def inner_position(self, text: str) -> str | None:
        """Tell none: a function can compute it."""
        return None

    def naming(self, line: str, name: str) -> Wording:
        """Tell that line too when the name is the statement's own: a database says so before it computes."""
        # Whole words, no more of them than a column has, and hardly a digit: of parts of words, and of all numbers of
        # three digits in a comment, a function that signals such an error could choose what it reads.
        parts = name.lower().split(".")
        digits = sum(map(str.isdigit, name))
        own = digits <= _DIGITS and len(parts) <= _PARTS and set(parts) <= set(_WORD.findall(self._sql.lower()))
        return NamingWording(self.mask_text, self.mask_value, self._dialect, self._sql, line) if own else self


class NamingWording(WithheldWording):
    """For an error that says that the database does not know a name of the statement.

    Args:
        dialect: The database's.
        sql: The statement.
        line: What the error says.
    """

    def __init__(
        self, mask_text: Callable[[str], str], mask_value: Callable[[Any], Any], dialect: str, sql: str, line: str
    ) -> None:
        super().__init__(mask_text, mask_value, dialect, sql)
        self._line = line

    def text(self, text: str) -> str:
        """Tell that line alone: the statement, which may follow it, holds literals."""
        return self.mask_text(self._line) if text.partition("\n")[0] == self._line else super().text(text)


class SpokenWording(WithheldWording):
    """See the module's text.

    Args:
        dialect: The database's.
        sql: The statement.
    """

    def _says(self, text: str) -> bool:
        return text in self._sql and _NUMBER.search(text) is None

    def text(self, text: str) -> str:
        """Tell the lines that are the statement's own words."""
        lines = []
        for line in text.split("\n"):
            said = line[_LABEL.match(line).end() :]  # type: ignore[union-attr]
            lines.append(line if self._says(said) or _WHERE.fullmatch(said) else "")
        kept = "\n".join(line for line in lines if line)
        ending = "\n" if text.endswith("\n") else ""  # of psycopg2's notices and errors
        return self.mask_text((kept if lines[0] else f"{WITHHELD}\n{kept}".rstrip()) + ending) if text else text

    def name(self, text: str, certain: bool) -> str | None:
        """Tell one that the statement says."""
        return self.mask_text(text) if certain or self._says(text) else None

    def state(self, state: str) -> str:
        """Tell one that the statement says."""
        return state if self._says(state) else super().state(state)


def _nothing(error: BaseException, words: Wording) -> None:
    return None


def _same(error: BaseException, words: Wording) -> Wording:
    return words


@dataclass(frozen=True, slots=True)
class Scrub:
    """How a driver's exceptions are to be read.

    Attributes:
        attributes: Masks what the driver hangs on one exception beside its arguments, in place.
        arguments: What stands in its arguments by position: ``number``, ``state``, ``code`` for either, or ``text``,
            which is the rest.
        words: Returns what holds for one exception: ``words.plain`` for what the driver says itself, before it sent
            or after it closed, for that quotes nothing that was computed.
        fields: Masks an argument that is a dictionary; ``None`` when it is no message of the database.
    """

    attributes: Callable[[BaseException, Wording], None] = _nothing
    arguments: tuple[str, ...] = ()
    words: Callable[[BaseException, Wording], Wording] = _same
    fields: Callable[[dict[Any, Any], Wording], dict[Any, Any] | None] | None = None


def record_text(mask_text: Callable[[str], str], text: str) -> str:
    """Return ``text`` fit for a record: card data masked, lone surrogates replaced."""
    masked = mask_text(text)
    return masked if masked.isascii() else masked.encode("utf-8", "replace").decode("utf-8")


def scrub_exception(error: BaseException, words: Wording, scrub: Scrub | None = None) -> None:
    """Mask everything textual that hangs on ``error`` and on what led to it.

    Args:
        error: Changed in place.
        words: What may be told.
        scrub: The driver's own part.
    """
    scrub = scrub or Scrub()
    todo: list[BaseException] = [error]
    seen: set[int] = set()
    running = _running()
    while todo and len(seen) < _DEPTH:
        current = todo.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        _forget_variables(current, running if current is not error else frozenset())
        if not getattr(current, "_pcishield_told", False):
            _scrub_one(current, words, scrub)
        todo.extend(e for e in (current.__cause__, current.__context__) if e is not None)
        if isinstance(current, BaseExceptionGroup):
            todo.extend(current.exceptions)


def _running() -> frozenset[int]:
    frame: FrameType | None = sys._getframe(1)
    found = set()
    while frame is not None:
        found.add(id(frame))
        frame = frame.f_back
    return frozenset(found)


def _forget_variables(error: BaseException, running: frozenset[int]) -> None:
    """Empty the frames of a traceback: error trackers send the variables, and a converter has had raw values.

    What the application had caught before it called the driver is only the context of ``error``, and keeps them: its
    traceback begins in a frame that is ``running``.
    """
    trace = error.__traceback__
    if trace is None or id(trace.tb_frame) in running:
        return
    clear_frames(trace)


def settle(error: BaseException) -> None:
    """Note that ``error`` has been masked by what it is about: nobody who knows less shall do it again."""
    error._pcishield_told = True  # type: ignore[attr-defined]


def _scrub_one(error: BaseException, words: Wording, scrub: Scrub) -> None:
    told = words.plain if _is_systems(error) else scrub.words(error, words)
    _scrub_arguments(error, told, scrub)
    notes = getattr(error, "__notes__", None)
    if notes:
        error.__notes__ = [told.text(note) if isinstance(note, str) else "" for note in notes]
    scrub.attributes(error, told)


def _is_systems(error: BaseException) -> bool:
    """Whether the operating system has raised it; pyarrow raises an OSError that quotes the database."""
    return isinstance(error, OSError) and isinstance(error.errno, int)


def _scrub_arguments(error: BaseException, words: Wording, scrub: Scrub) -> None:
    kinds = scrub.arguments
    args = tuple(
        _argument(arg, words, kinds[at] if at < len(kinds) else "", scrub) for at, arg in enumerate(error.args)
    )
    if any(new is not old for new, old in zip(args, error.args, strict=True)):
        error.args = args
    # What cannot be read or decoded is quoted whole, beside the arguments.
    for name in ("object", "doc") if isinstance(error, (UnicodeError, JSONDecodeError)) else ():
        value: Any = getattr(error, name, None)
        if isinstance(value, (str, bytes)) and words.value(value) != value:
            setattr(error, name, type(value)())
    if isinstance(error, AttributeError) and error.obj is not None:
        error.obj = None  # what a converter has looked at
    # Not by vars(): it makes a dictionary where there was none, and psycopg2 pickles an error that has one otherwise.
    state: Any = BaseException.__reduce__(error)
    for attributes in state[2:]:
        for name, value in attributes.items():
            if isinstance(value, _VALUES) and (masked := words.mask_value(value)) is not value:
                attributes[name] = masked


def _argument(arg: Any, words: Wording, kind: str, scrub: Scrub) -> Any:
    if isinstance(arg, str):
        masked = words.state(arg) if kind in ("code", "state") and len(arg) == 5 else words.text(arg)
        return arg if masked == arg else masked
    if arg is None or isinstance(arg, (bool, BaseException)):
        return arg
    if isinstance(arg, dict) and scrub.fields is not None and (told := scrub.fields(arg, words)) is not None:
        return told
    return words.number(arg) if kind in ("code", "number") and isinstance(arg, int) else words.value(arg)
