"""The commands: each a short function over the engine. What a command needs is imported when it runs.

Exit status: 0 found or done, 1 nothing found, 2 error, 130 interrupted. Data goes to stdout, everything said to stderr.
"""

from __future__ import annotations

import errno
import gc
import os
import re
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from .help import Command, FilePath, Group, Mistake, Number, OneOf
from .settings import SERVER_LIMITS, config_option, settings_of
from .terminal import ColourChoice, Screen, clean, screen_of, styled, wants_colour

if TYPE_CHECKING:
    from ..search.engine import Index
    from ..search.ladder import Step
    from ..search.results import ArticleView, Results
    from ..store.place import Place

__all__ = ["main", "yansou"]

# More hits than this are no page and no export: the engine's own limit on how deep a list goes.
MAX_HITS = 10_000

F = TypeVar("F", bound=Callable[..., Any])


def main() -> None:
    """The command ``yansou``."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal of another encoding shows ? for what it has not.
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    # No linear algebra is done here, but OpenBLAS would start a thread a core when NumPy is imported.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # Imports make many objects and no garbage: looking for it, now and at the exit, is a tenth of a short command.
    gc.set_threshold(100_000)
    try:
        yansou(prog_name="yansou")
    finally:
        gc.freeze()


class PlaceParameter(FilePath):
    """A folder, or what the configuration says instead."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return super().convert(value, param, ctx) if isinstance(value, str | os.PathLike) else value


def index_option(function: F) -> F:
    """``--index`` and ``--config``."""
    return click.option(
        "--index",
        "folder",
        metavar="目录",
        type=PlaceParameter(),
        help="索引所在的目录。默认是环境变量 YANSOU_INDEX，没有时是配置里的，再没有是 ./index。",
    )(config_option(function))


def dictionary_options(function: F) -> F:
    """``--dictionary`` and ``--gazetteer``."""
    function = click.option(
        "--gazetteer",
        metavar="文件",
        type=FilePath(),
        help="自己的名录：UTF-8 文本，一行一条 add 类别 名称、forbid 名称 或 join 名称 = 名称。",
    )(function)
    return click.option(
        "--dictionary",
        metavar="文件",
        type=FilePath(),
        help="自己的词典：UTF-8 文本，一行一个词。",
    )(function)


def json_option(function: F) -> F:
    return click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 文档。")(function)


def screen_options(function: F) -> F:
    function = click.option(
        "--ambiguous-width",
        "ambiguous",
        metavar="1|2",
        type=Number(1, 2),
        help="终端把 “ ” — · 这类字符显示成几列，影响折行。默认 1。",
    )(function)
    return click.option(
        "--color",
        "colour",
        metavar="何时",
        type=OneOf(["auto", "always", "never"]),
        default="auto",
        help="auto（默认，只在终端上）、always 或 never。也遵守 NO_COLOR 和 FORCE_COLOR。",
    )(function)


