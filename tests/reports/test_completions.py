"""The completion report: who sees which rows, what they say, filters, order, pages, files."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from app.accounts.models import User
from app.audit.models import AuditEntry
from app.records import actions
from app.records.models import Verb
from app.reports import direct
from tests.cast import COURSE, Cast
from tests.conftest import Inside
from tests.records.scene import course, person, state, statements

OTHER = "another-course"
CANARIES = (
    "Canaryfamily",
    "canary@justice.example",
    "Canary Institute",
    "Canary Course",
    OTHER,
    "CANA-RY00",
    "Zimbabwe",
    "Swahili",
)


class Scene:
    """Two courses: in the trainer's own some people, in the other one person who is a canary in every column."""

    def __init__(self, session: Any) -> None:
        self.own, self.other = (
            course(COURSE, titles={"en": "Electronic evidence"}),
            course(OTHER, titles={"en": "Canary Course"}),
        )
        self.done = person("Done", country="KE", profession="judge", institution="High Court")
        self.begun = person("Begun", country="TN", profession="prosecutor")
        self.new = person("New", country="PE", profession="judge")
        self.canary = person(
            "Canary", country="ZW", profession="forensic_expert", institution="Canary Institute"
        )
        self.canary.family_name = "Canaryfamily"
        session.flush()
        follow(self.done, self.own, 0, language="en", code="7K2M-9QXD", score=84)
        state(self.begun, self.own, Verb.ENROLLED, 3, language="ar")
        state(self.begun, self.own, Verb.PROGRESSED, 4, language="ar", result={"progress": 0.456})
        state(self.new, self.own, Verb.ENROLLED, 5, language="fr")
        follow(self.canary, self.other, 1, language="sw", code="CANA-RY00", score=77)


def follow(who: User, key: UUID, day: float, *, language: str, code: str, score: int) -> None:
    """Let somebody enrol, fail, pass, complete after four and a half days and get the certificate."""
    state(who, key, Verb.ENROLLED, day, language=language)
    state(who, key, Verb.STARTED, day + 1)
    state(who, key, Verb.FAILED, day + 2, result={"attempt": 1, "score": 40})
    state(who, key, Verb.PASSED, day + 4.5, result={"attempt": 2, "score": score})
    state(who, key, Verb.COMPLETED, day + 4.5, language=language, result={"score": score})
    state(who, key, Verb.CERTIFICATE_ISSUED, day + 4.5, result={"code": code})


@pytest.fixture
def scene(inside: Inside) -> Scene:
    """The scene, made."""
    with inside() as session:
        return Scene(session)


def names(page: str) -> list[str]:
    """The first names in the table, in order."""
    return re.findall(r'<th scope="row" class="nowrap"><bdi>(?:<a [^>]*>)?(\w+) ', page)


def numbers(page: str) -> list[str]:
    """The numbers above the table."""
    return re.findall(r'<p class="number-value">([^<]*)</p>', page)


def rows_of(text: str) -> list[dict[str, str]]:
    """The rows of a CSV."""
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


# ------------------------------------------------------------------------------------------------ who sees what


@pytest.mark.parametrize("who", ["reporting_officer", "administrator"])
def test_reporting_officers_and_administrators_see_all(cast: Cast, scene: Scene, who: str) -> None:
    page = cast(who).client.get("/reports/completions").text
    assert sorted(names(page)) == ["Begun", "Canary", "Done", "New"]
    assert numbers(page) == ["4", "4", "2", "2", "4.5"]


@pytest.mark.parametrize("ending", ["", ".csv", ".xlsx"])
def test_trainers_see_their_courses_and_nothing_of_another(cast: Cast, scene: Scene, ending: str) -> None:
    answer = cast("trainer").client.get(f"/reports/completions{ending}?lang=en")
    assert answer.status_code == 200
    content = everything(answer.data)
    assert "7K2M-9QXD" in content
    for canary in CANARIES:
        assert canary not in content


def everything(data: bytes) -> str:
    """The bytes as text, those of a workbook unpacked."""
    if not data.startswith(b"PK"):
        return data.decode()
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        return "".join(book.read(name).decode() for name in book.namelist())


HIDDEN = (
    f"course={OTHER}",
    "course=no-such-course",
    "country=ZW",
    "profession=forensic_expert",
    "language=sw",
)


