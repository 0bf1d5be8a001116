"""Whoosh as the oracle: its own queries, matchers and scorers over our segments agree with the arrays."""

from __future__ import annotations

from functools import reduce

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh import query as whoosh_query
from whoosh.index import open_dir
from whoosh.scoring import BM25F

from indexer.search.pattern import UnitPiece
from indexer.search.positions import find
from indexer.search.ranking import K1, B, Statistics, query_tokens, scores
from indexer.store.builder import SegmentBuilder
from indexer.store.codec import ArrayCodec
from indexer.store.folder import IndexFolder, IndexState
from indexer.store.schema import schema
from indexer.store.segment import term_postings
from indexer.text.tokenizer import BIGRAM_JOINT

UNITS = ["衡", "阳", "开", "园", "5", "g"]
TEXT = st.lists(st.sampled_from([*UNITS, "，", "。", " ", "一百亿", "衡阳市"]), max_size=9).map("".join)
SEGMENTS = st.lists(st.lists(TEXT, min_size=1, max_size=5), min_size=1, max_size=3)
TERM = st.one_of(
    st.tuples(st.just("chars"), st.sampled_from([*UNITS, "无"])),
    st.tuples(st.just("bigrams"), st.tuples(*[st.sampled_from(UNITS)] * 2).map(BIGRAM_JOINT.join)),
    st.tuples(st.just("words"), st.sampled_from(["衡阳", "衡阳市", "开园", "5g", "一百", "园"])),
    st.tuples(st.just("values"), st.sampled_from(["10000000000", "5"])),
)
PHRASE = st.tuples(st.just("phrase"), st.lists(st.sampled_from(UNITS), min_size=2, max_size=3))
TREE = st.recursive(
    st.one_of(TERM, PHRASE),
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(["and", "or"]), st.lists(inner, min_size=1, max_size=3)),
        st.tuples(st.just("not"), inner),
    ),
    max_leaves=5,
)


class Corpus:
    """Articles of a title only, committed in segments and opened both ways."""

    def __init__(self, path, segments, dead, tokenizer, article_of):
        folder = IndexFolder(path)
        number = 0
        with folder.transaction() as transaction:
            for texts in segments:
                builder = SegmentBuilder()
                for text in texts:
                    builder.add(article_of(text, number=number), [tokenizer.analyze(text)])
                    number += 1
                transaction.add_pending([builder.part()])
            transaction.publish_pending()
            transaction.delete_articles({f"{i:012x}" for i in dead})
            transaction.commit(IndexState("", ""))
        self.size = number
        self.segments = folder.snapshot().segments
        self.offsets = np.cumsum([0, *(segment.size for segment in self.segments)]).tolist()
        self.live = self._numbered([np.flatnonzero(segment.live) for segment in self.segments])
        self.whoosh = open_dir(str(path), schema=schema(tokenizer))

    def _numbered(self, docs):
        return {
            first + doc for first, of in zip(self.offsets, docs, strict=False) for doc in np.asarray(of).tolist()
        }  # fmt: skip

    def matching(self, tree):
        """The docs of a query tree by the arrays."""
        kind, of = tree
        if kind == "not":
            return self.live - self.matching(of)
        if kind in ("and", "or"):
            return reduce(set.__and__ if kind == "and" else set.__or__, map(self.matching, of))
        if kind == "phrase":
            pattern = tuple(UnitPiece(unit) for unit in of)
            return self._numbered([segment.doc_of(find(segment, pattern).at) for segment in self.segments])
        return self._numbered([term_postings(segment, kind, of)[0] for segment in self.segments]) & self.live


def as_whoosh(tree):
    kind, of = tree
    if kind == "not":
        # Whoosh's matcher for a Not alone now and then returns a deleted doc; inside an And it has another one.
        return whoosh_query.And([whoosh_query.Every(), whoosh_query.Not(as_whoosh(of))])
    if kind in ("and", "or"):
        return (whoosh_query.And if kind == "and" else whoosh_query.Or)([as_whoosh(child) for child in of])
    if kind == "phrase":
        return whoosh_query.Phrase("chars", of)
    return whoosh_query.Term(kind, of)


@pytest.fixture(scope="module")
def corpus_of(tmp_path_factory, tokenizer, article_of):
    def build(segments, dead=()):
        return Corpus(tmp_path_factory.mktemp("whoosh") / "index", segments, dead, tokenizer, article_of)

    return build


