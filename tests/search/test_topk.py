"""The best passages by a few blocks of their postings: the same as by all of them."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.errors import BadRequest
from indexer.search import topk
from indexer.search.pattern import patterns
from indexer.search.ranking import Statistics, scores
from indexer.search.topk import best_of_all, best_of_any, wanted_in
from indexer.store import postings

WORDS = ("雨", "雪", "风", "霜")
# Each passage: how often each word stands in it, and how many other characters.
PASSAGE = st.tuples(*[st.sampled_from([0, 0, 0, 1, 1, 2, 5])] * len(WORDS), st.integers(0, 9))


def text_of(drawn):
    *times, others = drawn
    return "，".join("，".join([word] * count) for word, count in zip(WORDS, times, strict=True)) + "。" + "甲" * others


@pytest.mark.usefixtures("loops")
@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    passages=st.lists(PASSAGE, min_size=1, max_size=90),
    cut=st.integers(0, 90),
    dead=st.sets(st.integers(0, 89), max_size=4),
    words=st.lists(st.sampled_from([*WORDS, "雹"]), min_size=1, max_size=4),
    limit=st.integers(1, 12),
)
def test_best_are_those_of_all_scores(segment_of, article_of, passages, cut, dead, words, limit):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(postings, "BLOCK", 4)
        patch.setattr(topk, "_WINDOW", 8)
        articles = [article_of(text_of(each), number=number) for number, each in enumerate(passages)]
        segments = [
            segment_of(articles[:cut]),
            segment_of(articles[cut:], {doc for doc in dead if doc < len(articles) - cut}),
        ]
        statistics = Statistics(segments)
        every = scores(segments, [("words", word, 1) for word in dict.fromkeys(words)], statistics)
        holding = [
            {word: {i for i, article in enumerate(part) if word in article.title} for word in words}
            for part in (articles[:cut], articles[cut:])
        ]
        for best, join in ((best_of_any, set.union), (best_of_all, set.intersection)):
            found = best(segments, words, statistics, limit)
            expected = [
                float(of[doc])
                for segment, of, held in zip(segments, every, holding, strict=True)
                for doc in join(*held.values())
                if segment.live[doc]
            ]
            # A dead passage still counts when it is told how rare a word is: scores are compared where none is dead.
            assert len(found) == min(limit, len(expected))
            assert [score for score, *_ in found] == sorted((score for score, *_ in found), reverse=True)
            assert all(segments[number].live[doc] for _, number, doc in found)
            if not dead:
                assert [score for score, *_ in found] == pytest.approx(sorted(expected, reverse=True)[:limit], rel=1e-4)
                for score, number, doc in found:
                    assert score == pytest.approx(float(every[number][doc]), rel=1e-4)


@pytest.mark.usefixtures("loops")
def test_a_string_is_ranked_like_a_word(segment_of, article_of):
    segment = segment_of([article_of("雨雪。雨雪"), article_of("雪雨", number=1), article_of("雨雪天", number=2)])
    found = best_of_any([segment], [patterns("雨雪")], Statistics([segment]), 10)
    assert [doc for *_, doc in found] == [0, 2]


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        pytest.param("雨 雪", ["雨", "雪"], id="words"),
        pytest.param('雨 "雪天"', ["雨", patterns("雪天")], id="string"),
        pytest.param("“雪天”", [patterns("雪天")], id="chinese-quotes"),
        pytest.param("雨雪", ["雨", "雪"], id="words-of-a-piece"),
        pytest.param("，", [], id="no-word"),
        pytest.param('"，"', [], id="no-unit"),
    ],
)
def test_what_is_wanted(query, wanted):
    assert wanted_in(query, {"雨", "雪"}.__contains__) == wanted


@pytest.mark.usefixtures("loops")
def test_rank_of_an_index(shipped):
    ranked = shipped.rank("园区 投资", limit=5)
    assert len(ranked) == 5
    assert all("园区" in text or "投资" in text for _, text in ranked)
    assert all("园区" in text and "投资" in text for _, text in shipped.rank("园区 投资", match="all"))
    assert shipped.rank("，") == []
    with pytest.raises(BadRequest, match="limit"):
        shipped.rank("园区", limit=0)
