"""People: found by what one knows of them; roles and sign-ins changed by those who may."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert, select

from app.accounts import actions
from app.accounts.models import Role, RoleGrant, User, WebSession
from app.audit.actions import record
from app.core import clock
from app.core.ids import public_id
from tests.admin.conftest import MOST_QUERIES
from tests.cast import Cast, Player
from tests.conftest import Inside
from tests.support.forms import hidden_fields, send


def page_of(player: Player, act: str = "") -> str:
    """Return the address of somebody's page."""
    return f"/admin/people/{player.public_id}{act}"


def grants_of(player: Player, inside: Inside) -> list[RoleGrant]:
    """Return somebody's grants, the oldest first."""
    with inside() as session:
        return list(
            session.scalars(select(RoleGrant).where(RoleGrant.user_id == player.id).order_by(RoleGrant.id))
        )


# --------------------------------------------------------------------------------------------- search


@pytest.mark.parametrize(
    "query",
    ["q=quispe", "q=ROSA+quis", "q=outsider%40cast", "country=PE", "q=cast+rosa&standing=approved", "q=qu"],
)
def test_people_are_found(cast: Cast, query: str) -> None:
    cast("outsider")
    page = cast("administrator").client.get(f"/admin/people?{query}").text
    assert "Rosa Quispe" in page
    assert "Deborah Mensah" not in page.split('id="results"')[1]


@pytest.mark.parametrize(
    "query",
    [
        "q=%25",
        "q=_",
        "q=nobody-of-the-kind",
        "country=PE&q=mensah",
        "role=trainer&q=rosa",
        "standing=closed&q=rosa",
    ],
)
def test_others_are_not(cast: Cast, query: str) -> None:
    cast("outsider")
    answer = cast("administrator").client.get(f"/admin/people?{query}")
    assert answer.status_code == 200
    assert "Rosa Quispe" not in answer.text
    assert "Nobody found" in answer.text


def test_people_are_found_by_role(cast: Cast) -> None:
    cast("trainer")
    results = cast("administrator").client.get("/admin/people?role=trainer").text.split('id="results"')[1]
    assert "Pierre Diallo" in results
    assert "1 person" in results


def test_fifty_a_page_in_few_queries(
    cast: Cast, crowd: Callable[..., list[int]], queries: Callable[[FlaskClient, str], int], inside: Inside
) -> None:
    ids = crowd(60)
    with inside() as session:
        session.execute(
            insert(RoleGrant),
            [
                {"user_id": id, "role": "trainer", "public_id": public_id(), "scope": "*", "note": ""}
                for id in ids
            ],
        )
    client = cast("administrator").client
    assert queries(client, "/admin/people?q=crowd") <= MOST_QUERIES
    assert "1 to 50 of 60" in client.get("/admin/people?q=crowd").text
    assert "q=crowd&amp;page=2" in client.get("/admin/people?q=crowd").text


# --------------------------------------------------------------------------------------------- person


def test_a_person_in_full_in_few_queries(
    cast: Cast, inside: Inside, queries: Callable[[FlaskClient, str], int]
) -> None:
    trainer, player = cast("trainer"), cast("administrator")
    now = clock.now()
    with inside() as session:
        row = {
            "user_id": trainer.id,
            "data": {},
            "signed_in_at": now,
            "created_at": now,
            "last_seen_at": now,
            "device": "Firefox · Linux",
        }
        session.execute(
            insert(WebSession),
            [row | {"public_id": public_id(), "token_digest": public_id().encode()} for _ in range(50)],
        )
        for _ in range(50):
            record(player.actor(), "role.granted", "person", trainer.public_id)
            actions.grant_role(
                None,
                trainer.person(),
                Role.EXPERT,
                f"course:course-{public_id().lower().replace('_', '-').strip('-')[:8]}x",
            )
    assert queries(player.client, page_of(trainer)) <= MOST_QUERIES
    page = player.client.get(page_of(trainer)).text
    for expected in (
        "Pierre Diallo",
        "Senegal",
        "Trainer",
        "Firefox · Linux",
        "role.granted",
        "Approved",
        "Deborah Mensah",
    ):
        assert expected in page


def test_a_person_who_does_not_exist(cast: Cast) -> None:
    assert cast("administrator").client.get("/admin/people/nobody").status_code == 404


# ---------------------------------------------------------------------------------------------- roles


