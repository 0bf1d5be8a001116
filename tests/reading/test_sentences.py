"""Where sentences end and how halves go together."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.reading.sentences import dangles, glue, is_open, split_long


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("港口昨日开工。", False),
        ("港口何时开工？", False),
        ("“港口开工了。”", False),
        ("港口开工。（林晓）", False),
        ("项目包括：", False),
        ("还有很多……", False),
        ("The port opened.", False),
        ("港口昨日开", True),
        ("港口、新区、", True),
        ("被称为“北方门户”", True),
        ("投资达到42.", True),
        ("", False),
    ],
)
def test_open_means_the_sentence_goes_on(text, expected):
    assert is_open(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("城市发展的", True),
        ("港口，", True),
        ("签约“智慧", True),
        ("《港口管理", True),
        ("港口开工", False),
        ("的", False),
    ],
)
def test_dangling_text_cannot_be_whole(text, expected):
    assert dangles(text) is expected


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        pytest.param(["货运中", "心"], "货运中心", id="han"),
        pytest.param(["建成5", "G基站"], "建成5G基站", id="digit-and-letter"),
        pytest.param(["投资1", "84.3亿元"], "投资184.3亿元", id="number"),
        pytest.param(["the port", "of Jiang"], "the port of Jiang", id="latin-words"),
        pytest.param(["in the year", "2025 it opened"], "in the year 2025 it opened", id="latin-and-number"),
        pytest.param(["in 2021", "30 ships"], "in 2021 30 ships", id="two-numbers-in-english"),
        pytest.param(["引进ERP", "系统"], "引进ERP系统", id="latin-and-han"),
        pytest.param(["well-", "known"], "well-known", id="hyphen"),
        pytest.param(["甲", "乙", "丙"], "甲乙丙", id="three"),
    ],
)
def test_halves_are_glued_as_printed(pieces, expected):
    assert glue(pieces) == expected


def test_long_text_is_cut_at_sentence_ends():
    text = "港口昨日开工。“好！”他说。" * 10
    parts = split_long(text, 30)
    assert "".join(parts) == text
    assert all(len(part) <= 30 and part[-1] in "。”" for part in parts)


def test_a_sentence_without_end_is_cut_at_a_comma_or_the_limit():
    assert [len(part) for part in split_long("港" * 25, 10)] == [10, 10, 5]
    assert split_long("港口港口港口，港口港口港口港口", 10) == ["港口港口港口，", "港口港口港口港口"]


def test_a_closing_quote_stays_with_its_sentence():
    assert split_long("他说：“港口开工了。”随后剪彩。", 9)[0] != "他说：“港口开工了。"


@given(st.text(alphabet="港口开工，。！”“ a.1", max_size=300), st.integers(2, 40))
def test_parts_give_the_text_back(text, limit):
    parts = split_long(text, limit)
    assert "".join(parts) == text
    assert all(len(part) <= limit for part in parts)
