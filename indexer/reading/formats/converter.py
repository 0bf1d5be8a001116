"""Has files converted by a child process, and takes nothing it says for granted."""

from __future__ import annotations

import atexit
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from indexer.errors import FileRejected
from indexer.reading.files import MAX_FILE_BYTES
from indexer.reading.formats.frames import Limits, Part, pack, receive

__all__ = ["Converter", "ConverterUnusable", "shared_converter"]

_log = logging.getLogger("yansou.reading")
_COMMAND = (sys.executable, "-P", "-s", "-m", "indexer.reading.formats.child")
# The child ends a conversion at its limit by itself; past this it is the child that hangs (or has not yet started, on
# a machine that is very busy).
_GRACE_SECONDS = 30
# The header of an archive with ten thousand members, each with a long path and a reason.
_MAX_HEADER = 16 << 20
_MAX_REASON = 200
_MEBIBYTE = 1 << 20


class ConverterUnusable(FileRejected):
    """It is not the file: the libraries for it are not installed, or no process can be started."""


class Converter:
    """One child process, started when it is first needed and anew when it has died. Safe to share by threads.

    ``limits`` hold for each file; ``command`` is the child, which is given one end of a socket as standard input.
    """

    def __init__(self, limits: Limits | None = None, command: Sequence[str] = _COMMAND) -> None:
        self.limits = limits or Limits()
        self._command = command
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None

    def convert(self, name: str, data: bytes, path: str) -> list[Part]:
        """What the file holds, by the module ``name`` of this package: one part with its text, or an archive's members.

        Raises FileRejected, naming ``path``, with what the file has done or lacks, and ConverterUnusable.
        """
        with self._lock:
            try:
                self._ready()
            except OSError as error:
                self._stop()
                raise ConverterUnusable(path, f"转换程序无法启动（{error.strerror}）") from error
            try:
                answer = self._ask(pack({"format": name, "limits": asdict(self.limits)}, data))
            except TimeoutError:
                self._stop()
                raise FileRejected(path, self._too_slow()) from None
            except (OSError, ValueError) as error:
                self._stop()
                _log.info("converting %a: %r", path, error)
                raise FileRejected(path, "转换程序的回答无法使用，文件可能已损坏") from error
            except BaseException:
                self._stop()  # interrupted between question and answer: the next answer would be to this question
                raise
            if answer is None:
                self._stop()
                raise FileRejected(path, "转换程序意外退出，文件可能已损坏")
        header, body = answer
        if header.get("failure") == "missing":
            _log.info("converting %a: %a", path, header)
            raise ConverterUnusable(path, "读这种文件还需要一些组件，请先运行 pip install 'yansou[formats]'")
        if "failure" in header:
            raise FileRejected(path, self._reason(header, path))
        try:
            parts = _parts(header, body)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            _log.info("converting %a: %r", path, error)
            raise FileRejected(path, "转换程序的回答无法使用，文件可能已损坏") from error
        if name != "archive" and len(parts) != 1:
            raise FileRejected(path, "转换程序的回答无法使用，文件可能已损坏")
        if any(len(part.data) > MAX_FILE_BYTES for part in parts):
            raise FileRejected(path, f"转换出的文字超过 {MAX_FILE_BYTES // _MEBIBYTE} MiB")
        return parts

    def close(self) -> None:
        """End the child; the next file starts another."""
        with self._lock:
            self._stop()

    def _ask(self, request: bytes) -> tuple[dict[str, Any], bytes] | None:
        assert self._socket is not None
        deadline = time.monotonic() + self.limits.wall + _GRACE_SECONDS
        self._socket.settimeout(deadline - time.monotonic())
        self._socket.sendall(request)
        return receive(self._socket, self.limits.output + _MAX_HEADER, deadline)

    def _ready(self) -> None:
        """Start the child unless it runs."""
        if self._process is not None and self._process.poll() is None:
            return
        self._stop()
        self._socket, theirs = socket.socketpair()
        with theirs:
            # The child finds what we find, wherever that is installed, and is given nothing else of our environment.
            environment = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONUTF8": "1"}
            environment |= {key: os.environ[key] for key in ("TMPDIR", "PYTHONDONTWRITEBYTECODE") if key in os.environ}
            self._process = subprocess.Popen(  # noqa: S603  # a constant
                self._command,
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=environment,
                start_new_session=True,
            )

    def _stop(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None
        if self._process is not None:
            # The group holds the conversion that is under way; it stays ours until the child is waited for.
            if self._process.returncode is None:
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def _too_slow(self) -> str:
        return f"处理超过 {self.limits.wall} 秒，已放弃"

    def _reason(self, header: dict[str, Any], path: str) -> str:
        """What to tell of a failure, in one line; the details go to the log."""
        _log.info("converting %a: %a", path, header)
        match header["failure"]:
            case "rejected":
                return "".join(filter(str.isprintable, str(header.get("reason"))))[:_MAX_REASON]
            case "memory":
                return f"转换需要的内存超过 {self.limits.memory // _MEBIBYTE} MiB，已放弃"
            case "output":
                return f"转换出的内容超过 {self.limits.output // _MEBIBYTE} MiB，已放弃"
            case "died" if header.get("signal") in (signal.SIGXCPU, signal.SIGKILL):
                return f"处理用去 {self.limits.cpu} 秒仍未完成，已放弃"
            case "died" if header.get("signal") == signal.SIGALRM:
                return self._too_slow()
            case "died":
                return "转换程序崩溃，文件可能已损坏，或需要的内存过大"
        return "内容损坏或不合格式，无法转换"


def _parts(header: dict[str, Any], body: bytes) -> list[Part]:
    """The parts of an answer, checked: the process that sent them has read a file from a stranger."""
    parts = []
    start = 0
    for head in header["parts"]:
        name = head["path"]
        if not isinstance(name, str) or not name.isprintable() or name.startswith("/") or ".." in name.split("/"):
            raise ValueError("a path that is none")
        if "reason" in head:
            parts.append(Part(name, reason="".join(filter(str.isprintable, str(head["reason"])))[:_MAX_REASON] or "?"))
            continue
        end = start + int(head["size"])
        if not start <= end <= len(body):
            raise ValueError("a part longer than the answer")
        parts.append(Part(name, body[start:end]))
        start = end
    return parts


_shared: dict[int, Converter] = {}


def shared_converter() -> Converter:
    """The converter of this process, ended with it. A forked process gets one of its own: two may not share a socket."""
    return _shared.get(os.getpid()) or _shared.setdefault(os.getpid(), Converter())


@atexit.register
def _close_shared() -> None:
    if os.getpid() in _shared:
        _shared[os.getpid()].close()
