"""Take the pictures of docs/images: ``python -m tests.screenshots [NAME ...]``.

Indexes corpus/ into a temporary folder, serves it on a free port of this machine, photographs some pages with headless
Chromium (``CHROMIUM`` names the program; default: the first one found) and brings the pictures to a palette, which makes
them a third of the size. Needs Pillow, which nothing else here does: ``pip install pillow``. Look at the pictures before
they are committed: nothing here can tell whether a page is handsome.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from queue import SimpleQueue
from urllib.parse import quote
from urllib.request import urlopen

from indexer import open_index, update_index
from webui.server import serve

ROOT = Path(__file__).parent.parent
IMAGES = ROOT / "docs" / "images"
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "chrome")
WIDE = (1200, 860)
# A window can hardly be narrower; telephones are, and their pages are laid out as at this width.
NARROW = (500, 860)
# Headless Chromium keeps this much of a window's height for a frame that is not there, and leaves it blank.
FRAME = 160
# Two inks, a few greys and their smoothed edges.
COLOURS = 128
# A picture in a README that takes longer to load than the text is not looked at.
MAX_BYTES = 300_000


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture: the page it shows, the size of the window, and whether the system asks for a dark page."""

    path: str
    size: tuple[int, int] = WIDE
    dark: bool = False


def shots(article_id: str) -> dict[str, Shot]:
    """The pictures by name. ``article_id``: the article that one of them shows."""
    search = f"/search?q={quote('区块链')}"
    return {
        "start": Shot("/"),
        "search": Shot(search),
        "search-dark": Shot(search, dark=True),
        "search-narrow": Shot(search, NARROW),
        "figures": Shot(f"/figures?q={quote('产值')}"),
        "article": Shot(f"/articles/{article_id}?q={quote('数字经济日')}"),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", help="pictures to take (default: all)")
    names = parser.parse_args().names
    with tempfile.TemporaryDirectory() as folder:
        index = Path(folder) / "index"
        update_index([ROOT / "corpus"], index)
        with open_index(index) as opened:
            article_id = opened.search("数字经济日 类型:标题").hits[0].article.id
        wanted = shots(article_id)
        with served(index) as address:
            for name in names or wanted:
                size = photograph(address.rstrip("/"), wanted[name], IMAGES / f"{name}.png")
                print(f"docs/images/{name}.png  {size:,} B" + ("  TOO LARGE" if size > MAX_BYTES else ""))
    return 0


@contextmanager
def served(index: Path) -> Iterator[str]:
    """The address of a server over the index. Its thread ends with this process."""
    addresses: SimpleQueue[str] = SimpleQueue()
    threading.Thread(target=serve, args=(index,), kwargs={"port": 0, "ready": addresses.put}, daemon=True).start()
    yield addresses.get(timeout=30)


def photograph(address: str, shot: Shot, target: Path) -> int:
    """Write the picture of a page and return its size in bytes."""
    # Pages print how long the search took: not the first one, which opens the index.
    urlopen(address + shot.path, timeout=30).close()
    width, height = shot.size
    with tempfile.TemporaryDirectory() as profile:
        command = [
            chromium(),
            "--headless",
            "--no-sandbox",
            "--hide-scrollbars",
            "--force-device-scale-factor=1",
            f"--user-data-dir={profile}",
            f"--window-size={width},{height + FRAME}",
            f"--blink-settings=preferredColorScheme={0 if shot.dark else 1}",
            f"--screenshot={profile}/page.png",
            address + shot.path,
        ]
        subprocess.run(command, check=True, timeout=120, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        image = import_module("PIL.Image").open(f"{profile}/page.png").convert("RGB").crop((0, 0, width, height))
    target.parent.mkdir(exist_ok=True)
    image.quantize(COLOURS, dither=0).save(target, optimize=True)
    return target.stat().st_size


def chromium() -> str:
    """The browser to photograph with; ends the script when there is none."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUMS)), None)
    return found or sys.exit("No Chromium found: install one or name it with CHROMIUM=/path/to/it")


if __name__ == "__main__":
    sys.exit(main())
