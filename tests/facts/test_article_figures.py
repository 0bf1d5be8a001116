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


def test_a_caption_is_no_topic():
    passages = (
        Passage("a-0", "title", 0, "标题"),
        Passage("a-1", "body", 1, "云谷产业园开园。"),
        Passage("a-2", "caption", 2, "东湖科技园。"),
        Passage("a-3", "body", 3, "总投资5亿元。"),
    )
    names = [_park(1, 0, "云谷产业园"), _park(2, 0, "东湖科技园")]
    [figure] = find_article_figures(Article("a", "标题", "a.txt", passages), names)[3]
    assert figure.subject == "云谷产业园"


def test_what_the_title_names_before_its_colon_is_a_name_in_the_body():
    article = _article("云上粮谷：千亩地里的工厂", "在东县，云上粮谷开工，用地900亩。")
    [figure] = find_article_figures(article, [Mention("place", "东县", "东县", 1, 1, 3, "suffix")])[1]
    assert figure.subject == "云上粮谷"


def test_words_before_a_colon_that_do_not_come_again_are_no_name():
    article = _article("记者手记：千亩地里的工厂", "用地900亩。")
    [figure] = find_article_figures(article)[1]
    assert figure.subject is None


def test_the_place_most_passages_name_is_what_the_others_are_about():
    article = _article(
        "标题", "东州天气晴。", "东州开会。", "东州来客。", "天气晴。", "天气晴。", "天气晴。", "用地900亩。"
    )
    names = [Mention("place", "东州", "东州", passage, 0, 2, "gazetteer") for passage in (1, 2, 3)]
    [figure] = find_article_figures(article, names)[7]
    assert figure.subject == "东州"
