"""Results by article, reading, concordance, batch search, exports and feeds: from one to the other as a reader goes."""

import csv
import io
import json
import xml.etree.ElementTree as ET
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

import pytest

from indexer.search.results import ArticleInfo, Facet
from tests.webui.fake_index import FakeIndex
from tests.webui.sample import article
from webui.article_view import bibtex, citation, clause
from webui.batch_view import lines_of

ATOM = {"a": "http://www.w3.org/2005/Atom", "o": "http://a9.com/-/spec/opensearch/1.1/"}


def facets(*counted):
    return tuple(Facet(value, count) for value, count in counted)


def query_of(href):
    return {name: values[0] for name, values in parse_qs(urlsplit(href).query).items()}


class TestGroups:
    def test_article_stands_once_with_three_passages_and_the_rest_counted(self, get, index):
        found = index.search_articles("时间谷").groups
        hits = get("/search?q=时间谷").all("article.hit")
        assert [hit["data-place"] for hit in hits] == [group.hits[0].passage.id for group in found]
        assert max(len(hit.select(".passage")) for hit in hits) <= 3
        rest = {hit["data-place"].split("-")[0]: hit.select_one(".rest") for hit in hits}
        assert rest["a1"].text.startswith("本文还有 1 处")
        assert rest["a4"] is None

    def test_pages_hold_every_article_once(self, browse, many):
        get = browse(many)
        ids = [hit["data-place"] for page in (1, 2, 3) for hit in get(f"/search?q=谷&page={page}").all("article.hit")]
        assert len(set(ids)) == 30

    def test_figures_stand_under_their_passage(self, get):
        facts = get("/search?q=占地约三百亩").all(".fact")
        assert [(fact.select_one(".label").text, fact.b.text) for fact in facts] == [
            ("占地", "约三百亩"),
            ("总投资", "6.5亿元"),
            ("总投资", "8亿元"),
        ]
        assert query_of(facts[0]["href"]) == {"q": '"船山时间谷"', "metric": "占地"}

    def test_rewriting_can_be_undone(self, get, index):
        index.overrides = {"corrected": "船山时间谷", "rewritten": True}
        undo = next(link for link in get("/search?q=时间谷").all(".understood a") if "照原样" in link.text)
        assert query_of(undo["href"]) == {"q": "时间谷", "verbatim": "1"}
        get(undo["href"])
        assert index.asked[-1]["verbatim"] is True


class TestFacets:
    def test_second_value_is_an_alternative_and_counts_stay(self, get):
        first = get("/search?q=时间谷 日期:2023")
        values = {each.select_one(".value").text: each for each in first.all(".facets li") if each.a}
        assert values["2024"].select_one(".count").text == "4"
        assert query_of(values["2024"].a["href"]) == {"q": "时间谷 日期:2023 OR 日期:2024"}
        both = get(values["2024"].a["href"])
        assert {each.select_one(".value").text for each in both.all(".facets .chosen")} == {"2023", "2024"}

    def test_page_of_a_facet_lists_and_filters(self, get):
        page = get("/facets/park?q=走廊")
        assert {each.bdi.text for each in page.all(".facet-values li")} == {"船山时间谷", "数字经济走廊"}
        narrowed = get("/facets/park?q=走廊&part=时间&order=name")
        assert [each.bdi.text for each in narrowed.all(".facet-values li")] == ["船山时间谷"]
        assert get("/facets/colour?q=走廊").status == 404

    def test_histogram_has_a_table_that_says_the_same(self, get):
        rows = get("/search?q=时间谷").all(".dates table tbody tr")
        assert [(row.th.text, row.td.text) for row in rows] == [("2023年", "1"), ("2024年", "4")]
        assert query_of(rows[0].a["href"]) == {"q": "时间谷 日期:2023"}

    def test_histogram_leaves_out_nobody_unsaid(self, browse):
        """Two articles with a month, one with its year alone, one without a date: bars of years, and a note."""
        dates = ("2021-10", "2021-12", "2022", None)
        held = tuple(article(f"d{n}", "无题", [("body", "园区")], date=date) for n, date in enumerate(dates))
        index = FakeIndex(held)
        index.overrides = {
            "facets": {"year": facets(("2021", 2), ("2022", 1)), "month": facets(("2021-10", 1), ("2021-12", 1))}
        }
        page = browse(index)("/search?q=园区")
        assert [row.th.text for row in page.all(".dates tbody tr")] == ["2021年", "2022年"]
        assert page.text(".dates .note") == "另有1段日期不详。"
        index.overrides["facets"]["month"] += facets(("2022-01", 1))
        months = [row.th.text for row in browse(index)("/search?q=园区").all(".dates tbody tr")]
        assert months == ["2021年10月", "2021年12月", "2022年1月"]

    @pytest.mark.parametrize(
        ("given", "condition"),
        [("from=2021&to=2022", " 日期:2021..2022"), ("from=2021-10&to=", " 日期:2021-10.."), ("from=&to=", "")],
    )
    def test_form_of_dates_becomes_a_condition(self, get, given, condition):
        reply = get(f"/search?q=时间谷&{given}")
        assert reply.status == 302
        assert query_of(reply.headers["Location"]) == {"q": f"时间谷{condition}"}


