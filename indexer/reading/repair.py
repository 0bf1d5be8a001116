"""Paragraphs that the page layout cut are put together, and what the export printed twice is dropped.

A column ends, a picture stands in the way, and the export writes the paragraph as two: ……建成5G｜基站1947个. The
first half stops in the middle of a sentence; its other half is the next paragraph of the same article, with nothing
but captions and bylines between them. A heading between them ends the search, unless the text after it begins with a
mark (，” …) that no paragraph can begin with.

Exports also leave pieces behind: a paragraph printed again elsewhere, whole or broken off. A piece is dropped only
if all of it stands in another paragraph of the article, and for a shorter piece than the whole only if it begins or
ends there in mid-sentence.
"""

from __future__ import annotations

from indexer.reading.blocks import Block
from indexer.reading.evidence import CrossingEvidence
from indexer.reading.sentences import dangles, glue, is_fresh, is_open, is_prose, starts_inside

__all__ = ["repair"]

# Shorter lines are printed twice on purpose (refrains, table heads).
_MIN_DUPLICATE = 20
_MIN_LEFTOVER = 30
# A line this short that stops without a full stop is rather a label than half a paragraph; columns are wider than
# that.
_MIN_LEFT_HALF = 15
_MIN_BARE_LEFT_HALF = 20  # without any punctuation inside
_MIN_SURE_LEFT_HALF = 8  # where a word runs across the break
_ADDRESS = ("http://", "https://")
# On newspaper pages at most a quarter of the paragraphs are cut; more than this is a way of writing.
_LONG = 40
_FEWEST_LOOSE = 6
_LOOSE_SHARE = 1 / 3
# A paragraph runs through a few columns at most; the bound also keeps hostile files from growing one paragraph for
# ever.
_MAX_PIECES = 20
# Pictures printed together between the halves of a paragraph.
_MAX_BETWEEN = 16
# Searching every paragraph in all others is quadratic; real articles are far below these.
_MAX_LEFTOVER_BLOCKS = 400
_MAX_LEFTOVER_TEXT = 200_000


def repair(blocks: list[Block], evidence: CrossingEvidence, *, markdown: bool) -> list[Block]:
    """The blocks of one article, repaired. In ``markdown`` a blank line ends a paragraph, so only neighbouring lines
    join.
    """
    blocks = _without_duplicates(blocks if markdown else _without_leftovers(blocks, evidence))
    joiner = _Joiner(blocks, evidence, markdown=markdown, loose=_is_loosely_punctuated(blocks))
    return _without_duplicates(joiner.joined())


def _is_loosely_punctuated(blocks: list[Block]) -> bool:
    """Whether the author leaves out full stops, so that a missing one says nothing."""
    ends = [is_open(block.text) for block in blocks if block.role == "body" and len(block.text) >= _LONG]
    return sum(ends) >= _FEWEST_LOOSE and sum(ends) > len(ends) * _LOOSE_SHARE


