"""Inverting entries into a family, against a dict; term lookups against brute force."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.store.postings import Family, invert

# Few characters of one to four bytes each, so that terms share beginnings and middles.
TERMS = st.text("ab1中丮𠮷\ud800", min_size=1, max_size=5)


def family_of(entries, values=("at",)):
    """A family of ``(term, value, …)`` entries."""
    terms = list(dict.fromkeys(term for term, *_ in entries))
    ids = np.asarray([terms.index(term) for term, *_ in entries], dtype=np.int64)
    columns = {name: np.asarray([entry[1 + i] for entry in entries], np.int64) for i, name in enumerate(values)}
    return Family("f", invert("f", terms, ids, **columns))


@given(st.lists(st.tuples(TERMS, st.integers(0, 99), st.integers(0, 99))))
def test_inverting_agrees_with_a_dict(entries):
    expected = {}
    for term, at, end in entries:
        expected.setdefault(term, []).append((at, end))
    family = family_of(entries, ("at", "end"))
    assert list(family.terms()) == sorted(expected, key=lambda term: term.encode("utf-8", "surrogatepass"))
    assert len(family) == len(expected)
    for number, term in enumerate(family.terms()):
        postings = zip(family.entries(number, "at").tolist(), family.entries(number, "end").tolist(), strict=True)
        assert list(postings) == expected[term]
        assert family.count(number) == len(expected[term]) == family.counts()[number]


@given(st.sets(TERMS), TERMS)
def test_lookups_agree_with_brute_force(terms, wanted):
    family = family_of([(term, 0) for term in terms])
    listed = list(family.terms())
    assert family.find(wanted) == (listed.index(wanted) if wanted in terms else -1)
    assert [listed[i] for i in family.starting_with(wanted)] == [term for term in listed if term.startswith(wanted)]
    assert [listed[i] for i in family.containing(wanted)] == [term for term in listed if wanted in term]


def test_terms_without_an_entry_are_left_out():
    family = Family("f", invert("f", ["甲", "乙", "丙"], np.asarray([2, 0]), at=np.asarray([5, 6])))
    assert list(family.terms()) == ["丙", "甲"]  # in the order of their bytes
    assert family.find("乙") == -1


@pytest.mark.parametrize(
    ("terms", "piece", "expected"),
    [
        pytest.param(["ab", "ba"], "bb", [], id="across-the-end-of-a-term"),
        pytest.param(["xab", "aby"], "ab", ["aby", "xab"], id="at-both-ends"),
        pytest.param(["aaa"], "a", ["aaa"], id="once-though-it-stands-thrice"),
        pytest.param(["a", "aa"], "aa", ["aa"], id="across-and-inside"),
        pytest.param(["a.c", "abc"], "a.c", ["a.c"], id="no-regular-expression"),
    ],
)
def test_containing_looks_inside_terms_only(terms, piece, expected):
    family = family_of([(term, 0) for term in terms])
    assert [family.term(number) for number in family.containing(piece)] == expected


def test_empty_family_has_nothing():
    family = family_of([])
    assert (len(family), family.find("甲"), list(family.containing("甲"))) == (0, -1, [])
    assert len(family.starting_with("甲")) == 0
