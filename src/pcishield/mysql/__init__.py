"""Guarded MySQL drivers: ``import pcishield.mysql.connector``, or ``from pcishield import mysql``."""

from __future__ import annotations

from pcishield.mysql import connector

__all__ = ["connector"]
