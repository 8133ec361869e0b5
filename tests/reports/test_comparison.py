"""Published figures beside computed ones, what came of activities, the products and the plans: seen, kept, refused."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.core import clock
from app.core.database import db
from app.records.figures.models import PublishedFigure
from app.records.models import ActivityKind, Verb
from app.reports.yearly.models import ActivityResult
from tests.cast import Cast, Player
from tests.conftest import Inside
from tests.records.scene import course, person, state
from tests.support.queries import counted

FIGURE = {
    "figure": "trained",
    "value": "4",
    "qualifier": "exact",
    "starts_on": "2026-01-01",
    "ends_on": "2026-06-30",
    "source": "Report of the year",
    "symbol": "A/81/1",
    "paragraph": "12",
    "dated": "2026-08-01",
    "wording": "four people were trained",
    "explanation": "",
}
RESULT = {
    "activity": "evidence",
    "kind": "law",
    "occurred_on": "2026-05-04",
    "country": "KE",
    "summary": "An act on electronic evidence was adopted.",
    "evidence": "Gazette 12 of 2026",
    "source": "Ministry of Justice",
}


@pytest.fixture(autouse=True)
def scene(inside: Inside) -> None:
    """Three people complete a course; one webinar goes on, another is planned for East Africa, a third is over."""
    now = clock.now()
    with inside():
        key = course("evidence")
        for n in range(3):
            state(person(f"person{n}"), key, Verb.COMPLETED, n)
        for slug, starts, ends, countries in (
            ("going-on", now - timedelta(days=1), now + timedelta(days=5), ["KE"]),
            ("planned", now + timedelta(days=5), now + timedelta(days=6), ["KE", "TZ"]),
            ("over", now - timedelta(days=9), now - timedelta(days=8), []),
        ):
            course(
                slug,
                kind=ActivityKind.WEBINAR,
                starts_at=starts,
                ends_at=ends,
                countries=countries,
                topic="evidence",
                languages=["en", "fr"],
            )


def post(player: Player, path: str, form: Mapping[str, object]) -> TestResponse:
    """Send a form as that person."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', player.client.get("/account/preferences").text)
    assert token is not None
    return player.client.post(path, data={"csrf_token": token[1], **form})


# ------------------------------------------------------------------------------------------------ the comparison


def test_a_published_figure_stands_beside_the_computed_one(cast: Cast) -> None:
    officer = cast("reporting_officer")
    assert post(officer, "/statistics/comparison/new", dict(FIGURE)).status_code == 303
    text = officer.client.get("/statistics/comparison").text
    for told in (
        "0 of 1 hold",
        "Report of the year",
        "A/81/1",
        'data-label="Difference"><bdi dir="ltr">-1<',
        "four people",
    ):
        assert told in text, told
    link = re.search(r'href="(/statistics/comparison/[\w-]{20,})"', text)
    assert link is not None
    assert post(officer, link[1], {"explanation": "One was merged since."}).status_code == 303
    assert "One was merged since." in officer.client.get("/statistics/comparison?known=published").text
    assert post(officer, f"{link[1]}/removal", {}).status_code == 303
    assert "No published figure yet" in officer.client.get("/statistics/comparison").text


def test_what_holds_is_told_as_it_says(cast: Cast) -> None:
    officer = cast("reporting_officer")
    post(officer, "/statistics/comparison/new", FIGURE | {"value": "3"})
    assert "1 of 1 hold" in officer.client.get("/statistics/comparison").text
    early = officer.client.get("/statistics/comparison?as_of=2009-01-01").text
    assert "0 of 1 hold" in early
    assert officer.client.get("/statistics/comparison?as_of=soon").status_code == 422


@pytest.mark.parametrize(
    "spoilt",
    [
        {"value": ""},
        {"value": "nan"},
        {"value": "-1"},
        {"source": ""},
        {"ends_on": ""},
        {"ends_on": "2025-01-01"},
        {"figure": "no_such"},
    ],
)
def test_a_wrong_figure_is_refused(cast: Cast, spoilt: dict[str, object]) -> None:
    assert post(cast("reporting_officer"), "/statistics/comparison/new", FIGURE | spoilt).status_code == 422


HEAD = "figure,value,qualifier,starts_on,ends_on,source,symbol\n"


