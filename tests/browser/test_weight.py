"""How heavy a page is and how soon it comes, as a browser gets it from the real server."""

import gzip
import statistics
import time
from urllib.parse import quote
from urllib.request import Request, urlopen

import pytest

from tests.browser.pages import PAGES, QUERY, path_of

MAX_BYTES = 60_000
MAX_FIRST_BYTE_MS = 30
ASKED = 40


def compressed(url):
    """The size of a reply as it is or could be sent: a proxy compresses what the server does not."""
    with urlopen(Request(url, headers={"Accept-Encoding": "gzip"}), timeout=30) as reply:
        body = reply.read()
        return len(body) if reply.headers["Content-Encoding"] else len(gzip.compress(body))


@pytest.mark.parametrize("name", [name for name, (_, _, status) in PAGES.items() if status == 200])
def test_page_with_styles_and_scripts_is_light(visit, name):
    addresses = []
    page = visit.page()
    page.on("response", lambda reply: addresses.append(reply.url))
    page.goto(visit.site + path_of(name, visit.article))
    page.wait_for_load_state()
    sizes = {url.removeprefix(visit.site): compressed(url) for url in addresses if not url.endswith(".svg")}
    assert len([path for path in sizes if path.startswith("/static/")]) >= 4, sizes
    assert sum(sizes.values()) <= MAX_BYTES, sizes


def test_first_byte_of_results_comes_soon(site):
    """The median, of searches that nobody asked before: the machine does other things as well."""
    words = ("走廊", "企业", "产值", "园区", "衡阳", "数字", "时间谷", "株洲")
    took = []
    for number in range(ASKED):
        url = f"{site}/search?q={quote(words[number % len(words)])}+{quote(QUERY[: 1 + number % 4])}"
        start = time.perf_counter()
        with urlopen(url, timeout=30) as reply:
            reply.read(1)
            took.append(1000 * (time.perf_counter() - start))
    print(f"first byte of a results page: median {statistics.median(took):.1f} ms, worst {max(took):.1f} ms")
    assert statistics.median(took) <= MAX_FIRST_BYTE_MS
