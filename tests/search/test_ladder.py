"""The steps of the ladder: the strictest that finds anything answers, and the better come first on each."""

from __future__ import annotations

import pytest

from indexer.search import ladder
from indexer.search.questions import told

TEXTS = {
    "exact": "昨天，衡阳投资五十亿元建新园区。",
    "near": "投资的人来自衡阳以外的地方。",
    "all": "投资的人很多。他们去了衡阳。",
    "most": "投资额还没有公布，请等一等。",
    "none": "今天有雨，记得带伞出门。",
}


@pytest.fixture
def find(index_of):
    def find(texts, query, **options):
        index = index_of({f"{name}.md": f"---\ntitle: 无题\n---\n\n{text}\n" for name, text in texts.items()})
        results = index.search(query, **options)
        return results, [hit.article.path.removesuffix(".md") for hit in results.hits]

    return find


def without(*names):
    return {name: text for name, text in TEXTS.items() if name not in names}


@pytest.mark.parametrize(
    ("left_out", "rung", "found"),
    [
        ([], "exact", ["exact"]),
        (["exact"], "near", ["near"]),
        (["exact", "near"], "all", ["all"]),
        (["exact", "near", "all"], "most", ["most"]),
        (["exact", "near", "all", "most"], "none", []),
    ],
)
def test_strictest_step_that_finds_anything_answers(find, left_out, rung, found):
    results, names = find(without(*left_out), "衡阳 投资")
    assert (results.rung, names) == (rung, found)


@pytest.mark.parametrize(
    ("rung", "found", "wider"),
    [
        ("exact", ["exact"], "near"),
        ("near", ["exact", "near"], "all"),
        ("all", ["exact", "near", "all"], "most"),
        ("most", ["exact", "near", "all", "most"], None),
    ],
)
def test_wider_step_takes_in_the_stricter_ones_in_their_order(find, rung, found, wider):
    results, names = find(TEXTS, "衡阳 投资", rung=rung)
    assert (results.rung, names, results.wider) == (rung, found, wider)


def test_step_that_finds_nothing_gives_way_to_the_next(find):
    results, names = find(without("exact"), "衡阳 投资", rung="exact")
    assert (results.rung, names) == ("near", ["near"])


def test_wider_skips_steps_that_find_no_more(find):
    results, _ = find(without("near", "all"), "衡阳 投资")
    assert (results.rung, results.wider) == ("exact", "most")


def test_one_term_is_exact_or_in_pieces(find):
    results, names = find(TEXTS, "衡阳投资")
    assert (results.rung, names, results.wider) == ("exact", ["exact"], "most")


def test_order_of_the_terms_is_part_of_exact(find):
    results, names = find(TEXTS, "投资 衡阳")
    assert (results.rung, names[:1]) == ("near", ["near"]) or names[0] in ("exact", "near")
    assert set(names) == {"exact", "near"}


def test_what_was_typed_comes_before_the_same_value(find):
    texts = {"han": "一百亿，一百亿，一百亿元。", "typed": "这个项目的总投资据说是100亿元，要用很多年。"}
    assert find(texts, "100亿")[1] == ["typed", "han"]
    assert find(texts, "一百亿")[1] == ["han", "typed"]
    assert find(texts, "１００亿元")[1] == ["typed", "han"]


def test_string_in_one_piece_comes_before_one_with_signs(find):
    texts = {"signs": "开工的有衡阳，园区的名字没有说。衡阳，园区。", "whole": "很多人来到这个城市看衡阳园区的建设。"}
    assert find(texts, "衡阳园区")[1] == ["whole", "signs"]
    assert find(texts, "衡阳，园区")[1] == ["signs", "whole"]


def test_terms_may_stand_in_the_title(index_of):
    index = index_of(
        {"a.md": "---\ntitle: 衡阳纪事\n---\n\n昨天的投资说过了。\n\n今天的雨很大。\n", "b.md": "投资来了。\n"}
    )
    results = index.search("衡阳 投资")
    assert results.rung == "all"
    assert [hit.passage.text for hit in results.hits] == ["昨天的投资说过了。"]


def test_single_characters_in_common_are_no_match(find):
    results, _ = find({"a": "阳光照在衡山上。"}, "衡阳")
    assert results.rung == "none"


@pytest.mark.parametrize("rung", ["exact", "near", "all", "most"])
def test_exclusion_holds_on_every_step(find, rung):
    _, names = find(TEXTS, "衡阳 投资 -园区", rung=rung)
    assert "exact" not in names


@pytest.mark.parametrize("rung", ["near", "all", "most"])
def test_phrase_holds_on_every_step(find, rung):
    _, names = find(TEXTS, '"投资的人" 衡阳 下雪', rung=rung)
    assert set(names) <= {"near", "all"}


def test_phrase_is_not_relaxed(find):
    results, _ = find(TEXTS, '"衡阳投资的人"')
    assert results.rung == "none"


