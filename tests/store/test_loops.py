"""The loops as machine code: they find what their twins over arrays find, and trust nothing in a file."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.store import kernels, loops
from indexer.store.bits import RankedBits, encode_bits
from indexer.store.gaps import GapLists, encode_lists
from indexer.store.postings import BLOCK, DocPostings, encode_docs

# Numbers around the greatest code of each width.
EDGES = [0, 1, 254, 255, 256, 509, 510, 65534, 65535, 65536, (1 << 24) - 1, 1 << 24, (1 << 32) - 1]
NUMBERS = st.one_of(st.sampled_from(EDGES), st.integers(0, (1 << 32) - 1), st.integers(0, 2000))


def of_type(*values, dtype):
    return np.asarray(values, dtype=dtype)


@given(st.sets(NUMBERS, min_size=1, max_size=60).map(sorted))
def test_a_list_is_decoded_as_by_arrays(numbers):
    lists = GapLists("l", encode_lists("l", np.asarray(numbers, dtype=np.int64), np.asarray([len(numbers)]))[0])
    assert loops.decode(lists.codes(0), lists.width(0)).tolist() == lists.one(0).tolist() == numbers


@given(st.sets(st.integers(0, 400), max_size=80), st.lists(st.integers(0, 400), max_size=20), st.sampled_from([0, 1]))
def test_ranks_are_counts(members, numbers, more):
    bits = RankedBits("b", encode_bits("b", sorted(members), 402))
    expected = [sum(member < number + more for member in members) for number in numbers]
    for dtype in (np.uint32, np.int64):
        asked = np.asarray(numbers, dtype=dtype)
        assert loops.rank(bits.bits, bits.ranks, asked, more).tolist() == bits.rank(asked, more).tolist() == expected


@given(st.sets(st.integers(0, 200), min_size=1), st.lists(st.integers(0, 200), max_size=40).map(sorted), st.booleans())
def test_docs_are_counted_as_by_arrays(starts, positions, some_hold_nothing):
    """Passages begin at the ``starts``; every second doc holds no position, if some hold nothing."""
    rising = [0, *sorted(starts - {0})]
    bits = RankedBits("b", encode_bits("b", rising, 202))
    held = np.arange(len(rising) if some_hold_nothing else 0, dtype=np.uint32) * 2
    docs = [sum(start <= position for start in rising) - 1 for position in positions]
    expected = Counter(doc * 2 if some_hold_nothing else doc for doc in docs)
    found = loops.count_docs(bits.bits, bits.ranks, held, np.asarray(positions, dtype=np.uint32))
    assert [each.tolist() for each in found] == [list(expected), list(expected.values())]


@given(st.lists(st.sampled_from([1, 1, 1, 2, 7, 300]), min_size=1, max_size=300), st.data())
def test_frequencies_come_back(freqs, data):
    cut = data.draw(st.integers(1, len(freqs)))
    counts = [cut, len(freqs) - cut][: 1 + (cut < len(freqs))]
    docs = np.concatenate([np.arange(count) for count in counts])
    terms = [b"a", b"b"][: len(counts)]
    lengths = np.full(len(freqs), 400, dtype=np.int64)
    arrays = encode_docs("words", terms, np.asarray(counts), docs, np.asarray(freqs), lengths)
    read = DocPostings("words", arrays)
    for number, expected in enumerate([freqs[:cut], freqs[cut:]][: len(counts)]):
        by_arrays = read.freqs(number).tolist()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(kernels, "_loops", loops)
            assert read.freqs(number).tolist() == by_arrays == expected


@given(st.lists(st.lists(st.booleans(), max_size=9), max_size=20))
def test_runs_and_lists_are_counted(runs):
    ends = np.cumsum([len(run) for run in runs], dtype=np.int64)
    mask = np.asarray([held for run in runs for held in run], dtype=bool)
    expected = [sum(run) for run in runs]
    firsts = (ends - [len(run) for run in runs]).astype(np.uint32)
    bits = encode_bits("b", np.flatnonzero(mask), len(mask))["b.bits"]
    assert loops.count_in_runs(bits, firsts, len(mask)).tolist() == expected
    spread = mask.copy()
    loops.spread(spread, firsts)
    assert spread.tolist() == [held or run[0] for run in runs for held in run]
    backwards = np.arange(len(mask), dtype=np.uint32)[::-1].copy()
    assert loops.count_in_lists(mask[::-1].copy(), backwards, ends).tolist() == expected


CODES = np.zeros(8, dtype=np.uint8)
NORMS = np.ones(1 << 16, dtype=np.float32)
BITS, RANKS = np.zeros(2, dtype=np.uint64), np.zeros(2, dtype=np.uint32)


def near(**damage):
    """What a list of 300 postings tells of passages, one of which is in no block that is there."""
    files, rows, _ = list_of_300(**damage)
    return loops.near(*files, rows[0], of_type(0, 299, dtype=np.int64), BLOCK)


def best_of(docs=3, titles=(0, 0), headings=(-1, -1)):
    """The best of two passages, or of those that the bits are of."""
    types = np.uint64, np.uint32, np.int32
    columns = (np.asarray(each, dtype=dtype) for each, dtype in zip(([docs], titles, headings), types, strict=True))
    return loops.best_in_context(np.ones(2, np.float32), *columns, np.zeros(2, bool), 0.5, 0.3, 0.3, 1)


@pytest.mark.parametrize(
    "call",
    [
        pytest.param(lambda: loops.decode(CODES, 3), id="bytes-that-make-no-codes"),
        pytest.param(lambda: loops.decode(CODES, 5), id="width-that-does-not-exist"),
        pytest.param(lambda: loops.rank(BITS, RANKS, of_type(128, dtype=np.uint32), 0), id="rank-behind-the-end"),
        pytest.param(lambda: loops.rank(BITS, RANKS, of_type(-1, dtype=np.int64), 0), id="rank-before-the-beginning"),
        pytest.param(lambda: loops.rank(BITS, RANKS[:1], of_type(64, dtype=np.int64), 0), id="fewer-ranks-than-bits"),
        pytest.param(
            lambda: loops.count_docs(~BITS, RANKS, of_type(5, dtype=np.uint32), of_type(9, dtype=np.uint32)),
            id="doc-behind-the-end",
        ),
        pytest.param(
            lambda: loops.freqs(BITS, RANKS, of_type(dtype=np.uint8), 0, 128), id="frequencies-behind-the-end"
        ),
        pytest.param(
            lambda: loops.freqs(~BITS, RANKS, of_type(2, dtype=np.uint8), 0, 2), id="fewer-frequencies-than-bits"
        ),
        pytest.param(
            lambda: loops.add_scores(
                np.zeros(2, np.float32), NORMS, np.ones(2, np.uint16), of_type(2, dtype=np.uint32), of_type(1, dtype=np.uint16), 1.0
            ),
            id="score-of-no-passage",
        ),
        pytest.param(lambda: near(block_end=4), id="near-in-a-block-that-is-not-there"),
        pytest.param(lambda: near(code_end=301), id="near-in-a-list-behind-the-end"),
        pytest.param(lambda: best_of(docs=4), id="doc-that-is-no-passage"),
        pytest.param(lambda: best_of(titles=of_type(7, 7, dtype=np.uint32)), id="title-that-is-no-passage"),
        pytest.param(lambda: best_of(headings=of_type(2, -1, dtype=np.int32)), id="heading-that-is-no-passage"),
        pytest.param(lambda: best_of(headings=of_type(-1, dtype=np.int32)), id="fewer-headings-than-passages"),
        pytest.param(lambda: loops.count_in_runs(BITS, of_type(0, 128, dtype=np.uint32), 2), id="run-behind-the-end"),
        pytest.param(lambda: loops.count_in_runs(BITS, of_type(1, 0, dtype=np.uint32), 2), id="runs-that-fall"),
        pytest.param(lambda: loops.spread(np.ones(2, bool), of_type(0, 3, dtype=np.uint32)), id="spread-behind-the-end"),
        pytest.param(lambda: loops.spread(np.ones(2, bool), of_type(1, 0, dtype=np.uint32)), id="spread-over-runs-that-fall"),
        pytest.param(lambda: loops.mark(np.ones(2, bool), of_type(2, dtype=np.uint32)), id="mark-behind-the-end"),
        pytest.param(lambda: loops.mark(np.ones(2, bool), of_type(-1, dtype=np.int64)), id="mark-before-the-beginning"),
        pytest.param(
            lambda: loops.count_in_lists(np.ones(2, bool), of_type(2, dtype=np.uint32), of_type(1, dtype=np.int64)),
            id="list-of-no-passage",
        ),
        pytest.param(
            lambda: loops.count_in_lists(np.ones(2, bool), of_type(0, dtype=np.uint32), of_type(2, dtype=np.int64)),
            id="list-behind-the-end",
        ),
    ],
)  # fmt: skip
def test_a_place_that_is_not_there_is_an_error(call):
    with pytest.raises(IndexError):
        call()


# What a list of 300 postings needs: its row, and how long each array is.
GOOD = {"code_end": 300, "width": 1, "entries": 300, "block_end": 3}


def list_of_300(**damage):
    """What the functions read of a list that stands in 300 passages, in the first of them nine times."""
    blocks = np.arange(3)
    row = [(GOOD | damage).get(column, 0) for column in loops.COLUMNS]
    files = (
        np.concatenate([[0], np.ones(299)]).astype(np.uint8),
        of_type(1, *[0] * 7, dtype=np.uint64),
        of_type(0, *[1] * 7, dtype=np.uint32),
        of_type(9, dtype=np.uint8),
        (blocks * BLOCK).astype(np.uint32),
        np.maximum(blocks * BLOCK - 1, 0).astype(np.uint32),
        of_type(9, 1, 1, dtype=np.uint16),
        np.ones(3, dtype=np.uint16),
    )
    return files, np.asarray([row]), np.ones(1, dtype=np.float32)


@pytest.mark.parametrize(("function", "more"), [("best_of_any", [BLOCK]), ("best_of_all", [])])
def test_blocks_that_cannot_hold_a_good_score_are_not_read(function, more):
    files, row, weight = list_of_300()
    files[0][200] = 0xFF  # to read the second block is an error
    passages = NORMS, np.ones(300, dtype=np.uint16), np.ones(300, dtype=bool), 1.0, False
    assert getattr(loops, function)(*files, row, weight, *passages, 1, BLOCK, *more)[0].tolist() == [0]
    with pytest.raises(IndexError):
        getattr(loops, function)(*files, row, weight, *passages, 2, BLOCK, *more)


@pytest.mark.parametrize("function", ["best_of_any", "best_of_all"])
@pytest.mark.parametrize(
    "damage",
    [
        pytest.param({}, id="none"),
        pytest.param({"code_end": 301}, id="bytes-behind-the-end"),
        pytest.param({"code_from": -1}, id="bytes-before-the-beginning"),
        pytest.param({"width": 4}, id="other-width"),
        pytest.param({"width": 0}, id="no-width"),
        pytest.param({"entry_from": 1 << 20}, id="entries-that-are-not-there"),
        pytest.param({"entries": 500}, id="more-entries-than-codes"),
        pytest.param({"entries": -3}, id="less-than-none"),
        pytest.param({"block_end": 4}, id="block-that-is-not-there"),
        pytest.param({"block_from": -1}, id="block-before-the-first"),
        pytest.param({"lengths": 200}, id="passages-behind-the-end"),
        pytest.param({"norms": 200}, id="fewer-norms-than-lengths"),
        pytest.param({"live": 200}, id="two-numbers-of-passages"),
    ],
)
def test_a_damaged_list_is_an_error(function, damage):
    size = damage.get("lengths", 300)
    files, row, weight = list_of_300(**damage)
    window = (4096,) if function == "best_of_any" else ()

    def ask():
        norms, lengths = np.ones(damage.get("norms", 1 << 16), dtype=np.float32), np.ones(size, dtype=np.uint16)
        passages = norms, lengths, np.ones(damage.get("live", size), dtype=bool), 1.0, True
        return getattr(loops, function)(*files, row, weight, *passages, 10, BLOCK, *window)

    if damage:
        with pytest.raises(IndexError):
            ask()
    else:
        assert len(ask()[0]) == 10


@pytest.mark.parametrize("function", ["best_of_any", "best_of_all", "add_lists"])
def test_a_passage_in_the_middle_of_a_list_that_is_not_there_is_an_error(function):
    """Four-byte gaps can go around: 0, 5000 and 1, of which the last is within."""
    codes = of_type(0, 5000, (1 << 32) - 4999, dtype="<u4").view(np.uint8)
    files = (codes, *list_of_300()[0][1:4], *(each[:0] for each in list_of_300()[0][4:]))
    row = np.asarray([[0, 12, 4, 1, 3, 0, 0]])
    norms, lengths, live = NORMS, np.ones(300, np.uint16), np.ones(300, bool)
    more = {
        "best_of_any": (norms, lengths, live, 1.0, True, 10, BLOCK, 4096),
        "best_of_all": (norms, lengths, live, 1.0, True, 10, BLOCK),
        "add_lists": (norms, lengths, np.zeros(300, np.float32), BLOCK),
    }
    with pytest.raises(IndexError, match="no such passage"):
        getattr(loops, function)(*files, row, np.ones(1, dtype=np.float32), *more[function])
