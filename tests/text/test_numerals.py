"""Numerals: which stretches of a text write a number, and how much that is."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.text import canonical, find_numerals, fold, numeral_value

ONES = "零一二三四五六七八九"


def numerals(text: str) -> list[tuple[str, str]]:
    """What is read as a number in a text as printed, and its value."""
    folded = fold(text).text
    return [(folded[n.start : n.end], canonical(n.value)) for n in find_numerals(folded)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("一百亿", "10000000000", id="Chinese"),
        pytest.param("100亿", "10000000000", id="digits-and-unit"),
        pytest.param("１００亿", "10000000000", id="full-width"),
        pytest.param("10,000,000,000", "10000000000", id="grouped"),
        pytest.param("1,000万", "10000000", id="grouped-and-unit"),
        pytest.param("１，０００万", "10000000", id="grouped-full-width"),
        pytest.param("1.2万", "12000", id="decimal-and-unit"),
        pytest.param("1,234.50", "1234.5", id="decimal"),
        pytest.param("0.50", "0.5", id="less-than-one"),
        pytest.param("007", "7", id="leading-zeros"),
        pytest.param("2万亿", "2000000000000", id="two-units"),
        pytest.param("3百万", "3000000", id="hundreds-of-a-unit"),
        pytest.param("2千亿", "200000000000", id="thousands-of-a-unit"),
        pytest.param("3千", "3000", id="small-unit"),
        pytest.param("12亿3000万", "1230000000", id="two-parts"),
        pytest.param("5万3000", "53000", id="two-parts-without-a-second-unit"),
        pytest.param("十二亿三千万", "1230000000", id="two-parts-Chinese"),
        pytest.param("一万亿", "1000000000000", id="Chinese-two-units"),
        pytest.param("三万五千亿", "3500000000000", id="Chinese-number-of-a-unit"),
        pytest.param("三千六百五十五", "3655", id="all-places"),
        pytest.param("一万五百", "10500", id="gap-without-zero"),
        pytest.param("一百零五", "105", id="zero"),
        pytest.param("一百〇五", "105", id="round-zero"),
        pytest.param("一千零五十", "1050", id="zero-before-ten"),
        pytest.param("一百十五", "115", id="ten-without-one"),
        pytest.param("一百二", "120", id="last-unit-left-out"),
        pytest.param("两万五", "25000", id="last-unit-left-out-behind-万"),
        pytest.param("三亿五", "350000000", id="last-unit-left-out-behind-亿"),
        pytest.param("两百", "200", id="两"),
        pytest.param("十", "10", id="ten"),
        pytest.param("十一", "11", id="eleven"),
        pytest.param("三十五点六", "35.6", id="Chinese-decimal"),
        pytest.param("零点五", "0.5", id="Chinese-less-than-one"),
        pytest.param("三点五万", "35000", id="Chinese-decimal-and-unit"),
        pytest.param("二〇二一", "2021", id="year"),
        pytest.param("二零二一", "2021", id="year-with-零"),
        pytest.param("二○二一", "2021", id="year-with-a-circle"),
        pytest.param("一九四九", "1949", id="year-without-a-zero"),
    ],
)
def test_a_whole_text_is_one_number(text, value):
    assert numerals(text) == [(fold(text).text, value)]
    assert canonical(numeral_value(fold(text).text)) == value


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("投资53.56亿元", [("53.56亿", "5356000000")], id="unit-is-not-part"),
        pytest.param("20亿-30亿", [("20亿", "2000000000"), ("30亿", "3000000000")], id="range"),
        pytest.param("3万5万", [("3万", "30000"), ("5万", "50000")], id="no-sum-of-equal-units"),
        pytest.param("5万2021年", [("5万", "50000"), ("2021", "2021")], id="no-sum-with-a-year"),
        pytest.param("2,3,10,100", [("2", "2"), ("3", "3"), ("10", "10"), ("100", "100")], id="list"),
        pytest.param("50,100,50", [("50", "50"), ("100", "100"), ("50", "50")], id="list-that-looks-grouped"),
        pytest.param("12,2022", [("12", "12"), ("2022", "2022")], id="four-digits-are-no-group"),
        pytest.param("3千克", [("3", "3")], id="千克-is-a-unit"),
        pytest.param("50万千瓦", [("50万", "500000")], id="千瓦-is-a-unit"),
        pytest.param("五十万千瓦", [("五十万", "500000")], id="千瓦-is-a-unit-Chinese"),
        pytest.param("二十百货", [("二十", "20")], id="百货-is-a-word"),
        pytest.param("十分钟", [("十", "10")], id="ten-minutes"),
        pytest.param("百分之三十五", [("三十五", "35")], id="percent"),
        pytest.param("三点五十分", [("五十", "50")], id="time"),
        pytest.param("第十四届", [("十四", "14")], id="ordinal"),
        pytest.param("500强", [("500", "500")], id="plain"),
    ],
)
def test_numbers_end_where_a_reader_ends_them(text, found):
    assert numerals(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "三四",  # three or four
        "三四十万",
        "二三百亿",
        "三五十人",
        "十四五规划",
        "十几家",
        "二十几年",
        "数十亿",
        "几十万",
        "千万别",
        "亿万",
        "百万",
        "万一",
        "成千上万",
        "一带一路",
        "一家",
        "十分重要",
        "十足",
        "一点一滴",
        "两点一线",
        "三三两两",
        "七七八八",
        "一二三四线城市",
        "百十",
        "三万五万",
        "一亿亿",
        "九点三刻",
        "版本3.6.3",
        "2021.10.5",
        "",
    ],
)
def test_no_number_is_read(text):
    assert numerals(text) == []


@pytest.mark.parametrize(
    ("text", "plain"),
    [("500", True), ("53.56", True), ("1,000", False), ("100亿", False), ("一百", False), ("3千", False)],
)
def test_plain_numbers_are_digits_and_a_point(text, plain):
    assert [n.plain for n in find_numerals(text)] == [plain]


@pytest.mark.parametrize(
    ("surface", "value"),
    [("三", 3), ("零", 0), ("两", 2), ("三四", None), ("百十", None), ("3万", 30000)],
)
def test_value_of_a_surface_that_is_known_to_be_a_number(surface, value):
    assert numeral_value(surface) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [("1.20", "1.2"), ("100", "100"), ("0.00", "0"), ("1E+10", "10000000000"), ("0.0000001", "0.0000001")],
)
def test_canonical_has_one_spelling(value, text):
    assert canonical(Decimal(value)) == text


def test_a_serial_number_is_no_quantity():
    assert numerals("1" * 32) == [("1" * 32, "1" * 32)]
    assert numerals("1" * 31 + "亿") == [("1" * 31 + "亿", "1" * 31 + "0" * 8)]
    assert numerals("1" * 33) == []


@pytest.mark.parametrize("piece", ["1", "1,111,", "1.", "一", "十", "一点", "万亿", "1万", "几十", "1,"])
def test_a_long_row_is_read_once_through(piece):
    # Any of these would take hours if the pattern went back over what it has read.
    assert all(len(found) <= 32 for found, _ in numerals(piece * 30_000))


@given(st.integers(min_value=10, max_value=10**16 - 1))
def test_every_number_spelt_out_is_read_back(number):
    assert numerals(spelt(number)) == [(spelt(number), str(number))]


@given(st.text(st.sampled_from("0159.,零〇一二两三十百千万亿点几数分年克 "), max_size=30))
def test_numbers_lie_in_the_text_and_do_not_overlap(text):
    end = 0
    for numeral in find_numerals(text):
        assert end <= numeral.start < numeral.end <= len(text)
        assert numeral.value == numeral_value(text[numeral.start : numeral.end])
        end = numeral.end


def spelt(number: int) -> str:
    """A number as it is taught in school: 10050 is 一万零五十."""
    for unit, worth in (("亿", 10**8), ("万", 10**4), ("千", 1000), ("百", 100), ("十", 10)):
        if number >= worth:
            head, rest = divmod(number, worth)
            gap = "零" if 0 < rest < worth // 10 else ""
            return ("" if number < 20 else spelt(head)) + unit + (gap + spelt(rest) if rest else "")
    return ONES[number]