def test_a_table_is_kept_whole(cast: Cast, inside: Inside) -> None:
    officer = cast("reporting_officer")
    table = (
        HEAD + 'trained,"1,500",more_than,2026-01-01,2026-06-30,Report,A/1\nusers,9,,,2026-06-30,Report,A/1\n'
    )
    file = (io.BytesIO(table.encode()), "published.csv")
    assert post(officer, "/statistics/comparison/table", {"file": file}).status_code == 303
    with inside():
        kept = db.session.scalars(select(PublishedFigure).order_by(PublishedFigure.value)).all()
        assert [(one.figure, one.value, one.qualifier) for one in kept] == [
            ("users", 9, "exact"),
            ("trained", 1500, "more_than"),
        ]


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        (
            "trained,1,exact,,2026-06-30,Report,A/1\nnone,1,,,2026-06-30,Report,",
            "Row 3: there is no figure none.",
        ),
        ("trained,1,loud,,2026-06-30,Report,A/1", "Row 2: the qualifier"),
        ("trained,many,,,2026-06-30,Report,A/1", "Row 2: the value is not a number."),
        ("trained,1,,,yesterday,Report,A/1", "Row 2: ends_on is not a day"),
        ("trained,1,,,2026-06-30,,A/1", "Row 2: the source is missing."),
        ("", "There is no row in this table."),
    ],
)
def test_a_table_with_a_fault_is_refused_whole(cast: Cast, inside: Inside, rows: str, fault: str) -> None:
    answer = post(cast("reporting_officer"), "/statistics/comparison/table", {"text": HEAD + rows})
    assert answer.status_code == 422
    assert fault in answer.text
    with inside():
        assert db.session.scalars(select(PublishedFigure)).all() == []


# ------------------------------------------------------------------------------------------------ results


def test_a_result_stands_in_the_log_and_in_the_yearly_report(cast: Cast, inside: Inside) -> None:
    officer = cast("reporting_officer")
    assert post(officer, "/reports/results/new", dict(RESULT)).status_code == 303
    text = officer.client.get("/reports/results").text
    for told in ("An act on electronic evidence", "Gazette 12", "Kenya", "Law adopted", "Sofia Rossi"):
        assert told in text, told
    period = {"starts_on": "2026-01-01", "ends_on": "2026-06-30", "title": "Half a year", "language": "en"}
    made = post(officer, "/reports/yearly/new", period | {"previous": "", "as_of": ""})
    assert "An act on electronic evidence" in officer.client.get(made.location).text
    with inside():
        one = db.session.scalars(select(ActivityResult.public_id)).one()
    path = f"/reports/results/{one}/withdrawal"
    assert post(officer, path, {"reason": ""}).status_code == 422
    assert post(officer, path, {"reason": "It was a bill."}).status_code == 303
    assert "An act on electronic evidence" not in officer.client.get("/reports/results").text
    assert officer.client.get(path).status_code == 404


@pytest.mark.parametrize(
    "spoilt", [{"activity": "nothing"}, {"occurred_on": "2099-01-01"}, {"evidence": ""}, {"kind": "rumour"}]
)
def test_a_wrong_result_is_refused(cast: Cast, spoilt: dict[str, object]) -> None:
    assert post(cast("reporting_officer"), "/reports/results/new", RESULT | spoilt).status_code == 422


# ------------------------------------------------------------------------------------------------ the programme


def test_products_are_those_of_the_day(cast: Cast) -> None:
    officer = cast("reporting_officer").client
    text = officer.get("/reports/products").text
    assert "Self-paced course" in text
    assert ">Evidence<" in text
    assert "English" in text
    assert "No product on that day" in officer.get("/reports/products?as_of=2009-01-01").text
    assert officer.get("/reports/products?as_of=never").status_code == 422


@pytest.mark.parametrize(
    ("by", "column"), [("regions", "East Africa"), ("quarters", f"{datetime.now(UTC).year}")]
)
def test_the_matrix_shows_what_goes_on_and_is_planned(cast: Cast, by: str, column: str) -> None:
    text = cast("reporting_officer").client.get(f"/reports/planned?by={by}").text
    assert "2 activities" in text
    for told in ("Going-On", "Planned", "Evidence", column):
        assert told in text, told
    assert ">Over<" not in text


@pytest.mark.parametrize("name", ["member", "trainer", "focal_point", "room_manager"])
@pytest.mark.parametrize(
    "path", ["/statistics/comparison", "/reports/results", "/reports/products", "/reports/planned"]
)
def test_others_see_none_of_it(cast: Cast, name: str, path: str) -> None:
    assert cast(name).client.get(path).status_code == 404


def test_pages_cost_few_statements(cast: Cast) -> None:
    officer = cast("reporting_officer")
    for value in ("3", "4", "5"):
        post(officer, "/statistics/comparison/new", FIGURE | {"value": value})
    for path in ("/statistics/comparison", "/reports/results", "/reports/products", "/reports/planned"):
        officer.client.get(path)
        with counted() as sent:
            assert officer.client.get(path).status_code == 200
        assert len(sent) <= 8, (path, sent)
