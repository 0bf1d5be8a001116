"""What an index holds of a batch of files, worked out from nothing but their bytes.

    read -> hash -> parse -> names, tokens, figures -> a part of a segment

Nothing here knows the index or other batches, so that batches can be worked on anywhere and in any order; which of them
count, and in what order, is for ``update`` to say.
"""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import BadRequest, FileRejected
from ..facts import find_article_figures
from ..facts.names import Gazetteer, find_names
from ..reading import Article, SourceFile, read_articles, read_bytes
from ..text import Tokenizer
from .builder import SegmentBuilder
from .fingerprint import fingerprint_of
from .part import Part

__all__ = ["Analyst", "AnalystOfLists", "FileResult", "Recipe", "Result", "Task"]

# So many bytes of files are read, then searched for names, then for figures …: each of these steps has word lists and
# patterns that fill the processor's cache, and articles one by one would have them loaded anew for each. What is folded
# for one step is still there for the next (see ``text.fold``), which sets the upper end.
_GROUP_BYTES = 96 << 10


@dataclass(frozen=True, slots=True)
class Task:
    """A file to read; ``known`` is the hash of the content that the index has of it, or empty."""

    source: SourceFile
    known: str = ""


@dataclass(frozen=True, slots=True)
class FileResult:
    """What became of a file. ``ids`` are those of its articles; empty where it was rejected, for ``reason``, or has the
    known content. ``rejected``: path and reason of each member of an archive that was left out.
    """

    sha256: str = ""
    ids: tuple[str, ...] = ()
    reason: str = ""
    rejected: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """What became of each file of a batch, and the part of a segment that its articles make; None if there are none."""

    files: list[FileResult] = field(default_factory=list)
    part: Part | None = None


class Analyst:
    """Turns batches of files into what the index stores of them."""

    def __init__(self, tokenizer: Tokenizer, gazetteer: Gazetteer) -> None:
        self._tokenizer = tokenizer
        self._gazetteer = gazetteer

    @property
    def joins(self) -> tuple[tuple[str, str], ...]:
        """Pairs of names that the user's gazetteer joins."""
        return self._gazetteer.joins

    @property
    def fingerprint(self) -> str:
        """Analysts of equal fingerprints work out the same of the same bytes."""
        return fingerprint_of(self._tokenizer.fingerprint, self._gazetteer.fingerprint)

    def work(self, tasks: Sequence[Task], without: Container[int] = ()) -> Result:
        """The result of a batch. The files with the numbers ``without`` are read like the others and then left out."""
        builder = SegmentBuilder()
        files = []
        number = 0
        for group in _groups(tasks):
            articles = []
            for task in group:
                result, found = _read(task)
                files.append(result)
                if number not in without:
                    articles += found
                number += 1
            self._add(articles, builder)
        return Result(files, builder.part() if builder.passages else None)

    def _add(self, articles: Sequence[Article], builder: SegmentBuilder) -> None:
        mentions = [find_names(article, self._gazetteer) for article in articles]
        figures = [find_article_figures(article, names) for article, names in zip(articles, mentions, strict=True)]
        analyses = [[self._tokenizer.analyze(passage.text) for passage in article.passages] for article in articles]
        for each in zip(articles, analyses, mentions, figures, strict=True):
            builder.add(*each)


def _groups(tasks: Sequence[Task]) -> Iterator[Sequence[Task]]:
    """The tasks in runs of some bytes together."""
    first = size = 0
    for number, task in enumerate(tasks, 1):
        size += task.source.size
        if size >= _GROUP_BYTES or number == len(tasks):
            yield tasks[first:number]
            first, size = number, 0


def _read(task: Task) -> tuple[FileResult, list[Article]]:
    sha256 = ""
    try:
        data = read_bytes(task.source)
        sha256 = hashlib.sha256(data).hexdigest()
        if sha256 == task.known:
            return FileResult(sha256), []
        reading = read_articles(data, task.source.path)
    except FileRejected as error:
        return FileResult(sha256, reason=error.reason), []
    rejected = tuple((error.path, error.reason) for error in reading.rejected)
    return FileResult(sha256, tuple(article.id for article in reading.articles), rejected=rejected), reading.articles


class AnalystOfLists:
    """The analyst of a user's dictionary and gazetteer, for update after update: loading takes as long as a short one.

    ``current`` reads the lists again when their files have changed.
    """

    def __init__(self, user_dictionary: Path | None, user_gazetteer: Path | None) -> None:
        self.lists = user_dictionary, user_gazetteer
        self._seen: tuple[object, ...] = ()
        self._analyst: Analyst | None = None

    def current(self) -> Analyst:
        """The analyst of the lists as they are now. Raises BadRequest for one that cannot be read."""
        seen = tuple(map(_identity, self.lists))
        if self._analyst is None or seen != self._seen:
            user_dictionary, user_gazetteer = self.lists
            self._analyst = Analyst(Tokenizer(user_dictionary), Gazetteer(user_gazetteer))
            self._seen = seen
        return self._analyst


def _identity(path: Path | None) -> object:
    """What tells a file from itself rewritten. None also for one that is not there: reading it says so."""
    try:
        found = path.stat() if path is not None else None
    except OSError:
        return None
    return found and (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)


@dataclass(frozen=True, slots=True)
class Recipe:
    """How another process makes the same analyst."""

    fingerprint: str
    user_dictionary: Path | None = None
    user_gazetteer: Path | None = None

    def analyst(self) -> Analyst:
        """The analyst. Raises BadRequest if its lists are not what they were when the recipe was written."""
        analyst = Analyst(Tokenizer(self.user_dictionary), Gazetteer(self.user_gazetteer))
        if analyst.fingerprint != self.fingerprint:
            raise BadRequest("词典或名录在建索引的时候改了，索引没有改动：请再运行一次。")
        return analyst
