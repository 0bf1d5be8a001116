"""Compiled queries, evaluated by a model of OpenSearch a page long, find what the ladder finds over arrays.

The model says what the project takes OpenSearch to mean; that it does mean it, ``tests/cluster`` asks a real one.
"""

from __future__ import annotations

import random
from itertools import pairwise, product

import numpy as np
import pytest

from indexer.search.answer import Opened
from indexer.search.cluster.compile import Compiler
from indexer.search.ladder import STEPS, Ladder, positive_terms
from indexer.search.query import parse
from indexer.search.ranking import query_tokens
from indexer.store import IndexState, Snapshot
from indexer.store.builder import SegmentBuilder
from indexer.store.cluster.documents import documents
from indexer.store.cluster.near import segment_of


def spans(rule, document, field):
    """Where a rule of intervals holds: (first, behind last), all of them."""
    ((kind, of),) = rule.items()
    if kind == "match":
        tokens = document.get(of.get("use_field", field), "").split()
        wanted = of["query"].split()
        found = [(i, i + len(wanted)) for i in range(len(tokens)) if tokens[i : i + len(wanted)] == wanted]
    elif kind == "any_of":
        found = [span for each in of["intervals"] for span in spans(each, document, field)]
    else:
        found = []
        for parts in product(*(spans(each, document, field) for each in of["intervals"])):
            if of["mode"] == "ordered" and any(a[1] > b[0] for a, b in pairwise(parts)):
                continue
            gaps = parts[-1][1] - parts[0][0] - sum(end - first for first, end in parts)
            if of["mode"] == "ordered" and of["max_gaps"] >= 0 and gaps > of["max_gaps"]:
                continue
            found.append((min(first for first, _ in parts), max(end for _, end in parts)))
    for name, inner in of.get("filter", {}).items():
        others = spans(inner, document, field)
        if name == "contained_by":
            found = [span for span in found if any(a <= span[0] and span[1] <= b for a, b in others)]
        else:
            holds = {span: any(span[0] <= a and b <= span[1] for a, b in others) for span in found}
            found = [span for span in found if holds[span] == (name == "containing")]
    return found


def values_of(document, field):
    for name in field.split("."):
        document = document.get(name, ()) if isinstance(document, dict) else ()
    return document if isinstance(document, list) else [document] if document not in ((), "") else []


def answers(query, document):
    """Whether a document answers a query."""
    ((kind, of),) = query.items()
    if kind in ("match_all", "match_none"):
        return kind == "match_all"
    if kind == "bool":
        return (
            all(answers(each, document) for each in of.get("filter", ()))
            and not any(answers(each, document) for each in of.get("must_not", ()))
            and (not of.get("should") or any(answers(each, document) for each in of["should"]))
        )
    if kind == "nested":
        return any(answers(of["query"], {"figures": figure}) for figure in document.get("figures", ()))
    ((field, wanted),) = of.items()
    found = values_of(document, field)
    if kind == "term":
        return any(wanted == value or (isinstance(value, str) and wanted in value.split()) for value in found)
    if kind == "terms":
        return any(
            wanted_one == value or (isinstance(value, str) and wanted_one in value.split())
            for wanted_one in wanted
            for value in found
        )
    if kind == "match_phrase":
        return any(spans({"match": {"query": wanted}}, {"x": value}, "x") for value in found)
    if kind == "range":
        return any(wanted.get("gte", value) <= value <= wanted.get("lte", value) for value in found)
    assert kind == "intervals"
    return bool(spans(wanted, document, field))


@pytest.fixture(scope="module")
def archive(article_of, tokenizer):
    """Documents as they are sent, and the same passages as a segment."""
    texts = [
        "衡阳投资100亿元建新园区。株洲没有。",
        "投资的人来自衡阳以外的地方，2021年来的。",
        "衡阳。投资一百亿元，总投资10亿元。",
        "GitHub 上的 5G 基站2000座，C++ 与 C# 都有★。",
        "Git Hub 上的 15G 流量，→增长20%。",
        "船山时间谷占地1500亩，“时间”之谷。",
        "二〇二一年，产值1.5亿元、税收二十万元。",
    ]
    articles = [
        article_of("衡阳的投资", *texts[:4], number=1, continues=(2,)),
        article_of("时间谷 100亿", *texts[4:], number=2, continues=(2, 3)),
        article_of("题", "船山时。", "间谷到了。衡。", "阳也到了", number=3, continues=(2, 3)),
        # One sentence over three parts, and a number that is written in another way behind the seam.
        article_of("题", "没有。衡阳，总投资", "一百亿元，时间谷", "也到了，5G。投资没有", number=4, continues=(2, 3)),
        article_of("题", "园区，", "5G", "投资", "，", "衡阳", number=5, continues=(2, 3, 4, 5)),
    ]
    builder = SegmentBuilder()
    for article in articles:
        builder.add(article, [tokenizer.analyze(passage.text) for passage in article.passages])
    sent = [document for one in documents(builder.part()) for _, document in one.passages]
    metas = {one.id: one.document["stored"]["meta"] for one in documents(builder.part())}
    view, places = segment_of({(each["article"], each["ordinal"]): each for each in sent}, metas)
    return sent, view, places


PIECES = (
    "衡阳", "投资", "100亿", "一百亿元", "00亿", "亿元", "5G", "5", "G", "Git Hub", "GitHub", "C++", "C#", "c", "★", "→", "，",
    "时间谷", "“时间”", "船山时间谷", "山时间", "2021年", "二〇二一年", "2000", "没有", "元建", "园区 株洲", "题", "不在", "间谷", "衡阳也", "山", "到了", "没",
    "总投资100亿", "投资 一百亿", "谷也",
)  # fmt: skip
SHAPES = ("{a}", "{a} {b}", "{a} {b} {c}", "“{a}”", "{a} -{b}", "{a} OR {b}", "({a} OR {b}) {c}", "{a} “{b}”", "{a} 标题:{b}", "{a} 类型:正文", "({a} {b}) OR {c}", "{a} -({b} {c})", "({a} OR 类型:标题) {b}")  # fmt: skip


@pytest.mark.parametrize("seed", range(12))
def test_compiled_steps_find_what_the_ladder_finds(archive, seed):
    sent, view, places = archive
    choose = random.Random(seed)
    opened = Opened(Snapshot(1, IndexState("", ""), (view,)))
    for _ in range(60):
        a, b, c = choose.sample(PIECES, 3)
        query = parse(choose.choice(SHAPES).format(a=a, b=b, c=c))
        tokens = query_tokens([term.text for term in positive_terms(query.root)], opened.is_word)
        ladder = Ladder(query, (view,), tokens, opened.is_word, opened.names)
        compiler = Compiler(query, tokens, opened.is_word, lambda *_: {"match_none": {}}, lambda _: True)
        for step in STEPS:
            wanted = set(np.flatnonzero(ladder.masks(step)[0]).tolist())
            compiled = compiler.step(step)
            found = {places[each["article"], each["ordinal"]] for each in sent if answers(compiled, each)}
            assert found == wanted, (query.text, step)
