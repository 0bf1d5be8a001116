"""Every engine that is installed, in its own process: builds, opens, finds, adds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from benchmarks.speed.children import Child, ChildError, EngineMissing
from benchmarks.speed.peers import PEERS
from benchmarks.speed.peers.yansou import Ranking
from benchmarks.speed.quality import findability
from benchmarks.speed.queries import draw
from benchmarks.speed.steps import Place, available, build, latency, opened

# The two that need nothing but what the tests need. The others are found by asking, as a run does.
_ALWAYS = {"yansou", "whoosh"}
_PARAGRAPH = "白鹭产业园位于城市东郊，总投资5亿元，计划建设标准厂房和物流中心，明年投入使用。"


@pytest.fixture(scope="module")
def there() -> list[str]:
    return list(available(list(PEERS))[0])


@pytest.fixture(scope="module")
def searching(there: list[str], place: Place) -> Iterator[dict[str, Child]]:
    """Open indexes of all engines that search."""
    with ExitStack() as stack:
        for key in there:
            if PEERS[key].builds:
                told = build(PEERS[key], place)
                assert told["seconds"] > 0
                assert told["size_bytes"] > 1000
        keys = [key for key in there if PEERS[key].searches]
        children, times = stack.enter_context(opened(keys, place))
        assert set(times) == set(keys)
        yield children


def test_what_is_missing_says_why() -> None:
    there, missing = available(list(PEERS))
    assert set(there) | set(missing) == set(PEERS)
    assert set(there) >= _ALWAYS
    assert all(missing.values())


@pytest.mark.parametrize("key", [key for key, info in PEERS.items() if info.searches])
@pytest.mark.parametrize(
    ("kind", "query"), [("any", "白鹭"), ("any", "白鹭 孔雀"), ("all", "白鹭 物流"), ("phrase", "白鹭产业园位于")]
)
def test_an_engine_finds_a_known_passage(searching: dict[str, Child], key: str, kind: str, query: str) -> None:
    if key not in searching:
        pytest.skip(f"{key} is not installed")
    texts = searching[key].ask("search", kind=kind, queries=[query], limit=12, texts=True)["found"][0]
    if key == "whoosh" and kind == "phrase":
        assert texts == []  # jieba's analyzer stores offsets as positions
        return
    assert any("白鹭产业园" in text for text in texts)
    assert len(texts) <= 3  # nothing of the other eleven places


def test_a_string_across_words_is_found_where_characters_are_indexed(searching: dict[str, Child]) -> None:
    string = "路和公交"  # 道路 | 和 | 公交
    found = {}
    for key, child in searching.items():
        texts = child.ask("search", kind="literal", queries=[string], texts=True)["found"][0]
        found[key] = any(string in text for text in texts)
    words_only = {"whoosh", "tantivy", "fts5-jieba"}
    assert found == {key: key not in words_only for key in searching}


def test_a_question_is_answered_by_its_passage(searching: dict[str, Child]) -> None:
    for key, child in searching.items():
        if key == "grep":
            continue  # looks for the question itself
        texts = child.ask("search", kind="question", queries=["白鹭产业园位于城市哪里？"], texts=True)["found"][0]
        assert texts[0] in (_PARAGRAPH, "白鹭产业园今年开工"), key


def test_latency_tells_every_class_of_every_engine(searching: dict[str, Child], place: Place) -> None:
    classes = draw(list(place.material().texts()), 15)
    told = latency(searching, classes)
    assert set(told) == {each.name for each in classes}
    for of in told.values():
        assert set(of) == set(searching)
        assert all(0 < each["p50"] <= each["p95"] <= each["p99"] for each in of.values())


def test_every_string_is_found_by_us_and_by_grep(searching: dict[str, Child], place: Place) -> None:
    shares = findability(searching, list(place.material().texts()), 10)
    for key in ("yansou", "grep"):
        assert {length: of["literal"] for length, of in shares[key].items()} == {"2": 1.0, "3": 1.0, "4": 1.0}


def test_a_failing_engine_says_so(place: Place) -> None:
    with Child(PEERS["yansou"]) as child, pytest.raises(ChildError, match="IndexMissing"):
        child.ask("open", folder=str(place.work / "nowhere"))


def test_a_missing_interpreter_is_told() -> None:
    from dataclasses import replace

    with pytest.raises(EngineMissing, match="no /nowhere/python"):
        Child(replace(PEERS["grep"], interpreter="/nowhere/python"))


@pytest.mark.parametrize(
    ("kind", "query", "asked"),
    [
        ("any", "白鹭 物流", ("白鹭 物流", "any")),
        ("all", "白鹭 物流", ("白鹭 物流", "all")),
        ("question", "白鹭在哪里？", ("白鹭在哪里？", "any")),
        ("phrase", "白鹭产业园", ('"白鹭产业园"', "all")),
        ("literal", "路和公交", ('"路和公交"', "all")),
    ],
)
def test_ranking_asks_for_any_or_all_words(kind: str, query: str, asked: tuple[str, str]) -> None:
    calls = []

    class Index:
        def rank(self, words: str, *, match: str, limit: int) -> list[tuple[float, str]]:
            calls.append((words, match, limit))
            return [(2.0, "first"), (1.0, "second")]

    ranking = Ranking()
    ranking._index = Index()
    assert ranking.search(kind, query, 7) == ["first", "second"]
    assert calls == [(*asked, 7)]
