"""What a segment holds of its articles, and that merged segments are as if built at once."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.reading.article import Article, Passage
from indexer.store.assemble import assemble
from indexer.store.builder import date_number
from indexer.store.part import part_of
from indexer.text.tokenizer import BIGRAM_JOINT

TEXT = st.text("衡阳ab1，。一百亿", max_size=8)
PARAGRAPH = st.lists(TEXT, min_size=1, max_size=3)  # the parts of one paragraph
ARTICLE = st.tuples(TEXT, st.lists(PARAGRAPH, max_size=3), st.sampled_from([None, "2021", "2021-10", "2022-03-07"]))


def article_from(number, drawn):
    title, paragraphs, date = drawn
    passages = [Passage(f"{number}-0", "title", 0, title)]
    for parts in paragraphs:
        kind = "heading" if parts[0] == "衡" else "body"
        headings = [passage.ordinal for passage in passages if passage.kind == "heading"]
        for i, part in enumerate(parts):
            ordinal = len(passages)
            heading = headings[-1] if headings and kind == "body" else None
            passages.append(Passage(f"{number}-{ordinal}", kind, ordinal, part, heading, continues=i > 0))
    return Article(f"{number:012d}", title or "无", f"{number}.txt", tuple(passages), date=date, authors=("甲",))


def positions(segment, family, term):
    return segment.term_positions(family, term).tolist()


def test_a_gap_parts_the_passages(segment_of, article_of):
    segment = segment_of([article_of("衡阳", "投资！", "产业"), article_of("衡", number=1)])
    assert segment.arrays["passage.start"].tolist() == [0, 3, 6, 9]
    assert segment.arrays["passage.length"].tolist() == [2, 2, 2, 1]
    assert positions(segment, "chars", "衡") == [0, 9]
    assert positions(segment, "bigrams", f"阳{BIGRAM_JOINT}投") == []
    assert positions(segment, "bigrams", f"投{BIGRAM_JOINT}资") == [3]


def test_no_gap_parts_a_continued_paragraph(segment_of, article_of):
    segment = segment_of([article_of("题", "甲乙", "丙丁", "戊", continues=(2,))])
    assert segment.arrays["passage.start"].tolist() == [0, 2, 4, 7]
    assert segment.arrays["passage.joined"].tolist() == [0, 0, 1, 0]
    assert positions(segment, "bigrams", f"乙{BIGRAM_JOINT}丙") == [3]
    assert positions(segment, "bigrams", f"丁{BIGRAM_JOINT}戊") == []


def test_an_article_never_continues_the_one_before(segment_of, article_of):
    segment = segment_of([article_of("甲"), article_of("乙", number=1, continues=(0,))])
    assert segment.arrays["passage.joined"].tolist() == [0, 0]
    assert positions(segment, "bigrams", f"甲{BIGRAM_JOINT}乙") == []


def test_passages_without_units_hold_their_place(segment_of, article_of):
    segment = segment_of([article_of("……", "甲", "！！", "乙")])
    assert segment.arrays["passage.length"].tolist() == [0, 1, 0, 1]
    places = np.asarray(positions(segment, "chars", "甲") + positions(segment, "chars", "乙"))
    assert segment.doc_of(places).tolist() == [1, 3]


def test_sentences_are_numbered_through_the_segment(segment_of, article_of):
    segment = segment_of([article_of("题", "甲。乙！丙", "丁")])
    places = np.asarray([positions(segment, "chars", char)[0] for char in "题甲乙丙丁"])
    assert segment.sentence_of(places).tolist() == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("first", "second", "sentences", "breaks"),
    [
        pytest.param("甲。", "乙", 2, [3], id="sentence-ended"),
        pytest.param("甲！” ", "乙", 2, [3], id="ended-with-a-quote"),
        pytest.param("甲，", "乙", 1, [3], id="clause-ended"),
        pytest.param("甲", "“乙", 1, [3], id="sign-begins-the-next"),
        pytest.param("甲", "乙", 1, [], id="cut-anywhere"),
    ],
)
def test_joint_of_a_split_paragraph_is_what_stands_there(segment_of, article_of, first, second, sentences, breaks):
    segment = segment_of([article_of("题", first, second, continues=(2,))])
    places = np.asarray([positions(segment, "chars", char)[0] for char in "甲乙"])
    assert len(set(segment.sentence_of(places).tolist())) == sentences
    assert segment.breaks.members().tolist() == breaks


def test_breaks_count_stretches_of_signs(segment_of, article_of):
    segment = segment_of([article_of("题", "甲、“乙”丙丁", "戊")])
    first, last = (np.asarray(positions(segment, "chars", char)) for char in "甲丁")
    assert segment.breaks_in(first, last + 1).tolist() == [2]
    assert segment.breaks_in(first + 1, first + 2).tolist() == [0]


def test_texts_and_articles_come_back(segment_of):
    passages = (Passage("x-0", "title", 0, "題目 \ud800"), Passage("x-1", "caption", 1, "图　说𠮷", heading=0))
    article = Article("0123456789ab", "題目", "甲/乙.md", passages, "专栏", "2021-10", True, "晚报", ("子",), ("丑",))
    segment = segment_of([article])
    assert [segment.text(0), segment.text(1)] == ["題目 \ud800", "图　说𠮷"]
    assert segment.meta(0) == {
        "id": "0123456789ab", "title": "題目", "date": "2021-10", "source": "晚报", "authors": ["子"],
        "path": "甲/乙.md", "series": "专栏", "date_inferred": True, "photographers": ["丑"],
    }  # fmt: skip
    assert segment.arrays["passage.heading"].tolist() == [-1, 0]
    assert segment.doc_dates.tolist() == [20211000, 20211000]


def test_articles_are_found_by_id_while_they_live(segment_of, article_of):
    articles = [article_of("甲", "乙", number=7), article_of("丙", number=3)]
    segment = segment_of(articles, deleted=[2])
    assert segment.article_number(articles[0].id) == 0
    assert segment.article_number(articles[1].id) is None
    assert segment.article_number("不是") is None
    assert segment.article_number("0" * 40) is None
    assert list(segment.article_docs(0)) == [0, 1]


@pytest.mark.parametrize(
    ("date", "number"),
    [(None, 0), ("", 0), ("2021", 20210000), ("2021-10", 20211000), ("2021-10-16", 20211016)],
)
def test_dates_become_numbers_that_sort(date, number):
    assert date_number(date) == number


@settings(max_examples=60)
@given(st.lists(ARTICLE, max_size=6), st.lists(st.integers(1, 3), max_size=6), st.sets(st.integers(0, 5)))
def test_merged_segments_are_as_if_built_at_once(segment_of, drawn, sizes, dead):
    articles = [article_from(number, each) for number, each in enumerate(drawn)]
    segments, first = [], 0
    for size in [*sizes, len(articles)]:
        part = articles[first : first + size]
        docs = [(number, i) for number, article in enumerate(part, first) for i in range(len(article.passages))]
        deleted = [doc for doc, (number, _) in enumerate(docs) if number in dead]
        segments.append(segment_of(part, deleted))
        first += size
    merged = assemble([part_of(segment) for segment in segments])
    expected = segment_of([article for number, article in enumerate(articles) if number not in dead]).arrays
    assert set(merged) == set(expected)
    for name, array in expected.items():
        assert merged[name].dtype == array.dtype, name
        assert merged[name].tolist() == array.tolist(), name
