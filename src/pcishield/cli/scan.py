"""``pcishield scan``: where card data lies in files and databases. It names places and counts, never a value.

Exit status: 0 nothing found; 1 card data found; 2 the target cannot be read.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

import typer

from pcishield.cli._progress import ProgressBar
from pcishield.cli._scan_sources import FORMATS, Cell, Extent, cells_of
from pcishield.exceptions import ConfigurationError
from pcishield.masking import Finding, Masker

__all__ = ["scan"]

_PROGRESS = 1_000
_DEPTH = 64


@dataclass(slots=True)
class _Place:
    """Findings of one class in one place."""

    location: str
    cls: str
    first: str
    count: int = 0
    brands: set[str] = field(default_factory=set)


def scan(
    target: Annotated[
        str,
        typer.Argument(help="A file or directory, - for standard input, sqlite:///PATH, postgresql://… or mysql://…"),
    ],
    form: Annotated[str, typer.Option("--format", help=f"How to read it: {', '.join(FORMATS)}.")] = "auto",
    sample: Annotated[
        int | None, typer.Option(min=1, help="Rows or lines to read of each table or file; else all.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="Places to print; all are counted.")] = 200,
    strict: Annotated[
        bool, typer.Option(help="Take numbers of uncertain networks without a word beside them.")
    ] = False,
    decode: Annotated[
        list[str] | None, typer.Option(help="Look into url, hex or base64 as well; may be repeated.")
    ] = None,
    progress: Annotated[bool, typer.Option(help="Show on a terminal how far it is.")] = True,
) -> None:
    """Find card numbers, track data and verification codes in text, CSV, JSONL, Parquet and database tables.

    Prints where, what and how many, never a value. Exit status 1 when there is any.
    """
    if form not in FORMATS:
        raise ConfigurationError(f"--format: {form!r} is not one of {', '.join(FORMATS)}")
    masker = Masker(strict=strict, decoders=decode or ())
    places: dict[tuple[str, str], _Place] = {}
    count = 0
    extent = Extent()
    try:
        with ProgressBar(progress and not as_json) as bar:
            for count, cell in enumerate(cells_of(target, form, sample, extent), 1):
                _look(cell, masker, places)
                if count % _PROGRESS == 0:
                    bar.show(
                        extent.done, total=extent.total, what=masker.mask_text(extent.what),
                        note=f"{count:,} values, card data in {len(places):,} places",
                    )  # fmt: skip
    except OSError as error:
        raise ConfigurationError(f"the target cannot be read ({error.strerror})") from None
    found = sorted(places.values(), key=lambda place: (place.cls == "pan", -place.count, place.location))
    typer.echo(_as_json(found, count, masker) if as_json else _as_table(found, count, limit, masker))
    if found:
        raise typer.Exit(1)


def _look(cell: Cell, masker: Masker, places: dict[tuple[str, str], _Place]) -> None:
    declared = masker.classify_column(cell.column, cell.table) if cell.column else None
    if declared is not None and declared.startswith("sad") and cell.value not in (None, ""):
        _count(places, cell, declared, masker).count += 1
        return
    for finding in _findings(cell.value, masker):
        place = _count(places, cell, finding.cls, masker)
        place.count += 1
        place.brands.update(finding.brands)


def _count(places: dict[tuple[str, str], _Place], cell: Cell, cls: str, masker: Masker) -> _Place:
    place = places.get((cell.place, cls))
    if place is None:
        # A name can hold a card number too.
        place = places[cell.place, cls] = _Place(masker.mask_text(cell.place), cls, cell.first)
    return place


def _findings(value: Any, masker: Masker, depth: int = 0) -> Iterator[Finding]:
    if isinstance(value, str):
        yield from masker.scan(value)
    elif isinstance(value, bytes | bytearray | memoryview):
        yield from masker.scan(bytes(value).decode("utf-8", "surrogateescape"))
    elif isinstance(value, Mapping) and depth < _DEPTH:
        for key, item in value.items():
            yield from _findings(key, masker, depth + 1)
            yield from _findings(item, masker, depth + 1)
    elif isinstance(value, list | tuple | set | frozenset) and depth < _DEPTH:
        for item in value:
            yield from _findings(item, masker, depth + 1)
    elif value is not None and not isinstance(value, bool):
        if isinstance(value, float) and value.is_integer() and abs(value) < 1e20:
            value = int(value)
        if not isinstance(value, int) or value.bit_length() < 128:
            yield from masker.scan(str(value))


def _as_json(found: list[_Place], count: int, masker: Masker) -> str:
    rows = [
        {"location": p.location, "class": p.cls, "count": p.count, "brands": sorted(p.brands), "first": p.first}
        for p in found
    ]
    return json.dumps({"values": count, "iin_table": masker.version, "found": rows}, indent=2)


def _as_table(found: list[_Place], count: int, limit: int, masker: Masker) -> str:
    head = f"{count:,} values read with IIN table {masker.version}."
    if not found:
        return f"{head}\nNo card data found."
    rows = [("location", "class", "count", "brands", "first")]
    rows += [(p.location, p.cls, f"{p.count:,}", ", ".join(sorted(p.brands)), p.first) for p in found[:limit]]
    widths = [max(len(row[i]) for row in rows) for i in range(5)]
    lines = ["  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    if len(found) > limit:
        lines.append(f"… and {len(found) - limit:,} more places")
    total = sum(place.count for place in found)
    return "\n".join([head, f"{total:,} findings in {len(found):,} places:", "", *lines])
