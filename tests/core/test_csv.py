"""CSV that spreadsheets open safely."""

from __future__ import annotations

import csv as reader
import io

import pytest

from app.core import csv


@pytest.mark.parametrize(
    "hostile", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\u00a0=1", "＝1"]
)
def test_text_that_starts_like_a_formula_is_defused(hostile: str) -> None:
    assert str(csv.safe(hostile)).startswith("'")


@pytest.mark.parametrize("separator", [";", "; ", ";\u00a0", "\t", "\n", "\r\n"])
@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1", "@SUM(A1)", "＝1"])
def test_no_part_of_a_cell_starts_like_a_formula(separator: str, formula: str) -> None:
    """A spreadsheet whose own separator is the semicolon does not see that this is one cell."""
    text = "".join(csv.stream(["name", "says"], [["Ana", f"well{separator}{formula}"]]))
    [cell] = [row[1] for row in reader.reader(io.StringIO(text[1:], newline=""))][1:]
    assert cell == f"well{separator}'{formula}"


def test_separators_in_ordinary_text_stay_as_they_are() -> None:
    text = "".join(csv.stream(["n", "says"], [[-5, "first; second\nthird = 3"]]))
    assert list(reader.reader(io.StringIO(text[1:], newline="")))[1] == ["-5", "first; second\nthird = 3"]


def test_numbers_and_ordinary_text_stay_as_they_are() -> None:
    assert csv.safe(-3.5) == -3.5
    assert csv.safe("Ana = B") == "Ana = B"


def test_a_file_starts_with_the_mark_and_reads_back() -> None:
    text = "".join(csv.stream(["name", "n"], ([f"نورة {number}", number] for number in range(1200))))
    assert text.startswith("\ufeff")
    rows = list(reader.reader(io.StringIO(text[1:])))
    assert rows[0] == ["name", "n"]
    assert rows[1200] == ["نورة 1199", "1199"]
