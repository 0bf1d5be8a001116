"""What a query holds is given back when it is answered."""

from __future__ import annotations

import gc

import pytest

from indexer.search.answer import Answer
from indexer.search.conditions import Conditions
from indexer.search.ladder import Ladder

QUERIES = [
    "船山时间谷",
    "园区 OR 投资 -规划",
    "投资多少",
    "总投资>=1亿元 日期:2021",
    "“数字经济”",
    "zhonghua -“投资”",
    "园趋 OR 时间谷",
]


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_gives_its_arrays_back_at_once(shipped, query):
    """A megabyte or two each: a server must not wait for the collector of cycles to be rid of them."""
    shipped.search_articles(query)
    gc.collect()
    gc.disable()
    try:
        shipped.search_articles(query)
        left = [each for each in gc.get_objects() if isinstance(each, Answer | Ladder | Conditions)]
    finally:
        gc.enable()
    assert left == []
