"""A small index that needs no engine: plain string search over articles given as dataclasses.

The pages are tested against it, so that a test says exactly what the index answers. ``test_over_engine.py`` runs them
over the real one.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections import Counter
from dataclasses import dataclass, field, replace
from functools import cached_property
from html.parser import HTMLParser
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup

from indexer.errors import ArticleNotFound, NameNotFound
from indexer.search.annotations import Annotation
from indexer.search.concordance import Concordance, Line
from indexer.search.findings import (
    Companion,
    Dossier,
    Figures,
    FoundFigure,
    NameInfo,
    Names,
    Statement,
    Timeline,
    TimelineEntry,
)
from indexer.search.grouping import ArticleHits, ArticleResults
from indexer.search.holdings import Holdings
from indexer.search.results import (
    ArticleInfo,
    ArticleView,
    Facet,
    Hit,
    MarkedPassage,
    PassageInfo,
    Results,
    Suggestion,
)
from indexer.search.similar import SimilarArticle
from webui import create_app

KINDS = {"body": "正文", "caption": "图片说明", "heading": "小标题", "title": "标题"}
NAME_FIELDS = {"园区": "park", "项目": "project", "企业": "organization", "人物": "person", "地区": "place"}
CONDITION = re.compile(rf"(日期|类型|{'|'.join(NAME_FIELDS)}):(\"[^\"]*\"|“[^”]*”|「[^」]*」|\S+)")


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


def hits_of(articles, *words):
    """Passages that hold one of the words, dated ones first."""
    found = [
        Hit(0.0, info, passage, spans)
        for info, passages in sorted(articles, key=lambda each: each[0].date or "9")
        for passage in passages
        if (spans := _spans(passage.text, words))
    ]
    return tuple(found)


@dataclass
class FakeIndex:
    """Answers like the engine's ``Index``; what it answers can be set piece by piece through ``overrides``."""

    articles: tuple = ARTICLES
    etag: str = "generation-1"
    overrides: dict = field(default_factory=dict)
    error: Exception | None = None
    asked: list = field(default_factory=list)
    held_figures: tuple = FIGURES
    held_names: tuple = NAMES
    dossiers: dict = field(default_factory=dict)
    fact_overrides: dict = field(default_factory=dict)

    def search(self, query, *, limit=10, offset=0, sort="relevance", rung=None, verbatim=False):
        self._fail()
        self.asked.append({"query": query, "limit": limit, "offset": offset, "sort": sort, "rung": rung})
        self.asked[-1] |= {"verbatim": True} if verbatim else {}
        terms = [term.strip('"“”') for term in CONDITION.sub("", query).split() if term != "OR"]
        wanted = {}
        for name, value in CONDITION.findall(query):
            wanted.setdefault(name, []).append(value)
        found = [
            Hit(float(len(spans)), info, passage, spans)
            for info, passages in self.articles
            for passage in passages
            if all(any(self._meets(info, passage, name, each) for each in of) for name, of in wanted.items())
            and (spans := _spans(passage.text, terms))
            and (rung or all(term in passage.text for term in terms))
        ]
        key = (lambda hit: hit.article.date or "") if sort == "date" else (lambda hit: hit.score)
        found.sort(key=key, reverse=True)
        results = Results(
            query=query,
            interpreted=" 和 ".join(f"“{term}”" for term in terms),
            rung=rung or ("exact" if found else "none"),
            total=len(found),
            took_ms=1.84,
            hits=tuple(found[offset : offset + limit]),
            facets={
                "year": _facet((hit.article.date or "")[:4] for hit in found if hit.article.date),
                "kind": _facet(hit.passage.kind for hit in found),
                **self._name_facets(found),
            },
            wider="all" if found and len(terms) > 1 and not rung else None,
        )
        return replace(results, **self.overrides)

    def search_articles(self, query, *, limit=10, offset=0, figures=0, fold=True, **how):
        results = self.search(query, limit=10_000, **how)
        self.asked[-1] |= {"limit": limit, "offset": offset} | ({} if fold else {"fold": False})
        by_article = {}
        for hit in results.hits:
            by_article.setdefault(hit.article.id, []).append(hit)
        groups = [
            ArticleHits(
                hits[0].article, len(hits), tuple(hits[:3]), figures=self._figures_of(hits[:3]) if figures else {}
            )
            for hits in list(by_article.values())[offset : offset + limit]
        ]
        return ArticleResults(results, len(by_article), tuple(groups))

    def hits(self, query, *, limit=10_000, sort="relevance", **how):
        return iter(self.search(query, limit=limit, sort=sort, **how).hits)

    def facet(self, query, name, *, limit=10, **how):
        return self.search(query, **how).facets.get(name, ())[:limit]

    def concordance(self, query, *, limit=30, offset=0, **how):
        hits = sorted(self.search(query, limit=10_000, **how).hits, key=lambda hit: hit.article.date or "9")
        lines = [
            Line(hit.article, hit.passage, span) for hit in hits[offset : offset + limit] for span in hit.highlights
        ]
        return Concordance(query, f"含“{query}”", "exact" if hits else "none", len(hits), tuple(lines))

    def concordance_lines(self, query, *, limit=10_000, **how):
        return iter(self.concordance(query, limit=limit, **how).lines)

    def annotations(self, article_id):
        self._fail()
        found = {}
        for info, passages in self.articles:
            for passage in passages if info.id == article_id else ():
                named = [
                    Annotation(match.span(), each.kind, each.name)
                    for each in self.held_names
                    for match in re.finditer(re.escape(each.name), passage.text)
                ]
                figures = [Annotation(each.span, figure=each) for each in self.held_figures if each.passage is passage]
                found[passage.ordinal] = tuple(sorted([*named, *figures], key=lambda each: each.span))
        return found

    def reprints(self, article_id):
        """Nothing here is printed twice."""
        assert isinstance(article_id, str)
        return ()

    def similar(self, article_id, limit=5):
        others = [info for info, _ in self.articles if info.id != article_id]
        return tuple(SimilarArticle(info, (("park", "船山时间谷"),)) for info in others[:limit])

    def holdings(self, newest=8):
        self._fail()
        infos = [info for info, _ in self.articles]
        dates = _facet(sorted(info.date for info in infos if info.date and info.date[:4].isdecimal()))
        by_date = sorted(infos, key=lambda info: info.date or "", reverse=True)
        sources = _facet(info.source for info in infos if info.source)
        return Holdings(dates, sum(not info.date for info in infos), sources, tuple(by_date[:newest]))

    def _figures_of(self, hits):
        ids = [hit.passage.id for hit in hits]
        return {
            each: tuple(figure for figure in self.held_figures if figure.passage.id == each)
            for each in ids
            if any(figure.passage.id == each for figure in self.held_figures)
        }

    def article(self, article_id, query=None):
        self._fail()
        for info, passages in self.articles:
            if info.id == article_id:
                terms = [term.strip('"“”') for term in CONDITION.sub("", query or "").split()]
                return ArticleView(info, tuple(MarkedPassage(each, _spans(each.text, terms)) for each in passages))
        raise ArticleNotFound(f"There is no article {article_id!r}.")

    def suggest(self, prefix, limit=8):
        self._fail()
        known = (Suggestion("船山时间谷", 4, "park"), Suggestion("船山", 4))
        return tuple(each for each in known if each.text.startswith(prefix))[:limit]

    def figures(self, query="", *, limit=100, offset=0, sort="relevance", **filters):
        self._fail()
        self.asked.append({"query": query, "limit": limit, "offset": offset, "sort": sort, **filters})
        terms = CONDITION.sub("", query).split()
        found = [
            each
            for each in self.held_figures
            if all(wanted is None or getattr(each, name) == wanted for name, wanted in filters.items())
            and all(term in each.passage.text for term in terms)
        ]
        keys = {
            "value": lambda each: each.value,
            "period": lambda each: each.year or "9",
            "article": lambda each: each.article.id,
        }
        if sort != "relevance":
            found.sort(key=keys[sort.removeprefix("-")], reverse=sort.startswith("-"))
        facets = {
            name: _facet(str(value) for each in found if (value := getattr(each, name)))
            for name in ("kind", "metric", "subject", "year", "unit")
        }
        facets["target"] = _facet(str(each.target).lower() for each in found)
        interpreted = f"含“{query}”" if query else ""
        answer = Figures(query, interpreted, len(found), tuple(found[offset : offset + limit]), facets)
        return replace(answer, **self.fact_overrides)

    def names(self, kind=None, *, limit=100, offset=0, prefix=""):
        self._fail()
        self.asked.append({"kind": kind, "limit": limit, "offset": offset, "prefix": prefix})
        found = [
            each
            for each in self.held_names
            if kind in (None, each.kind) and any(prefix in name for name in (each.name, *each.aliases))
        ]
        return Names(len(found), tuple(found[offset : offset + limit]))

    def name(self, kind, name):
        self._fail()
        known = {(each.kind, spelling): each for each in self.held_names for spelling in (each.name, *each.aliases)}
        if (kind, name) not in known:
            raise NameNotFound(f"没有名为“{name}”的条目。")
        info = known[kind, name]
        about = [each for each in self.held_figures if each.subject == info.name]
        dossier = Dossier(
            name=info,
            passages=hits_of(self.articles, info.name, *info.aliases),
            statements=tuple(
                Statement(metric, figures, len({each.value for each in figures}) > 1)
                for metric in dict.fromkeys(each.metric for each in about)
                if (figures := tuple(each for each in about if each.metric == metric))
            ),
            companions=tuple(Companion(each, 1) for each in self.held_names if each is not info),
        )
        return self.dossiers.get((kind, info.name), dossier)

    def timeline(self, query, *, limit=200):
        self._fail()
        self.asked.append({"query": query, "limit": limit})
        entries = sorted(
            (
                TimelineEntry(start, end, mention[0], hit)
                for hit in hits_of(self.articles, *CONDITION.sub("", query).split())
                for mention in re.finditer(r"(2[0-9]{3})年(?:([0-9]{1,2})月)?", hit.passage.text)
                for start, end in [_days(mention[1], mention[2])]
            ),
            key=lambda entry: (entry.start, entry.end),
        )
        answer = Timeline(query, f"含“{query}”", len(entries), tuple(entries[:limit]))
        return replace(answer, **self.fact_overrides)

    def status(self):
        self._fail()
        dates = sorted(info.date for info, _ in self.articles if info.date)
        known = {
            "articles": len(self.articles),
            "passages": sum(len(passages) for _, passages in self.articles),
            "generation": 1,
            "dates": (dates[0], dates[-1]) if dates else None,
            "tokenizer": "fake",
            "size_bytes": 4096,
            "rejected": (),
            "built_at": "2026-11-21T06:00:00+08:00",
        }
        return SimpleNamespace(**known, to_json=lambda: known)

    def _fail(self):
        if self.error is not None:
            raise self.error

    def _name_facets(self, hits):
        return {
            kind: _facet(
                each.name
                for hit in hits
                for each in self.held_names
                if each.kind == kind and each.name in hit.passage.text
            )
            for kind in NAME_FIELDS.values()
        }

    @staticmethod
    def _meets(info, passage, name, value):
        if name in NAME_FIELDS:
            return value.strip('"“”「」') in passage.text
        if name == "日期":
            return (info.date or "").startswith(value)
        return value in (passage.kind, KINDS[passage.kind])