class TestReading:
    def test_result_leads_to_its_neighbours_and_back_to_its_place(self, get):
        first = get("/search?q=时间谷").all(".hit h2 a")[0]["href"]
        page = get(first.split("#")[0])
        trail = page.one(".trail")
        assert "第 1 篇，共 3 篇" in trail.text
        assert trail.select_one("[rel=prev]") is None
        second = get(trail.select_one("[rel=next]")["href"].split("#")[0])
        assert "第 2 篇" in second.text(".trail") or "第2篇" in second.text(".trail")
        back = second.all(".trail a")[0]["href"]
        assert urlsplit(back).fragment == "r2"
        assert get(back.split("#")[0]).one("#r2")

    def test_place_in_a_list_that_has_changed_is_not_claimed(self, get):
        assert not get("/articles/a1?q=时间谷&n=3").all(".trail [rel]")

    def test_names_and_figures_lead_on_where_nothing_is_marked(self, get):
        known = get("/articles/a1").all(".known")
        assert [unquote(link["href"]) for link in known if link.text == "船山时间谷"] == ["/names/park/船山时间谷"]
        assert query_of(next(link for link in known if link.text == "6.5亿元")["href"])["metric"] == "总投资"
        assert not [link for link in get("/articles/a1?q=船山时间谷").all(".known") if link.text == "船山时间谷"]

    def test_passage_has_a_plain_link_with_a_whole_clause(self, get):
        link = get("/articles/a1").one("#p1 .pin")["href"]
        assert unquote(link) == "#p1:~:text=清晨七点"

    def test_similar_articles_say_what_is_shared(self, get):
        section = get("/articles/a1").one("section[aria-labelledby=similar]")
        assert "数字走廊十年账本" in section.text
        assert "都提到 船山时间谷" in section.text

    def test_citations_stand_ready_to_be_copied(self, get):
        page = get("/articles/a1")
        assert page.one("#cite-gbt").text == "闻雁来, 谭小舟. 时间谷里的第一批表匠[N]. 雁城晚报, 2024-12-06."
        assert {button["data-copy"] for button in page.all("button[data-copy]")} == {"cite-gbt", "cite-bibtex"}


def article_by(*authors, date="2024-12-06", source="甲报", title="题"):
    return ArticleInfo("x", title, date, source, authors, "x.txt")


@pytest.mark.parametrize(
    ("article", "cited"),
    [
        pytest.param(article_by("甲", "乙", "丙", "丁"), "甲, 乙, 丙, 等. 题[N]. 甲报, 2024-12-06.", id="four-authors"),
        pytest.param(article_by(date=None), "题[N]. 甲报.", id="no-author-no-date"),
        pytest.param(article_by("甲", source=None, date="2023"), "甲. 题[N]. 2023.", id="no-source"),
    ],
)
def test_citation_follows_the_standard(article, cited):
    assert citation(article) == cited


def test_bibtex_holds_no_command():
    entry = bibtex(article_by("张\\input{x}", title="50%的{事} $x$"), "http://h/articles/x")
    assert entry.splitlines()[1:3] == ["  author = {张 input x },", "  title = {{50 的 事   x }},"]
    assert entry.count("{") == entry.count("}")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("清晨七点，灯亮了。", "清晨七点"), ("“钱不是问题，人是。”", "钱不是问题"), ("短。", ""), ("", "")],
)
def test_clause_is_a_whole_one(text, expected):
    assert clause(text) == expected


