"""What made an index, and what of it has changed since."""

from __future__ import annotations

import pytest

from indexer.errors import IndexUnusable
from indexer.facts.names import Gazetteer
from indexer.store import update_index
from indexer.store.fingerprint import differences, fingerprint_of, searchable
from indexer.text import Tokenizer
from indexer.text.tokenizer import VERSION

OLD = "yansou 3 jieba 0.42.1 0123456789ab, 456789abcdef"


@pytest.mark.parametrize(
    ("new", "told"),
    [
        pytest.param("yansou 4 jieba 0.42.1 0123456789ab, 456789abcdef", "分词器 yansou 3 → yansou 4", id="tokenizer"),
        pytest.param(
            "yansou 3 rjieba 0.2.2 0123456789ab, 456789abcdef", "切词程序 jieba 0.42.1 → rjieba 0.2.2", id="cutter"
        ),
        pytest.param(
            "yansou 3 jieba 0.42.1 ffff, eeee",
            "词典 0123456789ab → ffff、名录 456789abcdef → eeee",
            id="dictionary-and-gazetteer",
        ),
        pytest.param("cutter", "分词器 yansou 3 → cutter、切词程序 jieba 0.42.1 → 无、词典 0123456789ab → 无、名录 456789abcdef → 无", id="no-fingerprint"),
        pytest.param(OLD, "", id="same"),
    ],
)  # fmt: skip
def test_differences_are_named_with_both_values(new, told):
    assert differences(OLD, new) == told


@pytest.mark.parametrize(
    ("fingerprint", "expected"),
    [
        (f"yansou {VERSION} jieba 0.42.1 0123, 4567", True),
        (f"yansou {VERSION} rjieba 0.2.2 4567, 0123", True),  # queries are cut without either
        (f"yansou {VERSION}1 jieba 0.42.1 0123, 4567", False),
        (f"another {VERSION} jieba 0.42.1 0123, 4567", False),
        ("", False),
    ],
)
def test_only_another_tokenizer_keeps_from_searching(fingerprint, expected):
    assert searchable(fingerprint) is expected


def test_parts_are_those_of_the_real_thing():
    own = fingerprint_of(Tokenizer().fingerprint, Gazetteer().fingerprint)
    assert searchable(own)
    assert len(own.split()) == 6


def test_other_gazetteer_is_named(tmp_path, write_files):
    write_files(tmp_path / "corpus", {"a.md": "# 题\n\n云台谷开园。\n"})
    update_index([tmp_path / "corpus"], tmp_path / "index")
    (tmp_path / "names.txt").write_text("add park 云台谷\n", encoding="utf-8")
    with pytest.raises(IndexUnusable, match=r"（名录 \w{12} → \w{12}）.*yansou index --full"):
        update_index([tmp_path / "corpus"], tmp_path / "index", user_gazetteer=tmp_path / "names.txt")
