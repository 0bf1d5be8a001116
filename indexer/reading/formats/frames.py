"""What converter and child say to each other over a socket: a JSON header and bytes, both with their length before.

A request is {"format", "limits"} and the file. An answer is {"parts": [{"path", "size"} or {"path", "reason"}]} and the
contents of the parts one after another, or {"failure": …} alone.
"""

from __future__ import annotations

import json
import socket
import struct
import time
from dataclasses import dataclass
from typing import Any

__all__ = ["Limits", "Part", "pack", "receive"]

_LENGTHS = struct.Struct(">QQ")
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """What converting one file may take; its defaults are the ones in use.

    ``memory`` and ``output`` are bytes, ``cpu`` and ``wall`` seconds. A page of the largest newspapers takes some
    100 MB and a second.
    """

    memory: int = 1 << 30
    cpu: int = 20
    wall: int = 60
    # The files of an archive of the largest size, at the usual ratio of Chinese text.
    output: int = 128 << 20


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of what a file holds: the text of a document (``path`` empty) or a member of an archive.

    ``reason`` is set where the member was left out.
    """

    path: str
    data: bytes = b""
    reason: str = ""


def pack(header: dict[str, Any], body: bytes = b"") -> bytes:
    """One message, ready to be sent."""
    head = json.dumps(header, ensure_ascii=False).encode("utf-8", "replace")
    return b"".join((_LENGTHS.pack(len(head), len(body)), head, body))


def receive(peer: socket.socket, at_most: int, deadline: float | None = None) -> tuple[dict[str, Any], bytes] | None:
    """The next message, or None if the peer has gone.

    Raises TimeoutError once ``time.monotonic()`` is past ``deadline``, and ValueError if the message is longer than
    ``at_most`` bytes or is none.
    """
    lengths = _read(peer, _LENGTHS.size, deadline)
    if lengths is None:
        return None
    head_size, body_size = _LENGTHS.unpack(lengths)
    if head_size + body_size > at_most:
        raise ValueError(f"a message of {head_size + body_size:,} bytes")
    head, body = _read(peer, head_size, deadline), _read(peer, body_size, deadline)
    if head is None or body is None:
        return None
    try:
        header = json.loads(head)
    except RecursionError as error:
        raise ValueError("a header nested without end") from error
    if not isinstance(header, dict):
        raise ValueError("a header that is no object")
    return header, bytes(body)


def _read(peer: socket.socket, size: int, deadline: float | None) -> bytearray | None:
    data = bytearray()
    while len(data) < size:
        if deadline is not None:
            peer.settimeout(max(0.001, deadline - time.monotonic()))
        chunk = peer.recv(min(_CHUNK, size - len(data)))
        if not chunk:
            return None
        data += chunk
    return data
