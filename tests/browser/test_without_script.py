"""The same journeys with JavaScript switched off: nothing that matters is missing, and no control is dead."""

import pytest
from playwright.sync_api import expect

from tests.browser.pages import PAGES, QUERY

# Found in more articles of the shipped corpus than one page shows.
MANY = "年"


@pytest.fixture
def plain(visitor):
    return visitor(java_script_enabled=False)


@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_there_and_no_control_is_dead(plain, name):
    page = plain.named(name, PAGES[name][2])
    expect(page.locator("h1").first).to_be_visible()
    expect(page.locator(".scripted:visible")).to_have_count(0)
    dead = "button:not([type=submit]):visible, input:not(form *):visible, select:not(form *):visible"
    expect(page.locator(dead)).to_have_count(0)


def test_from_search_to_article_and_back(plain):
    page = plain("/")
    page.locator("#q").fill(QUERY)
    page.locator("#q").press("Enter")
    expect(page.locator("h1")).to_contain_text(QUERY)
    page.locator("article.hit a").first.click()
    expect(page.locator("mark#m1")).to_have_text(QUERY)
    page.locator(".trail a").first.click()
    expect(page.locator("h1")).to_contain_text(QUERY)


def test_filters_sorting_and_pages_are_links(plain):
    page = plain(f"/search?q={MANY}")
    page.locator(".pagination a").last.click()
    assert "page=2" in page.url
    page.get_by_role("link", name="按日期").click()
    assert "sort=date" in page.url
    page.wait_for_load_state()
    before = page.locator(".chips li").count()
    page.locator(".facets li a").first.click()
    expect(page.locator(".chips li")).not_to_have_count(before)


def test_filters_unfold_on_a_telephone(visitor):
    page = visitor(java_script_enabled=False, viewport={"width": 360, "height": 640})(f"/search?q={QUERY}")
    expect(page.locator(".facets a").first).to_be_hidden()
    page.locator(".facets summary").click()
    expect(page.locator(".facets a").first).to_be_visible()


def test_matches_are_linked_to_each_other(plain, article):
    page = plain(f"/articles/{article}?q={QUERY}#m1")
    page.locator("mark:target + .hop").get_by_role("link", name="下一处").click()
    assert page.url.endswith("#m2")


def test_dark_follows_the_system(visitor):
    page = visitor(java_script_enabled=False, color_scheme="dark")("/")
    expect(page.locator("body")).not_to_have_css("background-color", "rgb(252, 251, 248)")


def test_figures_names_and_timeline(plain):
    page = plain(f"/timeline?q={QUERY}")
    expect(page.locator(".event").first).to_be_visible()
    page = plain("/names/park")
    page.locator(".names-table a").first.click()
    expect(page.locator("h1")).not_to_be_empty()
    page = plain("/figures?q=产值")
    expect(page.locator(".figures-table tbody tr").first).to_be_visible()
