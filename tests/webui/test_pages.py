"""The pages as a reader meets them, over an index that needs no engine."""

from urllib.parse import parse_qs, urlsplit

import pytest

from indexer.search.results import Facet


def hrefs(found):
    return [link["href"] for link in found]


def query_of(href):
    return {name: values[0] for name, values in parse_qs(urlsplit(href).query).items()}


class TestStart:
    def test_tells_what_the_archive_holds(self, get):
        assert "收录4篇文章、16个段落，2021年10月至2024年12月6日" in get("/").text(".holdings")

    def test_offers_only_examples_that_find_something(self, get):
        # Of the examples, these articles hold only the first.
        assert [link.text for link in get("/").all(".examples a")] == ["船山时间谷"]

    def test_counts_its_examples_once_a_commit(self, get, index):
        get("/")
        queries = [asked["query"] for asked in index.asked if "query" in asked]
        get("/")
        assert [asked["query"] for asked in index.asked if "query" in asked] == queries
        index.etag = "generation-2"
        get("/")
        assert [asked["query"] for asked in index.asked if "query" in asked] == 2 * queries

    def test_says_so_when_the_archive_is_empty(self, browse, index):
        index.articles = ()
        assert "还没有文章" in browse(index)("/").text(".holdings")

    def test_form_needs_no_script(self, get):
        form = get("/").one("form")
        assert (form["method"], form["action"]) == ("get", "/search")
        assert form.select_one("label")["for"] == form.select_one("input[name=q]")["id"]


class TestResults:
    def test_marks_what_was_found(self, get):
        marks = get("/search?q=游丝").all(".snippet mark")
        assert [mark.text for mark in marks] == ["游丝"]

    def test_card_names_date_source_and_series(self, get):
        assert get("/search?q=游丝").text(".hit .meta") == "2024年12月6日雁城晚报产业园里的一天③"

    def test_inferred_date_is_said_to_be_so(self, get):
        assert get("/search?q=菜地").one(".hit .inferred").text == "（推断）"

    def test_unknown_date_is_not_invented(self, get):
        assert "日期不详" in get("/search?q=没有日期").text(".hit .meta")

    def test_title_leads_to_the_passage_with_the_query_kept(self, get):
        link = urlsplit(get("/search?q=游丝").one(".hit h2 a")["href"])
        assert (link.path, link.query, link.fragment) == ("/articles/a1", "q=%E6%B8%B8%E4%B8%9D&n=1", "p1")

    def test_hit_in_a_title_is_marked_there(self, get):
        card = get("/search?q=表匠").one(".hit")
        assert [mark.text for mark in card.select("h2 mark")] == ["表匠"]
        assert not card.select(".snippet")

    def test_caption_is_told_from_text(self, get):
        assert get("/search?q=显微镜").one(".kind").text == "图片说明"

    def test_title_and_heading_tell_the_count(self, get):
        page = get("/search?q=时间谷")
        assert page.one("head title").text == "时间谷，6 段 · 雁搜"
        assert "找到6段，见于3篇文章，用时1.8毫秒" in page.text("h1")

    def test_box_keeps_the_query(self, get):
        assert get('/search?q=时间谷 "a" <b>').one("#q")["value"] == '时间谷 "a" <b>'

    def test_tells_how_the_query_was_read(self, get, index):
        index.overrides = {"interpreted": "时间谷 且 投资", "rung": "near", "notes": ("已按简体检索。",)}
        understood = get("/search?q=时间谷").text(".understood")
        assert "时间谷且投资" in understood
        assert "同一句中" in understood
        assert "已按简体检索。" in understood

    def test_wider_step_is_a_link_and_can_be_taken_back(self, get):
        link = next(link for link in get("/search?q=时间谷 投资").all(".understood a") if "放宽到" in link.text)
        assert link.text == "放宽到“同一段中”"
        assert query_of(link["href"]) == {"q": "时间谷 投资", "rung": "all"}
        back = next(link for link in get(link["href"]).all(".understood a") if link.text == "不放宽")
        assert query_of(back["href"]) == {"q": "时间谷 投资"}

    def test_other_spelling_is_said(self, get, index):
        index.overrides = {"corrected": "船山时间谷"}
        assert get("/search?q=时间谷").text(".corrected") == "没有找到“时间谷”，以下是“船山时间谷”的结果。"

    def test_suggestions_are_searches(self, get, index):
        index.overrides = {"suggestions": ("时间谷 二期",)}
        assert query_of(get("/search?q=时间谷&sort=date").one(".suggestions a")["href"]) == {
            "q": "时间谷 二期",
            "sort": "date",
        }

    def test_without_a_query_leads_to_the_start(self, get):
        reply = get("/search?q=%20")
        assert (reply.status, reply.headers["Location"]) == (302, "/")

    def test_too_long_a_query_is_refused_with_its_length(self, get):
        reply = get("/search?q=" + "谷" * 257)
        assert reply.status == 400
        assert "257" in reply.text("main")
        assert reply.one("#q")["value"] == "谷" * 257

    def test_longest_query_is_asked(self, get, index):
        assert get("/search?q=" + "谷" * 256).status == 200
        assert index.asked[0]["query"] == "谷" * 256


