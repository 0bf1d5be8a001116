"""The index folder: commits whole or not at all, one writer, private, damage told and mended."""

from __future__ import annotations

import os
import zlib
from dataclasses import replace

import pytest

from indexer.errors import BadRequest, IndexBusy, IndexMissing, IndexUnusable
from indexer.store import disk
from indexer.store import folder as folder_module
from indexer.store.arrays import ArrayFile
from indexer.store.builder import SegmentBuilder
from indexer.store.folder import IndexFolder, IndexState, Origins

ORIGINS = Origins(({"corpus": {"a.md": ["", 0, 0, ["0"]]}}, {"corpus": {}}))
STATE = IndexState("cutter", "2022-01-01T00:00:00+00:00", ORIGINS)


@pytest.fixture
def arrays(tokenizer, article_of):
    def make(*titles, number=0):
        builder = SegmentBuilder()
        for i, title in enumerate(titles):
            article = article_of(title, number=number + i)
            builder.add(article, [tokenizer.analyze(passage.text) for passage in article.passages])
        return [builder.part()]

    return make


@pytest.fixture
def folder(tmp_path, arrays):
    """A folder with one committed generation of one passage."""
    folder = IndexFolder(tmp_path / "index")
    commit(folder, arrays("甲"))
    return folder


def commit(folder, *segments, fresh=False):
    with folder.transaction(fresh=fresh) as transaction:
        for segment in segments:
            transaction.add_pending(segment)
        transaction.publish_pending()
        return transaction.commit(STATE)


def without_segments(state):
    return replace(state, segments=(), files={}).to_bytes()


def files(folder):
    return {path.name for path in folder.path.iterdir()} - {"MAIN_WRITELOCK"}


def texts(snapshot):
    return [
        segment.text(doc) for segment in snapshot.segments for doc in range(segment.size) if segment.live[doc]
    ]  # fmt: skip


def test_commit_is_seen_as_a_whole(folder, arrays):
    assert commit(folder, arrays("乙", number=1), arrays("丙", number=2)) == folder.generation()
    snapshot = folder.snapshot()
    assert texts(snapshot) == ["甲", "乙", "丙"]
    assert without_segments(snapshot.state) == STATE.to_bytes()
    assert {name for name, _ in snapshot.state.segments} == {file for file in files(folder) if file.endswith(".yan")}


def test_old_generation_leaves_no_files(folder, arrays):
    first = files(folder)
    commit(folder, arrays("乙"), fresh=True)
    assert texts(folder.snapshot()) == ["乙"]
    assert len(files(folder)) == 3
    assert not files(folder) & first


def test_nothing_shows_before_the_commit(folder, arrays):
    with folder.transaction() as transaction:
        transaction.add_pending(arrays("乙", number=1))
        transaction.publish_pending()
        assert texts(folder.snapshot()) == ["甲"]
        transaction.commit(STATE)
    assert texts(folder.snapshot()) == ["甲", "乙"]


def test_first_index_is_missing_while_it_is_built(tmp_path, arrays):
    folder = IndexFolder(tmp_path / "index")
    with folder.transaction() as transaction:
        transaction.add_pending(arrays("甲"))
        with pytest.raises(IndexMissing):
            folder.snapshot()


@pytest.mark.parametrize("fresh", [False, True], ids=["update", "full"])
def test_rollback_leaves_everything_as_it_was(folder, arrays, fresh):
    before, generation = files(folder), folder.generation()
    with folder.transaction(fresh=fresh) as transaction:
        transaction.add_pending(arrays("乙", number=1))
        transaction.add_pending(arrays("丙", number=2))
        transaction.publish_pending()
        transaction.delete_articles({f"{0:012x}"})
        transaction.merge_small()
        transaction.add_pending(arrays("丁", number=3))
    assert files(folder) == before
    assert folder.generation() == generation
    assert texts(folder.snapshot()) == ["甲"]


def test_rollback_of_a_first_index_leaves_no_files(tmp_path, arrays):
    folder = IndexFolder(tmp_path / "index")
    with folder.transaction() as transaction:
        transaction.add_pending(arrays("甲"))
    assert files(folder) == set()
    with pytest.raises(IndexMissing):
        folder.snapshot()


