"""Other spellings: strings of the corpus that sound or look like what was typed, and completions.

Nothing is guessed from a list of words. What a typed string sounds like is searched for as a pattern in which each
character stands for all that sound alike; what it looks like, as one in which a character is any other, one too many or one
too few. So every name that is printed can be met, also one that no dictionary has; and what is found does exist.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

import numpy as np

from ..store import SegmentView
from ..text import find_units, fold, is_run
from ..text.pinyin import fuzzy, sounds, syllable_splits
from .budget import check
from .pattern import AnyUnit, IsWord, Pattern, UnitPiece, patterns
from .positions import Places, find, find_any, follow, units_at
from .results import Suggestion

__all__ = ["Speller"]

# Shorter strings are near to everything; longer ones are sentences, not misspelt names.
_MIN_UNITS, _MAX_UNITS = 2, 16
_MIN_UNITS_CHANGED = 4
# With every character wrong, a string longer than this is not looked for: homophones are many, and so slow.
_MAX_UNITS_SOUNDED = 8
_MIN_INITIALS, _MAX_LETTERS = 3, 40
# Of a pattern that stands in very many places, so many are read to see which strings they are.
_MAX_PLACES = 300
_MAX_COMPARED, _MAX_SPELLINGS = 20, 3


class Speller:
    """Finds spellings in one generation of an index."""

    def __init__(self, segments: Sequence[SegmentView], is_word: IsWord) -> None:
        self._segments = segments
        self._is_word = is_word

    def pinyin(self, term: str) -> list[str]:
        """Strings of the corpus that letters spell in pinyin, in full or by initials; the most frequent first."""
        letters = fold(term).text.replace("'", "").replace("’", "").replace("ü", "v")
        if not (letters.isascii() and letters.isalpha() and len(letters) <= _MAX_LETTERS):
            return []
        # First by the readings in common use; the others are of names and old books, and make 家合 of jiage.
        for by_sound in (self._by_main_sound, self._by_sound):
            splits = [split for split in syllable_splits(letters, by_sound) if len(split) >= _MIN_UNITS]
            found = self._strings([tuple(AnyUnit(by_sound[s]) for s in split) for split in splits])
            if found:
                break
        if not found and len(letters) >= _MIN_INITIALS and all(letter in self._by_initial for letter in letters):
            found = self._strings([tuple(AnyUnit(self._by_initial[letter]) for letter in letters)])
        return _common(found)

    def similar(self, term: str) -> list[str]:
        """Strings of the corpus that sound like a term of Chinese characters, or else differ from it in one character."""
        units = [unit.text for unit in find_units(fold(term).text)]
        if not _MIN_UNITS <= len(units) <= _MAX_UNITS or all(map(is_run, units)):
            return []
        changed = self._one_changed(units) if len(units) >= _MIN_UNITS_CHANGED else Counter()
        alike = Counter({text: count for text, count in changed.items() if self._sounds_like(text, units)})
        # First by the readings in common use, as in ``pinyin``: 万家 is no misspelt 蘑菇.
        for main in (True, False):
            if not alike and len(units) <= _MAX_UNITS_SOUNDED:
                alike = self._strings([tuple(self._sounding_like(unit, main=main) for unit in units)])
                del alike["".join(units)]
        if len(units) == _MIN_UNITS:
            # Two characters that sound so stand next to each other by chance in any text: only a word is a spelling.
            alike = Counter({text: count for text, count in alike.items() if self._is_word(text)})
        return _common(alike or changed)

    def complete(self, prefix: str, limit: int) -> tuple[Suggestion, ...]:
        """Words of the corpus that start with what is typed, and titles that hold it; the most frequent first."""
        folded = fold(prefix.strip()).text
        if not folded or len(folded) > _MAX_LETTERS:
            return ()
        counts: Counter[str] = Counter()
        for segment in self._segments:
            words = segment.words
            for number in words.terms.starting_with(folded):
                count = int(segment.live[words.docs(number)].sum())
                if count and words.terms.term(number) != folded:
                    counts[words.terms.term(number)] += count
        if not counts and folded.isascii():
            counts.update({text: self._count(text) for text in self.pinyin(folded)})
        completions = [Suggestion(text, count) for text, count in counts.most_common(limit)]
        titles = [Suggestion(title, 1, "title") for title in self._titles(prefix, max(limit - len(completions), 2))]
        return tuple(completions[: limit - len(titles)] + titles)

    def _titles(self, text: str, limit: int) -> list[str]:
        wanted = patterns(text)
        titles: list[str] = []
        for segment in self._segments if wanted else ():
            docs = np.unique(segment.doc_of(find_any(segment, wanted).at))
            kept = docs[segment.title_doc[docs] == docs] if len(docs) else docs
            titles += [segment.text(doc) for doc in kept[:limit].tolist()]
        return list(dict.fromkeys(titles))[:limit]

    def _count(self, text: str) -> int:
        return sum(len(find_any(segment, patterns(text))) for segment in self._segments)

    def _sounding_like(self, unit: str, *, main: bool = False) -> AnyUnit | UnitPiece:
        """Any character that sounds like a unit; ``main``: by the readings in common use only."""
        # A wrong character need not stand in the corpus; then the whole dictionary must tell how it sounds.
        readings = self._sounds.get(unit) or sounds([unit]).get(unit, ())
        keys = {fuzzy(sound) for sound in (readings[:1] if main else readings)}
        by_sound = self._by_fuzzy_main_sound if main else self._by_fuzzy_sound
        same = frozenset(char for key in keys for char in by_sound.get(key, ()))
        return AnyUnit(same | {unit}) if same else UnitPiece(unit)

    def _sounds_like(self, text: str, units: list[str]) -> bool:
        others = [unit.text for unit in find_units(text)]
        pieces = map(self._sounding_like, units)
        return len(others) == len(units) and all(piece.fits(unit) for piece, unit in zip(pieces, others, strict=True))

    def _one_changed(self, units: list[str]) -> Counter[str]:
        counts: Counter[str] = Counter()
        for segment in self._segments:
            for places, length in _one_changed(segment, units):
                counts.update(_read(segment, places, length))
        return counts

    def _strings(self, wanted: Iterable[Pattern]) -> Counter[str]:
        """Which strings the patterns are in the corpus, and how often."""
        counts: Counter[str] = Counter()
        for pattern in wanted:
            for segment in self._segments:
                counts.update(_read(segment, find(segment, pattern), len(pattern)))
        return counts

    def spells(self, text: str) -> tuple[str, str]:
        """How a text is typed in pinyin: in full and by initials; other characters as they are."""
        syllables = [self._sounds.get(char, (char,))[0] for char in text]
        return "".join(syllables), "".join(syllable[0] for syllable in syllables)

    @cached_property
    def _sounds(self) -> dict[str, tuple[str, ...]]:
        return {char: tuple(of) for segment in self._segments for char, of in segment.file.meta["sounds"].items()}

    @cached_property
    def _by_main_sound(self) -> dict[str, frozenset[str]]:
        return _inverted((of[0], char) for char, of in self._sounds.items())

    @cached_property
    def _by_sound(self) -> dict[str, frozenset[str]]:
        return _inverted((sound, char) for char, of in self._sounds.items() for sound in of)

    @cached_property
    def _by_fuzzy_main_sound(self) -> dict[str, frozenset[str]]:
        return _inverted((fuzzy(of[0]), char) for char, of in self._sounds.items())

    @cached_property
    def _by_fuzzy_sound(self) -> dict[str, frozenset[str]]:
        return _inverted((fuzzy(sound), char) for char, of in self._sounds.items() for sound in of)

    @cached_property
    def _by_initial(self) -> dict[str, frozenset[str]]:
        # Only the most used reading: initials are vague enough.
        return _inverted((of[0][0], char) for char, of in self._sounds.items())


def _common(found: Counter[str]) -> list[str]:
    """The most frequent strings; what is rarer than a tenth of the first is chance.

    A string that stands only as a piece of another one of them is not one: 船山时间 of 船山时间谷.
    """
    ordered = sorted(found.items(), key=lambda item: (-item[1], item[0]))[:_MAX_COMPARED]
    best = [(text, count) for text, count in ordered if count * 10 >= ordered[0][1]]
    return [
        text
        for text, count in best
        if not any(text in other and text != other and count == times for other, times in best)
    ][:_MAX_SPELLINGS]


def _inverted(pairs: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    groups: defaultdict[str, set[str]] = defaultdict(set)
    for key, char in pairs:
        groups[key].add(char)
    return {key: frozenset(group) for key, group in groups.items()}


def _one_changed(segment: SegmentView, units: list[str]) -> Iterator[tuple[Places, int]]:
    """Places, with their length in units, of what differs from the units in one: another, one more, one less.

    Such a string is a beginning of the units and an end of them with a gap of one, or none, where the change is. Beginnings
    and ends are found once each, every one from the next shorter one.
    """
    count = len(units)
    heads, tails = _heads(segment, units), _tails(segment, units)
    yield _moved(tails[1], first=-1), count
    yield _moved(heads[count - 1], last=1), count
    for i in range(1, count):
        if i < count - 1:
            yield follow(heads[i], tails[i + 1], gap=1), count
            yield follow(heads[i], tails[i + 1]), count - 1
        yield follow(heads[i], tails[i], gap=1), count + 1


def _heads(segment: SegmentView, units: list[str]) -> dict[int, Places]:
    """Places of the first n units, for each n from 1."""
    heads = {1: units_at(segment, units[0])}
    for n in range(1, len(units)):
        heads[n + 1] = follow(heads[n], units_at(segment, units[n - 1], units[n]), gap=-1)
    return heads


def _tails(segment: SegmentView, units: list[str]) -> dict[int, Places]:
    """Places of the units from number n on, for each n."""
    last = len(units) - 1
    tails = {last: units_at(segment, units[last])}
    for n in range(last - 1, -1, -1):
        tails[n] = follow(units_at(segment, units[n], units[n + 1]), tails[n + 1], gap=-1)
    return tails


def _moved(places: Places, *, first: int = 0, last: int = 0) -> Places:
    """The places with their first or last unit moved."""
    at = places.at.astype(np.int64) + first
    return Places(at[at >= 0], (places.end.astype(np.int64) + last)[at >= 0])


def _read(segment: SegmentView, places: Places, length: int) -> Iterator[str]:
    check()
    for at in places.at[:_MAX_PLACES].tolist():
        doc = int(segment.doc_of(np.asarray([at]))[0])
        if not segment.live[doc]:
            continue
        folded = fold(segment.text(doc)).text
        first = at - int(segment.arrays["passage.start"][doc])
        units = list(find_units(folded))[first : first + length]
        # Fewer units: it goes on in the next part of a long paragraph, or a wildcard stood at the end of a passage.
        if len(units) == length:
            yield "".join(unit.text for unit in units)
