"""The application under waitress: pure Python, a few threads over one open index."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from indexer.errors import BadRequest
from webui import create_app

__all__ = ["serve"]

# A search computes rather than waits: more threads than this only take turns.
THREADS = 4
# The longest query percent-encoded is 3 kB; a browser's other headers fit into the rest.
MAX_HEADER_BYTES = 32 * 1024


def serve(
    index_path: Path | str,
    host: str = "127.0.0.1",
    port: int = 8000,
    *,
    threads: int = THREADS,
    ready: Callable[[str], None] | None = None,
) -> None:
    """Serve the index in a folder until interrupted.

    ``host`` stays on this machine unless told otherwise; ``port`` 0 takes a free one. ``ready`` is called with the
    address once connections are accepted; nothing is printed. Raises ``IndexMissing`` or ``IndexUnusable`` before it
    listens, ``OSError`` if the port is taken, and ``BadRequest`` under Flask's debug mode, which would let every
    visitor run code.
    """
    from waitress import create_server

    from indexer import open_index

    # It would warn whenever a request waits for a thread, which is what threads are for.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    with open_index(index_path) as index:
        app = create_app(index)
        if app.debug:
            raise BadRequest("Flask 的调试模式开着，访问者可以借它执行代码：请先取消环境变量 FLASK_DEBUG。")
        server = create_server(
            app,
            host=host,
            port=port,
            threads=threads,
            ident=None,
            max_request_header_size=MAX_HEADER_BYTES,
            max_request_body_size=MAX_HEADER_BYTES,
        )
        try:
            if ready is not None:
                ready(_address(server))
            server.run()
        finally:
            server.close()


def _address(server: object) -> str:
    # A name with several addresses (localhost: 127.0.0.1 and ::1) makes a server for each.
    listening: list[tuple[str, int]] | None = getattr(server, "effective_listen", None)
    host, port = listening[0] if listening else (server.effective_host, server.effective_port)  # type: ignore[attr-defined]
    host = f"[{host}]" if ":" in host else host
    return f"http://{host}:{port}/"
