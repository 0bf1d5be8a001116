"""How far a long run is: a bar on stderr, on a terminal only, and only when it lasts."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, Task
    from rich.text import Text

__all__ = ["ProgressBar"]

# Shorter runs need no bar.
_DELAY = 0.5


class ProgressBar:
    """Call it with what is done and the total; leave its ``with`` block to wipe it away.

    with ProgressBar("读取") as progress:
        update_index(..., progress=progress)
    """

    def __init__(self, label: str, unit: str = "个文件") -> None:
        self._label = label
        self._unit = unit
        self._started = time.monotonic()
        self._wanted = sys.stderr.isatty()
        self._bar: Progress | None = None

    def __enter__(self) -> ProgressBar:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def __call__(self, done: int, total: int) -> None:
        if not self._wanted or (self._bar is None and time.monotonic() - self._started < _DELAY):
            return
        if self._bar is None:
            self._bar = _bar(self._unit)
            self._bar.add_task(self._label, total=total)
            self._bar.start()
        task = self._bar.tasks[0]
        self._bar.update(task.id, completed=done, total=total, description="写入" if done == total else self._label)


def _bar(unit: str) -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, ProgressColumn, TextColumn
    from rich.text import Text

    class Pace(ProgressColumn):
        """Rate and remaining time."""

        def render(self, task: Task) -> Text:
            speed, rest = task.finished_speed or task.speed, task.time_remaining
            parts = [f"{speed:,.0f} {unit}/秒"] if speed else []
            parts += [f"还要 {_duration(rest)}"] if rest else []
            return Text("，".join(parts), style="dim")

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed}/{task.total}"), Pace())
    return Progress(*columns, console=Console(stderr=True), transient=True)


def _duration(seconds: float) -> str:
    minutes, seconds = divmod(round(seconds), 60)
    return f"{minutes} 分 {seconds} 秒" if minutes else f"{seconds} 秒"
