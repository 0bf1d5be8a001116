"""The real command as a user meets it: on a terminal, in a pipe, interrupted, over hostile files."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import ExitStack
from pathlib import Path

import pytest
from click.testing import CliRunner
from wcwidth import wcswidth

from indexer.cli import yansou

COMMAND = str(Path(sys.executable).with_name("yansou"))
STYLE = re.compile(r"\x1b\[[0-9;]*m")
CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
HOSTILE = "标\x1b]0;夺\x07题\u202e倒\n\n总投资\x1b[2J一百亿元，\u2066占地\x9b31m五百亩，第一期今年开工。\n\n=cmd|'/C calc'!A0 是一段会被表格当成公式的话。\n"


def test_results_on_a_terminal_are_coloured_and_fit(on_terminal):
    status, shown = on_terminal("search", "数字经济", "-n", "4")
    assert status == 0
    assert shown.startswith("含“数字经济”  ·  原样出现  ·  共 ")
    assert "\x1b[1;31m数字经济\x1b[0m" in shown
    assert re.search(r"yansou show [0-9a-f]{12}-\d+", shown)
    assert "--offset 4" in shown
    assert max(wcswidth(line) for line in STYLE.sub("", shown).splitlines()) <= 80


@pytest.mark.parametrize("columns", [40, 200])
def test_lines_follow_the_terminal_up_to_what_reads_well(on_terminal, columns):
    _, shown = on_terminal("search", "数字经济", "-n", "4", COLUMNS=str(columns))
    widest = max(wcswidth(line) for line in STYLE.sub("", shown).splitlines())
    assert min(columns, 88) - 12 < widest <= min(columns, 88)


def test_quotes_can_be_counted_as_two_columns(on_terminal):
    _, shown = on_terminal("search", "算式", "--ambiguous-width", "2")
    lines = STYLE.sub("", shown).splitlines()
    assert max(wcswidth(line, ambiguous_width=2) for line in lines) <= 80


@pytest.mark.parametrize(
    ("args", "env"), [(["--color", "never"], {}), ([], {"NO_COLOR": "1"}), ([], {"TERM": "dumb"})], ids=str
)
def test_without_colours_matches_stand_in_brackets(on_terminal, args, env):
    _, shown = on_terminal("search", "数字经济", *args, **env)
    assert "\x1b" not in shown
    assert "【数字经济】" in shown


def test_article_on_a_terminal_fits_and_is_marked(on_terminal):
    _, listed = on_terminal("search", "船山时间谷", "投资")
    passage = re.search(r"yansou show (\S+?)[\x1b\n]", listed).group(1)
    status, shown = on_terminal("show", passage, "-q", "投资")
    assert status == 0
    assert "\x1b[1;31m投资\x1b[0m" in shown
    assert "┃ " in shown
    assert max(wcswidth(line) for line in STYLE.sub("", shown).splitlines()) <= 80


def test_errors_on_a_terminal_are_coloured_in_one_line(on_terminal):
    status, shown = on_terminal("search", "园区", "--index", "/nowhere")
    assert status == 2
    assert shown.startswith("\x1b[1;31m错误：\x1b[0m")
    assert shown.count("\n") == 1


def test_title_of_a_hit_is_marked_and_not_repeated(on_terminal):
    _, shown = on_terminal("search", "船山时间谷", "类型:标题", "--color", "never")
    assert shown.count("【船山时间谷】") == 1


@pytest.fixture
def hostile_index(tmp_path, write_files, update):
    write_files(tmp_path / "corpus", {"a\x1b[2J.txt": HOSTILE, "空\u202e.txt": ""})
    update([tmp_path / "corpus"], tmp_path / "index")
    return str(tmp_path / "index")


@pytest.mark.parametrize("form", [[], ["--json"], ["--jsonl"], ["--csv"], ["--color", "never"]], ids=str)
def test_hostile_article_cannot_steer_the_terminal(on_terminal, hostile_index, form):
    status, shown = on_terminal("search", "一百亿元", "--index", hostile_index, *form)
    assert status == 0
    assert "一百亿元" in shown
    shown = shown.replace("\r\n", "\n")  # the lines of CSV end so
    assert not CONTROLS.search(STYLE.sub("", shown))


def test_hostile_names_cannot_steer_the_terminal(on_terminal, hostile_index):
    found = CliRunner().invoke(yansou, ["search", "一百亿元", "--index", hostile_index, "--json"]).stdout
    article_id = json.loads(found)["hits"][0]["article"]["id"]
    for args in (["show", article_id], ["status"]):
        status, shown = on_terminal(*args, "--index", hostile_index)
        assert status == 0
        assert "␛[2J" in shown or "空.txt" in shown
        assert not CONTROLS.search(STYLE.sub("", shown))


def test_hostile_file_names_are_reported_harmless(run, hostile_index, tmp_path):
    said = run("index", str(tmp_path / "corpus"), "--index", hostile_index, "--full").stderr
    assert "\n  空.txt：" in said
    assert not CONTROLS.search(said)


@pytest.fixture
def start(environment):
    """Starts the real command; it is ended with the test if it has not ended itself."""
    with ExitStack() as stack:

        def popen(*args):
            process = subprocess.Popen(
                [COMMAND, *args],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=environment,
                # A suite that runs in the background has SIGINT ignored, and so would the command have it.
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
            )
            stack.enter_context(process)
            stack.callback(process.kill)
            return process

        yield popen


def test_reader_that_leaves_is_no_error(start):
    search = start("search", "的", "-n", "100", "--json")
    search.stdout.close()
    assert search.stderr.read() == b""
    assert search.wait() == 0


def test_interrupted_indexing_ends_with_130_and_leaves_no_half(start, tmp_path):
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for number in range(3000):
        (corpus / f"{number}.txt").write_text(f"第{number}号\n\n" + f"第{number}个园区今天开工建设。" * 20, "utf-8")
    process = start("index", str(corpus), "--index", str(tmp_path / "index"))
    give_up = time.monotonic() + 20
    while not (tmp_path / "index").exists() and time.monotonic() < give_up:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=20)
    assert (process.returncode, said.decode()) == (130, "已中断。\n")
    assert CliRunner().invoke(yansou, ["status", "--index", str(tmp_path / "index")]).exit_code == 2


def test_port_in_use_is_told_with_another(start):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = start("serve", "--port", str(port))
        shown, said = process.communicate(timeout=20)
    assert (process.returncode, shown) == (2, b"")
    assert said.decode() == f"错误：端口 {port} 已经有程序在用：换一个，例如 --port {port + 1}\n"


def test_serve_tells_its_address_answers_and_ends_quietly(start):
    process = start("serve", "--port", "0")
    address = process.stdout.readline().decode().strip()
    with urllib.request.urlopen(f"{address}api/v1/status", timeout=10) as answer:
        assert json.load(answer)["articles"] > 0
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=20)
    assert (process.returncode, said) == (0, b"")


def test_data_is_utf_8_whatever_the_locale(environment):
    plain = {name: value for name, value in environment.items() if name != "PYTHONUTF8"}
    found = subprocess.run(
        [COMMAND, "search", "数字经济", "--csv"],
        check=True,
        capture_output=True,
        env=plain | {"PYTHONIOENCODING": "latin-1"},
    )
    assert "数字经济" in found.stdout.decode("utf-8")