@settings(max_examples=60)
@given(segments=SEGMENTS, dead=st.sets(st.integers(0, 14), max_size=3), trees=st.lists(TREE, min_size=1, max_size=4))
def test_whoosh_finds_what_the_arrays_find(corpus_of, segments, dead, trees):
    corpus = corpus_of(segments, dead)
    with corpus.whoosh.searcher() as searcher:
        for tree in trees:
            assert set(searcher.docs_for_query(as_whoosh(tree))) == corpus.matching(tree), tree
            found = searcher.search(as_whoosh(tree), limit=None)
            assert {found.docnum(i) for i in range(len(found))} == corpus.matching(tree), tree


class LuceneBM25(BM25F):
    """Whoosh's BM25 with the idf and the settings of ``ranking``."""

    def __init__(self):
        super().__init__(B=B, K1=K1)

    def idf(self, searcher, fieldname, text):
        frequency, size = searcher.doc_frequency(fieldname, text), searcher.doc_count()
        return np.log1p((size - frequency + 0.5) / (frequency + 0.5))


@settings(max_examples=50)
@given(segments=SEGMENTS, query=TEXT, limit=st.integers(1, 4))
def test_whoosh_scores_as_the_arrays_do(corpus_of, segments, query, limit):
    corpus = corpus_of(segments)
    tokens = query_tokens([query], lambda word: any(s.words.find(word) >= 0 for s in corpus.segments))
    expected = np.concatenate(scores(corpus.segments, tokens, Statistics(corpus.segments)))
    terms = [whoosh_query.Term(family, term, boost=repeats) for family, term, repeats in tokens]
    with corpus.whoosh.searcher(weighting=LuceneBM25()) as searcher:
        found = searcher.search(whoosh_query.Or(terms), limit=None)
        got = {found.docnum(i): found.score(i) for i in range(len(found))}
        best = searcher.search(whoosh_query.Or(terms), limit=limit)  # leaves out what cannot be among the best
        best_scores = [best.score(i) for i in range(best.scored_length())]
    assert got == pytest.approx({doc: score for doc, score in enumerate(expected.tolist()) if score > 0})
    assert best_scores == pytest.approx(sorted(got.values(), reverse=True)[:limit])


def test_whoosh_reads_what_is_stored(corpus_of):
    corpus = corpus_of([["衡阳，5G"], ["𠮷\ud800"]])
    with corpus.whoosh.searcher() as searcher:
        stored = [searcher.stored_fields(doc) for doc in range(2)]
    assert stored == [
        {"article": f"{0:012x}", "ordinal": 0, "kind": "title", "text": "衡阳，5G"},
        {"article": f"{1:012x}", "ordinal": 0, "kind": "title", "text": "𠮷\ud800"},
    ]


def test_whoosh_lists_the_terms(corpus_of):
    corpus = corpus_of([["衡阳衡"], ["阳5"]])
    with corpus.whoosh.reader() as reader:
        assert sorted(reader.field_terms("chars")) == ["5", "衡", "阳"]
        assert reader.frequency("chars", "衡") == 2
        assert reader.doc_frequency("chars", "阳") == 2
        assert ("chars", "无") not in reader
        assert list(reader.expand_prefix("chars", "阳")) == [b"\xe9\x98\xb3"]


@pytest.mark.parametrize(
    ("prefix", "docs"),
    [("5", {0, 1}), ("53", {1}), ("9", set())],
)
def test_whoosh_expands_prefixes(corpus_of, prefix, docs):
    corpus = corpus_of([["5台", "53台", "台"]])
    with corpus.whoosh.searcher() as searcher:
        assert set(searcher.docs_for_query(whoosh_query.Prefix("chars", prefix))) == docs


def test_whoosh_analyses_queries_as_we_do(tokenizer):
    analyzer = schema(tokenizer)["bigrams"].analyzer
    tokens = [(token.text, token.pos, token.startchar, token.endchar) for token in analyzer("產業，园", positions=True, chars=True)]  # fmt: skip
    assert tokens == [(f"产{BIGRAM_JOINT}业", 0, 0, 2), (f"业{BIGRAM_JOINT}园", 1, 1, 4)]


def test_documents_do_not_enter_through_whoosh(corpus_of):
    corpus = corpus_of([["衡阳"]])
    writer = corpus.whoosh.writer(codec=ArrayCodec())
    with pytest.raises(NotImplementedError, match="update_index"):
        writer.add_document(chars="衡阳")
    writer.cancel()
