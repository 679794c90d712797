"""SQLAlchemy 2.0 and 2.1, guarded: ``create_engine("postgresql+pcishield://...")`` or :func:`guard_engine`.

::

    engine = create_engine("sqlite+pcishield:///shop.db")       # also postgresql+pcishield, mysql+pcishield
    engine = pcishield.sqlalchemy.guard_engine(engine)          # an engine that somebody else has made

The guard sits in the driver, beneath SQLAlchemy: ORM, Core, reflection, ``exec_driver_sql``, ``raw_connection()`` and
``driver_connection`` all end in a guarded connection. What SQLAlchemy adds of its own is its exceptions, which carry
statement and parameters: both are masked there, and parameters are hidden in messages and in the engine's log.
"""

from __future__ import annotations

from pcishield.sqlalchemy.engine import guard_engine

__all__ = ["guard_engine"]