@pytest.mark.parametrize("ending", ["", ".csv", ".xlsx"])
def test_out_of_scope_is_refused_like_what_does_not_exist(cast: Cast, scene: Scene, ending: str) -> None:
    for asked in HIDDEN:
        answer = cast("trainer").client.get(f"/reports/completions{ending}?lang=en&{asked}")
        assert answer.status_code == 422
        assert "Not a valid choice" in answer.text
        assert "Canary" not in answer.text


OTHERS = ["practitioner", "expert", "room_manager", "pending", "suspended"]


@pytest.mark.parametrize("who", OTHERS)
def test_others_find_nothing_here(cast: Cast, scene: Scene, who: str) -> None:
    for ending in ("", ".csv", ".xlsx"):
        answer = cast(who).client.get(f"/reports/completions{ending}")
        assert answer.status_code in {302, 303, 404}
        assert "Canary" not in answer.text


def test_a_trainer_of_a_course_nobody_knows_sees_an_empty_state(cast: Cast) -> None:
    answer = cast("other_trainer").client.get("/reports/completions?lang=en")
    assert answer.status_code == 200
    assert "Nothing to report on yet" in answer.text


def test_my_record_is_mine_alone(cast: Cast, inside: Inside, scene: Scene) -> None:
    owner = cast("owner")
    assert "Nothing here yet" in owner.client.get("/reports/mine").text
    with inside():
        follow(owner.person(), scene.own, 10, language="en", code="MINE-0001", score=91)
    page = owner.client.get("/reports/mine").text
    assert 'href="/certificates/MINE-0001"' in page
    assert 'href="/courses/electronic-evidence"' in page
    assert "91%" in page
    for stranger in ("Canary", "7K2M-9QXD", "High Court"):
        assert stranger not in page
    assert "MINE-0001" not in cast("member").client.get("/reports/mine").text


# ------------------------------------------------------------------------------------------------ what rows say


def test_a_row_says_what_happened(cast: Cast, scene: Scene, inside: Inside) -> None:
    with inside() as session:
        session.merge(scene.done).country = "PE"
    [row] = [
        one
        for one in rows_of(csv_of(cast, "status=completed&country=KE"))
        if one["Person"].startswith("Done")
    ]
    assert row == {
        "Person": "Done Example",
        "E-mail": "done@justice.example",
        "Activity": "Electronic evidence",
        "Country at enrolment": "Kenya",
        "Country now": "Peru",
        "Profession": "Judge or magistrate",
        "Institution": "High Court",
        "Enrolled (UTC)": "2026-03-01T09:00:00Z",
        "First access (UTC)": "2026-03-02T09:00:00Z",
        "Last access (UTC)": "2026-03-05T21:00:00Z",
        "Status": "Completed",
        "Progress (percent)": "100",
        "Attempts": "2",
        "Best score (percent)": "84.0",
        "Completed on (UTC)": "2026-03-05T21:00:00Z",
        "Days": "4",
        "Language": "English",
        "Certificate": "7K2M-9QXD",
        "Certificate status": "Valid",
        "Feedback given (UTC)": "",
    }


def csv_of(cast: Cast, query: str = "", who: str = "reporting_officer") -> str:
    """The CSV that somebody gets, in English."""
    answer = cast(who).client.get(f"/reports/completions.csv?lang=en&{query}")
    assert answer.status_code == 200
    assert answer.mimetype == "text/csv"
    return answer.text


def test_a_completion_is_never_dated_later(cast: Cast, scene: Scene, inside: Inside) -> None:
    with inside():
        state(scene.done, scene.own, Verb.ENROLLED, 40, language="ar")
        state(scene.done, scene.own, Verb.PASSED, 50, result={"score": 95})
        state(scene.done, scene.own, Verb.COMPLETED, 50, language="ar")
        state(scene.done, scene.own, Verb.WITHDRAWN, 51)
        state(scene.done, scene.own, Verb.CERTIFICATE_REVOKED, 52, result={"code": "7K2M-9QXD"})
    [row] = [one for one in rows_of(csv_of(cast)) if one["Person"].startswith("Done")]
    assert (row["Enrolled (UTC)"], row["Completed on (UTC)"]) == (
        "2026-03-01T09:00:00Z",
        "2026-03-05T21:00:00Z",
    )
    assert (row["Status"], row["Days"], row["Language"]) == ("Completed", "4", "English")
    assert (row["Best score (percent)"], row["Attempts"], row["Certificate status"]) == (
        "95.0",
        "3",
        "Revoked",
    )


