"""Units and sentences: what positions count."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.text import find_units, fold, is_run, sentence_ends

TEXTS = st.text(st.one_of(st.sampled_from("中国・ー゛ab19_.。！？…”) \n\u0301𠮷각é"), st.characters()), max_size=20)


@pytest.mark.parametrize(
    ("text", "units"),
    [
        pytest.param("书", [("书", 0, 1)], id="one-character"),
        pytest.param("赋“码”保护", [("赋", 0, 1), ("码", 2, 3), ("保", 4, 5), ("护", 5, 6)], id="quotes-are-none"),
        pytest.param("5g基站", [("5", 0, 1), ("g", 1, 2), ("基", 2, 3), ("站", 3, 4)], id="letters-part-from-digits"),
        pytest.param("53.56亿", [("53", 0, 2), ("56", 3, 5), ("亿", 5, 6)], id="decimal"),
        pytest.param("gb/t 39117-2020", [("gb", 0, 2), ("t", 3, 4), ("39117", 5, 10), ("2020", 11, 15)], id="standard"),
        pytest.param("a_b", [("a", 0, 1), ("b", 2, 3)], id="underscore"),
        pytest.param("café über", [("café", 0, 4), ("über", 5, 9)], id="letters-with-marks"),
        pytest.param("москва", [("москва", 0, 6)], id="cyrillic"),
        pytest.param("𠮷二〇々", [("𠮷", 0, 1), ("二", 1, 2), ("〇", 2, 3), ("々", 3, 4)], id="all-ideographs"),
        pytest.param("サーバ", [("サ", 0, 1), ("ー", 1, 2), ("バ", 2, 3)], id="kana"),
        pytest.param("路・德·金", [("路", 0, 1), ("德", 2, 3), ("金", 4, 5)], id="dots-of-foreign-names"),
        pytest.param("한국", [("한", 0, 1), ("국", 1, 2)], id="hangul"),
        pytest.param("ㄅㄆ", [("ㄅ", 0, 1), ("ㄆ", 1, 2)], id="bopomofo"),
        pytest.param("，。！—…😀\ue000\ufffd ", [], id="nothing-but-signs"),
        pytest.param("", [], id="empty"),
    ],
)
def test_units_have_text_and_place(text, units):
    assert [(unit.text, unit.start, unit.end) for unit in find_units(text)] == units


@pytest.mark.parametrize(
    ("unit", "run"),
    [
        ("2020", True),
        ("gb", True),
        ("é", True),
        ("я", True),
        ("中", False),
        ("〇", False),
        ("𠮷", False),
        ("カ", False),
    ],
)
def test_only_letters_and_digits_are_runs(unit, run):
    assert is_run(unit) is run


def test_an_endless_run_is_cut_without_loss():
    units = [unit.text for unit in find_units("a" * 1_000_000)]
    assert "".join(units) == "a" * 1_000_000
    assert max(map(len, units)) == 128


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        pytest.param("一。二！三？四", ["一。", "二！", "三？", "四"], id="full-stops"),
        pytest.param("他说：“好。”就走了。", ["他说：“好。”", "就走了。"], id="closing-quote-belongs-to-it"),
        pytest.param("什么？！好", ["什么？！", "好"], id="several-marks"),
        pytest.param("增长3.6%。版本3.6.3", ["增长3.6%。", "版本3.6.3"], id="points-in-numbers"),
        pytest.param("It ends. So", ["It ends.", " So"], id="dot-before-a-space"),
        pytest.param('"It ends." So', ['"It ends."', " So"], id="dot-before-a-quote-and-a-space"),
        pytest.param("node.js是", ["node.js是"], id="dot-within-a-name"),
        pytest.param("也许……不", ["也许……", "不"], id="ellipsis"),
        pytest.param("也许......不", ["也许......", "不"], id="ellipsis-once-folded"),
        pytest.param("一\n二", ["一\n", "二"], id="line"),
        pytest.param("完。", ["完。"], id="nothing-behind"),
        pytest.param("", [""], id="empty"),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text, sentences):
    ends = sentence_ends(text)
    assert [text[start:end] for start, end in zip([0, *ends], ends, strict=False)] == sentences


@given(TEXTS)
def test_units_lie_in_order_and_never_across_sentences(text):
    units = list(find_units(text))
    ends = sentence_ends(text)
    assert [text[unit.start : unit.end] for unit in units] == [unit.text for unit in units]
    assert all(left.end <= right.start for left, right in pairwise(units))
    assert not any(unit.start < end < unit.end for unit in units for end in ends)
    assert ends == sorted(set(ends))
    assert ends[-1] == len(text)


@pytest.mark.parametrize("text", ["一！二？三。四", "他说（真的！）好", "也许……不", "“完了…”他说", "It ends. So"])
def test_folding_keeps_the_ends_of_sentences(text):
    folded = fold(text)
    back = [folded.span(end - 1, end)[1] for end in sentence_ends(folded.text)]
    assert back == sentence_ends(text)
