"""The articles, figures and names that the pages are tested with; ``fake_index.py`` answers from them.

Three usual articles, and one in which every text would do harm on a page that did not escape it.
"""

from __future__ import annotations

import re

from indexer.search.findings import FoundFigure, NameInfo
from indexer.search.results import ArticleInfo, PassageInfo


def article(article_id, title, passages, **info):
    """An article as the index gives it; ``passages`` are (kind, text) after the title."""
    known = {"date": None, "source": None, "authors": (), "path": f"{article_id}.txt"} | info
    texts = [("title", title), *passages]
    return (
        ArticleInfo(id=article_id, title=title, **known),
        tuple(PassageInfo(f"{article_id}-{n}", kind, n, text) for n, (kind, text) in enumerate(texts)),
    )


ARTICLES = (
    article(
        "a1",
        "时间谷里的第一批表匠",
        [
            ("body", "清晨七点，船山时间谷一号楼的灯已经亮了。二十六岁的装配工周默把一枚游丝放进机芯，屏住呼吸。"),
            ("caption", "船山时间谷一号楼内，装配工在显微镜下安装机芯。"),
            ("heading", "“从一枚螺丝学起”"),
            (
                "body",
                "船山时间谷占地约三百亩，一期总投资6.5亿元，2021年5月动工，2023年4月第一条线试产。"
                "园区负责人说，钟表看上去老派，里面的传感器、芯片和算法却都是新的；把它们装到一起，要的是耐心。"
                "到2024年年底，一期的12条线全部开动，可年产智能手表120万只、机芯300万枚，带来约2000个岗位。"
                "第二期的图纸也已经画好，名字还叫船山时间谷，只在后面加了一个“北”字，地块紧挨着高铁东站的货运出口，"
                "预计还要投资8亿元，主要做表壳和蓝宝石玻璃，招工从本地的两所职校开始。",
            ),
            ("body", "“钱不是问题，人是。”招商的人这样说。他们去年跑了五个城市，谈了四十多家企业，投资落定的有九家。"),
        ],
        date="2024-12-06",
        source="雁城晚报",
        authors=("闻雁来", "谭小舟"),
        photographers=("顾影",),
        series="产业园里的一天 ③",
    ),
    article(
        "a2",
        "数字走廊十年账本",
        [
            (
                "body",
                "十年前，衡州大道两边还是菜地。如今数字经济走廊上有企业430家，上年营业收入合计128亿元，增长17.4%。",
            ),
            ("body", "走廊的东头是船山时间谷，西头是软件园。两头之间，公交走二十分钟，投资走了十年。"),
            ("heading", "账目之外"),
            ("body", "账本上没有写的，是那些没有留下来的企业。走廊管委会每年清退十来家，原因大多是两个字：空转。"),
        ],
        date="2023",
        date_inferred=True,
        source="雁搜示例",
    ),
    article(
        "a3",
        "湘江边上的数据中心，一年省下三成电",
        [
            ("body", "把机房搬到江边，是因为江水凉。这座数据中心的PUE降到了1.21，一年省电约900万度。"),
            ("caption", "工程师在检查江水换热的管道。"),
        ],
        date="2021-10",
        source="湘江日报",
        authors=("叶知秋",),
    ),
    article("a4", "没有写日期的一页", [("body", "这一页没有日期，也没有来源，只提到一次船山时间谷。")]),
)

HOSTILE = article(
    "evil",
    '<script>alert("title")</script>&amp;标题\u202e倒',
    [
        ("body", '正文 <img src=x onerror=alert(1)> "><script>alert(2)</script> &lt;b&gt; &amp; 结束'),
        ("caption", "图注 </figcaption></figure><iframe src=//evil.example></iframe> 靶"),
        ("heading", "{{ 7 * 7 }} {% raw %} 靶 \u202e倒过来"),
    ],
    date='"><b>2021',
    source="<i>来源</i>\u202e",
    authors=('"><svg onload=alert(3)>',),
    photographers=("</span><script>4</script>",),
    series="<u>系列</u>",
    path='../"><script>5</script>.txt',
)


def figure(of, ordinal, surface, value, **known):
    """A figure of an article's passage; what is not given is not known."""
    info, passages = of
    passage = passages[ordinal]
    start = passage.text.index(surface)
    sentence = next(each for each in re.findall(r"[^。]+。?", passage.text) if surface in each)
    fields = {
        "value_high": None, "unit": "元", "bound": None, "kind": "money", "metric": None, "subject": None,
        "period": None, "year": None, "target": False,
    }  # fmt: skip
    span = (start, start + len(surface))
    return FoundFigure(
        surface=surface, value=value, sentence=sentence, span=span, article=info, passage=passage, **(fields | known)
    )


VALLEY = {"subject": "船山时间谷"}
FIGURES = (
    figure(ARTICLES[0], 4, "约三百亩", 300.0, unit="亩", kind="area", bound="about", metric="占地", **VALLEY),
    figure(ARTICLES[0], 4, "6.5亿元", 6.5e8, metric="总投资", period="2021年", year="2021", **VALLEY),
    figure(ARTICLES[0], 4, "8亿元", 8e8, metric="总投资", target=True, **VALLEY),
    figure(
        ARTICLES[0],
        5,
        "四十多家",
        40.0,
        unit="家",
        kind="count",
        bound="more",
        metric="企业",
        period="去年",
        year="2023",
    ),
    figure(ARTICLES[1], 1, "430家", 430.0, unit="家", kind="count", metric="企业", subject="数字经济走廊"),
    figure(ARTICLES[1], 1, "128亿元", 1.28e10, metric="营业收入", subject="数字经济走廊", period="上年", year="2022"),
    figure(ARTICLES[1], 1, "17.4%", 17.4, unit="%", kind="percent", metric="增长", subject="数字经济走廊", year="2022"),
)
NAMES = (
    NameInfo("park", "船山时间谷", ("时间谷",), 6, 3),
    NameInfo("park", "数字经济走廊", (), 2, 1),
    NameInfo("person", "周默", (), 1, 1),
)
