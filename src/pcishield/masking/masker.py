"""The public face of masking: one object, immutable after construction, safe to share between threads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pcishield.core.result import ResultColumn
from pcishield.exceptions import ConfigurationError, MaskingError
from pcishield.masking._select import kernel_for
from pcishield.masking.columns import ColumnClasses
from pcishield.masking.formats import DEFAULT_FORMATS, TokenKeys, check_formats
from pcishield.masking.hits import Finding
from pcishield.masking.iin import IinTable
from pcishield.masking.plan import BY_VALUE, MaskStats, RowPlan, treatments
from pcishield.masking.scanner import ReferenceScanner
from pcishield.masking.stream import StreamMasker
from pcishield.masking.text import written_mask
from pcishield.masking.values import MAX_DEPTH, Seen, ValueMasker
from pcishield.masking.views import DECODERS
from pcishield.statement.facts import Statement

__all__ = ["Masker"]

_NUMERIC = ("text", "null", "error")
_UNKNOWN = ("scan", "redact", "pass")
_CACHE = 32
_SHORTEST = 12


class Masker:
    """Finds and masks card data: in values, rows, text and streams.

    Args:
        formats: Format by class, over the defaults (``pan`` last four, ``sad.*`` redacted).
        columns: Class by column glob, looked at before the shipped ones; class ``none`` exempts.
        numeric_pan: What a number that is a card number becomes: ``text`` (its mask), ``null`` or ``error``.
        kernel: ``auto``, ``python`` or ``native``; ``compiled`` is another name for ``native``.
        token_keys: Keys for the ``token`` format.
        networks: Rows to add to the IIN table, as in ``iin.toml``.
        strict: Take numbers of uncertain networks without a word beside them.
        decoders: Encodings to look into: ``url``, ``hex``, ``base64``.
        unknown_objects: What happens to objects of unknown type: ``scan`` their text,
            ``redact`` them, or let them ``pass``.

    Raises:
        ConfigurationError: Something above is wrong; all problems are listed.
    """

    def __init__(
        self,
        *,
        formats: Mapping[str, str] | None = None,
        columns: Mapping[str, str] | None = None,
        numeric_pan: str = "text",
        kernel: str = "auto",
        token_keys: TokenKeys | None = None,
        networks: Sequence[Mapping[str, Any]] = (),
        strict: bool = False,
        decoders: Sequence[str] = (),
        unknown_objects: str = "scan",
    ) -> None:
        problems = check_formats(formats or {}, tokens=token_keys is not None)
        problems += [f"decoders: unknown decoder {name!r}" for name in decoders if name not in DECODERS]
        if numeric_pan not in _NUMERIC:
            problems.append(f"numeric_pan: {numeric_pan!r} is not one of {', '.join(_NUMERIC)}")
        if unknown_objects not in _UNKNOWN:
            problems.append(f"unknown_objects: {unknown_objects!r} is not one of {', '.join(_UNKNOWN)}")
        if problems:
            raise ConfigurationError("masking: " + "; ".join(problems), problems)
        self._formats = {**DEFAULT_FORMATS, **(formats or {})}
        self._keys = token_keys
        self._numeric, self._unknown = numeric_pan, unknown_objects
        self._classes = ColumnClasses(columns)
        table = IinTable.shipped().extended(networks)
        # The kernel knows nothing of encodings: with decoders the reference looks at everything.
        self._kernel = None if decoders else kernel_for(kernel, table, strict, self._is_plain_key)
        suspects = self._kernel.suspects if self._kernel is not None else None
        self._scanner = ReferenceScanner(table, strict=strict, decoders=decoders, suspects=suspects)
        self._values = self._value_masker({})
        self._by_formats: dict[frozenset[tuple[str, str]], ValueMasker] = {}

    @property
    def kernel(self) -> str:
        """Which scanner runs: ``native`` or ``python``."""
        return "python" if self._kernel is None else "native"

    @property
    def version(self) -> str:
        """Version and digest of the IIN table in use, for the audit log."""
        return self._scanner.table.version

    def scan(self, text: str) -> list[Finding]:
        """Return where card data is in ``text``, in order."""
        return [hit.finding() for hit in self._scanner.hits(text)]

    def mask(self, value: Any, cls: str | None = None) -> Any:
        """Return ``value`` with all card data masked; the same object when there is none.

        Args:
            value: Of any type, untrusted.
            cls: Class of the column it comes from.

        Raises:
            MaskingError: It could not be masked.
        """
        return self._values.mask(value, set(), cls)

    def mask_rows(self, rows: list[tuple[Any, ...]], columns: Sequence[str] | None = None) -> list[tuple[Any, ...]]:
        """Mask ``rows`` in place and return them; only affected rows are rebuilt.

        Args:
            rows: Tuples of equal length.
            columns: Names of the columns, to be classified; by value only when not given.

        Raises:
            MaskingError: No row may be handed out.
        """
        if not rows:
            return rows
        names = [""] * len(rows[0]) if columns is None else columns
        return self.plan(None, [ResultColumn(name) for name in names]).mask(rows, MaskStats())

    def mask_arrow(self, table: Any, stats: MaskStats | None = None) -> Any:
        """Return a ``pyarrow.Table`` masked; clean columns are handed on without a copy.

        Args:
            table: Its column names are classified as those of a result are.
            stats: Takes the counts.

        Raises:
            ConfigurationError: pyarrow is not installed.
            MaskingError: A value could not be masked.
        """
        plan = self.plan(None, [ResultColumn(name) for name in table.column_names])
        return plan.mask_arrow(table, stats if stats is not None else MaskStats())

    def mask_text(self, text: str) -> str:
        """Return ``text`` with every piece of card data masked where it stands: for messages, notices and names."""
        return self._values.mask_text(text, set())

    def contains_pan(self, value: Any) -> bool:
        """Whether ``value`` holds card data, nested values included; true when that cannot be told."""
        seen: Seen = set()
        try:
            masked = self._values.mask(value, seen)
        except MaskingError:
            return True
        return masked is not value and any(cls == "pan" or cls.startswith("sad") or cls == "unknown" for cls in seen)

    def is_masked_form(self, value: Any) -> bool:
        """Whether ``value`` is or holds one of our masks, redactions or tokens."""
        return _holds_mask(value)

    def classify(self, statement: Statement) -> dict[str, str]:
        """Return the classes of the columns that ``statement`` uses, by ``table.column`` or ``column``."""
        found: dict[str, str] = {}
        tables = statement.tables()
        for use in statement.columns:
            ref = use.column
            known = (ref.table,) if ref.table is not None else (None, *tables)
            for table in known:
                cls = self._classes.classify(ref.name, table.name if table else "", table.schema if table else "")
                if cls is not None:
                    found[f"{ref.table.name}.{ref.name}" if ref.table is not None else ref.name] = cls
                    break
        return found

    def classify_column(self, column: str, table: str = "", schema: str = "") -> str | None:
        """Return the class of one column, ``None`` when it is an ordinary one."""
        return self._classes.classify(column, table, schema)

    def plan(
        self, statement: Statement | None, columns: Sequence[ResultColumn], formats: Mapping[str, str] | None = None
    ) -> RowPlan:
        """Decide what to do with each column of a result.

        Args:
            statement: What was executed, ``None`` when not known.
            columns: The result's columns.
            formats: Format by class for this principal, over the masker's.

        Raises:
            ConfigurationError: ``formats`` is wrong.
        """
        values = self._values if not formats else self._for_formats(formats)
        return RowPlan(treatments(statement, columns, self._classes, values), values, self._kernel)

    def stream(
        self, plan: RowPlan | None = None, *, delimiter: str = "", formats: Mapping[str, str] | None = None
    ) -> StreamMasker:
        """Return a masker for one stream of text, by value only.

        Args:
            plan: The result's plan, when the stream is a result.
            delimiter: A character that no card number goes over, such as the tab between columns of COPY.
            formats: As in :meth:`plan`.

        Raises:
            MaskingError: The plan masks columns by what they are: a stream has no cells, hand over rows.
        """
        if plan is not None and any(not treatment.startswith(BY_VALUE) for treatment in plan.columns):
            raise MaskingError("a stream cannot be masked by column; split it into rows first")
        values = self._values if not formats else self._for_formats(formats)
        if plan is not None:
            values = plan.values
        return StreamMasker(self._scanner.hits, values.texts, delimiter=delimiter)

    def _is_plain_key(self, key: str) -> bool:
        return self._classes.classify(key) is None

    def _for_formats(self, formats: Mapping[str, str]) -> ValueMasker:
        key = frozenset(formats.items())
        values = self._by_formats.get(key)
        if values is None:
            problems = check_formats(formats, tokens=self._keys is not None)
            if problems:
                raise ConfigurationError("formats: " + "; ".join(problems), problems)
            if len(self._by_formats) >= _CACHE:
                self._by_formats.clear()
            values = self._by_formats[key] = self._value_masker(formats)
        return values

    def _value_masker(self, formats: Mapping[str, str]) -> ValueMasker:
        return ValueMasker(
            self._scanner,
            self._classes,
            {**self._formats, **formats},
            self._keys,
            numeric=self._numeric,
            unknown=self._unknown,
            kernel=self._kernel,
        )


def _holds_mask(value: Any, depth: int = 0) -> bool:
    if isinstance(value, str):
        return (
            len(value) >= _SHORTEST
            and ("*" in value or "[REDACTED:" in value or "tok:" in value)
            and written_mask(value)
        )
    if isinstance(value, bytes | bytearray | memoryview):
        data = bytes(value)
        return (b"*" in data or b"[REDACTED:" in data or b"tok:" in data) and _holds_mask(
            data.decode("utf-8", "replace")
        )
    if depth >= MAX_DEPTH:
        return False
    if isinstance(value, Mapping):
        items: Iterable[Any] = (part for pair in value.items() for part in pair)
    elif isinstance(value, list | tuple | set | frozenset):
        items = value
    else:
        return False
    return any(_holds_mask(item, depth + 1) for item in items)
