"""The command line as a test calls it: inside this process, as a process, and on a terminal."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from indexer import IndexReport
from indexer.cli import yansou

ROOT = Path(__file__).parent.parent.parent
COMMAND = str(Path(sys.executable).with_name("yansou"))


@pytest.fixture(scope="session")
def shipped_index(tmp_path_factory: pytest.TempPathFactory, update: Callable[..., IndexReport]) -> Path:
    """An index of the shipped corpus."""
    path = tmp_path_factory.mktemp("command") / "index"
    update([ROOT / "corpus"], path)
    return path


@pytest.fixture
def run(shipped_index: Path) -> Callable[..., Result]:
    """Runs a command in this process, on the index of the shipped corpus unless told otherwise."""

    def invoke(*args: str, **env: str) -> Result:
        return CliRunner().invoke(
            yansou, args, prog_name="yansou", env={"YANSOU_INDEX": str(shipped_index), "COLUMNS": "80"} | env
        )

    return invoke


@pytest.fixture
def environment(shipped_index: Path) -> dict[str, str]:
    """The environment of a process: no wishes about colours, the index of the shipped corpus."""
    wishes = ("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE")
    kept = {name: value for name, value in os.environ.items() if name not in wishes}
    return kept | {"YANSOU_INDEX": str(shipped_index), "COLUMNS": "80", "TERM": "xterm", "PYTHONUTF8": "1"}


@pytest.fixture
def on_terminal(environment: dict[str, str]) -> Callable[..., tuple[int, str]]:
    """Runs the real command on a terminal; gives its exit status and everything it showed."""

    def show(*args: str, **env: str) -> tuple[int, str]:
        terminal, screen = pty.openpty()
        process = subprocess.Popen(
            [COMMAND, *args], stdin=subprocess.DEVNULL, stdout=screen, stderr=screen, env=environment | env
        )
        os.close(screen)
        shown = b""
        while True:
            try:
                chunk = os.read(terminal, 65536)
            except OSError:  # EIO: the other side is closed
                break
            if not chunk:
                break
            shown += chunk
        os.close(terminal)
        return process.wait(), shown.decode().replace("\r\n", "\n")

    return show
