"""What is sent to a cluster: streams of tokens, documents of a part, and a segment made of them again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.search import ranking
from indexer.store.builder import SegmentBuilder
from indexer.store.cluster import layout
from indexer.store.cluster.connection import chunks
from indexer.store.cluster.documents import documents
from indexer.store.cluster.near import segment_of
from indexer.store.cluster.streams import cut, exact_stream, sentence_stream, sign_stream, stream, values_stream
from indexer.text import structure

# The white space that Lucene's whitespace tokenizer splits at (Character.isWhitespace), and the longest token it leaves whole.
LUCENE_SPACES = {
    *range(0x09, 0x0E),
    *range(0x1C, 0x21),
    0x1680,
    *range(0x2000, 0x2007),
    *range(0x2008, 0x200B),
    0x2028,
    0x2029,
    0x205F,
    0x3000,
}
LUCENE_LENGTH = 255


def streams_of(text):
    analysis = structure(text, [])
    tokens, starts = stream(analysis.units)
    return (
        " ".join(tokens),
        " ".join(values_stream(analysis.values, starts)),
        " ".join(sentence_stream(analysis.sentence_ends, starts)),
    )


@pytest.mark.parametrize(
    ("text", "chars", "values"),
    [
        pytest.param("投资", "投 资", "", id="characters"),
        pytest.param(
            "投资100亿",
            "投 资 | 1 0 0 | 亿",
            ". . <10000000000 . . . . >10000000000",
            id="a-run-has-marks-and-a-value-two-ends",
        ),
        pytest.param("5G", "| 5 | | g |", "", id="neighbouring-runs-have-marks-of-their-own"),
        pytest.param("十家", "十 家", "=10 .", id="a-value-of-one-token"),
        pytest.param("GB/T", "| g b | | t |", "", id="signs-are-left-out"),
    ],
)
def test_streams_have_the_same_places(text, chars, values):
    found = streams_of(text)
    assert found[0] == chars
    if values:
        assert found[1] == values


def test_sentences_change_where_one_ends():
    assert streams_of("甲乙。丙。丁戊")[2] == "a a b a a"
    assert streams_of("只有一句。")[2] == ""


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        pytest.param("甲，乙", ["，", "--"], id="one"),
        pytest.param("甲。”乙★", ["。", "”", "--", "★", "--"], id="those-that-touch-stand-together"),
        pytest.param("→ ★", ["→", "--", "★", "--"], id="a-space-parts-them"),
        pytest.param("甲乙", [], id="none"),
    ],
)
def test_signs_as_printed(text, tokens):
    assert sign_stream(text) == tokens


@given(st.text(max_size=300))
def test_every_token_is_one_for_lucene(text):
    analysis = structure(text, [])
    tokens, starts = stream(analysis.units)
    for token in (
        *tokens,
        *values_stream(analysis.values, starts),
        *sign_stream(text),
        *exact_stream(text),
        cut(text.replace(" ", "")),
    ):
        if token != cut(text.replace(" ", "")):
            assert token
            assert not LUCENE_SPACES & set(map(ord, token))
        assert len(token.encode("utf-16-le", "surrogatepass")) // 2 <= LUCENE_LENGTH
    assert len(tokens) == starts[-1]


def test_order_is_that_of_the_ranking():
    assert (layout.K1, layout.B) == (ranking.K1, ranking.B)


def test_a_part_survives_the_way_there_and_back(article_of, tokenizer, search_in):
    texts = [f"第{n}段：船山时间谷总投资{n}00亿元，5G基站{n}座。说完了。" for n in range(1, 30)]
    articles = [article_of(f"第{n}篇", *texts[n * 7 : n * 7 + 7], number=n, continues=(3,)) for n in range(4)]
    builder = SegmentBuilder()
    for article in articles:
        builder.add(article, [tokenizer.analyze(passage.text) for passage in article.passages])
    sent = list(documents(builder.part()))
    passages = {(one.id, document["ordinal"]): document for one in sent for _, document in one.passages}
    view, places = segment_of(passages, {one.id: one.document["stored"]["meta"] for one in sent})
    assert len(places) == view.size == sum(len(article.passages) for article in articles)
    for article in articles:
        for passage in article.passages:
            place = places[article.id, passage.ordinal]
            assert view.text(place) == passage.text
            assert bool(view.arrays["passage.joined"][place]) == passage.continues
    for query, total in (("船山时间谷", 28), ("00亿", 28), ("一百亿元", 1), ("5G 基站 第3段", 1), ("元 说完了", 0)):
        assert search_in([view], query, rung="near" if query.startswith("元") else None).total >= total


@pytest.mark.parametrize(
    ("texts", "seams"),
    [
        pytest.param(
            ("甲乙。丙", "丁戊。己", "庚"),
            [
                ("甲 乙 丙 丁 戊 己 庚", "o o o + + + +", "a a b b b a a"),
                ("丙 丁 戊 己 庚", "- o o o +", "a a a b b"),
                ("己 庚", "- o", ""),
            ],
            id="sentences-go-on-on-both-sides",
        ),
        pytest.param(
            ("甲乙。", "丙丁"), [("甲 乙 丙 丁", "o o + +", "a a b b"), None], id="only-what-follows-where-one-ends"
        ),
        pytest.param(
            ("甲", "，", "乙"), [("甲 乙", "o +", ""), None, ("甲 乙", "- o", "")], id="a-part-of-punctuation-between"
        ),
    ],
)
def test_seams_hold_what_parts_share(article_of, tokenizer, texts, seams):
    article = article_of("题", *texts, continues=range(2, len(texts) + 1))
    builder = SegmentBuilder()
    builder.add(article, [tokenizer.analyze(passage.text) for passage in article.passages])
    (sent,) = documents(builder.part())
    for (_, passage), seam in zip(sent.passages[1:], seams, strict=True):
        found = passage.get("seam", ""), passage.get("seam_part", ""), passage.get("seam_sentences", "")
        assert found == (seam or ("", "", ""))


def test_seams_know_values_and_are_bounded(article_of, tokenizer):
    parts = ["甲" * 600] * 12 + ["一百亿"]
    article = article_of("题", *parts, continues=range(2, 14))
    builder = SegmentBuilder()
    builder.add(article, [tokenizer.analyze(passage.text) for passage in article.passages])
    (sent,) = documents(builder.part())
    documents_of = [passage for _, passage in sent.passages]
    assert documents_of[12]["seam_values"].split()[-3:] == ["<10000000000", ".", ">10000000000"]
    assert max(len(document.get("seam", "").split()) for document in documents_of) == 2048 + 600 + 2048 + 256


def test_chunks_are_bounded_and_lose_nothing():
    actions = [({"index": {"_id": str(n)}}, {"text": "字" * 1000}) for n in range(2500)]
    found = list(chunks(iter(actions)))
    assert [action for chunk in found for action, _ in chunk] == [action for action, _ in actions]
    assert max(len(chunk) for chunk in found) <= 1000
    assert max(sum(len(text.encode()) for _, text in chunk) for chunk in found) <= 8 << 20
