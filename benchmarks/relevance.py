"""Relevance and findability on labelled material: ``python -m benchmarks.relevance --shared DIR``.

Prints, with the target of each:

    labelled queries   of the queries about the labelled pages, how many have the passage with the answer first, and among
                       the first three, over all pages of DIR/corpus (white space ignored; for a bare name, any passage
                       that holds it)
    findability        of random Han substrings of the documents, how many have a passage that holds the string within
                       the first ten, and how many have nothing else there (as far as there are ten)
    questions          MRR@10 of the document with the answer, as typed and in traditional characters; on the half that
                       the ranking was tuned on and on the rest

Exits with 1 when a target is missed.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from indexer import Index, open_index, update_index
from indexer.search.results import Hit

# Kinds of labelled queries that are nothing but names: any passage that holds them is right.
BARE_NAMES = {
    "single name",
    "partial name",
    "partial name with digits",
    "person name",
    "person name (photographer)",
    "organization (provisional name)",
    "programme names",
    "English mix",
}
LENGTHS = (1, 2, 3, 4, 6, 8)
_HAN = re.compile(r"[\u4e00-\u9fff]+")


class Report:
    """Prints measurements against their targets and remembers whether one was missed."""

    def __init__(self) -> None:
        self.missed = 0

    def line(
        self, name: str, value: float, target: float | None = None, note: str = "", *, binding: bool = True
    ) -> None:
        """``binding`` is False for times: they are compared with their target but cannot fail a run."""
        verdict = "" if target is None else "ok" if value >= target else "MISSED"
        self.missed += binding and verdict == "MISSED"
        wanted = "" if target is None else f">= {target:g}"
        print(f"{name:<44} {value:8.4f}  {wanted:<9} {verdict:<7} {note}".rstrip(), flush=True)


def build(files: Iterable[tuple[str, str]], folder: Path) -> Index:
    """An index over texts given as (file name, text), made as the command line makes it."""
    corpus = folder / "corpus"
    corpus.mkdir()
    for name, text in files:
        (corpus / name).write_text(text, encoding="utf-8")
    update_index([corpus], folder / "index")
    return open_index(folder / "index")


def labelled_queries(shared: Path, report: Report) -> None:
    pages = [(path.name, path.read_text(encoding="utf-8")) for path in sorted((shared / "corpus").glob("*.txt"))]
    ranks: list[tuple[int, str]] = []
    with tempfile.TemporaryDirectory() as folder, build(pages, Path(folder)) as index:
        for gold in sorted((shared / "gold").glob("*.gold.json")):
            for query in json.loads(gold.read_text(encoding="utf-8"))["queries"]:
                hits = index.search(query["q"], limit=10).hits
                ranks.append((_rank(hits, lambda hit, query=query: _answers(hit, query)), query["q"]))
    total = len(ranks)
    report.line("labelled queries: first", sum(rank == 1 for rank, _ in ranks) / total, 0.85, f"{total} queries")
    report.line("labelled queries: in the first three", sum(1 <= rank <= 3 for rank, _ in ranks) / total, 0.95)
    for rank, query in ranks:
        if rank != 1:
            print(f"    rank {rank or '-'}: {query}")


def _answers(hit: Hit, query: dict[str, str]) -> bool:
    text = _without_space(hit.passage.text)
    if query["kind"] in BARE_NAMES and all(name in text for name in query["q"].split()):
        return True
    return _without_space(query["answer"]) in text


def _without_space(text: str) -> str:
    return "".join(text.split())


def _rank(hits: Sequence[Hit], wanted: Callable[[Hit], bool]) -> int:
    return next((i + 1 for i, hit in enumerate(hits) if wanted(hit)), 0)


def findability(index: Index, documents: Sequence[str], report: Report, count: int) -> None:
    """Random substrings of each length, drawn from Han runs of the documents with a fixed seed."""
    choose = random.Random(20211010)
    runs = [run for document in documents for run in _HAN.findall(document)]
    for length in LENGTHS:
        long_enough = [run for run in runs if len(run) >= length]
        found = pure = 0
        for _ in range(count):
            run = choose.choice(long_enough)
            start = choose.randrange(len(run) - length + 1)
            wanted = run[start : start + length]
            there_are = sum(wanted in document for document in documents)
            holding = [wanted in hit.passage.text for hit in index.search(wanted, limit=10).hits]
            found += any(holding)
            pure += all(holding[:there_are]) and len(holding) >= min(there_are, 10)
        report.line(f"substrings of {length}: found", found / count, 1.0, f"{count} strings")
        report.line(f"substrings of {length}: nothing else", pure / count, 0.99)


def questions(index: Index, queries: Sequence[dict[str, Any]], report: Report) -> None:
    from opencc import OpenCC

    traditional = OpenCC("s2t")
    tuned, rest = queries[::2], queries[1::2]
    for name, half, target in (("tuned half", tuned, None), ("other half", rest, 0.985)):
        report.line(f"questions, {name}: MRR@10", _mrr(index, half, str), target, f"{len(half)} questions")
    report.line("questions, all: MRR@10", _mrr(index, queries, str), 0.985)
    report.line("questions in traditional: MRR@10", _mrr(index, queries, traditional.convert), 0.98)


def _mrr(index: Index, queries: Sequence[dict[str, Any]], spell: Callable[[str], str]) -> float:
    total = 0.0
    for query in queries:
        # Ten documents can need more than ten passages: the best passage counts for its document.
        paths = [hit.article.path for hit in index.search(spell(query["query"]), limit=30).hits]
        documents = list(dict.fromkeys(paths))[:10]
        name = _file_name(query["relevant"])
        total += 1 / (documents.index(name) + 1) if name in documents else 0.0
    return total / len(queries)


def _file_name(number: int) -> str:
    return f"{number:05d}.txt"


def speed(index: Index, queries: Iterable[str], report: Report) -> None:
    times = []
    for query in queries:
        began = time.perf_counter()
        index.search(query)
        times.append((time.perf_counter() - began) * 1000)
    times.sort()
    report.line("milliseconds a question: median", times[len(times) // 2])
    report.line("milliseconds a question: 95 %", times[len(times) * 95 // 100])


def run(shared: Path, report: Report, substrings: int) -> None:
    labelled_queries(shared, report)
    with gzip.open(shared / "relevance" / "questions.json.gz", "rt", encoding="utf-8") as file:
        data = json.load(file)
    files = [(_file_name(number), text) for number, text in enumerate(data["documents"])]
    with tempfile.TemporaryDirectory() as folder, build(files, Path(folder)) as index:
        findability(index, data["documents"], report, substrings)
        questions(index, data["queries"], report)
        speed(index, [query["query"] for query in data["queries"][:200]], report)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--shared", type=Path, default=Path("../shared"), help="folder with corpus, gold and relevance")
    parser.add_argument("--substrings", type=int, default=300, help="random strings of each length")
    arguments = parser.parse_args()
    report = Report()
    run(arguments.shared, report, arguments.substrings)
    return 1 if report.missed else 0


if __name__ == "__main__":
    sys.exit(main())
