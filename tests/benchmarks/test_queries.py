"""Queries drawn from passages."""

from __future__ import annotations

import pytest

from benchmarks.speed.queries import QueryClass, draw, mixed, substrings
from benchmarks.speed.steps import Place

pytest.importorskip("rjieba")


def test_each_class_has_different_queries_of_its_kind(place: Place) -> None:
    classes = {each.name: each for each in draw(list(place.material().texts()), 5)}
    assert {name: each.kind for name, each in classes.items()} == {
        "one rare word": "any",
        "one common word": "any",
        "2-4 words, any": "any",
        "2-4 words, all": "all",
        "exact phrase": "phrase",
        "string that is no word": "literal",
        "question": "question",
    }
    for each in classes.values():
        assert len(set(each.queries)) == len(each.queries) == 5, each.name


def test_the_same_passages_give_the_same_queries(place: Place) -> None:
    texts = list(place.material().texts())
    assert draw(texts, 5) == draw(texts, 5)


def test_queries_can_be_answered(place: Place) -> None:
    texts = list(place.material().texts())
    for each in draw(texts, 8):
        for query in each.queries:
            if each.kind in ("phrase", "literal"):
                assert any(query in text for text in texts), query
            elif each.kind in ("any", "all"):
                assert any(all(word in text for word in query.split()) for text in texts), query
            else:
                assert query.endswith("？")


def test_mixed_takes_the_classes_in_turns() -> None:
    classes = [QueryClass("a", "any", ("1", "2", "3")), QueryClass("b", "all", ()), QueryClass("c", "phrase", ("4",))]
    assert mixed(classes) == [("any", "1"), ("phrase", "4"), ("any", "2"), ("any", "3")]


def test_a_tiny_corpus_gives_fewer_queries() -> None:
    words = {each.name: each.queries for each in draw(["青石产业园"], 50)}
    assert words["one rare word"] == ()  # no word stands in two passages
    assert words["question"] == ()  # nothing is long enough to ask about


@pytest.mark.parametrize("length", [2, 3, 4])
def test_substrings_stand_in_the_passages(place: Place, length: int) -> None:
    texts = list(place.material().texts())
    strings = substrings(texts, length, 20)
    assert len(set(strings)) == 20
    assert all(len(string) == length and any(string in text for text in texts) for string in strings)
