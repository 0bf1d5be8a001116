"""Short cuts before patterns of many alternatives give what the patterns alone would give."""

from __future__ import annotations

import re
from itertools import product

import pytest

from indexer.facts import metric, period, subject
from indexer.facts.metric import _before_link

ALONE = re.compile(metric._LINK.pattern.partition("])")[2])
CHARACTERS = sorted({char for char in ALONE.pattern if char not in "()[]?:|<!{}$+\\-"} | {" ", "\n", "\u3000"})


def searched(text: str) -> int:
    link = ALONE.search(text)
    return link.start() if link else len(text)


def test_what_links_is_found_behind_any_two_characters() -> None:
    pairs = map("".join, product(CHARACTERS, repeat=2))
    assert [pair for pair in pairs if _before_link(pair, 0, 2) != searched(pair)] == []


@pytest.mark.parametrize(
    ("text", "end"),
    [
        pytest.param("总投资", 3, id="none"),
        pytest.param("里程的答案是", 2, id="the-answer"),
        pytest.param("产值接近全省", 2, id="nearly-all-of-a-province"),
        pytest.param("用工一共分为", 2, id="in-all-divided"),
        pytest.param("规模可望升到了", 2, id="may-rise-to"),
        pytest.param("年薪人民币", 2, id="currency"),
        pytest.param("客商在当地投资", 2, id="at-this-place"),
        pytest.param("客商在这里", 2, id="here"),
        pytest.param("客商在当地来投资", 8, id="too-far-from-the-place"),
        pytest.param("", 0, id="empty"),
    ],
)
def test_a_measure_ends_before_what_links_it(text: str, end: int) -> None:
    assert _before_link(text, 0, len(text)) == searched(text) == end


@pytest.mark.parametrize(
    "pattern",
    [
        pytest.param(metric._LINK, id="link"),
        pytest.param(period._GOAL, id="goal"),
        pytest.param(period._DONE, id="done"),
        pytest.param(subject._HERE, id="here"),
    ],
)
def test_the_first_characters_of_a_pattern_leave_none_out(pattern: re.Pattern[str]) -> None:
    firsts, _, rest = pattern.pattern.partition("])")
    assert firsts.startswith("(?=[")
    alone = re.compile(rest)
    pieces = sorted(set(re.findall("[一-龥]+|[0-9]", rest)))
    texts = ["".join(pair) for pair in product(pieces, repeat=2)]
    assert sum(alone.search(text) is not None for text in texts) > len(texts) / 10
    assert [text for text in texts if _spans(alone, text) != _spans(pattern, text)] == []


def _spans(pattern: re.Pattern[str], text: str) -> list[tuple[int, int]]:
    return [match.span() for match in pattern.finditer(text)]
