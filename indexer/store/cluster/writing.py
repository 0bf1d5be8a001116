"""Writing an index on a cluster: one lock, everything sent under ids that make sending it again harmless, one change of an alias.

A rebuild goes into indexes of its own and counts when the alias is moved to them; those before are kept until the next one. An
update writes into the indexes that count and shows nothing before it refreshes them. One that dies leaves a mark, by which the
next one knows to look for articles that no file has.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np

from ...errors import ClusterAway, IndexBusy, IndexMissing, IndexUnusable, YansouError
from ..folder import IndexState
from ..part import Part
from ..place import ClusterAddress
from ..signature import share
from .connection import WRITING, Action, Conflict, Connection
from .documents import ArticleDocument, documents
from .generation import ClusterGeneration, newest
from .layout import KINDS, index_name, mappings, settings, stamp_of
from .names import name_documents

__all__ = ["ClusterStore"]

# One index for the locks of all archives of a cluster. A writer says this often that it is alive, and counts as dead after so long without a word.
_LOCKS = "yansou-locks"
_BEAT_SECONDS = 15
_DEAD_SECONDS = 120
# As in ``search.reprints``.
_ALIKE = 0.75
_CHARACTERS = "characters"


class ClusterStore:
    """An index on a cluster, as a place to write to."""

    def __init__(self, address: ClusterAddress) -> None:
        self.address = address

    @contextmanager
    def transaction(self, *, fresh: bool = False) -> Iterator[ClusterChanges]:
        """Hold the writer's lock and collect changes. Raises IndexBusy, IndexUnusable and ClusterAway."""
        connection = Connection(self.address, WRITING)
        try:
            with _Lock(connection) as lock:
                changes = ClusterChanges(connection, lock, fresh=fresh)
                try:
                    yield changes
                finally:
                    changes.close()
        finally:
            connection.close()


