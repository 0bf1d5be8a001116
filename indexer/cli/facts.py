"""The commands about facts: ``figures`` and ``names``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from .commands import index_option, json_option, say, screen_options, write, yansou
from .help import Number, OneOf
from .terminal import ColourChoice, Screen, clean, columns_of, screen_of, styled, wrap

if TYPE_CHECKING:
    from ..search.findings import Figures, FoundFigure, Names
    from ..store.place import Place

__all__ = ["figures", "names"]

_MAX_ROWS = 10_000
_FIGURE_COLUMNS = ("value", "value_high", "unit", "bound", "kind", "metric", "subject", "period", "target", "surface")
_KINDS = {"park": "园区", "project": "项目", "organization": "企业机构", "person": "人物", "place": "地区"}


@yansou.command(short_help="查找数字。")
@click.argument("query", metavar="[查询]…", nargs=-1)
@index_option
@click.option(
    "-n", "--limit", metavar="个数", type=Number(1, _MAX_ROWS), default=100, help="最多列出多少个。默认 100。"
)
@click.option("--offset", metavar="个数", type=Number(0, _MAX_ROWS), default=0, help="跳过前面多少个。")
@click.option(
    "--sort",
    metavar="顺序",
    type=OneOf(["relevance", "value", "-value", "period", "-period", "article"]),
    default="relevance",
    help="relevance（默认）、value 从小到大、-value 从大到小、period 从早到晚、-period、article。",
)
@click.option("--json", "form", flag_value="json", help="输出一个 JSON 文档，和 JSON 接口的一样。")
@click.option("--csv", "form", flag_value="csv", help="输出表格。")
@click.option("--bom", is_flag=True, help="CSV 以 BOM 开头，Excel 才认得出 UTF-8。")
@screen_options
def figures(
    query: tuple[str, ...],
    folder: Place,
    limit: int,
    offset: int,
    sort: str,
    form: str | None,
    bom: bool,
    colour: ColourChoice,
    ambiguous: int,
) -> None:
    """列出报道中的数字：多少、量的是什么、说的是谁、什么时候。不写查询，就列出全部。

    条件写作 总投资>=100亿元、增长>20%、占地 500..2000亩、产值 50亿以上，可以和文字、日期:、园区: 一起用。
    “超100亿”满足 >=100亿，“近100亿”不满足；亩、公顷、平方米之间可以比较。

    例子：

      yansou figures '总投资>=10亿元'
      yansou figures '衡州大道 总投资>=10亿' --sort -value
      yansou figures 产值 --csv --bom > 产值.csv
    """
    from .. import open_index
    from .export import json_text

    with open_index(folder, compared=True) as opened:
        found = opened.figures(" ".join(query), limit=limit, offset=offset, sort=sort)
    if form == "json":
        write([json_text(found.to_json())])
    elif form == "csv":
        click.echo(_as_csv(found, bom=bom).encode(), nl=False)
    elif sys.stdout.isatty():
        write(_figure_lines(found, screen_of(sys.stdout, colour, ambiguous), offset))
    else:
        write("\t".join(clean(cell) for cell in _record(figure)) for figure in found.figures)
    _end(found.notes, len(found.figures), found.total)


@yansou.command(short_help="列出园区、项目、企业、人物、地区。")
@click.argument("kind", metavar="[类别]", required=False, type=OneOf(list(_KINDS)))
@index_option
@click.option(
    "-n", "--limit", metavar="个数", type=Number(1, _MAX_ROWS), default=100, help="最多列出多少个。默认 100。"
)
@click.option("--offset", metavar="个数", type=Number(0, _MAX_ROWS), default=0, help="跳过前面多少个。")
@json_option
@click.option("--csv", "as_csv", is_flag=True, help="输出表格。")
@click.option("--bom", is_flag=True, help="CSV 以 BOM 开头，Excel 才认得出 UTF-8。")
@screen_options
def names(
    kind: str | None,
    folder: Place,
    limit: int,
    offset: int,
    as_json: bool,
    as_csv: bool,
    bom: bool,
    colour: ColourChoice,
    ambiguous: int,
) -> None:
    """列出报道中的名称，提到最多的在前，连同别的写法。

    类别：park 园区，project 项目，organization 企业机构，person 人物，place 地区；不写就是全部。

    例子：

      yansou names park
      yansou names person -n 20
      yansou names --json
    """
    from .. import open_index
    from .export import json_text, table_as_csv

    with open_index(folder, compared=True) as opened:
        found = opened.names(kind, limit=limit, offset=offset)
    if as_json:
        write([json_text(found.to_json())])
    elif as_csv:
        rows = [
            (each.kind, each.name, "、".join(each.aliases), str(each.mentions), str(each.articles))
            for each in found.names
        ]
        click.echo(table_as_csv(("kind", "name", "aliases", "mentions", "articles"), rows, bom=bom).encode(), nl=False)
    elif sys.stdout.isatty():
        write(_name_lines(found, screen_of(sys.stdout, colour, ambiguous), named=kind is None))
    else:
        cells = ((each.kind, each.name, str(each.mentions), str(each.articles)) for each in found.names)
        write("\t".join(clean(cell) for cell in row) for row in cells)
    _end((), len(found.names), found.total)


def _end(notes: tuple[str, ...], shown: int, total: int) -> None:
    say([clean(note) for note in notes])
    if not shown:
        say(["没有找到。" if not total else f"只有 {total} 个：减小 --offset"])
        raise click.exceptions.Exit(1)
    if shown < total:
        say([f"共 {total} 个；更多用 -n 和 --offset"])


def _figure_lines(found: Figures, screen: Screen, offset: int) -> Iterator[str]:
    facts = [clean(found.interpreted)] if found.interpreted else []
    facts += [f"共 {found.total} 个数字"]
    facts += [f"合计 {value:,.10g} {unit}" for unit, value in found.sums.items()]
    yield "  ·  ".join(facts)
    margin = len(str(offset + len(found.figures))) + 2
    inner = replace(screen, columns=screen.columns - margin)
    for number, figure in enumerate(found.figures, offset + 1):
        yield ""
        left = styled(f"{number:>{margin - 2}}  ", "dim", screen.colour)
        what = "  ".join(clean(part) for part in (figure.metric, figure.subject, figure.period) if part)
        target = "（目标）" if figure.target else ""
        head = styled(clean(figure.surface), "match", screen.colour) + target
        yield left + head + "  " + what
        yield from (" " * margin + line for line in _sentence_lines(figure, inner))
        place = f"{clean(figure.article.title)}  {figure.article.date or '日期不详'}  yansou show {figure.passage.id}"
        for start, end in wrap(place, inner.columns, inner.ambiguous):
            yield " " * margin + styled(place[start:end], "dim", screen.colour)


def _sentence_lines(figure: FoundFigure, screen: Screen) -> Iterator[str]:
    text = clean(figure.sentence)
    return (text[start:end] for start, end in wrap(text, screen.columns, screen.ambiguous))


def _name_lines(found: Names, screen: Screen, *, named: bool) -> Iterator[str]:
    yield f"共 {found.total} 个"
    widest = max((columns_of(clean(each.name), screen.ambiguous) for each in found.names), default=0)
    widest = min(widest, screen.columns // 2)
    for each in found.names:
        name = clean(each.name)
        gap = " " * max(widest - columns_of(name, screen.ambiguous), 0)
        counts = f"{each.mentions:>5} 次 {each.articles:>4} 篇"
        kind = f"  {_KINDS[each.kind]}" if named else ""
        yield styled(name, "bold", screen.colour) + gap + counts + styled(kind, "dim", screen.colour)
        if each.aliases:
            also = "又作 " + "、".join(clean(alias) for alias in each.aliases)
            for start, end in wrap(also, screen.columns - 2, screen.ambiguous):
                yield styled("  " + also[start:end], "dim", screen.colour)


def _record(figure: FoundFigure) -> list[str]:
    values = (getattr(figure, name) for name in _FIGURE_COLUMNS)
    cells = ["" if value is None else str(value).lower() if isinstance(value, bool) else f"{value}" for value in values]
    return [*cells, figure.sentence, figure.article.date or "", figure.article.title, figure.passage.id]


def _as_csv(found: Figures, *, bom: bool) -> str:
    from .export import table_as_csv

    header = (*_FIGURE_COLUMNS, "sentence", "date", "title", "passage")
    return table_as_csv(header, [_record(figure) for figure in found.figures], bom=bom)
