"""Articles to the passages that all engines get."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.speed.corpus import corpus_folder, prepare, vary
from benchmarks.speed.steps import Place


def test_the_whole_corpus_is_every_passage(place: Place) -> None:
    texts = list(place.material().texts())
    assert (place.mark.files, place.mark.articles, place.mark.passages) == (12, 12, 36)
    assert len(texts) == 36
    assert sum(len(text.encode()) for text in texts) == place.mark.text_bytes
    assert "江州产业园今年开工" in texts


def test_a_size_is_a_prefix_that_ends_with_a_file(articles: Path, tmp_path: Path) -> None:
    marks = prepare(articles, tmp_path, [4, 0])
    assert marks[4].passages == 6  # two files of three passages
    assert marks[4].files == 2
    part = list(Place(tmp_path, 4, marks[4]).material().texts())
    assert part == list(Place(tmp_path, 0, marks[0]).material().texts())[:6]


def test_sizes_beyond_the_corpus_are_changed_copies(articles: Path, tmp_path: Path) -> None:
    marks = prepare(articles, tmp_path, [0, 60])
    texts = list(Place(tmp_path, 60, marks[60]).material().texts())
    assert marks[0].passages == 36
    assert 60 <= marks[60].passages == len(texts)
    # An article of a hundred characters gets three changes at most: one of its three passages may stay as it is.
    changed = [text for text in texts[36:] if text not in texts[:36]]
    assert len(changed) > 12
    folder = corpus_folder(tmp_path, 60, marks[60].files)
    assert len(list(folder.rglob("*.md"))) == marks[60].files
    assert (folder / "copy-1").is_dir()


def test_sizes_beyond_the_corpus_can_be_declined(articles: Path, tmp_path: Path) -> None:
    marks = prepare(articles, tmp_path, [4, 60, 0], beyond=lambda size, whole: size == whole)
    assert {size: mark.passages for size, mark in marks.items()} == {4: 6, 0: 36}


def test_the_same_sizes_are_not_read_again(articles: Path, tmp_path: Path) -> None:
    first = prepare(articles, tmp_path, [4])
    (tmp_path / "passages.jsonl").write_text("kept", encoding="utf-8")
    assert prepare(articles, tmp_path, [4]) == first
    assert (tmp_path / "passages.jsonl").read_text(encoding="utf-8") == "kept"
    assert prepare(articles, tmp_path, [5])[5].passages == 6
    assert (tmp_path / "passages.jsonl").read_text(encoding="utf-8") != "kept"


def test_a_folder_without_articles_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ValueError, match="no articles"):
        prepare(tmp_path / "empty", tmp_path, [0])


def test_a_change_keeps_length_and_everything_not_chinese() -> None:
    text = "# 江州 2021\n\n" + "一二三四五六七八九十" * 12
    varied = vary(text, "龍", "seed")
    assert len(varied) == len(text)
    assert varied.startswith("# ")
    assert 1 <= varied.count("龍") <= len(text) // 30
    assert varied == vary(text, "龍", "seed") != vary(text, "龍", "other seed")
