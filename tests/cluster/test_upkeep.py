"""``yansou verify`` and ``gc`` on a cluster: what is missing or too much is told, what nobody reads goes."""

from __future__ import annotations

import pytest

from indexer.errors import IndexBusy, IndexMissing
from indexer.search.engine import open_index
from indexer.store.cluster import ClusterStore, Connection
from indexer.store.cluster.generation import newest
from indexer.store.cluster.layout import KINDS
from indexer.store.cluster.writing import ClusterChanges
from indexer.store.sweep import collect_garbage
from indexer.store.verify import verify_index
from tests.cluster.stories import command, stories

pytestmark = pytest.mark.needs_cluster


@pytest.fixture
def place(new_place, update, tmp_path):
    """An archive of five articles of two passages each."""
    place = new_place(tmp_path)
    update([stories(tmp_path / "corpus", range(5))], place)
    return place


@pytest.fixture
def connection(place):
    connection = Connection(place)
    yield connection
    connection.close()


def indexes(connection):
    return set(connection.request("GET", f"/{connection.address.name}-*/_settings", flat_settings="true"))


def first_article(connection):
    ids = (hit["_id"] for hit in connection.scan(newest(connection).index("articles"), {"match_all": {}}))
    return min(ids)


def test_whole_archive_is_whole(place, update, tmp_path):
    update([stories(tmp_path / "corpus", range(7))], place)
    report = verify_index(place)
    assert (report.damaged, report.generation, report.files) == ((), 2, 4)
    assert report.size_bytes > 0
    told = command(place, "verify", cwd=tmp_path)
    assert (told.returncode, "完好（第 2 代，4 个索引" in told.stdout) == (0, True), told.stderr


@pytest.mark.parametrize(
    ("kind", "document", "sent", "told"),
    [
        pytest.param("passages", "{article}-1", None, "1 篇文章的段落不全或多余，如 {article} 应有 2 段，却有 1 段", id="passage-gone"),
        pytest.param("passages", "x-9", {"article": "{article}"}, "如 {article} 应有 2 段，却有 3 段", id="passage-too-much"),
        pytest.param("articles", "{article}", None, "按来源文件应有 5 篇文章，索引里有 4 篇，相同的有 4 篇", id="article-gone"),
        pytest.param("articles", "x", {"passages": 0}, "按来源文件应有 5 篇文章，索引里有 6 篇，相同的有 5 篇", id="article-too-much"),
    ],
)  # fmt: skip
def test_what_does_not_fit_together_is_told(place, connection, tmp_path, kind, document, sent, told):
    article, index = first_article(connection), newest(connection).index(kind)
    path = f"/{index}/_doc/{document.format(article=article)}"
    body = sent and {key: value.format(article=article) if value else 0 for key, value in sent.items()}
    connection.request("PUT" if sent else "DELETE", path, body, refresh="true")
    problems = [(damage.file, damage.problem) for damage in verify_index(place).damaged]
    assert any(file == index and told.format(article=article) in problem for file, problem in problems), problems
    ended = command(place, "verify", cwd=tmp_path)
    assert ended.returncode == 1
    assert "yansou index --full" in ended.stderr


def test_update_that_has_not_ended_is_told(place, update, tmp_path, monkeypatch):
    def die(*_):
        raise RuntimeError("power")

    monkeypatch.setattr(ClusterChanges, "_write_files", die)
    with pytest.raises(RuntimeError, match="power"):
        update([stories(tmp_path / "corpus", range(6))], place)
    monkeypatch.undo()
    (damage,) = verify_index(place).damaged
    assert "没有完成" in damage.problem
    update([tmp_path / "corpus"], place)
    assert verify_index(place).damaged == ()


def test_only_what_is_read_is_left(place, connection, update, new_place, tmp_path):
    another = new_place(tmp_path)
    update([tmp_path / "corpus"], another)
    update([tmp_path / "corpus"], place, full=True)
    dead = f"{place.name}-articles-20200101t0000000000"
    connection.request("PUT", f"/{dead}")
    strange = f"{place.name}-mine"
    connection.request("PUT", f"/{strange}")
    before = indexes(connection)
    assert len(before) == 2 * len(KINDS) + 2
    removed = {leftover.file for leftover in collect_garbage(place).removed}
    current = {newest(connection).index(kind) for kind in KINDS}
    assert indexes(connection) == current | {strange} == before - removed
    assert dead in removed
    for each in (place, another):
        with open_index(each) as index:
            assert index.search("星河物流园").total == 5
    told = command(place, "gc", cwd=tmp_path)
    assert (told.returncode, told.stdout.strip()) == (0, f"{place}：没有多余的索引")


def test_without_an_alias_nothing_is_deleted(place, connection):
    before = indexes(connection)
    (passages,) = connection.request("GET", f"/{place.name}/_alias")
    connection.request("POST", "/_aliases", {"actions": [{"remove": {"index": passages, "alias": place.name}}]})
    with pytest.raises(IndexMissing):
        collect_garbage(place)
    assert indexes(connection) == before


def test_nothing_is_deleted_while_somebody_writes(place):
    with ClusterStore(place).transaction(), pytest.raises(IndexBusy):
        collect_garbage(place)
