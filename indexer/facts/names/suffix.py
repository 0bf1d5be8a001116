"""Names that show what they are by their last word; each rule looks at one such word and at what stands to its left."""

from __future__ import annotations

from collections.abc import Iterator

from indexer.facts.names.organizations import (
    brand_rule,
    company_rule,
    department_rule,
    find_level_bodies,
    institution_rule,
)
from indexer.facts.names.parks import park_rule
from indexer.facts.names.projects import facility_rule, project_rule
from indexer.facts.names.scan import Found, Text

__all__ = ["find_by_suffix"]

# By the sections of suffixes.txt. Each takes the text, start and end of the last word, and the word.
_RULES = {
    "park": park_rule,
    "project": project_rule,
    "facility": facility_rule,
    "company": company_rule,
    "institution": institution_rule,
    "department": department_rule,
    "brand-sure": brand_rule,
}


def find_by_suffix(text: Text) -> Iterator[Found]:
    """Parks, projects and organizations, nested and overlapping ones included."""
    s = text.text
    yield from find_level_bodies(text)
    for start, end, categories in text.words.suffixes:
        for category in categories:
            yield from _RULES[category](text, start, end, s[start:end])
