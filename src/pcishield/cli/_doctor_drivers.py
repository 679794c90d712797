"""What ``pcishield doctor`` says about drivers: installed, supported, guarded, and what of them is blocked."""

from __future__ import annotations

import importlib
import importlib.metadata
import platform
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from importlib.util import find_spec
from types import ModuleType
from typing import Any, Literal

from pcishield.guarded import DRIVERS
from pcishield.runtime.surface import Surface, unclassified

__all__ = ["DriverReport", "drivers"]

Status = Literal["absent", "guarded", "partly", "too old", "broken"]

_DISTRIBUTIONS = {
    "MySQLdb": ("mysqlclient",),
    "adbc_driver_postgresql.dbapi": ("adbc-driver-postgresql",),
    "adbc_driver_sqlite.dbapi": ("adbc-driver-sqlite",),
    "duckdb": ("duckdb",),
    "mysql.connector": ("mysql-connector-python",),
    "oracledb": ("oracledb",),
    "pg8000": ("pg8000",),
    "pg8000.dbapi": ("pg8000",),
    "psycopg": ("psycopg",),
    "psycopg2": ("psycopg2", "psycopg2-binary"),
    "pymysql": ("PyMySQL",),
    "pyodbc": ("pyodbc",),
}
_REQUIREMENT = "[>=<!=~;, ("


@dataclass(slots=True)
class DriverReport:
    """One driver.

    Attributes:
        driver: Its module.
        version: Installed, empty when it is not.
        oldest: The oldest version that is supported.
        status: ``guarded``: every public name is known. ``partly``: this version has names that pcishield does not
            know; these are blocked. ``too old``, ``broken`` (cannot be imported) or ``absent``.
        how: ``subclass`` or ``proxy``.
        unknown: Names that are blocked because nobody knows them.
        blocked: Names that are blocked on purpose.
        problem: Why it is broken.
    """

    driver: str
    version: str = ""
    oldest: str = ""
    status: Status = "absent"
    how: str = ""
    unknown: list[str] = field(default_factory=list)
    blocked: list[str] = field(default_factory=list)
    problem: str = ""

    def fields(self) -> dict[str, Any]:
        """Return it for JSON."""
        return asdict(self)


def drivers() -> list[DriverReport]:
    """Look at every driver that pcishield knows; those that are installed are imported."""
    return [_look_at(name) for name in sorted(DRIVERS)]


def _look_at(name: str) -> DriverReport:
    report = DriverReport(name, oldest=_oldest(name))
    try:
        if find_spec(name) is None:
            return report
    except ModuleNotFoundError:
        return report
    report.version = _version(name)
    try:
        ours = importlib.import_module(DRIVERS[name])
    except Exception as error:  # a shared library that is not there, a release that moved a name
        report.status, report.problem = "broken", f"{type(error).__name__}: {error}"
        return report
    report.how = "proxy" if name in getattr(ours, "PLAIN", {}) else "subclass"
    _surfaces(report, ours)
    if report.oldest and _key(report.version) < _key(report.oldest):
        report.status = "too old"
    return report


def _surfaces(report: DriverReport, ours: ModuleType) -> None:
    unknown: set[str] = set()
    blocked: set[str] = set()
    for surface in ours.SURFACES:
        cls = _resolved(surface)
        if cls is None:
            continue  # a class of other versions of the driver
        unknown |= {f"{surface.owner}.{name}" for name in unclassified(cls, surface)}
        blocked |= {f"{surface.owner}.{name}" for name in surface.blocked if hasattr(cls, name)}
    report.unknown, report.blocked = sorted(unknown), sorted(blocked)
    report.status = "partly" if unknown else "guarded"


def _resolved(surface: Surface) -> type | None:
    """Return the class that a surface is of."""
    parts = surface.owner.split(".")
    for split in range(len(parts) - 1, 0, -1):
        try:
            thing: Any = importlib.import_module(".".join(parts[:split]))
        except ImportError:
            continue
        for part in parts[split:]:
            thing = getattr(thing, part, None)
        return thing if isinstance(thing, type) else None
    return None


def _version(name: str) -> str:
    if name == "sqlite3":
        return platform.python_version()
    for distribution in _DISTRIBUTIONS[name]:
        try:
            return importlib.metadata.version(distribution)
        except importlib.metadata.PackageNotFoundError:
            continue
    return "unknown"


@lru_cache(maxsize=1)
def _requirements() -> dict[str, str]:
    """Return the least version of each distribution that our own extras ask for."""
    found: dict[str, str] = {}
    for requirement in importlib.metadata.requires("pcishield") or ():
        name, _, rest = requirement.partition(">=")
        cut = min((at for at in map(name.find, _REQUIREMENT + "[") if at >= 0), default=len(name))
        version = rest.partition(";")[0].partition(",")[0].strip()
        found.setdefault(name[:cut].strip().lower(), version)
    return found


def _oldest(name: str) -> str:
    wanted = [_requirements().get(distribution.lower(), "") for distribution in _DISTRIBUTIONS.get(name, ())]
    return next(filter(None, wanted), "")


def _key(version: str) -> tuple[int, ...]:
    return tuple(int(part) if part.isdigit() else 0 for part in version.split(".")[:3])
