"""What an article's page shows: its paragraphs joined and marked, names and figures that lead on, how to cite it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import url_for

from indexer.search.annotations import Annotation
from indexer.search.filters import NAME_KINDS
from indexer.search.findings import FoundFigure
from indexer.search.grouping import ArticleHits, ArticleResults
from indexer.search.results import ArticleInfo, ArticleView, MarkedPassage
from webui.facts_params import FiguresState
from webui.highlight import Link, Piece, cut, linked
from webui.params import SearchState
from webui.places import NameLink, dossier_url, is_telling, literal, name_link
from webui.results_view import article_url

__all__ = [
    "Block",
    "Neighbours",
    "Part",
    "Reading",
    "bibtex",
    "citation",
    "clause",
    "names_of",
    "neighbours",
    "reading",
]

Annotations = Mapping[int, Sequence[Annotation]]

# A credit at the end of a caption: ■周晓 摄, 本报记者 顾影 摄, （图片由企业提供）.
_CREDIT = re.compile(
    r"\s*(?:[■□◆▲●]\s*[^。；]{1,30}|(?:本报|见习)?(?:记者|通讯员)\s?[^。；，]{2,20}摄|[（(][^（）()]{1,24}[摄供][^（）()]{0,3}[)）])$"
)
# A credit is no longer: further in front nothing is looked for.
_CREDIT_REACH = 80
# A line of names between headline and text: ■文/雁搜编辑部 图/顾影, 本报记者 谭小舟.
_BYLINE = re.compile(
    r"[■□◆▲●]?\s*(?:[文图][^。；，]{0,3}[/／:：]|(?:本报|见习)?(?:记者|通讯员|作者)\s?)[^。；，！？]{1,40}"
)
# What a passage is cut at for a link into its text: such a link only works with whole words, and a clause has them.
_CLAUSE_END = re.compile(r"[，。；：！？、…—“”‘’（）《》\s]+")
_LEAST_CLAUSE = 4
_BIBTEX = re.compile(r"[\\{}%&$#_^~]")
# GB/T 7714-2015 names three authors and then says 等.
_MOST_AUTHORS = 3


@dataclass(frozen=True, slots=True)
class Part:
    """A passage of the article page. ``anchor`` is the plain way to it, with its first clause for browsers that find it."""

    ordinal: int
    pieces: tuple[Piece, ...]
    credit: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading or caption: one passage, or the parts that a very long paragraph was split into.

    ``kind`` is that of the passage, or "byline" for a line of names that belongs to the page and not to the text.
    """

    kind: str
    parts: tuple[Part, ...]
    fragment: str

    @property
    def ordinal(self) -> int:
        return self.parts[0].ordinal


