"""The tokenizer's contract: text, position and offsets of every token of the four families."""

from __future__ import annotations

import doctest
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.text import Tokenizer, find_units, fold, sentence_ends, tokenizer
from indexer.text.tokenizer import BIGRAM_JOINT, compounds

TEXTS = st.lists(
    st.one_of(
        st.sampled_from(
            ["投资", "一百亿", "１００亿", "產業園區", "53.56亿元", "5G+", "C#", "GB/T 39117-2020", "㎡", "ｶﾞ",
             "e\u0301", "\u200b", "\ufeff", "𠮷", "二○二一", "12亿3000万", "3.6.3", "。", "……", "“", "，", " ", "\n",
             "\ud800", "\U000e0100"]
        ),
        st.text(max_size=4),
        st.characters(),
    ),
    max_size=12,
).map("".join)  # fmt: skip


@pytest.fixture(scope="module")
def tokens():
    tokenizer = Tokenizer()
    tokenizer.analyze("中")  # loads the dictionary
    return tokenizer


def rows(found):
    return [(token.text, token.position, token.start, token.end) for token in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("书", [("书", 0, 0, 1)], id="one-character"),
        pytest.param("赋“码”", [("赋", 0, 0, 1), ("码", 1, 2, 3)], id="signs-count-no-position"),
        pytest.param("保护５Ｇ", [("保", 0, 0, 1), ("护", 1, 1, 2), ("5", 2, 2, 3), ("g", 3, 3, 4)], id="full-width"),
        pytest.param("總投資", [("总", 0, 0, 1), ("投", 1, 1, 2), ("资", 2, 2, 3)], id="traditional"),
        pytest.param(
            "GB/T 39117-2020",
            [("gb", 0, 0, 2), ("t", 1, 3, 4), ("39117", 2, 5, 10), ("2020", 3, 11, 15)],
            id="standard",
        ),
        pytest.param("5㎡地", [("5", 0, 0, 1), ("m", 1, 1, 2), ("2", 2, 1, 2), ("地", 3, 2, 3)], id="one-becomes-two"),
        pytest.param("ｶﾞｽ", [("ガ", 0, 0, 2), ("ス", 1, 2, 3)], id="half-width-kana"),
        pytest.param("cafe\u0301吧", [("café", 0, 0, 5), ("吧", 1, 5, 6)], id="combining-mark"),
        pytest.param("新\u200b能", [("新", 0, 0, 1), ("能", 1, 2, 3)], id="zero-width-inside-a-word"),
        pytest.param("ne\u200bt", [("net", 0, 0, 4)], id="zero-width-inside-a-run"),
        pytest.param("𠮷家𝟱", [("𠮷", 0, 0, 1), ("家", 1, 1, 2), ("5", 2, 2, 3)], id="beyond-the-BMP"),
        pytest.param("中\ud800国", [("中", 0, 0, 1), ("国", 1, 2, 3)], id="lone-surrogate"),
        pytest.param("……！", [], id="signs-only"),
        pytest.param("", [], id="empty"),
    ],
)
def test_chars_are_the_units_of_a_text(tokens, text, expected):
    assert rows(tokens.chars(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("时间谷", [("时", "间", 0, 0, 2), ("间", "谷", 1, 1, 3)], id="neighbours"),
        pytest.param("赋“码”", [("赋", "码", 0, 0, 3)], id="signs-in-between"),
        pytest.param("谷\n，\u200b5Ｇ", [("谷", "5", 0, 0, 5), ("5", "g", 1, 4, 6)], id="a-line-in-between"),
        pytest.param("书", [], id="one-unit-has-no-neighbour"),
    ],
)
def test_bigrams_are_neighbouring_units(tokens, text, expected):
    joined = [(left + BIGRAM_JOINT + right, *place) for left, right, *place in expected]
    assert rows(tokens.bigrams(text)) == joined


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("书", [("书", 0, 0, 1)], id="one-character"),
        pytest.param("5G", [("5", 0, 0, 1), ("5g", 0, 0, 2), ("g", 1, 1, 2)], id="5G"),
        pytest.param("C#", [("c", 0, 0, 1), ("c#", 0, 0, 2)], id="C-sharp"),
        pytest.param("C++吗", [("c", 0, 0, 1), ("c++", 0, 0, 3), ("吗", 1, 3, 4)], id="C-plus-plus"),
        pytest.param("2000+架", [("2000", 0, 0, 4), ("2000+", 0, 0, 5), ("架", 1, 5, 6)], id="2000+"),
        pytest.param("PD1728", [("pd", 0, 0, 2), ("pd1728", 0, 0, 6), ("1728", 1, 2, 6)], id="PD1728"),
        pytest.param(
            "GB/T 39117-2020",
            [
                ("gb", 0, 0, 2), ("gb/t", 0, 0, 4), ("t", 1, 3, 4),
                ("39117", 2, 5, 10), ("39117-2020", 2, 5, 15), ("2020", 3, 11, 15),
            ],
            id="standard",
        ),
        pytest.param(
            "5G+工业", [("5", 0, 0, 1), ("5g", 0, 0, 2), ("5g+", 0, 0, 3), ("g", 1, 1, 2), ("工业", 2, 3, 5)], id="5G+"
        ),
        pytest.param(
            "3.6.3", [("3", 0, 0, 1), ("3.6.3", 0, 0, 5), ("6", 1, 2, 3), ("3", 2, 4, 5)], id="version"
        ),
        pytest.param(
            "53.56亿元", [("53", 0, 0, 2), ("53.56", 0, 0, 5), ("56", 1, 3, 5), ("亿元", 2, 5, 7)], id="amount"
        ),
        pytest.param(
            "17.5%", [("17", 0, 0, 2), ("17.5", 0, 0, 4), ("17.5%", 0, 0, 5), ("5", 1, 3, 4)], id="percentage"
        ),
        pytest.param("Node.js", [("node", 0, 0, 4), ("node.js", 0, 0, 7), ("js", 1, 5, 7)], id="node.js"),
        pytest.param("e-mail", [("e", 0, 0, 1), ("e-mail", 0, 0, 6), ("mail", 1, 2, 6)], id="e-mail"),
        pytest.param(
            "wi-fi6", [("wi", 0, 0, 2), ("wi-fi6", 0, 0, 6), ("fi", 1, 3, 5), ("fi6", 1, 3, 6), ("6", 2, 5, 6)],
            id="blend-within-a-compound",
        ),
        pytest.param("naïve-C#", [("naïve", 0, 0, 5), ("naïve-c", 0, 0, 7), ("naïve-c#", 0, 0, 8), ("c", 1, 6, 7)],
                     id="letters-beyond-ASCII"),
        pytest.param("－－ -- +", [], id="signs-alone"),
        pytest.param("ＥＲＰ審批", [("erp", 0, 0, 3), ("审批", 1, 3, 5)], id="full-width-and-traditional"),
        pytest.param("新\u200b能\u200b源", [("新能源", 0, 0, 5)], id="zero-width-inside-a-word"),
        pytest.param("㎡", [("m", 0, 0, 1), ("m2", 0, 0, 1), ("2", 1, 0, 1)], id="all-of-one-character"),
        pytest.param("1" * 49 + "a", [("1" * 49, 0, 0, 49), ("a", 1, 49, 50)], id="long-compounds-in-parts-only"),
    ],
)  # fmt: skip
def test_words_are_whole_and_in_parts(tokens, text, expected):
    found = [row for row in rows(tokens.words(text)) if row[0] not in ("新能", "能源")]
    assert found == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("投资一百亿元", [("10000000000", 2, 2, 5)], id="Chinese"),
        pytest.param("投资100亿元", [("10000000000", 2, 2, 6)], id="digits"),
        pytest.param("投資１００億元", [("10000000000", 2, 2, 6)], id="full-width-and-traditional"),
        pytest.param("1,000万和1.2万", [("10000000", 0, 0, 6), ("12000", 4, 7, 11)], id="positions-count-units"),
        pytest.param("一\u200b百亿", [("10000000000", 0, 0, 4)], id="zero-width-inside"),
        pytest.param("赋码", [], id="none"),
    ],
)
def test_values_cover_the_numeral(tokens, text, expected):
    assert rows(tokens.values(text)) == expected


