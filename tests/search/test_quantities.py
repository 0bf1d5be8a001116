"""Quantity conditions: how they are read, and which figures satisfy them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.search.quantities import find_conditions
from indexer.search.query import Term, parse


def read(text):
    return [(text[start:end].strip(), one.shown, rest) for start, end, one, rest in find_conditions(text)]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("总投资>=100亿元", "总投资 ≥ 100亿元", id="greater-or-equal"),
        pytest.param("总投资≥１００亿元", "总投资 ≥ 100亿元", id="full-width"),
        pytest.param("总投资>=100亿", "总投资 ≥ 100亿元", id="unit-from-the-metric"),
        pytest.param("增长 > 20%", "增长 > 20%", id="spaces-round-the-sign"),
        pytest.param("增长>20", "增长 > 20%", id="per-cent-from-the-metric"),
        pytest.param("占地 500..2000亩", "占地 500亩 至 2000亩", id="range"),
        pytest.param("占地100亩..20公顷", "占地 100亩 至 20公顷", id="range-of-two-units"),
        pytest.param("产值 50亿以上", "产值 ≥ 50亿元", id="words-behind"),
        pytest.param("投资 不低于 3亿元", "投资 ≥ 3亿元", id="words-before"),
        pytest.param("同比增长20%以上", "同比增长 ≥ 20%", id="metric-close-to-the-number"),
        pytest.param("入驻企业<30家", "入驻企业 < 30家", id="count"),
        pytest.param("产值=53.56亿元", "产值 = 53.56亿元", id="equal"),
    ],
)
def test_conditions_are_read_as_meant(text, shown):
    assert read(text) == [(text, shown, "")]


def test_what_follows_an_amount_is_searched_as_text():
    assert read("超过100亿元的项目") == [("超过100亿元的项目", "数字 > 100亿元", "项目")]
    assert Term("项目") in parse("超过100亿元的项目").root.nodes


@pytest.mark.parametrize(
    "text",
    [
        "100亿元",
        "5至8亿元",
        "2021..2023",
        "日期:2021..2023",
        "C>5",
        "a=b",
        "GB/T 39117-2020",
        "总投资>=",
        ">=100亿x<",
        "增长>慢",
    ],
)
def test_what_is_no_condition_stays_text(text):
    assert read(text) == []


def test_conditions_in_quotation_marks_are_text():
    assert parse('"总投资>=100亿元"').root.nodes == (Term("总投资>=100亿元", exact=True),)


def test_bounds_leave_out_what_they_exclude():
    (_, _, above, _), (_, _, below, _) = [next(find_conditions(text)) for text in ("投资>1元", "投资<1元")]
    assert above.low == math.nextafter(1, 2)
    assert above.high == math.inf
    assert below.high == math.nextafter(1, 0)
    assert below.low == -math.inf


@given(st.text(st.sampled_from('总投资增长占地产值0123456789.,亿万元亩%家><=≥..以上超过的项目 “"(-'), max_size=40))
def test_no_input_crashes_the_reading(text):
    for start, end, condition, _ in find_conditions(text):
        assert 0 <= start < end <= len(text)
        assert condition.low <= condition.high


TEXTS = {
    "a.txt": "# 甲城的账本\n\n2022年，甲城云谷产业园总投资120亿元，占地1500亩。乙城的星河物流园投资近100亿元，占地100公顷。\n",
    "b.txt": "# 乙城的账本\n\n丙城的月湖软件园总投资超100亿元，入驻企业30余家，产值同比增长约20%。力争明年产值突破80亿元。\n",
}


@pytest.mark.parametrize(
    ("query", "surfaces"),
    [
        pytest.param("投资>=100亿元", {"120亿元", "超100亿元"}, id="近-is-less-and-超-is-more"),
        pytest.param("投资<100亿元", {"近100亿元"}, id="近-is-below"),
        pytest.param("投资<=120亿元", {"120亿元", "近100亿元"}, id="超-has-no-upper-end"),
        pytest.param("占地>=1500亩", {"1500亩", "100公顷"}, id="areas-compare"),
        pytest.param("占地 50公顷..100公顷", {"100公顷"}, id="1500亩-is-100公顷-too"),
        pytest.param("企业>=30家", {"30余家"}, id="余-is-more"),
        pytest.param("增长>=20%", {"约20%"}, id="约-is-the-number"),
        pytest.param("产值>1亿元", {"突破80亿元"}, id="targets-are-figures-too"),
    ],
)
def test_figures_satisfy_a_condition_by_all_they_can_be(index_of, query, surfaces):
    index = index_of(TEXTS)
    found = {figure.surface for figure in index.figures(query).figures}
    if query.startswith("占地 50公顷"):
        # 1500亩 are exactly 100公顷.
        surfaces = surfaces | {"1500亩"}
    assert found == surfaces
    assert index.search(query).total >= 1


def test_the_figures_that_satisfy_are_marked(index_of):
    hit = index_of(TEXTS).search("占地>=1500亩").hits[0]
    assert [hit.passage.text[start:end] for start, end in hit.highlights] == ["1500亩", "100公顷"]


def test_a_natural_condition_finds_its_own_words_too(index_of):
    index = index_of({"c.txt": "# 规定\n\n本办法所称大户，是指产值50亿以上的企业。\n"})
    assert index.search("产值50亿以上").hits[0].passage.text.startswith("本办法")
