"""A child process for one engine: ``python -m benchmarks.speed.worker ENGINE``.

Reads one JSON object a line, does what ``do`` says, answers with one line. It measures itself, so that handing over queries
costs no engine anything. See ``_Worker`` for what can be asked.
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
import traceback
from pathlib import Path
from typing import Any

from benchmarks.speed.peers import Kind, Peer, load

_HIGH_WATER = re.compile(r"VmHWM:\s+(\d+) kB")


class _Worker:
    def __init__(self, key: str) -> None:
        self._peer: Peer = load(key)

    def version(self) -> dict[str, Any]:
        return {"version": self._peer.version()}

    def build(self, folder: str, material: str, corpus: str, passages: int) -> dict[str, Any]:
        from benchmarks.speed.corpus import Material

        self._peer.load()
        if hasattr(self._peer, "prepare"):
            self._peer.prepare(Material(Path(material), Path(corpus), passages))
        read = Material(Path(material), Path(corpus), passages)
        Path(folder).mkdir(parents=True)
        began = time.perf_counter()
        self._peer.build(read, Path(folder))
        # Reading the passages that all engines get is nobody's work.
        return {"seconds": time.perf_counter() - began - read.waited, "peak_bytes": high_water(os.getpid())}

    def open(self, folder: str) -> dict[str, Any]:
        self._peer.load()
        if hasattr(self._peer, "compile"):
            self._peer.compile()
        began = time.perf_counter()
        self._peer.open(Path(folder))
        took = time.perf_counter() - began
        if hasattr(self._peer, "follow"):
            self._peer.follow()
        return {"ms": took * 1000}

    def search(self, kind: Kind, queries: list[str], limit: int = 10, texts: bool = False) -> dict[str, Any]:
        times, found = [], []
        for query in queries:
            began = time.perf_counter()
            hits = self._peer.search(kind, query, limit)
            times.append((time.perf_counter() - began) * 1000)
            found.append(list(hits) if texts else len(hits))
        return {"ms": times, "found": found}

    def add(self, folder: str, articles: list[list[str]]) -> dict[str, Any]:
        times = []
        for texts in articles:
            began = time.perf_counter()
            self._peer.add(texts, Path(folder))
            times.append((time.perf_counter() - began) * 1000)
        return {"ms": times}


def high_water(pid: int) -> int:
    """The most memory the process has had, in bytes; 0 where the system does not tell.

    Not getrusage: that counts what the parent had at the moment of the fork.
    """
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return 0
    match = _HIGH_WATER.search(status.read_text())
    return int(match[1]) * 1024 if match else 0


def main() -> None:
    # What an engine prints must not get between the answers.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def answer(value: dict[str, Any]) -> None:
        answers.write(json.dumps(value) + "\n")
        answers.flush()

    try:
        worker = _Worker(sys.argv[1])
    except (ImportError, AttributeError) as error:
        answer({"missing": str(error)})
        return
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer(getattr(worker, request.pop("do"))(**request))
        except ImportError as error:
            answer({"missing": str(error)})
        except Exception:  # told to the parent, which raises it
            answer({"error": traceback.format_exc()})


if __name__ == "__main__":
    main()
