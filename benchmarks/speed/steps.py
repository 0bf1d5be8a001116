"""What is measured at each size: building, opening, latency by class of query, adding an article."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from benchmarks.speed.children import Child, EngineMissing, TreeMemory
from benchmarks.speed.corpus import Mark, Material, corpus_folder
from benchmarks.speed.peers import PEERS, Kind, PeerInfo
from benchmarks.speed.queries import QueryClass, mixed
from benchmarks.speed.stats import percentile, summary

__all__ = ["Place", "add_articles", "available", "build", "latency", "measure_commits", "opened", "tell"]

# Queries an engine answers before the next one has its turn: long enough that it is not always met with cold caches, short
# enough that whatever else the machine does meets all of them.
_TURN = 10
_WARM_UP = 10
# A slow engine answers fewer of the queries: this many at least, more while it has seconds left.
_FEWEST = 30
_SECONDS = 6.0
_NEW_ARTICLES = 5


@dataclass(frozen=True, slots=True)
class Place:
    """One size: where its files are and how far it reaches."""

    work: Path
    size: int
    mark: Mark

    def index(self, info: PeerInfo) -> Path:
        return self.work / f"index-{self.size}" / info.home

    def clear(self) -> None:
        shutil.rmtree(self.work / f"index-{self.size}", ignore_errors=True)
        shutil.rmtree(self.work / f"corpus-{self.size}", ignore_errors=True)

    def material(self) -> Material:
        return Material(self.work, self.work / f"corpus-{self.size}", self.mark.passages)


def tell(text: str) -> None:
    """A line of progress."""
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


def available(keys: Sequence[str]) -> tuple[dict[str, str], dict[str, str]]:
    """Versions of the engines that are there, and what the others lack."""
    versions: dict[str, str] = {}
    missing: dict[str, str] = {}
    for key in keys:
        try:
            with Child(PEERS[key]) as child:
                versions[key] = child.ask("version")["version"]
        except EngineMissing as error:
            missing[key] = str(error)
    return versions, missing


def build(info: PeerInfo, place: Place) -> dict[str, float]:
    """Seconds, peak memory and size of an index built in a process of its own."""
    folder = place.index(info)
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    corpus = place.work / f"corpus-{place.size}"
    if info.ours and not corpus.is_dir():
        corpus_folder(place.work, place.size, place.mark.files)
    with Child(info) as child, TreeMemory(child.pid) as memory:
        passages = place.mark.passages
        told = child.ask("build", folder=str(folder), material=str(place.work), corpus=str(corpus), passages=passages)
    return {
        "seconds": round(told["seconds"], 6),
        "peak_bytes": max(memory.peak, told["peak_bytes"]),
        "size_bytes": sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()),
    }


@contextmanager
def opened(keys: Sequence[str], place: Place) -> Iterator[tuple[dict[str, Child], dict[str, float]]]:
    """Engines in processes of their own, each with its index open; and the milliseconds that opening took."""
    with ExitStack() as stack:
        children = {key: stack.enter_context(Child(PEERS[key])) for key in keys}
        times = {
            key: round(child.ask("open", folder=str(place.index(child.info)))["ms"], 3)
            for key, child in children.items()
        }
        yield children, times


def latency(children: dict[str, Child], classes: Sequence[QueryClass]) -> dict[str, dict[str, dict[str, float]]]:
    """Class -> engine -> milliseconds of single queries, the engines taking turns. No query is counted twice."""
    return {each.name: _latency_of(children, each) for each in classes if each.queries}


def _latency_of(children: dict[str, Child], asked: QueryClass) -> dict[str, dict[str, float]]:
    warm_up, queries = asked.queries[:_WARM_UP], asked.queries[_WARM_UP:] or asked.queries
    able = {key: child for key, child in children.items() if asked.kind in child.info.kinds}
    times: dict[str, list[float]] = {key: [] for key in able}
    empty = dict.fromkeys(able, 0)
    for child in able.values():
        child.ask("search", kind=asked.kind, queries=warm_up)
    for turn, start in enumerate(range(0, len(queries), _TURN)):
        # Not counted: it brings back what the other engines pushed out of the processor's caches.
        wake = warm_up[turn % len(warm_up)]
        for key, child in able.items():
            if sum(times[key]) > _SECONDS * 1000 and len(times[key]) >= _FEWEST:
                continue
            told = child.ask("search", kind=asked.kind, queries=[wake, *queries[start : start + _TURN]])
            times[key] += told["ms"][1:]
            empty[key] += told["found"][1:].count(0)
    return {key: summary(values) | {"empty": round(empty[key] / len(values), 4)} for key, values in times.items()}


def new_articles(material: Material, count: int) -> list[list[str]]:
    """Articles of ten paragraphs that the index does not have yet, made of paragraphs that it has."""
    long_ones = (record.text for record in material.records() if record.kind == "body" and len(record.text) > 40)
    texts = list(islice(long_ones, count * 10))
    step = max(1, len(texts) // count)
    return [[f"新到的第{number + 1}篇文章", *texts[number * step : number * step + 10]] for number in range(count)]


def add_articles(child: Child, place: Place) -> dict[str, float]:
    """Milliseconds for one new article to be committed, several times."""
    articles = new_articles(place.material(), _NEW_ARTICLES)
    return summary(child.ask("add", folder=str(place.index(child.info)), articles=articles)["ms"])


def measure_commits(place: Place, classes: Sequence[QueryClass]) -> dict[str, Any]:
    """Our latency while another process commits articles, beside the latency when nothing else happens."""
    info = PEERS["yansou"]
    queries = mixed(classes)
    articles = new_articles(place.material(), _NEW_ARTICLES)
    with Child(info) as searcher, Child(info) as writer:
        # The writer opens nothing to search, as ``yansou watch`` does not.
        searcher.ask("open", folder=str(place.index(info)))
        ask = _asker(searcher, queries)
        ask()  # warms up
        idle = [time for _ in range(8) for time in ask()]
        writer.send("add", folder=str(place.index(info)), articles=articles)
        busy: list[float] = []
        while not writer.answered:
            busy += ask()
        commits = writer.receive()["ms"]
    return {
        "commit": summary(commits),
        "idle": summary(idle),
        "during": summary(busy),
        "times_p95": round(percentile(busy, 0.95) / percentile(idle, 0.95), 3),
    }


def _asker(searcher: Child, queries: Sequence[tuple[Kind, str]]) -> Callable[[], list[float]]:
    """A function that asks the next few of the queries, and begins again when all were asked."""
    endless = cycle(queries)

    def ask() -> list[float]:
        return [
            time
            for kind, query in islice(endless, _FEWEST)
            for time in searcher.ask("search", kind=kind, queries=[query])["ms"]
        ]

    return ask
