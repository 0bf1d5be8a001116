"""This project: the whole of it, its ranking alone, and the text part of indexing alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib.metadata import version
from itertools import groupby
from pathlib import Path

from benchmarks.speed.peers import Kind, Material, Record
from indexer import Index, open_index, update_index

# As update_index has it: what bounds the memory of a build.
_UNITS_PER_SEGMENT = 4_000_000


def as_query(kind: Kind, query: str) -> str:
    """The query in this project's language."""
    if kind == "any":
        return " OR ".join(query.split())
    return f'"{query}"' if kind == "phrase" else query


class Whole:
    """``update_index`` and ``Index.search``."""

    _index: Index
    _added = 0

    def version(self) -> str:
        return f"yansou {version('yansou')}, whoosh3 {version('whoosh3')}, numpy {version('numpy')}"

    def load(self) -> None:
        """Dictionaries are loaded by ``update_index`` and counted: the command pays for them each time."""

    def build(self, material: Material, folder: Path) -> None:
        report = update_index([material.corpus], folder)
        if report.rejected:
            raise RuntimeError(f"rejected: {report.rejected[:3]}")

    def open(self, folder: Path) -> None:
        self._index = open_index(folder)

    def search(self, kind: Kind, query: str, limit: int = 10) -> Sequence[str]:
        return [hit.passage.text for hit in self._index.search(as_query(kind, query), limit=limit).hits]

    def add(self, texts: Iterable[str], folder: Path) -> None:
        corpus = self._corpus(folder)
        self._added += 1
        title, *paragraphs = texts
        (corpus / f"new-{folder.name}-{self._added}.md").write_text("\n\n".join([f"# {title}", *paragraphs]), "utf-8")
        report = update_index([corpus], folder)
        if report.added != 1:
            raise RuntimeError(f"one new article expected: {report}")

    @staticmethod
    def _corpus(folder: Path) -> Path:
        from indexer.store import IndexFolder

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
    """Tokens of passages that were read before to segments on disk, as ``update_index`` does between reading and facts."""

    def load(self) -> None:
        from indexer.text import Tokenizer

        self._tokenizer = Tokenizer()
        self._tokenizer.analyze("中文")

    def build(self, material: Material, folder: Path) -> None:
        from indexer.store import IndexFolder, IndexState
        from indexer.store.builder import SegmentBuilder

        builder = SegmentBuilder()
        with IndexFolder(folder).transaction(fresh=True) as transaction:
            for _, records in groupby(material.records(), key=lambda record: record.article):
                article = _article(list(records))
                builder.add(article, [self._tokenizer.analyze(passage.text) for passage in article.passages])
                if builder.units >= _UNITS_PER_SEGMENT:
                    transaction.add_pending(builder.arrays())
                    builder = SegmentBuilder()
            if builder.passages:
                transaction.add_pending(builder.arrays())
            transaction.publish_pending()
            transaction.merge_small()
            transaction.commit(IndexState(self._tokenizer.fingerprint, "2021-10-16T00:00:00+00:00"))


def _article(records: Sequence[Record]):  # type: ignore[no-untyped-def]
    from indexer.reading import Article, Passage

    first = records[0]
    passages = tuple(
        Passage(f"{first.article}-{each.ordinal}", each.kind, each.ordinal, each.text, each.heading, each.continues)  # type: ignore[arg-type]
        for each in records
    )
    return Article(first.article, first.title, first.path, passages)
