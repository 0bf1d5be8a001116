"""Every damage is told, by ``verify`` always and by opening where it is cheap; what is damaged is never half-searched."""

from __future__ import annotations

import random
import re
from dataclasses import replace

import numpy as np
import pytest

from indexer.errors import IndexBusy, IndexMissing, IndexUnusable
from indexer.search.engine import open_index
from indexer.store import IndexFolder
from indexer.store.arrays import ArrayFile
from indexer.store.folder import Origins
from indexer.store.sweep import collect_garbage
from indexer.store.verify import verify_index

FILES = {
    f"{number}.md": f"# 第{number}期 园区消息\n\n衡山数字园区今年投资{number}亿元，比去年增长{number}%。\n\n园区负责人王小明说，产业正在集聚。\n"
    for number in range(1, 9)
}


@pytest.fixture(scope="module")
def built(tmp_path_factory, update, write_files):
    """Files of an index in two segments, one of which has deletions."""
    home = tmp_path_factory.mktemp("built")
    write_files(home / "corpus", FILES)
    update([home / "corpus"], home / "index")
    (home / "corpus" / "1.md").unlink()
    write_files(home / "corpus", {"9.md": FILES["8.md"]})
    update([home / "corpus"], home / "index")
    return {path.name: path.read_bytes() for path in (home / "index").iterdir()}


@pytest.fixture
def index(tmp_path, built):
    """A folder with that index, to be damaged."""
    folder = tmp_path / "index"
    folder.mkdir(mode=0o700)
    for name, data in built.items():
        (folder / name).write_bytes(data)
    return folder


def matter(built):
    return sorted(name for name in built if name != "MAIN_WRITELOCK")


