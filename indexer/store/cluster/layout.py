"""The indexes of an archive on a cluster.

    NAME-passages-STAMP   a document a passage: its tokens to search, the rest stored and not indexed
    NAME-articles-STAMP   a document an article: what is known of it, and the signature by which reprints are found
    NAME-files-STAMP      a document a file that was read, and what the writer must know besides
    NAME-names-STAMP      a document a name, joined from all articles

A rebuild has another stamp. The alias NAME stands for the passages of the stamp that counts, so one change of one alias makes
all four count; those of the stamp before are kept. What made the index stands in ``_meta`` of the mapping of the passages.
"""

from __future__ import annotations

from typing import Any

__all__ = ["FORMAT", "K1", "KINDS", "B", "index_name", "mappings", "settings", "stamp_of"]

# Raised when the fields change: an older index must then be rebuilt.
FORMAT = 2
KINDS = ("passages", "articles", "files", "names")
# As in ``search.ranking``, which has the last word on the order (a test compares them).
K1 = 0.9
B = 0.3
# Phrases, and spans of them; of these fields the lengths count for nothing.
_PLACES = {"type": "text", "analyzer": "whitespace", "norms": False}
_RANKED = {"type": "text", "analyzer": "whitespace"}
_COUNTED = {"type": "text", "analyzer": "whitespace", "index_options": "freqs"}
_KEY = {"type": "keyword"}
_NUMBER = {"type": "integer"}
_STORED = {"type": "object", "enabled": False}

_FIELDS: dict[str, dict[str, Any]] = {
    "passages": {
        "chars": _RANKED,
        "bigrams": _COUNTED,
        "words": _COUNTED,
        "values": _PLACES,
        "sentences": _PLACES,
        "signs": _PLACES,
        # Of a long paragraph this part, what precedes it of its first sentence, and some of what follows; which of the three each
        # token is of (- o +); and their sentences and values. All have the same positions.
        "seam": _PLACES,
        "seam_part": _PLACES,
        "seam_sentences": _PLACES,
        "seam_values": _PLACES,
        "title": _PLACES,
        "title_values": _PLACES,
        "title_signs": _PLACES,
        "authors": _PLACES,
        "article": _KEY,
        "fold": _KEY,
        "kind": _KEY,
        # As one article has them in full, by their kinds.
        "names": {"properties": dict.fromkeys(("park", "project", "organization", "person", "place"), _KEY)},
        "ordinal": _NUMBER,
        "date": _NUMBER,
        "length": _NUMBER,
        "figures": {
            "type": "nested",
            "properties": {
                "low": {"type": "double"},
                "high": {"type": "double"},
                "dimension": {"type": "long"},
                "metric": _PLACES,
                "texts": _PLACES,
                "subject": _KEY,
            },
        },
        "figure_count": _NUMBER,
        "stored": _STORED,
    },
    "articles": {"date": _NUMBER, "source": _KEY, "fold": _KEY, "bands": _KEY, "passages": _NUMBER, "stored": _STORED},
    "files": {"stored": _STORED},
    "names": {
        "kind": _KEY,
        "rank": _NUMBER,
        "spellings": _KEY,
        "fulls": _KEY,
        "keys": _KEY,
        "typed": _KEY,
        "name_chars": _PLACES,
        "spelling_chars": _PLACES,
        "stored": _STORED,
    },
}
# What is only searched is not stored a second time.
_EXCLUDED = [name for name, field in _FIELDS["passages"].items() if field.get("type") in ("text", "nested", None)]


def index_name(name: str, kind: str, stamp: str) -> str:
    """The name of an index: ``kind`` is one of KINDS, ``stamp`` tells rebuilds apart."""
    return f"{name}-{kind}-{stamp}"


def stamp_of(index: str) -> str:
    """The stamp in the name of an index."""
    return index.rpartition("-")[2]


def mappings(kind: str) -> dict[str, Any]:
    """The mapping of an index. A field that it does not name is a mistake, and refused."""
    found: dict[str, Any] = {"dynamic": "strict", "properties": _FIELDS[kind]}
    return found | {"_source": {"excludes": _EXCLUDED}} if kind == "passages" else found


def settings(kind: str, shards: int, replicas: int) -> dict[str, Any]:
    """The settings of an index that is being built: nothing shows before it is refreshed."""
    return {
        "number_of_shards": shards if kind in ("passages", "articles") else 1,
        "number_of_replicas": replicas,
        "refresh_interval": "-1",
        # Two thirds of an index are stored texts. A page reads some hundred of them, which a slower codec makes no slower.
        "codec": "best_compression",
        "similarity": {"default": {"type": "BM25", "k1": K1, "b": B}},
    }
