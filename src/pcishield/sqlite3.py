"""The guarded ``sqlite3``: every name of the standard module, ``connect``, ``Connection`` and ``Cursor`` guarded.

::

    from pcishield import sqlite3

    connection = sqlite3.connect("shop.db")

The process's default shield is looked up at each connect (see :func:`pcishield.configure`). Exceptions, ``Row``
and ``Blob`` are the driver's own classes.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlite3 import *  # noqa: F403  (a type checker sees the standard module)
else:
    from pcishield.drivers.sqlite3 import guard_module

    def _default_shield() -> Any:
        from pcishield.shield import current_shield

        return current_shield()

    globals().update(guard_module(_default_shield))
    # ``from pcishield.sqlite3 import dbapi2`` and ``import pcishield.sqlite3.dbapi2`` both find this very module.
    dbapi2 = sys.modules[f"{__name__}.dbapi2"] = sys.modules[__name__]
    __path__: list[str] = []
    for _name in ("Connection", "Cursor"):
        globals()[_name].__module__ = __name__
    del _name
