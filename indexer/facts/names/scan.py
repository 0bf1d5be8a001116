"""The text of one article as the rules see it, and the question they all ask: where does the name to the left begin?

All passages are folded and joined with line ends, so that each rule runs once over the whole article. A name's last
word (产业园, 有限公司) is easy to see; its first is not. It begins behind the last of: punctuation, a function word or
verb (stopwords.txt), a quantity (45个). Quotation marks and brackets inside belong to it: “云台谷”钟表产业园.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from functools import cache, lru_cache
from operator import add
from typing import NamedTuple

from indexer.facts.names.gazetteer import Gazetteer, NameKind, alternatives, read_lists
from indexer.reading.article import Article
from indexer.text import Folded, fold_all

__all__ = [
    "HAN",
    "Found",
    "Text",
    "ends_in_verb",
    "is_generic",
    "is_stop",
    "left_edge",
    "left_edges",
    "sentence_span",
    "skip_lead",
    "stops_at",
]

HAN = "\u3400-\u9fff"

# No name is longer; what is, was cut wrongly.
_MAX_LEFT = 30

# Characters that go on inside a name, with whole quotations and short brackets: 创大(湖南)公司. Possessive: nothing follows.
_RUN = re.compile(
    rf"(?:[0-9a-z{HAN}·&+\-.]++|“[^“”。,;:!?\n]{{1,20}}”|‘[^‘’。,;:!?\n]{{1,20}}’|\"[^\"。,;:!?\n]{{1,20}}\""
    rf"|「[^「」。,\n]{{1,20}}」|\((?!以下|下文|下称|简称|原|含|注|记者|图|见)[{HAN}0-9a-z]{{1,8}}\))++"
)
_QUANTITY = (
    r"第?[0-9][0-9.]*[万亿]?[余多]?(?:万元|亿元|元|平方公里|平方米|公里|公顷|[个家座条批项名位所处种宗件户亩人块吨台套届年月日天]|大(?!道|桥|学))"
    r"|第?[一二两三四五六七八九十百千数]+[余多]?(?:个|家|座|条|批|项|名|位|所|处|种|宗|件|份|款|支|大(?!道|桥|学))"
)


# 年产300万只传动轮项目: what a project makes is part of its name.
_CAPACITY = r"(?:年产|年加工|年处理|日处理|日产)能?[0-9.]+[万亿千]?(?:平方米|立方米|千瓦时|[套台辆架吨米块只件支瓶箱头羽株枚颗片羊组]|kw|mw|[gm]wh|gw)?"


class Found(NamedTuple):
    """A name at a place in the joined text; ``rule`` is the evidence."""

    kind: NameKind
    start: int
    end: int
    rule: str
    role: str | None = None
    credit: str | None = None


class Text:
    """Joined folded passages of an article. ``text`` is what the rules search; ``locate`` leads back."""

    def __init__(self, article: Article, gazetteer: Gazetteer) -> None:
        self.passages = article.passages
        self._folded: list[Folded] = fold_all([passage.text for passage in article.passages])
        # A line end inside a passage would look like the end of the passage, so it becomes a space.
        self.text = "\n".join(folded.text.replace("\n", " ") for folded in self._folded)
        self._starts = [0]
        for folded in self._folded:
            self._starts.append(self._starts[-1] + len(folded.text) + 1)
        self._run_starts: list[int] = []
        self._run_ends: list[int] = []
        runs = [match.span() for match in _RUN.finditer(self.text)]
        self._run_starts = [start for start, _ in runs]
        self._run_ends = [end for _, end in runs]
        self.words = gazetteer.scan(self.text)
        # By the start of a run; few runs are ever asked for in a text without names.
        self._stops: dict[int, list[tuple[int, int]]] = {}

    def stops_between(self, start: int, end: int) -> list[tuple[int, int]]:
        """Where the words that end a name's search lie within a span that is inside one run."""
        number = bisect_right(self._run_starts, start) - 1
        low = self._run_starts[number]
        if (stops := self._stops.get(low)) is None:
            stops = self._stops[low] = _find_stops(self.text[low : self._run_ends[number]], low)
        first = bisect_left(stops, (start, 0))
        last = bisect_left(stops, (end, 0), first)
        return [stop for stop in stops[first:last] if stop[1] <= end]

    def passage_at(self, offset: int) -> int:
        """The number of the passage that holds an offset of ``text``."""
        return bisect_right(self._starts, offset) - 1

    def locate(self, start: int, end: int) -> tuple[int, int, int]:
        """The number of the passage, and the span in its original text."""
        number = self.passage_at(start)
        base = self._starts[number]
        first, last = self._folded[number].span(start - base, end - base)
        return number, first, last

    def run_start(self, offset: int) -> int:
        """Where the unbroken run of name characters that reaches to ``offset`` begins."""
        number = bisect_right(self._run_starts, max(offset - 1, 0)) - 1
        if number < 0 or self._run_ends[number] < offset:
            return offset
        return self._run_starts[number]


