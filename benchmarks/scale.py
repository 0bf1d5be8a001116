"""Bytes and milliseconds a passage on both stores (see docs/scale.md): ``python -m benchmarks.scale ARTICLES --cluster URL``.

Every size is built anew on both, from the first articles of the folder by name; the index on the cluster is deleted afterwards.
Milliseconds are medians of one client that asks one question after the other, most kinds of question once in five rounds.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

from indexer import open_index, update_index
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
    arguments = parser.parse_args()
    files = sorted(path for path in arguments.articles.rglob("*") if path.is_file())
    for size in map(int, arguments.sizes.split(",")):
        with tempfile.TemporaryDirectory() as folder:
            corpus = _first(files, size, Path(folder) / "corpus")
            for row in _measure(corpus, Path(folder), arguments.cluster, arguments.shards):
                print(json.dumps(row, ensure_ascii=False), flush=True)
    return 0


def _first(files: list[Path], passages: int, corpus: Path) -> Path:
    """A folder with as many of the files as have about so many passages: one every 190 bytes of these articles.

    If they are too few, the same ones come again as other files. Postings and texts grow by that as by other articles,
    vocabularies less.
    """
    corpus.mkdir(parents=True)
    size = 0
    for number, path in enumerate(cycle(files)):
        if size >= passages * 190:
            break
        shutil.copyfile(path, corpus / f"{number:07}{path.suffix}")
        size += path.stat().st_size
    return corpus


def _measure(corpus: Path, home: Path, url: str, shards: int) -> Iterator[dict[str, Any]]:
    address = ClusterAddress((url,), "yansou_scale", shards=shards, replicas=0)
    stores: dict[str, tuple[Place, Callable[[], int]]] = {
        "whoosh": (home / "index", lambda: sum(path.stat().st_size for path in (home / "index").iterdir())),
        "opensearch": (address, lambda: _bytes_on(address)),
    }
    text = sum(path.stat().st_size for path in corpus.iterdir())
    try:
        for name, (place, size) in stores.items():
            report = update_index([corpus], place, full=True, jobs=1)
            taken = size()
            with open_index(place) as index:
                asked = {query: _milliseconds(lambda q=query: index.search(q)) for query in QUERIES}
            yield {
                "store": name,
                "passages": report.passages,
                "text_bytes": text,
                "build_seconds": report.seconds,
                "build_ms_a_passage": round(report.seconds * 1000 / report.passages, 3),
                "bytes_a_passage": round(taken / report.passages),
                "median_ms": statistics.median(asked.values()),
                "ms": asked,
            }
    finally:
        connection = Connection(address)
        connection.request("DELETE", f"/{address.name}-*")
        connection.close()


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
