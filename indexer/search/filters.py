"""Conditions on what is known of an article or a passage: 标题: 作者: 日期: 类型: 园区: 项目: 企业: 人物: 地区:."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..text import fold

__all__ = ["FIELDS", "KIND_NAMES", "NAME_KINDS", "Choice", "Filter", "describe", "filters_in", "read_filter"]

# What a user may write before the colon -> the field.
FIELDS = {
    "标题": "title",
    "title": "title",
    "作者": "author",
    "记者": "author",
    "author": "author",
    "日期": "date",
    "时间": "date",
    "date": "date",
    "类型": "kind",
    "kind": "kind",
    "园区": "park",
    "park": "park",
    "项目": "project",
    "project": "project",
    "企业": "organization",
    "机构": "organization",
    "org": "organization",
    "organization": "organization",
    "人物": "person",
    "person": "person",
    "地区": "place",
    "地名": "place",
    "place": "place",
}
NAME_KINDS = {"park": "园区", "project": "项目", "organization": "企业", "person": "人物", "place": "地区"}
_FIELD_NAMES = {"title": "标题", "author": "作者", "date": "日期", "kind": "类型"} | NAME_KINDS
KIND_NAMES = {"body": "正文", "caption": "图片说明", "heading": "小标题", "title": "标题"}
_KINDS = {name: kind for kind, name in KIND_NAMES.items()} | {kind: kind for kind in KIND_NAMES}
_KINDS |= {"图说": "caption", "图片": "caption", "题目": "title"}

# 2021年 | 2021-1, 202110 | 2021-1-3, 2021年1月3日, 20211003; a month or day of one digit only behind a sign.
_DATE = re.compile(
    r"(?P<year>[12][0-9]{3})(?:年|[-./年]?(?P<month>0[1-9]|1[0-2]|(?<=[-./年])[1-9])月?"
    r"(?:(?:[-./]|(?<=月)|(?<=[0-9]{6}))(?P<day>3[01]|[12][0-9]|0[1-9]|(?<=[-./月])[1-9])日?)?)?"
)
# Of hyphens, only one between two years.
_RANGE = re.compile(r"\.{2,}|~|至|到|—+|(?<=^[12][0-9]{3})-(?=[12][0-9]{3}$)")


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition. For ``date``, ``low`` and ``high`` are numbers as 20211016, both included; else ``value`` is wanted."""

    field: str
    value: str
    low: int = 0
    high: int = 0


@dataclass(frozen=True, slots=True)
class Choice:
    """Conditions of which one is enough: 日期:2021 OR 日期:2022."""

    filters: tuple[Filter, ...]


def filters_in(node: object) -> tuple[Filter, ...]:
    """The conditions that a node of a query is made of: itself, its alternatives, or none."""
    if isinstance(node, Choice):
        return node.filters
    return (node,) if isinstance(node, Filter) else ()


def read_filter(field: str, value: str) -> Filter | None:
    """The condition that a value states, or None when it cannot be read."""
    if field == "kind":
        kind = _KINDS.get(value.lower())
        return Filter(field, kind) if kind else None
    if field == "date":
        return _read_dates(value)
    return Filter(field, value) if value.strip() else None


def _read_dates(value: str) -> Filter | None:
    parts = _RANGE.split(fold(value).text)
    if len(parts) > 2 or not any(parts):
        return None
    spans = [_span(part) if part else None for part in parts]
    if any(part and span is None for part, span in zip(parts, spans, strict=True)):
        return None
    first, last = spans[0], spans[-1]
    low = first[0] if first else 0
    high = last[1] if last else 99999999
    return Filter("date", value, low, high) if low <= high else None


def _span(text: str) -> tuple[int, int] | None:
    """Lowest and highest date number within a year, month or day."""
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    year, month, day = (int(match.group(name) or 0) for name in ("year", "month", "day"))
    low = year * 10000 + month * 100 + day
    return low, low + (0 if day else 99 if month else 9999)


def describe(condition: Filter | Choice) -> str:
    """The condition in Chinese, as it was understood."""
    if isinstance(condition, Choice):
        return " 或 ".join(map(describe, condition.filters))
    value = KIND_NAMES[condition.value] if condition.field == "kind" else condition.value
    return f"{_FIELD_NAMES[condition.field]}：{value}"
