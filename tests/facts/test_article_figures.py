"""Figures of whole articles: names, topic and the passage before."""

from __future__ import annotations

from indexer.facts import find_article_figures
from indexer.facts.names import Mention
from indexer.reading.article import Article, Passage


def _article(*texts: str, date: str | None = None) -> Article:
    passages = tuple(
        Passage(f"a-{ordinal}", "body" if ordinal else "title", ordinal, text) for ordinal, text in enumerate(texts)
    )
    return Article("a", texts[0], "a.txt", passages, date=date)


def _park(passage: int, start: int, name: str) -> Mention:
    return Mention("park", name, name, passage, start, start + len(name), "suffix")


def test_every_passage_has_its_list():
    assert [len(each) for each in find_article_figures(_article("标题", "企业3家、5家。", "无数字。"))] == [0, 2, 0]


def test_names_go_to_their_passage():
    article = _article("标题", "云谷产业园产值3亿元。", "东湖科技园产值5亿元。")
    names = [_park(1, 0, "云谷产业园"), _park(2, 0, "东湖科技园")]
    subjects = [figure.subject for each in find_article_figures(article, names) for figure in each]
    assert subjects == ["云谷产业园", "东湖科技园"]


def test_a_passage_without_names_takes_the_one_before():
    article = _article("标题", "云谷产业园开园。", "总投资5亿元。")
    [figure] = find_article_figures(article, [_park(1, 0, "云谷产业园")])[2]
    assert figure.subject == "云谷产业园"


def test_the_title_is_the_last_resort():
    article = _article("走进云谷产业园", "天气晴。", "天气晴。", "天气晴。", "天气晴。", "总投资5亿元。")
    [figure] = find_article_figures(article, [_park(0, 2, "云谷产业园")])[5]
    assert figure.subject == "云谷产业园"


def test_dates_lean_on_the_article_and_the_passage_before():
    article = _article("标题", "3月30日开工。", "当天签约项目10个。", date="2022-04-01")
    [figure] = find_article_figures(article)[2]
    assert (figure.period, figure.period_start) == ("2022年3月30日", "2022-03-30")
