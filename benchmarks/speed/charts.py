"""Charts as SVG, written by hand: no library draws them smaller, and they follow the reader's light or dark theme."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape

from benchmarks.speed.peers import PEERS

__all__ = ["bars", "lines", "panels"]

_WIDTH = 760
_MARGIN = 20
_GAP = 28
_ROW = 20
_TITLE = 54
_HEAD = 30
_NAMES = 138  # room for the engines' names beside a plot
_VALUES = 92  # and for the values
_CHARACTER = 6.4  # width of one in the small type, about

# Ours stands out; the others are told apart by hue, each chosen for 3:1 against its background. Light, then dark.
_COLOURS = {
    "yansou": ("#c2410c", "#fb923c"),
    "yansou-rank": ("#e11d48", "#fb7185"),
    "yansou-text": ("#e11d48", "#fb7185"),
    "whoosh": ("#64748b", "#94a3b8"),
    "tantivy": ("#2563eb", "#60a5fa"),
    "fts5-trigram": ("#0f766e", "#2dd4bf"),
    "fts5-jieba": ("#4d7c0f", "#a3e635"),
    "xapian": ("#7e22ce", "#c084fc"),
    "grep": ("#92700c", "#eab308"),
}
_NAMES_SHORT = {
    "yansou": "Yansou",
    "yansou-rank": "Yansou, ranking",
    "yansou-text": "Yansou, text part",
    "whoosh": "Whoosh + jieba",
    "tantivy": "tantivy + rjieba",
    "fts5-trigram": "FTS5 trigram",
    "fts5-jieba": "FTS5 + jieba",
    "xapian": "Xapian n-grams",
    "grep": "grep",
}


# Of the powers of ten below a narrow chart every second one is labelled: all of them would run into each other.
_LABELLED = 2


def panels(title: str, classes: Mapping[str, Sequence[tuple[str, float, float]]]) -> str:
    """A panel for each class, two side by side: engine, p50 as a dot, p95 as the end of a line; one logarithmic scale."""
    values = [value for rows in classes.values() for _, *of in rows for value in of]
    low, high = _decades(values)
    column = (_WIDTH - 2 * _MARGIN - _GAP) / 2
    body, top = [], float(_TITLE + 18)
    names = list(classes)
    for start in range(0, len(names), 2):
        pair = names[start : start + 2]
        for side, name in enumerate(pair):
            body.append(_panel(name, classes[name], (_MARGIN + side * (column + _GAP), top, column), (low, high)))
        top += _HEAD + _ROW * max(len(classes[name]) for name in pair) + 34
    note = _text(_MARGIN, _TITLE, "dot: p50, end of the line: p95; logarithmic scale, ms", "quiet")
    return _svg(title, top, [note, *body])


def _panel(
    name: str, rows: Sequence[tuple[str, float, float]], at: tuple[float, float, float], scale: tuple[int, int]
) -> str:
    left, top, width = at
    low, high = scale
    plot, wide = left + _NAMES, width - _NAMES - _VALUES
    bottom = top + _HEAD + _ROW * len(rows)

    def x(value: float) -> float:
        return plot + wide * (math.log10(value) - low) / (high - low)

    parts = [_text(left, top + 14, name, "head")]
    for power in range(low, high + 1):
        parts.append(_line(x(10**power), top + _HEAD - 6, x(10**power), bottom, "grid"))
        if (power - low) % _LABELLED == 0:
            parts.append(_text(x(10**power), bottom + 13, f"{10.0**power:g}", "tick middle"))
    for number, (key, p50, p95) in enumerate(rows):
        y = top + _HEAD + _ROW * number + _ROW / 2 - 3
        parts.append(_text(plot - 10, y + 4, _NAMES_SHORT[key], _name_class(key)))
        parts.append(_line(x(p50), y, x(p95), y, f"mark s-{key}"))
        parts.append(f'<circle class="f-{key}" cx="{x(p50):.1f}" cy="{y:.1f}" r="4.5"/>')
        parts.append(_text(left + width, y + 4, f"{_short(p50)} – {_short(p95)}", "value end"))
    return "".join(parts)


def lines(title: str, plots: Mapping[str, Mapping[str, Sequence[tuple[float, float]]]]) -> str:
    """A plot for each name, one under the other: a line for each engine, both scales logarithmic."""
    height, top, body = 300.0, float(_TITLE), []
    for name, series in plots.items():
        if series:
            body.append(_plot(name, series, top, height))
            top += height + _HEAD + 50
    return _svg(title, top, body)


def _plot(name: str, series: Mapping[str, Sequence[tuple[float, float]]], top: float, height: float) -> str:
    points = [point for of in series.values() for point in of]
    low, high = _decades([y for _, y in points])
    first, last = math.log10(min(x for x, _ in points)), math.log10(max(x for x, _ in points))
    left, wide = _MARGIN + 44, _WIDTH - 2 * _MARGIN - 44 - _NAMES
    base = top + _HEAD + height

    def place(point: tuple[float, float]) -> tuple[float, float]:
        share = (math.log10(point[0]) - first) / (last - first or 1)
        return left + wide * share, base - height * (math.log10(point[1]) - low) / (high - low)

    parts = [_text(_MARGIN, top + 14, name, "head")]
    for power in range(low, high + 1):
        y = place((10**first, 10**power))[1]
        parts.append(_line(left, y, left + wide, y, "grid"))
        parts.append(_text(left - 8, y + 4, f"{10.0**power:g}", "tick end"))
    sizes = sorted({x for x, _ in points})
    parts += [_text(place((size, 1))[0], base + 18, _count(size), "tick middle") for size in sizes]
    ends = {key: place(of[-1]) for key, of in series.items()}
    labels = _apart({key: y for key, (_, y) in ends.items()}, 15)
    for key, of in series.items():
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in map(place, of))
        parts.append(f'<polyline class="line s-{key}" points="{path}"/>')
        parts += [f'<circle class="f-{key}" cx="{x:.1f}" cy="{y:.1f}" r="3.5"/>' for x, y in map(place, of)]
    for key, (x, y) in ends.items():
        parts.append(_line(x + 6, y, left + wide + 12, labels[key], f"lead s-{key}"))
        parts.append(_text(left + wide + 16, labels[key] + 4, _NAMES_SHORT[key], f"t-{key} label"))
    return "".join(parts)


def bars(title: str, plots: Mapping[str, Sequence[tuple[str, float]]]) -> str:
    """Bars from zero, a plot for each name, one under the other."""
    top, body = float(_TITLE), []
    for name, rows in plots.items():
        most = max(value for _, value in rows) or 1.0
        wide = _WIDTH - 2 * _MARGIN - _NAMES - 60
        body.append(_text(_MARGIN, top + 14, name, "head"))
        for number, (key, value) in enumerate(rows):
            y = top + _HEAD + _ROW * number
            body.append(_text(_MARGIN + _NAMES - 10, y + 10, _NAMES_SHORT[key], _name_class(key)))
            length = max(2.0, wide * value / most)
            body.append(
                f'<rect class="f-{key}" x="{_MARGIN + _NAMES}" y="{y}" width="{length:.1f}" height="13" rx="2"/>'
            )
            body.append(_text(_MARGIN + _NAMES + length + 8, y + 10.5, _short(value), "value"))
        top += _HEAD + _ROW * len(rows) + 18
    return _svg(title, top, body)


def _name_class(key: str) -> str:
    return "name ours end" if PEERS[key].ours else "name end"


def _decades(values: Sequence[float]) -> tuple[int, int]:
    """Powers of ten that enclose the values, two different ones."""
    low = math.floor(math.log10(min(values)))
    return low, max(low + 1, math.ceil(math.log10(max(values))))


def _apart(wanted: Mapping[str, float], distance: float) -> dict[str, float]:
    """Heights at least ``distance`` from each other, in the same order and as a group where they were."""
    order = sorted(wanted, key=lambda key: wanted[key])
    placed: list[float] = []
    for key in order:
        placed.append(max(wanted[key], placed[-1] + distance) if placed else wanted[key])
    # What was pushed down is taken half way back, as far as nothing then overlaps.
    shift = (sum(placed) - sum(wanted.values())) / len(placed) if placed else 0.0
    return {key: y - shift for key, y in zip(order, placed, strict=True)}


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _count(size: float) -> str:
    return (
        f"{size / 1e6:.1f}M".replace(".0M", "M")
        if size >= 1e6
        else f"{size / 1e3:.0f}k"
        if size >= 1e3
        else f"{size:g}"
    )


def _text(x: float, y: float, text: str, classes: str) -> str:
    return f'<text class="{classes}" x="{x:.1f}" y="{y:.1f}">{escape(text)}</text>'


def _line(x1: float, y1: float, x2: float, y2: float, classes: str) -> str:
    return f'<line class="{classes}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def _svg(title: str, height: float, body: Sequence[str]) -> str:
    def colours(which: int) -> str:
        return "".join(
            f".f-{key},.t-{key}{{fill:{pair[which]}}}.s-{key}{{stroke:{pair[which]}}}" for key, pair in _COLOURS.items()
        )

    style = (
        "text{font:12px system-ui,'Segoe UI',Roboto,'Noto Sans',sans-serif;fill:#1f2328}"
        ".title{font-size:17px;font-weight:600}.head{font-size:13px;font-weight:600}.ours{font-weight:600}"
        ".quiet,.tick{fill:#59636e}.tick{font-size:11px}.value{font-variant-numeric:tabular-nums;font-size:11.5px}"
        ".end{text-anchor:end}.middle{text-anchor:middle}.label{font-weight:500}"
        ".paper{fill:#fff;stroke:#d1d9e0}.grid{stroke:#e4e8ec}.mark{stroke-width:3;stroke-linecap:round;opacity:.55}"
        ".line{fill:none;stroke-width:2;stroke-linejoin:round}.lead{stroke-width:1;opacity:.4}"
        + colours(0)
        + "@media (prefers-color-scheme:dark){text{fill:#e6edf3}.quiet,.tick{fill:#9198a1}"
        ".paper{fill:#0d1117;stroke:#3d444d}.grid{stroke:#262c36}" + colours(1) + "}"
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height:.0f}" width="{_WIDTH}"'
        f' height="{height:.0f}" role="img" aria-label="{escape(title)}"><title>{escape(title)}</title>'
        f"<style>{style}</style>"
        f'<rect class="paper" x=".5" y=".5" width="{_WIDTH - 1}" height="{height - 1:.0f}" rx="8"/>'
        + _text(_MARGIN, 32, title, "title")
        + "".join(body)
        + "</svg>\n"
    )
