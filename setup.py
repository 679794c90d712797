"""Build the optional compiled parts; everything else is in pyproject.toml.

Each is left out when its source or Cython is missing, and a failing compiler does not fail the installation: the
pure-Python parts give the same answers, more slowly. ``PCISHIELD_NO_EXTENSIONS=1`` leaves them out on purpose.
"""

from __future__ import annotations

import os
from pathlib import Path

from setuptools import Extension, setup

SOURCES = {
    "pcishield.audit._chain": Path("src/pcishield/audit/_chain.pyx"),
    "pcishield.audit._scan": Path("src/pcishield/audit/_scan.pyx"),
    "pcishield.audit._sha256": Path("src/pcishield/audit/_sha256.pyx"),
    "pcishield.audit._tail": Path("src/pcishield/audit/_tail.pyx"),
    "pcishield.drivers.psycopg._awaiting_c": Path("src/pcishield/drivers/psycopg/_awaiting_c.pyx"),
    "pcishield.drivers.psycopg._executing": Path("src/pcishield/drivers/psycopg/_executing.pyx"),
    "pcishield.drivers.psycopg._fast_c": Path("src/pcishield/drivers/psycopg/_fast_c.pyx"),
    "pcishield.drivers.psycopg._libpq": Path("src/pcishield/drivers/psycopg/_libpq.pyx"),
    "pcishield.drivers.psycopg._making": Path("src/pcishield/drivers/psycopg/_making.pyx"),
    "pcishield.drivers.sqlite3._fast_c": Path("src/pcishield/drivers/sqlite3/_fast_c.pyx"),
    "pcishield.runtime._hot": Path("src/pcishield/runtime/_hot.pyx"),
    "pcishield.runtime._log_disk_c": Path("src/pcishield/runtime/_log_disk_c.pyx"),
    "pcishield.runtime._log_sync_c": Path("src/pcishield/runtime/_log_sync_c.pyx"),
    "pcishield.masking._scanner": Path("src/pcishield/masking/_scanner.pyx"),
}


def extensions() -> list[Extension]:
    sources = {name: path for name, path in SOURCES.items() if path.is_file()}
    if os.environ.get("PCISHIELD_NO_EXTENSIONS") == "1" or not sources:
        return []
    try:
        from Cython.Build import cythonize
    except ImportError:
        return []
    modules: list[Extension] = cythonize(
        [Extension(name, [path.as_posix()]) for name, path in sources.items()], language_level=3
    )
    for module in modules:
        # Set here and not above: cythonize() makes new objects and does not keep it.
        module.optional = True
    return modules


setup(ext_modules=extensions(), options={"build_ext": {"parallel": os.cpu_count() or 1}})
