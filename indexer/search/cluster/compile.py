"""The tree of a query as OpenSearch's queries, step by step of the ladder (see ``ladder`` and ``store.cluster.streams``).

A literal string is a phrase over single characters. Where a numeral may be written in another way it is an interval: phrases with
the value between them, in a field of the same positions. Several strings in one sentence are an interval of them all that does
not cross the end of one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby, product
from typing import Any, NamedTuple

from ...errors import BadRequest
from ...store.cluster.streams import RUN_MARK, cut, exact_stream, joined, sign_stream, stream
from ...text import fold, is_run
from ..conditions import CONDITIONS
from ..filters import NAME_KINDS, Choice, Filter
from ..ladder import STEPS, Reading, Step, positive_terms
from ..pattern import AnyUnit, IsWord, Pattern, Piece, UnitPiece, ValuePiece, patterns
from ..quantities import Quantity
from ..query import And, Node, Not, Or, Query, Term
from ..ranking import K1, Tokens

__all__ = ["NOTHING", "Compiler", "Json", "holding_any", "rule_of", "whole_text"]

Json = dict[str, Any]

NOTHING: Json = {"match_none": {}}
_ALL: Json = {"match_all": {}}
# Ways to put together alternatives with conditions among them; a query has 32 terms.
_MAX_WAYS = 64


class _Target(NamedTuple):
    """The fields of a text: of the passage, or of its title."""

    chars: str
    values: str
    signs: str


_PASSAGE = _Target("chars", "values", "signs")
_TITLE = _Target("title", "title_values", "title_signs")


class _Way(NamedTuple):
    """Strings that shall begin in one sentence, each by any of its patterns, and queries that shall hold for the passage."""

    strings: tuple[tuple[Pattern, ...], ...] = ()
    filters: tuple[Json, ...] = ()


def whole_text(query: Query) -> str | None:
    """All terms in their order; None if the query has operators between them (see ``ladder.Ladder.whole``)."""
    nodes = [node for node in query.root.nodes if not isinstance(node, CONDITIONS | Not)]
    if nodes and all(isinstance(node, Term) for node in nodes):
        return " ".join(term.text for term in positive_terms(query.root))
    return None


class Compiler:
    """Compiles one query. ``mentioning`` gives the query for the names that a condition means, ``is_measured`` tells whether a figure
    of the archive that satisfies a condition is of its metric.
    """

    def __init__(
        self,
        query: Query,
        tokens: Tokens,
        is_word: IsWord,
        mentioning: Callable[[str, str], Json],
        is_measured: Callable[[Json], bool],
    ) -> None:
        self._query = query
        self._root = query.root
        self._tokens = tokens
        self._is_word = is_word
        self._mentioning = mentioning
        self._is_measured = is_measured
        self._terms = positive_terms(query.root)

    # -- steps -------------------------------------------------------------------------------------------------------------

    def step(self, step: Reading) -> Json:
        """The query whose answer is what the step finds."""
        fixed = self._fixed()
        if not self._terms:
            return _all_of(fixed)
        whole = whole_text(self._query)
        if step == "near" and len(self._terms) == 1 and whole is not None:
            step = "exact"
        if step in ("typed", "exact"):
            return _all_of([*fixed, self.literal(whole)]) if whole is not None else NOTHING
        if step == "near":
            return _all_of([*fixed, self._near()])
        everything = self._evaluate(self._root, self._literal_or_title)
        if step == "all":
            return _all_of([*fixed, everything])
        return _all_of([*fixed, _any_of([*self._shared(), everything])])

    def _fixed(self) -> list[Json]:
        found = []
        for node in self._root.nodes:
            if isinstance(node, CONDITIONS | Not):
                found.append(self._evaluate(node, self.literal))
            elif isinstance(node, Term) and node.exact:
                found.append(self._literal_or_title(node.text))
        return found

    def _evaluate(self, node: Node, term: Callable[[str], Json]) -> Json:
        if isinstance(node, Term):
            return term(node.text)
        if isinstance(node, CONDITIONS):
            return self.condition(node)
        if isinstance(node, Not):
            return {"bool": {"must_not": [self._evaluate(node.node, self.literal)]}}
        parts = [self._evaluate(child, term) for child in node.nodes]
        return _all_of(parts) if isinstance(node, And) else _any_of(parts)

    def _shared(self) -> list[Json]:
        pairs = [cut(term) for family, term, _ in self._tokens if family == "bigrams"]
        words = [cut(term) for family, term, _ in self._tokens if family == "words" and (len(term) > 1 or is_run(term))]
        return [{"terms": {field: terms}} for field, terms in (("bigrams", pairs), ("words", words)) if terms]

    # -- literal strings ---------------------------------------------------------------------------------------------------

    def literal(self, text: str, target: _Target = _PASSAGE) -> Json:
        """Passages in which a text stands literally, from its first character to its last."""
        wanted = patterns(text, self._is_word)
        if not wanted:
            # As printed, with nothing but spaces left out.
            tokens = sign_stream(text.replace(" ", ""))
            return _phrase(target.signs, [token for token in tokens if len(token) == 1])
        return holding_any(wanted, target)

    def _literal_or_title(self, text: str) -> Json:
        return _any_of([self.literal(text), self.literal(text, _TITLE)])

    # -- one sentence ------------------------------------------------------------------------------------------------------

    def _near(self) -> Json:
        groups = [node for node in self._root.nodes if not isinstance(node, CONDITIONS | Not)]
        return _any_of([self._in_one_sentence(way) for way in self._ways(And(tuple(groups)))])

    def _in_one_sentence(self, way: _Way) -> Json:
        strings = list(dict.fromkeys(way.strings))
        if not strings:
            return _all_of(way.filters)
        found = [_in_passage(strings) if len(strings) > 1 else holding_any(strings[0])]
        terms = dict.fromkeys(patterns(term.text, self._is_word) for term in self._terms)
        if len(terms) > 1:
            found.append(_over_seam(strings, terms))
        return _all_of([_any_of(found), *way.filters])

    def _ways(self, node: Node) -> list[_Way]:
        if isinstance(node, Term):
            return self._ways_of_term(node.text)
        if isinstance(node, And):
            ways = [_joined_ways(each) for each in product(*(self._ways(child) for child in node.nodes))]
        elif isinstance(node, Or):
            ways = [way for child in node.nodes for way in self._ways(child)]
            plain = [way for way in ways if not way.filters and len(way.strings) == 1]
            ways = [way for way in ways if way not in plain]
            if plain:
                ways.append(_Way((tuple(pattern for way in plain for pattern in way.strings[0]),)))
        else:
            ways = [_Way((), (self._evaluate(node, self.literal),))]
        if len(ways) > _MAX_WAYS:
            raise BadRequest("这个查询里“或”的组合太多：请减少后再试。")
        return ways

    def _ways_of_term(self, text: str) -> list[_Way]:
        wanted = patterns(text, self._is_word)
        signed = [pattern for pattern in wanted if _signs(pattern)]
        plain = [pattern for pattern in wanted if pattern not in signed]
        ways = [_Way(((pattern,),), tuple(_signs(pattern))) for pattern in signed]
        return [*ways, *([_Way((tuple(plain),))] if plain else [])]

    # -- conditions --------------------------------------------------------------------------------------------------------

    def condition(self, condition: Filter | Choice | Quantity) -> Json:
        """Passages that satisfy a condition (see ``conditions``)."""
        if isinstance(condition, Choice):
            return _any_of([self.condition(each) for each in condition.filters])
        if isinstance(condition, Quantity):
            found = self._quantity(condition)
            return _any_of([found, self.literal(condition.literal)]) if condition.literal else found
        if condition.field in NAME_KINDS:
            return self._mentioning(condition.field, condition.value)
        if condition.field == "kind":
            return {"term": {"kind": condition.value}}
        if condition.field == "date":
            return {"range": {"date": {"gte": max(condition.low, 1), "lte": condition.high}}}
        if condition.field == "title":
            return self.literal(condition.value, _TITLE)
        return _phrase("authors", exact_stream(fold(condition.value).text))

    def _quantity(self, condition: Quantity) -> Json:
        return _nested(self.figure(condition))

    def figure(self, condition: Quantity) -> Json:
        """Figures that satisfy a condition."""
        limits: list[Json] = []
        if condition.low > -math.inf:
            limits.append({"range": {"figures.low": {"gte": condition.low}}})
        if condition.high < math.inf:
            limits.append({"range": {"figures.high": {"lte": condition.high}}})
        if condition.dimension is not None:
            limits.append({"term": {"figures.dimension": condition.dimension}})
        if not condition.metric:
            return _all_of(limits)
        metric = exact_stream(condition.metric)
        measured = _all_of([*limits, _phrase("figures.metric", metric)])
        return (
            measured if self._is_measured(_nested(measured)) else _all_of([*limits, _phrase("figures.texts", metric)])
        )

    # -- the order ---------------------------------------------------------------------------------------------------------

    def scored(self, step: Step, tokens: Tokens, weights: dict[str, float], height: float) -> Json:
        """What the step finds, ordered about as ``answer`` orders it: first by stricter steps, then by BM25."""
        heights = [
            {"constant_score": {"filter": self.step(stricter), "boost": height * (len(STEPS) - 1 - place)}}
            for place, stricter in enumerate(STEPS[: STEPS.index(step)])
        ]
        clauses: list[Json] = [{"dis_max": {"queries": heights}}] if heights else []
        for family, term, repeats in tokens:
            boost = weights[family] * repeats
            if family == "names":
                clauses.append({"constant_score": {"filter": self.literal(term), "boost": boost * (K1 + 1)}})
                continue
            # A run is no token of the field of characters, and as often a word as a unit.
            field = "words" if family == "chars" and is_run(term) else family
            clauses.append({"term": {field: {"value": cut(term), "boost": boost}}})
        titles = dict.fromkeys(token for term in self._terms for token in stream(_units(term.text))[0])
        clauses += [{"term": {"title": {"value": token, "boost": 0.5}}} for token in titles if token != RUN_MARK]
        return {"bool": {"filter": [self.step(step)], "should": clauses}}


def holding_any(wanted: Iterable[Pattern], target: _Target = _PASSAGE) -> Json:
    """Passages in which any of some patterns stands."""
    return _any_of([_holding(pattern, target) for pattern in wanted])


def _holding(pattern: Pattern, target: _Target) -> Json:
    if all(isinstance(piece, UnitPiece) for piece in pattern):
        tokens = _tokens_of(pattern)
        found, is_one = _phrase(target.chars, tokens), len(tokens) == 1
    else:
        found, is_one = {"intervals": {target.chars: rule_of(pattern, target.values)}}, len(pattern) == 1
    if target is _PASSAGE and not is_one:
        found = _any_of([found, _across(pattern)])
    return _all_of([found, *_signs(pattern)])


def rule_of(pattern: Iterable[Piece], values: str = "values") -> Json:
    """The interval at which a pattern stands."""
    rules: list[Json] = []
    for kind, group in groupby(pattern, type):
        pieces = list(group)
        if kind is UnitPiece:
            rules.append(_match(_tokens_of(pieces)))
        elif kind is AnyUnit:
            rules += [_any_rule([_match([text]) for text in sorted(piece.texts)]) for piece in pieces]  # type: ignore[union-attr]
        else:
            rules += [_value_rule(piece.value, values) for piece in pieces]  # type: ignore[union-attr]
    return rules[0] if len(rules) == 1 else _ordered(rules)


def _value_rule(value: str, field: str) -> Json:
    first, last = (_match([f"{sign}{value}"], field) for sign in "<>")
    return _any_rule([_match([f"={value}"], field), _ordered([first, last], gaps=-1)])


def _tokens_of(pieces: Iterable[Piece]) -> list[str]:
    """The tokens of neighbouring units; a run that may go on has no mark at that end."""
    tokens: list[str] = []
    for piece in pieces:
        assert isinstance(piece, UnitPiece)
        if not is_run(piece.text):
            tokens.append(piece.text)
            continue
        tokens += [RUN_MARK] * (piece.how in ("whole", "start")) + list(piece.text)
        tokens += [RUN_MARK] * (piece.how in ("whole", "end"))
    return tokens


def _signs(pattern: Pattern) -> list[Json]:
    """A sign is no unit: the passage must have the word that it makes."""
    signed = [piece.text + piece.sign for piece in pattern if isinstance(piece, UnitPiece) and piece.sign]
    return [{"term": {"words": cut(word)}} for word in signed]


def _across(pattern: Pattern) -> Json:
    """A pattern that begins in this part of a long paragraph and ends in what follows."""
    into_next = _within({"containing": _match(["o", "+"], "seam_part")}, [rule_of(pattern, "seam_values")])
    return {"intervals": {"seam": _within({"not_containing": _match(["-", "o"], "seam_part")}, [into_next])}}


def _in_passage(strings: Sequence[Sequence[Pattern]]) -> Json:
    """Passages in one sentence of which all the strings begin."""
    return {"intervals": {"chars": _in_one([_begin(wanted, "values") for wanted in strings], "sentences")}}


def _over_seam(strings: Sequence[Sequence[Pattern]], terms: Iterable[Sequence[Pattern]]) -> Json:
    """Parts of a long paragraph in which any of the terms begins, in a sentence in which all the strings do, wherever it is cut."""
    begins = [_begin(wanted, "seam_values") for wanted in strings]
    own = [_begin(wanted, "seam_values") for wanted in terms if wanted]
    begins.append(_within({"contained_by": _match(["o"], "seam_part")}, own))
    return {"intervals": {"seam": _in_one(begins, "seam_sentences")}}


def _in_one(rules: Sequence[Json], sentences: str) -> Json:
    end = _any_rule([_match(["a", "b"], sentences), _match(["b", "a"], sentences)])
    return {"all_of": {"intervals": list(rules), "mode": "unordered", "filter": {"not_containing": end}}}


def _begin(wanted: Sequence[Pattern], values: str) -> Json:
    """The first token of any of some patterns, where all of it stands."""
    return _any_rule([_begin_of(pattern, values) for pattern in wanted])


def _begin_of(pattern: Pattern, values: str) -> Json:
    first = pattern[0]
    if isinstance(first, ValuePiece):
        return _within(
            {"contained_by": rule_of(pattern, values)}, [_match([f"{sign}{first.value}"], values) for sign in "=<"]
        )
    tokens = _tokens_of([piece for piece in pattern if isinstance(piece, UnitPiece)])
    found = _match(tokens[:1])
    if len(pattern) > 1 or len(tokens) > 1:
        found["match"]["filter"] = {"contained_by": rule_of(pattern, values)}
    return found


def _joined_ways(ways: Iterable[_Way]) -> _Way:
    strings, filters = zip(*ways, strict=True)
    return _Way(sum(strings, ()), sum(filters, ()))


def _match(tokens: Sequence[str], field: str | None = None) -> Json:
    rule: Json = {"query": joined(tokens), "max_gaps": 0, "mode": "ordered"}
    return {"match": rule | ({"use_field": field} if field else {})}


def _any_rule(rules: Sequence[Json]) -> Json:
    return rules[0] if len(rules) == 1 else {"any_of": {"intervals": list(rules)}}


def _within(limit: Json, rules: Sequence[Json]) -> Json:
    return {"any_of": {"intervals": list(rules), "filter": limit}}


def _ordered(rules: Sequence[Json], gaps: int = 0) -> Json:
    return {"all_of": {"intervals": list(rules), "mode": "ordered", "max_gaps": gaps}}


def _phrase(field: str, tokens: Sequence[str]) -> Json:
    if not tokens:
        return NOTHING
    if len(tokens) == 1:
        return {"term": {field: tokens[0]}}
    return {"match_phrase": {field: joined(tokens)}}


def _nested(query: Json) -> Json:
    return {"nested": {"path": "figures", "query": query}}


def _all_of(parts: Sequence[Json]) -> Json:
    if not parts:
        return _ALL
    return parts[0] if len(parts) == 1 else {"bool": {"filter": list(parts)}}


def _any_of(parts: Sequence[Json]) -> Json:
    parts = [part for part in parts if part is not NOTHING]
    if not parts:
        return NOTHING
    return parts[0] if len(parts) == 1 else {"bool": {"should": list(parts), "minimum_should_match": 1}}


def _units(text: str) -> list[str]:
    from ...text import find_units

    return [unit.text for unit in find_units(fold(text).text)]
