"""This project: the whole of it, its ranking alone, and the text part of indexing alone."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from importlib.metadata import version
from itertools import groupby
from pathlib import Path

from benchmarks.speed.peers import Kind, Material, Record
from indexer import Index, open_index, update_index
from indexer.reading import Article, Passage


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
    """``update_index`` over articles that are read already, and without names and figures."""

    def prepare(self, material: Material) -> None:
        """Read the articles, and put what is left out of the way wherever the engine has imported it."""
        articles: dict[str, list[Article]] = {}
        for _, records in groupby(material.records(), key=lambda record: (record.path, record.article)):
            article = _article(list(records))
            articles.setdefault(article.path, []).append(article)
        stands_in: dict[str, Callable[..., object]] = {
            "parse_articles": lambda _data, path: articles.get(path, []),
            "find_names": lambda *_: (),
            "find_article_figures": lambda article, _: [()] * len(article.passages),
        }
        update_index  # noqa: B018  # loads the engine's modules
        engine = [module for name, module in list(sys.modules.items()) if name.partition(".")[0] == "indexer"]
        for module in engine:
            for name in stands_in.keys() & vars(module).keys():
                setattr(module, name, stands_in[name])

    def build(self, material: Material, folder: Path) -> None:
        report = update_index([material.corpus], folder)
        if (report.passages, report.figures) != (material.passages, 0):
            raise RuntimeError(f"this was not the text part of {material.passages} passages alone: {report}")


def _article(records: Sequence[Record]) -> Article:
    first = records[0]
    passages = tuple(
        Passage(f"{first.article}-{each.ordinal}", each.kind, each.ordinal, each.text, each.heading, each.continues)  # type: ignore[arg-type]
        for each in records
    )
    return Article(first.article, first.title, first.path, passages)
