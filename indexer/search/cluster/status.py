"""What an archive on a cluster holds, and how the cluster is."""

from __future__ import annotations

from ...store.cluster.files import read_files
from ..status import Status, printed_date
from .compile import Json
from .session import Session

__all__ = ["status_of"]

_MAX_TOLD = 1000


def status_of(session: Session) -> Status:
    """What a generation on a cluster holds."""
    connection, generation = session.connection, session.kept.generation
    names = ",".join(session.index(kind) for kind in ("passages", "articles", "files", "names"))
    health = connection.request("GET", f"/_cluster/health/{names}")
    sizes = connection.request("GET", f"/{names}/_stats/store")
    ends: Json = {"aggs": {"first": {"min": {"field": "date"}}, "last": {"max": {"field": "date"}}}}
    body: Json = {
        "size": 0,
        "track_total_hits": True,
        "aggs": {"dated": {"filter": {"range": {"date": {"gt": 0}}}} | ends},
    }
    (articles,) = session.many([body], "articles")
    dated = articles["aggregations"]["dated"]
    rejected = [
        (str(path), entry[3]) for _, path, rejected, entry in read_files(connection, session.index("files")) if rejected
    ]
    return Status(
        articles=articles["hits"]["total"]["value"],
        passages=session.kept.size[0],
        generation=generation.number,
        dates=(printed_date(int(dated["first"]["value"])), printed_date(int(dated["last"]["value"])))
        if dated["doc_count"]
        else None,
        tokenizer=generation.tokenizer,
        size_bytes=sizes["_all"]["primaries"]["store"]["size_in_bytes"],
        built_at=generation.built_at,
        rejected=tuple(sorted(rejected)[:_MAX_TOLD]),
        leftovers=(0, 0),
        cluster={
            "health": health["status"],
            "nodes": health["number_of_nodes"],
            "shards": health["active_shards"],
            "unassigned": health["unassigned_shards"],
            "unfinished": generation.unfinished,
        },
    )