def test_test_accounts_and_test_activities_are_left_out(cast: Cast, scene: Scene, inside: Inside) -> None:
    with inside():
        tester = person("Tester", country="NZ", is_test=True)
        state(tester, scene.own, Verb.ENROLLED, 1, language="mi")
        trial = course("trial", titles={"en": "Trial Course"}, is_test=True)
        state(scene.done, trial, Verb.ENROLLED, 1)
    page = cast("reporting_officer").client.get("/reports/completions?lang=en").text
    assert "Tester" not in page
    assert "New Zealand" not in page
    assert "Trial Course" not in page
    assert numbers(page)[0] == "4"


def test_an_erased_person_stays_counted_without_a_name(cast: Cast, scene: Scene, inside: Inside) -> None:
    with inside():
        actions.cut_link(scene.done.id)
    page = cast("reporting_officer").client.get("/reports/completions?lang=en").text
    assert "Erased account" in page
    assert "Done" not in names(page)
    assert numbers(page)[0] == "4"
    [row] = [one for one in rows_of(csv_of(cast)) if one["Person"] == "Erased account"]
    assert (row["E-mail"], row["Country at enrolment"], row["Country now"]) == ("", "Kenya", "")


def test_merged_people_have_one_row(cast: Cast, scene: Scene, inside: Inside) -> None:
    with inside():
        actions.merge(None, actions.learner_of(scene.done.id), actions.learner_of(scene.new.id), "one person")
    page = cast("trainer").client.get("/reports/completions").text
    assert sorted(names(page)) == ["Begun", "New"]
    assert "7K2M-9QXD" in page


def test_days_are_those_of_the_reader(cast: Cast, inside: Inside) -> None:
    with inside():
        key = course(COURSE, titles={"en": "Electronic evidence"})
        who = person("Late")
        actions.append(
            actions.FactDraft(
                verb=Verb.ENROLLED,
                user_id=who.id,
                activity_key=key,
                occurred_at=datetime(2026, 3, 1, 22, 0, tzinfo=UTC),
            )
        )
    client = cast("reporting_officer").client  # in Nairobi it is the 2nd already
    page = client.get("/reports/completions?lang=en&from=2026-03-02&to=2026-03-02").text
    assert names(page) == ["Late"]
    assert "2 Mar 2026" in page
    assert "Africa/Nairobi" in page
    assert names(client.get("/reports/completions?to=2026-03-01").text) == []


# ------------------------------------------------------------------------------------------------ filters, order, pages


FILTERED: dict[str, set[str]] = {
    "course=electronic-evidence": {"Begun", "Done", "New"},
    "course=another-course": {"Canary"},
    "country=KE": {"Done"},
    "profession=judge": {"Done", "New"},
    "language=ar": {"Begun"},
    "status=completed": {"Canary", "Done"},
    "status=in_progress": {"Begun"},
    "status=enrolled": {"New"},
    "status=withdrawn": set(),
    "from=2026-03-04": {"Begun", "New"},
    "to=2026-03-01": {"Done"},
    "from=2026-03-06&to=2026-03-07&period=completed": {"Canary", "Done"},
    "from=2026-03-07&period=completed": {"Canary"},
    "profession=judge&country=PE&status=&from=&to=": {"New"},
}


def test_filters(cast: Cast, scene: Scene) -> None:
    for query, expected in FILTERED.items():
        page = cast("reporting_officer").client.get(f"/reports/completions?{query}").text
        assert set(names(page)) == expected, query
        assert {row["Person"].split()[0] for row in rows_of(csv_of(cast, query))} == expected, query


REFUSED = {
    "from=tomorrow": "Write the day as year, month, day",
    "from=1650-01-01": "Choose a day between 2000 and 2100",
    "to=9999-12-31": "Choose a day between 2000 and 2100",
    "from=2026-03-02&to=2026-03-01": "The last day is before the first",
    "status=nonsense": "Not a valid choice",
    "period=birth": "Not a valid choice",
    "size=10000": "Not a valid choice",
    "sort=password": "The table cannot be sorted so",
    "page=0": "There is no such page",
    "page=-1": "There is no such page",
    "page=9223372036854775808": "There is no such page",
    "page=x": "Not a valid integer value",
    "page=" + "9" * 1900: "There is no such page",
    "course='%20OR%201=1--": "Not a valid choice",
}


