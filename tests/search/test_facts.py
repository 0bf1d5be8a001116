"""Figures, names, dossiers and timelines, over a small archive."""

from __future__ import annotations

import pytest

from indexer.errors import BadRequest, NameNotFound

ARCHIVE = {
    "2021.md": (
        "---\ntitle: 星河物流园开工\ndate: 2021-03-12\n---\n"
        "3月12日，位于甲城的星河物流园开工，总投资20亿元，规划用地1200亩。\n\n"
        "甲城市委书记李文博说，星河物流园计划2023年建成，年产值可达50亿元。\n\n"
        "星河物流园工地，塔吊林立。■周晓 摄\n"
    ),
    "2022.md": (
        "---\ntitle: 星河物流园投产\ndate: 2022-06\n---\n"
        "去年开工的星河物流园6月1日投产。星河物流园总投资25亿元，已入驻企业36家。\n\n"
        "月湖软件园也在同月开园，总投资8亿元。\n"
    ),
}


@pytest.fixture(scope="module")
def archive(index_of):
    return index_of(ARCHIVE)


def test_figures_of_a_query_come_with_their_place(archive):
    found = archive.figures("星河物流园 总投资>=10亿元")
    assert {figure.surface for figure in found.figures} == {"20亿元", "25亿元"}
    assert found.total == 2
    for figure in found.figures:
        start, end = figure.span
        assert figure.passage.text[start:end] == figure.surface
        assert figure.sentence in figure.passage.text


def test_figures_are_sorted_by_value_and_by_period(archive):
    money = [figure.value for figure in archive.figures("总投资>0元", sort="-value").figures]
    assert money == [25e8, 20e8, 8e8]
    assert money[::-1] == [figure.value for figure in archive.figures("总投资>0元", sort="value").figures]
    years = [figure.year for figure in archive.figures(sort="period").figures if figure.year]
    assert years == sorted(years)


def test_filters_keep_exactly_what_the_facets_count(archive):
    everything = archive.figures()
    for name in ("kind", "metric", "subject", "year"):
        for facet in everything.facets[name]:
            assert archive.figures(**{name: facet.value}).total == facet.count
    assert archive.figures(target=True).total + archive.figures(target=False).total == everything.total


def test_pages_of_figures_join_to_the_whole(archive):
    everything = archive.figures(sort="article").figures
    pages = [archive.figures(sort="article", limit=3, offset=offset).figures for offset in range(0, len(everything), 3)]
    assert tuple(figure for page in pages for figure in page) == everything


def test_only_like_figures_about_different_things_are_added_up(archive):
    assert archive.figures("月湖软件园 总投资>0元").sums == {}
    assert archive.figures("总投资>0元").sums == {}  # twice about one park: 20 and 25
    assert archive.figures("总投资>0元 日期:2022").sums == {"元": 33e8}


def test_names_are_joined_and_counted(archive):
    parks = {name.name: name for name in archive.names("park").names}
    assert parks["星河物流园"].articles == 2
    assert "李文博" in {name.name for name in archive.names("person").names}
    assert [name.name for name in archive.names("park", prefix="月湖").names] == ["月湖软件园"]


@pytest.mark.parametrize(
    ("query", "total"),
    [
        pytest.param("园区:星河物流园", 6, id="every-passage-with-the-park"),
        pytest.param("园区:月湖", 1, id="part-of-its-name"),
        pytest.param("人物:李文博 年产值", 1, id="with-words"),
        pytest.param("园区:没有的园", 0, id="unknown"),
    ],
)
def test_conditions_on_names_filter(archive, query, total):
    assert archive.search(query, rung="exact").total == total


def test_facets_count_the_passages_of_each_name(archive):
    facets = {facet.value: facet.count for facet in archive.search("总投资").facets["park"]}
    assert facets == {"星河物流园": 2, "月湖软件园": 1}


def test_a_dossier_sets_statements_that_differ_side_by_side(archive):
    dossier = archive.name("park", "星河物流园")
    statement = next(one for one in dossier.statements if one.metric == "总投资")
    assert [figure.surface for figure in statement.figures] == ["20亿元", "25亿元"]
    assert statement.differ
    dates = [hit.article.date for hit in dossier.passages]
    assert dates == sorted(dates)
    assert all("星河物流园" in hit.passage.text for hit in dossier.passages)
    assert "李文博" in {companion.name.name for companion in dossier.companions}


def test_a_photographer_is_told_from_people_in_the_news(archive):
    dossier = archive.name("person", "周晓")
    assert [facet.value for facet in dossier.credits] == ["photographer"]
    assert dossier.roles == ()
    assert [(facet.value, facet.count) for facet in dossier.evidence] == [("byline", 1)]
    assert archive.name("person", "李文博").credits == ()


def test_a_timeline_goes_by_the_dates_spoken_of(archive):
    entries = archive.timeline("星河物流园").entries
    assert [entry.start for entry in entries] == sorted(entry.start for entry in entries)
    assert ("2021-03-12", "3月12日") in {(entry.start, entry.surface) for entry in entries}
    assert ("2021", "去年") in {(entry.start, entry.surface) for entry in entries}


def test_names_complete_what_is_typed(archive):
    for typed in ("星河", "xinghe", "xhwly", "物流"):
        assert "星河物流园" in {suggestion.text for suggestion in archive.suggest(typed)}


@pytest.mark.parametrize(
    ("call", "error"),
    [
        pytest.param(lambda index: index.figures(sort="size"), BadRequest, id="sort"),
        pytest.param(lambda index: index.figures(limit=0), BadRequest, id="limit"),
        pytest.param(lambda index: index.names("city"), BadRequest, id="kind"),
        pytest.param(lambda index: index.name("city", "x"), BadRequest, id="kind-of-a-name"),
        pytest.param(lambda index: index.name("park", "没有的园"), NameNotFound, id="unknown-name"),
        pytest.param(lambda index: index.timeline(""), BadRequest, id="empty-timeline"),
    ],
)
def test_what_cannot_be_answered_says_so(archive, call, error):
    with pytest.raises(error):
        call(archive)


def test_a_condition_on_a_name_marks_it(archive):
    hits = archive.search("园区:月湖软件园").hits
    assert [[hit.passage.text[start:end] for start, end in hit.highlights] for hit in hits] == [["月湖软件园"]]


def test_the_users_gazetteer_adds_forbids_and_joins(index_of, tmp_path):
    gazetteer = tmp_path / "names.txt"
    gazetteer.write_text("add park 星河湾\nforbid 月湖软件园\njoin 星河物流园 = 星河湾\n", encoding="utf-8")
    more = {"2023.md": "# 星河湾扩建\n\n星河湾今年扩建。\n"}
    index = index_of(ARCHIVE | more, user_gazetteer=gazetteer)
    parks = {name.name: name for name in index.names("park").names}
    assert "月湖软件园" not in parks
    joined = parks.get("星河物流园") or parks["星河湾"]
    assert {joined.name, *joined.aliases} >= {"星河物流园", "星河湾"}
    assert joined.articles == 3


def test_a_name_inside_a_question_is_one_unit(index_of):
    index = index_of(
        {
            "a.md": "# 甲\n\n星河物流园的仓库有多大，没有人说得清，星河与物流园区是两回事。\n",
            "b.md": "# 乙\n\n星河物流园建成仓库三座。\n",
            "c.md": "# 丙\n\n甲地的物流园多，银河与星河都美，仓库的仓库也多。\n",
        }
    )
    hits = index.search("星河物流园的仓库有几座？").hits
    assert all("星河物流园" in hit.passage.text for hit in hits[:2])
