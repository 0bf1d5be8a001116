"""What one client, and all together, may ask for at a time. No Flask here: plain counting, safe between threads."""

from __future__ import annotations

import math
import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address

__all__ = ["RateLimit", "Slots", "client_key", "is_loopback"]

# Addresses remembered; a crowd that is larger pushes out those that have been quiet the longest.
MAX_CLIENTS = 10_000


def client_key(address: str | None) -> str:
    """What counts as one client: an address, of IPv6 its network of 64 bits, which a household has to itself."""
    try:
        parsed = ip_address((address or "").partition("%")[0])
    except ValueError:
        return (address or "")[:64]
    if isinstance(parsed, IPv6Address):
        parsed = parsed.ipv4_mapped or IPv6Address(int(parsed) >> 64 << 64)
    return str(parsed)


def is_loopback(address: str | None) -> bool:
    """Whether a client is on this machine."""
    try:
        parsed = ip_address((address or "").partition("%")[0])
    except ValueError:
        return False
    mapped = parsed.ipv4_mapped if isinstance(parsed, IPv6Address) else None
    return (mapped or parsed).is_loopback


class RateLimit:
    """A token bucket for each client: ``per_minute`` requests in the long run, a sixth of them at once.

    Counted in this process only: what runs twice allows twice as much.
    """

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = per_minute / 60
        # A page opened in a hurry asks for several things at once.
        self._burst = max(per_minute / 6, 10.0)
        self._clock = clock
        self._lock = threading.Lock()
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, client: str) -> int:
        """Take a token: 0 if there was one, else the seconds to wait for the next."""
        with self._lock:
            now = self._clock()
            tokens, then = self._buckets.pop(client, (self._burst, now))
            tokens = min(self._burst, tokens + (now - then) * self._rate)
            granted = tokens >= 1
            self._buckets[client] = (tokens - granted, now)
            if len(self._buckets) > MAX_CLIENTS:
                self._buckets.popitem(last=False)
        return 0 if granted else math.ceil((1 - tokens) / self._rate)

    def __len__(self) -> int:
        """How many clients are remembered."""
        return len(self._buckets)


class Slots:
    """How many requests compute at the same time: ``total``, of one client at most half.

    A request waits ``patience`` seconds for its turn; of one client ``total`` may wait or compute, more are refused at once,
    so that they take no thread from others.
    """

    def __init__(self, total: int, patience: float = 2.0) -> None:
        self._total = total
        self._each = max(1, total // 2)
        self._patience = patience
        self._changed = threading.Condition()
        self._running: Counter[str] = Counter()
        self._present: Counter[str] = Counter()

    def enter(self, client: str | None) -> bool:
        """Wait for a turn; whether it came. None is a client without a share of its own, such as this machine."""
        with self._changed:
            if client is not None and self._present[client] >= self._total:
                return False
            self._present[client or ""] += 1
            if self._changed.wait_for(lambda: self._is_free(client), self._patience):
                self._running[client or ""] += 1
                return True
            _drop(self._present, client or "")
            return False

    def leave(self, client: str | None) -> None:
        """Give the turn back."""
        with self._changed:
            _drop(self._running, client or "")
            _drop(self._present, client or "")
            self._changed.notify_all()

    def _is_free(self, client: str | None) -> bool:
        if self._running.total() >= self._total:
            return False
        return client is None or self._running[client] < self._each


def _drop(counts: Counter[str], key: str) -> None:
    counts[key] -= 1
    if not counts[key]:
        del counts[key]
