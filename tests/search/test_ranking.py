"""BM25: checked against the formula; titles, headings and neighbours share; ties have one order."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.reading.article import Article, Passage
from indexer.search.ranking import K1, B, Statistics, best_in_context, in_context, query_tokens, scores
from indexer.text import is_run


def score_of(segments, query):
    """Scores of all passages, with words taken from the index as a search does."""
    tokens = query_tokens([query], lambda word: any(each.words.find(word) >= 0 for each in segments))
    own = scores(segments, tokens, Statistics(segments))
    return [
        in_context(segment, of, np.arange(segment.size)).tolist() for segment, of in zip(segments, own, strict=True)
    ]


def bm25(tf, df, passages, length, average):
    idf = math.log(1 + (passages - df + 0.5) / (df + 0.5))
    return idf * tf * (K1 + 1) / (tf + K1 * (1 - B + B * length / average))


def test_scores_follow_the_formula(segment_of, article_of):
    segment = segment_of([article_of("雨雨雪", number=0), article_of("雪", number=1), article_of("风", number=2)])
    # One character, one family: a word of one character is a token of its own where the dictionary has it.
    tokens = [("chars", "雨", 1), ("chars", "雪", 2)]
    (found,) = scores([segment], tokens, Statistics([segment]))
    average = 5 / 3
    rain, snow = bm25(2, 1, 3, 3, average), 2 * bm25(1, 2, 3, 3, average)
    assert found.tolist() == pytest.approx([rain + snow, 2 * bm25(1, 2, 3, 1, average), 0])


def test_statistics_count_the_living_of_all_segments(segment_of, article_of):
    texts = ["雨雪", "雪", "风雨雨", "雨天", "晴"]
    articles = [article_of(text, number=number) for number, text in enumerate(texts)]
    together = score_of([segment_of(articles[:4])], "雨雪")[0]
    apart = score_of([segment_of(articles[:1]), segment_of(articles[1:], deleted=[3])], "雨雪")
    assert apart[0] + apart[1][:3] == pytest.approx(together)


def test_rare_terms_count_more(segment_of, article_of):
    segment = segment_of([article_of(text, number=n) for n, text in enumerate(["雨", "雪", "雪地", "雪人", "晴"])])
    (found,) = score_of([segment], "雨 雪")
    assert found[0] > found[1] > 0


def article_with(number, title, *passages):
    """``passages``: (kind, text, ordinal of its heading)."""
    rows = [("title", title, None), *passages]
    article_id = f"{number:012x}"
    return Article(
        article_id,
        title,
        f"{number}.md",
        tuple(
            Passage(f"{article_id}-{i}", kind, i, text, heading) for i, (kind, text, heading) in enumerate(rows)
        ),
    )  # fmt: skip


def best(segment, query):
    (found,) = score_of([segment], query)
    return max(range(segment.size), key=found.__getitem__), found


def test_title_lends_its_passages_a_share(segment_of):
    same = ("body", "总投资五亿元，明年完工。", None)
    segment = segment_of([article_with(0, "高铁新城", same), article_with(1, "联通大数据中心", same)])
    doc, _ = best(segment, "联通大数据中心总投资")
    assert (segment.text(doc), doc) in [("联通大数据中心", 2), (same[1], 3)]
    assert score_of([segment], "联通大数据中心总投资")[0][3] > score_of([segment], "联通大数据中心总投资")[0][1]


def test_heading_lends_its_passages_a_share(segment_of):
    same = "总投资五亿元，明年完工。"
    segment = segment_of(
        [article_with(0, "两件事", ("heading", "高铁", None), ("body", same, 1), ("heading", "机房", None), ("body", same, 3))]
    )  # fmt: skip
    (found,) = score_of([segment], "机房总投资")
    assert found[4] > found[2] > 0


def test_passage_before_lends_a_share(segment_of):
    same = ("body", "该项目总投资五亿元。", None)
    other = ("body", "雨下了整天。", None)
    segment = segment_of(
        [article_with(0, "甲", other, same), article_with(1, "乙", ("body", "机房动工了。", None), same)]
    )
    (found,) = score_of([segment], "机房总投资")
    assert found[5] > found[2] > 0


def test_title_alone_lifts_no_passage(segment_of):
    segment = segment_of([article_with(0, "联通大数据中心", ("body", "雨下了整天。", None))])
    (found,) = score_of([segment], "联通大数据中心")
    assert found[0] > 0
    assert found[1] == 0


@pytest.mark.usefixtures("loops")
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), count=st.integers(1, 9))
def test_best_in_context_are_the_best_of_all(segment_of, data, count):
    parts = [("heading", "两件事", None), ("body", "雨下了", 1), ("body", "雪下了", 1), ("body", "晴了", None)]
    segment = segment_of([article_with(n, f"第{n}天", *parts[: 1 + n % 4]) for n in range(5)])
    each = st.lists(st.sampled_from([0.0, 0.0, 1.0, 1.5, 4.0]), min_size=segment.size, max_size=segment.size)
    own = np.asarray(data.draw(each), dtype=np.float32)
    mask = np.asarray(data.draw(st.lists(st.booleans(), min_size=segment.size, max_size=segment.size)))
    every = in_context(segment, own, np.arange(segment.size)).tolist()
    held = [(doc, every[doc]) for doc in np.flatnonzero(mask).tolist()]
    least = sorted((score for _, score in held), reverse=True)[:count][-1:]
    docs, found = best_in_context(segment, own, mask, count)
    assert list(zip(docs.tolist(), found.tolist(), strict=True)) == [each for each in held if each[1] >= min(least)]


@given(data=st.data())
def test_where_a_word_of_a_query_stands_a_pair_or_a_run_of_it_does(shipped, data):
    """So that the widest step need not look for words."""
    (segment,) = shipped._current().segments
    text = segment.text(data.draw(st.integers(0, segment.size - 1)))
    start = data.draw(st.integers(0, len(text) - 1))
    tokens = query_tokens([text[start : start + 20]], lambda word: segment.words.find(word) >= 0)
    found = segment.mask_of(
        *(segment.docs_of(of, term) for of, term, _ in tokens if of == "bigrams" or (of == "words" and is_run(term)))
    )
    for of, word, _ in tokens:
        if of == "words" and len(word) > 1:
            assert found[segment.docs_of(of, word)].all(), word


def test_query_that_is_a_title_leads_to_its_article(shipped):
    titles = [hit.article for hit in shipped.search("类型:标题", limit=200).hits]
    assert len(titles) == 16
    for article in titles:
        hit = shipped.search(article.title).hits[0]
        assert (hit.article.title, hit.passage.kind) == (article.title, "title")


def test_ties_are_in_the_order_of_ids(index_of):
    index = index_of({f"{number}.md": "---\ntitle: 无题\n---\n\n园区今天开园。\n" for number in range(30)})
    first = index.search("开园", limit=30)
    ids = [hit.passage.id for hit in first.hits]
    assert len({hit.score for hit in first.hits}) == 1
    assert ids == sorted(ids)
    assert [hit.passage.id for hit in index.search("开园", limit=7, offset=11).hits] == ids[11:18]


def test_query_tokens_are_units_pairs_and_words_of_the_index():
    tokens = query_tokens(["５Ｇ園區 5g+"], {"园区", "5g"}.__contains__)
    assert sorted(tokens) == sorted(
        [
            ("chars", "5", 2), ("chars", "g", 2), ("chars", "园", 1), ("chars", "区", 1),
            ("bigrams", "5\x01g", 2), ("bigrams", "g\x01园", 1), ("bigrams", "园\x01区", 1), ("bigrams", "区\x015", 1),
            ("words", "5", 2), ("words", "g", 2), ("words", "园区", 1), ("words", "5g", 2), ("words", "5g+", 1),
        ]
    )  # fmt: skip
