"""The parameters of a request, bounded.

A page mends what it can: a page number that is none becomes 1. The API refuses it, so that a mistake in a script is
seen. Both refuse a query that is too long, because half a query would answer another question.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, Self, cast

from indexer.errors import BadRequest
from indexer.search.query import MAX_LENGTH as MAX_QUERY

if TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict

__all__ = ["LINES_PAGE", "MAX_DEPTH", "MAX_QUERY", "PAGE_SIZE", "SearchState"]
__all__ += ["api_choice", "api_number", "api_query", "number_in", "page_number", "page_query"]

# Articles on a page of results, with up to three passages each; passages on a page of a concordance, with all their lines.
PAGE_SIZE = 10
LINES_PAGE = 30
# Articles that can be paged to: nobody reads on, and every further page costs more than the one before.
MAX_DEPTH = 1000

Sort = Literal["relevance", "date"]
View = Literal["concordance"]
WiderRung = Literal["near", "all", "most"]
SORTS = ("relevance", "date")
WIDER_RUNGS = ("near", "all", "most")

_NUMBER = re.compile(r"[0-9]{1,6}", re.ASCII)


@dataclass(frozen=True, slots=True)
class SearchState:
    """What a results page shows; all of it stands in the address, defaults left out."""

    query: str
    page: int = 1
    sort: Sort = "relevance"
    rung: WiderRung | None = None
    verbatim: bool = False
    view: View | None = None
    reprints: bool = False

    @classmethod
    def from_args(cls, args: Mapping[str, str]) -> Self:
        """The state in the address of a page; values that cannot be used become the default.

        Raises ``BadRequest`` for a query that is too long.
        """
        sort, rung = args.get("sort"), args.get("rung")
        return cls(
            query=page_query(args),
            page=page_number(args, MAX_DEPTH // PAGE_SIZE),
            view="concordance" if args.get("view") == "concordance" else None,
            verbatim=args.get("verbatim") == "1",
            reprints=args.get("reprints") == "show",
            sort=cast(Sort, sort) if sort in SORTS else "relevance",
            rung=cast(WiderRung, rung) if rung in WIDER_RUNGS else None,
        )

    @property
    def offset(self) -> int:
        return (self.page - 1) * (LINES_PAGE if self.view else PAGE_SIZE)

    @property
    def how(self) -> dict[str, Any]:
        """How the query is answered, as the index takes it."""
        return {"rung": self.rung, "verbatim": self.verbatim}

    def args(self) -> dict[str, Any]:
        """The parameters of the address, in a fixed order."""
        values = {
            "q": self.query,
            "view": self.view,
            "page": self.page if self.page > 1 else None,
            "sort": self.sort if self.sort != "relevance" else None,
            "rung": self.rung,
            "verbatim": 1 if self.verbatim else None,
            "reprints": "show" if self.reprints else None,
        }
        return {name: value for name, value in values.items() if value is not None}

    def on_page(self, page: int) -> Self:
        return replace(self, page=page)

    def sorted_by(self, sort: Sort) -> Self:
        return replace(self, sort=sort, page=1)

    def on_rung(self, rung: WiderRung | None) -> Self:
        return replace(self, rung=rung, page=1)

    def asking(self, query: str) -> Self:
        """The same view of another query, which climbs the ladder afresh."""
        return replace(self, query=query, page=1, rung=None, verbatim=False)

    def as_typed(self, verbatim: bool) -> Self:
        return replace(self, verbatim=verbatim, page=1, rung=None)

    def with_reprints(self, shown: bool) -> Self:
        """Each reprint in the list, or of an article and its reprints only the best one."""
        return replace(self, reprints=shown, page=1)

    def viewed(self, view: View | None) -> Self:
        return replace(self, view=view, page=1, sort="relevance")


def page_query(args: Mapping[str, str]) -> str:
    """The query in the address of a page, white space at its ends removed; empty if there is none."""
    query = _query(args)
    if len(query) > MAX_QUERY:
        raise BadRequest(f"查询有 {len(query)} 个字符，最多可以有 {MAX_QUERY} 个。请删去一些再查。")
    return query


def page_number(args: Mapping[str, str], last: int) -> int:
    """The number of the page asked for, from 1 to ``last``; 1 if it is no number."""
    return number_in(args, "page", last) or 1


def number_in(args: Mapping[str, str], name: str, most: int) -> int | None:
    """A number from 1 to ``most`` in the address of a page; None if it is no number."""
    value = args.get(name, "")
    return min(max(int(value), 1), most) if _NUMBER.fullmatch(value) else None


def api_query(args: MultiDict[str, str], *, known: tuple[str, ...], required: bool = True) -> str:
    """The parameter ``q``; raises ``BadRequest`` if it is empty or too long, or if a parameter is not ``known`` or given twice."""
    unknown = sorted(name[:40] for name in args if name not in known)
    if unknown:
        raise BadRequest(f"不认识参数 {'、'.join(unknown[:5])}；这里可以用的是：{'、'.join(known) or '无'}。")
    repeated = [name for name in known if len(args.getlist(name)) > 1]
    if repeated:
        raise BadRequest(f"参数 {'、'.join(repeated)} 给了不止一次，每个只能给一次。")
    query = _query(args)
    if required and not query:
        raise BadRequest("缺少参数 q：请给出要查找的文字。")
    if len(query) > MAX_QUERY:
        raise BadRequest(f"参数 q 有 {len(query)} 个字符，最多可以有 {MAX_QUERY} 个。")
    return query


def api_number(args: Mapping[str, str], name: str, default: int, *, least: int, most: int) -> int:
    """A whole number; raises ``BadRequest`` if it is none or out of range."""
    value = args.get(name)
    if value is None:
        return default
    if _NUMBER.fullmatch(value) and least <= int(value) <= most:
        return int(value)
    raise BadRequest(f"参数 {name} 须是 {least} 到 {most} 之间的整数，不能是 {value[:40]!r}。")


def api_choice(args: Mapping[str, str], name: str, choices: tuple[str, ...]) -> str | None:
    """One of ``choices``, or None if it is not given; raises ``BadRequest`` for any other value."""
    value = args.get(name)
    if value is None or value in choices:
        return value
    raise BadRequest(f"参数 {name} 只能是 {'、'.join(choices)}，不能是 {value[:40]!r}。")


def _query(args: Mapping[str, str]) -> str:
    # As the query language reads it: white space only separates.
    return " ".join(args.get("q", "").replace("\0", " ").split())
