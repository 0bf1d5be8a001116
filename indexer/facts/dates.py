"""Dates of a passage, resolved as far as the passage and the article's date allow.

    >>> [(d.surface, d.start, d.end) for d in find_dates("2020年4月签约,同年5月16日至17日试产。", date="2021")]
    [('2020年4月', '2020-04', '2020-04'), ('同年5月16日至17日', '2020-05-16', '2020-05-17')]

Relative forms follow the date named before them in the passage (同年, 当天, 16日); a month or day without a year is of
the year named last, else of the article's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from indexer.facts.calendar import Clock, Point, parse_iso, shift_day
from indexer.facts.units import match_unit
from indexer.text import Folded, fold, numeral_value

__all__ = ["DateMention", "find_dates", "locate_dates"]

DateKind = Literal["date", "now", "span", "name"]

_YEAR = r"(?:1[6-9]|20)[0-9]{2}"
_YEAR_WORD = r"[一二][〇零一二三四五六七八九]{3}"
_MONTH = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
_DAY = r"(?:3[01]|[12][0-9]|0?[1-9]|三十一?|二?十[一二三四五六七八九]?|[一二三四五六七八九])"
_TO = r"(?:至|到|-{1,2}|—{1,2}|–|~|〜|―)"
_COUNT = r"(?:[0-9]{1,3}|[一二两三四五六七八九十]{1,3}|几)"
_HOURS = r"(?:凌晨|清晨|早晨|早上|上午|中午|下午|傍晚|晚上|晚间|夜间|晚(?!报))"
_NO_MONTH_WORD = r"(?![饼球亮薪嫂光票租均度经])"

# Where a date can begin: a quick filter before the pattern proper (a set of characters is searched for much faster).
_TRIGGER = re.compile(
    r"[0-9一二三四五六七八九十两几“今去前明后本当同次翌上下来昨目如截现眼迄近最过未这年]"
    r"(?=[0-9〇零一二两三四五六七八九十几年近去来后至到—–~〜―个天月日 半初底末季止前今下阶/.-])"
)
_HEAD = re.compile(
    rf"""(?:
      (?<![0-9.])(?P<iso>{_YEAR}([-/.]){_MONTH}\2{_DAY})(?![0-9.])
    | (?<![0-9.])(?P<years>(?P<y1>{_YEAR})年?(?:{_TO}|、)(?P<y2>{_YEAR})年(?!代))
    | (?<![0-9.])(?P<year>{_YEAR}[ ]?|{_YEAR_WORD})年(?![代级龄]|的?历史)度?
    | (?P<relative>今年|去年|前年|明年|后年|本年度?|上年度?|上一年|下一年|来年|当年|同年|次年|翌年)
    | (?P<recent>(?:最?近|过去|未来|今后|这)(?:{_COUNT}{_TO})?(?P<n1>{_COUNT})(?P<u1>年|个月|天)(?:内|来|间|里)?)
    | (?<![0-9.第])(?P<within>(?:{_COUNT}{_TO})?(?P<n2>{_COUNT})(?P<u2>年|个月|天)(?P<side>之?内|以内|来|间|前(?!行|后|期)|后))
    | (?<![0-9])(?P<month>(?={_MONTH}[ ]?(?:月|{_TO}{_MONTH}月)){_NO_MONTH_WORD})
    | (?<![0-9.月:/-])(?P<day>(?:3[01]|[12][0-9]|[1-9])日?{_TO})?(?P<day2>3[01]|[12][0-9]|[1-9])日(?![内均产供常处电接游报])
    | (?P<today>今天|今日(?!头条)|昨天|昨日|前天|明天|明日|后天|当天|当日|同日|次日|翌日)
    | (?P<thismonth>本月|上个?月|下个?月|当月|同月|次月|这个月)
    | (?P<season>前[一二三123]个?季度|前(?:1[01]|[1-9]|十一?|[一二两三四五六七八九])个月|第?[一二三四1-4]季度|[上下]半年|年[初底末](?!级))
    | (?P<now>截[至止]目前|目前|当前|如今|眼下|现阶段|迄今)
    | “?(?P<plan>十[一二三四五])五”?(?:期间|时期|以来|末|开局)
    | (?<![0-9a-z.:/+-])(?P<bare>(?:19|20)[0-9]{{2}})(?=[\u4e00-\u9fff)\]])
        (?![年万亿千百十多余几个家名位台套辆架艘列条座栋幢间所处件项款种类份张部篇户株棵枚支块批次场轮组例元亩米公平吨克斤瓦度分秒小岁倍成级强只头至到以左上下核站]|人(?!工|才|文)))
    """,
    re.VERBOSE,
)
# What may follow a year: months, days, quarters and parts of it.
_TAIL = re.compile(
    rf"""[ ]?的?(?:
      (?P<r1>{_MONTH})月?份?{_TO}(?P<r2>{_MONTH})月(?!{_DAY}日)份?
    | (?P<month>{_MONTH})[ ]?月{_NO_MONTH_WORD}份?(?:[ ]?(?P<day>{_DAY})[ ]?(?:[日号]?{_TO}(?:(?P<month2>{_MONTH})月)?(?P<day2>{_DAY}))?[日号]{_HOURS}?
        |(?P<third>[上中下]旬|初(?!步|级|中|次)|底|末))?
    | (?P<season>前[一二三123]个?季度|前(?:1[01]|[1-9]|十一?|[一二两三四五六七八九])个月|第?[一二三四1-4]季度|[上下]半年|年?(?:初(?!步|级|中|次|衷|见|心|创)|底|末)|全年)
    )""",
    re.VERBOSE,
)
_DAY_TAIL = re.compile(rf"[ ]?(?P<day>{_DAY})(?:[日号]?{_TO}(?P<day2>{_DAY}))?[日号]{_HOURS}?")
_DASH = re.compile(_TO)
_HOURS_TAIL = re.compile(_HOURS)

_YEAR_SHIFT = {"今年": 0, "本年": 0, "本年度": 0, "去年": -1, "上年": -1, "上年度": -1, "上一年": -1, "前年": -2,
               "明年": 1, "来年": 1, "下一年": 1, "后年": 2}  # fmt: skip
_NAMED_YEAR_SHIFT = {"同年": 0, "当年": 0, "次年": 1, "翌年": 1}
_DAY_SHIFT = {"今天": 0, "今日": 0, "昨天": -1, "昨日": -1, "前天": -2, "明天": 1, "明日": 1, "后天": 2}
_NAMED_DAY_SHIFT = {"当天": 0, "当日": 0, "同日": 0, "次日": 1, "翌日": 1}
# The five-year plans by their number.
_PLAN_START = {"十一": 2006, "十二": 2011, "十三": 2016, "十四": 2021, "十五": 2026}
# Dates of half a page are enough to know what day the passage before spoke of last.
_MAX_PREVIOUS = 2000


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date at a place of a passage.

    ``start`` and ``end`` are ISO dates of the precision printed (``2021``, ``2021-11``, ``2021-11-16``), both None
    where the date cannot be known. ``label`` is the date for reading, year filled in. ``kind``: ``date`` a calendar
    date; ``now`` 目前; ``span`` a stretch of time counted from the article (近3年, 三年内); ``name`` a bare year in a
    title or name (2021中国…).
    """

    surface: str
    span: tuple[int, int]
    start: str | None
    end: str | None
    label: str
    kind: DateKind = "date"


