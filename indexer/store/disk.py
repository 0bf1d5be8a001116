"""Every change that the store makes to a disk, in one small place: here tests count, forget and refuse.

A change is on the disk for certain only when both are flushed: the file, and the folder that names it.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

__all__ = ["HashedFile", "forget", "make_folder", "new_file", "publish", "remove", "sync_folder"]


class HashedFile:
    """A file being written, with what was meant to be written: ``size`` in bytes and ``sha256``."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._digest = hashlib.sha256()
        self.size = 0

    def write(self, data: Any) -> int:
        self._digest.update(data)
        written = self._file.write(data)
        self.size += written
        return written

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()


@contextmanager
def new_file(path: Path) -> Iterator[HashedFile]:
    """A file to write, whose content is on the disk when the block is left. Its name is not, until ``sync_folder``."""
    with open(path, "wb") as file:  # noqa: PTH123  # tests give this module another ``open``
        yield HashedFile(file)
        file.flush()
        os.fsync(file.fileno())


def make_folder(path: Path) -> None:
    """Make a folder that is the user's alone, with the folders above it that are missing."""
    missing = [folder for folder in (path, *path.parents) if not folder.is_dir()]
    for folder in reversed(missing):
        try:
            os.mkdir(folder, 0o700 if folder == path else 0o777)  # noqa: PTH102
        except FileExistsError:
            if not folder.is_dir():  # else another writer was quicker
                raise
        sync_folder(folder.parent)


def publish(new: Path, path: Path) -> None:
    """Give a finished file its name, in one step, with everything before it on the disk first and the name last."""
    sync_folder(new.parent)
    os.replace(new, path)  # noqa: PTH105
    sync_folder(path.parent)


def forget(path: Path) -> None:
    """Drop what the system remembers of a file, where it can, so that the next reading is one of the disk."""
    if hasattr(os, "posix_fadvise"):
        with path.open("rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def remove(path: Path) -> None:
    """Delete a file if it is there."""
    with suppress(FileNotFoundError):
        os.unlink(path)  # noqa: PTH108


def sync_folder(path: Path) -> None:
    """Bring the names in a folder to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
