"""Yearly reports: numbers said truly, each with its own time; steps, freezing, the bridge, the document."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, date, datetime

import pytest
from docx import Document
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, select
from werkzeug.test import TestResponse

from app.audit.models import AuditEntry
from app.core import clock
from app.core.database import db
from app.core.errors import NotFound
from app.core.refusal import Refused
from app.records import actions as records
from app.records import comparing, epochs, snapshots
from app.records.actions import corrections
from app.records.figures.models import Qualifier
from app.records.models import ActivityKind, Fact, Verb
from app.reports.yearly import actions, lines
from app.reports.yearly.bridging import Bridge, End, bridge
from app.reports.yearly.models import YearlyLine, YearlyReport
from app.reports.yearly.saying import said
from app.reports.yearly.shown import shown
from tests.cast import Cast, Player
from tests.conftest import Inside
from tests.records.scene import course, person, state
from tests.support.queries import counted

SPRING = (date(2026, 1, 1), date(2026, 6, 30))
NEW = {
    "title": "Half a year",
    "language": "en",
    "starts_on": "2026-01-01",
    "ends_on": "2026-06-30",
    "as_of": "",
    "previous": "",
}
_COUNTRIES = ("KE", "KE", "PE", "NG")


@pytest.fixture
def scene(inside: Inside) -> None:
    """Four people of three countries complete a course in March 2026; a webinar is held."""
    with inside():
        key = course("evidence")
        course("talk", kind=ActivityKind.WEBINAR, starts_at=datetime(2026, 4, 1, tzinfo=UTC))
        for n, country in enumerate(_COUNTRIES):
            state(person(f"person{n}", country=country), key, Verb.COMPLETED, n)


@pytest.fixture
def report(inside: Inside, cast: Cast, scene: None) -> YearlyReport:
    """A draft of the officer's."""
    officer = cast("reporting_officer")
    with inside():
        actor = officer.actor()
        return actions.make(actor, "Half a year", "en", SPRING)


