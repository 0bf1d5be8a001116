"""``python -m benchmarks.speed``: everything in one run, or parts of it.

    python -m benchmarks.speed                                      all engines, all sizes
    python -m benchmarks.speed --sizes 10000                        one size (all: the whole corpus)
    python -m benchmarks.speed --only tantivy,yansou --sizes 10000  two engines
    python -m benchmarks.speed --render                             table and charts of the last run again

The results, with machine, versions and commit, go to ``--out``: speed.json, speed.md and charts. With ``--work`` the passages
and what was measured stay in that folder, and a run that was cut off goes on there, size by size: engines it has finished are
not measured again. Without, a temporary folder is used (some 5 GB for 360,000 passages).
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.speed import machine, quality, report, serving, steps
from benchmarks.speed.corpus import prepare, unpacked
from benchmarks.speed.peers import PEERS
from benchmarks.speed.queries import QueryClass, draw

_HERE = Path(__file__).parents[2]
_SIZES = (1_000, 10_000, 100_000)
_BEYOND = 1_000_000
# What is grown beyond the corpus: the question there is whether we grow as tantivy does. The others take too long.
_BEYOND_KEYS = ("yansou", "yansou-rank", "tantivy")
_LARGE = 100_000
# Queries are drawn from so many passages at most: word counts of more would say the same.
_SAMPLE = 60_000
# Strings of each length that are looked for: some engines read the whole corpus for each.
_STRINGS = 100


class Run:
    """One run: its folder, its engines and what was measured so far."""

    def __init__(self, options: argparse.Namespace, work: Path) -> None:
        self._options, self._work = options, work
        self._keys, missing = self._engines()
        self._file = work / "results.json"
        self.results: dict[str, Any] = {"sizes": {}, "versions": {}, "findability": {}, "add": {}}
        if self._file.exists():
            self.results = json.loads(self._file.read_text("utf-8"))
        self.results["machine"] = machine.describe()
        self.results["versions"].update(self._keys)
        self.results["missing"] = missing

    def _engines(self) -> tuple[dict[str, str], dict[str, str]]:
        only = self._options.only
        # ``--only yansou`` means all that is ours.
        return steps.available(
            [key for key in PEERS if not only or key in only or PEERS[key].home.partition("-")[0] in only]
        )

    def all(self) -> None:
        source = unpacked(self._options.corpus, self._work)
        steps.tell(f"reading {source}")
        if self._options.sizes:
            marks = prepare(source, self._work, self._options.sizes)
        else:
            marks = prepare(source, self._work, [*_SIZES, 0, _BEYOND], beyond=_is_worth_while)
        main = 0 if 0 in marks else max(marks)
        self.results["corpus"] = {"main": _label(main, marks)}
        for size in sorted(marks, key=lambda size: marks[size].passages):
            place = steps.Place(self._work, size, marks[size])
            beyond = 0 in marks and marks[size].passages > marks[0].passages
            keys = [key for key in self._keys if not beyond or key in _BEYOND_KEYS]
            self._size(place, _label(size, marks), keys, main=size == main)
        self._once()

    def _size(self, place: steps.Place, label: str, keys: list[str], *, main: bool) -> None:
        mark = place.mark
        told = self.results["sizes"].setdefault(label, {"build": {}, "open": {}, "latency": {}})
        told |= {"passages": mark.passages, "articles": mark.articles, "text_bytes": mark.text_bytes}
        keys = [key for key in keys if not self._is_done(told, key, main)]
        place.clear()  # a run that was cut off may have left indexes with more articles
        homes = {PEERS[key].home for key in keys}
        for key in [key for key in PEERS if key in homes]:
            told["build"][key] = built = steps.build(PEERS[key], place)
            steps.tell(f"{label} passages, {PEERS[key].title}: built in {built['seconds']:.1f} s")
        searching = [key for key in keys if PEERS[key].searches]
        sample = _sample(place) if searching else []
        classes = draw(sample, self._options.queries) if searching else []
        with steps.opened(searching, place) as (children, times):
            for name, of in steps.latency(children, classes).items():
                told["latency"].setdefault(name, {}).update(of)
                steps.tell(
                    f"{label} passages, {name}: " + ", ".join(f"{key} {of[key]['p50']:.2f}" for key in of) + " ms"
                )
            told["open"].update(times)
            if main:
                steps.tell("findability")
                self.results["findability"] |= quality.findability(
                    children, sample, min(self._options.queries, _STRINGS)
                )
        if main:
            self._commits(place, searching, classes)
        self.save()
        place.clear()

    def _is_done(self, told: dict[str, Any], key: str, main: bool) -> bool:
        """Whether a run that was cut off has measured this engine at this size."""
        info = PEERS[key]
        built = info.home in told["build"] and (key in told["open"] or not info.searches)
        return built and (not main or not info.searches or key in self.results["findability"])

    def _commits(self, place: steps.Place, keys: list[str], classes: list[QueryClass]) -> None:
        """What changes the indexes: measured last."""
        if "yansou" in keys:
            index = place.index(PEERS["yansou"])
            steps.tell("server")
            self.results["server"] = serving.load_server(index, classes)
            steps.tell("searching during commits")
            commits = steps.measure_commits(place, classes)
            command = serving.add_by_command(place.material().corpus, index)
            self.results["commits"] = commits | {"command_ms": command}
        others = [key for key in keys if PEERS[key].builds and key != "yansou"]
        with steps.opened(others, place) as (children, _):
            self.results["add"] |= {key: steps.add_articles(child, place) for key, child in children.items()}

    def _once(self) -> None:
        if "yansou" in self._keys and "coldstart" not in self.results:
            steps.tell("cold start")
            self.results["coldstart"] = serving.cold_start(_HERE / "corpus", runs=20)
        questions = self._options.shared / "relevance" / "questions.json.gz"
        measured = self.results.get("relevance", {}).get("mrr", {})
        # What is not ranked has no rank to measure.
        keys = [key for key in self._keys if PEERS[key].searches and key != "grep" and key not in measured]
        if questions.exists() and keys:
            told = quality.relevance(questions, keys, self._work / "relevance")
            self.results["relevance"] = told | {"mrr": measured | told["mrr"]}
        self.save()

    def save(self) -> None:
        text = json.dumps(self.results, ensure_ascii=False, indent=1) + "\n"
        self._options.out.mkdir(parents=True, exist_ok=True)
        for file in (self._file, self._options.out / "speed.json"):
            file.write_text(text, encoding="utf-8")


def _is_worth_while(size: int, whole: int) -> bool:
    """Only a large corpus is blown up, and only to the largest size, unless somebody asks for it."""
    return size == _BEYOND and whole >= _LARGE


def _label(size: int, marks: dict[int, Any]) -> str:
    return str(size or marks[0].passages)


def _sample(place: steps.Place) -> list[str]:
    """Texts from all over the size, at even distances."""
    step = max(1, place.mark.passages // _SAMPLE)
    return [text for number, text in enumerate(place.material().texts()) if number % step == 0]


def _size(text: str) -> int:
    return 0 if text == "all" else int(text.replace("_", ""))


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.speed", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--shared", type=Path, default=_HERE.parent / "shared", help="folder with bench/ and relevance/"
    )
    parser.add_argument(
        "--corpus", type=Path, help="folder or tar archive of articles (default: SHARED/bench, else corpus/)"
    )
    parser.add_argument(
        "--sizes",
        type=lambda text: [_size(part) for part in text.replace(",", " ").split()],
        help="e.g. 1000,10000,all",
    )
    parser.add_argument("--only", type=lambda text: text.split(","), help=f"some of: {', '.join(PEERS)}")
    parser.add_argument("--queries", type=int, default=210, help="queries of each class, ten of which warm up")
    parser.add_argument("--out", type=Path, default=_HERE / "benchmarks" / "results", help="where the results go")
    parser.add_argument("--work", type=Path, help="folder for passages and results, to go on there later")
    parser.add_argument("--render", action="store_true", help="only draw the table and charts of --out again")
    options = parser.parse_args(argv)
    unknown = sorted(set(options.only or []) - set(PEERS))
    if unknown:
        parser.error(f"no such engine: {', '.join(unknown)}")
    if options.corpus is None:
        archives = sorted((options.shared / "bench").glob("*.tar.xz"))
        options.corpus = archives[0] if archives else _HERE / "corpus"
    if not options.corpus.exists():
        parser.error(f"no {options.corpus}")
    return options


def main(argv: list[str] | None = None) -> int:
    options = _arguments(argv)
    if not options.render:
        with tempfile.TemporaryDirectory() as temporary:
            work = (options.work or Path(temporary)).resolve()
            work.mkdir(parents=True, exist_ok=True)
            run = Run(options, work)
            run.all()
            run.save()
    results = json.loads((options.out / "speed.json").read_text("utf-8"))
    print(report.write(results, options.out))
    return 0


if __name__ == "__main__":
    sys.exit(main())
