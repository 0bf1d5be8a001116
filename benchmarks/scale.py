"""Indexing and answering on a larger folder: ``python -m benchmarks.scale FOLDER|ARCHIVE.tar.xz [--files 2000]``.

Prints how long the index took and weighs, and the milliseconds of classes of queries made from the texts themselves, each
with facets and ten marked passages (median of three). Exits with 1 when a file was rejected.
"""

from __future__ import annotations

import argparse
import random
import re
import resource
import statistics
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.relevance import Report
from indexer import Index, open_index, update_index
from indexer.reading import find_files

_HAN = re.compile(r"[\u4e00-\u9fff]{12,40}")


@contextmanager
def unpacked(source: Path, files: int) -> Iterator[Path]:
    """A folder with the first articles, by name, of a folder or an archive."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "corpus"
        folder.mkdir()
        if source.is_dir():
            for item in find_files(source)[0][:files]:
                target = folder / item.path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes((source / item.path).read_bytes())
        else:
            with tarfile.open(source) as archive:
                members = sorted((m for m in archive.getmembers() if m.isfile()), key=lambda m: m.name)[:files]
                archive.extractall(folder, members=members, filter="data")
        yield folder


def query_classes(texts: Sequence[str], count: int) -> dict[str, list[str]]:
    """Queries of each class, drawn from the texts with a fixed seed."""
    choose = random.Random(20211010)
    runs = [run for text in texts for run in _HAN.findall(text)]

    def piece(length: int) -> str:
        run = choose.choice(runs)
        start = choose.randrange(len(run) - length + 1)
        return run[start : start + length]

    return {
        "one character": [piece(1) for _ in range(count)],
        "two characters": [piece(2) for _ in range(count)],
        "a literal string of 6": [piece(6) for _ in range(count)],
        "three pieces": [" ".join(piece(3) for _ in range(3)) for _ in range(count)],
        "a sentence of 12 that is not printed": [piece(6) + piece(6) for _ in range(count)],
        "a question": [piece(6) + "是什么？" for _ in range(count)],
    }


def measure(index: Index, queries: Sequence[str]) -> list[float]:
    """Milliseconds of each query: the median of three."""
    return [statistics.median(_milliseconds(index, query) for _ in range(3)) for query in queries]


def _milliseconds(index: Index, query: str) -> float:
    began = time.perf_counter()
    index.search(query)
    return (time.perf_counter() - began) * 1000


def run(source: Path, report: Report, *, files: int, limit: float) -> None:
    with unpacked(source, files) as corpus:
        data = sum(item.size for item in find_files(corpus)[0])
        result = update_index([corpus], corpus.parent / "index")
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{result.articles} articles, {result.passages} passages, {data / 1e6:.1f} MB in {result.seconds:.1f} s")
        print(f"peak memory {memory:.0f} MiB; rejected: {[item.reason for item in result.rejected]}")
        report.line("files indexed without trouble", (result.added) / (result.added + len(result.rejected)), 1.0)
        index = open_index(corpus.parent / "index")
        print(f"index {index.status().size_bytes / data:.2f} times the text")
        texts = [path.read_text(encoding="utf-8") for path in sorted(corpus.rglob("*.md"))[:400]]
        for name, queries in query_classes(texts, 40).items():
            times = sorted(measure(index, queries))
            note = f"median {statistics.median(times):.1f} ms, slowest {times[-1]:.1f} ms of {len(times)}"
            within = sum(value <= limit for value in times) / len(times)
            report.line(f"{name}: answered within {limit:g} ms", within, 1.0, note, binding=False)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("source", type=Path, help="folder or tar archive of articles")
    parser.add_argument("--files", type=int, default=2000, help="how many of them")
    parser.add_argument("--limit", type=float, default=50.0, help="milliseconds a query may take")
    arguments = parser.parse_args()
    report = Report()
    run(arguments.source, report, files=arguments.files, limit=arguments.limit)
    return 1 if report.missed else 0


if __name__ == "__main__":
    sys.exit(main())
