"""Inline marks are taken out, printed text stays."""

from __future__ import annotations

import pytest

from indexer.reading.markdown import clean_inline, image_alts, is_image_line, is_reference, strip_comments


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("见[港口年报](https://a.example/年报_(2023).pdf)第3页", "见港口年报第3页"),
        ('见[年报](/files/a.pdf "年度报告")', "见年报"),
        ("[港口][1]与[新区] [ref]", "港口与新区"),
        ("[见图](第二版)", "[见图](第二版)"),
        ("前![港口全景](a.png)后", "前港口全景后"),
        ("**本报讯**（记者 林晓）", "本报讯（记者 林晓）"),
        ("***重点***和*强调*", "重点和强调"),
        ("3*4*5=60", "3*4*5=60"),
        ("用 `a_b*c*` 变量", "用 a_b*c* 变量"),
        ("`__init__` 与 __init__ 之外", "__init__ 与 init 之外"),
        ("snake_case_name", "snake_case_name"),
        ("~~旧~~新", "旧新"),
        ("甲<br/>乙<sup>2</sup>", "甲 乙2"),
        ("<ruby>港口<rt>port</rt></ruby>", "港口 port"),
        ("List<String> 与 a<b", "List<String> 与 a<b"),
        ("<中文>", "<中文>"),
        ("A&amp;B&nbsp;C &lt;D&gt; AT&T", "A&B\xa0C <D> AT&T"),
        (r"\*不是强调\*", "*不是强调*"),
        ("<https://a.example/x>", "https://a.example/x"),
        ("甲[^1]乙", "甲乙"),
        ("[三个[方括号", "[三个[方括号"),
    ],
)
def test_marks_are_removed(line, expected):
    assert clean_inline(line) == expected


def test_pictures_alone_give_their_descriptions():
    line = "![港口全景](a.png) ![](b.png) ![c.jpg](c.jpg)"
    assert is_image_line(line)
    assert image_alts(line) == ["港口全景"]
    assert not is_image_line("![全景](a.png) 图为港口")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("[1]: https://a.example/x", True),
        ('[年报]: /files/a.pdf "年度报告"', True),
        ("[记者]: 港口何时建成？", False),
        ("[^1]: 脚注里的话", False),
        ("[港口](a.html)", False),
    ],
)
def test_reference_lines(line, expected):
    assert is_reference(line) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("甲<!-- 隐藏\n两行 -->乙", "甲乙"),
        ("甲<!-- 没有结束", "甲<!-- 没有结束"),
        ("甲<!-- " + "长" * 6000 + " -->乙<!-- 短 -->", "甲<!-- " + "长" * 6000 + " -->乙"),
    ],
)
def test_comments_go_but_swallow_no_page(text, expected):
    assert strip_comments(text) == expected
