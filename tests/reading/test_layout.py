"""What the lines of a page are: title, heading, byline, caption, body."""

from __future__ import annotations

import pytest

from indexer.reading import parse_articles

LONG = "江州港位于城市东部，去年完成货物吞吐量三千二百万吨，同比增长百分之十二，创下历史新高。"
MORE = "今年以来，港口集团先后引进五家物流企业，新增就业岗位一千二百个，带动周边商贸服务业加快发展。"


def article(text):
    [only] = parse_articles(text.encode(), "page.txt")
    return only


def texts(found, kind):
    return [passage.text for passage in found.passages if passage.kind == kind]


@pytest.mark.parametrize(
    ("head", "title", "series"),
    [
        pytest.param("智慧港口开工", "智慧港口开工", None, id="plain-line"),
        pytest.param("港口，缘何越开越大？", "港口，缘何越开越大？", None, id="question"),
        pytest.param("# 智慧港口开工", "智慧港口开工", None, id="markdown"),
        pytest.param("智慧港口开工\n=====", "智慧港口开工", None, id="underlined"),
        pytest.param(
            "## 春潮涌动\n\n# 智慧港口开工\n\n## ——一期工程侧记", "智慧港口开工", None, id="over-and-underline"
        ),
        pytest.param("# 江州晚报 要闻\n\n## 智慧港口开工", "智慧港口开工", None, id="page-head"),
        pytest.param("江州观察\n\n智慧港口开工", "智慧港口开工", "江州观察", id="column-above"),
        pytest.param(
            "智慧港口开工\n\n■本报记者 林晓\n\n探访重点工程系列报道③",
            "智慧港口开工",
            "探访重点工程系列报道③",
            id="series-below",
        ),
        pytest.param("南浦日报 2024年5月6日 03版 经济\n\n智慧港口开工", "智慧港口开工", None, id="page-line"),
    ],
)
def test_titles_and_series_lines(head, title, series):
    found = article(f"{head}\n\n{LONG}\n\n{MORE}\n")
    assert (found.title, found.series) == (title, series)
    assert found.passages[0].kind == "title"
    assert texts(found, "body")[-2:] == [LONG, MORE]


def test_a_file_without_title_takes_its_name():
    [found] = parse_articles(f"{LONG}\n\n{MORE}".encode(), "2021/港口.txt")
    assert found.title == "港口"
    assert texts(found, "body") == [LONG, MORE]


def test_a_headline_after_a_list_is_still_one():
    found = article(f"# 港口\n\n{LONG}\n\n泊位 12个\n\n仓库 30座\n\n航线 86条\n\n三年建港，十年成城\n\n{MORE}")
    assert texts(found, "heading") == ["三年建港，十年成城"]


def test_an_underline_is_no_section():
    found = article(f"# 港口开工\n\n## ——一期工程侧记\n\n{LONG}\n\n## 补链\n\n{MORE}")
    assert [passage.heading for passage in found.passages] == [None, None, None, None, 3]


def test_a_lead_above_the_headline_belongs_to_it():
    found = article(
        f"李永和 谭小海\n\n{LONG}\n\n# 港口，城市的新引擎\n\n## ——从三项工程看港口建设\n\n### 深水大港\n\n{MORE}"
    )
    assert found.title == "港口，城市的新引擎"
    assert found.authors == ("李永和", "谭小海")
    assert texts(found, "body") == ["李永和 谭小海", LONG, MORE]
    assert found.passages[-1].heading == next(p.ordinal for p in found.passages if p.text == "深水大港")


@pytest.mark.parametrize(
    "heading",
    [
        "★科技赋能，码头变聪明",
        "一、开港首日",
        "（一）补齐短板",
        "第一章 起步",
        "【链接】",
        "——推进数字化改造",
        "“小码头”变身“大枢纽”",
        "补链：缺什么就招什么",
        "三年建港，十年成城",
        "## 开港首日",
        "**开港首日**",
    ],
)
def test_section_heads(heading):
    found = article(f"# 智慧港口开工\n\n{LONG}\n\n{heading}\n\n{MORE}")
    assert texts(found, "heading") == [heading.strip("#* ")]
    assert found.passages[-1].heading == found.passages[-2].ordinal


def test_lettered_heads_need_their_sister():
    found = article(f"港口开工\n\n{LONG}\n\nA 智慧赋能\n\n{LONG[:-1]}！\n\nB 绿色发展\n\n{MORE}")
    assert texts(found, "heading") == ["A 智慧赋能", "B 绿色发展"]


def test_headings_stand_under_higher_headings():
    found = article(f"# 港口\n\n## 一期\n\n{LONG}\n\n### 码头\n\n{MORE}\n\n## 二期\n\n{LONG[:-1]}！")
    ordinals = {passage.text: passage.ordinal for passage in found.passages}
    under = {passage.text: passage.heading for passage in found.passages}
    assert under["码头"] == ordinals["一期"]
    assert under["二期"] is None
    assert under[MORE] == ordinals["码头"]


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("路演活动每周五下午在创新大厦举行。", id="sentence"),
        pytest.param("●货物吞吐量增长12%\n●集装箱量增长8%\n●旅客量增长3%", id="list"),
        pytest.param("建设目标是什么？", id="question-in-the-text"),
        pytest.param("——建设深水码头。一期工程投资12亿元，新建两个十万吨级泊位。", id="dash-list-item"),
    ],
)
def test_what_is_no_heading(line):
    found = article(f"# 智慧港口开工\n\n{LONG}\n\n{line}\n\n{MORE}")
    assert texts(found, "heading") == []


