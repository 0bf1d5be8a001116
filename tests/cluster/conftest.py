"""A cluster to test on, and the same archive on both stores."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.search.engine import open_index
from indexer.store.place import ClusterAddress

SHIPPED_CORPUS = Path(__file__).parents[2] / "corpus"


def pytest_collection_modifyitems(config, items):
    if config.getoption("--cluster") is None:
        skipped = pytest.mark.skip(reason="needs a cluster: make test-cluster")
        for item in items:
            if "cluster" in item.path.parts and "needs_cluster" in item.keywords:
                item.add_marker(skipped)


@pytest.fixture(scope="module")
def both(tmp_path_factory, update, new_place):
    """The shipped corpus on both stores: (embedded, cluster)."""
    folder = tmp_path_factory.mktemp("both") / "index"
    update([SHIPPED_CORPUS], folder)
    place = new_place(folder)
    assert isinstance(place, ClusterAddress)
    update([SHIPPED_CORPUS], place)
    with open_index(folder) as embedded, open_index(place) as cluster:
        yield embedded, cluster
