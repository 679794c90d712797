"""Build the optional compiled scanner; everything else is in pyproject.toml.

The extension is left out when its source or Cython is missing, and a failing compiler does not fail
the installation: the pure-Python scanner gives the same answers, more slowly.
``PCISHIELD_NO_EXTENSIONS=1`` leaves it out on purpose.
"""

from __future__ import annotations

import os
from pathlib import Path

from setuptools import Extension, setup

SOURCE = Path("src/pcishield/masking/_scanner.pyx")


def extensions() -> list[Extension]:
    if os.environ.get("PCISHIELD_NO_EXTENSIONS") == "1" or not SOURCE.is_file():
        return []
    try:
        from Cython.Build import cythonize
    except ImportError:
        return []
    modules: list[Extension] = cythonize(Extension("pcishield.masking._scanner", [SOURCE.as_posix()]), language_level=3)
    for module in modules:
        # Set here and not above: cythonize() makes new objects and does not keep it.
        module.optional = True
    return modules


setup(ext_modules=extensions())