def _find_stops(run: str, base: int) -> list[tuple[int, int]]:
    """Stop words and quantities (45个) of a run that begins at ``base``; a quantity wins over words that overlap it."""
    pairs, singles, lone = _marks()
    words: list[tuple[int, int, bool]] = []
    done = 0
    for at, hit in enumerate(map(pairs.get, map(add, run, run[1:] + " "))):
        if hit is not None and at >= done:
            for word, cuts in hit:
                if run.startswith(word, at):
                    done = at + len(word)
                    words.append((at, done, cuts))
                    break
    if not singles.isdisjoint(run):
        words = _with_singles(words, [match.start() for match in lone.finditer(run)])
    if _NUMBER.search(run) is None:
        return [(base + start, base + end) for start, end, cuts in words if cuts]
    quantities = [(*match.span(), match.lastgroup is None) for match in _QUANTITIES.finditer(run)]
    stops: list[tuple[int, int]] = []
    done = 0
    for start, end, cuts in sorted([*words, *quantities], key=lambda mark: (mark[0], -mark[1])):
        if start >= done:
            done = end
            if cuts:
                stops.append((base + start, base + end))
    return stops


_NUMBER = re.compile("[0-9一二两三四五六七八九十百千数]")


def _with_singles(words: list[tuple[int, int, bool]], places: list[int]) -> list[tuple[int, int, bool]]:
    """Words with the single characters that stand in none of them."""
    merged: list[tuple[int, int, bool]] = []
    number = 0
    for place in places:
        while number < len(words) and words[number][0] <= place:
            merged.append(words[number])
            number += 1
        if not merged or merged[-1][1] <= place:
            merged.append((place, place + 1, True))
    return merged + words[number:]


@cache
def _marks() -> tuple[dict[str, tuple[tuple[str, bool], ...]], frozenset[str], re.Pattern[str]]:
    """By first two characters: words, and whether they cut or must not be looked into; the single characters that cut,
    as a set and as a pattern. Words to be kept whole are tried first, then the longest.
    """
    lists = read_lists("stopwords")
    pairs: dict[str, list[tuple[str, bool]]] = {}
    for group, cuts in (("keep", False), ("stop", True)):
        for word in sorted(lists[group], key=lambda w: (-len(w), w)):
            if len(word) > 1:
                pairs.setdefault(word[:2], []).append((word, cuts))
    singles = frozenset(word for word in lists["stop"] if len(word) == 1)
    return (
        {pair: tuple(entries) for pair, entries in pairs.items()},
        singles,
        re.compile(f"[{''.join(sorted(singles))}]"),
    )


@cache
def _cutting_words() -> frozenset[str]:
    lists = read_lists("stopwords")
    return frozenset(lists["stop"] + lists["soft-stop"] + lists["verbs"])


_QUANTITIES = re.compile(rf"(?P<keep>{_CAPACITY})|{_QUANTITY}")
_INNER = re.compile(r"“[^”\n]*”|‘[^’\n]*’|「[^」\n]*」|\([^)\n]*\)")


@cache
def _lead_pattern() -> re.Pattern[str]:
    lead = alternatives(read_lists("stopwords")["lead"])
    return re.compile(rf"(?:{lead}|{_QUANTITY}|(?:19|20)[0-9]{{2}}年?|(?<=[0-9 ])[年月日]|[.\-/·+&])+")


@cache
def _generic_pattern() -> re.Pattern[str]:
    # Possessive: linear whatever the text, at the price of a wrong cut now and then.
    return re.compile(
        rf"(?:{alternatives(read_lists('generic')['generic'])}|(?:[0-9]{{1,2}}|(?:19|20)[0-9]{{2}})(?![0-9])|[“”‘’\"()+&·\-/])*+"
    )


