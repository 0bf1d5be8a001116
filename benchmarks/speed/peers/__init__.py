"""The engines that are compared, behind one protocol. Each is imported only in its own child process."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Literal, NamedTuple, Protocol

__all__ = ["KINDS", "PEERS", "Kind", "Material", "Peer", "PeerInfo", "Record", "load"]

Kind = Literal["any", "all", "phrase", "literal", "question"]
KINDS: tuple[Kind, ...] = ("any", "all", "phrase", "literal", "question")


class Record(NamedTuple):
    """One passage as it is handed to every engine. ``path`` and what follows it are needed by this project only."""

    text: str
    path: str
    article: str
    title: str
    kind: str
    ordinal: int
    heading: int | None
    continues: bool


class Material(Protocol):
    """What an index is built from: the passages, and the files that they were read from."""

    corpus: Path
    passages: int

    def records(self) -> Iterator[Record]: ...
    def texts(self) -> Iterator[str]: ...


class Peer(Protocol):
    """An engine. A method that an engine cannot offer is never called: see ``PeerInfo``.

    One that has a method ``prepare(material)`` is called so before ``build``, untimed, and one that has ``compile()``
    before ``open``; one that has ``follow()`` so after it.
    """

    def version(self) -> str:
        """Names and versions of what does the work. Raises ImportError where it is not installed."""

    def load(self) -> None:
        """What happens once a process and not once an index: dictionaries. Not timed."""

    def build(self, material: Material, folder: Path) -> None:
        """Index all passages into an empty folder, searchable by ``open`` in another process afterwards."""

    def open(self, folder: Path) -> None:
        """Make ready to search."""

    def search(self, kind: Kind, query: str, limit: int = 10) -> Sequence[str]:
        """Texts of the best passages. Words of "any" and "all" are separated by spaces; else the query is one string."""

    def add(self, texts: Iterable[str], folder: Path) -> None:
        """Add one article and commit."""


@dataclass(frozen=True, slots=True)
class PeerInfo:
    """``home`` names the engine whose index this one searches (its own, if it ``builds``)."""

    key: str
    title: str
    module: str
    home: str
    builds: bool = True
    searches: bool = True
    kinds: tuple[Kind, ...] = KINDS
    interpreter: str | None = None
    note: str = ""

    @property
    def ours(self) -> bool:
        return self.key.startswith("yansou")


_ALL = (
    PeerInfo("yansou", "Yansou", "yansou:Whole", "yansou", note="everything: ladder, facets, ten marked passages"),
    PeerInfo(
        "yansou-rank",
        "Yansou, ranking only",
        "yansou:Ranking",
        "yansou",
        builds=False,
        note="the best ten passages, without ladder, facets and marks: what the other engines do",
    ),
    PeerInfo(
        "yansou-text",
        "Yansou, text part only",
        "yansou:TextPart",
        "yansou-text",
        searches=False,
        note="update_index over articles already read (their memory is counted), without names and figures",
    ),
    PeerInfo("whoosh", "Whoosh + ChineseAnalyzer", "whoosh_jieba:WhooshJieba", "whoosh", note="stock postings"),
    PeerInfo("tantivy", "tantivy + rjieba", "tantivy_rjieba:TantivyRjieba", "tantivy", note="words, BM25, pruned"),
    PeerInfo(
        "fts5-trigram",
        "SQLite FTS5 trigram",
        "fts5:Trigram",
        "fts5-trigram",
        note="strings under three characters: a scan in file order, not ranked; questions: any of their trigrams",
    ),
    PeerInfo("fts5-jieba", "SQLite FTS5 + jieba", "fts5:JiebaWords", "fts5-jieba", note="words, BM25"),
    PeerInfo(
        "xapian",
        "Xapian n-grams",
        "xapian_ngrams:XapianNgrams",
        "xapian",
        # Debian packages the binding for its own interpreter and for no other.
        interpreter="/usr/bin/python3",
        note="Debian's python3-xapian, characters and bigrams; questions: any of them",
    ),
    PeerInfo("grep", "grep", "grep:Grep", "grep", note="the first ten lines in file order, not ranked"),
)
PEERS = {info.key: info for info in _ALL}


def load(key: str) -> Peer:
    """The engine itself; imports what it needs."""
    module, name = PEERS[key].module.split(":")
    peer: Peer = getattr(import_module(f"benchmarks.speed.peers.{module}"), name)()
    return peer
