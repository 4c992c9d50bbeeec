"""The CSV file: every fact in a row, and nothing that a spreadsheet would run."""

import csv
import io

import pytest

from huntline.reports.spreadsheet import as_csv
from reports.reporting import hunt, notification, report, silent


def rows_of(made, language="en"):
    text = as_csv(made, language)
    assert text[0] == "\ufeff"
    return list(csv.reader(io.StringIO(text[1:], newline="")))


def test_holds_the_days_the_hunts_and_the_sentences():
    made = report(notifications=[notification()], alerts={"ThreatExperts": 1}, silent=[silent("ws01")], silent_count=1)
    rows = rows_of(made)
    assert ["Summary", made.words["en"].headline] in rows
    assert [
        "What arrived, and what was looked at",
        "DeviceProcessEvents",
        "2026-06-24",
        "1200",
        "looked at in part",
    ] in rows
    assert ["What arrived, and what was looked at", "DeviceProcessEvents", "2026-06-30", "0", "no rows"] in rows
    [row] = [row for row in rows if row[:2] == ["Hunts", "Hunt 3"]]
    assert row[3:8] == ["Threat experts", "T1218.005", "DeviceProcessEvents", "30", "0"]
    assert ["Alerts by source", "ThreatExperts", "1"] in rows
    assert ["Devices that fell silent", "ws01", "2026-06-11"] in rows


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_text_that_a_spreadsheet_would_run_is_a_text(start):
    attack = f"{start}HYPERLINK(1)"
    made = report(
        customer=attack,
        hunts=[hunt(title=attack, text=attack, query=attack)],
        notifications=[notification(title=attack)],
        silent=[silent(attack)],
        silent_count=1,
    )
    cells = [cell for row in rows_of(made) for cell in row]
    assert cells.count(f"'{attack}") == 6
    assert not [cell for cell in cells if cell.startswith(start)]


def test_in_other_languages():
    assert ["요약", report().words["ko"].findings] in rows_of(report(), "ko")
