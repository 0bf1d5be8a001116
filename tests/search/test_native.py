"""A search by machine code finds what a search over NumPy arrays finds."""

from __future__ import annotations

from dataclasses import replace

import pytest

from indexer.store import kernels, loops

QUERIES = [
    "船山时间谷",
    "园区 投资",
    "园区 OR 时间谷 -规划",
    "投资多少",
    "数字经济有哪些项目？",
    "总投资>=1亿元",
    "“数字经济” 日期:2021",
    "的",
    "zhonghua",
    "100亿",
    "★",
]


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("sort", ["relevance", "date"])
def test_the_same_is_found(shipped, monkeypatch, query, sort):
    by_arrays = shipped.search(query, limit=50, sort=sort)
    monkeypatch.setattr(kernels, "_loops", loops)
    compiled = shipped.search(query, limit=50, sort=sort)
    assert replace(compiled, took_ms=0, hits=()) == replace(by_arrays, took_ms=0, hits=())
    assert [hit.score for hit in compiled.hits] == pytest.approx([hit.score for hit in by_arrays.hits])
    assert [replace(hit, score=0) for hit in compiled.hits] == [replace(hit, score=0) for hit in by_arrays.hits]


def test_articles_and_ranks_are_the_same(shipped, monkeypatch):
    by_arrays = shipped.search_articles("园区 投资"), shipped.rank("园区 投资")
    monkeypatch.setattr(kernels, "_loops", loops)
    articles, ranks = shipped.search_articles("园区 投资"), shipped.rank("园区 投资")
    assert [group.article.id for group in articles.groups] == [group.article.id for group in by_arrays[0].groups]
    assert [text for _, text in ranks] == [text for _, text in by_arrays[1]]
    assert [score for score, _ in ranks] == pytest.approx([score for score, _ in by_arrays[1]])
