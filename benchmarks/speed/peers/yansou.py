"""This project: the whole of it, its ranking alone, and the text part of indexing alone."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from importlib.metadata import version
from itertools import groupby
from pathlib import Path

from benchmarks.speed.peers import Kind, Material, Record
from indexer import Index, compile_loops, open_index, update_index
from indexer.reading import Article, Passage
from indexer.store import IndexFolder
from indexer.store.analyst import AnalystOfLists
from indexer.store.builder import SegmentBuilder
from indexer.store.folder import IndexState
from indexer.store.part import Part
from indexer.store.pipeline import cores
from indexer.text import Tokenizer


def as_query(kind: Kind, query: str) -> str:
    """The query in this project's language."""
    if kind == "any":
        return " OR ".join(query.split())
    return f'"{query}"' if kind == "phrase" else query


class Whole:
    """``update_index`` and ``Index.search``."""

    _index: Index
    _added = 0

    def __init__(self) -> None:
        self._lists = AnalystOfLists(None, None)
        gc.set_threshold(100_000)  # as every command does (see ``cli.commands``)

    def version(self) -> str:
        return f"yansou {version('yansou')}, whoosh3 {version('whoosh3')}, numpy {version('numpy')}, numba {version('numba')}"

    def load(self) -> None:
        """Dictionaries are loaded by ``update_index`` and counted: the command pays for them each time."""

    def build(self, material: Material, folder: Path) -> None:
        report = update_index([material.corpus], folder)
        if report.rejected:
            raise RuntimeError(f"rejected: {report.rejected[:3]}")

    def compile(self) -> None:
        """What a server does when it starts, in a thread."""
        compile_loops()

    def open(self, folder: Path) -> None:
        self._index = open_index(folder)

    def follow(self) -> None:
        """What a server does next: new generations are looked for in a thread, and none by a query."""
        self._index.follow(lambda index: index.search("园区"))

    def search(self, kind: Kind, query: str, limit: int = 10) -> Sequence[str]:
        return [hit.passage.text for hit in self._index.search(as_query(kind, query), limit=limit).hits]

    def add(self, texts: Iterable[str], folder: Path) -> None:
        corpus = self._corpus(folder)
        self._added += 1
        title, *paragraphs = texts
        (corpus / f"new-{folder.name}-{self._added}.md").write_text("\n\n".join([f"# {title}", *paragraphs]), "utf-8")
        # Dictionaries are loaded once, as ``yansou watch`` does.
        report = update_index([corpus], folder, lists=self._lists)
        if report.added != 1:
            raise RuntimeError(f"one new article expected: {report}")

    @staticmethod
    def _corpus(folder: Path) -> Path:
        return Path(next(iter(IndexFolder(folder).snapshot().state.sources)))


class Ranking(Whole):
    """``Index.rank``: what another engine's search does, and no more."""

    def version(self) -> str:
        if not hasattr(Index, "rank"):
            raise ImportError("Index.rank does not exist in this version")
        return super().version()

    def search(self, kind: Kind, query: str, limit: int = 10) -> Sequence[str]:
        match = "any" if kind in ("any", "question") else "all"
        words = f'"{query}"' if kind in ("phrase", "literal") else query
        return [text for _, text in self._index.rank(words, match=match, limit=limit)]  # type: ignore[attr-defined]


class TextPart(Whole):
    """The text alone of articles that are read already: tokens, their postings and the commit; no names, no figures."""

    _batches: list[list[Article]]

    def prepare(self, material: Material) -> None:
        articles = [
            _article(list(records))
            for _, records in groupby(material.records(), key=lambda record: (record.path, record.article))
        ]
        self._batches = [articles[first : first + _BATCH] for first in range(0, len(articles), _BATCH)]

    def build(self, material: Material, folder: Path) -> None:
        index = IndexFolder(folder)
        with ProcessPoolExecutor(cores()) as pool, index.transaction(fresh=True) as transaction:
            transaction.add_pending(list(pool.map(_text_part, self._batches)))
            transaction.publish_pending()
            transaction.commit(IndexState(_tokenizer().fingerprint, ""))
        passages = sum(segment.size for segment in index.snapshot().segments)
        if passages != material.passages:
            raise RuntimeError(f"{material.passages} passages were to be indexed, and {passages} are")


# Articles that a process analyses at a time: some 1 MB.
_BATCH = 200


@cache
def _tokenizer() -> Tokenizer:
    return Tokenizer()


def _text_part(articles: list[Article]) -> Part:
    builder, tokenizer = SegmentBuilder(), _tokenizer()
    for article in articles:
        builder.add(article, [tokenizer.analyze(passage.text) for passage in article.passages])
    return builder.part()


def _article(records: Sequence[Record]) -> Article:
    first = records[0]
    passages = tuple(
        Passage(f"{first.article}-{each.ordinal}", each.kind, each.ordinal, each.text, each.heading, each.continues)  # type: ignore[arg-type]
        for each in records
    )
    return Article(first.article, first.title, first.path, passages)
