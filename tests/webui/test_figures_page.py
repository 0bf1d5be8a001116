"""The table of figures and its CSV: rows, order, filters, sums, chart, and hostile content."""

import csv
import io
from dataclasses import replace
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from indexer.search.results import Facet
from webui.charts import histogram, year_chart

EVIL = '"><script>alert(1)</script>&amp;'


def query_of(href):
    return {name: values[0] for name, values in parse_qs(urlsplit(href).query).items()}


def column(page, place):
    return ["".join(cell.get_text().split()) for cell in page.all(f".figures-table tbody tr > :nth-child({place})")]


@pytest.fixture
def millions(index):
    """An index of 120 amounts of money, from one to 120 million yuan."""
    model = index.held_figures[1]
    index.held_figures = tuple(replace(model, value=n * 1e6, surface=f"{n}00万元") for n in range(1, 121))
    return index


class TestRows:
    def test_row_tells_what_the_figure_says(self, get):
        page = get("/figures?q=船山时间谷&kind=money")
        first = page.all(".figures-table tbody tr")[0]
        cells = ["".join(cell.get_text().split()) for cell in first.find_all(["th", "td"])]
        assert cells[:5] == ["6.5亿元", "650,000,000元", "总投资", "船山时间谷", "2021年"]
        assert "一期总投资6.5亿元" in cells[5]
        assert "时间谷里的第一批表匠2024年12月6日" in cells[5]

    def test_figure_is_marked_in_its_sentence(self, get):
        marks = get("/figures?kind=money").all(".sentence mark")
        assert [mark.text for mark in marks] == ["6.5亿元", "8亿元", "128亿元"]

    def test_row_leads_to_the_marked_place(self, get):
        link = get("/figures?metric=营业收入").one(".figures-table tbody th a")["href"]
        assert (urlsplit(link).path, query_of(link), urlsplit(link).fragment) == (
            "/articles/a2", {"q": '"128亿元"'}, "p1",
        )  # fmt: skip
        assert [mark.text for mark in get(link).all("#p1 mark")] == ["128亿元"]

    def test_target_is_told_from_fact(self, get):
        assert [row.select_one("th a").text for row in get("/figures").all("tbody tr") if row.select(".badge")] == [
            "8亿元"
        ]

    @pytest.mark.parametrize(
        ("changes", "shown"),
        [
            pytest.param({"bound": "less"}, "近650,000,000元", id="less"),
            pytest.param({"bound": "more"}, "超650,000,000元", id="more"),
            pytest.param({"bound": "about"}, "约650,000,000元", id="about"),
            pytest.param({"value_high": 8e8}, "650,000,000至800,000,000元", id="range"),
            pytest.param({"value": 14.72, "unit": "个"}, "14.72个", id="decimal"),
            pytest.param({"value": 0.1 + 0.2, "unit": "%"}, "0.3%", id="float-noise"),
            pytest.param({"value": 76.0, "unit": None, "kind": "rank"}, "76位", id="rank"),
            pytest.param({"value": -5.0, "unit": "%"}, "-5%", id="negative"),
            pytest.param({"value": 0.0, "unit": "%"}, "0%", id="zero"),
            pytest.param({"value": 2e-7, "unit": "米"}, "2e-07米", id="tiny"),
            pytest.param({"value": 1.2e16}, "12,000万亿元", id="beyond-digits"),
        ],
    )
    def test_value_is_written_out(self, get, index, changes, shown):
        index.held_figures = (replace(index.held_figures[1], **changes),)
        assert column(get("/figures"), 2) == [shown]

    def test_year_stands_behind_a_period_that_does_not_name_it(self, get):
        assert column(get("/figures"), 5) == ["", "2021年", "", "去年（2023）", "", "上年（2022）", "2022年"]

    def test_sentence_that_is_not_in_its_passage_gives_way_to_it(self, get, index):
        index.held_figures = (replace(index.held_figures[1], sentence="别处的一句。"),)
        assert get("/figures").one(".sentence mark").text == "6.5亿元"

    def test_nothing_found_leads_on(self, get):
        page = get("/figures?q=量子")
        assert page.status == 200
        assert "没有符合的数字" in page.text(".list")
        assert query_of(page.one(".list a")["href"]) == {"q": "量子"}

    def test_asks_what_was_asked(self, get, index):
        get("/figures?q=总投资>=5亿元&kind=money&metric=总投资&subject=甲&year=2021&target=false&sort=-value&page=1")
        assert index.asked[0] == {
            "query": "总投资>=5亿元", "limit": 50, "offset": 0, "sort": "-value", "kind": "money", "metric": "总投资",
            "subject": "甲", "year": "2021", "target": False,
        }  # fmt: skip

    def test_tells_how_the_query_was_read(self, get, index):
        index.fact_overrides = {"interpreted": "总投资 ≥ 5亿元", "notes": ("已换算为元。",)}
        assert "总投资≥5亿元已换算为元。" in get("/figures?q=投资").text(".understood")

    def test_too_long_a_query_is_refused(self, get):
        assert get("/figures?q=" + "谷" * 257).status == 400
        assert get("/figures.csv?q=" + "谷" * 257).status == 400

    def test_search_box_stays_with_figures(self, get):
        form = get("/figures?q=投资").one("search form")
        assert form["action"] == "/figures"
        assert form.select_one("#q")["value"] == "投资"


