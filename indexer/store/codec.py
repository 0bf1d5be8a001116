"""Whoosh's view of our segments: a codec whose postings are the arrays of ``postings`` and ``builder``.

Whoosh keeps what it is good at: the table of contents with generations, the writer's lock, deletions, schema, and its
queries and matchers, which run over this codec unchanged. Documents do not enter through ``add_document``, token by
token, but in bulk (see ``folder.IndexFolder.commit``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from whoosh.codec.base import Codec, PerDocumentReader, Segment, TermsReader
from whoosh.matching import ListMatcher
from whoosh.reading import TermInfo

from .arrays import ArrayFile
from .segment import EXTENSION, FAMILIES, KINDS, SegmentView, term_postings

__all__ = ["ArrayCodec", "ArraySegment"]


class ArraySegment(Segment):  # type: ignore[misc]  # Whoosh ships no types
    """What the table of contents knows of a segment: its name, how many docs it has, and which are deleted."""

    def __init__(
        self, indexname: str, doc_count: int = 0, *, file_name: str | None = None, deleted: Iterable[int] = ()
    ) -> None:
        """A new segment, or with its ``file_name`` one that was written."""
        super().__init__(indexname)
        if file_name is not None:
            self.segid = file_name.removeprefix(f"{indexname}_").removesuffix(EXTENSION)
        self._doc_count = doc_count
        self._deleted: set[int] = set(deleted)

    def codec(self) -> ArrayCodec:
        return ArrayCodec()

    def file_name(self) -> str:
        name: str = self.make_filename(EXTENSION)
        return name

    def should_assemble(self) -> bool:
        return False

    def set_doc_count(self, dc: int) -> None:
        self._doc_count = dc

    def doc_count_all(self) -> int:
        return self._doc_count

    def deleted_count(self) -> int:
        return len(self._deleted)

    def deleted_docs(self) -> Iterable[int]:
        return self._deleted

    def delete_document(self, docnum: int, delete: bool = True) -> None:
        (self._deleted.add if delete else self._deleted.discard)(docnum)

    def is_deleted(self, docnum: int) -> bool:
        return docnum in self._deleted


class ArrayCodec(Codec):  # type: ignore[misc]
    """Reads array segments for Whoosh."""

    def new_segment(self, storage: Any, indexname: str) -> ArraySegment:
        return ArraySegment(indexname)

    def per_document_writer(self, storage: Any, segment: ArraySegment) -> _NoWriter:
        return _NoWriter()

    def field_writer(self, storage: Any, segment: ArraySegment) -> _NoWriter:
        return _NoWriter()

    def terms_reader(self, storage: Any, segment: ArraySegment) -> ArrayTermsReader:
        return ArrayTermsReader(_open(storage, segment))

    def per_document_reader(self, storage: Any, segment: ArraySegment) -> ArrayDocumentReader:
        return ArrayDocumentReader(_open(storage, segment), segment)


class _NoWriter:
    """Stands where Whoosh's writer expects its own per-token writers, which this codec has no use for."""

    is_closed = False

    def close(self) -> None:
        self.is_closed = True

    def start_doc(self, docnum: int) -> None:
        raise NotImplementedError("Articles enter this index in bulk: use indexer.store.update_index.")


def _open(storage: Any, segment: ArraySegment) -> SegmentView:
    deleted = frozenset(segment.deleted_docs())
    return SegmentView(ArrayFile(Path(storage.folder) / segment.file_name()), deleted)


class ArrayTermsReader(TermsReader):  # type: ignore[misc]
    """Terms and postings of a segment, for Whoosh's queries."""

    def __init__(self, view: SegmentView) -> None:
        self._view = view
        self._postings = lru_cache(maxsize=256)(lambda family, term: term_postings(view, family, term))

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        fieldname, text = term
        return fieldname in FAMILIES and len(self._postings(fieldname, _decode(text))[0]) > 0

    def indexed_field_names(self) -> tuple[str, ...]:
        return FAMILIES

    def terms(self) -> Iterator[tuple[str, bytes]]:
        view = self._view
        of_families: dict[str, Iterable[str]] = {
            "bigrams": (term for term, _ in view.bigrams.terms()),
            "chars": view.chars.terms,
            "values": view.values.terms,
            "words": view.words.terms,
        }
        return ((name, _encode(term)) for name, terms in of_families.items() for term in terms)

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        return (term for term in self.terms() if term >= (fieldname, prefix))

    def items(self) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        return ((term, self.term_info(*term)) for term in self.terms())

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        docs, freqs = self._postings(fieldname, _decode(text))
        if not len(docs):
            raise KeyError((fieldname, text))
        lengths = self._view.arrays["passage.length"][docs]
        return TermInfo(
            weight=int(freqs.sum()),
            df=len(docs),
            minlength=int(lengths.min()),
            maxlength=int(lengths.max()),
            maxweight=int(freqs.max()),
            minid=int(docs[0]),
            maxid=int(docs[-1]),
        )

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> ListMatcher:
        docs, freqs = self._postings(fieldname, _decode(text))
        if not len(docs):
            raise KeyError((fieldname, text))
        values = _position_values(self._view, fieldname, _decode(text)) if fieldname != "words" else None
        info = self.term_info(fieldname, text)
        return ListMatcher(
            docs.tolist(), freqs.tolist(), values, format_, scorer, term=(fieldname, text), terminfo=info
        )

    def close(self) -> None:
        self._postings.cache_clear()


def _position_values(view: SegmentView, family: str, term: str) -> list[bytes]:
    """Positions of a term in each of its docs, counted from the start of the doc, in Whoosh's encoding."""
    from whoosh.formats import Positions

    at = view.term_positions(family, term)
    docs = view.doc_of(at)
    inside = (at - view.arrays["passage.start"][docs]).tolist()
    first = np.flatnonzero(np.diff(docs, prepend=-1)).tolist()
    encode = Positions().encode
    return [encode(inside[a:b]) for a, b in zip(first, [*first[1:], len(inside)], strict=True)]


class ArrayDocumentReader(PerDocumentReader):  # type: ignore[misc]
    """Lengths and stored fields of a segment's passages, for Whoosh's scorers and results."""

    def __init__(self, view: SegmentView, segment: ArraySegment) -> None:
        self._view = view
        self._segment = segment
        self._lengths = view.arrays["passage.length"]

    def doc_count(self) -> int:
        return self._view.size - self._segment.deleted_count()

    def doc_count_all(self) -> int:
        return self._view.size

    def has_deletions(self) -> bool:
        return self._view.has_deletions

    def is_deleted(self, docnum: int) -> bool:
        return self._segment.is_deleted(docnum)

    def deleted_docs(self) -> Iterable[int]:
        return self._segment.deleted_docs()

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        return int(self._lengths[docnum])

    def field_length(self, fieldname: str) -> int:
        return int(self._lengths.sum())

    def min_field_length(self, fieldname: str) -> int:
        return int(self._lengths.min(initial=0))

    def max_field_length(self, fieldname: str) -> int:
        return int(self._lengths.max(initial=0))

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        arrays = self._view.arrays
        return {
            "article": arrays["article.id"][arrays["passage.article"][docnum]].decode(),
            "ordinal": int(arrays["passage.ordinal"][docnum]),
            "kind": KINDS[arrays["passage.kind"][docnum]],
            "text": self._view.text(docnum),
        }


def _decode(text: bytes) -> str:
    return text.decode("utf-8", "surrogatepass")


def _encode(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
