"""Precision and recall of the names found on the labelled pages.

    python -m benchmarks.names --shared ../shared

A labelled name counts as found if one joined name of its kind bears its name or one of its aliases, quotation marks
apart. A joined name that bears no label of its kind is wrong, and so is a second one for a label that is found already.
Labels marked as borderline count neither way. Both pages were read while the rules were made, 002 first: what to expect of
unseen pages stands in docs/extraction-names.md.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from indexer.facts.names import Gazetteer, Name, NameKind, find_names, join_aliases
from indexer.facts.names.gazetteer import bare
from indexer.reading.articles import parse_articles

LABELS: dict[NameKind, str] = {
    "park": "parks",
    "project": "projects",
    "organization": "organizations",
    "person": "people",
    "place": "places",
}
TARGETS: dict[NameKind, float] = {"park": 0.85, "project": 0.70, "organization": 0.80, "person": 0.95}


@dataclass
class Score:
    """Counts of one kind, and what is missing or wrong."""

    found: int = 0
    missing: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def add(self, other: Score) -> None:
        """Sums two pages."""
        self.found += other.found
        self.missing += other.missing
        self.wrong += other.wrong

    @property
    def f1(self) -> float:
        return 2 * self.found / max(2 * self.found + len(self.wrong) + len(self.missing), 1)

    def line(self) -> str:
        """Precision, recall and F1."""
        precision = self.found / max(self.found + len(self.wrong), 1)
        recall = self.found / max(self.found + len(self.missing), 1)
        return f"P {precision:.2f}  R {recall:.2f}  F1 {self.f1:.3f}  ({self.found} found)"


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Precision and recall of names on the labelled pages.")
    parser.add_argument("--shared", type=Path, default=Path("../shared"), help="folder with corpus/ and gold/")
    shared = parser.parse_args(argv).shared
    totals = {kind: Score() for kind in LABELS}
    for label_file in sorted((shared / "gold").glob("*.gold.json")):
        page = label_file.name.split(".")[0]
        gold = json.loads(label_file.read_text(encoding="utf-8"))
        names = _names_of_page(next((shared / "corpus").glob(f"{page}_*")))
        for kind, section in LABELS.items():
            score = compare(gold[section], [name for name in names if name.kind == kind])
            totals[kind].add(score)
            _report(f"{page} {kind}", score)
    print()
    for kind, score in totals.items():
        target = f"  target {TARGETS[kind]:.2f}" if kind in TARGETS else ""
        print(f"both {kind:13} {score.line()}{target}")
    return int(any(totals[kind].f1 < target for kind, target in TARGETS.items()))


def _names_of_page(path: Path) -> list[Name]:
    gazetteer = Gazetteer()
    articles = parse_articles(path.read_bytes(), path.name)
    return join_aliases({article.id: find_names(article, gazetteer) for article in articles}, gazetteer)


def compare(labels: list[dict[str, object]], names: list[Name]) -> Score:
    """The joined names of one kind against the labels of that kind."""
    score = Score()
    unmatched = {id(name): name for name in names}
    for label in sorted(labels, key=lambda entry: bool(entry.get("borderline"))):
        wanted = {bare(str(text)) for text in (label["name"], *label.get("aliases", []))}  # type: ignore[misc]
        hits = [name for name in names if wanted & set(_spellings(name))]
        own = [name for name in hits if id(name) in unmatched]
        if label.get("borderline"):
            for name in own:
                del unmatched[id(name)]
        elif hits:
            score.found += 1
            # Where one joined name bears two labels, it answers for both.
            unmatched.pop(id(max(own or hits, key=lambda name: name.mentions)), None)
        else:
            score.missing.append(str(label["name"]))
    score.wrong = [name.name for name in unmatched.values()]
    return score


def _spellings(name: Name) -> Iterator[str]:
    yield from map(bare, (name.name, *name.aliases))


def _report(title: str, score: Score) -> None:
    print(f"{title:18} {score.line()}")
    for sign, items in (("missing", score.missing), ("wrong", score.wrong)):
        if items:
            print(f"    {sign}: {' | '.join(items)}")


if __name__ == "__main__":
    sys.exit(main())
