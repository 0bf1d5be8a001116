"""What the pages ask for besides passages: articles as groups, facets in full, concordances, annotations, kindred."""

from __future__ import annotations

from collections import Counter

import pytest

from indexer.errors import ArticleNotFound, BadRequest

ARCHIVE = {
    "2021.md": (
        "---\ntitle: 星河物流园开工\ndate: 2021-03-12\nsource: 甲报\n---\n"
        "3月12日，位于甲城的星河物流园开工，总投资20亿元，规划用地1200亩。\n\n"
        "甲城市委书记李文博说，星河物流园计划2023年建成，年产值可达50亿元。\n\n"
        "园区负责人说，物流园的一期先建仓库。\n\n"
        "物流园的二期再建铁路。\n\n"
        "物流园工地，塔吊林立。■周晓 摄\n"
    ),
    "2022.md": (
        "---\ntitle: 月湖软件园开园\ndate: 2022-06\nsource: 乙报\n---\n"
        "月湖软件园6月开园，总投资8亿元。星河物流园就在隔壁。\n"
    ),
    "2023.md": (
        "---\ntitle: 一年一度的庙会\ndate: 2023-01-05\nsource: 乙报\n---\n庙会上卖的是糖人和年画，隔壁的物流园也来摆摊。\n"
    ),
    "undated.md": "---\ntitle: 没有日期\n---\n物流园里的一天，从清晨四点开始。\n",
}


@pytest.fixture(scope="module")
def archive(index_of):
    return index_of(ARCHIVE)


@pytest.mark.parametrize("sort", ["relevance", "date"])
def test_groups_are_the_list_of_passages_with_articles_once(archive, sort):
    passages = archive.search("物流园", limit=200, sort=sort)
    in_order = list(dict.fromkeys(hit.article.id for hit in passages.hits))
    found = archive.search_articles("物流园", limit=200, sort=sort)
    assert [group.article.id for group in found.groups] == in_order
    assert found.total == len(in_order) == 4
    assert {group.article.id: group.total for group in found.groups} == Counter(h.article.id for h in passages.hits)


@pytest.mark.parametrize("size", [1, 2, 3])
def test_pages_of_articles_lose_and_repeat_none(archive, size):
    whole = [group.article.id for group in archive.search_articles("物流园", limit=200).groups]
    pages = [archive.search_articles("物流园", limit=size, offset=offset).groups for offset in range(0, 4, size)]
    assert [group.article.id for page in pages for group in page] == whole


def test_group_brings_three_passages_and_counts_the_rest(archive):
    group = archive.search_articles("物流园 日期:2021").groups[0]
    assert len(group.hits) == 3
    assert group.total == archive.search("物流园 日期:2021").total > 3
    best = [hit.passage.id for hit in archive.search("物流园 日期:2021").hits[:3]]
    assert [hit.passage.id for hit in group.hits] == best


def test_group_tells_the_figures_of_its_passages(archive):
    group = archive.search_articles("规划用地", figures=4).groups[0]
    (figures,) = group.figures.values()
    assert [figure.surface for figure in figures] == ["20亿元", "1200亩"]


def test_choice_of_conditions_is_one_condition_on_every_step(archive):
    either = archive.search("物流园 日期:2021 OR 日期:2023", limit=200)
    assert {hit.article.date[:4] for hit in either.hits} == {"2021", "2023"}
    assert either.rung == "exact"
    assert either.interpreted == "含“物流园”；日期：2021 或 日期：2023"
    widest = archive.search("物流园 仓库 日期:2022 OR 日期:2023", rung="most", limit=200)
    assert {hit.article.date[:4] for hit in widest.hits} == {"2022", "2023"}


def test_excluded_choice_leaves_both_out(archive):
    rest = archive.search("物流园 -日期:2021 OR 日期:2022", limit=200)
    assert {hit.article.date for hit in rest.hits} == {"2023-01-05", None}


