"""Talking to the cluster: errors as this program's own, what is busy tried again, and parts that are missing counted."""

from __future__ import annotations

import base64
import json
import logging
import random
import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ...errors import BadRequest, ClusterAway, IndexMissing
from ..place import ClusterAddress

if TYPE_CHECKING:
    import ssl

    from opensearchpy import OpenSearch

__all__ = ["READING", "WRITING", "Action", "Conflict", "Connection", "chunks", "groups"]

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
_FULL = {"rejected_execution_exception", "circuit_breaking_exception"}

Action = tuple[dict[str, Any], dict[str, Any] | None]
"""What is to be done, and the document."""
_Sent = tuple[dict[str, Any], str]
"""What is to be done, and both as they are sent."""


class Conflict(RuntimeError):
    """Somebody else has written the document meanwhile."""


class _Busy(Exception):
    """The cluster cannot be reached or has no room, which may pass; the message says which."""


class Connection:
    """A client of one cluster. Safe to share between threads. ``attempts``: how often a cluster that is busy is asked."""

    def __init__(self, address: ClusterAddress, attempts: int = READING) -> None:
        try:
            from opensearchpy import OpenSearch
        except ImportError as error:
            raise BadRequest("集群要用 opensearch-py：请先安装 pip install 'yansou[cluster]'。") from error
        # It logs every refusal; what matters of them is raised.
        logging.getLogger("opensearch").setLevel(logging.ERROR)
        self.address = address
        self._attempts = attempts
        self._client: OpenSearch = OpenSearch(
            list(address.urls),
            headers=_credentials(address),
            ssl_context=_trust(address) if address.urls[0].startswith("https:") else None,
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
        for attempt in range(self._attempts - 1):
            try:
                return self._once(method, path, body, params)
            except _Busy:
                _pause(attempt)
        try:
            return self._once(method, path, body, params)
        except _Busy as error:
            raise ClusterAway(
                f"集群 {self.address} {error}，暂时不能检索：请看集群是否在运行，稍后再试。"
            ) from error.__cause__

    def _once(self, method: str, path: str, body: Any, params: Mapping[str, Any]) -> Any:
        from opensearchpy.exceptions import ConnectionError as NotConnected
        from opensearchpy.exceptions import NotFoundError, SSLError, TransportError

        try:
            return self._client.transport.perform_request(method, path, params=dict(params) or None, body=body)
        except NotFoundError as error:
            raise IndexMissing(f"集群 {self.address} 里没有索引：请先运行 yansou index。") from error
        except SSLError as error:
            raise ClusterAway(
                f"集群 {self.address} 的证书没有通过验证：请检查 cluster.ca 是不是签发它的证书，cluster.urls 里的主机名是不是证书上的。"
            ) from error
        except NotConnected as error:
            raise _Busy("连不上") from error
        except TransportError as error:
            if error.status_code in _BUSY:
                raise _Busy(f"太忙（{error.status_code}）") from error
            raise self._refused(error) from error

    def _refused(self, error: Any) -> Exception:
        if error.status_code == 401:
            return ClusterAway(
                f"集群 {self.address} 不认这个用户（401）：请检查 YANSOU_CLUSTER_USER 和 YANSOU_CLUSTER_PASSWORD。"
            )
        if error.status_code == 403:
            lacking = re.search(r"no permissions for \[([^\]]*)\]", str(error.info))
            told = f"，缺 {lacking[1]}" if lacking else ""
            return ClusterAway(
                f"集群 {self.address} 不许用户 {self.address.user or '（没有给出）'} 这样做（403{told}）：请检查它的角色。"
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
        replies: list[dict[str, Any]] = [{}] * len(bodies)
        left = list(range(len(bodies)))
        for attempt in range(self._attempts):
            lines = (line for n in left for line in (header, {**bodies[n], "timeout": _TIMEOUT}))
            reply = self.request("POST", "/_msearch", "".join(map(_line, lines)))
            for number, each in zip(left, reply["responses"], strict=True):
                replies[number] = each
            left = [number for number in left if _is_refused(replies[number])]
            if not left or attempt + 1 == self._attempts:
                break
            _pause(attempt)
        missing = 0
        for each in replies:
            if "error" in each:
                self._tell(each)
            missing = max(missing, each["_shards"]["failed"] + _unheard(each), int(each["timed_out"]))
        if missing and whole:
            raise ClusterAway(
                f"集群 {self.address} 有 {missing} 个分片没有应答，结果会不全：请用 yansou status 看集群的状态，稍后再试。"
            )
        return replies, missing

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

        What the cluster has no room for, and requests that were lost, are sent again, each time in pieces of half the size, while
        any of it is taken. Raises ClusterAway if some could not be sent, with how many.
        """
        return sum(self._send(chunk) for chunk in chunks(actions))

    def _send(self, chunk: list[_Sent]) -> int:
        left, size, idle = chunk, len(chunk), 0
        while idle < self._attempts:
            pieces = [left[first : first + size] for first in range(0, len(left), size)]
            refused = [sent for piece in pieces for sent in self._not_taken(piece)]
            if not refused:
                return len(chunk)
            idle = 0 if len(refused) < len(left) else idle + 1
            # A cluster that is short of memory, or whose queues are short, has room for less at a time.
            left, size = refused, max(size // 2, 1)
            _pause(idle)
        raise ClusterAway(f"集群 {self.address} 太忙，有 {len(left)} 条没有写进去，索引没有更新：请稍后再运行一次。")

    def _not_taken(self, piece: list[_Sent]) -> list[_Sent]:
        """Send actions; return those for which there was no room."""
        try:
            reply = self._once("POST", "/_bulk", "".join(text for _, text in piece), {})
        except _Busy:
            return piece
        left: list[_Sent] = []
        for sent, item in zip(piece, reply["items"], strict=True):
            (result,) = item.values()
            if result["status"] in _BUSY:
                left.append(sent)
            # What is to be deleted and is not there is gone already.
            elif result["status"] >= 300 and not (result["status"] == 404 and "error" not in result):
                raise RuntimeError(f"the cluster refused a document: {json.dumps(result)[:2000]}")
        return left


def groups(items: Sequence[str], size: int = 1000) -> Iterator[Sequence[str]]:
    """Items, so many at a time."""
    for first in range(0, len(items), size):
        yield items[first : first + size]


def chunks(actions: Iterable[Action]) -> Iterator[list[_Sent]]:
    """Actions with their lines, in groups of bounded size."""
    chunk: list[_Sent] = []
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


def _pause(attempt: int) -> None:
    """Twice as long each time, and not all who were refused together at the same moment again."""
    time.sleep(_FIRST_PAUSE * 2**attempt * random.uniform(0.5, 1.5))  # noqa: S311  # no secret


def _trust(address: ClusterAddress) -> ssl.SSLContext:
    """Certificates that are issued by the file of the address, or by those whom the system trusts, for the host that is asked."""
    import ssl

    try:
        return ssl.create_default_context(cafile=address.ca)
    except OSError as error:  # of which those of ssl are
        raise BadRequest(
            f"读不出证书文件 {address.ca}（{error.strerror or '不是 PEM'}）：请检查 cluster.ca。"
        ) from error


def _credentials(address: ClusterAddress) -> dict[str, str]:
    """As the server reads them; the client knows no characters beyond Latin ones."""
    if not address.user:
        return {}
    told = f"{address.user}:{address.password or ''}".encode("utf-8", "surrogateescape")
    return {"authorization": f"Basic {base64.b64encode(told).decode()}"}


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"


def _is_refused(response: Mapping[str, Any]) -> bool:
    """Whether a search, or a shard of it, found the queue or the memory full."""
    if "error" in response:
        return response["status"] in _BUSY
    return any(failure["reason"]["type"] in _FULL for failure in response["_shards"].get("failures", ()))


def _unheard(response: Mapping[str, Any]) -> int:
    """Shards that have no copy left are neither counted as failed nor as successful."""
    shards = response["_shards"]
    return int(shards["total"] - shards["successful"] - shards["failed"])
