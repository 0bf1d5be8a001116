"""Paragraphs that the layout cut, and text that the export printed twice."""

from __future__ import annotations

import pytest

from indexer.reading import parse_articles

BEFORE = "江州港去年完成货物吞吐量三千二百万吨，同比增长百分之十二，创下历史新高。"
AFTER = "市民期待港口早日建成，让更多本地产品走向世界。"


def paragraphs(text, kind="body"):
    [found] = parse_articles(text.encode(), "page.txt")
    return [passage.text for passage in found.passages if passage.kind == kind]


def page(*parts):
    return "# 智慧港口开工\n\n" + "\n\n".join((BEFORE, *parts, AFTER))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        pytest.param(
            "港口集团总经理说，要用三年时间把这里建成区域货运中", "心，辐射周边五个省份。", id="inside-a-word"
        ),
        pytest.param(
            "该奖项由江州市人民政府与著名航运企业家何立", "峰基金会共同设立，每年评选一次。", id="inside-a-name"
        ),
        pytest.param("园区目前拥有企业一千二百家，已建成5", "G基站三百座。", id="inside-a-token"),
        pytest.param("这里被誉为“北方", "门户”，每天有上百艘货轮进出。", id="inside-a-quotation"),
        pytest.param("一期工程让港口成为最具活力的", "经济增长点。", id="after-a-particle"),
        pytest.param("项目建成后，港口将拥有深水泊位十二个、", "仓库三十座。", id="after-a-pause"),
        pytest.param("据测算，港口每年可带动就业一万二千人", "，增加税收三亿元。", id="before-a-comma"),
        pytest.param("通过智能调度，以无人集卡、智", "能岸桥、远程监控为代表的新技术相继投用。", id="short-left-half"),
    ],
)
@pytest.mark.parametrize("between", ["", "江州港一期工程全景。■王小川 摄"], ids=["next", "caption-between"])
def test_cut_paragraphs_are_joined(left, right, between):
    text = page(*filter(None, (left, between, right)))
    assert paragraphs(text) == [BEFORE, left + right, AFTER]
    assert paragraphs(text, "caption") == ([between] if between else [])


def test_a_paragraph_cut_twice_is_joined():
    parts = ("港口建设者克服高温酷暑、台风暴雨等", "多重困难，连续奋战一百二十个日夜，提前完", "成了主体工程。")
    assert paragraphs(page(*parts)) == [BEFORE, "".join(parts), AFTER]


def test_a_list_item_is_joined_with_its_end():
    assert paragraphs(
        page("1.3月8日，港口一期工程开工，总投资四十二亿元，计划三年", "建成。", "2.5月1日，首船靠泊。")
    ) == [
        BEFORE,
        "1.3月8日，港口一期工程开工，总投资四十二亿元，计划三年建成。",
        "2.5月1日，首船靠泊。",
        AFTER,
    ]


def test_a_short_end_after_a_picture_is_no_caption():
    text = f"港口开工\n\n{BEFORE}\n\n集团负责人表示，今年将投资十五亿元，建设第二\n\n\n\n期工程。"
    assert paragraphs(text) == [BEFORE, "集团负责人表示，今年将投资十五亿元，建设第二期工程。"]


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param(
            ("一、港口开港首日迎来八方来客共襄盛举", "清晨六点，码头上已经人头攒动，热闹非凡。"), id="heading"
        ),
        pytest.param(("港口各项建设正在加紧推进中：", "码头已经完工。"), id="colon"),
        pytest.param(
            ("港口建设者克服多重困难，提前完成了主体工程", "近日，记者来到现场，看到一派繁忙景象。"), id="fresh-start"
        ),
        pytest.param(("港口建设者克服多重困难，提前完成了主体工程", "1.3月8日，一期开工。"), id="list-item-follows"),
    ],
)
def test_what_stands_by_itself_is_not_joined(parts):
    found = paragraphs(page(*parts)) + paragraphs(page(*parts), "heading")
    assert all(part in found for part in parts)


def test_a_blank_line_ends_a_paragraph_in_markdown():
    left, right = "先运行 `port open` 命令，等待系统完成初始化操作", "系统会提示端口已经打开。"
    assert paragraphs(page(left, right))[1:3] == [left.replace("`", ""), right]


def test_an_author_without_full_stops_is_left_alone():
    lines = [
        f"第{number}天我们在港口的码头上从早走到晚，看了许多船也认识了许多水手和装卸工人还拍了照片"
        for number in "一二三四五六七八"
    ]
    assert paragraphs("# 港口日记\n\n" + "\n\n".join(lines)) == lines


def test_a_paragraph_printed_twice_is_kept_once():
    assert paragraphs(page(BEFORE, BEFORE.replace("，", "， "))) == [BEFORE, AFTER]


def test_short_lines_may_repeat():
    assert paragraphs(page("加油，江州！", "加油，江州！")) == [BEFORE, "加油，江州！", "加油，江州！", AFTER]


def test_a_broken_off_copy_is_dropped_and_the_real_half_joined():
    copy = "引进海外专家，建设国际化的研发平台，面向全球招募港口自动化领域的顶尖人"
    text = page(
        copy,
        "竞赛每两年举办一次，吸引了众多团队参加。",
        copy,
        "才，为港口插上翅膀。",
        "人才是第一资源，人才兴则港口兴。",
    )
    found = paragraphs(text)
    assert [part for part in found if part.startswith("引进海外")] == [copy + "才，为港口插上翅膀。"]
    assert "竞赛每两年举办一次，吸引了众多团队参加。" in found


def test_whole_sentences_may_be_told_again():
    told = "3月8日，智慧港口项目在江州新区正式开工，总投资四十二亿元，计划三年建成。"
    longer = f"回到年初的那个早晨。{told}那天下着小雨。"
    assert paragraphs(page(told, longer)) == [BEFORE, told, longer, AFTER]
