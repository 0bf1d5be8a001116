"""From bytes to text: which encoding a Chinese text file is in, and what is not text at all.

Tried in this order, each step because the one before it cannot be wrong:

    byte order mark            UTF-8, UTF-16, UTF-32 as marked
    NUL bytes                  UTF-16 without a mark if it reads like text, else the file is binary
    UTF-8, strict              other encodings of Chinese practically never form valid UTF-8
    GB18030, Big5, UTF-16      whichever decodes without error and reads most like Chinese

The last step counts how many of the characters belong to the everyday set of the encoding's own country (the "level
one" rows that GB 2312 and Big5 put first). Text read in the wrong encoding is full of rare characters, so the
right one stands out after a few words. If nothing reads like Chinese the file is rejected: an index full of
nonsense helps nobody.
"""

from __future__ import annotations

import codecs
import re
from functools import cache

from indexer.errors import FileRejected

__all__ = ["decode"]

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: its mark begins with the same two bytes
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Enough to judge an encoding by: some 10,000 characters.
_SAMPLE_BYTES = 20_000
# Of real Chinese text over nine in ten non-ASCII characters are everyday ones or punctuation; misread text
# has below six.
_LEAST_COMMON = 0.7
# A damaged UTF-8 file still has nearly all of its characters whole; text in another encoding has next to none.
_NEARLY_UTF8 = 0.9
# Printed text has no control characters, but typing tools leave strays (one file of blogs has 1.7 % backspaces);
# in binary data about one byte in nine is one.
_MOST_CONTROLS = 0.05

_LINE_ENDS = re.compile("[\r\v\f\x1c-\x1e\x85\u2028\u2029](?:(?<=\r)\n)?")
# Controls, zero-width and direction marks, soft hyphens, object placeholders and non-characters: none of them is
# printed, all of them would stand between the characters of a word. U+200D stays: it glues emoji.
_UNPRINTED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\ufdd0-\ufdef\ufeff\ufff9-\uffff]"
)
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1b\x7f]")
_PUNCTUATION = frozenset(
    "　、。，．・：；！？…—～‘’“”（）《》〈〉「」『』【】〔〕·●○■□★☆◆△▲①②③④⑤⑥％％＋０１２３４５６７８９"
)


def decode(data: bytes, path: str) -> str:
    """The text of a file with line ends as ``\\n`` and without unprintable characters.

    Raises FileRejected, naming ``path``, if the bytes are binary, damaged, or in no encoding known here.
    """
    text = _decode(data, path)
    if len(_CONTROLS.findall(text)) > len(text) * _MOST_CONTROLS:
        raise FileRejected(path, "不是文本文件（控制字符太多）")
    return _UNPRINTED.sub("", _LINE_ENDS.sub("\n", text))


def _decode(data: bytes, path: str) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strict(data[len(mark) :], encoding, path)
    if b"\0" in data[:_SAMPLE_BYTES]:
        return _decode_with_nuls(data, path)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        damaged_at = error.start
    if _share_of_utf8(data) >= _NEARLY_UTF8:
        raise FileRejected(path, f"UTF-8 在第 {damaged_at} 字节处损坏，请重新导出")
    text = _most_chinese(data, ("gb18030", "cp950", "big5hkscs", "utf-16-le", "utf-16-be"))
    if text is None:
        raise FileRejected(path, "编码无法识别（试过 UTF-8、GB18030、Big5、UTF-16），请另存为 UTF-8")
    return text


def _strict(data: bytes, encoding: str, path: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        name = encoding.upper()
        raise FileRejected(path, f"标明是 {name}，但在第 {error.start} 字节处损坏，请重新导出") from error


def _decode_with_nuls(data: bytes, path: str) -> str:
    # Not only ASCII has NULs in UTF-16: 一 and 开 do too, so their place in the pair says nothing.
    text = _most_chinese(data, ("utf-16-le", "utf-16-be"))
    if text is None:
        raise FileRejected(path, "是二进制文件，不是文本")
    return text


def _share_of_utf8(data: bytes) -> float:
    """The share of non-ASCII bytes that are part of whole UTF-8 characters."""
    sample = data[:_SAMPLE_BYTES] + data[-_SAMPLE_BYTES:]
    high = sum(byte >= 0x80 for byte in sample)
    whole = sum(len(char.encode("utf-8")) for char in sample.decode("utf-8", "ignore") if char >= "\x80")
    return whole / high if high else 1.0


def _most_chinese(data: bytes, encodings: tuple[str, ...]) -> str | None:
    best: tuple[float, str] | None = None
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        share = _share_of_common(text[: _SAMPLE_BYTES // 2], encoding)
        if share >= _LEAST_COMMON and (best is None or share > best[0]):
            best = (share, text)
    return best[1] if best else None


def _share_of_common(text: str, encoding: str) -> float:
    common = _common(encoding)
    if encoding.startswith("utf-16"):
        # In UTF-16 a misread line end or digit is a rare character too, so every character counts.
        return sum(char in common or " " <= char <= "~" or char in "\r\n\t" for char in text) / max(1, len(text))
    foreign = [char for char in text if char >= "\x80"]
    return sum(char in common for char in foreign) / max(1, len(foreign))


@cache
def _common(encoding: str) -> frozenset[str]:
    simplified = _rows("gb2312", range(0xB0, 0xD8), [range(0xA1, 0xFF)])
    traditional = _rows("big5", range(0xA4, 0xC7), [range(0x40, 0x7F), range(0xA1, 0xFF)])
    if encoding == "gb18030":
        return simplified | _PUNCTUATION
    if encoding.startswith("utf"):
        return simplified | traditional | _PUNCTUATION
    return traditional | _PUNCTUATION


def _rows(encoding: str, leads: range, trails: list[range]) -> frozenset[str]:
    pairs = (bytes((lead, trail)) for lead in leads for part in trails for trail in part)
    return frozenset(char for pair in pairs for char in pair.decode(encoding, "ignore") if char >= "\u4e00")
