"""Byte strings as two arrays: ``<name>``, all of them one behind the other, and ``<name>_end``, where each ends."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from .arrays import AnyArray
from .gaps import offsets, ragged

__all__ = ["encode_blob", "piece", "pieces", "take_pieces"]


def encode_blob(name: str, strings: Iterable[bytes]) -> dict[str, AnyArray]:
    """Arrays of byte strings."""
    strings = list(strings)
    ends = offsets(np.asarray([len(string) for string in strings], dtype=np.int64))[1:]
    return {name: np.frombuffer(b"".join(strings), dtype=np.uint8), f"{name}_end": ends}


def piece(arrays: dict[str, AnyArray], name: str, number: int) -> bytes:
    """One of the byte strings."""
    ends = arrays[f"{name}_end"]
    return arrays[name][int(ends[number - 1]) if number else 0 : int(ends[number])].tobytes()


def pieces(arrays: dict[str, AnyArray], name: str) -> list[bytes]:
    """All byte strings."""
    together, ends = arrays[name].tobytes(), arrays[f"{name}_end"].tolist()
    return [together[first:end] for first, end in zip([0, *ends], ends, strict=False)]


def take_pieces(arrays: dict[str, AnyArray], name: str, numbers: AnyArray) -> dict[str, AnyArray]:
    """The arrays of some of the byte strings."""
    ends = arrays[f"{name}_end"].astype(np.int64)
    sizes = np.diff(ends, prepend=0)
    if len(numbers) == len(ends):
        return {name: arrays[name], f"{name}_end": ends}
    return {
        name: arrays[name][ragged(ends[numbers] - sizes[numbers], sizes[numbers])],
        f"{name}_end": np.cumsum(sizes[numbers]),
    }
