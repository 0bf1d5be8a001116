"""Classes of queries, drawn from the passages with a fixed seed: the same corpus gives the same queries."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from benchmarks.speed.peers import Kind

__all__ = ["QueryClass", "draw", "mixed", "substrings"]

_SEED = 20211016
_HAN = re.compile(r"[\u4e00-\u9fff]+")
# A word in so few of the passages looked at is rare; the so many most frequent words are common.
_RARE = range(2, 6)
_COMMON = 400
_ASKING = ("是什么？", "有哪些特点？", "为什么重要？", "应该怎么做？", "和其他的有什么区别？")
# Tries for each query that is wanted: a class of a tiny corpus is left smaller.
_TRIES = 50


@dataclass(frozen=True, slots=True)
class QueryClass:
    name: str
    kind: Kind
    queries: tuple[str, ...]


def draw(texts: Sequence[str], count: int) -> list[QueryClass]:
    """Up to ``count`` different queries of each class."""
    choose = random.Random(_SEED)
    source = _Source(texts, choose)
    makers: list[tuple[str, Kind, Callable[[], str | None]]] = [
        ("one rare word", "any", source.rare),
        ("one common word", "any", source.common),
        ("2-4 words, any", "any", source.several),
        ("2-4 words, all", "all", source.several),
        ("exact phrase", "phrase", source.phrase),
        ("string that is no word", "literal", source.literal),
        ("question", "question", source.question),
    ]
    return [QueryClass(name, kind, _different(make, count)) for name, kind, make in makers]


def mixed(classes: Sequence[QueryClass]) -> list[tuple[Kind, str]]:
    """The queries of all classes in turns, as far as the longest class goes."""
    rows = zip_longest(*([(each.kind, query) for query in each.queries] for each in classes))
    return [query for row in rows for query in row if query is not None]


def substrings(texts: Sequence[str], length: int, count: int) -> tuple[str, ...]:
    """Different Chinese strings of that length, from anywhere in the passages."""
    choose = random.Random(f"{_SEED} {length}")

    def make() -> str | None:
        runs = [run for run in _HAN.findall(choose.choice(texts)) if len(run) >= length]
        return _piece(choose, choose.choice(runs), length) if runs else None

    return _different(make, count)


def _different(make: Callable[[], str | None], count: int) -> tuple[str, ...]:
    made: dict[str, None] = {}
    for _ in range(count * _TRIES):
        if len(made) == count:
            break
        query = make()
        if query is not None:
            made[query] = None
    return tuple(made)


def _piece(choose: random.Random, run: str, length: int) -> str:
    start = choose.randrange(len(run) - length + 1)
    return run[start : start + length]


class _Source:
    """Draws queries from passages that are cut into words once."""

    def __init__(self, texts: Sequence[str], choose: random.Random) -> None:
        self._choose = choose
        self._runs = [runs for text in texts if (runs := [_cut(run) for run in _HAN.findall(text)])]
        frequency = Counter(
            word for runs in self._runs for word in {word for run in runs for word in run if len(word) > 1}
        )
        self._rare = sorted(word for word, found_in in frequency.items() if found_in in _RARE)
        self._common = [word for word, _ in sorted(frequency.items(), key=lambda item: (-item[1], item[0]))[:_COMMON]]

    def rare(self) -> str | None:
        return self._choose.choice(self._rare) if self._rare else None

    def common(self) -> str | None:
        return self._choose.choice(self._common) if self._common else None

    def several(self) -> str | None:
        """Two to four words of one passage."""
        words = sorted({word for run in self._choose.choice(self._runs) for word in run if len(word) > 1})
        wanted = self._choose.randint(2, 4)
        return " ".join(self._choose.sample(words, wanted)) if len(words) >= wanted else None

    def phrase(self) -> str | None:
        """Two to four words that stand side by side."""
        run = self._choose.choice(self._choose.choice(self._runs))
        wanted = self._choose.randint(2, 4)
        if len(run) < wanted:
            return None
        start = self._choose.randrange(len(run) - wanted + 1)
        words = run[start : start + wanted]
        return "".join(words) if all(len(word) > 1 for word in words) else None

    def literal(self) -> str | None:
        """Three to six characters that begin and end within words."""
        words = self._choose.choice(self._choose.choice(self._runs))
        run, ends, at = "".join(words), set(), 0
        for word in words:
            ends.add(at)
            at += len(word)
        length = self._choose.randint(3, 6)
        starts = [i for i in range(1, len(run) - length) if i not in ends and i + length not in ends]
        if not starts:
            return None
        start = self._choose.choice(starts)
        return run[start : start + length]

    def question(self) -> str | None:
        """A piece of a sentence, asked about."""
        run = "".join(self._choose.choice(self._choose.choice(self._runs)))
        length = self._choose.randint(6, 12)
        return _piece(self._choose, run, length) + self._choose.choice(_ASKING) if len(run) >= length else None


def _cut(run: str) -> list[str]:
    from benchmarks.speed.peers.words import words

    return words(run)
