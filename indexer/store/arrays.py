"""A file of named arrays: written once, then mapped into memory and never changed.

    magic "YANSOU" and version   8 bytes
    length of the directory      8 bytes, little-endian
    crc32 of the directory       4 bytes, little-endian
    directory                    JSON: {"arrays": {name: [dtype, offset, count, crc32]}, "meta": {...}}
    arrays                       little-endian, each at a multiple of 64 bytes from the start of the file

The checksums of the arrays are compared by ``check`` (for ``yansou verify``), not at every opening: that would read the
whole file. A damaged directory is found at once.
"""

from __future__ import annotations

import json
import mmap
import struct
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from ..errors import IndexUnusable

__all__ = ["ArrayFile", "one_by_one", "write_arrays"]

_MAGIC = b"YANSOU\x00\x02"
_ALIGNMENT = 64
_HEADER = struct.Struct("<8sQI")
_MAX_DIRECTORY = 1 << 26

AnyArray = NDArray[Any]


def one_by_one(array: AnyArray) -> memoryview:
    """An array for reading single numbers of it: one costs a third of what it does in an ndarray, and comes as an int."""
    return array.data if array.size else memoryview(b"")


def write_arrays(file: BinaryIO, arrays: Mapping[str, AnyArray], meta: Mapping[str, Any]) -> None:
    """Write the arrays and the JSON-able ``meta`` to an open file. Leaves flushing and closing to the caller."""
    little = {name: np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<")) for name, array in arrays.items()}
    directory: dict[str, list[Any]] = {}
    offset = 0
    for name, array in little.items():
        directory[name] = [array.dtype.str, offset, array.size, zlib.crc32(array.data.cast("B") if array.size else b"")]
        offset += -(-array.nbytes // _ALIGNMENT) * _ALIGNMENT
    head = json.dumps({"arrays": directory, "meta": dict(meta)}, ensure_ascii=False).encode()
    file.write(_HEADER.pack(_MAGIC, len(head), zlib.crc32(head)) + head)
    file.write(bytes(_data_start(len(head)) - _HEADER.size - len(head)))
    for array in little.values():
        if array.size:
            file.write(array.data.cast("B"))
        file.write(bytes(-array.nbytes % _ALIGNMENT))


class ArrayFile:
    """The arrays of a file, mapped read-only. The map lives as long as any array of it.

    ``arrays[name]`` is an ndarray over the file, ``meta`` what was given to ``write_arrays``. Raises IndexUnusable
    when the file is missing, not of this format or too short for its directory.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            with path.open("rb") as file:
                data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as error:
            raise IndexUnusable(f"索引文件 {path.name} 打不开（{error}）：请运行 yansou index --full 重建。") from error
        try:
            magic, head_length, crc = _HEADER.unpack_from(data)
            if magic != _MAGIC or head_length > _MAX_DIRECTORY:
                raise ValueError("it is not a segment of this version")
            raw = data[_HEADER.size : _HEADER.size + head_length]
            if zlib.crc32(raw) != crc:
                raise ValueError("its directory has changed")
            head = json.loads(raw)
            base = _data_start(head_length)
            self._directory: dict[str, list[Any]] = head["arrays"]
            self.meta: dict[str, Any] = head["meta"]
            self.arrays: dict[str, AnyArray] = {
                name: np.frombuffer(data, dtype=np.dtype(dtype), count=count, offset=base + offset)
                for name, (dtype, offset, count, _) in self._directory.items()
            }
        except (ValueError, KeyError, TypeError, struct.error) as error:
            raise IndexUnusable(f"索引文件 {path.name} 已损坏（{error}）：请运行 yansou index --full 重建。") from error

    def check(self) -> list[str]:
        """Names of the arrays whose bytes do not have their checksum any more."""
        return [
            name
            for name, (_, _, count, crc) in self._directory.items()
            if zlib.crc32(self.arrays[name].data.cast("B") if count else b"") != crc
        ]


def _data_start(head_length: int) -> int:
    return -(-(_HEADER.size + head_length) // _ALIGNMENT) * _ALIGNMENT
