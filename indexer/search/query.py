"""The query language: what a user typed -> a small tree of this project's own.

    query  := clause*                        all clauses are wanted
    clause := ["-"] item ("OR" item)*        OR binds closer than the space; also written | or 或
    item   := term | "exact phrase" | (query) | field:value | quantity condition (see ``quantities``)

Everything is also read in full width: ：（）“”「」－｜. A quotation mark or a bracket inside a word belongs to the word,
as do - and : there: 赋“码”保护, 万魔声学(湖南)公司, GB/T 39117-2020. Nothing is a syntax error: what cannot be read as an
operator or a condition is searched as text, and ``Query.notes`` says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ..errors import BadRequest
from ..text import fold
from .filters import FIELDS, Choice, Filter, read_filter
from .quantities import Quantity, find_conditions

__all__ = ["MAX_LENGTH", "And", "Node", "Not", "Or", "Query", "Term", "parse"]

# Limits on what a stranger may ask. Longer texts are no queries; deeper brackets and more terms are no questions.
MAX_LENGTH = 256
MAX_TERMS = 32
MAX_DEPTH = 8

_QUOTES = {'"': '"', "“": "”", "”": "”", "„": "”", "「": "」", "『": "』", "＂": "＂"}
_QUOTED = re.compile("|".join(f"{first}[^{last}]*{last}" for first, last in _QUOTES.items()))
_OPEN, _CLOSE = "(（", ")）"
_MINUS = "-－−"
_OR = {"OR", "|", "||", "｜", "或"}
_FIELD = re.compile(r"([A-Za-z\u4e00-\u9fff]{2,12})[:：](?=\S)")


@dataclass(frozen=True, slots=True)
class Term:
    """Text that shall stand in a passage. ``exact``: it was quoted and must stand there literally on every step."""

    text: str
    exact: bool = False


@dataclass(frozen=True, slots=True)
class And:
    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    node: Node


Node = Term | And | Or | Not | Filter | Choice | Quantity


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query. ``text`` is what was typed, white space collapsed; ``notes`` are sentences in Chinese."""

    text: str
    root: And
    notes: tuple[str, ...] = ()


def parse(text: str) -> Query:
    """The tree of a query. Raises BadRequest for one that is empty, too long or has too many terms, and never else."""
    text = " ".join(text.replace("\x00", " ").split())
    if not text:
        raise BadRequest("请输入要查找的文字。")
    if len(text) > MAX_LENGTH:
        raise BadRequest(f"查询共 {len(text)} 个字符，最多 {MAX_LENGTH} 个：请缩短后再试。")
    rest, conditions = _take_conditions(text)
    parser = _Parser(_lex(rest))
    root = And(parser.query(depth=0).nodes + conditions)
    if parser.terms > MAX_TERMS:
        raise BadRequest(f"查询共 {parser.terms} 个词，最多 {MAX_TERMS} 个：请减少后再试。")
    if not _has_positive(root):
        # Nothing but exclusions: asked for literally it would list the whole archive.
        root = And((Term(text),))
        parser.notes.append("只有排除条件，已按原文检索。")
    return Query(text, root, tuple(dict.fromkeys(parser.notes)))


def _take_conditions(text: str) -> tuple[str, tuple[Quantity, ...]]:
    """The quantity conditions of a query, and what is left of it. In quotation marks there are none."""
    quoted = [match.span() for match in _QUOTED.finditer(text)]
    rest, place = "", 0
    conditions: list[Quantity] = []
    for start, end, condition, behind in find_conditions(text):
        if not any(first < end and start < last for first, last in quoted):
            rest += text[place:start] + " " + behind
            place = end
            conditions.append(condition)
    return rest + text[place:], tuple(conditions)


@dataclass(frozen=True, slots=True)
class _Lexeme:
    kind: str  # "(" ")" "-" "or" "word" "phrase"
    text: str


def _lex(text: str) -> list[_Lexeme]:
    lexemes: list[_Lexeme] = []
    place = 0
    while place < len(text):
        char = text[place]
        if char == " ":
            place += 1
        elif char in _OPEN and _closing(text, place) > 0:
            lexemes.append(_Lexeme("(", char))
            place += 1
        elif char in _CLOSE and _is_end(text, place + 1):
            lexemes.append(_Lexeme(")", char))
            place += 1
        elif char in _MINUS and place + 1 < len(text) and text[place + 1] not in _MINUS + " ":
            lexemes.append(_Lexeme("-", char))
            place += 1
        elif (end := _phrase_end(text, place)) > 0:
            lexemes.append(_Lexeme("phrase", text[place + 1 : end]))
            place = end + 1
        else:
            end = _word_end(text, place)
            word = text[place:end]
            lexemes.append(_Lexeme("or" if word in _OR else "word", word))
            place = end
    return lexemes


