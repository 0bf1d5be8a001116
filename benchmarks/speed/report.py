"""The results as a page in Markdown, with charts beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.speed.charts import bars, lines, panels
from benchmarks.speed.peers import PEERS
from benchmarks.speed.stats import growth, ratio

__all__ = ["Target", "targets", "write"]

Results = dict[str, Any]
Row = Sequence[str]
Target = tuple[str, str, str, bool | None]
"""What is promised, what was measured, the bound, and whether it holds (None: not measured)."""

_WORDS = ("one rare word", "one common word", "2-4 words, any", "2-4 words, all")
_STRINGS = ("exact phrase", "string that is no word")


def write(results: Results, out: Path) -> str:
    """Write speed.md and its charts into ``out``; returns the page."""
    page = _page(results)
    out.mkdir(parents=True, exist_ok=True)
    (out / "speed.md").write_text(page, encoding="utf-8")
    for name, drawing in _charts(results).items():
        (out / f"{name}.svg").write_text(drawing, encoding="utf-8")
    return page


def _page(results: Results) -> str:
    machine, main = results["machine"], _main(results)
    about = (
        f"Measured at commit {machine['commit']} on {machine['date']}: {machine['cpu']}, {machine['cores']} cores,"
        f" {machine['memory']}, {machine['system']}, Python {machine['python']}; {main['articles']:,} articles,"
        f" {main['passages']:,} passages, {main['text_bytes'] / 1e6:.1f} MB of text. All engines got the same passages and"
        " queries, each in a process of its own, and took turns in answering. `make bench` makes this page;"
        " [docs/measuring.md](../../docs/measuring.md#speed) says what each number is."
    )
    parts = [
        "# Speed, size and what is found",
        about,
        *_section("Targets", _targets_table(results)),
        *_section(f"Latency on {main['passages']:,} passages", _latency_table(main), "![Latency](latency.svg)"),
        *_section("How many times as long as Yansou", _ratio_table(main)),
        *_section("Growth", _growth_table(results), "![Growth](growth.svg)"),
        *_section("Building", _build_table(results, main), "![Building](building.svg)"),
        *_section("What is found", _found_table(results)),
        *_section("Serving", _serving_table(results)),
        *_section("Engines", _engines_table(results)),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _section(title: str, table: str, chart: str = "") -> list[str]:
    return [f"## {title}", chart, table] if table else []


def _table(head: Row, rows: Iterable[Row]) -> str:
    rows = list(rows)
    if not rows:
        return ""
    lines_of = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join("| " + " | ".join(row) + " |" for row in lines_of)


def _main(results: Results) -> dict[str, Any]:
    size: dict[str, Any] = results["sizes"][results["corpus"]["main"]]
    return size


def _by_size(results: Results) -> list[dict[str, Any]]:
    return sorted(results["sizes"].values(), key=lambda size: size["passages"])


def _ms(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _ranker(size: dict[str, Any]) -> str:
    """What of ours does what other engines' searches do."""
    return "yansou-rank" if "yansou-rank" in size["open"] else "yansou"


# Targets


def targets(results: Results) -> list[Target]:
    """What the project promises of its speed, beside what this run measured."""
    main = _main(results)
    return [
        *_latency_targets(main),
        *_building_targets(main),
        *_serving_targets(results, main),
        *_growth_targets(results),
    ]


def _at_most(name: str, value: float | None, bound: float, unit: str) -> Target:
    if value is None:
        return name, "–", f"≤ {bound:g} {unit}", None
    return name, f"{_ms(value)} {unit}", f"≤ {bound:g} {unit}", value <= bound


def _latency_targets(main: dict[str, Any]) -> list[Target]:
    told: list[Target] = []
    ours = _ranker(main)
    what = "ranking" if ours == "yansou-rank" else "whole search"
    for name in _WORDS:
        of = main["latency"].get(name, {})
        for share in ("p50", "p95"):
            if ours in of and "tantivy" in of:
                mine, other = of[ours][share], of["tantivy"][share]
                told.append(
                    (f"{what}, {name}: {share}", f"{_ms(mine)} ms", f"≤ tantivy's {_ms(other)} ms", mine <= other)
                )
    for name in _STRINGS:
        value = main["latency"].get(name, {}).get(ours, {}).get("p95")
        told.append(_at_most(f"{name}: p95", value, 5, "ms"))
    whole = [of["yansou"]["p95"] for of in main["latency"].values() if "yansou" in of]
    told.append(_at_most("whole search, slowest class: p95", max(whole, default=None), 10, "ms"))
    return told


