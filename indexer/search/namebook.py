"""The names of an archive: each with its spellings in all articles, and where it is mentioned.

Joined when first asked for and kept with the generation. Facets need no joining: they count the names as the articles have
them in full.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import accumulate, islice
from typing import TYPE_CHECKING, NamedTuple, cast

import numpy as np

from ..store import SegmentView, kernels
from ..store.arrays import AnyArray
from ..text import find_units, fold, plain
from .results import Facet, Span

if TYPE_CHECKING:
    from ..facts.names import Name, NameKind
    from .findings import NameInfo

__all__ = ["NameBook"]

# Names looked for in a query: shorter ones are words, longer ones are sentences.
_MIN_UNITS, _MAX_UNITS = 3, 24


class Mentioned(NamedTuple):
    """What is known of a mention besides its place; ``evidence`` is the rule that found it (see ``facts.names``)."""

    surface: str
    role: str | None
    credit: str | None
    evidence: str


class _Joins(NamedTuple):
    joins: Sequence[tuple[str, str]]


Spells = Callable[[str], tuple[str, str]]


class NameBook:
    """Names and mentions of one generation. Safe to share between threads."""

    def __init__(self, segments: Sequence[SegmentView], joins: Sequence[tuple[str, str]] = ()) -> None:
        self._segments = segments
        self._joins = _Joins(joins)
        # Asked for by each segment and each passage shown.
        self.find = lru_cache(maxsize=256)(self._find)
        self._typed: dict[int, tuple[str, ...]] | None = None

    @cached_property
    def names(self) -> list[Name]:
        """All names with their aliases, the most often mentioned first."""
        from ..facts.names import Uses, join_uses  # its rules are for those who ask for names

        uses: list[Uses] = []
        for number, (segment, table) in enumerate(zip(self._segments, self._tables, strict=True)):
            # An article is in one segment, so that its number in that one tells it from all others.
            uses += [
                Uses(cast("NameKind", kind), name, surfaces, [(number, article) for article in articles])
                for (kind, name), (surfaces, articles) in zip(table, segment.surfaces, strict=True)
                if surfaces
            ]
        return join_uses(uses, self._joins)

    def _find(self, kind: str, value: str) -> list[Name]:
        """Names of a kind that are spelt so, else those that contain the value; punctuation does not count."""
        wanted = plain(value)
        of_kind = [name for name in self.names if name.kind == kind]
        same = [name for name in of_kind if wanted in {plain(spelling) for spelling in (name.name, *name.aliases)}]
        return same or [name for name in of_kind if wanted and wanted in plain(name.name)]

    def complete(self, typed: str, spells: Spells, limit: int) -> list[Name]:
        """Names that hold what is typed, or that it begins to spell in pinyin or by initials; the most frequent first."""
        wanted = plain(typed)
        if not wanted:
            return []
        if wanted.isascii() and wanted.isalpha():
            keys = self._keys(spells)
            found = (name for name in self.names if any(key.startswith(wanted) for key in keys[id(name)]))
        else:
            found = (name for name in self.names if wanted in plain(name.name))
        return list(islice(found, limit))

    def _keys(self, spells: Spells) -> dict[int, tuple[str, ...]]:
        if self._typed is None:
            self._typed = {id(name): (plain(name.name), *spells(plain(name.name))) for name in self.names}
        return self._typed

    def docs(self, number: int, names: Sequence[Name]) -> AnyArray:
        """Live passages of a segment that mention one of the names, rising."""
        segment = self._segments[number]
        wanted = {(name.kind, spelling) for name in names for spelling in name.names}
        rows = [row for row, (kind, name) in enumerate(self._tables[number]) if (kind, name) in wanted]
        mentions = live_mentions(segment)
        kept = np.isin(segment.arrays["mention.name"][mentions], rows)
        return np.unique(segment.arrays["mention.doc"][mentions[kept]])

    def spans(self, segment: SegmentView, doc: int, names: Sequence[Name]) -> list[Span]:
        """Where a passage mentions one of the names."""
        table = self._tables[self._segments.index(segment)]
        wanted = {(name.kind, spelling) for name in names for spelling in name.names}
        arrays = segment.arrays
        rows = (row for row in segment.rows_of("mention", doc) if table[arrays["mention.name"][row]] in wanted)
        return [(int(arrays["mention.start"][row]), int(arrays["mention.end"][row])) for row in rows]

    def named_in(self, number: int, doc: int) -> list[tuple[Span, str, str]]:
        """Each mention in a passage of a segment: its span, the kind, and the name as the article has it in full."""
        segment, table = self._segments[number], self._tables[number]
        arrays = segment.arrays
        return [
            ((int(arrays["mention.start"][row]), int(arrays["mention.end"][row])), *table[arrays["mention.name"][row]])
            for row in segment.rows_of("mention", doc)
        ]

    def docs_by_name(self, number: int, names: Container[tuple[str, str]]) -> dict[tuple[str, str], AnyArray]:
        """Live passages of a segment that mention each of the names, given as (kind, name in full); in one pass."""
        segment = self._segments[number]
        table = self._tables[number]
        rows = [row for row, key in enumerate(table) if key in names]
        mentions = live_mentions(segment)
        kept = mentions[np.isin(segment.arrays["mention.name"][mentions], rows)]
        found: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
        pairs = zip(
            segment.arrays["mention.name"][kept].tolist(), segment.arrays["mention.doc"][kept].tolist(), strict=True
        )
        for row, doc in pairs:
            found[table[row]].add(doc)
        return {key: np.asarray(sorted(docs), dtype=np.int64) for key, docs in found.items()}

    def mentions(self, names: Sequence[Name]) -> Iterator[Mentioned]:
        """Each live mention of the names."""
        wanted = {(name.kind, spelling) for name in names for spelling in name.names}
        for segment, table in zip(self._segments, self._tables, strict=True):
            rows = [row for row, (kind, name) in enumerate(table) if (kind, name) in wanted]
            mentions = live_mentions(segment)
            for row in mentions[np.isin(segment.arrays["mention.name"][mentions], rows)].tolist():
                yield Mentioned(*segment.fact("mention", row))

    def counts(self, masks: Sequence[AnyArray]) -> dict[tuple[str, str], int]:
        """In how many of the passages of the masks each name stands, by (kind, name as the article has it in full)."""
        counts = self._counts(masks)
        numbers = np.flatnonzero(counts)
        return {self._numbered[n]: count for n, count in zip(numbers.tolist(), counts[numbers].tolist(), strict=True)}

    def _counts(self, masks: Sequence[AnyArray]) -> AnyArray:
        """The same by number (see ``_numbered``)."""
        counts = np.zeros(len(self._numbered), dtype=np.int64)
        for (docs, ends, numbers), mask in zip(self._stand, masks, strict=True):
            if (native := kernels.native()) is not None:
                counts[numbers] += native.count_in_lists(mask, docs, ends)
            else:
                sums = np.concatenate([[0], np.cumsum(mask[docs])])
                counts[numbers] += np.diff(sums[ends], prepend=0)
        return counts

    @cached_property
    def _numbered(self) -> list[tuple[str, str]]:
        """All names as (kind, name as an article has it in full), sorted."""
        return sorted({key for table in self._tables for key in table})

    @cached_property
    def _stand(self) -> list[tuple[AnyArray, AnyArray, AnyArray]]:
        """Of each segment, the passages in which names stand, name by name; where each name's end; and its number."""
        found, number_of = [], {key: number for number, key in enumerate(self._numbered)}
        for segment, table in zip(self._segments, self._tables, strict=True):
            docs, rows = segment.named
            ends = np.searchsorted(rows, np.arange(len(table)), side="right")
            found.append((docs, ends, np.asarray([number_of[key] for key in table], dtype=np.int64)))
        return found

    def inside(self, text: str) -> list[str]:
        """The longest names that a longer text holds, as plain text, from left to right."""
        units = [unit.text for unit in find_units(fold(text).text)]
        found: list[str] = []
        place = 0
        while place < len(units):
            reach = range(min(len(units) - place, _MAX_UNITS), _MIN_UNITS - 1, -1)
            length = next((n for n in reach if "".join(units[place : place + n]) in self._plain), 0)
            if 0 < length < len(units):
                found.append("".join(units[place : place + length]))
            place += max(length, 1)
        return found

    @cached_property
    def _plain(self) -> frozenset[str]:
        return frozenset(plain(name) for table in self._tables for _, name in table)

    def facets(self, masks: Sequence[AnyArray], limit: int) -> dict[str, tuple[Facet, ...]]:
        """The names that stand in most of the passages, for each kind."""
        counts = self._counts(masks)
        found: dict[str, tuple[Facet, ...]] = {}
        for kind, numbers in self._by_kind.items():
            standing = np.flatnonzero(counts[numbers.start : numbers.stop]) + numbers.start
            # Of equal ones the first by name, which is the first by number.
            best = standing[np.argsort(-counts[standing], kind="stable")[:limit]]
            if len(best):
                found[kind] = tuple(Facet(self._numbered[n][1], int(counts[n])) for n in best.tolist())
        return found

    @cached_property
    def _by_kind(self) -> dict[str, range]:
        """The numbers of the names of each kind."""
        counts = Counter(kind for kind, _ in self._numbered)
        ends = accumulate(counts.values())
        return {kind: range(end - counts[kind], end) for kind, end in zip(counts, ends, strict=True)}

    @cached_property
    def _tables(self) -> list[list[tuple[str, str]]]:
        return [segment.names for segment in self._segments]


def live_mentions(segment: SegmentView) -> AnyArray:
    """Rows of the mentions whose passage is live."""
    rows: AnyArray = np.flatnonzero(segment.live[segment.arrays["mention.doc"]])
    return rows


def name_info(name: Name) -> NameInfo:
    from .findings import NameInfo

    return NameInfo(name.kind, name.name, name.aliases, name.mentions, name.articles)
