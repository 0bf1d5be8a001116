"""Term lookups against brute force."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.store.terms import Terms, encode_terms

# Few characters of one to four bytes each, so that terms share beginnings and middles.
TERMS = st.text("ab1中丮𠮷\ud800", min_size=1, max_size=5)


def dictionary_of(terms):
    return Terms("f", encode_terms("f", sorted(term.encode("utf-8", "surrogatepass") for term in terms)))


@pytest.mark.usefixtures("loops")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sets(TERMS), TERMS)
def test_lookups_agree_with_brute_force(terms, wanted):
    dictionary = dictionary_of(terms)
    listed = list(dictionary)
    assert listed == sorted(terms, key=lambda term: term.encode("utf-8", "surrogatepass"))
    assert dictionary.find(wanted) == (listed.index(wanted) if wanted in terms else -1)
    assert [listed[i] for i in dictionary.starting_with(wanted)] == [term for term in listed if term.startswith(wanted)]
    assert dictionary.starting_with("") == range(len(terms))
    assert [listed[i] for i in dictionary.containing(wanted)] == [term for term in listed if wanted in term]


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
    dictionary = dictionary_of(terms)
    assert [dictionary.term(number) for number in dictionary.containing(piece)] == expected


@pytest.mark.usefixtures("loops")
def test_empty_dictionary_has_nothing():
    dictionary = dictionary_of([])
    assert (len(dictionary), dictionary.find("甲"), list(dictionary.containing("甲"))) == (0, -1, [])
    assert len(dictionary.starting_with("甲")) == 0
