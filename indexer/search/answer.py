"""One query on one generation: the step of the ladder, the order, the marks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache, partial
from itertools import groupby, islice
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from ..store import SegmentView, Snapshot
from ..store.segment import KINDS
from ..text import fold, plain
from .budget import check
from .describe import restate
from .facets import count_facets
from .filters import NAME_KINDS, filters_in
from .grouping import ArticleHits, ArticleResults, Group, pick_articles, unfolded
from .highlight import Marker, join_spans
from .ladder import STEPS, Ladder, Mask, Step, count_passages, positive_terms
from .namebook import NameBook
from .order import Order, Place
from .quantities import Quantity
from .query import And, Node, Not, Or, Query, Term
from .questions import told
from .ranking import Statistics, Tokens, query_tokens
from .reprints import ArticleKey, Reprints
from .results import ArticleInfo, Facet, Hit, PassageInfo, Results, Rung, Span
from .spelling import Speller

if TYPE_CHECKING:
    from ..facts.names import Name
    from .holdings import Holdings
    from .similar import SimilarArticle
    from .status import Status

__all__ = ["UNDATED", "Answer", "Match", "Opened", "article_info", "passage_info"]

# Terms that stand nowhere and are looked for in other spellings, which costs more than everything else.
_MAX_RESPELT = 6
# Sorts behind every date.
UNDATED = 99_999_999
# Names that a facet lists; more are on the page of their kind.
_MAX_NAMES = 10


Match = Literal["any", "all"]


class Opened:
    """One generation, and what is worked out from it once."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.segments: Sequence[SegmentView] = snapshot.segments
        # A query asks for the same few words again and again, to rank and to mark.
        self.is_word = lru_cache(maxsize=1 << 16)(self._is_word)

    @cached_property
    def statistics(self) -> Statistics:
        return Statistics(self.segments)

    @cached_property
    def speller(self) -> Speller:
        return Speller(self.segments, self.is_word)

    @cached_property
    def reprints(self) -> Reprints:
        return Reprints(self.segments)

    @cached_property
    def names(self) -> NameBook:
        return NameBook(self.segments, self.snapshot.state.joins)

    def _is_word(self, text: str) -> bool:
        """Whether a folded string is a word somewhere in the index."""
        return any(segment.words.find(text) >= 0 for segment in self.segments)

    # What another store does in its own way (see ``generations.Generation``).

    @property
    def etag(self) -> str:
        """Changes with every commit."""
        return f"{self.snapshot.generation}-{self.snapshot.state.built_at}"

    def answer(self, query: Query, *, verbatim: bool = False) -> Answer:
        """The answer to a query."""
        return Answer(self, query, verbatim=verbatim)

    def ladder(self, query: Query, tokens: Tokens) -> Ladder:
        """The steps of a query."""
        return Ladder(query, self.segments, tokens, self.is_word, self.names)

    def find_article(self, article_id: str) -> ArticleKey | None:
        """Where an article stands: its segment and its number there."""
        for number, segment in enumerate(self.segments):
            article = segment.article_number(article_id)
            if article is not None:
                return number, article
        return None

    def list_names(self, kind: str | None, part: str, *, limit: int, offset: int) -> tuple[int, list[Name]]:
        """How many names of a kind, or of all, have a spelling that holds a text, and some of them in their order."""
        wanted = plain(part)
        found = [
            name
            for name in self.names.names
            if kind in (None, name.kind) and any(wanted in plain(spelling) for spelling in (name.name, *name.aliases))
        ]
        return len(found), found[offset : offset + limit]

    def holdings(self, newest: int) -> Holdings:
        """Articles by date and by source, and so many of the newest."""
        from .holdings import holdings

        return holdings(self, newest)

    def similar_to(self, article_id: str, limit: int) -> tuple[SimilarArticle, ...]:
        """Articles that share the rarest names and words with one, the most alike first; none for an unknown id."""
        from .similar import similar_articles

        return similar_articles(self, article_id, limit)

    def rank(self, query: str, match: Match, limit: int) -> list[tuple[float, str]]:
        """The best passages for the words of a query (see ``topk``): (score, text as printed)."""
        from . import topk  # which a search does not need

        best = topk.best_of_any if match == "any" else topk.best_of_all
        found = best(self.segments, topk.wanted_in(query, self.is_word), self.statistics, limit)
        return [(score, self.segments[number].text(doc)) for score, number, doc in found]

    def status(self, folder: Any) -> Status:
        """What the index holds; ``folder`` is the store it was opened from."""
        from .status import status_of

        return status_of(self, folder)

    @property
    def notes(self) -> tuple[str, ...]:
        """What of the archive was out of reach, in Chinese."""
        return ()

    def require_all(self) -> None:
        """For answers that have no notes: raise ClusterAway if something of the archive was out of reach."""

    def bring_figures(self, most: int) -> int:  # noqa: ARG002  # here all are
        """Have the passages with the first figures of the archive among the ``segments``; return how many figures it has."""
        return sum(int(np.count_nonzero(each.live[each.arrays["figure.doc"]])) for each in self.segments)

    def bring_name(self, name: Name) -> None:
        """Have the passages that mention a name among the ``segments``, and those with figures about it in the same articles."""

    def reprints_of(self, article_id: str) -> tuple[ArticleInfo, ...]:
        """Articles of nearly the same text as one, the earliest first; none for an unknown id."""
        key = self.find_article(article_id)
        others = self.reprints.of(key) if key is not None else []
        return tuple(article_info(self.segments[number], other) for number, other in others)


