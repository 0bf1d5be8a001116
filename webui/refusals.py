"""What waitress refuses by itself (endless headers, malformed requests), answered as everything else is.

Not refused are Chinese characters in an address as they are, which no browser sends, but curl does and people write.
"""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from flask import Flask
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import BaseWSGIServer
from waitress.task import ErrorTask

from webui.errors import reply_without_request

__all__ = ["answer_refusals"]


def answer_refusals(app: Flask, sockets: dict[int, Any]) -> None:
    """Have the servers in waitress's map of sockets answer by ``app``: page or problem+json, headers, log line."""
    for each in sockets.values():
        if isinstance(each, BaseWSGIServer):
            each.channel_class = partial(_Channel, app)


_NOT_ASCII = re.compile(rb"[\x80-\xff]")


class _Parser(HTTPRequestParser):  # type: ignore[misc]
    """Remembers how a request began, which one that is refused does not say any more."""

    opening = b""

    def parse_header(self, header_plus: bytes) -> None:
        first, end, rest = header_plus.partition(b"\r\n")
        super().parse_header(_NOT_ASCII.sub(lambda byte: b"%%%02X" % byte[0][0], first) + end + rest)

    def received(self, data: bytes) -> int:
        self.opening = self.opening or data[:64]
        return int(super().received(data))


class _Refusal(ErrorTask):  # type: ignore[misc]
    def execute(self) -> None:
        opening: bytes = getattr(self.request, "opening", b"")
        path = "/api/" if opening.partition(b" ")[2].startswith(b"/api/") else "/"
        response = reply_without_request(self.channel.app, self.request.error.code, path, self.channel.addr[0])
        body = response.get_data()
        self.status = response.status
        self.response_headers += [each for each in response.headers if each[0] != "Content-Length"]
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


class _Channel(HTTPChannel):  # type: ignore[misc]
    parser_class = _Parser
    error_task_class = _Refusal

    def __init__(self, app: Flask, *args: Any, **kwargs: Any) -> None:
        self.app = app
        super().__init__(*args, **kwargs)
