"""The directive ``surfaces``: what pcishield does with every public name of a driver, from the Surfaces themselves."""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

import pcishield.drivers
from pcishield.runtime.surface import BUCKETS, Surface

MEANING = {
    "statement": "sends SQL: judged and recorded",
    "row": "hands out one row: masked",
    "rows": "hands out rows: masked",
    "stream": "hands out data in pieces: masked",
    "cursor": "hands out another guarded object",
    "gate": "the narrowest method that all SQL passes: nothing gets by",
    "blocked": "raises, and says what to do instead",
    "passed": "neither SQL nor data: the driver's own",
}


def all_surfaces() -> dict[str, tuple[Surface, ...]]:
    """Return the Surfaces of every driver module that can be imported here, by module name."""
    found = {}
    for module in sorted(m.name for m in pkgutil.iter_modules(pcishield.drivers.__path__)):
        try:
            surfaces = getattr(importlib.import_module(f"pcishield.drivers.{module}"), "SURFACES", ())
        except ImportError:
            continue  # the driver is not installed where the documentation is built
        if surfaces:
            found[module] = tuple(surfaces)
    return found


class Surfaces(SphinxDirective):
    """``.. surfaces::``, a matrix of all drivers; with ``:driver: name``, the names of one driver by bucket."""

    option_spec = {"driver": directives.unchanged}  # noqa: RUF012

    def run(self) -> list[nodes.Node]:
        surfaces = all_surfaces()
        if "driver" in self.options:
            return [node for surface in surfaces[self.options["driver"]] for node in _names(surface)]
        rows = [
            [surface.owner, *(str(sum(b == bucket for b, _ in surface.items())) for bucket in BUCKETS)]
            for found in surfaces.values()
            for surface in found
        ]
        return [_table(["class", *BUCKETS], rows)]


def _names(surface: Surface) -> list[nodes.Node]:
    rows = []
    for bucket in BUCKETS:
        names = sorted(name for b, name in surface.items() if b == bucket)
        if names and bucket != "blocked":
            rows.append([bucket, MEANING[bucket], ", ".join(names)])
    rows += [["blocked", instead, name] for name, instead in sorted(surface.blocked.items())]
    return [nodes.rubric("", surface.owner), _table(["bucket", "what happens", "names"], rows)]


def _table(head: list[str], rows: list[list[str]]) -> nodes.table:
    table, group = nodes.table(), nodes.tgroup(cols=len(head))
    table += group
    group += [nodes.colspec(colwidth=1) for _ in head]
    group += nodes.thead("", _row(head))
    group += nodes.tbody("", *(_row(row) for row in rows))
    return table


def _row(cells: list[str]) -> nodes.row:
    return nodes.row("", *(nodes.entry("", nodes.paragraph("", cell)) for cell in cells))


def setup(app: Any) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("surfaces", Surfaces)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
