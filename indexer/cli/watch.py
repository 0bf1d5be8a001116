"""``yansou watch``: the index follows the folders."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import click

from .commands import dictionary_options, index_option, say, write, yansou
from .help import FilePath
from .terminal import clean, screen_of

if TYPE_CHECKING:
    from ..store.follow import Trouble
    from ..store.place import Place

__all__ = ["watch"]


@yansou.command(short_help="让索引随时跟上文章目录。")
@click.argument("folders", metavar="[文章目录]…", nargs=-1, type=FilePath())
@index_option
@dictionary_options
@click.option("--json", "as_json", is_flag=True, help="每次更新在标准输出上写一行 JSON。")
def watch(
    folders: tuple[Path, ...], folder: Place, dictionary: Path | None, gazetteer: Path | None, as_json: bool
) -> None:
    """先让索引和文章目录一致，然后守着目录，文章一来、一改、一删就更新。正在写的文件，等它写完再读。

    文章目录默认是配置里的，没有时是 corpus/。正在运行的网页不用重启，就能查到新文章。
    每次更新在标准错误上说一行。读不了的文件说明原因；更新不成，过一会儿再试。按 Ctrl-C 停止。

    例子：

      yansou watch
      yansou watch ~/剪报 --index ~/yansou-index
      yansou watch --json
    """
    from ..store.follow import Trouble, follow
    from .export import json_line
    from .render import commit_lines

    told: set[tuple[str, str]] = set()
    with _ended_by_sigterm():
        reports = follow(folders, folder, user_dictionary=dictionary, user_gazetteer=gazetteer)
        for number, report in enumerate(reports):
            if isinstance(report, Trouble):
                _say_trouble(report)
                continue
            if as_json:
                write([json_line(report.to_json())])
            rejected = {(item.path, item.reason) for item in report.rejected}
            say(_stamped(commit_lines(report, rejected - told, screen_of(sys.stderr))))
            told = rejected
            if number == 0:
                say(["正在等新的文章，按 Ctrl-C 停止。"])


def _say_trouble(trouble: Trouble) -> None:
    from ..errors import YansouError

    error = trouble.error
    if not isinstance(error, (YansouError, OSError)):
        import logging  # which other commands do not need

        logging.getLogger("yansou.watch").error("update failed", exc_info=error)
    reason = f"{error.filename or ''} {error.strerror}".strip() if isinstance(error, OSError) else str(error)
    say(_stamped([f"没有更新：{clean(reason).rstrip('。')}。{trouble.pause:.0f} 秒后再试。"]))


def _stamped(lines: Iterator[str] | list[str]) -> Iterator[str]:
    for number, line in enumerate(lines):
        yield line if number else f"{time.strftime('%H:%M:%S')} {line}"


@contextmanager
def _ended_by_sigterm() -> Iterator[None]:
    """Let SIGTERM, which a service manager sends, end the block as quietly as its end would."""
    terminated = False

    def terminate(_signal: int, _frame: FrameType | None) -> None:
        nonlocal terminated
        terminated = True
        # What an interrupt cleans up has to be cleaned up here too.
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, terminate)
    try:
        yield
    except KeyboardInterrupt:
        if not terminated:
            raise
    finally:
        signal.signal(signal.SIGTERM, before)
