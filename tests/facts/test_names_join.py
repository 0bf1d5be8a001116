"""Names of an archive: what is joined across articles, whatever the order."""

from __future__ import annotations

import random
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.facts.names import Gazetteer, Name, join_aliases


@dataclass(frozen=True)
class Use:
    kind: str
    name: str
    surface: str


def join(*articles: list[tuple[str, str] | str], kind: str = "park", gazetteer: Gazetteer | None = None) -> list[Name]:
    """Articles of (name in the article, surface), or of names alone."""
    uses = {
        f"a{number}": [Use(kind, *((use, use) if isinstance(use, str) else use)) for use in article]
        for number, article in enumerate(articles)
    }
    return join_aliases(uses, gazetteer)  # type: ignore[arg-type]  # a test's own class of uses


@pytest.mark.parametrize(
    ("kind", "left", "right"),
    [
        pytest.param("park", "“云台谷”钟表产业园", "云台谷钟表产业园", id="quotation-marks"),
        pytest.param("park", "宿迁高新技术产业开发区", "宿迁国家高新区", id="long-and-short-type"),
        pytest.param("park", "宿迁市高新区", "宿迁高新区", id="city-with-and-without-its-suffix"),
        pytest.param("park", "金溪县秀谷工业园区", "秀谷工业园", id="place-in-front"),
        pytest.param("organization", "中共芜湖市委", "芜湖市委", id="party-committee"),
        pytest.param("organization", "芜湖市人民政府", "芜湖市政府", id="people's-government"),
        pytest.param("place", "衡阳市", "衡阳", id="place-and-short-form"),
    ],
)
def test_spellings_of_one_name_are_joined(kind: str, left: str, right: str) -> None:
    (name,) = join([left], [right, right], kind=kind)
    assert (name.mentions, name.articles) == (3, 2)
    assert {name.name, *name.aliases} >= {left, right}


@pytest.mark.parametrize(
    ("kind", "left", "right"),
    [
        pytest.param("park", "宿迁高新区", "高新区", id="type-alone"),
        pytest.param("organization", "芜湖市委", "市委", id="office-alone"),
        pytest.param("park", "芜湖云谷产业园", "滁州云谷产业园", id="two-cities"),
        pytest.param("organization", "海沃科技有限公司", "海沃集团", id="two-companies"),
        pytest.param("place", "衡阳市", "衡阳县", id="city-and-county"),
    ],
)
def test_different_names_stay_apart(kind: str, left: str, right: str) -> None:
    assert len(join([left], [right], kind=kind)) == 2


def test_name_without_its_place_stays_alone_when_two_places_have_one() -> None:
    names = join(["芜湖云谷产业园"], ["滁州云谷产业园"], ["云谷产业园"])
    assert sorted(name.name for name in names) == ["云谷产业园", "滁州云谷产业园", "芜湖云谷产业园"]


def test_short_form_learnt_in_one_article_joins_another() -> None:
    full = "云川智能装备股份有限公司"
    (name,) = join([full, (full, "云川智能")], ["云川智能"], kind="organization")
    assert (name.name, name.aliases) == (full, ("云川智能",))


def test_short_form_of_two_names_joins_neither() -> None:
    names = join([("云川智能装备公司", "云川")], [("云川生物医药公司", "云川")], ["云川"], kind="organization")
    assert len(names) == 3


def test_office_alone_is_joined_by_its_article_only() -> None:
    names = join([("芜湖市委", "市委")], [("滁州市委", "市委")], kind="organization")
    assert [(name.name, name.aliases) for name in names] == [("滁州市委", ("市委",)), ("芜湖市委", ("市委",))]


def test_user_joins_names(tmp_path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "names.txt"
    path.write_text("join 云台谷 = 云台产业新城\n", encoding="utf-8")
    (name,) = join(["云台谷"], ["云台产业新城"], gazetteer=Gazetteer(path))
    assert name.names == ("云台产业新城", "云台谷")


def test_kinds_are_never_joined() -> None:
    uses = {"a": [Use("park", "云台谷", "云台谷"), Use("project", "云台谷", "云台谷")]}
    assert [name.kind for name in join_aliases(uses)] == ["park", "project"]  # type: ignore[arg-type]


_NAMES = st.sampled_from(
    [
        "云谷产业园",
        "芜湖云谷产业园",
        "芜湖市云谷产业园区",
        "滁州云谷产业园",
        "“云谷”产业园",
        "高新区",
        "芜湖高新区",
        "芜湖国家高新区",
        "安徽芜湖高新区",
    ]
)


@given(st.lists(st.lists(st.tuples(_NAMES, _NAMES), max_size=4), max_size=5), st.randoms(use_true_random=False))
def test_order_does_not_matter(articles: list[list[tuple[str, str]]], shuffle: random.Random) -> None:
    uses = {f"a{n}": [Use("park", *use) for use in article] for n, article in enumerate(articles)}
    joined = join_aliases(uses)  # type: ignore[arg-type]
    keys = list(uses)
    shuffle.shuffle(keys)
    assert join_aliases({key: uses[key][::-1] for key in keys}) == joined  # type: ignore[arg-type]
    assert sum(name.mentions for name in joined) == sum(map(len, articles))
