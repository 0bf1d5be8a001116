"""Results, articles, the state of an index and reports as lines for a reader.

Every function yields lines without their ends. Titles, texts, paths and queries pass ``clean`` here, last of all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ..search.describe import RUNG_NAMES
from ..search.filters import KIND_NAMES
from ..search.results import ArticleInfo, ArticleView, Hit, MarkedPassage, Results, Span
from ..search.snippet import window
from .terminal import Screen, Style, clean, columns_of, cut_at, styled, wrap

if TYPE_CHECKING:
    from ..search.status import Status
    from ..store import IndexReport

__all__ = [
    "article_lines",
    "commit_lines",
    "explanation_lines",
    "hint_lines",
    "place_of",
    "report_lines",
    "result_lines",
]
__all__ += ["size_text", "status_lines"]

_READING_NAMES = RUNG_NAMES | {"typed": RUNG_NAMES["exact"], "exact": RUNG_NAMES["exact"] + "（数字换了写法）"}
_KIND_STYLES: dict[str, Style] = {"heading": "bold", "caption": "dim"}
_BETWEEN = "  ·  "
# More rejected files than this are listed by ``yansou status`` only.
_MAX_REJECTED = 20


def result_lines(results: Results, screen: Screen, *, offset: int = 0, explain: bool = False) -> Iterator[str]:
    """A page of hits: how the query was understood, each hit with its article, and where to go on."""
    took = f"{results.took_ms:.1f} 毫秒"
    step = RUNG_NAMES.get(results.rung)
    facts = [clean(results.interpreted), *([step] if step else []), f"共 {results.total} 段", took]
    yield from _fact_lines(facts, screen)
    for line in hint_lines(results):
        yield from (styled(part, "dim", screen.colour) for part in _flow(line, screen))
    margin = len(str(offset + len(results.hits))) + 2
    for number, hit in enumerate(results.hits, offset + 1):
        yield ""
        yield from _hit_lines(hit, number, margin, screen, explain=explain)
    shown = offset + len(results.hits)
    if results.hits and (offset or shown < results.total):
        yield ""
        following = f"；后面的用 --offset {shown}" if shown < results.total else ""
        yield styled(f"{place_of(results, offset)}{following}", "dim", screen.colour)


def hint_lines(results: Results) -> Iterator[str]:
    """What was done to the query, and what else could be asked."""
    yield from map(clean, results.notes)
    others = [text for text in results.suggestions if text != results.corrected]
    if others:
        yield "是不是要找：" + "、".join(clean(text) for text in others)
    if results.wider:
        yield f"放宽到“{RUNG_NAMES[results.wider]}”可以找到更多：--rung {results.wider}"


def place_of(results: Results, offset: int) -> str:
    """Which of all hits these are."""
    first, last = offset + 1, offset + len(results.hits)
    return f"第 {first if first == last else f'{first}–{last}'} 段，共 {results.total} 段"


def explanation_lines(results: Results, totals: dict[str, int]) -> Iterator[str]:
    """The query as understood, and how many passages each step of the ladder finds."""
    yield "查询：" + clean(results.interpreted)
    yield "阶梯：" + "  >  ".join(f"{RUNG_NAMES[step]} {total} 段" for step, total in totals.items())


def article_lines(
    view: ArticleView, screen: Screen, *, query: str | None = None, at: int | None = None, wrapped: bool = True
) -> Iterator[str]:
    """An article to read. ``at``: ordinal of a passage to point at. Not ``wrapped``: one line a passage, for a pipe."""
    titled = bool(view.passages) and view.passages[0].passage.kind == "title"
    title = view.passages[0] if titled else None
    headline = (title.passage.text, title.highlights) if title else (view.article.title, ())
    yield from _marked_lines(*headline, screen, base="bold", wrapped=wrapped)
    yield from (styled(line, "dim", screen.colour) for line in _details(view, query, screen, wrapped))
    for marked in view.passages[titled:]:
        yield ""
        if marked.passage.ordinal == at:
            narrower = replace(screen, columns=screen.columns - 2)
            lines = _passage_lines(marked, narrower, wrapped=wrapped)
            yield from (styled("┃ ", "mark", screen.colour) + line for line in lines)
        else:
            yield from _passage_lines(marked, screen, wrapped=wrapped)


def status_lines(status: Status, index: str, screen: Screen) -> Iterator[str]:
    """What an index holds, and the files that are not in it."""
    built = datetime.fromisoformat(status.built_at).astimezone().strftime("%Y-%m-%d %H:%M")
    facts = {
        "索引": clean(index),
        "文章": f"{status.articles:,} 篇",
        "段落": f"{status.passages:,} 段",
        "日期": " 至 ".join(status.dates) if status.dates else "都没有日期",
        "大小": size_text(status.size_bytes),
        "更新": f"{built}（第 {status.generation} 代）",
        "分词": clean(status.tokenizer),
        "拒收": f"{len(status.rejected)} 个文件",
    }
    if status.leftovers[0]:
        files, size = status.leftovers
        facts["多余"] = f"{files} 个文件，{size_text(size)}（正在写入的，或中断后留下的；清除用 yansou gc）"
    if status.cluster is not None:
        facts |= {"集群": _cluster_text(status.cluster)}
    for name, value in facts.items():
        yield f"{styled(name, 'dim', screen.colour)}  {value}"
    yield from _rejected_lines(status.rejected, screen)


_HEALTH = {"green": "正常", "yellow": "副本不全，能检索", "red": "有分片丢失，结果不全"}


def _cluster_text(cluster: Mapping[str, Any]) -> str:
    parts = [f"{_HEALTH.get(cluster['health'], clean(cluster['health']))}（{clean(cluster['health'])}）"]
    parts += [f"{cluster['nodes']} 个节点", f"{cluster['shards']} 个分片在用"]
    parts += [f"{cluster['unassigned']} 个没有着落"] if cluster["unassigned"] else []
    parts += ["有一次更新没有完成，或正在进行"] if cluster["unfinished"] else []
    return "，".join(parts)


def report_lines(report: IndexReport, index: str, screen: Screen) -> Iterator[str]:
    """What an update did, and the files it could not take."""
    done = _changes(report, 未变=report.unchanged) or "没有文件"
    yield f"{clean(index)}：{done}；共 {report.articles:,} 篇文章、{report.passages:,} 段，用时 {report.seconds:.1f} 秒"
    if report.rejected:
        yield f"拒收 {len(report.rejected)} 个文件："
    yield from _rejected_lines([(item.path, item.reason) for item in report.rejected[:_MAX_REJECTED]], screen)
    if len(report.rejected) > _MAX_REJECTED:
        yield "  …… 全部列表：yansou status"


def commit_lines(report: IndexReport, rejected: Iterable[tuple[str, str]], screen: Screen) -> Iterator[str]:
    """What one update of many did, in one line, and those of the files it could not take that are to be told."""
    done = _changes(report) or "没有变化"
    yield f"{done}；共 {report.articles:,} 篇文章，用时 {report.seconds:.1f} 秒"
    for path, reason in sorted(rejected)[:_MAX_REJECTED]:
        yield f"  拒收 {styled(clean(path), 'bold', screen.colour)}：{clean(reason)}"


def _changes(report: IndexReport, **more: int) -> str:
    counts = {"新增": report.added, "更新": report.changed, "改名": report.renamed, "移除": report.removed} | more
    return "，".join(f"{name} {count:,}" for name, count in counts.items() if count)


def _hit_lines(hit: Hit, number: int, margin: int, screen: Screen, *, explain: bool) -> Iterator[str]:
    passage, article = hit.passage, hit.article
    is_title = passage.kind == "title"
    inner = replace(screen, columns=screen.columns - margin)
    left = styled(f"{number:>{margin - 2}}  ", "dim", screen.colour)
    for line in _marked_lines(article.title, hit.highlights if is_title else (), inner, base="bold"):
        yield left + line
        left = " " * margin
    facts = [] if is_title or passage.kind == "body" else [KIND_NAMES.get(passage.kind, passage.kind)]
    facts += [*_printed_date(article), *([clean(article.source)] if article.source else [])]
    facts.append(f"yansou show {passage.id}")
    yield from (left + styled(line, "dim", screen.colour) for line in _fact_lines(facts, inner))
    if explain:
        yield left + styled(_score(hit.score), "dim", screen.colour)
    if not is_title:
        yield from (left + line for line in _snippet_lines(passage.text, hit.highlights, inner))


def _score(score: float) -> str:
    from ..search.order import explained

    reading, bm25 = explained(score)
    return f"得分 {score:.4f}：{_READING_NAMES[reading]}，BM25 {bm25:.2f}"


def _snippet_lines(text: str, spans: Sequence[Span], screen: Screen) -> list[str]:
    start, stop = window(text, spans)
    before, after = "……" * (start > 0), "……" * (stop < len(text))
    kept = [(a + len(before), b + len(before)) for a, b in _within(spans, start, stop)]
    return _marked_lines(before + text[start:stop] + after, kept, screen)


def _passage_lines(marked: MarkedPassage, screen: Screen, *, wrapped: bool) -> list[str]:
    sign = {"heading": "◆ ", "caption": "〔图〕"}.get(marked.passage.kind, "")
    spans = [(start + len(sign), end + len(sign)) for start, end in marked.highlights]
    base = _KIND_STYLES.get(marked.passage.kind)
    return _marked_lines(sign + marked.passage.text, spans, screen, base=base, wrapped=wrapped)


def _marked_lines(
    text: str, spans: Sequence[Span], screen: Screen, *, base: Style | None = None, wrapped: bool = True
) -> list[str]:
    """The text in lines, in the style ``base``; matches in colour or, without colours, in 【】."""
    cleaned, marks = "", []
    for piece, is_match in cut_at(text, spans):
        shown = clean(piece)
        if is_match and screen.colour:
            marks.append((len(cleaned), len(cleaned) + len(shown)))
        cleaned += f"【{shown}】" if is_match and not screen.colour else shown
    if not wrapped:
        return [_painted(cleaned, marks, base, screen)]
    return [
        _painted(cleaned[start:end], _within(marks, start, end), base, screen)
        for start, end in wrap(cleaned, screen.columns, screen.ambiguous)
    ]


def _within(spans: Sequence[Span], start: int, end: int) -> list[Span]:
    """The spans inside a part of the text, counted from its start."""
    return [(max(a, start) - start, min(b, end) - start) for a, b in spans if a < end and b > start]


def _painted(line: str, marks: Sequence[Span], base: Style | None, screen: Screen) -> str:
    styles: dict[bool, Style | None] = {True: "match", False: base}
    return "".join(styled(piece, styles[is_match], screen.colour) for piece, is_match in cut_at(line, marks))


def _flow(text: str, screen: Screen) -> list[str]:
    return [text[start:end] for start, end in wrap(text, screen.columns, screen.ambiguous)]


def _fact_lines(facts: Sequence[str], screen: Screen) -> Iterator[str]:
    """Facts side by side, none cut in two unless it is longer than a line."""
    line = ""
    for fact in facts:
        if line and columns_of(line + _BETWEEN + fact, screen.ambiguous) > screen.columns:
            yield from _flow(line, screen)
            line = ""
        line += _BETWEEN * bool(line) + fact
    yield from _flow(line, screen)


def _details(view: ArticleView, query: str | None, screen: Screen, wrapped: bool) -> Iterator[str]:
    article = view.article
    facts = [*([article.series] if article.series else []), *_printed_date(article)]
    facts += [article.source] if article.source else []
    facts += ["文 " + "、".join(article.authors)] if article.authors else []
    facts += ["图 " + "、".join(article.photographers)] if article.photographers else []
    lines = [facts, [article.id, article.path]]
    if query:
        matches = sum(len(marked.highlights) for marked in view.passages)
        lines.append([f"“{query}”标出 {matches} 处" if matches else f"这篇文章里没有“{query}”"])
    for line in filter(None, lines):
        cleaned = [clean(fact) for fact in line]
        yield from _fact_lines(cleaned, screen) if wrapped else [_BETWEEN.join(cleaned)]


def _printed_date(article: ArticleInfo) -> list[str]:
    return [article.date + ("（据文中）" if article.date_inferred else "")] if article.date else []


def _rejected_lines(rejected: Sequence[tuple[str, str]], screen: Screen) -> Iterator[str]:
    for path, reason in rejected:
        yield f"  {styled(clean(path), 'bold', screen.colour)}：{clean(reason)}"


def size_text(count: int) -> str:
    """A number of bytes for a reader."""
    for unit in ("字节", "KB", "MB"):
        if count < 1024:
            return f"{count:.1f} {unit}".replace(".0 ", " ")
        count /= 1024  # type: ignore[assignment]
    return f"{count:.1f} GB"