class TestOrder:
    @pytest.mark.parametrize(
        ("sort", "header", "order", "next_sort"),
        [
            ("relevance", "数值", None, "-value"),
            ("-value", "数值", "descending", "value"),
            ("value", "数值", "ascending", "-value"),
            ("relevance", "时间", None, "period"),
            ("period", "时间", "ascending", "-period"),
            ("-period", "时间", "descending", "period"),
            ("relevance", "原句与出处", None, "article"),
            ("article", "原句与出处", "ascending", None),
        ],
    )
    def test_header_tells_the_order_and_leads_to_the_next(self, get, sort, header, order, next_sort):
        page = get(f"/figures?kind=money&sort={sort}&page=1")
        cell = next(each for each in page.all("thead th.sortable") if each.text.startswith(header))
        assert cell.get("aria-sort") == order
        wanted = {"kind": "money"} | ({"sort": next_sort} if next_sort else {})
        assert query_of(cell.select_one("a")["href"]) == wanted

    def test_rows_stand_in_the_order_asked_for(self, get):
        assert column(get("/figures?kind=money&sort=-value"), 1) == ["128亿元", "8亿元目标", "6.5亿元"]

    def test_unknown_order_becomes_the_default(self, get, index):
        get("/figures?sort=price")
        assert index.asked[0]["sort"] == "relevance"


class TestFilters:
    def test_value_is_a_link_with_its_count(self, get):
        links = {link.select_one(".value").text: link for link in get("/figures?q=走廊").all(".facets a")}
        assert query_of(links["金额"]["href"]) == {"q": "走廊", "kind": "money"}
        assert links["金额"].select_one(".count").text == "1"
        assert query_of(links["企业"]["href"]) == {"q": "走廊", "metric": "企业"}

    def test_filters_add_up_and_start_afresh(self, get):
        links = {
            link.select_one(".value").text: link for link in get("/figures?kind=money&sort=value").all(".facets a")
        }
        assert query_of(links["2021"]["href"]) == {"kind": "money", "year": "2021", "sort": "value"}
        assert query_of(links["目标或计划"]["href"]) == {"kind": "money", "target": "true", "sort": "value"}

    def test_chosen_value_is_taken_back_by_its_link(self, get):
        chosen = get("/figures?kind=money&year=2021").all(".facets .chosen a")
        assert [query_of(link["href"]) for link in chosen] == [{"year": "2021"}, {"kind": "money"}]

    def test_chosen_filters_are_chips(self, get):
        chips = get("/figures?q=谷&kind=money&target=false&sort=value").all(".chips a")
        assert [chip.bdi.text for chip in chips] == ["类别：金额", "目标：已有事实"]
        assert query_of(chips[0]["href"]) == {"q": "谷", "target": "false", "sort": "value"}

    def test_conditions_of_the_query_are_chips_too(self, get):
        chips = get("/figures?q=谷 总投资>=5亿元&kind=money").all(".chips a")
        assert [chip.bdi.text for chip in chips] == ["总投资>=5亿元", "类别：金额"]
        assert query_of(chips[0]["href"]) == {"q": "谷", "kind": "money"}

    def test_filter_that_finds_nothing_can_be_removed(self, get):
        page = get("/figures?metric=没有的")
        assert [query_of(chip["href"]) for chip in page.all(".chips a")] == [{}]

    def test_only_the_commonest_values_are_offered(self, get, index):
        index.fact_overrides = {"facets": {"metric": tuple(Facet(f"指标{n}", 30 - n) for n in range(30))}}
        labels = [value.text for value in get("/figures?metric=指标20").all(".facets .value")]
        assert labels == [*(f"指标{n}" for n in range(8)), "指标20"]

    @pytest.mark.parametrize("target", ["yes", "", "1", "TRUE"])
    def test_unusable_target_is_left_out(self, get, index, target):
        get(f"/figures?target={target}")
        assert index.asked[0]["target"] is None