def _building_targets(main: dict[str, Any]) -> list[Target]:
    of, told = main["build"], []
    if "yansou" in of and "whoosh" in of:
        times = of["whoosh"]["seconds"] / of["yansou"]["seconds"]
        told.append(
            ("index built, everything included, against Whoosh", f"{times:.1f} times faster", "≥ 5", times >= 5)
        )
    if "yansou-text" in of and "tantivy" in of:
        times = of["yansou-text"]["seconds"] / of["tantivy"]["seconds"]
        told.append(("text part alone against tantivy", f"{times:.1f} times its time", "≤ 3", times <= 3))
    if "yansou" in of:
        told.append(_at_most("index size over text", of["yansou"]["size_bytes"] / main["text_bytes"], 3, "times"))
    return told


def _serving_targets(results: Results, main: dict[str, Any]) -> list[Target]:
    commits, server, cold = (results.get(name, {}) for name in ("commits", "server", "coldstart"))
    memory = server["peak_bytes"] / 1e6 if server else None
    return [
        _at_most("server memory", memory, 600, "MB"),
        _at_most("opening", main["open"].get("yansou"), 50, "ms"),
        _at_most("one article committed: p50", commits.get("commit", {}).get("p50"), 300, "ms"),
        _at_most("search during a commit, p95 over idle", commits.get("times_p95"), 2, "times"),
        _at_most("cold `yansou search` over `python -c pass`", cold.get("times"), 15, "times"),
    ]


def _growth_targets(results: Results) -> list[Target]:
    told: list[Target] = []
    for name in _WORDS:
        ours = _slope(results, name, _ranker(_main(results)))
        other = _slope(results, name, "tantivy")
        if ours is not None and other is not None:
            told.append(
                (
                    f"growth from 10,000 passages, {name}: exponent",
                    f"{ours:.2f}",
                    f"≤ tantivy's {other:.2f}",
                    ours <= other,
                )
            )
    return told


def _slope(results: Results, name: str, key: str) -> float | None:
    points = [point for point in _points(results, name, key) if point[0] >= 9_000]
    return growth(points) if len(points) > 1 else None


def _points(results: Results, name: str, key: str) -> list[tuple[float, float]]:
    return [
        (size["passages"], size["latency"][name][key]["p50"])
        for size in _by_size(results)
        if key in size["latency"].get(name, {})
    ]


def _targets_table(results: Results) -> str:
    words = {True: "reached", False: "**missed**", None: "not measured"}
    rows = [(name, value, bound, words[holds]) for name, value, bound, holds in targets(results)]
    return _table(("what", "measured", "target", ""), rows)


# Tables


def _keys(size: dict[str, Any], part: str) -> list[str]:
    return [key for key in PEERS if key in size[part]]


def _latency_table(size: dict[str, Any]) -> str:
    """Milliseconds as p50 / p95 / p99; ∅: the share of queries that found nothing, where it is a tenth or more."""

    def cell(of: dict[str, Any]) -> str:
        times = " / ".join(_ms(of[share]) for share in ("p50", "p95", "p99"))
        return times + (f" (∅ {of['empty']:.0%})" if of["empty"] >= 0.1 else "")

    table = _class_table(size, lambda name, key: cell(size["latency"][name][key]))
    return "Milliseconds a query: p50 / p95 / p99. ∅ is the share that found nothing.\n\n" + table if table else ""


def _ratio_table(size: dict[str, Any]) -> str:
    ours = _ranker(size)

    def cell(name: str, key: str) -> str:
        of = size["latency"][name]
        return ratio(of[key]["p50"], of[ours]["p50"]) if ours in of else "–"

    table = _class_table(size, cell)
    return f"p50 of each engine over that of {PEERS[ours].title}; above 1 it is slower.\n\n{table}" if table else ""


def _class_table(size: dict[str, Any], cell: Callable[[str, str], str]) -> str:
    classes = list(size["latency"])
    rows = []
    for key in _keys(size, "open"):
        cells = [cell(name, key) if key in size["latency"][name] else "–" for name in classes]
        rows.append([PEERS[key].title, *cells])
    return _table(["engine", *classes], rows)


def _growth_table(results: Results) -> str:
    sizes = _by_size(results)
    name = "2-4 words, any"
    if len(sizes) < 2:
        return ""
    rows = []
    for key in _keys(sizes[-1], "open") + [key for key in _keys(sizes[0], "open") if key not in sizes[-1]["open"]]:
        of = [size["latency"].get(name, {}).get(key) for size in sizes]
        slope = _slope(results, name, key)
        cells = [f"{_ms(each['p50'])} / {_ms(each['p95'])}" if each else "–" for each in of]
        rows.append([PEERS[key].title, *cells, "–" if slope is None else f"{slope:.2f}"])
    heads = [f"{size['passages']:,}" for size in sizes]
    note = f"{name}: milliseconds p50 / p95 by number of passages. Exponent: 1 is in proportion to the passages, 0 not at all."
    return note + "\n\n" + _table(["engine", *heads, "exponent from 10,000"], rows)