def test_failed_commit_leaves_everything_as_it_was(folder, arrays, monkeypatch):
    before = files(folder)

    def full_disk(*_):
        raise OSError("No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(disk, "publish", full_disk)
        with pytest.raises(OSError, match="No space"):
            commit(folder, arrays("乙", number=1))
    assert files(folder) == before
    assert texts(folder.snapshot()) == ["甲"]
    commit(folder, arrays("丙", number=2))
    assert texts(folder.snapshot()) == ["甲", "丙"]
    assert len(files(folder)) == 4


def test_failure_behind_the_rename_keeps_what_was_published(folder, arrays, monkeypatch):
    publish = disk.publish

    def published_but_not_synced(*args):
        publish(*args)
        raise OSError("Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(disk, "publish", published_but_not_synced)
        with pytest.raises(OSError, match="Input/output"):
            commit(folder, arrays("乙", number=1))
    assert texts(folder.snapshot()) == ["甲", "乙"]


def test_second_writer_finds_it_busy(folder):
    with folder.transaction(), pytest.raises(IndexBusy, match="等它写完"), folder.transaction(timeout=0):
        pass
    with folder.transaction(timeout=0):
        pass


def test_writers_read_the_generation_they_change(folder, arrays):
    commit(folder, arrays("乙", number=1))
    with folder.transaction() as transaction:
        assert without_segments(transaction.state) == STATE.to_bytes()
        assert [view.size for view in transaction.views()] == [1, 1]


def test_reader_keeps_its_generation(folder, arrays):
    old = folder.snapshot()
    commit(folder, arrays("乙"), fresh=True)
    assert not old.segments[0].file.path.exists()
    assert texts(old) == ["甲"]
    assert old.segments[0].file.check() == []


def test_segments_stay_open_through_commits(folder, arrays):
    """What is known of a segment is not worked out again, unless something of it was deleted."""
    commit(folder, arrays("乙", "丙", "丁", number=1))
    before = folder.snapshot().segments
    commit(folder, arrays("戊", number=5))
    after = folder.snapshot().segments
    large = max(before, key=lambda segment: segment.size)
    assert any(segment is large for segment in after)
    with folder.transaction() as transaction:
        transaction.delete_articles({f"{1:012x}"})
        transaction.commit(STATE)
    assert not any(segment is large for segment in folder.snapshot().segments)
    assert texts(folder.snapshot()) == ["甲", "丙", "丁", "戊"]


def test_deleted_articles_stay_dead_through_commits(folder, arrays):
    commit(folder, arrays("乙", "丙", number=1))
    with folder.transaction() as transaction:
        transaction.delete_articles({f"{1:012x}", "no such id"})
        transaction.commit(STATE)
    assert texts(folder.snapshot()) == ["甲", "丙"]
    commit(folder, arrays("丁", number=5))
    assert texts(folder.snapshot()) == ["甲", "丙", "丁"]


def test_many_small_commits_make_few_segments(folder, arrays):
    for number in range(1, 40):
        with folder.transaction() as transaction:
            transaction.add_pending(arrays(f"文{number}", number=number))
            transaction.publish_pending()
            transaction.merge_small()
            transaction.commit(STATE)
    sizes = sorted(segment.size for segment in folder.snapshot().segments)
    assert sum(sizes) == 40
    assert len(sizes) <= 5
    assert all(size >= 2 * sum(sizes[:i]) for i, size in enumerate(sizes))


def test_mostly_deleted_segment_is_written_anew(folder, arrays):
    commit(folder, arrays(*"乙丙丁戊己庚辛壬癸子", number=1))
    with folder.transaction() as transaction:
        transaction.delete_articles({f"{number:012x}" for number in range(1, 8)})
        transaction.merge_small()
        transaction.commit(STATE)
    assert texts(folder.snapshot()) == ["甲", "壬", "癸", "子"]
    assert not any(segment.has_deletions for segment in folder.snapshot().segments)


def test_segment_of_dead_passages_is_dropped(folder):
    with folder.transaction() as transaction:
        transaction.delete_articles({f"{0:012x}"})
        transaction.merge_small()
        transaction.commit(STATE)
    assert folder.snapshot().segments == ()
    assert len(files(folder)) == 2


@pytest.mark.parametrize("name", ["no-folder", "."], ids=["no-folder", "empty-folder"])
def test_no_index_is_missing(tmp_path, name):
    with pytest.raises(IndexMissing, match="先运行 yansou index"):
        IndexFolder(tmp_path / name).snapshot()


def toc(folder):
    return folder.path / f"_MAIN_{folder.generation()}.toc"


def state_file(folder):
    return folder.path / f"state_{folder.generation()}.json"


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda data: data[:0], id="empty"),
        pytest.param(lambda data: data[:10], id="cut-at-the-start"),
        pytest.param(lambda data: data[:-1], id="cut-at-the-end"),
        pytest.param(lambda data: bytes(len(data)), id="zeroed"),
        pytest.param(lambda data: data.replace(b"cutter", b"Cutter"), id="another-word"),
    ],
)
def test_damaged_state_is_told_and_mended(folder, arrays, damage):
    generation = folder.generation()
    state_file(folder).write_bytes(damage(state_file(folder).read_bytes()))
    with pytest.raises(IndexUnusable, match="yansou index --full"):
        folder.snapshot()
    with pytest.raises(IndexUnusable, match="yansou index --full"):
        commit(folder, arrays("乙"))
    # A reader of the damaged one must see that there is another.
    assert commit(folder, arrays("丙"), fresh=True) > generation
    assert texts(folder.snapshot()) == ["丙"]
    assert len(files(folder)) == 3


def test_every_flipped_bit_of_the_state_is_told(folder):
    data = state_file(folder).read_bytes()
    for at in range(len(data) - 1):  # the last byte ends the line
        state_file(folder).write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        with pytest.raises(IndexUnusable):
            folder.snapshot()


