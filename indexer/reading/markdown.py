"""Markdown's inline marks taken out of a line, so that what is left is what a reader sees.

    [文字](url)  [文字][1]  -> 文字          ![说明](url) -> 说明           **重点** `code` ~~x~~ -> the text inside
    <https://…> -> the address              <br> <b> <img …> -> nothing    &nbsp; &lt; -> the character      \\* -> *

Every pattern is bounded and none can run back over what it has read: lines come from strangers.
"""

from __future__ import annotations

import html
import re
from functools import partial

__all__ = ["clean_inline", "image_alts", "is_image_line", "is_reference", "looks_like_markdown", "strip_comments"]

# Comments are dropped only up to this size: an unclosed or mistaken "<!--" must not swallow a page.
_MAX_COMMENT = 5000

# A web address may hold anything but spaces; without a scheme only what a relative path holds, so that a
# printed "[见图](第二版)" stays as it is.
_URL = (
    r"(?:(?:https?:|ftp:|mailto:|data:|//|www\.)[^\s()]{0,2000}(?:\([^\s()]{0,200}\)[^\s()]{0,500})?|[!-'*-~]{0,500})"
)
_TARGET = rf"\(\s?<?{_URL}>?(?:\s+(?:\"[^\"\n]{{0,200}}\"|'[^'\n]{{0,200}}'))?\s?\)"
_IMAGE = re.compile(rf"!\[([^\[\]]{{0,300}})\](?:{_TARGET}|\[[^\[\]]{{0,60}}\])")
_LINK = re.compile(rf"(?<!!)\[([^\[\]]{{1,500}})\]{_TARGET}")
_REFERENCE_LINK = re.compile(r"\[([^\[\]]{1,300})\] ?\[[\w .-]{0,40}\]")
_FOOTNOTE = re.compile(r"\[\^[\w-]{1,30}\]:?")
_REFERENCE = re.compile(rf"\[[^\[\]^]{{1,60}}\]:\s*<?{_URL}>?(?:\s+[\"'(].{{0,200}})?")
_AUTOLINK = re.compile(r"<((?:https?://|mailto:)[^<>\s]{1,500})>")
_TAG = re.compile(
    r"</?(?:a|abbr|b|big|blockquote|br|center|cite|code|dd|del|details|div|dl|dt|em|embed|figcaption|figure|font|h[1-6]|"
    r"hr|i|iframe|img|ins|kbd|li|mark|object|ol|p|param|pre|q|rb|rp|rt|ruby|s|samp|small|source|span|strike|strong|style|sub|summary|"
    r"sup|table|tbody|td|th|thead|tr|tt|u|ul|var|video)(?:\s[^<>]{0,1000})?/?>",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:[A-Za-z]{2,31}|#\d{1,7}|#[xX][0-9A-Fa-f]{1,6});")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!>~|])")
_CODE = re.compile(r"(`{1,3})([^`\n]+)\1")
_STARS = re.compile(r"(?<![A-Za-z0-9)*])(\*{1,3})(?=[^\s*])([^*\n]+?)(?<=\S)\1(?!\*)")
_DOUBLE_STARS = re.compile(r"\*\*([^*\n]+?)\*\*")
_UNDERSCORES = re.compile(r"(?<!\w)(_{1,2})(?=\S)([^_\n]+)(?<=\S)\1(?!\w)")
_STRIKE = re.compile(r"~~([^~\n]+)~~")
_MARKS = re.compile(r"[*_`\[<&\\~]")
_FILE_NAME = re.compile(
    r"[\w .@-]{0,80}\.(?:png|jpe?g|gif|svg|webp|bmp)|image|img|alt|图片|pic|screenshot", re.IGNORECASE
)
_MARKDOWN_ONLY = re.compile(
    r"^(?:```|~~~|> )|`[^`\n]+`|(?:^|[^!])\[[^\[\]\n]{1,300}\](?:\((?![^\x00-\x7f])|\[\d)", re.MULTILINE
)

# Stands for text that is set aside while marks are removed; the decoder has dropped it from the input.
_HELD = "\ufdd0"


def clean_inline(line: str) -> str:
    """``line`` without markdown and HTML marks."""
    if not _MARKS.search(line):
        return line
    held: list[str] = []
    hold = partial(_hold, held)
    if "\\" in line:
        line = _ESCAPE.sub(lambda match: hold(match[1]), line)
    if "`" in line:
        line = _CODE.sub(lambda match: hold(match[2]), line)
    if "[" in line:
        line = _clean_links(line)
    if "<" in line:
        line = _TAG.sub(lambda match: " " if match[0][1:3].lower() in {"br", "rt"} else "", _AUTOLINK.sub(r"\1", line))
    if "&" in line:
        line = _ENTITY.sub(lambda match: _entity(match[0]), line)
    if "*" in line:
        line = _STARS.sub(r"\2", _DOUBLE_STARS.sub(r"\1", line))
    if "_" in line:
        line = _UNDERSCORES.sub(r"\2", line)
    if "~~" in line:
        line = _STRIKE.sub(r"\1", line)
    if held:
        pieces = iter(held)
        line = re.sub(_HELD, lambda _: next(pieces), line)
    return line


def is_image_line(line: str) -> bool:
    """Whether ``line`` holds pictures and nothing else."""
    return line.startswith(("![", "[![")) and not _IMAGE.sub("", line).strip("[]() \u3000")


def image_alts(line: str) -> list[str]:
    """What the pictures of ``line`` say about themselves, file names and placeholders left out."""
    alts = (" ".join(alt.split()) for alt in _IMAGE.findall(line))
    return [alt for alt in alts if alt and not _FILE_NAME.fullmatch(alt)]


def is_reference(line: str) -> bool:
    """Whether ``line`` only says where a reference link leads (``[1]: https://…``)."""
    return line.startswith("[") and _REFERENCE.fullmatch(line) is not None


def looks_like_markdown(text: str) -> bool:
    """Whether ``text`` was written as markdown: it has links, code or quotes.

    Newspaper exports mark headings, bold type, pictures, perhaps lists and tables, and no more. In what was written as
    markdown, on the other hand, a blank line always ends a paragraph.
    """
    return _MARKDOWN_ONLY.search(text) is not None


def strip_comments(text: str) -> str:
    """``text`` without HTML comments."""
    if "<!--" not in text:
        return text
    kept: list[str] = []
    position, end = 0, -1
    start = text.find("<!--")
    while start >= 0:
        if end < start + 4:
            end = text.find("-->", start + 4)
            if end < 0:
                break
        if end - start <= _MAX_COMMENT:
            kept.append(text[position:start])
            position = end + 3
            start = text.find("<!--", position)
        else:
            start = text.find("<!--", start + 4)
    kept.append(text[position:])
    return "".join(kept)


def _clean_links(line: str) -> str:
    line = _IMAGE.sub(lambda match: "" if _FILE_NAME.fullmatch(match[1].strip()) else match[1], line)
    line = _LINK.sub(r"\1", line)
    return _FOOTNOTE.sub("", _REFERENCE_LINK.sub(r"\1", line))


def _entity(text: str) -> str:
    char = html.unescape(text)
    return char if char.isprintable() or char.isspace() else ""


def _hold(held: list[str], text: str) -> str:
    held.append(text)
    return _HELD
