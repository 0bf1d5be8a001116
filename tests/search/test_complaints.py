"""What users of other search engines complain about, in classes A to M (``complaints.json``), and hostile queries.

Each case is an index of a few short documents, and queries. ``found`` are the numbers of the documents that
must be found, ``missing`` of those that must not, ``not_exact`` of those that must not on the first step; ``first`` is
the best one, ``rung`` the step, ``marks`` what must be marked and nothing else. ``notes``: the answer must say what was
done to the query; ``corrected`` is the spelling that it must have used, ``suggestions`` those it must offer.
"""

from __future__ import annotations

import json
import time
from contextlib import nullcontext
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.errors import BadRequest

CASES = json.loads(Path(__file__).with_name("complaints.json").read_text(encoding="utf-8"))
HEAD = "---\ntitle: 无题\n---\n\n"


def documents(texts):
    return {f"{number}.md": f"{HEAD}{text}\n" for number, text in enumerate(texts, 1)}


def numbers(results):
    """Numbers of the documents found, best first."""
    return [int(hit.article.path.partition(".")[0]) for hit in results.hits if hit.passage.kind == "body"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_complaint_is_answered(index_of, case):
    index = index_of(documents(case["documents"]))
    for query in case["queries"]:
        results = index.search(query)
        found = numbers(results)
        assert set(found) >= set(case["found"]), query
        assert not set(found) & set(case.get("missing", ())), query
        assert results.rung == case.get("rung", results.rung), query
        if results.rung == "exact":
            assert not set(found) & set(case.get("not_exact", ())), query
        assert found[:1] == [case["first"]] if "first" in case else True, query
        assert results.suggestions == tuple(case.get("suggestions", ())), query
        assert results.corrected == case.get("corrected"), query
        assert bool(results.notes) == case.get("notes", False), results.notes
        for number, marks in case.get("marks", {}).items():
            hit = next(hit for hit in results.hits if hit.article.path == f"{number}.md")
            assert [hit.passage.text[start:end] for start, end in hit.highlights] == marks, query


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_printed_text_is_returned_unchanged(index_of, case):
    index = index_of(documents(case["documents"]))
    printed = [(hit.article.path, hit.passage.text) for hit in index.search("类型:正文").hits]
    for number, text in enumerate(case["documents"], 1):
        paragraph = text.split("\n\n")[-1].translate({ord(char): None for char in "\n\u200b"})
        assert (f"{number}.md", paragraph) in printed


def test_no_dictionary_is_needed_for_a_new_name(index_of, tmp_path):
    texts = ["船山时间谷开园。", "时间过得快。", "船山先生。"]
    (tmp_path / "words.txt").write_text("船山时间谷\n", encoding="utf-8")
    plain = index_of(documents(texts)).search("船山时间谷")
    told = index_of(documents(texts), user_dictionary=tmp_path / "words.txt").search("船山时间谷")
    for results in (plain, told):
        assert results.rung == "exact"
        assert [(hit.passage.text, hit.highlights) for hit in results.hits] == [(texts[0], ((0, 5),))]


@pytest.mark.parametrize("fast", [True, False], ids=["rjieba", "jieba"])
def test_rare_characters_are_found_with_either_word_cutter(index_of, tmp_path, monkeypatch, fast):
    monkeypatch.setattr("indexer.text.words._fast_cutter_installed", lambda: fast)
    (tmp_path / "none.txt").write_text("", encoding="utf-8")
    index = index_of(documents(["𪛖𪛖国的传说。"]), user_dictionary=tmp_path / "none.txt")
    results = index.search("𪛖国")
    assert results.rung == "exact"
    assert results.hits[0].highlights == ((1, 3),)


def test_every_short_piece_is_found_first(index_of):
    text = "总投资（含税）达5亿元，占地2,000亩。"
    index = index_of(documents([text, "总的说来，投资的人多，税收也多，达标的亩数有一半。"]))
    for length in (1, 2, 3):
        for start in range(len(text) - length + 1):
            piece = text[start : start + length]
            if piece.strip("（），。,"):
                results = index.search(piece)
                assert results.rung == "exact", piece
                assert numbers(results)[0] == 1 or length == 1, piece


@pytest.mark.parametrize(
    "query",
    ["a" * 10**6, "中" * 20_000, "\ud800", "(" * 256, '"', "-", "标题:", "：", "~9", "*", "?", "\\", "%00", "' OR 1=1 --", "🏭",
     "\u200b", "\ufeff", "e\u0301" * 100, "((((((((((甲))))))))))", "甲 OR OR OR 乙", "-" * 256, '"' * 255, "日期:..", "投资>=", ">=5",
     "1" * 256, "九" * 256, "亿" * 200, " ".join("甲乙丙丁戊己庚辛" * 4), "a " * 32 + "b" * 190, "１" * 200 + "亿"],
    ids=lambda query: ascii(query[:10]),
)  # fmt: skip
def test_hostile_query_is_answered_or_refused_at_once(shipped, query):
    began = time.perf_counter()
    refused = len(query) > 256 or len(query.split()) > 32
    with pytest.raises(BadRequest, match="最多") if refused else nullcontext():
        results = shipped.search(query)
        assert results.interpreted
        assert json.loads(json.dumps(results.to_json()))["total"] == results.total
    assert time.perf_counter() - began < 2


PIECES = st.sampled_from(
    ["衡阳", "园区", "投资", "一百亿", "100亿", "5G", "G", " ", " ", "-", "OR", "(", ")", '"', "标题:", "作者:", "日期:2021", "类型:图说",
     "园区:", "人物:", ">=", "超过", "以上", "的", "什么", "★", "，", "\ud800", "\u200b", "𠮷", "C++", "hengyang", "hyang"]
)  # fmt: skip


@settings(max_examples=150)
@given(
    query=st.one_of(st.text(max_size=40), st.lists(PIECES, min_size=1, max_size=8).map("".join)),
    sort=st.sampled_from(["relevance", "date"]),
    rung=st.sampled_from([None, "exact", "near", "all", "most"]),
)
def test_no_query_is_an_error(shipped, query, sort, rung):
    try:
        results = shipped.search(query, limit=5, sort=sort, rung=rung)
    except BadRequest:
        return
    assert len(results.hits) == min(results.total, 5)
    assert (results.rung == "none") == (results.total == 0)
    for hit in results.hits:
        assert all(0 <= start < end <= len(hit.passage.text) for start, end in hit.highlights)
