"""The frame of a quantity: the sentence and the clause it stands in, and what stands before and behind it there."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field

from indexer.facts.dates import DateMention
from indexer.facts.quantities import Quantity
from indexer.text import sentence_ends

__all__ = ["REACH", "Frame", "Passage", "frame_of"]

# No measure is so long, a list that is counted may be; unbounded, a text without punctuation would cost its square.
_MAX_WORDS_BEFORE = 200
# Nothing further back bears on a quantity; it is the length of the longest passage that reading yields.
REACH = 600
_BREAK = re.compile(r"[,;:。!?…()\n]|——|\.{3}")


@dataclass(slots=True)
class Passage:
    """A folded passage with what has been found in it; offsets are of the folded text.

    ``sentences`` and ``breaks`` are ends of sentences and of clauses, computed once for all quantities.
    """

    text: str
    quantities: list[Quantity]
    dates: list[tuple[int, int, DateMention]]
    sentences: list[int] = field(init=False)
    breaks: list[int] = field(init=False)
    _spans: dict[re.Pattern[str], list[tuple[int, int]]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.sentences = sentence_ends(self.text)
        self.breaks = [match.end() for match in _BREAK.finditer(self.text)]

    def dates_before(self, offset: int) -> int:
        """How many of the dates end at an offset or before."""
        return bisect_right(self.dates, offset, key=_end)

    def spans(self, pattern: re.Pattern[str], start: int, end: int) -> list[tuple[int, int]]:
        """Where a pattern matches between two offsets, within reach of the second. It is searched for once a passage."""
        spans = self._spans.get(pattern)
        if spans is None:
            spans = self._spans[pattern] = [match.span() for match in pattern.finditer(self.text)]
        first = bisect_left(spans, max(start, end - REACH), key=_start)
        last = bisect_right(spans, end, key=_end)
        return spans[first:last]

    def sentence_at(self, offset: int) -> tuple[int, int]:
        """Start and end of the sentence around an offset, white space before it left out."""
        index = bisect_right(self.sentences, offset)
        start = self.sentences[index - 1] if index else 0
        end = self.sentences[index] if index < len(self.sentences) else len(self.text)
        while start < end and self.text[start].isspace():
            start += 1
        return start, end

    def clause_start(self, offset: int, sentence: int) -> int:
        """Where the clause that holds ``offset - 1`` begins, in the sentence that begins at ``sentence``."""
        before = bisect_left(self.breaks, offset)
        return max(sentence, self.breaks[before - 1] if before else 0)


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a quantity stands: its sentence, its clause, and the quantities next to it inside the clause.

    ``left`` is where the words before it begin (behind the clause's start, the quantity before it, and a date),
    ``right`` where the words behind it end.
    """

    index: int
    sentence: tuple[int, int]
    clause: tuple[int, int]
    left: int
    right: int


def frame_of(passage: Passage, index: int) -> Frame:
    """The frame of the passage's quantity with this index."""
    quantity = passage.quantities[index]
    sentence = passage.sentence_at(quantity.number)
    clause = _clause(passage, quantity, sentence)
    left, right = clause
    if index and passage.quantities[index - 1].end > left:
        left = passage.quantities[index - 1].end
        listed = passage.text.rfind("、", left, quantity.start)
        left = listed + 1 if listed >= 0 else left
    if index + 1 < len(passage.quantities) and passage.quantities[index + 1].start < right:
        right = passage.quantities[index + 1].start
    left = max(left, quantity.start - _MAX_WORDS_BEFORE)
    dated = passage.dates_before(quantity.start)
    while dated and passage.dates[dated - 1][2].kind == "name":
        dated -= 1
    if dated:
        left = max(left, passage.dates[dated - 1][1])
    behind = bisect_left(passage.dates, quantity.end, key=_start)
    if behind < len(passage.dates):
        right = max(quantity.end, min(right, passage.dates[behind][0]))
    return Frame(index, sentence, clause, left, right)


def _start(located: tuple[int, ...] | tuple[int, int, DateMention]) -> int:
    return located[0]


def _end(located: tuple[int, ...] | tuple[int, int, DateMention]) -> int:
    return located[1]


def _clause(passage: Passage, quantity: Quantity, sentence: tuple[int, int]) -> tuple[int, int]:
    before = bisect_right(passage.breaks, quantity.start)
    start = max(sentence[0], passage.breaks[before - 1] if before else 0)
    after = bisect_left(passage.breaks, quantity.end + 1)
    end = min(sentence[1], passage.breaks[after] if after < len(passage.breaks) else len(passage.text))
    if end > start and _BREAK.match(passage.text, end - 1):
        end -= 1
    return start, end
