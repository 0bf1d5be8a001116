"""The articles of one source file of any format."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from indexer.errors import FileRejected
from indexer.reading.article import Article
from indexer.reading.articles import parse_articles
from indexer.reading.files import FORMATS, MAX_FILE_BYTES
from indexer.reading.formats.converter import ConverterUnusable, shared_converter

__all__ = ["Reading", "read_articles"]

# A thousand web pages take some ten seconds. Each file of an archive has its own limit; this one keeps an archive of
# files that all run into theirs from holding up the run for a day.
_ARCHIVE_SECONDS = 300
# What a text file of the largest size holds, at three bytes a Chinese character: the memory of a build goes with it.
_ARCHIVE_CHARACTERS = MAX_FILE_BYTES // 3


@dataclass(frozen=True, slots=True)
class Reading:
    """What one source file gave: its articles in order and, of an archive, the members that had to be left out."""

    articles: list[Article]
    rejected: list[FileRejected] = field(default_factory=list)


def read_articles(data: bytes, path: str) -> Reading:
    """The articles in the content of one file, by the format that the suffix of ``path`` names.

    The members of ``a.zip`` have paths such as ``a.zip/2021/b.txt``. One that cannot be read is told in
    ``Reading.rejected`` and the rest are taken. Raises FileRejected if nothing of the file can be used: it is damaged,
    encrypted, holds no text, exceeds the limits on memory, time and size, or needs the extra ``formats``.
    """
    suffix = PurePosixPath(path).suffix.lower()
    if suffix != ".zip":
        return Reading(_read_one(data, path, suffix))
    return _read_archive(data, path)


def _read_one(data: bytes, path: str, suffix: str) -> list[Article]:
    if converter := FORMATS.get(suffix):
        [part] = shared_converter().convert(converter, data, path)
        data = part.data
    return parse_articles(data, path)


def _read_archive(data: bytes, path: str) -> Reading:
    articles: list[Article] = []
    rejected: list[FileRejected] = []
    left = _ARCHIVE_CHARACTERS
    give_up = time.monotonic() + _ARCHIVE_SECONDS
    for part in shared_converter().convert("archive", data, path):
        member = f"{path}/{part.path}"
        try:
            if part.reason:
                raise FileRejected(member, part.reason)
            if time.monotonic() > give_up:
                raise FileRejected(member, f"所在压缩包的处理超过 {_ARCHIVE_SECONDS} 秒，没有读到，请拆成几个")
            read = _read_one(part.data, member, PurePosixPath(member).suffix.lower())
            left -= sum(len(passage.text) for article in read for passage in article.passages)
            if left < 0:
                raise FileRejected(path, f"压缩包里的文字超过 {_ARCHIVE_CHARACTERS:,} 字，请拆成几个")
            articles.extend(read)
        except ConverterUnusable as error:
            # The whole archive is tried again by the next run, when it may be different.
            raise FileRejected(path, error.reason) from error
        except FileRejected as error:
            if error.path == path:
                raise
            rejected.append(error)
    if not articles and rejected:
        first = rejected[0]
        raise FileRejected(path, f"压缩包里没有一个文件能读，共 {len(rejected)} 个，如 {first.path}：{first.reason}")
    if not articles:
        raise FileRejected(
            path, f"压缩包里没有可读的文件（{'、'.join(suffix for suffix in FORMATS if suffix != '.zip')}）"
        )
    return Reading(articles, rejected)
