"""What could be learnt of others by a side door: a history, a threshold, a file for outside, where people are now."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts import actions as accounts
from app.accounts.models import Group, Role, RoleGrant, User
from app.core import clock
from app.core.models import OutboxFile
from app.records import actions, keepers
from app.records.actions import FactDraft
from app.records.keepers import Kept
from app.records.models import ActivityKind, Verb
from app.reports import scheduling_watching as watching
from app.reports.models import ReportFile, ReportSchedule, ScheduleDelivery, ScheduleRun, ScheduleState
from app.reports.statistics import overview, public
from tests.cast import Cast
from tests.conftest import Inside
from tests.records.scene import course, person, state
from tests.reports.rows import Rows, crowd
from tests.reports.scene import activity
from tests.reports.test_saved_views import keep, send
from tests.reports.test_schedules import NOON, schedule, tick

MARCH = "from=2026-03-01&to=2026-03-31"


@pytest.fixture(autouse=True)
def rows(inside: Inside) -> Iterator[Rows]:
    """The rows, made; the clock stands at noon; numbers that are kept for a while are forgotten."""
    public.forget()
    overview.forget()
    with clock.travel(NOON):
        with inside() as session:
            made = Rows(session)
        yield made
    public.forget()
    overview.forget()


# ------------------------------------------------------------------------------------------------ schedules


def test_the_history_says_nothing_of_rows_beyond_the_owners(cast: Cast, inside: Inside) -> None:
    """Else whoever has a schedule asks about anybody, by sending a narrowed view to somebody who sees more."""
    trainer = cast("trainer").client
    path = schedule(trainer, keep(trainer, "Asked", "institution=Canary+Institute"), form="csv")
    assert send(trainer, path, "/recipients", email=cast("reporting_officer").email).status_code == 303
    tick(NOON + timedelta(days=1), inside)
    with inside() as session:
        found = {one.whom: one for one in session.scalars(select(ScheduleDelivery))}
        files = {one.id: one.public_id for one in session.scalars(select(ReportFile))}
    officers, own = found["Sofia Rossi"], found["Pierre Diallo"]
    assert (officers.rows, own.rows) == (1, 0)
    with clock.travel(NOON + timedelta(days=1)):
        page = cast("trainer").new_client().get(f"{path}?lang=en").text
        assert own.sha256[:16] in page
        assert officers.sha256[:16] not in page
        assert page.count('data-label="Rows">0<') == 1
        assert 'data-label="Rows">1<' not in page
        assert files[officers.file_id or 0] not in page
        for end in ("", "/download", "/statement.json"):
            answer = cast("trainer").new_client().get(f"/reports/files/{files[officers.file_id or 0]}{end}")
            assert answer.status_code == 404


def test_a_threshold_over_everybody_stops_for_who_sees_a_part_by_now(cast: Cast, inside: Inside) -> None:
    officer = cast("reporting_officer")
    path = schedule(
        officer.client,
        keep(officer.client, "All"),
        "threshold",
        form="csv",
        measure="indicator:trained",
        above="more",
        bound="1",
    )
    with inside() as session:
        found = session.scalars(select(ReportSchedule)).one()
        found.was_beyond = False
        for grant in session.scalars(select(RoleGrant).where(RoleGrant.user_id == officer.id)).all():
            accounts.end_grant(None, grant)
        accounts.grant_role(None, officer.person(), Role.FOCAL_POINT, "country:KE")
        found.state = ScheduleState.ACTIVE
    with inside() as session:
        assert watching.send_on_thresholds() == 0
        assert session.scalars(select(ReportSchedule.state)).one() == ScheduleState.STOPPED
        assert session.scalars(select(ScheduleRun)).all() == []
    assert "An indicator counts everybody" in _resumed(cast, path)
    with inside() as session:
        assert session.scalars(select(ReportSchedule.state)).one() == ScheduleState.STOPPED


def _resumed(cast: Cast, path: str) -> str:
    client = cast("reporting_officer").new_client()
    return client.get(send(client, f"{path}?lang=en", "/resume").location + "?lang=en").text


def test_what_a_group_calls_its_session_does_not_leave_with_a_member(
    cast: Cast, rows: Rows, inside: Inside
) -> None:
    officer = cast("reporting_officer")
    with inside() as session:
        group = Group(name="A quiet group")
        session.add(group)
        session.flush()
        accounts.add_to_group(None, group, session.get_one(User, officer.id))
        key = activity(
            "quiet",
            ActivityKind.WEBINAR,
            titles={"en": "Operation Canary"},
            audience="group",
            group_id=group.id,
        )
        for number in range(12):
            who = person(f"guest{number}", country="NG")
            state(who, key, Verb.REGISTERED, 1)
            state(who, key, Verb.ATTENDED, 1, result={"minutes": 50})
        crowd(rows.own, "NG", 12)
    client = officer.client
    assert "Operation Canary" in client.get("/reports/attendance").text
    for query in ("group=course", "group=country"):
        path = schedule(client, keep(client, query, query, "attendance"), form="jsonl")
        send(client, path, "/recipients", email="who@donor.example")
        send(client, path, "/confirmation")
    tick(NOON + timedelta(days=1), inside)
    with inside() as session:
        files = [one.content.decode() for one in session.scalars(select(OutboxFile).order_by(OutboxFile.id))]
    assert len(files) == 2
    assert "Canary" not in str(files)
    assert "A session for one group" in files[0]
    assert json.loads(files[1].splitlines()[0])["statement"]["activities"] == {}


# ------------------------------------------------------------------------------------------------ statistics


def test_what_somebody_did_for_another_country_is_not_the_new_ones(
    cast: Cast, rows: Rows, inside: Inside
) -> None:
    with inside() as session:
        mover = person("Mover", country="NO")
        state(mover, rows.other, Verb.COMPLETED, 6)
        mover.country = "KE"
        session.flush()
        state(mover, rows.own, Verb.ENROLLED, 7)
    officer, focal = cast("reporting_officer").client, cast("focal_point").client
    query = f"{MARCH}&country_basis=now&country=KE"
    assert "Mover" in officer.get(f"/statistics/figures/completions/rows?{query}").text
    page = focal.get(f"/statistics/figures/completions/rows?{query}")
    assert page.status_code == 200
    assert "Mover" not in page.text
    assert "Canary Course" not in page.text
    assert 'name="country_basis"' in officer.get("/statistics/figures/completions").text
    assert 'name="country_basis"' not in focal.get("/statistics/figures/completions").text
    assert "Mover" in focal.get("/reports/completions").text  # what they do for this one is


@pytest.mark.parametrize(
    "figure", ["rooms", "room_members", "room_countries", "room_resources", "room_exchanges"]
)
def test_who_sees_a_country_learns_of_no_membership_of_rooms(cast: Cast, inside: Inside, figure: str) -> None:
    with inside():
        room = course("quiet-room", kind=ActivityKind.ROOM, titles={"en": "A quiet room"})
        state(person("Guest", country="KE", profession="judge"), room, Verb.JOINED, 1)
    address = f"/statistics/figures/{figure}"
    assert cast("reporting_officer").client.get(f"{address}/rows?{MARCH}").status_code in {200, 302}
    focal = cast("focal_point")
    for path in (address, f"{address}?{MARCH}&by=profession", f"{address}/rows?{MARCH}"):
        assert focal.client.get(path).status_code == 404
    keepers.provide("test", lambda actor: {room: Kept("room", "Mine")} if actor.user_id == focal.id else {})
    try:
        assert focal.client.get(address).status_code == 200
        rows = focal.client.get(f"{address}/rows?{MARCH}")
        assert rows.status_code in {200, 302}
        assert "Guest" not in rows.text
    finally:
        keepers.provide("test", lambda actor: {})


def test_rooms_of_others_are_not_counted_for_who_looks_after_one_and_a_country(
    cast: Cast, inside: Inside
) -> None:
    with inside():
        mine, other = (
            course(name, kind=ActivityKind.ROOM, titles={"en": name}) for name in ("mine", "other")
        )
        for number in range(3):
            state(person(f"guest{number}", country="KE"), other, Verb.JOINED, 1)
        state(person("guest9", country="NG"), mine, Verb.JOINED, 1)
    focal = cast("focal_point")
    keepers.provide("test", lambda actor: {mine: Kept("room", "Mine")} if actor.user_id == focal.id else {})
    try:
        assert ">1</a></p>" in focal.client.get(f"/statistics/figures/room_members?{MARCH}").text
    finally:
        keepers.provide("test", lambda actor: {})


# ------------------------------------------------------------------------------------------------ pseudonyms


def test_a_room_of_pseudonyms_is_told_of_in_counts_everywhere(cast: Cast, inside: Inside) -> None:
    """A manager has reports of the room alone: no person, no row, no filter that singles one out."""
    manager = cast("room_manager")
    with inside():
        room = course("masked", kind=ActivityKind.ROOM, titles={"en": "Masked"})
        for verb, result in ((Verb.JOINED, {}), (Verb.CONTRIBUTED, {"what": "post"})):
            actions.append(FactDraft(verb=verb, activity_key=room, headcount=1, result=result))
        guest = person("Guest")
    keepers.provide(
        "test", lambda actor: {room: Kept("room", "Masked")} if actor.user_id == manager.id else {}
    )
    try:
        client = manager.client
        assert client.get("/reports/rooms?lang=en").text.count("Masked") >= 1
        for name in ("completions", "attendance", "countries", "certificates", "inactive", "quality"):
            assert client.get(f"/reports/{name}").status_code == 404
            assert client.get(f"/reports/{name}/save").status_code == 404
        whole = client.get("/reports/rooms.csv?lang=en").text
        for query in ("institution=x", "gender=female", "country=KE", "profession=judge", "group=gender"):
            answer = client.get(f"/reports/rooms.csv?lang=en&{query}")
            assert answer.status_code == 422 or answer.text == whole
        assert client.get(f"/reports/people/{guest.public_id}").status_code == 404
        page = client.get("/statistics/figures/room_exchanges/rows?lang=en").text
        assert "Kenya" not in page
        assert "Guest" not in page
        for path in ("/reports/yearly", f"/feedback/{room}/results", f"/feedback/{room}/results.csv"):
            assert client.get(path).status_code == 404
        assert "Masked" not in client.get("/feedback/results").text  # that is for sessions that they run
    finally:
        keepers.provide("test", lambda actor: {})
