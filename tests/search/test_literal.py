"""Patterns, positions and marks say the same; every printed string is found, first, and marked exactly."""

from __future__ import annotations

import random
import re
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from opencc import OpenCC

from indexer.search.highlight import literal_spans
from indexer.search.pattern import UnitPiece, ValuePiece, patterns
from indexer.search.positions import find_any
from indexer.search.query import Term, parse
from indexer.text import find_units, fold

# Characters that touch every rule: Han, Latin, digits, full width, numerals, signs that join words, punctuation.
ALPHABET = "衡阳園园一百亿十AbＣ12３.,+#-/%，。“”《》 \n★𠮷㎡"
TEXT = st.text(ALPHABET, min_size=1, max_size=14)


def has_units(text):
    return any(True for _ in find_units(fold(text).text))


def is_plain(query):
    """Whether nothing in a query is an operator or a condition."""
    return all(isinstance(node, Term) for node in parse(query).root.nodes)


def marks(hit):
    return [hit.passage.text[start:end] for start, end in hit.highlights]


def units_of(text):
    return [unit.text for unit in find_units(fold(text).text)]


def rows(pattern):
    return [(piece.text, piece.how) if isinstance(piece, UnitPiece) else piece.value for piece in pattern]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("產業园", [[("产", "whole"), ("业", "whole"), ("园", "whole")]], id="characters"),
        pytest.param("赋“码”", [[("赋", "whole"), ("码", "whole")]], id="signs-are-not-in-it"),
        pytest.param("Git", [[("git", "inside")]], id="one-run-may-be-a-piece"),
        pytest.param("b平c", [[("b", "end"), ("平", "whole"), ("c", "start")]], id="runs-at-the-ends"),
        pytest.param("a b c", [[("a", "end"), ("b", "whole"), ("c", "start")], [("abc", "inside")]], id="spaces-in-a-run"),
        pytest.param(
            "百亿元",
            [[("百", "whole"), ("亿", "whole"), ("元", "whole")]],
            id="no-numeral",
        ),
        pytest.param(
            "一百亿元",
            [[("一", "whole"), ("百", "whole"), ("亿", "whole"), ("元", "whole")], ["10000000000", ("元", "whole")]],
            id="numeral",
        ),
        pytest.param("3.6.3", [[("3", "end"), ("6", "whole"), ("3", "start")]], id="version"),
        pytest.param("，。！", [], id="signs-only"),
    ],
)  # fmt: skip
def test_patterns_of_a_string(text, expected):
    assert [rows(pattern) for pattern in patterns(text)] == expected


def test_sign_counts_where_the_index_has_the_word():
    words = {"c#", "c++", "2000+"}
    assert [piece.sign for piece in patterns("C#与", words.__contains__)[0]] == ["#", ""]
    assert [piece.sign for piece in patterns("D#与", words.__contains__)[0]] == ["", ""]


@settings(max_examples=150)
@given(text=TEXT, others=st.lists(TEXT, max_size=3), data=st.data())
def test_a_printed_string_is_found_and_marked(segment_of, article_of, search_in, text, others, data):
    """Any piece of a passage finds it on the first step, and its marks are that piece and no more."""
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    piece = text[start:end]
    assume(has_units(piece))
    segment = segment_of([article_of("题", text, *others)])
    for query in ['"' + piece + '"'] + [piece] * is_plain(piece):
        results = search_in([segment], query)
        assert results.rung == "exact"
        hit = next(hit for hit in results.hits if hit.passage.ordinal == 1)
        # A character that folds to several units (㎡) is marked whole when one of them is asked for.
        assert any("".join(units_of(piece)) in "".join(units_of(mark)) for mark in marks(hit))


@settings(max_examples=150)
@given(texts=st.lists(TEXT, min_size=1, max_size=4), query=TEXT)
def test_positions_agree_with_marks(segment_of, article_of, texts, query):
    """The passages found by postings are those in which something is marked, and the other way round."""
    wanted = patterns(query)
    segment = segment_of([article_of("题", *texts)])
    found = set(segment.doc_of(find_any(segment, wanted).at).tolist())
    marked = {doc for doc in range(segment.size) if literal_spans(segment.text(doc), wanted)}
    assert found == marked


