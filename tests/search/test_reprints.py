"""Reprints: found by their text alone, folded in the list of articles, and listed on request."""

from __future__ import annotations

import numpy as np
import pytest

from indexer.store.signature import NO_SIGNATURE, signature
from webui import create_app

STORY = (
    "江边表谷今天上午开园，第一批进来的企业有十二家，其中做机芯的四家，做表壳的三家，其余做包装和检测。园区占地八百亩，"
    "先盖厂房，再修道路，投资方说机器等不起。\n\n三年前这里还是一片桃林，镇上的人靠卖桃子过日子，年轻人大多去了省城。如今二百多名"
    "学徒在车间里学装表，最小的十八岁，最大的五十一岁。\n\n管委会主任说，明年还要建一所表匠学校，请退休的老师傅来教，学费由园区和企业各出一半。"
)
LAST = "\n\n傍晚的时候，河对岸的码头放了一场烟花。"
OTHER = (
    "昨天表谷开园，我去看了一圈。厂房很新，机器还没有全到，工人在门口排队领工牌。一位装了三十年表的师傅告诉我，他是从外省搬来的，"
    "家里人下个月也到。他最关心的不是工资，是孩子上学的事。园区的人说，小学秋天开学，校车已经订好了。"
)
WEATHER = "明天白天{}，偏北风三级，最高气温{}度，最低气温{}度，早晚出门请添衣服，行车注意路面湿滑。"


def broken(text):
    """The same text as a page export breaks it."""
    return text.replace("，", "，\n", 3)


@pytest.mark.parametrize(
    ("left", "right", "alike"),
    [
        pytest.param(STORY, broken(STORY), True, id="exported-twice"),
        pytest.param(STORY + LAST, STORY, True, id="last-paragraph-cut"),
        pytest.param(STORY, STORY.replace("，", ",").replace("。", "."), True, id="other-punctuation"),
        pytest.param(STORY, OTHER, False, id="one-event-in-own-words"),
        pytest.param(STORY, STORY[: len(STORY) // 2], False, id="half-of-it"),
        pytest.param(WEATHER.format("晴", 12, 3), WEATHER.format("小雨", 9, 1), False, id="same-notice-other-day"),
        pytest.param(WEATHER.format("晴", 12, 3), WEATHER.format("晴", 12, 3), True, id="short-and-equal"),
    ],
)
def test_what_is_a_reprint(index_of, left, right, alike):
    index = index_of({"a.md": f"# 表谷开园\n\n{left}\n", "b.md": f"# 另一个题目\n\n{right}\n"})
    first, second = (hits.article for hits in index.search_articles("类型:标题", fold=False).groups)
    assert [each.id for each in index.reprints(first.id)] == ([second.id] if alike else [])


def test_signatures_agree_as_far_as_texts_do():
    text = "".join(map(chr, np.random.default_rng(7).integers(0x4E00, 0x5E00, 4000)))
    numbers = [np.frombuffer(signature(each), dtype="<u4") for each in (text, text[: len(text) * 9 // 10], text[::-1])]
    assert (numbers[0] == numbers[1]).mean() > 0.6
    assert (numbers[0] == numbers[2]).mean() == 0
    assert len(signature(text)) == len(signature("短")) == len(NO_SIGNATURE) == 128
    assert signature("啊" * 5000) != signature("呀" * 5000)
    assert signature("") == NO_SIGNATURE != signature("短")


@pytest.fixture(scope="module")
def archive(index_of):
    files = {f"{day}.md": f"---\ntitle: 转载之{day}\ndate: 2021-05-0{day}\n---\n\n{STORY}\n" for day in (1, 2, 3)}
    return index_of(files | {"other.md": f"# 表谷见闻\n\n{OTHER}\n"})


def test_reprints_are_folded_and_counted(archive):
    found = archive.search_articles("表谷")
    assert found.total == len(found.groups) == 2
    assert sorted(group.reprints for group in found.groups) == [0, 2]
    assert found.results.total == archive.search("表谷").total  # passages are counted as they are


def test_reprints_stand_alone_on_request(archive):
    found = archive.search_articles("表谷", fold=False)
    assert found.total == len(found.groups) == 4
    assert {group.reprints for group in found.groups} == {0}


@pytest.mark.parametrize("fold", [True, False])
def test_pages_neither_lose_nor_repeat(archive, fold):
    every = [group.article.id for group in archive.search_articles("表谷", fold=fold).groups]
    pages = [archive.search_articles("表谷", limit=1, offset=i, fold=fold) for i in range(len(every) + 1)]
    assert [group.article.id for page in pages for group in page.groups] == every


def test_reprints_of_an_article_come_by_date(archive):
    by_title = {group.article.title: group.article.id for group in archive.search_articles("表谷", fold=False).groups}
    assert [each.title for each in archive.reprints(by_title["转载之2"])] == ["转载之1", "转载之3"]
    assert archive.reprints(by_title["表谷见闻"]) == archive.reprints("无") == ()


def test_reprints_are_found_across_commits(tmp_path, update, write_files):
    from indexer import open_index

    for day in (1, 2):
        write_files(tmp_path / "corpus", {f"{day}.md": f"# 表谷开园之{day}\n\n{STORY}\n"})
        update([tmp_path / "corpus"], tmp_path / "index")
    index = open_index(tmp_path / "index")
    assert index.search_articles("表谷").total == 1
    (tmp_path / "corpus" / "1.md").unlink()
    update([tmp_path / "corpus"], tmp_path / "index")
    found = index.search_articles("表谷")
    assert [(group.article.title, group.reprints) for group in found.groups] == [("表谷开园之2", 0)]


def test_the_list_says_how_many_more_and_shows_them(archive):
    client = create_app(archive).test_client()
    page = client.get("/search?q=表谷").text
    assert "另有 2 篇转载" in page
    assert "reprints=show" in page
    unfolded = client.get("/search?q=表谷&reprints=show").text
    assert all(f"转载之{day}" in unfolded for day in (1, 2, 3))
    assert "另有" not in unfolded
    assert "合并转载" in unfolded
    article = archive.search_articles("转载之2").groups[0].article
    assert "转载之1" in client.get(f"/articles/{article.id}").text
