"""Registering, withdrawing, the waiting list, answers, invitations, lists of who is registered."""

from __future__ import annotations

import io
import re
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from app.accounts import actions as accounts
from app.accounts.models import Group
from app.core import clock, events
from app.core.database import TransactionalFlask, db, unit_of_work
from app.core.events import Event
from app.core.refusal import Refused
from app.records.models import Fact, Verb
from app.webinars.actions import invitations, registration
from app.webinars.events import RegistrationChanged
from app.webinars.models.planning import (
    Audience,
    RegistrationState,
    State,
    WebinarRegistration,
)
from app.webinars.places import place
from tests.cast import Cast, Player
from tests.conftest import Inside
from tests.webinars.conftest import OpenSession
from tests.webinars.scene import WebinarScene, make_scene, post


@pytest.fixture
def planned(open_session: OpenSession) -> Any:
    """Give a function that makes a session in three days."""

    def made(**wanted: Any) -> WebinarScene:
        starts = clock.now() + timedelta(days=3)
        return open_session(
            **({"state": State.PLANNED, "starts_at": starts, "ends_at": starts + timedelta(hours=1)} | wanted)
        )

    return made


def states(inside: Inside, scene: WebinarScene) -> dict[int | None, str]:
    with inside():
        rows = db.session.scalars(
            select(WebinarRegistration).where(WebinarRegistration.webinar_id == scene.id)
        )
        return {row.user_id: row.state for row in rows}


def facts(inside: Inside, scene: WebinarScene) -> list[str]:
    with inside():
        key = scene.webinar().activity_key
        return list(db.session.scalars(select(Fact.verb).where(Fact.activity_key == key).order_by(Fact.id)))


def test_the_waiting_list_fills_by_itself(cast: Cast, inside: Inside, planned: Any) -> None:
    scene = planned(capacity=3)  # owner, member and expelled have the three places
    first, second = cast("outsider"), cast("practitioner")
    for player in (first, second):
        assert post(player.client, scene.path("/registration")).status_code == 302
        assert "waiting list" in player.client.get(scene.path("?lang=en")).text
    assert "1 person waits before you." in second.client.get(scene.path("?lang=en")).text
    assert post(cast("member").client, scene.path("/withdrawal")).status_code == 302
    found = states(inside, scene)
    assert found[first.id] == RegistrationState.REGISTERED
    assert found[second.id] == RegistrationState.WAITING
    assert "You have a place" in first.client.get("/notices?lang=en").text
    assert facts(inside, scene) == [Verb.WITHDRAWN, Verb.REGISTERED]
    post(cast("trainer").client, scene.path("/edit"), plan_of(inside, scene) | {"capacity": "4"})
    assert states(inside, scene)[second.id] == RegistrationState.REGISTERED
    too_few = post(cast("trainer").client, scene.path("/edit"), plan_of(inside, scene) | {"capacity": "2"})
    assert too_few.status_code == 422
    assert "More people have a place already." in too_few.text


def plan_of(inside: Inside, scene: WebinarScene) -> dict[str, Any]:
    with inside():
        row = scene.webinar()
        return {
            "title": row.title, "kind": row.kind, "summary": row.summary, "languages": row.languages, "zone": "UTC",
            "starts_on": f"{row.starts_at:%Y-%m-%d}", "starts_at": "10:00", "ends_at": "11:00",
            "channel": "platform", "audience": "vetted", "listed": "y",
        }  # fmt: skip


