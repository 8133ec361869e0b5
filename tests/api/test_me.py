"""Who the token is."""

from __future__ import annotations

import pytest

from app.accounts.tokens import Scope
from tests.api.conftest import Api
from tests.cast import PARTS, Cast
from tests.support.queries import counted

LEARN = {"learn": ["*"]}


def test_a_token_knows_its_person(api: Api, cast: Cast) -> None:
    caller = api("owner", Scope.ME)
    me = caller.get("/me").json
    assert me is not None
    owner = cast("owner")
    assert {
        name: me[name] for name in ("id", "name", "email", "language", "zone", "country", "approved", "roles")
    } == {
        "id": owner.public_id,
        "name": "Amina Odhiambo",
        "email": owner.email,
        "language": "en",
        "zone": "Africa/Nairobi",
        "country": "KE",
        "approved": True,
        "roles": ["practitioner"],
    }
    assert (me["token"]["id"], me["token"]["scopes"], me["permissions"]) == (caller.token_id, ["read:me"], {})


@pytest.mark.parametrize(
    ("who", "permissions"),
    [
        ("practitioner", LEARN),
        ("expert", LEARN),
        ("focal_point", LEARN | {key: ["country:KE"] for key in ("reports.read", "reports.export")}),
        (
            "trainer",
            LEARN
            | {
                key: ["course:electronic-evidence"]
                for key in ("courses.teach", "webinars.train", "reports.read", "reports.export")
            },
        ),
        ("reporting_officer", LEARN | {"reports.read": ["*"], "reports.export": ["*"]}),
        (
            "administrator",
            LEARN
            | {
                key: ["*"]
                for key in (
                    "courses.teach",
                    "courses.manage",
                    "reports.read",
                    "reports.export",
                    "webinars.train",
                    "webinars.manage",
                )
            },
        ),
        ("pending", {}),
        ("declined", {}),
    ],
)
def test_a_token_holds_what_its_person_holds_within_the_scopes(
    api: Api, who: str, permissions: dict[str, list[str]]
) -> None:
    me = api(who).get("/me").json
    assert me is not None
    assert me["permissions"] == permissions
    assert me["approved"] == (PARTS[who].standing == "approved")


def test_it_costs_few_queries(api: Api) -> None:
    caller = api("owner")
    with counted() as statements:
        caller.get("/me")
    assert len(statements) <= 8, statements
