"""Names in an article: parks, projects, organizations, people, places, each with the rule that found it.

    find_names(article, Gazetteer())   ->  mentions: this name, at this place of that passage
    join_aliases({id: mentions, ...})  ->  the names of an archive with their aliases (join.py)

Recognition looks at one article and the gazetteer, nothing else: what another article says never changes how a name is
cut here, so that an index brought up to date equals one built anew. Which names of different articles are one is
decided when they are read. docs/extraction-names.md describes the rules and what they miss.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from indexer.facts.names.gazetteer import Gazetteer, NameKind
from indexer.facts.names.lists import find_in_lists
from indexer.facts.names.parks import TYPE_ONLY, parks_under_construction
from indexer.facts.names.people import find_people
from indexer.facts.names.places import find_small_places
from indexer.facts.names.scan import Found, Text
from indexer.facts.names.suffix import find_by_suffix
from indexer.facts.names.usage import canonical_names, find_repeats, learn_short_forms
from indexer.reading.article import Article

__all__ = ["Mention", "find_names"]


@dataclass(frozen=True, slots=True)
class Mention:
    """A name at a place in a passage.

    ``name`` is what the article calls it in full (衡阳国家高新区 where ``surface`` is 高新区); places bear the name of
    the gazetteer (衡阳市 for 衡阳). ``passage`` is the ordinal, ``start`` and ``end`` are code points of the passage's
    original text. ``evidence`` is the rule: user, gazetteer, suffix, quotation, apposition, construction, brand, list,
    role, title, speech, foreign name, byline, definition, short form, usage, repeat. ``role`` (people only) is the word
    that stood by the name; ``credit`` is author or photographer for those who made the article, None for those in it.
    """

    kind: NameKind
    name: str
    surface: str
    passage: int
    start: int
    end: int
    evidence: str
    role: str | None = None
    credit: str | None = None


def find_names(article: Article, gazetteer: Gazetteer) -> list[Mention]:
    """All mentions of an article in the order of the text. Depends on nothing but its arguments; never fails.

    Mentions of different kinds may overlap (an organization inside the name of its park), those of one kind never do.
    """
    text = Text(article, gazetteer)
    found = _recognize(text, article, gazetteer)
    learnt, short_forms = learn_short_forms(text, found)
    found = _longest(text, [*found, *short_forms], gazetteer)
    found = _longest(text, [*found, *find_repeats(text, found)], gazetteer)
    names = canonical_names(text, found, learnt)
    mentions = _mentions(text, found, names)
    if gazetteer.has_forbidden:
        mentions = [mention for mention in mentions if not gazetteer.forbids(mention.kind, mention.name)]
    return mentions


def _recognize(text: Text, article: Article, gazetteer: Gazetteer) -> list[Found]:
    """What the rules see that look at one place each, then what lists make of it."""
    found = list(_literals(text))
    found += find_by_suffix(text)
    found += find_people(text, article)
    found += find_small_places(text, found)
    found += find_in_lists(text, found)
    found += parks_under_construction(text, found)
    if gazetteer.has_forbidden:
        found = [one for one in found if not _is_forbidden(text, one, gazetteer)]
    return found


def _literals(text: Text) -> Iterable[Found]:
    for start, end, source, kind in text.words.literals:
        yield Found(kind, start, end, "user" if source == "user" else "gazetteer")


def _is_forbidden(text: Text, one: Found, gazetteer: Gazetteer) -> bool:
    return gazetteer.forbids(one.kind, text.text[one.start : one.end])


# Of two mentions of one kind that overlap, the user's wins, then the longer.
def _longest(text: Text, found: Iterable[Found], gazetteer: Gazetteer) -> list[Found]:
    kept: list[Found] = []
    order = sorted(
        found, key=lambda f: (f.rule != "user", f.rule == TYPE_ONLY, f.start - f.end, f.start, _WEIGHT.get(f.rule, 1))
    )
    occupied: dict[str, bytearray] = {}
    for one in order:
        cells = occupied.setdefault(one.kind, bytearray(len(text.text)))
        if not any(cells[one.start : one.end]):
            cells[one.start : one.end] = b"\1" * (one.end - one.start)
            kept.append(one)
    if gazetteer.has_forbidden:
        kept = [one for one in kept if not _is_forbidden(text, one, gazetteer)]
    # A person's name that stands inside an organization's is no person: 张仲景大药房.
    organizations = occupied.get("organization")
    if organizations is not None:
        kept = [f for f in kept if f.kind != "person" or f.credit or not all(organizations[f.start : f.end])]
    return _without_places_in_names(kept, occupied)


_WEIGHT = {"byline": 0, "repeat": 3, "short form": 2}


def _without_places_in_names(found: list[Found], occupied: dict[str, bytearray]) -> list[Found]:
    """Places inside the name of an organization or a person say where it was founded, not where something happens."""
    cells = [occupied[kind] for kind in ("organization", "person") if kind in occupied]
    return [
        one for one in found if one.kind != "place" or not any(all(inside[one.start : one.end]) for inside in cells)
    ]


def _mentions(text: Text, found: Iterable[Found], names: dict[tuple[str, str], str]) -> list[Mention]:
    s = text.text
    printed: dict[tuple[str, str], str] = {}
    spans = []
    for one in sorted(found, key=lambda f: (f.start, f.end, f.kind)):
        number, start, end = text.locate(one.start, one.end)
        passage = text.passages[number]
        spans.append((one, passage.ordinal, start, end, passage.text[start:end]))
        printed.setdefault((one.kind, s[one.start : one.end]), passage.text[start:end])
    mentions = []
    for one, ordinal, start, end, surface in spans:
        folded = names.get((one.kind, s[one.start : one.end]))
        if folded is None:
            continue
        name = printed.get((one.kind, folded), folded)
        rule = "usage" if one.rule == TYPE_ONLY else one.rule
        mentions.append(Mention(one.kind, name, surface, ordinal, start, end, rule, one.role, one.credit))
    return mentions
