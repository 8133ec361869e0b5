"""Groups of countries, activities, recordings, rooms and findings: each number counted anew, none added up."""

from __future__ import annotations

from typing import Any

import pytest

from app.records.models import ActivityKind, Verb
from app.reports import catalogue
from app.reports.catalogue import REPORTS
from app.reports.exports.sheets import Wish, sheet_of
from app.reports.exports.withholding import WITHHELD
from app.reports.frame import Asked
from app.reports.models import Form
from tests.cast import Cast
from tests.conftest import Inside
from tests.records.scene import at, course, person, state
from tests.reports.scene import TWO, ReportScene, activity, make
from tests.reports.test_rights import table


@pytest.fixture
def scene(inside: Inside) -> ReportScene:
    """Two countries, a course, a session."""
    with inside():
        return make()


def groups(cast: Cast, name: str, who: str = "reporting_officer", **args: str) -> dict[Any, dict[str, Any]]:
    """The rows of a grouped report by their group, and the totals under None, inside a transaction."""
    question = catalogue.ask(REPORTS[name], cast(who).actor(), args, "UTC", "en")
    assert isinstance(question, Asked), question.errors
    keys = [one.key for one in question.report.columns(question)]
    width = len(question.grouping)
    rows: dict[Any, Any] = {tuple(row[:width]): row for row in question.report.rows(question)}
    rows[None] = question.report.totals(question) or []
    return {
        group[0] if group and width == 1 else group: dict(zip(keys[width:], row[width:], strict=True))
        for group, row in rows.items()
    }


def test_countries_by_region_count_a_person_of_two_once(
    cast: Cast, scene: ReportScene, inside: Inside
) -> None:
    with inside() as session:
        for name in ("reporting_officer", "focal_point"):
            cast(name)
        session.merge(scene.people["wanjiku"]).country = "UG"
        session.flush()
        state(scene.people["wanjiku"], scene.other, Verb.ENROLLED, 30)
        found = groups(cast, "countries", group="report_region")
        east = found["report_regions/east_africa"]
        assert (east["countries"], east["people"], east["participations"]) == (2, 2, 5)
        assert found[None]["people"] == 3
        assert found[None]["countries"] == 3
        assert sum(row["people"] for group, row in found.items() if group) == 3
        own = groups(cast, "countries", "focal_point", group="report_region", by="legal_system")
        assert {group[0] for group in own if group} == {"report_regions/east_africa"}


def test_activities_by_what_they_have(cast: Cast, scene: ReportScene, inside: Inside) -> None:
    with inside():
        by_kind = groups(cast, "activities", group="kind")
        assert (by_kind["course"]["activities"], by_kind["course"]["people"]) == (2, 3)
        assert by_kind["round_table"] | {"minutes": None} == {
            "activities": 1,
            "people": 0,
            "participations": 0,
            "came": 0,
            "completed": 0,
            "certified": 0,
            "countries": 0,
            "median_days": None,
            "nameless": 40,
            "minutes": None,
        }
        assert (by_kind[None]["people"], by_kind[None]["participations"]) == (3, 6)
        by_month = groups(cast, "activities", group="month", by="channel")
        assert by_month["2026-03", "platform"]["people"] == 3
        assert by_month["2026-03", "in_person"]["nameless"] == 40
        assert by_month["", "platform"]["activities"] == 2
        narrowed = groups(cast, "activities", group="topic", country="PE")
        assert {group: row["people"] for group, row in narrowed.items()} == {"finance": 1, "": 1, None: 1}
        assert "finance" not in groups(cast, "activities", "focal_point", group="topic")


def test_recordings_by_topic_language_month_and_room(cast: Cast, scene: ReportScene, inside: Inside) -> None:
    with inside():
        room = activity("a-room", ActivityKind.ROOM, address="/irooms/a")
        held = activity("a-paper", ActivityKind.RESOURCE, parent_key=room, topic="borders")
        state(scene.people["wanjiku"], held, Verb.VIEWED, 40)
        state(scene.people["wanjiku"], scene.recording, Verb.PLAYED, 41, result={"seconds": 300})
        by_month = groups(cast, "recordings", group="month")
        assert {group: row["views"] for group, row in by_month.items()} == {
            "2026-03": 3,
            "2026-04": 2,
            None: 5,
        }
        assert (by_month["2026-03"]["people"], by_month["2026-04"]["people"]) == (2, 1)
        assert by_month[None]["people"] == 2
        by_room = groups(cast, "recordings", group="room", by="topic")
        assert by_room["A Room", "borders"]["used"] == 1
        assert by_room["In no room that you may see", ""]["people"] == 2
        by_country = groups(cast, "recordings", group="country")
        assert (by_country["KE"]["people"], by_country["PE"]["people"], by_country[""]["nameless"]) == (
            1,
            1,
            1,
        )
        own = groups(cast, "recordings", "focal_point", group="country", by="room")
        assert {group for group in own if group} == {("KE", "In no room that you may see")}


