"""A whole run on a dozen articles, and going on with one that was cut off."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.speed.__main__ import main

pytest.importorskip("rjieba")


def test_a_run_goes_on_where_it_stopped(articles: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, work = tmp_path / "out", tmp_path / "work"
    options = ["--corpus", str(articles), "--shared", str(tmp_path), "--sizes", "9,all", "--queries", "12"]
    options += ["--out", str(out), "--work", str(work)]
    assert main([*options, "--only", "grep"]) == 0
    first = json.loads((out / "speed.json").read_text(encoding="utf-8"))
    assert {label: list(size["open"]) for label, size in first["sizes"].items()} == {"9": ["grep"], "36": ["grep"]}
    assert main([*options, "--only", "grep,fts5-trigram"]) == 0
    second = json.loads((out / "speed.json").read_text(encoding="utf-8"))
    for label in ("9", "36"):
        told, before = second["sizes"][label], first["sizes"][label]
        assert set(told["open"]) == set(told["build"]) == {"grep", "fts5-trigram"}
        assert told["build"]["grep"] == before["build"]["grep"]  # not measured again
    assert set(second["findability"]) == set(second["add"]) == {"grep", "fts5-trigram"}
    page = capsys.readouterr().out
    assert "12 articles, 36 passages" in page
    assert (out / "growth.svg").exists()
    assert not list(work.glob("index-*")), "indexes are big and are removed"


@pytest.mark.parametrize(
    ("options", "message"),
    [(["--only", "lucene"], "no such engine: lucene"), (["--corpus", "/nowhere"], "no /nowhere")],
)
def test_a_mistake_is_told(options: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(options)
    assert ended.value.code == 2
    assert message in capsys.readouterr().err