@settings(max_examples=100)
@given(
    texts=st.lists(st.text(ALPHABET.replace("㎡", ""), max_size=14), max_size=4),
    query=st.text("衡阳园A12", min_size=1, max_size=3),
)
def test_marks_are_the_string_modulo_signs(texts, query):
    """Between its first and last character, a mark of a plain string holds nothing but the string and signs."""
    wanted = [pattern for pattern in patterns(query) if not any(isinstance(piece, ValuePiece) for piece in pattern)]
    letters = "".join(units_of(query))
    for text in texts:
        for start, end in literal_spans(text, wanted):
            marked = "".join(units_of(text[start:end]))
            assert letters in marked
            # Marks that touch are joined: 园园园 for 园园.
            assert set(marked) <= set(letters)


@settings(max_examples=60)
@given(text=TEXT, query=TEXT)
def test_marks_are_in_order_apart_and_inside(segment_of, article_of, search_in, text, query):
    segment = segment_of([article_of("题", text)])
    assume(query.strip())
    for hit in search_in([segment], '"' + query + '"').hits:
        places = [0, *(place for span in hit.highlights for place in span), len(hit.passage.text)]
        assert places[:2] <= sorted(places[:2])
        assert places[1:-1] == sorted(set(places[1:-1]))
        assert places[-2] <= places[-1]


# -- the shipped corpus ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def passages(shipped):
    """Text of every passage of the shipped corpus, by id."""
    articles = {hit.article.id for hit in shipped.search("类型:标题", limit=200).hits}
    found = {
        marked.passage.id: marked.passage.text for each in articles for marked in shipped.article(each).passages
    }  # fmt: skip
    assert len(found) == shipped.status().passages
    return found


@pytest.fixture
def pieces(passages):
    """Random pieces of passages, cut anywhere, the same in each run."""
    chance = random.Random(1010)
    texts = sorted(passages.values())

    def draw(count):
        while count:
            text = chance.choice(texts)
            length = min(chance.choice([1, 1, 2, 2, 3, 4, 5, 6, 8, 12, 20, 40]), len(text))
            start = chance.randrange(len(text) - length + 1)
            piece = text[start : start + length]
            if has_units(piece):
                count -= 1
                yield piece

    return draw


def check(shipped, passages, query, piece):
    """Every passage with the piece is found on the first step, before others, and the piece is marked."""
    results = shipped.search(query, limit=200)
    holding = {passage_id for passage_id, text in passages.items() if piece in text}
    assert results.rung == "exact", query
    assert {hit.passage.id for hit in results.hits} >= holding, query
    letters = "".join(units_of(piece))
    for hit in results.hits[: len(holding)]:
        marks = ["".join(units_of(hit.passage.text[start:end])) for start, end in hit.highlights]
        assert any(letters in mark for mark in marks), (query, hit.passage.text)
        if " " not in query and not re.search("[0-9一二三四五六七八九十]", query):
            # Nothing else is marked: no words of the query, no value in other digits.
            assert all(letters in mark for mark in marks), (query, hit.passage.text)


def test_every_piece_of_the_corpus_is_found(shipped, passages, pieces):
    plain = [piece for piece in pieces(400) if is_plain(piece)]
    assert len(plain) >= 390  # the others are such as 3% 以上, read as conditions
    for piece in plain:
        check(shipped, passages, piece, piece)


def test_every_quoted_piece_of_the_corpus_is_found(shipped, passages, pieces):
    for piece in pieces(150):
        check(shipped, passages, f'"{piece}"', piece)


def test_every_piece_is_found_in_full_width(shipped, passages, pieces):
    wide = {
        ord(char): ord(char) + 0xFEE0 for char in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz.%"
    }
    for piece in filter(is_plain, pieces(100)):
        check(shipped, passages, piece.translate(wide), piece)


def test_every_piece_is_found_in_traditional_characters(shipped, passages, pieces):
    convert = OpenCC("s2t").convert
    # Its dictionary of phrases now and then gives a character that stands for another one (鍊, which is 炼, for 链).
    kept = [piece for piece in filter(is_plain, pieces(150)) if fold(convert(piece)).text == fold(piece).text]
    assert len(kept) >= 145
    for piece in kept:
        check(shipped, passages, convert(piece), piece)


