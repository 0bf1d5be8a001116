"""Types and options with which the loops are compiled."""

from __future__ import annotations

from numba import types
from numba.core.types import uint8, uint16

__all__ = ["COMPILED", "FREQS", "INNER", "LEAF", "mapped", "own"]

INNER = {"cache": True, "error_model": "numpy"}
# For functions that make no arrays: who holds which array is not counted, which would cost 200 ns a call.
LEAF = INNER | {"_nrt": False}
# For functions that are called from outside.
COMPILED = INNER | {"nogil": True}
# Frequencies have one byte, or two where one of them needs it.
FREQS = (uint8, uint16)


def mapped(dtype: types.Type, layout: str = "C") -> types.Array:
    """The type of an array that is only read, as all of an index are."""
    return types.Array(dtype, 1, layout, readonly=True)


def own(dtype: types.Type, dimensions: int = 1) -> types.Array:
    """The type of an array that is written."""
    return types.Array(dtype, dimensions, "C")
