"""``yansou config show``: every setting with its value and where that comes from."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from .commands import json_option, write, yansou
from .help import Group
from .settings import FILE, FILE_VARIABLE, KEYS, Settings, config_option, settings_of
from .terminal import clean, columns_of, pad, screen_of

__all__ = ["config"]

# Values up to this wide have their origin beside them, longer ones above.
_VALUE_COLUMNS = 40


@yansou.group(cls=Group, short_help="各项配置和它的来处。")
def config() -> None:
    """看各项配置。

    一项配置依次看：命令的选项、环境变量、配置文件、默认值，先有的算数。配置文件是当前目录的
    yansou.toml，也可以用选项 --config 或环境变量 YANSOU_CONFIG 指明；其中的相对路径从它所在的目录算起。

    例子：

      yansou config show
    """


@config.command(short_help="列出每一项配置的值和来处。")
@config_option
@json_option
@click.pass_context
def show(context: click.Context, as_json: bool) -> None:
    """列出每一项配置的值和来处：默认、配置文件的哪一行，还是哪个环境变量。

    输出就是一个配置文件，可以存下来改。命令的选项（如 --index）只管那一次，不在这里。

    例子：

      yansou config show
      yansou config show --config /srv/yansou/yansou.toml
      yansou config show --json
    """
    settings = settings_of(context)
    if as_json:
        from .export import json_text

        write([json_text(_as_json(settings))])
    else:
        write(_lines(settings, screen_of(sys.stdout).columns))


def _as_json(settings: Settings) -> dict[str, Any]:
    values = {}
    for key in KEYS:
        origin, where = settings.origin(key)
        values[key] = {"value": _plain(settings.value(key)), "origin": origin, "where": where}
    return {"file": str(settings.file) if settings.file is not None else None, "values": values}


def _lines(settings: Settings, columns: int) -> Iterator[str]:
    """A file of TOML that sets every value, with the origins as comments."""
    told = f"配置文件 {clean(str(settings.file))}" if settings.file is not None else f"没有配置文件 {FILE}"
    yield f"# {told}（可以用 --config 或环境变量 {FILE_VARIABLE} 另外指明）"
    section = ""
    for key in KEYS:
        table, _, name = key.rpartition(".")
        if table != section:
            section = table
            yield from ("", f"[{table}]")
        value = _plain(settings.value(key))
        # What is not set has no value in TOML: the line is a comment to be filled in.
        line = f"# {name} =" if value is None else f"{name} = {_toml(value)}"
        origin = _told_origin(*settings.origin(key)) if value is not None else "没有设置"
        if columns_of(line) > _VALUE_COLUMNS or columns_of(origin) > columns - _VALUE_COLUMNS - 4:
            yield from (f"# {origin}", line)
        else:
            yield f"{pad(line, _VALUE_COLUMNS)}  # {origin}"


def _told_origin(origin: str, where: str | None) -> str:
    return {"environment": "环境变量 ", "file": "", "default": "默认"}[origin] + clean(where or "")


def _plain(value: Any) -> Any:
    """The value as JSON and TOML know it."""
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return str(value) if isinstance(value, Path) else value


def _toml(value: Any) -> str:
    # Numbers, lists and strings of JSON are those of TOML, but for the DEL character and lone surrogates.
    return clean(json.dumps(value, ensure_ascii=False)).replace("\x7f", "\\u007f")
