"""tantivy-py over words that rjieba cut: joined by spaces, and cut there again by its whitespace tokenizer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import tantivy
from tantivy import Occur, Query

from benchmarks.speed.peers import Kind, Material
from benchmarks.speed.peers.words import cutter_version, words

# Room for all threads together: a segment is written out when its share is full.
_MEMORY_BYTES = 512_000_000


class TantivyRjieba:
    def __init__(self) -> None:
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("words", stored=False, tokenizer_name="whitespace")
        builder.add_bytes_field("text", stored=True)  # to be shown: a text field would be indexed as well
        self._schema = builder.build()

    def version(self) -> str:
        return f"{tantivy.__version__.split(',')[0]}, {cutter_version()}"

    def load(self) -> None:
        words("中文")

    def build(self, material: Material, folder: Path) -> None:
        writer = tantivy.Index(self._schema, path=str(folder)).writer(heap_size=_MEMORY_BYTES)
        for text in material.texts():
            writer.add_document(self._document(text))
        writer.commit()
        writer.wait_merging_threads()

    def open(self, folder: Path) -> None:
        self._searcher = tantivy.Index.open(str(folder)).searcher()

    def search(self, kind: Kind, query_text: str, limit: int = 10) -> Sequence[str]:
        cut = words(query_text)
        if len(cut) > 1 and kind in ("phrase", "literal"):
            wanted = Query.phrase_query(self._schema, "words", cut)
        else:
            occur = Occur.Must if kind == "all" else Occur.Should
            terms = [Query.term_query(self._schema, "words", word) for word in cut]
            wanted = terms[0] if len(terms) == 1 else Query.boolean_query([(occur, term) for term in terms])
        # Counting all matches would keep it from skipping blocks.
        hits = self._searcher.search(wanted, limit, count=False).hits
        return [self._searcher.doc(address)["text"][0].decode() for _, address in hits]

    def add(self, texts: Iterable[str], folder: Path) -> None:
        writer = tantivy.Index.open(str(folder)).writer()
        for text in texts:
            writer.add_document(self._document(text))
        writer.commit()
        writer.wait_merging_threads()

    @staticmethod
    def _document(text: str) -> tantivy.Document:
        document = tantivy.Document()
        document.add_text("words", " ".join(words(text)))
        document.add_bytes("text", text.encode())
        return document
