"""What a cluster does that an index of one's own does not: nodes die, it is full, an alias is wrong. All or reported, never hidden."""

from __future__ import annotations

import threading

import pytest

from indexer.errors import ClusterAway, IndexBusy, IndexMissing, IndexUnusable
from indexer.search.engine import open_index
from indexer.store.cluster import Connection
from indexer.store.cluster.writing import ClusterChanges, ClusterStore
from indexer.store.place import ClusterAddress
from tests.cluster.places import new_places
from tests.cluster.stories import STORY, command, stories
from webui import create_app

pytestmark = pytest.mark.needs_cluster


@pytest.fixture(scope="module")
def three(request):
    """Three nodes that may be killed; after the tests all of them run again."""
    if request.config.getoption("--cluster") != "start":
        pytest.skip("kills nodes: only with --cluster start")
    nodes = request.getfixturevalue("nodes")
    yield nodes
    nodes.start_all()


@pytest.fixture
def place(three):
    with new_places(*three.urls, shards=3, replicas=1) as new:
        yield new()
        three.start_all()


def test_node_that_dies_in_mid_bulk_loses_nothing(three, place, update, tmp_path, monkeypatch):
    corpus = stories(tmp_path / "corpus", range(300))
    sent = 0
    bulk = Connection.bulk

    def killing(self, actions):
        nonlocal sent
        sent += 1
        if sent == 2:  # the files, behind the articles
            three.kill(2)
        return bulk(self, actions)

    monkeypatch.setattr(Connection, "bulk", killing)
    report = update([corpus], place)
    assert (report.articles, report.passages) == (300, 600)
    with open_index(place) as index:
        assert index.search("星河物流园").total == 300
        assert index.status().cluster["health"] in ("yellow", "green")
    three.start_all()


def test_every_search_while_a_node_dies_is_whole_or_says_what_it_lacks(three, place, update, tmp_path):
    update([stories(tmp_path / "corpus", range(60))], place)
    answers = []
    stop = threading.Event()

    def ask():
        with open_index(place) as index:
            while not stop.is_set():
                try:
                    found = index.search("星河物流园")
                    answers.append((found.total, any("分片没有应答" in note for note in found.notes)))
                except (ClusterAway, IndexMissing) as error:
                    answers.append((0, str(error)))

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        three.wait(3, status="green")  # a shard without its copy would be lost with the node
        three.kill(1)
        # Indexes of other tests may have no copies.
        three.wait(2, seconds=120, indexes=f"{place.name}-*")
    finally:
        stop.set()
        thread.join(60)
    assert answers
    assert all(total == 60 or told for total, told in answers)
    with open_index(place) as index:
        assert index.search("星河物流园").total == 60
    three.start_all()


def test_lost_shards_are_told_with_every_answer(three, update, tmp_path):
    with new_places(*three.urls, shards=3, replicas=0) as new:
        place = new()
        update([stories(tmp_path / "corpus", range(60))], place)
        with open_index(place) as index:
            assert index.search("星河物流园").notes == ()
            victim = _node_with(place, three, "passages")
            three.kill(victim)
            three.wait(2, status="red", seconds=60, indexes=f"{place.name}-*")
            try:
                found = index.search("星河物流园")
            except ClusterAway as error:
                told, total = (str(error),), 0
            else:
                told, total = found.notes, found.total
            assert total < 60
            assert any("分片" in note for note in told)
            # What has no room for a note is refused.
            for ask in (
                lambda: list(index.hits("星河物流园")),
                lambda: list(index.concordance_lines("星河物流园")),
                lambda: index.facet("星河物流园", "kind"),
                index.holdings,
                lambda: index.rank("星河物流园"),
            ):
                with pytest.raises(ClusterAway, match="分片"):
                    ask()
            assert any("分片" in note for note in index.figures().notes)
        three.start_all()


def _node_with(place, three, kind):
    """A node that holds a shard of the passages, but not the one shard of the other indexes."""
    connection = Connection(ClusterAddress(three.urls, place.name))
    shards = connection.request("GET", f"/_cat/shards/{place.name}-*", format="json", h="index,node,id")
    nodes = connection.request("GET", "/_nodes/http")["nodes"]
    connection.close()
    ports = {node: int(of["http"]["publish_address"].rpartition(":")[2]) for node, of in nodes.items()}
    numbers = {node: [url.endswith(f":{port}") for url in three.urls].index(True) for node, port in ports.items()}
    holding = {numbers[shard["id"]] for shard in shards if f"-{kind}-" in shard["index"]}
    return max(holding)