class _Joiner:
    """Finds for each paragraph that stops in mid-sentence the block in which it goes on."""

    def __init__(self, blocks: list[Block], evidence: CrossingEvidence, *, markdown: bool, loose: bool) -> None:
        self._blocks = blocks
        self._evidence = evidence
        self._markdown = markdown
        self._loose = loose
        self._gone: set[int] = set()

    def joined(self) -> list[Block]:
        """The blocks with every pair of halves put together."""
        for number, block in enumerate(self._blocks):
            if number in self._gone or block.role not in {"body", "item"}:
                continue
            pieces = [block.text]
            last = number
            while len(pieces) < _MAX_PIECES and is_open(pieces[-1]):
                right = self._right_half(last, pieces[-1], listed=block.style == "bullet")
                if right is None:
                    break
                self._gone.add(right)
                pieces.append(self._blocks[right].text)
                last = right
            if len(pieces) > 1:
                block.text = glue(pieces)
        return [block for number, block in enumerate(self._blocks) if number not in self._gone]

    def _right_half(self, last: int, left: str, *, listed: bool) -> int | None:
        """The number of the block that goes on where ``left`` stops, or None."""
        weak: int | None = None
        heading_between = False
        for number in range(last + 1, min(len(self._blocks), last + 1 + _MAX_BETWEEN)):
            block = self._blocks[number]
            if number in self._gone:
                continue
            if block.role == "caption":
                if not block.sure and weak is None and not heading_between:
                    weak = number
            elif block.role == "heading":
                heading_between = True
            elif block.role == "body":
                if heading_between and not starts_inside(block.text):
                    break
                if weak is not None and self._prefers(left, self._blocks[weak].text, block.text):
                    return weak
                return number if self._goes_on(left, block, listed=listed) else None
            elif block.role in {"item", "literal"}:
                break
        # What looked like a caption by its place is the other half if there is no other text for it.
        return weak if weak is not None and not self._markdown and not self._loose else None

    def _prefers(self, left: str, first: str, second: str) -> bool:
        """Whether ``left`` goes on in ``first`` rather than in ``second``."""
        if starts_inside(second):
            return False
        return self._evidence.count(left, first) > self._evidence.count(left, second)

    def _goes_on(self, left: str, right: Block, *, listed: bool) -> bool:
        text = right.text
        if starts_inside(text):
            return True
        if text.startswith(_ADDRESS) or left.startswith(_ADDRESS):
            return False
        if self._markdown:
            latin = left[-1:].isascii() and text[:1].islower()
            return right.gap == 0 and not right.indented and (latin or left[-1] in "，,、")
        if dangles(left) or (len(left) >= _MIN_SURE_LEFT_HALF and self._evidence.holds(left, text)):
            return True
        if self._loose or listed or not _may_be_left_half(left):
            return False
        # A short line without a full stop is no second half; an English sentence with a capital begins anew.
        label = is_open(text) and not _may_be_left_half(text)
        capital = left[-1:].isascii() and left[-1:].isalpha() and text[:1].isupper()
        return not (label or capital or is_fresh(text))


def _may_be_left_half(text: str) -> bool:
    """Whether ``text`` is long enough to be half a paragraph where nothing else says so."""
    return dangles(text) or (len(text) >= _MIN_LEFT_HALF and is_prose(text)) or len(text) >= _MIN_BARE_LEFT_HALF


def _without_duplicates(blocks: list[Block]) -> list[Block]:
    seen: set[str] = set()
    kept = []
    for block in blocks:
        key = _squeezed(block.text)
        if block.role in {"body", "item", "caption"} and len(key) >= _MIN_DUPLICATE:
            if key in seen:
                continue
            seen.add(key)
        kept.append(block)
    return kept


def _without_leftovers(blocks: list[Block], evidence: CrossingEvidence) -> list[Block]:
    texts = {number: _squeezed(block.text) for number, block in enumerate(blocks) if block.role == "body"}
    # Without any mark between them a piece is also found across a cut that is not repaired yet.
    stream = "".join(texts.values())
    if len(texts) > _MAX_LEFTOVER_BLOCKS or len(stream) > _MAX_LEFTOVER_TEXT:
        return blocks
    ends = []
    position = 0
    for text in texts.values():
        position += len(text)
        ends.append(position)
    gone = set()
    for end, (number, text) in zip(ends, texts.items(), strict=True):
        if len(text) >= _MIN_LEFTOVER and _is_leftover(stream, end - len(text), end, set(ends), evidence):
            gone.add(number)
    return [block for number, block in enumerate(blocks) if number not in gone]


def _is_leftover(stream: str, start: int, end: int, ends: set[int], evidence: CrossingEvidence) -> bool:
    """Whether the block ``stream[start:end]`` is a broken-off copy of text that stands elsewhere."""
    text = stream[start:end]
    other = stream.find(text)
    if other == start:
        other = stream.find(text, end)
    if other < 0:
        return False
    other_end = other + len(text)
    if is_open(text):
        if stream[end : end + 1] == stream[other_end : other_end + 1]:
            return False  # both go on in the same way: a paragraph that is repeated, cut at the same place
        if other_end not in ends:
            return True
        # Broken off twice at the same place: the copy that its neighbour goes on from is the real one.
        here = evidence.count(text, stream[end : end + 1])
        there = evidence.count(text, stream[other_end : other_end + 1])
        return here < there or (here == there and other < start)
    return other > 0 and other not in ends and is_open(stream[max(0, other - 2) : other])


def _squeezed(text: str) -> str:
    return "".join(text.split())
