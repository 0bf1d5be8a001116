"""A soak of kills, readers and writers on a small index: ``python -m benchmarks.crash [--minutes M]``.

The quick form of the same runs with the tests (``tests/store/test_crashes.py``). Prints how many cases of each kind passed; the
first that does not ends the run with a traceback.
"""

from __future__ import annotations

from tests.store.crashes import main

if __name__ == "__main__":
    main(minutes=10)