def test_cluster_that_is_away_is_a_503_and_exit_2(three, place, update, tmp_path):
    update([stories(tmp_path / "corpus", range(3))], place)
    gone = ClusterAddress(("http://127.0.0.1:9",), place.name)
    ended = command(gone, "search", "星河", cwd=tmp_path)
    assert ended.returncode == 2
    assert "连不上" in ended.stderr
    assert "Traceback" not in ended.stderr
    with open_index(place) as index:
        client = create_app(index).test_client()
        assert client.get("/search?q=星河").status_code == 200
        for number in range(3):
            three.kill(number)
        page = client.get("/search?q=星河")
        assert page.status_code == 503
        assert "Retry-After" in page.headers
        assert client.get("/api/v1/search?q=星河").status_code == 503
    three.start_all()


def test_command_line_is_the_same(three, place, tmp_path):
    corpus = stories(tmp_path / "corpus", range(5))
    assert command(place, "search", "星河", cwd=tmp_path).returncode == 2
    done = command(place, "index", str(corpus), cwd=tmp_path)
    assert (done.returncode, "5 篇文章" in done.stderr) == (0, True), done.stderr
    found = command(place, "search", "星河物流园", "总投资>=3亿元", "--json", cwd=tmp_path)
    assert found.returncode == 0
    assert '"total": 2' in found.stdout
    assert command(place, "search", "没有印过的字", cwd=tmp_path).returncode == 1
    told = command(place, "status", cwd=tmp_path)
    assert "3 个节点" in told.stdout


def test_alias_that_stands_for_something_else_is_refused(three, place, update, tmp_path):
    update([stories(tmp_path / "corpus", range(3))], place)
    connection = Connection(place)
    connection.request(
        "PUT", f"/{place.name}-passages-foreign", {"mappings": {"properties": {"x": {"type": "keyword"}}}}
    )
    connection.request(
        "POST", "/_aliases", {"actions": [{"add": {"index": f"{place.name}-passages-foreign", "alias": place.name}}]}
    )
    with pytest.raises(IndexUnusable, match="2 个索引"):
        open_index(place)
    # A rebuild puts it right.
    assert update([tmp_path / "corpus"], place, full=True).articles == 3
    with open_index(place) as index:
        assert index.search("星河物流园").total == 3
    connection.close()


def test_rebuild_keeps_the_index_before_and_no_older(three, place, update, tmp_path):
    corpus = stories(tmp_path / "corpus", range(3))
    for _ in range(4):
        update([corpus], place, full=True)
    connection = Connection(place)
    found = connection.request("GET", f"/{place.name}-passages-*/_alias")
    connection.close()
    assert len(found) == 2
    assert [of["aliases"] for of in found.values() if of["aliases"]] == [{place.name: {}}]


def test_rebuild_that_fails_leaves_the_index_as_it_was(three, place, update, tmp_path, monkeypatch):
    update([stories(tmp_path / "corpus", range(3))], place)
    monkeypatch.setattr("indexer.store.cluster.writing.ClusterChanges.counts", lambda _: (1, 1))
    with pytest.raises(ClusterAway, match="没有启用"):
        update([stories(tmp_path / "corpus", range(5))], place, full=True)
    monkeypatch.undo()
    with open_index(place) as index:
        assert index.search("星河物流园").total == 3


def test_update_that_dies_is_made_good_by_the_next(three, place, update, tmp_path, monkeypatch):
    corpus = stories(tmp_path / "corpus", range(4))
    update([corpus], place)
    stories(corpus, range(4, 8))
    monkeypatch.setattr("indexer.store.cluster.writing.ClusterChanges._write_files", _fail)
    with pytest.raises(RuntimeError, match="power"):
        update([corpus], place)
    monkeypatch.undo()
    (corpus / "0005.md").unlink()  # its articles were sent, and no file has them any more
    assert update([corpus], place).articles == 7
    with open_index(place) as index:
        assert index.search("星河物流园").total == 7
        assert index.search("第5期").total == 0
        assert not index.status().cluster["unfinished"]


