"""A second reader of index folders, written from docs/index-format.md alone: it imports nothing of the engine.

It goes number by number, as the page describes the files, and puts the texts together again from the postings.
"""

from __future__ import annotations

import json
import struct
import zlib
from bisect import bisect_right
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest

ESCAPES = {1: 0xFF, 2: 0xFFFF, 3: 0xFFFFFF}
# Enough passages for two blocks and a rest; 港 is in all of them, twice in every third.
TEXTS = [f"港口第{i}期{'，港' * (i % 3 == 0)}工程，总投资{i + 1}亿元。" for i in range(300)]


def generation(folder):
    """What the newest generation says of itself."""
    newest = max(int(path.stem.rpartition("_")[2]) for path in folder.glob("_MAIN_*.toc"))
    both, checksum = (folder / f"state_{newest}.json").read_bytes().removesuffix(b"\n").rsplit(b"\n", 1)
    assert f"{zlib.crc32(both):08x}" == checksum.decode()
    head, origins = both.split(b"\n")
    (sources,), (rejected,) = (table.values() for table in json.loads(origins))
    assert [sorted(sources), rejected] == [["a.md"], {}]
    return json.loads(head)


def arrays_of(data):
    """The arrays of a segment file, each held to its checksum."""
    magic, length, checksum = struct.unpack_from("<8sQI", data)
    assert magic == b"YANSOU\0\2"
    assert zlib.crc32(data[20 : 20 + length]) == checksum
    start = (20 + length + 63) // 64 * 64
    arrays = {}
    for name, (dtype, offset, count, crc) in json.loads(data[20 : 20 + length])["arrays"].items():
        arrays[name] = np.frombuffer(data, dtype, count, start + offset)
        assert zlib.crc32(arrays[name].tobytes()) == crc, name
    return arrays


def codes_of(arrays, name, number):
    first, end = arrays[f"{name}.from"][number : number + 2].tolist()
    width = int(arrays[f"{name}.width"][number])
    data = arrays[f"{name}.codes"].tobytes()
    return [int.from_bytes(data[i : i + width], "little") for i in range(first, end, width)], ESCAPES.get(width)


def rising(codes, escape, at=0):
    found = []
    for code in codes:
        at += code
        if code != escape:
            found.append(at)
    return found


def lists_of(arrays, name):
    return [rising(*codes_of(arrays, name, number)) for number in range(len(arrays[f"{name}.width"]))]


def set_of(arrays, name):
    words = arrays[f"{name}.bits"].tolist()
    members = [word * 64 + bit for word, bits in enumerate(words) for bit in range(64) if bits >> bit & 1]
    assert arrays[f"{name}.rank"].tolist() == [sum(m < word * 64 for m in members) for word in range(len(words))]
    return members


def strings_of(arrays, text, ends):
    together, ends = arrays[text].tobytes(), arrays[ends].tolist()
    return [together[first:end] for first, end in pairwise([0, *ends])]


def terms_of(arrays, name):
    found = strings_of(arrays, f"{name}.text", f"{name}.ends")
    assert found == sorted(found)
    return [term.decode() for term in found]


def frequencies_of(arrays, family):
    """For each term its passages with the frequencies."""
    often, rest = set(set_of(arrays, f"{family}.often")), iter(arrays[f"{family}.freq"].tolist())
    numbers = pairwise(arrays[f"{family}.first"].tolist())
    frequencies = [[next(rest) if i in often else 1 for i in range(*of_term)] for of_term in numbers]
    return [dict(zip(docs, of, strict=True)) for docs, of in zip(lists_of(arrays, family), frequencies, strict=True)]


@pytest.fixture(scope="module")
def arrays(tmp_path_factory, update, write_files):
    """The arrays of the one segment of an index of one article."""
    home = tmp_path_factory.mktemp("format")
    write_files(home / "articles", {"a.md": "# 港口\n\n" + "\n\n".join(TEXTS)})
    update([home / "articles"], home / "index")
    state = generation(home / "index")
    assert state["format"] == 9
    [(name, deleted)] = state["segments"]
    assert deleted == []
    assert state["files"][name][0] == (home / "index" / name).stat().st_size
    return arrays_of((home / "index" / name).read_bytes())


