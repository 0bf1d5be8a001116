"""Take the pictures of docs/screenshots: ``python -m tests.screenshots [NAME ...]``.

Indexes corpus/ into a temporary folder, serves it on a free port of this machine and photographs every page of
``tests/browser/pages.py``: wide and light, narrow and dark, and those of the READMEs both ways in both. Chromium itself
writes the pictures as WebP. Look at them before they are committed: nothing here can tell whether a page is handsome.
"""

from __future__ import annotations

import argparse
import base64
import re
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue

from playwright.sync_api import Browser, sync_playwright

from indexer import open_index, update_index
from tests.browser.chromium import FLAGS, MISSING, find_chromium
from tests.browser.pages import PAGES, QUERY, path_of
from webui.server import serve

ROOT = Path(__file__).parent.parent
PICTURES = ROOT / "docs" / "screenshots"
SIZES = {"wide": {"width": 1200, "height": 860}, "narrow": {"width": 360, "height": 740}}
USUAL = (("wide", "light"), ("narrow", "dark"))
BOTH = (*USUAL, ("wide", "dark"), ("narrow", "light"))
IN_THE_READMES = {"start", "results", "article", "figures-found"}
# Below this, Chinese characters at 16 pixels get visible specks around their strokes.
QUALITY = 40
# Pages print how long the search took: the first one, which opens the index, shall not stand in a picture, nor one beside
# other work. On a calm machine any search of the shipped corpus takes less.
TOOK = re.compile(r"用时\s([0-9.]+)\s毫秒")
CALM_MS = 8.0
TRIES = 30


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", help="pages to photograph (default: all)")
    names = parser.parse_args().names or list(PAGES)
    program = find_chromium()
    if program is None:
        sys.exit(MISSING)
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        index = Path(folder) / "index"
        update_index([ROOT / "corpus"], index)
        with open_index(index) as opened:
            article = opened.search(QUERY).hits[0].article.id
        browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        with served(index) as address:
            sizes = [
                photograph(browser, address.rstrip("/") + path_of(name, article), name, width, theme)
                for name in names
                for width, theme in (BOTH if name in IN_THE_READMES else USUAL)
            ]
        browser.close()
    print(f"{len(sizes)} pictures, {sum(sizes):,} B")
    return 0


@contextmanager
def served(index: Path) -> Iterator[str]:
    """The address of a server over the index. Its thread ends with this process."""
    addresses: SimpleQueue[str] = SimpleQueue()
    threading.Thread(target=serve, args=(index,), kwargs={"port": 0, "ready": addresses.put}, daemon=True).start()
    yield addresses.get(timeout=30)


def photograph(browser: Browser, url: str, name: str, width: str, theme: str) -> int:
    """Write one picture and return its size in bytes."""
    context = browser.new_context(viewport=SIZES[width], color_scheme=theme, locale="zh-CN")
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})  # a page that is kept keeps its first time
    for _ in range(TRIES):
        page.goto(url)
        took = TOOK.search(page.locator("h1").inner_text())
        if took is None or float(took[1]) <= CALM_MS:
            break
    page.evaluate("document.fonts.ready")
    picture = session.send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY})
    target = PICTURES / f"{name}-{width}-{theme}.webp"
    target.write_bytes(base64.b64decode(picture["data"]))
    context.close()
    size = target.stat().st_size
    print(f"{target.relative_to(ROOT)}  {size:,} B")
    return size


if __name__ == "__main__":
    sys.exit(main())
