"""The word lists behind the recognition of names: shipped with the package, and the user's own.

The shipped lists lie in ``words/``: plain text, ``[section]`` lines, words between spaces, ``#`` begins a comment.
The user's file holds one order a line:

    add park 云台谷                   云台谷 is a park wherever it stands
    forbid organization 创新中心      创新中心 is never an organization (any kind without the kind: forbid 创新中心)
    join 云台谷 = 云台产业新城         one name with two spellings
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Literal, get_args

from indexer.errors import BadRequest
from indexer.facts.names.pairs import PairFilter
from indexer.text import fold

__all__ = [
    "KINDS",
    "Gazetteer",
    "NameKind",
    "Words",
    "alternatives",
    "bare",
    "divisions",
    "read_lists",
    "short_places",
    "suffixes",
    "words",
]

NameKind = Literal["park", "project", "organization", "person", "place"]
KINDS: tuple[NameKind, ...] = get_args(NameKind)

_FOLDER = Path(__file__).with_name("words")
_MAX_USER_BYTES = 1 << 20
_MAX_NAME = 60


class Gazetteer:
    """The shipped lists with the user's additions.

    ``path``: the user's file, None for the shipped lists alone. Raises BadRequest, with file and line, when the file
    cannot be read or a line is no order. Instances never change and may be shared between threads.
    """

    def __init__(self, path: Path | None = None) -> None:
        orders = _read_orders(path) if path is not None else _Orders()
        self._added = orders.added
        self._forbidden = frozenset(orders.forbidden)
        self.joins = tuple(orders.joins)
        self._digest = hashlib.sha256(repr((sorted(self._added.items()), sorted(map(repr, self._forbidden)))).encode())

    @cached_property
    def fingerprint(self) -> str:
        """A hash of all that decides which names are found; joins are left out, they act at read time."""
        digest = self._digest.copy()
        for path in sorted(_FOLDER.glob("*.txt")):
            digest.update(path.read_bytes())
        return digest.hexdigest()[:12]

    @property
    def has_forbidden(self) -> bool:
        """Whether ``forbids`` can ever be true."""
        return bool(self._forbidden)

    def forbids(self, kind: NameKind, name: str) -> bool:
        """Whether the user forbade the name, for this kind or for all."""
        return self.has_forbidden and bool(self._forbidden & {(kind, bare(name)), (None, bare(name))})

    def scan(self, text: str) -> Words:
        """The words of all lists in a folded text."""
        words = self._scanner.find(text)
        literals = [
            (start, end, source, kind)
            for start, end, (source, kind) in words["literal"]
            if kind is not None and not _inside_latin(text, start, end)
        ]
        return Words(literals, words["suffix"])

    @cached_property
    def _scanner(self) -> WordScanner:
        entries = _shipped_literals() | {name: ("user", kind) for name, kind in self._added.items()}
        return WordScanner({"literal": entries, "suffix": suffixes()})


@dataclass(frozen=True, slots=True)
class Words:
    """Words of the lists with start and end: names that need no other evidence, with source and kind, and last words of
    names, with their categories."""

    literals: list[tuple[int, int, str, NameKind]]
    suffixes: list[tuple[int, int, tuple[str, ...]]]


class WordScanner:
    """Finds the words of several lists in a folded text in one pass; the words of one list never overlap.

    A dictionary by two characters, behind a filter that passes over the places where no word can begin: many times
    faster than one pattern of thousands of words, in which every first character is tried in turn. Of words that begin
    alike the longest is found. Words have two characters or more.
    """

    def __init__(self, lists: Mapping[str, Mapping[str, Any]]) -> None:
        self._names = tuple(lists)
        pairs: dict[str, dict[int, dict[str, Any]]] = {}
        for number, words in enumerate(lists.values()):
            for word, value in words.items():
                pairs.setdefault(word[:2], {}).setdefault(number, {})[word] = value
        # By pair: for each list its number, the lengths of its words, the longest first, and the words.
        self._pairs = {
            pair: tuple((n, tuple(sorted(set(map(len, words)), reverse=True)), words) for n, words in entries.items())
            for pair, entries in pairs.items()
        }
        self._filter = PairFilter(pairs)

    def find(self, text: str) -> dict[str, list[tuple[int, int, Any]]]:
        """By list: start, end and value of each word, from left to right."""
        found: list[list[tuple[int, int, Any]]] = [[] for _ in self._names]
        done = [0] * len(found)
        pairs = self._pairs
        for start in self._filter.places(text):
            for number, lengths, words in pairs.get(text[start : start + 2], ()):
                if start < done[number]:
                    continue
                for length in lengths:
                    if (word := text[start : start + length]) in words:
                        # At the end of the text a slice is shorter than asked for.
                        done[number] = start + len(word)
                        found[number].append((start, done[number], words[word]))
                        break
        return dict(zip(self._names, found, strict=True))


@cache
def suffixes() -> dict[str, tuple[str, ...]]:
    """Last words of names to the kinds of names that they end."""
    lists = read_lists("suffixes")
    categories: dict[str, tuple[str, ...]] = {}
    for name in ("park", "facility", "project", "company", "institution", "brand-sure"):
        for suffix in lists[name]:
            if name != "brand-sure" or suffix not in categories:
                categories[suffix] = (*categories.get(suffix, ()), name)
    for department in lists["department"]:
        for ending in lists["department-ending"]:
            categories.setdefault(department + ending, ("department",))
    return categories


def _inside_latin(text: str, start: int, end: int) -> bool:
    """Whether the letters go on at either side: ABB in cabbage."""
    return (start > 0 and bool(_LATIN_PAIR.match(text, start - 1))) or bool(_LATIN_PAIR.match(text, end - 1))


_LATIN_PAIR = re.compile(r"[a-z0-9]{2}")


def bare(name: str) -> str:
    """The name folded and without quotation marks and spaces: what two spellings of a name have in common."""
    return _DECORATION.sub("", fold(name).text)


_DECORATION = re.compile(r"[\s“”‘’\"'「」『』]+")


@cache
def read_lists(file: str) -> dict[str, tuple[str, ...]]:
    """The sections of a shipped list: name to its words, folded, in the order of the file."""
    sections: dict[str, list[str]] = {}
    words: list[str] = []
    for raw in (_FOLDER / f"{file}.txt").read_text(encoding="utf-8").splitlines():
        line = raw.partition("#")[0].strip()
        if line.startswith("["):
            words = sections.setdefault(line.strip("[]"), [])
        else:
            words += fold(line).text.split()
    return {name: tuple(dict.fromkeys(words)) for name, words in sections.items()}


@cache
def words(file: str, section: str) -> frozenset[str]:
    """The words of one section of a shipped list."""
    return frozenset(read_lists(file)[section])


@cache
def divisions() -> dict[str, tuple[str, ...]]:
    """Full name of every administrative division to its parents, the province first. Of equal names the first wins."""
    parents: dict[str, tuple[str, ...]] = {}
    province = ""
    for line in (_FOLDER / "places.txt").read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        if not line.startswith(" "):
            province = line
            parents.setdefault(province, ())
            continue
        prefecture, *units = line.split()
        above = (province,) if prefecture == "-" else (province, prefecture)
        if prefecture != "-":
            parents.setdefault(prefecture, (province,))
        for unit in units:
            parents.setdefault(unit, above)
    return parents


@cache
def short_places() -> dict[str, str]:
    """Short form to full name of provinces, prefectures and county-level cities: 衡阳 to 衡阳市."""
    ambiguous = set(read_lists("regions")["ambiguous"])
    shorts: dict[str, str] = {}
    for full in divisions():
        match = _LONG_TAIL.search(full)
        short = full[: match.start()] if match else ""
        if len(short) >= 2 and short not in ambiguous:
            shorts.setdefault(short, full)
    return shorts


# Districts and counties have no short form: 衡阳县 is not 衡阳. Autonomous ones lose the names of their peoples.
_LONG_TAIL = re.compile(
    r"(?:壮族|回族|维吾尔)?自治区$|特别行政区$|省$|市$|地区$|盟$"
    r"|(?:(?:蒙古|哈萨克|柯尔克孜|朝鲜|土家|布依|哈尼|景颇|傈僳|[藏苗侗彝白傣壮回羌])族?)+自治州$"
)


@cache
def _shipped_literals() -> dict[str, tuple[str, NameKind | None]]:
    entries: dict[str, tuple[str, NameKind | None]] = {}
    regions = read_lists("regions")
    entries |= {word: ("place", "place") for section in ("region", "country", "city") for word in regions[section]}
    # 中国 says nothing about where.
    del entries["中国"]
    entries |= {short: ("place", "place") for short, full in short_places().items()}
    # A district called only 城区 or 矿区 is no name outside its city.
    entries |= {full: ("place", "place") for full in divisions() if full not in _NAMELESS}
    companies = read_lists("companies")
    entries |= dict.fromkeys(companies["company"], ("company", "organization"))
    entries |= dict.fromkeys(companies["organ"], ("organ", "organization"))
    entries |= {word: ("none", None) for word in regions["not-place"] if word not in entries}
    return entries


_NAMELESS = {"城区", "郊区", "矿区", "市中区", "市辖区", "新区"}


def alternatives(words: Iterable[str]) -> str:
    """A regular expression that matches the longest of the words, as a trie so that it is fast."""
    root: dict[str, dict] = {}  # type: ignore[type-arg]  # a trie is a dict of dicts
    for word in words:
        node = root
        for char in word:
            node = node.setdefault(char, {})
        node[""] = {}
    return _pattern(root)


def _pattern(node: dict[str, dict]) -> str:  # type: ignore[type-arg]
    ends = "" in node
    leaves = [char for char, child in node.items() if char and set(child) == {""}]
    parts = [re.escape(char) + _pattern(child) for char, child in node.items() if char and set(child) != {""}]
    if leaves:
        parts.append(re.escape(leaves[0]) if len(leaves) == 1 else f"[{''.join(map(re.escape, leaves))}]")
    if not parts:
        return ""
    whole = parts[0] if len(parts) == 1 and not ends else f"(?:{'|'.join(parts)})"
    return whole + "?" if ends else whole


@dataclass
class _Orders:
    added: dict[str, NameKind] = field(default_factory=dict)
    forbidden: list[tuple[NameKind | None, str]] = field(default_factory=list)
    joins: list[tuple[str, str]] = field(default_factory=list)


def _read_orders(path: Path) -> _Orders:
    try:
        if path.stat().st_size > _MAX_USER_BYTES:
            raise BadRequest(f"The name list {path} is larger than {_MAX_USER_BYTES >> 20} MiB: shorten it.")
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadRequest(f"The name list {path} cannot be read ({error}): it must be a text file in UTF-8.") from error
    orders = _Orders()
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.partition("#")[0].strip()
        if line:
            try:
                _read_order(line, orders)
            except ValueError as error:
                raise BadRequest(f"{path}, line {number}: {error}") from None
    return orders


def _read_order(line: str, orders: _Orders) -> None:
    verb, _, rest = line.partition(" ")
    rest = rest.strip()
    if verb == "add":
        kind, name = _kind_and_name(rest)
        if kind is None:
            raise ValueError(f"{line!r} lacks the kind: add {'|'.join(KINDS)} NAME")
        if len(bare(name)) < 2:
            raise ValueError(f"{name!r} is too short: a name has at least two characters")
        orders.added[_checked(fold(name).text)] = kind
    elif verb == "forbid":
        kind, name = _kind_and_name(rest)
        orders.forbidden.append((kind, bare(_checked(name))))
    elif verb == "join":
        left, sign, right = rest.partition("=")
        if not sign or not left.strip() or not right.strip():
            raise ValueError(f"{line!r} must read: join NAME = NAME")
        orders.joins.append((_checked(left.strip()), _checked(right.strip())))
    else:
        raise ValueError(f"{verb!r} is no order: use add, forbid or join")


def _kind_and_name(rest: str) -> tuple[NameKind | None, str]:
    word, _, name = rest.partition(" ")
    for kind in KINDS:
        if word == kind and name.strip():
            return kind, name.strip()
    if not rest or rest in KINDS:
        raise ValueError("the name is missing")
    return None, rest


def _checked(name: str) -> str:
    if not name or len(name) > _MAX_NAME:
        raise ValueError(f"a name has 1 to {_MAX_NAME} characters")
    return name
