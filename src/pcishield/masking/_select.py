"""Which scanner runs: the compiled kernel where it was built, the reference otherwise. Both give the same answers.

``PCISHIELD_KERNEL=python`` or ``native`` forces one, whatever the configuration says.
"""

from __future__ import annotations

import decimal
import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pcishield.exceptions import ConfigurationError
from pcishield.masking.iin import MAX_LENGTH, MIN_LENGTH, IinTable
from pcishield.masking.scanner import INVISIBLE, SEPARATORS
from pcishield.masking.values import NEVER

if TYPE_CHECKING:
    from pcishield.masking._scanner import Kernel, Rows

__all__ = ["KERNELS", "kernel_for", "native_problem", "rows_for"]

KERNELS = ("auto", "python", "native", "compiled")
"""What ``masking.kernel`` may say; ``compiled`` is another word for ``native``."""

_filled = False


def native_problem() -> str | None:
    """Return why the compiled kernel cannot be used, ``None`` when it can."""
    try:
        _module()
    except ImportError as error:
        return f"the compiled scanner was not built ({error.msg})"
    return None


def kernel_for(choice: str, table: IinTable, strict: bool, is_plain_key: Callable[[str], bool]) -> Kernel | None:
    """Return the compiled kernel for a table, ``None`` when the reference is to be used.

    Args:
        choice: One of :data:`KERNELS`.
        table: The IIN table.
        strict: As for the reference.
        is_plain_key: Tells whether a mapping's key is an ordinary one.

    Raises:
        ConfigurationError: The kernel is asked for and is not there, or the choice is none.
    """
    name = "PCISHIELD_KERNEL" if os.environ.get("PCISHIELD_KERNEL") else "masking.kernel"
    choice = os.environ.get("PCISHIELD_KERNEL") or choice
    if choice not in KERNELS:
        raise ConfigurationError(f"{name}: {choice!r} is not one of {', '.join(KERNELS)}")
    if choice == "python":
        return None
    problem = native_problem()
    if problem is None:
        ranges = {length: table.certain_ranges(length) for length in range(MIN_LENGTH, MAX_LENGTH + 1)}
        kernel: Kernel = _module().Kernel(ranges, strict, NEVER, decimal.Decimal, is_plain_key)
        return kernel
    if choice == "auto":
        return None
    raise ConfigurationError(f"{name}: {problem}; install from a wheel or with a C compiler, or choose python")


def rows_for(kernel: Kernel, *arguments: Any) -> Rows:
    """Return the kernel's masker for the rows of one result set; the arguments are those of its ``Rows``."""
    rows: Rows = _module().Rows(kernel, *arguments)
    return rows


def _module() -> Any:
    global _filled
    from pcishield.masking import _scanner

    if not _filled:
        _scanner._fill_classes(SEPARATORS, INVISIBLE)
        _filled = True
    return _scanner
