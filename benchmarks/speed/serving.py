"""The server under load, and the command from the shell."""

from __future__ import annotations

import http.client
import subprocess
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from benchmarks.coldstart import YANSOU, measure
from benchmarks.speed.peers.yansou import as_query
from benchmarks.speed.queries import QueryClass, mixed
from benchmarks.speed.stats import summary
from benchmarks.speed.worker import high_water

__all__ = ["add_by_command", "cold_start", "load_server"]

_THREADS = 2
# Enough that starting and stopping the threads does not count.
_REQUESTS = 500
_WARM_UP = 50


def load_server(index: Path, classes: Sequence[QueryClass]) -> dict[str, Any]:
    """Queries a second, their milliseconds and the server's peak memory, with two threads asking the JSON interface."""
    targets = [f"/api/v1/search?q={quote(as_query(kind, query))}" for kind, query in mixed(classes)]
    command = [*YANSOU, "serve", "--port", "0", "--index", str(index)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            address = urlsplit(server.stdout.readline().strip())
            _ask(address.netloc, (targets * _WARM_UP)[:_WARM_UP], [])
            asked = (targets * _REQUESTS)[_WARM_UP : _WARM_UP + _REQUESTS]
            times: list[list[float]] = [[] for _ in range(_THREADS)]
            threads = [
                threading.Thread(target=_ask, args=(address.netloc, asked[number::_THREADS], times[number]))
                for number in range(_THREADS)
            ]
            began = time.perf_counter()
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            seconds = time.perf_counter() - began
            peak = high_water(server.pid)
        finally:
            server.terminate()
    answered = [each for of in times for each in of]
    if len(answered) != len(asked):
        raise RuntimeError(f"the server answered {len(answered)} of {len(asked)} requests")
    return {"per_second": round(len(asked) / seconds, 1), "peak_bytes": peak} | summary(answered)


def _ask(address: str, targets: Sequence[str], times: list[float]) -> None:
    connection = http.client.HTTPConnection(address, timeout=60)
    for target in targets:
        began = time.perf_counter()
        connection.request("GET", target)
        reply = connection.getresponse()
        body = reply.read()
        if reply.status != 200:
            raise RuntimeError(f"{reply.status} for {target}: {body[:200]!r}")
        times.append((time.perf_counter() - began) * 1000)
    connection.close()


def cold_start(corpus: Path, runs: int) -> dict[str, float]:
    """Milliseconds of ``yansou search`` in a new process, and of ``python -c pass``."""
    nothing, found = measure(corpus, runs)
    return {
        "empty_ms": round(nothing * 1000, 2),
        "search_ms": round(found * 1000, 2),
        "times": round(found / nothing, 2),
    }


def add_by_command(corpus: Path, index: Path) -> float:
    """Milliseconds of ``yansou index`` when there is one new article, the start of the interpreter included."""
    with tempfile.NamedTemporaryFile("w", dir=corpus, suffix=".md", encoding="utf-8", delete=False) as file:
        file.write("# 从命令行新到的一篇文章\n\n这一段文字此前没有人写过。\n")
    began = time.perf_counter()
    subprocess.run([*YANSOU, "index", str(corpus), "--index", str(index)], check=True, capture_output=True)
    return round((time.perf_counter() - began) * 1000, 1)
