"""Charts: true to their numbers, whole without the drawing, silent about what is hidden, readable from either side."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from flask import Flask, render_template_string
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from app.accounts.countries import COUNTRIES
from app.core.i18n import LANGUAGES, format_share
from app.reports import charts
from app.reports.charts import SUPPRESSED, WITHHELD, Bar, Chart, Series, StackedBar
from app.reports.charts.scale import label_ranks, ticks
from app.reports.charts.world_map import SHAPES, class_bounds

YEARS = [("2018", 12), ("2019", 30), ("2020", 18)]
DRAW = '{% from "reports/charts.html" import chart %}{{ chart(c) }}'
Draw = Callable[[Chart], ElementTree.Element]


@pytest.fixture(params=["en", "ar"])
def language(request: pytest.FixtureRequest, application: Flask) -> Iterator[str]:
    """A page in a language that is read from the left, then one read from the right."""
    with application.test_request_context(f"/?lang={request.param}"):
        yield request.param


@pytest.fixture
def english(application: Flask) -> Iterator[None]:
    """A page in English."""
    with application.test_request_context("/?lang=en"):
        yield


def drawn(chart: Chart) -> ElementTree.Element:
    """Return the chart as the page holds it; it must be well-formed."""
    html = render_template_string(DRAW, c=chart)
    assert not re.search(r"\sstyle=|<style|\son\w+=", html)
    return ElementTree.fromstring(html.replace(" open>", ' open="">'))


def texts(element: ElementTree.Element) -> str:
    """Return all text of an element."""
    return " ".join(" ".join(element.itertext()).split())


def every_kind() -> dict[str, Chart]:
    """A chart of each kind, over the same numbers."""
    series = [Series("Women", YEARS), Series("Men", [(label, value * 2) for label, value in YEARS])]
    rows = [Bar(label, value, f"/facts/{label}") for label, value in YEARS]
    stacked = [StackedBar(label, (value, value * 2), ("/facts/w", None)) for label, value in YEARS]
    return {
        "line": charts.line("A line", series),
        "columns": charts.columns("Columns", series),
        "multiples": charts.small_multiples("Small ones", series),
        "bars": charts.bars("Bars", rows),
        "funnel": charts.funnel("A funnel", rows[::-1]),
        "stacked": charts.stacked_bars("Stacked", ["Women", "Men"], stacked),
        "world": charts.world(
            "The world", {"KE": 12, "TN": 30, "MT": 18}, href=lambda code: f"/facts/{code}"
        ),
    }


KINDS = ("line", "columns", "multiples", "bars", "funnel", "stacked", "world")


# ------------------------------------------------------------------------------------------------ every chart


@pytest.mark.parametrize("kind", KINDS)
def test_every_chart_has_title_sentence_and_table(language: str, kind: str) -> None:
    chart = every_kind()[kind]
    figure = drawn(chart)
    ids = [one.get("id") for one in figure.iter() if one.get("id")]
    assert len(ids) == len(set(ids))
    title = figure.find(f".//*[@id='{figure.get('aria-labelledby')}']")
    assert title is not None
    assert texts(title) == chart.title
    assert chart.summary.endswith(".")
    described = [one for one in figure.iter() if one.get("aria-describedby")]
    assert described
    assert all(one.get("aria-describedby") in ids and one.get("aria-labelledby") in ids for one in described)
    cells = [texts(cell) for cell in figure.iterfind(".//tbody/tr/td") if not cell.get("aria-hidden")]
    assert {"12", "18", "30"} <= set(cells)


@pytest.mark.parametrize("kind", ["bars", "funnel", "stacked", "world"])
def test_numbers_lead_where_the_caller_says(english: None, kind: str) -> None:
    links = {one.get("href") for one in drawn(every_kind()[kind]).iterfind(".//table//a")}
    assert links
    assert all(link and link.startswith("/facts/") for link in links)


def test_points_have_links_in_the_table(english: None) -> None:
    figure = drawn(charts.line("A line", [Series("", YEARS, ["/a", None, "/c"])]))
    assert [one.get("href") for one in figure.iterfind(".//a")] == ["/a", "/c"]


@pytest.mark.parametrize("kind", KINDS)
def test_words_of_people_are_never_markup(english: None, kind: str) -> None:
    bad = "<script>alert(1)</script>"
    series = [Series(bad, [(bad, 1), (bad + "2", 2)])]
    made = {
        "line": lambda: charts.line(bad, series),
        "columns": lambda: charts.columns(bad, series),
        "multiples": lambda: charts.small_multiples(bad, series),
        "bars": lambda: charts.bars(bad, [Bar(bad, 1, note=bad)], of=bad, unit=bad, notes=[bad]),
        "funnel": lambda: charts.funnel(bad, [Bar(bad, 1)]),
        "stacked": lambda: charts.stacked_bars(bad, [bad], [StackedBar(bad, (1,))]),
        "world": lambda: charts.world(bad, {"KE": 1}, of=bad, href=lambda _code: bad),
    }[kind]()
    assert "<script" not in render_template_string(DRAW, c=made)


def test_charts_of_one_title_are_told_apart_by_a_key(english: None) -> None:
    first, second = (charts.line("Same", [Series("", YEARS)], key=key) for key in ("one", "two"))
    assert first.id != second.id
    assert first.id == charts.line("Same", [Series("", YEARS)], key="one").id


def test_numbers_are_written_as_the_page_writes_them(application: Flask) -> None:
    for language, written in (("en", "1,234"), ("fr", "1\u202f234"), ("es", "1.234"), ("ru", "1\xa0234")):
        with application.test_request_context(f"/?lang={language}"):
            assert charts.bars("T", [Bar("A", 1234)]).table.rows[0].cells[0].text == written


# ------------------------------------------------------------------------------------------------ hidden numbers


def test_a_hidden_number_is_hatched_and_said_in_words(english: None) -> None:
    figure = drawn(charts.bars("T", [Bar("A", 12), Bar("B", SUPPRESSED), Bar("C", WITHHELD)]))
    assert {"fewer than 5", "not shown"} <= {texts(cell) for cell in figure.iterfind(".//tbody/tr/td")}
    stubs = [one for one in figure.iter("rect") if one.get("class") == "chart-stub"]
    assert len({stub.get("width") for stub in stubs}) == 1
    assert "2 numbers are not shown." in texts(figure)


def test_a_hidden_number_does_not_stand_in_a_stack(english: None) -> None:
    rows = [StackedBar("A", (10, SUPPRESSED, 10)), StackedBar("B", (30, 5, 5))]
    chart = charts.stacked_bars("T", ["x", "y", "z"], rows)
    assert [(piece.x, piece.width) for piece in chart.drawing[0]] == [("0%", "25%"), ("25%", "25%")]
    columns = charts.columns("T", [Series("x", [("1", 10)]), Series("y", [("1", SUPPRESSED)])])
    assert [mark.hidden for mark in columns.drawing.marks] == [False]


def test_a_line_breaks_where_nothing_is_known(english: None) -> None:
    points = [("1", 5), ("2", None), ("3", 8), ("4", SUPPRESSED), ("5", 9), ("6", 10)]
    chart = charts.line("T", [Series("", points)])
    (stroke,) = chart.drawing.strokes
    assert stroke.path.count("M") == 3
    assert stroke.path.count("L") == 1
    assert len(chart.drawing.marks) == 4
    assert any("broken" in note for note in chart.notes)
    assert [row.cells[0].text for row in chart.table.rows] == ["5", "–", "8", "fewer than 5", "9", "10"]


def test_on_the_map_hidden_zero_and_nothing_differ(english: None) -> None:
    chart = charts.world("T", {"KE": SUPPRESSED, "TN": 0, "FR": 7})
    steps = {area.words.split(":")[0]: area.step for area in chart.drawing.areas}
    assert (steps["Kenya"], steps["Tunisia"], steps["France"], steps["Peru"]) == (
        "hidden",
        "zero",
        "c",
        "none",
    )
    assert [key.text for key in chart.legend] == ["0", "7", "fewer than 5", "no number"]
    assert [row.label for row in chart.table.rows] == ["France", "Kenya", "Tunisia"]


def test_nothing_below_zero(english: None) -> None:
    with pytest.raises(ValueError, match="below zero"):
        charts.bars("T", [Bar("A", -1)])


# ------------------------------------------------------------------------------------------------ either side


def test_bars_and_time_go_from_the_side_where_reading_begins(application: Flask) -> None:
    found = {}
    for language in ("en", "ar"):
        with application.test_request_context(f"/?lang={language}"):
            bars = charts.bars("T", [Bar("A", 25), Bar("B", 100)])
            line = charts.line("T", [Series("", YEARS)])
            found[language] = (bars.drawing[0][0].x, [mark.x for mark in line.drawing.marks])
    assert found == {"en": ("0%", ["0%", "50%", "100%"]), "ar": ("75%", ["100%", "50%", "0%"])}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_of_every_chart_opens_in_every_language(client: FlaskClient, language: str) -> None:
    page = client.get(f"/dev/design?sample=charts&lang={language}")
    assert page.status_code == 200
    assert page.text.count('<figure class="chart ') == 11


# ------------------------------------------------------------------------------------------------ drawing


def test_bars_are_as_long_as_their_numbers(english: None) -> None:
    chart = charts.bars("T", [Bar("A", 50), Bar("B", 200), Bar("C", 0)])
    assert [pieces[0].width for pieces in chart.drawing] == ["25%", "100%", "0%"]


def test_columns_stand_on_each_other(english: None) -> None:
    chart = charts.columns("T", [Series("x", [("1", 4)]), Series("y", [("1", 6)])])
    lower, upper = chart.drawing.marks
    assert (lower.y, lower.height, upper.y, upper.height) == ("60%", "40%", "0%", "60%")


def test_a_funnel_says_the_shares(english: None) -> None:
    chart = charts.funnel("T", [Bar("In", 200), Bar("Half", 100), Bar("Few", SUPPRESSED), Bar("Out", 20)])
    assert [[cell.text for cell in row.cells] for row in chart.table.rows] == [
        ["200", "100%", "–"], ["100", "50%", "50%"], ["fewer than 5", "–", "–"], ["20", "10%", "–"]
    ]  # fmt: skip


def test_a_scale_of_shares_ends_at_the_whole(english: None) -> None:
    chart = charts.line("T", [Series("", [("1", 0.4), ("2", 0.9)])], shown=format_share, top=1)
    assert chart.drawing.scale == ("0%", "20%", "40%", "60%", "80%", "100%")


def test_series_must_share_their_labels(english: None) -> None:
    with pytest.raises(ValueError, match="labels"):
        charts.line("T", [Series("a", [("1", 1)]), Series("b", [("2", 1)])])
    with pytest.raises(ValueError, match="series"):
        charts.line("T", [])
    with pytest.raises(ValueError, match="at most 6"):
        charts.line("T", [Series(str(at), [("1", 1)]) for at in range(7)])


@pytest.mark.parametrize("points", [[], [("1", 0)], [("1", None)], [("1", SUPPRESSED)], [("1", 3)]])
def test_little_or_nothing_can_be_drawn(english: None, points: list[tuple[str, charts.Value]]) -> None:
    for made in (charts.line, charts.columns, charts.small_multiples):
        drawn(made("T", [Series("", points)]))
    drawn(charts.bars("T", [Bar(*point) for point in points]))
    drawn(charts.funnel("T", [Bar(*point) for point in points]))
    drawn(charts.world("T", dict(zip(("KE",), (value for _label, value in points), strict=False))))


@given(st.lists(st.integers(0, 10**9), max_size=20))
def test_a_scale_is_round_reaches_the_largest_and_has_few_steps(values: list[int]) -> None:
    axis = ticks(values)
    steps = {after - before for before, after in pairwise(axis)}
    assert axis[0] == 0
    assert axis[-1] >= max(values, default=0)
    assert 2 <= len(axis) <= 6
    assert len(steps) == 1
    assert str(steps.pop()).rstrip("0") in {"1", "2", "5"}


@given(st.integers(1, 400))
def test_labels_have_room_and_the_last_always_shows(count: int) -> None:
    ranks = label_ranks(count)
    assert ranks[-1] == "always"
    assert ranks.count("always") <= 4
    assert len([one for one in ranks if one in {"always", "medium"}]) <= 8
    assert len([one for one in ranks if one != "never"]) <= 14


# ------------------------------------------------------------------------------------------------ the map


def test_every_country_of_the_list_is_on_the_map() -> None:
    shapes = json.loads(SHAPES.read_text(encoding="utf-8"))
    assert COUNTRIES.keys() <= shapes["paths"].keys() | shapes["dots"].keys()
    assert shapes["paths"].keys() | shapes["dots"].keys() <= COUNTRIES.keys()
    assert all(0 < x < shapes["width"] and 0 < y < shapes["height"] for x, y in shapes["dots"].values())


def test_no_dot_of_the_map_hides_another() -> None:
    dots = list(json.loads(SHAPES.read_text(encoding="utf-8"))["dots"].values())
    near = [
        (a, b)
        for at, a in enumerate(dots)
        for b in dots[at + 1 :]
        if abs(a[0] - b[0]) + abs(a[1] - b[1]) < 14
    ]
    assert near == []


def test_without_the_built_shapes_the_table_stands_open(
    english: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.reports.charts.world_map.SHAPES", SHAPES.with_name("never-built.json"))
    figure = drawn(charts.world("T", {"KE": 1}))
    assert not list(figure.iter("path"))
    details = figure.find(".//details")
    assert details is not None
    assert details.get("open") is not None


def test_what_is_no_country_of_the_list_is_left_out(english: None) -> None:
    chart = charts.world("T", {"KE": 1, "XX": 9, "": 4})
    assert [row.label for row in chart.table.rows] == ["Kenya"]
    assert "1 country has a number above zero." in chart.summary


def test_the_map_takes_no_position_and_says_so(language: str) -> None:
    chart = charts.world("T", {"KE": 1})
    assert len(chart.notes) == 2
    assert all(note in texts(drawn(chart)) for note in chart.notes)


@given(st.lists(st.integers(1, 10_000), max_size=195))
def test_classes_hold_every_number_and_are_at_most_five(numbers: list[int]) -> None:
    bounds = class_bounds(sorted(numbers))
    assert len(bounds) <= 5
    assert bounds == sorted(set(bounds))
    assert bounds[-1:] == ([max(numbers)] if numbers else [])
    assert set(bounds) <= set(numbers)


def test_classes_are_about_the_same_size() -> None:
    numbers = [n * n for n in range(1, 101)]
    bounds = [0, *class_bounds(numbers)]
    sizes = [sum(low < one <= high for one in numbers) for low, high in pairwise(bounds)]
    assert len(sizes) == 5
    assert max(sizes) - min(sizes) <= 2
