"""Streams of tokens: what stands in the fields of a passage, and what a query looks for there.

Every literal string of a text must be one phrase, also where it begins or ends inside a run of letters or digits. So the field
``chars`` has one token for each character, and a mark on both sides of a run:

    投资100亿    投 资 | 1 0 0 | 亿          00亿    0 0 | 亿

Two more fields have a token for each token of ``chars`` and so the same positions, by which they are asked together:

    values       . . =100 . . . . .          the value of each numeral: =100 over one token, else <100 at its first token and
                                             >100 at its last one; 100亿 is a numeral as a whole
    sentences    a a a a a a b b b           changes where a sentence ends

A filler that fills a field costs about a bit a token, for its positions follow each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise

from ...text import find_units, fold, is_run
from ...text.tokenizer import BIGRAM_JOINT

__all__ = [
    "RUN_MARK",
    "bigrams",
    "cut",
    "exact_stream",
    "joined",
    "sentence_stream",
    "sign_stream",
    "stream",
    "values_stream",
]

# On both sides of a run. A sign is no unit, so it can be no other token.
RUN_MARK = "|"
_FILLER = "."
# Between signs that do not touch each other; of two characters, so it is no sign.
_APART = "--"
# Lucene cuts a longer token into several, which would move all behind it.
_MAX_TOKEN = 255


@lru_cache(maxsize=1 << 16)
def _tokens_of(unit: str) -> tuple[str, ...]:
    return (RUN_MARK, *unit, RUN_MARK) if is_run(unit) else (unit,)


def stream(units: Iterable[str]) -> tuple[list[str], list[int]]:
    """The tokens of ``chars``, and where each unit begins among them, with the end as the last number."""
    tokens: list[str] = []
    starts = [0]
    for unit in units:
        tokens.extend(_tokens_of(unit))
        starts.append(len(tokens))
    return tokens, starts


def values_stream(values: Iterable[tuple[str, int, int]], starts: Sequence[int]) -> list[str]:
    """The tokens of ``values``, from (value, first unit, unit behind it); none where there are no values."""
    tokens = [_FILLER] * starts[-1]
    found = False
    for value, first, end in values:
        at, last = starts[first], starts[end] - 1
        if at == last:
            tokens[at] = f"={value}"
        else:
            tokens[at], tokens[last] = f"<{value}", f">{value}"
        found = True
    return tokens if found else []


def sentence_stream(begins: Iterable[int], starts: Sequence[int]) -> list[str]:
    """The tokens of ``sentences``, from the units at which a sentence begins; none where there is only one."""
    tokens: list[str] = []
    marks = sorted({starts[begin] for begin in begins if 0 < begin < len(starts) - 1})
    for number, (first, end) in enumerate(zip([0, *marks], [*marks, starts[-1]], strict=True)):
        tokens += ["ab"[number % 2]] * (end - first)
    return tokens if marks else []


def bigrams(units: Sequence[str]) -> list[str]:
    """Pairs of neighbours."""
    return [cut(left + BIGRAM_JOINT + right) for left, right in pairwise(units)]


def exact_stream(text: str) -> list[str]:
    """A token for each code point of a text as it is, spaces too, for what is looked for inside it sign by sign."""
    return ["␣" if char.isspace() else char for char in text if char.isspace() or char.isprintable()]


def sign_stream(text: str) -> list[str]:
    """The signs of a text as printed, which are no units."""
    tokens: list[str] = []
    place = 0
    folded = fold(text)
    covered = [folded.span(unit.start, unit.end) for unit in find_units(folded.text)]
    for start, end in [*covered, (len(text), len(text))]:
        signs = text[place:start].split()
        for number, group in enumerate(signs):
            if number and tokens:
                tokens.append(_APART)
            tokens.extend(char for char in group if char.isprintable())
        if tokens and tokens[-1] != _APART:
            tokens.append(_APART)
        place = max(place, end)
    return tokens


def cut(token: str) -> str:
    """A token as long as Lucene leaves it: it counts UTF-16 units."""
    if len(token) * 2 <= _MAX_TOKEN:
        return token
    return token.encode("utf-16-le", "surrogatepass")[: _MAX_TOKEN * 2].decode("utf-16-le", "ignore")


def joined(tokens: Iterable[str]) -> str:
    """The content of a field."""
    return " ".join(tokens)
