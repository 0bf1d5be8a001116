"""The search box: suggestions by keyboard and by mouse, searches it remembers, and the keys of an input method.

An input method is played through the DevTools protocol, whose events are those that a real one makes in Chromium: ``input``
events that are part of a composition, then ``compositionend``, after which no ``input`` follows.
"""

from urllib.parse import quote

import pytest
from playwright.sync_api import expect

# More than the pause after the last keystroke, with room for a busy machine.
SETTLED_MS = 500
CANDIDATE = 229  # the key code of every key that an input method takes for itself


class Box:
    """The search box of a page, and the requests for suggestions that it makes."""

    def __init__(self, page):
        self.page, self.requests = page, []
        page.on("request", lambda request: "/suggest" in request.url and self.requests.append(request))
        self.input = page.locator("search [role=combobox]")
        self.options = page.locator("search [role=option]")
        self.method = page.context.new_cdp_session(page)

    def compose(self, *steps):
        """Letters typed into an input method, as they stand in the box one after the other."""
        for step in steps:
            self.method.send(
                "Input.imeSetComposition", {"text": step, "selectionStart": len(step), "selectionEnd": len(step)}
            )
            self.page.wait_for_timeout(20)

    def confirm(self, text):
        self.method.send("Input.insertText", {"text": text})

    def enter(self, key_code=13):
        key = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": key_code, "text": "\r"}
        self.method.send("Input.dispatchKeyEvent", {"type": "keyDown", **key})
        self.method.send("Input.dispatchKeyEvent", {"type": "keyUp", **key})

    def settle(self):
        self.page.wait_for_timeout(SETTLED_MS)

    @property
    def asked(self):
        """The texts that suggestions were wanted for."""
        return [request.url.split("q=")[1] for request in self.requests]


@pytest.fixture
def box(visit):
    return Box(visit("/"))


@pytest.fixture
def slow(visit):
    """The same where time stands still until a test lets it go on: no busy machine is too slow for it."""
    visit.context.clock.install(time=0)
    page = visit("/")
    page.clock.pause_at(60)
    return Box(page)


def encoded(*texts):
    return [quote(text) for text in texts]


class TestSuggestions:
    def test_first_character_is_enough(self, box):
        box.input.press_sequentially("衡")
        expect(box.options.first).to_contain_text("衡")
        assert box.asked == encoded("衡")
        assert box.input.get_attribute("aria-expanded") == "true"
        assert box.page.locator("#" + box.input.get_attribute("aria-controls")).get_attribute("role") == "listbox"

    def test_kind_and_count_are_told(self, box):
        box.input.press_sequentially("衡州大道数字")
        expect(box.options.first).to_have_text("衡州大道数字经济走廊 园区 3 次")

    def test_fast_typing_asks_once(self, slow):
        slow.input.press_sequentially("衡州大道")
        slow.page.clock.run_for(SETTLED_MS)
        expect(slow.options.first).to_be_visible()
        assert slow.asked == encoded("衡州大道")

    def test_overtaken_answer_is_aborted(self, box):
        box.page.route("**/suggest?q=%E8%A1%A1", lambda _: None)  # never answered
        with box.page.expect_event("requestfailed", lambda request: request.url.endswith("%E8%A1%A1")) as failed:
            box.input.press_sequentially("衡")
            box.settle()
            box.input.press_sequentially("州")
        assert "ABORTED" in failed.value.failure
        expect(box.options.first).to_contain_text("衡州")

    def test_arrows_choose_and_enter_searches(self, box):
        box.input.press_sequentially("衡州")
        expect(box.options.nth(1)).to_be_visible()
        assert box.input.get_attribute("aria-activedescendant") is None
        wanted = box.options.nth(1).locator("bdi").inner_text()
        box.input.press("ArrowDown")
        box.input.press("ArrowDown")
        active = box.page.locator("#" + box.input.get_attribute("aria-activedescendant"))
        assert active.locator("bdi").inner_text() == wanted
        assert active.get_attribute("aria-selected") == "true"
        assert box.input.input_value() == "衡州"
        box.input.press("Enter")
        expect(box.page.locator("h1")).to_contain_text(wanted)

    def test_arrows_come_round_through_the_text(self, box):
        box.input.press_sequentially("衡州大道数字")
        expect(box.options.first).to_be_visible()
        last = box.options.count() - 1
        for key, active in (("ArrowUp", last), ("ArrowDown", None), ("ArrowDown", 0), ("ArrowUp", None)):
            box.input.press(key)
            expected = None if active is None else f"suggestion-{active}"
            assert box.input.get_attribute("aria-activedescendant") == expected

    def test_enter_without_a_choice_searches_what_was_typed(self, box):
        box.input.press_sequentially("衡")
        expect(box.options.first).to_be_visible()
        box.input.press("Enter")
        expect(box.page.locator("h1")).to_contain_text("“衡”")

    def test_escape_closes_the_list_and_keeps_the_text(self, box):
        box.input.press_sequentially("衡")
        expect(box.options.first).to_be_visible()
        box.input.press("Escape")
        expect(box.options).to_have_count(0)
        assert box.input.get_attribute("aria-expanded") == "false"
        assert box.input.input_value() == "衡"

    def test_click_searches(self, box):
        box.input.press_sequentially("衡州大道数字")
        box.options.first.click()
        expect(box.page.locator("h1")).to_contain_text("“衡州大道数字经济走廊”")

    def test_leaving_the_box_closes_the_list(self, box):
        box.input.press_sequentially("衡")
        expect(box.options.first).to_be_visible()
        box.input.press("Tab")
        expect(box.options).to_have_count(0)

    def test_number_of_suggestions_is_announced(self, box):
        box.input.press_sequentially("衡州大道数字")
        expect(box.options.first).to_be_visible()
        expect(box.page.locator("search [role=status]")).to_have_text(f"{box.options.count()} 条建议")

    @pytest.mark.parametrize("outage", [500, 429, None], ids=["error", "too-many", "gone"])
    def test_outage_is_silent(self, visitor, outage):
        visit = visitor()
        visit.expected_status = outage
        box = Box(visit("/"))
        visit.expected_status = outage or "net::ERR_FAILED"
        box.page.route("**/suggest*", lambda route: route.fulfill(status=outage) if outage else route.abort())
        box.input.press_sequentially("衡")
        box.settle()
        expect(box.options).to_have_count(0)
        visit.problems = [problem for problem in visit.problems if "ERR_FAILED" not in problem]
        box.input.press("Enter")
        expect(box.page.locator("h1")).to_contain_text("“衡”")


