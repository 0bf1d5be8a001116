"""Small files of every format, made by hand so that each byte of them is known."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterable, Mapping
from io import BytesIO
from types import SimpleNamespace

import pytest

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_STYLES = f"""<?xml version="1.0" encoding="UTF-8"?><w:styles {_W}>
<w:style w:styleId="a3"><w:name w:val="Title"/></w:style>
<w:style w:styleId="1"><w:name w:val="heading 1"/></w:style>
<w:style w:styleId="x1"><w:name w:val="小标"/><w:basedOn w:val="1"/></w:style>
<w:style w:styleId="lvl"><w:name w:val="栏题"/><w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style>
<w:style w:styleId="cap"><w:name w:val="caption"/></w:style>
<w:style w:styleId="loop"><w:name w:val="圈"/><w:basedOn w:val="loop"/></w:style></w:styles>"""


def paragraph(text: str, style: str = "") -> str:
    """A Word paragraph; ``text`` is XML."""
    run = text if text.startswith("<") else f"<w:r><w:t>{text}</w:t></w:r>"
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{run}</w:p>'


def docx(*blocks: str, before: str = "", compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A Word document of these blocks of XML; ``before`` stands ahead of the root, where a DTD would."""
    names = "".join(
        f' xmlns:{name}="{address}"'
        for name, address in (
            ("mc", "http://schemas.openxmlformats.org/markup-compatibility/2006"),
            ("wps", "http://schemas.microsoft.com/office/word/2010/wordprocessingShape"),
        )
    )
    body = f"{before}<w:document {_W}{names}><w:body>{''.join(blocks)}</w:body></w:document>"
    return archive({"word/document.xml": body, "word/styles.xml": _STYLES}, compression=compression)


def archive(files: Mapping[str, str | bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of these files."""
    data = BytesIO()
    with zipfile.ZipFile(data, "w", compression) as package:
        for name, content in files.items():
            package.writestr(name, content)
    return data.getvalue()


def pdf(*pages: Iterable[tuple[float, float, float, str]], trailer: str = "") -> bytes:
    """A PDF whose pages hold lines of (left, baseline, size, text), each character as wide as the type is high."""
    texts = sorted({char for page in pages for line in page for char in line[3]})
    codes = {char: number for number, char in enumerate(texts, 1)}
    mapping = "".join(f"<{code:04x}> <{char.encode('utf-16-be').hex()}>\n" for char, code in codes.items())
    cmap = f"begincmap\n1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n{len(codes)} beginbfchar\n{mapping}endbfchar\nendcmap"
    kids = " ".join(f"{6 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /S /Encoding /Identity-H /DescendantFonts [4 0 R] /ToUnicode 5 0 R >>",
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /S /DW 1000 /CIDSystemInfo << /Registry (Adobe) /Ordering"
        b" (Identity) /Supplement 0 >> >>",
        _stream(cmap.encode()),
    ]
    for number, page in enumerate(pages):
        drawn = "".join(
            f"BT /F {size} Tf {left} {base} Td <{''.join(f'{codes[char]:04x}' for char in text)}> Tj ET\n"
            for left, base, size, text in page
        )
        objects += [
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents {7 + 2 * number} 0 R"
            " /Resources << /Font << /F 3 0 R >> >> >>".encode(),
            _stream(drawn.encode()),
        ]
    return assemble_pdf(objects, trailer)


def assemble_pdf(objects: Iterable[bytes], trailer: str = "") -> bytes:
    """A PDF of numbered objects, the first of which is its catalogue."""
    data, starts = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        starts.append(len(data))
        data += f"{number} 0 obj\n".encode() + content + b"\nendobj\n"
    table = "".join(f"{start:010} 00000 n \n" for start in starts)
    size = len(starts) + 1
    end = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R {trailer}>>\n"
    return data + f"{end}startxref\n{len(data)}\n%%EOF\n".encode()


def _stream(data: bytes) -> bytes:
    packed = zlib.compress(data)
    return f"<< /Length {len(packed)} /Filter /FlateDecode >>\nstream\n".encode() + packed + b"\nendstream"


@pytest.fixture(scope="session")
def make() -> SimpleNamespace:
    """The makers above."""
    return SimpleNamespace(
        paragraph=paragraph, docx=docx, archive=archive, pdf=pdf, assemble_pdf=assemble_pdf, stream=_stream
    )