def _spans(text, terms):
    marked = [m.span() for m in re.finditer("|".join(map(re.escape, terms)), text)] if terms else []
    return tuple(marked)


def _days(year, month):
    if not month:
        return f"{year}-01-01", f"{year}-12-31"
    return f"{year}-{int(month):02}-01", f"{year}-{int(month):02}-{monthrange(int(year), int(month))[1]}"


def _facet(values):
    return tuple(Facet(value, count) for value, count in Counter(values).most_common())


class Reply:
    """A reply with its HTML read: ``one`` and ``all`` select, ``text`` is what stands there without its white space."""

    def __init__(self, response):
        self.response = response
        self.status = response.status_code
        self.headers = response.headers
        self.html = response.get_data(as_text=True)

    @cached_property
    def page(self):
        return BeautifulSoup(self.html, "html.parser")

    def all(self, selector):
        return self.page.select(selector)

    def one(self, selector):
        found = self.page.select(selector)
        assert len(found) == 1, f"{len(found)} elements match {selector}"
        return found[0]

    def text(self, selector):
        return "".join(self.one(selector).get_text().split())


# The scripts that every page loads; any other would come from outside.
OUR_SCRIPTS = re.compile(r"/static/(theme|room)\.js\?v=[0-9a-f]+")


class TagCollector(HTMLParser):
    """Every start tag with its attributes, as a browser's tokenizer would see them, but for our own scripts."""

    def __init__(self):
        super().__init__()
        self.tags = []

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if (
            tag == "script"
            and OUR_SCRIPTS.fullmatch(attributes.pop("src", ""))
            and attributes in ({}, {"type": "module"})
        ):
            return
        self.tags.append((tag, dict(attrs)))


@pytest.fixture
def index():
    return FakeIndex()


@pytest.fixture
def hostile_index():
    return FakeIndex(articles=(*ARTICLES, HOSTILE))


@pytest.fixture
def many():
    """An index whose 1,234 passages all hold 谷."""
    return FakeIndex(
        articles=tuple(article(f"n{n}", f"第{n}篇", [("body", f"谷字第{n}段")], date="2022") for n in range(1234))
    )


@pytest.fixture
def app_over():
    def make(index):
        app = create_app(index)
        app.testing = True
        return app

    return make


@pytest.fixture
def browse(app_over):
    """``browse(index)(path)`` requests a page and reads it."""

    def over(index):
        client = app_over(index).test_client()
        return lambda path, **options: Reply(client.get(path, buffered=True, **options))

    return over


@pytest.fixture
def get(browse, index):
    return browse(index)


@pytest.fixture
def tags_of():
    def collect(html):
        collector = TagCollector()
        collector.feed(html)
        return collector.tags

    return collect
