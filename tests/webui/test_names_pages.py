"""Lists of names, dossiers, and the ways to them from a search."""

from dataclasses import replace
from urllib.parse import parse_qs, quote, unquote, urlsplit

import pytest

from indexer.search.findings import Companion, Dossier, NameInfo, Statement
from indexer.search.results import Facet

EVIL = '"><script>alert(1)</script>&amp;'


def query_of(href):
    return {name: values[0] for name, values in parse_qs(urlsplit(href).query).items()}


class TestList:
    def test_row_tells_aliases_and_counts(self, get):
        rows = ["".join(row.get_text().split()) for row in get("/names/park").all("tbody tr")]
        assert rows == ["船山时间谷又作时间谷6次3篇", "数字经济走廊2次1篇"]

    def test_name_leads_to_its_dossier(self, get):
        link = get("/names/person").one("tbody a")["href"]
        assert unquote(link) == "/names/person/周默"
        assert get(link).text("h1") == "周默"

    def test_kinds_are_tabs_that_keep_what_is_looked_for(self, get):
        tabs = get("/names/park?prefix=谷").all(".tabs a")
        assert [tab.text for tab in tabs] == ["园区", "项目", "企业机构", "人物", "地区"]
        assert [tab.text for tab in tabs if tab.get("aria-current") == "page"] == ["园区"]
        assert all(query_of(tab["href"]) == {"prefix": "谷"} for tab in tabs)

    def test_box_narrows_the_list(self, get, index):
        page = get("/names/park?prefix=时间")
        assert [name.text for name in page.all("tbody th a")] == ["船山时间谷"]
        assert page.one("#prefix")["value"] == "时间"
        assert index.asked[-1] == {"kind": "park", "limit": 60, "offset": 0, "prefix": "时间"}

    def test_nothing_found_leads_to_a_search(self, get):
        page = get("/names/park?prefix=量子")
        assert "没有名称含有“量子”的园区" in page.text(".list")
        assert query_of(page.one(".list a")["href"]) == {"q": "量子"}

    def test_kind_without_names_says_so(self, get):
        assert "还没有认出项目的名称" in get("/names/project").text(".list")

    def test_pages_keep_the_box(self, browse, index):
        index.held_names = tuple(NameInfo("park", f"谷{n}", (), 1, 1) for n in range(130))
        get = browse(index)
        links = get("/names/park?prefix=谷&page=2").all(".pagination a")
        assert query_of(links[-1]["href"]) == {"prefix": "谷", "page": "3"}
        assert [name.text for name in get("/names/park?page=3").all("tbody th a")] == [
            f"谷{n}" for n in range(120, 130)
        ]
        assert len(get("/names/park?page=99").all("tbody tr")) == 10

    def test_many_aliases_are_counted(self, get, index):
        index.held_names = (NameInfo("park", "甲", tuple(f"乙{n}" for n in range(9)), 1, 1),)
        assert "乙5等9种写法" in get("/names/park").text(".aliases")

    @pytest.mark.parametrize("path", ["/names/parks", "/names/PARK", "/names/parks/船山时间谷", "/names/park/没有的"])
    def test_unknown_kind_or_name_is_a_calm_404(self, get, path):
        reply = get(path)
        assert reply.status == 404
        assert reply.one("h1").text.startswith("没有")

    def test_unknown_name_may_still_stand_in_the_text(self, get):
        page = get("/names/park/钟表")
        assert page.one("#q")["value"] == "钟表"
        assert query_of(page.one("main a.trim")["href"]) == {"q": "钟表"}

    def test_all_names_begin_with_the_parks(self, get):
        reply = get("/names/")
        assert (reply.status, reply.headers["Location"]) == (302, "/names/park")


