"""A blob handle that reads masked: the cell is masked whole, whatever piece of it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn, Self

from pcishield.exceptions import MaskedWriteBack

if TYPE_CHECKING:
    from pcishield.runtime.operation import Operation
    from pcishield.runtime.result import ResultGuard
    from pcishield.runtime.session import Session

__all__ = ["GuardedBlob"]


class GuardedBlob:
    """Stands for one ``sqlite3.Blob``, which can neither be subclassed nor stamped.

    Every read is done by the real handle first, so that positions, expiry and errors are SQLite's; then the same
    span is cut from the masked cell. A mask of another length than the cell cannot be cut: the read is refused.

    Args:
        blob: The driver's handle.
        session: The connection's session.
        operation: What was judged when it was opened.
        guard: Masks the one column.
    """

    __slots__ = ("__blob", "__clear", "__guard", "__masked", "__operation", "__session")

    def __init__(self, blob: Any, session: Session, operation: Operation, guard: ResultGuard) -> None:
        self.__blob = blob
        self.__session = session
        self.__operation = operation
        self.__guard = guard
        self.__clear: bytes | None = None
        self.__masked: Any = None

    @property  # type: ignore[misc]
    def __class__(self) -> type:
        return type(self.__blob)

    __iter__ = None  # sqlite3.Blob has indices but is no sequence

    def read(self, *args: Any, **kwargs: Any) -> Any:
        """Read as ``sqlite3.Blob.read`` does, masked."""
        start = self.__blob.tell()
        piece = self.__blob.read(*args, **kwargs)
        return self.__cut(slice(start, start + len(piece))) if piece else piece

    def __getitem__(self, key: Any) -> Any:
        piece = self.__blob[key]
        return piece if isinstance(piece, bytes) and not piece else self.__cut(key)

    def write(self, *args: Any, **kwargs: Any) -> Any:
        """Write as ``sqlite3.Blob.write`` does; a masked form of a card number is refused."""
        self.__check(args[0] if args else None)
        return self.__blob.write(*args, **kwargs)

    def __setitem__(self, key: Any, value: Any) -> None:
        self.__check(value)
        self.__blob[key] = value

    def __delitem__(self, key: Any) -> None:
        del self.__blob[key]

    def __len__(self) -> int:
        return len(self.__blob)

    def seek(self, *args: Any, **kwargs: Any) -> Any:
        """Move as ``sqlite3.Blob.seek`` does."""
        return self.__blob.seek(*args, **kwargs)

    def tell(self) -> int:
        """Return the position in bytes."""
        return int(self.__blob.tell())

    def close(self) -> None:
        """Close the handle."""
        self.__blob.close()
        self.__operation.finish()

    def __enter__(self) -> Self:
        self.__blob.__enter__()
        return self

    def __exit__(self, *details: object) -> Any:
        leave = self.__blob.__exit__(*details)
        self.__operation.finish()
        return leave

    def __reduce_ex__(self, protocol: Any = None) -> NoReturn:
        raise TypeError("cannot pickle 'sqlite3.Blob' object")

    def __cut(self, key: Any) -> Any:
        position = self.__blob.tell()
        self.__blob.seek(0)
        clear = self.__blob.read()
        self.__blob.seek(position)
        if clear != self.__clear:
            self.__masked = self.__guard.cell(0, clear)
            self.__clear = clear
        masked = self.__masked
        if not isinstance(masked, bytes) or len(masked) != len(clear):
            self.__session.refuse(
                "blob.read", "the cell holds card data whose mask has another length.",
                "Select the column; it comes back masked.",
            )  # fmt: skip
        return masked[key]

    def __check(self, value: Any) -> None:
        masker = self.__session.parts.masker
        if value is not None and not isinstance(value, int) and masker.is_masked_form(bytes(memoryview(value))):
            error = MaskedWriteBack(
                "sqlite3.Blob: a masked card number is not written back.",
                rule="masked-write-back",
                hint="Leave the column as it is.",
            )
            raise self.__session.bind(error)
