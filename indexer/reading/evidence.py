"""Does a word run across a break? Asked of the file itself.

Whether 工 at the end of one piece and 厂 at the start of another belong together is decided by looking whether 工厂
stands elsewhere in the same file: a page speaks of the same things again and again. This needs no dictionary, knows
every name that the page knows, and gives the same answer everywhere.
"""

from __future__ import annotations

__all__ = ["CrossingEvidence"]

# A page has some 30,000 characters; what stands further away is another page.
_MAX_TEXT = 200_000
# Up to an article's length a pair that is printed even once elsewhere is no accident; in longer texts characters
# meet by chance.
_SHORT_TEXT = 5000
# Each question reads the whole text once; hostile files get no more than this many answers.
_MAX_QUESTIONS = 300


class CrossingEvidence:
    """Counts how often the characters on the two sides of a break stand together elsewhere in the text."""

    def __init__(self, text: str) -> None:
        self._text = text[:_MAX_TEXT]
        self._questions = 0

    def count(self, left: str, right: str) -> int:
        """How often the last character of ``left`` and the first of ``right`` are printed side by side.

        0 as well where either is no letter, character or digit, or when too many questions were asked.
        """
        pair = left[-1:] + right[:1]
        if not pair.isalnum() or len(pair) < 2 or self._questions >= _MAX_QUESTIONS:
            return 0
        self._questions += 1
        return self._text.count(pair)

    def holds(self, left: str, right: str) -> bool:
        """Whether a word very likely runs across the break between ``left`` and ``right``."""
        return self.count(left, right) >= (1 if len(self._text) <= _SHORT_TEXT else 2)