@dataclass(frozen=True, slots=True)
class Reading:
    """An article to read: its headline, the blocks below it, and how many matches are marked in both."""

    article: ArticleInfo
    headline: Part
    blocks: tuple[Block, ...]
    matches: int


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The articles before and behind one in the list of results, and its place in it."""

    number: int
    total: int
    before: str | None
    behind: str | None


def reading(view: ArticleView, annotations: Annotations) -> Reading:
    """The article arranged for its page; marks are numbered through the whole article."""
    named: set[tuple[str, str]] = set()
    headline, number = Part(0, (Piece(view.article.title),)), 1
    blocks: list[Block] = []
    for place, marked in enumerate(view.passages):
        passage = marked.passage
        pieces = cut(passage.text, marked.highlights, first=number)
        number += sum(piece.number is not None for piece in pieces)
        if place == 0 and passage.kind == "title":
            headline = Part(passage.ordinal, pieces)
            continue
        links = _links(annotations.get(passage.ordinal, ()), marked, named)
        part = _part(passage.ordinal, passage.kind, passage.text, linked(passage.text, pieces, links))
        if passage.continues and blocks and blocks[-1].kind == passage.kind:
            blocks[-1] = Block(passage.kind, (*blocks[-1].parts, part), blocks[-1].fragment)
        else:
            kind = "byline" if passage.kind == "body" and _BYLINE.fullmatch(passage.text) else passage.kind
            blocks.append(Block(kind, (part,), clause(passage.text)))
    return Reading(view.article, headline, tuple(blocks), number - 1)


def names_of(annotations: Annotations) -> tuple[tuple[str, tuple[NameLink, ...]], ...]:
    """The names in an article by kind, the most often mentioned first."""
    counts = Counter((each.kind, each.name) for of in annotations.values() for each in of if each.kind)
    links: dict[str, list[NameLink]] = {kind: [] for kind in NAME_KINDS}
    for (kind, name), count in counts.most_common():
        links[kind].append(name_link(kind, name, count))
    return tuple((kind, tuple(of)) for kind, of in links.items() if of)


def neighbours(found: ArticleResults, article: ArticleInfo, state: SearchState, number: int) -> Neighbours | None:
    """The neighbours of the article that is number ``number`` of the list, if it still is; ``found`` begins one before."""
    first = max(number - 1, 1)
    groups = dict(enumerate(found.groups, first))
    if number not in groups or groups[number].article.id != article.id:
        return None

    def url(at: int) -> str | None:
        group: ArticleHits | None = groups.get(at)
        return article_url(group.article, state, at, group.hits[0].passage.ordinal) if group else None

    return Neighbours(number, found.total, url(number - 1), url(number + 1))


def clause(text: str) -> str:
    """The first clause of a text that is long enough to be told from others; empty if there is none."""
    return next((each for each in _CLAUSE_END.split(text) if len(each) >= _LEAST_CLAUSE), "")


def citation(article: ArticleInfo) -> str:
    """The article as GB/T 7714-2015 cites a newspaper: 作者. 题名[N]. 报名, 日期."""
    authors = ", ".join(article.authors[:_MOST_AUTHORS]) + (", 等" if len(article.authors) > _MOST_AUTHORS else "")
    where = ", ".join(part for part in (article.source, article.date) if part)
    return "".join(f"{part}. " for part in (authors, f"{article.title}[N]", where) if part).strip()


def bibtex(article: ArticleInfo, url: str) -> str:
    """The article as a BibTeX entry."""
    year, month, day = [*(article.date or "").split("-"), "", ""][:3]
    fields = {
        "author": " and ".join(_plain(name) for name in article.authors),
        "title": "{" + _plain(article.title) + "}",
        "journal": _plain(article.source or ""),
        "year": year,
        "month": month,
        "day": day,
        "url": url,
        "langid": "chinese",
    }
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    return f"@article{{yansou-{article.id},\n{lines}}}"


def _plain(text: str) -> str:
    # No command of TeX, and no brace that would end the field.
    return _BIBTEX.sub(" ", " ".join(text.split()))


def _part(ordinal: int, kind: str, text: str, pieces: tuple[Piece, ...]) -> Part:
    """A passage; the credit at the end of a caption is set apart, where no mark or link runs into it."""
    credit = _CREDIT.search(text, max(0, len(text) - _CREDIT_REACH)) if kind == "caption" else None
    last = pieces[-1] if pieces else None
    if (
        credit is None
        or not credit.start()
        or last is None
        or len(last.text) < len(credit[0])
        or last.number
        or last.url
    ):
        return Part(ordinal, pieces)
    rest = last.text[: len(last.text) - len(credit[0])]
    return Part(ordinal, (*pieces[:-1], *([Piece(rest)] if rest else [])), credit[0])


def _links(annotations: Sequence[Annotation], marked: MarkedPassage, named: set[tuple[str, str]]) -> list[Link]:
    """Links from the first mention of each name, and from each figure that says what it measures."""
    links = []
    for each in annotations:
        if any(start < each.span[1] and each.span[0] < end for start, end in marked.highlights):
            continue
        if each.figure is not None:
            links += _figure_link(each.figure)
        elif (each.kind, each.name) not in named:
            named.add((each.kind, each.name))
            title = f"{NAME_KINDS.get(each.kind, each.kind)}：{each.name}"
            links.append(Link(each.span, dossier_url(each.kind, each.name), title))
    return links


def _figure_link(figure: FoundFigure) -> list[Link]:
    if not is_telling(figure):
        return []
    title = "数字：" + "，".join(part for part in (figure.subject, figure.metric, figure.period) if part)
    state = FiguresState(query=literal(figure.subject or ""), metric=figure.metric)
    return [Link(figure.span, url_for("facts.figures", **state.args()), title)]
