"""What each block is in the newspaper: heading, byline, caption, list item or body.

Marks decide first (markdown, ★, 一、, ■文/…, 图为…, … 摄), then place and shape:

    caption    one short sentence after the wider gap that a removed picture leaves (or beside another caption there)
    heading    a short line without a full stop before a paragraph; the less it looks like a label, and the more the
    file
               marks its headings otherwise, the more likely it is the first half of a paragraph cut by the page
               layout
    titles     short lines at the head of the file, and those right above a byline or dateline

In what was written as markdown only marks count, because there the author had marks for everything.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

from indexer.reading.blocks import Block
from indexer.reading.bylines import bare_names, dateline_credit, parse_byline, source_named
from indexer.reading.dates import date_line
from indexer.reading.evidence import CrossingEvidence
from indexer.reading.sentences import dangles, is_open, sentence_count, starts_inside

__all__ = ["lay_out"]

# Longest headline parts, section heads and captions on newspaper pages; each with some room.
_MAX_TITLE = 60
_MAX_HEADING = 45
_MAX_PLAIN_HEADING = 30
_MAX_WEAK_CAPTION = 60
_MAX_CREDITED_CAPTION = 100
_MAX_BARE_CAPTION = 40  # without a full stop
_MAX_CAPTION = 200
# More short lines in a row are a list (of winners, of items), not headings.
_MAX_HEADING_RUN = 3
_MAX_TITLE_LINES = 6
# Title, over- and underline, column name, byline, source, date, a picture or two with captions: all above the first
# paragraph.
_MAX_HEAD = 12

_HAN = r"[\u3400-\u9fff“《‘\"]"
_HEADING_STYLES = (
    ("symbol", 8, re.compile(r"[★☆●○◆◇◎※▌█■□▍►▶➤❖✦]+ ?\S.*")),
    ("chapter", 7, re.compile(r"第[一二三四五六七八九十\d]{1,4}[章节篇编回]\s?.*")),
    ("numeral", 8, re.compile(r"[一二三四五六七八九十]{1,3}[、.．] ?.+")),
    ("numeral in brackets", 9, re.compile(r"[（(][一二三四五六七八九十]{1,3}[)）] ?.+")),
    ("letter", 8, re.compile(rf"[A-Z][ .、．] ?{_HAN}.+")),
    ("number", 10, re.compile(rf"\d{{1,2}}(?: |[.、．] ?){_HAN}.+")),
    ("label", 8, re.compile(r"[\u3400-\u9fff]{2,3}[一二三四五六七八九十①-⑩\d]{1,3}[：:|丨 ] ?.+")),
    ("brackets", 9, re.compile(r"【[^】]{1,20}】")),
    ("dash", 11, re.compile(r"(?:——|--|―+|──) ?[^——].*")),
)
_PLAIN_LEVEL = 12

_CAPTION_START = re.compile(
    r"[▲△▼▽↑↓←→◀]"
    r"|[（(]?(?:图为|图[:：]|[上下左右]图[为：: ，①-⑩]|资料图|图[①-⑳]|组图|题图)"
    # 图 2 数据流图 is a caption, 图 2 展示了…… speaks about one.
    r"|[（(]?图\s?\d{1,2}(?:[:：、.]| (?![^，。]{0,3}(?:展示|显示|是|中|为|的|给|里|说明|所示|描)))"
)
_CAPTION_INSIDE = re.compile(
    r"[。，]图为|[■□●（(。 ,，]\s?(?:[^。，、■□（(]{0,24})摄[）)]?。?$|(?:供图|[^摄]/摄)[）)]?。?$"
    r"|[（(](?:资料图片?|(?:图片)?由?[^（(]{2,30}提供)[）)]$"
)
_PICTURE_CREDIT = re.compile(
    r"[（(]?(?:本版|本报|本组|题图|以上|文中|均为|除署名外)?[^。，]{0,4}(?:图片|照片|配图|图文|摄影)"
    r"[^。]{0,50}(?:提供|供图|摄|资料|来源.*)[）)]?。?"
)
# Both have one of these, and most paragraphs have none.
_OF_PICTURES = re.compile("[图摄照供]")
# How a narrator goes on; a caption does not begin like this.
_NARRATION = re.compile(
    r"[“‘\"]?(?:但|而|然而|因此|于是|同时|此外|目前|如今|其中|据|记者|对此|为此|他|她|我|这|在这|近年来|今年|去年|当前|下一步|接下来|随后)"
)
# How sentences begin and headlines hardly ever do.
_CLAUSE_START = re.compile(r"\d|[该这在从据对当由经自为]|今年|去年|明年|目前|截至|随着|通过|按照|根据|记者|本报|近")
_REPORTED = re.compile(r"表示|介绍|透露|指出|认为|告诉|[说称][，：]")
# A noun phrase has no verb to carry it; these make a sentence out of it.
_PREDICATE = re.compile(r"[了是将已被把让，,]")
_META = re.compile(r"(?:来源|來源|稿源|发布时间|发布日期|责任编辑|责编|编辑|校对|版次|版面|作者)\s*[:：]")


def lay_out(blocks: list[Block], evidence: CrossingEvidence, *, markdown: bool) -> None:
    """Give every block its role, in place. ``markdown``: the file was written as markdown, so shape says nothing."""
    letters = {block.text[0] for block in blocks if block.text[:1] in ("A", "B") and block.text[1:2] in tuple(" .、．")}
    for number, block in enumerate(blocks):
        before = blocks[number - 1] if number else None
        following = blocks[number + 1] if number + 1 < len(blocks) else None
        _mark(block, before, following, lettered=len(letters) == 2)
    if markdown:
        return
    _mark_titles(blocks)
    _mark_gap_captions(blocks)
    _mark_plain_headings(blocks, evidence)


def _mark(block: Block, before: Block | None, following: Block | None, *, lettered: bool) -> None:
    """What the marks of one line say."""
    if block.role not in {"body", "item"}:
        return
    text = block.text
    if block.style != "bullet" and _is_caption(text):
        block.role = "caption"
    elif _is_byline(text):
        block.role = "byline"
    elif block.style == "bold":
        if len(text) <= _MAX_HEADING and "。" not in text and following and following.style != "bold":
            block.role, block.level = "heading", 7
    elif block.style != "bullet" and (style := _heading_style(text, lettered=lettered)):
        # The same mark on the next line (or the one before) too: the entries of a list, not headings.
        listed = before and before.role == "item" and before.style == style[0]
        if listed or (following and _heading_style(following.text, lettered=lettered) == style):
            block.role, block.style = "item", style[0]
        elif (following and following.role != "heading") or style[0] == "dash":
            block.role, (block.style, block.level) = "heading", style
    elif text.startswith(("——", "●", "◆", "■")):
        block.role = "item"


def _is_byline(text: str) -> bool:
    return (
        parse_byline(text) is not None
        or date_line(text) is not None
        or (len(text) <= 80 and bool(_META.match(text)) and "。" not in text)
        or (len(text) <= 80 and source_named(text) is not None and "。" not in text)
    )


def _is_caption(text: str) -> bool:
    if len(text) > _MAX_CAPTION or text[-1:] in tuple("：:"):
        return False
    if _CAPTION_START.match(text):
        return True
    if not _OF_PICTURES.search(text):
        return False
    if _PICTURE_CREDIT.fullmatch(text):
        return True
    return len(text) > 8 and _CAPTION_INSIDE.search(text) is not None and parse_byline(text) is None


def _heading_style(text: str, *, lettered: bool) -> tuple[str, int] | None:
    if len(text) > _MAX_HEADING or "。" in text or text[-1:] in tuple("，；;,、：:") or len(text) < 2:
        return None
    for style, level, pattern in _HEADING_STYLES:
        if pattern.fullmatch(text):
            return None if style == "letter" and not lettered else (style, level)
    return None


def _mark_gap_captions(blocks: list[Block]) -> None:
    """Short single sentences that stand where a picture was taken out."""
    gaps = Counter(block.gap for block in blocks[1:])
    usual = gaps.most_common(1)[0][0] if gaps else 1
    wide = max(2, usual + 1)
    for number, block in enumerate(blocks):
        before = blocks[number - 1] if number else None
        if before is None or block.role != "body":
            continue
        at_picture = block.gap >= wide or before.role == "picture"
        if at_picture and _may_be_caption(block, blocks, number, wide):
            block.role, block.sure = "caption", False
    for block, after in pairwise(blocks):
        if block.role == "body" and after.role == "byline" and _is_photo_credit(after.text) and _is_brief(block.text):
            block.role, block.sure = "caption", False
        # The caption printed above its picture: a bare noun phrase, then the gap, then the next caption.
        if block.role == "body" and after.role == "caption" and after.gap >= wide and _is_noun_phrase(block.text):
            block.role, block.sure = "caption", False


def _may_be_caption(block: Block, blocks: list[Block], number: int, wide: int) -> bool:
    text = block.text
    if not 4 <= len(text) <= _MAX_WEAK_CAPTION or starts_inside(text):
        return False
    if _NARRATION.match(text) or _REPORTED.search(text):
        return False
    if text[-1] == "。":
        return sentence_count(text) == 1
    # Without a full stop it may as well be a heading after some air; three blank lines and more are a picture's
    # place.
    inside = any(earlier.role == "body" for earlier in blocks[max(0, number - 8) : number])
    placed = (block.gap >= max(3, wide) and inside) or blocks[number - 1].role == "picture"
    return placed and len(text) <= _MAX_BARE_CAPTION and is_open(text) and not dangles(text)


def _is_photo_credit(text: str) -> bool:
    credit = parse_byline(text)
    return credit is not None and bool(credit.photographers) and not credit.authors


def _is_brief(text: str) -> bool:
    """Whether ``text`` is short enough, and whole, to be a caption whose photographer stands in the next line."""
    return len(text) <= _MAX_CREDITED_CAPTION and text[-1] == "。" and sentence_count(text) <= 2


def _is_noun_phrase(text: str) -> bool:
    return 4 <= len(text) <= 30 and text[-1] == "。" and sentence_count(text) == 1 and not _PREDICATE.search(text)


def _mark_titles(blocks: list[Block]) -> None:
    """Short lines at the head of the file, and those around a byline or above a dateline."""
    _mark_bare_names(blocks)
    head = blocks[:_MAX_HEAD]
    first_byline = next((number for number, block in enumerate(head) if block.role == "byline"), 0)
    titled = any(block.role == "heading" for block in head[:1])
    lines: list[Block] = []
    for number, block in enumerate(head):
        if block.role == "body":
            below = number > first_byline and (titled or bool(lines))
            if not _is_title_line(block, first=not (titled or lines)) or (below and _runs_on(block.text)):
                break
            lines.append(block)
        titled = titled or block.role == "heading"
    for block in lines if len(lines) <= _MAX_TITLE_LINES else lines[:1]:
        block.role, block.level = "heading", _PLAIN_LEVEL
    for number, block in enumerate(blocks):
        if block.role == "byline" and _opens_article(block):
            _title_above(blocks, number)
            _kickers_below(blocks, number)
        elif block.role == "body" and dateline_credit(block.text):
            _title_above(blocks, number)


def _mark_bare_names(blocks: list[Block]) -> None:
    """The one line of names at the head of the file or under a first-level heading; several such lines are a list."""
    head = [block for block in blocks[:_MAX_HEAD] if block.role == "body" and bare_names(block.text)]
    if len(head) == 1 and (head[0] is not blocks[0] or len(bare_names(head[0].text)) > 1):
        head[0].role = "byline"
    for title, block in pairwise(blocks):
        if title.role == "heading" and title.level == 1 and block.role == "body" and bare_names(block.text):
            block.role = "byline"


def _opens_article(block: Block) -> bool:
    credit = parse_byline(block.text)
    return credit is not None and bool(credit.authors or "记者" in block.text or "评论员" in block.text)


def _title_above(blocks: list[Block], number: int) -> None:
    for block in reversed(blocks[max(0, number - _MAX_HEADING_RUN) : number]):
        if block.role == "heading":
            continue
        if block.role != "body" or not _is_title_line(block, first=True):
            return
        block.role, block.level = "heading", _PLAIN_LEVEL


def _kickers_below(blocks: list[Block], number: int) -> None:
    for block in blocks[number + 1 : min(number + 1 + _MAX_HEADING_RUN, len(blocks) - 1)]:
        if block.role == "heading":
            continue
        if block.role != "body" or not _is_title_line(block, first=False) or dangles(block.text):
            return
        if _runs_on(block.text):
            return
        block.role, block.level = "heading", _PLAIN_LEVEL


def _runs_on(text: str) -> bool:
    """Whether a line below the byline is rather the cut beginning of the text than the name of a column."""
    return not text.startswith("——") and (
        len(text) > _MAX_PLAIN_HEADING or (_commas(text) > 0 and not _is_couplet(text))
    )


def _is_title_line(block: Block, *, first: bool) -> bool:
    text = block.text
    if block.role != "body" or not 2 <= len(text) <= (_MAX_TITLE if first else _MAX_HEADING) or "。" in text:
        return False
    return (is_open(text) and text[-1] not in "，,、") or (first and text[-1] in "！？!?…”")


def _mark_plain_headings(blocks: list[Block], evidence: CrossingEvidence) -> None:
    marked = Counter(block.style for block in blocks if block.role == "heading" and block.style and block.level > 1)
    has_style = any(count >= 2 for count in marked.values())
    short = [block.role == "body" and _is_short_line(block.text) for block in blocks]
    number = 0
    while number < len(blocks):
        if not short[number]:
            number += 1
            continue
        end = number
        while end < len(blocks) and short[end]:
            end += 1
        before = blocks[number - 1] if number else None
        if end - number > _MAX_HEADING_RUN and _is_couplet(blocks[end - 1].text):
            number = end - 1  # the lines of a list, and the headline after it
            before = blocks[number - 1]
        if end - number <= _MAX_HEADING_RUN and end < len(blocks) and blocks[end].role in {"body", "item", "caption"}:
            for block, after in zip(blocks[number:end], blocks[number + 1 : end + 1], strict=True):
                cut = before is not None and before.role == "body" and is_open(before.text) and dangles(before.text)
                if not cut and _heading_score(block.text, after.text, evidence, has_style=has_style) > 0:
                    block.role, block.level = "heading", _PLAIN_LEVEL
                before = block
        number = end


def _is_short_line(text: str) -> bool:
    if (
        not 2 <= len(text) <= _MAX_PLAIN_HEADING
        or not (text[0].isalnum() or text[0] in '“‘《「"')
        or not is_open(text)
        or starts_inside(text)
    ):
        return False
    return sum(char.isalnum() for char in text) >= 2


def _heading_score(text: str, after: str, evidence: CrossingEvidence, *, has_style: bool) -> int:
    """Above 0: more likely a heading than the first half of a cut paragraph."""
    if dangles(text) or starts_inside(after):
        return -1
    commas = _commas(text)
    score = 1 if len(text) <= 22 else 0
    if len(text) <= 12 and not commas:
        score += 2
    if commas and not _is_couplet(text):
        score -= 2
    if " " in text and not text.isascii():
        score += 1
    if has_style:
        score -= 2
    if _CLAUSE_START.match(text):
        score -= 2
    if evidence.holds(text, after):
        score -= 3
    return score


def _commas(text: str) -> int:
    return sum(text.count(mark) for mark in "，；：、,;:")


def _is_couplet(text: str) -> bool:
    """A label and what it announces, two equal halves, or four characters and more: how headlines are made."""
    if re.fullmatch(r"[^，。：:]{2,6}[：:][^，。：:]{2,14}", text):
        return True
    halves = re.split(r"[，,]", text)
    if len(halves) != 2 or _commas(text) > 1:
        return False
    first, second = map(len, halves)
    return (abs(first - second) <= 1 and max(first, second) <= 7) or (first == 4 and 4 <= second <= 9)
