"""Marks: the string where it stands, else the words of it, and never half of a word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.search.highlight import Marker, _Text, literal_spans
from indexer.search.pattern import patterns
from indexer.search.snippet import window

WORDS = {
    "马克", "马克思", "马克思主义", "科学", "科学城", "联通", "中国", "中国联通", "数据", "大数据", "中心", "新能源", "能源", "汽车", "5g", "c#",
    "产业", "产业园", "园区",
}  # fmt: skip


def marked(text, *terms, whole=None, words=False):
    marker = Marker(terms, WORDS.__contains__, whole)
    return [text[start:end] for start, end in marker.spans(text, words=words)]


@pytest.mark.parametrize(
    ("text", "term", "expected"),
    [
        pytest.param("中国建设银行和建设局", "建设银行", ["建设银行"], id="whole-term"),
        pytest.param("新能源汽车、新能源", "新能源", ["新能源", "新能源"], id="each-time"),
        pytest.param("赋“码”保护", "赋码保护", ["赋“码”保护"], id="signs-in-between"),
        pytest.param("园园园", "园园", ["园园园"], id="overlapping"),
        pytest.param("从PD1728到PD17", "PD17", ["PD17", "PD17"], id="piece-of-a-run"),
        pytest.param("投资3100亿元", "100亿", ["100亿"], id="end-of-a-run"),
        pytest.param("一百亿与１００亿、100.0亿", "100亿", ["一百亿", "１００亿", "100.0亿"], id="same-value"),
        pytest.param("错用C，学会C#，还有C++", "C#", ["C#"], id="sign-counts"),
        pytest.param("隨著科技", "随着", ["隨著"], id="traditional"),
        pytest.param("5㎡的地", "2的", ["㎡的"], id="character-that-folds-to-two"),
        pytest.param("★推荐★", "★", ["★", "★"], id="sign-alone"),
        pytest.param("没有它", "园区", [], id="nothing"),
    ],
)
def test_literal_marks(text, term, expected):
    assert marked(text, term) == expected


@pytest.mark.parametrize(
    ("text", "term", "expected"),
    [
        pytest.param("马克思的书", "马克书", [], id="no-half-of-a-word"),
        pytest.param("科学城开工", "科学园", [], id="no-first-part-of-a-word"),
        pytest.param("科学城开工，科学种田", "科学园", ["科学"], id="the-same-word-alone"),
        pytest.param("算科、学校、科学", "科学园", ["科学"], id="no-word-around-a-sign"),
        pytest.param("大数、据中国联通", "大数据中国联通馆", ["中国联通"], id="no-longer-word-around-a-sign"),
        pytest.param("联通的数据", "联通大数据中心", ["联通", "数据"], id="words-of-the-term"),
        pytest.param("大数据的中心", "联通大数据中心", ["大数据", "中心"], id="the-longest-first"),
        pytest.param("中国联通建中心", "联通中心", ["联通中心"[:2], "中心"], id="inside-a-word-longer-by-two"),
        pytest.param("产业园里的园区", "产业园区", ["产业园", "园区"], id="overlapping-words-of-the-term"),
        pytest.param("说到5G和汽车", "5G汽车", ["5G", "汽车"], id="run"),
        pytest.param("园里的区", "园区", [], id="single-characters-are-not-marked"),
        pytest.param("中心在哪里？", "数据中心在哪里", ["中心"], id="words-that-ask-are-not-marked"),
    ],
)
def test_marks_of_words_where_the_term_does_not_stand(text, term, expected):
    assert marked(text, term, words=True) == expected
    assert marked(text, term) == []


def test_terms_are_marked_each_on_its_own():
    assert marked("产业园与新能源汽车", "新能源", "产业") == ["产业", "新能源"]


def test_marks_that_touch_are_one():
    assert marked("产业园区", "产业", "园区") == ["产业园区"]


def test_whole_query_is_marked_in_one_piece_where_it_stands():
    assert marked("产业、园区，产业和园区", "产业", "园区", whole="产业 园区") == ["产业、园区", "产业", "园区"]


@pytest.mark.parametrize("text", ["", " ", "，。", "\ud800", "\u200b"])
def test_empty_texts_have_no_marks(text):
    assert literal_spans(text, patterns("园区")) == []
    assert marked(text, "园区") == []


# -- the part of a long passage that is shown --------------------------------------------------------------------------

SENTENCES = [f"第{number}家企业在这里开工，投资了好几亿元。" for number in range(30)]


def test_short_text_is_shown_whole():
    assert window("短的。", [(0, 1)]) == (0, 3)


def test_window_holds_whole_sentences_around_the_match():
    text = "".join(SENTENCES)
    place = text.index("第17家")
    start, end = window(text, [(place, place + 4)])
    assert start <= place < place + 4 <= end
    assert end - start <= 160
    assert text[start] == "第"
    assert text[end - 1] == "。"


def test_window_is_where_most_is_marked():
    text = "".join(SENTENCES)
    far, near, second = (text.index(name) for name in ("第2家", "第20家", "第22家"))
    start, end = window(text, [(far, far + 3), (near, near + 4), (second, second + 4)])
    assert start <= near
    assert second + 4 <= end


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("长" * 1000, [(500, 502)]),
        ("长" * 1000, [(0, 1)]),
        ("长" * 1000, [(999, 1000)]),
        ("长" * 1000, [(100, 900)]),
        ("长" * 1000, []),
        ("长，" * 500, [(500, 502)]),
        ("。" * 500, [(250, 251)]),
        ("\n" * 500, [(250, 251)]),
    ],
)
def test_window_of_a_text_without_sentences_is_bounded(text, spans):
    start, end = window(text, spans)
    assert 0 <= start < end <= len(text)
    assert end - start <= 160
    for first, last in spans:
        if last - first <= 160:
            assert start <= first < last <= end


@given(st.text() | st.text("园区r5Gé，。 ①㎡"))
def test_a_line_has_one_character_a_unit(text):
    passage = _Text(text)
    assert len(passage.line) == len(passage.printed) == len(passage.offsets)
    assert all(shown in (unit, "0") for shown, unit in zip(passage.line, passage.printed, strict=True))
