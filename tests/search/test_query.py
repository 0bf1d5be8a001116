"""The query language: what is typed becomes which tree, in whatever width, and nothing is an error."""

from __future__ import annotations

from contextlib import nullcontext, suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.errors import BadRequest
from indexer.search.filters import Choice, Filter
from indexer.search.quantities import Quantity
from indexer.search.query import MAX_DEPTH, MAX_LENGTH, MAX_TERMS, And, Not, Or, Term, parse


def show(node):
    """A tree as text: ``[a b]`` And, ``{a|b}`` Or, ``-a`` Not, ``'a'`` an exact phrase, ``<field value>`` a condition."""
    if isinstance(node, Term):
        return f"'{node.text}'" if node.exact else node.text
    if isinstance(node, Filter):
        return f"<{node.field} {node.low}-{node.high}>" if node.field == "date" else f"<{node.field} {node.value}>"
    if isinstance(node, Quantity):
        return f"<{node.shown}>"
    if isinstance(node, Not):
        return "-" + show(node.node)
    if isinstance(node, Choice):
        return "<" + "|".join(show(each) for each in node.filters) + ">"
    parts = [show(child) for child in node.nodes]
    return "{" + "|".join(parts) + "}" if isinstance(node, Or) else "[" + " ".join(parts) + "]"


