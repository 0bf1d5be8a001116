"""What is refused before a page is made: foreign hosts, endless addresses, too many requests, too much computing.

421   the Host header names somebody else (see ``_is_own_name``): a page of another site that has its name point here
414   the query string is endless; 400 if it has more parameters than any page knows
429   one client asks for more than ``requests_per_minute``
503   every turn to compute is taken (``limits.Slots``)
400   a query has used up its seconds of computing (``indexer.search.budget``)
"""

from __future__ import annotations

import re
import socket
from collections.abc import Collection
from contextlib import ExitStack
from ipaddress import ip_address

from flask import Flask, g, request
from werkzeug.exceptions import (
    BadRequest,
    MisdirectedRequest,
    RequestURITooLarge,
    ServiceUnavailable,
    TooManyRequests,
)

from indexer.search.budget import limited
from webui.limits import RateLimit, Slots, client_key, is_loopback

__all__ = ["SLOTS", "register"]

# The longest query is 3 kB percent-encoded; the table of figures adds five filters of 200 characters.
MAX_QUERY_STRING = 16 * 1024
MAX_PARAMETERS = 32
# Requests that compute at the same time, whatever the number of readers: more only take turns.
SLOTS = 4
# A good query costs milliseconds; one step that has begun is finished, and the answer is to come within a second.
SECONDS = 0.6
RETRY_AFTER_SECONDS = 2

# An address of IPv6 without brackets is no header's, but may be the setting's.
_HOST = re.compile(
    r"\[(?P<inner>[0-9a-f:.]+)\](?::[0-9]*)?|(?P<name>[^:/@\[\]]+)(?::[0-9]*)?|(?P<bare>[0-9a-f:.]+)", re.ASCII
)

# These read a file or a constant, and are served whatever the index and the others do.
_CHEAP = {"static", "pages.help_page", "pages.opensearch", "api.openapi", None}


def register(
    app: Flask, *, requests_per_minute: int, allowed_hosts: Collection[str], slots: int, seconds: float = SECONDS
) -> None:
    """Put the gate before every request. ``requests_per_minute`` 0 is no limit; this machine itself has none."""
    names = {_host_name(name) for name in [*allowed_hosts, "localhost", socket.gethostname()]} - {""}
    rate = RateLimit(requests_per_minute) if requests_per_minute else None
    turns = Slots(slots)

    def check() -> None:
        _check_address(names)
        client = None if is_loopback(request.remote_addr) else client_key(request.remote_addr)
        if client is not None and rate is not None and request.endpoint != "static":
            wait = rate.take(client)
            if wait:
                raise TooManyRequests(retry_after=wait)
        if request.endpoint not in _CHEAP:
            if not turns.enter(client):
                raise ServiceUnavailable(retry_after=RETRY_AFTER_SECONDS)
            g.computing = stack = ExitStack()
            stack.callback(turns.leave, client)
            stack.enter_context(limited(seconds))

    def release(_: BaseException | None) -> None:
        stack: ExitStack | None = g.pop("computing", None)
        if stack is not None:
            stack.close()

    app.before_request(check)
    app.teardown_request(release)


def _check_address(names: Collection[str]) -> None:
    if not _is_own_name(request.headers.get("Host", ""), names):
        raise MisdirectedRequest
    if len(request.query_string) > MAX_QUERY_STRING:
        raise RequestURITooLarge
    if request.query_string.count(b"&") >= MAX_PARAMETERS:
        raise BadRequest


def _is_own_name(host: str, names: Collection[str]) -> bool:
    """Whether a Host header can be meant for this server: its names, or an address.

    Whoever lets a name of their own point at this machine (DNS rebinding) has their name in it; an address they cannot move.
    """
    name = _host_name(host)
    if name in names:
        return True
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _host_name(host: str) -> str:
    """A Host header without its port, in small letters: ``[::1]:8000`` is ``::1``."""
    match = _HOST.fullmatch(host.strip().lower())
    return (match["inner"] or match["name"] or match["bare"]).removesuffix(".") if match else ""
