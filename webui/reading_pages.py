"""The page of an article."""

from __future__ import annotations

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from indexer.search.results import ArticleInfo
from webui import current
from webui.article_view import Neighbours, bibtex, citation, names_of, neighbours, reading
from webui.params import MAX_DEPTH, PAGE_SIZE, SearchState, number_in
from webui.places import name_link
from webui.views import search_url

__all__ = ["article"]

SIMILAR = 5


def article(article_id: str) -> ResponseReturnValue:
    index = current.index()
    state = SearchState.from_args(request.args)
    number = number_in(request.args, "n", MAX_DEPTH) if state.query else None
    view = index.article(article_id, state.query or None)
    annotations = index.annotations(article_id)
    url = url_for("pages.article", article_id=article_id, _external=True)
    back = state.on_page(-(-number // PAGE_SIZE)) if number else state
    reprints = index.reprints(article_id)
    same = {each.id for each in reprints}
    similar = [
        (each.article, [name_link(kind, name, 0) for kind, name in each.shared])
        for each in index.similar(article_id, SIMILAR)
        if each.article.id not in same
    ]
    return render_template(
        "article.html",
        query=state.query,
        state=state,
        reading=reading(view, annotations),
        neighbours=_neighbours(state, view.article, number) if number else None,
        back=search_url(back) + (f"#r{number}" if number else ""),
        names=names_of(annotations),
        figures=sum(each.figure is not None for of in annotations.values() for each in of),
        citation=citation(view.article),
        bibtex=bibtex(view.article, url),
        similar=similar,
        reprints=reprints,
        url=url,
    )


def _neighbours(state: SearchState, article: ArticleInfo, number: int) -> Neighbours | None:
    found = current.index().search_articles(
        state.query, limit=3, offset=max(number - 2, 0), sort=state.sort, fold=not state.reprints, **state.how
    )
    return neighbours(found, article, state, number)
