"""Rooms by the API: what is open to the caller, and nothing else."""

from __future__ import annotations

from app.accounts.tokens import Scope
from tests.api.conftest import Api, Caller
from tests.irooms.conftest import OpenRoom, open_room  # noqa: F401 - a fixture

GUESSED = "Guess3dGuess3dGuess3d0"


def test_rooms_of_a_member(api: Api, open_room: OpenRoom) -> None:  # noqa: F811
    rooms = [open_room(title=f"Room {number}") for number in range(3)]
    caller = api("member", Scope.ROOMS)
    first = caller.get("/irooms?limit=2").get_json()
    rest = caller.get(first["next"]).get_json()
    assert [one["slug"] for one in first["data"] + rest["data"]] == [room.slug for room in rooms]
    assert {one["role"] for one in first["data"]} == {"member"}
    assert rest["next"] is None
    one = caller.get(f"/irooms/{rooms[0].slug}").get_json()
    assert (one["title"], one["members"]) == ("Room 0", 5)


def test_who_is_not_in_a_room_learns_nothing(api: Api, stranger: Caller, open_room: OpenRoom) -> None:  # noqa: F811
    room = open_room(listed=True, entry="request")
    for name in ("outsider", "expelled", "administrator"):
        caller = api(name)
        assert caller.get("/irooms").get_json()["data"] == []
        real, guessed = caller.get(f"/irooms/{room.slug}"), caller.get(f"/irooms/{GUESSED}")
        assert real.status_code == guessed.status_code == 404
    assert api("member", Scope.COURSES).get(f"/irooms/{room.slug}").status_code == 403
    assert stranger.get("/irooms").status_code == 401


def test_doors_do_not_open_to_programs(api: Api, open_room: OpenRoom) -> None:  # noqa: F811
    for room in (open_room(second_factor=True), open_room(terms="Read these.")):
        caller = api("member")
        assert caller.get(f"/irooms/{room.slug}").status_code == 404
        assert caller.get("/irooms").get_json()["data"] == []
