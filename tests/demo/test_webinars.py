"""The sessions of the demo world: what pages say is what the register was told; one runs now."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from app.core.database import unit_of_work
from app.webinars.recording_ffmpeg import installed
from demo.today import hold_today
from tests.demo.conftest import DemoWorld
from tests.demo.test_load import entries, signed_in

pytestmark = pytest.mark.long


def practitioner(world: DemoWorld) -> FlaskClient:
    return signed_in(world, next(one for one in entries(world) if one["role"] == "practitioner"))


def test_every_session_of_the_register_has_its_page(world: DemoWorld) -> None:
    held = (
        "SELECT count(*) FROM activity a LEFT JOIN webinar w ON w.activity_key = a.key "
        "WHERE a.address LIKE '/webinars/%' AND a.kind NOT IN ('webinar_series', 'recording')"
    )
    assert int(world.value(held)) > 300
    assert world.value(f"{held} AND (w.id IS NULL OR a.address <> '/webinars/' || w.public_id)") == 0
    assert world.value("SELECT count(*) FROM webinar WHERE state = 'planned'") >= 3


def test_verdicts_and_facts_say_the_same(world: DemoWorld) -> None:
    told = (
        "SELECT count(*) FROM fact f JOIN webinar w USING (activity_key) "
        "WHERE f.verb = :verb AND f.learner_key IS NOT NULL"
    )
    assert world.value(told, verb="completed") == world.value(
        "SELECT count(*) FROM webinar_verdict WHERE fulfilled AND counts"
    )
    assert (
        world.value(
            "SELECT count(*) FROM webinar_verdict v JOIN fact f ON f.uuid = v.attended_fact "
            "WHERE f.result ? 'minutes' AND (f.result->>'minutes')::int * 60 <> v.present"
        )
        == 0
    )


def test_the_series_of_2020_is_there_with_attendance(world: DemoWorld) -> None:
    series = world.rows(
        "SELECT s.public_id FROM webinar_series s JOIN webinar w ON w.series_id = s.id "
        "WHERE s.topic = 'cbrn' AND extract(year FROM w.starts_at) = 2020 GROUP BY 1 HAVING count(*) >= 11"
    )
    assert len(series) == 1
    page = practitioner(world).get(f"/webinars/series/{series[0][0]}?lang=en").get_data(as_text=True)
    assert "2020" in page


def test_a_session_runs_now_with_what_people_say(world: DemoWorld) -> None:
    (running,) = world.rows("SELECT id, public_id, title FROM webinar WHERE state = 'live'")
    for table, least in (
        ("webinar_message", 5),
        ("webinar_question", 4),
        ("webinar_poll", 3),
        ("webinar_runner", 2),
    ):
        assert (
            int(world.value(f"SELECT count(*) FROM {table} WHERE webinar_id = :id", id=running.id)) >= least
        )
    client = practitioner(world)
    assert running.title in client.get("/webinars?lang=en").get_data(as_text=True)
    assert client.get(f"/webinars/{running.public_id}/room?lang=en").status_code == 200


def test_there_is_never_a_second_one(world: DemoWorld) -> None:
    with world.app.app_context(), unit_of_work():
        assert hold_today() is None


def test_recordings_wait_to_be_made(world: DemoWorld) -> None:
    sent = world.value("SELECT count(*) FROM webinar_recording WHERE published_at IS NOT NULL")
    assert int(sent) == (5 if installed() else 0)
