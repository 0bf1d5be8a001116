"""Each command gives what the engine gives, to readers and to programs, with the right exit status."""

from __future__ import annotations

import csv
import io
import json

import pytest

from indexer import open_index


@pytest.fixture
def hits(shipped_index):
    """The hits of the engine for a query."""

    def find(query, **options):
        with open_index(shipped_index) as index:
            return index.search(query, **options).hits

    return find


def untimed(results):
    return results | {"took_ms": None}


# -- search ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("args", "options"),
    [
        pytest.param(["数字经济"], {}, id="plain"),
        pytest.param(["船山时间谷", "投资"], {}, id="two-words"),
        pytest.param(
            ["数字经济", "-n", "3", "--offset", "2", "--sort", "date"],
            {"limit": 3, "offset": 2, "sort": "date"},
            id="page",
        ),
        pytest.param(["数字经济", "--rung", "all"], {"rung": "all"}, id="rung"),
    ],
)
def test_search_json_is_what_the_engine_answers(run, shipped_index, args, options):
    result = run("search", *args, "--json")
    assert result.exit_code == 0
    query = " ".join(arg for arg in args if not arg.startswith("-") and arg not in {"3", "2", "date", "all"})
    with open_index(shipped_index) as index:
        assert untimed(json.loads(result.stdout)) == untimed(index.search(query, **options).to_json())
    assert result.stderr == ""


def test_search_on_a_pipe_gives_one_whole_passage_a_line(run, hits):
    result = run("search", "数字经济", "-n", "5")
    lines = [line.split("\t") for line in result.stdout.splitlines()]
    assert lines == [
        [f"{hit.score:.4f}", hit.article.date or "", hit.article.title, hit.passage.id, hit.passage.text]
        for hit in hits("数字经济", limit=5)
    ]
    assert "\x1b" not in result.stdout


def test_search_says_on_stderr_what_a_pipe_does_not_hold(run):
    assert "第 1–5 段，共 " in run("search", "数字经济", "-n", "5").stderr


def test_search_json_lines_and_csv_hold_the_same_hits(run, hits):
    ids = [hit.passage.id for hit in hits("数字经济")]
    lines = run("search", "数字经济", "--jsonl").stdout.splitlines()
    assert [json.loads(line)["passage"]["id"] for line in lines] == ids
    table = list(csv.DictReader(io.StringIO(run("search", "数字经济", "--csv").stdout, newline="")))
    assert [row["passage"] for row in table] == ids
    assert [row["text"] for row in table] == [hit.passage.text for hit in hits("数字经济")]


def test_search_begins_csv_with_bom_only_when_asked(run):
    assert run("search", "数字经济", "--csv", "--bom").stdout_bytes.startswith(b"\xef\xbb\xbfscore,")
    assert run("search", "数字经济", "--csv").stdout_bytes.startswith(b"score,")


def test_search_puts_long_lists_together_from_pages(run, hits, monkeypatch):
    everything = [hit.passage.id for hit in hits("数字经济", limit=18)]
    monkeypatch.setattr("indexer.search.engine.MAX_LIMIT", 7)
    lines = run("search", "数字经济", "-n", "18").stdout.splitlines()
    assert [line.split("\t")[3] for line in lines] == everything


def test_search_finding_nothing_says_what_could_help(run):
    result = run("search", "魑魅魍魉")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.startswith("没有找到：含“魑魅魍魉”\n")
    assert "yansou status" in result.stderr


@pytest.mark.parametrize("form", ["--json", "--jsonl", "--csv"])
def test_search_finding_nothing_ends_with_one_in_every_form(run, form):
    assert run("search", "魑魅魍魉", form).exit_code == 1


def test_search_past_the_last_hit_says_so(run):
    result = run("search", "数字经济", "--offset", "5000")
    assert result.exit_code == 1
    assert "从第 5001 段起没有了" in result.stderr


@pytest.mark.parametrize("excluded", ["-长沙", "-China", "-AI"])
def test_search_takes_a_word_behind_a_dash_as_excluded(run, excluded):
    result = json.loads(run("search", excluded, "数字经济", "--json").stdout)
    assert result["interpreted"] == f"含“数字经济”，不含“{excluded[1:]}”"


def test_search_tells_a_corrected_spelling(run):
    result = run("search", "cssjg")
    assert result.exit_code == 0
    assert "拼音" in result.stderr


def test_search_explains_the_ladder(run):
    result = run("search", "船山时间谷", "投资", "--explain")
    assert result.stderr.startswith(
        "查询：含“船山时间谷”和“投资”\n阶梯：原样出现 0 段  >  同一句中 0 段  >  同一段中 1 段"
    )


# -- show ------------------------------------------------------------------------------------------------------------