def _is_end(text: str, place: int) -> bool:
    return place >= len(text) or text[place] == " " or text[place] in _CLOSE


def _closing(text: str, place: int) -> int:
    """Place of the bracket that closes the one here and ends a group, or -1 when this one belongs to a word."""
    depth = 0
    for i in range(place, len(text)):
        if text[i] in _OPEN:
            depth += 1
        elif text[i] in _CLOSE:
            depth -= 1
            if depth == 0:
                return i if _is_end(text, i + 1) else -1
    return -1


def _phrase_end(text: str, place: int) -> int:
    """Place of the quotation mark that closes the phrase beginning here, or -1 when there is none."""
    closing = _QUOTES.get(text[place])
    if closing is None:
        return -1
    end = text.find(closing, place + 1)
    return end if end > place + 1 and _is_end(text, end + 1) else -1


def _word_end(text: str, place: int) -> int:
    """End of the word beginning here: at a space, or at a bracket that closes a group. A field takes a quoted value."""
    start = place
    named = _FIELD.match(text, place)
    if named:
        place = named.end()
        if (end := _phrase_end(text, place)) > 0:
            return end + 1
    depth = 0
    for i in range(place, len(text)):
        if text[i] == " ":
            return i
        if text[i] in _OPEN:
            depth += 1
        elif text[i] in _CLOSE:
            if depth == 0 and _is_end(text, i + 1) and i > start:
                return i
            depth -= 1
    return len(text)


@dataclass
class _Parser:
    lexemes: list[_Lexeme]
    place: int = 0
    terms: int = 0
    notes: list[str] = field(default_factory=list)

    def query(self, depth: int) -> And:
        nodes: list[Node] = []
        while (lexeme := self._peek()) is not None:
            if lexeme.kind == ")":
                if depth:
                    break
                self.place += 1  # closes nothing
                continue
            node = self._clause(depth)
            if node is not None:
                nodes.append(node)
        return And(tuple(nodes))

    def _clause(self, depth: int) -> Node | None:
        first = self._peek()
        if first is not None and first.kind == "or":
            # At the beginning of a clause it joins nothing: 或 is then a word like others.
            self.place += 1
            return self._term(first.text)
        excluded = first is not None and first.kind == "-"
        self.place += excluded
        nodes = [self._item(depth)]
        while (lexeme := self._peek()) is not None and lexeme.kind == "or":
            following = self._peek(1)
            if following is None or following.kind in (")", "or"):
                break
            self.place += 1
            if following.kind == "-":
                # An alternative that is excluded would find nearly everything.
                self.notes.append("“或”不能连接排除条件，已作为单独的条件。")
                break
            nodes.append(self._item(depth))
        found = [node for node in nodes if node is not None]
        if not found:
            return None
        node = found[0] if len(found) == 1 else _either(found)
        return Not(node) if excluded else node

    def _item(self, depth: int) -> Node | None:
        lexeme = self._peek()
        if lexeme is None:
            return None
        self.place += 1
        if lexeme.kind == "(":
            if depth >= MAX_DEPTH:
                self.notes.append(f"括号超过 {MAX_DEPTH} 层，里层的括号按文字处理。")
                return None
            inner = self.query(depth + 1)
            closing = self._peek()
            self.place += closing is not None and closing.kind == ")"
            return inner.nodes[0] if len(inner.nodes) == 1 else inner if inner.nodes else None
        if lexeme.kind == "phrase":
            return self._term(lexeme.text, exact=True)
        if lexeme.kind == "word":
            return self._word(lexeme.text)
        return None

    def _word(self, word: str) -> Node | None:
        named = _FIELD.match(word)
        field_name = FIELDS.get(fold(named.group(1)).text) if named else None
        if named and field_name:
            value = word[named.end() :].strip('"“”„「」『』＂')
            condition = read_filter(field_name, value)
            if condition is not None:
                return condition
            self.notes.append(f"“{word}”不能读作条件，已按文字检索。")
        return self._term(word)

    def _term(self, text: str, *, exact: bool = False) -> Term | None:
        self.terms += 1
        return Term(text, exact) if text.strip() else None

    def _peek(self, ahead: int = 0) -> _Lexeme | None:
        place = self.place + ahead
        return self.lexemes[place] if place < len(self.lexemes) else None


def _either(nodes: list[Node]) -> Or | Choice:
    """Alternatives; conditions alone make one condition, which holds on every step of the ladder as they do."""
    filters = tuple(node for node in nodes if isinstance(node, Filter))
    return Choice(filters) if len(filters) == len(nodes) else Or(tuple(nodes))


def _has_positive(node: Node) -> bool:
    if isinstance(node, Not):
        return False
    if isinstance(node, And | Or):
        return any(_has_positive(child) for child in node.nodes)
    return True
