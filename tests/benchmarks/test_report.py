"""The page and its charts, from results made up here."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from benchmarks.speed import charts
from benchmarks.speed.report import targets, write

_CLASSES = ("one rare word", "2-4 words, any", "exact phrase")


def _times(p50: float) -> dict[str, float]:
    return {"n": 200, "p50": p50, "p95": 2 * p50, "p99": 3 * p50, "max": 4 * p50, "empty": 0.0}


def _size(passages: int, ours: float, theirs: float) -> dict[str, Any]:
    keys = {"yansou": 3 * ours, "yansou-rank": ours, "tantivy": theirs, "whoosh": 40.0}
    build = {"yansou": 20.0, "yansou-text": 6.0, "tantivy": 2.5, "whoosh": 120.0}
    return {
        "passages": passages,
        "articles": passages // 30,
        "text_bytes": passages * 250,
        "build": {key: {"seconds": s, "peak_bytes": 3e8, "size_bytes": passages * 500} for key, s in build.items()},
        "open": dict.fromkeys(keys, 12.0),
        "latency": {name: {key: _times(value) for key, value in keys.items()} for name in _CLASSES},
    }


@pytest.fixture
def results() -> dict[str, Any]:
    machine = {"cpu": "a processor", "cores": "2", "memory": "24 GiB", "system": "Linux", "python": "3.11"}
    return {
        "machine": machine | {"commit": "abc1234", "date": "2026-01-02"},
        "versions": {"yansou": "yansou 1", "tantivy": "tantivy 1", "whoosh": "whoosh3 1"},
        "missing": {"xapian": "no /usr/bin/python3"},
        "corpus": {"main": "100000"},
        "sizes": {"10000": _size(10_000, 0.2, 0.1), "100000": _size(100_000, 0.3, 0.4)},
        "findability": {
            "yansou": {"2": {"literal": 1.0, "typed": 1.0}},
            "tantivy": {"2": {"literal": 0.5, "typed": 0.6}},
        },
    }


def test_the_page_tells_machine_commit_versions_and_what_is_missing(results: dict[str, Any], tmp_path: Path) -> None:
    page = write(results, tmp_path)
    assert (tmp_path / "speed.md").read_text(encoding="utf-8") == page
    for told in ("a processor", "2 cores", "24 GiB", "abc1234", "tantivy 1", "not measured: no /usr/bin/python3"):
        assert told in page
    for chart in ("latency", "growth", "building"):
        assert f"({chart}.svg)" in page
        assert (tmp_path / f"{chart}.svg").exists()


def test_targets_are_judged_by_the_largest_real_size(results: dict[str, Any]) -> None:
    judged = {name: (value, holds) for name, value, _, holds in targets(results)}
    assert judged["ranking, 2-4 words, any: p50"] == ("0.30 ms", True)  # against 0.4
    assert judged["exact phrase: p95"] == ("0.60 ms", True)
    assert judged["whole search, slowest class: p95"] == ("1.80 ms", True)
    assert judged["index built, everything included, against Whoosh"] == ("6.0 times faster", True)
    assert judged["text part alone against tantivy"] == ("2.4 times its time", True)
    assert judged["index size over text"] == ("2.00 times", True)
    assert judged["opening"] == ("12.0 ms", True)
    assert judged["server memory"] == ("–", None)


def test_a_target_can_be_missed(results: dict[str, Any]) -> None:
    results["sizes"]["100000"]["build"]["yansou"]["seconds"] = 60.0
    judged = {name: (value, holds) for name, value, _, holds in targets(results)}
    assert judged["index built, everything included, against Whoosh"] == ("2.0 times faster", False)
    # 0.2 -> 0.3 over one decade is flatter than 0.1 -> 0.4; the other way round it is steeper.
    assert judged["growth from 10,000 passages, 2-4 words, any: exponent"] == ("0.18", True)
    results["sizes"]["10000"], results["sizes"]["100000"] = _size(10_000, 0.1, 0.1), _size(100_000, 0.5, 0.2)
    judged = {name: (value, holds) for name, value, _, holds in targets(results)}
    assert judged["growth from 10,000 passages, 2-4 words, any: exponent"] == ("0.70", False)


def test_a_run_of_one_size_and_engine_is_a_page_too(results: dict[str, Any], tmp_path: Path) -> None:
    size = results["sizes"].pop("100000")
    results["sizes"] = {"100000": size}
    for part in (size["build"], size["open"], *size["latency"].values()):
        for key in ("yansou", "yansou-rank", "yansou-text", "whoosh"):
            part.pop(key, None)
    page = write(results, tmp_path)
    assert "tantivy + rjieba" in page
    assert "## Growth" not in page
    assert "## Serving" in page or "Serving" not in page


def test_charts_are_svg_for_light_and_dark(results: dict[str, Any], tmp_path: Path) -> None:
    write(results, tmp_path)
    for path in tmp_path.glob("*.svg"):
        text = path.read_text(encoding="utf-8")
        root = ET.fromstring(text)
        assert root.tag == "{http://www.w3.org/2000/svg}svg"
        assert "prefers-color-scheme:dark" in text
        width, height = float(root.attrib["width"]), float(root.attrib["height"])
        for element in root.iter():
            for name, most in (
                ("x", width),
                ("cx", width),
                ("x2", width),
                ("y", height),
                ("cy", height),
                ("y2", height),
            ):
                assert 0 <= float(element.get(name, "0")) <= most, (path.name, element.attrib)


def test_labels_keep_their_distance() -> None:
    placed = charts._apart({"a": 100.0, "b": 101.0, "c": 50.0}, 15)
    heights = sorted(placed.values())
    assert placed["c"] < placed["a"] < placed["b"]
    assert all(later - earlier >= 15 for earlier, later in itertools.pairwise(heights))
