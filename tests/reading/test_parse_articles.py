"""From the bytes of a file to its articles."""

from __future__ import annotations

import contextlib
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.errors import FileRejected
from indexer.reading import parse_articles
from indexer.reading.limits import MAX_PASSAGE_LENGTH, MAX_TITLE_LENGTH

PORT = "江州港位于城市东部，去年完成货物吞吐量三千二百万吨，同比增长百分之十二，创下历史新高。"
FARM = "河湾镇今年种植早稻一万三千亩，预计总产六千吨，农机合作社负责全程机械化作业。"


def titles(text):
    return [article.title for article in parse_articles(text.encode(), "page.md")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            f"# 港口开工\n\n■本报记者 林晓\n\n{PORT}\n\n## 补链\n\n{PORT}\n\n# 早稻丰收\n\n■本报记者 田雨\n\n{FARM}",
            ["港口开工", "早稻丰收"],
            id="first-level-with-bylines",
        ),
        pytest.param(
            f"# 港口开工\n\n■本报记者 林晓\n\n{PORT}\n\n## 早稻丰收\n\n总产预计六千吨\n\n**本报讯**（记者 田雨）{FARM}",
            ["港口开工", "早稻丰收"],
            id="second-level-with-dateline",
        ),
        pytest.param(
            f"港口开工\n本报讯（记者 林晓）{PORT}\n\n早稻丰收\n本报讯（记者 田雨）{FARM}",
            ["港口开工", "早稻丰收"],
            id="plain-lines-with-datelines",
        ),
        pytest.param(
            f"# 港口夜话\n\n林晓\n\n{PORT}\n\n## 灯塔\n\n{PORT[:-1]}！\n\n# 稻田往事\n\n田雨\n\n{FARM}\n\n## 秋收\n\n"
            f"{FARM[:-1]}！\n\n# 编后\n\n以上两文写于同一年。",
            ["港口夜话", "稻田往事", "编后"],
            id="unsigned-article-among-signed-ones",
        ),
        pytest.param(
            f"# 港口开工\n\n■文/晚报编辑部\n\n{PORT}\n\n# 早稻丰收\n\n■文/晚报编辑部\n\n{FARM}",
            ["港口开工", "早稻丰收"],
            id="signed-by-a-desk",
        ),
        pytest.param(
            f"# 港口\n\n■林晓\n\n{PORT}\n\n# 一期\n\n{PORT[:-1]}！\n\n# 二期\n\n{FARM}",
            ["港口"],
            id="sections-on-the-first-level",
        ),
        pytest.param(f"# 港口\n\n{PORT}\n\n## 一期\n\n{FARM}", ["港口"], id="one-article"),
        pytest.param(f"# 港口\n\n{PORT}\n\n## 关于作者\n\n作者：林晓\n\n写过三本书。", ["港口"], id="about-the-author"),
    ],
)
def test_a_file_is_cut_into_its_articles(text, expected):
    assert titles(text) == expected


def test_front_matter_comes_before_the_text():
    text = "---\ntitle: 港口开工\ndate: 2023-03-09\nsource: 江州晚报\nauthors: 林晓\n---\n"
    text += f"# 港口开工\n\n本报记者 田雨\n\n回顾2021年，{PORT}"
    [article] = parse_articles(text.encode(), "a.md")
    assert (article.title, article.date, article.date_inferred, article.source) == (
        "港口开工", "2023-03-09", False, "江州晚报",
    )  # fmt: skip
    assert article.authors == ("林晓", "田雨")
    assert [passage.text for passage in article.passages].count("港口开工") == 1


def test_a_column_below_a_title_from_front_matter():
    text = f"---\ntitle: 港口开工\n---\n## 港口行系列报道②\n\n■本报记者 林晓\n\n{PORT}"
    [article] = parse_articles(text.encode(), "a.md")
    assert (article.title, article.series) == ("港口开工", "港口行系列报道②")
    assert article.passages[-1].heading is None


def test_dates_from_the_text_are_marked():
    [article] = parse_articles(f"港口开工\n\n本报2023年3月8日讯（记者 林晓）{PORT}".encode(), "a.txt")
    assert (article.date, article.date_inferred) == ("2023-03-08", True)
    [article] = parse_articles(f"港口开工\n\n2021年，港口获批。{PORT}".encode(), "a.txt")
    assert (article.date, article.date_inferred) == (None, False)


def test_ids_depend_on_path_and_title_only():
    first, again, moved = (
        parse_articles(f"# 港口开工\n\n{body}".encode(), path)[0].id
        for body, path in ((PORT, "a.md"), (FARM, "a.md"), (PORT, "b.md"))
    )
    assert first == again != moved
    assert len(first) == 12
    assert set(first) <= set("0123456789abcdef")


def test_equal_titles_in_a_file_get_different_ids():
    text = f"简讯\n本报讯（记者 林晓）{PORT}\n\n"
    text += f"一句话新闻\n本报讯（记者 田雨）{FARM}\n\n一句话新闻\n本报讯（记者 陈一帆）{PORT[:-1]}！"
    articles = parse_articles(text.encode(), "a.txt")
    assert [article.title for article in articles][1:] == ["一句话新闻", "一句话新闻"]
    assert len({article.id for article in articles}) == 3


def test_a_long_paragraph_continues_in_the_next_passage():
    paragraph = PORT * 40
    [article] = parse_articles(f"# 港口\n\n{paragraph}\n\n{FARM}".encode(), "a.md")
    parts = [passage for passage in article.passages if passage.text != FARM][1:]
    assert "".join(part.text for part in parts) == paragraph
    assert [part.continues for part in parts] == [False] + [True] * (len(parts) - 1)
    assert all(len(part.text) <= MAX_PASSAGE_LENGTH and part.text.endswith("。") for part in parts)
    assert not article.passages[-1].continues