@lru_cache(maxsize=1 << 14)
def is_generic(core: str) -> bool:
    """Whether a piece of a name consists of words that tell nothing apart; true for an empty one."""
    return _generic_pattern().fullmatch(core) is not None


def left_edge(text: Text, end: int) -> int:
    """Where a name whose last part begins at ``end`` starts at the earliest; ``end`` if nothing can belong to it."""
    return left_edges(text, end)[1]


def left_edges(text: Text, end: int) -> tuple[int, int]:
    """Two left edges: the second is the one to use, the first takes the last single-character stop for part of the name.

    They are the same unless a single character such as 和 made the last cut: 联和投资公司.
    """
    s = text.text
    start = max(text.run_start(end), end - _MAX_LEFT)
    inners: tuple[tuple[int, int], ...] = ()
    if s[start:end].isalnum():
        before = cut = start
    else:
        for opening, closing in ("“”", "「」", "‘’"):
            if (quote := s.rfind(opening, start, end)) >= 0 and s.find(closing, quote, end) < 0:
                start = quote + 1
        before = cut = start
        inners = tuple(match.span() for match in _INNER.finditer(s, start, end))
    for low, high in text.stops_between(start, end) if end > start else ():
        if low < cut or any(a < low < b for a, b in inners):
            continue
        # 共轨车间数字化建设项目: a deed right before the last part belongs to it, if a name stands before the deed.
        if high == end and low > cut and s[low:high] in _deeds():
            continue
        before, cut = cut, high
        if high - low > 1:
            before = cut
    while (soft := _soft_end(s, cut, end)) > cut:
        before, cut = soft if before == cut else before, soft
    # A name inside brackets begins behind them.
    if (bracket := s.rfind("(", cut, end)) >= 0 and s.find(")", bracket, end) < 0:
        before = cut = bracket + 1
    # Two quotations in a row are two names.
    if (pair := s.rfind("”“", cut, end)) >= 0:
        before = cut = pair + 1
    if cut == start and start == end - _MAX_LEFT:
        return end, end
    return before, cut


def _soft_end(s: str, start: int, end: int) -> int:
    """Where a word that cuts at the beginning only ends; ``start`` if there is none or nothing stands behind it."""
    soft, keep = _soft_words()
    for length in (4, 3, 2, 1):
        if start + length < end and s[start : start + length] in soft:
            return start if any(s[start : start + more] in keep for more in (5, 4, 3, 2)) else start + length
    return start


@cache
def _soft_words() -> tuple[frozenset[str], frozenset[str]]:
    lists = read_lists("stopwords")
    return frozenset(lists["soft-stop"] + lists["verbs"]), frozenset(lists["keep"])


@cache
def _deeds() -> frozenset[str]:
    return frozenset(read_lists("stopwords")["deed"])


def skip_lead(s: str, start: int, end: int) -> int:
    """``start`` moved behind determiners and numbers: 全市首个, 24个, 2021年."""
    match = _lead_pattern().match(s, start, end)
    return match.end() if match else start


def is_stop(core: str) -> bool:
    """Whether a piece of text is nothing but a function word or verb."""
    return core in _cutting_words()


def ends_in_verb(core: str) -> bool:
    """Whether a piece of a name ends in a verb that is no part of names: 决定 before 公司."""
    return core[-2:] in _cutting_words() and core[-2:] not in _deeds() and not is_generic(core[-2:])


def stops_at(text: Text, offset: int) -> bool:
    """Whether a name that ends at ``offset`` is followed by something that cannot go on with it."""
    return offset >= len(text.text) or not _WORD.match(text.text, offset) or _is_stop_at(text.text, offset)


def _is_stop_at(s: str, offset: int) -> bool:
    pairs, singles, _ = _marks()
    for word, cuts in pairs.get(s[offset : offset + 2], ()):
        if s.startswith(word, offset):
            return cuts
    return s[offset] in singles


_WORD = re.compile(rf"[0-9a-z{HAN}“‘(]")
_SENTENCE_EDGE = "。!?\n"


def sentence_span(s: str, start: int, end: int) -> tuple[int, int]:
    """The sentence around a span, up to 200 characters to either side."""
    low = max((s.rfind(mark, max(0, start - 200), start) for mark in _SENTENCE_EDGE), default=-1) + 1
    highs = [at for mark in _SENTENCE_EDGE if (at := s.find(mark, end, end + 200)) >= 0]
    return max(low, start - 200, 0), min(highs, default=min(len(s), end + 200))