class TestSorting:
    def test_link_changes_the_order_and_starts_afresh(self, browse, many):
        link = browse(many)("/search?q=谷&page=3").one(".sorting a")
        assert link.text == "按日期"
        assert query_of(link["href"]) == {"q": "谷", "sort": "date"}

    def test_order_is_passed_on(self, get, index):
        get("/search?q=谷&sort=date")
        assert index.asked[-1]["sort"] == "date"

    def test_form_keeps_the_order(self, get):
        assert get("/search?q=谷&sort=date").one("#search input[name=sort]")["value"] == "date"


class TestFacets:
    def test_value_is_a_condition_in_the_query(self, get):
        links = {link.select_one(".value").text: link["href"] for link in get("/search?q=时间谷").all(".facets a")}
        assert query_of(links["2023"]) == {"q": "时间谷 日期:2023"}
        assert query_of(links["图片说明"]) == {"q": "时间谷 类型:图片说明"}

    def test_years_stand_from_the_newest(self, get):
        page = get("/search?q=时间谷")
        years = page.all(".facets section")[0]
        assert [value.text for value in years.select(".value")] == ["2024", "2023"]
        assert [count.text for count in years.select(".count")] == ["4", "1"]

    def test_chosen_value_is_marked_and_taken_back_by_its_link(self, get):
        chosen = get("/search?q=时间谷 日期:2023").one(".facets .chosen a")
        assert chosen.select_one(".value").text == "2023"
        assert query_of(chosen["href"]) == {"q": "时间谷"}

    @pytest.mark.parametrize("condition", ["类型:caption", "kind:caption", "类型：图片说明"])
    def test_chosen_kind_is_known_by_every_name(self, get, index, condition):
        index.overrides = {"facets": {"kind": (Facet("caption", 1),)}, "total": 1}
        assert get(f"/search?q=时间谷 {condition}").one(".facets .chosen .value").text == "图片说明"

    def test_facet_of_one_value_is_not_shown(self, get):
        assert not get("/search?q=游丝").all(".facets")

    def test_chip_takes_a_condition_away(self, get):
        chips = get("/search?q=时间谷 日期:2024 类型:图片说明&sort=date").all(".chips a")
        assert [query_of(chip["href"]) for chip in chips] == [
            {"q": "日期:2024 类型:图片说明", "sort": "date"},
            {"q": "时间谷 类型:图片说明", "sort": "date"},
            {"q": "时间谷 日期:2024", "sort": "date"},
        ]


