"""The READMEs and docs/ are true: every example is run, every command, file and picture that they name exists."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest

from indexer.cli import yansou
from indexer.search.describe import RUNG_NAMES
from indexer.search.engine import Index
from tests.browser.pages import PAGES as SITE_PAGES
from webui import create_app

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
READMES = (README, ROOT / "README.zh-CN.md")
EXAMPLES = (*READMES, ROOT / "docs" / "query-language.md")
PAGES = sorted(
    path
    for path in (*ROOT.glob("*.md"), *ROOT.glob("*/*.md"))
    if path.parent.name not in ("corpus", "index") and not path.parent.name.startswith(".")
)
# Headers of the columns that are read, in either language.
COLUMNS = {"查询": "Query", "匹配": "Step", "排在第一的段落里有": "The first passage holds"}
STEPS = {name: step for step, name in RUNG_NAMES.items()} | {step: step for step in RUNG_NAMES}
_CELL_END = re.compile(r"(?<!\\)\|")
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


def rows(path: Path) -> Iterator[dict[str, str]]:
    """The rows of all tables of a page, by the headers of their columns."""
    header: list[str] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("|"):
            header = []
            continue
        cells = [cell.strip().strip("`").replace("\\|", "|") for cell in _CELL_END.split(line)[1:-1]]
        if not header:
            header = [COLUMNS.get(cell, cell) for cell in cells]
        elif set(cells[0]) != {"-"}:
            assert len(cells) == len(header), line
            yield dict(zip(header, cells, strict=True))


def examples(*columns: str) -> list[object]:
    """A test case for each row, of any page, that has all of the columns."""
    return [
        pytest.param(*(row[column] for column in columns), id=f"{path.name}:{row[columns[0]]}")
        for path in EXAMPLES
        for row in rows(path)
        if set(columns) <= row.keys()
    ]


def code_lines(path: Path, beginning: str) -> list[str]:
    """Indented lines of a page that begin with a pattern, without their comments."""
    lines = re.findall(rf"^    ({beginning}.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return [line.partition("  #")[0].strip() for line in lines]


def squeezed(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize(("query", "step", "text"), examples("Query", "Step", "The first passage holds"))
def test_first_passage_is_the_promised_one(shipped: Index, query: str, step: str, text: str) -> None:
    results = shipped.search(query, limit=1)
    assert results.rung == STEPS[step]
    assert squeezed(text) in squeezed(results.hits[0].passage.text)


@pytest.mark.parametrize(("query", "text"), examples("Query", "Understood as"))
def test_query_is_restated_as_documented(shipped: Index, query: str, text: str) -> None:
    assert shipped.search(query, limit=1).interpreted == text


@pytest.mark.parametrize(("query", "spelling", "used"), examples("Query", "Suggested", "Used at once"))
def test_other_spelling_is_suggested_as_documented(shipped: Index, query: str, spelling: str, used: str) -> None:
    results = shipped.search(query, limit=1)
    assert results.suggestions[0] == spelling
    assert results.corrected == (spelling if used.startswith("yes") else None)


@pytest.mark.parametrize("path", READMES, ids=lambda path: path.name)
def test_both_readmes_have_the_same_steps(path: Path) -> None:
    steps = [STEPS[row["Step"]] for row in rows(path) if "Step" in row]
    assert steps == [STEPS[row["Step"]] for row in rows(README) if "Step" in row]
    assert len(steps) >= 10
    assert set(steps) == set(RUNG_NAMES)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory, update: Callable[..., object]) -> Path:
    """A folder that holds what a checkout does after ``make index``."""
    folder = tmp_path_factory.mktemp("checkout")
    update([ROOT / "corpus"], folder / "index")
    return folder


@pytest.mark.parametrize("path", READMES, ids=lambda path: path.name)
def test_python_example_prints_passages(
    checkout: Path, path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(checkout)
    (example,) = re.findall(r"^```python\n(.*?)^```", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    exec(compile(example, path.name, "exec"), {})  # a page of this project, not input
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    assert all("船山时间谷" in line for line in lines)


@pytest.mark.parametrize("path", READMES, ids=lambda path: path.name)
def test_json_examples_are_answered(shipped: Index, path: Path) -> None:
    client = create_app(shipped).test_client()
    commands = code_lines(path, "curl")
    assert len(commands) == 3
    for command in commands:
        words = shlex.split(command)
        url = next(word for word in words if word.startswith("http"))
        parameters = dict(word.split("=", 1) for word in words if "=" in word)
        reply = client.get(url.removeprefix("http://127.0.0.1:8000"), query_string=parameters)
        assert reply.status_code == 200, command
        assert reply.is_json


@pytest.mark.parametrize("path", READMES, ids=lambda path: path.name)
def test_every_command_is_shown(path: Path) -> None:
    shown = {shlex.split(line)[1] for line in code_lines(path, r"\S*yansou ")}
    assert shown == set(yansou.commands)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_options_that_are_shown_exist(path: Path) -> None:
    for line in code_lines(path, r"\S*yansou "):
        _, name, *words = shlex.split(line)
        options = {option for parameter in yansou.commands[name].params for option in parameter.opts}
        assert {word for word in words if word.startswith("-")} <= options, line


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_local_links_and_pictures_exist(path: Path) -> None:
    targets = [target for target in _LINK.findall(path.read_text(encoding="utf-8")) if "://" not in target]
    missing = [target for target in targets if not (path.parent / unquote(target.partition("#")[0])).exists()]
    assert not missing


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_make_targets_that_are_named_exist(path: Path) -> None:
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    named = re.findall(r"(?:`|^    )make ([a-z]+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert set(named) <= set(targets)


def test_every_page_has_its_pictures_and_they_are_small() -> None:
    pictures = list((ROOT / "docs" / "screenshots").iterdir())
    assert {picture.name.rsplit("-", 2)[0] for picture in pictures} == set(SITE_PAGES)
    assert sum(picture.stat().st_size for picture in pictures) < 1_500_000


def test_every_page_of_docs_is_listed() -> None:
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    pages = [page.name for page in (ROOT / "docs").glob("*.md") if page.name != "README.md"]
    assert [page for page in pages if f"]({page})" not in index] == []


@pytest.mark.parametrize("path", READMES, ids=lambda path: path.name)
def test_every_top_level_folder_is_explained(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    folders = ("corpus", "index", "indexer", "webui", "tests", "benchmarks", "docs")
    assert all((ROOT / folder).is_dir() for folder in folders)
    assert [folder for folder in folders if f"`{folder}/`" not in text] == []
