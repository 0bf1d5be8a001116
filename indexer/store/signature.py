"""A signature of an article's text, by which reprints are found: 128 bytes, alike as far as the texts are.

Of every five neighbouring characters of the text a number is made, by 32 different functions; the signature is the
least number of each function. The share of equal numbers in two signatures estimates how much the texts have in common
(Broder, On the resemblance and containment of documents, 1997). Only units count, so that line breaks, punctuation and the
width of letters do not.
"""

from __future__ import annotations

import hashlib

import numpy as np

from .arrays import AnyArray

__all__ = ["NO_SIGNATURE", "SIGNATURE", "share", "signature"]

_FUNCTIONS = 32
SIGNATURE = np.dtype(f"S{4 * _FUNCTIONS}")
NO_SIGNATURE = bytes(SIGNATURE.itemsize)
_SHINGLE = 5
# In a shorter text a date or a sum is a tenth of it, and notices that differ in nothing else would be reprints.
_LEAST = 60
# The beginning of a very long text is enough to know it by, and bounds the memory.
_MOST = 1 << 16
# Of the numbers of a longer text a quarter will do, chosen by what they are: the same ones in every text.
_MANY = 600
_BASE = np.uint64(0x100000001B3)
_RANDOM = np.random.Generator(np.random.PCG64(20211016))
_FACTORS = _RANDOM.integers(1 << 32, 1 << 63, _FUNCTIONS, dtype=np.uint64) | np.uint64(1)
_SHIFT = np.uint64(32)


def signature(text: str) -> bytes:
    """The signature of a text of units written one behind the other; of a short one equal only to that of the same text."""
    if not text:
        return NO_SIGNATURE
    if len(text) < _LEAST:
        return hashlib.shake_128(text.encode("utf-8", "surrogatepass")).digest(SIGNATURE.itemsize)
    points = np.frombuffer(text[:_MOST].encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(np.uint64)
    mixed = np.zeros(len(points) - _SHINGLE + 1, dtype=np.uint64)
    for i in range(_SHINGLE):
        mixed = mixed * _BASE + points[i : len(points) - _SHINGLE + 1 + i]
    mixed ^= mixed >> np.uint64(29)
    if len(mixed) > _MANY:
        chosen = mixed[(mixed & np.uint64(3)) == 0]
        mixed = chosen if len(chosen) else mixed  # a text that repeats itself has few different numbers
    least = np.multiply.outer(_FACTORS, mixed).min(axis=1) >> _SHIFT
    return bytes(least.astype("<u4").data)


def share(signatures: AnyArray, of: AnyArray) -> AnyArray:
    """Of signatures as rows of numbers, the share of each that another one has too."""
    found: AnyArray = (signatures == of).mean(axis=-1)
    return found