def read(text):
    return show(parse(text).root)[1:-1]


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        pytest.param("船山时间谷", "船山时间谷", id="one-word"),
        pytest.param("船山时间谷 投资", "船山时间谷 投资", id="two-words"),
        pytest.param("  船山\u3000\t时间谷\n", "船山 时间谷", id="any-white-space"),
        pytest.param('"数字经济" 走廊', "'数字经济' 走廊", id="phrase"),
        pytest.param("“数字经济”", "'数字经济'", id="chinese-quotes"),
        pytest.param("「数字 经济」『走廊』", "「数字 经济」『走廊』", id="corner-quotes-touching-are-text"),
        pytest.param("「数字 经济」 『走廊』", "'数字 经济' '走廊'", id="corner-quotes"),
        pytest.param("＂数字经济＂", "'数字经济'", id="full-width-quotes"),
        pytest.param("赋“码”保护", "赋“码”保护", id="quotes-inside-a-word"),
        pytest.param("“码”保护", "“码”保护", id="quotes-at-the-start-of-a-word"),
        pytest.param('"数字经济', '"数字经济', id="quote-never-closed"),
        pytest.param('""', '""', id="nothing-in-quotes"),
        pytest.param("投资 -规划", "投资 -规划", id="exclusion"),
        pytest.param("投资 －规划 −草案", "投资 -规划 -草案", id="full-width-minus"),
        pytest.param('投资 -"总体 规划"', "投资 -'总体 规划'", id="excluded-phrase"),
        pytest.param("投资 -(规划 草案)", "投资 -[规划 草案]", id="excluded-group"),
        pytest.param("39117-2020", "39117-2020", id="minus-inside-a-word"),
        pytest.param("投资 - 规划", "投资 - 规划", id="minus-alone-is-text"),
        pytest.param("投资 --规划", "投资 --规划", id="two-minuses-are-text"),
        pytest.param("甲 OR 乙", "{甲|乙}", id="or"),
        pytest.param("甲 | 乙 ｜ 丙", "{甲|乙|丙}", id="bars"),
        pytest.param("甲 || 乙", "{甲|乙}", id="double-bar"),
        pytest.param("甲 或 乙", "{甲|乙}", id="huo"),
        pytest.param("甲或乙", "甲或乙", id="huo-inside-a-word"),
        pytest.param("ORACLE or 甲", "ORACLE or 甲", id="small-or-is-text"),
        pytest.param("甲 乙 OR 丙 丁", "甲 {乙|丙} 丁", id="or-binds-closer"),
        pytest.param("-甲 OR 乙 丙", "-{甲|乙} 丙", id="excluded-alternatives"),
        pytest.param("甲 OR -乙", "甲 -乙", id="exclusion-is-no-alternative"),
        pytest.param("OR 甲", "OR 甲", id="or-at-the-start-is-text"),
        pytest.param("甲 OR", "甲 OR", id="or-at-the-end-is-text"),
        pytest.param("(甲 OR 乙) 丙", "{甲|乙} 丙", id="group"),
        pytest.param("（甲 乙） OR 丙", "{[甲 乙]|丙}", id="full-width-group"),
        pytest.param("((甲 OR (乙 丙)))", "{甲|[乙 丙]}", id="nested"),
        pytest.param("万魔声学(湖南)公司", "万魔声学(湖南)公司", id="brackets-inside-a-word"),
        pytest.param("（湖南）公司", "（湖南）公司", id="brackets-at-the-start-of-a-word"),
        pytest.param("公司（湖南）", "公司（湖南）", id="brackets-at-the-end-of-a-word"),
        pytest.param("(甲 乙", "(甲 乙", id="never-closed"),
        pytest.param("甲) 乙", "甲 乙", id="closes-nothing"),
        pytest.param("() 甲", "甲", id="nothing-in-brackets"),
        pytest.param("类型:图说 走廊", "<kind caption> 走廊", id="kind"),
        pytest.param("類型：圖片", "類型：圖片", id="traditional-field-is-text"),
        pytest.param("KIND:Body", "<kind body>", id="english-in-capitals"),
        pytest.param("标题：走廊", "<title 走廊>", id="full-width-colon"),
        pytest.param('title:"数字 经济"', "<title 数字 经济>", id="quoted-value"),
        pytest.param("标题:“数字 经济” 走廊", "<title 数字 经济> 走廊", id="chinese-quoted-value"),
        pytest.param("作者:叶知秋", "<author 叶知秋>", id="author"),
        pytest.param("记者：叶知秋", "<author 叶知秋>", id="reporter"),
        pytest.param("园区:高新区 项目:走廊", "<park 高新区> <project 走廊>", id="park-and-project"),
        pytest.param("企业:联通 org:联通", "<organization 联通> <organization 联通>", id="organization"),
        pytest.param("人物:贾舸 地区:衡阳", "<person 贾舸> <place 衡阳>", id="person-and-place"),
        pytest.param("走廊 -类型:标题", "走廊 -<kind title>", id="excluded-condition"),
        pytest.param("(类型:图说 OR 类型:标题) 走廊", "<<kind caption>|<kind title>> 走廊", id="alternative-conditions"),
        pytest.param("标题: 走廊", "标题: 走廊", id="no-value-behind-the-colon"),
        pytest.param("比例:3", "比例:3", id="no-field"),
        pytest.param("12:30", "12:30", id="time-of-day"),
        pytest.param("https://example.org/a", "https://example.org/a", id="address"),
        pytest.param("C++ 与 C#", "C++ 与 C#", id="signs"),
        pytest.param("甲\x00乙", "甲 乙", id="nul"),
        pytest.param("，。！", "，。！", id="signs-only"),
    ],
)  # fmt: skip
def test_query_is_read(text, tree):
    assert read(text) == tree


@pytest.mark.parametrize(
    ("value", "low", "high"),
    [
        ("2021", 20210000, 20219999),
        ("2021年", 20210000, 20219999),
        ("２０２１", 20210000, 20219999),
        ("2021-10", 20211000, 20211099),
        ("2021.10", 20211000, 20211099),
        ("2021/1", 20210100, 20210199),
        ("2021年1月", 20210100, 20210199),
        ("202110", 20211000, 20211099),
        ("2021-10-06", 20211006, 20211006),
        ("2021年10月6日", 20211006, 20211006),
        ("20211006", 20211006, 20211006),
        ("2021..2023", 20210000, 20239999),
        ("2021-10..2022-03", 20211000, 20220399),
        ("2021…2023", 20210000, 20239999),
        ("2021至2023", 20210000, 20239999),
        ("2021年至2023年", 20210000, 20239999),
        ("2021~2023", 20210000, 20239999),
        ("2021—2023", 20210000, 20239999),
        ("2021－2023", 20210000, 20239999),
        ("2021-2023", 20210000, 20239999),
        ("..2021", 0, 20219999),
        ("2021..", 20210000, 99999999),
    ],
)
def test_dates_are_read(value, low, high):
    assert read(f"日期:{value}") == f"<date {low}-{high}>"