class TestConcordance:
    def test_every_occurrence_stands_between_its_context_in_time_order(self, get, index):
        page = get("/search?q=时间谷&view=concordance")
        rows = page.all(".kwic tbody tr")
        lines = index.concordance("时间谷").lines
        assert len(rows) == len(lines)
        for row, line in zip(rows, lines, strict=True):
            before, keyword, behind = (row.select_one(each).text.strip("…") for each in (".before", "mark", ".behind"))
            assert keyword == "时间谷"
            assert before + keyword + behind in line.passage.text
        dates = [row.time["datetime"] for row in rows if row.time]
        assert dates == sorted(dates)

    def test_other_views_keep_how_the_query_is_answered(self, get):
        """Relaxed to a step, and without other spellings: so it stays on the way to the lines and back."""
        how = {"q": "时间谷 芯片", "rung": "all", "verbatim": "1"}
        views = {each.text: each for each in get(f"/search?{urlencode(how)}").all(".views nav a")}
        assert query_of(views["逐处"]["href"]) == how | {"view": "concordance"}
        back = {each.text: each for each in get(views["逐处"]["href"]).all(".views nav a")}
        assert query_of(back["段落"]["href"]) == how

    def test_article_leads_back_to_the_lines(self, get):
        line = get("/search?q=时间谷&view=concordance").all(".kwic th a")[0]["href"]
        back = get(line.split("#")[0]).all(".trail a")[0]["href"]
        assert query_of(back) == {"q": "时间谷", "view": "concordance"}

    def test_file_has_the_same_lines(self, get, index):
        file = get("/search?q=时间谷&view=concordance").one("a[download]")["href"]
        rows = list(csv.reader(io.StringIO(get(file).response.data.decode("utf-8-sig"), newline="")))
        assert [row[6] for row in rows[1:]] == ["时间谷"] * len(index.concordance("时间谷").lines)

    def test_nothing_found_is_a_good_page(self, get):
        assert get("/search?q=量子&view=concordance").text("h1") == "没有找到“量子”"


class TestExports:
    def files(self, get):
        return {link.text: get(link["href"]) for link in get("/search?q=时间谷&sort=date").all(".files a[download]")}

    def test_files_hold_what_the_search_finds_in_its_order(self, get, index):
        files = self.files(get)
        ids = [hit.passage.id for hit in index.search("时间谷", limit=100, sort="date").hits]
        table = files["CSV"].response.data
        assert table.startswith("\ufeff".encode())
        assert [row[4] for row in csv.reader(io.StringIO(table.decode("utf-8-sig"), newline=""))][1:] == ids
        assert [json.loads(line)["passage"]["id"] for line in files["JSONL"].html.splitlines()] == ids
        assert [hit["passage"]["id"] for hit in json.loads(files["JSON"].html)] == ids
        assert "时间谷" in files["JSONL"].html

    def test_nothing_found_is_an_empty_file_not_a_broken_one(self, get):
        assert json.loads(get("/search.json?q=量子").html) == []
        assert get("/search.jsonl?q=量子").html == ""

    @pytest.mark.parametrize(
        ("path", "status"), [("/search.exe?q=谷", 404), ("/search.csv?q=", 302), ("/search.csv?q=" + "谷" * 257, 400)]
    )
    def test_what_cannot_be_exported_says_so(self, get, path, status):
        assert get(path).status == status


class TestFeed:
    def test_newest_passages_with_stable_ids(self, get, index):
        assert (
            get("/search?q=时间谷").one("link[type='application/atom+xml']")["href"]
            == get("/search?q=时间谷").all(".files a")[-1]["href"]
        )
        reply = get("/search.atom?q=时间谷")
        assert reply.headers["Content-Type"].startswith("application/atom+xml")
        root = ET.fromstring(reply.response.data)
        hits = index.search("时间谷", limit=100, sort="date").hits
        ids = [entry.findtext("a:id", namespaces=ATOM) for entry in root.findall("a:entry", ATOM)]
        assert ids == [f"urn:yansou:{hit.passage.id}" for hit in hits]
        assert root.findtext("o:totalResults", namespaces=ATOM) == str(len(hits))
        updated = [entry.findtext("a:updated", namespaces=ATOM) for entry in root.findall("a:entry", ATOM)]
        assert updated[0] == "2024-12-06T00:00:00+08:00"

    def test_hostile_article_leaves_the_feed_whole(self, browse, hostile_index):
        root = ET.fromstring(browse(hostile_index)("/search.atom?q=靶").response.data)
        assert len(root.findall("a:entry", ATOM)) == 2


