"""The encodings of postings, against plain lists, sets and dicts."""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.store import kernels, loops
from indexer.store.bits import RankedBits, encode_bits
from indexer.store.gaps import GapLists, encode_lists
from indexer.store.postings import (
    BLOCK,
    DocPostings,
    PairPostings,
    ValuePostings,
    encode_docs,
    encode_pairs,
    encode_values,
)

# Numbers around the greatest code of each width.
EDGES = [0, 1, 254, 255, 256, 509, 510, 65534, 65535, 65536, (1 << 24) - 1, 1 << 24, (1 << 32) - 1]
NUMBERS = st.one_of(st.sampled_from(EDGES), st.integers(0, (1 << 32) - 1), st.integers(0, 2000))
LISTS = st.lists(st.sets(NUMBERS, min_size=1, max_size=40).map(sorted), min_size=1, max_size=6)


def lists_of(lists):
    numbers = np.asarray([number for each in lists for number in each], dtype=np.int64)
    return encode_lists("l", numbers, np.asarray([len(each) for each in lists]))[0]


@given(LISTS, st.data())
def test_lists_come_back(lists, data):
    arrays = lists_of(lists)
    read = GapLists("l", arrays)
    assert len(read) == len(lists)
    assert [read.one(i).tolist() for i in range(len(lists))] == lists
    assert all(read.size(i) >= len(each) for i, each in enumerate(lists))
    chosen = data.draw(st.lists(st.integers(0, len(lists) - 1), min_size=1, max_size=6))
    numbers, counts = read.many(np.asarray(chosen))
    assert numbers.tolist() == [number for i in chosen for number in lists[i]]
    assert counts.tolist() == [len(lists[i]) for i in chosen]
    assert read.sizes(np.asarray(chosen)) == sum(map(read.size, chosen))


@pytest.mark.parametrize(
    ("numbers", "width", "size"),
    [
        pytest.param([0, 1, 2, 3], 1, 4, id="neighbours"),
        pytest.param([7, 300, 301], 1, 4, id="one-escape-is-shorter-than-wider-codes"),
        pytest.param([7, 300, 700], 1, 5, id="two-escapes-are-too"),
        pytest.param([600, 1200, 1800], 2, 6, id="two-bytes"),
        pytest.param([100_000, 200_000, 300_000], 3, 9, id="three-bytes"),
        pytest.param([3_000_000_000], 4, 4, id="four-bytes"),
    ],
)
def test_a_list_has_the_width_that_makes_it_shortest(numbers, width, size):
    arrays = lists_of([numbers])
    assert (arrays["l.width"].tolist(), len(arrays["l.codes"])) == ([width], size)


def test_codes_are_gaps_with_escapes():
    arrays = lists_of([[3, 4, 259, 514], [70_000]])
    assert arrays["l.codes"].tolist() == [3, 1, 255, 0, 255, 0, 0x70, 0x11, 0x01]
    assert arrays["l.from"].tolist() == [0, 6, 9]

    marks = encode_lists("l", np.asarray([3, 4, 259, 514, 70_000]), np.asarray([4, 1]), np.asarray([1, 3, 4]))[1]
    assert marks.tolist() == [1, 4, 0]


@given(
    st.sets(st.integers(0, 299)), st.lists(st.integers(0, 300), max_size=20), st.integers(0, 300), st.integers(0, 300)
)
def test_bits_count_what_is_below(members, asked, first, end):
    bits = RankedBits("b", encode_bits("b", np.asarray(sorted(members), dtype=np.int64), 300))
    assert bits.rank(np.asarray(asked, dtype=np.int64)).tolist() == [sum(m < each for m in members) for each in asked]
    assert bits.holds(np.asarray(asked, dtype=np.int64)).tolist() == [each in members for each in asked]
    assert bits.members().tolist() == sorted(members)
    first, end = sorted((first, end))
    assert bits.between(first, end).tolist() == [each in members for each in range(first, end)]


def docs_of(postings, lengths):
    """A family of passages from ``{term: {doc: frequency}}``."""
    terms = sorted(postings)
    rows = [(doc, postings[term][doc]) for term in terms for doc in sorted(postings[term])]
    docs, freqs = (np.asarray(column, dtype=np.int64) for column in zip(*rows, strict=True))
    counts = np.asarray([len(postings[term]) for term in terms])
    arrays = encode_docs("f", [term.encode() for term in terms], counts, docs, freqs, lengths)
    return DocPostings("f", arrays)


