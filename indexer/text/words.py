"""Words: jieba's search-mode cut of runs of Chinese characters, by the shipped dictionary and the user's own.

``rjieba`` (Rust, the extra ``fast``) is used when it is installed, else ``jieba``. They cut runs of Han characters
alike; runs of letters and digits are cut by ``tokenizer`` and never shown to either. Which one made an index is
written into it, because rare characters are cut differently.
"""

from __future__ import annotations

import hashlib
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ..errors import BadRequest
from .fold import fold

__all__ = ["WordCutter", "shipped_dictionary"]

# jieba's time grows with the square of a run of unknown characters: cut longer runs, which no text has, into pieces.
_MAX_HAN_RUN = 1000
_RUN_JOINT = "\n"
_MAX_DICTIONARY_BYTES = 4 << 20
# Each word costs memory for every beginning of it.
_MAX_WORD = 64


def shipped_dictionary() -> Path:
    """The words of this domain that the cutter's own dictionary lacks.

    One a line; ``#`` begins a comment. What follows a space is ignored, so that a dictionary in jieba's own format
    (word, frequency, tag) can be given too.
    """
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
        from importlib import metadata  # 13 ms that a search need not pay

        name = "rjieba" if _fast_cutter_installed() else "jieba"
        digest = hashlib.sha256("\n".join(self._words).encode()).hexdigest()[:12]
        return f"{name} {metadata.version(name)} {digest}"

    def cut(self, run: str) -> list[str]:
        """Words of a run of Han characters, those inside a longer word before it."""
        if len(run) <= _MAX_HAN_RUN:
            return list(self._cutter.cut_for_search(run))
        return [word for piece in _pieces(run) for word in self._cutter.cut_for_search(piece)]

    def cut_all(self, runs: list[str]) -> list[str]:
        """Words of several runs, one run after the other."""
        if not runs:
            return []
        # In one call, which costs as much as cutting a run: no word goes across a line end.
        joined = _RUN_JOINT.join(runs)
        if len(joined) > _MAX_HAN_RUN:
            joined = _RUN_JOINT.join(piece for run in runs for piece in _pieces(run))
        return [word for word in self._cutter.cut_for_search(joined) if word != _RUN_JOINT]

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
    cutter = _rjieba_module().Jieba()  # 0.1 s
    for word in words:
        cutter.add_word(word, None, None)
    return cutter


def _rjieba_module() -> Any:
    """The module inside the package, without the package's first lines: they make a cutter of their own, for 0.1 s more."""
    from .inside import module_inside

    return module_inside("rjieba", "rjieba.rjieba")


def _load_jieba(words: list[str]) -> Any:
    import logging

    import jieba  # 0.65 s

    jieba.setLogLevel(logging.WARNING)
    cutter = jieba.Tokenizer()
    # Not initialize(): that trusts, unchecked, a marshal file that it finds in the shared temporary folder.
    cutter.FREQ, cutter.total = cutter.gen_pfdict(cutter.get_dict_file())
    cutter.initialized = True
    for word in words:
        cutter.add_word(word)
    return cutter


def _read_dictionary(path: Path) -> list[str]:
    try:
        with path.open("rb") as file:
            content = file.read(_MAX_DICTIONARY_BYTES + 1)
        lines = content.decode("utf-8").splitlines()
    except (OSError, ValueError) as error:  # ValueError: not UTF-8, or a path with a NUL in it
        raise BadRequest(f"词典 {path} 无法读取（{error}）：须是 UTF-8 的文本文件。") from error
    if len(content) > _MAX_DICTIONARY_BYTES:
        raise BadRequest(f"词典 {path} 超过 {_MAX_DICTIONARY_BYTES >> 20} MiB：请删减后再试。")
    words = []
    for number, line in enumerate(lines, 1):
        fields = fold(line.partition("#")[0]).text.split()
        if fields and len(fields[0]) > _MAX_WORD:
            raise BadRequest(f"词典 {path} 第 {number} 行的词超过 {_MAX_WORD} 个字：请改短。")
        words += fields[:1]
    return words