def test_show_gives_the_whole_article_marked(run, hits):
    hit = hits("数字经济日 类型:图片说明")[0]
    result = run("show", hit.article.id, "--query", "数字经济日")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0].replace("【", "").replace("】", "") == hit.article.title
    assert f"{hit.article.id}  ·  {hit.article.path}" in lines
    assert "【数字经济日】" in result.stdout
    assert any(line.startswith("〔图〕") for line in lines)
    assert any(line.startswith("◆ ") for line in lines)


def test_show_without_query_marks_nothing(run, hits):
    assert "【" not in run("show", hits("船山时间谷")[0].article.id).stdout


def test_show_points_at_the_passage_of_a_hit(run, hits):
    passage = hits("船山时间谷 投资")[0].passage
    pointed = [line for line in run("show", passage.id).stdout.splitlines() if line.startswith("┃ ")]
    assert pointed == [f"┃ {passage.text}"]


def test_show_json_is_what_the_engine_answers(run, shipped_index, hits):
    article_id = hits("船山时间谷")[0].article.id
    with open_index(shipped_index) as index:
        expected = index.article(article_id, "船山时间谷").to_json()
    assert json.loads(run("show", article_id, "-q", "船山时间谷", "--json").stdout) == expected


@pytest.mark.parametrize("missing", ["nope", "7dc5a8ec0835-9999", "7dc5a8ec0835-x", "\x1b[2J"])
def test_show_of_an_unknown_article_finds_nothing(run, missing):
    result = run("show", missing)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "yansou search" in result.stderr
    assert "\x1b" not in result.stderr


# -- index and status ------------------------------------------------------------------------------------------------


def test_index_reports_and_follows_its_folders(run, tmp_path):
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "a.txt").write_text("园区开工\n\n第一个项目今天开工，总投资十亿元。\n", "utf-8")
    (corpus / "空.txt").write_text("", "utf-8")
    index = str(tmp_path / "index")
    first = run("index", str(corpus), "--index", index, "--json")
    assert first.exit_code == 0
    report = json.loads(first.stdout)
    assert (report["added"], report["articles"], report["rejected"][0]["path"]) == (1, 1, "空.txt")
    (corpus / "b.txt").write_text("第二个园区\n\n第二个项目也开工了。\n", "utf-8")
    second = run("index", str(corpus), "--index", index)
    assert second.exit_code == 0
    assert second.stdout == ""
    assert "新增 1，未变 1；共 2 篇文章" in second.stderr
    assert "拒收 1 个文件：\n  空.txt：" in second.stderr
    with open_index(index) as opened:
        assert opened.search("第二个项目").total == 1


def test_index_takes_a_dictionary_and_says_when_it_changes(run, tmp_path):
    words = tmp_path / "words.txt"
    words.write_text("量子谷\n", "utf-8")
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "a.txt").write_text("题目\n\n量子谷在城北开工建设。\n", "utf-8")
    args = ("index", str(tmp_path / "corpus"), "--index", str(tmp_path / "index"))
    assert run(*args, "--dictionary", str(words)).exit_code == 0
    changed = run(*args)
    assert changed.exit_code == 2
    assert "yansou index --full" in changed.stderr
    assert run(*args, "--full").exit_code == 0


def test_status_json_is_what_the_engine_answers(run, shipped_index):
    with open_index(shipped_index) as index:
        expected = index.status().to_json()
    assert json.loads(run("status", "--json").stdout) == expected | {"dates": list(expected["dates"])}


def test_status_tells_readers_what_the_index_holds(run, shipped_index):
    with open_index(shipped_index) as index:
        status = index.status()
    text = run("status").stdout
    assert f"文章  {status.articles} 篇" in text
    assert f"段落  {status.passages} 段" in text
    assert f"索引  {shipped_index}" in text


# -- what goes wrong -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "args",
    [["search", "园区"], ["show", "7dc5a8ec0835"], ["status"], ["serve", "--port", "0"]],
    ids=lambda args: args[0],
)
def test_no_index_is_one_line_with_the_next_step(run, tmp_path, args):
    result = run(*args, "--index", str(tmp_path / "nowhere"))
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert "nowhere" in result.stderr
    assert "yansou index" in result.stderr


def test_no_corpus_is_one_line(run, tmp_path):
    result = run("index", str(tmp_path / "nowhere"), "--index", str(tmp_path / "index"))
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert "nowhere" in result.stderr


def test_index_that_cannot_be_written_is_one_line(run, tmp_path):
    (tmp_path / "corpus").mkdir()
    (tmp_path / "file").touch()
    result = run("index", str(tmp_path / "corpus"), "--index", str(tmp_path / "file"))
    assert result.exit_code == 2
    assert result.stderr.startswith(f"错误：无法读写 {tmp_path / 'file'}：")
    assert result.stderr.count("\n") == 1


def test_bugs_keep_their_traceback(run, monkeypatch):
    def broken(path, **_):
        raise ZeroDivisionError

    monkeypatch.setattr("indexer.search.engine.open_index", broken)
    assert isinstance(run("status").exception, ZeroDivisionError)
