"""The table of figures as CSV for spreadsheets."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Response

from indexer.search.findings import FoundFigure
from webui.exports import csv_reply
from webui.figures_view import FIGURE_KINDS

__all__ = ["EXPORT_LIMIT", "figures_csv"]

# A spreadsheet's worth; whoever needs more narrows the query or uses the API.
EXPORT_LIMIT = 10_000

_COLUMNS = (
    *("数字", "数值", "数值上限", "单位", "界", "类别", "指标", "主体", "时间", "年份", "目标", "原句"),
    *("文章", "文章日期", "来源", "文章编号", "段落"),
)
_BOUNDS = {"about": "约", "more": "超", "less": "近"}


def figures_csv(figures: Iterable[FoundFigure], query: str) -> Response:
    """The file, named after the query."""
    return csv_reply(_COLUMNS, map(_record, figures), "数字", query)


def _record(figure: FoundFigure) -> tuple[str, ...]:
    article = figure.article
    return (
        figure.surface,
        _digits(figure.value),
        _digits(figure.value_high) if figure.value_high is not None else "",
        figure.unit or "",
        _BOUNDS.get(figure.bound or "", ""),
        FIGURE_KINDS.get(figure.kind, figure.kind),
        figure.metric or "",
        figure.subject or "",
        figure.period or "",
        figure.year or "",
        "是" if figure.target else "否",
        figure.sentence,
        article.title,
        article.date or "",
        article.source or "",
        article.id,
        str(figure.passage.ordinal),
    )


def _digits(value: float) -> str:
    """Without an exponent, which a program may take for text, and without the noise of a float's last digits."""
    return f"{value:.6f}".rstrip("0").rstrip(".") if abs(value) >= 0.001 else repr(value)