class TestPaging:
    def test_pages_keep_the_state(self, browse, many):
        links = browse(many)("/search?q=谷&page=3&sort=date&rung=all").all(".pagination a")
        assert query_of(links[-1]["href"]) == {"q": "谷", "page": "4", "sort": "date", "rung": "all"}
        assert [link.text for link in links] == ["上一页", "1", "2", "4", "5", "100", "下一页"]

    def test_second_page_goes_on_where_the_first_ends(self, browse, many):
        get = browse(many)
        first, second = get("/search?q=谷"), get("/search?q=谷&page=2")
        titles = [title.text for title in first.all(".hit h2") + second.all(".hit h2")]
        assert len(set(titles)) == 20
        assert [item["id"] for item in second.all("ol.cards > li")] == [f"r{n}" for n in range(11, 21)]

    @pytest.mark.parametrize(
        ("page", "offset"),
        [
            ("0", 0),
            ("-3", 0),
            ("x", 0),
            ("２", 0),
            ("2", 10),
            ("100", 990),
            ("101", 990),
            ("999999", 990),
            ("9" * 5000, 0),
        ],
    )
    def test_impossible_page_is_mended(self, browse, many, page, offset):
        assert browse(many)(f"/search?q=谷&page={page}").status == 200
        assert many.asked[-1]["offset"] == offset

    def test_page_after_the_last_shows_the_last(self, get):
        reply = get("/search?q=时间谷&page=7")
        assert sum(len(hit.select(".passage")) for hit in reply.all(".hit")) == 4
        assert "第 7 页" not in reply.one("head title").text

    def test_depth_is_capped_and_said(self, browse, many):
        get = browse(many)
        assert "只列出前 1,000 篇" in get("/search?q=谷&page=100").one("main").text
        assert "只列出前" not in get("/search?q=谷&page=99").one("main").text

    def test_unknown_choices_become_the_default(self, get, index):
        assert get("/search?q=谷&sort=price&rung=exactly&colour=red").status == 200
        assert (index.asked[-1]["sort"], index.asked[-1]["rung"]) == ("relevance", None)


class TestNothingFound:
    def test_is_a_good_page(self, get):
        reply = get("/search?q=量子")
        assert reply.status == 200
        assert reply.text("h1") == "没有找到“量子”"

    def test_names_the_condition_that_is_in_the_way(self, get):
        page = get("/search?q=时间谷 日期:1999")
        link = page.one("section[aria-labelledby=relaxed] a")
        assert query_of(link["href"]) == {"q": "时间谷"}
        assert page.one("section[aria-labelledby=relaxed] .count").text == "6 段"

    def test_where_two_conditions_are_in_the_way_each_clause_is_tried_alone(self, get):
        page = get("/search?q=时间谷 日期:1999 园区:没有 -钟表")
        assert not page.all("section[aria-labelledby=relaxed]")
        link = page.one("section[aria-labelledby=alone] a")
        assert query_of(link["href"]) == {"q": "时间谷"}
        assert page.one("section[aria-labelledby=alone] .count").text == "6 段"

    @pytest.mark.parametrize("query", ["“没有的”", '"没有的"', "「没有的」"])
    def test_query_in_quotation_marks_gets_no_others(self, get, query):
        assert get(f"/search?q={query}").text("h1") == f"没有找到{query}"

    def test_offers_spellings_examples_and_coverage(self, get, index):
        index.overrides = {"suggestions": ("船山时间谷",)}
        page = get("/search?q=船山时间股")
        assert query_of(page.one(".suggestions a")["href"]) == {"q": "船山时间谷"}
        assert page.all(".examples a")
        assert "日期从2021年10月到2024年12月6日" in page.text("section[aria-labelledby=advice]")


