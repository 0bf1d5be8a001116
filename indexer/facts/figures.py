"""Figures: the quantities of a passage with what they measure, whom they are about, and when.

>>> figure = find_figures("2022年，我市实现产值40.5亿元，同比增长12%。")[0]
>>> figure.surface, int(figure.value), figure.unit, figure.metric, figure.subject, figure.period
('40.5亿元', 4050000000, '元', '实现产值', '我市', '2022年')
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from indexer.facts.bounds import Bound
from indexer.facts.dates import DateMention, locate_dates
from indexer.facts.frame import Frame, Passage, frame_of
from indexer.facts.metric import Metric, find_metric
from indexer.facts.period import find_period, is_target
from indexer.facts.quantities import Quantity, find_quantities, may_hold_quantities
from indexer.facts.subject import NameSpan, find_subject
from indexer.facts.units import Kind
from indexer.text import Folded, fold

__all__ = ["Figure", "find_figures"]

# Counts of what can be done or held are capacities: 服务器运营能力1.2万台.
_CAPACITY = ("能力", "容量", "产能")
_EVENT_UNITS = frozenset({"届", "次", "场", "期"})
_EVENT = re.compile(
    r"“[^”,;。]{2,20}(?:会|节|赛|展|周|日|论坛|活动)”|[^,;:。!?()\s、“”]{0,12}(?:“[^”,。]{1,24}”)?[^,;:。!?()\s、的在于将]{0,12}?(?:大会|会议|年会|论坛|活动|节|赛|展览会|博览会|交易会|日”?|周|峰会|展)"
)


@dataclass(frozen=True, slots=True)
class Figure:
    """One quantity of a passage.

    ``value`` is in ``unit``, 万 and 亿 multiplied out; ``value_high`` is the upper end of a range. ``unit`` is None where
    nothing but 万 or 亿 follows the number. ``bound`` is what the text says about the value: ``more`` (超, 余, 以上),
    ``less`` (近, 不到, 以下) or ``about`` (约, 左右). ``metric`` is what is measured, ``subject`` whom or what it is about.
    ``period`` is for reading, ``period_start`` and ``period_end`` are ISO dates of the precision known. ``target`` tells
    a goal, plan or forecast from a fact. ``span`` and ``sentence_span`` are offsets into the passage.
    """

    surface: str
    value: Decimal
    value_high: Decimal | None
    unit: str | None
    bound: Bound | None
    kind: Kind
    metric: str | None
    subject: str | None
    period: str | None
    period_start: str | None
    period_end: str | None
    target: bool
    sentence: str
    sentence_span: tuple[int, int]
    span: tuple[int, int]

    def to_json(self) -> dict[str, Any]:
        """The part of the documented JSON that a figure knows by itself; article and passage are added by the caller."""
        return {
            "surface": self.surface,
            "value": _json_number(self.value),
            "value_high": None if self.value_high is None else _json_number(self.value_high),
            "unit": self.unit,
            "bound": self.bound,
            "kind": self.kind,
            "metric": self.metric,
            "subject": self.subject,
            "period": self.period,
            "target": self.target,
            "sentence": self.sentence,
            "span": list(self.span),
        }


def find_figures(
    text: str,
    *,
    date: str | None = None,
    previous: str = "",
    names: Sequence[NameSpan | tuple[int, int, str]] = (),
    topic: str | None = None,
    folded: Folded | None = None,
) -> list[Figure]:
    """The figures of one passage, sorted, not overlapping.

    ``date`` is the article's (``YYYY[-MM[-DD]]``), against which 今年 and 近3年 are resolved. ``previous`` is the text of
    the passage before, for 当天 and 16日. ``names`` are the names known in this passage, ``(start, end, name)`` or
    ``NameSpan`` with a kind; ``topic`` is the name a figure is about when the passage names none before it. ``folded``
    saves folding again where the caller has done it.
    """
    folded = folded or fold(text)
    if not may_hold_quantities(folded.text):
        return []
    dates = locate_dates(text, folded, date=date, previous=previous)
    barred = [(start, end) for start, end, mention in dates if not _is_deadline(mention)]
    printed = text if folded.starts is None else "".join(text[start] for start in folded.starts)
    quantities = list(find_quantities(folded.text, printed, barred))
    if not quantities:
        return []
    passage = Passage(folded.text, quantities, dates)
    known = sorted(_on_folded(folded, names) + _events(passage))
    return list(_Assembler(text, folded, passage, known, date, topic).figures())


class _Assembler:
    def __init__(
        self, text: str, folded: Folded, passage: Passage, names: list[NameSpan], date: str | None, topic: str | None
    ) -> None:
        self._text = text
        self._folded = folded
        self._passage = passage
        self._names = names
        self._name_spans = [(name.start, name.end) for name in names]
        self._date = date
        self._topic = topic

    def figures(self) -> Iterator[Figure]:
        metrics: list[Metric] = []
        for index, quantity in enumerate(self._passage.quantities):
            frame = frame_of(self._passage, index)
            metrics.append(find_metric(self._passage, frame, self._name_spans, metrics))
            yield self._figure(quantity, frame, metrics[-1])

    def _figure(self, quantity: Quantity, frame: Frame, metric: Metric) -> Figure:
        target = is_target(self._passage, frame, self._date)
        period = find_period(self._passage, frame, target=target, article=self._date)
        subject = find_subject(self._passage, frame, self._names, self._topic)
        words = _paired("".join(self._printed(*span) for span in metric.spans))
        span = self._folded.span(quantity.start, quantity.end)
        sentence_span = self._folded.span(*frame.sentence)
        return Figure(
            surface=self._text[span[0] : span[1]],
            value=quantity.value,
            value_high=quantity.high,
            unit=quantity.unit,
            bound=quantity.bound,
            kind="capacity" if quantity.kind in {"count", "other"} and words.endswith(_CAPACITY) else quantity.kind,
            metric=words or None,
            subject=subject if subject is None or isinstance(subject, str) else self._printed(*subject),
            period=period.label if period else None,
            period_start=period.start if period else None,
            period_end=period.end if period else None,
            target=target,
            sentence=self._text[sentence_span[0] : sentence_span[1]],
            sentence_span=sentence_span,
            span=span,
        )

    def _printed(self, start: int, end: int) -> str:
        if end <= start:
            return ""
        first, last = self._folded.span(start, end)
        return self._text[first:last]


def _paired(words: str) -> str:
    """Without quotation marks whose other half was cut off."""
    if words.count("“") == words.count("”") and words.find("“") <= words.find("”"):
        return words
    return words.replace("“", "").replace("”", "")


def _is_deadline(mention: DateMention) -> bool:
    """三年内 is a quantity too; 近3年 and 三年前 only tell when."""
    return mention.kind == "span" and mention.surface.endswith("内") and mention.surface[0] not in "近最过未今这"


def _events(passage: Passage) -> list[NameSpan]:
    """第二届…活动, 第5次“…早餐会”: an event is what the figures behind it are about."""
    return [
        NameSpan(quantity.start, match.end(), "", "event")
        for quantity in passage.quantities
        if quantity.unit in _EVENT_UNITS
        and quantity.kind == "rank"
        and (match := _EVENT.match(passage.text, quantity.end))
    ]


def _on_folded(folded: Folded, names: Sequence[NameSpan | tuple[int, int, str]]) -> list[NameSpan]:
    given: list[NameSpan] = []
    for name in sorted((NameSpan(*name) for name in names), key=lambda each: (each.start, -each.end)):
        if not given or name.end > given[-1].end:  # a name inside a longer one is not meant there
            given.append(name)
    if folded.starts is None or folded.ends is None:
        return given
    first = {offset: index for index, offset in reversed(list(enumerate(folded.starts)))}
    last = {offset: index + 1 for index, offset in enumerate(folded.ends)}
    return [
        name._replace(start=first[name.start], end=last[name.end])
        for name in given
        if name.start in first and name.end in last
    ]


def _json_number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)
