"""What an archive holds: articles by the day they appeared, by source, and the newest of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from .answer import Opened, article_info
from .results import ArticleInfo, Facet
from .status import printed_date

__all__ = ["Holdings", "holdings"]


@dataclass(frozen=True, slots=True)
class Holdings:
    """``dates`` counts articles by date (YYYY, YYYY-MM or YYYY-MM-DD), in order; ``undated`` have none.

    ``newest`` are the articles of the latest dates, ``sources`` the papers they come from, the most frequent first.
    """

    dates: tuple[Facet, ...]
    undated: int
    sources: tuple[Facet, ...]
    newest: tuple[ArticleInfo, ...]


def holdings(opened: Opened, newest: int) -> Holdings:
    """Counted once for each article; worth keeping as long as the index does not change."""
    dates: Counter[int] = Counter()
    sources: Counter[str] = Counter()
    latest: list[tuple[int, bytes, int, int]] = []
    for number, segment in enumerate(opened.segments):
        live = np.flatnonzero(segment.live[segment.arrays["article.first"]]).tolist()
        of_article = segment.arrays["article.date"]
        for article in live:
            dates[int(of_article[article])] += 1
            sources[segment.meta(article)["source"] or ""] += 1
            latest.append((int(of_article[article]), segment.arrays["article.id"][article], number, article))
    latest.sort(key=lambda each: (-each[0], each[1]))
    del sources[""]
    return Holdings(
        dates=tuple(Facet(printed_date(date), dates[date]) for date in sorted(dates) if date),
        undated=dates[0],
        sources=tuple(Facet(source, count) for source, count in sources.most_common()),
        newest=tuple(article_info(opened.segments[number], article) for _, _, number, article in latest[:newest]),
    )
