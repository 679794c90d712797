"""What SQLAlchemy hangs on its exceptions: the statement and its parameters, without their values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.exc import StatementError

from pcishield.exceptions import MaskingError
from pcishield.runtime.hide import hidden_parameters, hidden_text

if TYPE_CHECKING:
    from sqlalchemy.engine import ExceptionContext

    from pcishield.runtime.parts import Parts

__all__ = ["hide_values"]


def hide_values(context: ExceptionContext, parts: Parts, dialect: str) -> None:
    """Mask statement and parameters of SQLAlchemy's exception, in place; class, message and cause stay.

    Args:
        context: As a ``handle_error`` listener gets it.
        parts: Of the shield whose connection it happened on.
        dialect: How the database reads SQL.

    Raises:
        MaskingError: Masking failed; the exception must not go on.
    """
    error = context.sqlalchemy_exception or context.original_exception
    if not isinstance(error, StatementError):
        return
    error.hide_parameters = True
    try:
        known = parts.known.get(dialect, error.statement) if error.statement else None
        if error.params is not None:
            compiled = getattr(context.execution_context, "compiled", None)
            error.params = hidden_parameters(error.params, getattr(compiled, "positiontup", None), known, parts)
        if known is not None:
            assert error.statement is not None
            error.statement = hidden_text(error.statement, known, parts)
    except Exception:
        raise MaskingError(f"{type(error).__name__}: its statement and parameters could not be masked") from None