def post(player: Player, path: str, form: dict[str, str]) -> TestResponse:
    """Send a form as that person."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', player.client.get("/account/preferences").text)
    assert token is not None
    return player.client.post(path, data={"csrf_token": token[1]} | form)


def number_of(report: YearlyReport, figure: str, epoch: str = "period") -> float | None:
    """The exact value of a line."""
    return next(one.value for one in report.lines if (one.figure, one.epoch) == (figure, epoch))


# ------------------------------------------------------------------------------------------------ what is said


@pytest.mark.parametrize(
    ("value", "qualifier", "number"),
    [
        (1_534, Qualifier.MORE_THAN, 1_500),
        (1_534, Qualifier.NEARLY, 1_600),
        (1_534, Qualifier.ABOUT, 1_500),
        (1_551, Qualifier.ABOUT, 1_600),
        (125, Qualifier.MORE_THAN, 120),
        (57, Qualifier.MORE_THAN, 55),
        (0, Qualifier.EXACT, 0),
        (98_765.5, Qualifier.MORE_THAN, 98_000),
    ],
)
def test_a_number_is_rounded_the_way_of_its_word(value: float, qualifier: Qualifier, number: float) -> None:
    assert said(value, qualifier) == number


@pytest.mark.parametrize(
    ("value", "qualifier"),
    [
        (1_500, Qualifier.MORE_THAN),
        (1_500, Qualifier.NEARLY),
        (0, Qualifier.MORE_THAN),
        (0, Qualifier.ABOUT),
        (14, Qualifier.MORE_THAN),
        (3, Qualifier.ABOUT),
    ],
)
def test_a_word_that_would_be_untrue_is_refused(inside: Inside, value: float, qualifier: Qualifier) -> None:
    with inside(), pytest.raises(Refused):
        said(value, qualifier)


@given(value=st.integers(101, 10**9), qualifier=st.sampled_from(list(Qualifier)))
def test_what_is_said_holds(value: int, qualifier: Qualifier) -> None:
    if qualifier in {Qualifier.MORE_THAN, Qualifier.NEARLY} and str(value)[2:].strip("0") == "":
        return  # a round number is neither above nor below itself
    assert comparing.holds(qualifier, said(value, qualifier), value)


# ------------------------------------------------------------------------------------------------ making one


@pytest.mark.usefixtures("scene")
def test_an_officer_makes_a_report_and_reads_its_paragraph(cast: Cast) -> None:
    officer = cast("reporting_officer")
    made = post(officer, "/reports/yearly/new", NEW)
    assert made.status_code == 303, made.text[:2000]
    text = officer.client.get(made.location).text
    sentence = "In the period from 1 Jan 2026 to 30 Jun 2026, 4 people from 3 countries were trained on the platform."
    assert sentence in text
    assert "By 30 Jun 2026, 1 webinar was held on the platform." in text
    assert "/statistics/figures/trained?from=2026-01-01&amp;to=2026-06-30&amp;as_of=" in text
    assert "Distinct people who completed, in the period" in text
    assert "Counts as training" in text


@pytest.mark.usefixtures("scene")
def test_every_number_leads_to_its_definition_and_rows(cast: Cast) -> None:
    officer = cast("reporting_officer").client
    made = post(cast("reporting_officer"), "/reports/yearly/new", NEW)
    text = officer.get(made.location).text
    links = {one.replace("&amp;", "&") for one in re.findall(r'href="(/statistics/figures/[^"]+)"', text)}
    assert len(links) > 10
    trained = next(one for one in links if "/trained?from=2026-01-01" in one)
    assert 'rows?from=2026-01-01">4</a>' in re.sub(r"&amp;(to|as_of)=[^\"&]+", "", officer.get(trained).text)


@pytest.mark.parametrize(
    "spoilt",
    [
        {"title": ""},
        {"ends_on": "2025-12-31"},
        {"starts_on": "1492-01-01"},
        {"language": "xx"},
        {"previous": "no"},
    ],
)
def test_a_wrong_form_is_refused_as_typed(cast: Cast, spoilt: dict[str, str]) -> None:
    answer = post(cast("reporting_officer"), "/reports/yearly/new", NEW | spoilt)
    assert answer.status_code == 422
    assert "Half a year" in answer.text or not spoilt.get("title", "x")


@pytest.mark.parametrize("name", ["member", "trainer", "focal_point", "room_manager", "expert"])
def test_others_see_no_yearly_report(cast: Cast, report: YearlyReport, name: str) -> None:
    visitor = cast(name)
    for path in ("", "/new", f"/{report.public_id}", f"/{report.public_id}/report.docx"):
        assert visitor.client.get(f"/reports/yearly{path}").status_code == 404, path
    assert post(visitor, f"/reports/yearly/{report.public_id}/clearance", {}).status_code == 404


# ------------------------------------------------------------------------------------------------ its numbers


def test_each_number_has_its_own_time_and_word(cast: Cast, report: YearlyReport) -> None:
    officer, at = cast("reporting_officer"), f"/reports/yearly/{report.public_id}"
    asked = {
        "figure": "trained",
        "epoch": "since_2008",
        "cut_off": "2026-03-02",
        "as_of": "",
        "qualifier": "exact",
    }
    assert post(officer, f"{at}/numbers", asked).status_code == 303
    assert (
        "Since 2008, up to 2 Mar 2026, 2 people were trained on the platform." in officer.client.get(at).text
    )


def test_an_untrue_word_is_refused_at_its_field(cast: Cast, report: YearlyReport) -> None:
    officer, line = cast("reporting_officer"), report.lines[0]
    at = f"/reports/yearly/{report.public_id}/numbers/{line.public_id}"
    changed = {"epoch": "by_date", "cut_off": "2026-06-30", "as_of": "", "qualifier": "nearly"}
    answer = post(officer, at, changed | {"cut_off": "2005-01-01"})
    assert answer.status_code == 422
    assert "cannot be said so" in answer.text


def test_a_word_that_became_untrue_gives_way_to_the_exact_number(
    inside: Inside, cast: Cast, report: YearlyReport
) -> None:
    officer = cast("reporting_officer")
    with inside():
        actor = officer.actor()
        own = db.session.get_one(YearlyReport, report.id)
        line = own.lines[0]
        line.qualifier = Qualifier.MORE_THAN
        line.epoch, line.cut_off = "by_date", date(2005, 1, 1)
        db.session.flush()
        assert actions.count(actor, own) == [line]
        assert (line.qualifier, line.said) == ("exact", line.value)


def test_a_number_is_taken_out(cast: Cast, report: YearlyReport) -> None:
    officer, line = cast("reporting_officer"), report.lines[0]
    at = f"/reports/yearly/{report.public_id}/numbers"
    assert post(officer, f"{at}/{line.public_id}/removal", {}).status_code == 303
    assert officer.client.get(f"{at}/{line.public_id}").status_code == 404


# ------------------------------------------------------------------------------------------------ its steps


def step(player: Player, report: YearlyReport, name: str, **form: str) -> str:
    """Take a step; return the page after it."""
    answer = post(player, f"/reports/yearly/{report.public_id}/{name}", form)
    assert answer.status_code == 303, answer.text[:500]
    return player.client.get(answer.location).text


def test_somebody_else_clears_and_the_numbers_stand_for_ever(
    inside: Inside, cast: Cast, report: YearlyReport
) -> None:
    officer, other = cast("reporting_officer"), cast("administrator")
    assert "In review" in step(officer, report, "submission")
    assert "cleared by somebody else" in step(officer, report, "clearance")
    cleared = step(other, report, "clearance")
    assert "Cleared" in cleared
    with inside() as session:
        kept = session.scalars(select(YearlyReport)).one()
        assert kept.snapshot is not None
        assert snapshots.holds(kept.snapshot)
        assert kept.snapshot.digest in cleared
        state(person("late", country="CL"), course("evidence"), Verb.COMPLETED, 9)
        told = select(AuditEntry.verb).where(AuditEntry.verb.like("yearly_report.%")).order_by(AuditEntry.id)
        verbs = session.scalars(told).all()
        assert verbs == ["yearly_report.made", "yearly_report.submitted", "yearly_report.cleared"]
    assert "4 people from 3 countries" in officer.client.get(f"/reports/yearly/{report.public_id}").text
    for name in ("count", "freezing", "submission", "removal"):
        step(officer, report, name)
    assert "4 people from 3 countries" in officer.client.get(f"/reports/yearly/{report.public_id}").text


def test_who_submits_what_they_wrote_into_anothers_report_does_not_clear_it(
    cast: Cast, report: YearlyReport
) -> None:
    officer, other = cast("reporting_officer"), cast("administrator")
    line = report.lines[0].public_id
    step(other, report, f"numbers/{line}/removal")
    step(other, report, "submission")
    assert "cleared by somebody else" in step(other, report, "clearance")
    assert "cleared by somebody else" in step(officer, report, "clearance")
    step(officer, report, "return", note="Which number is missing?")
    step(officer, report, "submission")
    assert "Cleared" in step(other, report, "clearance")


def test_a_document_is_made_of_whatever_was_typed(inside: Inside, cast: Cast, report: YearlyReport) -> None:
    officer = cast("reporting_officer")
    hostile = "Half\x01 a\x08 <w:p/> year \ufffe\u202e]]>"
    with inside() as session:
        session.scalars(select(YearlyReport)).one().title = hostile
    form = {"activity": "evidence", "kind": "law", "occurred_on": "2026-03-03", "country": ""}
    texts = {name: f"{name} {hostile}" for name in ("summary", "evidence", "source")}
    assert post(officer, "/reports/results/new", form | texts).status_code == 303
    answer = officer.client.get(f"/reports/yearly/{report.public_id}/report.docx")
    assert answer.status_code == 200
    made = Document(io.BytesIO(answer.data))
    written = " ".join(one.text for one in made.paragraphs) + str(
        [cell.text for table in made.tables for row in table.rows for cell in row.cells]
    )
    assert "Half a <w:p/> year" in written
    assert "summary Half a <w:p/> year" in written
    assert "\x01" not in written


def test_a_step_of_a_report_that_was_removed_meanwhile_finds_nothing(
    inside: Inside, cast: Cast, report: YearlyReport
) -> None:
    officer = cast("reporting_officer")
    with inside() as session:
        kept = session.scalars(select(YearlyReport)).one()
        session.execute(delete(YearlyLine).where(YearlyLine.report_id == kept.id))
        session.execute(delete(YearlyReport).where(YearlyReport.id == kept.id))
        with pytest.raises(NotFound):
            actions.submit(officer.actor(), kept)


def test_a_report_is_given_back_with_what_is_to_be_done(cast: Cast, report: YearlyReport) -> None:
    step(cast("reporting_officer"), report, "submission")
    other = cast("administrator")
    assert post(other, f"/reports/yearly/{report.public_id}/return", {"note": ""}).status_code == 422
    assert "Add the webinars" in step(other, report, "return", note="Add the webinars")


def test_what_goes_on_is_not_frozen(inside: Inside, cast: Cast, scene: None) -> None:
    officer = cast("reporting_officer")
    with inside():
        actor = officer.actor()
        today = clock.now().date()
        made = actions.make(actor, "This year", "en", (date(today.year, 1, 1), today))
        with pytest.raises(Refused):
            actions.freeze(actor, made)


def test_a_frozen_number_keeps_its_definition_in_every_language(
    inside: Inside, cast: Cast, report: YearlyReport
) -> None:
    with inside():
        own = db.session.get_one(YearlyReport, report.id)
        kept = actions.freeze(cast("reporting_officer").actor(), own)
        line = kept.content["yearly"]["lines"][0]
        assert set(line["definitions"]) == {"ar", "zh", "en", "fr", "ru", "es"}
        assert {"value", "said", "qualifier", "epoch", "as_of", "version"} <= line.keys()
        with pytest.raises(Refused):
            actions.remove_line(cast("reporting_officer").actor(), own.lines[0])


# ------------------------------------------------------------------------------------------------ the bridge


def test_the_bridge_adds_up_and_names_each_step(inside: Inside, cast: Cast) -> None:
    officer = cast("reporting_officer")
    with inside():
        actor = officer.actor()
        key = course("evidence")
        people = [person(f"b{n}") for n in range(6)]
        for n in range(5):
            state(people[n], key, Verb.COMPLETED, n)
        first = actions.make(actor, "The first", "en", (date(2026, 1, 1), date(2026, 3, 31)))
        frozen = actions.freeze(actor, first)
    with inside() as session:
        records.merge(None, records.learner_of(people[1].id), records.learner_of(people[0].id), "the same")
        wrong = session.scalars(
            select(Fact.uuid).where(
                Fact.learner_key == records.learner_of(people[4].id), Fact.verb == Verb.COMPLETED.value
            )
        ).one()
        corrections.void(None, wrong, "a slip of the finger")
        state(people[5], key, Verb.COMPLETED, 10)
        for n in range(3):
            state(person(f"new{n}"), key, Verb.COMPLETED, 40 + n)
    with inside():
        second = actions.make(
            officer.actor(), "The second", "en", (date(2026, 1, 1), date(2026, 6, 30)), previous=frozen
        )
        steps = dict(shown(second).bridges)["People trained on the platform"]
    assert (steps.opening, steps.merges, steps.corrections, steps.late, steps.new) == (5, -1, -1, 1, 3)
    assert steps.closing == 7
    assert all(one.adds_up for _name, one in shown_bridges(second))


def shown_bridges(report: YearlyReport) -> list[tuple[str, Bridge]]:
    """The bridges as kept."""
    return [(one["figure"], Bridge(**one)) for one in report.bridges]


@pytest.mark.usefixtures("scene")
def test_a_bridge_of_any_figure_adds_up(inside: Inside) -> None:
    with inside():
        at = clock.now()
        old, new = End(date(2026, 3, 2), at), End(date(2026, 6, 30), at)
        for figure in snapshots.all_ids():
            found = bridge(figure, None, old, new)
            assert found.adds_up, figure
            assert (found.merges, found.corrections, found.late) == (0, 0, 0), figure


# ------------------------------------------------------------------------------------------------ the document


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_document_has_definitions_as_footnotes(cast: Cast, scene: None, language: str) -> None:
    officer = cast("reporting_officer")
    made = post(officer, "/reports/yearly/new", NEW | {"language": language})
    answer = officer.client.get(f"{made.location}/report.docx")
    assert answer.status_code == 200
    opened = Document(io.BytesIO(answer.data))
    assert opened.paragraphs[0].text == "Half a year"
    package = zipfile.ZipFile(io.BytesIO(answer.data))
    notes, body = (package.read(f"word/{name}.xml").decode() for name in ("footnotes", "document"))
    marks = re.findall(r'<w:footnoteReference w:id="(\d+)"', body)
    assert len(marks) > 15
    assert set(marks) == set(re.findall(r'<w:footnote w:id="(\d+)"', notes)) - {"0"}
    assert "trained, version 1" in notes or language != "en"
    assert ("<w:bidi/>" in body) == (language == "ar")
    assert ("w:bidiVisual" in body) == (language == "ar")
    assert "footnotes+xml" in package.read("[Content_Types].xml").decode()


def test_pages_cost_few_statements(inside: Inside, cast: Cast, report: YearlyReport) -> None:
    client: FlaskClient = cast("reporting_officer").client
    path = f"/reports/yearly/{report.public_id}"
    client.get(path)
    for one in (path, f"{path}/numbers", "/reports/yearly"):
        with counted() as sent:
            assert client.get(one).status_code == 200
        assert len(sent) <= 8, sent


def test_the_words_of_each_epoch_begin_a_sentence(inside: Inside) -> None:
    with inside():
        for epoch in epochs.EPOCHS:
            made = lines.line("trained", epoch, date(2025, 12, 31))
            assert lines.days_of(made, YearlyReport(starts_on=SPRING[0]))[1] == date(2025, 12, 31)
