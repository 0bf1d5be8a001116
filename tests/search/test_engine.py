"""The index as its users see it: pages, orders, facets, conditions, articles, newer generations."""

from __future__ import annotations

import threading

import pytest

from indexer.errors import ArticleNotFound, BadRequest, IndexMissing
from indexer.search.engine import MAX_LIMIT, open_index


def article(title, *paragraphs, **head):
    lines = [f"{name}: {value}" for name, value in {"title": title, **head}.items()]
    return "\n".join(["---", *lines, "---", "", *("\n\n".join(paragraphs).splitlines()), ""])


FILES = {
    "2021/a.md": article(
        "园区开园", "园区今天开园，投资5亿元。", "## 来客", "园区的客人来自重庆。", date="2021-05-08", authors="闻一", source="晚报"
    ),
    "2021/b.md": article("园区奠基", "园区今天奠基，投资3亿元。", date="2021-12", authors="谭二"),
    "2023/c.md": article("两年回顾", "园区两年，投产九家。", date="2023", authors="闻一、谭二"),
    "d.md": article("没有日期", "园区没有说日期。"),
    "pictures.md": "# 图片集\n\n园区的照片在下面，一共有一张。\n\n园区大门。（顾影 摄）\n",
}  # fmt: skip


@pytest.fixture(scope="module")
def index(index_of):
    return index_of(FILES)


def paths(results):
    return [hit.article.path for hit in results.hits]


def ids(results):
    return [hit.passage.id for hit in results.hits]


@pytest.mark.parametrize("sort", ["relevance", "date"])
@pytest.mark.parametrize("query", ["园区", "衡阳 产业", "类型:正文", "数字经济走廊建了多少园区"])
def test_pages_together_are_one_long_page(shipped, query, sort):
    whole = shipped.search(query, limit=100, sort=sort)
    pages = [shipped.search(query, limit=7, offset=offset, sort=sort) for offset in range(0, 105, 7)]
    together = [hit for page in pages for hit in page.hits][:100]
    assert together == list(whole.hits)
    assert {page.total for page in pages} == {whole.total}
    assert {(page.rung, page.wider, page.suggestions) for page in pages} == {
        (whole.rung, whole.wider, whole.suggestions)
    }


def test_offset_behind_the_end_gives_an_empty_page(index):
    results = index.search("园区", offset=1000)
    assert (results.hits, results.rung) == ((), "exact")
    assert results.total > 0


def test_scores_fall(shipped):
    for query in ("园区", "衡阳 投资", "万魔声学为什么来"):
        scores = [hit.score for hit in shipped.search(query, limit=100).hits]
        assert scores == sorted(scores, reverse=True)


def test_newest_come_first_and_undated_last(index):
    results = index.search("园区 类型:正文", sort="date", limit=50)
    dates = [hit.article.date for hit in results.hits]
    assert dates == ["2023", "2021-12", "2021-05-08", "2021-05-08", None, None]


def test_facets_count_all_that_is_found(index):
    results = index.search("园区", limit=1)
    assert [(facet.value, facet.count) for facet in results.facets["year"]] == [("2023", 1), ("2021", 5)]
    kinds = {facet.value: facet.count for facet in results.facets["kind"]}
    assert kinds == {"body": 6, "title": 2, "caption": 1}
    assert sum(kinds.values()) == results.total


def test_facets_of_a_condition_are_what_it_keeps(shipped):
    everything = shipped.search("衡阳")
    for facet in everything.facets["year"]:
        assert shipped.search(f"衡阳 日期:{facet.value}", rung=everything.rung).total == facet.count
    for facet in everything.facets["kind"]:
        assert shipped.search(f"衡阳 类型:{facet.value}", rung=everything.rung).total == facet.count


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("日期:2021", {"2021/a.md", "2021/b.md"}),
        ("日期:2021-12", {"2021/b.md"}),
        ("日期:2021-05-08", {"2021/a.md"}),
        ("日期:2021-05-09", set()),
        ("日期:2021-06..2023", {"2021/b.md", "2023/c.md"}),
        ("日期:..2021-06", {"2021/a.md"}),
        ("date:2022..", {"2023/c.md"}),
        ("标题:园区", {"2021/a.md", "2021/b.md"}),
        ("标题:園區開園", {"2021/a.md"}),
        ("作者:闻一", {"2021/a.md", "2023/c.md"}),
        ("記者:闻一", {"2021/a.md", "2023/c.md"}),
        ("作者:聞一", {"2021/a.md", "2023/c.md"}),
        ("author:顾影", {"pictures.md"}),
        ("-作者:闻一", {"2021/b.md", "d.md", "pictures.md"}),
        ("-日期:2021", {"2023/c.md", "d.md", "pictures.md"}),
        ("(日期:2023 OR 标题:奠基)", {"2023/c.md", "2021/b.md"}),
        ("日期:2021 作者:谭二", {"2021/b.md"}),
    ],
)
def test_conditions_keep_what_satisfies_them(index, condition, expected):
    found = index.search(f"{condition} 园区 类型:正文", limit=50)
    assert set(paths(found)) == expected


@pytest.mark.parametrize("kind", ["caption", "图说", "图片", "图片说明"])
def test_captions_can_be_asked_for(index, kind):
    results = index.search(f"园区 类型:{kind}")
    assert [hit.passage.kind for hit in results.hits] == ["caption"]
    assert paths(results) == ["pictures.md"]


def test_headings_can_be_asked_for(index):
    assert [hit.passage.text for hit in index.search("类型:小标题").hits] == ["来客"]


