"""Settings: which value counts, where it came from, and how a mistake is named."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from wcwidth import wcswidth

from indexer.cli import yansou
from indexer.cli.settings import KEYS, SERVER_LIMITS, Settings, _flat, _lines, variable_of

FULL = """\
# 试用的一份
corpora = [
    "articles",
    "/srv/more",
]
index = "idx"

[server]

port = 8123  # 见 nginx
host = '::1'
"""


@pytest.fixture
def home(tmp_path, monkeypatch):
    """An empty current folder, and no variable that sets anything."""
    monkeypatch.chdir(tmp_path)
    for name in (*map(variable_of, KEYS), "YANSOU_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def call(*args, **env):
    return CliRunner().invoke(yansou, args, prog_name="yansou", env={"COLUMNS": "80"} | env)


def shown(*args, **env):
    """Value and origin of every key, as ``config show`` tells them."""
    result = call("config", "show", "--json", *args, **env)
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def test_without_anything_defaults_hold(home):
    told = shown()
    assert told["file"] is None
    assert {key: entry["value"] for key, entry in told["values"].items()} == {
        "corpora": ["corpus"],
        "index": "index",
        "dictionary": None,
        "gazetteer": None,
        "ambiguous_width": 1,
        "engine": "whoosh",
        "server.host": "127.0.0.1",
        "server.port": 8000,
        "server.threads": 4,
        "server.requests_per_minute": 600,
        "server.allowed_hosts": [],
        "server.trusted_proxy": None,
        "cluster.urls": ["http://127.0.0.1:9200"],
        "cluster.name": "yansou",
        "cluster.ca": None,
        "cluster.shards": 1,
        "cluster.replicas": 1,
    }
    assert {entry["origin"] for entry in told["values"].values()} == {"default"}


def test_every_value_tells_its_line_or_variable(home):
    (home / "yansou.toml").write_text(FULL, "utf-8")
    values = shown(YANSOU_HOST="localhost", YANSOU_GAZETTEER="名录.txt")["values"]
    assert values["corpora"] == {"value": ["articles", "/srv/more"], "origin": "file", "where": "yansou.toml:2"}
    assert values["index"] == {"value": "idx", "origin": "file", "where": "yansou.toml:6"}
    assert values["server.port"] == {"value": 8123, "origin": "file", "where": "yansou.toml:10"}
    assert values["server.host"] == {"value": "localhost", "origin": "environment", "where": "YANSOU_HOST"}
    assert values["gazetteer"] == {"value": "名录.txt", "origin": "environment", "where": "YANSOU_GAZETTEER"}
    assert values["dictionary"] == {"value": None, "origin": "default", "where": None}


def test_file_named_by_option_or_variable_counts_and_its_paths_start_there(home):
    (home / "yansou.toml").write_text('index = "near"\n', "utf-8")
    (home / "etc").mkdir()
    (home / "etc" / "a.toml").write_text('index = "../a"\n', "utf-8")
    (home / "etc" / "b.toml").write_text('index = "b"\n', "utf-8")
    assert shown()["values"]["index"]["value"] == "near"
    assert shown(YANSOU_CONFIG="etc/a.toml")["values"]["index"]["value"] == "etc/../a"
    told = shown("--config", "etc/b.toml", YANSOU_CONFIG="etc/a.toml")
    assert (told["file"], told["values"]["index"]["value"]) == ("etc/b.toml", "etc/b")


def test_tilde_is_the_home_folder(home, monkeypatch):
    monkeypatch.setenv("HOME", "/home/reader")
    (home / "yansou.toml").write_text('corpora = ["~/剪报"]\n', "utf-8")
    assert shown()["values"]["corpora"]["value"] == ["/home/reader/剪报"]


def test_several_folders_in_a_variable(home):
    assert shown(YANSOU_CORPORA=f"a{os.pathsep}b")["values"]["corpora"]["value"] == ["a", "b"]


def test_flag_then_variable_then_file(home, update, write_files):
    write_files(home / "texts", {"甲.txt": "甲\n\n第一个园区开工。"})
    for name in ("of-file", "of-variable", "of-flag"):
        (home / "yansou.toml").write_text('index = "of-file"\ncorpora = ["texts"]\n', "utf-8")
        env = {} if name == "of-file" else {"YANSOU_INDEX": "of-variable"}
        result = call("index", *(["--index", "of-flag"] if name == "of-flag" else []), **env)
        assert result.exit_code == 0, result.stderr
        assert result.stderr.startswith(f"{name}：新增 1")


def test_what_is_shown_is_a_file_that_sets_the_same(home):
    (home / "yansou.toml").write_text(FULL, "utf-8")
    before = shown()["values"]
    listing = call("config", "show").stdout
    assert max(wcswidth(line) for line in listing.splitlines()) <= 80
    (home / "yansou.toml").write_text(listing, "utf-8")
    after = shown()["values"]
    assert {key: entry["value"] for key, entry in after.items()} == {
        key: entry["value"] for key, entry in before.items()
    }


def test_long_value_has_its_origin_above(home):
    folder = "很长的目录" * 8
    (home / "yansou.toml").write_text(f'index = "{folder}"\n', "utf-8")
    lines = call("config", "show").stdout.splitlines()
    at = lines.index(f'index = "{folder}"')
    assert lines[at - 1] == "# yansou.toml:1"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("indx = 1\n", "1：没有配置项 indx（是不是 index？）", id="unknown-key"),
        pytest.param(
            "\n[server]\nprot = 80\n", "3：没有配置项 server.prot（是不是 server.port？）", id="unknown-in-section"
        ),
        pytest.param('engine = "solr"\n', "1：engine 须是 whoosh 或 opensearch", id="unknown-engine"),
        pytest.param(
            '[cluster]\nurls = ["https://me:secret@a"]\n', "2：cluster.urls 须是节点地址的列表", id="secret-in-file"
        ),
        pytest.param('[cluster]\nname = "Archiv-1"\n', "2：cluster.name 须是小写字母", id="name-of-no-index"),
        pytest.param("[sever]\nport = 80\n", "2：没有配置项 sever.port（是不是 server.port？）", id="unknown-section"),
        pytest.param("[web]\n", "1：没有配置项 web：", id="empty-unknown-section"),
        pytest.param("port = 80\n", "1：没有配置项 port（是不是 server.port？）", id="key-outside-its-section"),
        pytest.param("server = 80\n", "1：server 是一节，写成 [server]", id="section-as-value"),
        pytest.param(
            '[server]\nhost = "a"\nport = 65536\n',
            "3：server.port 须是 0 到 65535 之间的整数，不能是 65536。",
            id="out-of-range",
        ),
        pytest.param('[server]\nport = "80"\n', "2：server.port 须是 0 到 65535 之间的整数，不能是 '80'。", id="text"),
        # True is a whole number to Python.
        pytest.param("[server]\nport = true\n", "2：server.port 须是 0 到 65535 之间的整数，不能是 true。", id="truth"),
        pytest.param(
            '[server]\nhost = "a b"\n', "2：server.host 须是不含空格的文字，写在引号里，不能是 'a b'。", id="host"
        ),
        pytest.param("index = 3\n", "1：index 须是一个路径，写在引号里，不能是 3。", id="number-for-path"),
        pytest.param('index = ""\n', "1：index 须是一个路径，写在引号里，不能是 ''。", id="empty-path"),
        pytest.param('index = "~nobody-has-this-name/x"\n', "1：index 须是一个路径：~ 后面的用户不存在", id="tilde"),
        pytest.param('corpora = "a"\n', "1：corpora 须是目录的列表，例如 [\"articles\"]，不能是 'a'。", id="no-list"),
        pytest.param("corpora = []\n", "1：corpora 须是目录的列表", id="empty-list"),
        pytest.param('corpora = [\n"a",\n3]\n', "1：corpora 须是一个路径", id="number-in-list"),
        pytest.param(
            '[server]\nallowed_hosts = "a"\n',
            "2：server.allowed_hosts 须是列表，例如 [\"archive.example\"]，不能是 'a'。",
            id="no-list-of-hosts",
        ),
        pytest.param(
            '[server]\ntrusted_proxy = "proxy"\n', "2：server.trusted_proxy 须是一个 IP 地址", id="name-for-address"
        ),
        pytest.param('index = "a"\nindex = b\n', "2：第 9 列不是 TOML 的写法", id="no-quotes"),
        pytest.param('index = "a"\n\ncorpora = [\n"a"\n', "5：到文件末尾不是 TOML 的写法", id="unclosed"),
        pytest.param('index = "a"\nindex = "b"\n', "2：第 12 列不是 TOML 的写法", id="twice"),
    ],
)
def test_mistake_in_the_file_is_named_with_its_line(home, text, message):
    (home / "yansou.toml").write_text(text, "utf-8")
    for command in (["config", "show"], ["status"]):
        result = call(*command)
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr.startswith(f"错误：yansou.toml:{message}")
        assert result.stderr.count("\n") == 1


def test_file_of_another_encoding_is_named_with_its_line(home):
    (home / "yansou.toml").write_bytes('# 甲\nindex = "索引"\n'.encode("gb18030"))
    assert call("status").stderr == "错误：yansou.toml:1：不是 UTF-8 编码，请用 UTF-8 重新保存。\n"


def test_editor_of_windows_is_no_mistake(home):
    (home / "yansou.toml").write_bytes(b"\xef\xbb\xbf[server]\r\n\r\nport = 99\r\n")
    assert shown()["values"]["server.port"] == {"value": 99, "origin": "file", "where": "yansou.toml:3"}


def test_endless_file_is_refused(home):
    assert "超过 64 KiB" in call("status", "--config", "/dev/zero").stderr


def test_named_file_must_be_there(home):
    result = call("status", "--config", "nowhere.toml")
    assert result.exit_code == 2
    assert result.stderr == "错误：无法读写 nowhere.toml：No such file or directory。请检查路径、权限和磁盘空间。\n"


@pytest.mark.parametrize("value", ["x", "-1", "65536", "8 0", "９９"])
def test_mistake_in_a_variable_is_named_by_it(home, value):
    result = call("serve", YANSOU_PORT=value)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"错误：环境变量 YANSOU_PORT 须是 0 到 65535 之间的整数，不能是 '{value}'。\n"


def test_variable_that_a_command_does_not_use_is_not_read(home):
    assert "YANSOU_PORT" not in call("status", YANSOU_PORT="x").stderr


def test_flag_mends_a_bad_variable_of_another_command(home):
    assert call("status", "--index", "elsewhere", YANSOU_PORT="x").stderr.startswith("错误：elsewhere 里没有索引")


def test_help_is_given_over_a_bad_file(home):
    (home / "yansou.toml").write_text("indx = 1\n", "utf-8")
    assert call("search", "--help").exit_code == 0


def test_file_that_others_can_change_counts_only_when_named(home):
    file = home / "yansou.toml"
    file.write_text('index = "theirs"\n', "utf-8")
    file.chmod(0o666)
    result = call("config", "show")
    assert result.exit_code == 2
    assert "--config yansou.toml" in result.stderr
    assert shown("--config", "yansou.toml")["values"]["index"]["value"] == "theirs"


def test_no_file_is_no_cost(home):
    code = "import sys; from indexer.cli.settings import Settings; Settings().value('index'); print('tomllib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=home, check=True)
    assert done.stdout == "False\n"


def test_variables_of_all_keys_differ():
    assert len({variable_of(key) for key in KEYS}) == len(KEYS)


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
VALUES = st.one_of(st.integers(), st.booleans(), TEXTS, st.lists(TEXTS, max_size=3))


@given(
    st.dictionaries(st.text("ab", min_size=1, max_size=3), VALUES, max_size=4),
    st.sampled_from(["", "\n", "# a = 1\n", "  \n\n"]),
)
def test_each_key_is_found_on_the_line_where_it_was_written(table, between):
    text, expected = "", {}
    for key, value in table.items():
        text += between
        expected[key] = text.count("\n") + 1
        written = json.dumps(value, ensure_ascii=False, indent=1 if isinstance(value, list) else None)
        text += f"{key} = {written}\n".replace("\x7f", "\\u007f")
    assert dict(_flat(tomllib.loads(text))) == table
    assert _lines(text) == expected


def test_path_of_the_file_is_left_relative(home):
    (home / "yansou.toml").write_text('index = "idx"\n', "utf-8")
    assert call("status").stderr.startswith("错误：idx 里没有索引")
    assert not Path("idx").exists()


def test_server_gets_the_settings_and_has_the_same_defaults(home, monkeypatch):
    import inspect

    from webui import server

    called = {}
    defaults = {name: each.default for name, each in inspect.signature(server.serve).parameters.items()}
    monkeypatch.setattr(server, "serve", lambda *places, **named: called.update(named, places=places))
    assert call("serve").exit_code == 0
    assert called["places"] == (Path("index"), defaults["host"], defaults["port"])
    assert {name: called[name] for name in SERVER_LIMITS} == {name: defaults[name] for name in SERVER_LIMITS}
    (home / "yansou.toml").write_text(
        'index = "idx"\n[server]\nport = 81\nthreads = 2\nrequests_per_minute = 30\n'
        'allowed_hosts = ["archive.example"]\ntrusted_proxy = "127.0.0.1"\n',
        "utf-8",
    )
    assert call("serve", "--host", "::1", YANSOU_THREADS="3").exit_code == 0
    del called["ready"]
    assert called == {
        "places": (Path("idx"), "::1", 81),
        "threads": 3,
        "requests_per_minute": 30,
        "allowed_hosts": ("archive.example",),
        "trusted_proxy": "127.0.0.1",
    }


def test_engine_picks_the_place_of_the_index(home, monkeypatch):
    assert Settings().place() == Path("index")
    (home / "yansou.toml").write_text(
        'engine = "opensearch"\n\n[cluster]\nurls = ["https://a:9200"]\nca = "ca.pem"\n', "utf-8"
    )
    monkeypatch.setenv("YANSOU_CLUSTER_USER", "reader")
    monkeypatch.setenv("YANSOU_CLUSTER_PASSWORD", "geheim")
    place = Settings().place()
    assert (place.urls, place.name, place.ca, place.user) == (("https://a:9200",), "yansou", Path("ca.pem"), "reader")
    assert place.password == "geheim"
    assert "geheim" not in repr(place) + str(place) + call("config", "show").stdout


def test_flag_names_a_folder_whatever_the_engine_is(home):
    result = call("search", "甲", "--index", "nowhere", YANSOU_ENGINE="opensearch")
    assert (result.exit_code, "nowhere" in result.stderr) == (2, True)


@pytest.mark.parametrize("command", ["verify", "gc"])
def test_what_needs_a_folder_says_so(home, command):
    result = call(command, YANSOU_ENGINE="opensearch")
    assert (result.exit_code, "集群" in result.stderr) == (2, True)
