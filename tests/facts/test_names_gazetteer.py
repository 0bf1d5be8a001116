"""The word lists: what the shipped ones hold, and how the user's file is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.errors import BadRequest
from indexer.facts.names.gazetteer import Gazetteer, bare, divisions, read_lists, short_places


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param("drop park 云台谷", "line 1: 'drop' is no order: use add, forbid or join", id="unknown-order"),
        pytest.param(
            "\nadd 云台谷",
            "line 2: 'add 云台谷' lacks the kind: add park|project|organization|person|place NAME",
            id="no-kind",
        ),
        pytest.param("add park", "line 1: the name is missing", id="no-name"),
        pytest.param(
            "add park 谷", "line 1: '谷' is too short: a name has at least two characters", id="one-character"
        ),
        pytest.param("join 云台谷", "line 1: 'join 云台谷' must read: join NAME = NAME", id="join-without-sign"),
        pytest.param("# 注释\n\nforbid " + "长" * 61, "line 3: a name has 1 to 60 characters", id="too-long"),
    ],
)
def test_error_tells_file_line_and_remedy(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "names.txt"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(BadRequest) as error:
        Gazetteer(path)
    assert str(error.value) == f"{path}, {message}"


def test_file_that_is_missing_or_not_utf8_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="cannot be read"):
        Gazetteer(tmp_path / "nowhere.txt")
    path = tmp_path / "gbk.txt"
    path.write_bytes("add park 云台谷".encode("gbk"))
    with pytest.raises(BadRequest, match="must be a text file in UTF-8"):
        Gazetteer(path)


def test_forbidding_without_kind_covers_all_kinds(tmp_path: Path) -> None:
    path = tmp_path / "names.txt"
    path.write_text("forbid organization 创新中心\nforbid “云台谷”\n", encoding="utf-8")
    gazetteer = Gazetteer(path)
    assert gazetteer.forbids("organization", "创新中心")
    assert not gazetteer.forbids("park", "创新中心")
    assert gazetteer.forbids("park", "云台谷")


def test_fingerprint_follows_what_decides_recognition(tmp_path: Path) -> None:
    path = tmp_path / "names.txt"
    path.write_text("join 云台谷 = 云台产业新城\n", encoding="utf-8")
    assert Gazetteer(path).fingerprint == Gazetteer().fingerprint
    path.write_text("add park 云台谷\n", encoding="utf-8")
    assert Gazetteer(path).fingerprint != Gazetteer().fingerprint


def test_divisions_know_their_parents() -> None:
    assert divisions()["义乌市"] == ("浙江省", "金华市")
    assert divisions()["济源市"] == ("河南省",)
    assert len(divisions()) > 3000


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("义乌", "义乌市"),
        ("内蒙古", "内蒙古自治区"),
        ("恩施", "恩施土家族苗族自治州"),
        ("朝阳", None),
        ("义", None),
        ("衡阳县", None),
    ],
)
def test_short_forms_leave_out_common_words(short: str, full: str | None) -> None:
    assert short_places().get(short) == full


def test_bare_names_drop_what_typesetting_adds() -> None:
    assert bare("“雲臺 谷”ＡＢ") == "云台谷ab"


@pytest.mark.parametrize("file", ["companies", "generic", "regions", "roles", "stopwords", "suffixes", "surnames"])
def test_every_shipped_list_has_sections_of_words(file: str) -> None:
    sections = read_lists(file)
    assert sections
    assert all(words and all(words) for words in sections.values())
