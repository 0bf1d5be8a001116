"""Where sentences end, and how two halves of a text go together."""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexer.reading.limits import MAX_PASSAGE_LENGTH
from indexer.text.units import ALPHANUMERIC

__all__ = ["dangles", "glue", "is_fresh", "is_open", "is_prose", "sentence_count", "split_long", "starts_inside"]

_ENDS = "。！？!?…｡"
# A colon announces what follows, a dash leaves a sentence hanging on purpose, the rest ends code: none is a layout
# break.
_PAUSES = "：:；;—～~]}>|=/"
_CLOSING = "”’\"'」』）)】》〉"
_BRACKETS = {"“": "”", "（": "）", "(": ")", "《": "》", "「": "」", "『": "』", "【": "】"}
# No paragraph, quotation or heading begins with one of these.
_NEVER_FIRST = "，。、；：！？”’）》」』】%％,;!?)…"
# What cannot end a sentence: the next word must come.
_LEANING = "，,、的和与及或对将把被让为从向由于以在是至并且而但因"
# How reporters begin a paragraph. A sentence may go on with these words too, but seldom without a comma before them.
_FRESH = re.compile(
    r"记者|近日|日前|近期|据[悉了介统]|目前|此外|同时|另外|今年|去年|近年来|当天|会上|当前|如今|随后|接下来|下一步|与此同时|为此|对此|首先|"
    r"我们|你|您|他|她|这|其次|最后|接着|然后|现在|如果|但是|然而|因此|下面|[重注][要意]|[一-龥]{2,6}(?:说|表示|介绍|告诉记者)[，：]"
)
_SENTENCE_END = re.compile(rf"(?:[{_ENDS}]+|\.(?=[ \"'”)]))[{re.escape(_CLOSING)}]* ?")
_CLAUSE_END = re.compile(r"[，、；;：,] ?| ")
# Two characters that belong together: letters or digits of a run, a letter and its accent.
_INSIDE_RUN = re.compile(rf"{ALPHANUMERIC}{ALPHANUMERIC}|.[\u0300-\u036f]")


def is_open(text: str) -> bool:
    """Whether ``text`` stops before its sentence is over.

    Closing quotes and brackets count for what stands before them: ……。（某某） is over, ……的“某某” is not.
    """
    end = text.rstrip()
    bare = end.rstrip(_CLOSING)
    if not bare:
        return False
    if bare[-1] in _ENDS or bare[-1] in _PAUSES:
        return False
    if bare[-1] == "." and not _is_number_point(bare):
        return False
    if bare != end:
        opening = max(end.rfind("（"), end.rfind("("))
        if end[-1] in "）)" and opening > 0 and end[:opening].rstrip().rstrip(_CLOSING)[-1:] in tuple(_ENDS):
            return False
    return True


def dangles(text: str) -> bool:
    """Whether ``text`` cannot be whole as it stands: it ends in a comma or a linking word, or leaves a quotation
    open.
    """
    end = text.rstrip()
    if end[-1:] in tuple(_LEANING) and len(end) > 1:
        return True
    if end[-1:] in _BRACKETS:
        return True
    return any(text.count(left) > text.count(right) for left, right in _BRACKETS.items())


def starts_inside(text: str) -> bool:
    """Whether ``text`` begins with a mark that only stands inside or at the end of a sentence."""
    return text[:1] in tuple(_NEVER_FIRST)


def is_fresh(text: str) -> bool:
    """Whether ``text`` begins as paragraphs of reports usually begin (近日，… 记者… 据悉…)."""
    return _FRESH.match(text) is not None


def is_prose(text: str) -> bool:
    """Whether ``text`` reads like running text and not like a label: it has inner punctuation or is long."""
    return len(text) >= 30 or any(mark in text for mark in "，。；：！？、,;")


def sentence_count(text: str) -> int:
    """The number of sentence ends in ``text``."""
    return len(_SENTENCE_END.findall(text))


def glue(pieces: Sequence[str]) -> str:
    """The pieces of one paragraph as one text: Latin words get a space between them, everything else goes together
    as it is.
    """
    parts: list[str] = []
    for piece in pieces:
        if parts and _needs_space(parts[-1], piece):
            parts.append(" ")
        parts.append(piece)
    return "".join(parts)


def split_long(text: str, limit: int = MAX_PASSAGE_LENGTH) -> list[str]:
    """``text`` in parts of at most ``limit`` characters, cut at sentence ends; together the parts are exactly
    ``text``.

    Where one sentence is longer than ``limit`` the cut falls after its last comma or space in the second half, or
    else at ``limit``, but before a word or number that stands there: in two pieces it would not be found.
    """
    parts: list[str] = []
    start = 0
    while len(text) - start > limit:
        cut = (
            _last_end(_SENTENCE_END, text, start, start + limit)
            or _last_end(_CLAUSE_END, text, start + limit // 2, start + limit)
            or _outside_run(text, start + limit // 2, start + limit)
        )
        parts.append(text[start:cut])
        start = cut
    parts.append(text[start:])
    return parts


def _outside_run(text: str, start: int, stop: int) -> int:
    """The last place up to ``stop`` that is not inside a word or number in letters; ``stop`` itself if there is none."""
    cut = stop
    while cut > start and _INSIDE_RUN.match(text, cut - 1):
        cut -= 1
    return cut if cut > start else stop


def _last_end(pattern: re.Pattern[str], text: str, start: int, stop: int) -> int:
    """The last end of ``pattern`` between ``start`` and ``stop``, 0 if there is none."""
    # Looking a little past the stop keeps a full stop and the quote that closes after it together.
    ends = (match.end() for match in pattern.finditer(text, start, stop + 8))
    return max((end for end in ends if end <= stop), default=0)


def _is_number_point(text: str) -> bool:
    """3. at the end of a Chinese line is a number that was cut (3.｜5万); in English text a full stop."""
    return len(text) > 1 and text[-2].isdigit() and any(char > "\u2e7f" for char in text[-6:])


def _needs_space(left: str, right: str) -> bool:
    if not left or not right or left[-1].isspace() or right[0].isspace():
        return False
    a, b = left[-1], right[0]
    if not (a.isascii() and b.isascii()):
        return False
    if a.isdigit() and (b.isdigit() or b.isalpha()):
        # 建成5｜G基站 and 投资1｜84亿元 were cut inside; in English text two words met.
        run = re.search(r"[\w.,%+-]*$", left[-40:], re.ASCII)
        before = left[-40:][: run.start()] if run else ""
        return before.endswith(" ") or (not before and left.isascii())
    return (a.isalnum() or a in ".,;:!?)\"'") and (b.isalnum() or b in "(\"'")
