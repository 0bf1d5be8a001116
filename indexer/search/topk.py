"""The best passages of a few words or strings.

BM25 over the family of words alone, as a library of search would rank them: no ladder, no titles, no highlights. Compiled code
passes over blocks of postings whose greatest possible score cannot reach the best found so far (see ``store.loops``). Over NumPy
arrays, and for strings, which have no lists of passages, all postings are read and added up.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..store import SegmentView, kernels, postings
from ..store.arrays import AnyArray
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
# Passages that compiled code looks at together: their sums stay in a near cache. With a quarter of it each window costs more
# than it saves.
_WINDOW = 16384


@dataclass(slots=True)
class _List:
    """The postings in a segment of a word, by its ``number``, or of a string, as they were ``found``."""

    segment: SegmentView
    norms: AnyArray
    count: int
    number: int = -1
    found: tuple[AnyArray, AnyArray] | None = None
    weight: float = 0.0

    def read(self) -> tuple[AnyArray, AnyArray]:
        """Live passages, rising, and their scores (float32)."""
        words = self.segment.words
        docs, freqs = self.found or (words.docs(self.number), words.freqs(self.number))
        if self.segment.has_deletions:
            kept = self.segment.live[docs]
            docs, freqs = docs[kept], freqs[kept]
        tf = freqs.astype(np.float32)
        return docs, np.float32(self.weight) * (tf / (tf + self.norms[self.segment.arrays["passage.length"][docs]]))


def wanted_in(query: str, is_word: IsWord) -> list[Wanted]:
    """What a query asks for: the strings between its quotation marks, and words.

    A piece between spaces is a word if the index has it, and else stands for those of its words that the index has.
    """
    wanted: list[Wanted] = []
    for string, piece in _PIECE.findall(query):
        if string:
            wanted.append(patterns(string, is_word))
        elif is_word(word := piece) or is_word(word := fold(piece).text):
            wanted.append(word)
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
            best = _native("best_of_any", lists, statistics, limit, _WINDOW) or _first(*_any(lists), limit)
            found += _placed(number, *best)
    return _in_order(found, limit)


def best_of_all(
    segments: Sequence[SegmentView], wanted: Sequence[Wanted], statistics: Statistics, limit: int
) -> list[Scored]:
    """The best passages that hold all of what is wanted, best first; ties as in ``best_of_any``."""
    found: list[Scored] = []
    for number, lists in enumerate(_lists(segments, wanted, statistics)):
        if lists and len(lists) == len(set(wanted)):
            best = _native("best_of_all", lists, statistics, limit) or _first(*_all(lists), limit)
            found += _placed(number, *best)
    return _in_order(found, limit)


def _placed(number: int, docs: AnyArray, scores: AnyArray) -> list[Scored]:
    return [(score, number, doc) for score, doc in zip(scores.tolist(), docs.tolist(), strict=True)]


def _in_order(found: list[Scored], limit: int) -> list[Scored]:
    return sorted(found, key=lambda each: (-each[0], *each[1:]))[:limit]


def _lists(segments: Sequence[SegmentView], wanted: Sequence[Wanted], statistics: Statistics) -> list[list[_List]]:
    """For each segment the lists of what stands in it, the rarest of the archive first."""
    found: list[list[_List]] = [[] for _ in segments]
    for each in dict.fromkeys(wanted):
        of_each = [_list(segment, statistics.norms, each) for segment in segments]
        weight = statistics.weight(statistics.frequency("words", each, sum(one.count for one in of_each)))
        for lists, one in zip(found, of_each, strict=True):
            if one.count:
                one.weight = weight
                lists.append(one)
    for lists in found:
        lists.sort(key=lambda one: -one.weight)
    return found


def _list(segment: SegmentView, norms: AnyArray, wanted: Wanted) -> _List:
    if isinstance(wanted, str):
        number = segment.words.find(wanted)
        return _List(segment, norms, segment.words.count(number) if number >= 0 else 0, number)
    docs, freqs = segment.count_docs(find_any(segment, wanted).at)
    return _List(segment, norms, len(docs), found=(docs, freqs))


def _native(
    function: str, lists: list[_List], statistics: Statistics, limit: int, *more: int
) -> tuple[AnyArray, AnyArray] | None:
    """The best passages of a segment by compiled code; None where there is none, or for strings, which have no lists."""
    native = kernels.native()
    if native is None or any(one.found is not None for one in lists):
        return None
    words, segment = lists[0].segment.words, lists[0].segment
    rows = words.lists([one.number for one in lists])
    average, lengths = statistics.average_length / segment.average_length, segment.arrays["passage.length"]
    passages = (statistics.norms, lengths, segment.live, max(average, 1 / average), not segment.has_deletions)
    weights = np.asarray([one.weight for one in lists], dtype=np.float32)
    found = getattr(native, function)(*words.columns, rows, weights, *passages, limit, postings.BLOCK, *more)
    docs, scores = found
    return docs, scores


def _any(lists: list[_List]) -> tuple[AnyArray, AnyArray]:
    """Passages that are in any of the lists, and their scores."""
    if len(lists) == 1:
        return lists[0].read()
    total = np.zeros(lists[0].segment.size, dtype=np.float32)
    for one in lists:
        docs, scores = one.read()
        total[docs] += scores
    docs = np.flatnonzero(total)
    return docs, total[docs]


def _all(lists: list[_List]) -> tuple[AnyArray, AnyArray]:
    """Passages that are in all of the lists, and their scores."""
    rarest, *others = sorted(lists, key=lambda one: one.count)
    docs, scores = rarest.read()
    for one in others:
        theirs, their_scores = one.read()
        place = np.searchsorted(theirs, docs)
        place[place == len(theirs)] = 0
        kept = theirs[place] == docs if len(theirs) else np.zeros(len(docs), dtype=bool)
        docs, scores = docs[kept], scores[kept] + their_scores[place[kept]]
    return docs, scores


def _first(docs: AnyArray, scores: AnyArray, limit: int) -> tuple[AnyArray, AnyArray]:
    if len(docs) <= limit:
        return docs, scores
    kept = np.argpartition(scores, len(scores) - limit)[-limit:]
    return docs[kept], scores[kept]
