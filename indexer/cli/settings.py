"""What can be set, where a value comes from, and what may stand there.

A flag comes before an environment variable (``YANSOU_PORT``), that before the file, that before the default. The file is
``yansou.toml`` in the current folder, or the one that ``--config`` or ``YANSOU_CONFIG`` names; paths in it are relative to
it. The engine and the pages know nothing of this: they are given values.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from .help import FilePath, Mistake

if TYPE_CHECKING:
    from ..store.place import Place

__all__ = ["FILE", "FILE_VARIABLE", "KEYS", "SERVER_LIMITS", "Settings", "config_option", "settings_of", "variable_of"]

FILE = Path("yansou.toml")
FILE_VARIABLE = "YANSOU_CONFIG"
# A file of a few lines: what is larger is something else.
_MAX_BYTES = 64 * 1024

F = TypeVar("F", bound=Callable[..., Any])
Reader = Callable[[Any, Path | None], Any]
"""Turns what stands in the file, or the text of a variable (then without the file's folder), into a value. Raises
ValueError with what it must be."""


def _path(value: Any, base: Path | None) -> Path:
    if not isinstance(value, str) or not value or "\0" in value:
        raise ValueError("须是一个路径，写在引号里")
    if base is None:
        return Path(value)
    try:
        return base / Path(value).expanduser()
    except RuntimeError:
        raise ValueError("须是一个路径：~ 后面的用户不存在") from None


def _paths(value: Any, base: Path | None) -> tuple[Path, ...]:
    parts = value.split(os.pathsep) if base is None else value
    if not isinstance(parts, list) or not parts:
        raise ValueError('须是目录的列表，例如 ["articles"]')
    return tuple(_path(part, base) for part in parts)


def _number(low: int, high: int) -> Reader:
    def read(value: Any, base: Path | None) -> int:
        if base is None and re.fullmatch(r"[0-9]{1,9}", value):
            value = int(value)
        if type(value) is not int or not low <= value <= high:
            raise ValueError(f"须是 {low} 到 {high} 之间的整数")
        return value

    return read


def _words(value: Any, base: Path | None) -> tuple[str, ...]:
    parts = value.split(",") if base is None else value
    if not isinstance(parts, list):
        raise ValueError('须是列表，例如 ["archive.example"]')
    return tuple(_word(part, base) for part in parts)


def _address(value: Any, base: Path | None) -> str:
    import ipaddress

    try:
        return str(ipaddress.ip_address(_word(value, base)))
    except ValueError:
        raise ValueError("须是一个 IP 地址，写在引号里") from None


def _one_of(*choices: str) -> Reader:
    def read(value: Any, base: Path | None) -> str:  # noqa: ARG001  # a Reader
        if value not in choices:
            raise ValueError(f"须是 {' 或 '.join(choices)}")
        return str(value)

    return read


def _urls(value: Any, base: Path | None) -> tuple[str, ...]:
    urls = _words(value, base)
    if not urls or not all(re.fullmatch(r"https?://[^/?#@]+", url) for url in urls):
        raise ValueError('须是节点地址的列表，例如 ["https://search1.example:9200"]，其中不写用户名和密码')
    if len({url.partition(":")[0] for url in urls}) > 1:
        raise ValueError("须都是 https 或都是 http")
    return urls


def _alias(value: Any, base: Path | None) -> str:  # noqa: ARG001  # a Reader
    if not isinstance(value, str) or not re.fullmatch(r"[a-z][a-z0-9_]{0,60}", value):
        raise ValueError("须是小写字母、数字和下划线，以字母开头")
    return value


def _word(value: Any, base: Path | None) -> str:  # noqa: ARG001  # a Reader
    if not isinstance(value, str) or not value.isprintable() or not value or " " in value:
        raise ValueError("须是不含空格的文字，写在引号里")
    return value


# key -> (how it is read, the value without one). A key's variable is YANSOU_ and its last part, or all of one of a cluster.
KEYS: dict[str, tuple[Reader, Any]] = {
    "corpora": (_paths, (Path("corpus"),)),
    "index": (_path, Path("index")),
    "dictionary": (_path, None),
    "gazetteer": (_path, None),
    "ambiguous_width": (_number(1, 2), 1),
    "engine": (_one_of("whoosh", "opensearch"), "whoosh"),
    "server.host": (_word, "127.0.0.1"),
    "server.port": (_number(0, 65535), 8000),
    # Each waits for a processor or for a slow reader: more than this many help nobody.
    "server.threads": (_number(1, 64), 4),
    # 0 is no limit.
    "server.requests_per_minute": (_number(0, 1_000_000), 600),
    "server.allowed_hosts": (_words, ()),
    "server.trusted_proxy": (_address, None),
    "cluster.urls": (_urls, ("http://127.0.0.1:9200",)),
    "cluster.name": (_alias, "yansou"),
    "cluster.ca": (_path, None),
    # More shards than a cluster has processors make nothing faster.
    "cluster.shards": (_number(1, 1024), 1),
    "cluster.replicas": (_number(0, 10), 1),
}
# Secrets are in the environment only: a file is copied, shown and backed up.
_USER, _PASSWORD = "YANSOU_CLUSTER_USER", "YANSOU_CLUSTER_PASSWORD"  # the names of the variables
# Parameters of commands that take their value from here when they are not given.
_PARAMETERS = {
    "folders": "corpora",
    "folder": "index",
    "dictionary": "dictionary",
    "gazetteer": "gazetteer",
    "ambiguous": "ambiguous_width",
    "host": "server.host",
    "port": "server.port",
}
# Settings of the server that have no flag, by the names that it knows them by.
SERVER_LIMITS = ("threads", "requests_per_minute", "allowed_hosts", "trusted_proxy")
_TABLES = {key.partition(".")[0] for key in KEYS if "." in key}


def variable_of(key: str) -> str:
    """The environment variable that sets a key."""
    name = key.replace(".", "_") if key.startswith("cluster.") else key.rpartition(".")[2]
    return f"YANSOU_{name.upper()}"


class Settings:
    """The settings of a run. ``file``: the one that was read, if any.

    Raises ``Mistake``, naming file and line or the variable, when a file is there and cannot be used as a whole, and
    later when a variable that is asked for holds what it must not.
    """

    def __init__(self, file: Path | None = None) -> None:
        named = file or (Path(os.environ[FILE_VARIABLE]) if os.environ.get(FILE_VARIABLE) else None)
        self.file = named or (FILE if _is_trusted(FILE) else None)
        self._text = _read(self.file) if self.file is not None else ""
        self._written = _parse(self._text, self.file) if self.file is not None else {}

    def value(self, key: str) -> Any:
        """The value in force, of environment, file and default."""
        read, default = KEYS[key]
        variable = variable_of(key)
        text = os.environ.get(variable)
        if not text:
            return self._written.get(key, default)
        try:
            return read(text, None)
        except ValueError as error:
            raise Mistake(f"环境变量 {variable} {error}，不能是 {_shown(text)}。") from error

    def place(self) -> Place:
        """Where the index is: in a folder, or on a cluster, whose credentials are in the environment."""
        if self.value("engine") == "whoosh":
            folder: Path = self.value("index")
            return folder
        from ..store.place import ClusterAddress

        values = {name: self.value(f"cluster.{name}") for name in ("urls", "name", "ca", "shards", "replicas")}
        return ClusterAddress(**values, user=os.environ.get(_USER), password=os.environ.get(_PASSWORD))

    def origin(self, key: str) -> tuple[str, str | None]:
        """Where the value comes from: "environment" and the variable, "file" and file:line, or "default" and None."""
        if os.environ.get(variable_of(key)):
            return "environment", variable_of(key)
        if key in self._written:
            return "file", f"{self.file}:{_lines(self._text)[key]}"
        return "default", None


def config_option(function: F) -> F:
    """``--config``, and with it the values of all parameters that are not given."""
    return click.option(
        "--config",
        metavar="文件",
        type=FilePath(),
        is_eager=True,
        expose_value=False,
        callback=_set_defaults,
        help="配置文件。默认是环境变量 YANSOU_CONFIG，没有时是 ./yansou.toml，有它才用。",
    )(function)


def settings_of(context: click.Context) -> Settings:
    """The settings of a command that has ``config_option``."""
    settings = context.obj
    assert isinstance(settings, Settings)
    return settings


def _set_defaults(context: click.Context, _parameter: click.Parameter, file: Path | None) -> None:
    context.obj = settings = Settings(file)
    names = {each.name for each in context.command.params if each.name in _PARAMETERS}
    values = {name: settings.value(_PARAMETERS[name]) for name in names}
    if "folder" in names:
        values["folder"] = settings.place()
    context.default_map = {name: value for name, value in values.items() if value is not None}


def _is_trusted(file: Path) -> bool:
    """Whether the file of the current folder is there. One that another user put or can change is no setting of ours."""
    try:
        status = os.stat(file)  # noqa: PTH116  # a search pays for this
    except OSError:
        return False
    foreign = hasattr(os, "geteuid") and status.st_uid not in (0, os.geteuid())
    if foreign or status.st_mode & stat.S_IWOTH:
        raise Mistake(
            f"当前目录的 {file} 属于另一个用户，或者谁都能改写，没有采用：看过内容之后，可以用 --config {file} 指明。"
        )
    return True


def _read(file: Path) -> str:
    with file.open("rb") as opened:
        data = opened.read(_MAX_BYTES + 1)
    if len(data) > _MAX_BYTES:
        raise Mistake(f"{file} 超过 {_MAX_BYTES // 1024} KiB，不像是配置文件。")
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise Mistake(f"{file}:{line}：不是 UTF-8 编码，请用 UTF-8 重新保存。") from error


def _parse(text: str, file: Path) -> dict[str, Any]:
    """The values in a file by their keys, all of them checked."""
    import tomllib

    try:
        written = dict(_flat(tomllib.loads(text)))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        place = re.search(r"at line (\d+), column (\d+)", str(error))
        line, where = (place[1], f"第 {place[2]} 列") if place else (text.count("\n") + 1, "到文件末尾")
        raise Mistake(
            f'{file}:{line}：{where}不是 TOML 的写法（文字要加引号，列表写成 ["甲", "乙"]，一项一行）。'
        ) from error
    for key, value in written.items():
        at = f"{file}:{_lines(text)[key]}：" if key not in KEYS else ""
        if key in _TABLES:
            raise Mistake(f"{at}{key} 是一节，写成 [{key}]，各项写在下面。")
        if key not in KEYS:
            raise Mistake(f"{at}没有配置项 {key[:60]}{_instead(key)}：全部配置项见 yansou config show。")
        try:
            written[key] = KEYS[key][0](value, file.parent)
        except ValueError as error:
            at = f"{file}:{_lines(text)[key]}："
            raise Mistake(f"{at}{key} {error}，不能是 {_shown(value)}。") from error
    return written


def _flat(table: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in table.items():
        if isinstance(value, dict) and (value or prefix + name not in _TABLES):
            yield from _flat(value, f"{prefix}{name}.") if value else [(prefix + name, value)]
        elif not isinstance(value, dict):
            yield prefix + name, value


def _lines(text: str) -> dict[str, int]:
    """The line on which each key's value begins, of a text that is good TOML; tomllib does not tell it.

    What is good TOML up to a line ends with a whole statement. A key that is new there stands in that statement.
    """
    import tomllib

    found: dict[str, int] = {}
    lines = text.split("\n")
    begun = 0
    for end in range(1, len(lines) + 1):
        try:
            table = tomllib.loads("\n".join(lines[:end]))
        except tomllib.TOMLDecodeError:
            continue
        for key, _ in _flat(table):
            found.setdefault(key, begun + 1)
        begun = end
    return found


def _instead(key: str) -> str:
    from difflib import get_close_matches

    names = {name.rpartition(".")[2]: name for name in KEYS}
    close = get_close_matches(key, KEYS, n=1) or get_close_matches(key.rpartition(".")[2], names, n=1)
    return f"（是不是 {names.get(close[0], close[0])}？）" if close else ""


def _shown(value: Any) -> str:
    text = repr(value) if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)
    return text if len(text) <= 60 else f"{text[:60]}……"
