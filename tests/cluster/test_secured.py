"""TLS, passwords and roles, against OpenSearch's own security plugin with the roles that the documentation shows."""

from __future__ import annotations

import logging
import time
from dataclasses import replace

import pytest

from indexer.errors import BadRequest, ClusterAway
from indexer.search.engine import open_index
from indexer.store.cluster import ClusterStore, Connection
from indexer.store.place import ClusterAddress
from tests.cluster.nodes import running
from tests.cluster.secured import PASSWORD, SecuredCluster, issue
from tests.cluster.stories import command, stories
from webui import create_app

pytestmark = pytest.mark.needs_cluster


@pytest.fixture(scope="module")
def writer(request):
    """Where whoever has the writer's role finds the archive."""
    if request.config.getoption("--cluster") != "start":
        pytest.skip("starts a node of its own: only with --cluster start")
    with running(9280, 1, kind=SecuredCluster) as nodes:
        yield ClusterAddress(nodes.urls, "yansou", nodes.authority, "writer", PASSWORD, replicas=0)


@pytest.fixture(scope="module")
def reader(writer, tmp_path_factory):
    """Where whoever has the reader's role finds an archive of eight articles."""
    home = tmp_path_factory.mktemp("secured")
    for numbers, flags in ((range(4), ()), (range(4, 8), ()), (range(8), ("--full",)), (range(8), ("--full",))):
        done = command(writer, "index", str(stories(home / "corpus", numbers)), *flags, cwd=home)
        assert done.returncode == 0, done.stderr
    return replace(writer, user="reader")


def test_the_roles_shown_suffice(reader, writer, tmp_path):
    with open_index(reader) as index:
        found = index.search("星河物流园 总投资>=3亿元")
        article = found.hits[0].article.id
        assert found.total == 5
        assert found.notes == ()
        assert len(list(index.hits("星河物流园"))) == 8
        assert index.search_articles("星河物流园").total == 8
        assert index.figures("总投资>=3亿元").total == 5
        assert 0 < index.names("park").total < index.names().total
        assert index.suggest("星河")
        assert index.article(article).passages
        assert index.rank("“星河物流园”")
        for ask in (index.similar, index.reprints, index.annotations):
            ask(article)
        assert index.holdings().newest
        assert index.search("“星河物园”").total + len(index.search("兴河物流园").suggestions) > 0
        assert index.status().cluster["nodes"] == 1
    for place, what in ((reader, "verify"), (writer, "verify"), (writer, "gc")):
        done = command(place, what, cwd=tmp_path)
        assert done.returncode == 0, done.stderr


def test_a_reader_cannot_write(reader, tmp_path):
    done = command(reader, "index", str(stories(tmp_path / "corpus", range(1))), cwd=tmp_path)
    assert done.returncode == 2
    assert "不许用户 reader 这样做（403，缺 indices:" in done.stderr
    told_once(done.stderr)


@pytest.mark.parametrize("write", [False, True], ids=["reading", "writing"])
def test_a_wrong_password_is_one_line_and_exit_2(reader, tmp_path, write):
    wrong = replace(reader, password="Holunder-8")
    words = ("index", str(stories(tmp_path / "corpus", range(1)))) if write else ("search", "星河")
    done = command(wrong, *words, cwd=tmp_path)
    assert done.returncode == 2
    assert "不认这个用户（401）" in done.stderr
    told_once(done.stderr)
    assert "Holunder" not in done.stderr + done.stdout


def test_a_password_that_is_changed_is_a_503(reader, caplog):
    with open_index(reader) as index:
        client = create_app(index).test_client()
        assert client.get("/search?q=星河").status_code == 200
        index._generations._connection._client.transport.connection_pool.connections[0].headers["authorization"] = (
            "Basic cmVhZGVyOkhvbHVuZGVyLTg="
        )
        with caplog.at_level(logging.DEBUG):
            page = client.get("/search?q=星河物流园")
        assert page.status_code == 503
        for told in (page.text, caplog.text):
            assert not any(secret in told for secret in (PASSWORD, "Holunder", "cmVhZGVy", "Basic "))


@pytest.mark.parametrize("write", [False, True], ids=["reading", "writing"])
@pytest.mark.parametrize("wrong", ["another-authority", "the-system's", "another-host"])
def test_a_certificate_that_is_not_trusted_is_one_line_at_once(reader, tmp_path, wrong, write):
    place = {
        "another-authority": lambda: replace(reader, ca=issue(tmp_path)),
        "the-system's": lambda: replace(reader, ca=None),
        "another-host": lambda: replace(reader, urls=tuple(u.replace("127.0.0.1", "localhost") for u in reader.urls)),
    }[wrong]()
    began = time.monotonic()
    use = ClusterStore(place).transaction().__enter__ if write else lambda: open_index(place)
    with pytest.raises(ClusterAway, match="证书没有通过验证"):
        use()
    assert time.monotonic() - began < 2
    done = command(place, "search", "星河", cwd=tmp_path)
    assert done.returncode == 2
    told_once(done.stderr)


@pytest.mark.parametrize("content", [None, "no certificate"], ids=["no-file", "no-pem"])
def test_a_file_of_certificates_that_cannot_be_read_is_named(reader, tmp_path, content):
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_text(content)
    place = replace(reader, ca=file)
    with pytest.raises(BadRequest, match="读不出证书文件"):
        open_index(place)
    done = command(place, "search", "星河", cwd=tmp_path)
    assert done.returncode == 2
    told_once(done.stderr)


def test_nothing_that_is_told_or_logged_has_the_password(reader, caplog):
    with caplog.at_level(logging.DEBUG):
        with open_index(reader) as index:
            index.search("星河物流园")
        connection = Connection(reader)
        for method, path in (("POST", "/yansou/_no_such_thing"), ("GET", "/_nodes"), ("PUT", "/yansou-x")):
            with pytest.raises((ClusterAway, RuntimeError)) as raised:
                connection.request(method, path, {"x": 1})
            assert not any(secret in repr(raised.value) for secret in (PASSWORD, "Basic "))
        connection.close()
    assert "Basic " not in caplog.text
    assert PASSWORD not in caplog.text + repr(reader) + str(reader)


def told_once(stderr):
    """One line, and no traceback."""
    assert "Traceback" not in stderr
    assert len(stderr.strip().splitlines()) == 1, stderr
