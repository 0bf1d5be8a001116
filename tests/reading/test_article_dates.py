"""Dates are read where the text states them, and never invented."""

from __future__ import annotations

import pytest

from indexer.reading.dates import date_line, infer_date, parse_date


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2021-12-09", "2021-12-09"),
        ("2021/12/9", "2021-12-09"),
        ("2021.12.9", "2021-12-09"),
        ("2021年12月9日", "2021-12-09"),
        ("2021年12月", "2021-12"),
        ("2021-12", "2021-12"),
        ("2021年", "2021"),
        ("2021", "2021"),
        ("20211209", "2021-12-09"),
        ("2021-12-09T08:00:00+08:00", "2021-12-09"),
        ("2021-13-09", None),
        ("2021-02-29", None),
        ("0021-02-03", None),
        ("昨天", None),
    ],
)
def test_dates_are_as_exact_as_given(text, expected):
    assert parse_date(text) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("2024年5月6日", "2024-05-06"),
        ("2024年5月6日 星期一", "2024-05-06"),
        ("（2024-05-06）", "2024-05-06"),
        ("发布时间：2024-05-06 08:30", "2024-05-06"),
        ("南浦日报 2024年5月6日 星期一 03版 经济", "2024-05-06"),
        ("2024年5月6日，港口开工。", None),
        ("2024年5月", None),
    ],
)
def test_lines_that_are_dates(line, expected):
    assert date_line(line) == expected


@pytest.mark.parametrize(
    ("paragraphs", "expected"),
    [
        pytest.param(["本报2023年3月8日讯（记者 林晓）港口昨日开工。"], "2023-03-08", id="dateline"),
        pytest.param(["新华社江州2023年3月8日电 港口昨日开工。"], "2023-03-08", id="agency-dateline"),
        pytest.param(["本报讯（记者 林晓）2023年3月8日，港口开工。"], "2023-03", id="report-opens-with-a-date"),
        pytest.param(["回顾不平凡的2022年，港口建设提速。"], "2022", id="looking-back"),
        pytest.param(["今年（2023年）一季度，吞吐量增长。"], "2023", id="this-year"),
        pytest.param(["2022年即将收官，港口捷报频传。"], "2022", id="year-about-to-end"),
        pytest.param(["回顾刚刚过去的2022年，港口建设提速。"], None, id="year-just-over"),
        pytest.param(["2021年，港口获批。今年3月开工。"], None, id="narrated-year"),
        pytest.param(["到2030年，港口将建成。"], None, id="planned-year"),
        pytest.param(["本报3月8日讯 港口开工。"], None, id="dateline-without-year"),
        pytest.param(["本报讯 3月8日，港口开工。2021年获批。"], None, id="report-without-year"),
        pytest.param(["回顾2021年，是起步。", "回望2022年，是提速。"], None, id="contradiction"),
        pytest.param(["本报2023年2月30日讯 港口开工。"], None, id="no-such-day"),
        pytest.param([], None, id="nothing"),
    ],
)
def test_only_stated_dates_are_inferred(paragraphs, expected):
    assert infer_date(paragraphs) == expected
