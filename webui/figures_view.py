"""What the table of figures shows: rows, headers that sort, filters, sums, and how the values are distributed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from flask import url_for

from indexer.facts import comparable, dimension, to_base
from indexer.search.findings import Figures, FoundFigure
from indexer.search.results import ArticleInfo, Facet
from webui.amounts import Amount, amount, exact, short
from webui.charts import Histogram, histogram
from webui.conditions import conditions, without
from webui.facets_view import FacetGroup, FacetValue
from webui.facts_params import FIGURE_FILTERS, FigureSort, FiguresState
from webui.highlight import Snippet
from webui.places import literal, place_url, sentence_snippet
from webui.views import Chip

__all__ = ["FIGURE_KINDS", "FigureRow", "SortHeader", "figure_chips", "figure_facets", "figure_rows", "figures_url"]
__all__ += ["distribution", "period_words", "sort_headers", "sums", "unit_in_common", "values_in"]

FIGURE_KINDS = {
    "money": "金额",
    "percent": "百分比",
    "count": "数量",
    "area": "面积",
    "length": "长度",
    "rank": "位次",
    "duration": "时长",
    "capacity": "容量",
    "other": "其他",
}
_TARGETS = {"true": "目标或计划", "false": "已有事实"}
_HEADINGS = {"kind": "类别", "metric": "指标", "subject": "主体", "year": "年份", "target": "目标"}
# Values of one filter that are offered; a rarer one is found by searching for it.
MOST_VALUES = 8


@dataclass(frozen=True, slots=True)
class FigureRow:
    surface: str
    amount: Amount
    metric: str | None
    subject: str | None
    period: str
    target: bool
    sentence: Snippet
    article: ArticleInfo
    url: str


@dataclass(frozen=True, slots=True)
class SortHeader:
    """A column header that sorts. ``order`` is the value of aria-sort, or None if another column sorts."""

    label: str
    hint: str
    url: str
    order: Literal["ascending", "descending"] | None


def figures_url(state: FiguresState) -> str:
    return url_for("facts.figures", **state.args())


def figure_rows(figures: Sequence[FoundFigure]) -> tuple[FigureRow, ...]:
    return tuple(
        FigureRow(
            surface=each.surface,
            amount=amount(each),
            metric=each.metric,
            subject=each.subject,
            period=period_words(each),
            target=each.target,
            sentence=sentence_snippet(each.sentence, each.passage.text, each.span),
            article=each.article,
            url=place_url(each.article, each.passage, literal(each.surface)),
        )
        for each in figures
    )


def period_words(figure: FoundFigure) -> str:
    """The period as printed, with the year behind it where it does not name one itself."""
    if not figure.period:
        return f"{figure.year}年" if figure.year else ""
    known = not figure.year or figure.year in figure.period
    return figure.period if known else f"{figure.period}（{figure.year}）"


def sort_headers(state: FiguresState) -> dict[str, SortHeader]:
    """The headers of the sortable columns; each leads to the other order of its own. Largest values come first."""
    return {
        "value": _header(state, "数值", ("-value", "value"), ("从大到小", "从小到大")),
        "period": _header(state, "时间", ("period", "-period"), ("从早到晚", "从晚到早")),
        "article": _header(state, "原句与出处", ("article", "relevance"), ("按文章", "按相关度")),
    }


def figure_facets(figures: Figures, state: FiguresState) -> tuple[FacetGroup, ...]:
    """The filters that divide the figures found, or that are chosen already; years from the newest."""
    groups = []
    for name in FIGURE_FILTERS:
        facets = figures.facets.get(name, ())
        if name == "year":
            facets = tuple(sorted(facets, key=lambda facet: facet.value, reverse=True))
        values = _facet_values(name, facets, state)
        if len(values) > 1 or any(value.chosen for value in values):
            groups.append(FacetGroup(_HEADINGS[name], values))
    return tuple(groups)


def figure_chips(state: FiguresState) -> tuple[Chip, ...]:
    """The conditions of the query and the filters chosen, each to be taken away by a link."""
    made = []
    for condition in conditions(state.query):
        rest = without(state.query, condition)
        made.append(Chip(condition.text, rest, figures_url(replace(state, query=rest, page=1))))
    chosen = [(name, getattr(state, name)) for name in FIGURE_FILTERS if getattr(state, name)]
    made += [
        Chip(f"{_HEADINGS[name]}：{_label(name, value)}", state.query, figures_url(state.choosing(name, None)))
        for name, value in chosen
    ]
    return tuple(made)


def sums(figures: Figures) -> tuple[str, ...]:
    """Each sum in words, such as ``12 条“总投资”相加：530亿元（53,000,000,000 元）``."""
    metric = next((facet.value for facet in figures.facets.get("metric", ())), None)
    counts = {facet.value: facet.count for facet in figures.facets.get("unit", ())}
    words = []
    for unit, total in figures.sums.items():
        count = counts.get(unit, figures.total if len(figures.sums) == 1 else None)
        what = f"“{metric}”" if metric else "数字"
        words.append(f"{f'{count:,} 条' if count else ''}{what}相加：{_total(total, unit)}")
    return tuple(words)


def unit_in_common(figures: Sequence[FoundFigure]) -> str | None:
    """The unit in which all the figures compare, the one most of them have; None if there is none.

    Counts compare only in the very same unit: 家 and 人 are both counted, but not together. Ranks are no amounts.
    """
    units = Counter(figure.unit for figure in figures)
    if not units or None in units or any(figure.kind == "rank" for figure in figures):
        return None
    (unit, _), *_ = units.most_common(1)
    alike = len(units) == 1 or (dimension(unit) != "count" and all(comparable(unit, other) for other in units))
    return unit if alike else None


def values_in(figures: Sequence[FoundFigure], unit: str) -> list[float]:
    """The values in this unit, of ranges the lower end."""
    one = to_base(Decimal(1), unit)
    return [float(to_base(Decimal(str(figure.value)), figure.unit) / one) for figure in figures]


def distribution(figures: Sequence[FoundFigure]) -> Histogram | None:
    unit = unit_in_common(figures)
    return histogram(values_in(figures, unit), unit) if unit is not None else None


def _total(total: float, unit: str) -> str:
    digits = f"{exact(total)} {unit}"
    return digits if abs(total) < 1e4 else f"{short(total)}{unit}（{digits}）"


def _header(
    state: FiguresState, label: str, sorts: tuple[FigureSort, FigureSort], hints: tuple[str, str]
) -> SortHeader:
    other = 1 if state.sort == sorts[0] else 0
    order: Literal["ascending", "descending"] | None = None
    if state.sort in sorts and state.sort != "relevance":
        order = "descending" if state.sort.startswith("-") else "ascending"
    return SortHeader(label, hints[other], figures_url(state.sorted_by(sorts[other])), order)


def _facet_values(name: str, facets: Sequence[Facet], state: FiguresState) -> tuple[FacetValue, ...]:
    chosen = getattr(state, name)
    most = max((facet.count for facet in facets), default=1) or 1
    values = []
    for place, facet in enumerate(facets):
        value = facet.value.lower() if name == "target" else facet.value
        if place >= MOST_VALUES and value != chosen:
            continue
        url = figures_url(state.choosing(name, None if value == chosen else value))
        share = round(100 * facet.count / most)
        values.append(FacetValue(_label(name, value), facet.count, share, value == chosen, url))
    return tuple(values)


def _label(name: str, value: str) -> str:
    if name == "kind":
        return FIGURE_KINDS.get(value, value)
    return _TARGETS.get(value, value) if name == "target" else value
