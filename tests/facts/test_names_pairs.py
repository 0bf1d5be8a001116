"""The filter in front of word lists passes over no place where a word begins."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from indexer.facts.names.pairs import PairFilter

LETTERS = st.sampled_from("云谷园区a1\n𠮷")
WORDS = st.text(LETTERS, min_size=2, max_size=4)


@given(st.lists(WORDS), st.text(LETTERS, max_size=30))
def test_every_place_where_a_word_begins_is_told(words: list[str], text: str) -> None:
    places = PairFilter(words).places(text)
    assert places == sorted(set(places))
    begins = {at for at in range(len(text)) for word in words if text.startswith(word, at)}
    assert begins <= set(places) <= set(range(len(text)))


def test_most_places_where_none_begins_are_passed_over() -> None:
    text = "".join(map(chr, range(0x4E00, 0x9FFF)))
    assert len(PairFilter(["一二", "三四"]).places(text)) < len(text) / 1000
