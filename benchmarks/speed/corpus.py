"""From a folder or archive of articles to the passages that every engine gets, in files that child processes read.

Articles are taken in a shuffled order (a corpus is often sorted by subject), and a size is a prefix of that order. Sizes
beyond the corpus are reached by repetition with changes: in a copy, one Chinese character in some thirty is another one, so
that words, neighbours and postings vary as they do in more text.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import sys
import tarfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from itertools import count, islice
from pathlib import Path

from benchmarks.speed.peers import Record

__all__ = ["Mark", "Material", "prepare", "unpacked"]

SEED = 20211016
_CHANGED = 30  # every how many characters one is changed in a copy
_HAN = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a size ends: numbers of files and passages from the start, and the UTF-8 bytes of their texts."""

    files: int
    articles: int
    passages: int
    text_bytes: int


class Material:
    """The first passages of the prepared ones; satisfies ``peers.Material``. ``waited`` counts the seconds spent reading."""

    def __init__(self, folder: Path, corpus: Path, passages: int) -> None:
        self._file = folder / "passages.jsonl"
        self.passages = passages
        self.corpus = corpus
        self.waited = 0.0

    def records(self) -> Iterator[Record]:
        with self._file.open(encoding="utf-8", errors="surrogatepass") as file:
            lines = islice(file, self.passages)
            while True:
                began = time.perf_counter()
                line = next(lines, None)
                record = Record(*json.loads(line)) if line is not None else None
                self.waited += time.perf_counter() - began
                if record is None:
                    return
                yield record

    def texts(self) -> Iterator[str]:
        return (record.text for record in self.records())


def unpacked(source: Path, work: Path) -> Path:
    """The folder itself, or the one that an archive is unpacked to."""
    if source.is_dir():
        return source
    target = work / "articles"
    if not target.is_dir():
        with tarfile.open(source) as archive:
            archive.extractall(target.with_suffix(".part"), filter="data")
        target.with_suffix(".part").rename(target)
    return target


def prepare(
    source: Path, work: Path, sizes: list[int], *, beyond: Callable[[int, int], bool] = lambda _size, _whole: True
) -> dict[int, Mark]:
    """Read articles until the largest size is reached, into ``work``; 0 among the sizes stands for the whole corpus.

    Returns how far each size reaches. A size larger than the corpus is left out unless ``beyond(size, passages of the
    corpus)``. What an earlier call with the same sizes has prepared is used again.
    """
    from indexer.reading import find_files

    done = work / "prepared.json"
    if done.exists():
        told = json.loads(done.read_text())
        if told["sizes"] == sizes and told["source"] == str(source):
            return {int(size): Mark(**mark) for size, mark in told["marks"].items()}
    files = [item.path for item in find_files(source)[0]]
    if not files:
        raise ValueError(f"no articles in {source}")
    random.Random(SEED).shuffle(files)
    marks = _Writer(source, work, files).write(sizes, beyond)
    told = {"source": str(source), "sizes": sizes, "marks": {size: asdict(mark) for size, mark in marks.items()}}
    done.write_text(json.dumps(told))
    return marks


class _Writer:
    def __init__(self, source: Path, work: Path, files: list[str]) -> None:
        self._source, self._work, self._files = source, work, files
        self._pool = ""

    def write(self, sizes: list[int], beyond: Callable[[int, int], bool]) -> dict[int, Mark]:
        from indexer.errors import FileRejected

        marks: dict[int, Mark] = {}
        here = Mark(0, 0, 0, 0)
        paths = (self._work / "files.txt").open("w", encoding="utf-8")
        with paths, (self._work / "passages.jsonl").open("w", encoding="utf-8", errors="surrogatepass") as out:
            for number, (path, absolute) in enumerate(self._all_files(), 1):
                wanted = [size for size in sizes if size and size not in marks and here.passages >= size]
                marks |= dict.fromkeys(wanted, here)
                if number == len(self._files) + 1:
                    sizes = [size for size in sizes if size in marks or size == 0 or beyond(size, here.passages)]
                    marks |= {0: here} if 0 in sizes else {}
                if len(marks) == len(sizes):
                    break
                try:
                    here = self._write_file(path, absolute, here, out)
                except FileRejected as error:
                    # Left out for every engine, and told: a corpus of somebody's own may hold anything.
                    print(f"left out: {error}", file=sys.stderr)
                else:
                    paths.write(f"{absolute.resolve()}\t{path}\n")
        return marks

    def _all_files(self) -> Iterator[tuple[str, Path]]:
        """Relative and real path: the corpus, then changed copies of it without end."""
        for path in self._files:
            yield path, self._source / path
        for copy in count(1):
            for path in self._files:
                target = self._work / "copies" / str(copy) / path
                target.parent.mkdir(parents=True, exist_ok=True)
                text = (self._source / path).read_text(encoding="utf-8", errors="replace")
                target.write_text(vary(text, self._characters(), f"{copy} {path}"), encoding="utf-8")
                yield f"copy-{copy}/{path}", target

    def _characters(self) -> str:
        """Characters as often as the corpus has them."""
        if not self._pool:
            texts = ((self._source / path).read_text("utf-8", "replace") for path in self._files[:200])
            self._pool = "".join(_HAN.findall("".join(texts))) or "中"
        return self._pool

    def _write_file(self, path: str, absolute: Path, here: Mark, out) -> Mark:  # type: ignore[no-untyped-def]
        from indexer.reading import parse_articles

        articles = parse_articles(absolute.read_bytes(), path)
        passages = size = 0
        for article in articles:
            for each in article.passages:
                record = Record(
                    each.text, path, article.id, article.title, each.kind, each.ordinal, each.heading, each.continues
                )
                out.write(json.dumps(record, ensure_ascii=False) + "\n")
                passages += 1
                size += len(each.text.encode("utf-8", "surrogatepass"))
        return Mark(here.files + 1, here.articles + len(articles), here.passages + passages, here.text_bytes + size)


def vary(text: str, characters: str, seed: str) -> str:
    """The text with one Chinese character in some thirty replaced by one drawn from ``characters``."""
    choose = random.Random(seed)
    changed = list(text)
    for _ in range(len(text) // _CHANGED):
        place = choose.randrange(len(changed))
        if _HAN.match(changed[place]):
            changed[place] = choose.choice(characters)
    return "".join(changed)


def corpus_folder(work: Path, size: int, files: int) -> Path:
    """A folder with the first files of the prepared ones, as hard links where the file system allows them."""
    folder = work / f"corpus-{size}"
    with (work / "files.txt").open(encoding="utf-8") as listed:
        for line in islice(listed, files):
            absolute, path = line.rstrip("\n").split("\t")
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                os.link(absolute, target)
            except OSError:
                shutil.copyfile(absolute, target)
    return folder
