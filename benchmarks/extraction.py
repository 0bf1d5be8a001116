"""How well figures and dates are read, against pages labelled by hand, and how fast.

    python -m benchmarks.extraction --shared DIR [--labels FILE] [--names found|labelled|none] [--speed FOLDER] [--list]

``DIR`` holds ``gold/*.gold.json`` and ``corpus/*.txt``. A found figure is right when it overlaps the label and has its
value, upper value and unit; the other fields are counted among those. Labels marked borderline count neither way.
Subjects are names: those that name extraction finds, or the labelled ones, or none. ``--list`` prints every miss.
Page 002 was tuned on; page 000 was looked at for classes of errors only. ``--labels`` takes other pages instead: a JSON
list of objects with the path ``source``, ``figures`` as in the gold files, and if need be ``year_written`` and the
offsets ``start`` and ``end`` of what was labelled.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

from indexer.facts import DateMention, Figure, NameSpan, find_article_figures, find_dates, find_figures
from indexer.facts.names import Gazetteer, Mention, NameKind, find_names
from indexer.reading import Article, parse_articles

Label = dict[str, Any]
Placed = tuple[int, int, Any]
_FIELDS = ("kind", "bound", "target", "period", "subject", "metric")
_KINDS = {"parks": "park", "projects": "project", "organizations": "organization", "places": "place"}


LEAST_F1 = 0.95
TARGETS = {"kind": 0.95, "bound": 0.95, "target": 0.85, "period": 0.85, "subject": 0.75, "metric": 0.75}


@dataclass
class Score:
    """Counts over one or more pages; ``misses`` tells each mistake in a line."""

    found: int = 0
    labels: int = 0
    right: int = 0
    fields: Counter[str] = field(default_factory=Counter)
    misses: list[str] = field(default_factory=list)

    def add(self, other: Score) -> None:
        self.found += other.found
        self.labels += other.labels
        self.right += other.right
        self.fields += other.fields
        self.misses += other.misses

    @property
    def f1(self) -> float:
        return 2 * self.right / max(1, self.found + self.labels)

    def reaches_targets(self) -> bool:
        shares = (self.fields[name] >= target * self.right for name, target in TARGETS.items())
        return self.f1 >= LEAST_F1 and all(shares)

    def line(self, name: str) -> str:
        precision, recall = self.right / max(1, self.found), self.right / max(1, self.labels)
        f1 = self.f1
        shares = "  ".join(f"{each} {self.fields[each] / max(1, self.right):.3f}" for each in _FIELDS if self.fields)
        return f"{name:<16} labels {self.labels:3}  P {precision:.3f}  R {recall:.3f}  F1 {f1:.3f}  {shares}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--labels", type=Path, help="labels of other pages")
    parser.add_argument("--speed", type=Path, help="folder of articles to measure the throughput on")
    parser.add_argument("--names", choices=["found", "labelled", "none"], default="found")
    parser.add_argument("--list", action="store_true", help="print every wrong, missing and surplus item")
    options = parser.parse_args()
    totals = Score(), Score()
    for source, labels in _labelled(options.labels) if options.labels else _gold(options.shared):
        scores = score_page(source, labels, source_of_names=options.names)
        for total, score, what in zip(totals, scores, ("figures", "dates"), strict=True):
            if score.labels:
                print(score.line(f"{source.stem[:24]} {what}"))
                total.add(score)
    for total, what in zip(totals, ("figures", "dates"), strict=True):
        print(total.line(f"all {what}"))
        if options.list:
            print("\n".join(f"  {miss}" for miss in total.misses))
    if options.speed:
        print(measure_speed(options.speed))
    return 0 if totals[0].reaches_targets() else 1


def score_page(source: Path, labels: Label, *, source_of_names: str) -> tuple[Score, Score]:
    """Scores of figures and of dates on one labelled page."""
    page = _Page(source)
    figures: list[Placed] = []
    dates: list[Placed] = []
    for article in parse_articles(source.read_bytes(), source.name):
        year = labels.get("year_written")
        dated = replace(article, date=str(year)) if year else article
        previous = ""
        for passage, found in zip(
            dated.passages, find_article_figures(dated, _names(dated, labels, source_of_names)), strict=True
        ):
            place = page.places(passage.text)
            figures += [(place[each.span[0]], place[each.span[1] - 1] + 1, each) for each in found]
            mentions = find_dates(passage.text, date=dated.date, previous=previous)
            dates += [(place[each.span[0]], place[each.span[1] - 1] + 1, each) for each in mentions]
            previous = passage.text
    low, high = labels.get("start", 0), labels.get("end", float("inf"))
    figures = [each for each in figures if low <= each[0] < high]
    return _score_figures(labels["figures"], figures), _score_dates(labels.get("dates", []), dates)


def _gold(shared: Path) -> Iterator[tuple[Path, Label]]:
    for gold in sorted((shared / "gold").glob("*.gold.json")):
        labels = json.loads(gold.read_text(encoding="utf-8"))
        labels["year_written"] = labels["articles"][0]["year_written"]
        yield next((shared / "corpus").glob(f"{gold.name[:3]}_*.txt")), labels


def _labelled(file: Path) -> Iterator[tuple[Path, Label]]:
    for labels in json.loads(file.read_text(encoding="utf-8")):
        yield Path(labels["source"]), labels


def _names(article: Article, labels: Label, source: str) -> list[Mention]:
    if source == "found":
        return find_names(article, Gazetteer())
    if source == "none":
        return []
    return [
        Mention(
            cast(NameKind, name.kind),
            name.name,
            passage.text[name.start : name.end],
            passage.ordinal,
            name.start,
            name.end,
            "label",
        )
        for passage in article.passages
        for name in _names_in(passage.text, labels)
    ]


class _Page:
    """A page as printed, and where on it the passages stand (white space may differ)."""

    def __init__(self, source: Path) -> None:
        page = source.read_bytes().decode("utf-8")
        self._offsets = [offset for offset, char in enumerate(page) if not char.isspace()]
        self._squeezed = "".join(page[offset] for offset in self._offsets)
        self._cursor = 0

    def places(self, text: str) -> list[int]:
        """For each character of a passage its offset on the page."""
        letters = "".join(text.split())
        at: list[int] = []
        while len(at) < len(letters):
            rest = letters[len(at) :]
            # A paragraph broken by a caption stands on the page in two pieces.
            length = next((n for n in range(len(rest), 0, -1) if rest[:n] in self._squeezed), 0)
            if length < min(3, len(rest)):
                raise SystemExit(f"this passage does not stand on the page as printed: {text[:40]}")
            found = self._squeezed.find(rest[:length], self._cursor)
            found = found if found >= 0 else self._squeezed.find(rest[:length])
            at += range(found, found + length)
            self._cursor = found + length
        offsets = iter(self._offsets[each] for each in at)
        places = [0]
        for char in text:
            places.append(places[-1] if char.isspace() else next(offsets))
        return places[1:]


def _names_in(text: str, labels: Label) -> list[NameSpan]:
    """The labelled names that stand in a text, the longest where they overlap."""
    spellings = {
        spelling: (entry["name"], kind)
        for key, kind in _KINDS.items()
        for entry in labels[key]
        for spelling in (entry["name"], *entry["aliases"])
    }
    found: list[NameSpan] = []
    for spelling in sorted(spellings, key=len, reverse=True):
        for match in re.finditer(re.escape(spelling), text):
            if not any(name.start < match.end() and match.start() < name.end for name in found):
                found.append(NameSpan(match.start(), match.end(), *spellings[spelling]))
    return sorted(found)


def _score_figures(labels: list[Label], found: list[Placed]) -> Score:
    score = Score()
    spans = [(label["offset"], label["offset"] + len(label["surface"]), label) for label in labels]
    for start, end, figure in found:
        over = [label for low, high, label in spans if low < end and start < high]
        if any(label.get("borderline") for label in over):
            continue
        score.found += 1
        if not any(_same_value(figure, label) for label in over):
            score.misses.append(f"surplus {figure.surface} = {figure.value} {figure.unit} in {figure.sentence[:60]}")
    for low, high, label in spans:
        if label.get("borderline"):
            continue
        score.labels += 1
        hits = [figure for start, end, figure in found if low < end and start < high and _same_value(figure, label)]
        if not hits:
            score.misses.append(f"missing {label['surface']} = {label['value']} {label['unit']} at {low}")
            continue
        score.right += 1
        _score_fields(score, hits[0], label)
    return score


def _score_fields(score: Score, figure: Figure, label: Label) -> None:
    checks = {
        "kind": figure.kind == label["kind"],
        "bound": figure.bound == label["approx"],
        "target": figure.target == label["target"],
        "period": _same_period(figure, label["period"]),
        "subject": _same_head(figure.subject, label["subject"]),
        "metric": _same_head(figure.metric, label["metric"]),
    }
    for name, right in checks.items():
        score.fields[name] += right
        if not right:
            wanted = label["approx"] if name == "bound" else label[name]
            score.misses.append(
                f"{name}: {label['surface']} at {label['offset']}: {getattr(figure, name)!r}, not {wanted!r}"
            )


def _same_value(figure: Figure, label: Label) -> bool:
    high = label["value_high"]
    return (
        figure.value == Decimal(str(label["value"]))
        and figure.value_high == (None if high is None else Decimal(str(high)))
        and figure.unit == label["unit"]
    )


def _same_period(figure: Figure, label: str | None) -> bool:
    """The same year; where the label has none (近3年), the same words."""
    if label is None or figure.period is None:
        return label is None and figure.period is None
    year = re.search(r"\d{4}", label)
    return (figure.period_start or "").startswith(year.group()) if year else figure.period == label


def _same_head(found: str | None, label: str | None) -> bool:
    """Whether one of two noun phrases has the last word (two characters) of the other; brackets and quotes aside."""
    if not found or not label:
        return found == label
    here, there = (re.sub(r"[“”‘’\"《》\s]", "", text) for text in (found, label))
    outside = re.sub(r"[（(].*?[）)]", "", there) or there
    place = here.rstrip("市县区") if len(here) > 2 else here
    return here[-2:] in there or place[-2:] in there or outside[-2:] in here


def _score_dates(labels: list[Label], found: list[Placed]) -> Score:
    score = Score()
    spans = [(label["offset"], label["offset"] + len(label["surface"]), label) for label in labels]
    for start, end, mention in found:
        over = [label for low, high, label in spans if low < end and start < high]
        if any(label.get("borderline") for label in over) or mention.kind in {"now", "span"}:
            continue  # 目前 and 三年内 are not labelled as dates, nor is 当天
        if not over and mention.surface in {"当天", "当日", "同日"}:
            continue
        score.found += 1
        if not any(_same_date(mention, label) for label in over):
            score.misses.append(f"surplus date {mention.surface} = {mention.start}/{mention.end}")
    for low, high, label in spans:
        if not label.get("borderline"):
            score.labels += 1
            hits = [mention for start, end, mention in found if low < end and start < high]
            right = any(_same_date(mention, label) for mention in hits)
            score.right += right
            if not right:
                score.misses.append(f"missing date {label['surface']} = {label['iso']} at {low}")
    return score


def _same_date(mention: DateMention, label: Label) -> bool:
    if "start" in label:
        return (mention.start, mention.end) == (label["start"], label["end"])
    return bool(mention.start == label["iso"])


def measure_speed(folder: Path) -> str:
    """MB of UTF-8 a second on one core, over the paragraphs of the first articles of a folder."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.*"))[:2000]]
    passages = [line for text in texts for line in text.splitlines() if line.strip()]
    size = sum(len(line.encode()) for line in passages) / 1e6
    began = time.process_time()
    figures = sum(len(find_figures(line, date="2021-06")) for line in passages)
    seconds = time.process_time() - began
    return f"speed            {size:.1f} MB, {figures} figures and their dates, {size / seconds:.1f} MB/s"


if __name__ == "__main__":
    sys.exit(main())