@pytest.mark.parametrize("ending", ["", ".csv", ".xlsx"])
def test_what_cannot_be_used_is_said_at_its_field(cast: Cast, scene: Scene, ending: str) -> None:
    for query, message in REFUSED.items():
        answer = cast("reporting_officer").client.get(f"/reports/completions{ending}?lang=en&{query}")
        assert answer.status_code == 422, query
        assert "Please check these answers" in answer.text
        assert message in answer.text, query


@pytest.mark.parametrize("query", ["country=%00", "from=%ff", "status=" + "x" * 3000])
def test_hostile_values_are_refused(cast: Cast, scene: Scene, query: str) -> None:
    assert cast("reporting_officer").client.get(f"/reports/completions?{query}").status_code in {400, 422}


def test_filters_survive_sorting_paging_and_exporting(cast: Cast, scene: Scene) -> None:
    page = (
        cast("reporting_officer")
        .client.get("/reports/completions?profession=judge&from=2026-03-01&size=50")
        .text
    )
    for link in (
        "?profession=judge&amp;from=2026-03-01&amp;size=50&amp;sort=person",
        "completions.csv?profession=judge&amp;from=2026-03-01",
    ):
        assert link in page
    assert '<option value="judge" selected>' in page
    assert 'value="2026-03-01"' in page


ORDERED = {
    "person": ["Canary", "Begun", "Done", "New"],
    "-person": ["New", "Done", "Begun", "Canary"],
    "enrolled": ["Done", "Canary", "Begun", "New"],
    "-enrolled": ["New", "Begun", "Canary", "Done"],
    "course": ["Canary", "Done"],
    "score": ["Canary", "Done"],
    "-score": ["Done", "Canary"],
    "progress": ["New", "Begun"],
}


def test_order(cast: Cast, scene: Scene) -> None:
    for sort, expected in ORDERED.items():
        found = names(cast("reporting_officer").client.get(f"/reports/completions?sort={sort}").text)
        assert [one for one in found if one in expected] == expected, sort


def test_every_column_sorts_and_empty_values_come_last(cast: Cast, scene: Scene) -> None:
    client = cast("reporting_officer").client
    for key in re.findall(r"sort=(\w+)", client.get("/reports/completions?sort=-days").text):
        for sign in ("", "-"):
            page = client.get(f"/reports/completions?sort={sign}{key}").text
            assert len(names(page)) == 4
            assert f'aria-sort="{"descending" if sign else "ascending"}"' in page
    assert set(names(client.get("/reports/completions?sort=-completed").text)[2:]) == {"Begun", "New"}


def test_pages(cast: Cast, inside: Inside) -> None:
    with inside():
        key = course(COURSE, titles={"en": "Electronic evidence"})
        for number in range(60):
            state(person(f"p{number:02}"), key, Verb.ENROLLED, 0)
    client = cast("trainer").client
    seen: list[str] = []
    page = ""
    for number in (1, 2, 3):
        page = client.get(f"/reports/completions?lang=en&page={number}&sort=country").text
        seen += names(page)
        assert ('rel="prev"' in page, 'rel="next"' in page) == (number > 1, number < 3)
    assert len(seen) == len(set(seen)) == 60
    assert "51 to 60 of 60" in page
    assert len(names(client.get("/reports/completions?page=900").text)) == 10
    assert len(names(client.get("/reports/completions?size=50").text)) == 50


def test_an_empty_selection_says_how_to_go_on(cast: Cast, scene: Scene) -> None:
    page = cast("reporting_officer").client.get("/reports/completions?lang=en&status=withdrawn").text
    assert "Nothing fits these filters" in page
    assert numbers(page) == ["0", "0", "0", "0", "–"]
    assert "completions.csv" not in page


def test_a_page_costs_few_statements(cast: Cast, inside: Inside) -> None:
    with inside():
        key = course(COURSE, titles={"en": "Electronic evidence"})
        for number in range(30):
            state(person(f"p{number:02}"), key, Verb.ENROLLED, 0)
    client = cast("trainer").client
    client.get("/reports/completions")
    with inside(), statements() as sent:
        client.get("/reports/completions")
    assert len(sent) <= 8, sent


