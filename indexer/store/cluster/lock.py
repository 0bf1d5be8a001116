"""The lock of whoever writes."""

from __future__ import annotations

import secrets
import threading
import time
from contextlib import suppress

from ...errors import IndexBusy, YansouError
from .connection import Conflict, Connection

__all__ = ["Lock"]

# One index for the locks of all archives of a cluster. A writer says this often that it is alive, and counts as dead after so long without a word.
_LOCKS = "yansou-locks"
_BEAT_SECONDS = 15
_DEAD_SECONDS = 120


class Lock:
    """The writer's lock: a document that only one can create, and that its holder must keep fresh."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._name = connection.address.name
        self._owner = secrets.token_hex(8)
        self._beaten = 0.0
        self._ended = threading.Event()
        self._heart = threading.Thread(target=self._beat, name="lock", daemon=True)

    def __enter__(self) -> Lock:
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
