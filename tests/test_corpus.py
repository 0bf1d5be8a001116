"""The shipped corpus keeps the encodings and the shapes that docs/corpus.md promises."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CORPUS = ROOT / "corpus"
FILES = sorted(p.relative_to(CORPUS).as_posix() for p in CORPUS.rglob("*") if p.is_file())
ENCODINGS = {
    "2021/2021-11-jinrong-gb18030.txt": "gb18030",
    "2022/2022-12-gangao.md": "utf-8-sig",
}


def read(name: str) -> str:
    return (CORPUS / name).read_bytes().decode(ENCODINGS.get(name, "utf-8"))


def count_titles(text: str) -> int:
    """Articles in a file: one for each ``# `` line; without any, the file is one article."""
    return max(1, len(re.findall(r"^# \S", text, re.MULTILINE)))


@pytest.mark.parametrize("name", FILES)
def test_file_is_clean_text(name: str) -> None:
    text = read(name)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f\ufeff\ufffd]", text)
    assert not re.search(r"[ \u3000]$", text, re.MULTILINE)
    assert text.endswith("\n")
    assert not text.endswith("\n\n")


@pytest.mark.parametrize("name", FILES)
def test_file_is_described_in_docs(name: str) -> None:
    assert f"`{name}`" in (ROOT / "docs" / "corpus.md").read_text(encoding="utf-8")


def test_encodings_differ_from_plain_utf8() -> None:
    with pytest.raises(UnicodeDecodeError):
        (CORPUS / "2021/2021-11-jinrong-gb18030.txt").read_bytes().decode("utf-8")
    assert (CORPUS / "2022/2022-12-gangao.md").read_bytes().startswith(codecs.BOM_UTF8)


def test_corpus_holds_sixteen_articles() -> None:
    assert len(FILES) == 12
    assert sum(count_titles(read(name)) for name in FILES) == 16


def test_every_article_is_a_short_read() -> None:
    for name in FILES:
        text = read(name)
        for article in re.split(r"^(?=# \S)", text, flags=re.MULTILINE):
            if count_titles(text) == 1 or article.startswith("# "):
                assert 300 <= len(re.sub(r"\s", "", article)) <= 1000, (name, article[:30])


@pytest.mark.parametrize(
    ("name", "left", "right"),
    [
        pytest.param("2021/2021-10-shuzi-jingji-ri.md", "还有很大的成长余", "地。产业数字化这一项", id="inside-a-word"),
        pytest.param("2021/2021-11-chuangxin-santi.txt", "和湘南湘西区块", "链产业园。沿这条走廊", id="inside-a-name"),
        pytest.param("2021/2021-12-dashiji.md", "大会的题目是", "“融合创新 雁领未来”", id="in-the-chronicle"),
        pytest.param("2022/2022-12-yuanzhongyuan.txt", "和湖南天元云科", "技有限公司都名列", id="inside-a-company"),
        pytest.param("2023/2023-shuzi-zoulang.md", "累计达到", "5974个，", id="before-a-figure"),
    ],
)
def test_page_break_cuts_the_sentence(name: str, left: str, right: str) -> None:
    paragraphs = [line for line in read(name).splitlines() if line]
    ends = [i for i, line in enumerate(paragraphs) if line.endswith(left)]
    starts = [i for i, line in enumerate(paragraphs) if line.startswith(right)]
    assert len(ends) == len(starts) == 1
    assert 1 <= starts[0] - ends[0] <= 2  # at most one caption stands between


def test_one_paragraph_is_printed_twice() -> None:
    lines = [line for line in read("2022/2022-12-yuanzhongyuan.txt").splitlines() if line]
    assert len(lines) - len(set(lines)) == 1
