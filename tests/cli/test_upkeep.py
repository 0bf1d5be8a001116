"""``yansou verify``, ``gc`` and ``status``: what they say, in lines and as JSON, and with which exit status."""

from __future__ import annotations

import json
import shutil

import pytest
from wcwidth import wcswidth


@pytest.fixture
def index(tmp_path, shipped_index):
    """An index of its own for a test that damages it."""
    return shutil.copytree(shipped_index, tmp_path / "index")


def spoil(path):
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def test_sound_index(run, index):
    result = run("verify", "--index", str(index))
    assert result.exit_code == 0
    assert result.stdout.startswith(f"{index}：完好（第 1 代，3 个文件，")
    assert result.stderr == ""
    report = json.loads(run("verify", "--index", str(index), "--json").stdout)
    size = sum(path.stat().st_size for path in index.iterdir())
    assert report == {"generation": 1, "files": 3, "bytes": size, "damaged": []}


def test_damaged_index_is_listed_with_status_1(run, index):
    (segment,) = index.glob("*.yan")
    (table,) = index.glob("*.toc")
    spoil(segment)
    table.unlink()
    table.touch()
    result = run("verify", "--index", str(index))
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert lines[0].startswith(f"{index}：损坏 2 个文件（第 1 代，3 个文件，")
    assert lines[1] == f"  {segment.name}：内容和写入时的 SHA-256 不符"
    assert lines[2].startswith(f"  {table.name}：大小是 0 字节，应是 ")
    assert result.stderr == "请运行 yansou index --full 重建；文章不在索引里，没有丢失。\n"
    report = run("verify", "--index", str(index), "--json")
    assert report.exit_code == 1
    assert [damage["file"] for damage in json.loads(report.stdout)["damaged"]] == [segment.name, table.name]


@pytest.mark.parametrize("command", ["verify", "gc", "status"])
def test_no_index_is_status_2(run, tmp_path, command):
    result = run(command, "--index", str(tmp_path / "nowhere"))
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr == f"错误：{tmp_path / 'nowhere'} 里没有索引：请先运行 yansou index。\n"
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("size", ["small", "large"])
@pytest.mark.parametrize(
    "command",
    [
        pytest.param(["search", "园区"], id="search"),
        pytest.param(["search", "园区", "--explain"], id="explain"),
        pytest.param(["search", "哪里也没有的话", "--rung", "exact"], id="nothing-found"),
        pytest.param(["figures"], id="figures"),
        pytest.param(["names"], id="names"),
        pytest.param(["status"], id="status"),
        pytest.param(["show", "7dc5a8ec0835"], id="show"),
        pytest.param(["show", "000000000000"], id="no-such-article"),
    ],
)
def test_damaged_index_is_not_searched(run, index, command, size, monkeypatch):
    """``large``: too large to be compared when it is opened; so the command compares it meanwhile, and tells nothing."""
    (segment,) = index.glob("*.yan")
    spoil(segment)
    if size == "large":
        monkeypatch.setattr("indexer.store.folder._CHECKED_AT_OPENING", 0)
    result = run(*command, "--index", str(index))
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith(f"错误：索引文件 {segment.name} 已损坏（校验和不符：")
    assert result.stderr.endswith("）：请运行 yansou index --full 重建。\n")


def test_full_mends_a_damaged_index(run, index, tmp_path, write_files):
    (segment,) = index.glob("*.yan")
    spoil(segment)
    write_files(tmp_path / "corpus", {"a.md": "# 园区\n\n开园了。\n"})
    refused = run("index", str(tmp_path / "corpus"), "--index", str(index))
    assert (refused.exit_code, "yansou index --full" in refused.stderr) == (2, True)
    assert run("index", str(tmp_path / "corpus"), "--index", str(index), "--full").exit_code == 0
    assert run("verify", "--index", str(index)).exit_code == 0
    assert run("search", "开园了", "--index", str(index)).exit_code == 0


def test_gc_says_what_it_took(run, index):
    (index / "MAIN_0123.yan").write_bytes(bytes(3000))
    status = run("status", "--index", str(index)).stdout
    assert "多余  1 个文件，2.9 KB（正在写入的，或中断后留下的；清除用 yansou gc）" in status
    assert max(map(wcswidth, status.splitlines())) <= 80
    result = run("gc", "--index", str(index))
    assert result.exit_code == 0
    assert result.stdout == f"{index}：清除 1 个文件，2.9 KB\n  MAIN_0123.yan  2.9 KB\n"
    assert run("gc", "--index", str(index)).stdout == f"{index}：没有多余的文件\n"
    assert json.loads(run("gc", "--index", str(index), "--json").stdout) == {"removed": [], "bytes": 0}
    assert "多余" not in run("status", "--index", str(index)).stdout


def test_status_tells_leftovers_to_programs(run, index):
    (index / "_MAIN_7.toc.new").write_bytes(bytes(5))
    status = json.loads(run("status", "--index", str(index), "--json").stdout)
    assert status["leftovers"] == {"files": 1, "bytes": 5}
    assert status["generation"] == 1
    assert status["size_bytes"] < sum(path.stat().st_size for path in index.iterdir())


def test_name_of_a_file_cannot_steer_the_terminal(run, tmp_path, shipped_index):
    index = shutil.copytree(shipped_index, tmp_path / "in\x1b[31mdex")
    assert "\x1b" not in run("verify", "--index", str(index)).stdout
