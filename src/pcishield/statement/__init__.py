"""Statement understanding: text to :class:`Statement` facts. Pure; imports the parser only when used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pcishield.statement.facts import (
    ACTIONS,
    ColumnRef,
    ColumnUse,
    Hazard,
    OutputColumn,
    Relation,
    Statement,
    TableRef,
)
from pcishield.statement.hazards import HAZARDS, HazardType

if TYPE_CHECKING:
    from pcishield.statement.analyze import analyze, cache_clear
    from pcishield.statement.catalog import Catalog, TableInfo
    from pcishield.statement.catalog_changes import catalog_effect, changed_names, changes_catalog
    from pcishield.statement.catalog_reading import build_catalog, catalog_queries, load_catalog
    from pcishield.statement.lexer import LexerSettings

__all__ = [
    "ACTIONS",
    "HAZARDS",
    "Catalog",
    "ColumnRef",
    "ColumnUse",
    "Hazard",
    "HazardType",
    "LexerSettings",
    "OutputColumn",
    "Relation",
    "Statement",
    "TableInfo",
    "TableRef",
    "analyze",
    "build_catalog",
    "cache_clear",
    "catalog_effect",
    "catalog_queries",
    "changed_names",
    "changes_catalog",
    "load_catalog",
]

_LAZY = {
    "Catalog": "catalog",
    "LexerSettings": "lexer",
    "TableInfo": "catalog",
    "analyze": "analyze",
    "build_catalog": "catalog_reading",
    "cache_clear": "analyze",
    "catalog_effect": "catalog_changes",
    "catalog_queries": "catalog_reading",
    "changed_names": "catalog_changes",
    "changes_catalog": "catalog_changes",
    "load_catalog": "catalog_reading",
}


def __getattr__(name: str) -> Any:
    module = _LAZY.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f"{__name__}.{module}"), name)
    globals()[name] = value
    return value