def test_table_of_contents_is_never_read(folder, arrays):
    # It is a pickle, and whoever could write one could run anything in a reader of it.
    (folder.path / f"_MAIN_{folder.generation()}.toc").write_bytes(b"not a table of contents")
    assert texts(folder.snapshot()) == ["甲"]
    commit(folder, arrays("乙", number=1))
    assert texts(folder.snapshot()) == ["甲", "乙"]


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b'{"format": 2}', b'{"format": 1, "a": 2}', b"\xff\xfe", b"null", b"[" * 100_000]
)
def test_damaged_state_is_told(folder, content):
    (folder.path / f"state_{folder.generation()}.json").write_bytes(content)
    with pytest.raises(IndexUnusable, match="yansou index --full"):
        folder.snapshot()


@pytest.mark.parametrize("line", [b"", b"{", b"[{}]", b"1", b"\xff", b"[" * 100_000])
def test_damaged_list_of_sources_is_told_when_it_is_read(folder, line):
    """Its checksum is right: somebody made it so."""
    head = state_file(folder).read_bytes().split(b"\n")[0] + b"\n" + line
    state_file(folder).write_bytes(head + b"\n%08x\n" % zlib.crc32(head))
    assert texts(folder.snapshot()) == ["甲"]
    with pytest.raises(IndexUnusable, match="yansou index --full"):
        folder.snapshot().state.sources  # noqa: B018


def test_other_format_is_told(folder, monkeypatch):
    made = folder_module.FORMAT
    monkeypatch.setattr(folder_module, "FORMAT", 1000)
    with pytest.raises(IndexUnusable, match=rf"另一个版本的格式（{made}，现在是 1000）.*yansou index --full"):
        folder.snapshot()


@pytest.mark.parametrize("size", [-1, 1], ids=["shorter", "longer"])
def test_segment_of_another_size_is_told_before_it_is_mapped(folder, size):
    (segment,) = folder.path.glob("*.yan")
    data = segment.read_bytes()
    segment.write_bytes(data[:size] if size < 0 else data + bytes(size))
    with pytest.raises(IndexUnusable, match=f"大小是 {len(data) + size} 字节，应是 {len(data)} 字节"):
        folder.snapshot()


def test_segment_is_compared_with_its_checksums_once(folder, arrays, monkeypatch):
    compared = []
    check = ArrayFile.check
    monkeypatch.setattr(ArrayFile, "check", lambda file: compared.append(file.path.name) or check(file))
    commit(folder, arrays("乙", number=1))
    compared.clear()
    reader = IndexFolder(folder.path)
    reader.snapshot()
    reader.snapshot()
    assert len(compared) == len(set(compared)) == 2
    commit(folder, arrays("丙", number=2))
    compared.clear()
    reader.snapshot()
    assert len(compared) == 1


@pytest.mark.parametrize("damage", ["missing", "truncated"])
def test_damaged_segment_is_told_and_mended(folder, arrays, damage):
    (segment,) = folder.path.glob("*.yan")
    segment.write_bytes(segment.read_bytes()[:900])
    if damage == "missing":
        segment.unlink()
    with pytest.raises(IndexUnusable, match="yansou index --full"):
        folder.snapshot()
    commit(folder, arrays("乙"), fresh=True)
    assert texts(folder.snapshot()) == ["乙"]


@pytest.mark.parametrize("mode", [0o720, 0o702, 0o777])
def test_folder_that_others_can_write_to_is_refused(folder, arrays, mode):
    folder.path.chmod(mode)
    with pytest.raises(IndexUnusable, match="chmod 700"):
        folder.snapshot()
    with pytest.raises(IndexUnusable, match="chmod 700"):
        commit(folder, arrays("乙"))
    # Built anew, nothing in it is read.
    commit(folder, arrays("丙"), fresh=True)
    assert folder.path.stat().st_mode & 0o777 == 0o700


def test_folder_of_another_user_is_refused(folder, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: folder.path.stat().st_uid + 1)
    with pytest.raises(IndexUnusable, match="属于另一个用户"):
        folder.snapshot()
    with pytest.raises(IndexUnusable, match="属于另一个用户"), folder.transaction(fresh=True):
        pass


def test_new_folder_is_private(tmp_path, arrays):
    folder = IndexFolder(tmp_path / "a" / "index")
    commit(folder, arrays("甲"))
    assert folder.path.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("fresh", [False, True], ids=["first", "full"])
def test_no_index_is_made_among_other_files(tmp_path, arrays, fresh):
    tmp_path.chmod(0o755)
    (tmp_path / "article.md").write_text("甲")
    (tmp_path / ".gitignore").write_text("*")
    with pytest.raises(BadRequest, match=r"article\.md.*空目录"):
        commit(IndexFolder(tmp_path), arrays("甲"), fresh=fresh)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".gitignore", "article.md"]
    assert tmp_path.stat().st_mode & 0o777 == 0o755
    (tmp_path / "article.md").unlink()
    assert commit(IndexFolder(tmp_path), arrays("甲"), fresh=fresh) == 1
    (tmp_path / "notes.txt").write_text("put there later")
    assert commit(IndexFolder(tmp_path), arrays("乙", number=1)) == 2
