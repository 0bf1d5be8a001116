"""The application under waitress: pure Python, a few threads over one open index."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection
from functools import partial
from typing import TYPE_CHECKING, Any

from indexer.errors import BadRequest
from webui import create_app
from webui.batch_pages import MAX_BODY_BYTES
from webui.current import prepare
from webui.gate import SLOTS

if TYPE_CHECKING:
    from indexer.store.place import Place

__all__ = ["REQUESTS_PER_MINUTE", "serve"]

# Ten a second: no reader comes near, suggestions while typing included.
REQUESTS_PER_MINUTE = 600
# The longest query percent-encoded is 3 kB; a browser's other headers fit into the rest.
MAX_HEADER_BYTES = 32 * 1024
# Many more connections than threads: most of them are browsers that keep theirs for the next page.
MAX_CONNECTIONS = 500
# A connection on which nothing moves is closed: who sends a byte a minute must not keep it.
IDLE_SECONDS = 30


def serve(
    index_path: Place | str,
    host: str = "127.0.0.1",
    port: int = 8000,
    *,
    threads: int = SLOTS,
    requests_per_minute: int = REQUESTS_PER_MINUTE,
    allowed_hosts: Collection[str] = (),
    trusted_proxy: str | None = None,
    ready: Callable[[str], None] | None = None,
) -> None:
    """Serve the index in a folder until interrupted.

    ``host`` stays on this machine unless told otherwise; ``port`` 0 takes a free one. ``threads`` requests compute at the
    same time. ``requests_per_minute`` is the limit of one client, 0 for none; clients on this machine have none.
    ``allowed_hosts`` are the names under which the site is reached, besides localhost, ``host`` and addresses.
    ``trusted_proxy`` is the address of the one proxy whose X-Forwarded-For, -Host and -Proto are believed. ``ready`` is called
    with the address once connections are accepted; nothing is printed.

    Raises ``IndexMissing`` or ``IndexUnusable`` before it listens, ``OSError`` if the port is taken, and ``BadRequest``
    under Flask's debug mode, which would let every visitor run code.
    """
    from waitress import create_server

    from indexer import compile_loops, open_index
    from webui.refusals import answer_refusals

    # It would warn whenever a request waits for a thread, which is what threads are for.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    with open_index(index_path) as index:
        app = create_app(
            index,
            requests_per_minute=requests_per_minute,
            allowed_hosts=[*allowed_hosts, host],
            threads=threads,
        )
        if app.debug:
            raise BadRequest("Flask 的调试模式开着，访问者可以借它执行代码：请先取消环境变量 FLASK_DEBUG。")
        # It answers meanwhile, and a little slower. Where Numba is not installed it stays so.
        threading.Thread(target=compile_loops, name="compile", daemon=True).start()
        # The first reader need not wait, at the start and after a commit.
        index.follow(partial(prepare, app))
        sockets: dict[int, Any] = {}
        server = create_server(
            app,
            map=sockets,
            host=host,
            port=port,
            # Twice as many as compute: the others send files, refuse, and wait for their turn.
            threads=2 * threads,
            ident=None,
            connection_limit=MAX_CONNECTIONS,
            channel_timeout=IDLE_SECONDS,
            asyncore_use_poll=True,
            max_request_header_size=MAX_HEADER_BYTES,
            max_request_body_size=MAX_BODY_BYTES,
            **_proxy_settings(trusted_proxy),
        )
        answer_refusals(app, sockets)
        try:
            if ready is not None:
                ready(_address(server))
            server.run()
        finally:
            server.close()


def _proxy_settings(trusted_proxy: str | None) -> dict[str, Any]:
    if not trusted_proxy:
        return {}
    headers = {"x-forwarded-for", "x-forwarded-host", "x-forwarded-proto"}
    return {"trusted_proxy": trusted_proxy, "trusted_proxy_count": 1, "trusted_proxy_headers": headers}


def _address(server: object) -> str:
    # A name with several addresses (localhost: 127.0.0.1 and ::1) makes a server for each.
    listening: list[tuple[str, int]] | None = getattr(server, "effective_listen", None)
    host, port = listening[0] if listening else (server.effective_host, server.effective_port)  # type: ignore[attr-defined]
    host = f"[{host}]" if ":" in host else host
    return f"http://{host}:{port}/"