@settings(max_examples=40)
@given(
    st.dictionaries(
        st.sampled_from("甲乙丙丁"),
        st.dictionaries(st.integers(0, 999), st.sampled_from([1, 1, 1, 2, 7, 600]), min_size=1, max_size=700),
        min_size=1,
    ),
    st.randoms(use_true_random=False),
)
def test_terms_have_their_passages(postings, random):
    lengths = np.asarray([random.randrange(1, 600) for _ in range(1000)])
    family = docs_of(postings, lengths)
    for number, term in enumerate(sorted(postings)):
        docs = sorted(postings[term])
        assert family.find(term) == number
        assert family.count(number) == len(docs)
        assert family.docs(number).tolist() == docs
        assert family.freqs(number).tolist() == [postings[term][doc] for doc in docs]
        asked = sorted(random.sample(range(1000), random.randrange(40)))
        for native in (None, loops):
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(kernels, "_loops", native)
                near = dict(
                    zip(*(column.tolist() for column in family.near(number, np.asarray(asked, int))), strict=True)
                )
            assert {doc: near[doc] for doc in asked if doc in near} == {
                doc: postings[term][doc] for doc in asked if doc in postings[term]
            }
        *_, block_from, block_end = family.lists([number])[0]
        assert (block_end == block_from) == (len(docs) < 2 * BLOCK)
        if len(docs) < 2 * BLOCK:
            continue
        blocks = [docs[first : first + BLOCK] for first in range(0, len(docs), BLOCK)]
        freqs, of_docs = (column[block_from:block_end].tolist() for column in family.columns[-2:])

        def weight(freq, length):
            return freq / (0.7 / 0.3 * lengths.mean() + length)

        for block, *best in zip(blocks, freqs, of_docs, strict=True):
            own = [(postings[term][doc], lengths[doc]) for doc in block]
            assert tuple(best) in own
            assert weight(*best) == max(weight(*each) for each in own)
        assert family.firsts(number).tolist() == [0, *(block[-1] for block in blocks[:-1])]
        chosen = sorted(random.sample(range(len(blocks)), random.randrange(1, len(blocks) + 1)))
        found, freqs = family.in_blocks(number, np.asarray(chosen))
        assert found.tolist() == [doc for i in chosen for doc in blocks[i]]
        assert freqs.tolist() == [postings[term][doc] for i in chosen for doc in blocks[i]]
    assert [counts.tolist() for counts in family.all()[:1]] == [[len(postings[term]) for term in sorted(postings)]]
    assert family.all()[1].tolist() == [doc for term in sorted(postings) for doc in sorted(postings[term])]


@given(st.lists(st.lists(st.integers(0, 4), min_size=1, max_size=8), min_size=1, max_size=5))
def test_pairs_have_their_positions(paragraphs):
    """Units by number; a gap of one position after each paragraph."""
    expected, at_of, doc_of, place = defaultdict(list), defaultdict(list), {}, 0
    for doc, paragraph in enumerate(paragraphs):
        for left, right in zip(paragraph, [*paragraph[1:], -1], strict=True):
            expected[left, right].append(place)
            at_of[left].append(place)
            doc_of[place] = doc
            place += 1
        place += 1
    pairs = sorted(expected)
    columns = (np.asarray([pair[i] for pair in pairs]) for i in (0, 1))
    first, second = columns
    counts = np.asarray([len(expected[pair]) for pair in pairs])
    positions = np.asarray([at for pair in pairs for at in expected[pair]])
    docs_of_pairs = np.asarray([doc_of[at] for at in positions.tolist()])
    read = PairPostings(encode_pairs(first, second + 1, counts, positions, docs_of_pairs, 5), units=None)
    for left in range(5):
        assert read.unit_positions(left).tolist() == at_of[left]
        for right in range(5):
            number = read.find(left, right)
            assert (read.positions(number).tolist() if number >= 0 else []) == expected.get((left, right), [])
            if number >= 0:
                at = expected[left, right]
                assert read.repeats(number) == len(at) - len({doc_of[each] for each in at})
    assert read.find(-1, 0) == read.find(0, -1) == -1
    lefts, rights = np.asarray([0, 2]), np.asarray([1, 2])
    wanted = sorted(at for left in (0, 2) for right in (1, 2) for at in expected.get((left, right), []))
    assert read.positions_of(read.of_any(lefts, rights)).tolist() == wanted
    positions, units = read.all()
    assert Counter(zip(positions.tolist(), units.tolist(), strict=True)) == Counter(
        (at, unit) for unit, of in at_of.items() for at in of
    )


def test_values_have_places():
    arrays = encode_values([b"100", b"5"], np.asarray([2, 1]), np.asarray([3, 900, 7]), np.asarray([2, 1, 4]))
    values = ValuePostings(arrays)
    assert [values.count(values.find(value)) for value in ("100", "5")] == [2, 1]
    at, end = values.places(values.find("100"))
    assert (at.tolist(), end.tolist()) == ([3, 900], [5, 901])
    assert values.find("6") == -1