class TestBatch:
    def post(self, app_over, index, **form):
        return app_over(index).test_client().post("/batch", data=form, buffered=True)

    def test_each_line_has_its_counts_and_first_passage(self, app_over, index):
        page = self.post(app_over, index, list="时间谷\n量子\n\n时间谷\n").get_data(as_text=True)
        assert page.count('scope="row"') == 2
        assert "2 行，1 行有结果" in page

    def test_file_is_read_and_answered_as_a_table(self, app_over, index):
        upload = (io.BytesIO("名称,备注\n时间谷,园区\n".encode("gb18030")), "list.csv")
        reply = self.post(app_over, index, file=upload, form="csv")
        rows = list(csv.reader(io.StringIO(reply.get_data().decode("utf-8-sig"), newline="")))
        assert [row[:2] for row in rows[1:]] == [["名称", "0"], ["时间谷", "6"]]

    def test_too_long_a_list_is_refused_with_its_length(self, app_over, index):
        reply = self.post(app_over, index, list="\n".join(f"名{n}" for n in range(201)))
        assert reply.status_code == 400
        assert "201 行" in reply.get_data(as_text=True)

    def test_too_long_a_line_spoils_no_other(self, app_over, shipped):
        page = self.post(app_over, shipped, list="区块链\n" + "谷" * 257).get_data(as_text=True)
        assert "2 行，1 行有结果" in page
        assert "查询共 257 个字符" in page

    def test_endless_body_is_refused(self, app_over, index):
        assert self.post(app_over, index, list="谷" * 200_000).status_code == 413

    @pytest.mark.parametrize(
        ("text", "lines"),
        [
            ("甲\r\n乙,丙\n\n 丁  戊 \n甲", ("甲", "乙", "丁 戊")),
            ('"甲,乙",丙', ("甲,乙",)),
            ("\ufeff甲\n,空", ("甲",)),
            ("", ()),
        ],
    )
    def test_lines_are_the_first_column(self, text, lines):
        assert lines_of(text) == lines


class TestHoldings:
    def test_calendar_counts_articles_by_month(self, get):
        rows = get("/coverage").all(".calendar tbody tr")
        assert [row.th.text for row in rows] == ["2024", "2023", "2021"]
        links = rows[0].select("td a")
        assert [query_of(link["href"]) for link in links] == [{"q": "类型:标题 日期:2024-12", "sort": "date"}]
        assert "1 篇只知年份" in rows[1].text

    def test_rejected_files_are_named_with_the_reason(self, get, index, monkeypatch):
        status = index.status()
        status.rejected = (("坏.txt", "不是文本"),)
        monkeypatch.setattr(index, "status", lambda: status)
        assert "坏.txt不是文本" in get("/coverage").text(".rejected")

    def test_start_page_shows_years_newest_and_most_mentioned(self, get):
        page = get("/")
        assert [link.text.split("年")[0][:4] for link in page.all(".years a")] == ["2024", "2023", "2021"]
        assert page.all(".newest a")[0].text == "时间谷里的第一批表匠"
        assert page.all(".mentioned a")[0].text == "船山时间谷"


def test_browsers_are_told_how_to_search_suggest_and_install(get):
    assert json.loads(get("/opensearch/suggest?q=船山").html) == ["船山", ["船山时间谷", "船山"]]
    assert json.loads(get("/opensearch/suggest?q=").html) == ["", []]
    manifest = get(get("/").one("link[rel=manifest]")["href"])
    assert manifest.headers["Content-Type"].startswith("application/manifest+json")
    about = json.loads(manifest.html)
    assert (about["name"], about["start_url"]) == ("雁搜", "/")
    assert get(about["icons"][0]["src"]).status == 200
