"""Other spellings: by sound, by shape, by pinyin; offered always, used only when nothing else is found."""

from __future__ import annotations

import pytest

TEXTS = [
    "船山时间谷今天开园，船山时间谷是一座钟表产业园。",
    "衡阳智造谷的机器人动起来了，衡阳的工厂多了。",
    "重庆来的客商说，重庆也在建园。",
    "贾舸是联通大数据中心的负责人。",
    "绿色工厂和旅游景点都在名单上。",
    "Whole words: GitHub and Python.",
]


@pytest.fixture(scope="module")
def index(index_of):
    return index_of({f"{n}.md": f"---\ntitle: 无题\n---\n\n{text}\n" for n, text in enumerate(TEXTS)})


def first_text(results):
    return results.hits[0].passage.text if results.hits else None


@pytest.mark.parametrize(
    ("query", "spelling", "text"),
    [
        pytest.param("甲舸", "贾舸", TEXTS[3], id="homophone"),
        pytest.param("假哥", "贾舸", TEXTS[3], id="all-homophones"),
        pytest.param("穿衫实践古", "船山时间谷", TEXTS[0], id="long-all-homophones"),
        pytest.param("冲庆", "重庆", TEXTS[2], id="second-reading-of-a-character"),
        pytest.param("贾歌", "贾舸", TEXTS[3], id="character-not-in-the-corpus"),
        pytest.param("賈歌", "贾舸", TEXTS[3], id="traditional"),
    ],
)
def test_name_that_stands_nowhere_is_corrected_and_told(index, query, spelling, text):
    results = index.search(query)
    assert first_text(results) == text
    assert results.corrected == spelling
    assert results.suggestions[0] == spelling
    assert results.notes == (f"没有找到“{query}”，以下是“{spelling}”的结果。",)
    assert spelling in results.interpreted
    hit = results.hits[0]
    assert {hit.passage.text[start:end] for start, end in hit.highlights} == {spelling}


@pytest.mark.parametrize(
    ("query", "spelling"),
    [
        pytest.param("船山时间股", "船山时间谷", id="last-character-by-sound"),
        pytest.param("船山世间谷", "船山时间谷", id="fuzzy-sound"),
        pytest.param("船山空间谷", "船山时间谷", id="another-character"),
        pytest.param("船山时谷", "船山时间谷", id="one-missing"),
        pytest.param("船山的时间谷", "船山时间谷", id="one-too-many"),
        pytest.param("传山时间谷", "船山时间谷", id="first-character"),
    ],
)
def test_spelling_is_offered_where_parts_are_found(index, query, spelling):
    results = index.search(query)
    assert results.rung == "most"
    assert results.corrected is None
    assert results.suggestions[0] == spelling
    assert results.notes == ()


@pytest.mark.parametrize("query", ["船山时间谷", "钟表产业", "间谷今", "GitHub", "重庆 船山"])
def test_what_stands_in_the_corpus_is_neither_corrected_nor_offered_otherwise(index, query):
    results = index.search(query)
    assert results.suggestions == ()
    assert results.corrected is None


@pytest.mark.parametrize("query", ["火星撞地球", "张三丰", "龘", "zzzz", "qqq", "？"])
def test_what_is_like_nothing_is_not_corrected(index, query):
    results = index.search(query)
    assert results.suggestions == ()
    assert results.corrected is None


def test_only_the_wrong_term_is_replaced(index):
    results = index.search("假哥 负责人")
    assert results.suggestions[0] == "贾舸 负责人"


def test_corrected_term_keeps_the_rest_of_the_query(index):
    results = index.search("假哥 类型:正文")
    assert results.corrected == "贾舸 类型:正文"
    assert first_text(results) == TEXTS[3]
    assert index.search("假哥 类型:图说").total == 0


def test_question_is_no_misspelt_name(index):
    assert index.search("绿色工厂是什么").suggestions == ()


