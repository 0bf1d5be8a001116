"""Widths, line breaks, colours, and what of a text may reach a terminal."""

from __future__ import annotations

import io
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wcwidth import wcswidth

from indexer.cli.terminal import clean, columns_of, cut_at, pad, styled, wants_colour, wrap

CLOSING = "，。、；：？！”’）》」】"
TEXT = st.text("雁城数字经济走廊，。“”（）《》 \u3000aZ0-9.%·…—", max_size=120)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def lines(text, columns, ambiguous=1):
    return [text[start:end] for start, end in wrap(text, columns, ambiguous)]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("雁城 100亿", "雁城 100亿", id="ordinary"),
        pytest.param("甲\x1b[31m乙", "甲␛[31m乙", id="escape-sequence"),
        pytest.param("甲\x9b31m乙\x07", "甲�31m乙␇", id="c1-control-and-bell"),
        pytest.param("100\u202e元\u2066万", "100元万", id="writing-direction"),
        pytest.param("第一行\r\n第二\t行\u2028", "第一行  第二 行 ", id="line-ends-and-tabs"),
        pytest.param("雁\u200b城\ufeff", "雁城", id="invisible"),
        pytest.param("　缩进", "　缩进", id="ideographic-space-stays"),
        pytest.param("\ud800", "\ufffd", id="lone-surrogate"),
        pytest.param("\x7f", "␡", id="delete"),
    ],
)
def test_clean_leaves_nothing_that_steers_a_terminal(text, shown):
    assert clean(text) == shown


@given(st.text())
def test_clean_text_is_one_line_of_characters_one_can_see(text):
    assert not {unicodedata.category(char) for char in clean(text)} & {"Cc", "Cf", "Cs", "Zl", "Zp"}


@pytest.mark.parametrize(
    ("text", "ambiguous", "columns"),
    [
        pytest.param("abc", 1, 3, id="latin"),
        pytest.param("雁城", 1, 4, id="han"),
        pytest.param("（，。）", 1, 8, id="full-width-punctuation"),
        pytest.param("“专精特新”", 1, 10, id="quotes-of-one-column"),
        pytest.param("“专精特新”", 2, 12, id="quotes-of-two-columns"),
        pytest.param("e\u0301", 1, 1, id="combining-mark"),
        pytest.param("𠮷", 1, 2, id="beyond-the-basic-plane"),
        pytest.param("", 1, 0, id="empty"),
    ],
)
def test_columns_are_those_of_a_terminal(text, ambiguous, columns):
    assert columns_of(text, ambiguous) == columns


def test_columns_agree_with_wcwidth_on_the_corpus():
    for path in sorted((Path(__file__).parent.parent.parent / "corpus").rglob("*.md")):
        for line in path.read_text("utf-8-sig").splitlines():
            assert columns_of(line) == wcswidth(line)


def test_padding_counts_columns():
    assert pad("索引", 6) == "索引  "


@pytest.mark.parametrize(
    ("text", "columns", "expected"),
    [
        pytest.param("数字经济走廊", 8, ["数字经济", "走廊"], id="anywhere-in-chinese"),
        pytest.param("数字经济，走廊", 8, ["数字经", "济，走廊"], id="no-comma-at-the-start"),
        pytest.param("数字经“济”", 8, ["数字经", "“济”"], id="no-opening-quote-at-the-end"),
        pytest.param("走廊 Node.js 很长", 8, ["走廊", "Node.js", "很长"], id="latin-words-stay-whole"),
        pytest.param("abcdefghij", 4, ["abcd", "efgh", "ij"], id="a-word-longer-than-a-line"),
        pytest.param("数字", 1, ["数", "字"], id="narrower-than-a-character"),
        pytest.param("  数字  ", 20, ["数字"], id="no-space-at-the-ends"),
        pytest.param("", 20, [], id="empty"),
    ],
)
def test_lines_break_as_chinese_is_set(text, columns, expected):
    assert lines(text, columns) == expected


@given(TEXT, st.integers(8, 40), st.sampled_from([1, 2]))
def test_lines_fit_and_lose_nothing_but_spaces(text, columns, ambiguous):
    made = lines(text, columns, ambiguous)
    assert all(columns_of(line, ambiguous) <= columns for line in made)
    assert "".join("".join(made).split()) == "".join(text.split())


@given(st.text("数字经济", min_size=2, max_size=8), st.sampled_from(CLOSING))
def test_closing_marks_stay_with_what_they_close(text, mark):
    assert all(line[0] != mark for line in lines(f"{text}{mark}" * 5, 10))


@pytest.mark.parametrize(
    ("stream", "choice", "environment", "wanted"),
    [
        pytest.param(Terminal(), "auto", {"TERM": "xterm"}, True, id="terminal"),
        pytest.param(io.StringIO(), "auto", {"TERM": "xterm"}, False, id="pipe"),
        pytest.param(Terminal(), "auto", {"TERM": "dumb"}, False, id="dumb-terminal"),
        pytest.param(Terminal(), "auto", {"NO_COLOR": "1"}, False, id="no-color"),
        pytest.param(Terminal(), "auto", {"NO_COLOR": ""}, True, id="empty-no-color"),
        pytest.param(io.StringIO(), "auto", {"FORCE_COLOR": "1"}, True, id="force-color"),
        pytest.param(io.StringIO(), "auto", {"FORCE_COLOR": "0"}, False, id="force-color-off"),
        pytest.param(io.StringIO(), "auto", {"CLICOLOR_FORCE": "1"}, True, id="clicolor-force"),
        pytest.param(Terminal(), "auto", {"NO_COLOR": "1", "FORCE_COLOR": "1"}, False, id="no-color-wins"),
        pytest.param(io.StringIO(), "always", {"NO_COLOR": "1"}, True, id="asked-for"),
        pytest.param(Terminal(), "never", {"FORCE_COLOR": "1"}, False, id="asked-not-to"),
    ],
)
def test_colours_follow_choice_then_environment_then_terminal(stream, choice, environment, wanted):
    assert wants_colour(stream, choice, environment) is wanted


def test_styles_end_where_they_began():
    assert styled("园", "match", True) == "\x1b[1;31m园\x1b[0m"
    assert styled("园", "match", False) == "园"
    assert styled("", "match", True) == ""


@pytest.mark.parametrize(
    ("spans", "pieces"),
    [
        pytest.param((), [("甲乙丙", False)], id="none"),
        pytest.param(((1, 2),), [("甲", False), ("乙", True), ("丙", False)], id="middle"),
        pytest.param(((0, 1), (2, 3)), [("甲", True), ("乙", False), ("丙", True)], id="both-ends"),
    ],
)
def test_text_is_cut_at_its_marks(spans, pieces):
    assert cut_at("甲乙丙", spans) == pieces
