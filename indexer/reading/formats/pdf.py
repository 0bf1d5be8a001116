"""The text layer of a PDF, its lines put together to paragraphs and its large type read as headings.

The order is that in which the page was written, which in exports of newspaper systems is article by article and column
by column. From each line the place and the size of its type are taken:

    heading      type clearly larger than that of the text; the largest of the file is the first level
    paragraph    begins at an indented line, after a line that stops short or after a wide gap, or in another column
                 (then ``repair`` joins it to its first half, if it is none of its own)

A page of pictures (a scan) has no text layer; reading pictures is not done here.
"""

from __future__ import annotations

import ctypes
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

import pypdfium2
import pypdfium2.raw as pdfium

from indexer.errors import FileRejected
from indexer.reading.formats.frames import Part
from indexer.reading.formats.manuscript import Manuscript
from indexer.reading.sentences import glue

__all__ = ["convert"]

# A yearbook has a thousand pages, a newspaper's issue a few dozen.
_MAX_PAGES = 2_000
_MAX_CHARS = 5_000_000
# Type this much larger than the text's is a headline; captions and bylines differ by less.
_HEADING_SIZE = 1.2
_MAX_HEADING_LINE = 60
# In sizes of the type: an indent is two characters wide, a line that ends a paragraph lacks at least as much.
_INDENT = 1.2
_SHORT = 1.8
_WIDE_GAP = 2.2


def convert(data: bytes) -> list[Part]:
    """The document as one text. Raises FileRejected if it is damaged, encrypted, or has no text layer."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if pdfium.FPDF_GetLastError() in {pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY}:
            raise FileRejected("", "有密码，请先解除") from error
        raise FileRejected("", "不是完好的 PDF 文件") from error
    count = len(document)
    if count > _MAX_PAGES:
        raise FileRejected("", f"有 {count:,} 页，超过 {_MAX_PAGES:,} 页，请拆成几个文件")
    lines: list[_Line] = []
    left = _MAX_CHARS
    for number in range(count):
        try:
            page = document[number].get_textpage()
        except pypdfium2.PdfiumError as error:
            raise FileRejected("", f"PDF 第 {number + 1} 页已损坏") from error
        chars = page.count_chars()
        left -= chars
        if left < 0:
            raise FileRejected("", f"超过 {_MAX_CHARS:,} 字，请拆成几个文件")
        lines.extend(_lines(page.raw, chars, number))
    if not any(char.isalnum() for line in lines for char in line.text):
        raise FileRejected("", "PDF 里没有文字，可能是扫描件，请先做文字识别（OCR）")
    return [Part("", _write(lines).encode("utf-8", "replace"))]


@dataclass(slots=True)
class _Line:
    """``left`` and ``right`` edge, ``top`` of the line and ``size`` of its type in points, y upwards."""

    text: str
    page: int
    left: float
    right: float
    top: float
    size: float


def _lines(page: object, count: int, number: int) -> Iterator[_Line]:
    start = 0
    codes: list[int] = []
    for index in range(count + 1):
        code = pdfium.FPDFText_GetUnicode(page, index) if index < count else 10
        if code not in {10, 13}:
            codes.append(code)
            continue
        # Characters beyond the basic plane come as two halves.
        text = "".join(map(chr, codes)).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").strip()
        if text:
            yield _line(page, text, number, range(start, index))
        codes, start = [], index + 1


def _line(page: object, text: str, number: int, indexes: range) -> _Line:
    edges = [ctypes.c_double() for _ in range(4)]
    lefts, rights, tops = [], [], []
    # Spaces at the ends are not printed, and generated characters have no place.
    for index in (*indexes[:3], *indexes[-3:]):
        if not chr(pdfium.FPDFText_GetUnicode(page, index)).isspace() and pdfium.FPDFText_GetCharBox(
            page, index, *map(ctypes.byref, edges)
        ):
            lefts.append(edges[0].value)
            rights.append(edges[1].value)
            tops.append(edges[3].value)
    size = pdfium.FPDFText_GetFontSize(page, indexes[len(indexes) // 2])
    height = max(edges[3].value - edges[2].value, 0)
    # Some programs write type of size 1 and scale the page.
    size = size if size > 2 else height or 1.0
    return _Line(text, number, min(lefts, default=0), max(rights, default=0), max(tops, default=0), round(size * 2) / 2)


def _write(lines: list[_Line]) -> str:
    weights: Counter[float] = Counter()
    for line in lines:
        weights[line.size] += len(line.text)
    body = max(weights, key=lambda size: weights[size])
    levels = {
        size: min(rank, 5) for rank, size in enumerate(sorted({s for s in weights if _is_large(s, body)})[::-1], 1)
    }
    manuscript = Manuscript()
    for level, group in groupby(lines, key=lambda line: levels.get(line.size, 0) if _is_headline(line) else 0):
        run = list(group)
        if level:
            for part in _headlines(run):
                manuscript.heading(level, glue([line.text for line in part]))
        else:
            for part in _paragraphs(run):
                manuscript.paragraph(glue([line.text for line in part]))
    return manuscript.text


def _is_large(size: float, body: float) -> bool:
    return size >= body * _HEADING_SIZE


def _is_headline(line: _Line) -> bool:
    return len(line.text) <= _MAX_HEADING_LINE


def _headlines(lines: list[_Line]) -> Iterator[list[_Line]]:
    """Lines of one size right below each other are one headline."""
    part: list[_Line] = []
    for line in lines:
        if part and (line.page != part[-1].page or not 0 < part[-1].top - line.top < line.size * 2):
            yield part
            part = []
        part.append(line)
    yield part


def _paragraphs(lines: list[_Line]) -> Iterator[list[_Line]]:
    for column in _columns(lines):
        lefts, rights = sorted(line.left for line in column), sorted(line.right for line in column)
        # The edges that most lines share; single ones stick out.
        left, right = lefts[len(lefts) // 4], rights[len(rights) * 3 // 4]
        part: list[_Line] = []
        for line in column:
            size = max(line.size, 1.0)
            if part and (
                line.left > left + size * _INDENT
                or part[-1].right < right - size * _SHORT
                or part[-1].top - line.top > size * _WIDE_GAP
            ):
                yield part
                part = []
            part.append(line)
        yield part


def _columns(lines: list[_Line]) -> Iterator[list[_Line]]:
    """Runs of lines that go down the page, one below the other."""
    part: list[_Line] = []
    for line in lines:
        if part:
            above = part[-1]
            beside = line.left > above.right or line.right < above.left
            if line.page != above.page or line.top > above.top or beside:
                yield part
                part = []
        part.append(line)
    yield part
