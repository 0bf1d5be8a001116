"""Words: jieba's search-mode cut, the same from both cutters, and dictionaries that anyone may bring."""

from __future__ import annotations

import marshal
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.errors import BadRequest
from indexer.text import Tokenizer, WordCutter, fold, words

needs_rjieba = pytest.mark.skipif(find_spec("rjieba") is None, reason="rjieba (the extra 'fast') is not installed")

# What both cutters know: simplified characters of GB 2312 as they are once folded.
COMMON = [
    char
    for char in map(chr, range(0x4E00, 0xA000))
    if char.encode("gb2312", "ignore") and fold(char).text == char
]  # fmt: skip


def make_cutter(installed: bool, user_dictionary: Path | None = None) -> WordCutter:
    """A cutter that has loaded rjieba or, as if that were missing, jieba."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(words, "_fast_cutter_installed", lambda: installed)
        cutter = WordCutter(user_dictionary)
        cutter.cut("中")
        assert cutter.fingerprint.split()[0] == ("rjieba" if installed else "jieba")
    return cutter


@pytest.fixture(scope="module")
def reference():
    return make_cutter(installed=False)


@pytest.fixture(scope="module")
def fast():
    return make_cutter(installed=True)


@pytest.fixture(params=["reference", pytest.param("fast", marks=needs_rjieba)])
def cutter(request):
    return request.getfixturevalue(request.param)


@pytest.fixture
def dictionary(tmp_path):
    def write(content: str | bytes) -> Path:
        path = tmp_path / "mine.txt"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        pytest.param("书", [("书", 0, 1)], id="one-character"),
        pytest.param(
            "小明硕士毕业于中国科学院计算所",  # the example of jieba's own README
            [
                ("小明", 0, 2), ("硕士", 2, 4), ("毕业", 4, 6), ("于", 6, 7), ("中国", 7, 9), ("科学", 9, 11),
                ("学院", 10, 12), ("科学院", 9, 12), ("中国科学院", 7, 12), ("计算", 12, 14), ("计算所", 12, 15),
            ],
            id="words-within-words",
        ),
        pytest.param("𠮷野家", [("𠮷", 0, 1), ("野家", 1, 3)], id="beyond-the-BMP"),
        pytest.param(
            "产业园区", [("产业", 0, 2), ("园区", 2, 4), ("产业园", 0, 3), ("产业园区", 0, 4)], id="shipped-dictionary"
        ),
        pytest.param("着名", [("着名", 0, 2)], id="著名-once-folded"),
        pytest.param("", [], id="empty"),
    ],
)  # fmt: skip
def test_words_have_text_and_place(cutter, run, expected):
    assert cutter.tokenize(run) == expected
    assert cutter.cut(run) == [word for word, _, _ in expected]


@pytest.fixture(scope="module")
def cutters(reference, request):
    """Those that are installed."""
    return [reference, request.getfixturevalue("fast")] if find_spec("rjieba") else [reference]


@given(st.lists(st.text(st.sampled_from([*COMMON, *"々〇𠮷龘㐀豈"]), min_size=1, max_size=12), max_size=6))
def test_runs_cut_together_are_cut_as_each_by_itself(cutters, runs):
    for cutter in cutters:
        assert cutter.cut_all(runs) == [word for run in runs for word in cutter.cut(run)]


@pytest.mark.parametrize("runs", [["中" * 2500, "产业园区"], ["江边开园" * 100] * 3], ids=["long-run", "many-runs"])
def test_long_runs_are_cut_together_as_each_by_itself(cutter, runs):
    assert cutter.cut_all(runs) == [word for run in runs for word in cutter.cut(run)]


@needs_rjieba
@given(st.text(st.sampled_from(COMMON), max_size=40))
def test_both_cutters_give_the_same_words(reference, fast, run):
    assert fast.tokenize(run) == reference.tokenize(run)
    assert fast.cut(run) == reference.cut(run)


@needs_rjieba
@pytest.mark.parametrize(
    "run",
    [
        "衡阳市高新技术产业开发区管理委员会主任张明在开工仪式上说",
        "总投资一百二十亿元的新能源汽车零部件智能制造产业园项目签约落户",
        "南华大学附属第一医院与湖南工学院共建人工智能联合实验室",
        "乡村振兴示范片区油茶种植面积同比增长百分之十五点三",
        "全媒体记者李晓红通讯员王建国摄",
    ],
)
def test_both_cutters_give_the_same_words_in_news(reference, fast, run):
    assert fast.tokenize(run) == reference.tokenize(run)


def test_words_cover_the_run(cutter):
    covered = {place for _, start, end in cutter.tokenize("湘南湘西承接产业转移示范区") for place in range(start, end)}
    assert covered == set(range(13))


def test_a_long_run_is_cut_in_bounded_pieces(cutter, monkeypatch):
    shown = []

    class Spy:
        def cut_for_search(self, piece):
            shown.append(piece)
            return [piece]

        def tokenize(self, piece, **_options):
            return [(piece, 0, len(piece))]

    monkeypatch.setitem(cutter.__dict__, "_cutter", Spy())
    pieces = cutter.cut("中" * 20_500)
    assert ("".join(pieces), max(map(len, shown))) == ("中" * 20_500, 1000)
    assert cutter.tokenize("中" * 20_500)[-1] == ("中" * 500, 20_000, 20_500)


def test_places_in_a_long_run_are_right(cutter):
    run = "园区建设" * 600
    assert all(run[start:end] == word for word, start, end in cutter.tokenize(run))
    assert [word for word, _, _ in cutter.tokenize(run)] == cutter.cut(run)


@pytest.mark.parametrize("installed", [False, pytest.param(True, marks=needs_rjieba)])
def test_nothing_in_the_shared_temporary_folder_is_read_or_written(installed, tmp_path, monkeypatch):
    # Poisoned as by another user of the machine: jieba would take its word frequencies from here.
    planted = tmp_path / "jieba.cache"
    planted.write_bytes(marshal.dumps(({"中国科": 10**9, "学院": 1}, 10**9)))
    before = planted.read_bytes()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert make_cutter(installed).cut("中国科学院") == ["中国", "科学", "学院", "科学院", "中国科学院"]
    assert [path.name for path in tmp_path.iterdir()] == ["jieba.cache"]
    assert planted.read_bytes() == before


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("时间谷\n", id="plain"),
        pytest.param("# mine\n\n  时间谷  # a park\n", id="comments-and-space"),
        pytest.param("時間谷\r\n", id="traditional-and-DOS-line-ends"),
        pytest.param("时间谷 300 nz\n", id="jieba's-own-format"),
        pytest.param("\ufeff时间谷", id="byte-order-mark"),
    ],
)
def test_words_of_the_users_dictionary_are_cut_out(dictionary, content):
    assert "时间谷" in WordCutter(dictionary(content)).cut("船山时间谷开园")


def test_words_of_one_cutter_are_unknown_to_another(dictionary, reference):
    mine = make_cutter(False, dictionary("时间谷"))
    assert "时间谷" in mine.cut("船山时间谷开园")
    assert "时间谷" not in reference.cut("船山时间谷开园")


def test_the_fingerprint_follows_the_words(dictionary):
    plain = WordCutter().fingerprint
    assert WordCutter(dictionary("时间谷")).fingerprint != plain
    assert WordCutter(dictionary("时间岛")).fingerprint != WordCutter(dictionary("时间谷")).fingerprint
    assert WordCutter(dictionary("# nothing but a comment\n")).fingerprint == plain
    assert Tokenizer(dictionary("时间谷")).fingerprint != Tokenizer().fingerprint


@needs_rjieba
def test_the_fingerprint_names_the_cutter(reference, fast):
    assert reference.fingerprint.startswith("jieba 0.42.1 ")
    assert fast.fingerprint.startswith("rjieba ")


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        pytest.param("时间谷".encode("gb18030"), "UTF-8", id="other-encoding"),
        pytest.param("园" * 65, "第 1 行", id="endless-word"),
        pytest.param(b"# " + b"x" * (4 << 20), "4 MiB", id="too-large"),
    ],
)
def test_an_unusable_dictionary_is_refused_with_its_path(dictionary, content, complaint):
    path = dictionary(content)
    with pytest.raises(BadRequest) as refusal:
        Tokenizer(path)
    assert str(path) in str(refusal.value)
    assert complaint in str(refusal.value)


@pytest.mark.parametrize("name", ["missing.txt", ".", "nul\0.txt"])
def test_a_dictionary_that_cannot_be_opened_is_refused_with_its_path(tmp_path, name):
    with pytest.raises(BadRequest) as refusal:
        Tokenizer(tmp_path / name)
    assert str(tmp_path / name) in str(refusal.value)


def test_the_shipped_dictionary_is_made_of_runs_of_han():
    listed = [line.partition("#")[0].strip() for line in words.shipped_dictionary().read_text("utf-8").splitlines()]
    listed = [word for word in listed if word]
    assert len(listed) == len(set(listed))
    assert [word for word in listed if not all("\u4e00" <= char <= "\u9fff" for char in word)] == []


@needs_rjieba
def test_the_dictionary_is_loaded_once():
    """The package would load it for a cutter of its own."""
    code = "import sys; from indexer.text.words import WordCutter; WordCutter().cut('园区'); print('rjieba' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"
