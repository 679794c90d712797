"""What the log's thread asks of the file system: few steps, and compiled where that was built (``_log_disk_c.pyx``)."""

from __future__ import annotations

import errno
import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from pcishield.core.compiled import compiled
from pcishield.runtime._log_keys import open_apart

__all__ = ["Bell", "append_synced", "datasync", "is_at", "links_and_size", "write_all"]


def pure_python_write_all(fd: int, data: bytes) -> None:
    """Write all of ``data``.

    Raises:
        OSError: A part of it may have been written.
    """
    written = os.write(fd, data)
    while written < len(data):
        # A short write is how a full disk begins; the next one raises.
        written += os.write(fd, data[written:])


def pure_python_links_and_size(fd: int) -> tuple[int, int]:
    """Return how many names a file has, and how many bytes."""
    status = os.fstat(fd)
    return status.st_nlink, status.st_size


def pure_python_is_at(fd: int, path: Path) -> bool:
    """Return whether ``path`` leads to the open file.

    Raises:
        OSError: It leads nowhere.
    """
    there, here = os.stat(path), os.fstat(fd)
    return (there.st_dev, there.st_ino) == (here.st_dev, here.st_ino)


def pure_python_append_synced(fd: int, data: bytes, path: Path, content: bytes) -> tuple[int, int]:
    """Append ``data`` to an open file, then put ``content`` at ``path`` at once or not at all; both durable.

    Returns:
        The error number of each, 0 for none. After an error of the first the second is not begun.
    """
    try:
        pure_python_write_all(fd, data)
        os.fdatasync(fd)
    except OSError as error:
        return error.errno or errno.EIO, 0
    try:
        temporary = path.with_name(path.name + ".tmp")
        opened = open_apart(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        try:
            pure_python_write_all(opened, content)
            os.fdatasync(opened)
        finally:
            os.close(opened)
        temporary.rename(path)
    except OSError as error:
        return 0, error.errno or errno.EIO
    return 0, 0


def pure_python_datasync(fd: int) -> None:
    """Make the content of a file durable."""
    os.fdatasync(fd)


if TYPE_CHECKING:
    Bell = threading.Event
    datasync = pure_python_datasync
    write_all = pure_python_write_all
    links_and_size = pure_python_links_and_size
    is_at = pure_python_is_at
    append_synced = pure_python_append_synced
else:
    Bell, datasync = threading.Event, pure_python_datasync
    write_all, links_and_size = pure_python_write_all, pure_python_links_and_size
    is_at, append_synced = pure_python_is_at, pure_python_append_synced
    if (_compiled := compiled("pcishield.runtime._log_disk_c")) is not None:
        Bell, datasync = _compiled.Bell, _compiled.datasync
        write_all, links_and_size = _compiled.write_all, _compiled.links_and_size
        is_at, append_synced = _compiled.is_at, _compiled.append_synced
