"""What each report counts, narrowed, grouped, in order, within what a page may cost."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest

from app.core import clock
from app.core.permissions import Permission
from app.records import actions
from app.records.actions import FactDraft
from app.records.models import ActivityKind, Verb
from app.reports import catalogue
from app.reports.catalogue import REPORTS
from app.reports.frame import Asked
from app.reports.selection import Selection
from app.webinars import register
from tests.cast import Cast
from tests.conftest import Inside
from tests.irooms.conftest import masked_room, open_room, room  # noqa: F401 - fixtures
from tests.irooms.scene import RoomScene
from tests.records.scene import at, person, state, statements
from tests.reports.scene import ReportScene, activity, make
from tests.reports.test_completions import numbers
from tests.reports.test_rights import table
from tests.webinars.scene import make_scene


@pytest.fixture
def scene(inside: Inside) -> ReportScene:
    """Two countries, a course, a session."""
    with inside():
        return make()


def asked(cast: Cast, name: str, who: str = "reporting_officer", **args: str) -> Asked:
    """A report as somebody asks for it, inside a transaction."""
    found = catalogue.ask(REPORTS[name], cast(who).actor(), args, "UTC", "en")
    assert isinstance(found, Asked), found.errors
    return found


def people(rows: list[dict[str, str]]) -> set[str]:
    """First names."""
    return {(row.get("Person") or row["Holder"]).split()[0] for row in rows}


# ------------------------------------------------------------------------------------------------ what is counted


def test_the_catalogue_says_what_each_counts(cast: Cast, scene: ReportScene) -> None:
    page = cast("reporting_officer").client.get("/reports?lang=en").text
    for one in REPORTS.values():
        assert str(one.title) in page
        assert f'href="/reports/{one.name}"' in page


def test_attendance(cast: Cast, scene: ReportScene) -> None:
    rows = {row["Person"]: row for row in table(cast, "reporting_officer", "attendance")}
    assert {name: (row["What became of it"], row["Minutes attended"]) for name, row in rows.items()} == {
        "Wanjiku Example": ("Attendance fulfilled", "55.5"),
        "Otieno Example": ("Absent", ""),
        "Quispe Example": ("Attended in part", "12.0"),
    }
    assert rows["Quispe Example"]["How it is known"] == "In the live room, By the organiser's list"
    assert people(table(cast, "reporting_officer", "attendance", "status=absent")) == {"Otieno"}
    assert people(table(cast, "reporting_officer", "attendance", "from=2026-03-11&to=2026-03-11")) == {
        "Wanjiku",
        "Otieno",
        "Quispe",
    }
    assert table(cast, "reporting_officer", "attendance", "from=2026-03-12") == []


def test_minutes_follow_a_merge(cast: Cast, scene: ReportScene, inside: Inside) -> None:
    with inside():
        once, again = (actions.learner_of(scene.people[name].id) for name in ("otieno", "wanjiku"))
        actions.merge(None, again, once, "one person")
    [row] = [
        one for one in table(cast, "reporting_officer", "attendance") if one["Person"].startswith("Otieno")
    ]
    assert (row["Minutes attended"], row["What became of it"]) == ("55.5", "Attendance fulfilled")


def test_countries(cast: Cast, scene: ReportScene) -> None:
    rows = {row["Country at the time"]: row for row in table(cast, "reporting_officer", "countries")}
    kenya, peru = rows["Kenya"], rows["Peru"]
    assert (kenya["People"], kenya["Participations"], kenya["Completions"]) == ("2", "4", "2")
    assert (kenya["People who completed"], kenya["People who attended sessions"]) == ("1", "1")
    assert (peru["People"], peru["Certificates that hold"], peru["Activities"]) == ("1", "1", "2")
    page = cast("reporting_officer").client.get("/reports/countries?lang=en").text
    assert numbers(page) == ["3", "6", "2", "3", "2"]
    assert re.search(r"<tfoot><tr><th scope=\"row\">Total, each person once</th>", page)


def test_a_country_of_which_nobody_took_part_leads_nowhere(cast: Cast, scene: ReportScene) -> None:
    assert cast("expert").client.get("/").status_code == 200
    client = cast("reporting_officer").client
    page = client.get("/reports/countries?lang=en").text
    assert "Japan" in page
    below = re.findall(r'href="(/reports/completions\?country=(..)[^"]*)"', page)
    assert {country for _address, country in below} == {"KE", "PE"}
    assert {client.get(address.replace("&amp;", "&")).status_code for address, _country in below} == {200}


def test_somebody_who_moved_is_in_two_countries_and_once_in_the_total(
    cast: Cast, scene: ReportScene, inside: Inside
) -> None:
    with inside() as session:
        session.merge(scene.people["wanjiku"]).country = "PE"
        session.flush()
        state(scene.people["wanjiku"], scene.other, Verb.ENROLLED, 30)
    rows = {row["Country at the time"]: row for row in table(cast, "reporting_officer", "countries")}
    assert (rows["Kenya"]["People"], rows["Peru"]["People"]) == ("2", "2")
    with inside():
        question = asked(cast, "countries")
        totals = dict(
            zip(
                (one.key for one in question.report.columns(question)),
                question.report.totals(question) or (),
                strict=True,
            )
        )
    assert totals["people"] == 3


def test_activities_keep_the_nameless_apart(cast: Cast, scene: ReportScene) -> None:
    rows = {row["Activity"]: row for row in table(cast, "reporting_officer", "activities")}
    assert (rows["Round Table"]["People"], rows["Round Table"]["Nameless people"]) == ("0", "40")
    session = rows["Mutual Assistance"]
    assert (session["People"], session["Began or attended"], session["Completed"]) == ("3", "2", "1")
    assert (session["Minutes attended"], session["Countries"]) == ("67.5", "2")
    assert [
        row["Activity"]
        for row in table(cast, "reporting_officer", "activities", "period=held&from=2026-03-21")
    ] == ["Round Table"]


def test_recordings_count_a_view_once_a_day_from_half_a_minute_on(cast: Cast, scene: ReportScene) -> None:
    [row] = table(cast, "reporting_officer", "recordings")
    assert row["Recording or resource"] == "Recorded Session"
    assert row["Part of"] == "Mutual Assistance"
    counted = ("Uses", "Views", "Downloads", "People", "Uses without a name", "Countries")
    assert [row[one] for one in counted] == ["4", "3", "1", "2", "1", "2"]
    [kenya] = table(cast, "focal_point", "recordings")
    assert [kenya[one] for one in counted] == ["2", "2", "0", "1", "0", "1"]


def test_certificates_have_a_page(cast: Cast, scene: ReportScene) -> None:
    page = cast("reporting_officer").client.get("/reports/certificates?lang=en").text
    assert 'href="/certificates/7K2M-9QXD"' in page
    assert numbers(page) == ["2", "2", "2", "0"]


def test_who_may_not_finish(cast: Cast, scene: ReportScene, inside: Inside) -> None:
    [row] = table(cast, "reporting_officer", "inactive")
    assert (row["Person"], row["Why"], row["Progress (percent)"]) == ("Otieno Example", "Has stopped", "40")
    with inside():
        soon = activity("closing-course", ActivityKind.COURSE, ends_at=days_on(3))
        over = activity("closed-course", ActivityKind.COURSE, ends_at=days_on(-3))
        for key in (soon, over):
            state(scene.people["quispe"], key, Verb.ENROLLED, 0)
    rows = table(cast, "reporting_officer", "inactive")
    assert {(row["Person"].split()[0], row["Why"]) for row in rows} == {
        ("Otieno", "Has stopped"),
        ("Quispe", "Closes soon"),
    }
    assert people(table(cast, "reporting_officer", "inactive", "status=closing")) == {"Quispe"}
    assert people(table(cast, "reporting_officer", "inactive", "days=365")) == {"Quispe"}


def days_on(days: float) -> datetime:
    """The instant some days from now."""
    return clock.now() + timedelta(days=days)


def test_quality(cast: Cast, scene: ReportScene, inside: Inside) -> None:
    with inside() as session:
        double = person("double", country="PE", institution="Elsewhere")
        double.given_name, double.family_name = "Quispe", "EXAMPLE"
        person("nowhere", country="", profession="", institution="Court")
        session.flush()
        late = person("Late", country="KE", institution="Court")
        state(late, scene.course, Verb.ENROLLED, 30)
        state(late, scene.course, Verb.COMPLETED, 20)
        state(late, scene.other, Verb.ENROLLED, 4000)
    rows = table(cast, "reporting_officer", "quality")
    found = {(row["What was found"], row["E-mail"].split("@")[0]) for row in rows}
    assert found >= {
        ("Account without a country", "nowhere"),
        ("Account without a profession", "nowhere"),
        ("May be one person: same name and country", "double"),
        ("May be one person: same name and country", "quispe"),
        ("Completed before enrolling", "late"),
        ("Opened before enrolling", "late"),
        ("Dated in the future", "late"),
    }
    assert {row["E-mail"].split("@")[0] for row in table(cast, "focal_point", "quality")} == {"late"}
    narrowed = table(cast, "reporting_officer", "quality", "quality=same_name")
    assert {row["What was found"] for row in narrowed} == {"May be one person: same name and country"}


# ------------------------------------------------------------------------------------------------ rooms and sessions


def test_rooms_of_names_and_of_pseudonyms(
    cast: Cast,
    inside: Inside,
    room: RoomScene,  # noqa: F811
    masked_room: RoomScene,  # noqa: F811
) -> None:
    officer = table(cast, "reporting_officer", "rooms")
    assert [row["Room"] for row in officer] == ["A room", "A room"]
    assert all(int(row["Members"]) >= 4 for row in officer)
    assert sorted(row["Countries"] == "0" for row in officer) == [False, True]
    assert "CANARY-MASKED-TITLE" not in str(officer)
    managed = table(cast, "room_manager", "rooms")
    assert "CANARY-MASKED-TITLE" in {row["Room"] for row in managed}
    for who in ("member", "expert", "trainer", "focal_point", "practitioner"):
        assert cast(who).client.get("/reports/rooms").status_code == 404
    assert cast("room_manager").client.get("/reports/completions").status_code == 404
    for who in ("reporting_officer", "room_manager"):
        page = cast(who).client.get("/reports/rooms?lang=en").text
        assert "Layla" not in page
        assert "/reports/people/" not in page


def test_who_left_a_room_is_no_member(cast: Cast, inside: Inside, scene: ReportScene) -> None:
    with inside():
        key = activity("a-room", ActivityKind.ROOM)
        for name, verb, day in (
            ("wanjiku", Verb.JOINED, 1),
            ("quispe", Verb.JOINED, 2),
            ("quispe", Verb.LEFT, 5),
        ):
            state(scene.people[name], key, verb, day)
        for verb, heads in ((Verb.JOINED, 1), (Verb.JOINED, 1), (Verb.LEFT, 1)):
            actions.append(FactDraft(verb=verb, activity_key=key, headcount=heads, occurred_at=at(3)))
        actions.append(
            FactDraft(
                verb=Verb.CONTRIBUTED,
                activity_key=key,
                headcount=1,
                occurred_at=at(4),
                result={"what": "post"},
            )
        )
        state(scene.people["wanjiku"], key, Verb.CONTRIBUTED, 5, result={"what": "resource"})
    [row] = table(cast, "reporting_officer", "rooms")
    counted = ("Members", "Joined", "Countries", "Exchanges", "Posts")
    assert [row[one] for one in counted] == ["2", "4", "2", "1", "1"]
    [earlier] = table(cast, "reporting_officer", "rooms", "to=2026-03-03")
    assert [earlier[one] for one in counted] == ["2", "2", "2", "0", "0"]


def test_who_runs_a_session_reads_its_attendance(cast: Cast, inside: Inside) -> None:
    for name in ("trainer", "expert", "owner", "member", "expelled", "room_manager"):
        cast(name)
    with inside() as session:
        made = make_scene(cast, title="Hosted session")
        register.describe_session(made.webinar())
        register.tell(made.webinar(), cast("owner").id, Verb.REGISTERED)
        session.flush()
    assert [row["Activity"] for row in table(cast, "trainer", "attendance")] == ["Hosted session"]
    assert (
        cast("other_trainer").client.get("/reports/attendance?activity=" + made.public_id).status_code == 422
    )


# ------------------------------------------------------------------------------------------------ filters


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"Wanjiku", "Otieno", "Quispe"}),
        ("country=KE", {"Wanjiku", "Otieno"}),
        ("region=report_regions/east_africa", {"Wanjiku", "Otieno"}),
        ("region=un_regional_groups/latin_america", {"Quispe"}),
        ("region=report_regions/east_africa&profession=judge", {"Wanjiku"}),
        ("kind=webinar&country=PE", {"Quispe"}),
        ("kind=course&country=PE", {"Quispe"}),
        ("channel=platform&topic=evidence", {"Wanjiku", "Otieno"}),
        ("partner=A+partner&status=completed", {"Wanjiku"}),
        ("project=Partners", {"Wanjiku", "Otieno"}),
        ("tag=sdg:16", {"Wanjiku", "Otieno"}),
        ("gender=female", {"Wanjiku"}),
        ("gender=-", {"Otieno", "Quispe"}),
        ("certificate=any", {"Wanjiku", "Quispe"}),
        ("certificate=-&kind=course", {"Otieno"}),
        ("certificate=revoked", set()),
        ("institution=High+Court", {"Wanjiku"}),
        ("language=en&country=PE", {"Quispe"}),
        ("language=-", {"Wanjiku", "Otieno", "Quispe"}),
        ("period=completed&from=2026-03-01&to=2026-03-03&profession=judge", {"Wanjiku"}),
        ("course=electronic-evidence", {"Wanjiku", "Otieno"}),
        ("activity=electronic-evidence&gender=female", {"Wanjiku"}),
    ],
)
def test_filters_combine(cast: Cast, scene: ReportScene, query: str, expected: set[str]) -> None:
    assert people(table(cast, "reporting_officer", "completions", query)) == expected


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("completions", "group=password"),
        ("completions", "group=country&by=country"),
        ("completions", "sort=password&group=country"),
        ("countries", "group=profession"),
        ("rooms", "group=country"),
        ("activities", "feedback=maybe&group=kind&by=kind"),
        ("completions", "feedback=maybe"),
        ("completions", "region=report_regions/nowhere"),
        ("completions", "gender=unknown"),
        ("attendance", "status=in_progress"),
        ("attendance", "period=issued"),
        ("inactive", "days=7"),
        ("quality", "quality=nothing"),
        ("countries", "sort=email"),
        ("rooms", "from=tomorrow"),
    ],
)
def test_what_cannot_be_asked_is_refused(cast: Cast, scene: ReportScene, name: str, query: str) -> None:
    for ending in ("", ".csv", ".xlsx"):
        answer = cast("administrator").client.get(f"/reports/{name}{ending}?lang=en&{query}")
        assert answer.status_code == 422, (ending, answer.status_code)
        assert "Please check these answers" in answer.text


def test_filters_of_other_reports_are_passed_over(cast: Cast, scene: ReportScene) -> None:
    assert cast("administrator").client.get("/reports/rooms?country=XX&status=nope").status_code == 200


# ------------------------------------------------------------------------------------------------ groups


def test_groups_by_two_dimensions_with_a_total_of_its_own(
    cast: Cast, scene: ReportScene, inside: Inside
) -> None:
    with inside():
        question = asked(cast, "completions", group="country", by="kind")
        page = question.report.page(question, 1, 25)
        assert [one.key for one in question.report.columns(question)] == [
            "country",
            "kind",
            "people",
            "participations",
            "people_completed",
            "completions",
            "certified",
        ]
        assert [tuple(row) for row in page.rows] == [
            ("KE", "course", 2, 2, 1, 1, 1),
            ("KE", "webinar", 2, 2, 1, 1, 0),
            ("PE", "course", 1, 1, 1, 1, 1),
            ("PE", "webinar", 1, 1, 0, 0, 0),
        ]
        assert page.totals == [None, None, 3, 6, 2, 3, 2]
        assert list(map(tuple, question.report.rows(question))) == [tuple(row) for row in page.rows]
        assert question.report.count(question) == 4
    shown = cast("reporting_officer").client.get("/reports/completions?lang=en&group=country&by=kind").text
    assert "Total, each person once" in shown
    assert "Different persons cannot be added up" in shown


ADDS_UP = {
    "completions": "participations",
    "attendance": "rows",
    "countries": "participations",
    "activities": "participations",
    "recordings": "uses",
    "certificates": "rows",
    "rooms": "rooms",
    "inactive": "participations",
    "quality": "findings",
}
"""What of each report may be added up over groups, since nothing is in two of them."""


@pytest.mark.parametrize("name", REPORTS)
def test_every_dimension(cast: Cast, scene: ReportScene, inside: Inside, name: str) -> None:
    with inside():
        for dimension in REPORTS[name].dimensions:
            question = asked(cast, name, group=dimension)
            page = question.report.page(question, 1, 100)
            assert page.totals is not None
            counted = [one.key for one in question.report.columns(question)].index(ADDS_UP[name])
            assert sum(row[counted] for row in page.rows) == page.totals[counted], dimension
            assert list(map(tuple, question.report.rows(question))) == list(map(tuple, page.rows))
            assert question.report.count(question) == len(page.rows)
            for column in question.report.sortable((dimension,)):
                ordered = asked(cast, name, group=dimension, sort=f"-{column}")
                assert len(ordered.report.page(ordered, 1, 100).rows) == len(page.rows)


def test_who_groups_a_sorted_table_gets_the_groups_in_their_own_order(
    cast: Cast, scene: ReportScene, inside: Inside
) -> None:
    with inside():
        question = asked(cast, "completions", group="country", sort="person")
        assert question.sort == "-people"
        assert asked(cast, "completions", sort="-people").sort == "-enrolled"
        assert asked(cast, "activities", group="kind", sort="-held").sort == "-people"


def test_a_group_leads_to_what_it_counts(cast: Cast, scene: ReportScene) -> None:
    client = cast("reporting_officer").client
    page = client.get("/reports/completions?lang=en&group=profession&kind=course").text
    links = re.findall(r'href="([^"]*profession=[^"]*)"[^>]*>([^<]+)</a>', page)
    for address, words in links:
        below = client.get(address.replace("&amp;", "&") + "&lang=en").text
        assert words in below
        assert "kind=course" in address


# ------------------------------------------------------------------------------------------------ the frame


def test_a_question_is_kept_and_asked_again(cast: Cast, scene: ReportScene, inside: Inside) -> None:
    args = {
        "region": "report_regions/east_africa",
        "profession": "judge",
        "period": "completed",
        "from": "2026-03-01",
        "to": "2026-03-31",
        "group": "country",
        "by": "kind",
        "sort": "country",
    }
    with inside():
        question = asked(cast, "completions", **args)
        assert question.as_args() == args
        again = asked(cast, "completions", "focal_point", **question.as_args())
        assert again.filters == question.filters
        assert not again.scope.everything
        assert Selection.from_json(question.filters.as_json()) == question.filters


def test_what_is_asked_again_asks_for_the_rights_of_then(
    cast: Cast, scene: ReportScene, inside: Inside
) -> None:
    with inside():
        kept = asked(cast, "completions", "focal_point").as_args()
        officer = asked(cast, "completions", **kept)
        focal = asked(cast, "completions", "focal_point", **kept)
        assert (officer.report.count(officer), focal.report.count(focal)) == (6, 4)
        export = catalogue.ask(
            REPORTS["completions"],
            cast("focal_point").actor(),
            kept,
            "UTC",
            permission=Permission.REPORTS_EXPORT,
        )
        assert isinstance(export, Asked)


@pytest.mark.parametrize("name", REPORTS)
def test_rows_page_and_slices_agree(cast: Cast, scene: ReportScene, inside: Inside, name: str) -> None:
    with inside():
        question = asked(cast, name)
        report = question.report
        rows = list(map(tuple, report.rows(question)))
        page = report.page(question, 1, 100)
        assert list(map(tuple, page.rows)) == rows
        assert report.count(question) == page.total == len(rows)
        assert [one.value for one in report.numbers(question)] == [one.value for one in page.numbers]
        assert all(len(row) == len(report.columns(question)) for row in rows)
        seen: list[Any] = []
        place = None
        while True:
            part = report.after(question, place, 1)
            seen += map(tuple, part.rows)
            if part.next is None:
                break
            place = part.next
        assert sorted(map(str, seen)) == sorted(map(str, rows))
        for column in report.sortable(()):
            for sign in ("", "-"):
                ordered = asked(cast, name, sort=sign + column)
                assert len(report.page(ordered, 1, 100).rows) == len(rows)


@pytest.mark.parametrize("who", ["reporting_officer", "focal_point", "trainer"])
@pytest.mark.parametrize("name", sorted(set(REPORTS) - {"rooms"}))
def test_a_page_costs_few_statements(
    cast: Cast, scene: ReportScene, inside: Inside, who: str, name: str
) -> None:
    client = cast(who).client
    client.get(f"/reports/{name}")
    with inside(), statements() as sent:
        assert client.get(f"/reports/{name}").status_code == 200
    assert len(sent) <= 8, [one[:90] for one in sent]
