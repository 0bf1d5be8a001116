"""Dates in passages and what they resolve to; the sentences are made up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.facts import find_dates

CASES = [
    # text, article's date, (surface, start, end) …
    pytest.param("2021年3月12日开工", None, ("2021年3月12日", "2021-03-12", "2021-03-12"), id="full"),
    pytest.param("2021年开工", None, ("2021年", "2021", "2021"), id="year"),
    pytest.param("二〇二一年十月十日", None, ("二〇二一年十月十日", "2021-10-10", "2021-10-10"), id="numerals"),
    pytest.param("2021-12-05", None, ("2021-12-05", "2021-12-05", "2021-12-05"), id="iso"),
    pytest.param("2023 年 5 月 6 日", None, ("2023 年 5 月 6 日", "2023-05-06", "2023-05-06"), id="spaced"),
    pytest.param("２０２１年１０月", None, ("２０２１年１０月", "2021-10", "2021-10"), id="full-width"),
    pytest.param("3月30日下午开会", "2022", ("3月30日下午", "2022-03-30", "2022-03-30"), id="year-of-article"),
    pytest.param("12月28日投产", "2022-01-10", ("12月28日", "2021-12-28", "2021-12-28"), id="december-in-january"),
    pytest.param("3月30日", None, ("3月30日", None, None), id="no-year-known"),
    pytest.param("1.1月22日上午，开工", "2021", ("1月22日上午", "2021-01-22", "2021-01-22"), id="list-number"),
    pytest.param("2020年4月签约，同年5月入驻", "2022", ("2020年4月", "2020-04", "2020-04"),
                 ("同年5月", "2020-05", "2020-05"), id="same-year"),
    pytest.param("2019年立项，次年3月动工", "2022", ("2019年", "2019", "2019"), ("次年3月", "2020-03", "2020-03"),
                 id="following-year"),
    pytest.param("2020年4月签约，6月动工", "2022", ("2020年4月", "2020-04", "2020-04"), ("6月", "2020-06", "2020-06"),
                 id="month-follows-named-year"),
    pytest.param("力争2025年达产。4月以来", "2022", ("2025年", "2025", "2025"), ("4月", "2022-04", "2022-04"),
                 id="a-plan-names-no-year-for-others"),
    pytest.param("11月16日至17日开会。16日，观摩；当天签约", "2021", ("11月16日至17日", "2021-11-16", "2021-11-17"),
                 ("16日", "2021-11-16", "2021-11-16"), ("当天", "2021-11-16", "2021-11-16"), id="day-follows-month"),
    pytest.param("今年1至11月", "2022-12", ("今年1至11月", "2022-01", "2022-11"), id="months-of-this-year"),
    pytest.param("去年同期", "2022", ("去年", "2021", "2021"), id="last-year"),
    pytest.param("去年底", "2022", ("去年底", "2021-12", "2021-12"), id="end-of-last-year"),
    pytest.param("明年1月起", "2021", ("明年1月", "2022-01", "2022-01"), id="next-year"),
    pytest.param("今年前三季度", "2022", ("今年前三季度", "2022-01", "2022-09"), id="three-quarters"),
    pytest.param("第二季度", "2022", ("二季度", "2022-04", "2022-06"), id="quarter"),
    pytest.param("2022年上半年", None, ("2022年上半年", "2022-01", "2022-06"), id="half"),
    pytest.param("2022年初，", None, ("2022年初", "2022-01", "2022-01"), id="start-of-year"),
    pytest.param("近3年，", "2023", ("近3年", "2020", "2022"), id="recent-years"),
    pytest.param("近3年，", "2023-11", ("近3年", "2021", "2023"), id="recent-years-in-november"),
    pytest.param("三年内建成", "2022", ("三年内", "2022", "2025"), id="within-years"),
    pytest.param("3至5年内完成", "2022", ("3至5年内", "2022", "2027"), id="within-a-range-of-years"),
    pytest.param("未来五年", "2022", ("未来五年", "2022", "2027"), id="coming-years"),
    pytest.param("3年前搬来", "2022", ("3年前", "2019", "2019"), id="years-ago"),
    pytest.param("“十四五”期间", None, ("“十四五”期间", "2021", "2025"), id="five-year-plan"),
    pytest.param("2020、2021年连续两年", None, ("2020、2021年", "2020", "2021"), id="two-years"),
    pytest.param("2021年3月至2022年5月", None, ("2021年3月至2022年5月", "2021-03", "2022-05"), id="range-of-dates"),
    pytest.param("昨日上午", "2022-03-01", ("昨日上午", "2022-02-28", "2022-02-28"), id="yesterday"),
    pytest.param("上月", "2022-01-05", ("上月", "2021-12", "2021-12"), id="last-month"),
    pytest.param("目前，", "2022-08", ("目前", "2022-08", "2022-08"), id="now"),
    pytest.param("《2022中国城市报告》", "2023", ("2022", "2022", "2022"), id="bare-year-in-a-title"),
    pytest.param("2月30日", "2022", ("2月30日", None, None), id="no-such-day"),
]  # fmt: skip


@pytest.mark.parametrize("case", [pytest.param(p.values, id=p.id) for p in CASES])
def test_dates_are_resolved(case):
    text, date, *expected = case
    assert [(d.surface, d.start, d.end) for d in find_dates(text, date=date)] == expected


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("历时24小时、20天、3个月", id="durations"),
        pytest.param("GB/T 39117-2020", id="standard"),
        pytest.param("超过2000幅", id="count"),
        pytest.param("2000年历史的古城", id="age"),
        pytest.param("小学三年级", id="grade"),
        pytest.param("日均180万人次", id="per-day"),
    ],
)
def test_what_only_looks_like_a_date(text):
    assert find_dates(text, date="2022") == []


def test_the_passage_before_names_the_day():
    [mention] = find_dates("当天还签了约。", date="2022", previous="3月30日开工。")
    assert (mention.start, mention.end) == ("2022-03-30", "2022-03-30")


@pytest.mark.parametrize(
    ("text", "label"),
    [("去年5月", "2021年5月"), ("11月16日至17日", "2022年11月16—17日"), ("今年1至11月", "2022年1—11月"), ("近3年", "近3年"),
     ("目前", "2022年（目前）"), ("年底", "2022年底")],
)  # fmt: skip
def test_labels_fill_in_the_year(text, label):
    assert [mention.label for mention in find_dates(text, date="2022")] == [label]


_ALPHABET = "0123456789一二三四五六七八九十〇年月日号至到—-.、/上下半季度前后内来同当今去明本次天初底末近未过这几个 “”期间，。Ａ㎡é"
_DATES = st.one_of(st.none(), st.sampled_from(["2021", "2021-06", "2021-02-28", "2999-12-31", "", "12", "2021-13"]))


@given(st.text(alphabet=_ALPHABET, max_size=50), _DATES, st.text(alphabet=_ALPHABET, max_size=20))
def test_spans_point_back(text, date, previous):
    end = 0
    for mention in find_dates(text, date=date, previous=previous):
        assert text[slice(*mention.span)] == mention.surface
        assert end <= mention.span[0] < mention.span[1]
        assert (mention.start is None) == (mention.end is None)
        end = mention.span[1]
