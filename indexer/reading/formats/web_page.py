"""The article of a web page (.html): headline, date, byline, paragraphs, captions, tables.

More is kept rather than less: what is printed in a page must be found. Dropped is what is no part of any article
(scripts, forms, navigation, footers) and paragraphs that are links and nothing else.

The date is what the page says of itself in its head or in a ``<time>``; authors only where the value is names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from indexer.errors import FileRejected
from indexer.reading.bylines import bare_names
from indexer.reading.dates import parse_date
from indexer.reading.encoding import decode
from indexer.reading.formats.frames import Part
from indexer.reading.formats.manuscript import Manuscript

__all__ = ["convert"]

_DROPPED = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "nav",
        "footer",
        "aside",
        "form",
        "button",
        "select",
        "option",
        "textarea",
        "iframe",
        "object",
        "embed",
        "svg",
        "math",
        "audio",
        "video",
        "canvas",
        "dialog",
        "rt",
        "rp",
        "head",
    ]
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
# These begin and end a line; everything else stands within one.
_BLOCKS = frozenset(
    [
        "html",
        "body",
        "main",
        "article",
        "section",
        "header",
        "div",
        "p",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "table",
        "caption",
        "thead",
        "tbody",
        "tfoot",
        "tr",
        "td",
        "th",
        "figure",
        "figcaption",
        "blockquote",
        "pre",
        "address",
        "center",
        "hr",
        "details",
        "summary",
        "fieldset",
        "legend",
        "founder-content",
    ]
) | set(_HEADINGS)
_KINDS = {"figcaption": "caption", "figure": "caption", "li": "item", "p": "", "td": "", "th": ""} | dict.fromkeys(
    _HEADINGS, "heading"
)
_CAPTION_CLASS = re.compile(r"(?:^|[\s_-])(?:caption|figcaption|pic-?desc|img-?desc|tuzhu)(?:$|[\s_-])", re.IGNORECASE)
_CONTAINERS = (
    ".//article",
    ".//*[@itemprop='articleBody']",
    ".//founder-content",  # the text in the electronic editions that most Chinese papers publish
    ".//main",
    ".//*[@role='main']",
)
# The article is most of the page's text; a smaller one is a teaser. Around it, its head may stand, not the page.
_LEAST_SHARE = 0.5
_MOST_AROUND = 1.3
_DATES = frozenset(
    {
        "article:published_time", "og:published_time", "og:release_date", "publishdate", "publish_date", "pubdate",
        "datepublished", "date", "dc.date", "dc.date.issued", "dcterms.created", "dcterms.issued", "weibo:article:create_at",
    }
)  # fmt: skip
_SITE_AFTER_TITLE = re.compile(r"\s*[_|｜]\s*|\s+[-–—]+\s+|[-–—]+(?=[^-–—]{2,10}[网报社]$)")
_CHARSET = re.compile(
    rb"""<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]{2,20})""", re.IGNORECASE
)
_ENCODINGS = {
    "utf-8": "utf-8", "utf8": "utf-8", "gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "x-gbk": "gb18030",
    "big5": "cp950", "big5-hkscs": "big5hkscs",
}  # fmt: skip
_MAX_TEASED = 80


def convert(data: bytes) -> list[Part]:
    """The page as one text. Raises FileRejected if it cannot be decoded, is nested too deep, or is empty."""
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True, no_network=True)
    try:
        root = etree.fromstring(_decode(data).encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError as error:
        raise FileRejected("", "没有文字") from error
    # The parser stops there, and what follows would be missing without a word.
    if any(entry.level == etree.ErrorLevels.FATAL and "depth" in entry.message for entry in parser.error_log):
        raise FileRejected("", "标签嵌套过深，正常的网页没有这样的")
    if root is None:
        raise FileRejected("", "没有文字")
    return [Part("", _write(root).encode("utf-8", "replace"))]


def _decode(data: bytes) -> str:
    declared = _CHARSET.search(data[:4096])
    encoding = _ENCODINGS.get(declared[1].decode("ascii").lower()) if declared else None
    if encoding and not data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode(encoding).replace("\0", "")
        except UnicodeDecodeError:
            pass  # pages lie about their encoding more often than they are damaged: look at the bytes
    return decode(data, "")


def _write(root: etree._Element) -> str:
    page = _Head.read(root)
    for element in list(root.iter(*_DROPPED)):
        _drop(element)
    for element in list(root.xpath("//header[not(ancestor::article or ancestor::main)]")):
        if _bare(page.title) not in _bare("".join(element.itertext())):
            _drop(element)  # the head of the site, not of the article
    manuscript = Manuscript()
    body = root.find("body")
    lines = list(_Lines(_container(root if body is None else body, page.title)).read())
    headings = [line.text for line in lines if line.kind == "heading"]
    title = _choose_title(page.title, headings, [line.text for line in lines if line.level == 1])
    manuscript.front_matter("date", [page.date] if page.date else [])
    manuscript.front_matter("source", [page.source] if page.source else [])
    manuscript.front_matter("authors", page.authors)
    if title not in headings:
        manuscript.heading(1, title)
    for line in lines:
        if line.kind == "heading":
            manuscript.heading(1 if line.text == title else max(2, line.level), line.text)
        elif line.kind == "caption":
            manuscript.picture(line.text)
        elif line.kind == "item":
            manuscript.item(line.text)
        elif line.kind == "row":
            manuscript.rows([line.cells])
        else:
            manuscript.paragraph(line.text)
    return manuscript.text


def _drop(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is None:
        return
    before = element.getprevious()
    # Its tail stands after it in the page and is not part of it.
    if before is None:
        parent.text = (parent.text or "") + (element.tail or "")
    else:
        before.tail = (before.tail or "") + (element.tail or "")
    parent.remove(element)


@dataclass(slots=True)
class _Head:
    """What the page says of itself; empty where it says nothing."""

    title: str = ""
    date: str = ""
    source: str = ""
    authors: tuple[str, ...] = ()

    @classmethod
    def read(cls, root: etree._Element) -> _Head:
        named: dict[str, str] = {}
        for meta in root.iter("meta"):
            key = meta.get("property") or meta.get("name") or meta.get("itemprop") or ""
            named.setdefault(key.strip().lower(), " ".join(meta.get("content", "").split()))
        titles = (" ".join("".join(title.itertext()).split()) for title in root.iter("title"))
        title = named.get("og:title") or next(titles, "")
        times = [time.get("datetime") or "".join(time.itertext()) for time in root.iter("time")]
        dated = [value for key, value in named.items() if key in _DATES] + times[:1]
        return cls(
            title=_SITE_AFTER_TITLE.split(title)[0].strip(),
            date=next(filter(None, map(parse_date, dated)), ""),
            source=named.get("source") or named.get("og:site_name") or "",
            authors=bare_names(named.get("author", "")),
        )


def _choose_title(page_title: str, headings: list[str], first_level: list[str]) -> str:
    """The heading that the page's own title repeats, else the first of the first level, else the page's title."""
    wanted = _bare(page_title)
    for heading in headings:
        if len(_bare(heading)) >= 4 and _bare(heading) in wanted:
            return heading
    return next((heading for heading in headings if wanted and wanted in _bare(heading)), None) or next(
        iter(first_level), page_title
    )


def _bare(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def _container(body: etree._Element, title: str) -> etree._Element:
    """The element that holds the article with its head, or the whole body."""
    whole = _size(body)
    for path in _CONTAINERS:
        found = max(body.iterfind(path) if "@" not in path else body.xpath(path), key=_size, default=None)
        if found is None or _size(found) < whole * _LEAST_SHARE:
            continue
        size = _size(found)
        while found is not body and not any(True for _ in found.iter("h1")):
            above = found.getparent()
            if above is None or _size(above) > size * _MOST_AROUND + len(title) + _MAX_TEASED:
                break
            found = above
        return found
    return body


def _size(element: etree._Element) -> int:
    return sum(len(text.strip()) for text in element.itertext())


@dataclass(slots=True)
class _Line:
    kind: str  # heading, caption, item, row, or nothing for a paragraph
    text: str
    level: int = 0
    cells: list[str] = field(default_factory=list)


class _Lines:
    """The lines of an element, in the order in which they are shown."""

    def __init__(self, container: etree._Element) -> None:
        self._container = container
        self._text: list[str] = []
        self._printed = 0  # characters of the open line, and those of them that lead elsewhere
        self._linked = 0
        self._links = 0
        self._open: list[tuple[str, int]] = [("", 0)]

    def read(self) -> Iterator[_Line]:
        walker = etree.iterwalk(self._container, events=("start", "end"))
        for event, element in walker:
            if not isinstance(element.tag, str):
                continue
            if event == "start":
                yield from self._enter(element)
                if element.tag == "table" and (rows := _table_of_values(element)):
                    yield from (_Line("row", "", cells=row) for row in rows)
                    walker.skip_subtree()
                    continue
                self._add(element.text)
            else:
                yield from self._leave(element)
                if element is not self._container:
                    self._add(element.tail)
        yield from self._flush()

    def _enter(self, element: etree._Element) -> Iterator[_Line]:
        tag = element.tag
        if tag in _BLOCKS:
            yield from self._flush()
            kind, level = self._open[-1]
            kind, level = (_KINDS[tag] or kind, _HEADINGS.get(tag, level)) if tag in _KINDS else (kind, level)
            if _CAPTION_CLASS.search(element.get("class", "")):
                kind = "caption"
            self._open.append((kind, level))
        elif tag == "a" and element.get("href"):
            self._links += 1
        elif tag == "br":
            if self._open[-1][0] == "heading":
                self._add(" ")
            else:
                yield from self._flush()
        elif tag == "img" and not self._printed:
            yield _Line("caption", "")

    def _leave(self, element: etree._Element) -> Iterator[_Line]:
        if element.tag in _BLOCKS:
            yield from self._flush()
            self._open.pop()
        elif element.tag == "a" and element.get("href"):
            self._links -= 1

    def _add(self, text: str | None) -> None:
        if text:
            self._text.append(text)
            printed = sum(map(str.isalnum, text))
            self._printed += printed
            self._linked += printed if self._links else 0

    def _flush(self) -> Iterator[_Line]:
        # Line ends are kept here: between Chinese characters they are no space (manuscript.py).
        text = "".join(self._text).strip()
        kind, level = self._open[-1]
        elsewhere = self._linked == self._printed > 0 and kind != "heading" and len(text) <= _MAX_TEASED
        self._text.clear()
        self._printed = self._linked = 0
        if text and not elsewhere:
            yield _Line(kind, " ".join(text.split()) if kind == "heading" else text, level if kind == "heading" else 0)


def _table_of_values(table: etree._Element) -> list[list[str]]:
    """The cells of a table row by row; empty for one that lays out the page, as older sites do it."""
    if next(table.iter("p", "div", "img", "ul", "ol", *_HEADINGS), None) is not None:
        return []
    if sum(1 for _ in table.iter("table")) > 1:
        return []
    rows = [["".join(cell.itertext()) for cell in row.iter("td", "th")] for row in table.iter("tr")]
    return rows if len(rows) > 1 and max(map(len, rows)) > 1 else []
