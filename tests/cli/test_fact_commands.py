"""``figures`` and ``names`` give what the engine gives, to readers and to programs."""

from __future__ import annotations

import csv
import io
import json
import unicodedata

import pytest

from indexer import open_index


def columns(line):
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in line)


def test_figures_json_is_what_the_engine_answers(run, shipped_index):
    result = run("figures", "总投资>=10亿元", "--sort", "-value", "--json")
    assert result.exit_code == 0
    with open_index(shipped_index) as index:
        assert json.loads(result.stdout) == index.figures("总投资>=10亿元", sort="-value").to_json()


def test_names_json_is_what_the_engine_answers(run, shipped_index):
    result = run("names", "park", "-n", "5", "--json")
    assert result.exit_code == 0
    with open_index(shipped_index) as index:
        assert json.loads(result.stdout) == index.names("park", limit=5).to_json()


def test_figures_csv_has_a_row_a_figure(run, shipped_index):
    rows = list(csv.DictReader(io.StringIO(run("figures", "总投资>=10亿元", "--csv").stdout)))
    with open_index(shipped_index) as index:
        found = index.figures("总投资>=10亿元").figures
    assert [(row["surface"], row["unit"], row["passage"]) for row in rows] == [
        (figure.surface, figure.unit, figure.passage.id) for figure in found
    ]
    assert all(float(row["value"]) >= 1e9 for row in rows)


@pytest.mark.parametrize("command", [("figures", "总投资>0元"), ("names",)], ids=["figures", "names"])
def test_csv_begins_with_a_byte_order_mark_when_asked(run, command):
    assert run(*command, "--csv", "--bom").stdout.startswith("\ufeff")
    assert not run(*command, "--csv").stdout.startswith("\ufeff")


@pytest.mark.parametrize(
    ("args", "status"),
    [
        pytest.param(["figures", "总投资>=9999万亿元"], 1, id="no-figure"),
        pytest.param(["figures", "增长", "--sort", "size"], 2, id="unknown-sort"),
        pytest.param(["names", "city"], 2, id="unknown-kind"),
        pytest.param(["names", "park", "--offset", "9999"], 1, id="behind-the-last-name"),
    ],
)
def test_exit_statuses_tell_what_happened(run, args, status):
    result = run(*args)
    assert result.exit_code == status
    assert result.stdout == ""
    assert result.stderr.strip()


def test_a_terminal_shows_lines_that_fit(on_terminal):
    for args in (["figures", "总投资>0元", "--color", "never"], ["names", "park", "--color", "never"]):
        status, shown = on_terminal(*args)
        assert status == 0
        assert shown.strip()
        too_wide = [line for line in shown.splitlines() if columns(line) > 80]
        assert not too_wide
