"""How well the structure of labelled newspaper pages is read, as numbers.

    python -m benchmarks.structure --shared DIR [--bench DIR]

``DIR`` holds ``corpus/NNN_*.txt`` and ``gold/NNN.gold.json``. Exits 1 if a broken paragraph is not joined or fewer than
95 % of the captions, titles or section heads are told apart. With ``--bench`` the speed over a folder is printed too.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from indexer.errors import FileRejected
from indexer.reading import Article, find_files, parse_articles, read_bytes

LEAST_SHARE = 0.95


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"), help="folder with corpus/ and gold/")
    parser.add_argument("--bench", type=Path, help="folder of articles to measure the speed on")
    options = parser.parse_args(argv)
    pages = [check_page(path, options.shared / "corpus") for path in sorted((options.shared / "gold").glob("*.json"))]
    if not pages:
        sys.exit(f"no labelled pages in {options.shared / 'gold'}; give their folder with --shared")
    if options.bench:
        print_speed(options.bench)
    return 0 if all(pages) else 1


def check_page(gold_path: Path, corpus: Path) -> bool:
    """Print one page's numbers; True if they reach the targets."""
    gold = json.loads(gold_path.read_text("utf-8"))
    page = next(corpus.glob(f"{gold_path.name.split('.')[0]}_*"))
    articles = parse_articles(page.read_bytes(), page.name)
    joined = count_joined(articles, gold["broken_paragraphs"])
    titles = (sum(label["title"] in {article.title for article in articles} for label in gold["articles"]),)
    kinds = {
        "titles": (*titles, len(gold["articles"])),
        "captions": count_kind(articles, "caption", gold["captions"]),
        "section heads": count_kind(articles, "heading", gold["section_heads"]),
    }
    print(f"{page.name}\n  broken paragraphs joined {joined[0]}/{joined[1]}")
    for name, (found, total) in kinds.items():
        print(f"  {name} told apart {found}/{total}")
    print_surplus(articles, gold)
    return joined[0] == joined[1] and all(found >= LEAST_SHARE * total for found, total in kinds.values())


def count_joined(articles: Iterable[Article], broken: list[dict[str, Any]]) -> tuple[int, int]:
    """How many cuts are whole again: both sides together in one paragraph (with its continuations)."""
    paragraphs = [squeeze(text) for article in articles for text in whole_paragraphs(article)]
    together = (squeeze(cut["left"] + cut["right"]) for cut in broken)
    return sum(any(text in paragraph for paragraph in paragraphs) for text in together), len(broken)


def count_kind(articles: Iterable[Article], kind: str, labels: list[str]) -> tuple[int, int]:
    """How many labelled lines are the beginning of a passage of ``kind`` (a photographer's name may follow)."""
    texts = texts_of(articles, kind)
    return sum(any(text.startswith(squeeze(label)) for text in texts) for label in labels), len(labels)


def print_surplus(articles: list[Article], gold: dict[str, Any]) -> None:
    """Passages called caption or heading that no label names."""
    kickers = [label.get(key) for label in gold["articles"] for key in ("subtitle", "kicker", "kicker_second_line")]
    labels = [squeeze(text) for text in (*gold["captions"], *gold["section_heads"], *filter(None, kickers))]
    for kind in ("caption", "heading"):
        surplus = [text for text in texts_of(articles, kind) if not text.startswith(tuple(labels))]
        print(f"  passages called {kind} without a label: {len(surplus)}", *surplus[:5], sep="\n    ")


def texts_of(articles: Iterable[Article], kind: str) -> list[str]:
    return [squeeze(passage.text) for article in articles for passage in article.passages if passage.kind == kind]


def whole_paragraphs(article: Article) -> list[str]:
    texts: list[str] = []
    for passage in article.passages:
        if passage.continues:
            texts[-1] += passage.text
        else:
            texts.append(passage.text)
    return texts


def squeeze(text: str) -> str:
    return "".join(text.split())


def print_speed(folder: Path) -> None:
    sources, rejected = find_files(folder)
    contents = [(source.path, read_bytes(source)) for source in sources]
    size = sum(len(data) for _, data in contents)
    articles = passages = 0
    start = time.perf_counter()
    for path, data in contents:
        try:
            parsed = parse_articles(data, path)
        except FileRejected as error:
            rejected.append(error)
            continue
        articles += len(parsed)
        passages += sum(len(article.passages) for article in parsed)
    seconds = time.perf_counter() - start
    print(
        f"{len(contents):,} files, {size / 1e6:.1f} MB, {articles:,} articles, {passages:,} passages, "
        f"{len(rejected)} rejected: {seconds:.1f} s, {size / 1e6 / seconds:.1f} MB/s"
    )
    for rejection in rejected[:10]:
        print(f"  {rejection}")


if __name__ == "__main__":
    sys.exit(main())