class TestDossier:
    PATH = "/names/park/船山时间谷"

    def test_tells_name_aliases_and_counts(self, get):
        page = get(self.PATH)
        assert page.text("h1") == "船山时间谷"
        assert page.text(".summary .holdings") == "提到6次，见于3篇文章"
        assert page.text(".facts-list") == "又作时间谷"

    def test_alias_leads_to_the_same_dossier(self, get):
        page = get("/names/park/时间谷")
        assert page.text("h1") == "船山时间谷"
        assert unquote(page.one("link[rel=canonical]")["href"]).endswith("/names/park/船山时间谷")

    def test_differing_statements_stand_side_by_side(self, get, index):
        area, one, other = index.held_figures[:3]
        index.held_figures = (area, one, replace(other, target=False))
        page = get(self.PATH)
        assert [each.h3.bdi.text for each in page.all(".statement")] == ["总投资", "占地"]
        differing = page.all(".statement.differ")
        assert [each.select_one("h3").text for each in differing] == ["总投资说法不一"]
        assert [claim.text for claim in differing[0].select(".disputed th a")] == ["6.5亿元", "8亿元"]
        assert [mark.text for mark in differing[0].select("mark")] == ["6.5亿元", "8亿元"]

    def test_agreeing_statement_is_not_marked(self, get):
        (area,) = [each for each in get(self.PATH).all(".statement") if each.h3.text == "占地"]
        assert "differ" not in area["class"]
        assert not area.select(".badge")

    @pytest.mark.parametrize(
        "changes",
        [
            pytest.param({"year": "2022"}, id="other-year"),
            pytest.param({"target": True}, id="a-goal"),
            pytest.param({"value": 6.5e8}, id="same-value"),
        ],
    )
    def test_what_can_both_be_true_is_no_disagreement(self, get, index, changes):
        one = index.held_figures[1]
        index.held_figures = (one, replace(one, **{"value": 8e8, "period": "后来"} | changes))
        assert not get(self.PATH).all(".differ, .disputed")

    def test_same_value_is_one_claim_with_all_its_sources(self, get, index):
        valley = index.held_figures[1]
        elsewhere = replace(valley, article=index.articles[1][0], surface="6.5亿")
        index.held_figures = (valley, elsewhere)
        claims = get(self.PATH).all(".claims tbody tr")
        assert len(claims) == 1
        assert [link.text for link in claims[0].select(".meta a")] == ["时间谷里的第一批表匠", "数字走廊十年账本"]

    def test_claim_leads_to_the_marked_place(self, get):
        link = get(self.PATH).all(".claims tbody th a")[1]["href"]
        assert [mark.text for mark in get(link).all("#p4 mark")] == ["6.5亿元"]

    def test_several_years_are_drawn(self, get, index):
        valley = index.held_figures[1]
        index.held_figures = (valley, replace(valley, value=7e8, year="2022", period="2022年", surface="7亿元"))
        chart = get(self.PATH).one(".statement svg")
        assert [text.text for text in chart.select("text")] == ["6.5亿元", "7亿元", "2021", "2022"]
        assert len(chart.select("circle")) == 2
        assert len(chart.select("line.stroke")) == 1

    def test_one_year_is_not_drawn(self, get):
        assert not get(self.PATH).all(".statement svg")

    def test_claims_that_are_too_many_are_counted(self, get, index):
        valley = index.held_figures[1]
        index.held_figures = tuple(replace(valley, value=float(n)) for n in range(1, 31))
        page = get(self.PATH)
        assert len(page.all(".claims tbody tr")) == 12
        link = next(link for link in page.all(".statement a") if "另有 18 个" in link.text)
        assert query_of(link["href"]) == {"q": "园区:船山时间谷", "metric": "总投资"}

    def test_passages_stand_in_time_order_with_marks(self, get):
        page = get(self.PATH)
        assert [year.text for year in page.all("h3.year")] == ["2023年", "2024年", "日期不详"]
        marks = {mark.text for mark in page.all(".cards .snippet mark")}
        assert marks == {"船山时间谷"}

    def test_passage_leads_to_its_marked_place(self, get):
        link = get(self.PATH).all(".card h2 a")[0]["href"]
        assert (urlsplit(link).path, urlsplit(link).fragment) == ("/articles/a2", "p2")
        assert query_of(link) == {"q": '"船山时间谷"'}

    def test_passages_are_paged(self, browse, many):
        many.held_names = (NameInfo("park", "谷", (), 1234, 1234),)
        get = browse(many)
        page = get("/names/park/谷?page=3")
        assert "第41–60段，共1,234段" in page.text(".place")
        assert len(page.all(".card")) == 20
        assert [link.text for link in page.all(".pagination a")][-1] == "下一页"
        assert page.all(".pagination a")[-1]["href"] == "/names/park/%E8%B0%B7?page=4#passages"

    def test_company_leads_to_other_dossiers(self, get):
        links = get(self.PATH).all(".company a")
        assert [unquote(link["href"]) for link in links] == ["/names/park/数字经济走廊", "/names/person/周默"]

    def test_person_has_roles_and_credits(self, get, index):
        info = index.held_names[2]
        index.dossiers = {
            ("person", "周默"): Dossier(
                info, (), (), (), roles=(Facet("装配工", 2),), credits=(Facet("photographer", 1),)
            )
        }
        assert get("/names/person/周默").text(".facts-list") == "身份装配工2次署名摄影1次"

    def test_leads_to_search_figures_and_timeline(self, get):
        links = {link.text: link["href"] for link in get(self.PATH).all(".views a")}
        assert {name: urlsplit(href).path for name, href in links.items()} == {
            "检索提到的段落": "/search", "相关数字": "/figures", "时间线": "/timeline",
        }  # fmt: skip
        assert all(query_of(href) == {"q": "园区:船山时间谷"} for href in links.values())


