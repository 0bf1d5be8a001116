"""Who wrote and who photographed."""

from __future__ import annotations

import pytest

from indexer.reading.bylines import (
    Credit,
    bare_names,
    caption_credit,
    closing_credit,
    dateline_credit,
    parse_byline,
    source_named,
)


@pytest.mark.parametrize(
    ("line", "authors", "photographers"),
    [
        ("■文/江州晚报全媒体记者 林晓 通讯员 周知行 吴思远 图/通讯员 王小川", "林晓 周知行 吴思远", "王小川"),
        ("■文/林晓 图/王小川 陈一帆", "林晓", "王小川 陈一帆"),
        ("■本报记者 林晓", "林晓", ""),
        ("本报记者 尛雁来", "尛雁来", ""),
        ("□林晓 周知行", "林晓 周知行", ""),
        ("（记者 林晓 通讯员 周知行）", "林晓 周知行", ""),
        ("记者林晓、周知行", "林晓 周知行", ""),
        ("本报记者 林晓 摄影报道", "林晓", "林晓"),
        ("本报记者 林晓 通讯员 周知行 文/图", "林晓 周知行", "林晓 周知行"),
        ("文/图 林晓", "林晓", "林晓"),
        ("文 林晓 图 王小川", "林晓", "王小川"),
        ("王小川 摄影", "", "王小川"),
        ("文图/林晓", "林晓", "林晓"),
        ("林晓/文 王小川/图", "林晓", "王小川"),
        ("文字：林晓 摄影：王小川", "林晓", "王小川"),
        ("作者：林晓、周知行", "林晓 周知行", ""),
        ("王小川 摄", "", "王小川"),
        ("本报记者 王小川 摄", "", "王小川"),
        ("记者 李　西", "李西", ""),
        ("记者 欧阳明月 阿依古丽·买买提", "欧阳明月 阿依古丽·买买提", ""),
        ("图/市委宣传部提供", "", ""),
        ("责编：李想 校对：王芳", "", ""),
        ("■本报记者", "", ""),
        ("■江州晚报编辑部", "江州晚报编辑部", ""),
        ("■文/江州晚报编辑部 图/王小川", "江州晚报编辑部", "王小川"),
        ("■本报报道组 整理", "本报报道组", ""),
    ],
)
def test_bylines_name_authors_and_photographers(line, authors, photographers):
    assert parse_byline(line) == Credit(tuple(authors.split()), tuple(photographers.split()))


def test_latin_names_stay_whole():
    assert parse_byline("By Ann Lee") == Credit(("Ann Lee",))


@pytest.mark.parametrize(
    "line",
    [
        "记者在现场看到，塔吊林立。",
        "记者了解到",
        "记者 探访 老街",
        "文化产业",
        "图书馆",
        "编辑栏",
        "图片",
        "Component 图",
        "智慧港口昨日开工",
        "",
        "记者 " + "林晓 " * 60,
    ],
)
def test_other_lines_are_no_bylines(line):
    assert parse_byline(line) is None


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("李永和 谭小海 李荷 靳向东", ("李永和", "谭小海", "李荷", "靳向东")),
        ("林晓", ("林晓",)),
        ("李 西", ("李西",)),
        ("智慧 港口", ()),
        ("经济 要闻 综合", ()),
        ("", ()),
    ],
)
def test_lines_of_names_only(line, names):
    assert bare_names(line) == names


@pytest.mark.parametrize(
    ("paragraph", "authors"),
    [
        ("本报讯（记者 林晓）昨日，港口开工。", ("林晓",)),
        ("本报讯 （通讯员 胡晓东 记者 陈一帆）昨日，港口开工。", ("胡晓东", "陈一帆")),
        ("本报讯 记者林晓报道 昨日，港口开工。", ("林晓",)),
        ("江州日报讯（记者林晓）昨日，港口开工。", ("林晓",)),
        ("新华社江州3月8日电 昨日，港口开工。", ()),
        ("（记者 林晓）昨日，港口开工。", ("林晓",)),
        ("本报讯（记者 仝雁来）昨日，港口开工。", ("仝雁来",)),
        ("本报讯（记者 尛雁来）昨日，港口开工。", ("尛雁来",)),
    ],
)
def test_reports_name_their_reporters_at_the_start(paragraph, authors):
    assert dateline_credit(paragraph) == Credit(authors)


@pytest.mark.parametrize("paragraph", ["昨日，本报讯息中心成立。", "港口（记者站）开工。", "本报将继续关注。"])
def test_other_paragraphs_are_no_beginning(paragraph):
    assert dateline_credit(paragraph) is None


def test_names_after_the_last_sentence():
    assert closing_credit("港口昨日开工。（林晓 周知行）") == Credit(("林晓", "周知行"))
    assert closing_credit("工程由江州港（集团）") is None
    assert closing_credit("港口昨日开工。（资料来源于年报）") is None


@pytest.mark.parametrize(
    ("caption", "photographers"),
    [
        ("江州港一期工程。■王小川 摄", ("王小川",)),
        ("江州港一期工程。（王小川 摄）", ("王小川",)),
        ("江州港一期工程。本报记者 王小川 陈一帆 摄", ("王小川", "陈一帆")),
        ("江州港一期工程。王小川/摄", ("王小川",)),
    ],
)
def test_captions_name_photographers(caption, photographers):
    assert caption_credit(caption) == Credit((), photographers)


def test_sources_are_named_by_their_line():
    assert source_named("来源：江州晚报 作者：林晓") == "江州晚报"
    assert source_named("南浦日报 2024年5月6日 03版") == "南浦日报"
    assert source_named("水的来源是三条河。") is None


def test_authors_are_bounded():
    names = " ".join(f"{surname}晓" for surname in "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔")
    credit = parse_byline(f"记者 {names}")
    assert credit is not None
    assert len(credit.authors) == 20