def find_dates(
    text: str, *, date: str | None = None, previous: str = "", folded: Folded | None = None
) -> list[DateMention]:
    """Dates of one passage, sorted, not overlapping; spans count code points of ``text``.

    ``date`` is the article's (``YYYY[-MM[-DD]]``). ``previous`` is the text of the passage before, which 当天 or 16日
    may lean on. ``folded`` saves folding again where the caller has done it.
    """
    return [mention for _, _, mention in locate_dates(text, folded or fold(text), date=date, previous=previous)]


def locate_dates(text: str, folded: Folded, *, date: str | None, previous: str) -> list[tuple[int, int, DateMention]]:
    """The same dates, each with its start and end in the folded text."""
    return list(_Reader(text, folded, parse_iso(date), previous).mentions())


@dataclass(frozen=True, slots=True)
class _Found:
    end: int
    first: Point | None
    last: Point | None
    kind: DateKind = "date"
    label: str | None = None


class _Reader:
    """Goes through one passage and keeps the clock."""

    def __init__(self, text: str, folded: Folded, article: Point | None, previous: str) -> None:
        self._original = text
        self._folded = folded
        self._text = folded.text
        self._previous = previous[-_MAX_PREVIOUS:]
        self._clock = Clock(article)

    def mentions(self) -> Iterator[tuple[int, int, DateMention]]:
        position = 0
        while trigger := _TRIGGER.search(self._text, position):
            position = trigger.end()
            match = _HEAD.match(self._text, trigger.start())
            if match is None:
                continue
            position = max(position, match.end())
            found = self._read(match)
            if found is None or found.end <= match.start():
                continue
            found = self._joined(found)
            position = found.end
            if found.first and found.kind == "date":
                self._clock = self._clock.saw(found.last or found.first)
            yield match.start(), found.end, self._mention(match.start(), found)

    def _joined(self, found: _Found) -> _Found:
        """2021年3月至2022年5月: a second full date that closes a range."""
        dash = _DASH.match(self._text, found.end) if found.first and found.kind == "date" else None
        head = _HEAD.match(self._text, dash.end()) if dash else None
        if head is None or head["year"] is None:
            return found
        closing = self._year(head)
        if closing is None or closing.first is None or found.first is None or closing.first.year < found.first.year:
            return found
        return _Found(closing.end, found.first, closing.last or closing.first)

    def _mention(self, start: int, found: _Found) -> DateMention:
        span = self._folded.span(start, found.end)
        surface = self._original[span[0] : span[1]]
        first, last = found.first, found.last or found.first
        label = found.label or (_label(first, last) if first and last else surface)
        return DateMention(surface, span, first.iso if first else None, last.iso if last else None, label, found.kind)

    def _read(self, match: re.Match[str]) -> _Found | None:
        reader = _READERS.get(match.lastgroup or "")
        if reader is None:  # groups inside an alternative come later than its own
            name = next(name for name in _READERS if match[name] is not None)
            reader = _READERS[name]
        return reader(self, match)

    # Each reader takes the head that was found and returns where the date ends and what it means.

    def _iso(self, match: re.Match[str]) -> _Found | None:
        year, month, day = (int(part) for part in re.split("[-/.]", match["iso"]))
        return _valid(match.end(), Point(year, month, day))

    def _years(self, match: re.Match[str]) -> _Found | None:
        first, last = int(match["y1"]), int(match["y2"])
        return _Found(match.end(), Point(first), Point(last)) if first <= last else None

    def _year(self, match: re.Match[str]) -> _Found | None:
        digits = match["year"]
        year = int(digits) if digits.isascii() else int(numeral_value(digits) or 0)
        return self._tail(match, year)

    def _relative(self, match: re.Match[str]) -> _Found | None:
        word = match["relative"]
        if word in _YEAR_SHIFT:
            base, shift = self._clock.article, _YEAR_SHIFT[word]
        else:
            base, shift = self._named() or self._clock.article, _NAMED_YEAR_SHIFT[word]
        return self._tail(match, base.year + shift if base else None)

    def _tail(self, head: re.Match[str], year: int | None) -> _Found | None:
        tail = _TAIL.match(self._text, head.end())
        if tail is None:
            return _Found(head.end(), Point(year) if year else None, None)
        if tail["season"]:
            return _part_of_year(tail["season"], year, tail.end())
        return self._months(tail, year)

    def _months(self, tail: re.Match[str], year: int | None) -> _Found | None:
        if tail["r1"]:
            first, last = _number(tail["r1"]), _number(tail["r2"])
            if year is None or first > last:
                return _Found(tail.end(), None, None)
            return _Found(tail.end(), Point(year, first), Point(year, last))
        month = _number(tail["month"])
        if year is None:
            return _Found(tail.end(), None, None)
        if not tail["day"]:
            return _Found(tail.end(), Point(year, month), None, label=_third(year, month, tail["third"]))
        first_day = Point(year, month, _number(tail["day"]))
        if not tail["day2"]:
            return _valid(tail.end(), first_day)
        return _valid(
            tail.end(), first_day, Point(year, _number(tail["month2"] or tail["month"]), _number(tail["day2"]))
        )

    def _month(self, match: re.Match[str]) -> _Found | None:
        tail = _TAIL.match(self._text, match.start())
        if tail is None or tail["season"]:
            return None
        month = _number(tail["r2"] or tail["month"])
        year = self._clock.year_of(month)
        if year is None and (named := self._named()):
            year = named.year
        return self._months(tail, year)

    def _day(self, match: re.Match[str]) -> _Found | None:
        hours = _HOURS_TAIL.match(self._text, match.end())
        end = hours.end() if hours else match.end()
        self._named()
        base = self._clock.month_of()
        if base is None:
            return _Found(end, None, None)
        days = [int(day) for day in re.findall("[0-9]+", match.group())]
        points = [Point(base.year, base.month, day) for day in days]
        return _valid(end, points[0], points[-1])

    def _today(self, match: re.Match[str]) -> _Found | None:
        word = match["today"]
        hours = _HOURS_TAIL.match(self._text, match.end())
        end = hours.end() if hours else match.end()
        if word in _DAY_SHIFT:
            return _Found(end, shift_day(self._clock.article, _DAY_SHIFT[word]), None)
        return _Found(end, shift_day(self._named(), _NAMED_DAY_SHIFT[word]), None)

    def _this_month(self, match: re.Match[str]) -> _Found | None:
        word = match["thismonth"]
        base = self._named() if word in {"当月", "同月", "次月"} else self._clock.article
        if base is None or base.month is None:
            return _Found(match.end(), None, None)
        shift = {"上": -1, "下": 1, "次": 1}.get(word[0], 0)
        months = base.year * 12 + base.month - 1 + shift
        point = Point(months // 12, months % 12 + 1)
        tail = _DAY_TAIL.match(self._text, match.end())
        if tail is None:
            return _Found(match.end(), point, None)
        last = _number(tail["day2"] or tail["day"])
        return _valid(
            tail.end(), Point(point.year, point.month, _number(tail["day"])), Point(point.year, point.month, last)
        )

    def _season(self, match: re.Match[str]) -> _Found | None:
        return _part_of_year(match["season"], self._clock.year_of(None), match.end())

    def _now(self, match: re.Match[str]) -> _Found | None:
        article = self._clock.article
        label = f"{article.year}年（{match['now']}）" if article else match["now"]
        return _Found(match.end(), Point(article.year, article.month) if article else None, None, "now", label)

    def _plan(self, match: re.Match[str]) -> _Found | None:
        start = _PLAN_START[match["plan"]]
        return _Found(match.end(), Point(start), Point(start + 4), "span", match.group())

    def _bare(self, match: re.Match[str]) -> _Found | None:
        if self._text[match.end()] != "人" and match_unit(self._text, match.end(), original=""):
            return None  # 2000幅
        return _Found(match.end(), Point(int(match["bare"])), None, "name")

    def _recent(self, match: re.Match[str]) -> _Found | None:
        ahead = match.group()[:2] in {"未来", "今后"}
        return self._stretch(match, match["n1"], match["u1"], "内" if ahead else "来")

    def _within(self, match: re.Match[str]) -> _Found | None:
        return self._stretch(match, match["n2"], match["u2"], match["side"])

    def _stretch(self, match: re.Match[str], count: str, unit: str, side: str) -> _Found | None:
        """近3年 and 三年来 end now, 三年内 begins now, 3年前 and 三年后 are one year."""
        length = int(count) if count.isascii() else int(numeral_value(count) or 0)
        article = self._clock.article
        if article is None or unit != "年" or not length:
            return _Found(match.end(), None, None, "span", match.group())
        now = article.year
        if side == "前":
            return _Found(match.end(), Point(now - length), None, "span", f"{now - length}年（{match.group()}）")
        if side == "后":
            return _Found(match.end(), Point(now + length), None, "span", f"{now + length}年（{match.group()}）")
        if side in {"来", "间"}:
            # Until summer a paper counts full years, later the running one too.
            last = now if (article.month or 1) > 6 else now - 1
            return _Found(match.end(), Point(last - length + 1), Point(last), "span", match.group())
        return _Found(match.end(), Point(now), Point(now + length), "span", match.group())

    def _named(self) -> Point | None:
        """The date named last; where the passage has named none yet, the last one of the passage before."""
        if self._clock.named is None and self._previous:
            article = self._clock.article
            before = find_dates(self._previous, date=article.iso if article else None)
            self._previous = ""
            for mention in reversed(before):
                point = parse_iso(mention.end)
                if point and mention.kind == "date":
                    self._clock = self._clock.saw(point)
                    break
        return self._clock.named


_READERS = {
    "iso": _Reader._iso,
    "years": _Reader._years,
    "year": _Reader._year,
    "relative": _Reader._relative,
    "recent": _Reader._recent,
    "within": _Reader._within,
    "month": _Reader._month,
    "day2": _Reader._day,
    "today": _Reader._today,
    "thismonth": _Reader._this_month,
    "season": _Reader._season,
    "now": _Reader._now,
    "plan": _Reader._plan,
    "bare": _Reader._bare,
}


def _valid(end: int, first: Point, last: Point | None = None) -> _Found:
    if not first.is_valid or (last and not last.is_valid):
        return _Found(end, None, None)
    return _Found(end, first, last)


def _number(text: str) -> int:
    return int(text) if text.isascii() else int(numeral_value(text) or 0)


def _part_of_year(word: str, year: int | None, end: int) -> _Found:
    if year is None:
        return _Found(end, None, None)
    first, last = _part_months(word)
    label = f"{year}年{word.removeprefix('年')}"
    return _Found(end, Point(year, first), Point(year, last), label=label)


def _part_months(word: str) -> tuple[int, int]:
    if "季" in word:
        count = next(int(c) if c.isascii() else "一二三四".index(c) + 1 for c in word if c in "一二三四1234")
        return (1, 3 * count) if word.startswith("前") else (3 * count - 2, 3 * count)
    if word.endswith("个月"):
        return 1, _number(word[1:-2])
    return {"上": (1, 6), "下": (7, 12), "全": (1, 12)}.get(word[0]) or ((1, 1) if word.endswith("初") else (12, 12))


def _third(year: int, month: int, third: str | None) -> str | None:
    return f"{year}年{month}月{third}" if third else None


def _label(first: Point, last: Point) -> str:
    if first == last:
        return _chinese(first)
    if first.year != last.year:
        return f"{_chinese(first)}—{_chinese(last)}"
    if first.month != last.month:
        left = f"{first.month}月{first.day}日" if first.day else f"{first.month}"
        right = f"{last.month}月{last.day}日" if last.day else f"{last.month}月"
        return f"{first.year}年{left}—{right}"
    return f"{first.year}年{first.month}月{first.day}—{last.day}日"


def _chinese(point: Point) -> str:
    month = f"{point.month}月" if point.month else ""
    return f"{point.year}年{month}" + (f"{point.day}日" if point.day else "")
