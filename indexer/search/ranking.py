"""BM25 over three token families, with titles and headings as further fields.

A passage's score is the sum, over the words, bigrams and characters of the query, of

    idf * tf * (k1 + 1) / (tf + k1 * (1 - b + b * length / average length)),  idf = ln(1 + (N - n + 0.5) / (n + 0.5))

(Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond, 2009; the idf is Lucene's, never
negative). To it comes a share of what its title and its heading score, which are passages themselves: two more fields
of the passage, stored once for the whole article.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from itertools import pairwise
from math import log1p
from typing import NamedTuple

import numpy as np

from ..store import SegmentView, kernels
from ..store.arrays import AnyArray
from ..store.bits import packed
from ..store.postings import LENGTHS, NOTHING, B
from ..store.segment import term_postings
from ..text import find_units, fold, is_run
from ..text.tokenizer import BIGRAM_JOINT, compounds
from .pattern import IsWord, patterns
from .positions import find_any
from .questions import told

__all__ = [
    "Statistics",
    "best_in_context",
    "in_context",
    "norms",
    "possible_words",
    "query_tokens",
    "scores",
    "with_context",
    "without_common",
]

# Chosen on half of the questions of benchmarks/relevance.py, flat around these values: passages are short and of like
# length, so length says little (b) and a second occurrence still says something (k1).
K1 = 0.9
# A word counts as much as a bigram or a character: where all three agree, so much the better.
# A name of the archive that the query holds is one unit besides.
_WEIGHTS = {"words": 1.0, "bigrams": 1.0, "chars": 1.0, "names": 2.0}
# Shares of what the title, the heading and the passage before score. That often names what this one goes on about:
# 该项目总投资5亿元.
_SHARES = 0.5, 0.3, 0.3
# A character in more than this share of all passages is common. Chosen as above; between 0.02 and 0.1 the order is as good.
_COMMON = 0.05
# The longest word of the dictionaries that is looked for in a query.
_MAX_WORD = 8

Tokens = list[tuple[str, str, int]]
"""(family, term, how often it stands in the query)"""


class Statistics:
    """What scores depend on besides the postings: the live passages of all segments together, so that the way an index
    was cut into segments never shows.

    ``passages`` counts them, ``average_length`` is in units; ``norms`` has what BM25 adds to a frequency below the line, for each
    length that a passage can have (float32).
    """

    def __init__(self, segments: Sequence[SegmentView]) -> None:
        self.passages = sum(int(np.count_nonzero(segment.live)) for segment in segments)
        units = sum(int(segment.arrays["passage.length"][segment.live].sum()) for segment in segments)
        self.average_length = units / self.passages if units else 1.0
        self.norms = norms(self.average_length)

    def frequency(self, family: str, term: Hashable, found: int) -> int:  # noqa: ARG002  # for a store of which segments are a part
        """In how many passages of the archive a term stands, that stands in so many of these segments."""
        return found

    def weight(self, frequency: int) -> float:
        """Greatest score of one occurrence of a term that stands in so many passages."""
        return log1p((self.passages - frequency + 0.5) / (frequency + 0.5)) * (K1 + 1)


def norms(average_length: float) -> AnyArray:
    """What BM25 adds to a frequency in a passage, by the length of it (float32)."""
    return (K1 * (1 - B) + K1 * B / average_length * np.arange(LENGTHS)).astype(np.float32)


def query_tokens(texts: Iterable[str], is_word: IsWord) -> Tokens:
    """Tokens of the texts of a query.

    Words are those of the index (``is_word``) that stand anywhere in the query, overlapping ones too. That needs no dictionary (0.1 s
    to load) and knows every word that could match: MRR@10 0.990 against 0.992 with the query cut by jieba.
    """
    tokens: Counter[tuple[str, str]] = Counter()
    for text in (part for whole in texts for part in told(whole)):
        folded = fold(text).text
        units = [unit.text for unit in find_units(folded)]
        tokens.update(("chars", unit) for unit in units)
        tokens.update(("bigrams", left + BIGRAM_JOINT + right) for left, right in pairwise(units))
        tokens.update(("words", word) for word in _words(units, is_word))
        tokens.update(("words", match.group()) for match in compounds(folded))
    return [(family, term, count) for (family, term), count in tokens.items()]


def _words(units: list[str], is_word: IsWord) -> Iterable[str]:
    return (text for text in possible_words(units) if is_run(text) or is_word(text))


def possible_words(units: list[str]) -> Iterable[str]:
    """What could be a word of a text, from its units: runs, and neighbouring characters."""
    for i, unit in enumerate(units):
        if is_run(unit):
            yield unit
            continue
        word = ""
        for following in units[i : i + _MAX_WORD]:
            if is_run(following):
                break
            word += following
            yield word


def scores(
    segments: Sequence[SegmentView],
    tokens: Tokens,
    statistics: Statistics,
    needed: Sequence[AnyArray] | None = None,
) -> list[AnyArray]:
    """Score of every passage of each segment by its own text (float32). Deleted passages have one, but count for nothing.

    With ``needed``, rising docs of each segment, only their scores count: the others are not worked out in full.
    """
    found = [np.zeros(segment.size, dtype=np.float32) for segment in segments]
    asked: Sequence[AnyArray | None] = needed if needed is not None else [None] * len(segments)
    # In this order whatever the query's is: sums of the same numbers in another order are not quite the same.
    for family, its_weight in _WEIGHTS.items():
        terms: list[list[_Postings]] = []
        weights: list[float] = []
        for term, repeats in ((term, repeats) for of, term, repeats in tokens if of == family):
            postings = [_postings(segment, family, term, docs) for segment, docs in zip(segments, asked, strict=True)]
            frequency = statistics.frequency(family, term, sum(of.frequency for of in postings))
            if frequency:
                terms.append(postings)
                weights.append(its_weight * repeats * statistics.weight(frequency))
        for segment, total, of_segment in zip(segments, found, zip(*terms, strict=True), strict=False):
            _add(segment, family, total, statistics.norms, of_segment, np.asarray(weights, dtype=np.float32))
    return found


class _Postings(NamedTuple):
    """``frequency``: in how many live passages a term stands; some of them, or all, with how often it does.

    ``number``: that of the term whose list is to be read instead, or -1.
    """

    frequency: int
    docs: AnyArray = NOTHING
    tf: AnyArray = NOTHING
    number: int = -1


def _add(
    segment: SegmentView,
    family: str,
    total: AnyArray,
    norms: AnyArray,
    postings: Sequence[_Postings],
    weights: AnyArray,
) -> None:
    """Add to the scores of the passages of a segment what some terms of one family give them."""
    native, lengths, of = kernels.native(), segment.arrays["passage.length"], segment.of_passages(family)
    unread = [place for place, each in enumerate(postings) if each.number >= 0]
    if unread and native is not None and of is not None:
        of.add_scores(native, [postings[place].number for place in unread], weights[unread], norms, lengths, total)
    for (_, docs, times, _), weight in zip(postings, weights, strict=True):
        if not len(docs):
            continue
        if native is not None:
            native.add_scores(total, norms, lengths, docs, times, weight)
        else:
            tf = times.astype(np.float32)
            total[docs] += weight * (tf / (tf + norms[lengths[docs]]))


def _postings(segment: SegmentView, family: str, term: str, needed: AnyArray | None) -> _Postings:
    if needed is not None and not segment.has_deletions:
        found = _postings_near(segment, family, term, needed)
        if found is not None:
            return found
    of = segment.of_passages(family)
    if of is not None and not segment.has_deletions and kernels.native() is not None:
        number = of.find(term)
        return _Postings(of.count(number) if number >= 0 else 0, number=number)
    if family == "names":
        docs, tf = segment.count_docs(find_any(segment, patterns(term)).at)
    else:
        docs, tf = term_postings(segment, family, term)
        if segment.has_deletions:
            kept = segment.live[docs]
            docs, tf = docs[kept], tf[kept]
    return _Postings(len(docs), docs, tf)


def _postings_near(segment: SegmentView, family: str, term: str, needed: AnyArray) -> _Postings | None:
    """Postings of which the needed ones are read, and what lies near; None where all must be read to count them."""
    of = segment.of_passages(family)
    if of is not None:
        number = of.find(term)
        return _Postings(of.count(number), *of.near(number, needed)) if number >= 0 else None
    if family == "bigrams":
        number = segment.find_pair(*term.split(BIGRAM_JOINT))
        repeats = segment.bigrams.repeats(number) if number >= 0 else None
        if repeats is not None:
            at = segment.bigrams.positions(number)
            start = segment.arrays["passage.start"][needed]
            first, end = (
                np.searchsorted(at, start),
                np.searchsorted(at, start + segment.arrays["passage.length"][needed]),
            )
            held = np.flatnonzero(end > first)
            times = (end[held] - first[held]).astype(np.uint16)
            return _Postings(len(at) - repeats, needed[held].astype(np.uint32), times)
    return None


def with_context(segment: SegmentView, docs: AnyArray) -> AnyArray:
    """Some passages and all whose scores add to theirs, rising."""
    heading, before = segment.arrays["passage.heading"][docs], docs[segment.has_neighbour[docs]] - 1
    return np.unique(np.concatenate([docs, segment.title_doc[docs], heading[heading >= 0], before]))


def without_common(segments: Sequence[SegmentView], tokens: Tokens, statistics: Statistics) -> Tokens:
    """The tokens without the single characters that stand in very many passages, if any other is left.

    Where words and neighbours are wanted too, such characters cost most of the time and add next to nothing.
    """
    most = statistics.passages * _COMMON

    def is_common(family: str, term: str) -> bool:
        return (
            family in ("chars", "words")
            and len(term) == 1
            and most
            < statistics.frequency(
                "chars",
                term,
                sum(segment.chars.count(number) for segment in segments if (number := segment.chars.find(term)) >= 0),
            )
        )

    return [token for token in tokens if not is_common(*token[:2])] or tokens


def best_in_context(segment: SegmentView, own: AnyArray, mask: AnyArray, count: int) -> tuple[AnyArray, AnyArray]:
    """The ``count`` best passages of a mask, with all that are equal to the last of them, and their scores (``in_context``)."""
    if (native := kernels.native()) is not None:
        columns = segment.title_doc, segment.arrays["passage.heading"], segment.has_neighbour
        best, found = native.best_in_context(own, packed(mask), *columns, *_SHARES, count)
        return best, found
    docs = np.flatnonzero(mask)
    every = in_context(segment, own, docs)
    if len(docs) <= count:
        return docs, every
    kept = every >= np.partition(every, len(docs) - count)[len(docs) - count]
    return docs[kept], every[kept]


def in_context(segment: SegmentView, own: AnyArray, docs: AnyArray) -> AnyArray:
    """Scores of some passages with what their title, their heading and the passage before them add, from the ``own`` of all.

    A passage that shares nothing with the query gains nothing by its title.
    """
    found, heading, title = own[docs], segment.arrays["passage.heading"][docs], segment.title_doc[docs]
    of_title, of_heading, of_neighbour = _SHARES
    # A title is not its own title.
    from_title = np.where(title == docs, 0.0, own[title])
    from_heading = np.where(heading < 0, 0.0, own[heading])
    from_before = np.where(segment.has_neighbour[docs], own[docs - 1], 0.0)
    context = of_title * from_title + of_heading * from_heading + of_neighbour * from_before
    return np.where(found > 0, found + context, 0.0)
