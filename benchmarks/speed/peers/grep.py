"""No index at all: ripgrep where it is installed, else grep, over one passage a line."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks.speed.peers import Kind, Material


class Grep:
    def __init__(self) -> None:
        program = shutil.which("rg") or shutil.which("grep")
        if program is None:
            raise ImportError("neither rg nor grep is installed")
        self._program = program
        # Bytes compare faster than characters, and in UTF-8 they say the same.
        self._environment = os.environ | {"LC_ALL": "C"}

    def version(self) -> str:
        shown = subprocess.run([self._program, "--version"], capture_output=True, text=True, check=True).stdout
        return shown.splitlines()[0]

    def load(self) -> None:
        pass

    def build(self, material: Material, folder: Path) -> None:
        self.add(material.texts(), folder)

    def open(self, folder: Path) -> None:
        self._file = str(folder / "passages.txt")

    def search(self, kind: Kind, query: str, limit: int = 10) -> Sequence[str]:
        strings = query.split() if kind in ("any", "all") else [query]
        most = ["-m", str(limit)]
        if kind != "all" or len(strings) == 1:
            return self._lines([*most, *(part for string in strings for part in ("-e", string)), self._file])
        first, *between, last = strings
        return self._lines(["-e", first, self._file], *(["-e", word] for word in between), [*most, "-e", last])

    def _lines(self, *pipeline: list[str]) -> list[str]:
        running: list[subprocess.Popen[bytes]] = []
        for arguments in pipeline:
            stdin = running[-1].stdout if running else subprocess.DEVNULL
            command = [self._program, "-F", *arguments]
            running.append(subprocess.Popen(command, stdin=stdin, stdout=subprocess.PIPE, env=self._environment))
            if len(running) > 1:
                stdin.close()  # type: ignore[union-attr]  # so that the one before ends when this one has enough
        found = running[-1].communicate()[0].decode()
        for process in running[:-1]:
            process.wait()
        if running[-1].returncode > 1:
            raise RuntimeError(f"{self._program} ended with {running[-1].returncode}")
        return found.splitlines()

    def add(self, texts: Iterable[str], folder: Path) -> None:
        with (folder / "passages.txt").open("a", encoding="utf-8") as file:
            file.writelines(" ".join(text.split()) + "\n" for text in texts)
