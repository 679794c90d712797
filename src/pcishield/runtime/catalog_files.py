"""Snapshots of a database's catalog as JSON files: written by ``pcishield catalog dump``, named in ``catalog.file``."""

from __future__ import annotations

import json
import os
from pathlib import Path

from pcishield.exceptions import ConfigurationError
from pcishield.statement import Catalog

__all__ = ["FORMAT", "read_snapshot", "write_snapshot"]

FORMAT = "pcishield-catalog-1"


def write_snapshot(catalog: Catalog, path: str | os.PathLike[str]) -> None:
    """Write ``catalog`` to a file, replacing it in one step. It holds names and view definitions, no data.

    Raises:
        OSError: It cannot be written; what was there stays.
    """
    target = Path(path)
    draft = target.with_name(f".{target.name}.{os.getpid()}.new")
    try:
        draft.write_text(json.dumps({"format": FORMAT} | catalog.to_mapping(), indent=1) + "\n", "utf-8")
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def read_snapshot(path: str | os.PathLike[str]) -> Catalog:
    """Read a catalog from a file.

    Raises:
        ConfigurationError: It cannot be read, or is no snapshot.
    """
    file = Path(path).expanduser()
    try:
        data = json.loads(file.read_text("utf-8"))
        if not isinstance(data, dict) or data.get("format") != FORMAT:
            raise ValueError(f"its format is not {FORMAT}")
        return Catalog.from_mapping(data)
    except OSError as error:
        problem = f"catalog.file: cannot read {file}: {error.strerror or type(error).__name__}"
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        problem = f"catalog.file: {file} is no catalog snapshot ({type(error).__name__}: {error})"
    raise ConfigurationError(f"{problem}. Make one with: pcishield catalog dump", [problem])