def test_grant_a_role_for_a_country_and_a_time(cast: Cast, inside: Inside) -> None:
    member, player = cast("member"), cast("administrator")
    typed = {
        "role": "focal_point",
        "scope": "country:NG",
        "starts_on": "2026-01-01",
        "ends_on": "2099-12-31",
        "note": "By letter",
    }
    answer = send(player.client, page_of(member), page_of(member, "/grants"), **typed)
    assert answer.status_code == 302
    (grant,) = grants_of(member, inside)
    assert (grant.role, grant.scope, grant.note, grant.granted_by) == (
        "focal_point",
        "country:NG",
        "By letter",
        player.id,
    )
    assert grant.starts_at.isoformat() == "2025-12-31T21:00:00+00:00"  # midnight in Nairobi
    assert grant.ends_at is not None
    assert grant.ends_at.isoformat() == "2099-12-31T21:00:00+00:00"  # the last day is included
    page = player.client.get(page_of(member)).text
    assert "By letter" in page
    assert "Present" in page


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"role": "", "scope": "*"}, "Choose a role."),
        ({"role": "owner", "scope": "*"}, "Not a valid choice"),
        ({"role": "trainer", "scope": "course:none-such"}, "Not a valid choice"),
        ({"role": "trainer", "scope": "*", "starts_on": "soon"}, "Not a valid date"),
        (
            {"role": "trainer", "scope": "*", "starts_on": "2026-05-02", "ends_on": "2026-05-01"},
            "before the first",
        ),
        ({"role": "trainer", "scope": "*", "ends_on": "9999-12-31"}, "between 2000 and 2100"),
        ({"role": "trainer", "scope": "*", "ends_on": "2020-01-01"}, "after the beginning"),
    ],
)
def test_a_wrong_grant_is_refused_at_its_field(
    cast: Cast, inside: Inside, typed: dict[str, str], message: str
) -> None:
    member, client = cast("member"), cast("administrator").client
    answer = send(client, page_of(member), page_of(member, "/grants"), **typed)
    assert answer.status_code == 422
    assert message in answer.text
    assert grants_of(member, inside) == []


def test_end_a_grant_and_keep_its_history(cast: Cast, inside: Inside) -> None:
    trainer, client = cast("trainer"), cast("administrator").client
    (grant,) = grants_of(trainer, inside)
    act = page_of(trainer, f"/grants/{grant.public_id}/end")
    assert send(client, page_of(trainer), act).status_code == 302
    assert "Ended" in client.get(page_of(trainer)).text
    assert trainer.client.get("/account").status_code == 200
    assert grants_of(trainer, inside)[0].ends_at is not None


def test_the_last_administrator_is_not_ended(cast: Cast, inside: Inside) -> None:
    player = cast("administrator")
    (grant,) = grants_of(player, inside)
    answer = send(player.client, page_of(player), page_of(player, f"/grants/{grant.public_id}/end"))
    assert answer.status_code == 409
    assert "only administrator" in answer.text
    assert grants_of(player, inside)[0].ends_at is None


def test_a_grant_of_somebody_else_is_not_found(cast: Cast, inside: Inside) -> None:
    trainer, member, client = cast("trainer"), cast("member"), cast("administrator").client
    (grant,) = grants_of(trainer, inside)
    fields = hidden_fields(client.get(page_of(member)).text, page_of(member, "/grants"))
    assert client.post(page_of(member, f"/grants/{grant.public_id}/end"), data=fields).status_code == 404
    assert grants_of(trainer, inside)[0].ends_at is None


@pytest.mark.parametrize("name", ["practitioner", "trainer", "reporting_officer"])
def test_others_cannot_grant(cast: Cast, inside: Inside, name: str) -> None:
    player = cast(name)
    token = hidden_fields(player.client.get("/about").text, "/account/sign-out")
    before = len(grants_of(player, inside))
    answer = player.client.post(
        page_of(player, "/grants"), data=token | {"role": "administrator", "scope": "*"}
    )
    assert answer.status_code == 404
    assert len(grants_of(player, inside)) == before


# -------------------------------------------------------------------------------- sign-ins and standing


def test_end_a_sign_in(cast: Cast, inside: Inside) -> None:
    member, client = cast("member"), cast("administrator").client
    assert member.client.get("/account").status_code == 200
    with inside() as session:
        row = session.scalars(select(WebSession).where(WebSession.user_id == member.id)).one()
    assert send(client, page_of(member), page_of(member, f"/sessions/{row.public_id}/end")).status_code == 302
    assert member.client.get("/account").status_code != 200


def test_end_every_sign_in(cast: Cast) -> None:
    member, client = cast("member"), cast("administrator").client
    devices = [member.new_client(), member.new_client()]
    assert send(client, page_of(member), page_of(member, "/sessions/end")).status_code == 302
    assert {device.get("/account").status_code for device in devices} & {200} == set()
    assert "Not signed in anywhere" in client.get(page_of(member)).text


def test_suspend_and_let_back(cast: Cast, inside: Inside) -> None:
    member, client = cast("member"), cast("administrator").client
    refused = send(client, page_of(member), page_of(member, "/suspension"), suspension_reason="")
    assert refused.status_code == 422
    assert (
        send(
            client, page_of(member), page_of(member, "/suspension"), suspension_reason="Left the service"
        ).status_code
        == 302
    )
    assert "Suspended" in client.get(page_of(member)).text
    assert send(client, page_of(member), page_of(member, "/suspension/end")).status_code == 302
    with inside() as session:
        assert session.get_one(User, member.id).standing == "approved"


def test_a_grant_to_come_does_not_hold_yet(cast: Cast, inside: Inside) -> None:
    member = cast("member")
    with inside():
        actions.grant_role(
            None, member.person(), Role.REPORTING_OFFICER, starts_at=clock.now() + timedelta(days=3)
        )
    assert "To come" in cast("administrator").client.get(page_of(member)).text