def test_exclusion_finds_the_value_too(find):
    _, names = find({"han": "投资一百亿元。", "other": "投资五亿元。"}, "投资 -100亿")
    assert names == ["other"]


@pytest.mark.parametrize(
    ("query", "rung", "found"),
    [
        pytest.param("园区 OR 下雪", "near", ["exact"], id="one-of-two"),
        pytest.param("(园区 OR 以外) 衡阳", "near", ["exact", "near"], id="in-one-sentence"),
        pytest.param("(园区 OR 很多) 衡阳", "near", ["exact"], id="sentences-count"),
        pytest.param("很多 (衡阳 OR 下雪)", "all", ["all"], id="in-the-passage"),
        pytest.param("(类型:标题 OR 以外) 衡阳", "near", ["near"], id="condition-or-term"),
        pytest.param("很多 OR 类型:图说", "near", ["all"], id="term-or-condition"),
        pytest.param("(投资 -园区 -人) OR 下雪", "near", ["most"], id="exclusion-in-brackets"),
    ],
)
def test_alternatives(find, query, rung, found):
    results, names = find(TEXTS, query)
    assert (results.rung, sorted(names)) == (rung, sorted(found))


def test_only_a_condition_lists_all_that_satisfy_it(find):
    results, names = find(TEXTS, "类型:正文")
    assert sorted(names) == sorted(TEXTS)
    assert all(not hit.highlights for hit in results.hits)


def test_every_step_is_marked_by_what_stands_there(find):
    marks = {}
    for rung in ("exact", "near", "all", "most"):
        results, _ = find({rung: TEXTS[rung]}, "衡阳 投资")
        (hit,) = results.hits
        marks[results.rung] = [hit.passage.text[start:end] for start, end in hit.highlights]
    assert marks == {"exact": ["衡阳投资"], "near": ["投资", "衡阳"], "all": ["投资", "衡阳"], "most": ["投资"]}


@pytest.mark.parametrize(
    ("question", "left"),
    [
        pytest.param("联通大数据中心总投资是多少？", ["联通大数据中心总投资"], id="how-much"),
        pytest.param("船山时间谷什么时候开园", ["船山时间谷", "开园"], id="when"),
        pytest.param("谁是贾舸", ["是贾舸"], id="who-first"),
        pytest.param("走廊有多长", ["走廊", "长"], id="how-long"),
        pytest.param("衡阳有哪些园区？", ["衡阳", "园区?"], id="which"),
        pytest.param("请问高新区在哪里", ["高新区"], id="where"),
        pytest.param("万魔声学为什么来衡阳", ["万魔声学为", "来衡阳"], id="why"),
        pytest.param("数字经济日是第几届", ["数字经济日是", "届"], id="which-number"),
        pytest.param("時間谷什麼時候開園", ["时间谷", "开园"], id="traditional"),
        pytest.param("什么", ["什么"], id="nothing-else"),
        pytest.param("多少", ["多少"], id="nothing-else-either"),
        pytest.param("张哪吒", ["张哪咤"], id="name"),
        pytest.param("几何中学", ["几何中学"], id="geometry"),
        pytest.param("如东县", ["如东县"], id="place"),
        pytest.param("多多科技", ["多多科技"], id="company"),
        pytest.param("有机农业", ["有机农业"], id="organic"),
        pytest.param("5G+工业互联网", ["5g+工业互联网"], id="latin"),
    ],
)
def test_words_that_ask_are_left_out(question, left):
    assert told(question) == left


def test_question_finds_what_answers_it(find):
    texts = {
        "answer": "联通大数据中心的总投资为5亿元。",
        "asks": "有人问：这是多少？那是多少？总共是多少？",
    }
    assert find(texts, "联通大数据中心总投资是多少？")[1][0] == "answer"


def test_printed_question_is_text_like_any_other(find):
    results, names = find({"asks": "有人问：总投资是多少？", "other": "总投资为5亿元。"}, "总投资是多少")
    assert (results.rung, names) == ("exact", ["asks"])


@pytest.mark.parametrize(
    "query", ["园区 OR 投资", "(园区 OR 投资) -规划", "时间谷", "园区 OR 日期:2021", "， OR 园区", "园区 OR “数字经济”"]
)
def test_alternatives_are_near_wherever_they_stand(shipped, monkeypatch, query):
    """No sentence is looked at where any term will do: it would find the same."""
    quick = shipped.search(query, rung="near", limit=50)
    monkeypatch.setattr(ladder, "_is_one_of_terms", lambda _: False)
    by_sentences = shipped.search(query, rung="near", limit=50)
    assert (quick.total, quick.rung) == (by_sentences.total, by_sentences.rung)
    assert [hit.passage.id for hit in quick.hits] == [hit.passage.id for hit in by_sentences.hits]
