"""Fixtures of the tests of pages: an index to stand in for the engine's, and a client that reads what comes back."""

from __future__ import annotations

import pytest

from tests.webui import reply
from tests.webui.fake_index import FakeIndex
from tests.webui.sample import ARTICLES, HOSTILE, article
from webui import create_app


@pytest.fixture
def index():
    """The sample articles."""
    return FakeIndex()


@pytest.fixture
def hostile_index():
    """The sample articles and one that is all markup."""
    return FakeIndex(articles=(*ARTICLES, HOSTILE))


@pytest.fixture
def many():
    """An index whose 1,234 passages all hold 谷."""
    return FakeIndex(
        articles=tuple(article(f"n{n}", f"第{n}篇", [("body", f"谷字第{n}段")], date="2022") for n in range(1234))
    )


@pytest.fixture
def app_over():
    """``app_over(index)`` is the application over an index."""

    def make(index):
        app = create_app(index)
        app.testing = True
        return app

    return make


@pytest.fixture
def browse(app_over):
    """``browse(index)(path)`` requests a page and reads it."""

    def over(index):
        client = app_over(index).test_client()
        return lambda path, **options: reply.Reply(client.get(path, buffered=True, **options))

    return over


@pytest.fixture
def get(browse, index):
    """``get(path)`` requests a page over the sample."""
    return browse(index)


@pytest.fixture
def tags_of():
    return reply.tags_of
