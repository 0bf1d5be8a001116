"""The same questions to both stores: equal sets and counts, and an order that agrees."""

from __future__ import annotations

import random

import pytest

pytestmark = pytest.mark.needs_cluster

QUERIES = [
    "船山时间谷",
    "衡阳 投资",
    "投资",
    "谷",
    "“数字经济”",
    "数字经济 -株洲",
    "区块链 OR 大数据",
    "衡阳 (投资 OR 项目) -规划",
    "(衡阳 OR 日期:2021) 投资",
    "标题:衡阳",
    "作者:谭",
    "投资 日期:2021-10",
    "日期:2021",
    "机器人 类型:图片说明",
    "园区:衡州大道数字经济走廊",
    "人物:谭",
    "企业:公司",
    "总投资>=10亿元",
    "总投资>=1亿 衡阳",
    "增长>20%",
    "产值 50亿以上",
    "5G",
    "00亿",
    "100亿",
    "一百亿元",
    "二〇二一年",
    "★",
    "，",
    "Git Hub",
    "cssjg",
    "tan aiping",
    "传山时间谷",
    "联通大数据中心总投资是多少？",
    "不存在的字符串们",
    "𠮷野家",
]


@pytest.mark.parametrize("rung", [None, "near", "all", "most"])
def test_same_passages_counts_and_facets(both, rung):
    for query in QUERIES:
        found = [index.search(query, limit=200, rung=rung) for index in both]
        first, second = (
            (
                results.rung,
                results.total,
                results.wider,
                results.interpreted,
                results.corrected,
                results.suggestions,
                results.notes,
                results.facets,
                sorted((hit.passage.id, hit.highlights) for hit in results.hits),
            )
            for results in found
        )
        assert first == second, query


def test_top_tens_agree(both):
    shares = []
    for query in QUERIES:
        first, second = ({hit.passage.id for hit in index.search(query).hits} for index in both)
        if first:
            shares.append(len(first & second) / len(first))
    assert sum(shares) / len(shares) >= 0.95


def test_any_string_of_the_corpus_is_found_where_it_stands(both):
    embedded = both[0]
    texts = [hit.passage.text for hit in embedded.hits("的", limit=60)]
    random.seed(7)
    for text in random.sample(texts, 20):
        start = random.randrange(len(text))
        piece = text[start : start + random.randint(1, 12)].strip()
        first, second = (index.search(f"“{piece}”" if " " not in piece else piece, limit=200) for index in both)
        assert (first.total, first.rung) == (second.total, second.rung), piece


def test_pages_lose_and_repeat_nothing(both, monkeypatch):
    # So that most pages are of those that the cluster alone has ordered.
    monkeypatch.setattr("indexer.search.cluster.answer.WINDOW", 20)
    cluster = both[1]
    whole = [hit.passage.id for hit in cluster.hits("的", limit=150)]
    pages = [
        hit.passage.id for offset in range(0, 150, 30) for hit in cluster.search("的", limit=30, offset=offset).hits
    ]
    assert pages == whole
    assert len(set(whole)) == len(whole) == cluster.search("的").total


def test_sentences_longer_than_a_part_are_one_on_both(on_both, tmp_path):
    random.seed(11)
    items = [f"{place}{what}{amount}" for place in "东西南北中" for what in ("区投资", "县建设", "村收入") for amount in ("100亿元", "一百亿元", "5G基站", "20%")]  # fmt: skip
    text = "".join(random.choice(items) + random.choice("，、；") for _ in range(240)) + "没有了。" + "结尾。"
    (tmp_path / "long.md").write_text(f"---\ntitle: 长句\n---\n\n{text}\n\n又一段，东区投资100亿元。\n", "utf-8")
    embedded, cluster = on_both(tmp_path)
    assert embedded.status().passages > 5
    for query in ("东区投资 没有了", "结尾 没有了", "没有了 中村收入", "一百亿元 结尾", "(东 结尾) OR (西 没有了)", "没有 -结尾", *(
        " ".join(random.sample([text[at : at + random.randint(1, 9)].strip("，、；") for at in random.sample(range(len(text)), 3)], n))
        for n in (1, 1, 1, 1, 2, 2, 2, 3)
    )):  # fmt: skip
        for rung in (None, "near"):
            first, second = (index.search(query, limit=100, rung=rung) for index in (embedded, cluster))
            assert (first.rung, first.total, sorted((hit.passage.id, hit.highlights) for hit in first.hits)) == (
                second.rung, second.total, sorted((hit.passage.id, hit.highlights) for hit in second.hits)
            ), query  # fmt: skip


def test_by_date_newest_first(both):
    first, second = ([hit.article.date for hit in index.search("投资", sort="date", limit=50).hits] for index in both)
    assert first == second