class Answer:
    """The answer to a query; worked out step by step, as far as it is asked for."""

    def __init__(self, opened: Opened, query: Query, *, verbatim: bool = False) -> None:
        """``verbatim``: letters are no pinyin, and no other spelling takes the place of one that stands nowhere."""
        self._opened = opened
        self._asked = query
        self._verbatim = verbatim
        self._notes = list(query.notes)
        self._corrected: str | None = None
        self._suggestions: tuple[str, ...] = ()
        self._use(query)
        if not verbatim:
            self._read_pinyin()

    def _use(self, query: Query) -> None:
        self._query = query
        self._terms = [term.text for term in positive_terms(query.root)]
        self._quantities = [node for node in query.root.nodes if isinstance(node, Quantity)]
        wanted_names = [one for node in query.root.nodes for one in filters_in(node)]
        self._names = [one for one in wanted_names if one.field in NAME_KINDS]
        is_word = self._opened.is_word
        wanted = query_tokens(self._terms, is_word)
        # A known name inside a longer term is one unit, worth more than the words it is made of.
        wanted += [("names", name, 1) for term in self._terms for name in self._opened.names.inside(term)]
        # What is measured ranks the passages that a condition lets through; it does not find others.
        self._tokens = wanted + query_tokens([quantity.metric for quantity in self._quantities], is_word)
        self._ladder = self._opened.ladder(query, wanted)
        self._marker = Marker(self._terms, is_word, self._ladder.whole())
        self._step: Step | None = None
        self._order = Order(self._opened, self._ladder, self._tokens)

    def results(self, *, limit: int, offset: int, sort: str, rung: Step | None) -> Results:
        """The passages of one page. ``took_ms`` is left at 0 for the caller, who knows when the work began."""
        step, masks = self.found(rung)
        ranked = self._rank(step, masks, sort, offset + limit)[offset:] if step else []
        return self._results(step, masks, tuple(self._hit(*place) for place in ranked))

    def articles(self, *, limit: int, offset: int, sort: str, rung: Step | None, fold: bool = True) -> ArticleResults:
        """The articles of one page, each at the rank of its best passage, with some passages of it (see ``grouping``).

        ``fold``: of reprints only the best one.
        """
        step, masks = self.found(rung)
        segments = self._opened.segments
        folds = self._opened.reprints.groups if fold else unfolded(segments)
        groups: list[Group] = []
        total = 0
        if step is not None:
            rank = partial(self._rank, step)
            groups, total = pick_articles(segments, masks, rank, folds, sort=sort, limit=limit, offset=offset)
        found = tuple(
            ArticleHits(
                hits[0].article,
                group.total,
                hits,
                tuple((number, doc) for _, number, doc in group.places),
                reprints=group.reprints,
            )
            for group in groups
            if (hits := tuple(self._hit(*place) for place in group.places))
        )
        every = tuple(hit for group in found for hit in group.hits)
        return ArticleResults(self._results(step, masks, every), total, found)

    def hits(self, *, limit: int, sort: str, rung: Step | None) -> Iterator[Hit]:
        """The first passages, marked one by one as they are asked for."""
        step, masks = self.found(rung)
        for place in self._rank(step, masks, sort, limit) if step else ():
            yield self._hit(*place)

    def facets(self, rung: Step | None, most: int) -> dict[str, tuple[Facet, ...]]:
        """The facets of what answers, at most so many names of each kind."""
        return self._facets(self.found(rung)[1], most)

    def _facets(self, masks: list[Mask], most: int = _MAX_NAMES) -> dict[str, tuple[Facet, ...]]:
        return count_facets(self._opened.segments, masks) | self._opened.names.facets(masks, most)

    def found(self, rung: Step | None = None) -> tuple[Step | None, list[Mask]]:
        """The step that answers and its passages in each segment, other spellings tried where nothing is found."""
        step, masks = self._climb(rung)
        if step is None or step == "most":
            step, masks = self._respell(step, masks, rung)
        if step is None and self._terms and not any(map(self._ladder.patterns, self._terms)):
            self._notes.append("查询中只有标点符号，没有可查的文字。")
        self._step = step
        return step, masks

    def _results(self, step: Step | None, masks: list[Mask], hits: tuple[Hit, ...]) -> Results:
        total = count_passages(masks)
        return Results(
            query=self._asked.text,
            interpreted=restate(self._query.root),
            rung=step or "none",
            total=total,
            took_ms=0.0,
            hits=hits,
            facets=self._facets(masks),
            suggestions=self._suggestions,
            corrected=self._corrected,
            wider=self._wider(step, total) if step else None,
            notes=tuple(self._notes),
            rewritten=self._query.root != self._asked.root,
        )

    def highlights(self, segment: SegmentView, doc: int) -> tuple[Span, ...]:
        """Spans to mark in a passage. A match may begin in the part before it or end in the part behind it."""
        before, text, after = _with_neighbours(segment, doc)
        if self._step is None:
            self._step = self._climb()[0] or "most"
        marked = self._marker.spans(before + text + after, words=self._step == "most")
        clipped = ((max(start - len(before), 0), min(end - len(before), len(text))) for start, end in marked)
        spans = [(start, end) for start, end in clipped if start < end]
        met = (row for row in segment.rows_of("figure", doc) if self._meets_one(segment, row))
        spans += [tuple(segment.figure(row)["span"]) for row in met]
        for named in self._names:
            names = self._opened.names.find(named.field, named.value)
            spans += self._opened.names.spans(segment, doc, names)
        return tuple(join_spans(spans))

    @property
    def query(self) -> Query:
        """The query as it is answered: other spellings put in."""
        return self._query

    @property
    def notes(self) -> tuple[str, ...]:
        """What was done to the query, in Chinese."""
        return tuple(self._notes)

    def in_time_order(
        self, rung: Step | None, *, offset: int, limit: int
    ) -> tuple[Step | None, int, list[tuple[int, int]]]:
        """The step that answers, how many passages it finds, and some of them (segment, doc) in the order of their dates.

        Undated ones come last; of one date articles follow by id, and passages as printed.
        """
        step, masks = self.found(rung)
        if step is None:
            return None, 0, []
        docs = [np.flatnonzero(mask) for mask in masks]
        number = np.repeat(np.arange(len(docs)), [len(of) for of in docs])
        doc = np.concatenate(docs)
        each = list(zip(self._opened.segments, docs, strict=True))
        dates = np.concatenate([segment.doc_dates[of] for segment, of in each])
        ids = np.concatenate(
            [segment.arrays["article.id"][segment.arrays["passage.article"][of]] for segment, of in each]
        )
        order = np.lexsort((doc, ids, np.where(dates == 0, UNDATED, dates)))
        places = order[offset : offset + limit]
        return step, len(order), list(zip(number[places].tolist(), doc[places].tolist(), strict=True))

    def best(self, count: int) -> list[Hit]:
        """The first passages of the step that answers."""
        step, masks = self._climb()
        return [self._hit(*place) for place in self._rank(step, masks, "relevance", count)] if step else []

    def figure_rows(self, most: int) -> tuple[list[tuple[int, int]], int]:
        """Figures (segment, row) of the passages that answer, best first, and how many there are.

        With conditions in the query they are those that satisfy one.
        """
        step, masks = self._climb()
        masks = [mask & segment.has_figures for mask, segment in zip(masks, self._opened.segments, strict=True)]
        places = self._rank(step, masks, "relevance", count_passages(masks)) if step else []
        rows: list[tuple[int, int]] = []
        for _, number, doc in places:
            segment = self._opened.segments[number]
            here = segment.rows_of("figure", doc)
            rows += [(number, row) for row in here if not self._quantities or self._meets_one(segment, row)]
        return rows[:most], len(rows)

    def _meets_one(self, segment: SegmentView, row: int) -> bool:
        return any(self._ladder.conditions.is_met(segment, row, one) for one in self._quantities)

    # -- which passages ------------------------------------------------------------------------------------------------

    def _climb(self, rung: Step | None = None) -> tuple[Step | None, list[Mask]]:
        """The first step, from the one asked for, that finds anything, and what it finds."""
        masks: list[Mask] = []
        for step in STEPS[STEPS.index(rung or "exact") :]:
            masks = self._ladder.masks(step)
            if any(mask.any() for mask in masks):
                return step, masks
        return None, masks

    def _wider(self, step: Step, total: int) -> Rung | None:
        """The next step that finds more passages."""
        for wider in STEPS[STEPS.index(step) + 1 :]:
            if count_passages(self._ladder.masks(wider)) > total:
                return wider
        return None

    # -- other spellings -----------------------------------------------------------------------------------------------

    def _read_pinyin(self) -> None:
        """Take terms in Latin letters that stand nowhere as pinyin, where that spells something in the corpus."""
        letters = set(islice(filter(self._is_unknown_latin, dict.fromkeys(self._terms)), _MAX_RESPELT))
        if not letters:
            return
        notes = len(self._notes)
        nodes: list[Node] = []
        by_letters = groupby(self._query.root.nodes, lambda node: isinstance(node, Term) and node.text in letters)
        for latin, group in by_letters:
            together = list(group)
            nodes += self._spelt_together([node for node in together if isinstance(node, Term)]) if latin else together
        spelt = {term: texts for term in letters if (texts := self._opened.speller.pinyin(term))}
        left = {term.text for term in positive_terms(And(tuple(nodes)))}
        self._notes += [_pinyin_note(term, texts) for term, texts in spelt.items() if term in left]
        if len(self._notes) > notes:
            self._use(Query(self._query.text, _replaced(And(tuple(nodes)), spelt), self._query.notes))

    def _is_unknown_latin(self, term: str) -> bool:
        return fold(term).text.replace("ü", "v").isascii() and not self._ladder.stands(term)

    def _spelt_together(self, terms: list[Term]) -> list[Node]:
        """Neighbouring terms as one name, typed a syllable at a time (tan aiping); the terms themselves if they spell none."""
        texts = self._opened.speller.pinyin("".join(term.text for term in terms)) if len(terms) > 1 else []
        if not texts:
            return list(terms)
        self._notes.append(_pinyin_note(" ".join(term.text for term in terms), texts))
        return [Term(texts[0]) if len(texts) == 1 else Or(tuple(Term(text) for text in texts))]

    def _respell(self, step: Step | None, masks: list[Mask], rung: Step | None) -> tuple[Step | None, list[Mask]]:
        """Offer other spellings of the terms that stand nowhere; where nothing was found at all, use the first."""
        unknown = (
            term
            for term in dict.fromkeys(self._terms)
            if told(term) == [fold(term).text]  # a question is no misspelt name
            and not self._ladder.stands(term)
        )
        similar = self._opened.speller.similar
        spellings = {term: texts for term in islice(unknown, _MAX_RESPELT) if (texts := similar(term))}
        if not spellings:
            return step, masks
        text = self._asked.text
        first = _substituted(text, {term: texts[0] for term, texts in spellings.items()})
        others = [_substituted(text, {term: other}) for term, texts in spellings.items() for other in texts]
        self._suggestions = tuple(dict.fromkeys([first, *others]))[:3]
        if step is not None or self._verbatim:
            return step, masks
        best = {term: texts[:1] for term, texts in spellings.items()}
        self._use(Query(text, _replaced(self._query.root, best), self._query.notes))
        step, masks = self._climb(rung)
        if step is not None:
            self._corrected = first
            self._notes.append(f"没有找到“{text}”，以下是“{first}”的结果。")
        return step, masks

    # -- in which order ------------------------------------------------------------------------------------------------

    def _rank(self, step: Step, masks: list[Mask], sort: str, count: int) -> list[Place]:
        return self._order.first(step, masks, sort, count)

    def _hit(self, score: float, number: int, doc: int) -> Hit:
        check()
        segment = self._opened.segments[number]
        article = int(segment.arrays["passage.article"][doc])
        return Hit(score, article_info(segment, article), passage_info(segment, doc), self.highlights(segment, doc))