def flip(path, bit):
    data = bytearray(path.read_bytes())
    data[bit // 8] ^= 1 << bit % 8
    path.write_bytes(data)


def test_sound_index_is_called_so(index, built):
    report = verify_index(index)
    assert report.damaged == ()
    assert report.files == len(matter(built)) == 4  # state, table of contents, two segments
    assert report.size_bytes == sum(len(built[name]) for name in matter(built))


def test_every_flipped_bit_of_500_is_told(index, built):
    chance = random.Random(5)
    names = matter(built)
    for number in range(500):
        # Each file in turn, so that the small ones are hit as often as the large.
        name = names[number % len(names)]
        bit = chance.randrange(len(built[name]) * 8)
        flip(index / name, bit)
        assert [damage.file for damage in verify_index(index).damaged] == [name], (name, bit)
        flip(index / name, bit)
    assert verify_index(index).damaged == ()


def test_no_flipped_bit_gives_another_answer(index, built):
    """Opened, the index is refused, or answers as before: the table of contents and what pads arrays are not read."""
    chance = random.Random(6)
    with open_index(index) as opened:
        expected = opened.search("园区 投资").to_json()["hits"]
    refused = 0
    for number in range(200):
        name = matter(built)[number % 4]
        bit = chance.randrange(len(built[name]) * 8)
        flip(index / name, bit)
        try:
            with open_index(index) as opened:
                assert opened.search("园区 投资").to_json()["hits"] == expected
        except IndexUnusable:
            refused += 1
        flip(index / name, bit)
    assert refused > 100


DAMAGE = {
    "cut": (lambda path: path.write_bytes(path.read_bytes()[:-1]), r"大小是 \d+ 字节，应是 \d+ 字节|校验和"),
    "longer": (lambda path: path.write_bytes(path.read_bytes() + b"\0"), r"大小是 \d+ 字节，应是 \d+ 字节|校验和"),
    "empty": (lambda path: path.write_bytes(b""), "大小是 0 字节|校验和"),
    "zeroed": (lambda path: path.write_bytes(bytes(path.stat().st_size)), "SHA-256|校验和"),
}


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("kind", ["state", "segment", "table"])
def test_damage_is_named(index, kind, damage):
    pattern = {"state": "state_*.json", "segment": "*.yan", "table": "_MAIN_*.toc"}[kind]
    path = next(index.glob(pattern))
    do, problem = DAMAGE[damage]
    do(path)
    (found,) = verify_index(index).damaged
    assert found.file == path.name
    assert re.search(problem, found.problem)


def test_missing_segment_is_named(index):
    path = next(index.glob("*.yan"))
    path.unlink()
    (found,) = verify_index(index).damaged
    assert (found.file, found.problem) == (path.name, "文件不见了")


def test_missing_state_is_named(index):
    (path,) = index.glob("state_*.json")
    path.unlink()
    (found,) = verify_index(index).damaged
    assert (found.file, found.problem) == (path.name, "文件不见了")


def test_articles_that_no_source_has_are_told(index, built):
    folder = IndexFolder(index)
    state = folder.state(2)
    corpus = next(iter(state.sources))
    fewer = {corpus: {path: entry for path, entry in state.sources[corpus].items() if path != "9.md"}}
    (index / "state_2.json").write_bytes(replace(state, origins=Origins((fewer, state.rejected))).to_bytes())
    (found,) = verify_index(index).damaged
    assert found.file == "state_2.json"
    assert found.problem == "按来源文件应有 7 篇文章，各段里有 8 篇，相同的有 7 篇"


def test_no_index_is_missing(tmp_path):
    with pytest.raises(IndexMissing):
        verify_index(tmp_path / "nowhere")
    with pytest.raises(IndexMissing):
        collect_garbage(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_folder_that_others_can_write_to_is_not_vouched_for(index):
    index.chmod(0o777)
    with pytest.raises(IndexUnusable, match="chmod 700"):
        verify_index(index)
    with pytest.raises(IndexUnusable, match="chmod 700"):
        collect_garbage(index)


# -- damage that opening does not see ----------------------------------------------------------------------------------


@pytest.fixture
def large(monkeypatch):
    """Every index counts as too large to be read when it is opened."""
    monkeypatch.setattr("indexer.store.folder._CHECKED_AT_OPENING", 0)


def spoil(index, name):
    """Overwrite an array of every segment."""
    for path in index.glob("*.yan"):
        array = ArrayFile(path).arrays[name]
        place = address(array) - address(np.frombuffer(array.base, np.uint8))
        content = path.read_bytes()
        path.write_bytes(content[:place] + b"\xff" * array.nbytes + content[place + array.nbytes :])


def address(array):
    return array.__array_interface__["data"][0]


@pytest.mark.parametrize("array", ["passage.article", "article.meta"])
def test_damage_met_later_is_told_as_such(index, large, array):
    spoil(index, array)
    opened = open_index(index)
    with pytest.raises(IndexUnusable, match="校验和不符"):
        opened.search("园区")


def test_damage_is_not_merged_into_a_new_segment(index, large):
    spoil(index, "passage.text")  # bytes that would be copied without a look
    with IndexFolder(index).transaction() as transaction:
        segment = max(transaction.views(), key=lambda segment: segment.size)
        transaction.delete_articles({segment.meta(article)["id"] for article in range(1, 7)})
        with pytest.raises(IndexUnusable, match=r"passage\.text"):
            transaction.merge_small()


def test_damage_that_an_update_stumbles_over_is_told_as_such(index, large):
    spoil(index, "article.first")
    with pytest.raises(IndexUnusable, match=r"article\.first"), IndexFolder(index).transaction() as transaction:
        transaction.delete_articles({segment.meta(0)["id"] for segment in transaction.views()})


def test_error_while_updating_a_sound_index_stays_what_it_is(index):
    with pytest.raises(ZeroDivisionError), IndexFolder(index).transaction():
        raise ZeroDivisionError


def test_error_in_a_sound_index_stays_what_it_is(index, monkeypatch):
    opened = open_index(index)
    monkeypatch.setattr("indexer.search.answer.Answer", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        opened.search("园区")


def test_command_compares_what_opening_does_not(index, large):
    spoil(index, "figure.doc")  # which no search for a word reads
    with pytest.raises(IndexUnusable, match=r"figure\.doc"), open_index(index, compared=True) as opened:
        assert opened.search("园区").total
    with pytest.raises(IndexUnusable, match=r"figure\.doc"), open_index(index, compared=True):
        raise ValueError  # which the damage may have caused
    with pytest.raises(KeyboardInterrupt), open_index(index, compared=True):
        raise KeyboardInterrupt


def test_very_large_index_is_not_compared_for_a_command(index, large, monkeypatch):
    monkeypatch.setattr("indexer.search.generations._COMPARED_BESIDE", 0)
    spoil(index, "figure.doc")
    with open_index(index, compared=True) as opened:
        assert opened.search("园区").total


def test_server_finds_the_damage_before_it_answers(index, large):
    spoil(index, "figure.doc")  # which no search for a word reads
    with open_index(index) as opened, pytest.raises(IndexUnusable, match="校验和不符"):
        opened.follow(lambda _: None)


@pytest.mark.parametrize("harm", ["flipped", "cut", "missing"])
def test_open_index_notices_what_is_done_to_its_files(index, built, harm):
    with open_index(index) as opened:
        before = opened.search("园区").to_json()["hits"]
        path = max(index.glob("*.yan"), key=lambda path: path.stat().st_size)
        if harm == "flipped":
            with path.open("r+b") as file:  # in place: the map shows it
                file.seek(len(built[path.name]) // 2)
                file.write(bytes([built[path.name][len(built[path.name]) // 2] ^ 1]))
        elif harm == "cut":
            path.write_bytes(b"")
        else:
            path.unlink()
        for _ in range(2):
            with pytest.raises(IndexUnusable, match="yansou index --full"):
                opened.search("园区")
        path.unlink(missing_ok=True)
        path.write_bytes(built[path.name])  # from a backup
        assert opened.search("园区").to_json()["hits"] == before


# -- gc ----------------------------------------------------------------------------------------------------------------


def test_gc_takes_what_nobody_needs_and_nothing_else(index, built):
    (index / "MAIN_0123.yan").write_bytes(b"12345")
    (index / "_MAIN_9.toc.new").write_bytes(b"123")
    (index / "_MAIN_1.toc").write_bytes(b"12")
    (index / "notes.txt").write_text("the user's own", encoding="utf-8")
    (index / "MAIN_folder.d").mkdir()
    report = collect_garbage(index)
    assert [(leftover.file, leftover.size) for leftover in report.removed] == [
        ("MAIN_0123.yan", 5),
        ("_MAIN_1.toc", 2),
        ("_MAIN_9.toc.new", 3),
    ]
    assert report.to_json()["bytes"] == 10
    assert {path.name for path in index.iterdir()} == {*built, "notes.txt", "MAIN_folder.d"}
    assert collect_garbage(index).removed == ()


def test_gc_deletes_nothing_of_a_damaged_index(index, built):
    flip(index / "state_2.json", 0)
    with pytest.raises(IndexUnusable):
        collect_garbage(index)
    assert {path.name for path in index.iterdir()} == set(built)


def test_gc_of_a_first_index_that_was_never_finished(tmp_path):
    (tmp_path / "MAIN_0123.yan").write_bytes(b"12345")
    tmp_path.chmod(0o700)
    assert collect_garbage(tmp_path).size_bytes == 5


def test_gc_waits_for_the_writer(index, monkeypatch):
    monkeypatch.setattr("indexer.store.sweep.LOCK_TIMEOUT", 0.0)
    with IndexFolder(index).transaction(), pytest.raises(IndexBusy):
        collect_garbage(index)
    assert collect_garbage(index).removed == ()


# -- another tokenizer ---------------------------------------------------------------------------------------------------


def test_other_version_of_the_tokenizer_is_told_at_opening(index):
    folder = IndexFolder(index)
    state = folder.state(2)
    assert state.tokenizer.startswith("yansou ")
    (index / "state_2.json").write_bytes(replace(state, tokenizer="yansou 0 jieba 0.42.1 0123, 4567").to_bytes())
    with pytest.raises(IndexUnusable, match=r"另一个分词器.*yansou 0 jieba 0\.42\.1.*yansou index --full"):
        open_index(index)
