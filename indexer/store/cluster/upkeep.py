"""Whether an archive on a cluster is whole, and away with indexes that nobody reads.

Whether the bytes are those that were written, the cluster itself tells by its checksums; here it is compared what the files, the
articles and the passages know of each other.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from ...errors import IndexUnusable
from ..place import ClusterAddress
from ..sweep import GarbageReport, Leftover
from ..verify import Damage, VerifyReport
from .connection import WRITING, Connection, groups
from .files import read_files
from .generation import ClusterGeneration, newest
from .guard import check_tokens
from .layout import KINDS
from .lock import Lock

__all__ = ["collect", "verify"]

_PAGE = 5000
_STAMP = "[0-9]{8}t[0-9]{6}[0-9a-f]{4}"


def verify(address: ClusterAddress) -> VerifyReport:
    """Compare the counts of an archive. Raises IndexMissing, IndexUnusable, and ClusterAway where a shard does not answer."""
    connection = Connection(address)
    try:
        while True:
            generation = newest(connection)
            found = tuple(_damages(connection, generation))
            if not found or newest(connection) == generation:
                return VerifyReport(generation.number, len(KINDS), _size(connection, generation), found)
    finally:
        connection.close()


def collect(address: ClusterAddress) -> GarbageReport:
    """Delete the indexes of this archive but those under its alias: of rebuilds that died, and of the one kept to go back to.

    Raises IndexMissing where there is no alias, so that nobody can tell which count; and IndexBusy.
    """
    connection = Connection(address, WRITING)
    try:
        with Lock(connection):
            ours = re.compile(rf"{address.name}-(?:{'|'.join(KINDS)})-({_STAMP})")
            kept = newest(connection).stamp
            stats = connection.request("GET", f"/{address.name}-*/_stats/store")["indices"]
            removed = [
                Leftover(index, of["primaries"]["store"]["size_in_bytes"])
                for index, of in sorted(stats.items())
                if (name := ours.fullmatch(index)) and name[1] != kept
            ]
            for group in groups([leftover.file for leftover in removed], len(KINDS)):
                connection.request("DELETE", f"/{','.join(group)}")
            return GarbageReport(tuple(removed))
    finally:
        connection.close()


def _size(connection: Connection, generation: ClusterGeneration) -> int:
    names = ",".join(generation.index(kind) for kind in KINDS)
    return int(connection.request("GET", f"/{names}/_stats/store")["_all"]["primaries"]["store"]["size_in_bytes"])


def _damages(connection: Connection, generation: ClusterGeneration) -> Iterator[Damage]:
    passages, articles = generation.index("passages"), generation.index("articles")
    try:
        check_tokens(connection, generation)
    except IndexUnusable as error:
        yield Damage(passages, str(error))
    if generation.unfinished:
        yield Damage(passages, "正在更新，或者上一次更新没有完成：请等它写完，或者再运行一次 yansou index")
        return
    wanted = {
        article
        for _, _, rejected, entry in read_files(connection, generation.index("files"))
        if not rejected and entry
        for article in entry[3]
    }
    held = {
        hit["_id"]: hit["_source"]["passages"]
        for hit in connection.scan(articles, {"match_all": {}}, source=["passages"])
    }
    if wanted != held.keys():
        yield Damage(
            articles,
            f"按来源文件应有 {len(wanted)} 篇文章，索引里有 {len(held)} 篇，相同的有 {len(wanted & held.keys())} 篇",
        )
    counted = _passages_of_articles(connection, passages)
    wrong = sorted(article for article in held.keys() | counted.keys() if held.get(article, 0) != counted[article])
    if wrong:
        yield Damage(
            passages,
            f"{len(wrong)} 篇文章的段落不全或多余，如 {wrong[0]} 应有 {held.get(wrong[0], 0)} 段，却有 {counted[wrong[0]]} 段",
        )


def _passages_of_articles(connection: Connection, index: str) -> Counter[str]:
    found: Counter[str] = Counter()
    pages: dict[str, Any] = {"size": _PAGE, "sources": [{"of": {"terms": {"field": "article"}}}]}
    while True:
        body = {"size": 0, "aggs": {"articles": {"composite": pages}}}
        (reply,), _ = connection.many(index, [body], whole=True)
        page = reply["aggregations"]["articles"]
        found.update({bucket["key"]["of"]: bucket["doc_count"] for bucket in page["buckets"]})
        if "after_key" not in page:
            return found
        pages["after"] = page["after_key"]
