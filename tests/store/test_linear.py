"""No article costs more than its length: whatever is repeated in it, four times as much takes about four times as long.

Every regular expression that reads articles, numbers, units, dates, names and figures sees these runs, as ``yansou index``
would have it see them. ``make fuzz`` tries all pieces in all places, the suite those that are most likely to hurt.
"""

from __future__ import annotations

import gc
import os
import time

import pytest

from indexer.facts.names import Gazetteer
from indexer.reading import SourceFile
from indexer.store.analyst import Analyst, Task

FEW, MANY = 10_000, 40_000
# Quadratic work takes sixteen times as long for four times as much. Short times are mostly noise: so much is no fault.
TIMES, SECONDS = 10, 0.05
ATTEMPTS = 3

WORST = [
    "1", "1,", "9.", "1-", "一", "一百", "亿", "1亿", "1元", "第1名", "年月日", "2021年", "2021年1月1日至", "%", "，", "。", "…", "—", "（", "(",
    "（简称“", "“", "”", "《", "、", "甲、", "园区", "园区园区高新区", "有限公司", "大学", "省市县", "湖南省", "王伟、", "本报记者王", "张三摄 ", "图/",
    "a", "a-", "a.", "·a", "\u0301", "\u200b", "ﷺ", " ", "\u3000 ", "\t", "![", "[](", "<a ", "&#", "*a", "__", "`", "|-", "从1到", "超近约",
]  # fmt: skip
REST = [
    "12.5万", "零", "万亿", "3成", "个半", "1/2", "12:30", "http://", "x.com", "a@", "C++", "5g+", "[", "](", "</a", "<!--", "~~", "**", "\\",
    "■", "★", "#", "# ", "- ", "1. ", "（一）", "第一章", "来源：", "：", ":", "图片说明：", "记者 ", "主任王伟", "省委书记", "同比增长", "比上年", "到2025年",
    "占地", "总投资", "建设项目", "二期工程", "产业园", "基地", "谷", "大道", "镇", "集团", "医院", "等", "的", "了", "是", "与", "》", "」", "\"", "'",
    "【", "】", "）", ")", "！？", "；", "/", "_", "=", "{", "数據", "🙂", "甲乙丙", "名列", "500强", "1000万美元", "平方公里",
]  # fmt: skip
PLACES = {
    "one line": "# 题\n\n{}\n",
    "many lines": "# 题\n\n{}\n",
    "many paragraphs": "# 题\n\n{}\n",
    "title": "# {}\n\n正文。\n",
    "first line": "{}\n\n正文。\n",
    "byline": "# 题\n{}\n\n正文。\n",
    "heading": "# 题\n\n正文。\n\n## {}\n\n正文。\n",
    "front matter": "---\ntitle: {}\nauthors: [{}]\n---\n\n正文。\n",
}
THOROUGH = "YANSOU_FUZZ" in os.environ
CASES = [
    (place, piece)
    for place in (PLACES if THOROUGH else ["one line"])
    for piece in (WORST + REST if THOROUGH else WORST)
] + [(place, "甲、") for place in PLACES]  # fmt: skip


def filled(place, piece, length):
    run = piece * (length // len(piece))
    if place in ("many lines", "many paragraphs"):
        lines = [run[at : at + 40] for at in range(0, length, 40)]
        run = ("\n" if place == "many lines" else "。\n\n").join(lines)
    return PLACES[place].replace("{}", run)


@pytest.fixture(scope="module")
def analyst(tokenizer):
    return Analyst(tokenizer, Gazetteer())


@pytest.fixture
def seconds_of(analyst, tmp_path):
    """Seconds of the processor to read an article and find everything in it."""

    def measure(text):
        path = tmp_path / "a.md"
        path.write_text(text, "utf-8", "surrogatepass")
        task = Task(SourceFile("a.md", str(path), path.stat().st_size, path.stat().st_mtime_ns))
        gc.collect()
        began = time.thread_time()
        analyst.work([task])
        return time.thread_time() - began

    return measure


def is_linear(measure, text_of):
    """Whether one of some attempts was: a burst of other work on the machine does not make an expression quadratic."""
    few = min(measure(text_of(FEW)) for _ in range(2))
    return any(measure(text_of(MANY)) <= TIMES * few + SECONDS for _ in range(ATTEMPTS))


@pytest.mark.parametrize(("place", "piece"), CASES, ids=repr)
def test_article_costs_as_much_as_it_is_long(seconds_of, place, piece):
    seconds_of(filled(place, piece, 100))  # what is compiled at first use is compiled
    assert is_linear(seconds_of, lambda length: filled(place, piece, length))


def test_quadratic_work_would_be_told():
    """The measure itself: a pattern that tries again from every place."""
    import re

    def search(text):
        began = time.thread_time()
        re.search("a*b", text)
        return time.thread_time() - began

    assert not is_linear(search, lambda length: "a" * length)