@pytest.mark.parametrize(
    "picture",
    [
        pytest.param("\n\n\n\n江州港一期工程全景。\n\n", id="after-a-gap"),
        pytest.param("\n\n\n\n春到港口，万物生长。\n\n", id="slogan-after-a-gap"),
        pytest.param("\n\n![](a.jpg)\n\n江州港一期工程全景\n\n", id="below-a-picture"),
        pytest.param("\n\n![江州港一期工程全景](a.jpg)\n\n", id="description-of-a-picture"),
        pytest.param("\n\n图为江州港一期工程。\n\n", id="tuwei"),
        pytest.param("\n\n▲江州港一期工程施工现场\n\n", id="triangle"),
        pytest.param("\n\n江州港一期工程全景。■王小川 摄\n\n", id="photographer"),
        pytest.param("\n\n江州港一期工程全景。（资料图片）\n\n", id="file-photo"),
        pytest.param("\n\n（本版图片均由江州港集团提供）\n\n", id="picture-credit"),
        pytest.param("\n\n3月8日，工人在江州港吊装集装箱。\n\n本报记者 王小川 摄\n\n", id="photographer-below"),
        pytest.param("\n\n图2：江州港吞吐量变化\n\n", id="numbered-figure"),
    ],
)
def test_captions(picture):
    found = article(f"智慧港口开工\n\n■本报记者 林晓\n\n{LONG}{picture}{MORE}")
    assert len(texts(found, "caption")) == 1
    assert [text for text in texts(found, "body") if "记者" not in text] == [LONG, MORE]


def test_a_caption_printed_above_its_picture():
    found = article(f"港口开工\n\n{LONG}\n\n江州港一期工程施工现场。\n\n\n\n江州港全景图。\n\n{MORE}")
    assert texts(found, "caption") == ["江州港一期工程施工现场。", "江州港全景图。"]


@pytest.mark.parametrize(
    "sentence",
    [
        pytest.param("\n\n\n\n但是，困难依然不少。\n\n", id="goes-on"),
        pytest.param("\n\n\n\n“要抓紧干。”集团负责人表示。\n\n", id="reported-speech"),
        pytest.param("\n\n图3展示了近五年的变化，其中增长最快的是集装箱。\n\n", id="speaks-about-a-figure"),
        pytest.param("\n\n港口即将建成。\n\n", id="without-gap"),
    ],
)
def test_what_is_no_caption(sentence):
    found = article(f"智慧港口开工\n\n{LONG}{sentence}{MORE}")
    assert texts(found, "caption") == []


def test_photographers_come_from_captions_and_bylines():
    found = article(f"港口开工\n\n■文/林晓 图/王小川\n\n{LONG}\n\n江州港全景。■陈一帆 摄\n\n{MORE}")
    assert found.authors == ("林晓",)
    assert found.photographers == ("王小川", "陈一帆")


def test_one_paragraph_a_line_without_blank_lines():
    found = article(f"智慧港口开工\n本报记者 林晓\n　　{LONG}\n　　{MORE}\n")
    assert found.title == "智慧港口开工"
    assert texts(found, "body") == ["本报记者 林晓", LONG, MORE]


def test_hard_wrapped_lines_are_one_paragraph():
    text = (
        "    春天的江州港塔吊林立机器轰鸣，一派繁忙景象，建设者们正在抢抓\n"
        "工期，力争早日投产。项目负责人介绍，一期工程已经完成投资十二亿\n"
        "元，占总投资的三成，预计年底建成。\n"
        "    集团董事长说，港口将引进远程控制系统，用三年时间把这里建成区\n"
        "域性的枢纽，让更多货物从这里走向世界，让城市的名字跟着货轮一起\n"
        "出海。\n"
    )
    found = article(f"港口新貌\n\n{text}")
    assert texts(found, "body") == [paragraph.replace("\n", "") for paragraph in text.strip().split("\n    ")]


def test_english_hard_wrapped_lines_get_spaces():
    found = article(
        "The Port of Jiang\n\nThe port of Jiang opened on Monday with a ceremony attended by\n"
        "three hundred guests, and the first ship, loaded with machine\nparts, left for Busan at noon. Officials said "
        "the port will\nhandle three million containers a year once the second phase\nis complete.\n"
    )
    assert "attended by three hundred guests" in texts(found, "body")[0]
    assert texts(found, "body")[0].endswith("second phase is complete.")


def test_lists_of_names_are_no_authors():
    found = article("获奖名单\n\n一等奖\n张明 李华\n二等奖\n王芳 赵强 钱进\n三等奖\n孙丽 周涛 吴刚")
    assert found.authors == ()
    assert "王芳 赵强 钱进" in texts(found, "body")


def test_markdown_becomes_readable_passages():
    text = (
        "# 港口手册\n\n> 摘自[年报](https://a.example)\n\n- [x] 码头\n- 仓库\n\n"
        "| 泊位 | 吨级 |\n|---|---:|\n| 一号 | 10万 |\n\n```\nport   = 1\n\nopen(port)\n```\n\n[1]: https://a.example\n\n---\n\n1. 进港\n2. 卸货\n"
    )
    assert texts(article(text), "body") == [
        "摘自年报", "码头", "仓库", "泊位 | 吨级", "一号 | 10万", "port = 1 open(port)", "1. 进港", "2. 卸货",
    ]  # fmt: skip