@pytest.fixture(scope="module")
def units(arrays):
    """Position -> its unit, from the pairs."""
    chars, positions, found = terms_of(arrays, "chars"), lists_of(arrays, "bigrams"), {}
    for unit, (first, end) in enumerate(pairwise(arrays["bigrams.unit_from"].tolist())):
        for pair in range(first, end):
            found |= dict.fromkeys(positions[pair], (chars[unit], ["", *chars][arrays["bigrams.second"][pair]]))
    assert all(found.get(at + 1, ("",))[0] == second for at, (_, second) in found.items())
    return {at: first for at, (first, _) in sorted(found.items())}


@pytest.fixture(scope="module")
def passage_at(arrays):
    starts = set_of(arrays, "passage")
    assert not arrays["passage.held"].size
    return lambda position: bisect_right(starts, position) - 1


def test_texts_are_those_of_the_articles(arrays):
    assert [text.decode("utf-16-le") for text in strings_of(arrays, "passage.text", "passage.text_end")] == [
        "港口",
        *TEXTS,
    ]


def test_pairs_give_the_units_of_every_passage(arrays, units):
    ends = zip(arrays["passage.start"].tolist(), arrays["passage.length"].tolist(), strict=True)
    found = ["".join(units[at] for at in range(start, start + length)) for start, length in ends]
    assert found == ["港口", *("".join(text.split("，")).rstrip("。") for text in TEXTS)]


def test_postings_of_units_are_those_of_the_pairs(arrays, units, passage_at):
    counted = Counter((unit, passage_at(at)) for at, unit in units.items())
    found = zip(terms_of(arrays, "chars"), frequencies_of(arrays, "chars"), strict=True)
    assert {(term, doc): freq for term, docs in found for doc, freq in docs.items()} == counted


def test_words_are_found_where_they_stand(arrays):
    of_words = dict(zip(terms_of(arrays, "words"), frequencies_of(arrays, "words"), strict=True))
    assert of_words["投资"] == dict.fromkeys(range(1, 301), 1)


@pytest.mark.parametrize("family", ["chars", "words"])
def test_blocks_tell_their_best_posting(arrays, family):
    lengths = arrays["passage.length"].tolist()
    mean = sum(lengths) / len(lengths)
    of_terms = frequencies_of(arrays, family)
    blocks = {name: arrays[f"{family}.block_{name}"].tolist() for name in ("before", "code", "freq", "length")}
    seen = 0
    for number, (first, end) in enumerate(pairwise(arrays[f"{family}.block_from"].tolist())):
        docs = list(of_terms[number])
        assert end - first == (-(-len(docs) // 128) if len(docs) >= 256 else 0)
        codes, escape = codes_of(arrays, family, number)
        for block in range(first, end):
            begin = (block - first) * 128
            own = docs[begin : begin + 128]
            assert blocks["before"][block] == (docs[begin - 1] if begin else 0)
            assert rising(codes[blocks["code"][block] :], escape, blocks["before"][block]) == docs[begin:]
            # Of its postings the one with the greatest BM25 at b = 0.3 and the average length of the passages.
            freq, length = max(
                ((of_terms[number][doc], lengths[doc]) for doc in own),
                key=lambda of: of[0] / (0.7 / 0.3 * mean + of[1]),
            )
            assert (blocks["freq"][block], blocks["length"][block]) == (freq, length)
            seen += 1
    assert seen >= 3


def test_values_lead_to_their_numerals(arrays, units):
    places = zip(terms_of(arrays, "values"), lists_of(arrays, "values"), strict=True)
    firsts, lengths = arrays["values.first"].tolist(), arrays["values.length"].tolist()
    found = {}
    for number, (value, positions) in enumerate(places):
        own = lengths[firsts[number] : firsts[number + 1]]
        found[value] = {
            "".join(units[at + i] for i in range(length)) for at, length in zip(positions, own, strict=True)
        }
    assert found["30000000000"] == {"300亿"}
    assert found["7"] == {"7"}


def test_figures_are_where_they_say(arrays):
    texts = ["港口", *TEXTS]
    rows = strings_of(arrays, "figure.json", "figure.json_end")
    columns = (arrays[f"figure.{name}"].tolist() for name in ("doc", "low", "kind"))
    money = [
        (low, texts[doc][slice(*json.loads(row)[8])], json.loads(row)[0])
        for doc, low, kind, row in zip(*columns, rows, strict=True)
        if kind == 0
    ]
    assert money == [((i + 1) * 1e8, f"{i + 1}亿元", f"{i + 1}亿元") for i in range(300)]
