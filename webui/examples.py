"""The query language by example: on the start page, in the help, and where a search found nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from indexer import Index

__all__ = ["HELP", "Example", "HelpSection", "working_examples"]


@dataclass(frozen=True, slots=True)
class Example:
    """A query and what it teaches. ``count`` is the number of passages it finds, where that is shown."""

    query: str
    lesson: str
    count: int = 0


@dataclass(frozen=True, slots=True)
class HelpSection:
    anchor: str
    heading: str
    text: str
    examples: tuple[Example, ...] = ()


EXAMPLES = (
    Example("船山时间谷", "直接写名称或半句话，照原样查找"),
    Example("工业富联 机器人", "空格隔开几个词，每个都要有"),
    Example("“数字经济日”", "引号里的内容一字不差"),
    Example("区块链 OR 大数据", "OR 两边有一个就行"),
    Example("数字经济 -株洲", "减号后面的词不要出现"),
    Example("标题:衡阳", "只在标题里查找"),
    Example("投资 日期:2021-10", "限定年份或月份"),
    Example("总投资>=10亿元", "按数量查找，单位会换算"),
    Example("园区:衡州大道数字经济走廊", "提到某个园区的段落，简称也算"),
    Example("机器人 类型:图片说明", "只看图片说明"),
)

HELP = (
    HelpSection(
        "words",
        "照原样写",
        "把记得的字句写进去就行：一个名称、半句话，哪怕一个字。报上印着的字句都能找到，逐字相同的排在最前。"
        "标点和空白不影响查找，跨行、跨页断开的句子已经接好。",
        (
            Example("船山时间谷", "名称"),
            Example("为数字经济专门定一个日子", "记得的半句话"),
            Example("谷", "一个字也可以"),
        ),
    ),
    HelpSection(
        "several",
        "几个词一起查",
        "用空格隔开，每个词都要有。结果按四档放宽，停在第一档有结果的地方：原样出现、同一句中、同一段中、部分词语。"
        "停在哪一档，结果页上会写明，并给出下一档的链接。",
        (
            Example("工业富联 机器人", "两个词在同一句里的排在前面"),
            Example("衡阳 带宽 基站", "三个词"),
        ),
    ),
    HelpSection(
        "exact",
        "一字不差",
        "放在引号里的内容必须连在一起出现。中文引号和英文引号都认。",
        (
            Example("“数字经济日”", "只要这五个字连写的地方"),
            Example('"科创中国" 试点', "引号和词可以同用"),
        ),
    ),
    HelpSection(
        "logic",
        "任选、排除、分组",
        "OR 要大写，两边留空格；减号紧贴在要排除的词前面；括号把几个词合成一组。",
        (
            Example("区块链 OR 大数据", "有一个就行"),
            Example("数字经济 -株洲", "不要提到株洲的"),
            Example("(区块链 OR 大数据) 园区", "先任选，再加一个词"),
        ),
    ),
    HelpSection(
        "fields",
        "限定范围",
        "字段名后面加冒号，全角半角都可以，也可以写英文：标题 title、作者 author、日期 date、类型 kind。"
        "类型有正文、图片说明、小标题、标题四种。",
        (
            Example("标题:衡阳", "只查标题"),
            Example("作者:顾影", "某位作者的文章"),
            Example("投资 日期:2021-10", "一个月"),
            Example("投资 日期:2021..2022", "从某年到某年"),
            Example("投资 日期:2021 OR 日期:2023", "几年之中任一年"),
            Example("机器人 类型:图片说明", "只看图片说明"),
        ),
    ),
    HelpSection(
        "quantities",
        "按数量查找",
        "写上指标、比较符号和带单位的数额。“万”“亿”和同类的单位会换算，亩可以和公顷、平方公里相比。"
        "报上说的“超”“近”算数：“超100亿元”算达到100亿元，“近100亿元”不算。"
        "在“数字”一栏里，同样的查询列成表格，可以排序，也可以下载。",
        (
            Example("总投资>=10亿元", "不少于十亿元"),
            Example("增长>20%", "增长超过两成"),
            Example("占地 500..2000亩", "从多少到多少"),
            Example("产值 50亿以上", "照平常的说法写"),
            Example("投资>=1亿元 日期:2021", "和别的条件同用"),
        ),
    ),
    HelpSection(
        "names",
        "按名称查找",
        "园区、项目、企业、人物、地区后面加冒号，找提到它的段落；文中说明的简称也算在内。"
        "名称里有空格或括号时，放在引号里。各栏列出档案里认得的名称，每个名称有一页档案：不同的说法、相关的数字、一同出现的名称。",
        (
            Example("园区:衡州大道数字经济走廊", "一个园区"),
            Example("园区:衡州大道数字经济走廊 OR 园区:湘南湘西高新软件园", "两个园区，到“数字”一栏对照着看"),
            Example("企业:万魔声学", "一家企业"),
            Example("人物:顾影", "一个人，署名也算"),
            Example("地区:株洲 增长>20%", "和别的条件同用"),
        ),
    ),
    HelpSection(
        "forms",
        "写法不同，一样能找到",
        "繁体、全角、大小写和数字的不同写法都看作一样，标出的总是报上原来的字。"
        "拼音的全拼和首字母可以找到名称。写了别字、什么也没找到时，会改用最接近的写法，并且说明。",
        (
            Example("船山時間谷", "繁体"),
            Example("５Ｇ", "全角"),
            Example("cssjg", "拼音首字母"),
        ),
    ),
)


def working_examples(index: Index) -> tuple[Example, ...]:
    """The examples that find something in an archive: one that finds nothing teaches the wrong thing."""
    counted = (_counted(index, example) for example in EXAMPLES)
    return tuple(example for example in counted if example.count)


def _counted(index: Index, example: Example) -> Example:
    results = index.search(example.query, limit=1)
    # Found only by other words or another spelling: not what the example promises.
    as_promised = results.corrected is None and results.rung != "most"
    return replace(example, count=results.total if as_promised else 0)
