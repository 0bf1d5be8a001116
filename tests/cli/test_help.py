"""Help and error texts: Chinese, complete, no line wider than the terminal."""

from __future__ import annotations

import re
import shlex

import pytest
from wcwidth import wcswidth

from indexer.cli import yansou

COMMANDS = ["index", "search", "show", "serve", "status", "figures", "names", "verify", "gc", "watch", "config"]
ENGLISH = re.compile(r"Usage|Options|Commands|Show this|default:|required", re.IGNORECASE)


def examples(text):
    """The commands under 例子, each without what the shell does with its output."""
    block = text.split("例子：\n\n")[1].split("\n\n")[0]
    return [re.split(r" [|>#] ?", line.strip())[0] for line in block.splitlines()]


def test_commands_are_those_of_the_plan():
    assert list(yansou.commands) == COMMANDS


@pytest.mark.parametrize("columns", [80, 60])
@pytest.mark.parametrize("command", [[], *([name] for name in COMMANDS)], ids=["yansou", *COMMANDS])
def test_help_is_chinese_and_fits(run, command, columns):
    result = run(*command, "--help", COLUMNS=str(columns))
    assert result.exit_code == 0
    assert not ENGLISH.search(result.stdout)
    too_wide = [line for line in result.stdout.splitlines() if wcswidth(line) > columns]
    # Only examples are left as they are.
    assert all(line.lstrip().startswith(("yansou ", "eval ")) for line in too_wide)
    assert columns < 80 or not too_wide


@pytest.mark.parametrize("command", [[], *([name] for name in COMMANDS)], ids=["yansou", *COMMANDS])
def test_examples_in_help_can_be_typed(run, command):
    for example in examples(run(*command, "--help").stdout):
        program, name, *args = shlex.split(example)
        assert program == "yansou"
        with yansou.commands[name].make_context(name, args):
            pass


def test_options_stand_in_aligned_columns(run):
    text = run("search", "--help").stdout
    starts = {
        wcswidth(re.match(r"  (?:-|--)\S.*?  +", line).group()) for line in text.splitlines() if line[:3] == "  -"
    }
    assert len(starts) == 1


def test_arguments_are_no_options(run):
    assert "查询…" not in run("search", "--help").stdout.split("选项：")[1]


def test_short_help_option_and_version(run):
    assert run("search", "-h").stdout == run("search", "--help").stdout
    assert re.fullmatch(r"雁搜 yansou \d+\.\d+\.\d+\n", run("--version").stdout)


def test_nothing_typed_shows_the_help_as_an_error(run):
    result = run()
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith("用法：yansou")


@pytest.mark.parametrize(
    ("args", "message"),
    [
        pytest.param(["searhc"], "没有命令 searhc（是不是 search？）：用法见 yansou --help", id="command"),
        pytest.param(
            ["status", "--jsn"], "没有选项 --jsn（是不是 --json？）：用法见 yansou status --help", id="option"
        ),
        pytest.param(["search", "园区", "--zzz"], "没有选项 --zzz：用法见 yansou search --help", id="search-option"),
        pytest.param(
            ["search", "园区", "-n", "多"], "-n、--limit 须是 1 到 10000 之间的整数，不能是 '多'。", id="no-number"
        ),
        pytest.param(["index", "corpus", "--index", ""], "路径不能是空的；当前目录写作 .", id="empty-index"),
        pytest.param(["index", ""], "路径不能是空的；当前目录写作 .", id="empty-folder"),
        pytest.param(
            ["search", "园区", "-n0"], "-n、--limit 须是 1 到 10000 之间的整数，不能是 '0'。", id="out-of-range"
        ),
        pytest.param(
            ["search", "园区", "--sort", "size"], "--sort 只能是 relevance、date，不能是 'size'。", id="choice"
        ),
        pytest.param(
            ["search", "园区", "-n"], "选项 -n 少了值，或者多了值：用法见 yansou search --help", id="no-value"
        ),
        pytest.param(
            ["index", "--full=1"], "选项 --full 少了值，或者多了值：用法见 yansou index --help", id="flag-value"
        ),
        pytest.param(["show"], "缺少文章编号：用法见 yansou show --help", id="argument"),
        pytest.param(["status", "a", "b"], "多余的参数 'a b'：用法见 yansou status --help", id="too-many"),
        pytest.param(["search"], "缺少查询：写上要查找的文字，例如 yansou search 数字经济", id="query"),
        pytest.param(["search", " "], "请输入要查找的文字。", id="blank-query"),
        pytest.param(["search", "园" * 257], "查询共 257 个字符，最多 256 个：请缩短后再试。", id="long-query"),
    ],
)
def test_mistakes_are_told_in_one_line(run, args, message):
    result = run(*args)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr == f"错误：{message}\n"
