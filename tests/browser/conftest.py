"""A real browser in front of a real server over the shipped corpus.

Every page that a test opens through ``visit`` is watched: an error on the console, an exception, a report of the security
policy or a request to another host fails the test.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from indexer import open_index
from tests.browser.chromium import FLAGS, MISSING, find_chromium
from tests.browser.pages import QUERY, path_of

SHIPPED_CORPUS = Path(__file__).parents[2] / "corpus"
START = "import sys; from webui.server import serve; serve(sys.argv[1], port=0, ready=lambda at: print(at, flush=True))"
# A page of the shipped corpus takes 20 ms; a machine that runs four other things gets a hundred times that.
PATIENCE_MS = 10_000

WATCH = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`));
"""


@pytest.fixture(scope="session")
def served() -> Iterator[Callable[[Path], str]]:
    """``served(index)`` is the address of a server of its own over an index folder; all end with the session."""
    servers: list[subprocess.Popen[str]] = []

    def start(index: Path) -> str:
        server = subprocess.Popen(
            [sys.executable, "-c", START, str(index)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        servers.append(server)
        assert server.stdout is not None
        return server.stdout.readline().strip().rstrip("/")

    yield start
    for server in servers:
        server.send_signal(signal.SIGINT)
        server.communicate(timeout=20)


@pytest.fixture(scope="session")
def index_folder(tmp_path_factory, update) -> Path:
    """The folder of an index of the shipped corpus."""
    folder = tmp_path_factory.mktemp("site") / "index"
    update([SHIPPED_CORPUS], folder)
    return folder


@pytest.fixture(scope="session")
def site(served, index_folder) -> str:
    """The address of the server over the shipped corpus."""
    return served(index_folder)


@pytest.fixture(scope="session")
def article(index_folder) -> str:
    """The identifier of the best article for ``QUERY``."""
    with open_index(index_folder) as index:
        return index.search(QUERY).hits[0].article.id


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    found = find_chromium()
    if found is None:
        pytest.fail(MISSING)
    # Playwright's own driver is a Node.js program; it must not look for settings of the user's.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NODE_")}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(FLAGS), env=environment)
        yield browser
        browser.close()


class Visitor:
    """Opens pages of a site in a context of its own and notes everything that goes wrong on them."""

    def __init__(self, site: str, article: str, context: BrowserContext) -> None:
        self.site, self.article, self.context = site, article, context
        self.problems: list[str] = []
        self.expected_status = 200

    def page(self) -> Page:
        page = self.context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("console", lambda message: self._note(message.type, message.text))
        page.on("pageerror", lambda error: self.problems.append(f"exception: {error}"))
        page.on("request", lambda request: self._note_request(request.url))
        return page

    def __call__(self, path: str, *, status: int = 200) -> Page:
        """A new tab on a path of the site."""
        page = self.page()
        self.expected_status = status
        reply = page.goto(self.site + path)
        assert reply is not None
        assert reply.status == status
        return page

    def named(self, name: str, status: int = 200) -> Page:
        return self(path_of(name, self.article), status=status)

    def _note(self, kind: str, text: str) -> None:
        # The browser reports every page of an error; the page itself is what is tested then.
        if kind in ("error", "warning") and f"status of {self.expected_status}" not in text:
            self.problems.append(f"{kind}: {text}")

    def _note_request(self, url: str) -> None:
        if not url.startswith((self.site + "/", "data:")):
            self.problems.append(f"request to {url}")


@pytest.fixture
def visitor(browser, site, article) -> Iterator[Callable[..., Visitor]]:
    """``visitor(**options)``: a visitor with a new profile; ``options`` are those of playwright's ``new_context``."""
    made: list[Visitor] = []

    def make(at: str = site, **options: object) -> Visitor:
        context = browser.new_context(**{"viewport": {"width": 1200, "height": 860}, "locale": "zh-CN", **options})
        context.add_init_script(WATCH)
        made.append(Visitor(at, article, context))
        return made[-1]

    yield make
    problems = [problem for visitor in made for problem in visitor.problems]
    for visitor in made:
        visitor.context.close()
    assert problems == []


@pytest.fixture
def visit(visitor) -> Visitor:
    """A visitor with the usual window."""
    return visitor()
