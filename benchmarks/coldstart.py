"""How long a search takes from the shell: ``yansou search`` in a new process, against an empty Python program.

    python -m benchmarks.coldstart [--corpus DIR] [--runs N]

The corpus is indexed into a temporary folder first. The two commands take turns, so that what else the machine does
meets both. Exits 1 if the search takes more than 15 times as long as ``python -c pass``.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

MOST_TIMES = 15
# The command as installed, but for the script's own few lines.
YANSOU = [sys.executable, "-c", "from indexer.cli import main; main()"]
QUERY = ["船山时间谷", "投资"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=Path("corpus"), help="folder of articles to index and search")
    parser.add_argument("--runs", type=int, default=20, help="how often each command is run")
    options = parser.parse_args()
    nothing, found = measure(options.corpus, options.runs)
    times_as_long = found / nothing
    print(f"python -c pass   {nothing * 1000:6.1f} ms")
    print(f"yansou search    {found * 1000:6.1f} ms   {times_as_long:.1f} times as long (at most {MOST_TIMES})")
    return 0 if times_as_long <= MOST_TIMES else 1


def measure(corpus: Path, runs: int) -> tuple[float, float]:
    """Median seconds of ``python -c pass`` and of ``yansou search`` over an index of the corpus."""
    with tempfile.TemporaryDirectory() as folder:
        index = str(Path(folder) / "index")
        subprocess.run([*YANSOU, "index", str(corpus), "--index", index], check=True, capture_output=True)
        search = [*YANSOU, "search", *QUERY, "--index", index]
        empty = [sys.executable, "-c", "pass"]
        times = [(timed(empty), timed(search)) for _ in range(runs + 1)][1:]  # the first one fills caches
    nothing, found = (statistics.median(column) for column in zip(*times, strict=True))
    return nothing, found


def timed(command: list[str]) -> float:
    """Seconds from start to end of a command that must succeed."""
    began = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - began


if __name__ == "__main__":
    sys.exit(main())