class TestPaging:
    def test_pages_keep_filters_and_order(self, browse, millions):
        links = browse(millions)("/figures?q=谷&kind=money&sort=-value&page=2").all(".pagination a")
        assert [link.text for link in links] == ["上一页", "1", "3", "下一页"]
        assert query_of(links[-1]["href"]) == {"q": "谷", "kind": "money", "sort": "-value", "page": "3"}

    def test_pages_go_on_where_the_one_before_ends(self, browse, millions):
        get = browse(millions)
        seen = [value for page in (1, 2, 3) for value in column(get(f"/figures?page={page}"), 1)]
        assert seen == [figure.surface for figure in millions.held_figures]
        assert "第101–120条" in get("/figures?page=3").text(".place")

    def test_page_after_the_last_shows_the_last(self, browse, millions):
        assert column(browse(millions)("/figures?page=9"), 1)[-1] == "12000万元"


class TestSums:
    def test_sum_says_what_it_adds(self, get, index):
        index.fact_overrides = {
            "sums": {"元": 1.45e9},
            "facets": {"metric": (Facet("总投资", 2),), "unit": (Facet("元", 2),)},
        }
        assert get("/figures?metric=总投资").text(".sum b") == "2条“总投资”相加：14.5亿元（1,450,000,000元）"

    def test_no_sum_is_made_up(self, get):
        assert not get("/figures?kind=money").all(".sum")


class TestChart:
    def test_bars_and_table_say_the_same(self, browse, millions):
        page = browse(millions)("/figures")
        in_table = [int(cell.text) for cell in page.all("figure.chart td.number")]
        bars = page.all("figure.chart svg rect")
        assert sum(in_table) == 120  # all found, not only the fifty of this page
        assert len(bars) == len(in_table)
        heights = [float(bar["height"]) for bar in bars]
        assert heights == [pytest.approx(120 * count / max(in_table), abs=0.1) for count in in_table]

    def test_figures_that_do_not_compare_have_none(self, get):
        assert not get("/figures").all("figure.chart")

    def test_areas_compare_in_one_unit(self, get, index):
        area = index.held_figures[0]
        in_mu = [replace(area, value=float(n)) for n in (100, 150, 300, 450)]
        index.held_figures = (*in_mu, replace(area, value=10.0, unit="公顷"))
        assert "亩" in get("/figures").text("figure.chart figcaption")
        counts = {row.th.text: int(row.td.text) for row in get("/figures").all("figure.chart tbody tr")}
        assert counts["100至200"] == 3  # ten hectares are 150 mu

    def test_counts_of_different_things_do_not_compare(self, get, index):
        count = index.held_figures[3]
        index.held_figures = tuple(replace(count, value=float(n), unit=unit) for n, unit in enumerate("家家家人人人"))
        assert not get("/figures").all("figure.chart")


@pytest.mark.parametrize(
    ("values", "edges"),
    [
        pytest.param([1, 2, 3, 4, 10], ["0", "2", "4", "6", "8", "10", "12"], id="even"),
        pytest.param([-5, 0, 5, 9, 12], ["-5", "0", "5", "10", "15"], id="negative"),
        pytest.param(
            [1e6, 3e6, 9e6, 2e7, 9e7],
            ["100万", "200万", "500万", "1000万", "2000万", "5000万", "1亿"],
            id="two-decades",
        ),
        pytest.param(
            [1e6, 1e7, 5e8, 8e9, 1.3e10], ["100万", "1000万", "1亿", "10亿", "100亿", "1000亿"], id="five-decades"
        ),
        pytest.param([1, 1, 1, 1], None, id="too-few"),
        pytest.param([7, 7, 7, 7, 7, 7], None, id="all-the-same"),
        pytest.param([1, 2, 3, 4, float("inf")], None, id="endless"),
    ],
)
def test_histogram_has_round_edges(values, edges):
    chart = histogram([float(value) for value in values], "元")
    assert (chart and [tick.label for tick in chart.ticks]) == edges
    if chart:
        assert sum(bar.count for bar in chart.bars) == len(values)


@pytest.mark.parametrize("low", [1e-9, 0.3, 1.0, 999.0, 1e12])
@pytest.mark.parametrize("span", [1.0000001, 1.5, 19, 21, 1e3, 1e9, 1e200])
def test_histogram_loses_no_value_and_keeps_its_size(low, span):
    values = [low * span ** (n / 30) for n in range(31)]
    chart = histogram(values, "元")
    assert sum(bar.count for bar in chart.bars) == 31
    assert len(chart.bars) <= 14
    assert all(bar.x >= 0 and bar.x + bar.width <= 100 for bar in chart.bars)


