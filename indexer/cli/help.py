"""Help and usage errors in Chinese. click counts a Chinese character as one column and breaks only at spaces."""

from __future__ import annotations

import errno
import inspect
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import click

from ..errors import YansouError
from .terminal import clean, columns_of, pad, screen_of, styled, wants_colour, wrap

__all__ = ["Command", "FilePath", "Group", "Mistake", "Number", "OneOf"]

# Option names longer than this stand on a line of their own.
_NAME_COLUMNS = 24


class Mistake(click.ClickException):
    """Something the user can mend: one line on stderr, exit status 2."""

    exit_code = 2

    def show(self, file: IO[Any] | None = None) -> None:
        colour = wants_colour(sys.stderr)
        message = f"{styled('错误：', 'error', colour)}{clean(self.message)}"
        click.echo(message, file=file, err=file is None, color=colour)


class Number(click.IntRange):
    """A whole number between two bounds."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        try:
            return int(super().convert(value, param, ctx))
        except click.BadParameter:
            high = f"到 {self.max} 之间" if self.max is not None else "以上"
            self.fail(f"须是 {self.min} {high}的整数，不能是 {value!r}", param, ctx)


class FilePath(click.Path):
    """A path. An empty one, of a variable that was never set, would be the current folder."""

    def __init__(self) -> None:
        super().__init__(path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if value == "":
            raise Mistake("路径不能是空的；当前目录写作 .")
        return super().convert(value, param, ctx)


class OneOf(click.Choice[str]):
    """One of a few words."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            self.fail(f"只能是 {'、'.join(map(str, self.choices))}，不能是 {value!r}", param, ctx)


class Command(click.Command):
    """A command whose help is laid out by display width. Its docstring ends with examples, indented."""

    # Left to ``parse_args``, which says so in Chinese.
    allow_extra_args = True

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            rest = super().parse_args(ctx, args)
        except click.UsageError as error:
            error.ctx = error.ctx or ctx
            raise
        if rest and not ctx.resilient_parsing:
            raise Mistake(f"多余的参数 {' '.join(rest)!r}：用法见 {ctx.command_path} --help")
        return rest

    def get_help(self, ctx: click.Context) -> str:
        return "\n".join(_help_lines(self, ctx))

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        return _in_chinese(super().get_help_option(ctx))


class Group(click.Group):
    """The main command: its help, and one way out for everything that goes wrong below it."""

    command_class = Command

    def get_help(self, ctx: click.Context) -> str:
        return "\n".join(_help_lines(self, ctx))

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        return _in_chinese(super().get_help_option(ctx))

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        """In the order in which a newcomer needs them, not by the alphabet."""
        return list(self.commands)

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        with _ways_out():
            return super().make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        with _ways_out():
            return super().invoke(ctx)


@contextmanager
def _ways_out() -> Iterator[None]:
    """Turn what users can mend into one line and status 2, an interrupt into 130, a closed pipe into silence."""
    try:
        yield
    except click.exceptions.NoArgsIsHelpError:
        raise
    except click.UsageError as error:
        raise Mistake(_usage_message(error)) from error
    except YansouError as error:
        raise Mistake(str(error)) from error
    except KeyboardInterrupt:
        click.echo("已中断。", err=True)
        raise click.exceptions.Exit(130) from None
    except OSError as error:
        if error.errno == errno.EPIPE:
            # Nobody reads on, and Python would complain at its exit that it cannot write out what is left.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise click.exceptions.Exit(0) from None
        if error.filename is None:
            raise
        raise Mistake(f"无法读写 {error.filename}：{error.strerror}。请检查路径、权限和磁盘空间。") from error


def _usage_message(error: click.UsageError) -> str:
    path = error.ctx.command_path if error.ctx is not None else "yansou"
    following = f"：用法见 {path} --help"
    if isinstance(error, click.NoSuchOption):
        return f"没有选项 {error.option_name}{_instead(error.possibilities)}{following}"
    if isinstance(error, click.exceptions.NoSuchCommand):
        return f"没有命令 {error.command_name}{_instead(error.possibilities)}{following}"
    if isinstance(error, click.MissingParameter):
        name = error.param.make_metavar(error.ctx) if error.param is not None and error.ctx is not None else "参数"
        return f"缺少{name.rstrip('…')}{following}"
    if isinstance(error, click.BadOptionUsage):
        return f"选项 {error.option_name} 少了值，或者多了值{following}"
    if isinstance(error, click.BadParameter):
        return f"{'、'.join(error.param.opts) if error.param is not None else '参数'} {error.message}。"
    return f"{error.format_message()}{following}"


def _instead(possibilities: Sequence[str] | None) -> str:
    return f"（是不是 {'、'.join(possibilities)}？）" if possibilities else ""


def _in_chinese(option: click.Option | None) -> click.Option | None:
    if option is not None:
        option.help = "显示这段说明。"
    return option


def _help_lines(command: click.Command, ctx: click.Context) -> Iterator[str]:
    columns = screen_of(sys.stdout).columns
    arguments = [param.make_metavar(ctx) for param in command.params if isinstance(param, click.Argument)]
    rest = ["命令 …"] if isinstance(command, click.Group) else arguments
    yield " ".join(["用法：", ctx.command_path, "[选项]", *rest]).replace("： ", "：")
    for paragraph in inspect.cleandoc(command.help or "").split("\n\n"):
        yield ""
        yield from _paragraph_lines(paragraph, columns)
    if isinstance(command, click.Group):
        yield from ("", "命令：")
        commands = [(name, command.commands[name].get_short_help_str()) for name in command.list_commands(ctx)]
        yield from _definition_lines(commands, columns)
    options = [param for param in command.get_params(ctx) if isinstance(param, click.Option)]
    records = [(record[0], option.help or "") for option in options if (record := option.get_help_record(ctx))]
    yield from ("", "选项：")
    yield from _definition_lines(records, columns)


def _paragraph_lines(paragraph: str, columns: int) -> Iterator[str]:
    """Indented lines, such as examples, stay as they are; others are joined and wrapped."""
    if paragraph.startswith("  "):
        yield from paragraph.splitlines()
        return
    text = ""
    for line in paragraph.splitlines():
        text += " " * (text[-1:].isascii() and line[:1].isascii() and bool(text)) + line
    yield from (text[start:end] for start, end in wrap(text, columns))


def _definition_lines(definitions: Sequence[tuple[str, str]], columns: int) -> Iterator[str]:
    names = min(_NAME_COLUMNS, max(columns_of(name) for name, _ in definitions))
    for name, text in definitions:
        lines = [text[start:end] for start, end in wrap(text, columns - names - 4)]
        if columns_of(name) > names:
            yield "  " + name
        else:
            yield "  " + pad(name, names) + "  " + (lines.pop(0) if lines else "")
        yield from (" " * (names + 4) + line for line in lines)
