"""The best passages of a few words or strings, without reading all their postings.

BM25 over the family of words alone, as a library of search would rank them: no ladder, no titles, no highlights. Blocks of
postings whose greatest possible score cannot reach the best found so far are not read (Ding and Suel, Faster Top-k Document
Retrieval Using Block-Max Indexes, 2011), taken a list at a time: the rarest word first, then of each more frequent one the
blocks that could still bring in a passage, and those in which a passage stands that is already among the good ones.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..store import SegmentView, kernels, postings
from ..store.arrays import AnyArray
from ..store.segment import count_docs
from ..text import fold
from .pattern import IsWord, Pattern, patterns
from .positions import find_any
from .ranking import Statistics, query_tokens

__all__ = ["Scored", "Wanted", "best_of_all", "best_of_any", "wanted_in"]

Wanted = str | tuple[Pattern, ...]
"""A word as the index has it, folded, or the patterns of a string that need not be one."""

Scored = tuple[float, int, int]
"""(score, segment, passage)"""

_PIECE = re.compile(r'["“]([^"”]*)["”]|([^\s"“”]+)')
# Passages that compiled code looks at together: their sums stay in a near cache. (With 4,096 it is a fifth slower, with 32,768
# a quarter.)
_WINDOW = 16384
# Blocks read at first of a long list, to know what a good score is: enough for ten passages many times over.
_FIRST_BLOCKS = 8


class _Scratch(threading.local):
    """Zeros to add scores up in, kept from query to query: zeroing them anew costs more than ranking a rare word."""

    zeros: AnyArray = np.zeros(0, dtype=np.float32)

    def of(self, size: int) -> AnyArray:
        if len(self.zeros) < size:
            self.zeros = np.zeros(size, dtype=np.float32)
        return self.zeros


_scratch = _Scratch()


@dataclass(slots=True)
class _List:
    """The postings in a segment of a word, by its ``number``, or of a string, as they were ``found``."""

    segment: SegmentView
    norm: AnyArray
    count: int
    number: int = -1
    found: tuple[AnyArray, AnyArray] | None = None
    weight: float = 0.0
    bounds: AnyArray | None = None
    """Greatest score in each block; None for a list of less than two."""
    most: float = 0.0
    """Greatest score of all."""

    def read(self, blocks: AnyArray | None = None) -> tuple[AnyArray, AnyArray]:
        """Passages and their scores, of some blocks or of the whole list."""
        words = self.segment.words
        if self.found is not None:
            docs, freqs = self.found
        elif blocks is None or self.bounds is None or len(blocks) * 2 > len(self.bounds):
            docs, freqs = words.docs(self.number), words.freqs(self.number)
        else:
            docs, freqs = words.in_blocks(self.number, blocks)
        tf = freqs.astype(np.float32)
        return docs, np.float32(self.weight) * (tf / (tf + self.norm[docs]))

    def blocks_of(self, docs: AnyArray) -> AnyArray:
        """The blocks in which the docs would stand."""
        return np.searchsorted(self.segment.words.firsts(self.number)[1:], docs)


def _lists(segments: Sequence[SegmentView], wanted: Sequence[Wanted], statistics: Statistics) -> list[list[_List]]:
    """For each segment the lists of what stands in it, the rarest of the archive first."""
    found: list[list[_List]] = [[] for _ in segments]
    for each in dict.fromkeys(wanted):
        of_each = [_list(segment, norm, each) for segment, norm in zip(segments, statistics.norms, strict=True)]
        weight = statistics.weight(sum(one.count for one in of_each))
        for lists, one in zip(found, of_each, strict=True):
            if one.count:
                _weigh(one, weight, statistics)
                lists.append(one)
    for lists in found:
        lists.sort(key=lambda one: -one.weight)
    return found


def _list(segment: SegmentView, norm: AnyArray, wanted: Wanted) -> _List:
    if isinstance(wanted, str):
        number = segment.words.find(wanted)
        return _List(segment, norm, segment.words.count(number) if number >= 0 else 0, number)
    docs, freqs = count_docs(segment.doc_of(find_any(segment, wanted).at))
    return _List(segment, norm, len(docs), found=(docs, freqs))


def _weigh(one: _List, weight: float, statistics: Statistics) -> None:
    one.weight = one.most = weight
    # Compiled code works out the bounds of the blocks it comes to.
    bounds = one.segment.words.bounds(one.number) if one.found is None and not kernels.native() else None
    if bounds is not None:
        tf = bounds[0].astype(np.float32)
        # A little above: what is added up in another order may come out a little higher.
        one.bounds = np.float32(weight * 1.00001) * (tf / (tf + statistics.norm(bounds[1])))
        one.most = float(one.bounds.max())


def wanted_in(query: str, is_word: IsWord) -> list[Wanted]:
    """What a query asks for: the strings between its quotation marks, and words.

    A piece between spaces is a word if the index has it, and else stands for those of its words that the index has.
    """
    wanted: list[Wanted] = []
    for string, piece in _PIECE.findall(query):
        if string:
            wanted.append(patterns(string, is_word))
        elif is_word(folded := fold(piece).text):
            wanted.append(folded)
        else:
            wanted += [term for family, term, _ in query_tokens([piece], is_word) if family == "words"]
    return [each for each in wanted if each]


def best_of_any(
    segments: Sequence[SegmentView], wanted: Sequence[Wanted], statistics: Statistics, limit: int
) -> list[Scored]:
    """The best passages that hold any of what is wanted, best first.

    Which of several equal ones at the end of the list is undetermined, but the same each time.
    """
    found: list[Scored] = []
    for number, lists in enumerate(_lists(segments, wanted, statistics)):
        if lists:
            docs, scores = _native("best_of_any", lists, statistics, limit, _WINDOW) or _any(lists, limit)
            found += [(score, number, doc) for score, doc in zip(scores.tolist(), docs.tolist(), strict=True)]
    return sorted(found, key=lambda each: (-each[0], *each[1:]))[:limit]


def _native(
    function: str, lists: list[_List], statistics: Statistics, limit: int, *more: int
) -> tuple[AnyArray, AnyArray] | None:
    """The best passages of a segment by compiled code; None where there is none, or for strings, which have no lists."""
    native = kernels.native()
    if native is None or any(one.found is not None for one in lists):
        return None
    words, segment = lists[0].segment.words, lists[0].segment
    rows = words.lists([one.number for one in lists])
    passages = (lists[0].norm, segment.live, *statistics.line)
    weights = np.asarray([one.weight for one in lists], dtype=np.float32)
    found = getattr(native, function)(*words.columns, rows, weights, *passages, limit, postings.BLOCK, *more)
    docs, scores = found
    return docs, scores


def _any(lists: list[_List], limit: int) -> tuple[AnyArray, AnyArray]:
    """The best passages of a segment and their scores."""
    if len(lists) == 1:
        docs, scores = _live(lists[0].segment, *lists[0].read(_best_blocks(lists[0], limit)))
    else:
        docs, scores = _added_up(lists, limit)
    return _first(docs, scores, limit)


def _live(segment: SegmentView, docs: AnyArray, scores: AnyArray) -> tuple[AnyArray, AnyArray]:
    if not segment.has_deletions:
        return docs, scores
    kept = segment.live[docs]
    return docs[kept], scores[kept]


def _best_blocks(one: _List, limit: int) -> AnyArray | None:
    """The blocks of a single list that could hold one of the best; None for all."""
    if one.bounds is None or one.segment.has_deletions:
        return None
    first = np.argpartition(one.bounds, -min(_FIRST_BLOCKS, len(one.bounds)))[-_FIRST_BLOCKS:]
    first.sort()
    _, scores = one.read(first)
    if len(scores) < limit:
        return None
    return np.flatnonzero(one.bounds >= np.partition(scores, len(scores) - limit)[len(scores) - limit])


def _added_up(lists: list[_List], limit: int) -> tuple[AnyArray, AnyArray]:
    """Passages of a segment, among them the best, and their scores."""
    segment = lists[0].segment
    total = _scratch.of(segment.size)
    touched: list[AnyArray] = []
    good = 0.0  # the score of the worst of the best so far, which only rises
    for place, one in enumerate(lists):
        later = sum(each.most for each in lists[place + 1 :])
        docs, scores = _live(segment, *one.read(_worth_reading(one, total, touched, good, later)))
        touched.append(docs[total[docs] == 0] if place else docs)
        total[docs] += scores
        if later:
            good = max(good, _threshold(total, touched, limit))
    docs = np.concatenate(touched)
    scores = total[docs]
    total[docs] = 0
    return docs, scores


def _threshold(total: AnyArray, touched: list[AnyArray], limit: int) -> float:
    scores = total[np.concatenate(touched)]
    return float(np.partition(scores, len(scores) - limit)[len(scores) - limit]) if len(scores) >= limit else 0.0


def _worth_reading(one: _List, total: AnyArray, touched: list[AnyArray], good: float, later: float) -> AnyArray | None:
    """The blocks of a list that could change which passages are the best; None for all."""
    if one.bounds is None or good == 0.0:
        return None
    new = one.bounds + later >= good
    docs = np.concatenate(touched)
    held = one.blocks_of(docs)
    new[held[total[docs] + one.bounds[held] + later >= good]] = True
    return np.flatnonzero(new)


def best_of_all(
    segments: Sequence[SegmentView], wanted: Sequence[Wanted], statistics: Statistics, limit: int
) -> list[Scored]:
    """The best passages that hold all of what is wanted, best first; ties as in ``best_of_any``."""
    found: list[Scored] = []
    for number, lists in enumerate(_lists(segments, wanted, statistics)):
        if not lists or len(lists) < len(set(wanted)):
            continue
        docs, scores = _native("best_of_all", lists, statistics, limit) or _all(lists, limit)
        found += [(score, number, doc) for score, doc in zip(scores.tolist(), docs.tolist(), strict=True)]
    return sorted(found, key=lambda each: (-each[0], *each[1:]))[:limit]


def _all(lists: list[_List], limit: int) -> tuple[AnyArray, AnyArray]:
    rarest, *others = sorted(lists, key=lambda one: one.count)
    docs, scores = rarest.read()
    if rarest.segment.has_deletions:
        docs, scores = docs[rarest.segment.live[docs]], scores[rarest.segment.live[docs]]
    for one in others:
        if not len(docs):
            break
        blocks = np.unique(one.blocks_of(docs)) if one.bounds is not None else None
        theirs, their_scores = one.read(blocks)
        place = np.searchsorted(theirs, docs)
        place[place == len(theirs)] = 0
        kept = theirs[place] == docs
        docs, scores = docs[kept], scores[kept] + their_scores[place[kept]]
    return _first(docs, scores, limit)


def _first(docs: AnyArray, scores: AnyArray, limit: int) -> tuple[AnyArray, AnyArray]:
    if len(docs) <= limit:
        return docs, scores
    kept = np.argpartition(scores, len(scores) - limit)[-limit:]
    return docs[kept], scores[kept]
