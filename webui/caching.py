"""Replies that a browser keeps and asks about: unchanged as long as index, templates and address are."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response, current_app, make_response, request
from flask.typing import ResponseReturnValue

from webui.assets import asset_version

__all__ = ["revalidated"]

View = Callable[..., ResponseReturnValue]


def revalidated(view: View, *, of_index: bool = True) -> View:
    """A view whose good replies carry an ETag, and which answers 304 without doing its work where that still holds.

    The tag is weak: the milliseconds that a search took differ from reply to reply. It is taken before the work, so
    that a commit in between makes the reply look older than it is, never newer. ``of_index`` False: the reply does not depend on the index, and is
    given when there is none.
    """

    @wraps(view)
    def answer(*args: Any, **kwargs: Any) -> Response:
        etag = _etag(of_index=of_index)
        known = request.if_none_match.contains_weak(etag)
        response = current_app.response_class(status=304) if known else make_response(view(*args, **kwargs))
        if response.status_code in (200, 304):
            response.set_etag(etag, weak=True)
            # Queries are nobody else's business: no shared cache.
            response.headers["Cache-Control"] = "private, no-cache"
        return response

    return answer


def _etag(*, of_index: bool) -> str:
    parts = (current_app.extensions["yansou"].etag if of_index else "", asset_version(), request.url)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]