def test_analysis_holds_all_that_is_indexed(tokens):
    analysis = tokens.analyze("投資１００億元。GB/T 2020！")
    assert analysis.units == ["投", "资", "100", "亿", "元", "gb", "t", "2020"]
    assert Counter(analysis.words) == Counter(["投资", "亿元", "100", "gb", "t", "2020", "gb/t"])
    assert analysis.values == [("10000000000", 2, 4), ("2020", 7, 8)]
    assert analysis.sentence_ends == [5, 8]


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        pytest.param("", [0], id="empty"),
        pytest.param("一二", [2], id="no-full-stop"),
        pytest.param("一。……二", [1, 2], id="a-sentence-of-signs-adds-none"),
    ],
)
def test_sentence_ends_count_units(tokens, text, ends):
    assert tokens.analyze(text).sentence_ends == ends


@given(TEXTS)
def test_every_token_points_back_into_the_text(tokens, text):
    for family in (tokens.chars, tokens.bigrams, tokens.words, tokens.values):
        found = family(text)
        assert all(0 <= token.start < token.end <= len(text) for token in found)
        assert found == sorted(found, key=lambda token: (token.position, token.start))
    for token in tokens.chars(text) + tokens.words(text):
        assert token.text in fold(text[token.start : token.end]).text


@given(TEXTS)
def test_positions_are_those_of_the_chars(tokens, text):
    chars = tokens.chars(text)
    assert [char.position for char in chars] == list(range(len(chars)))
    for token in tokens.bigrams(text) + tokens.words(text) + tokens.values(text):
        assert chars[token.position].start == token.start


