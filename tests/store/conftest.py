"""Tells at the end of a run how many interruptions the index came through."""

from __future__ import annotations

from collections import Counter


def pytest_terminal_summary(terminalreporter):
    counts: Counter[str] = Counter()
    for report in terminalreporter.stats.get("passed", []):
        for name, value in report.user_properties:
            if name == "crash cases":
                counts[value[0]] += value[1]
    if counts:
        listed = ", ".join(f"{count:,} {kind}" for kind, count in counts.items())
        terminalreporter.write_line(f"crash cases: {sum(counts.values()):,} ({listed})")