@pytest.mark.parametrize(
    "text",
    ["日期:昨天", "日期:2023..2021", "日期:2021..2022..2023", "日期:2021-13", "日期:2021-10-32", "日期:..", "日期:1", "类型:社论"],
)  # fmt: skip
def test_unreadable_condition_is_searched_as_text_and_noted(text):
    query = parse(text)
    assert show(query.root) == f"[{text}]"
    assert query.notes == (f"“{text}”不能读作条件，已按文字检索。",)


@pytest.mark.parametrize("text", ["-规划", "-规划 -草案", "－（甲 乙）", "-甲 OR 乙"])
def test_nothing_but_exclusions_is_searched_as_text_and_noted(text):
    query = parse(text)
    assert query.root == And((Term(text),))
    assert query.notes == ("只有排除条件，已按原文检索。",)


def test_alternative_exclusion_is_noted():
    assert len(parse("甲 OR -乙").notes) == 1


def test_too_deep_brackets_are_noted():
    deep = "(" * (MAX_DEPTH + 2) + "甲" + ")" * (MAX_DEPTH + 2)
    assert parse(f"乙 {deep}").notes
    assert read("(" * MAX_DEPTH + "甲" + ")" * MAX_DEPTH) == "甲"


@pytest.mark.parametrize("text", ["", "   ", "\u3000\n", "\x00"])
def test_empty_query_is_refused(text):
    with pytest.raises(BadRequest, match="请输入"):
        parse(text)


def test_too_long_query_is_refused():
    parse("中" * MAX_LENGTH)
    with pytest.raises(BadRequest, match=f"最多 {MAX_LENGTH} 个"):
        parse("中" * (MAX_LENGTH + 1))


def test_too_many_terms_are_refused():
    parse(" ".join("甲" * MAX_TERMS))
    with pytest.raises(BadRequest, match=f"{MAX_TERMS + 1} 个词，最多 {MAX_TERMS} 个"):
        parse(" ".join("甲" * (MAX_TERMS + 1)))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("衡州大道 总投资>=100亿元", "衡州大道 <总投资 ≥ 100亿元>", id="sign"),
        pytest.param("总投资≥100亿", "<总投资 ≥ 100亿元>", id="yuan-understood"),
        pytest.param('"总投资>=100亿元"', "'总投资>=100亿元'", id="quoted-is-text"),
        pytest.param("增长20%以上的园区", "园区 <增长 ≥ 20%>", id="words-behind-are-text"),
    ],
)
def test_quantities_are_taken_out(text, shown):
    assert read(text) == shown


PIECES = st.sampled_from(
    ["甲", "投资", "100亿", "5G", " ", " ", "-", "－", "OR", "或", "|", "(", ")", "（", "）", '"', "“", "”", "「", "」", "标题:",
     "日期：", "2021", "..", "类型:", "图说", "园区:", ">=", "<", "％", "超过", "以上", "的", "，", "★", "\x00", "\ud800", "\u200b", "𠮷",
     "C++", "?", "什么", "*", "~9", "\\"]
)  # fmt: skip
ANYTHING = st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=30).map("".join))


@given(ANYTHING)
def test_any_input_is_read_or_refused(text):
    typed = " ".join(text.replace("\x00", " ").split())
    refused = not typed or len(typed) > MAX_LENGTH or len(typed.split()) > MAX_TERMS
    with suppress(BadRequest) if refused else nullcontext():
        query = parse(text)
        assert query.root.nodes
        assert query.text == typed
