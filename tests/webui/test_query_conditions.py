"""Conditions in a query: found, chosen, taken away."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.errors import BadRequest
from indexer.search.filters import Choice, Filter, filters_in
from indexer.search.query import parse
from webui.conditions import clauses, conditions, removable, toggled, with_condition, without


@pytest.mark.parametrize(
    ("query", "found"),
    [
        pytest.param("时间谷", [], id="none"),
        pytest.param("时间谷 日期:2021", [("date", "日期:2021")], id="one"),
        pytest.param("日期：2021 类型：标题", [("date", "日期：2021"), ("kind", "类型：标题")], id="full-width"),
        pytest.param("Date:2021..2023 KIND:title", [("date", "Date:2021..2023"), ("kind", "KIND:title")], id="english"),
        pytest.param("谷 -类型:标题", [("kind", "-类型:标题")], id="excluded"),
        pytest.param('标题:"数字 经济" 谷', [("title", '标题:"数字 经济"')], id="quoted-value"),
        pytest.param("标题:“数字 经济”", [("title", "标题:“数字 经济”")], id="chinese-quotes"),
        pytest.param("日期:2021 日期:2021", [("date", "日期:2021")] * 2, id="twice"),
        pytest.param('"日期:2021"', [], id="inside-quotes"),
        pytest.param('"谷 日期:2021 园"', [], id="inside-a-phrase"),
        pytest.param("(谷 日期:2021 园)", [], id="inside-a-group"),
        pytest.param("(谷 OR 日期:2021) 类型:标题", [("kind", "类型:标题")], id="beside-a-group"),
        pytest.param("谷 OR 日期:2021", [], id="beside-or"),
        pytest.param('"谷 日期:2021', [("date", "日期:2021")], id="quotation-that-never-ends"),
        pytest.param("(谷 日期:2021", [("date", "日期:2021")], id="group-that-never-ends"),
        pytest.param("出生日期:2021", [], id="end-of-a-word"),
        pytest.param("日期: 2021", [], id="no-value"),
        pytest.param("日期:去年", [], id="no-date"),
        pytest.param("比分3:2", [], id="other-colon"),
        pytest.param('园区:"甲 乙"', [("park", '园区:"甲 乙"')], id="name"),
        pytest.param("谷 总投资>=10亿元", [(None, "总投资>=10亿元")], id="quantity"),
        pytest.param("谷 增长 > 20% 日期:2021", [(None, "增长 > 20%"), ("date", "日期:2021")], id="spaced-quantity"),
        pytest.param("占地 500..2000亩", [(None, "占地 500..2000亩")], id="range"),
        pytest.param("超过100亿元的项目", [], id="quantity-with-a-word-behind"),
        pytest.param("“总投资>=10亿元”", [], id="quantity-inside-quotes"),
        pytest.param(
            "总投资>=1亿元 | 日期:2021",
            [(None, "总投资>=1亿元"), ("date", "日期:2021")],
            id="quantity-is-no-alternative",
        ),
    ],
)
def test_conditions_at_the_top_are_found(query, found):
    assert [(getattr(each.filter, "field", None), each.text) for each in conditions(query)] == found


@pytest.mark.parametrize(
    ("query", "condition", "expected"),
    [
        pytest.param("时间谷", "日期:2021", "时间谷 日期:2021", id="added"),
        pytest.param("", "日期:2021", "日期:2021", id="alone"),
        pytest.param("时间谷 date:2020 投资", "日期:2021", "时间谷 投资 日期:2021", id="replaced"),
        pytest.param("时间谷 类型:标题", "日期:2021", "时间谷 类型:标题 日期:2021", id="other-field-stays"),
        pytest.param("时间谷 -日期:2020", "日期:2021", "时间谷 -日期:2020 日期:2021", id="excluded-stays"),
        pytest.param("谷 OR 园", "日期:2021", "谷 OR 园 日期:2021", id="or-binds-closer"),
        pytest.param("谷 OR", "日期:2021", "日期:2021 谷 OR", id="after-an-or-it-would-be-an-alternative"),
        pytest.param("谷" * 250, "日期:2021", None, id="no-room"),
    ],
)
def test_condition_is_chosen(query, condition, expected):
    assert with_condition(query, condition) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("时间谷 日期:2021", "时间谷"),
        ("日期:2021 时间谷", "时间谷"),
        ("时间谷 日期:2021 投资", "时间谷 投资"),
        ("日期:2021", ""),
    ],
)
def test_condition_is_taken_away(query, expected):
    assert without(query, *conditions(query)) == expected


@pytest.mark.parametrize(
    ("query", "found"),
    [
        pytest.param("船山时间谷", ["船山时间谷"], id="one"),
        pytest.param("投资 -规划 “数字 经济”", ["投资", "-规划", "“数字 经济”"], id="words-exclusion-phrase"),
        pytest.param("甲 OR 乙 丙", ["甲 OR 乙", "丙"], id="alternatives-go-together"),
        pytest.param("(甲 乙) 丙", ["(甲 乙)", "丙"], id="group"),
        pytest.param("(甲 OR 乙) 丙", ["(甲 OR 乙)", "丙"], id="group-of-alternatives"),
        pytest.param("谷 日期:2021 OR 日期:2022", ["谷", "日期:2021 OR 日期:2022"], id="choice"),
        pytest.param("-(甲 乙) 丙", ["-(甲 乙)"], id="an-exclusion-cannot-stay-alone"),
    ],
)
def test_clauses_are_what_can_go(query, found):
    assert [clause.text for clause in clauses(query)] == found


@pytest.mark.parametrize(
    ("query", "condition", "expected"),
    [
        pytest.param("谷", "日期:2021", "谷 日期:2021", id="first"),
        pytest.param("谷 日期:2021", "日期:2022", "谷 日期:2021 OR 日期:2022", id="second"),
        pytest.param("日期:2021 谷", "日期:2022", "日期:2021 OR 日期:2022 谷", id="in-its-place"),
        pytest.param("谷 日期:2021 OR 日期:2022", "日期:2023", "谷 日期:2021 OR 日期:2022 OR 日期:2023", id="third"),
        pytest.param("谷 日期:2021 OR 日期:2022", "日期:2021", "谷 日期:2022", id="one-taken-back"),
        pytest.param("谷 日期:2021", "日期:2021", "谷", id="last-taken-back"),
        pytest.param("谷 园区:甲园", '园区:"乙 园"', '谷 园区:甲园 OR 园区:"乙 园"', id="names"),
        pytest.param("谷 -日期:2021", "日期:2022", "谷 -日期:2021 日期:2022", id="excluded-stays"),
        pytest.param("总投资>=1亿元 | 日期:2021", "日期:2021", "总投资>=1亿元 |", id="behind-an-or-that-joins-nothing"),
        pytest.param("谷" * 250, "日期:2021", None, id="no-room"),
    ],
)
def test_condition_is_toggled(query, condition, expected):
    assert toggled(query, condition) == expected


def test_each_alternative_can_go_by_itself():
    assert list(removable("谷 日期:2021 OR 日期:2022")) == [
        ("谷", "日期:2021 OR 日期:2022"),
        ("日期:2021", "谷 日期:2022"),
        ("日期:2022", "谷 日期:2021"),
    ]


PARTS = st.sampled_from(
    [
        *'谷园"“”()（）-:| ',
        " OR ",
        "日期:2020",
        "类型:标题",
        " 标题:",
        "-日期:2020",
        " 总投资>=1亿元 ",
        '园区:"甲 乙"',
        "50亩以上",
    ]
)


@given(st.lists(PARTS, max_size=12).map("".join))
def test_choosing_narrows_and_changes_nothing_else(query):
    try:
        before = parse(query).root.nodes
    except BadRequest:  # blank
        return
    chosen = with_condition(query, "日期:2021")
    if chosen is None:
        return
    condition = next(each for each in conditions(chosen) if each.text == "日期:2021")
    after = list(parse(chosen).root.nodes)
    after.remove(condition.filter)
    assert [node for node in after if not asks_only_for_a_date(node)] == [
        node for node in before if not asks_only_for_a_date(node)
    ]


def asks_only_for_a_date(node):
    return isinstance(node, Filter | Choice) and {each.field for each in filters_in(node)} == {"date"}


@given(st.lists(PARTS, max_size=12).map("".join))
def test_toggling_twice_asks_the_same_again(query):
    try:
        before = parse(query).root.nodes
    except BadRequest:  # blank
        return
    chosen = toggled(query, "日期:2021")
    if chosen is not None and not any(getattr(each, "field", None) == "date" for each in conditions(query)):
        assert parse(toggled(chosen, "日期:2021")).root.nodes == before
