"""Stock Whoosh with the analyzer that jieba ships for it. Its phrases fail: it stores offsets where positions belong."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from pathlib import Path

from benchmarks.speed.peers import Kind, Material

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # jieba's own: invalid escapes, pkg_resources
    import jieba
    from jieba.analyse import ChineseAnalyzer
from whoosh import fields, index, query

# Whoosh sorts a segment in this much memory; the stock 128 MB spills to disk more often.
_MEMORY_MB = 512


class WhooshJieba:
    def __init__(self) -> None:
        self._analyzer = ChineseAnalyzer()

    def version(self) -> str:
        return f"whoosh3 {version('whoosh3')}, jieba {version('jieba')}"

    def load(self) -> None:
        jieba.setLogLevel(60)
        jieba.initialize()

    def build(self, material: Material, folder: Path) -> None:
        schema = fields.Schema(text=fields.TEXT(stored=True, analyzer=self._analyzer))
        writer = index.create_in(str(folder), schema).writer(limitmb=_MEMORY_MB)
        for text in material.texts():
            writer.add_document(text=text)
        writer.commit()

    def open(self, folder: Path) -> None:
        self._searcher = index.open_dir(str(folder)).searcher()

    def search(self, kind: Kind, query_text: str, limit: int = 10) -> Sequence[str]:
        words = [token.text for token in self._analyzer(query_text, mode="query")]
        terms = [query.Term("text", word) for word in words]
        if len(terms) == 1:
            wanted = terms[0]
        elif kind in ("phrase", "literal"):
            wanted = query.Phrase("text", words)
        else:
            wanted = query.And(terms) if kind == "all" else query.Or(terms)
        return [hit["text"] for hit in self._searcher.search(wanted, limit=limit)]

    def add(self, texts: Iterable[str], folder: Path) -> None:
        writer = index.open_dir(str(folder)).writer()
        for text in texts:
            writer.add_document(text=text)
        writer.commit()
