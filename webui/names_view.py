"""What a dossier shows: what is said about a name side by side and over the years, its passages, its company."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from indexer.search.findings import Dossier, FoundFigure, NameInfo, Statement
from indexer.search.results import ArticleInfo, Hit
from webui.amounts import Amount, amount
from webui.charts import YearChart, year_chart
from webui.facts_params import NAMES_PAGE, FiguresState
from webui.figures_view import figures_url, period_words, unit_in_common, values_in
from webui.highlight import Snippet
from webui.places import NameLink, condition_text, literal, merged, name_link, place_url, sentence_snippet
from webui.views import Card, card_of

__all__ = ["CREDITS", "EVIDENCE", "PASSAGES_PAGE", "Claim", "Source", "StatementRow", "company", "last_names_page"]
__all__ += ["passage_groups", "statement_rows"]

PASSAGES_PAGE = 20
CREDITS = {"author": "文字", "photographer": "摄影"}
# The rules that find names (indexer.facts.names), as a reader would put them.
EVIDENCE = {
    "user": "自定名录",
    "gazetteer": "名录",
    "suffix": "名称的字尾",
    "quotation": "加了引号",
    "apposition": "前后的说明",
    "construction": "开工、签约等说法",
    "brand": "品牌名",
    "list": "与别的名称并列",
    "role": "职务",
    "title": "头衔",
    "speech": "说话的人",
    "foreign name": "外国人名",
    "byline": "署名",
    "definition": "以下简称",
    "short form": "简称",
    "usage": "文中用法",
    "repeat": "前文已经认出",
}
# Claims of one metric side by side; the table of figures has the rest.
MOST_CLAIMS = 12
MOST_STATEMENTS = 40


@dataclass(frozen=True, slots=True)
class Source:
    article: ArticleInfo
    sentence: Snippet
    url: str


@dataclass(frozen=True, slots=True)
class Claim:
    """One value that is stated, and everywhere it stands. ``disputed``: another claim of this time says otherwise."""

    surface: str
    amount: Amount
    period: str
    target: bool
    disputed: bool
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class StatementRow:
    """What is said with one metric. ``more``: claims left out here; ``url``: the table of that metric near the name."""

    metric: str
    claims: tuple[Claim, ...]
    differ: bool
    chart: YearChart | None
    more: int
    url: str


def statement_rows(dossier: Dossier) -> tuple[StatementRow, ...]:
    """The statements about a name, those that differ first."""
    rows = [_statement(statement, dossier.name) for statement in dossier.statements[:MOST_STATEMENTS]]
    return tuple(sorted(rows, key=lambda row: not row.differ))


def passage_groups(hits: Sequence[Hit]) -> tuple[tuple[str, tuple[Card, ...]], ...]:
    """Cards under the years of their articles, in the order given; the year is empty for articles without a date."""
    groups = groupby(hits, key=lambda hit: (hit.article.date or "")[:4])
    return tuple((year, tuple(_card(hit) for hit in group)) for year, group in groups)


def company(dossier: Dossier) -> tuple[tuple[str, tuple[NameLink, ...]], ...]:
    """The names that stand in the same passages, by kind."""
    kinds: dict[str, list[NameLink]] = {}
    for companion in dossier.companions:
        name = companion.name
        kinds.setdefault(name.kind, []).append(name_link(name.kind, name.name, companion.passages))
    return tuple((kind, tuple(links)) for kind, links in kinds.items())


def last_names_page(total: int) -> int:
    return max(1, -(-total // NAMES_PAGE))


def _statement(statement: Statement, name: NameInfo) -> StatementRow:
    claims: dict[object, list[FoundFigure]] = {}
    for figure in statement.figures:
        said = (figure.value, figure.value_high, figure.unit, figure.bound, period_words(figure), figure.target)
        claims.setdefault(said, []).append(figure)
    shown = tuple(_claim(figures, statement) for figures in list(claims.values())[:MOST_CLAIMS])
    query = condition_text(name.kind, name.name) or name.name
    url = figures_url(FiguresState(query=query, metric=statement.metric))
    chart = _over_the_years(statement.figures)
    differ = any(claim.disputed for claim in shown)
    return StatementRow(statement.metric, shown, differ, chart, len(claims) - len(shown), url)


def _claim(figures: Sequence[FoundFigure], statement: Statement) -> Claim:
    first = figures[0]
    sources = []
    for figure in figures:
        sentence = sentence_snippet(figure.sentence, figure.passage.text, figure.span)
        sources.append(
            Source(figure.article, sentence, place_url(figure.article, figure.passage, literal(figure.surface)))
        )
    disputed = statement.differ and any(_contradicts(first, other) for other in statement.figures)
    return Claim(first.surface, amount(first), period_words(first), first.target, disputed, tuple(sources))


def _contradicts(one: FoundFigure, other: FoundFigure) -> bool:
    """Whether two figures of one metric cannot both hold: another value for the same year, or for no known one.

    A goal and what came of it, or the values of two years, differ without a contradiction.
    """
    if one.target != other.target or (one.year and other.year and one.year != other.year):
        return False
    return (one.value, one.value_high, one.bound) != (other.value, other.value_high, other.bound)


def _over_the_years(figures: Sequence[FoundFigure]) -> YearChart | None:
    dated = [figure for figure in figures if figure.year and figure.year.isdecimal()]
    unit = unit_in_common(dated)
    if unit is None:
        return None
    values = values_in(dated, unit)
    points = [
        (int(each.year or 0), value, each.surface, each.target) for each, value in zip(dated, values, strict=True)
    ]
    return year_chart(points, unit)


def _card(hit: Hit) -> Card:
    spans = merged(hit.highlights)
    # The name as it is written here, which may be an alias.
    query = literal(hit.passage.text[slice(*spans[0])]) if spans else ""
    return card_of(hit, place_url(hit.article, hit.passage, query))