class SearchCommand(Command):
    """Leaves ``-词``, which excludes a word, to the query: only -n and -h are options of one dash."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        end = args.index("--") if "--" in args else len(args)
        excluded = [arg for arg in args[:end] if re.match(r"-(?!-|n|h$).", arg)]
        rest = super().parse_args(ctx, [arg for arg in args[:end] if arg not in excluded] + args[end:])
        ctx.params["query"] = (*ctx.params.get("query", ()), *excluded)
        return rest


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="yansou", message="雁搜 yansou %(version)s", help="显示版本。")
def yansou() -> None:
    """雁搜：报纸文章的中文全文检索。先建索引，再查找、阅读，或者在浏览器里用。

    退出状态：0 找到或完成，1 没有找到，2 出错，130 被中断。

    例子：

      yansou index
      yansou search 船山时间谷 投资
      yansou serve

    按 Tab 补全命令和选项（bash；zsh、fish 把 bash 换成自己的名字）：

      eval "$(_YANSOU_COMPLETE=bash_source yansou)"
    """


@yansou.command(short_help="让索引和文章目录一致。")
@click.argument("folders", metavar="[文章目录]…", nargs=-1, type=FilePath())
@index_option
@click.option("--full", is_flag=True, help="全部重建。索引损坏、换了词典或换了版本时用。")
@click.option(
    "--jobs",
    metavar="个数",
    type=Number(1, 64),
    help="最多用几个进程读文章。默认和处理器一样多；文章不多时只用一个。索引不因此而不同。",
)
@dictionary_options
@json_option
def index(
    folders: tuple[Path, ...],
    folder: Place,
    full: bool,
    jobs: int | None,
    dictionary: Path | None,
    gazetteer: Path | None,
    as_json: bool,
) -> None:
    """让索引和文章目录一致：新增和改过的文件读入，删掉的移除，没变的不动。

    文章目录默认是配置里的，没有时是 corpus/。完成后，索引里就是所列目录的文章，不多也不少。
    读取 .txt 和 .md 文件，编码自动识别；读不了的文件跳过，并说明原因。
    中途按 Ctrl-C，索引仍是原来的样子。

    例子：

      yansou index
      yansou index corpus/ ~/剪报 --index ~/yansou-index
      yansou index --full --json
    """
    from .. import update_index
    from .progress import ProgressBar

    with ProgressBar("读取") as progress:
        report = update_index(
            folders,
            folder,
            full=full,
            user_dictionary=dictionary,
            user_gazetteer=gazetteer,
            jobs=jobs,
            progress=progress,
        )
    if as_json:
        from .export import json_text

        write([json_text(report.to_json())])
    else:
        from .render import report_lines

        say(report_lines(report, str(folder), screen_of(sys.stderr)))


@yansou.command(cls=SearchCommand, short_help="查找段落。")
@click.argument("query", metavar="查询…", nargs=-1)
@index_option
@click.option("-n", "--limit", metavar="段数", type=Number(1, MAX_HITS), default=10, help="最多列出多少段。默认 10。")
@click.option("--offset", metavar="段数", type=Number(0, MAX_HITS), default=0, help="跳过前面多少段。")
@click.option(
    "--sort",
    metavar="顺序",
    type=OneOf(["relevance", "date"]),
    default="relevance",
    help="relevance 相关的在前（默认），date 新的在前。",
)
@click.option(
    "--rung",
    metavar="范围",
    type=OneOf(["exact", "near", "all", "most"]),
    help="放宽查找：near 同一句中，all 同一段中，most 部分词语。默认从 exact 原样出现开始，找到为止。",
)
@click.option("--json", "form", flag_value="json", help="输出一个 JSON 文档，和 JSON 接口的一样。")
@click.option("--jsonl", "form", flag_value="jsonl", help="一行一段，每行一个 JSON。")
@click.option("--csv", "form", flag_value="csv", help="输出表格。")
@click.option("--bom", is_flag=True, help="CSV 以 BOM 开头，Excel 才认得出 UTF-8。")
@click.option("--explain", is_flag=True, help="说明查询怎样理解、每一步找到多少、得分从哪里来。")
@screen_options
def search(
    query: tuple[str, ...],
    folder: Place,
    limit: int,
    offset: int,
    sort: str,
    rung: Step | None,
    form: str | None,
    bom: bool,
    explain: bool,
    colour: ColourChoice,
    ambiguous: int,
) -> None:
    """列出含有所查文字的段落，最相关的在前。

    空格隔开的词都要有；"引号"里的原样出现；-词 不要；A OR B 有一个就行。繁体、全角、拼音都可以。

    条件写在词后面：日期:2021..2023 标题:… 作者:… 类型:… 总投资>=10亿元

    输出到管道时每段一行，用制表符隔开：得分、日期、标题、段落编号、全文。

    例子：

      yansou search 船山时间谷 投资
      yansou search '"数字经济" 日期:2021..2022' -规划 --sort date
      yansou search cssjg --json
      yansou search 园区 -n 500 --csv --bom > 园区.csv
      yansou search 园区 | fzf -d '\\t' --preview 'yansou show {4}'
    """
    from .. import open_index

    if not query:
        raise Mistake("缺少查询：写上要查找的文字，例如 yansou search 数字经济")
    text = " ".join(query)
    screen = screen_of(sys.stdout, colour, ambiguous)
    with open_index(folder, compared=True) as opened:
        results = _find(opened, text, limit, offset, sort, rung)
        totals = {step: _total(opened, text, step) for step in ("exact", "near", "all", "most")} if explain else {}
    if explain:
        from .render import explanation_lines

        say(explanation_lines(results, totals))
    _write_results(results, form, screen, offset=offset, bom=bom, explain=explain)
    if not results.hits:
        raise click.exceptions.Exit(1)


@yansou.command(short_help="读一篇文章。")
@click.argument("article", metavar="文章编号")
@index_option
@click.option("-q", "--query", metavar="查询", help="标出这个查询找到的文字。")
@json_option
@screen_options
def show(article: str, folder: Place, query: str | None, as_json: bool, colour: ColourChoice, ambiguous: int) -> None:
    """读一篇文章。编号来自 yansou search；写段落编号（如 7dc5a8ec0835-4）时，那一段用竖线指出。

    例子：

      yansou show 7dc5a8ec0835
      yansou show 7dc5a8ec0835-4 --query '船山时间谷 投资'
      yansou show 7dc5a8ec0835 --json
    """
    from .. import open_index
    from ..errors import ArticleNotFound

    article_id, _, ordinal = article.partition("-")
    try:
        with open_index(folder, compared=True) as opened:
            view = opened.article(article_id, query)
            at = _ordinal(view, article, ordinal)
    except ArticleNotFound as error:
        say([f"{clean(str(error))}编号可以用 yansou search 查到。"])
        raise click.exceptions.Exit(1) from None
    if as_json:
        from .export import json_text

        write([json_text(view.to_json())])
    else:
        from .render import article_lines

        screen = screen_of(sys.stdout, colour, ambiguous)
        write(article_lines(view, screen, query=query, at=at, wrapped=sys.stdout.isatty()))


@yansou.command(short_help="在浏览器里用。")
@click.option("--host", metavar="地址", help="在哪个地址上服务。默认 127.0.0.1，只限本机。")
@click.option("--port", metavar="端口", type=Number(0, 65535), help="默认 8000；0 是任一空闲端口。")
@index_option
@click.option("--log", is_flag=True, help="把每个请求记成一行，写到标准错误。")
@click.pass_context
def serve(context: click.Context, host: str, port: int, folder: Place, log: bool) -> None:
    """启动网页和 JSON 接口，开始服务后输出地址。按 Ctrl-C 停止。

    地址、端口和各种限度也可以写在配置文件里：见 yansou config --help。

    例子：

      yansou serve
      yansou serve --port 8080 --index ~/yansou-index
      yansou serve --host 0.0.0.0    # 同一网络的人都能打开
    """
    import logging

    from webui.server import serve as serve_pages

    limits = {name: settings_of(context).value(f"server.{name}") for name in SERVER_LIMITS}
    if log:
        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    try:
        serve_pages(folder, host, port, **limits, ready=lambda address: write([address]))
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise Mistake(f"端口 {port} 已经有程序在用：换一个，例如 --port {port + 1}") from error
        if error.filename is not None or error.errno == errno.EPIPE:
            raise
        raise Mistake(f"不能在 {host} 的端口 {port} 上服务（{error.strerror}）：换一个 --host 或 --port") from error


@yansou.command(short_help="索引里有什么。")
@index_option
@json_option
def status(folder: Place, as_json: bool) -> None:
    """索引里有多少文章，覆盖哪些日期，何时更新，哪些文件没有收进来、为什么。

    例子：

      yansou status
      yansou status --json
    """
    from .. import open_index

    with open_index(folder, compared=True) as opened:
        held = opened.status()
    if as_json:
        from .export import json_text

        write([json_text(held.to_json())])
    else:
        from .render import status_lines

        write(status_lines(held, str(folder), screen_of(sys.stdout)))


def write(lines: Iterable[str]) -> None:
    """Data, to stdout, in UTF-8 wherever it goes."""
    text = "".join(f"{line}\n" for line in lines)
    click.echo(text.encode("utf-8") if not sys.stdout.isatty() else text, nl=False, color=True)


def say(lines: Iterable[str]) -> None:
    """Something about the data, to stderr."""
    for line in lines:
        click.echo(line, err=True, color=True)


def _find(opened: Index, text: str, limit: int, offset: int, sort: str, rung: Step | None) -> Results:
    """A page of any length, put together from those the engine gives."""
    from dataclasses import replace

    from ..search.engine import MAX_LIMIT, MAX_OFFSET

    results = opened.search(text, limit=min(limit, MAX_LIMIT), offset=offset, sort=sort, rung=rung)
    hits, last = list(results.hits), min(offset + limit, results.total, MAX_OFFSET)
    while offset + len(hits) < last and len(hits) % MAX_LIMIT == 0:
        place = offset + len(hits)
        page = opened.search(text, limit=min(last - place, MAX_LIMIT), offset=place, sort=sort, rung=rung)
        hits += page.hits
    return replace(results, hits=tuple(hits))


def _total(opened: Index, text: str, step: Step) -> int:
    """How many passages one step of the ladder finds."""
    results = opened.search(text, limit=1, rung=step)
    return results.total if results.rung == step else 0


def _write_results(
    results: Results, form: str | None, screen: Screen, *, offset: int, bom: bool, explain: bool
) -> None:
    from . import export

    if form == "json":
        write([export.json_text(results.to_json())])
        return
    if not results.hits:
        _say_nothing_found(results, offset)
    elif form is None and sys.stdout.isatty():
        from .render import result_lines

        write(result_lines(results, screen, offset=offset, explain=explain))
        return
    if form == "jsonl":
        write(export.hits_as_json_lines(results.hits))
    elif form == "csv":
        click.echo(export.hits_as_csv(results, bom=bom).encode(), nl=False)
    else:
        write(export.hits_as_tabs(results, colour=screen.colour))
    if results.hits:
        _say_what_is_left(results, offset)


def _say_nothing_found(results: Results, offset: int) -> None:
    from .render import hint_lines

    colour = wants_colour(sys.stderr)
    if results.total:
        say([f"只有 {results.total} 段，从第 {offset + 1} 段起没有了：减小 --offset"])
        return
    say([styled("没有找到", "bold", colour) + f"：{clean(results.interpreted)}", *hint_lines(results)])
    say(["可以少写几个字、去掉条件，或者用 yansou status 看看索引里有什么。"])


def _say_what_is_left(results: Results, offset: int) -> None:
    from .render import hint_lines, place_of

    say(hint_lines(results))
    if offset + len(results.hits) < results.total:
        say([f"{place_of(results, offset)}；全部列出用 -n {results.total}"])


def _ordinal(view: ArticleView, passage_id: str, ordinal: str) -> int | None:
    """The ordinal in a passage id; None in an article id. Raises ArticleNotFound if there is no such passage."""
    from ..errors import ArticleNotFound

    if not ordinal:
        return None
    found = [marked.passage.ordinal for marked in view.passages if marked.passage.id == passage_id]
    if not found:
        raise ArticleNotFound(f"文章 {view.article.id} 没有段落“{passage_id[:40]}”。")
    return found[0]
