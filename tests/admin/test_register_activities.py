"""Activities held elsewhere: recorded, changed, filled with people; what reports group by; rules of kinds."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.admin.register import lists
from app.core import clock
from app.records import projections, queries
from app.records.actions.events import ActivityPlan, record_activity
from app.records.actions.lists import drop_old_lists
from app.records.corrections.models import EventParticipant, FactCorrection, ParticipantList
from app.records.models import Activity, ActivityKind, Channel, Fact, KindRule, Participation, Verb
from tests.admin.conftest import MOST_QUERIES
from tests.cast import Cast
from tests.conftest import Inside
from tests.records.scene import course
from tests.support.forms import hidden_fields, send

HERE = "/admin/register"
FORM: dict[str, Any] = {
    "title_en": "Passenger data",
    "kind": "workshop",
    "channel": "in_person",
    "place": "Nairobi",
    "languages": "en",
    "starts_on": "2026-03-02",
    "starts_at": "09:00",
    "ends_on": "2026-03-04",
    "ends_at": "16:00",
    "zone": "Africa/Nairobi",
    "countries": ["KE", "UG"],
    "partner": "A partner",
    "pillars": ["2"],
    "resolutions": "2396 (2017), 1373 (2001)",
    "goals": ["16"],
    "requesting": ["KE"],
    "source": "Report 12",
}
LIST = (
    "family_name,given_name,email,country,profession,gender,age_group,language,status,minutes\r\n"
    "Otieno,Zawadi,,Kenya,judge,f,27,,completed,900\r\n"
    "Odhiambo,Amina,{owner},KE,,,,en,attended,400\r\n"
    "Njeri,Neema,neema@court.example,UG,Prosecutor,female,30_and_over,English,registered,\r\n"
)


@pytest.fixture
def officer(cast: Cast) -> FlaskClient:
    """The browser of the reporting officer."""
    return cast("reporting_officer").client


@pytest.fixture
def workshop(inside: Inside) -> str:
    """The address of a recorded workshop."""
    plan = ActivityPlan(
        kind=ActivityKind.WORKSHOP,
        channel=Channel.IN_PERSON,
        titles={"en": "Passenger data"},
        languages=["en"],
        starts_at=datetime(2026, 3, 2, 6, tzinfo=UTC),
        ends_at=datetime(2026, 3, 4, 13, tzinfo=UTC),
        zone="Africa/Nairobi",
        place="Nairobi",
        source="Report 12",
    )
    with inside():
        return f"{HERE}/activities/{record_activity(None, plan).public_id}"


def upload(client: FlaskClient, workshop: str, content: str | bytes, **fields: str) -> str:
    """Send a list as a file; return where it leads, or the page that refused it."""
    action = f"{workshop}/lists"
    data: dict[str, object] = dict(hidden_fields(client.get(workshop).text, action) | fields)
    octets = content.encode() if isinstance(content, str) else content
    data["file"] = (io.BytesIO(octets), "people.csv")
    answer = client.post(action, data=data, content_type="multipart/form-data")
    if answer.status_code == 302:
        return str(answer.headers["Location"])
    assert answer.status_code == 422
    return answer.text


# ------------------------------------------------------------------------------------------------ activities


def test_an_officer_records_an_activity(officer: FlaskClient, inside: Inside) -> None:
    answer = send(officer, f"{HERE}/activities/new", f"{HERE}/activities", **FORM)
    assert answer.status_code == 302, answer.text
    workshop = str(answer.headers["Location"])
    page = officer.get(workshop).text
    for words in ("Passenger data", "Nairobi", "Kenya, Uganda", "A partner", "Report 12", "Pillar II"):
        assert words in page, words
    assert "Passenger data" in officer.get(HERE, query_string={"q": "passenger", "by": "hand"}).text
    assert "Training register" in officer.get("/about").text
    with inside() as session:
        found = session.scalars(select(Activity).where(Activity.place == "Nairobi")).one()
        assert found.tags == [
            "pillar:2", "resolution:2396 (2017)", "resolution:1373 (2001)", "sdg:16", "requesting_state:KE"
        ]  # fmt: skip
        assert found.starts_at is not None
        assert found.starts_at.hour == 6


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"title_en": ""}, "Give the activity a title"),
        ({"place": ""}, "Say where people came together"),
        ({"ends_on": "2026-03-01"}, "The end must be after the beginning"),
        ({"ends_on": "2028-03-01"}, "400 days at most"),
        ({"starts_on": "0001-01-01", "ends_on": ""}, "between 2000 and 2099"),
        ({"resolutions": "<b>, ,"}, "Write numbers of resolutions"),
        ({"kind": "room"}, "Not a valid choice"),
        ({"hours": "-1"}, "Enter hours"),
    ],
)
def test_a_wrong_form_is_kept_as_typed(
    officer: FlaskClient, wrong: dict[str, str], message: str, inside: Inside
) -> None:
    answer = send(officer, f"{HERE}/activities/new", f"{HERE}/activities", **(FORM | wrong))
    assert answer.status_code == 422
    assert message in answer.text
    assert "Report 12" in answer.text
    with inside() as session:
        assert session.scalar(select(func.count()).where(Activity.place == "Nairobi")) == 0


def test_a_changed_date_takes_the_facts_along(officer: FlaskClient, workshop: str, inside: Inside) -> None:
    person = {"family_name": "Otieno", "status": "completed", "country": "KE"}
    assert send(officer, workshop, f"{workshop}/participants", **person).status_code == 302
    edit = f"{workshop}/edit"
    assert "Report 12" in officer.get(edit).text
    changed = FORM | {"starts_on": "2026-02-02", "ends_on": "2026-02-04", "title_fr": "Données"}
    assert send(officer, edit, **changed).status_code == 422  # a reason is asked for
    assert send(officer, edit, reason="The wrong month", **changed).status_code == 302
    assert "3 facts moved with it" in officer.get(workshop).text
    with inside() as session:
        done = session.scalars(select(Participation.completed_at)).one()
        assert done is not None
        assert done.month == 2
        assert session.scalar(select(func.count()).select_from(FactCorrection)) == 3


def test_staff_group_any_activity(officer: FlaskClient, inside: Inside) -> None:
    with inside():
        key = course()
    page = f"{HERE}/attributes/{key}"
    assert send(officer, page, partner="A foundation", goals=["16"]).status_code == 302
    assert send(officer, page, resolutions="?!").status_code == 422
    assert "A foundation" in officer.get(page).text
    with inside():
        course(hours=12)
        found = queries.activity(key)
        assert found is not None
        assert (found.partner, found.tags, found.hours) == ("A foundation", ["sdg:16"], 12)


def test_people_without_names(officer: FlaskClient, workshop: str, inside: Inside) -> None:
    action = f"{workshop}/headcounts"
    assert send(officer, workshop, action, women="12", men="3", unknown="", all_from="KE").status_code == 302
    assert "People without names" in officer.get(workshop).text
    assert send(officer, workshop, action).status_code == 422
    assert send(officer, workshop, action, women="-3").status_code == 422
    with inside() as session:
        assert session.scalar(select(func.sum(Fact.headcount))) == 15


# ------------------------------------------------------------------------------------------------ lists


def test_a_list_is_looked_at_and_recorded_once(
    officer: FlaskClient, workshop: str, cast: Cast, inside: Inside
) -> None:
    content = LIST.format(owner=cast("owner").email)
    page = upload(officer, workshop, content)
    text = officer.get(page).text
    assert "How it was understood" in text
    assert "Record 3 people" in text
    assert "A list waits to be recorded" in officer.get(workshop).text
    assert send(officer, page, f"{page}/recording").headers["Location"] == workshop
    text = officer.get(workshop).text
    assert "3 people are new on the list. 6 facts were added." in text
    assert "Zawadi Otieno" in text
    assert cast("owner").email in text
    assert officer.get(page).status_code == 404
    with inside() as session:
        rows = session.execute(
            select(Fact.verb, Fact.country, Fact.gender, Fact.age_group, Fact.result)
            .where(Fact.verb.in_(["completed", "attended"]))
            .order_by(Fact.verb, Fact.id)
        ).all()
        assert [row[:4] for row in rows] == [
            ("attended", "KE", "female", "under_30"),
            ("attended", "KE", "", ""),
            ("completed", "KE", "female", "under_30"),
        ]
        assert rows[1].result["minutes"] == 400
        assert session.scalar(select(func.count()).select_from(ParticipantList)) == 0
        assert projections.check() == []

    again = upload(officer, workshop, content.replace(",", ";").encode("utf-16"))
    assert "are on this list already" in officer.get(again).text
    send(officer, again, f"{again}/recording")
    assert "Nobody is new on the list." in officer.get(workshop).text


def test_wrong_cells_are_shown_as_typed_and_put_right(
    officer: FlaskClient, workshop: str, inside: Inside
) -> None:
    rows = "family_name,email,country,status,minutes\nOtieno,no address,Wakanda,came,1.5\nNjeri,,KE,attended,30\n"
    page = upload(officer, workshop, rows)
    text = officer.get(page).text
    for words in (
        "no address",
        "Wakanda",
        "came",
        "1.5",
        "4 cells cannot be read",
        "Enter a country by name",
    ):
        assert words in text, words
    assert officer.post(f"{page}/recording", data=hidden_fields(text, page)).status_code == 422
    typed = {
        "cell-0-email": "",
        "cell-0-country": "كينيا",
        "cell-0-status": "attended",
        "cell-0-minutes": "x",
    }
    assert send(officer, page, **typed).status_code == 422
    assert (
        send(officer, page, **{"cell-0-minutes": "45", "cell-9-status": "x", "cell-0-x": "y"}).status_code
        == 302
    )
    assert send(officer, page, f"{page}/recording").status_code == 302
    with inside() as session:
        assert session.scalar(select(func.count()).select_from(EventParticipant)) == 2
        assert set(session.scalars(select(Participation.country))) == {"KE"}


def test_doubtful_rows_are_pointed_out(officer: FlaskClient, workshop: str) -> None:
    rows = (
        "family_name\tgiven_name\temail\tcountry\tstatus\n"
        "Otieno\tZawadi\t\tKE\tattended\nOTIENO\tZawadi\t\tKE\tcompleted\n"
        "Otieno\tZawadi\tz@court.example\tKE\tattended\nNobody\tKnown\t\t\tattended\n"
    )
    page = officer.get(upload(officer, workshop, rows)).text
    assert "Lines 2, 3: This is one person" in page
    assert "Lines 2, 3, 4: The same name and country" in page
    assert "Lines 5: No country" in page
    assert "Record 3 people" in page


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "These columns are missing"),
        (b"family_name,status\n", "no rows"),
        (b"family_name,status,shoe_size\nA,attended,9\n", "not known: shoe_size"),
        (b"name\nA\n", "not known: name"),
        (b"family_name,status\n\xff\xe9,attended\n", "not in UTF-8"),
        (b'family_name,status\n"A,attended\n', "quotation mark"),
        (b"family_name,status\nA,attended,more\n", "more cells"),
        (b"family_name,status,status\nA,attended,attended\n", "twice"),
        (b"family_name;status;;\nA;attended;;more\n", "more cells"),
        (b"family_name,status\nA\x00,attended\n", "cannot be stored"),
        (b"family_name,status\n" + b"A,attended\n" * 10_001, "At most 10,000 rows"),
    ],
)
def test_what_is_no_list_is_refused(
    officer: FlaskClient, workshop: str, content: bytes, message: str, inside: Inside
) -> None:
    assert message in upload(officer, workshop, content)
    with inside() as session:
        assert session.scalar(select(func.count()).select_from(ParticipantList)) == 0


def test_columns_that_a_spreadsheet_leaves_empty_are_no_columns(officer: FlaskClient, workshop: str) -> None:
    page = officer.get(upload(officer, workshop, b"family_name;status;;;\nOtieno;attended;;;\n")).text
    assert "Record 1 person" in page


def test_a_file_that_is_too_large_is_refused(
    officer: FlaskClient, workshop: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "MOST_OCTETS", 100)
    assert "too large" in upload(officer, workshop, b"x" * 101)


def test_rows_can_be_pasted_and_a_list_dropped(officer: FlaskClient, workshop: str, inside: Inside) -> None:
    answer = send(officer, workshop, f"{workshop}/lists", text="family_name\tstatus\nOtieno\tattended\n")
    page = str(answer.headers["Location"])
    assert send(officer, page, f"{page}/end").status_code == 302
    assert officer.get(page).status_code == 404
    upload(officer, workshop, "family_name,status\nOtieno,attended\n")
    with inside(), clock.travel(clock.now() + timedelta(days=6)):
        assert drop_old_lists() == 0
    with inside(), clock.travel(clock.now() + timedelta(days=8)):
        assert drop_old_lists() == 1


def test_the_template_is_a_list_without_rows(officer: FlaskClient, workshop: str) -> None:
    template = officer.get(f"{HERE}/participants.csv")
    assert template.mimetype == "text/csv"
    assert "no rows" in upload(officer, workshop, template.data)


# ------------------------------------------------------------------------------------------------ somebody


def test_somebody_is_taken_off_brought_back_and_erased(
    officer: FlaskClient, workshop: str, inside: Inside
) -> None:
    action = f"{workshop}/participants"
    person = {"family_name": "Otieno", "email": "z@court.example", "status": "completed", "minutes": "30"}
    assert send(officer, workshop, action, **(person | {"email": "none"})).status_code == 422
    assert send(officer, workshop, action, **person).status_code == 302
    with inside() as session:
        page = f"{HERE}/participants/{session.scalars(select(EventParticipant.public_id)).one()}"
    assert send(officer, page, f"{page}/withdrawal").status_code == 422
    assert send(officer, page, f"{page}/withdrawal", reason="Was not there").status_code == 302
    assert "Taken off" in officer.get(workshop).text
    with inside() as session:
        assert session.scalar(select(func.count()).select_from(Participation)) == 0
    assert send(officer, page, f"{page}/return", reason="Was there").status_code == 302
    with inside() as session:
        assert session.scalars(select(Participation.status)).all() == ["completed"]
    assert send(officer, page, f"{page}/erasure").status_code == 302
    text = officer.get(workshop).text + officer.get(page).text
    assert "Otieno" not in text
    assert "z@court.example" not in text
    assert "Names erased" in text
    with inside() as session:
        assert session.scalars(select(Participation.status)).all() == ["completed"]
        assert projections.check() == []


# ------------------------------------------------------------------------------------------------ kinds


def test_a_rule_of_a_kind_gets_a_new_version(officer: FlaskClient, inside: Inside) -> None:
    page = f"{HERE}/kinds"
    day = (clock.now() + timedelta(days=10)).date().isoformat()
    rule = {"kind": "round_table", "counts": "yes", "valid_from": day, "reason": "A decision"}
    assert send(officer, page, **(rule | {"valid_from": "2020-01-01"})).status_code == 422
    assert send(officer, page, **(rule | {"reason": ""})).status_code == 422
    assert send(officer, page, **rule).status_code == 302
    assert "2: yes from" in officer.get(page).text
    with inside() as session:
        versions = select(KindRule.version).where(KindRule.kind == "round_table").order_by(KindRule.version)
        assert session.scalars(versions).all() == [1, 2]


# ------------------------------------------------------------------------------------------------ who, how much


@pytest.mark.parametrize("name", ["practitioner", "trainer", "focal_point", "room_manager"])
def test_others_find_nothing(cast: Cast, workshop: str, name: str) -> None:
    client = cast(name).client
    for page in (
        HERE,
        workshop,
        f"{HERE}/duplicates",
        f"{HERE}/kinds",
        f"{HERE}/corrections",
        f"{HERE}/merges",
    ):
        assert client.get(page).status_code in {404, 302}, page
    token = hidden_fields(client.get("/about").text, "/account/sign-out")
    assert client.post(f"{HERE}/activities", data=token | FORM).status_code in {404, 302}


def test_pages_cost_few_queries(
    cast: Cast, workshop: str, officer: FlaskClient, queries: Callable[[FlaskClient, str], int]
) -> None:
    rows = "".join(f"Name{number},KE,attended\n" for number in range(70))
    page = upload(officer, workshop, "family_name,country,status\n" + rows)
    assert queries(officer, page) <= MOST_QUERIES
    send(officer, page, f"{page}/recording")
    for address in (workshop, HERE, f"{HERE}/kinds", f"{workshop}/edit"):
        assert queries(officer, address) <= MOST_QUERIES, address
    assert "1 to 50 of 70" in officer.get(workshop).text


@pytest.mark.long
def test_five_thousand_rows_are_recorded_in_one_request(
    officer: FlaskClient, workshop: str, inside: Inside
) -> None:
    rows = "".join(
        f"Family{number},Given{number},p{number}@court.example,KE,judge,f,27,en,completed,300\n"
        for number in range(5_000)
    )
    head = "family_name,given_name,email,country,profession,gender,age_group,language,status,minutes\n"
    page = upload(officer, workshop, head + rows)
    assert "5,000" in officer.get(page).text
    assert send(officer, page, f"{page}/recording").status_code == 302
    with inside() as session:
        done = select(func.count()).where(Participation.status == "completed")
        assert session.scalar(done) == 5_000
        assert session.scalar(select(func.count()).where(Fact.verb == Verb.COMPLETED.value)) == 5_000