# ------------------------------------------------------------------------------------------------ files

FORMULAS = ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(1)", "\t=1", " =1+1", "＝1+1"]


def test_no_cell_is_a_formula(cast: Cast, inside: Inside) -> None:
    with inside() as session:
        key = course(COURSE, titles={"en": "=HYPERLINK(1)"})
        for place, formula in enumerate(FORMULAS):
            who = person(f"evil{place}", institution=formula)
            who.given_name = formula
            session.flush()
            state(who, key, Verb.ENROLLED, place)
    rows = rows_of(csv_of(cast, "sort=enrolled"))
    assert all(row["Institution"].startswith("'") for row in rows)
    assert [row["Institution"].replace("'", "") for row in rows] == [one.replace("'", "") for one in FORMULAS]
    assert all(row["Person"].startswith("'") and row["Activity"] == "'=HYPERLINK(1)" for row in rows)
    book = everything(cast("reporting_officer").client.get("/reports/completions.xlsx").data)
    assert "<f>" not in book


def test_other_scripts_and_quotes_survive(cast: Cast, inside: Inside) -> None:
    with inside() as session:
        key = course(COURSE)
        who = person("amina", institution='High "Court", 3rd\nfloor')
        who.given_name, who.family_name = "أمينة", "حدّاد"
        session.flush()
        state(who, key, Verb.ENROLLED, 0)
    [row] = rows_of(csv_of(cast))
    assert (row["Person"], row["Institution"]) == ("أمينة حدّاد", 'High "Court", 3rd\nfloor')
    assert "أمينة حدّاد" in cast("reporting_officer").client.get("/reports/completions").text


def test_the_workbook_holds_dates_and_numbers(cast: Cast, scene: Scene) -> None:
    answer = cast("reporting_officer").client.get("/reports/completions.xlsx?lang=en&country=KE")
    assert answer.status_code == 200
    assert re.search(r'filename="?completions-\d{4}-\d\d-\d\d\.xlsx', answer.headers["Content-Disposition"])
    with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
        page = book.read("xl/worksheets/sheet1.xml").decode()
    assert "Done Example" in page
    assert "<v>46082.375</v>" in page  # 1 March 2026, 9:00
    assert re.search(r'<c r="N2"[^>]*><v>0.84</v>', page)
    assert "<autoFilter" in page


def test_a_workbook_too_large_is_refused_before_it_is_made(
    cast: Cast, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(direct, "MAX_SHEET_ROWS", 3)
    answer = cast("reporting_officer").client.get("/reports/completions.xlsx?lang=en")
    assert answer.status_code == 422
    assert "take the CSV" in answer.text


def test_exports_are_in_the_audit_and_refused_ones_are_not(cast: Cast, scene: Scene, inside: Inside) -> None:
    officer, trainer = cast("reporting_officer"), cast("trainer")
    officer.client.get("/reports/completions.csv?country=KE&from=2026-03-01")
    trainer.client.get("/reports/completions.xlsx")
    trainer.client.get(f"/reports/completions.csv?course={OTHER}")
    trainer.client.get("/reports/completions")
    with inside() as session:
        entries = session.execute(
            select(AuditEntry.actor_id, AuditEntry.object_id, AuditEntry.detail)
            .where(AuditEntry.verb == "report.exported")
            .order_by(AuditEntry.id)
        ).all()
    filters = {"country": "KE", "period": "enrolled", "zone": "Africa/Nairobi", "from": "2026-03-01"}
    assert [tuple(entry) for entry in entries] == [
        (officer.id, "completions", {"format": "csv", "rows": 1, "filters": filters}),
        (trainer.id, "completions", {"format": "xlsx", "rows": 3, "filters": {}}),
    ]


def test_the_csv_is_streamed(cast: Cast, scene: Scene) -> None:
    answer = cast("reporting_officer").client.get("/reports/completions.csv")
    assert answer.is_streamed
    assert "Content-Length" not in answer.headers
    assert "attachment" in answer.headers["Content-Disposition"]
    assert len(rows_of(answer.text)) == 4


def test_words_are_those_of_the_page(cast: Cast, scene: Scene) -> None:
    page = cast("reporting_officer").client.get("/reports/completions?lang=ar").text
    assert 'dir="rtl"' in page
    assert "كينيا" in page
