"""What a reader does: from a search into an article and back, by keys, in another theme, taking a passage along."""

import re
from urllib.parse import unquote

import pytest
from playwright.sync_api import expect

from tests.browser.pages import QUERY

RESULTS = f"/search?q={QUERY}"
SCROLLED = "window.scrollY"


@pytest.fixture
def results(visit):
    return visit(RESULTS)


def hits(page):
    return page.locator("article.hit")


def title(hit):
    return hit.locator("a").first


def focused(page):
    """The number of the result whose title has the focus; -1 if none has."""
    return page.evaluate(
        "[...document.querySelectorAll('article.hit')].findIndex((hit) => hit.contains(document.activeElement))"
    )


class TestFromSearchToArticleAndBack:
    def test_search_leads_to_the_marked_article(self, visit):
        page = visit("/")
        page.locator("#q").fill(QUERY)
        page.locator("#search button[type=submit]").click()
        expect(page.locator("h1")).to_contain_text(QUERY)
        assert QUERY in page.title()
        wanted = title(hits(page).first).inner_text()
        title(hits(page).first).click()
        expect(page).to_have_title(re.compile(re.escape(wanted)))
        expect(page.locator("mark#m1")).to_have_text(QUERY)
        assert page.locator("#q").input_value() == QUERY

    def test_back_comes_to_the_same_place(self, results):
        last = hits(results).last
        last.scroll_into_view_if_needed()
        scrolled = results.evaluate(SCROLLED)
        assert scrolled > 200
        at = hits(results).count() - 1
        title(last).click()
        results.wait_for_url("**/articles/**")
        results.go_back()
        results.wait_for_url("**/search**")
        results.wait_for_function(f"Math.abs(window.scrollY - {scrolled}) < 2")
        assert focused(results) == at

    def test_forward_comes_to_the_same_place(self, results):
        title(hits(results).first).click()
        results.wait_for_url("**/articles/**")
        results.evaluate("window.scrollTo({ top: 120, behavior: 'instant' })")
        scrolled = results.evaluate(SCROLLED)
        results.go_back()
        results.wait_for_url("**/search**")
        results.go_forward()
        results.wait_for_url("**/articles/**")
        results.wait_for_function(f"Math.abs(window.scrollY - {scrolled}) < 2")

    def test_one_step_back_after_many_matches(self, results):
        title(hits(results).first).click()
        results.wait_for_url("**/articles/**")
        for _ in range(3):
            results.keyboard.press("n")
        results.go_back()
        results.wait_for_url("**/search**")

    def test_link_back_leads_to_the_results(self, results):
        results.goto(results.url + "&sort=date")
        title(hits(results).first).click()
        results.wait_for_url("**/articles/**")
        results.locator(".trail a").first.click()
        results.wait_for_url("**/search**")
        assert "sort=date" in results.url

    def test_filter_narrows_and_its_chip_widens(self, results):
        chips, total = results.locator(".chips li"), hits(results).count()
        before = chips.count()
        results.locator(".facets li a").first.click()
        expect(chips).not_to_have_count(before)
        chips.last.locator("a").click()
        expect(chips).to_have_count(before)
        assert hits(results).count() == total


class TestKeys:
    def test_slash_goes_to_the_box(self, results):
        results.keyboard.press("/")
        expect(results.locator("#q")).to_be_focused()
        assert results.locator("#q").input_value() == QUERY

    def test_j_and_k_move_and_enter_opens(self, results):
        for key, place in (("j", 0), ("j", 1), ("j", 2), ("k", 1)):
            results.keyboard.press(key)
            assert focused(results) == place
        wanted = title(hits(results).nth(1)).inner_text()
        results.keyboard.press("Enter")
        expect(results).to_have_title(re.compile(re.escape(wanted)))

    def test_j_and_k_walk_through_a_concordance_and_back_comes_to_the_line(self, visit):
        page = visit(f"{RESULTS}&view=concordance")
        lines = page.locator(".kwic tbody tr a")
        for key, place in (("j", 0), ("j", 1), ("j", 2), ("k", 1)):
            page.keyboard.press(key)
            expect(lines.nth(place)).to_be_focused()
        page.keyboard.press("Enter")
        page.wait_for_url("**/articles/**")
        page.go_back()
        expect(lines.nth(1)).to_be_focused()

    def test_j_stays_at_the_last_result(self, results):
        for _ in range(hits(results).count() + 2):
            results.keyboard.press("j")
        assert focused(results) == hits(results).count() - 1

    def test_n_and_p_go_from_match_to_match(self, visit, article):
        page = visit(f"/articles/{article}?q={QUERY}")
        matches = page.locator("mark[id]").count()
        assert matches > 1
        for key, match in (("n", 1), ("n", 2), ("p", 1), ("p", matches), ("n", 1)):
            page.keyboard.press(key)
            assert page.url.endswith(f"#m{match}")
            assert page.locator("mark:target").get_attribute("id") == f"m{match}"

    def test_n_starts_in_the_passage_that_was_opened(self, results):
        title(hits(results).nth(2)).click()
        results.wait_for_url("**/articles/**")
        passage = results.url.split("#")[1]
        results.keyboard.press("n")
        assert results.locator(f"[id='{passage}'] mark:target, mark[id='{passage}'] ~ mark:target").count() == 1

    def test_question_mark_shows_the_keys(self, results):
        results.keyboard.press("?")
        dialog = results.get_by_role("dialog", name="快捷键")
        expect(dialog).to_be_visible()
        assert dialog.locator("kbd").all_inner_texts() == ["/", "j", "k", "Enter", "n", "p", "c", "?"]
        results.keyboard.press("Escape")
        expect(dialog).to_be_hidden()

    def test_one_switch_turns_them_off_for_good(self, visit, results):
        results.get_by_role("button", name="快捷键").click()
        results.get_by_role("checkbox", name="使用单键快捷键").uncheck()
        results.get_by_role("button", name="关闭").click()
        for page in (results, visit(RESULTS)):
            for key in ("j", "/", "?"):
                page.keyboard.press(key)
            assert focused(page) == -1
            assert page.locator("#q:focus, dialog[open]").count() == 0

    def test_they_are_letters_in_a_field(self, results):
        results.locator("#q").fill("")
        results.locator("#q").press_sequentially("j/?kn")
        assert results.locator("#q").input_value() == "j/?kn"
        expect(results.locator("dialog[open]")).to_have_count(0)

    @pytest.mark.parametrize("modifier", ["Control", "Alt", "Meta"])
    def test_modified_keys_belong_to_the_browser(self, results, modifier):
        results.keyboard.press(f"{modifier}+j")
        assert focused(results) == -1


