"""Whatever is asked of an index, it answers or says in a sentence why not: no other exception, in any number of tries.

``make fuzz`` makes 20,000 tries; the suite makes some hundreds.
"""

from __future__ import annotations

import os
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.errors import YansouError
from indexer.search.filters import FIELDS, NAME_KINDS
from indexer.search.query import parse

TRIES = -(-int(os.environ.get("YANSOU_FUZZ", "700")) // 7)
LIMITED = settings(max_examples=max(TRIES, 1), suppress_health_check=list(HealthCheck), database=None)

WORDS = st.sampled_from(
    [
        "船山时间谷",
        "投资",
        "的",
        "数字",
        "走廊",
        "zgc",
        "zhonghua",
        "Ji",
        "hua",
        "yi",
        "一百亿",
        "100亿元",
        "3.5%",
        "2021年",
        "12.5万台",
        "★",
        "，",
    ]
)
OPERATORS = st.sampled_from(
    ["-", "－", "--", "OR", "或", "|", "(", ")", "（", "）", '"', "“", "”", "「", "」", ":", "：", " ", "\u3000", ">", ">=",
     "<", "=", "≥", "..", "…", "~9", "*", "?", ".*", "[a TO z]", "{", "}", "\\", "/", "%", "&", "#", "+", "以上", "超过", "的"]
)  # fmt: skip
FIELD_VALUES = st.builds(
    "{}{}{}".format, st.sampled_from([*FIELDS, "不是"]), st.sampled_from(":："), WORDS | OPERATORS | st.text(max_size=8)
)
CONDITIONS = st.builds(
    "{}{}{}{}".format,
    st.sampled_from(["总投资", "增长", "占地", "", "数"]),
    st.sampled_from([">", ">=", "<=", "=", "..", "超过", "不到", "至", "≥"]),
    st.integers() | st.floats() | st.sampled_from(["一百", "亿", "万万", "1e9", "０.５", "1,000", "零", "9" * 90]),
    st.sampled_from(["", "元", "亿元", "%", "亩", "台", "人", "公里", "度", "美元", "以上"]),
)
INVISIBLE = st.sampled_from(
    ["\0", "\u202e", "\u200b", "\u2066", "\ufeff", "\u0301", "\ud800", "\U000e0001", "ﷺ", "㎡", "\r\n"]
)
PIECES = WORDS | OPERATORS | FIELD_VALUES | CONDITIONS | INVISIBLE | st.text(max_size=12)
QUERIES = st.lists(PIECES, max_size=14).flatmap(lambda of: st.sampled_from(["", " "]).map(lambda by: by.join(of)))
SIZES = st.sampled_from([1, 2, 10]) | st.integers()


@pytest.fixture(scope="module")
def asked(shipped):
    """Calls a method of the index and keeps count."""
    counts: dict[str, int] = {}

    def call(method, *args, **kwargs):
        counts[method] = counts.get(method, 0) + 1
        with suppress(YansouError):
            return getattr(shipped, method)(*args, **kwargs)
        return None

    yield call
    print(f"tries: {sum(counts.values())}, {counts}")


@LIMITED
@given(query=QUERIES)
def test_every_query_is_read(query):
    with suppress(YansouError):
        assert parse(query).root.nodes


@LIMITED
@given(query=QUERIES, limit=SIZES, offset=SIZES, sort=st.sampled_from(["relevance", "date", "x"]),
       rung=st.sampled_from([None, "near", "all", "most", "x"]))  # fmt: skip
def test_search_answers(asked, query, limit, offset, sort, rung):
    results = asked("search", query, limit=limit, offset=offset, sort=sort, rung=rung)
    for hit in results.hits if results else ():
        assert all(0 <= start < end <= len(hit.passage.text) for start, end in hit.highlights)


@LIMITED
@given(query=QUERIES, limit=SIZES, offset=SIZES, sort=st.sampled_from(["relevance", "value", "-period", "x"]),
       kind=st.none() | PIECES, year=st.none() | PIECES, target=st.sampled_from([None, True, False]))  # fmt: skip
def test_figures_answer(asked, query, limit, offset, sort, kind, year, target):
    asked("figures", query, limit=limit, offset=offset, sort=sort, kind=kind, year=year, target=target)


@LIMITED
@given(query=QUERIES, limit=SIZES)
def test_timeline_answers(asked, query, limit):
    asked("timeline", query, limit=limit)


@LIMITED
@given(text=QUERIES, limit=SIZES, kind=st.sampled_from([*NAME_KINDS, None, "x"]))
def test_names_and_suggestions_answer(asked, text, limit, kind):
    asked("names", kind, limit=limit, prefix=text)
    asked("name", kind or "park", text)
    asked("suggest", text, limit)


@LIMITED
@given(article=QUERIES | st.integers(0, 3), query=st.none() | QUERIES)
def test_articles_answer(shipped, asked, article, query):
    if isinstance(article, int):
        article = shipped.search("的", limit=10).hits[article].article.id
    view = asked("article", article, query)
    for passage in view.passages if view else ():
        assert all(0 <= start < end <= len(passage.passage.text) for start, end in passage.highlights)