def _fail(*_):
    raise RuntimeError("power")


def test_changed_and_removed_files_are_followed(three, place, update, tmp_path):
    corpus = stories(tmp_path / "corpus", range(3))
    update([corpus], place)
    (corpus / "0000.md").write_text("---\ntitle: 第0号\n---\n\n改成了别的话。\n\n再加一段。\n", "utf-8")
    (corpus / "0001.md").unlink()
    report = update([corpus], place)
    assert (report.changed, report.removed, report.unchanged, report.passages) == (1, 1, 1, 5)
    with open_index(place) as index:
        assert index.search("星河物流园").total == 1
        assert index.search("再加一段").total == 1
    (corpus / "0000.md").write_text("---\ntitle: 第0号\n---\n\n又短了。\n", "utf-8")
    assert update([corpus], place).passages == 4


def test_pages_of_copies_that_differ_lose_and_repeat_nothing(three, place, update, tmp_path):
    corpus = stories(tmp_path / "corpus", range(300))
    update([corpus], place)
    for n in range(0, 300, 3):  # what was replaced still counts in scores, on each copy until it merges
        (corpus / f"{n:04}.md").write_text(
            f"---\ntitle: 第{n}号\n---\n\n{STORY.format(n=n)}{'又开工。' * (n % 7)}\n", "utf-8"
        )
    update([corpus], place)
    update([corpus], tmp_path / "index")
    three.wait(3, status="green")
    with open_index(place) as index, open_index(tmp_path / "index") as embedded:
        for query, sort in (("星河物流园", "relevance"), ("星河物流园", "date"), ("开工 亿元 期", "relevance")):
            pages = [
                hit.passage.id
                for offset in range(0, 330, 30)
                for hit in index.search(query, limit=30, offset=offset, sort=sort).hits
            ]
            assert len(pages) == len(set(pages)) == 300
            assert set(pages) == {hit.passage.id for hit in embedded.hits(query)}


def test_reader_sees_nothing_of_an_update_before_it_ends(three, place, update, tmp_path, monkeypatch):
    corpus = stories(tmp_path / "corpus", range(3))
    update([corpus], place)
    (corpus / "0001.md").write_text("---\ntitle: 第1号\n---\n\n星河物流园停工了。\n", "utf-8")
    seen = []
    write_files = ClusterChanges._write_files

    def look(self, state):
        self._refresh("articles")  # of these only what must be known besides passages
        with open_index(place) as index:
            seen.extend(hit.passage.text for hit in index.search("星河物流园").hits)
        return write_files(self, state)

    monkeypatch.setattr(ClusterChanges, "_write_files", look)
    update([corpus], place)
    assert sorted(seen) == sorted(STORY.format(n=n) for n in range(3))
    with open_index(place) as index:
        assert index.search("停工").total == 1


def test_second_writer_waits_its_turn(three, place):
    with ClusterStore(place).transaction(), pytest.raises(IndexBusy), ClusterStore(place).transaction():
        pass


def test_snapshot_is_restored_under_another_name(three, place, update, tmp_path):
    update([stories(tmp_path / "corpus", range(4))], place)
    connection = Connection(place)
    connection.request(
        "PUT", "/_snapshot/archive", {"type": "fs", "settings": {"location": str(three.home / "snapshots")}}
    )
    connection.request(
        "PUT", f"/_snapshot/archive/{place.name}", {"indices": f"{place.name}-*"}, wait_for_completion="true"
    )
    renamed = {
        "indices": f"{place.name}-*",
        "include_aliases": False,
        "rename_pattern": place.name,
        "rename_replacement": f"{place.name}b",
    }
    connection.request("POST", f"/_snapshot/archive/{place.name}/_restore", renamed, wait_for_completion="true")
    (index,) = connection.request("GET", f"/{place.name}b-passages-*")
    connection.request("POST", "/_aliases", {"actions": [{"add": {"index": index, "alias": f"{place.name}b"}}]})
    restored = ClusterAddress(place.urls, f"{place.name}b")
    with open_index(restored) as opened:
        assert opened.search("星河物流园").total == 4
    connection.request("DELETE", f"/{place.name}b-*")
    connection.request("DELETE", f"/_snapshot/archive/{place.name}")
    connection.close()