def test_white_space_is_collapsed():
    [article] = parse_articles("# 港口　　开工 \n\n　　江州\t 港 \xa0 昨日开工，总投资四十二亿元。".encode(), "a.md")
    assert [passage.text for passage in article.passages] == ["港口 开工", "江州 港 昨日开工，总投资四十二亿元。"]


def test_a_title_longer_than_the_bound_is_text():
    heading = "港口" * 150
    [article] = parse_articles(f"# {heading}\n\n{PORT}".encode(), "a.md")
    assert len(article.title) <= MAX_TITLE_LENGTH
    assert heading in "".join(passage.text for passage in article.passages)


@pytest.mark.parametrize(
    "data", [b"", b" \n\t\n", "　\n\ufeff".encode(), "……\n\n——".encode(), b"---\ntitle: a\ndate: 2021\n---\n"]
)
def test_a_file_without_text_is_rejected(data):
    with pytest.raises(FileRejected, match="没有文字"):
        parse_articles(data, "a.txt")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("港\n" * 50_000, id="short-lines"),
        pytest.param("# 港口\n" * 50_000, id="headings"),
        pytest.param("港口，没有句号\n\n" * 50_000, id="open-paragraphs"),
        pytest.param("本报记者 林晓\n\n港口\n\n" * 20_000, id="bylines"),
        pytest.param("[" * 300_000, id="brackets"),
        pytest.param("[a](" * 80_000, id="links"),
        pytest.param("*a " * 100_000, id="stars"),
        pytest.param("_a " * 100_000, id="underscores"),
        pytest.param("`" * 300_000, id="backticks"),
        pytest.param("<!--" * 80_000, id="comments"),
        pytest.param("<a " * 100_000, id="tags"),
        pytest.param("# a" + " " * 300_000 + "b", id="spaces"),
        pytest.param("|" * 300_000, id="bars"),
        pytest.param("|-" * 150_000 + "x", id="table-rule"),
        pytest.param("> " * 150_000, id="quotes"),
        pytest.param("- " * 150_000, id="bullets"),
        pytest.param("```\n" * 80_001, id="fences"),
        pytest.param("---\n" * 80_000, id="rules"),
        pytest.param("港" * 300_000, id="one-line"),
        pytest.param("（" * 300_000, id="opening-brackets"),
        pytest.param("title: a\n" * 50_000, id="header-lines"),
        pytest.param("1" * 300_000 + "年", id="digits"),
        pytest.param("&amp;" * 60_000, id="entities"),
    ],
)
def test_hostile_files_take_no_longer_than_others(text):
    start = time.process_time()
    with contextlib.suppress(FileRejected):
        parse_articles(text.encode(), "a.md")
    # Ordinary text of this size takes 0.1 s; anything quadratic takes minutes.
    assert time.process_time() - start < 5


LINES = st.one_of(
    st.sampled_from(
        [PORT, PORT[:20], FARM, FARM[3:30], f"本报讯（记者 林晓）{FARM}", "■本报记者 林晓", "林晓 田雨", "（林晓）"]
    ),
    st.sampled_from(
        ["", "\n", "\n\n", "# 港口", "## 一期", "===", "---", "——副题", "★智慧", "A 港", "B 口", "“数", "的"]
    ),
    st.sampled_from(
        ["图为港口。", "![港](a.png)", "![](a.png)", "- 码头", "1. 进港", "| 泊位 | 吨级 |", "|--|--|", "```"]
    ),
    st.sampled_from(["> 摘录", "title: 港口", "2021年12月9日", "　　缩进", "<b>港</b>", "**本报讯**"]),
)
PAGES = st.lists(st.one_of(LINES, st.text(max_size=40)), max_size=25).map("\n".join)


def parse_or_none(data):
    try:
        return parse_articles(data, "a.txt")
    except FileRejected:
        return None


@given(st.one_of(st.binary(max_size=300), PAGES.map(lambda text: text.encode("utf-8", "replace"))))
@settings(max_examples=2000, deadline=None)
def test_no_input_crashes_and_what_comes_out_is_well_formed(data):
    articles = parse_or_none(data)
    if articles is None:
        return
    assert articles == parse_articles(data, "a.txt")
    assert len({article.id for article in articles}) == len(articles)
    for article in articles:
        assert article.title
        assert article.passages[0].kind == "title"
        assert [passage.ordinal for passage in article.passages] == list(range(len(article.passages)))
        assert all(passage.id == f"{article.id}-{passage.ordinal}" for passage in article.passages)
        assert all(passage.text and len(passage.text) <= MAX_PASSAGE_LENGTH for passage in article.passages)
        kinds = [passage.kind for passage in article.passages]
        assert kinds.count("title") == 1
        assert all(
            p.heading is None or (p.heading < p.ordinal and kinds[p.heading] == "heading") for p in article.passages
        )
        assert not any(passage.continues for passage in article.passages[:2])


@given(
    st.lists(st.text(alphabet="港口新区江州开工投资的，。“”：、；！？ 0123456789ABCabc（）", max_size=60), max_size=15)
)
@settings(max_examples=300, deadline=None)
def test_every_printed_line_survives(lines):
    articles = parse_or_none("\n\n".join(lines).encode())
    printed = "".join("".join(passage.text.split()) for article in articles or [] for passage in article.passages)
    for line in lines:
        for run in "".join(char if char >= "\u4e00" else " " for char in line).split():
            assert articles is None or run.strip("“”：、；！？，。（）") in printed
