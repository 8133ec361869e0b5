"""Who sees and runs which session."""

from __future__ import annotations

import pytest

from app.webinars.models.planning import Audience, State
from app.webinars.places import place
from tests.cast import Cast
from tests.conftest import Inside
from tests.webinars.conftest import OpenSession
from tests.webinars.scene import WebinarScene


def sees(inside: Inside, cast: Cast, name: str, scene: WebinarScene) -> bool:
    player = cast(name)
    with inside():
        return place(player.actor(), scene.public_id) is not None


@pytest.mark.parametrize(
    ("wanted", "seers", "others"),
    [
        ({}, ["owner", "outsider", "trainer", "administrator"], ["pending", "suspended"]),
        ({"state": State.DRAFT}, ["trainer", "expert", "administrator"], ["owner", "outsider", "other_trainer"]),
        ({"group": True}, ["owner", "member", "trainer", "expert"], ["outsider", "expelled", "administrator"]),
        (
            {"audience": Audience.COUNTRY, "countries": ["PE"]},
            ["outsider", "owner", "trainer"],  # the owner is registered by name
            ["practitioner", "focal_point"],
        ),
        ({"audience": Audience.INVITATION}, ["owner", "member", "trainer"], ["outsider", "other_trainer"]),
    ],
)  # fmt: skip
def test_who_a_session_exists_for(
    open_session: OpenSession, inside: Inside, cast: Cast, wanted: dict[str, object], seers: list[str],
    others: list[str],
) -> None:  # fmt: skip
    scene = open_session(**wanted)
    assert [name for name in seers if not sees(inside, cast, name, scene)] == []
    assert [name for name in others if sees(inside, cast, name, scene)] == []


def test_who_is_inside_and_who_runs_the_room(live: WebinarScene, inside: Inside, cast: Cast) -> None:
    found = {}
    for name in ("trainer", "expert", "owner", "expelled", "outsider"):
        player = cast(name)
        with inside():
            seat = place(player.actor(), live.public_id)
            assert seat is not None
            found[name] = (seat.inside, seat.hosts, seat.plans)
    assert found == {
        "trainer": (True, True, True),
        "expert": (True, False, False),
        "owner": (True, False, False),
        "expelled": (False, False, False),
        "outsider": (False, False, False),
    }
