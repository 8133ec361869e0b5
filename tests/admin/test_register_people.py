"""People who may be one: found, compared, merged, kept apart, separated, an account closed; facts corrected by hand."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.accounts.models import Standing, User
from app.core.models import OutboxMail
from app.records import actions, projections, queries
from app.records.models import Fact, LearnerMerge, Verb
from tests.admin.conftest import MOST_QUERIES
from tests.cast import Cast
from tests.conftest import Inside
from tests.records.scene import at, course, person, state
from tests.support.forms import hidden_fields, send

HERE = "/admin/register"


@pytest.fixture
def officer(cast: Cast) -> FlaskClient:
    """The browser of the reporting officer."""
    return cast("reporting_officer").client


@pytest.fixture
def twins(inside: Inside) -> tuple[UUID, UUID]:
    """Two accounts of one judge: the old completed a course, the new began it."""
    with inside():
        old, new = person("amina-old"), person("amina-new")
        for one in (old, new):
            one.given_name, one.family_name = "Amina", "Twinname"
        key = course()
        state(old, key, Verb.ENROLLED, 0)
        state(old, key, Verb.COMPLETED, 4, result={"score": 81})
        state(old, key, Verb.CERTIFICATE_ISSUED, 4, result={"code": "AAAA-1111"})
        state(new, key, Verb.ENROLLED, 9)
        return actions.learner_of(old.id), actions.learner_of(new.id)


def pair(twins: tuple[UUID, UUID]) -> str:
    """The address where two are compared."""
    return f"{HERE}/duplicates/{twins[0]}/{twins[1]}"


# ------------------------------------------------------------------------------------------------ duplicates


def test_people_who_look_alike_are_offered_with_what_is_alike(
    officer: FlaskClient, twins: tuple[UUID, UUID], inside: Inside
) -> None:
    page = officer.get(f"{HERE}/duplicates?country=KE").text
    assert "1 pair" in page
    assert "The same name and country" in page
    assert "amina-old@justice.example" in page
    assert "0 pairs" in officer.get(f"{HERE}/duplicates?country=TN").text
    with inside():
        far = person("neema.njeri", country="UG")
        near = person("other", country="UG")
        near.email = "neema.njeri@ministry.example"
        far.institution = near.institution = "High Court"
        far.family_name, near.family_name = "Njeri", "Different"
        for one in (far, near):
            state(one, course(), Verb.ENROLLED, 0)
    page = officer.get(f"{HERE}/duplicates?country=UG").text
    assert "The same name in the e-mail address" in page


def test_somebody_on_a_list_is_compared_with_an_account(
    officer: FlaskClient, cast: Cast, inside: Inside
) -> None:
    with inside():
        alone = person("zawadi", country="UG")
        alone.given_name, alone.family_name = "Zawadi", "Otieno"
        state(alone, course(), Verb.ENROLLED, 0)
    from_form = {
        "title_en": "Workshop", "kind": "workshop", "channel": "in_person", "place": "Kampala", "languages": "en",
        "starts_on": "2026-03-02", "starts_at": "09:00", "ends_at": "16:00", "zone": "UTC",
    }  # fmt: skip
    made = send(officer, f"{HERE}/activities/new", f"{HERE}/activities", **from_form).headers["Location"]
    row = {"family_name": "Zawadi", "given_name": "Otieno", "country": "UG", "status": "attended"}
    assert send(officer, made, f"{made}/participants", **row).status_code == 302
    page = officer.get(f"{HERE}/duplicates?country=UG").text
    assert "1 pair" in page
    assert "on a list, no account" in page


def test_a_merge_is_looked_at_made_and_undone(
    officer: FlaskClient, twins: tuple[UUID, UUID], inside: Inside
) -> None:
    old, new = twins
    page = officer.get(pair(twins)).text
    for words in ("What would change", "In both", "AAAA-1111", "Both accounts will show the record of both"):
        assert words in page, words
    assert send(officer, pair(twins), into=str(new)).status_code == 422
    assert send(officer, pair(twins), into=str(uuid.uuid4()), reason="x").status_code == 422
    answer = send(officer, pair(twins), into=str(new), reason="One judge with two addresses")
    assert answer.headers["Location"] == f"{HERE}/merges/{old}"
    done = officer.get(f"{HERE}/merges/{old}").text
    assert "One judge with two addresses" in done
    assert "An administrator can close it." in done
    assert officer.get(pair(twins)).status_code == 404
    assert "0 pairs" in officer.get(f"{HERE}/duplicates").text
    assert "One judge with two addresses" in officer.get(f"{HERE}/merges").text
    with inside() as session:
        account = session.scalars(select(User).where(User.email == "amina-new@justice.example")).one()
        found = queries.participations_of(account.id)
        assert [one.status for one, _activity in found] == ["completed"]
        assert projections.check() == []

    end = f"{HERE}/merges/{old}/end"
    assert send(officer, f"{HERE}/merges/{old}", end).status_code == 422
    assert send(officer, f"{HERE}/merges/{old}", end, reason="Two after all").status_code == 302
    assert "Separated" in officer.get(f"{HERE}/merges/{old}").text
    with inside():
        assert [one.status for one, _activity in queries.participations_of(account.id)] == ["enrolled"]
        assert projections.check() == []


def test_an_administrator_closes_the_account_that_is_left_over(
    officer: FlaskClient, cast: Cast, twins: tuple[UUID, UUID], inside: Inside
) -> None:
    old, new = twins
    send(officer, pair(twins), into=str(new), reason="One person")
    page, client = f"{HERE}/merges/{old}", cast("administrator").client
    token = hidden_fields(officer.get("/about").text, "/account/sign-out")
    assert officer.post(f"{page}/closing", data=token).status_code == 404
    assert send(client, page, f"{page}/closing").status_code == 302
    assert "Close this account" not in client.get(page).text
    token = hidden_fields(client.get("/about").text, "/account/sign-out")
    assert client.post(f"{page}/closing", data=token).status_code == 409
    with inside() as session:
        standings = select(User.standing).where(User.email == "amina-old@justice.example")
        assert session.scalars(standings).one() == Standing.CLOSED
        subjects = session.scalars(
            select(OutboxMail.subject).where(OutboxMail.recipient == "amina-old@justice.example")
        )
        assert "Your second account is closed" in list(subjects)


def test_two_people_who_look_alike_are_kept_apart(
    officer: FlaskClient, twins: tuple[UUID, UUID], inside: Inside
) -> None:
    apart = f"{pair(twins)}/apart"
    assert send(officer, pair(twins), apart).status_code == 422
    assert send(officer, pair(twins), apart, apart_reason="Mother and daughter").status_code == 302
    assert "0 pairs" in officer.get(f"{HERE}/duplicates").text
    with inside() as session:
        assert session.scalar(select(func.count()).select_from(LearnerMerge)) == 0


def test_two_accounts_are_compared_by_their_addresses(officer: FlaskClient, twins: tuple[UUID, UUID]) -> None:
    asked = {"one": " Amina-OLD@justice.example ", "other": "amina-new@justice.example"}
    answer = officer.get(f"{HERE}/duplicates", query_string=asked)
    assert answer.headers["Location"] == pair(twins)
    for wrong in ({"other": "nobody@justice.example"}, {"other": ""}, {"other": asked["one"]}):
        assert officer.get(f"{HERE}/duplicates", query_string=asked | wrong).status_code == 422


@pytest.mark.parametrize(
    "path", ["duplicates/{0}/{0}", "duplicates/{0}/x", "merges/{0}", "facts/{0}", "facts/x"]
)
def test_what_is_not_there_is_not_found(officer: FlaskClient, twins: tuple[UUID, UUID], path: str) -> None:
    assert officer.get(f"{HERE}/{path.format(twins[0])}").status_code == 404


def test_others_find_nothing(cast: Cast, twins: tuple[UUID, UUID]) -> None:
    for name in ("practitioner", "trainer", "focal_point"):
        assert cast(name).client.get(pair(twins)).status_code == 404


def test_pages_cost_few_queries(
    officer: FlaskClient,
    crowd: Callable[..., list[int]],
    inside: Inside,
    queries: Callable[[FlaskClient, str], int],
) -> None:
    people = [*crowd(40, given_name="Same", country="PE"), *crowd(40, given_name="Same", country="PE")]
    with inside():
        for number in people:
            actions.learner_of(number)
    assert "40 pairs" in officer.get(f"{HERE}/duplicates?country=PE").text
    assert queries(officer, f"{HERE}/duplicates?country=PE") <= MOST_QUERIES
    assert queries(officer, f"{HERE}/merges") <= MOST_QUERIES


# ------------------------------------------------------------------------------------------------ facts


@pytest.fixture
def done(inside: Inside) -> str:
    """The address of a fact: somebody completed a course."""
    name = uuid.uuid4()
    with inside():
        amina, key = person(country="KE"), course()
        state(amina, key, Verb.ENROLLED, 0)
        state(amina, key, Verb.COMPLETED, 5, uuid=name, result={"score": 99})
    return f"{HERE}/facts/{name}"


def test_a_fact_is_looked_at_and_corrected(officer: FlaskClient, done: str, inside: Inside) -> None:
    page = officer.get(done).text
    assert "Correct this" in page
    filled = {
        "occurred_on": "2026-03-04", "occurred_at": "10:30", "country": "UG", "profession": "judge", "score": "70",
        "reason": "Typed from the wrong list",
    }  # fmt: skip
    action = f"{done}/changes"
    shown = send(officer, done, action, step="look", **filled)
    assert shown.status_code == 200
    assert "What would change" in shown.text
    assert "Uganda" in shown.text
    assert "70" in shown.text
    with inside() as session:
        assert session.scalar(select(func.count()).where(Fact.verb == Verb.COMPLETED.value)) == 1
    for wrong in ({"reason": ""}, {"country": "XX"}, {"score": "700"}, {"occurred_on": "2999-01-01"},
                  {"occurred_on": "2099-01-01"}, {"person": "nobody@court.example"}):  # fmt: skip
        assert send(officer, done, action, step="do", **(filled | wrong)).status_code == 422, wrong
    answer = send(officer, done, action, step="do", **filled)
    assert answer.status_code == 302
    corrected = officer.get(answer.headers["Location"]).text
    assert "It stands in the place of an earlier fact" in corrected
    assert "Typed from the wrong list" in corrected
    assert "This fact was corrected already" in officer.get(done).text
    assert "Typed from the wrong list" in officer.get(f"{HERE}/corrections").text
    with inside() as session:
        row = session.scalars(select(Fact).where(Fact.corrects.is_not(None))).one()
        assert (row.country, row.result, row.occurred_at.hour) == ("UG", {"score": 70}, 7)
        assert projections.check() == []


def test_nothing_changed_is_refused(officer: FlaskClient, done: str) -> None:
    shown = officer.get(done).text
    day, hour = at(5).date().isoformat(), "12:00"  # in the clock of Nairobi
    assert day in shown
    same = {"occurred_on": day, "occurred_at": hour, "country": "KE", "profession": "judge", "score": "99"}
    answer = send(officer, done, f"{done}/changes", step="do", reason="x", **same)
    assert answer.status_code == 422
    assert "Nothing would change" in answer.text


def test_a_fact_moves_to_somebody_else(officer: FlaskClient, done: str, cast: Cast, inside: Inside) -> None:
    owner = cast("owner")
    filled = {
        "occurred_on": "2026-03-04",
        "occurred_at": "10:30",
        "score": "99",
        "reason": "The wrong person",
    }
    answer = send(officer, done, f"{done}/changes", step="do", person=owner.email, **filled)
    assert answer.status_code == 302
    assert "Amina Odhiambo" in officer.get(answer.headers["Location"]).text
    with inside():
        [(found, _activity)] = queries.participations_of(owner.id)
        assert found.status == "completed"


def test_a_fact_is_taken_back_and_brought_back(officer: FlaskClient, done: str, inside: Inside) -> None:
    action = f"{done}/void"
    assert send(officer, done, action).status_code == 422
    answer = send(officer, done, action, void_reason="Never happened")
    voiding = answer.headers["Location"]
    assert "Bring it back" in officer.get(voiding).text
    token = hidden_fields(officer.get("/about").text, "/account/sign-out")
    assert officer.post(action, data=token | {"void_reason": "again"}).status_code == 422
    assert send(officer, voiding, f"{voiding}/void", void_reason="It did").status_code == 302
    with inside() as session:
        account = session.scalars(select(User).where(User.email == "amina@justice.example")).one()
        [(found, _activity)] = queries.participations_of(account.id)
        assert found.completed_at == at(5)
        assert projections.check() == []


def test_a_certificate_is_not_corrected_here(
    officer: FlaskClient, twins: tuple[UUID, UUID], inside: Inside
) -> None:
    with inside() as session:
        issued, completed = (
            session.scalars(select(Fact.uuid).where(Fact.verb == verb.value)).one()
            for verb in (Verb.CERTIFICATE_ISSUED, Verb.COMPLETED)
        )
    page = officer.get(f"{HERE}/facts/{issued}").text
    assert "changed where it is made" in page
    assert "AAAA-1111" in officer.get(f"{HERE}/facts/{completed}").text
    token = hidden_fields(officer.get("/about").text, "/account/sign-out")
    answer = officer.post(f"{HERE}/facts/{issued}/void", data=token | {"void_reason": "x"})
    assert answer.status_code == 422


def test_a_page_of_a_fact_costs_few_queries(
    officer: FlaskClient, done: str, queries: Callable[[FlaskClient, str], int]
) -> None:
    assert queries(officer, done) <= MOST_QUERIES
    assert queries(officer, f"{HERE}/corrections") <= MOST_QUERIES
