"""Every page of the site, as the browser tests and the pictures visit it."""

from __future__ import annotations

from urllib.parse import quote

__all__ = ["PAGES", "QUERY", "path_of"]

# Found in several articles of the shipped corpus.
QUERY = "数字经济"

# Name -> endpoint, path, status. {article} is an article that QUERY finds.
PAGES = {
    "start": ("pages.start", "/", 200),
    "results": ("pages.search", f"/search?q={quote(QUERY)}", 200),
    "results-filtered": ("pages.search", f"/search?q={quote('数字 日期:2021..2023')}", 200),
    "concordance": ("pages.search", f"/search?q={quote(QUERY)}&view=concordance", 200),
    "facet": ("pages.facet", f"/facets/organization?q={quote(QUERY)}", 200),
    "nothing": ("pages.search", f"/search?q={quote('量子纠缠 日期:2021')}", 200),
    "article": ("pages.article", f"/articles/{{article}}?q={quote(QUERY)}", 200),
    "article-alone": ("pages.article", "/articles/{article}", 200),
    "batch": ("pages.batch", "/batch", 200),
    "coverage": ("pages.coverage", "/coverage", 200),
    "help": ("pages.help_page", "/help", 200),
    "figures": ("facts.figures", "/figures", 200),
    "figures-found": ("facts.figures", f"/figures?q={quote('产值')}", 200),
    "names": ("facts.names", "/names/park", 200),
    "dossier": ("facts.dossier", f"/names/park/{quote('湘南湘西高新软件园')}", 200),
    "timeline": ("facts.timeline", "/timeline", 200),
    "timeline-found": ("facts.timeline", f"/timeline?q={quote(QUERY)}", 200),
    "unknown-page": (None, "/none", 404),
    "bad-request": (None, f"/search?q={'x' * 300}", 400),
}


def path_of(name: str, article: str) -> str:
    """The path of a page; ``article`` is the identifier of the article to show."""
    return PAGES[name][1].replace("{article}", article)