def test_rooms_by_topic_count_a_member_of_two_once(cast: Cast, scene: ReportScene, inside: Inside) -> None:
    with inside():
        rooms = [
            activity("first", ActivityKind.ROOM, topic="borders", address="/irooms/first"),
            activity("second", ActivityKind.ROOM, topic="borders"),
            activity("third", ActivityKind.ROOM, topic="finance", address="/irooms/third"),
        ]
        for room in rooms:
            state(scene.people["wanjiku"], room, Verb.JOINED, 1)
        state(scene.people["quispe"], rooms[1], Verb.JOINED, 2)
        found = groups(cast, "rooms", group="topic")
        assert (found["borders"]["rooms"], found["borders"]["members"]) == (2, 2)
        assert found["borders"]["joined"] == 3
        assert (found["finance"]["members"], found[None]["members"], found[None]["rooms"]) == (1, 2, 3)
        listed = groups(cast, "rooms", group="listing", by="topic")
        assert {group for group in listed if group} == {
            ("Listed for everybody", "borders"),
            ("Not listed", "borders"),
            ("Listed for everybody", "finance"),
        }


def test_findings_by_problem_country_region_and_profession(
    cast: Cast, scene: ReportScene, inside: Inside
) -> None:
    with inside() as session:
        late = person("Late", country="KE", institution="", profession="judge")
        nobody = person("nowhere", country="", profession="", institution="")
        session.flush()
        state(late, scene.course, Verb.ENROLLED, 30)
        state(late, scene.course, Verb.COMPLETED, 20)
        by_problem = groups(cast, "quality", group="quality")
        assert by_problem["early_completion"] == {"findings": 1, "people": 1}
        by_person = groups(cast, "quality", group="country", by="profession")
        found = by_person["KE", "judge"]
        assert found["findings"] > found["people"] == 1
        assert by_person["", ""] == {"findings": 3, "people": 1}, nobody.email
        own = groups(cast, "quality", "focal_point", group="report_region")
        assert {group for group in own if group} == {"report_regions/east_africa"}
        assert own[None]["people"] == 1


# ------------------------------------------------------------------------------------------------ taken away


@pytest.mark.parametrize("name", REPORTS)
def test_groups_are_the_same_in_every_file(cast: Cast, scene: ReportScene, inside: Inside, name: str) -> None:
    group, by = TWO[name]
    rows = table(cast, "reporting_officer", name, f"group={group}&by={by}")
    with inside():
        question = catalogue.ask(
            REPORTS[name], cast("reporting_officer").actor(), {"group": group, "by": by}, "UTC", "en"
        )
        assert isinstance(question, Asked)
        assert question.as_args() == {"group": group, "by": by}
        for form in Form:
            sheet = sheet_of(question, Wish(form, "Officer", "en", "UTC", anonymised=True))
            assert len(list(sheet.rows)) == len(rows)


def test_small_groups_do_not_leave_the_platform(cast: Cast, scene: ReportScene, inside: Inside) -> None:
    with inside():
        key = course("a-crowd", topic="borders", kind=ActivityKind.COURSE)
        for number in range(7):
            state(person(f"crowd{number}"), key, Verb.ENROLLED, 1)
        question = catalogue.ask(
            REPORTS["activities"], cast("reporting_officer").actor(), {"group": "topic"}, "UTC", "en"
        )
        assert isinstance(question, Asked)
        sheet = sheet_of(question, Wish(Form.CSV, "Officer", "en", "UTC", outside=True))
        place = [head.key for head in sheet.heads].index("people")
        shown = {row[0]: row[place] for row in sheet.rows}
        assert shown["finance"] == WITHHELD
        assert set(shown.values()) <= {WITHHELD, 7, 0}


def test_a_grouped_view_is_kept_and_asked_again(cast: Cast, scene: ReportScene, inside: Inside) -> None:
    args = {"group": "kind", "by": "month", "period": "held", "from": "2026-03-01", "to": "2026-03-15"}
    with inside():
        question = catalogue.ask(REPORTS["activities"], cast("reporting_officer").actor(), args, "UTC", "en")
        assert isinstance(question, Asked)
        assert question.as_args() == args
        assert {tuple(row[:2]) for row in question.report.rows(question)} == {("webinar", "2026-03")}
        assert at(10).month == 3
