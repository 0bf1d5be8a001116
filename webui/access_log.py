"""One line a request in the log ``yansou.access``: who, what, how it ended, how long it took.

    127.0.0.1 GET /search?q=船山时间谷 200 18342 B 7.1 ms

Whatever a client sends stays on its line: characters that are no printable ones (line ends, escape sequences, changes
of the writing direction) are written as ``\\uXXXX``, and a long address is cut.
"""

from __future__ import annotations

import logging
import time
from urllib.parse import unquote

from flask import Flask, Response, g, request

__all__ = ["printable", "register"]

MAX_TARGET = 400

_log = logging.getLogger("yansou.access")


def register(app: Flask) -> None:
    app.before_request(_start_clock)
    app.after_request(_write_line)


def printable(text: str) -> str:
    """The text on one line: backslashes and characters without a printed form are escaped."""
    return "".join(char if char.isprintable() and char != "\\" else _escaped(char) for char in text)


def _escaped(char: str) -> str:
    # The codec knows the long forms; to it, an ASCII character needs none.
    return f"\\x{ord(char):02x}" if char.isascii() else char.encode("ascii", "backslashreplace").decode()


def _start_clock() -> None:
    g.started = time.perf_counter()


def _write_line(response: Response) -> Response:
    milliseconds = (time.perf_counter() - g.started) * 1000 if "started" in g else 0.0
    response.headers["Server-Timing"] = f"app;dur={milliseconds:.1f}"
    target = request.path
    if request.query_string:
        target += "?" + unquote(request.query_string[: 9 * MAX_TARGET].decode("latin-1"), errors="replace")
    _log.info(
        "%s %s %s %d %s B %.1f ms",
        printable(request.remote_addr or "-"),
        request.method,
        printable(target[:MAX_TARGET]),
        response.status_code,
        response.content_length if response.content_length is not None else "?",
        milliseconds,
    )
    return response
