"""Everything that is measured on labelled material, one after the other: ``python -m benchmarks.acceptance --shared DIR``.

DIR holds corpus/ and gold/ (labelled pages), relevance/ (questions) and bench/ (articles); what is missing is skipped and
named. Exits with 1 when a target of quality is missed. Times are printed beside their targets and never fail a run: they
depend on the machine and on what else it does.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks import names, relevance, structure


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--shared", type=Path, default=Path("../shared"), help="folder with the labelled material")
    shared = parser.parse_args().shared
    report = relevance.Report()
    if (shared / "gold").is_dir():
        print("## structure of the labelled pages")
        report.missed += structure.main(["--shared", str(shared)])
        print("## names on the labelled pages")
        report.missed += names.main(["--shared", str(shared)])
        # Processes of their own: one prints tables of wrong items, the other starts programs.
        print("## figures and dates on the labelled pages", flush=True)
        report.missed += _run("extraction", "--shared", str(shared))
    else:
        print(f"no {shared / 'gold'}: structure, names and figures are not measured")
    print("## cold start (a time: not binding)", flush=True)
    _run("coldstart")
    if (shared / "relevance").is_dir():
        print("## relevance and findability")
        relevance.run(shared, report, substrings=300)
    else:
        print(f"no {shared / 'relevance'}: relevance is not measured")
    if (shared / "bench").is_dir():
        print("## speed on 20,000 passages (times: not binding)", flush=True)
        with tempfile.TemporaryDirectory() as out:
            archive = next((shared / "bench").glob("*.tar.xz"))
            # Relevance was measured above: OUT has no questions.
            place = ("--corpus", str(archive), "--shared", out, "--out", out)
            report.missed += _run("speed", "--only", "yansou", "--sizes", "20000", "--queries", "60", *place)
    else:
        print(f"no {shared / 'bench'}: speed is not measured")
    return 1 if report.missed else 0


def _run(name: str, *arguments: str) -> int:
    return subprocess.run([sys.executable, "-m", f"benchmarks.{name}", *arguments], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
