"""From one file to its articles: the only entrance to the rest of this package.

    bytes -> encoding -> front_matter -> blocks -> layout (roles) -> articles -> repair -> passages

Where an article begins: at the head of the file; at headings that a byline or a dateline (本报讯 …) follows, once the
article before has text; and at a first-level heading after an article whose own sections stand on lower levels, if
the file is known to hold several. Text that stands before the first title (a lead above its headline) belongs to
that title.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import PurePosixPath

from indexer.errors import FileRejected
from indexer.reading.article import Article, Passage, PassageKind
from indexer.reading.blocks import Block, read_blocks
from indexer.reading.bylines import (
    Credit,
    bare_names,
    caption_credit,
    closing_credit,
    dateline_credit,
    parse_byline,
    source_named,
)
from indexer.reading.dates import date_line, infer_date, parse_date
from indexer.reading.encoding import decode
from indexer.reading.evidence import CrossingEvidence
from indexer.reading.front_matter import FrontMatter, split_front_matter
from indexer.reading.layout import lay_out
from indexer.reading.limits import MAX_ARTICLES, MAX_AUTHORS, MAX_PASSAGES, MAX_TITLE_LENGTH
from indexer.reading.markdown import looks_like_markdown, strip_comments
from indexer.reading.repair import repair
from indexer.reading.sentences import split_long

__all__ = ["parse_articles"]

_ID_LENGTH = 12
_TEXT_ROLES = frozenset({"body", "item", "literal"})
# Lines that name a column or a series of reports.
_SERIES = re.compile(
    r"系列报道|系列[之①-⑳]|系列$|专栏|专题|特刊|特稿|特别报道|特别策划|连载|走基层|在现场|观察$|[①-⑳⑴-⒇❶-❿]$|之[一二三四五六七八九十]{1,3}$"
    r"|[（(][一二三四五六七八九十\d]{1,3}[）)]$"
)
# 江州晚报 要闻, A03版 经济: the head of the page, not of an article.
_PAGE_HEADER = re.compile(
    r"\S{1,6}(?:日报|晚报|早报|晨报|时报|周报|商报|都市报)(?: \S{1,10}){0,2}|第?[A-Z]?\d{1,2}版(?:[：: ]?\S{0,8})?"
    r"|\S{1,6} ?[A-Z]\d{2}版?|\S{0,4}(?:要闻|综合|简讯|快讯|速览|时讯|导读|综合新闻)"
)


def parse_articles(data: bytes, path: str) -> list[Article]:
    """The articles of one file, in printed order; the same bytes and path always give the same articles.

    ``path`` is relative to the corpus folder, with ``/``; it goes into the ids and, for want of any headline, its
    stem is the title. Raises FileRejected if the bytes cannot be decoded, hold no text, or hold more than an index
    should take from one file.
    """
    header, body = split_front_matter(decode(data, path))
    body = strip_comments(body)
    markdown = looks_like_markdown(body)
    blocks = read_blocks(body)
    if not any(char.isalnum() for block in blocks for char in block.text):
        raise FileRejected(path, "没有文字")
    if len(blocks) > MAX_PASSAGES:
        raise FileRejected(path, f"超过 {MAX_PASSAGES:,} 段，请拆成几个文件")
    evidence = CrossingEvidence(body)
    lay_out(blocks, evidence, markdown=markdown)
    drafts = _split_articles(blocks)
    if len(drafts) > MAX_ARTICLES:
        raise FileRejected(path, f"超过 {MAX_ARTICLES:,} 篇文章，请拆成几个文件")
    articles = []
    used: dict[str, int] = {}
    for number, part in enumerate(drafts):
        draft = _Draft(repair(part, evidence, markdown=markdown), header, first=number == 0)
        articles.append(draft.build(path, used))
    return articles


def _split_articles(blocks: list[Block]) -> list[list[Block]]:
    """The blocks cut into articles."""
    runs = list(_heading_runs(blocks))
    signed = [_is_signed(blocks, end) for _, end in runs]
    several = sum(s and blocks[start].level == 1 for (start, _), s in zip(runs, signed, strict=True)) >= 2
    starts = [0]
    last_end = 0
    titled = has_text = has_sections = False  # of the article that is open
    for (start, end), is_signed in zip(runs, signed, strict=True):
        has_text = has_text or any(block.role in _TEXT_ROLES for block in blocks[last_end:start])
        levels = {block.level for block in blocks[start:end]}
        if titled and has_text and (is_signed or (1 in levels and several and has_sections)):
            starts.append(start)
            has_text = has_sections = False
        titled = True
        has_sections = has_sections or max(levels) > 1
        last_end = end
    return [blocks[start:end] for start, end in zip(starts, [*starts[1:], len(blocks)], strict=True)]


def _heading_runs(blocks: list[Block]) -> Iterator[tuple[int, int]]:
    """Start and end of each unbroken run of headings."""
    start = None
    for number, block in enumerate(blocks):
        if block.role == "heading":
            start = number if start is None else start
        elif start is not None:
            yield start, number
            start = None


def _is_signed(blocks: list[Block], number: int) -> bool:
    """Whether the block at ``number`` says who reported what follows."""
    block = blocks[number]
    if block.role == "byline":
        credit = parse_byline(block.text)
        if bare_names(block.text):
            return True
        named = credit is not None and bool(credit.authors)
        return named and (
            "记者" in block.text or "通讯员" in block.text or not block.text.startswith(("作者", "原文", "译者"))
        )
    return block.role == "body" and dateline_credit(block.text) is not None


@dataclass
class _Draft:
    """One article on its way: repaired blocks in, an Article out."""

    blocks: list[Block]
    header: FrontMatter
    first: bool
    series: list[str] = field(default_factory=list)
    authors: list[str] = field(default_factory=list)
    photographers: list[str] = field(default_factory=list)

    def build(self, path: str, used: dict[str, int]) -> Article:
        title_block = self._title_block()
        title = (self.header.title if self.first else None) or (title_block.text if title_block else "")
        title = title[:MAX_TITLE_LENGTH].strip() or PurePosixPath(path).stem or path
        if title_block and not _same(title, title_block.text):
            title_block = None  # front matter names the article otherwise
        head = self._take_headline(title, title_block)
        article_id = _article_id(path, title, used)
        passages = tuple(self._passages(article_id, title, head))
        self._read_credits()
        date, inferred = self._date()
        return Article(
            id=article_id,
            title=title,
            path=path,
            passages=passages,
            series=self.header.series or (" ".join(self.series)[:MAX_TITLE_LENGTH] or None),
            date=date,
            date_inferred=inferred,
            source=self.header.source or self._source(),
            authors=_unique([*(self.header.authors if self.first else ()), *self.authors]),
            photographers=_unique(self.photographers),
        )

    def _title_block(self) -> Block | None:
        """The headline: the highest heading above the text, before the byline if there is one; else the first
        heading of level 1 below.
        """
        head = self.blocks[: self._head_end()]
        marked = [block for block in head if block.role == "heading" and block.style == "markdown"]
        marked = [block for block in marked if not _PAGE_HEADER.fullmatch(block.text)] or marked
        if marked:
            return min(marked, key=lambda block: block.level)
        plain = [block for block in head if block.role == "heading" and not block.text.startswith("——")]
        plain = [
            block for block in plain if not (_SERIES.search(block.text) or _PAGE_HEADER.fullmatch(block.text))
        ] or plain
        if plain:
            return plain[0]
        first = next((block for block in self.blocks if block.role == "heading"), None)
        return first if first and first.style == "markdown" and first.level == 1 else None

    def _head_end(self) -> int:
        """The number of the first block of running text."""
        texts = (number for number, block in enumerate(self.blocks) if block.role in _TEXT_ROLES)
        return next(texts, len(self.blocks))

    def _take_headline(self, title: str, title_block: Block | None) -> set[int]:
        """Take the title out of the blocks; the identities of the headings that belong to it. Fills ``series``.

        Those are its over- and underlines and the name of a column: what follows does not stand under them.
        """
        at = next((number for number, block in enumerate(self.blocks) if block is title_block), 0)
        underlines = takewhile(lambda block: block.role == "heading", self.blocks[at + 1 :])
        lines = [block for block in underlines if block.text.startswith("——")][:1] if at else []
        end = self._head_end()
        signed = next((number for number, block in enumerate(self.blocks[:end]) if block.role == "byline"), end)
        above = [block for block in self.blocks[:signed] if block.role == "heading" and block is not title_block]
        below = [block for block in self.blocks[signed:end] if block.role == "heading" and block is not title_block]
        later = [block for block in self.blocks[end:] if block.role == "heading" and block is not title_block]
        if below and self._is_section(below[-1], later):
            below.pop()
        if above and self._is_section(above[-1], later) and above[-1].style == "markdown":
            above.pop()
        series = [block for block in above if _SERIES.search(block.text)]
        if below and (len(below) > 1 or _SERIES.search(below[0].text) or later):
            series += below
        self.series = [block.text for block in series]
        self.blocks = [
            block for block in self.blocks if not (block.role in {"heading", "body"} and _same(block.text, title))
        ]
        return {id(block) for block in (*lines, *above, *below)}

    @staticmethod
    def _is_section(last: Block, later: list[Block]) -> bool:
        """Whether the last heading above the text is the first section head and no underline or column name."""
        if _SERIES.search(last.text) or last.text.startswith("——"):
            return False
        return last.style in {block.style for block in later} or (not later and bool(last.style))

    def _passages(self, article_id: str, title: str, head: set[int]) -> Iterator[Passage]:
        yield Passage(f"{article_id}-0", "title", 0, title)
        open_headings: list[tuple[int, int]] = []
        ordinal = 1
        for block in self.blocks:
            if not block.text:
                continue
            kind: PassageKind = "body"
            if block.role == "heading":
                kind = "heading"
                while open_headings and open_headings[-1][0] >= block.level:
                    open_headings.pop()
            elif block.role == "caption":
                kind = "caption"
            under = open_headings[-1][1] if open_headings else None
            for number, part in enumerate(split_long(block.text)):
                yield Passage(f"{article_id}-{ordinal}", kind, ordinal, part, under, continues=number > 0)
                ordinal += 1
            if kind == "heading" and id(block) not in head:
                open_headings.append((block.level, ordinal - 1))

    def _read_credits(self) -> None:
        """Authors and photographers from bylines, datelines, captions and the brackets at the end."""
        for block in self.blocks:
            credit = None
            if block.role == "byline":
                credit = parse_byline(block.text) or Credit(bare_names(block.text))
            elif block.role == "caption":
                credit = caption_credit(block.text)
            elif block.role == "body":
                credit = dateline_credit(block.text) or closing_credit(block.text)
            if credit and len(self.authors) < MAX_AUTHORS * 2:
                self.authors.extend(credit.authors)
                self.photographers.extend(credit.photographers)

    def _source(self) -> str | None:
        lines = (block.text for block in self.blocks if block.role == "byline")
        return next(filter(None, map(source_named, lines)), None)

    def _date(self) -> tuple[str | None, bool]:
        """The date and whether it was read from the text."""
        if self.header.date:
            return self.header.date, False
        for block in self.blocks:
            if block.role == "byline":
                dated = date_line(block.text) or (parse_date(block.text) if source_named(block.text) else None)
                if dated:
                    return dated, True
        date = infer_date(block.text for block in self.blocks if block.role == "body")
        return date, date is not None


def _article_id(path: str, title: str, used: dict[str, int]) -> str:
    count = used.get(title, 0)
    used[title] = count + 1
    key = f"{path}\0{title}" + (f"\0{count}" if count else "")
    return hashlib.sha256(key.encode()).hexdigest()[:_ID_LENGTH]


def _same(left: str, right: str) -> bool:
    return "".join(left.split()) == "".join(right.split())


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))[:MAX_AUTHORS]
