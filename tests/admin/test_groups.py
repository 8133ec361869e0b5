"""Groups: made once, filled by address, renamed, closed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert, select

from app.accounts.models import Group, GroupMembership
from app.core import clock
from app.core.ids import public_id
from tests.admin.conftest import MOST_QUERIES
from tests.cast import Cast
from tests.conftest import Inside
from tests.support.forms import hidden_fields, send


@pytest.fixture
def group(cast: Cast) -> str:
    """The address of a group."""
    answer = send(
        cast("administrator").client, "/admin/groups", name="Judges of 2026", description="The spring cohort"
    )
    assert answer.status_code == 302
    return str(answer.headers["Location"])


def test_make_a_group(cast: Cast, group: str) -> None:
    client = cast("administrator").client
    assert "Judges of 2026" in client.get("/admin/groups").text
    assert "The spring cohort" in client.get(group).text


def test_a_repeated_submit_makes_one(cast: Cast, inside: Inside) -> None:
    client = cast("administrator").client
    fields = hidden_fields(client.get("/admin/groups").text, "/admin/groups") | {"name": "Once"}
    first, second = (client.post("/admin/groups", data=fields) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    with inside() as session:
        assert len(session.scalars(select(Group).where(Group.name == "Once")).all()) == 1


@pytest.mark.parametrize("name", ["", "   ", "x" * 121])
def test_a_group_needs_a_name(cast: Cast, name: str) -> None:
    assert send(cast("administrator").client, "/admin/groups", name=name).status_code == 422


def test_add_and_remove_a_person(cast: Cast, group: str) -> None:
    outsider, client = cast("outsider"), cast("administrator").client
    for words in ("is in the group now", "was in the group already"):
        assert send(client, group, f"{group}/members", email=f" {outsider.email.upper()} ").status_code == 302
        assert words in client.get(group).text
    assert "1 person" in client.get(group).text
    assert send(client, group, f"{group}/members/{outsider.public_id}/end").status_code == 302
    page = client.get(group).text
    assert "not in the group any more" in page
    assert "Nobody is in this group" in page


@pytest.mark.parametrize("name", ["pending", "suspended", "closed", "nobody"])
def test_only_approved_people_are_added(cast: Cast, group: str, name: str) -> None:
    address = "nobody@cast.example" if name == "nobody" else cast(name).email
    answer = send(cast("administrator").client, group, f"{group}/members", email=address)
    assert answer.status_code == 422
    assert "No approved person has this address." in answer.text


def test_rename(cast: Cast, group: str, inside: Inside) -> None:
    client = cast("administrator").client
    assert send(client, group, group, name="Judges", description="All").status_code == 302
    assert "<h1><bdi>Judges</bdi></h1>" in client.get(group).text
    assert send(client, group, group, name="").status_code == 422


def test_close(cast: Cast, group: str) -> None:
    client = cast("administrator").client
    send(client, group, f"{group}/members", email=cast("member").email)
    fields = hidden_fields(client.get(group).text, f"{group}/end")
    assert client.post(f"{group}/end", data=fields).status_code == 302
    page = client.get(group).text
    assert "Closed on" in page
    assert "Add a person" not in page
    assert client.post(f"{group}/end", data=fields).status_code == 409
    assert client.post(group, data=fields | {"name": "Other"}).status_code == 409
    assert client.post(f"{group}/members", data=fields | {"email": cast("member").email}).status_code == 422


def test_fifty_a_page_in_few_queries(
    cast: Cast,
    group: str,
    inside: Inside,
    crowd: Callable[..., list[int]],
    queries: Callable[[FlaskClient, str], int],
) -> None:
    people = crowd(60)
    with inside() as session:
        id = session.scalars(select(Group.id).where(Group.name == "Judges of 2026")).one()
        session.execute(
            insert(GroupMembership),
            [{"group_id": id, "user_id": one, "joined_at": clock.now()} for one in people],
        )
        session.execute(
            insert(Group),
            [{"name": f"Group {n}", "description": "", "public_id": public_id()} for n in range(60)],
        )
    client = cast("administrator").client
    assert queries(client, group) <= MOST_QUERIES
    assert queries(client, "/admin/groups") <= MOST_QUERIES
    assert "1 to 50 of 60" in client.get(group).text


@pytest.mark.parametrize("name", ["practitioner", "trainer", "focal_point"])
def test_others_cannot(cast: Cast, group: str, name: str) -> None:
    client = cast(name).client
    assert client.get(group).status_code == client.get("/admin/groups/none").status_code == 404
    token = hidden_fields(client.get("/about").text, "/account/sign-out")
    assert client.post("/admin/groups", data=token | {"name": "Mine"}).status_code == 404
    assert client.post(f"{group}/members", data=token | {"email": "x@y.example"}).status_code == 404
