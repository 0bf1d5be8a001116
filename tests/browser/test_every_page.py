"""What holds for every page: no fault that axe-core finds, light and dark, wide and narrow; nothing moves, all of it prints."""

from __future__ import annotations

import pytest
from axe_playwright_python.base import AXE_SCRIPT

from tests.browser.pages import PAGES
from webui import create_app

# Levels A and AA of WCAG 2.0, 2.1 and 2.2; the last also switches the rule on the size of targets on.
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What another theme or a narrow window can change; the rest of a page is the same in all of them.
LOOKS = ["color-contrast", "target-size", "link-in-text-block", "scrollable-region-focusable"]
WIDE = {"width": 1200, "height": 860}
PHONE = {"width": 320, "height": 640}
every_page = pytest.mark.parametrize("name", PAGES)

# Elements that reach over the right edge, but for those clipped by an ancestor on purpose.
WIDER_THAN_THE_WINDOW = """() => [...document.querySelectorAll("body *")].filter((element) => {
  const box = element.getBoundingClientRect();
  return box.width && box.right > document.documentElement.clientWidth + 1 && getComputedStyle(element).position !== "absolute";
}).slice(0, 5).map((element) => element.tagName + "." + element.className)"""

SMALL_CONTROLS = """() => [...document.querySelectorAll("button, input, select, summary, [role=option]")].filter((element) => {
  if (element.type === "hidden" || !element.checkVisibility()) return false;
  const target = (element.matches("[type=radio], [type=checkbox]") && element.closest("label")) || element;
  const box = target.getBoundingClientRect();
  return box.width < 24 || box.height < 24;
}).map((element) => element.outerHTML.slice(0, 80))"""

# Set before the page runs; the buffer keeps what happened before the observer.
OBSERVE_SHIFTS = """
window.shifts = [];
new PerformanceObserver((list) => list.getEntries().forEach((entry) =>
  entry.hadRecentInput || shifts.push([entry.value, ...entry.sources.map(({ node }) => node?.outerHTML?.slice(0, 80))])
)).observe({ type: "layout-shift", buffered: true });
"""

# Fonts are there, and two frames were drawn with them: shifts are told after the frame they happened in.
SETTLED = """async () => {
  await document.fonts.ready;
  for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
}"""


def faults(page, only):
    """What axe-core finds by the rules named or with one of the tags, as short lines."""
    return [
        f"{rule['id']}: {node['target']} {node['html'][:120]} {node['failureSummary']}"
        for rule in page.evaluate("(only) => axe.run({ runOnly: only, resultTypes: ['violations'] })", only)[
            "violations"
        ]
        for node in rule["nodes"]
    ]


def test_no_page_is_left_out(shipped):
    """A new page has to be named in ``pages.py``, and is then tested here."""
    rules = create_app(shipped).url_map.iter_rules()
    visited = {endpoint for endpoint, _, _ in PAGES.values()}
    not_pages = {"facts.all_names", "pages.opensearch_suggest"}  # leads on to another page; data for browsers
    pages = {
        rule.endpoint
        for rule in rules
        if "GET" in rule.methods and not rule.rule.startswith(("/api/", "/static/")) and "." not in rule.rule
    }
    assert pages - not_pages == visited - {None}


@every_page
def test_axe_finds_no_fault(visitor, name):
    page = visitor(color_scheme="light").named(name, PAGES[name][2])
    page.evaluate(AXE_SCRIPT)
    found = {"light": faults(page, TAGS)}
    page.emulate_media(color_scheme="dark")
    found["dark"] = faults(page, LOOKS)
    page.set_viewport_size(PHONE)
    found["dark, narrow"] = faults(page, LOOKS)
    assert found == {"light": [], "dark": [], "dark, narrow": []}


@every_page
def test_telephone_needs_no_sideways_scrolling(visitor, name):
    page = visitor(viewport=PHONE, has_touch=True).named(name, PAGES[name][2])
    assert page.evaluate("document.documentElement.scrollWidth") == 320, page.evaluate(WIDER_THAN_THE_WINDOW)
    assert page.evaluate(SMALL_CONTROLS) == []


@every_page
def test_nothing_moves_after_it_was_shown(visitor, name):
    visit = visitor()
    visit.context.add_init_script(OBSERVE_SHIFTS)
    page = visit.named(name, PAGES[name][2])
    page.evaluate(SETTLED)
    assert page.evaluate("shifts") == []


@every_page
def test_prints_without_controls(visitor, name):
    page = visitor().named(name, PAGES[name][2])
    page.emulate_media(media="print")
    assert page.locator("button:visible, input:visible, select:visible").count() == 0
    assert page.locator("h1").first.is_visible()
    assert page.pdf(format="A4").startswith(b"%PDF-")