@given(TEXTS)
def test_analysis_agrees_with_the_tokens(tokens, text):
    analysis = tokens.analyze(text)
    assert analysis.units == [token.text for token in tokens.chars(text)]
    assert Counter(analysis.words) == Counter(token.text for token in tokens.words(text))
    assert [value[:2] for value in analysis.values] == [(token.text, token.position) for token in tokens.values(text)]
    assert all(first < end <= len(analysis.units) for _, first, end in analysis.values)
    assert all(left[2] <= right[1] for left, right in pairwise(analysis.values))
    folded = fold(text)
    units = list(find_units(folded.text))
    assert analysis.breaks == [i + 1 for i, (left, right) in enumerate(pairwise(units)) if left.end < right.start]


@given(TEXTS)
def test_sentences_of_the_analysis_are_those_of_the_folded_text(tokens, text):
    folded = fold(text).text
    counts = [sum(unit.start < end for unit in find_units(folded)) for end in sentence_ends(folded)]
    assert tokens.analyze(text).sentence_ends == sorted(set(counts))


@given(TEXTS)
def test_no_word_is_told_twice_of_one_place(text):
    folded = fold(text).text
    spans = [match.span() for match in compounds(folded)] + [(u.start, u.end) for u in find_units(folded)]
    assert len(spans) == len(set(spans))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a" * 1_000_000, id="letters"),
        pytest.param("1" * 1_000_000, id="digits"),
        pytest.param("中" * 20_000, id="one-character"),
        pytest.param("a1" * 50_000, id="letters-and-digits"),
        pytest.param("a-" * 100_000, id="compound-without-end"),
        pytest.param("\ud800" * 200_000, id="lone-surrogates"),
        pytest.param(".”" * 200_000, id="ends-of-sentences"),
        pytest.param("1.1亿" * 50_000, id="numbers"),
    ],
)
def test_a_monstrous_text_makes_no_more_tokens_than_characters(tokens, text):
    # Each of these takes minutes as soon as a pattern or the cutter goes back over what it has read.
    analysis = tokens.analyze(text)
    assert len(analysis.units) + len(analysis.words) <= 3 * len(text)
    assert max(map(len, [*analysis.units, *analysis.words]), default=0) <= 1000
    assert "".join(analysis.units) == "".join(char for char in text if char.isalnum())


def test_literal_families_need_no_dictionary(monkeypatch):
    monkeypatch.setattr("indexer.text.words._load_rjieba", pytest.fail)
    monkeypatch.setattr("indexer.text.words._load_jieba", pytest.fail)
    tokens = Tokenizer()
    assert len(tokens.chars("投资100亿")) == 4
    assert len(tokens.bigrams("投资100亿")) == 3
    assert len(tokens.values("投资100亿")) == 1


def test_the_fingerprint_changes_with_the_version(monkeypatch):
    before = Tokenizer().fingerprint
    monkeypatch.setattr(tokenizer, "VERSION", -1)
    assert Tokenizer().fingerprint != before


@pytest.mark.parametrize("name", ["fold", "numerals", "units"])
def test_the_examples_of_the_docstrings_hold(name):
    from importlib import import_module

    outcome = doctest.testmod(import_module(f"indexer.text.{name}"))
    assert outcome.attempted > 0
    assert outcome.failed == 0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("GB/T 39117-2020", "gb gb/t t 39117 39117-2020 2020"),
        ("C# 2000+架 5G+", "c c# 2000 2000+ 架 5 5g 5g+ g"),
    ],
)
def test_the_examples_of_the_tokenizer_hold(tokens, text, words):
    assert words in tokenizer.__doc__
    assert [token.text for token in tokens.words(text)] == words.split()
