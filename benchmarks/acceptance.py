"""Everything that is measured on labelled material, one after the other: ``python -m benchmarks.acceptance --shared DIR``.

DIR holds corpus/ and gold/ (labelled pages), relevance/ (questions) and bench/ (articles); what is missing is skipped and
named. Exits with 1 when a target of quality is missed. Times are printed beside their targets and never fail a run: they
depend on the machine and on what else it does.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmarks import relevance, scale, structure


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--shared", type=Path, default=Path("../shared"), help="folder with the labelled material")
    shared = parser.parse_args().shared
    report = relevance.Report()
    if (shared / "gold").is_dir():
        print("## structure of the labelled pages")
        report.missed += structure.main(["--shared", str(shared)])
    else:
        print(f"no {shared / 'gold'}: structure is not measured")
    if (shared / "relevance").is_dir():
        print("## relevance and findability")
        relevance.run(shared, report, substrings=300)
    else:
        print(f"no {shared / 'relevance'}: relevance is not measured")
    if (shared / "bench").is_dir():
        print("## 2,000 articles")
        scale.run(next((shared / "bench").glob("*.tar.xz")), report, files=2000, limit=50.0)
    else:
        print(f"no {shared / 'bench'}: scale is not measured")
    return 1 if report.missed else 0


if __name__ == "__main__":
    sys.exit(main())
