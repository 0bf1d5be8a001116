"""Cutting a text at its highlights, and the part of a long passage that is shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webui.highlight import Piece, cut, snippet


def plain(pieces):
    return "".join(piece.text for piece in pieces)


def marked(pieces):
    return [piece.text for piece in pieces if piece.number is not None]


def find(text, *terms):
    return tuple(sorted((text.index(term), text.index(term) + len(term)) for term in terms))


@pytest.mark.parametrize(
    ("text", "spans", "pieces"),
    [
        pytest.param("雁城", (), (Piece("雁城"),), id="nothing-marked"),
        pytest.param("雁城", ((0, 2),), (Piece("雁城", 1),), id="all-marked"),
        pytest.param("甲乙丙", ((1, 2),), (Piece("甲"), Piece("乙", 1), Piece("丙")), id="inside"),
        pytest.param("甲乙丙", ((0, 1), (2, 3)), (Piece("甲", 1), Piece("乙"), Piece("丙", 2)), id="both-ends"),
        pytest.param("𠮷野家", ((0, 1),), (Piece("𠮷", 1), Piece("野家")), id="beyond-the-basic-plane"),
        pytest.param("", (), (), id="empty"),
    ],
)
def test_cut_numbers_the_marks(text, spans, pieces):
    assert cut(text, spans) == pieces


def test_cut_goes_on_counting():
    assert [piece.number for piece in cut("甲乙丙", ((0, 1), (2, 3)), first=7)] == [7, None, 8]


def test_short_passage_is_shown_whole():
    text = "清晨七点。灯亮了。"
    shown = snippet(text, find(text, "灯"))
    assert (plain(shown.pieces), shown.cut_before, shown.cut_after) == (text, False, False)


LEAD, TARGET, AFTER = "春天来得很早。" * 30, "时间谷的投资在三年里翻了一番。", "夏天也不迟。" * 30


def test_long_passage_is_cut_at_sentences_around_the_matches():
    text = LEAD + TARGET + AFTER
    shown = snippet(text, find(text, "时间谷", "投资"))
    assert TARGET in plain(shown.pieces)
    assert marked(shown.pieces) == ["时间谷", "投资"]
    assert plain(shown.pieces).endswith("。")
    assert text[: text.index(plain(shown.pieces))].endswith("。")
    assert (shown.cut_before, shown.cut_after) == (True, True)


def test_ellipsis_only_where_something_was_cut():
    beginning = snippet(TARGET + AFTER, find(TARGET, "投资"))
    assert (beginning.cut_before, beginning.cut_after) == (False, True)
    end = snippet(LEAD + TARGET, find(LEAD + TARGET, "投资"))
    assert (end.cut_before, end.cut_after) == (True, False)


def test_densest_matches_win():
    text = "投资在这里只提到一次。" + LEAD + "投资，投资，还是投资。" + AFTER
    spans = tuple((i, i + 2) for i in range(len(text)) if text.startswith("投资", i))
    assert marked(snippet(text, spans).pieces) == ["投资"] * 3


def test_sentence_without_end_is_cut_at_pauses():
    text = "这一段没有句号，只有逗号，" * 30 + "说到投资，" + "还要说下去，" * 30
    shown = snippet(text, find(text, "投资"))
    assert marked(shown.pieces) == ["投资"]
    before = text.index(plain(shown.pieces))
    assert text[before - 1] == "，"
    assert plain(shown.pieces).endswith("，")


def test_closing_quotation_mark_stays_with_its_sentence():
    text = LEAD + "他说：“钱不是问题。”" + AFTER
    assert not plain(snippet(text, find(text, "钱")).pieces).startswith("”")


TEXTS = st.text(alphabet="谷投资，。！？”“a1 \u202e<&𠮷\n", max_size=500)


@st.composite
def marked_texts(draw):
    text = draw(TEXTS)
    points = sorted(set(draw(st.lists(st.integers(0, len(text)), max_size=20))))
    return text, tuple(zip(points[::2], points[1::2], strict=False))


@given(marked_texts())
def test_cut_loses_and_adds_nothing(example):
    text, spans = example
    pieces = cut(text, spans)
    assert plain(pieces) == text
    assert marked(pieces) == [text[start:end] for start, end in spans]


@given(marked_texts(), st.integers(20, 200))
def test_snippet_is_a_part_of_the_text_with_a_mark_in_it(example, limit):
    text, spans = example
    shown = snippet(text, spans, limit)
    part = plain(shown.pieces)
    assert part in text
    assert len(part) <= limit
    assert shown.cut_before or text.startswith(part)
    assert shown.cut_after or text.endswith(part)
    assert bool(marked(shown.pieces)) == bool(spans)
