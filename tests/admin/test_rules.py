"""Staff pages are for those who hold the permission everywhere; for everybody else they are not there."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from app.accounts import actions
from app.accounts.models import Role
from tests.cast import Cast
from tests.conftest import Inside

PAGES = [
    "/admin",
    "/admin/vetting",
    "/admin/vetting/decided",
    "/admin/people",
    "/admin/groups",
    "/admin/audit",
    "/admin/access",
    "/admin/system",
]
OTHERS = ["practitioner", "trainer", "expert", "room_manager", "focal_point", "reporting_officer"]


@pytest.mark.parametrize("path", PAGES)
def test_administrators_see_staff_pages(cast: Cast, path: str) -> None:
    answer = cast("administrator").client.get(path)
    assert answer.status_code == 200
    assert 'aria-current="page"' in answer.text


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("name", OTHERS)
def test_for_others_they_are_not_there(cast: Cast, name: str, path: str) -> None:
    client = cast(name).client
    answer, nothing = client.get(path), client.get("/admin/nothing-of-the-kind")
    assert answer.status_code == nothing.status_code == 404
    assert "Administration" not in answer.text


@pytest.mark.parametrize("path", PAGES)
def test_a_stranger_is_asked_to_sign_in_or_told_nothing(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code in {302, 303, 404}


@pytest.mark.parametrize("path", PAGES)
def test_an_administrator_of_one_country_sees_none(cast: Cast, inside: Inside, path: str) -> None:
    player = cast("member")
    with inside():
        actions.grant_role(None, player.person(), Role.ADMINISTRATOR, "country:NG")
        player.person().tf_primary_method = "authenticator"
    assert player.client.get(path).status_code == 404


def test_the_overview_counts_what_waits(cast: Cast) -> None:
    cast("pending")
    page = cast("administrator").client.get("/admin").text
    assert "applications wait for approval" in page
    assert "jobs wait" in page


def test_the_access_table_is_readable_on_one_page(cast: Cast) -> None:
    page = cast("administrator").client.get("/admin/access").text
    for expected in (
        "people.vet",
        "/admin/vetting/&lt;person_id&gt;",
        "admin.loaders.applicant",
        "needs a second factor",
    ):
        assert expected in page
