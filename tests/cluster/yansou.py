"""The command, as a module that a test can start."""

from __future__ import annotations

from indexer.cli import main

main()
