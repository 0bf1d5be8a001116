"""``yansou verify`` and ``yansou gc``: whether the index is as it was written, and away with what nobody needs."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from .commands import index_option, json_option, say, write, yansou
from .terminal import clean

if TYPE_CHECKING:
    from ..store.place import Place
    from ..store.sweep import GarbageReport
    from ..store.verify import VerifyReport

__all__ = ["collect", "verify"]


@yansou.command(short_help="索引有没有损坏。")
@index_option
@json_option
def verify(folder: Place, as_json: bool) -> None:
    """把索引整个读一遍，和写入时记下的大小、SHA-256 比较，有损坏的文件就列出来。

    集群自己校验文件；这里核对来源文件、文章和段落的数目。

    只读不写，可以在服务运行时、更新索引时用。损坏的索引用 yansou index --full 重建。

    退出状态：0 完好，1 有损坏，2 没有索引，或者出错。

    例子：

      yansou verify
      yansou verify --index ~/yansou-index --json
    """
    from ..store.verify import verify_index

    report = verify_index(folder)
    if as_json:
        from .export import json_text

        write([json_text(report.to_json())])
    else:
        write(_verify_lines(report, folder))
    if report.damaged:
        say(["请运行 yansou index --full 重建；文章不在索引里，没有丢失。"])
        raise click.exceptions.Exit(1)


@yansou.command("gc", short_help="清除索引目录里没用的文件。")
@index_option
@json_option
def collect(folder: Place, as_json: bool) -> None:
    """删掉索引目录里没有用的文件：写到一半中断的、已被替换的。每次更新索引也会这样做。

    只动索引自己的文件，只留下最新一代需要的。别的程序正在写入时等它写完。

    在集群上删掉别名没有指向的索引：重建中断的，和为了能退回而保留的上一次的。

    例子：

      yansou gc
      yansou gc --json
    """
    from ..store.sweep import collect_garbage

    report = collect_garbage(folder)
    if as_json:
        from .export import json_text

        write([json_text(report.to_json())])
    else:
        write(_garbage_lines(report, folder))


def _verify_lines(report: VerifyReport, folder: Place) -> list[str]:
    from .render import size_text

    read = f"第 {report.generation} 代，{report.files} {_unit(folder)}，{size_text(report.size_bytes)}"
    if not report.damaged:
        return [f"{clean(str(folder))}：完好（{read}）"]
    damaged = [f"  {clean(damage.file)}：{clean(damage.problem)}" for damage in report.damaged]
    return [f"{clean(str(folder))}：损坏 {len(damaged)} {_unit(folder)}（{read}）", *damaged]


def _garbage_lines(report: GarbageReport, folder: Place) -> list[str]:
    from .render import size_text

    if not report.removed:
        return [f"{clean(str(folder))}：没有多余的{_unit(folder)[1:]}"]
    removed = [f"  {leftover.file}  {size_text(leftover.size)}" for leftover in report.removed]
    return [f"{clean(str(folder))}：清除 {len(removed)} {_unit(folder)}，{size_text(report.size_bytes)}", *removed]


def _unit(place: Place) -> str:
    return "个文件" if isinstance(place, os.PathLike) else "个索引"
