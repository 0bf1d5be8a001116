"""Which indexes count, and what they were made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ...errors import IndexMissing, IndexUnusable
from .connection import Connection
from .layout import FORMAT, index_name, stamp_of

__all__ = ["ClusterGeneration", "newest"]


@dataclass(frozen=True, slots=True)
class ClusterGeneration:
    """A generation: the indexes of one ``stamp`` after one commit.

    ``unfinished``: an update has begun and not ended; what it has sent may count in part.
    """

    name: str
    stamp: str
    number: int
    tokenizer: str
    built_at: str
    joins: tuple[tuple[str, str], ...] = ()
    unfinished: bool = False

    def index(self, kind: str) -> str:
        """The name of one of its indexes."""
        return index_name(self.name, kind, self.stamp)

    @property
    def etag(self) -> str:
        """Changes with every commit."""
        return f"{self.number}-{self.built_at}-{self.stamp}"

    def to_meta(self) -> dict[str, Any]:
        """What stands in the mapping."""
        return {
            "format": FORMAT,
            "generation": self.number,
            "tokenizer": self.tokenizer,
            "built_at": self.built_at,
            "joins": [list(pair) for pair in self.joins],
            "unfinished": self.unfinished,
        }


def newest(connection: Connection) -> ClusterGeneration:
    """The generation under the alias. Raises IndexMissing, or IndexUnusable for an alias that stands for something else."""
    name = connection.address.name
    found = connection.request("GET", f"/{name}/_mapping")
    if not found:
        raise IndexMissing(f"集群 {connection.address} 里没有索引：请先运行 yansou index。")
    if len(found) > 1:
        raise IndexUnusable(
            f"集群上的别名 {name} 同时指向 {len(found)} 个索引（{'、'.join(sorted(found)[:3])}）：请只留一个，或者运行 yansou index --full 重建。"
        )
    index, mapping = next(iter(found.items()))
    meta = mapping["mappings"].get("_meta") or {}
    if meta.get("format") != FORMAT or index != index_name(name, "passages", stamp_of(index)):
        raise IndexUnusable(
            f"集群上的别名 {name} 指向的 {index} 不是这个版本的雁搜建的（格式 {meta.get('format')}，现在是 {FORMAT}）：请运行 yansou index --full 重建。"
        )
    return ClusterGeneration(
        name,
        stamp_of(index),
        int(meta["generation"]),
        str(meta["tokenizer"]),
        str(meta["built_at"]),
        tuple((str(left), str(right)) for left, right in meta["joins"]),
        bool(meta["unfinished"]),
    )