def test_punctuation_in_the_query_prevents_no_match(shipped, passages, pieces):
    between_han = re.compile(r"(?<=[\u4e00-\u9fff])(?=[\u4e00-\u9fff])")
    for piece in (piece for piece in pieces(120) if is_plain(piece) and len(piece) <= 20):
        for sign in ("，", "“", " ", "……", "·"):
            check(shipped, passages, between_han.sub(sign, piece), piece)


def test_punctuation_left_out_of_the_query_prevents_no_match(shipped, passages, pieces):
    # Left out between two numbers or two words in Latin letters, it would make one of them.
    beside_han = re.compile(
        r"(?<=[\u4e00-\u9fff])[，。、；：“”（）《》·！？■ ]+|[，。、；：“”（）《》·！？■ ]+(?=[\u4e00-\u9fff])"
    )
    for piece in filter(is_plain, pieces(200)):
        check(shipped, passages, beside_han.sub("", piece), piece)


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("还有很大的成长余地", id="inside-a-word"),
        pytest.param("成长余地。产业数字化", id="across-the-sentence"),
        pytest.param("湘南湘西区块链产业园", id="inside-a-name"),
        pytest.param("大会的题目是“融合创新", id="in-the-chronicle"),
        pytest.param("湖南天元云科技有限公司", id="inside-a-company"),
        pytest.param("累计达到5974个", id="before-a-figure"),
    ],
)
def test_page_break_is_no_obstacle(shipped, query):
    results = shipped.search(query)
    assert results.rung == "exact"
    text, marks = results.hits[0].passage.text, results.hits[0].highlights
    assert [units_of(text[start:end]) for start, end in marks] == [units_of(query)]


# -- paragraphs too long for one passage -------------------------------------------------------------------------------

LONG = {
    "sentences": "".join(f"第{number}家企业在衡阳开工，投资{number}.5亿元。" for number in range(60)),
    "one-sentence": "".join(f"第{number}家企业在衡阳开工，" for number in range(90)),
    "no-punctuation": "".join(f"第{number}家企业" for number in range(200)),
    "latin-words": " ".join(f"word{number}" for number in range(250)),
    "one-run-in-between": "开" * 595 + "GitHubEnterprise" + "园" * 40,
}


@pytest.mark.parametrize("text", LONG.values(), ids=LONG.keys())
def test_split_paragraph_is_found_across_its_joints(index_of, text):
    index = index_of({"long.md": f"# 长文\n\n{text}\n"})
    parts = [marked.passage for marked in index.article(index.search("类型:标题").hits[0].article.id).passages[1:]]
    assert len(parts) >= 2
    assert "".join(part.text for part in parts) == text
    place = 0
    for left, right in pairwise(parts):
        place += len(left.text)
        for before, after in [(1, 1), (3, 2), (2, 6), (8, 8)]:
            query = text[place - before : place + after]
            if not has_units(query[:before]):
                continue
            results = index.search(f'"{query}"', limit=200)
            assert results.rung == "exact", query
            assert left.id in {hit.passage.id for hit in results.hits}
            view = index.article(results.hits[0].article.id, f'"{query}"')
            marked = {each.passage.id: each for each in view.passages}
            # Each part has the marks of its own half, as far as that is not only a sign or a space.
            (start, _), (_, end) = marked[left.id].highlights[-1], marked[right.id].highlights[0]
            assert start >= len(left.text) - before
            assert not has_units(left.text[marked[left.id].highlights[-1][1] :])
            assert not has_units(right.text[: marked[right.id].highlights[0][0]])
            assert end <= after


def test_words_of_one_sentence_are_near_across_a_joint(index_of):
    text = "开工，" * 150 + "衡阳动工，" + "开工，" * 48 + "园区完工。" + "开" * 300
    results = index_of({"long.md": f"# 长文\n\n{text}\n"}).search("衡阳 园区")
    assert results.rung == "near"
    assert sorted(marks(hit) for hit in results.hits) == [["园区"], ["衡阳"]]


def test_words_near_in_the_second_part_are_not_looked_for_in_the_first(index_of):
    text = "开工，" * 199 + "开，" + "衡阳动工，园区完工。"
    results = index_of({"long.md": f"# 长文\n\n{text}\n"}).search("衡阳 园区")
    assert results.rung == "near"
    assert [marks(hit) for hit in results.hits] == [["衡阳", "园区"]]
