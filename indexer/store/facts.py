"""Facts beside the postings: a table of figures and one of mentions, both in the order of the passages, and one of names.

    figure.doc        uint32   passage                 mention.doc            uint32   passage
    figure.low        float64  least value it can be   mention.start, .end    uint32   code points of the passage's text
    figure.high       float64  greatest                mention.name           uint32   row of the names
    figure.dimension  uint32   CRC-32 of its dimension: equal ones can be compared
    figure.kind       uint8    index into FIGURE_KINDS
    figure.target     uint8    1: a goal or forecast
    figure.year       uint16   year of its period, or 0

``figure.json`` holds the values of FIGURE_FIELDS of each figure, ``mention.json`` [surface, role, credit, evidence],
``name.json`` [kind, name]; ``*.json_end`` tells where each ends.

Values are in the base unit of the dimension, and bounds are taken into them: 超100亿 is 100亿 to infinity, its lower end
not included (the next number above), 近100亿 below 100亿, 约 and a plain number are themselves.
"""

from __future__ import annotations

import json
import math
import zlib
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from .arrays import AnyArray
from .blobs import encode_blob

if TYPE_CHECKING:
    from ..facts import Figure
    from ..facts.names import Mention

__all__ = ["COLUMNS", "FIGURE_FIELDS", "FIGURE_KINDS", "FactRows", "dimension_key", "limits"]

FIGURE_KINDS = ("money", "percent", "count", "area", "length", "rank", "duration", "capacity", "other")
FIGURE_FIELDS = ("surface", "value", "value_high", "unit", "bound", "metric", "subject", "period", "span")
"""What is stored of a figure besides its columns, by the names of the documented JSON; ``sentence_span`` comes last."""
COLUMNS: dict[str, dict[str, Any]] = {
    "figure": {
        "doc": np.uint32,
        "low": np.float64,
        "high": np.float64,
        "dimension": np.uint32,
        "kind": np.uint8,
        "target": np.uint8,
        "year": np.uint16,
    },
    "mention": {"doc": np.uint32, "start": np.uint32, "end": np.uint32, "name": np.uint32},
}


def dimension_key(unit: str | None) -> int:
    """A number that two units share when their values can be compared."""
    from ..facts import dimension  # with its rules: only for those who write or ask for facts

    return zlib.crc32(dimension(unit).encode())


def limits(value: Decimal, high: Decimal | None, unit: str | None, bound: str | None) -> tuple[float, float]:
    """Least and greatest value that a statement allows, in the base unit of its dimension."""
    from ..facts import to_base

    low = float(to_base(value, unit))
    top = float(to_base(value if high is None else high, unit))
    if bound == "more":
        return math.nextafter(low, math.inf), math.inf
    if bound == "less":
        return -math.inf if low < 0 else 0.0, math.nextafter(top, -math.inf)
    return low, top


class FactRows:
    """Collects the facts of the passages of a segment."""

    def __init__(self) -> None:
        self._columns: dict[str, dict[str, list[Any]]] = {
            table: {name: [] for name in columns} for table, columns in COLUMNS.items()
        }
        self._json: dict[str, list[bytes]] = {table: [] for table in COLUMNS}
        self._names: dict[tuple[str, str], int] = {}

    def add(self, first: int, mentions: Iterable[Mention], figures: Sequence[Sequence[Figure]]) -> None:
        """Facts of one article, whose title is the passage ``first``; ``figures`` holds those of each of its passages."""
        for mention in sorted(mentions, key=lambda mention: (mention.passage, mention.start, mention.end)):
            name = self._names.setdefault((mention.kind, mention.name), len(self._names))
            row = (first + mention.passage, mention.start, mention.end, name)
            self._add("mention", row, [mention.surface, mention.role, mention.credit, mention.evidence])
        for doc, of_passage in enumerate(figures, first):
            for figure in of_passage:
                low, high = limits(figure.value, figure.value_high, figure.unit, figure.bound)
                year = int(figure.period_start[:4]) if figure.period_start else 0
                kind = FIGURE_KINDS.index(figure.kind)
                columns = (doc, low, high, dimension_key(figure.unit), kind, int(figure.target), year)
                facts = figure.to_json()
                self._add("figure", columns, [*(facts[name] for name in FIGURE_FIELDS), figure.sentence_span])

    def _add(self, table: str, row: tuple[Any, ...], facts: Any) -> None:
        for column, value in zip(self._columns[table].values(), row, strict=True):
            column.append(value)
        self._json[table].append(_json(facts))

    def columns(self) -> tuple[dict[str, AnyArray], list[bytes]]:
        """The columns of both tables, with their JSON, and the names that mentions are numbered by."""
        columns: dict[str, AnyArray] = {}
        for table, types in COLUMNS.items():
            for name, dtype in types.items():
                columns[f"{table}.{name}"] = np.asarray(self._columns[table][name], dtype=dtype)
            columns |= encode_blob(f"{table}.json", self._json[table])
        return columns, [_json(name) for name in self._names]


def _json(facts: Any) -> bytes:
    return _ENCODER.encode(facts).encode("utf-8", "surrogatepass")


# json.dumps would make one for each figure.
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