def test_years_are_joined_only_where_each_has_one_fact():
    points = [
        (2020, 10.0, "10亿", False),
        (2021, 12.0, "12亿", False),
        (2022, 14.0, "14亿", False),
        (2022, 15.0, "近15亿", False),
    ]
    chart = year_chart(points, "亿")
    assert [dot.label for dot in chart.dots] == ["10亿", "12亿", "14亿", "近15亿"]
    assert len(chart.strokes) == 1
    assert [dot.labelled for dot in chart.dots] == [True, True, True, False]  # no room beside its neighbour
    assert [tick.label for tick in chart.ticks] == ["2020", "2021", "2022"]
    assert year_chart(points[2:], "亿") is None


class TestCsv:
    def read(self, reply):
        return list(csv.reader(io.StringIO(reply.response.data.decode("utf-8-sig"), newline="")))

    def test_is_exactly_this(self, get):
        reply = get("/figures.csv?metric=营业收入")
        assert (
            reply.response.data
            == (
                "\ufeff数字,数值,数值上限,单位,界,类别,指标,主体,时间,年份,目标,原句,文章,文章日期,来源,文章编号,段落\r\n"
                "128亿元,12800000000,,元,,金额,营业收入,数字经济走廊,上年,2022,否,"
                "如今数字经济走廊上有企业430家，上年营业收入合计128亿元，增长17.4%。,"
                "数字走廊十年账本,2023,雁搜示例,a2,1\r\n"
            ).encode()
        )

    def test_obeys_query_filters_and_order(self, get):
        rows = self.read(get("/figures.csv?q=谷&kind=money&sort=-value"))
        assert [row[0] for row in rows[1:]] == ["8亿元", "6.5亿元"]

    def test_has_all_pages(self, browse, millions):
        assert len(self.read(browse(millions)("/figures.csv?page=2"))) == 121

    def test_link_keeps_the_filters_without_the_page(self, browse, millions):
        link = browse(millions)("/figures?kind=money&sort=value&page=2").one("a[download]")["href"]
        assert urlsplit(link).path == "/figures.csv"
        assert query_of(link) == {"kind": "money", "sort": "value"}

    @pytest.mark.parametrize(
        ("text", "cell"),
        [
            ("=1+1", "'=1+1"),
            ("+cmd", "'+cmd"),
            ("-cmd", "'-cmd"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "' =1"),
            ("＝1", "'＝1"),
            ("-5%", "-5%"),
            ("+8.2", "+8.2"),
            ("-1,200.5", "-1,200.5"),
            ("-5+cmd", "'-5+cmd"),
            ('a"b', 'a"b'),
            ("a\r\nb,c", "a  b,c"),
        ],
    )
    def test_formula_is_defused_and_number_kept(self, get, index, text, cell):
        index.held_figures = (replace(index.held_figures[1], surface=text, metric=text),)
        row = self.read(get("/figures.csv"))[1]
        assert (row[0], row[6]) == (cell, cell)

    @pytest.mark.parametrize(
        ("query", "name"),
        [
            ("", "数字.csv"),
            ("总投资>=5亿元", "数字 总投资 =5亿元.csv"),
            ("../../etc/passwd", "数字 etc passwd.csv"),
            ('a"b;c', "数字 a b;c.csv"),
            ("倒\u202egpj", "数字 倒 gpj.csv"),
        ],
    )
    def test_file_is_named_after_the_query(self, get, query, name):
        header = get("/figures.csv", query_string={"q": query}).headers["Content-Disposition"]
        plain, _, encoded = header.partition("; filename*=UTF-8''")
        assert plain == "attachment; filename=yansou.csv"
        assert encoded.isascii()
        assert unquote(encoded) == name

    def test_is_streamed(self, app_over, index):
        response = app_over(index).test_client().get("/figures.csv")
        assert response.is_streamed
        assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
        response.close()


@pytest.mark.parametrize("name", ["surface", "unit", "kind", "metric", "subject", "period", "year", "sentence"])
def test_hostile_fact_stays_text(get, index, tags_of, name):
    index.held_figures = (replace(index.held_figures[1], **{name: EVIL}), index.held_figures[5])
    for path in ("/figures", f"/figures?{name}={EVIL}&q=" + EVIL):
        reply = get(path)
        assert "script" not in {tag for tag, _ in tags_of(reply.html)}
        assert not [attributes for _, attributes in tags_of(reply.html) if "alert" in attributes]
    if name != "sentence":
        assert EVIL in get("/figures").one("main").get_text()
