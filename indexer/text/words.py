"""Words: jieba's search-mode cut of runs of Chinese characters, by the shipped dictionary and the user's own.

``rjieba`` (Rust, the extra ``fast``) is used when it is installed, else ``jieba``. They cut runs of Han characters
alike; runs of letters and digits are cut by ``tokenizer`` and never shown to either. Which one made an index is
written into it, because rare characters are cut differently.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from functools import cached_property
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ..errors import BadRequest
from .fold import fold

__all__ = ["WordCutter", "shipped_dictionary"]

# jieba's time grows with the square of a run of unknown characters: cut longer runs, which no text has, into pieces.
_MAX_HAN_RUN = 1000
_MAX_DICTIONARY_BYTES = 4 << 20


def shipped_dictionary() -> Path:
    """The words of this domain that the cutter's own dictionary lacks; one a line, ``#`` begins a comment."""
    return Path(__file__).with_name("dictionary.txt")


class WordCutter:
    """Cuts runs of Han characters into overlapping words, the longest last as in jieba's search mode.

    ``user_dictionary`` is a file like the shipped one. Raises BadRequest when it cannot be read. Nothing is loaded
    before the first cut. Words are added once, before the first cut; a changed dictionary needs a new cutter, and a
    new index (see ``fingerprint``).
    """

    def __init__(self, user_dictionary: Path | None = None) -> None:
        self._words = _read_dictionary(shipped_dictionary())
        if user_dictionary is not None:
            self._words += _read_dictionary(user_dictionary)

    @cached_property
    def fingerprint(self) -> str:
        """Name and version of the cutter, and a hash over the added words: equal fingerprints cut equally."""
        name = "rjieba" if _fast_cutter_installed() else "jieba"
        digest = hashlib.sha256("\n".join(self._words).encode()).hexdigest()[:12]
        return f"{name} {metadata.version(name)} {digest}"

    def cut(self, run: str) -> list[str]:
        """Words of a run of Han characters, those inside a longer word before it."""
        return [word for piece in _pieces(run) for word in self._cutter.cut_for_search(piece)]

    def tokenize(self, run: str) -> list[tuple[str, int, int]]:
        """The same words with their start and end in the run."""
        return [
            (word, i * _MAX_HAN_RUN + start, i * _MAX_HAN_RUN + end)
            for i, piece in enumerate(_pieces(run))
            for word, start, end in self._cutter.tokenize(piece, mode="search")
        ]

    @cached_property
    def _cutter(self) -> Any:
        return _load_rjieba(self._words) if _fast_cutter_installed() else _load_jieba(self._words)


def _pieces(run: str) -> list[str]:
    if len(run) <= _MAX_HAN_RUN:
        return [run]
    return [run[i : i + _MAX_HAN_RUN] for i in range(0, len(run), _MAX_HAN_RUN)]


def _fast_cutter_installed() -> bool:
    return find_spec("rjieba") is not None


def _load_rjieba(words: list[str]) -> Any:
    import rjieba  # 0.1 s

    cutter = rjieba.Jieba()
    for word in words:
        cutter.add_word(word, None, None)
    return cutter


def _load_jieba(words: list[str]) -> Any:
    import logging

    import jieba  # 0.65 s

    jieba.setLogLevel(logging.WARNING)
    cutter = jieba.Tokenizer()
    # jieba keeps a marshal file in its tmp_dir and trusts what it finds there: never the shared temporary folder.
    with tempfile.TemporaryDirectory(prefix="yansou-") as private:
        cutter.tmp_dir = private
        cutter.initialize()
    for word in words:
        cutter.add_word(word)
    return cutter


def _read_dictionary(path: Path) -> list[str]:
    try:
        if path.stat().st_size > _MAX_DICTIONARY_BYTES:
            raise BadRequest(f"The dictionary {path} is larger than {_MAX_DICTIONARY_BYTES >> 20} MiB: shorten it.")
        return list(_dictionary_words(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError) as error:
        raise BadRequest(f"The dictionary {path} cannot be read ({error}): it must be a text file in UTF-8.") from error


def _dictionary_words(text: str) -> Iterator[str]:
    for line in text.splitlines():
        word = fold(line.partition("#")[0].strip()).text
        if word:
            yield word
