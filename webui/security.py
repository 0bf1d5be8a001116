"""Headers that every reply carries, errors and static files too."""

from __future__ import annotations

from flask import Flask, Response, request

__all__ = ["register"]

# No inline script or style, nothing from elsewhere: markup that slipped through the escaping could still do nothing.
CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Addresses hold queries.
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# What may stand in a search engine: the start page, the help, the articles themselves, not one search inside another.
INDEXABLE = {"pages.start", "pages.help_page", "pages.article", "pages.opensearch", "static"}


def register(app: Flask) -> None:
    app.after_request(_add_headers)


def _add_headers(response: Response) -> Response:
    response.headers.update(HEADERS)
    if request.endpoint not in INDEXABLE or "q" in request.args or response.status_code >= 400:
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
