"""Talking to the cluster: errors as this program's own, what is busy tried again, and parts that are missing counted."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ...errors import BadRequest, ClusterAway, IndexMissing
from ..place import ClusterAddress

if TYPE_CHECKING:
    from opensearchpy import OpenSearch

__all__ = ["READING", "WRITING", "Action", "Conflict", "Connection", "chunks"]

# A search is cut off then, and what was found till then told as not whole.
_TIMEOUT = "10s"
# A request that takes longer is lost: of a reader, a little more than a search may take.
_READING_SECONDS, _WRITING_SECONDS = 15, 120
# A cluster that is full (429) or elects a new manager (503) is well again in seconds: a writer waits for half a minute, each
# pause twice the one before, and a reader for two seconds.
WRITING, READING = 8, 4
_FIRST_PAUSE = 0.25
# One request of a bulk. OpenSearch advises 5 to 15 MB, and the whole of it is in memory on both sides.
_CHUNK_BYTES = 8 << 20
_CHUNK_ACTIONS = 1000
_BUSY = {429, 502, 503, 504}

R = TypeVar("R")
Action = tuple[dict[str, Any], dict[str, Any] | None]
"""What is to be done, and the document."""


class Conflict(RuntimeError):
    """Somebody else has written the document meanwhile."""


class Connection:
    """A client of one cluster. Safe to share between threads. ``attempts``: how often a cluster that is busy is asked."""

    def __init__(self, address: ClusterAddress, attempts: int = READING) -> None:
        try:
            from opensearchpy import OpenSearch
        except ImportError as error:
            raise BadRequest("集群要用 opensearch-py：请先安装 pip install 'yansou[cluster]'。") from error
        # It logs every refusal; what matters of them is raised.
        logging.getLogger("opensearch").setLevel(logging.ERROR)
        secure = address.urls[0].startswith("https:")
        self.address = address
        self._attempts = attempts
        self._client: OpenSearch = OpenSearch(
            list(address.urls),
            http_auth=(address.user, address.password or "") if address.user else None,
            use_ssl=secure,
            verify_certs=secure,
            ca_certs=str(address.ca) if address.ca is not None else None,
            timeout=_READING_SECONDS if attempts == READING else _WRITING_SECONDS,
            # Another node is asked when one is gone; what is busy is tried again below, after a pause.
            max_retries=len(address.urls),
            retry_on_timeout=False,
            retry_on_status=(),
        )

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def request(self, method: str, path: str, body: Any = None, **params: Any) -> Any:
        """The reply to a request. Raises IndexMissing for what is not there, Conflict, and ClusterAway."""
        return self._patiently(lambda: self._once(method, path, body, params))

    def _once(self, method: str, path: str, body: Any, params: dict[str, Any]) -> Any:
        return self._client.transport.perform_request(method, path, params=params or None, body=body)

    def _patiently(self, ask: Callable[[], R]) -> R:
        from opensearchpy.exceptions import ConnectionError as NotConnected
        from opensearchpy.exceptions import NotFoundError, TransportError

        pause = _FIRST_PAUSE
        for attempt in range(self._attempts):
            try:
                return ask()
            except NotFoundError as error:
                raise IndexMissing(f"集群 {self.address} 里没有索引：请先运行 yansou index。") from error
            except NotConnected as error:
                failure, reason = cast("Exception", error), "连不上"
            except TransportError as error:
                if error.status_code not in _BUSY:
                    raise self._refused(error) from error
                failure, reason = error, f"太忙（{error.status_code}）"
            if attempt + 1 < self._attempts:
                time.sleep(pause)
                pause *= 2
        raise ClusterAway(f"集群 {self.address} {reason}，暂时不能检索：请看集群是否在运行，稍后再试。") from failure

    def _refused(self, error: Any) -> Exception:
        if error.status_code in (401, 403):
            return ClusterAway(
                f"集群 {self.address} 不认这个用户（{error.status_code}）：请检查 YANSOU_CLUSTER_USER 和 YANSOU_CLUSTER_PASSWORD。"
            )
        kind = Conflict if error.status_code == 409 else RuntimeError
        return kind(f"the cluster refused ({error.status_code}): {str(error.info)[:2000]}")

    def many(
        self, index: str, bodies: Sequence[Mapping[str, Any]], *, whole: bool = False, preference: str | None = None
    ) -> tuple[list[dict[str, Any]], int]:
        """The replies to several searches, and how many shards did not answer one of them, or not in time.

        With ``whole`` that raises ClusterAway. Every shard scores by the frequencies of all. Who gives the same ``preference``
        is answered by the same copies of the shards while these are there.
        """
        header = {"index": index, "search_type": "dfs_query_then_fetch"}
        if preference is not None:
            header["preference"] = preference
        lines: list[Any] = []
        for body in bodies:
            lines += [header, {**body, "timeout": _TIMEOUT}]
        for attempt in range(self._attempts):
            reply = self.request("POST", "/_msearch", "".join(_line(line) for line in lines))
            statuses = {each["status"] for each in reply["responses"] if "error" in each}
            if not statuses & _BUSY or attempt + 1 == self._attempts:
                break
            time.sleep(_FIRST_PAUSE * 2**attempt)
        missing = 0
        for each in reply["responses"]:
            if "error" in each:
                self._tell(each)
            missing = max(missing, each["_shards"]["failed"] + _unheard(each), int(each["timed_out"]))
        if missing and whole:
            raise ClusterAway(
                f"集群 {self.address} 有 {missing} 个分片没有应答，结果会不全：请用 yansou status 看集群的状态，稍后再试。"
            )
        return reply["responses"], missing

    def _tell(self, response: Mapping[str, Any]) -> None:
        """Raise for a search that failed as a whole."""
        if response["status"] == 404:
            raise IndexMissing(f"集群 {self.address} 里的索引换过了：请再试一次。")
        if response["status"] in _BUSY:
            raise ClusterAway(
                f"集群 {self.address} 太忙（{response['status']}）或者没有可用的分片，暂时不能检索：请稍后再试。"
            )
        raise RuntimeError(f"the cluster refused a search: {json.dumps(response['error'])[:2000]}")

    def documents(self, index: str, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
        """The documents of these ids that are there. Raises ClusterAway if that cannot be told of one."""
        found, lost = self.documents_in_reach(index, ids)
        if lost:
            raise ClusterAway(f"集群 {self.address} 有 {lost} 份内容取不到（分片没有应答）：请稍后再试。")
        return found

    def documents_in_reach(
        self, index: str, ids: Sequence[str], source: Sequence[str] = ()
    ) -> tuple[dict[str, dict[str, Any]], int]:
        """The documents of these ids that are there, or of each what ``source`` names; and of how many that cannot be told.

        For a reader they are as of the last refresh; for a writer, as they were sent.
        """
        if not ids:
            return {}, 0
        params = {"realtime": str(self._attempts == WRITING).lower()}
        if source:
            params["_source_includes"] = ",".join(source)
        reply = self.request("POST", f"/{index}/_mget", {"ids": list(ids)}, **params)
        found = {doc["_id"]: doc["_source"] for doc in reply["docs"] if doc.get("found")}
        return found, sum("error" in doc for doc in reply["docs"])

    def scan(
        self, index: str, query: Mapping[str, Any], *, source: Any = True, size: int = 1000
    ) -> Iterator[dict[str, Any]]:
        """Every document that answers, in no order, of the moment at which this begins. Raises ClusterAway if a shard is away."""
        body = {"size": size, "query": query, "_source": source, "sort": ["_doc"]}
        reply = self.request("POST", f"/{index}/_search", body, scroll="5m", allow_partial_search_results="false")
        try:
            while reply["hits"]["hits"]:
                if reply["_shards"]["failed"]:
                    raise ClusterAway(f"集群 {self.address} 的分片中途没有应答：请稍后再试。")
                yield from reply["hits"]["hits"]
                reply = self.request("POST", "/_search/scroll", {"scroll": "5m", "scroll_id": reply["_scroll_id"]})
        finally:
            self.request("DELETE", "/_search/scroll", {"scroll_id": [reply["_scroll_id"]]})

    def bulk(self, actions: Iterable[Action]) -> int:
        """Send actions, each with the id of its document, so that sending one twice does no harm; return how many.

        What the cluster was too busy for, and whole requests that were lost, are sent again. Raises ClusterAway if some could
        not be sent, with how many.
        """
        done = 0
        for chunk in chunks(actions):
            left, pause = chunk, _FIRST_PAUSE
            for attempt in range(self._attempts):
                reply = self.request("POST", "/_bulk", "".join(text for _, text in left))
                results = [next(iter(item.values())) for item in reply["items"]]
                failed = [
                    (action, result) for action, result in zip(left, results, strict=True) if result["status"] >= 300
                ]
                # What is to be deleted and is not there is gone already.
                failed = [each for each in failed if not (each[1]["status"] == 404 and "error" not in each[1])]
                done += len(left) - len(failed)
                wrong = [result for _, result in failed if result["status"] not in _BUSY]
                if wrong:
                    raise RuntimeError(f"the cluster refused a document: {json.dumps(wrong[0])[:2000]}")
                left = [action for action, _ in failed]
                if not left:
                    break
                if attempt + 1 < self._attempts:
                    time.sleep(pause)
                    pause *= 2
            if left:
                raise ClusterAway(
                    f"集群 {self.address} 太忙，有 {len(left)} 条没有写进去，索引没有更新：请稍后再运行一次。"
                )
        return done


def chunks(actions: Iterable[Action]) -> Iterator[list[tuple[dict[str, Any], str]]]:
    """Actions with their lines, in groups of bounded size."""
    chunk: list[tuple[dict[str, Any], str]] = []
    size = 0
    for action, document in actions:
        text = _line(action) + (_line(document) if document is not None else "")
        if chunk and (size + len(text) * 2 > _CHUNK_BYTES or len(chunk) >= _CHUNK_ACTIONS):
            yield chunk
            chunk, size = [], 0
        chunk.append((action, text))
        size += len(text) * 2
    if chunk:
        yield chunk


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"


def _unheard(response: Mapping[str, Any]) -> int:
    """Shards that have no copy left are neither counted as failed nor as successful."""
    shards = response["_shards"]
    return int(shards["total"] - shards["successful"] - shards["failed"])