@pytest.mark.parametrize(
    ("letters", "text", "marked"),
    [
        pytest.param("chuanshanshijiangu", TEXTS[0], "船山时间谷", id="full"),
        pytest.param("ChuanShan ShiJianGu", TEXTS[0], "船山时间谷", id="in-words"),
        pytest.param("ｃｈｕａｎｓｈａｎ", TEXTS[0], "船山", id="full-width"),
        pytest.param("chongqing", TEXTS[2], "重庆", id="heteronym"),
        pytest.param("jiage", TEXTS[3], "贾舸", id="heteronym-as-surname"),
        pytest.param("lvsegongchang", TEXTS[4], "绿色工厂", id="v-for-ü"),
        pytest.param("lüsegongchang", TEXTS[4], "绿色工厂", id="ü"),
        pytest.param("csssjg", None, None, id="wrong-initials"),
        pytest.param("cssjg", TEXTS[0], "船山时间谷", id="initials"),
        pytest.param("hyzzg", TEXTS[1], "衡阳智造谷", id="initials-of-a-name"),
    ],
)
def test_pinyin_of_a_name_finds_the_name(index, letters, text, marked):
    results = index.search(letters)
    assert first_text(results) == text
    if text is not None:
        hit = results.hits[0]
        assert marked in {hit.passage.text[start:end] for start, end in hit.highlights}
        assert "已按拼音查找" in results.notes[0]


def test_letters_that_stand_in_the_corpus_are_no_pinyin(index):
    results = index.search("python")
    assert (results.rung, results.notes) == ("exact", ())


def test_pinyin_beside_other_terms(index):
    results = index.search("chongqing 客商")
    assert results.rung == "near"
    assert first_text(results) == TEXTS[2]


def test_deleted_texts_spell_nothing(tmp_path, update, write_files):
    from indexer.search.engine import open_index

    write_files(tmp_path / "c", {"a.md": TEXTS[3] + "\n", **{f"{n}.md": TEXTS[1] + "\n" for n in range(9)}})
    update([tmp_path / "c"], tmp_path / "i")
    with open_index(tmp_path / "i") as index:
        assert index.search("假哥").corrected == "贾舸"
        assert [each.text for each in index.suggest("负责")]
        (tmp_path / "c" / "a.md").unlink()
        update([tmp_path / "c"], tmp_path / "i")
        assert index.search("假哥").total == 0
        assert index.search("假哥").suggestions == ()
        assert index.suggest("负责") == ()
        assert index.suggest("jiage") == ()


# -- completions -------------------------------------------------------------------------------------------------------


def texts(suggestions):
    return [each.text for each in suggestions]


def test_completions_are_words_of_the_corpus(index):
    assert "旅游" in texts(index.suggest("旅"))
    assert all(each.text.startswith("旅") for each in index.suggest("旅"))


def test_completions_come_by_frequency(shipped):
    counts = [each.count for each in shipped.suggest("数") if each.kind is None]
    assert counts == sorted(counts, reverse=True)
    assert len(counts) >= 2


def test_completion_finds_something(shipped):
    for prefix in "衡产数园投":
        for each in shipped.suggest(prefix):
            assert shipped.search(f'"{each.text}"').rung == "exact", each


def test_titles_complete_from_anywhere_in_them(shipped):
    assert "23公里走廊，860家企业" in texts(shipped.suggest("860家"))


def test_traditional_and_full_width_prefixes_complete(index):
    assert texts(index.suggest("綠")) == texts(index.suggest("绿")) != []


@pytest.mark.parametrize("prefix", ["", "  ", "，", "a" * 256, "\ud800", "(", '"'])
def test_odd_prefixes_complete_nothing(index, prefix):
    assert index.suggest(prefix) == ()


def test_a_name_typed_a_syllable_at_a_time_is_one_name(index_of):
    index = index_of({"a.md": "# 人物\n\n谭爱平说，爱平路修好了。\n"})
    results = index.search("tan aiping")
    assert results.rung == "exact"
    assert results.notes == ("没有“tan aiping”，已按拼音查找“谭爱平”。",)


def test_common_readings_come_before_rare_ones(index_of):
    # 万 is also read mo, and 家 gu, in names and old books.
    index = index_of({"a.md": "# 菜价\n\n蘑菇涨价，万家灯火，万家买菜。\n"})
    assert index.search("磨姑").corrected == "蘑菇"