class TestArticle:
    def test_shows_passages_by_kind_in_order(self, get):
        story = get("/articles/a1").one(".story")
        assert story.select_one("h1").text == "时间谷里的第一批表匠"
        assert [(each.name, each["id"]) for each in story.find_all(True, recursive=False) if each.get("id")] == [
            ("p", "p1"),
            ("figure", "p2"),
            ("h2", "p3"),
            ("p", "p4"),
            ("p", "p5"),
        ]

    def test_tells_who_wrote_and_when(self, get):
        assert get("/articles/a1").text(".story .meta") == "2024年12月6日雁城晚报文／闻雁来、谭小舟图／顾影引用"
        assert get("/articles/a1").text(".series") == "产业园里的一天③"

    def test_has_no_marks_without_a_query(self, get):
        assert not get("/articles/a1").all("mark, .trail")

    def test_marks_are_numbered_through_the_article(self, get):
        page = get("/articles/a1?q=时间谷")
        assert [mark["id"] for mark in page.all("mark")] == ["m1", "m2", "m3", "m4", "m5"]
        assert "文中5处匹配" in page.text(".trail")

    def test_every_match_leads_to_its_neighbours(self, get):
        page = get("/articles/a1?q=时间谷")
        assert [hrefs(hop.select("a")) for hop in page.all(".hop")] == [
            ["#m2"],
            ["#m1", "#m3"],
            ["#m2", "#m4"],
            ["#m3", "#m5"],
            ["#m4"],
        ]

    def test_leads_back_to_the_page_of_results(self, get):
        back = get("/articles/a1?q=时间谷&page=2&sort=date&rung=all").all(".trail a")[0]
        assert query_of(back["href"]) == {"q": "时间谷", "page": "2", "sort": "date", "rung": "all"}

    def test_text_is_not_changed_by_the_marks(self, get, index):
        page = get("/articles/a1?q=时间谷 投资")
        for hop in page.all(".hop"):
            hop.decompose()
        passages = [passage.text for passage in index.articles[0][1]]
        shown = [page.one(f"#p{n}").get_text().removeprefix("图片说明") for n in range(len(passages))]
        assert shown == passages

    def test_unknown_article_is_a_calm_404(self, get):
        reply = get("/articles/none")
        assert reply.status == 404
        assert reply.text("h1") == "没有这篇文章"


class TestHelp:
    def test_examples_are_searches(self, get):
        links = get("/help").all(".examples a")
        assert all(query_of(link["href"]) == {"q": link.text} for link in links)
        assert {"标题:衡阳", "投资 日期:2021..2022", "数字经济 -株洲"} <= {link.text for link in links}

    def test_contents_lead_to_the_sections(self, get):
        page = get("/help")
        assert hrefs(page.all(".contents a")) == [f"#{heading['id']}" for heading in page.all(".text section h2")]


class TestEveryPage:
    PATHS = (
        "/",
        "/search?q=时间谷",
        "/search?q=量子",
        "/articles/a1?q=时间谷",
        "/help",
        "/articles/a1?q=时间谷&n=1",
        "/search?q=时间谷&view=concordance",
        "/search?q=量子&view=concordance",
        "/search?q=时间谷 日期:2023 OR 日期:2024",
        "/facets/park?q=时间谷",
        "/coverage",
        "/batch",
        "/figures?q=时间谷&kind=money",
        "/figures?q=量子",
        "/names/park",
        "/names/park/船山时间谷",
        "/timeline",
        "/timeline?q=时间谷",
        "/none",
        "/search?q=" + "谷" * 300,
    )

    @pytest.mark.parametrize("path", PATHS)
    def test_has_language_title_skip_link_and_one_heading(self, get, path):
        page = get(path)
        assert page.one("html")["lang"] == "zh-CN"
        assert page.one("head title").text.strip()
        assert page.one("main")["id"] == page.one("a.skip")["href"].removeprefix("#")
        assert page.one("h1").text.strip()

    @pytest.mark.parametrize("path", PATHS)
    def test_has_no_inline_style_or_script(self, get, path):
        page = get(path)
        assert not page.all("style, script:not([src]), [style]")
        assert not [name for tag in page.all("*") for name in tag.attrs if name.startswith("on")]

    @pytest.mark.parametrize("path", PATHS)
    def test_has_no_id_twice(self, get, path):
        ids = [tag["id"] for tag in get(path).all("[id]")]
        assert len(ids) == len(set(ids))

    @pytest.mark.parametrize("path", PATHS)
    def test_links_lead_somewhere(self, get, path):
        page = get(path)
        for href in hrefs(page.all("a[href]")):
            if href.startswith("#"):
                page.one(f'[id="{href[1:].split(":~:")[0]}"]')
            else:
                assert get(href.split("#")[0]).status == 200, href


def test_opensearch_description_is_xml_with_the_search_address(get):
    import xml.etree.ElementTree as ET

    reply = get("/opensearch.xml")
    assert reply.headers["Content-Type"].startswith("application/opensearchdescription+xml")
    root = ET.fromstring(reply.response.data)
    templates = {url.get("type"): url.get("template") for url in root.iter("{http://a9.com/-/spec/opensearch/1.1/}Url")}
    assert templates["text/html"] == "http://localhost/search?q={searchTerms}"
