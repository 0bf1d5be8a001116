"""What is found, beside how fast: arbitrary strings, and questions with one right document."""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.speed.children import Child
from benchmarks.speed.corpus import prepare
from benchmarks.speed.peers import PEERS
from benchmarks.speed.queries import substrings
from benchmarks.speed.steps import Place, build, opened, tell

__all__ = ["findability", "relevance"]

LENGTHS = (2, 3, 4)
# Ten documents can need more than ten passages: the best passage counts for its document.
_PASSAGES = 30
_DOCUMENTS = 10


def findability(children: dict[str, Child], texts: Sequence[str], count: int) -> dict[str, dict[str, dict[str, float]]]:
    """Engine -> length -> share of strings of the corpus that one of the first ten passages holds.

    ``literal``: asked for as a string or phrase, as each engine does it best; ``typed``: typed as a user would.
    """
    found: dict[str, dict[str, dict[str, float]]] = defaultdict(dict)
    for length in LENGTHS:
        strings = substrings(texts, length, count)
        for key, child in children.items():
            if not strings or not {"literal", "question"} <= set(child.info.kinds):
                continue
            shares = {}
            for name, kind in (("literal", "literal"), ("typed", "question")):
                told = child.ask("search", kind=kind, queries=strings, texts=True)["found"]
                held = sum(any(string in text for text in hits) for string, hits in zip(strings, told, strict=True))
                shares[name] = round(held / len(strings), 4)
            found[key][str(length)] = shares
    return dict(found)


def relevance(questions: Path, keys: Sequence[str], work: Path) -> dict[str, Any]:
    """MRR@10 of the right document for each engine; ``questions`` is a file with documents and queries."""
    with gzip.open(questions, "rt", encoding="utf-8") as file:
        data = json.load(file)
    source = work / "documents"
    source.mkdir(parents=True, exist_ok=True)
    for number, text in enumerate(data["documents"]):
        (source / f"{number}.txt").write_text(text, encoding="utf-8")
    place = Place(work, 0, prepare(source, work, [0])[0])
    for key in keys:
        if PEERS[key].builds and PEERS[key].searches:
            tell(f"relevance: {PEERS[key].title} reads {place.mark.passages} passages")
            build(PEERS[key], place)
    homes: dict[str, set[str]] = defaultdict(set)
    for record in place.material().records():
        homes[record.text].add(record.path)
    queries = [query["query"] for query in data["queries"]]
    with opened(keys, place) as (children, _):
        answers = {
            key: child.ask("search", kind="question", queries=queries, limit=_PASSAGES, texts=True)["found"]
            for key, child in children.items()
        }
    wanted = [f"{query['relevant']}.txt" for query in data["queries"]]
    place.clear()
    return {
        "documents": len(data["documents"]),
        "passages": place.mark.passages,
        "questions": len(queries),
        "mrr": {key: round(_mrr(told, wanted, homes), 4) for key, told in answers.items()},
    }


def _mrr(answers: Sequence[Sequence[str]], wanted: Sequence[str], homes: dict[str, set[str]]) -> float:
    total = 0.0
    for texts, path in zip(answers, wanted, strict=True):
        documents: dict[str, None] = {}
        for text in texts:
            # A text that several documents hold counts for the right one: in favour of every engine alike.
            held_by = homes.get(text, set())
            documents[path if path in held_by else min(held_by, default=text)] = None
        ranked = list(documents)[:_DOCUMENTS]
        total += 1 / (ranked.index(path) + 1) if path in documents and path in ranked else 0.0
    return total / len(wanted)
