"""Which encoding a file is in, and what is no text."""

from __future__ import annotations

import codecs

import pytest

from indexer.errors import FileRejected
from indexer.reading.encoding import decode

SIMPLIFIED = "江州新区举行智慧港口项目开工仪式，总投资42.6亿元。"
TRADITIONAL = "江州新區舉行智慧港口項目開工儀式，總投資42.6億元。"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(SIMPLIFIED.encode(), SIMPLIFIED, id="utf-8"),
        pytest.param(codecs.BOM_UTF8 + SIMPLIFIED.encode(), SIMPLIFIED, id="utf-8-with-mark"),
        pytest.param(SIMPLIFIED.encode("gb18030"), SIMPLIFIED, id="gb18030"),
        pytest.param("港口".encode("gbk"), "港口", id="gbk-two-characters"),
        pytest.param("镕基㐂堃到访江州港口考察".encode("gb18030"), "镕基㐂堃到访江州港口考察", id="gb18030-rare-names"),
        pytest.param(TRADITIONAL.encode("big5"), TRADITIONAL, id="big5"),
        pytest.param("港口開放".encode("big5"), "港口開放", id="big5-four-characters"),
        pytest.param(codecs.BOM_UTF16_LE + SIMPLIFIED.encode("utf-16-le"), SIMPLIFIED, id="utf-16-le-with-mark"),
        pytest.param(codecs.BOM_UTF16_BE + SIMPLIFIED.encode("utf-16-be"), SIMPLIFIED, id="utf-16-be-with-mark"),
        pytest.param(SIMPLIFIED.encode("utf-16-le"), SIMPLIFIED, id="utf-16-le-bare"),
        pytest.param(SIMPLIFIED.encode("utf-16-be"), SIMPLIFIED, id="utf-16-be-bare"),
        pytest.param("智慧港口今日开工".encode("utf-16-le"), "智慧港口今日开工", id="utf-16-without-any-nul"),
        pytest.param(codecs.BOM_UTF32_LE + SIMPLIFIED.encode("utf-32-le"), SIMPLIFIED, id="utf-32"),
        pytest.param(b"plain words", "plain words", id="ascii"),
        pytest.param("\U00020bb7野家".encode(), "\U00020bb7野家", id="outside-the-basic-plane"),
    ],
)
def test_encodings_are_told_apart(data, expected):
    assert decode(data, "a.txt") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("甲\r\n乙\r丙\n丁", "甲\n乙\n丙\n丁", id="line-ends"),
        pytest.param("甲\u2028乙\f丙\x85丁", "甲\n乙\n丙\n丁", id="rare-line-ends"),
        pytest.param("港\u200b口\ufeff新\u00ad区\u202e", "港口新区", id="invisible-characters"),
        pytest.param("删\x08" + "除" * 60, "删" + "除" * 60, id="stray-control"),
        pytest.param("甲\t乙\u3000丙", "甲\t乙\u3000丙", id="spaces-stay"),
    ],
)
def test_unprinted_characters_are_dropped(text, expected):
    assert decode(text.encode(), "a.txt") == expected


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0", "二进制文件", id="picture"),
        pytest.param(b"PK\x03\x04\x14\0\x06\0\x08\0\0\0!\0", "二进制文件", id="zip"),
        pytest.param(
            SIMPLIFIED.encode() * 20 + b"\xe6\xb8" + SIMPLIFIED.encode() * 20,
            "UTF-8 在第 .* 字节处损坏",
            id="broken-utf-8",
        ),
        pytest.param(SIMPLIFIED.encode()[:-1], "UTF-8 在第 .* 字节处损坏", id="utf-8-cut-at-the-end"),
        pytest.param(codecs.BOM_UTF16_LE + b"\x00\xd8a", "损坏", id="utf-16-half-a-pair"),
        pytest.param("Où était le café près du marché ?".encode("latin-1"), "编码无法识别", id="latin-1"),
        pytest.param(bytes(range(1, 9)) * 30, "控制字符", id="control-characters"),
    ],
)
def test_what_is_no_text_is_rejected_with_path_and_reason(data, reason):
    with pytest.raises(FileRejected, match=reason) as caught:
        decode(data, "2021/a.txt")
    assert caught.value.path == "2021/a.txt"