def _build_table(results: Results, size: dict[str, Any]) -> str:
    rows = []
    added, commits = results.get("add", {}), results.get("commits", {})
    for key in _keys(size, "build"):
        of = size["build"][key]
        commit = commits.get("commit") if key == "yansou" else added.get(key)
        rows.append(
            [
                PEERS[key].title,
                f"{of['seconds']:.1f}",
                ratio(of["seconds"], size["build"]["yansou"]["seconds"]) if "yansou" in size["build"] else "–",
                f"{of['peak_bytes'] / 1e6:.0f}",
                f"{of['size_bytes'] / size['text_bytes']:.2f}",
                _ms(size["open"][key]) if key in size["open"] else "–",
                _ms(commit["p50"]) if commit else "–",
            ]
        )
    head = ["engine", "seconds", "over Yansou", "peak MB", "size over text", "opening, ms", "one article more, ms"]
    return _table(head, rows)


def _found_table(results: Results) -> str:
    found, relevance = results.get("findability", {}), results.get("relevance", {})
    lengths = sorted({length for of in found.values() for length in of})
    rows = []
    for key in PEERS:
        mrr = relevance.get("mrr", {}).get(key)
        if key not in found and mrr is None:
            continue
        shares = [found.get(key, {}).get(length) for length in lengths]
        cells = [f"{of['literal']:.0%} / {of['typed']:.0%}" if of else "–" for of in shares]
        rows.append([PEERS[key].title, *cells, "–" if mrr is None else f"{mrr:.3f}"])
    head = ["engine", *(f"{length} characters" for length in lengths), "questions, MRR@10"]
    note = (
        "Arbitrary strings of the corpus that one of the first ten passages holds: asked for as a string / just typed."
    )
    if relevance:
        note += f" Questions: {relevance['questions']:,} with one right document of {relevance['documents']:,}."
    table = _table(head, rows)
    return f"{note}\n\n{table}" if table else ""


def _serving_table(results: Results) -> str:
    server, commits, cold = (results.get(name) for name in ("server", "commits", "coldstart"))
    rows: list[Row] = []
    if server:
        rows += [
            ("JSON interface, two threads asking: queries a second", f"{server['per_second']:.0f}"),
            ("… milliseconds p50 / p95 / p99", " / ".join(_ms(server[share]) for share in ("p50", "p95", "p99"))),
            ("… peak memory of the server", f"{server['peak_bytes'] / 1e6:.0f} MB"),
        ]
    if commits:
        rows += [
            (
                "search while articles are committed: ms p50 / p95",
                f"{_ms(commits['during']['p50'])} / {_ms(commits['during']['p95'])}",
            ),
            ("… while nothing else happens", f"{_ms(commits['idle']['p50'])} / {_ms(commits['idle']['p95'])}"),
            ("`yansou index` with one new article, from the shell", f"{_ms(commits['command_ms'])} ms"),
        ]
    if cold:
        rows.append(
            (
                "`yansou search` from the shell / `python -c pass`",
                f"{_ms(cold['search_ms'])} / {_ms(cold['empty_ms'])} ms",
            )
        )
    return _table(("what", "measured"), rows)


def _engines_table(results: Results) -> str:
    there = [
        (PEERS[key].title, results["versions"][key], PEERS[key].note) for key in PEERS if key in results["versions"]
    ]
    absent = [(PEERS[key].title, f"not measured: {why}", PEERS[key].note) for key, why in results["missing"].items()]
    return _table(("engine", "version", "note"), [*there, *absent]).replace("---: | ---: |", "--- | --- |")


# Charts


def _charts(results: Results) -> dict[str, str]:
    main, drawings = _main(results), {}
    if main["latency"]:
        of = {
            name: [(key, each[key]["p50"], each[key]["p95"]) for key in PEERS if key in each]
            for name, each in main["latency"].items()
        }
        drawings["latency"] = panels(f"Milliseconds a query on {main['passages']:,} passages", of)
    if len(results["sizes"]) > 1:
        names = ("2-4 words, any", "string that is no word")
        drawings["growth"] = lines(
            "Milliseconds a query (p50) by number of passages",
            {name: {key: points for key in PEERS if (points := _points(results, name, key))} for name in names},
        )
    builds = main["build"]
    keys = [key for key in PEERS if key in builds and key != "grep"]
    if keys:
        text = main["text_bytes"]
        drawings["building"] = bars(
            f"Building an index of {main['passages']:,} passages",
            {
                "seconds": [(key, builds[key]["seconds"]) for key in keys],
                "size over text": [(key, builds[key]["size_bytes"] / text) for key in keys],
                "peak memory, MB": [(key, builds[key]["peak_bytes"] / 1e6) for key in keys],
            },
        )
    return drawings
