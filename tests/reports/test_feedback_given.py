"""Whether feedback was given, in the registers of completions and attendance: when, never what was said."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.records import actions
from app.records.actions import FactDraft
from app.records.models import Fact, Verb
from app.reports import catalogue
from app.reports.catalogue import REPORTS
from app.reports.exports.sheets import Wish, sheet_of
from app.reports.frame import Asked
from app.reports.models import Form
from tests.api.conftest import Api, api  # noqa: F401 - a fixture
from tests.cast import COURSE, Cast
from tests.conftest import Inside
from tests.records.scene import at, state
from tests.reports.scene import ReportScene, make
from tests.reports.test_rights import table


@pytest.fixture
def scene(inside: Inside) -> ReportScene:
    """Wanjiku says what the course and the session were like, Quispe only months after; somebody without a name too."""
    with inside():
        made = make()
        for key, day in ((made.course, 3), (made.session, 11)):
            state(made.people["wanjiku"], key, Verb.FEEDBACK_GIVEN, day, result={"stage": 0})
        state(made.people["quispe"], made.other, Verb.FEEDBACK_GIVEN, 100, result={"stage": 3})
        actions.append(
            FactDraft(
                verb=Verb.FEEDBACK_GIVEN,
                activity_key=made.course,
                headcount=1,
                occurred_at=at(5),
                result={"stage": 0},
            )
        )
    return made


def given(rows: list[dict[str, str]]) -> dict[tuple[str, str], str]:
    """When feedback was given, by first name and activity."""
    return {(row["Person"].split()[0], row["Activity"]): row["Feedback given (UTC)"] for row in rows}


def test_when_it_was_given(cast: Cast, scene: ReportScene) -> None:
    found = given(table(cast, "reporting_officer", "completions"))
    assert {key: when for key, when in found.items() if when} == {
        ("Wanjiku", "Electronic evidence"): "2026-03-04T09:00:00Z",
        ("Wanjiku", "Mutual Assistance"): "2026-03-12T09:00:00Z",
    }
    sessions = given(table(cast, "reporting_officer", "attendance"))
    assert [key for key, when in sessions.items() if when] == [("Wanjiku", "Mutual Assistance")]
    page = cast("reporting_officer").client.get("/reports/completions?lang=en&sort=-feedback").text
    assert "Feedback given" in page
    assert "12 Mar 2026" in page


@pytest.mark.parametrize(
    ("who", "query", "expected"),
    [
        ("reporting_officer", "feedback=any", {("Wanjiku", COURSE), ("Wanjiku", "mutual-assistance")}),
        ("reporting_officer", "feedback=any&kind=webinar", {("Wanjiku", "mutual-assistance")}),
        ("reporting_officer", "feedback=-&country=PE", {("Quispe", "x")}),
        ("trainer", "feedback=any", {("Wanjiku", COURSE)}),
        ("trainer", "feedback=-", {("Otieno", COURSE)}),
        ("focal_point", "feedback=any", {("Wanjiku", COURSE), ("Wanjiku", "mutual-assistance")}),
        ("other_focal_point", "feedback=any", set()),
    ],
)
def test_by_whether_it_was_given(
    cast: Cast, scene: ReportScene, who: str, query: str, expected: set[tuple[str, str]]
) -> None:
    rows = table(cast, who, "completions", query)
    titles = {"Electronic evidence": COURSE, "Mutual Assistance": "mutual-assistance"}
    found = {(row["Person"].split()[0], titles.get(row["Activity"], "x")) for row in rows}
    if query.endswith("PE"):
        assert {name for name, _activity in found} == {"Quispe"}
        assert len(rows) == 2
    else:
        assert found == expected


def test_it_follows_corrections_and_merges(cast: Cast, scene: ReportScene, inside: Inside) -> None:
    with inside() as session:
        wrong = select(Fact.uuid).where(Fact.verb == "feedback_given", Fact.activity_key == scene.session)
        actions.append(FactDraft(verb=Verb.VOIDED, corrects=session.scalars(wrong).one(), occurred_at=at(12)))
        once, again = (actions.learner_of(scene.people[name].id) for name in ("otieno", "wanjiku"))
        actions.merge(None, again, once, "one person")
    found = given(table(cast, "reporting_officer", "completions", "feedback=any"))
    assert set(found) == {("Otieno", "Electronic evidence")}
    assert given(table(cast, "reporting_officer", "completions"))["Otieno", "Electronic evidence"]
    assert "2026" in cast("reporting_officer").client.get("/reports/completions?feedback=any&lang=en").text


def test_it_is_in_every_file_and_in_the_api(
    cast: Cast,
    api: Api,  # noqa: F811
    scene: ReportScene,
    inside: Inside,
) -> None:
    with inside():
        question = catalogue.ask(
            REPORTS["completions"], cast("reporting_officer").actor(), {"feedback": "any"}, "UTC", "en"
        )
        assert isinstance(question, Asked)
        for form in Form:
            sheet = sheet_of(question, Wish(form, "Officer", "en", "UTC"))
            place = [head.key for head in sheet.heads].index("feedback")
            assert all(row[place] for row in sheet.rows)
            assert ("Feedback", "Given") in sheet.statement.filters
    answer = api("reporting_officer").get("/reports/attendance?feedback=any").json
    assert isinstance(answer, dict)
    assert [row["feedback"] for row in answer["data"]] == ["2026-03-12T09:00:00Z"]
    refused = api("reporting_officer").get("/reports/certificates?feedback=any")
    assert refused.status_code == 400


def test_the_words_of_the_fact_are_words(cast: Cast, scene: ReportScene) -> None:
    wanjiku = scene.people["wanjiku"].public_id
    page = cast("reporting_officer").client.get(f"/reports/people/{wanjiku}/{scene.course}?lang=en").text
    assert "Gave feedback" in page
    assert "feedback_given" not in page