def test_answer_says_how_it_was_understood(index):
    results = index.search('投资 "园区 今天" -奠基 日期:2021')
    assert results.interpreted == "含“投资”和“园区 今天”（原文），不含“奠基”；日期：2021"
    assert index.search("甲 OR (乙 丙)").interpreted == "含（“甲”或（“乙”和“丙”））"
    assert index.search("“赋“码””保护").interpreted == "含“‘赋‘码’’保护”"


def test_hit_tells_all_about_its_article(index):
    (hit,) = index.search("今天开园").hits
    assert (hit.article.title, hit.article.date, hit.article.source, hit.article.authors, hit.article.path) == (
        "园区开园", "2021-05-08", "晚报", ("闻一",), "2021/a.md",
    )  # fmt: skip
    assert hit.passage.id == f"{hit.article.id}-{hit.passage.ordinal}"
    assert (hit.passage.kind, hit.passage.text) == ("body", "园区今天开园，投资5亿元。")
    assert hit.highlights == ((2, 6),)


def test_json_has_the_documented_names(index):
    answer = index.search("今天开园").to_json()
    assert {"query", "interpreted", "rung", "total", "took_ms", "hits", "facets", "suggestions"} <= answer.keys()
    (hit,) = answer["hits"]
    assert {"score", "article", "passage", "highlights"} <= hit.keys()
    assert {"id", "title", "date", "source", "authors", "path"} <= hit["article"].keys()
    assert {"id", "kind", "ordinal", "text"} <= hit["passage"].keys()
    assert hit["highlights"] == [[2, 6]]
    assert answer["facets"]["year"] == [{"value": "2021", "count": 1}]


@pytest.mark.parametrize(
    "options",
    [
        {"limit": 0}, {"limit": MAX_LIMIT + 1}, {"limit": -1}, {"offset": -1}, {"offset": 10_001}, {"sort": "size"}, {"rung": "none"},
        {"rung": "typed"},
    ],
)  # fmt: skip
def test_values_out_of_range_are_refused(index, options):
    with pytest.raises(BadRequest, match=next(iter(options))):
        index.search("园区", **options)


# -- articles ----------------------------------------------------------------------------------------------------------


def test_article_is_whole_and_in_order(index):
    found = index.search("重庆").hits[0]
    view = index.article(found.article.id)
    assert view.article == found.article
    assert [(each.passage.kind, each.passage.text) for each in view.passages] == [
        ("title", "园区开园"),
        ("body", "园区今天开园，投资5亿元。"),
        ("heading", "来客"),
        ("body", "园区的客人来自重庆。"),
    ]
    assert [each.passage.ordinal for each in view.passages] == [0, 1, 2, 3]
    assert all(each.highlights == () for each in view.passages)


def test_article_is_marked_as_its_hits_are(shipped):
    for query in ("数字经济", "衡阳 园区", "100亿", "船山时间骨", "hengyang", "万魔声学为什么来"):
        results = shipped.search(query, limit=200)
        for hit in results.hits[:20]:
            marked = {each.passage.id: each.highlights for each in shipped.article(hit.article.id, query).passages}
            assert marked[hit.passage.id] == hit.highlights, query


@pytest.mark.parametrize("article_id", ["", "0" * 12, "nothing", "x" * 1000, "\ud800", "衡阳"])
def test_unknown_article_is_told(index, article_id):
    with pytest.raises(ArticleNotFound, match="没有编号为"):
        index.article(article_id)


def test_empty_query_marks_nothing_in_an_article(index):
    article_id = index.search("重庆").hits[0].article.id
    assert index.article(article_id, " ") == index.article(article_id)


# -- the index itself --------------------------------------------------------------------------------------------------


def test_status_tells_what_the_index_holds(index):
    status = index.status()
    assert (status.articles, status.passages, status.dates) == (5, 13, ("2021-05-08", "2023"))
    assert status.size_bytes > 1000
    assert status.tokenizer.startswith("yansou ")
    assert status.to_json()["rejected"] == []


def test_missing_index_is_told(tmp_path):
    with pytest.raises(IndexMissing, match="yansou index"):
        open_index(tmp_path / "nowhere")


def test_open_index_sees_each_commit(tmp_path, update, write_files):
    write_files(tmp_path / "corpus", {"a.md": "园区开园。\n"})
    update([tmp_path / "corpus"], tmp_path / "index")
    with open_index(tmp_path / "index") as index:
        first = index.etag
        assert index.search("奠基").total == 0
        write_files(tmp_path / "corpus", {"b.md": "园区奠基。\n"})
        update([tmp_path / "corpus"], tmp_path / "index")
        assert index.search("奠基").total > 0
        assert index.etag != first
        second = index.etag
        update([tmp_path / "corpus"], tmp_path / "index", full=True)
        assert index.search("奠基").total > 0
        assert index.etag != second


def test_threads_share_an_index_while_it_is_rewritten(tmp_path, update, write_files):
    files = {f"{number}.md": f"# 题{number}\n\n园区第{number}期开工，投资{number}亿元。\n" for number in range(12)}
    write_files(tmp_path / "corpus", files)
    update([tmp_path / "corpus"], tmp_path / "index")
    wrong = []
    done = threading.Event()
    with open_index(tmp_path / "index") as index:

        def search():
            while not done.is_set():
                results = index.search("园区 开工", limit=50)
                if not (results.rung == "near" and results.total == len(results.hits) and 12 <= results.total <= 20):
                    wrong.append(results)

        threads = [threading.Thread(target=search) for _ in range(3)]
        for thread in threads:
            thread.start()
        for number in range(12, 20):
            write_files(tmp_path / "corpus", {f"{number}.md": f"# 题{number}\n\n园区第{number}期开工。\n"})
            update([tmp_path / "corpus"], tmp_path / "index")
        done.set()
        for thread in threads:
            thread.join()
        assert index.search("园区 开工").total == 20
    assert wrong == []