class TestInputMethod:
    def test_nothing_is_asked_during_a_composition_and_once_after_it(self, box):
        box.input.focus()
        box.compose("h", "he", "hen", "heng", "heng'y", "heng'yang")
        box.settle()
        assert box.input.input_value() == "heng'yang"
        assert box.asked == []
        box.confirm("衡阳")
        expect(box.options.first).to_contain_text("衡阳")
        box.settle()
        assert box.asked == encoded("衡阳")

    def test_composition_stops_what_was_about_to_be_asked(self, slow):
        slow.input.press_sequentially("衡")
        slow.compose("y")
        slow.page.clock.run_for(SETTLED_MS)
        assert slow.asked == []
        slow.confirm("阳")
        slow.page.clock.run_for(SETTLED_MS)
        expect(slow.options.first).to_contain_text("衡阳")
        assert slow.asked == encoded("衡阳")

    def test_enter_on_a_candidate_does_not_search(self, box):
        box.input.focus()
        box.compose("h", "heng")
        box.enter(CANDIDATE)
        box.settle()
        assert box.page.url.endswith("/")
        box.confirm("衡")
        box.settle()
        assert box.page.url.endswith("/")
        assert box.input.input_value() == "衡"

    def test_enter_that_comes_after_the_composition_does_not_search(self, box):
        """Safari ends the composition first; only the key code still tells whose Enter it is."""
        box.input.focus()
        box.compose("h", "heng")
        box.confirm("衡")
        box.enter(CANDIDATE)
        box.settle()
        assert box.page.url.endswith("/")

    def test_enter_of_the_reader_searches(self, box):
        box.input.focus()
        box.compose("h", "heng")
        box.confirm("衡")
        box.enter()
        expect(box.page.locator("h1")).to_contain_text("“衡”")

    def test_arrows_belong_to_the_candidates(self, box):
        box.input.press_sequentially("衡")
        expect(box.options.first).to_be_visible()
        key = {"key": "ArrowDown", "code": "ArrowDown", "windowsVirtualKeyCode": CANDIDATE}
        box.method.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **key})
        assert box.input.get_attribute("aria-activedescendant") is None


class TestRememberedSearches:
    def test_empty_box_offers_recent_searches(self, visitor):
        visit = visitor()
        for query in ("衡阳", "走廊", "衡阳"):
            visit(f"/search?q={query}").close()
        box = Box(visit("/"))
        expect(box.options).to_have_count(0)  # the box has the focus, and nobody asked
        box.input.press("ArrowDown")
        assert box.options.locator("bdi").all_inner_texts() == ["衡阳", "走廊"]
        assert box.asked == []

    def test_saved_searches_come_first_and_stay(self, visitor):
        visit = visitor()
        page = visit("/search?q=走廊")
        page.get_by_role("button", name="收藏这次检索").click()
        expect(page.locator(".toast")).to_contain_text("已收藏")
        visit("/search?q=衡阳").close()
        assert visit("/search?q=走廊").locator("#save").get_attribute("aria-pressed") == "true"
        box = Box(visit("/"))
        box.input.click()
        expect(box.options).to_have_text(["走廊 收藏", "衡阳 最近"])

    def test_they_are_listed_and_cleared_on_the_start_page(self, visitor):
        visit = visitor()
        for query in ("衡阳", "走廊"):
            visit(f"/search?q={query}").close()
        page = visit("/")
        kept = page.locator("#kept")
        kept.locator("summary").click()
        assert kept.locator("a").all_inner_texts() == ["走廊", "衡阳"]
        kept.get_by_role("button", name="去掉 走廊").click()
        assert kept.locator("a").all_inner_texts() == ["衡阳"]
        kept.get_by_role("button", name="清除最近的检索").click()
        expect(kept).to_contain_text("还没有")
        assert page.evaluate("JSON.parse(localStorage['yansou.recent'])") == []

    def test_query_is_kept_as_text(self, visitor):
        visit = visitor()
        visit("/search?q=<img src=x onerror=alert(1)>").close()
        page = visit("/")
        page.locator("#kept summary").click()
        assert page.locator("#kept a").inner_text() == "<img src=x onerror=alert(1)>"
        assert page.locator("#kept img").count() == 0

    @pytest.mark.parametrize("held", ["{", '"text"', "[1, null]", "null"])
    def test_what_others_wrote_there_does_no_harm(self, visitor, held):
        visit = visitor()
        visit.context.add_init_script(f"localStorage['yansou.recent'] = {held!r}")
        box = Box(visit("/"))
        box.input.press("ArrowDown")
        expect(box.options).to_have_count(0)