def test_names_in_a_choice_are_marked(archive):
    hits = archive.search("园区:星河物流园 OR 园区:月湖软件园", limit=200).hits
    marked = {hit.passage.text[start:end] for hit in hits for start, end in hit.highlights}
    assert {"星河物流园", "月湖软件园"} <= marked


def test_verbatim_takes_no_other_spelling(archive):
    assert archive.search("李闻博").corrected == "李文博"
    asked = archive.search("李闻博", verbatim=True)
    assert (asked.corrected, asked.rung, asked.suggestions) == (None, "none", ("李文博",))
    assert archive.search("xhwly").total > archive.search("xhwly", verbatim=True).total == 0


def test_months_are_counted_within_two_years(archive):
    assert "month" not in {k for k, v in archive.search("物流园").facets.items() if v}
    months = archive.search("物流园 日期:2021..2022").facets["month"]
    assert [facet.value for facet in months] == ["2021-03", "2022-06"]


def test_facet_in_full_counts_as_the_results_do(archive):
    results = archive.search("物流园")
    assert archive.facet("物流园", "park", limit=100)[:10] == results.facets["park"]
    assert archive.facet("物流园", "year") == results.facets["year"]
    assert archive.facet("物流园", "colour") == ()


def test_concordance_has_every_mark_in_time_order(archive):
    found = archive.concordance("物流园", limit=200)
    dates = [line.article.date or "9" for line in found.lines]
    assert dates == sorted(dates)
    marks = [(hit.passage.id, span) for hit in archive.search("物流园", limit=200).hits for span in hit.highlights]
    assert Counter((line.passage.id, line.span) for line in found.lines) == Counter(marks)
    assert list(archive.concordance_lines("物流园")) == list(found.lines)


def test_pages_of_a_concordance_join_to_the_whole(archive):
    whole = archive.concordance("物流园", limit=200)
    pages = [archive.concordance("物流园", limit=2, offset=offset).lines for offset in range(0, whole.total, 2)]
    assert tuple(line for page in pages for line in page) == whole.lines


def test_hits_for_an_export_are_those_of_the_search(archive):
    assert tuple(archive.hits("物流园", limit=4)) == archive.search("物流园", limit=4).hits
    with pytest.raises(BadRequest):
        archive.hits("物流园", limit=10_001)


def test_annotations_stand_where_they_say(archive):
    article = archive.search("星河物流园 开工").hits[0].article.id
    texts = {marked.passage.ordinal: marked.passage.text for marked in archive.article(article).passages}
    found = archive.annotations(article)
    seen = {texts[ordinal][slice(*each.span)] for ordinal, of in found.items() for each in of}
    assert {"星河物流园", "20亿元", "1200亩"} <= seen
    with pytest.raises(ArticleNotFound):
        archive.annotations("none")


def test_similar_articles_share_a_rare_name(archive):
    article = archive.search("星河物流园 开工").hits[0].article.id
    similar = archive.similar(article)
    assert [each.article.title for each in similar][:1] == ["月湖软件园开园"]
    assert similar[0].shared == (("park", "星河物流园"),)
    assert article not in {each.article.id for each in similar}
    assert archive.similar("none") == ()


def test_holdings_count_each_article_once(archive):
    held = archive.holdings(newest=2)
    assert [(each.value, each.count) for each in held.dates] == [("2021-03-12", 1), ("2022-06", 1), ("2023-01-05", 1)]
    assert held.undated == 1
    assert [(each.value, each.count) for each in held.sources] == [("乙报", 2), ("甲报", 1)]
    assert [article.title for article in held.newest] == ["一年一度的庙会", "月湖软件园开园"]


def test_passage_tells_that_it_goes_on(index_of):
    long = "".join(f"第{n}句说的是同一件事，一口气说到了第{n}回。" for n in range(200))
    index = index_of({"a.md": f"---\ntitle: 长段\n---\n{long}\n"})
    passages = [marked.passage for marked in index.article(index.search("同一件事").hits[0].article.id).passages]
    assert [passage.continues for passage in passages][:3] == [False, False, True]
    assert "".join(passage.text for passage in passages[1:]) == long
