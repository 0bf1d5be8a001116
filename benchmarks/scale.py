"""Bytes and milliseconds a passage on both stores (see docs/scale.md): ``python -m benchmarks.scale ARTICLES --cluster URL``.

Every size is built anew on both, from the first articles of the folder by name, and brought up to date with one more; the index
on the cluster is deleted afterwards. Megabytes are the most that the writing process held. Milliseconds are medians of one client
that asks one question after the other, most kinds of question once in five rounds.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import cycle
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from benchmarks.speed.corpus import vary
from indexer import open_index, update_index
from indexer.store import IndexReport
from indexer.store.cluster import Connection
from indexer.store.place import ClusterAddress, Place

QUERIES = (
    "投资",
    "人工智能",
    "开发者 社区",
    "“用户体验”",
    "数据库 -MySQL",
    "互联网创业公司的融资环境",
    "5G",
    "一百万",
    "标题:设计 用户",
)
ROUNDS = 5


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure both stores at several sizes.")
    parser.add_argument("articles", type=Path)
    parser.add_argument("--cluster", required=True, metavar="URL")
    parser.add_argument("--sizes", default="10000,100000", help="numbers of passages, about")
    parser.add_argument("--shards", type=int, default=1)
    parser.add_argument("--stores", default="whoosh,opensearch")
    arguments = parser.parse_args()
    files = sorted(path for path in arguments.articles.rglob("*") if path.is_file())
    stores = arguments.stores.split(",")
    for size in map(int, arguments.sizes.split(",")):
        with tempfile.TemporaryDirectory() as folder:
            corpus = _first(files, size, Path(folder) / "corpus")
            for row in _measure(corpus, Path(folder), arguments.cluster, arguments.shards, stores):
                print(json.dumps(row, ensure_ascii=False), flush=True)
    return 0


def _first(files: list[Path], passages: int, corpus: Path) -> Path:
    """A folder with as many of the files as have about so many passages: one every 190 bytes of these articles.

    If they are too few, the same ones come again with one character in thirty changed (see ``speed.corpus``).
    """
    corpus.mkdir(parents=True)
    size = 0
    pool = "".join(path.read_text("utf-8", "replace") for path in files[:200])
    for number, path in enumerate(cycle(files)):
        if size >= passages * 190:
            break
        copy = corpus / f"{number:07}{path.suffix}"
        if number < len(files):
            shutil.copyfile(path, copy)
        else:
            copy.write_text(vary(path.read_text("utf-8", "replace"), pool, str(number)), "utf-8")
        size += path.stat().st_size
    return corpus


def _measure(corpus: Path, home: Path, url: str, shards: int, wanted: Sequence[str]) -> Iterator[dict[str, Any]]:
    address = ClusterAddress((url,), "yansou_scale", shards=shards, replicas=0)
    stores: dict[str, tuple[Place, Callable[[], int]]] = {
        "whoosh": (home / "index", lambda: sum(path.stat().st_size for path in (home / "index").iterdir())),
        "opensearch": (address, lambda: _bytes_on(address)),
    }
    text = sum(path.stat().st_size for path in corpus.iterdir())
    another = corpus / "another.md"
    try:
        for name in wanted:
            place, size = stores[name]
            another.unlink(missing_ok=True)
            report, peak = _in_a_process_of_its_own(corpus, place, full=True)
            taken = size()
            another.write_text("又一篇\n\n新添的一段，投资3亿元。\n", "utf-8")
            more, peak_of_more = _in_a_process_of_its_own(corpus, place, full=False)
            with open_index(place) as index:
                asked = {query: _milliseconds(lambda q=query: index.search(q)) for query in QUERIES}
            yield {
                "store": name,
                "passages": report.passages,
                "text_bytes": text,
                "build_seconds": report.seconds,
                "build_ms_a_passage": round(report.seconds * 1000 / report.passages, 3),
                "build_mb": peak,
                "one_more_seconds": more.seconds,
                "one_more_mb": peak_of_more,
                "bytes_a_passage": round(taken / report.passages),
                "median_ms": statistics.median(asked.values()),
                "ms": asked,
            }
    finally:
        connection = Connection(address)
        connection.request("DELETE", f"/{address.name}-*")
        connection.close()


def _in_a_process_of_its_own(corpus: Path, place: Place, *, full: bool) -> tuple[IndexReport, int]:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as processes:
        return processes.submit(_update, corpus, place, full).result()


def _update(corpus: Path, place: Place, full: bool) -> tuple[IndexReport, int]:
    report = update_index([corpus], place, full=full, jobs=1)
    return report, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _bytes_on(address: ClusterAddress) -> int:
    """Bytes of the primary shards, merged: before, what was sent is kept once more for copies to be made from."""
    connection = Connection(address)
    connection.request("POST", f"/{address.name}-*/_forcemerge", max_num_segments=1, request_timeout=900)
    connection.request("POST", f"/{address.name}-*/_refresh")  # or what was merged is still held
    connection.request("POST", f"/{address.name}-*/_flush")
    found = connection.request("GET", f"/{address.name}-*/_stats/store")
    connection.close()
    return int(found["_all"]["primaries"]["store"]["size_in_bytes"])


def _milliseconds(ask: Callable[[], object]) -> float:
    ask()
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        ask()
        times.append((time.perf_counter() - began) * 1000)
    return round(statistics.median(times), 1)


if __name__ == "__main__":
    sys.exit(main())
