"""Writing an index on a cluster: one lock, everything sent under ids that make sending it again harmless, one change of an alias.

A rebuild goes into indexes of its own and counts when the alias is moved to them; those before are kept until the next one. An
update writes into the indexes that count and shows nothing before it refreshes them. One that dies leaves a mark, by which the
next one knows to look for articles that no file has.
"""

from __future__ import annotations

import secrets
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime

from ...errors import ClusterAway, IndexMissing, IndexUnusable, YansouError
from ..folder import IndexState
from ..part import Part
from ..place import ClusterAddress
from .connection import WRITING, Action, Connection, groups
from .documents import ArticleDocument, documents
from .files import CHARACTERS, entries_of, file_id, read_characters, read_files
from .generation import ClusterGeneration, newest
from .layout import KINDS, index_name, mappings, settings, stamp_of
from .lock import Lock
from .names import name_documents
from .reprints import fold_reprints

__all__ = ["ClusterStore"]


class ClusterStore:
    """An index on a cluster, as a place to write to."""

    def __init__(self, address: ClusterAddress) -> None:
        self.address = address

    @contextmanager
    def transaction(self, *, fresh: bool = False) -> Iterator[ClusterChanges]:
        """Hold the writer's lock and collect changes. Raises IndexBusy, IndexUnusable and ClusterAway."""
        connection = Connection(self.address, WRITING)
        try:
            with Lock(connection) as lock:
                changes = ClusterChanges(connection, lock, fresh=fresh)
                try:
                    yield changes
                finally:
                    changes.close()
        finally:
            connection.close()


class ClusterChanges:
    """Changes that will become the next generation together (see ``place.Changes``)."""

    # Nothing is gained by more: it is sent in chunks, while the next is analysed where there are processes for that.
    batch = 20_000

    def __init__(self, connection: Connection, lock: Lock, *, fresh: bool) -> None:
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
        for folder, path, rejected, entry in read_files(self._connection, self._now.index("files")):
            for each in (state.rejected, state.sources):
                each.setdefault(folder, {})
            if path is not None:
                (state.rejected if rejected else state.sources)[folder][path] = entry
        self._characters = set(read_characters(self._connection, self._now.index("files")))
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
        for group in groups(sorted(ids)):
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
            fold_reprints(self._connection, self._now.index("articles"), articles)
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
        old = entries_of(self.state) if self.state is not None else {}
        new = entries_of(state)
        index = self._now.index("files")

        def actions() -> Iterator[Action]:
            for key in old.keys() - new.keys():
                yield {"delete": {"_index": index, "_id": file_id(key)}}, None
            for key, entry in new.items():
                if old.get(key) != entry:
                    folder, path, rejected = key
                    stored = {"folder": folder, "path": path, "rejected": rejected, "entry": entry}
                    yield {"index": {"_index": index, "_id": file_id(key)}}, {"stored": stored}
            characters = {"stored": {"characters": "".join(sorted(self._characters))}}
            yield {"index": {"_index": index, "_id": CHARACTERS}}, characters

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
