"""Replies of the application as tests read them."""

from __future__ import annotations

import re
from functools import cached_property
from html.parser import HTMLParser

from bs4 import BeautifulSoup


class Reply:
    """A reply with its HTML read: ``one`` and ``all`` select, ``text`` is what stands there without its white space."""

    def __init__(self, response):
        self.response = response
        self.status = response.status_code
        self.headers = response.headers
        self.html = response.get_data(as_text=True)

    @cached_property
    def page(self):
        return BeautifulSoup(self.html, "html.parser")

    def all(self, selector):
        return self.page.select(selector)

    def one(self, selector):
        found = self.page.select(selector)
        assert len(found) == 1, f"{len(found)} elements match {selector}"
        return found[0]

    def text(self, selector):
        return "".join(self.one(selector).get_text().split())


# The scripts that every page loads; any other would come from outside.
OUR_SCRIPTS = re.compile(r"/static/(theme|room)\.js\?v=[0-9a-f]+")


class TagCollector(HTMLParser):
    """Every start tag with its attributes, as a browser's tokenizer would see them, but for our own scripts."""

    def __init__(self):
        super().__init__()
        self.tags = []

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if (
            tag == "script"
            and OUR_SCRIPTS.fullmatch(attributes.pop("src", ""))
            and attributes in ({}, {"type": "module"})
        ):
            return
        self.tags.append((tag, dict(attrs)))


def tags_of(html):
    """(tag, attributes) of every start tag in a page but those of our own scripts."""
    collector = TagCollector()
    collector.feed(html)
    return collector.tags
