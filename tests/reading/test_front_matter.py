"""Headers before articles."""

from __future__ import annotations

import pytest

from indexer.reading.front_matter import FrontMatter, split_front_matter

BODY = "正文从这里开始。"


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        pytest.param(
            "---\ntitle: 江州港开港\ndate: 2023-03-09\nsource: 江州晚报\nauthors: [林晓, 周知行]\nseries: 港口\n---\n",
            FrontMatter("江州港开港", "2023-03-09", "江州晚报", "港口", ("林晓", "周知行")),
            id="english-keys",
        ),
        pytest.param(
            "---\n标题：江州港开港\n日期：2023年3月9日\n来源：江州晚报\n作者：林晓、周知行\n栏目：港口观察\n---\n",
            FrontMatter("江州港开港", "2023-03-09", "江州晚报", "港口观察", ("林晓", "周知行")),
            id="chinese-keys",
        ),
        pytest.param(
            "---\ntitle: \"引号: 里面\"\nauthors:\n  - 林晓\n  - 'Ann Lee'\ntags:\n  - 港口\nlayout: post\n---\n",
            FrontMatter("引号: 里面", authors=("林晓", "Ann Lee")),
            id="lists-quotes-and-unknown-keys",
        ),
        pytest.param(
            "标题：江州港开港\n作者：林晓 周知行\n\n",
            FrontMatter("江州港开港", authors=("林晓", "周知行")),
            id="without-rules",
        ),
        pytest.param("\n---\ntitle: 港\ndate: 2023-02-30\n---\n", FrontMatter("港"), id="no-such-day"),
        pytest.param("---\ndate: 2023\n---\n", FrontMatter(date="2023"), id="only-a-year"),
    ],
)
def test_headers_are_read(header, expected):
    found, rest = split_front_matter(header + BODY)
    assert found == expected
    assert rest.strip() == BODY


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("---\ntitle: 江州港开港\n没有冒号的一行\n---\n正文。", id="line-that-is-no-pair"),
        pytest.param("---\ntitle: 江州港开港\n正文。", id="never-closed"),
        pytest.param("---\n注：以上为摘要\n---\n正文。", id="no-known-key"),
        pytest.param("---\n" + "title: 港\n" * 100 + "---\n正文。", id="too-long"),
        pytest.param("作者：林晓\n\n正文。", id="single-line-without-rules"),
        pytest.param("---", id="rule-only"),
        pytest.param("", id="empty"),
    ],
)
def test_what_is_no_header_stays_text(text):
    assert split_front_matter(text) == (FrontMatter(), text)


def test_authors_are_bounded():
    names = "、".join(f"作者{number}" for number in range(500))
    header, _ = split_front_matter(f"---\ntitle: {'长' * 1000}\nauthors: {names}\n---\n正文。")
    assert len(header.authors) == 20
    assert len(header.title or "") == 200
