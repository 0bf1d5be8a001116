"""The files that an archive was read from, as documents, and the characters that stand in it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from ..folder import IndexState
from .connection import Connection

__all__ = ["CHARACTERS", "FileKey", "entries_of", "file_id", "read_characters", "read_files"]

# The one document that is none of a file.
CHARACTERS = "characters"

FileKey = tuple[str, str | None, bool]
"""The folder of a file, its path and whether it was rejected; a folder by itself has no path."""


def entries_of(state: IndexState) -> dict[FileKey, list[Any]]:
    """Every file of a state."""
    found: dict[FileKey, list[Any]] = {(folder, None, False): [] for folder in state.sources}
    for rejected, folders in ((False, state.sources), (True, state.rejected)):
        for folder, files in folders.items():
            found |= {(folder, path, rejected): list(entry) for path, entry in files.items()}
    return found


def file_id(key: FileKey) -> str:
    """The id of the document of a file."""
    return hashlib.sha256("\0".join(map(str, key)).encode("utf-8", "surrogateescape")).hexdigest()


def read_files(connection: Connection, index: str) -> Iterator[tuple[str, str | None, bool, Any]]:
    """The files as they are stored, each with its entry in the state."""
    for hit in connection.scan(index, {"match_all": {}}):
        if hit["_id"] != CHARACTERS:
            stored = hit["_source"]["stored"]
            yield stored["folder"], stored["path"], stored["rejected"], stored["entry"]


def read_characters(connection: Connection, index: str) -> str:
    """Every character that stands in the archive."""
    found = connection.documents(index, [CHARACTERS])
    return str(found[CHARACTERS]["stored"]["characters"]) if found else ""
