"""Parameters of the pages about facts: what the table of figures and the lists of names show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, Self, TypedDict, cast

from indexer.errors import BadRequest
from webui.params import MAX_DEPTH, page_number, page_query

__all__ = ["FIGURE_FILTERS", "FIGURE_SORTS", "MAX_VALUE", "TARGETS", "FigureFilters", "FigureSort", "FiguresState"]
__all__ += ["NamesState", "api_value"]

FigureSort = Literal["relevance", "value", "-value", "period", "-period", "article"]
FIGURE_SORTS = ("relevance", "value", "-value", "period", "-period", "article")
FIGURE_FILTERS = ("kind", "metric", "subject", "year", "target")
TARGETS = {"true": True, "false": False}
# A table is skimmed, not read: more rows than passages.
FIGURES_PAGE = 50
NAMES_PAGE = 60
# No name or metric is longer; a filter that is cannot be one.
MAX_VALUE = 200


class FigureFilters(TypedDict):
    """Exact values to be had, as ``Index.figures`` takes them; None where any will do."""

    kind: str | None
    metric: str | None
    subject: str | None
    year: str | None
    target: bool | None


@dataclass(frozen=True, slots=True)
class FiguresState:
    """What the table of figures shows; all of it stands in the address, defaults left out."""

    query: str = ""
    kind: str | None = None
    metric: str | None = None
    subject: str | None = None
    year: str | None = None
    target: str | None = None
    sort: FigureSort = "relevance"
    page: int = 1

    @classmethod
    def from_args(cls, args: Mapping[str, str]) -> Self:
        """The state in the address of a page; values that cannot be used become the default.

        Raises ``BadRequest`` for a query that is too long.
        """
        sort, target = args.get("sort"), args.get("target")
        return cls(
            query=page_query(args),
            kind=_value(args, "kind"),
            metric=_value(args, "metric"),
            subject=_value(args, "subject"),
            year=_value(args, "year"),
            target=target if target in TARGETS else None,
            sort=cast(FigureSort, sort) if sort in FIGURE_SORTS else "relevance",
            page=page_number(args, MAX_DEPTH // FIGURES_PAGE),
        )

    @property
    def offset(self) -> int:
        return (self.page - 1) * FIGURES_PAGE

    @property
    def filters(self) -> FigureFilters:
        return {
            "kind": self.kind,
            "metric": self.metric,
            "subject": self.subject,
            "year": self.year,
            "target": TARGETS[self.target] if self.target else None,
        }

    def args(self) -> dict[str, Any]:
        """The parameters of the address, in a fixed order."""
        values: dict[str, Any] = {"q": self.query or None}
        values |= {name: getattr(self, name) for name in FIGURE_FILTERS}
        values["sort"] = self.sort if self.sort != "relevance" else None
        values["page"] = self.page if self.page > 1 else None
        return {name: value for name, value in values.items() if value is not None}

    def on_page(self, page: int) -> Self:
        return replace(self, page=page)

    def sorted_by(self, sort: FigureSort) -> Self:
        return replace(self, sort=sort, page=1)

    def choosing(self, name: str, value: str | None) -> Self:
        """The same table narrowed to one value of a filter, or with None widened to all."""
        changed: dict[str, Any] = {name: value}
        return replace(self, page=1, **changed)


@dataclass(frozen=True, slots=True)
class NamesState:
    """What a list of names shows."""

    kind: str
    prefix: str = ""
    page: int = 1

    @classmethod
    def from_args(cls, kind: str, args: Mapping[str, str]) -> Self:
        prefix = " ".join(args.get("prefix", "").replace("\0", " ").split())[:MAX_VALUE]
        return cls(kind, prefix, page_number(args, 999))

    @property
    def offset(self) -> int:
        return (self.page - 1) * NAMES_PAGE

    def args(self) -> dict[str, Any]:
        values = {"prefix": self.prefix or None, "page": self.page if self.page > 1 else None}
        return {"kind": self.kind} | {name: value for name, value in values.items() if value is not None}

    def on_page(self, page: int) -> Self:
        return replace(self, page=page)


def api_value(args: Mapping[str, str], name: str) -> str | None:
    """A value to be had exactly, or None if it is not given; raises ``BadRequest`` for an empty or endless one."""
    if name not in args:
        return None
    value = _value(args, name)
    if value is None:
        raise BadRequest(f"参数 {name} 须有 1 到 {MAX_VALUE} 个字符。")
    return value


def _value(args: Mapping[str, str], name: str) -> str | None:
    value = args.get(name, "").replace("\0", " ").strip()
    return value if 0 < len(value) <= MAX_VALUE else None
