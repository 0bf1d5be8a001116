"""Starting child processes, asking them, and watching their memory."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import Any

from benchmarks.speed.peers import PeerInfo

__all__ = ["Child", "ChildError", "EngineMissing", "TreeMemory"]

_ROOT = Path(__file__).parents[2]
# Often enough to catch the plateau of a build, seldom enough not to slow it: the kernel walks all pages each time.
_PERIOD = 0.25


class ChildError(RuntimeError):
    """An engine failed; the message is its traceback."""


class EngineMissing(Exception):
    """The engine, or the interpreter it needs, is not installed; the message says what."""


class Child:
    """A worker process for one engine. Use as a context manager: it ends with the block."""

    def __init__(self, info: PeerInfo) -> None:
        interpreter = info.interpreter or sys.executable
        if not Path(interpreter).exists():
            raise EngineMissing(f"no {interpreter}")
        # An engine's own warnings are its own.
        environment = os.environ | {"PYTHONWARNINGS": "ignore"}
        self._process = subprocess.Popen(
            [interpreter, "-m", "benchmarks.speed.worker", info.key],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            errors="surrogatepass",
            cwd=_ROOT,
            env=environment,
        )
        self.info = info
        self.pid = self._process.pid

    def __enter__(self) -> Child:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        if kind is None:
            self._process.stdin.close()
            self._process.wait()
        else:
            self._process.kill()
            self._process.wait()
            self._process.stdin.close()
        self._process.stdout.close()

    def send(self, do: str, **arguments: Any) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps({"do": do} | arguments) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            pass  # it has said why: see ``receive``

    @property
    def answered(self) -> bool:
        """Whether ``receive`` would not wait."""
        return bool(select.select([self._process.stdout], [], [], 0)[0])

    def receive(self) -> dict[str, Any]:
        """The answer. Raises EngineMissing, and ChildError if the engine failed or its process ended."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise ChildError(f"{self.info.key} ended with {self._process.wait()}")
        answer: dict[str, Any] = json.loads(line)
        if "missing" in answer:
            raise EngineMissing(answer["missing"])
        if "error" in answer:
            raise ChildError(f"{self.info.key}: {answer['error']}")
        return answer

    def ask(self, do: str, **arguments: Any) -> dict[str, Any]:
        self.send(do, **arguments)
        return self.receive()


class TreeMemory:
    """Watches a process and its descendants while the block runs: ``peak`` is the most they had together, in bytes.

    Shared pages are counted once (PSS). 0 where the system has no /proc.
    """

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.peak = 0

    def __enter__(self) -> TreeMemory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(_PERIOD):
            self.peak = max(self.peak, sum(map(_proportional, [self._pid, *_descendants(self._pid)])))


def _descendants(pid: int) -> list[int]:
    found: list[int] = []
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = [int(child) for child in path.read_text().split()]
        except OSError:
            continue  # ended meanwhile
        for child in children:
            found += [child, *_descendants(child)]
    return found


def _proportional(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0  # ended meanwhile
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