def test_answers_are_asked_for_and_come_out_in_the_files(cast: Cast, inside: Inside, planned: Any) -> None:
    questions = [
        {"key": "a1", "label": "Your court?", "kind": "text", "options": [], "required": True},
        {
            "key": "b2",
            "label": "Which day?",
            "kind": "choice",
            "options": ["Monday", "=1+1"],
            "required": False,
        },
        {"key": "c3", "label": "First time?", "kind": "yes_no", "options": [], "required": True},
    ]
    scene = planned(questions=questions)
    client = cast("outsider").client
    refused = post(client, scene.path("/registration"), {"answer_b2": "=1+1"})
    assert refused.status_code == 422
    assert refused.text.count("Answer this question.") >= 2
    assert "checked" in refused.text
    strange = {"answer_a1": "Lima", "answer_b2": "Sunday", "answer_c3": "yes"}
    assert post(client, scene.path("/registration"), strange).status_code == 422
    assert post(client, scene.path("/registration"), strange | {"answer_b2": "=1+1"}).status_code == 302
    trainer = cast("trainer").client
    assert "Lima" in trainer.get(scene.path("/registrations?lang=en")).text
    table = trainer.get(scene.path("/registrations.csv?lang=en")).text
    assert "Your court?" in table
    assert "Lima,'=1+1,Yes" in table
    with zipfile.ZipFile(io.BytesIO(trainer.get(scene.path("/registrations.xlsx?lang=en")).data)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "Lima" in sheet
    assert "<f>" not in sheet  # no formula
    assert cast("owner").client.get(scene.path("/registrations.csv")).status_code == 404
    with inside():
        assert scene.webinar().questions == questions


def test_who_runs_it_needs_no_place_and_what_is_over_takes_nobody(
    cast: Cast, inside: Inside, planned: Any
) -> None:
    scene = planned()
    assert post(cast("expert").client, scene.path("/registration")).status_code == 422
    ended = planned(
        state=State.ENDED, starts_at=clock.now() - timedelta(days=2), ends_at=clock.now() - timedelta(days=1)
    )
    assert "Registration is closed." in post(cast("outsider").client, ended.path("/registration")).text
    assert cast("outsider").id not in states(inside, ended)


def test_invitations_by_account_and_by_a_link_that_works_once(
    cast: Cast, inside: Inside, planned: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = planned(audience=Audience.INVITATION)
    told: list[RegistrationChanged] = []
    publish = events.publish

    def overheard(event: Event) -> None:
        if isinstance(event, RegistrationChanged):
            told.append(event)
        publish(event)

    monkeypatch.setattr(events, "publish", overheard)
    trainer, known = cast("trainer").client, cast("practitioner")
    assert known.client.get(scene.path()).status_code == 404
    assert post(trainer, scene.path("/invitations"), {"emails": "nobody"}).status_code == 422
    emails = f"{known.email}\nnew.judge@cast.example"
    assert post(trainer, scene.path("/invitations"), {"emails": emails}).status_code == 302
    assert "You are invited" in known.client.get("/notices?lang=en").text
    assert "Accept the invitation" in known.client.get(scene.path("?lang=en")).text
    (token,) = [event.token for event in told if event.token]
    link = f"/webinars/invitations/{token}"
    judge, late = cast("outsider").client, cast("other_trainer").client
    assert "Take the invitation" in judge.get(f"{link}?lang=en").text
    assert post(judge, link).location.endswith(scene.public_id)
    assert judge.get(scene.path()).status_code == 200
    assert late.get(link).status_code == 404  # its digest is gone
    assert late.get(scene.path()).status_code == 404
    assert post(judge, scene.path("/withdrawal")).location.endswith("/webinars")  # gone for them
    assert judge.get(scene.path()).status_code == 404


def test_a_group_is_not_invited_to_by_name(cast: Cast, inside: Inside, open_session: OpenSession) -> None:
    scene = open_session(group=True)
    trainer = cast("trainer")
    with inside():
        seen = place(trainer.actor(), scene.public_id)
        assert seen is not None
        with pytest.raises(Refused, match="members of a group"):
            invitations.invite(seen, "somebody@cast.example")


def test_taking_a_place_back(cast: Cast, inside: Inside, planned: Any) -> None:
    scene = planned(capacity=3)
    post(cast("outsider").client, scene.path("/registration"))
    page = cast("trainer").client.get(scene.path("/registrations")).text
    acts = re.findall(rf'action="({scene.path()}/registrations/[^"]+/removal)"', page)
    assert len(acts) == 4
    assert post(cast("owner").client, acts[0]).status_code == 404
    post(cast("trainer").client, acts[0])
    assert states(inside, scene)[cast("outsider").id] == RegistrationState.REGISTERED


def test_who_leaves_a_group_leaves_its_sessions(cast: Cast, inside: Inside, planned: Any) -> None:
    scene = planned(group=True, capacity=3)
    owner = cast("owner")
    with inside():
        group = db.session.get_one(Group, scene.webinar().group_id)
        accounts.remove_from_group(None, group, owner.person())
    assert states(inside, scene)[owner.id] == RegistrationState.CANCELLED
    assert states(inside, scene)[cast("member").id] == RegistrationState.REGISTERED
    assert facts(inside, scene) == [Verb.WITHDRAWN]


@pytest.mark.long
def test_the_last_place_goes_to_one_of_many(committing: TransactionalFlask) -> None:
    players = {
        name: Player(committing, name) for name in ("trainer", "expert", "owner", "member", "expelled")
    }
    with committing.app_context(), unit_of_work():
        starts = clock.now() + timedelta(days=1)
        scene = make_scene(
            lambda name: players[name], state=State.PLANNED, capacity=5, starts_at=starts,
            ends_at=starts + timedelta(hours=1),
        )  # fmt: skip
    others = ["outsider", "practitioner", "room_manager", "focal_point", "reporting_officer", "other_trainer"]
    waiting = [Player(committing, name) for name in others]

    def register(player: Player) -> None:
        with committing.app_context(), unit_of_work():
            seen = place(player.actor(), scene.public_id)
            assert seen is not None
            registration.register(seen)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(register, waiting))
    with committing.app_context(), unit_of_work():
        counted = dict(
            db.session.execute(
                select(WebinarRegistration.state, func.count()).group_by(WebinarRegistration.state)
            ).all()
        )
        numbers = db.session.scalars(
            select(WebinarRegistration.number).where(WebinarRegistration.number.is_not(None))
        ).all()
    assert counted == {RegistrationState.REGISTERED: 5, RegistrationState.WAITING: 4}
    assert set(numbers) == {1, 2, 3, 4}
