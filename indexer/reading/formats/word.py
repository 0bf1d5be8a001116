"""The text of a Word document (.docx): body, tables, text boxes, with headings and captions by their styles.

Read by lxml from the two parts that matter. Libraries for Word documents leave out what stands in text boxes, content
controls and tracked insertions; newspapers keep captions and whole headlines there.

Left out: headers, footers, notes, comments, deleted text, and the properties of the file, whose title and author are
mostly those of the template.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO

from lxml import etree

from indexer.errors import FileRejected
from indexer.reading.formats.frames import Part
from indexer.reading.formats.manuscript import Manuscript

__all__ = ["convert"]

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# Documents in the "strict" variant of the standard use another name for the same things.
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_TRANSITIONAL = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
# A book of a million characters is some 30 MB of XML.
_MAX_XML = 64 << 20
_MAX_RATIO = 500
_SMALL = 1 << 20
_HEADING = re.compile(r"(?:heading|标题|標題)\s*([1-9])", re.IGNORECASE)
_TITLE = re.compile(r"title|标题|標題", re.IGNORECASE)
_CAPTION = re.compile(r"caption|题注|圖說|图说|图片说明", re.IGNORECASE)
_LIST = re.compile(r"list (?:paragraph|bullet|number).*|列表.*|列出段落", re.IGNORECASE)
# Cells of tables that lay out a page hold paragraphs, those of tables of values a few words.
_MAX_CELL = 120
# Styles may be based on each other in a circle.
_MAX_BASES = 10


def convert(data: bytes) -> list[Part]:
    """The document as one text. Raises FileRejected if it is damaged, encrypted or a bomb."""
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise FileRejected("", "是加密的文档或旧的 .doc 格式，请去掉密码、另存为 .docx")
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            document = _parse(package, "word/document.xml")
            styles = _parse(package, "word/styles.xml") if "word/styles.xml" in package.namelist() else None
    except (zipfile.BadZipFile, KeyError, NotImplementedError, RuntimeError, EOFError) as error:
        raise FileRejected("", "不是完好的 .docx 文件") from error
    reader = _Reader(_style_names(styles))
    body = document.find(f"{_W}body")
    if body is None:
        raise FileRejected("", "不是完好的 .docx 文件")
    reader.read(body)
    return [Part("", reader.manuscript.text.encode("utf-8", "replace"))]


def _parse(package: zipfile.ZipFile, name: str) -> etree._Element:
    info = package.getinfo(name)
    if info.file_size > _MAX_XML or (info.file_size > _SMALL and info.file_size > info.compress_size * _MAX_RATIO):
        raise FileRejected("", f"解压后有 {info.file_size:,} 字节，疑似压缩炸弹")
    xml = package.read(name).replace(_STRICT, _TRANSITIONAL)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        root = etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as error:
        raise FileRejected("", "不是完好的 .docx 文件（XML 有错）") from error
    # Word writes none; what they are good for is entities that grow when they are read.
    if root.getroottree().docinfo.internalDTD is not None:
        raise FileRejected("", "含有 DTD 定义，正常的 .docx 没有")
    return root


def _style_names(styles: etree._Element | None) -> dict[str, list[str]]:
    """Style id -> the names of the style and of those it is based on; an outline level counts as such a name."""
    if styles is None:
        return {}
    own: dict[str, tuple[list[str], str]] = {}
    for style in styles.iterfind(f"{_W}style"):
        names = [_value(style, f"{_W}name")]
        names += _outline_name(style)
        own[style.get(f"{_W}styleId", "")] = names, _value(style, f"{_W}basedOn")
    chains = {}
    for start in own:
        names, current = [], start
        for _ in range(_MAX_BASES):
            if current not in own:
                break
            names += own[current][0]
            current = own[current][1]
        chains[start] = names
    return chains


class _Reader:
    def __init__(self, styles: dict[str, list[str]]) -> None:
        self._styles = styles
        self._titled = False
        self.manuscript = Manuscript()

    def read(self, parent: etree._Element) -> None:
        """Write down the paragraphs and tables below ``parent``, whatever wraps them."""
        waiting = [parent]
        while waiting:
            element = waiting.pop()
            if element.tag == f"{_W}p":
                self._read_paragraph(element)
                waiting.extend(_boxes(element))
            elif element.tag == f"{_W}tbl" and (rows := _table_of_values(element)):
                self.manuscript.rows(rows)
            elif element.tag not in {_FALLBACK, f"{_W}del", f"{_W}moveFrom"}:
                waiting.extend(reversed(element))

    def _read_paragraph(self, paragraph: etree._Element) -> None:
        names = self._styles.get(_value(paragraph, f"{_W}pPr/{_W}pStyle"), [])
        names = _outline_name(paragraph) + names
        heading = next((int(match[1]) for match in map(_HEADING.fullmatch, names) if match), 0)
        title = any(map(_TITLE.fullmatch, names))
        text = _text(paragraph)
        if title or heading:
            # Below a title, "heading 1" is a section.
            self._titled = self._titled or title
            self.manuscript.heading(1 if title else heading + self._titled, text.replace("\n", " "))
            return
        for line in text.split("\n"):
            if any(map(_CAPTION.fullmatch, names)):
                self.manuscript.picture(line)
            elif any(map(_LIST.fullmatch, names)):
                self.manuscript.item(line)
            else:
                self.manuscript.paragraph(line)


def _outline_name(element: etree._Element) -> list[str]:
    """The name of the heading whose level the properties of a style or paragraph give; empty for text."""
    level = _value(element, f"{_W}pPr/{_W}outlineLvl")
    return [f"heading {int(level) + 1}"] if level in set("012345678") else []


def _value(element: etree._Element, path: str) -> str:
    found = element.find(path)
    return "" if found is None else found.get(f"{_W}val", "")


def _pieces(paragraph: etree._Element) -> Iterator[etree._Element]:
    """What stands in a paragraph, without deleted text and without the paragraphs of its text boxes."""
    waiting = list(reversed(paragraph))
    while waiting:
        element = waiting.pop()
        if element.tag in {_FALLBACK, f"{_W}del", f"{_W}moveFrom", f"{_W}p", f"{_W}pPr", f"{_W}rPr"}:
            continue
        yield element
        waiting.extend(reversed(element))


def _text(paragraph: etree._Element) -> str:
    text = []
    for element in _pieces(paragraph):
        if element.tag == f"{_W}t":
            text.append((element.text or "").replace("\n", " "))
        elif element.tag in {f"{_W}br", f"{_W}cr"}:
            text.append("\n")
        elif element.tag == f"{_W}tab":
            text.append(" ")
        elif element.tag == f"{_W}noBreakHyphen":
            text.append("-")
    return "".join(text)


def _boxes(paragraph: etree._Element) -> list[etree._Element]:
    """The contents of the text boxes that hang on a paragraph, last first."""
    return [element for element in _pieces(paragraph) if element.tag == f"{_W}txbxContent"][::-1]


def _table_of_values(table: etree._Element) -> list[list[str]]:
    """The cells of a table row by row; empty if it is one that lays out a page."""
    rows = []
    for row in table.iterfind(f"{_W}tr"):
        cells = [
            " ".join(_text(paragraph).replace("\n", " ") for paragraph in cell.iter(f"{_W}p"))
            for cell in row.iterfind(f"{_W}tc")
        ]
        rows.append(cells)
    if table.find(f".//{_W}tbl") is not None or max(map(len, rows), default=0) < 2:
        return []
    return rows if all(len(cell) <= _MAX_CELL for row in rows for cell in row) else []
