"""The names of an archive as documents: joined from all articles when an index is written, as an index of one's own does in memory."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ...facts.names import join_aliases
from ...text import plain
from ...text.pinyin import sounds
from .documents import name_key
from .streams import exact_stream, joined

__all__ = ["name_documents", "plain"]


class _Joins(NamedTuple):
    joins: Sequence[tuple[str, str]]


class _Use(NamedTuple):
    kind: Any
    name: str
    surface: str


def name_documents(
    uses: Mapping[str, Iterable[Sequence[str]]], joins: Sequence[tuple[str, str]], characters: Iterable[str]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """A document for each name, with its id; ``uses``: of each article [kind, name in full, name as printed]."""
    by_article: defaultdict[str, list[_Use]] = defaultdict(list)
    for article in sorted(uses):
        by_article[article] = [_Use(*use) for use in uses[article]]
    syllables = {char: of[0] for char, of in sounds(characters).items()}
    for rank, name in enumerate(join_aliases(by_article, _Joins(joins))):
        own = plain(name.name)
        spellings = sorted({plain(one) for one in (name.name, *name.aliases)})
        spelt = [syllables.get(char, char) for char in own]
        document = {
            "kind": name.kind,
            "rank": rank,
            "spellings": spellings,
            "fulls": sorted({plain(one) for one in name.names}),
            "keys": sorted(name_key(name.kind, one) for one in name.names),
            "typed": [own, "".join(spelt), "".join(syllable[0] for syllable in spelt)],
            "name_chars": joined(exact_stream(own)),
            "spelling_chars": [joined(exact_stream(one)) for one in spellings],
            "stored": {
                "kind": name.kind,
                "name": name.name,
                "aliases": list(name.aliases),
                "mentions": name.mentions,
                "articles": name.articles,
                "names": sorted(name.names),
            },
        }
        yield hashlib.sha256(f"{name.kind}\0{name.name}".encode()).hexdigest(), document
