"""Folding: what becomes one, and that every folded character leads back to the characters it stands for."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from indexer.text import fold, fold_all
from indexer.text.fold import _fold, _FoldTable

# Everything that has ever made an offset wrong: widths, marks, invisible and missing characters, several planes.
NASTY = st.text(
    st.one_of(
        st.sampled_from(
            "中国產业後着○⻓々〇𠮷𝟙ＡｂＣ１２％，。㎡①㈱ⅷ…ﬁßİΣςσé\u0301\u0308\u0345\u3099ｶﾞﾊﾟガ각ᄀ\u1161\u11a8ㄱㅏㄳﾡￂ\u200b\u200d\ufeff\xad\u2060\ufe0f"
            "\U000e0100葛\ud800\udfff\n 9a-/+#.5十百亿万点"
        ),
        st.characters(),
        st.characters(min_codepoint=0x300, max_codepoint=0x10FF),
    ),
    max_size=12,
)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        pytest.param("", "", id="empty"),
        pytest.param("Node.JS", "node.js", id="case"),
        pytest.param("ＧＤＰ１００％", "gdp100%", id="full-width"),
        pytest.param("（总投资：５亿）", "(总投资:5亿)", id="full-width-punctuation"),
        pytest.param("\u3000", " ", id="ideographic-space"),
        pytest.param("ﾃﾞｰﾀ", "データ", id="half-width-kana"),
        pytest.param("㎡㎞℃①Ⅱ㈱", "m2km°c1ii(株)", id="compatibility"),
        pytest.param("𝐆𝟱", "g5", id="mathematical-letters"),
        pytest.param("……", "......", id="ellipsis"),
        pytest.param("ﬁrst straße", "first strasse", id="ligature-and-sharp-s"),
        pytest.param("ΣΊΣΥΦΟΣ", "σίσυφοσ", id="final-sigma"),
        pytest.param("產業園區", "产业园区", id="traditional"),
        pytest.param("瞭解隨著憑藉", "了解随着凭借", id="traditional-that-is-simplified-too"),
        pytest.param("錢鍾書", "钱钟书", id="traditional-name"),
        pytest.param("钱锺书", "钱钟书", id="simplified-variant"),
        pytest.param("後面的麵", "后面的面", id="two-to-one"),
        pytest.param("⻓沙⻋⻔⺠⽣", "长沙车门民生", id="radicals-of-PDF-exports"),
        pytest.param("二○二一", "二〇二一", id="circle-for-zero"),
        pytest.param("\uf900", "岂", id="compatibility-ideograph"),
        pytest.param("𠮷野家", "𠮷野家", id="beyond-the-BMP"),
        pytest.param("𬬭", "𬬭", id="simplified-beyond-the-BMP"),
        pytest.param("衡\u200b阳\ufeff", "衡阳", id="zero-width"),
        pytest.param("co\xadop", "coop", id="soft-hyphen"),
        pytest.param("\u202e衡\u202c", "衡", id="bidi-controls"),
        pytest.param("葛\U000e0100飾\ufe00", "葛饰", id="variation-selectors"),
        pytest.param("cafe\u0301", "café", id="combining-mark"),
        pytest.param("cafe\u200b\u0301", "café", id="combining-mark-behind-an-invisible-one"),
        pytest.param("\u0301e", "\u0301e", id="mark-without-a-letter"),
        pytest.param("\u1100\u1161\uac00\u11a8", "\uac00\uac01", id="hangul-jamo"),
        pytest.param("衡\ud800阳", "衡\ufffd阳", id="lone-surrogate"),
        pytest.param("\ue000\U0010ffff", "\ue000\U0010ffff", id="private-and-unassigned"),
    ],
)
def test_one_spelling_comes_out(text, folded):
    assert fold(text).text == folded


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        pytest.param("ＡＢ", [(0, 1), (1, 2)], id="every-character-in-place"),
        pytest.param("5㎡漢", [(0, 1), (1, 2), (1, 2), (2, 3)], id="one-becomes-two"),
        pytest.param("ｶﾞﾃﾞ中", [(0, 2), (2, 4), (4, 5)], id="two-become-one"),
        pytest.param("新\u200b能源", [(0, 1), (2, 3), (3, 4)], id="invisible-in-between-belongs-to-none"),
        pytest.param("\ufeff新\u200b", [(1, 2)], id="invisible-at-the-ends"),
        pytest.param("葛\U000e0100城", [(0, 2), (2, 3)], id="variation-selector-belongs-to-its-character"),
        pytest.param("e\u200b\u0301x", [(0, 3), (3, 4)], id="mark-behind-an-invisible-character"),
        pytest.param("𠮷㎞", [(0, 1), (1, 2), (1, 2)], id="offsets-count-code-points"),
    ],
)
def test_each_folded_character_leads_back(text, spans):
    folded = fold(text)
    assert [folded.span(i, i + 1) for i in range(len(folded.text))] == spans


def test_span_of_several_characters_reaches_from_first_to_last():
    assert fold("总\u200b投 資㎡").span(0, 2) == (0, 3)


def test_text_in_place_needs_no_map():
    folded = fold("總投資１００億元")
    assert (folded.text, folded.starts, folded.ends) == ("总投资100亿元", None, None)


@pytest.mark.parametrize("standard", ["s2t", "s2tw", "s2hk"])
def test_traditional_forms_of_every_common_character_fold_to_it(standard):
    from opencc import OpenCC

    to_traditional = OpenCC(standard)
    common = [chr(c) for c in range(0x4E00, 0xA000) if chr(c).encode("gb2312", "ignore")]
    assert len(common) == 6763
    # Taiwan writes 么 for 幺: folding 幺 to 么 as well would join two words of simplified Chinese.
    lost = [char for char in common if fold(to_traditional.convert(char)).text != fold(char).text and char != "幺"]
    assert lost == []


def test_half_of_a_word_folds_as_in_the_whole():
    assert fold("乾隆").text[0] == fold("乾").text
    assert fold("乾燥").text[0] == fold("乾").text


@given(st.lists(NASTY, max_size=4))
@example([])
@example(["", "\0", "一\0"])
def test_many_texts_fold_as_each_alone(texts):
    assert fold_all(texts) == [_fold(text) for text in texts] == [fold(text) for text in texts]


@given(NASTY)
@example("e\u200d\u0301")
@example("\U0001d15e\u0301\u1160")
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text).text).text == fold(text).text


def test_every_single_character_folds_to_a_fixed_point():
    # All but hangul, the supplementary planes of Han (each takes seconds) and the empty planes.
    blocks = [*range(0xAC00), *range(0xD7B0, 0x1F300)]
    assert [c for c in map(chr, blocks) if fold(fold(c).text).text != fold(c).text] == []


def test_ideographs_need_no_compatibility_form():
    """Why most of them fold by a shorter way."""
    plain = map(chr, range(0x4E00, 0xA000))
    assert [c for c in plain if unicodedata.normalize("NFKC", c.casefold()) != c or unicodedata.combining(c)] == []


@given(NASTY, NASTY)
def test_an_ideograph_parts_what_folds_together(left, right):
    assert fold(left + "漢" + right).text == fold(left).text + "汉" + fold(right).text


@given(NASTY)
def test_every_span_folds_to_what_it_stands_for(text):
    folded = fold(text)
    places = range(len(folded.text))
    spans = [folded.span(i, i + 1) for i in places]
    assert spans == sorted(spans)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(folded.text[i] in fold(text[slice(*spans[i])]).text for i in places)


@given(st.text(st.characters()))
def test_folded_text_can_be_written_as_utf8(text):
    fold(text).text.encode("utf-8")


def test_what_never_folds_is_not_kept():
    table = _FoldTable()
    assert "".join(table[c] for c in range(0xE000, 0xE100)) == "".join(map(chr, range(0xE000, 0xE100)))
    assert len(table) == 0
    assert table[ord("Ａ")] == "a"
    assert len(table) == 1


@pytest.mark.parametrize(
    "piece",
    [
        pytest.param("\u200b", id="zero-width"),
        pytest.param("\u0301", id="marks"),
        pytest.param("\u200b\u0301", id="zero-width-and-marks"),
        pytest.param("ﷺ", id="one-to-eighteen"),
        pytest.param("\ud800", id="surrogates"),
    ],
)
def test_a_long_text_of_oddities_folds_once_through(piece):
    # Any of these would take hours if a step looked back or ahead over the whole text.
    assert fold(piece * 100_000).text == fold(piece).text * 100_000
