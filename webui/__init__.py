"""The web interface: server-rendered pages and a JSON API over an index.

``create_app`` makes the Flask application, ``serve`` runs it under waitress. Pages are thin: they read the request
(``params``), ask the index, arrange the answer (``views``, ``highlight``) and leave the rest to the templates.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask

from webui import access_log, api, assets, errors, facts_pages, gate, pages, security
from webui.current import OnceACommit
from webui.examples import working_examples
from webui.holdings_view import known_holdings

if TYPE_CHECKING:
    from indexer import Index

__all__ = ["create_app"]

# No page takes a body: room for a stray form, no more.
MAX_BODY_BYTES = 16 * 1024


def create_app(
    index: Index | Path | str,
    *,
    title: str = "雁搜",
    requests_per_minute: int = 0,
    allowed_hosts: Collection[str] = (),
    threads: int = gate.SLOTS,
) -> Flask:
    """The application over ``index``: an open one, which stays the caller's to close, or the folder of one.

    ``title`` is the name of the archive in the header and in the titles of pages. ``requests_per_minute`` is the limit of one
    client, 0 for none; clients on this machine have none. ``allowed_hosts`` are the names under which the site is reached,
    besides localhost, this machine's own name and addresses. ``threads`` requests compute at the same time. Raises ``IndexMissing`` or
    ``IndexUnusable`` if a folder is given that holds no index that can be read.
    """
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.extensions["yansou"] = _opened(index)
    app.extensions["yansou.examples"] = OnceACommit(working_examples)
    app.extensions["yansou.holdings"] = OnceACommit(known_holdings)
    app.extensions["yansou.title"] = title
    app.context_processor(lambda: {"site": title})
    # Flask runs what is done after a request in reverse order: the log line comes last and sees the whole reply.
    access_log.register(app)
    gate.register(app, requests_per_minute=requests_per_minute, allowed_hosts=allowed_hosts, slots=threads)
    security.register(app)
    assets.register(app)
    errors.register(app)
    app.register_blueprint(pages.blueprint)
    app.register_blueprint(facts_pages.blueprint)
    app.register_blueprint(api.blueprint)
    return app


def _opened(index: Index | Path | str) -> Index:
    if not isinstance(index, (str, Path)):
        return index
    from indexer import open_index

    return open_index(index)
