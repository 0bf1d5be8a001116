"""The Whoosh schema: one field a token family, all over the text of a passage, and what is stored of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from whoosh.analysis import Analyzer
from whoosh.analysis import Token as WhooshToken
from whoosh.fields import ID, NUMERIC, STORED, TEXT, Schema

from ..text import Tokenizer

__all__ = ["FamilyAnalyzer", "schema"]


class FamilyAnalyzer(Analyzer):  # type: ignore[misc]  # Whoosh ships no types
    """One family of our tokenizer as a Whoosh analyzer: ``FamilyAnalyzer(tokenizer, "bigrams")``."""

    def __init__(self, tokenizer: Tokenizer, family: str) -> None:
        self._tokenizer = tokenizer
        self._family = family

    def __call__(
        self,
        value: str,
        positions: bool = False,
        chars: bool = False,
        start_pos: int = 0,
        start_char: int = 0,
        **_: Any,
    ) -> Iterator[WhooshToken]:
        for token in getattr(self._tokenizer, self._family)(value):
            out = WhooshToken(positions=positions, chars=chars, text=token.text, boost=1.0, stopped=False)
            out.pos = start_pos + token.position
            out.startchar, out.endchar = start_char + token.start, start_char + token.end
            yield out

    def __getstate__(self) -> dict[str, Any]:
        # The schema is pickled into the table of contents; a dictionary does not belong there.
        return {"_tokenizer": Tokenizer(), "_family": self._family}


def schema(tokenizer: Tokenizer | None = None) -> Schema:
    """The schema of every index. Only a schema with the index's own tokenizer may analyse queries for Whoosh."""
    tokenizer = tokenizer or Tokenizer()
    return Schema(
        chars=TEXT(analyzer=FamilyAnalyzer(tokenizer, "chars")),
        bigrams=TEXT(analyzer=FamilyAnalyzer(tokenizer, "bigrams")),
        words=TEXT(analyzer=FamilyAnalyzer(tokenizer, "words"), phrase=False),
        values=TEXT(analyzer=FamilyAnalyzer(tokenizer, "values")),
        article=ID(stored=True),
        ordinal=NUMERIC(stored=True),
        kind=ID(stored=True),
        text=STORED,
    )
