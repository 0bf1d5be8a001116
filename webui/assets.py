"""Static files under addresses that change with their content, so that a browser may keep them for ever."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from flask import Flask, Response, request, url_for

__all__ = ["asset_version", "register"]

_HERE = Path(__file__).parent
_A_YEAR = 365 * 24 * 3600


@cache
def asset_version() -> str:
    """A short hash over the static files and the templates."""
    digest = hashlib.sha256()
    for path in sorted([*(_HERE / "static").rglob("*"), *(_HERE / "templates").rglob("*")]):
        if path.is_file():
            digest.update(path.relative_to(_HERE).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def register(app: Flask) -> None:
    """Give the templates ``asset(filename)``, and versioned addresses their cache header."""
    app.jinja_env.globals["asset"] = _asset
    app.after_request(_keep_versioned)


def _asset(filename: str) -> str:
    return url_for("static", filename=filename, v=asset_version())


def _keep_versioned(response: Response) -> Response:
    if request.endpoint == "static" and response.status_code in (200, 304):
        versioned = request.args.get("v") == asset_version()
        response.headers["Cache-Control"] = f"public, max-age={_A_YEAR}, immutable" if versioned else "no-cache"
    return response
