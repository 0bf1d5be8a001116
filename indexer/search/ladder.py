"""The ladder: from the strictest reading of a query to the widest, over sets of passages as boolean arrays.

    exact   the whole query stands literally in the passage
    near    every term stands literally in one sentence
    all     every term stands literally in the passage or in its title
    most    the passage shares a word, a pair of neighbours or a whole run of letters or digits with the terms

Each step takes in the one above it. Phrases in quotation marks, exclusions and conditions hold on every step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from typing import Literal

import numpy as np

from ..store import SegmentView
from ..store.arrays import AnyArray
from ..store.gaps import ragged
from ..store.segment import TEXT_ENCODING
from ..text import fold, is_run
from ..text.units import STRETCH
from .budget import check
from .conditions import CONDITIONS, Conditions
from .namebook import NameBook
from .pattern import IsWord, Pattern, patterns
from .positions import Places, docs_with, find, find_any
from .query import And, Node, Not, Or, Query, Term
from .ranking import Tokens

__all__ = ["STEPS", "Counted", "Ladder", "Mask", "Reading", "Step", "count_passages", "positive_terms"]

Step = Literal["exact", "near", "all", "most"]
# Not a step of its own: what ``exact`` finds without reading numbers as values.
Reading = Literal["typed", "exact", "near", "all", "most"]
STEPS: tuple[Step, ...] = ("exact", "near", "all", "most")

Mask = AnyArray

# Fewer sentences than one in so many places of a term are looked up among them one by one.
_FEW_SENTENCES = 16


class Counted:
    """What a step finds in a store that has counted its passages and brought none: ``total`` of them."""

    def __init__(self, total: int) -> None:
        self.total = total

    def any(self) -> bool:
        """Whether it finds anything."""
        return self.total > 0


def count_passages(masks: Iterable[Mask | Counted]) -> int:
    """How many passages the masks hold."""
    # Ten times as fast as to add them up.
    return sum(mask.total if isinstance(mask, Counted) else int(np.count_nonzero(mask)) for mask in masks)


def positive_terms(node: Node) -> list[Term]:
    """The terms that are wanted, in the order of the query."""
    if isinstance(node, Term):
        return [node]
    if isinstance(node, And | Or):
        return [term for child in node.nodes for term in positive_terms(child)]
    return []


class Ladder:
    """One query on one generation. Every term is looked up once, whatever steps are asked for."""

    def __init__(
        self, query: Query, segments: Sequence[SegmentView], tokens: Tokens, is_word: IsWord, names: NameBook
    ) -> None:
        self._root = query.root
        self._segments = segments
        self._tokens = tokens
        self._is_word = is_word
        self.conditions = Conditions(segments, names)
        self._terms = positive_terms(query.root)
        self._masks: dict[Reading, list[Mask]] = {}
        self._always: dict[int, Mask] = {}
        self._places: dict[tuple[int, str], Places] = {}
        self._patterns: dict[str, tuple[Pattern, ...]] = {}
        self._docs: dict[tuple[int, str], AnyArray] = {}
        self._printed: dict[tuple[int, str], AnyArray] = {}
        self._in_sentences: dict[tuple[int, str], AnyArray] = {}

    def masks(self, step: Reading) -> list[Mask]:
        """For each segment, which passages the step finds; ``typed``: those that hold the whole query as it was typed."""
        if step == "near" and len(self._terms) == 1 and self.whole() is not None:
            step = "exact"  # one term is near to nothing else
        if step not in self._masks:
            numbers = range(len(self._segments))
            self._masks[step] = [self._restricted(number, self._mask(number, step)) for number in numbers]
        return self._masks[step]

    def stands(self, text: str) -> bool:
        """Whether a text stands literally in any live passage."""
        return any(self._literal(number, text)[segment.live].any() for number, segment in enumerate(self._segments))

    def patterns(self, text: str) -> tuple[Pattern, ...]:
        """Patterns of a text, cached."""
        if text not in self._patterns:
            self._patterns[text] = patterns(text, self._is_word)
        return self._patterns[text]

    def whole(self) -> str | None:
        """The text that the first step looks for: all terms in their order; None if the query has operators between them."""
        nodes = [node for node in self._root.nodes if not isinstance(node, CONDITIONS | Not)]
        if nodes and all(isinstance(node, Term) for node in nodes):
            return " ".join(term.text for term in self._terms)
        return None

    def _mask(self, number: int, step: Reading) -> Mask:
        """What a step asks for besides what is fixed."""
        check()
        if not self._terms:
            return self._fixed(number)
        if step == "typed":
            return self._typed(number)
        if step == "exact":
            whole = self.whole()
            return self._literal(number, whole) if whole is not None else np.zeros_like(self._fixed(number))
        if step == "near":
            return self._near(number)
        if step == "all":
            return self._evaluate(number, self._root, self._literal_or_title)
        return self._shared(number) | self.masks("all")[number]

    def _restricted(self, number: int, mask: Mask) -> Mask:
        """Those passages of a mask for which what is fixed holds."""
        fixed, segment = self._fixed(number), self._segments[number]
        return mask & fixed if fixed is not segment.live or segment.has_deletions else mask

    def _fixed(self, number: int) -> Mask:
        """What holds on every step: conditions, exclusions, phrases in quotation marks; and that the passage is live."""
        if number not in self._always:
            mask = self._segments[number].live
            for node in self._root.nodes:
                if isinstance(node, CONDITIONS | Not):
                    mask = mask & self._evaluate(number, node, self._literal)
                elif isinstance(node, Term) and node.exact:
                    mask = mask & self._literal_or_title(number, node.text)
            self._always[number] = mask
        return self._always[number]

    def _evaluate(self, number: int, node: Node, term_mask: Callable[[int, str], Mask]) -> Mask:
        if isinstance(node, Term):
            return term_mask(number, node.text)
        if isinstance(node, CONDITIONS):
            return self.conditions.mask(number, node, self._literal)
        if isinstance(node, Not):
            return ~self._evaluate(number, node.node, self._literal)
        masks = [self._evaluate(number, child, term_mask) for child in node.nodes]
        return reduce(np.logical_and if isinstance(node, And) else np.logical_or, masks)

    def _literal(self, number: int, text: str) -> Mask:
        segment = self._segments[number]
        if self.patterns(text):
            return segment.mask_of(self._docs_of(number, text))
        key = (number, text)
        if key not in self._printed:
            self._printed[key] = _containing(segment, text)
        return segment.mask_of(self._printed[key])

    def _literal_or_title(self, number: int, text: str) -> Mask:
        return self._segments[number].with_articles(self._literal(number, text))

    def _docs_of(self, number: int, text: str) -> AnyArray:
        """The passages in which a text begins, in no order and perhaps more than once."""
        key = (number, text)
        if key not in self._docs:
            segment, wanted = self._segments[number], self.patterns(text)
            docs = docs_with(segment, wanted[0]) if len(wanted) == 1 else None
            self._docs[key] = segment.doc_of(self._find(number, text).at) if docs is None else docs
        return self._docs[key]

    def _find(self, number: int, text: str) -> Places:
        key = (number, text)
        if key not in self._places:
            self._places[key] = find_any(self._segments[number], self.patterns(text))
        return self._places[key]

    def _typed(self, number: int) -> Mask:
        segment, whole = self._segments[number], self.whole()
        if whole is None or not self.patterns(whole):
            return segment.mask_of()
        pattern, *others = self.patterns(whole)
        if len(pattern) == 1 and not others:
            return self._literal(number, whole)
        places = find(segment, pattern) if others else self._find(number, whole)
        typed = segment.breaks_in(places.at, places.end) == len(STRETCH.findall(fold(whole).text)) - 1
        if not others and typed.all():
            return self._literal(number, whole)
        return segment.mask_of(segment.doc_of(places.at[typed]))

    def _near(self, number: int) -> Mask:
        segment = self._segments[number]
        groups = [node for node in self._root.nodes if not isinstance(node, CONDITIONS | Not)]
        if len(groups) == 1 and _is_one_of_terms(groups[0]):
            texts = dict.fromkeys(term.text for term in self._terms)
            return segment.mask_of(*(self._docs_of(number, text) for text in texts))
        if all(isinstance(node, Term) for node in groups):
            return self._near_terms(number)
        sentences = self._sentences(number, And(tuple(groups)))
        if not sentences.any():
            return segment.mask_of()
        # A sentence may go on in the next part of a long paragraph: the passages are those that hold a term of it.
        others = sentences.copy()
        found: list[AnyArray] = []
        for text in dict.fromkeys(term.text for term in self._terms):
            of_places = self._sentences_of(number, text)
            found.append(segment.doc_of(self._find(number, text).at[sentences[of_places]]))
            others[of_places] = False
        if others.any():  # an alternative that is a condition holds no term
            found.append(segment.doc_of(segment.sentence_starts[np.flatnonzero(others) - 1]))
        return segment.mask_of(*found)

    def _near_terms(self, number: int) -> Mask:
        """Passages that hold a term of a sentence in which all terms stand, the rarest looked at first."""
        segment = self._segments[number]
        texts = sorted(dict.fromkeys(term.text for term in self._terms), key=lambda text: len(self._find(number, text)))
        sentences = _distinct(self._sentences_of(number, texts[0]))
        for text in texts[1:]:
            sentences = _distinct(self._within(number, text, sentences)[1])
        held = texts if len(sentences) else ()
        return segment.mask_of(*(segment.doc_of(self._within(number, text, sentences)[0]) for text in held))

    def _within(self, number: int, text: str, sentences: AnyArray) -> tuple[AnyArray, AnyArray]:
        """Where a text stands in some rising sentences, and in which of them each time."""
        at = self._find(number, text).at
        if len(sentences) * _FEW_SENTENCES < len(at):
            edges = self._segments[number].sentence_edges
            first, end = np.searchsorted(at, edges[sentences - 1]), np.searchsorted(at, edges[sentences])
            return at[ragged(first, end - first)], np.repeat(sentences, end - first)
        of_each = self._sentences_of(number, text)
        wanted = np.zeros(len(self._segments[number].sentences) + 1, dtype=bool)
        wanted[sentences] = True
        kept = wanted[of_each]
        return at[kept], of_each[kept]

    def _sentences(self, number: int, node: Node) -> Mask:
        """Which sentences (numbered from 1) a part of the query holds in; exclusions and conditions hold for passages."""
        segment = self._segments[number]
        mask = np.zeros(len(segment.sentences) + 1, dtype=bool)
        if isinstance(node, Term):
            mask[self._sentences_of(number, node.text)] = True
            return mask
        if isinstance(node, And | Or):
            masks = [self._sentences(number, child) for child in node.nodes]
            return reduce(np.logical_and if isinstance(node, And) else np.logical_or, masks)
        mask[1:] = self._evaluate(number, node, self._literal)[segment.doc_of(segment.sentence_starts)]
        return mask

    def _sentences_of(self, number: int, text: str) -> AnyArray:
        """The sentence of each place of a text."""
        key = (number, text)
        if key not in self._in_sentences:
            check()
            self._in_sentences[key] = self._segments[number].sentence_of(self._find(number, text).at)
        return self._in_sentences[key]

    def _shared(self, number: int) -> Mask:
        """Passages that share more than single characters with the query."""
        segment = self._segments[number]
        # Where a longer word of the query stands, its first two characters do, which are neighbours in the query; where a
        # compound does (c#, 5g+), its runs do.
        wanted = [(of, term) for of, term, _ in self._tokens if of == "bigrams" or (of == "words" and is_run(term))]
        return segment.mask_of(*(segment.docs_of(family, term) for family, term in wanted))


def _distinct(rising: AnyArray) -> AnyArray:
    """Rising numbers, each once."""
    return rising[np.flatnonzero(np.diff(rising, prepend=-1))]


def _is_one_of_terms(node: Node) -> bool:
    """Whether a passage that holds any of the terms holds all that is asked for: no sentence need be looked at."""
    return isinstance(node, Term) or (isinstance(node, Or) and all(map(_is_one_of_terms, node.nodes)))


def _containing(segment: SegmentView, text: str) -> AnyArray:
    """Docs whose printed text holds a string of signs that are no units (★, →): a scan of the stored text."""
    check()
    key = np.frombuffer(text.replace(" ", "").encode(TEXT_ENCODING, "surrogatepass"), dtype="<u2")
    units, ends = segment.arrays["passage.text"].view("<u2"), segment.arrays["passage.text_end"] // 2
    # Unit by unit from the last one, all places at once: a comma stands everywhere.
    last = len(key) - 1
    places = np.flatnonzero(units[last:] == key[last])
    for i in range(last):
        places = places[units[places + i] == key[i]]
    docs = np.searchsorted(ends, places, side="right")
    within: AnyArray = np.unique(docs[places + len(key) <= ends[docs]])
    return within
