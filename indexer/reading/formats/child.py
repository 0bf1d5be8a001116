"""The process in which files from strangers are converted: ``python -m indexer.reading.formats.child``.

It reads requests from the socket that is its standard input until that is closed. Each file is converted in a fork of
its own, with the libraries loaded before the fork: a file costs a few milliseconds instead of a start of Python, and
nothing that a file does to the process outlives it. The fork has

    no descriptor to spare    it can open neither files nor connections (the answer goes to a file opened before)
    no children               (where the user is not root)
    limits                    on address space, processor time, wall time and the size of the answer

and, whatever comes out of it, is only a file of bytes whose shape the other side checks.
"""

from __future__ import annotations

import codecs
import os
import resource
import signal
import socket
import tempfile
import traceback
from collections.abc import Callable
from importlib import import_module
from typing import IO

from indexer.errors import FileRejected
from indexer.reading.formats.frames import Limits, Part, pack, receive

__all__ = ["main"]

_FORMATS = frozenset({"web_page", "word", "pdf", "archive"})
# Python loads them from files when they are first used, and the fork opens none.
_ENCODINGS = (
    "utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "gb18030", "gb2312", "cp950", "big5", "big5hkscs", "cp437",
)  # fmt: skip
# What is read from disk at most (32 MiB), with room for the header; requests come from our own side.
_MAX_REQUEST = 1 << 30


def main() -> None:
    """Answer requests until the other side closes the socket."""
    for encoding in _ENCODINGS:
        codecs.lookup(encoding)
    with socket.socket(fileno=os.dup(0)) as peer:
        while (request := receive(peer, _MAX_REQUEST)) is not None:
            header, data = request
            peer.sendall(_answer(header["format"], data, Limits(**header["limits"]), peer))


def _answer(name: str, data: bytes, limits: Limits, peer: socket.socket) -> bytes:
    if name not in _FORMATS:
        raise ValueError(f"no such format: {name}")
    try:
        convert = import_module(f"indexer.reading.formats.{name}").convert
    except ModuleNotFoundError as error:
        return pack({"failure": "missing", "detail": str(error)})
    with tempfile.TemporaryFile() as answer:
        process = os.fork()
        if process == 0:
            status = 1
            try:
                peer.close()
                _confine(limits)
                _convert(convert, data, answer, limits)
                status = 0
            finally:
                os._exit(status)  # nothing of the parent's may run here: no handlers, no buffers
        _, status = os.waitpid(process, 0)
        if status != 0:
            return pack({"failure": "died", "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0})
        answer.seek(0)
        return answer.read()


def _confine(limits: Limits) -> None:
    signal.alarm(limits.wall)
    os.dup2(os.open(os.devnull, os.O_RDWR), 0)
    for which, value in (
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_CPU, limits.cpu),
        (resource.RLIMIT_FSIZE, limits.output + (1 << 20)),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_NOFILE, 0),
    ):
        resource.setrlimit(which, (value, value))


def _convert(convert: Callable[[bytes], list[Part]], data: bytes, answer: IO[bytes], limits: Limits) -> None:
    try:
        parts = convert(data)
        much = sum(len(part.data) for part in parts) > limits.output
        message = pack({"failure": "output"}) if much else _pack_parts(parts)
    except FileRejected as error:
        message = pack({"failure": "rejected", "reason": error.reason})
    except MemoryError:
        message = pack({"failure": "memory"})
    except Exception as error:
        # The parsers are to blame, or we: either way it is this file that cannot be read.
        detail = "".join(traceback.format_exception(error, limit=-20))
        message = pack({"failure": "error", "kind": type(error).__name__, "detail": detail[-4000:]})
    answer.write(message)
    answer.flush()


def _pack_parts(parts: list[Part]) -> bytes:
    heads = [
        {"path": part.path, "reason": part.reason} if part.reason else {"path": part.path, "size": len(part.data)}
        for part in parts
    ]
    return pack({"parts": heads}, b"".join(part.data for part in parts))


if __name__ == "__main__":
    main()
