"""Indexes to test with: of a few texts, of a folder of files, of the shipped corpus."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import import_module
from io import BytesIO
from itertools import count
from pathlib import Path

import pytest
from hypothesis import settings

from indexer.reading.article import Article, Passage
from indexer.search.answer import Answer, Opened
from indexer.search.engine import Index, open_index
from indexer.search.query import parse
from indexer.search.results import Results
from indexer.store import IndexReport, IndexState, SegmentView, Snapshot, kernels, update_index
from indexer.store.arrays import ArrayFile, write_arrays
from indexer.store.assemble import assemble
from indexer.store.builder import SegmentBuilder
from indexer.store.place import Place
from indexer.store.terms import Terms
from indexer.text import Tokenizer
from indexer.text.pinyin import sounds
from tests.cluster.nodes import Cluster, running
from tests.cluster.places import new_places

# A test is not wrong because the machine is busy. The suite judges a change, so it tries the same inputs on every machine;
# what no one has tried yet is for make fuzz.
settings.register_profile("suite", deadline=None, derandomize=True)
settings.register_profile("fuzz", deadline=None, max_examples=2000, print_blob=True)
settings.load_profile("fuzz" if "YANSOU_FUZZ" in os.environ else "suite")

SHIPPED_CORPUS = Path(__file__).parent.parent / "corpus"


@pytest.fixture(scope="session")
def tokenizer() -> Tokenizer:
    """A tokenizer that has its dictionary loaded: 0.1 s that not every index of a test should cost."""
    tokenizer = Tokenizer()
    tokenizer.analyze("中")
    return tokenizer


@pytest.fixture(params=["numpy", "native"])
def loops(request, monkeypatch) -> str:
    """The innermost loops over NumPy arrays, and as machine code."""
    monkeypatch.setattr(kernels, "_loops", import_module("indexer.store.loops") if request.param == "native" else None)
    return request.param


@pytest.fixture(scope="session")
def update(tokenizer: Tokenizer) -> Callable[..., IndexReport]:
    """``update_index`` with the tokenizer that is loaded already, unless a user dictionary is given."""

    def run(folders: Iterable[Path], index: Path, **options: object) -> IndexReport:
        with pytest.MonkeyPatch.context() as patch:
            if "user_dictionary" not in options:
                patch.setattr("indexer.store.analyst.Tokenizer", lambda _: tokenizer)
            return update_index(folders, index, **options)

    return run


@pytest.fixture(scope="session")
def write_files() -> Callable[..., None]:
    """Writes a dict of path -> text (UTF-8) or bytes into a folder."""

    def write(folder: Path, files: Mapping[str, str | bytes]) -> None:
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))

    return write


def pytest_addoption(parser: pytest.Parser) -> None:
    told = "build the indexes of the tests on the OpenSearch cluster there, or on one of three nodes that is started"
    parser.addoption("--cluster", metavar="URL|start", help=told)


@pytest.fixture(scope="session")
def nodes() -> Iterator[Cluster]:
    """A cluster of three nodes that is this session's own."""
    with running(base_port=9250) as cluster:
        yield cluster


@pytest.fixture(scope="session")
def new_place(request: pytest.FixtureRequest) -> Iterator[Callable[[Path], Place]]:
    """Where a test builds its index: in the folder it names, or with ``--cluster`` under a name of its own there."""
    url = request.config.getoption("--cluster")
    if url is None:
        yield lambda folder: folder
        return
    urls = request.getfixturevalue("nodes").urls if url == "start" else (url,)
    with new_places(*urls) as new:
        yield lambda _: new()


@pytest.fixture(scope="session")
def index_of(
    tmp_path_factory: pytest.TempPathFactory,
    update: Callable[..., IndexReport],
    write_files: Callable[..., None],
    new_place: Callable[[Path], Place],
) -> Callable[..., Index]:
    """An open index of files, given as a dict of path -> text: read, cut and committed as the user's would be."""

    def build(files: Mapping[str, str | bytes], **options: object) -> Index:
        home = tmp_path_factory.mktemp("home")
        write_files(home / "corpus", files)
        place = new_place(home / "index")
        update([home / "corpus"], place, **options)
        return open_index(place)

    return build


@pytest.fixture(scope="session")
def shipped(
    tmp_path_factory: pytest.TempPathFactory, update: Callable[..., IndexReport], new_place: Callable[[Path], Place]
) -> Index:
    """An open index of the shipped corpus."""
    place = new_place(tmp_path_factory.mktemp("shipped") / "index")
    update([SHIPPED_CORPUS], place)
    return open_index(place)


@pytest.fixture(scope="session")
def article_of() -> Callable[..., Article]:
    """An article of texts: its title, then its passages; ``continues`` are the numbers of those that go on."""

    def make(title: str, *texts: str, number: int = 0, continues: tuple[int, ...] = ()) -> Article:
        article_id = f"{number:012x}"
        passages = [
            Passage(f"{article_id}-{i}", "body" if i else "title", i, text, continues=i in continues)
            for i, text in enumerate((title, *texts))
        ]
        return Article(article_id, title, f"{article_id}.txt", tuple(passages))

    return make


@pytest.fixture(scope="session")
def segment_of(tmp_path_factory: pytest.TempPathFactory, tokenizer: Tokenizer) -> Callable[..., SegmentView]:
    """The segment of some articles, as it is read from its file."""
    folder = tmp_path_factory.mktemp("segments")
    numbers = count()

    def build(articles: Iterable[Article], deleted: Iterable[int] = ()) -> SegmentView:
        builder = SegmentBuilder()
        for article in articles:
            builder.add(article, [tokenizer.analyze(passage.text) for passage in article.passages])
        arrays = assemble([builder.part()])
        path = folder / str(next(numbers))
        file = BytesIO()
        write_arrays(file, arrays, {"sounds": sounds(Terms("chars", arrays))})
        path.write_bytes(file.getvalue())
        view = SegmentView(ArrayFile(path), set(deleted))
        path.unlink()  # it stays mapped
        return view

    return build


@pytest.fixture(scope="session")
def search_in() -> Callable[..., Results]:
    """Answers a query on segments, without an index folder."""

    def search(segments: Iterable[SegmentView], query: str, *, limit: int = 200, rung: str | None = None) -> Results:
        opened = Opened(Snapshot(1, IndexState("", ""), tuple(segments)))
        return Answer(opened, parse(query)).results(limit=limit, offset=0, sort="relevance", rung=rung)

    return search
