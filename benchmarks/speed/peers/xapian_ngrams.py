"""Xapian with its own n-grams of Chinese, Japanese and Korean text. Runs in the interpreter that has the binding."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import xapian

from benchmarks.speed.peers import Kind, Material


class XapianNgrams:
    def __init__(self) -> None:
        self._generator = xapian.TermGenerator()
        self._generator.set_flags(xapian.TermGenerator.FLAG_CJK_NGRAM)
        self._parser = xapian.QueryParser()

    def version(self) -> str:
        return f"Xapian {xapian.version_string()}"

    def load(self) -> None:
        pass

    def build(self, material: Material, folder: Path) -> None:
        database = xapian.WritableDatabase(str(folder / "db"), xapian.DB_CREATE)
        self._add(database, material.texts())
        database.close()

    def open(self, folder: Path) -> None:
        self._database = xapian.Database(str(folder / "db"))

    def search(self, kind: Kind, query: str, limit: int = 10) -> Sequence[str]:
        wanted = f'"{query}"' if kind in ("phrase", "literal") else query
        self._parser.set_default_op(xapian.Query.OP_AND if kind == "all" else xapian.Query.OP_OR)
        flags = xapian.QueryParser.FLAG_CJK_NGRAM | xapian.QueryParser.FLAG_PHRASE
        parsed = self._parser.parse_query(wanted, flags)
        if kind == "question":  # its parser wants every character of a run: no passage has all of a question's
            parsed = xapian.Query(xapian.Query.OP_OR, [term.decode() for term in parsed])
        enquire = xapian.Enquire(self._database)
        enquire.set_query(parsed)
        return [match.document.get_data().decode() for match in enquire.get_mset(0, limit)]

    def add(self, texts: Iterable[str], folder: Path) -> None:
        database = xapian.WritableDatabase(str(folder / "db"), xapian.DB_OPEN)
        self._add(database, texts)
        database.close()

    def _add(self, database: xapian.WritableDatabase, texts: Iterable[str]) -> None:
        for text in texts:
            document = xapian.Document()
            document.set_data(text.encode())
            self._generator.set_document(document)
            self._generator.index_text(text)
            database.add_document(document)
        database.commit()
