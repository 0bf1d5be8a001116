"""What reads addresses, queries and printed passages takes about as long as they are: four times as much, four times as long."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest

from indexer.errors import BadRequest
from indexer.search.query import MAX_LENGTH, parse
from indexer.search.questions import told
from indexer.search.snippet import window
from webui import article_view, conditions
from webui.access_log import printable
from webui.batch_view import lines_of
from webui.gate import _host_name
from webui.views import date_words

# Quadratic work takes sixteen times as long for four times as much. Short times are mostly noise: so much is no fault.
TIMES, SECONDS, ATTEMPTS = 10, 0.02, 3

PIECES = [
    "1", "1.", "1..", "1,", "一", "亿", "1亿元", "数>1亿元 ", "总投资>=", "2021-", "日期:2021 ", "日期:2021..", "标题:", "园区:“", "年", "的", "a", "a:", "a.",
    "-", "--a ", "OR ", "a OR ", "(", ")", "（a）", '"', "“", "”", "「", "“a” ", "'", " ", "\u3000", "\t", "\n", "，", "。", "★", "\u0301", "\u202e", "ﷺ", "[",
    "]", ":", "::1", "%", "\\", "{", "■", "记者", "■文/", "本报记者 ", "（摄", "摄）", "来源", "什么是", "超过", "以上", "至", "~", "*", "🙂", ",\"", "\r",
]  # fmt: skip


def read_clauses(text):
    conditions.clauses(text)
    conditions.with_condition(text, "日期:2021")


# name -> (what reads, the shorter of two lengths; the longer is four times that)
READERS = {
    # No query is longer than MAX_LENGTH.
    "query": (parse, MAX_LENGTH // 4),
    "clauses": (read_clauses, MAX_LENGTH // 4),
    "question": (told, MAX_LENGTH // 4),
    # A header may have 32 kB, a list of queries 16.
    "host": (_host_name, 8_000),
    "list": (lines_of, 4_000),
    "log": (printable, 10_000),
    # Passages are shorter than that.
    "credit": (lambda text: article_view._part(1, "caption", text, ()), 4_000),
    "byline": (lambda text: article_view._part(1, "body", text, ()), 4_000),
    "clause": (article_view.clause, 10_000),
    "snippet": (lambda text: window(text, [(len(text) // 2, len(text) // 2 + 1)]), 10_000),
    "date": (date_words, 10_000),
}


def seconds_of(read, text):
    began = time.thread_time()
    with suppress(BadRequest):  # too many terms
        read(text)
    return time.thread_time() - began


@pytest.mark.parametrize("reader", READERS)
def test_reading_takes_as_long_as_the_text_is(reader):
    read, few = READERS[reader]
    slow = []
    for piece in PIECES:
        short, long = ((piece * (length // len(piece) + 1))[:length] for length in (few, 4 * few))
        for _ in range(ATTEMPTS):
            if seconds_of(read, long) <= TIMES * seconds_of(read, short) + SECONDS:
                break
        else:
            slow.append(piece)
    assert slow == []
