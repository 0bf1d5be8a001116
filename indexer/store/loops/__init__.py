"""The innermost loops as machine code, compiled by Numba. Whether they are used, ``kernels`` says.

    lists.py    what a segment's lists and dictionaries hold
    scores.py   scores and counts of many passages, and sets of them
    blocks.py   lists of passages, a block at a time
    best.py     the best passages of some lists, with what cannot be among them passed over

Every function has a twin over NumPy arrays that finds the same: ``gaps.GapLists.decode`` of ``decode``, ``bits.RankedBits.rank``
of ``rank``, ``postings.DocPostings.near`` of ``near``, ``search.ranking`` of ``add_scores``, ``add_lists`` and ``best_in_context``,
``search.topk`` of ``best_of_any`` and ``best_of_all``. Types are given, so that all is compiled when this package is imported,
or read from Numba's cache, and nothing at the first query. The lock of the interpreter is released: threads count side by side.

Nothing stands between machine code and the memory around an array, and a damaged index may say anything: every place that comes
from a file is looked at before it is used, and one that is not there is an IndexError, as it is in NumPy. (Numba's own check of
every bound takes twice the time.)
"""

from __future__ import annotations

from .best import best_of_all, best_of_any
from .blocks import COLUMNS, add_lists, near
from .lists import count_docs, decode, find_term, freqs, rank
from .scores import add_scores, best_in_context, count_in_lists, count_in_runs, mark, spread

__all__ = [
    "COLUMNS",
    "add_lists",
    "add_scores",
    "best_in_context",
    "best_of_all",
    "best_of_any",
    "count_docs",
    "count_in_lists",
    "count_in_runs",
    "decode",
    "find_term",
    "freqs",
    "mark",
    "near",
    "rank",
    "spread",
]
