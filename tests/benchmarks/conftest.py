"""A corpus of a dozen articles, prepared as a run prepares it."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.speed.corpus import prepare
from benchmarks.speed.steps import Place, corpus_folder

_PLACES = ("江州", "云溪", "青石", "白鹭", "松岭", "竹海", "桂湾", "柳河", "石门", "东湖", "南浦", "北塘")


@pytest.fixture(scope="session")
def articles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("articles")
    for number, place in enumerate(_PLACES):
        text = (
            f"# {place}产业园今年开工\n\n"
            f"{place}产业园位于城市东郊，总投资{number + 2}亿元，计划建设标准厂房和物流中心，明年投入使用。\n\n"
            f"当地居民表示，希望{place}的新项目带来更多就业机会，也希望道路和公交早日通到园区门口。\n"
        )
        (folder / f"{number:02}.md").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def place(articles: Path, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The whole corpus, read and laid out for every engine."""
    work = tmp_path_factory.mktemp("work")
    mark = prepare(articles, work, [0])[0]
    corpus_folder(work, 0, mark.files)
    return Place(work, 0, mark)
