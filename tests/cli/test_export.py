"""What other programs read: JSON, CSV, lines with tabs."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.cli.export import hits_as_csv, hits_as_json_lines, hits_as_tabs, json_line, json_text
from indexer.export import csv_cell
from indexer.search.results import ArticleInfo, Hit, PassageInfo, Results

ARTICLE = ArticleInfo("00000000000a", "题\x1b[2J目", None, "=HYPERLINK(1)", ("张三", "李四"), "a\tb.txt")
HIT = Hit(3.25, ARTICLE, PassageInfo("00000000000a-1", "body", 1, "投资\u202e一百亿\n元"), ((0, 2),))
RESULTS = Results("投资", "含“投资”", "exact", 1, 1.0, (HIT,))


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        pytest.param("=1+2", "'=1+2", id="formula"),
        pytest.param("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0", id="plus"),
        pytest.param("@SUM(A1)", "'@SUM(A1)", id="at"),
        pytest.param("-规划", "'-规划", id="minus-and-text"),
        pytest.param("＝1", "'＝1", id="full-width"),
        pytest.param("\t=1", "' =1", id="tab"),
        pytest.param("\r=1", "' =1", id="carriage-return"),
        pytest.param("-5%", "-5%", id="negative-percentage"),
        pytest.param("+1,024.5", "+1,024.5", id="signed-number"),
        pytest.param("-1+1", "'-1+1", id="sum"),
        pytest.param("2021-10", "2021-10", id="date"),
        pytest.param("投资=1", "投资=1", id="sign-inside"),
        pytest.param("", "", id="empty"),
    ],
)
def test_cells_are_never_formulas(value, cell):
    assert csv_cell(value) == cell


def test_table_has_header_windows_lines_and_bom_on_wish():
    table = hits_as_csv(RESULTS)
    assert table == (
        "score,date,title,article,passage,kind,source,authors,path,text\r\n"
        "3.2500,,题␛[2J目,00000000000a,00000000000a-1,body,'=HYPERLINK(1),张三、李四,a b.txt,投资一百亿 元\r\n"
    )
    assert hits_as_csv(RESULTS, bom=True) == "\ufeff" + table


def test_lines_have_five_fields_and_no_controls():
    assert list(hits_as_tabs(RESULTS)) == ["3.2500\t\t题␛[2J目\t00000000000a-1\t投资一百亿 元"]


def test_lines_mark_matches_in_colour_when_asked():
    assert next(iter(hits_as_tabs(RESULTS, colour=True))).endswith("\t\x1b[1;31m投资\x1b[0m一百亿 元")


def test_json_lines_are_the_hits_of_the_document():
    assert [json.loads(line) for line in hits_as_json_lines(RESULTS.hits)] == RESULTS.to_json()["hits"]


def test_json_leaves_chinese_and_escapes_what_steers_a_terminal():
    assert json_line({"字": "雁\u202e\x9b\x1b\ud800"}) == '{"字": "雁\\u202e\\u009b\\u001b\\ud800"}'
    assert json_text({"字": "雁"}) == '{\n  "字": "雁"\n}'


@given(
    st.recursive(
        st.text() | st.integers() | st.none(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_json_says_the_same_after_escaping(value):
    text = json_text(value)
    assert json.loads(text) == value
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", text)
