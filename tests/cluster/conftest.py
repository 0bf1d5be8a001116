"""A cluster to test on, and the same archive on both stores."""

from __future__ import annotations

from contextlib import ExitStack
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
def on_both(tmp_path_factory, update, new_place):
    """A folder of articles on both stores: (embedded, cluster)."""
    with ExitStack() as opened:

        def build(corpus):
            folder = tmp_path_factory.mktemp("both") / "index"
            place = new_place(folder)
            assert isinstance(place, ClusterAddress)
            for each in (folder, place):
                update([corpus], each)
            return tuple(opened.enter_context(open_index(each)) for each in (folder, place))

        yield build


@pytest.fixture(scope="module")
def both(on_both):
    """The shipped corpus on both stores: (embedded, cluster)."""
    return on_both(SHIPPED_CORPUS)
