"""Nodes that really have no room: queues of one place, hardly any memory for what is being written. All arrives, or it is told."""

from __future__ import annotations

import threading

import pytest

from indexer.errors import ClusterAway
from indexer.search.engine import open_index
from indexer.store.cluster import Connection
from tests.cluster.nodes import running
from tests.cluster.places import new_places
from tests.cluster.stories import command, stories

pytestmark = pytest.mark.needs_cluster

NARROW = {
    "indexing_pressure.memory.limit": "256kb",
    "thread_pool.write.size": 1,
    "thread_pool.write.queue_size": 1,
    "thread_pool.search.size": 1,
    "thread_pool.search.queue_size": 6,
}


@pytest.fixture(scope="module")
def narrow(request):
    if request.config.getoption("--cluster") != "start":
        pytest.skip("starts a node of its own: only with --cluster start")
    with running(base_port=9260, nodes=1, settings=NARROW) as nodes:
        yield nodes


def rejected(connection, *path):
    """How often the node has had no room."""
    (stats,) = connection.request("GET", f"/_nodes/stats/{path[0]}")["nodes"].values()
    for name in path:
        stats = stats[name]
    return stats


@pytest.mark.parametrize(
    ("shards", "articles", "where"),
    [
        pytest.param(1, 600, ("indexing_pressure", "memory", "total", "coordinating_rejections"), id="memory"),
        pytest.param(4, 150, ("thread_pool", "write", "rejected"), id="queue"),
    ],
)
def test_all_arrives_where_little_is_taken_at_a_time(narrow, update, tmp_path, shards, articles, where):
    with new_places(*narrow.urls, shards=shards) as new:
        place = new()
        connection = Connection(place)
        before = rejected(connection, *where)
        report = update([stories(tmp_path / "corpus", range(articles))], place)
        assert rejected(connection, *where) > before
        assert (report.articles, report.passages) == (articles, 2 * articles)
        found = connection.request("POST", f"/{place.name}/_count")
        assert found["count"] == 2 * articles
        connection.close()


def test_every_search_of_a_crowd_is_whole_or_says_what_it_lacks(narrow, update, tmp_path):
    with new_places(*narrow.urls) as new:
        place = new()
        update([stories(tmp_path / "corpus", range(40))], place)
        connection = Connection(place)
        before = rejected(connection, "thread_pool", "search", "rejected")
        answers = []

        def ask():
            with open_index(place) as index:
                for n in range(5):
                    try:
                        found = index.search(f"星河物流园 第{n}期 开工")
                        answers.append((found.rung, found.total, any("分片没有应答" in note for note in found.notes)))
                    except ClusterAway as error:
                        answers.append((None, 0, "429" in str(error)))

        with open_index(place) as index:
            whole = {
                (found.rung, found.total) for found in (index.search(f"星河物流园 第{n}期 开工") for n in range(5))
            }
        threads = [threading.Thread(target=ask) for _ in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert rejected(connection, "thread_pool", "search", "rejected") > before
        connection.close()
        assert len(answers) == 80
        assert all(told or (rung, total) in whole for rung, total, told in answers)
        assert any((rung, total) in whole for rung, total, _ in answers)


def test_what_finds_no_room_at_all_is_one_line_and_exit_2(narrow, tmp_path):
    with running(base_port=9270, nodes=1, settings={"indexing_pressure.memory.limit": "1kb"}) as nodes:
        with new_places(*nodes.urls) as new:
            ended = command(new(), "index", str(stories(tmp_path / "corpus", range(3))), cwd=tmp_path)
        assert ended.returncode == 2
        assert "太忙" in ended.stderr
        assert "Traceback" not in ended.stderr
