"""``yansou watch`` as a process, beside a server that shows what it takes in."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from contextlib import ExitStack
from pathlib import Path

import pytest

COMMAND = str(Path(sys.executable).with_name("yansou"))
STAMP = re.compile(r"\d\d:\d\d:\d\d ")


@pytest.fixture
def home(tmp_path):
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "旧.txt").write_text("江边开园\n\n第一个园区今天开工。", "utf-8")
    return tmp_path


@pytest.fixture
def start(home):
    """Starts the real command in the folder; it is ended with the test if it has not ended itself."""
    with ExitStack() as stack:

        def popen(*args):
            kept = {name: value for name, value in os.environ.items() if not name.startswith("YANSOU_")}
            process = subprocess.Popen(
                [COMMAND, *args],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                encoding="utf-8",
                cwd=home,
                env=kept,
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
            )
            stack.enter_context(process)
            stack.callback(process.kill)
            return process

        yield popen


@pytest.mark.parametrize(
    ("sent", "status", "last"), [(signal.SIGINT, 130, "已中断。\n"), (signal.SIGTERM, 0, "")], ids=["int", "term"]
)
def test_tells_each_commit_in_a_line_and_ends_when_told(start, home, sent, status, last):
    watch = start("watch", "--json")
    assert json.loads(watch.stdout.readline())["added"] == 1
    (home / "corpus" / "新.txt").write_text("湖边开园\n\n第二个园区今天开工。", "utf-8")
    (home / "corpus" / "空\x1b[2J.txt").write_text("", "utf-8")
    assert json.loads(watch.stdout.readline())["articles"] == 2
    time.sleep(0.2)  # until the line about it is out too
    watch.send_signal(sent)
    shown, said = watch.communicate(timeout=20)
    assert (watch.returncode, shown) == (status, "")
    lines = STAMP.sub("", said)
    assert re.sub(r"用时 .*? 秒", "用时", lines) == (
        "新增 1；共 1 篇文章，用时\n正在等新的文章，按 Ctrl-C 停止。\n"
        "新增 1；共 2 篇文章，用时\n  拒收 空␛[2J.txt：没有文字\n" + last
    )


def test_server_shows_what_arrives_without_a_restart(start, home):
    watch = start("watch", "--json")
    watch.stdout.readline()
    serve = start("serve", "--port", "0")
    address = serve.stdout.readline().strip()

    def found(query):
        url = f"{address}api/v1/search?q={urllib.parse.quote(query)}"
        with urllib.request.urlopen(url, timeout=10) as reply:
            return json.load(reply)["rung"] == "exact"

    def become(first, second):
        """Whether that is found before long: the server prepares a new state first."""
        end = time.monotonic() + 20
        while time.monotonic() < end:
            if (found("第一个园区"), found("第二个园区")) == (first, second):
                return True
            time.sleep(0.05)
        return False

    assert (found("第一个园区"), found("第二个园区")) == (True, False)
    (home / "corpus" / "新.txt").write_text("湖边开园\n\n第二个园区今天开工。", "utf-8")
    watch.stdout.readline()
    assert become(True, True)
    (home / "corpus" / "旧.txt").unlink()
    watch.stdout.readline()
    assert become(False, True)


def test_folders_come_from_the_configuration(start, home):
    (home / "yansou.toml").write_text('corpora = ["corpus"]\nindex = "other"\n', "utf-8")
    watch = start("watch", "--json")
    assert json.loads(watch.stdout.readline())["added"] == 1
    assert (home / "other").is_dir()


def test_missing_folder_is_an_error_at_once(start):
    watch = start("watch", "nowhere")
    shown, said = watch.communicate(timeout=20)
    assert (watch.returncode, shown) == (2, "")
    assert said == "错误：没有目录 nowhere：请写出存放文章的目录。\n"
