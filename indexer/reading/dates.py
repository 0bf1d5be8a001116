"""Dates of articles: as a header gives them, or as the text itself states them.

A date is never guessed. From the text it is taken only where the text says when it was written or printed:

    full date alone in a line, in the head of the page, or beside 来源/发布时间  that day
    dateline with its date: "2021年12月9日讯", "新华社北京2021年12月9日电"     that day
    本报讯（记者 …） whose first sentence opens with a full date              that month (printed that day or a few
    days later) 回顾（…的）2021年; 今年（2021年）; 2021年（即将|已）收官                    that year

Years that only occur in the narration ("2021年获批") say nothing about when the article was written, nor do month
and day without a year. Statements of one kind that contradict each other are no statement.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

__all__ = ["date_line", "infer_date", "parse_date"]

_YEARS = range(1800, 2100)  # the first Chinese-language newspaper appeared in 1815
_YEAR = r"(1[89]\d\d|20\d\d)"
_CENTURIES = ("20", "19", "18")  # one of which is in every year
_FULL = rf"{_YEAR}\s?年\s?(\d{{1,2}})\s?月\s?(\d{{1,2}})\s?日"
_CHINESE = re.compile(rf"(?<!\d){_YEAR}\s?年(?:\s?(\d{{1,2}})\s?月(?:\s?(\d{{1,2}})\s?日)?)?")
_NUMERIC = re.compile(rf"(?<!\d){_YEAR}(?:[-/.](\d{{1,2}})(?:[-/.](\d{{1,2}})(?!\d))?)?(?!\d)")
_COMPACT = re.compile(rf"(?<!\d){_YEAR}(\d\d)(\d\d)(?!\d)")
_DATE_ALONE = re.compile(
    r"(?:\S{2,8}[报報网網社]\s*)?[（(]?(?:发布时间|发布日期|时间|日期)?\s*[:：]?\s*"
    rf"(?:{_FULL}|{_YEAR}[-/.]\d{{1,2}}[-/.]\d{{1,2}})"
    r"(?:\s*(?:星期|周)[一二三四五六日天])?(?:\s*\d{1,2}:\d\d(?::\d\d)?)?[）)]?"
    r"(?:\s*第?\s?[A-Z]?\d{1,2}\s?版)?(?:[\s：:]+[\u4e00-\u9fff]{1,6})?"
)
_DATELINE = re.compile(rf"^[^，。；！？]{{0,20}}?{_FULL}\s?(?:讯|电)")
_REPORT = re.compile(rf"^[^，。；！？（(]{{1,12}}(?:讯|消息)\s*(?:[（(][^（）()]{{0,60}}[）)])?\s*{_FULL}")
_YEAR_STATED = (
    re.compile(rf"回(?:顾|眸|望|首)(?!刚刚|已经|过去)[^，。；！？]{{0,12}}?{_YEAR}年?(?=[，,。、！]|的|这)"),
    re.compile(rf"今年[（(]{_YEAR}年?[）)]"),
    re.compile(rf"{_YEAR}年[，,]?(?:即将|已经|已|行将)(?:过去|收官|结束|落幕)"),
)


def parse_date(text: str) -> str | None:
    """The first date in ``text`` as ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``, as exact as it is given; None if there
    is none.
    """
    for pattern in (_CHINESE, _COMPACT, _NUMERIC):
        match = pattern.search(text)
        if match:
            return _format(*match.groups())
    return None


def date_line(text: str) -> str | None:
    """The date of a line that holds nothing but a date, else None.

    Weekday, time, 发布时间, the paper's name before it and page and section after it may stand with it
    (某某日报 2024年5月6日 03版 经济).
    """
    return parse_date(text) if len(text) <= 60 and _DATE_ALONE.fullmatch(text) else None


def infer_date(paragraphs: Iterable[str]) -> str | None:
    """The date that the body of an article states for itself (see the module), in the precision that is certain."""
    months: set[str] = set()
    years: set[str] = set()
    for paragraph in paragraphs:
        opening = paragraph[:120]
        if match := _DATELINE.match(opening):
            return _format(*match.groups())
        if match := _REPORT.match(opening):
            exact = _format(*match.groups())
            months.update([exact[:7]] if exact else [])
        for pattern in _YEAR_STATED if any(century in paragraph for century in _CENTURIES) else ():
            years.update(pattern.findall(paragraph))
    if months:
        return months.pop() if len(months) == 1 else None
    return years.pop() if len(years) == 1 else None


def _format(year: str, month: str | None = None, day: str | None = None) -> str | None:
    if int(year) not in _YEARS:
        return None
    if month is None:
        return year
    if not 1 <= int(month) <= 12:
        return None
    if day is None:
        return f"{year}-{int(month):02}"
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None