class TestTheme:
    @pytest.mark.parametrize(("system", "choice"), [("light", "dark"), ("dark", "light")])
    def test_choice_holds_on_every_page_before_the_first_paint(self, visitor, system, choice):
        visit = visitor(color_scheme=system)
        page = visit("/")
        own = page.evaluate("getComputedStyle(document.body).backgroundColor")
        page.locator("select.theme").select_option(choice)
        chosen = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert chosen != own
        # The first frame that the next page draws, before any deferred script.
        visit.context.add_init_script(
            "requestAnimationFrame(() => window.first = getComputedStyle(document.documentElement).colorScheme)"
        )
        second = visit("/help")
        assert second.evaluate("window.first") == choice
        assert second.evaluate("getComputedStyle(document.body).backgroundColor") == chosen
        second.locator("select.theme").select_option("auto")
        assert second.evaluate("getComputedStyle(document.body).backgroundColor") == own


class TestTakingAlong:
    @pytest.fixture
    def story(self, visitor, article):
        visit = visitor(permissions=["clipboard-read", "clipboard-write"])
        return visit(f"/articles/{article}?q={QUERY}")

    @staticmethod
    def copied(page):
        return page.evaluate("navigator.clipboard.readText()")

    def test_link_to_a_passage_points_to_a_whole_clause(self, story):
        passage = story.locator(".story > p:has(mark)").first
        passage.hover()
        passage.get_by_role("link", name="这一段的链接").click()
        expect(story.locator(".toast")).to_have_text("已复制这一段的链接")
        address, fragment = self.copied(story).split("#")
        place, clause = fragment.split(":~:text=")
        assert address == story.url.split("#")[0]
        assert place == passage.get_attribute("id")
        assert not set(unquote(clause)) & set("，。；：、“”")
        assert unquote(clause) in passage.inner_text()

    @pytest.mark.parametrize("style", ["cite-gbt", "cite-bibtex"])
    def test_citation_is_copied_as_it_stands(self, story, style):
        story.locator("details.cite summary").click()
        story.locator(f"button[data-copy={style}]").click()
        expect(story.locator(".toast")).to_have_text("已复制")
        assert self.copied(story) == story.locator(f"#{style}").inner_text().strip()

    def test_one_key_copies_the_citation(self, story):
        story.keyboard.press("n")
        story.keyboard.press("c")
        expect(story.locator(".toast")).to_have_text("已复制引用")
        assert self.copied(story) == story.locator("#cite-gbt").text_content()

    def test_link_in_the_head_opens_the_citation(self, story):
        story.locator(".story .meta").get_by_role("link", name="引用").click()
        expect(story.locator("#cite-gbt")).to_be_in_viewport()

    def test_refused_clipboard_shows_the_text(self, visit, article):
        page = visit(f"/articles/{article}")
        page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('refused')); }")
        with page.expect_event("dialog") as asked:
            page.on("dialog", lambda dialog: dialog.dismiss())
            page.locator(".story > p a.pin").first.click(force=True)
        assert asked.value.default_value.startswith(page.url)


class TestTelephone:
    def test_filters_open_over_the_page_and_close(self, visitor):
        page = visitor(viewport={"width": 360, "height": 640}, has_touch=True)(RESULTS)
        before = page.locator(".chips li").count()
        page.locator(".facets summary").tap()
        sheet = page.get_by_role("dialog", name="筛选")
        expect(sheet).to_be_visible()
        page.keyboard.press("Escape")
        expect(sheet).to_be_hidden()
        page.locator(".facets summary").tap()
        sheet.locator("li a").first.tap()
        expect(page.locator(".chips li")).not_to_have_count(before)