@pytest.mark.parametrize("query", ["投资", "衡阳 投资", "数字经济"])
@pytest.mark.parametrize("fold", [True, False])
def test_same_articles(both, query, fold):
    def told(index):
        found = index.search_articles(query, limit=50, fold=fold, figures=2)
        return found.total, [
            (group.article.id, group.total, [hit.passage.id for hit in group.hits], group.reprints, len(group.figures))
            for group in found.groups
        ]

    first, second = map(told, both)
    assert first == second


@pytest.mark.parametrize("query", ["总投资>=1亿元", "衡阳 增长>10%", "产值", ""])
def test_same_figures(both, query):
    first, second = (index.figures(query, limit=1000) for index in both)
    assert first.total == second.total
    assert first.facets == second.facets
    assert first.sums == second.sums
    assert sorted(map(repr, first.figures)) == sorted(map(repr, second.figures))


@pytest.mark.parametrize("query", ["总投资>=1亿元", "增长>5%", "衡阳", ""])
@pytest.mark.parametrize("filters", [{}, {"kind": "money"}], ids=["all", "money"])
def test_more_figures_than_are_read_are_counted(both, query, filters, monkeypatch):
    whole = both[0].figures(query, limit=1000)
    monkeypatch.setattr("indexer.search.facts._MAX_FIGURES", 2)
    for index in both:
        found = index.figures(query, limit=1000, **filters)
        assert len(found.figures) <= 2 < whole.total
        assert found.total == (whole.total if not filters else len(found.figures))
        assert f"共有 {whole.total} 个数字，只列出前 2 个：请加上条件。" in found.notes


@pytest.mark.parametrize("match", ["any", "all"])
@pytest.mark.parametrize(
    "query",
    [
        "投资 衡阳",
        "“数字经”",
        "“总投资一百亿”",
        "投资 “船山时间” 衡阳",
        "“00亿”",
        "5G “★”",
        "“没有印过的话”",
        "，",
        "“衡” “投资”",
    ],
)
def test_same_passages_by_words_and_strings_alone(both, query, match):
    first, second = (index.rank(query, match=match, limit=200) for index in both)
    # Equal scores are in no order that is told; float32 sums differ in their last digit.
    assert sorted((round(score, 3), text) for score, text in first) == sorted(
        (round(score, 3), text) for score, text in second
    )
    tops = [round(score, 3) for score, _ in both[1].rank(query, match=match, limit=5)]
    assert tops == [round(score, 3) for score, _ in first[:5]]


@pytest.mark.parametrize("kind", [None, "park", "project", "organization", "person", "place"])
def test_same_names(both, kind):
    first, second = (index.names(kind, limit=1000) for index in both)
    assert first == second


def test_names_by_a_piece_and_by_pages(both):
    for options in ({"prefix": "衡"}, {"limit": 5, "offset": 7}):
        first, second = (index.names("organization", **options) for index in both)
        assert first == second


def test_same_dossier(both):
    for kind in ("park", "organization", "person"):
        name = both[0].names(kind).names[0].name
        first, second = (index.name(kind, name) for index in both)
        assert first == second


@pytest.mark.parametrize("typed", ["衡", "衡州", "chuanshan", "cssjg", "数字", "5", "无此"])
def test_same_suggestions(both, typed):
    first, second = (index.suggest(typed, limit=8) for index in both)
    # Of many titles that hold a text, each store shows the first by its own order.
    assert [each for each in first if each.kind != "title"] == [each for each in second if each.kind != "title"]
    assert len(first) == len(second)


def test_same_article_and_what_is_known_of_it(both):
    embedded, cluster = both
    article = embedded.search("船山时间谷").hits[0].article.id
    for ask in (
        lambda index: index.article(article, "船山时间谷 投资"),
        lambda index: index.article(article),
        lambda index: index.annotations(article),
        lambda index: index.similar(article),
        lambda index: index.reprints(article),
        lambda index: index.timeline("投资"),
        lambda index: index.concordance("投资", limit=20, offset=5),
        lambda index: list(index.concordance_lines("衡阳", limit=40)),
        lambda index: list(index.facet("投资", "organization", limit=30)),
    ):
        assert ask(embedded) == ask(cluster)
    first, second = (index.holdings(3) for index in both)
    assert (first.dates, first.undated, dict.fromkeys(first.sources)) == (
        second.dates,
        second.undated,
        dict.fromkeys(second.sources),
    )


def test_status_tells_of_the_cluster(both):
    embedded, cluster = (index.status() for index in both)
    assert (cluster.articles, cluster.passages, cluster.dates) == (embedded.articles, embedded.passages, embedded.dates)
    assert cluster.cluster["health"] in ("green", "yellow")
    assert not cluster.cluster["unfinished"]