class _Lock:
    """The writer's lock: a document that only one can create, and that its holder must keep fresh."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._name = connection.address.name
        self._owner = secrets.token_hex(8)
        self._beaten = 0.0
        self._ended = threading.Event()
        self._heart = threading.Thread(target=self._beat, name="lock", daemon=True)

    def __enter__(self) -> _Lock:
        self._take()
        self._heart.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._heart.join()
        with suppress(YansouError):  # it ends by itself
            self._connection.request("DELETE", f"/{_LOCKS}/_doc/{self._name}")

    def check(self) -> None:
        """Raise IndexBusy if another writer may have taken the place of this one."""
        if time.monotonic() - self._beaten >= _DEAD_SECONDS:
            raise self._busy()

    def _beat(self) -> None:
        """Say that the writer is alive, whatever it is at."""
        while not self._ended.wait(_BEAT_SECONDS):
            with suppress(YansouError):  # the writer checks, and has been told by its own requests
                self._take()

    def _take(self) -> None:
        document = {"owner": self._owner, "expires": time.time() + _DEAD_SECONDS}
        try:
            self._connection.request("PUT", f"/{_LOCKS}/_create/{self._name}", document)
        except Conflict:
            held = self._connection.request("GET", f"/{_LOCKS}/_doc/{self._name}")
            if held["_source"]["owner"] != self._owner and held["_source"]["expires"] > time.time():
                raise self._busy() from None
            seen = {"if_seq_no": held["_seq_no"], "if_primary_term": held["_primary_term"]}
            try:
                self._connection.request("PUT", f"/{_LOCKS}/_doc/{self._name}", document, **seen)
            except Conflict:
                raise self._busy() from None
        self._beaten = time.monotonic()

    def _busy(self) -> IndexBusy:
        return IndexBusy(
            f"另一个程序正在写入集群 {self._connection.address}：请等它写完再试；它若已经中断，{_DEAD_SECONDS // 60} 分钟后锁会自己失效。"
        )


class ClusterChanges:
    """Changes that will become the next generation together (see ``place.Changes``)."""

    def __init__(self, connection: Connection, lock: _Lock, *, fresh: bool) -> None:
        self._connection = connection
        self._lock = lock
        self._name = connection.address.name
        self._before = self._find_before(fresh=fresh)
        self._committed = False
        self._characters: set[str] = set()
        self._kept: dict[str, int] = {}
        self.state: IndexState | None = None
        if self._before is None or fresh:
            number = self._before.number + 1 if self._before is not None else 1
            self._fresh = True
            self._now = ClusterGeneration(self._name, _new_stamp(), number, "", "")
            for kind in KINDS:
                self._create(kind)
        else:
            self._fresh = False
            self._now = self._before
            self.state = self._read_state()
            if self._before.unfinished:
                self._delete_orphans()

    def _find_before(self, *, fresh: bool) -> ClusterGeneration | None:
        try:
            return newest(self._connection)
        except IndexMissing:
            return None
        except ClusterAway:
            raise
        except IndexUnusable:
            if not fresh:
                raise
            return None

    def _create(self, kind: str) -> None:
        address = self._connection.address
        body = {"settings": settings(kind, address.shards, address.replicas), "mappings": mappings(kind)}
        self._connection.request("PUT", f"/{self._now.index(kind)}", body)

    def _mark(self, generation: ClusterGeneration) -> None:
        self._connection.request("PUT", f"/{generation.index('passages')}/_mapping", {"_meta": generation.to_meta()})

    def _refresh(self, kind: str) -> None:
        self._connection.request("POST", f"/{self._now.index(kind)}/_refresh")

    # -- what was made from -----------------------------------------------------------------------------------------------

    def _read_state(self) -> IndexState:
        assert self._before is not None
        state = IndexState(self._before.tokenizer, self._before.built_at, joins=self._before.joins)
        self._refresh("files")
        for hit in self._connection.scan(self._now.index("files"), {"match_all": {}}):
            if hit["_id"] == _CHARACTERS:
                self._characters = set(hit["_source"]["stored"]["characters"])
                continue
            stored = hit["_source"]["stored"]
            target = state.rejected if stored["rejected"] else state.sources
            for each in (state.rejected, state.sources):
                each.setdefault(stored["folder"], {})
            if stored["path"] is not None:
                target[stored["folder"]][stored["path"]] = stored["entry"]
        return state

    def _delete_orphans(self) -> None:
        """Take away articles that an update which died has sent and that no file has."""
        assert self.state is not None
        known = {article for files in self.state.sources.values() for entry in files.values() for article in entry[3]}
        self._refresh("articles")
        found = {
            hit["_id"] for hit in self._connection.scan(self._now.index("articles"), {"match_all": {}}, source=False)
        }
        self._send(self._deletions(found - known))

    # -- articles ----------------------------------------------------------------------------------------------------------

    def delete_articles(self, ids: set[str]) -> None:
        """Take away the articles, but for those that were added meanwhile under the same id."""
        self._send(self._deletions(ids - self._kept.keys()))

    def _deletions(self, ids: set[str]) -> Iterator[Action]:
        for group in _groups(sorted(ids)):
            known = self._connection.documents(self._now.index("articles"), group)
            for article, document in known.items():
                # The article comes last: if this is cut short, it still says what there is to delete.
                for ordinal in range(document["passages"]):
                    yield {"delete": {"_index": self._now.index("passages"), "_id": f"{article}-{ordinal}"}}, None
                yield {"delete": {"_index": self._now.index("articles"), "_id": article}}, None

    def add_pending(self, parts: Sequence[Part]) -> None:
        """Send articles; nobody sees them before ``commit``."""
        for part in parts:
            self._characters.update(unit for unit in part.units if len(unit) == 1)
            articles = list(documents(part))
            self._fold_reprints(articles)
            self._send(self._additions(articles))
            # The next part's reprints are looked for among these.
            self._refresh("articles")

    def _additions(self, articles: Sequence[ArticleDocument]) -> Iterator[Action]:
        known = (
            {} if self._fresh else self._connection.documents(self._now.index("articles"), [one.id for one in articles])
        )
        for article in articles:
            before = known.get(article.id, {}).get("passages", 0)
            for ordinal in range(len(article.passages), before):
                yield {"delete": {"_index": self._now.index("passages"), "_id": f"{article.id}-{ordinal}"}}, None
            for passage, document in article.passages:
                yield {"index": {"_index": self._now.index("passages"), "_id": passage}}, document
            yield {"index": {"_index": self._now.index("articles"), "_id": article.id}}, article.document
            self._kept[article.id] = len(article.passages)

    def _send(self, actions: Iterator[Action]) -> None:
        self._lock.check()
        if not self._fresh and not self._now.unfinished:
            self._now = replace(self._now, unfinished=True)
            self._mark(self._now)
        self._connection.bulk(actions)

    def _fold_reprints(self, articles: Sequence[ArticleDocument]) -> None:
        """Give each article the ``fold`` of the first one known that has nearly the same text."""
        wanted = sorted({band for article in articles for band in article.document["bands"]})
        by_band: dict[str, list[tuple[str, Any, str]]] = {}
        for group in _groups(wanted, 10_000):
            query = {"terms": {"bands": group}}
            for hit in self._connection.scan(
                self._now.index("articles"), query, source=["bands", "fold", "stored.signature"]
            ):
                _note(by_band, hit["_id"], hit["_source"])
        for article in articles:
            own = _numbers(article.document["stored"]["signature"])
            candidates = {
                one[0]: one
                for band in article.document["bands"]
                for one in by_band.get(band, ())
                if one[0] != article.id
            }
            alike = [one for one in candidates.values() if share(own, one[1]) >= _ALIKE]
            if alike:
                fold = min(one[2] for one in alike)
                article.document["fold"] = fold
                for _, passage in article.passages:
                    passage["fold"] = fold
            _note(by_band, article.id, article.document)

    def publish_pending(self) -> None:
        """Nothing to do: what was sent counts when the index is refreshed."""

    def merge_small(self) -> None:
        """Nothing to do: Lucene merges by itself."""

    # -- the end -----------------------------------------------------------------------------------------------------------

    def counts(self) -> tuple[int, int]:
        """How many passages and figures there are, committed or not."""
        body = {"size": 0, "track_total_hits": True, "aggs": {"figures": {"sum": {"field": "figure_count"}}}}
        (reply,), _ = self._connection.many(self._now.index("passages"), [body], whole=True)
        return reply["hits"]["total"]["value"], int(reply["aggregations"]["figures"]["value"])

    def commit(self, state: IndexState) -> int:
        """Make the changes the next generation.

        Raises ClusterAway, and lets nothing count, when the cluster does not hold what was sent.
        """
        self._write_files(state)
        for kind in ("articles", "files"):
            self._refresh(kind)
        self._write_names(state)
        self._refresh("names")
        self._refresh("passages")
        self._compare()
        number = self._now.number if self._fresh else self._now.number + 1
        self._now = replace(
            self._now,
            number=number,
            tokenizer=state.tokenizer,
            built_at=state.built_at,
            joins=state.joins,
            unfinished=False,
        )
        self._mark(self._now)
        self._committed = True
        if self._fresh:
            self._publish()
        return number

    def _compare(self) -> None:
        """Whether there are as many passages as the articles have."""
        body = {"size": 0, "aggs": {"passages": {"sum": {"field": "passages"}}}}
        (reply,), _ = self._connection.many(self._now.index("articles"), [body], whole=True)
        wanted, found = int(reply["aggregations"]["passages"]["value"]), self.counts()[0]
        if wanted != found:
            raise ClusterAway(
                f"集群 {self._connection.address} 里应有 {wanted} 段，却有 {found} 段，没有启用：请看集群的状态，再运行 yansou index --full。"
            )

    def _write_files(self, state: IndexState) -> None:
        old = _entries(self.state) if self.state is not None else {}
        new = _entries(state)
        index = self._now.index("files")

        def actions() -> Iterator[Action]:
            for key in old.keys() - new.keys():
                yield {"delete": {"_index": index, "_id": _digest(key)}}, None
            for key, entry in new.items():
                if old.get(key) != entry:
                    folder, path, rejected = key
                    stored = {"folder": folder, "path": path, "rejected": rejected, "entry": entry}
                    yield {"index": {"_index": index, "_id": _digest(key)}}, {"stored": stored}
            characters = {"stored": {"characters": "".join(sorted(self._characters))}}
            yield {"index": {"_index": index, "_id": _CHARACTERS}}, characters

        self._send(actions())

    def _write_names(self, state: IndexState) -> None:
        index = self._now.index("names")
        # Interned: the same few names stand in many articles, and all of them are in memory here.
        uses = {
            hit["_id"]: [tuple(map(sys.intern, use)) for use in hit["_source"]["stored"]["uses"]]
            for hit in self._connection.scan(self._now.index("articles"), {"match_all": {}}, source=["stored.uses"])
        }
        found = dict(name_documents(uses, state.joins, self._characters))
        known = (
            set()
            if self._fresh
            else {hit["_id"] for hit in self._connection.scan(index, {"match_all": {}}, source=False)}
        )

        def actions() -> Iterator[Action]:
            for gone in known - found.keys():
                yield {"delete": {"_index": index, "_id": gone}}, None
            for name, document in found.items():
                yield {"index": {"_index": index, "_id": name}}, document

        self._send(actions())

    def _publish(self) -> None:
        """Move the alias, and delete what is older than the generation before."""
        self._lock.check()
        try:
            aliased = self._connection.request("GET", f"/{self._name}/_alias/{self._name}")
        except IndexMissing:
            aliased = {}
        found = self._connection.request("GET", f"/{self._name}-passages-*/_alias")
        actions = [{"remove": {"index": index, "alias": self._name}} for index in aliased]
        actions.append({"add": {"index": self._now.index("passages"), "alias": self._name}})
        self._connection.request("POST", "/_aliases", {"actions": actions})
        before = {stamp_of(index) for index in aliased}
        for stamp in {stamp_of(index) for index in found} - before - {self._now.stamp}:
            self._drop(stamp)

    def _drop(self, stamp: str) -> None:
        names = ",".join(index_name(self._name, kind, stamp) for kind in KINDS)
        self._connection.request("DELETE", f"/{names}", ignore_unavailable="true")

    def close(self) -> None:
        """Without a commit, delete what a rebuild has sent."""
        if self._fresh and not self._committed:
            with suppress(YansouError, RuntimeError):  # there is an error to tell already
                self._drop(self._now.stamp)


def _new_stamp() -> str:
    return datetime.now(UTC).strftime("%Y%m%dt%H%M%S") + secrets.token_hex(2)


def _digest(key: tuple[str, str | None, bool]) -> str:
    return hashlib.sha256("\0".join(map(str, key)).encode("utf-8", "surrogateescape")).hexdigest()


def _entries(state: IndexState) -> dict[tuple[str, str | None, bool], list[Any]]:
    """Every file of a state by its folder, its path and whether it was rejected; a folder by itself has no path."""
    found: dict[tuple[str, str | None, bool], list[Any]] = {(folder, None, False): [] for folder in state.sources}
    for rejected, folders in ((False, state.sources), (True, state.rejected)):
        for folder, files in folders.items():
            found |= {(folder, path, rejected): list(entry) for path, entry in files.items()}
    return found


def _groups(items: Sequence[str], size: int = 1000) -> Iterator[Sequence[str]]:
    for first in range(0, len(items), size):
        yield items[first : first + size]


def _numbers(signature: str) -> Any:
    return np.frombuffer(base64.b64decode(signature).ljust(128, b"\0"), dtype="<u4")


def _note(by_band: dict[str, list[tuple[str, Any, str]]], article: str, document: dict[str, Any]) -> None:
    entry = (article, _numbers(document["stored"]["signature"]), document["fold"])
    for band in document["bands"]:
        by_band.setdefault(band, []).append(entry)