def _pinyin_note(term: str, texts: list[str]) -> str:
    return f"没有“{term}”，已按拼音查找" + "、".join(f"“{text}”" for text in texts) + "。"


def _with_neighbours(segment: SegmentView, doc: int) -> tuple[str, str, str]:
    """A passage between the parts of the same long paragraph before and behind it, or between empty strings."""
    joined = segment.arrays["passage.joined"]
    before = segment.text(doc - 1) if joined[doc] else ""
    after = segment.text(doc + 1) if doc + 1 < segment.size and joined[doc + 1] else ""
    return before, segment.text(doc), after


def _replaced(root: And, spellings: dict[str, list[str]]) -> And:
    """The tree with other spellings in place of some terms; several for one term become alternatives."""

    def replace(node: Node) -> Node:
        if isinstance(node, Term) and node.text in spellings:
            terms = tuple(Term(text, node.exact) for text in spellings[node.text])
            return terms[0] if len(terms) == 1 else Or(terms)
        if isinstance(node, And | Or):
            return type(node)(tuple(replace(child) for child in node.nodes))
        if isinstance(node, Not):
            return Not(replace(node.node))
        return node

    return And(tuple(replace(node) for node in root.nodes))


def _substituted(text: str, spellings: dict[str, str]) -> str:
    for term, spelling in spellings.items():
        text = text.replace(term, spelling)
    return text


def article_info(segment: SegmentView, number: int) -> ArticleInfo:
    """An article without its passages."""
    meta = segment.meta(number)
    return ArticleInfo(**meta | {name: tuple(meta[name]) for name in ("authors", "photographers")})


def passage_info(segment: SegmentView, doc: int) -> PassageInfo:
    """A passage as printed."""
    arrays = segment.arrays
    article_id = arrays["article.id"][arrays["passage.article"][doc]].decode()
    ordinal = int(arrays["passage.ordinal"][doc])
    kind, continues = KINDS[arrays["passage.kind"][doc]], bool(arrays["passage.joined"][doc])
    return PassageInfo(f"{article_id}-{ordinal}", kind, ordinal, segment.text(doc), continues)
