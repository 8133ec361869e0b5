"""Dashboards: each reader's own numbers, parts that fit them, every number a link; from sums or from facts alike."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from app.core import clock
from app.records import keepers, presence
from app.records.counting import rollups
from app.records.keepers import Kept
from app.records.models import ActivityKind, Verb
from app.records.presence import Presence
from app.reports.statistics import overview, public
from app.webinars import register
from app.webinars.models.after import WebinarClosing
from tests.cast import COURSE, Cast
from tests.conftest import Inside
from tests.records.scene import at, course, person, state
from tests.support.queries import counted
from tests.webinars.scene import make_scene

SPRING = "from=2026-03-01&to=2026-05-31"
PARTS = ("", "/learning", "/sessions", "/certificates", "/coverage")


@pytest.fixture(autouse=True)
def scene(inside: Inside) -> Iterator[None]:
    """A Kenyan who completes the trainer's course, two who do not; another's course; a talk."""
    public.forget()
    overview.forget()
    with inside():
        own, other = course(COURSE, titles={"en": "Evidence"}), course("another-course")
        talk = course("talk", kind=ActivityKind.WEBINAR, starts_at=at(3), titles={"en": "A talk"})
        done, stopped, north = person("done"), person("stopped"), person("north", country="NO")
        for who in (done, stopped, north):
            state(who, own, Verb.ENROLLED, 0)
            state(who, own, Verb.STARTED, 1)
        state(done, own, Verb.PROGRESSED, 2, result={"item": "chain-of-custody", "progress": 0.6})
        state(stopped, own, Verb.PROGRESSED, 2, result={"item": "chain-of-custody", "progress": 0.3})
        state(done, own, Verb.COMPLETED, 3)
        state(done, own, Verb.CERTIFICATE_ISSUED, 3, result={"code": "AAAA-BBBB"})
        state(north, other, Verb.COMPLETED, 4)
        state(done, talk, Verb.ATTENDED, 3, result={"minutes": 50})
        state(north, talk, Verb.ATTENDED, 3, result={"minutes": 10})
        rollups.refresh()
    yield
    public.forget()
    overview.forget()


def page(client: FlaskClient, path: str, status: int = 200) -> str:
    """The text of a page of the dashboard."""
    answer = client.get(f"/statistics/dashboard{path}")
    assert answer.status_code == status, answer.text[:300]
    return answer.text


def numbers(shown: str) -> dict[str, str]:
    """The big numbers by what they are called; each is a link to its definition."""
    found = re.findall(
        r'number-value"><a href="([^"]+)">([^<]+)</a></p>\s*<p class="number-label">([^<]+)<', shown
    )
    assert all(url.startswith(("/statistics/figures/", "/reports/")) for url, _value, _name in found)
    return {name: value for _url, value, name in found}


# ------------------------------------------------------------------------------------------------ who sees what


def test_an_officer_sees_everything(cast: Cast) -> None:
    found = numbers(page(cast("reporting_officer").client, f"?{SPRING}&lang=en"))
    assert found["People trained on the platform"] == "2"
    assert found["Participants"] == "3"
    assert found["Webinars held"] == "1"


def test_a_focal_point_sees_the_people_of_their_country(cast: Cast) -> None:
    found = numbers(page(cast("focal_point").client, f"?{SPRING}&lang=en"))
    assert (found["People trained on the platform"], found["Participants"]) == ("1", "2")
    assert numbers(page(cast("other_focal_point").client, f"?{SPRING}&lang=en"))["Participants"] == "1"
    assert numbers(page(cast("focal_point").client, f"?{SPRING}&country=NO&lang=en"))["Participants"] == "0"


def test_a_trainer_sees_their_activities_and_no_countries(cast: Cast) -> None:
    trainer = cast("trainer").client
    shown = page(trainer, f"?{SPRING}")
    assert numbers(shown)["People who completed"] == "1"
    assert "/statistics/dashboard/coverage" not in shown
    page(trainer, "/coverage", 404)
    assert "another-course" not in page(trainer, "/learning")


def test_a_room_manager_sees_their_rooms(cast: Cast, inside: Inside) -> None:
    manager = cast("room_manager")
    with inside():
        mine, hidden = (
            course(name, kind=ActivityKind.ROOM, titles={"en": name}) for name in ("mine", "hidden")
        )
        for n, room in enumerate((mine, mine, hidden)):
            state(person(f"guest{n}"), room, Verb.JOINED, 1)
        rollups.refresh()
    page(manager.client, "", 404)
    keepers.provide("test", lambda actor: {mine: Kept("room", "Mine")} if actor.user_id == manager.id else {})
    try:
        assert numbers(page(manager.client, f"?{SPRING}&lang=en"))["People who joined rooms"] == "2"
    finally:
        keepers.provide("test", lambda actor: {})


@pytest.mark.parametrize("who", ["practitioner", "expert", "outsider", "pending"])
def test_others_have_no_dashboard(cast: Cast, who: str) -> None:
    for part in PARTS:
        assert cast(who).client.get(f"/statistics/dashboard{part}").status_code in {302, 404}


def test_strangers_are_asked_to_sign_in(client: FlaskClient) -> None:
    assert client.get("/statistics/dashboard").status_code == 302


# ------------------------------------------------------------------------------------------------ its parts


def test_the_way_through_and_where_people_stop(cast: Cast) -> None:
    officer = cast("reporting_officer").client
    shown = page(officer, f"/learning?lang=en&{SPRING}&activity={COURSE}")
    for told in ("From enrolling to the certificate", "How far people come", "chain-of-custody"):
        assert told in shown
    steps = re.findall(r'<td role="cell" class="num">(?:<a [^>]+>)?([^<]+)', shown)
    assert steps[:5] == ["3", "3", "1", "1", "1"]
    focal = page(cast("focal_point").client, f"/learning?lang=en&{SPRING}&activity={COURSE}")
    assert re.findall(r'<td role="cell" class="num">(?:<a [^>]+>)?([^<]+)', focal)[0] == "2"


def test_who_came_to_a_session_and_how_long_they_stayed(cast: Cast) -> None:
    officer = cast("reporting_officer").client
    shown = page(officer, f"/sessions?lang=en&{SPRING}")
    assert "A talk" in shown
    stayed = page(officer, f"/sessions?lang=en&{SPRING}&activity=talk")
    assert "How long people stayed" in stayed
    assert "/reports/attendance?activity=talk" in stayed
    assert "A talk" not in page(cast("trainer").client, f"/sessions?lang=en&{SPRING}&activity=talk")


def test_who_was_there_in_each_minute(cast: Cast, inside: Inside) -> None:
    asked: list[object] = []

    def counted_by(key: object, as_of: object) -> Presence:
        asked.append(as_of)
        return Presence(at(3), [1, 4, 4, 2] * 60, "Africa/Nairobi")

    presence.provide("test", counted_by)
    path = f"/sessions?lang=en&{SPRING}&activity=talk"
    try:
        shown = page(cast("reporting_officer").client, path)
        assert "Who was there when: A talk" in shown
        assert "12:00" in shown
        assert "Each point is the most people at once within 2 minutes." in shown
        assert "Who was there when" not in page(cast("focal_point").client, path)
        assert "Who was there when" not in page(cast("reporting_officer").client, f"{path}&country=KE")
        page(cast("reporting_officer").client, f"{path}&as_of=2026-04-30")
        assert asked[-1] is not None
    finally:
        presence.provide("test", lambda key, as_of: None)
    assert "Who was there when" not in page(cast("reporting_officer").client, path)


@pytest.mark.parametrize("who", ["trainer", "expert"])
def test_a_trainer_sees_the_curve_of_their_own_session(cast: Cast, inside: Inside, who: str) -> None:
    for name in ("trainer", "expert", "owner", "member", "expelled", "room_manager"):
        cast(name)
    with inside() as session:
        made = make_scene(cast, title="Hosted session")
        webinar = made.webinar()
        register.describe_session(webinar)
        for run, curve in ((1, [9, 9]), (2, [1, 3, 2])):
            session.add(
                WebinarClosing(
                    webinar_id=webinar.id,
                    run=run,
                    at=clock.now(),
                    rule={},
                    begins_at=webinar.starts_at,
                    ends_at=webinar.ends_at,
                    curve=curve,
                )
            )
        session.flush()
        began = webinar.starts_at
    path = f"/statistics/dashboard/sessions?lang=en&from={began:%Y-%m-%d}&activity={made.public_id}"
    answer = cast(who).client.get(path)
    assert ("Who was there when: Hosted session" in answer.text) == (who == "trainer")
    if who == "trainer":
        chart = answer.text[answer.text.index("Who was there when") : answer.text.index("How long people")]
        assert re.findall(r'class="num"[^>]*>([1-9])<', chart)[-3:] == ["1", "3", "2"], chart


def test_certificates_by_their_age(cast: Cast) -> None:
    with clock.travel(at(800)):
        shown = page(cast("reporting_officer").client, "/certificates")
    assert numbers(shown)["Certificates that hold"] == "1"
    assert "2 years ago" in shown


def test_countries_that_are_not_yet_reached(cast: Cast) -> None:
    shown = page(cast("reporting_officer").client, f"/coverage?lang=en&{SPRING}")
    missing = shown[shown.index('id="missing"') :]
    assert "Iceland" in missing
    assert "Kenya" not in missing
    own = page(cast("focal_point").client, f"/coverage?lang=en&{SPRING}")
    assert "Iceland" not in own[own.index('id="missing"') :]


# ------------------------------------------------------------------------------------------------ the question


def test_sums_and_facts_give_the_same_numbers(cast: Cast, inside: Inside) -> None:
    officer = cast("reporting_officer").client
    with inside():
        rollups.refresh()
    from_sums = numbers(page(officer, "?from=2026-03-01"))
    assert "answered from sums" in page(officer, "?from=2026-03-01")
    from_facts = numbers(page(officer, "?from=2026-02-27"))
    assert "answered from sums" not in page(officer, "?from=2026-02-27")
    assert from_sums == from_facts


def test_as_of_a_past_day_nothing_later_is_known(cast: Cast) -> None:
    found = numbers(page(cast("reporting_officer").client, "?from=2020-01-01&as_of=2025-01-01"))
    assert found["Participants"] == "0"


def test_what_cannot_be_read_is_named_and_kept(cast: Cast) -> None:
    shown = page(cast("reporting_officer").client, "?from=2026-05-01&to=2026-03-01", 422)
    assert "The last day is before the first." in shown
    assert 'value="2026-03-01"' in shown


@pytest.mark.parametrize("part", PARTS)
def test_a_part_costs_few_statements(cast: Cast, part: str) -> None:
    officer = cast("reporting_officer").client
    page(officer, part)
    with counted() as sent:
        page(officer, part)
    assert len(sent) <= 8, sent
