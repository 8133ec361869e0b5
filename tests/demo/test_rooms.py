"""The rooms of the demo world: who is in them, what they hold, what is going on, who may not see it."""

from __future__ import annotations

import pytest

from app.core.database import unit_of_work
from app.records import projections
from tests.demo.conftest import DemoWorld
from tests.demo.test_load import entries, signed_in

pytestmark = pytest.mark.long
EVIDENCE, QUIET = "electronic-evidence", "children"


def number(world: DemoWorld, topic: str, rest: str) -> int:
    """Return a count within the room of a topic; ``rest`` names a table that has ``room_id``, and more."""
    statement = f"SELECT count(*) FROM {rest} {'AND' if ' WHERE ' in rest else 'WHERE'} room_id = "
    return int(world.value(f"{statement}(SELECT id FROM room WHERE topic = :topic)", topic=topic))


def slug(world: DemoWorld, topic: str) -> str:
    return str(world.value("SELECT public_id FROM room WHERE topic = :topic", topic=topic))


def test_nothing_was_left_out(world: DemoWorld) -> None:
    assert [line for line in world.said if "left out" in line] == []


def test_who_is_in(world: DemoWorld) -> None:
    assert number(world, EVIDENCE, "room_membership") >= 45
    assert number(world, QUIET, "room_membership") >= 15
    countries = (
        'SELECT count(DISTINCT country) FROM room_membership m JOIN "user" u ON u.id = m.user_id '
        "WHERE m.room_id = (SELECT id FROM room WHERE topic = 'electronic-evidence')"
    )
    assert world.value(countries) >= 40
    overseers = "SELECT count(*) FROM room_membership JOIN role_grant g USING (user_id) WHERE g.role = 'administrator'"
    assert world.value(overseers) == 0


@pytest.mark.parametrize(("topic", "least"), [(EVIDENCE, 20), (QUIET, 10)])
def test_resources_of_several_kinds_are_there(world: DemoWorld, topic: str, least: int) -> None:
    assert number(world, topic, "room_resource WHERE state = 'current'") >= least
    assert number(world, topic, "room_resource WHERE state = 'draft'") == 0
    assert number(world, topic, "room_resource WHERE state = 'withdrawn'") == 1
    kinds = world.rows(
        "SELECT DISTINCT f.kind FROM media_file f JOIN room_resource_version v ON v.file_id = f.id "
        "JOIN room_resource r ON r.id = v.resource_id JOIN room ON room.id = r.room_id WHERE room.topic = :topic",
        topic=topic,
    )
    assert {"pdf", "docx", "xlsx", "png", "ogg"} == {row.kind for row in kinds}


@pytest.mark.parametrize("topic", [EVIDENCE, QUIET])
def test_work_is_going_on(world: DemoWorld, topic: str) -> None:
    assert number(world, topic, "room_question WHERE state = 'waiting'") >= 1
    assert number(world, topic, "room_published_answer") == 1
    assert number(world, topic, "room_stocktaking WHERE state = 'open' AND deadline > now()") == 1
    assert number(world, topic, "room_draft WHERE state = 'open'") == 1
    assert number(world, topic, "room_event WHERE starts_at > now()") >= 2
    assert number(world, topic, "room_resource_view") >= 15
    languages = world.rows(
        "SELECT DISTINCT p.language FROM room_post p JOIN room_topic t ON t.id = p.topic_id "
        "JOIN room ON room.id = t.room_id WHERE room.topic = :topic",
        topic=topic,
    )
    assert {"en", "fr", "es", "ar"} <= {row.language for row in languages}


def test_everything_happened_in_the_past(world: DemoWorld) -> None:
    for column in ("room_post.posted_at", "room_log.at", "room_resource_view.last_at", "notice.updated_at"):
        table, name = column.split(".")
        assert world.value(f"SELECT max({name}) <= now() FROM {table}"), column
    assert world.value("SELECT count(*) FROM notice WHERE waiting_since IS NOT NULL") == 0
    with world.app.app_context(), unit_of_work():
        assert projections.check() == []


def test_the_expert_has_a_question_waiting(world: DemoWorld) -> None:
    waiting = (
        "SELECT count(*) FROM room_question_routing r JOIN room_question q ON q.id = r.question_id "
        'JOIN room_membership m ON m.id = r.membership_id JOIN "user" u ON u.id = m.user_id '
        "WHERE q.state = 'waiting' AND r.state = 'asked' AND u.email = 'greta.lindenfurt@de.example'"
    )
    assert world.value(waiting) >= 2


@pytest.mark.parametrize(
    "page", ["", "/resources", "/discussion", "/questions", "/stocktaking", "/drafts", "/calendar"]
)
@pytest.mark.parametrize("topic", [EVIDENCE, QUIET])
def test_pages_of_the_rooms_open(world: DemoWorld, topic: str, page: str) -> None:
    entry = next(one for one in entries(world) if one["role"] == "practitioner")
    assert signed_in(world, entry).get(f"/irooms/{slug(world, topic)}{page}").status_code == 200


def test_the_hidden_room_shows_no_name_and_is_hidden(world: DemoWorld) -> None:
    by_name = {one["name"]: one for one in entries(world)}
    page = signed_in(world, by_name["Alice Foxmoor"]).get(f"/irooms/{slug(world, QUIET)}/members").text
    assert "Robledal" not in page
    outside = signed_in(world, by_name["Camille Chantepluie"])
    assert outside.get(f"/irooms/{slug(world, QUIET)}").status_code == 404
    assert outside.get(f"/irooms/{slug(world, EVIDENCE)}").status_code == 200
