"""What cut and read the articles of an index, as one line that is stored with it, and in what two such lines differ.

yansou 3 rjieba 0.2.2 0123456789ab, 456789abcdef      tokenizer, word cutter, hash of the words; hash of the gazetteer
"""

from __future__ import annotations

from ..text.tokenizer import VERSION

__all__ = ["differences", "fingerprint_of", "searchable"]


def fingerprint_of(tokenizer: str, gazetteer: str) -> str:
    """The fingerprint of an index from those of its tokenizer and its gazetteer."""
    return f"{tokenizer}, {gazetteer}"


def searchable(fingerprint: str) -> bool:
    """Whether this program cuts a query as the index was cut. A query needs no dictionary, so words and names do not count."""
    return fingerprint.startswith(f"yansou {VERSION} ")


def differences(old: str, new: str) -> str:
    """What differs, with both values: 切词程序 jieba 0.42.1 → rjieba 0.2.2、名录 0123456789ab → 456789abcdef."""
    parts = zip(_parts(old).items(), _parts(new).values(), strict=True)
    return "、".join(f"{name} {before or '无'} → {after or '无'}" for (name, before), after in parts if before != after)


def _parts(fingerprint: str) -> dict[str, str]:
    tokenizer, _, gazetteer = fingerprint.partition(", ")
    words = tokenizer.split(" ")
    return {
        "分词器": " ".join(words[:2]),
        "切词程序": " ".join(words[2:4]),
        "词典": " ".join(words[4:]),
        "名录": gazetteer,
    }
