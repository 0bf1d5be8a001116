"""How long one new article takes to be in the index: ``yansou index`` in a new process, interpreter included.

    python -m benchmarks.update DIR [--articles N] [--runs N]

The first N files of DIR are copied into a temporary folder and indexed. Then, for each run, one more is put there and the
command is timed; so is the command when nothing is new. Exits 1 if the median with a new article is over one second.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.coldstart import YANSOU, timed

MOST_SECONDS = 1.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="folder of articles, one a file")
    parser.add_argument("--articles", type=int, default=10_000, help="how many are there before the new ones")
    parser.add_argument("--runs", type=int, default=7, help="how many arrive one by one")
    options = parser.parse_args()
    files = sorted(path for path in options.folder.rglob("*") if path.suffix in (".md", ".txt") and path.is_file())
    if len(files) < options.articles + options.runs:
        parser.error(f"{options.folder} holds {len(files)} files, {options.articles + options.runs} are needed")
    new, idle = measure(options.folder, files[: options.articles + options.runs], options.runs)
    print(f"{options.articles} articles, then one more at a time; {options.runs} runs, seconds of the whole command")
    for name, times in (("one new article", new), ("nothing new", idle)):
        print(f"{name:16} median {statistics.median(times):.3f}   {min(times):.3f} to {max(times):.3f}")
    return 0 if statistics.median(new) <= MOST_SECONDS else 1


def measure(folder: Path, files: list[Path], runs: int) -> tuple[list[float], list[float]]:
    """Seconds of each run with a new article, and of each without."""
    with tempfile.TemporaryDirectory() as home:
        corpus = Path(home, "corpus")
        for path in files[:-runs]:
            _copy(path, folder, corpus)
        command = [*YANSOU, "index", str(corpus), "--index", str(Path(home, "index")), "--json"]
        subprocess.run(command, check=True, capture_output=True)
        new, idle = [], []
        for path in files[-runs:]:
            idle.append(timed(command))
            _copy(path, folder, corpus)
            new.append(timed(command))
        report = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
        assert report["unchanged"] + len(report["rejected"]) == len(files), report
    return new, idle


def _copy(path: Path, folder: Path, corpus: Path) -> None:
    target = corpus / path.relative_to(folder)
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(path, target)


if __name__ == "__main__":
    sys.exit(main())
