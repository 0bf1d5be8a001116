"""The array file: what was written comes back, and damage is told."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.errors import IndexUnusable
from indexer.store.arrays import ArrayFile, write_arrays

ARRAYS = {
    "numbers": np.arange(1000, dtype=np.uint32),
    "nothing": np.zeros(0, dtype=np.int64),
    "ids": np.asarray([b"0123456789ab", b"cd"], dtype="S12"),
    "flags": np.asarray([True, False]),
}


def to_bytes(arrays, meta=None):
    file = BytesIO()
    write_arrays(file, arrays, meta or {})
    return file.getvalue()


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "arrays"
    path.write_bytes(to_bytes(ARRAYS, {"sounds": {"衡": ["heng"]}}))
    return path


def test_arrays_come_back_as_written(path):
    file = ArrayFile(path)
    assert file.meta == {"sounds": {"衡": ["heng"]}}
    assert list(file.arrays) == list(ARRAYS)
    for name, array in ARRAYS.items():
        assert file.arrays[name].dtype == array.dtype
        assert file.arrays[name].tolist() == array.tolist()
    assert file.check() == []


def test_arrays_begin_on_cache_lines(path):
    file = ArrayFile(path)
    starts = [array.__array_interface__["data"][0] for array in file.arrays.values() if array.size]
    assert {start % 64 for start in starts} == {0}


def test_arrays_cannot_be_written_to(path):
    with pytest.raises(ValueError, match="read-only"):
        ArrayFile(path).arrays["numbers"][0] = 1


def test_big_endian_arrays_are_turned_round(tmp_path):
    (tmp_path / "big").write_bytes(to_bytes({"a": np.asarray([1, 256], dtype=">u4")}))
    assert ArrayFile(tmp_path / "big").arrays["a"].tolist() == [1, 256]


def test_file_of_no_arrays_is_read(tmp_path):
    (tmp_path / "none").write_bytes(to_bytes({}))
    assert ArrayFile(tmp_path / "none").arrays == {}


@given(st.dictionaries(st.text(max_size=5), st.lists(st.integers(0, 2**32 - 1), max_size=40), max_size=5))
def test_any_arrays_come_back(tmp_path_factory, lists):
    path = tmp_path_factory.getbasetemp() / "any-arrays"
    path.write_bytes(to_bytes({name: np.asarray(values, dtype=np.uint32) for name, values in lists.items()}))
    file = ArrayFile(path)
    assert {name: array.tolist() for name, array in file.arrays.items()} == lists
    assert file.check() == []


@pytest.mark.parametrize(("name", "place"), [("numbers", 4 * 500 + 1), ("ids", 0), ("flags", 1)])
def test_flipped_bit_is_found_by_check(path, name, place):
    data = bytearray(path.read_bytes())
    at = data.rindex(ARRAYS[name].tobytes()) + place
    data[at] ^= 4
    path.write_bytes(data)
    assert ArrayFile(path).check() == [name]


def test_every_flipped_bit_before_the_arrays_is_told_at_opening(path):
    data = path.read_bytes()
    for at in range(data.index(b"}}")):
        path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        with pytest.raises(IndexUnusable, match="yansou index --full"):
            ArrayFile(path)


@pytest.mark.parametrize("kept", [0, 1, 7, 8, 15, 16, 19, 20, 60, 300, 1500, 4300])
def test_truncated_file_is_unusable(path, kept):
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(IndexUnusable, match="yansou index --full"):
        ArrayFile(path)


def test_missing_file_is_unusable(tmp_path):
    with pytest.raises(IndexUnusable, match="yansou index --full"):
        ArrayFile(tmp_path / "nothing")