@pytest.mark.parametrize(
    ("name", "condition"),
    [
        pytest.param("甲 乙", '园区:"甲 乙"', id="space"),
        pytest.param("甲“乙”园", '园区:"甲“乙”园"', id="chinese-quotes"),
        pytest.param('甲"乙"园', '园区:“甲"乙"园”', id="ascii-quotes"),
        pytest.param('甲"“乙', '园区:「甲"“乙」', id="both"),
        pytest.param("甲/乙//丙", '园区:"甲/乙//丙"', id="slashes"),
        pytest.param("甲(乙)", '园区:"甲(乙)"', id="brackets"),
        pytest.param("a?b#c%d", '园区:"a?b#c%d"', id="address-signs"),
        pytest.param("../甲", '园区:"../甲"', id="dots"),
        pytest.param(EVIL, f"园区:“{EVIL}”", id="markup"),
    ],
)
def test_name_with_signs_has_address_and_condition(get, index, tags_of, name, condition):
    index.held_names = (NameInfo("park", name, (name + "二",), 1, 1),)
    link = get("/names/park").one("tbody a")["href"]
    reply = get(link)
    assert reply.one("h1").get_text() == name
    assert query_of(reply.all(".views a")[0]["href"]) == {"q": condition}
    assert "script" not in {tag for tag, _ in tags_of(reply.html)}


def test_hostile_dossier_stays_text(get, index, tags_of):
    evil = NameInfo("person", EVIL, (EVIL + "别名",), 1, 1)
    figure = replace(index.held_figures[1], surface=EVIL, metric=EVIL, period=EVIL, sentence=EVIL)
    index.held_names = (evil,)
    index.dossiers = {
        ("person", EVIL): Dossier(
            evil, (), (Statement(EVIL, (figure, replace(figure, year="2020"), figure), True),),
            (Companion(evil, 2),), roles=(Facet(EVIL, 1),), credits=(Facet(EVIL, 1),),
        )
    }  # fmt: skip
    reply = get("/names/person/" + quote(EVIL, safe=""))
    assert reply.status == 200
    assert "script" not in {tag for tag, _ in tags_of(reply.html)}
    assert reply.one(".statement h3 bdi").text == EVIL


class TestFromTheSearch:
    def test_names_are_facets_that_narrow_the_query(self, get):
        page = get("/search?q=走廊")
        (parks,) = [each for each in page.all(".facets section") if each.h2.text == "园区"]
        values = {each.select_one(".value").text: each for each in parks.select("li")}
        assert query_of(values["数字经济走廊"].a["href"]) == {"q": "走廊 园区:数字经济走廊"}
        assert unquote(values["数字经济走廊"].select_one(".dossier-link")["href"]) == "/names/park/数字经济走廊"

    def test_two_names_of_a_kind_are_alternatives(self, get, index):
        index.overrides = {"facets": {"park": (Facet("船山时间谷", 1), Facet("数字经济走廊", 1))}}
        page = get("/search?q=走廊 园区:船山时间谷")
        (parks,) = [each for each in page.all(".facets section") if each.h2.text == "园区"]
        values = {each.select_one(".value").text: each for each in parks.select("li")}
        assert query_of(values["船山时间谷"].a["href"]) == {"q": "走廊"}
        assert "chosen" in values["船山时间谷"]["class"]
        assert query_of(values["数字经济走廊"].a["href"]) == {"q": "走廊 园区:船山时间谷 OR 园区:数字经济走廊"}

    def test_hit_names_what_stands_in_it(self, get):
        tags = get("/search?q=游丝").all(".hit .told a:not(.fact)")
        assert [(tag.bdi.text, unquote(tag["href"])) for tag in tags] == [
            ("船山时间谷", "/names/park/船山时间谷"),
            ("周默", "/names/person/周默"),
        ]

    def test_name_inside_a_longer_one_is_not_named(self, get, index):
        index.held_names = (*index.held_names, NameInfo("place", "船山", (), 9, 3))
        assert "船山" not in [tag.bdi.text for tag in get("/search?q=游丝").all(".hit .told a:not(.fact)")]

    @pytest.mark.parametrize("query", ["船山时间谷", "“船山时间谷”", "投资 园区:船山时间谷"])
    def test_query_for_a_name_leads_to_its_dossier(self, get, query):
        link = get(f"/search?q={query}").one(".views .dossier")
        assert unquote(link["href"]) == "/names/park/船山时间谷"

    def test_query_leads_to_its_figures_and_timeline(self, get):
        links = get("/search?q=时间谷 投资").all(".views nav a")
        assert [(link.text, urlsplit(link["href"]).path) for link in links] == [
            ("逐处", "/search"),
            ("数字", "/figures"),
            ("时间线", "/timeline"),
        ]
        assert all(query_of(link["href"])["q"] == "时间谷 投资" for link in links)

    @pytest.mark.parametrize(
        ("path", "current"),
        [("/search?q=谷", "检索"), ("/figures", "数字"), ("/names/person", "人物"), ("/timeline?q=谷", "时间线")],
    )
    def test_header_leads_to_all_parts(self, get, path, current):
        links = get(path).all(".masthead .site-links a")
        assert [link.text for link in links] == [
            "检索",
            "数字",
            "园区",
            "项目",
            "企业",
            "人物",
            "地区",
            "时间线",
            "批量",
        ]
        assert [link.text for link in links if link.get("aria-current")] == [current]
