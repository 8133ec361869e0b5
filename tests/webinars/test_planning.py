"""A session is planned by a trainer, through the pages: made, published, changed, moved, cancelled, copied."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from app.core import clock
from app.core.database import db
from app.records.models import Activity
from app.webinars.models.planning import State, Webinar, WebinarRunner
from tests.cast import Cast
from tests.conftest import Inside
from tests.webinars.conftest import OpenSession
from tests.webinars.scene import post

PLAN: dict[str, Any] = {
    "title": "Evidence from messaging services",
    "kind": "workshop",
    "summary": "How to ask for it.",
    "languages": ["en", "ar"],
    "topic": "electronic-evidence",
    "starts_on": "2027-03-10",
    "starts_at": "14:00",
    "ends_at": "15:30",
    "zone": "Africa/Nairobi",
    "channel": "platform",
    "audience": "vetted",
    "listed": "y",
}


def only(inside: Inside) -> Webinar:
    with inside():
        return db.session.scalars(select(Webinar).order_by(Webinar.id.desc()).limit(1)).one()


def test_a_trainer_plans_and_publishes_a_session(cast: Cast, inside: Inside) -> None:
    trainer = cast("trainer")
    made = post(trainer.client, "/webinars/new", PLAN)
    assert made.status_code == 302, made.get_data(as_text=True)
    webinar = only(inside)
    assert webinar.state == State.DRAFT
    assert webinar.starts_at == datetime(2027, 3, 10, 11, 0, tzinfo=UTC)
    assert webinar.languages == ["ar", "en"] or webinar.languages == ["en", "ar"]
    path = f"/webinars/{webinar.public_id}"
    assert cast("owner").client.get(path).status_code == 404  # a draft
    assert "This is a draft" in trainer.client.get(path).get_data(as_text=True)
    assert post(trainer.client, f"{path}/publication").status_code == 302
    page = cast("owner").client.get(path).get_data(as_text=True)
    assert "Evidence from messaging services" in page
    assert "Counts as training" in page
    assert "14:00–15:30" in page
    with inside():
        activity = db.session.get_one(Activity, webinar.activity_key)
        assert (activity.kind, activity.hours, activity.zone) == ("workshop", 1.5, "Africa/Nairobi")


def test_refused_input_stands_at_its_field_and_is_kept(cast: Cast, inside: Inside) -> None:
    client = cast("trainer").client
    wrong = PLAN | {"title": "", "ends_at": "13:00", "channel": "in_person", "audience": "country"}
    answer = post(client, "/webinars/new", wrong)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    for text in ("Give the session a title.", "The end must be after the beginning.", "Say where people come together.",
                 "Choose at least one country.", "How to ask for it."):  # fmt: skip
        assert text in page
    skipped = PLAN | {
        "zone": "Europe/Paris",
        "starts_on": "2027-03-28",
        "starts_at": "02:30",
        "ends_at": "04:00",
    }
    assert "does not exist there" in post(client, "/webinars/new", skipped).get_data(as_text=True)
    with inside():
        assert db.session.scalars(select(Webinar)).all() == []
    assert post(cast("owner").client, "/webinars/new", PLAN).status_code == 404


def test_moving_raises_the_sequence_and_tells_who_is_registered(
    cast: Cast, inside: Inside, open_session: OpenSession
) -> None:
    scene = open_session(
        state=State.PLANNED,
        starts_at=clock.now() + timedelta(days=3),
        ends_at=clock.now() + timedelta(days=3, hours=1),
    )
    client = cast("trainer").client
    assert post(client, scene.path("/edit"), PLAN).status_code == 302
    with inside():
        webinar = scene.webinar()
        assert webinar.sequence == 1
        assert webinar.starts_at == datetime(2027, 3, 10, 11, 0, tzinfo=UTC)
    notices = cast("owner").client.get("/notices").get_data(as_text=True)
    assert "was moved. It begins on" in notices
    assert "14:00" in notices
    assert post(client, scene.path("/edit"), PLAN).status_code == 302  # nothing differs
    with inside():
        assert scene.webinar().sequence == 1


def test_a_cancelled_session_says_why_and_takes_nobody(
    cast: Cast, inside: Inside, open_session: OpenSession
) -> None:
    scene = open_session(
        state=State.PLANNED,
        starts_at=clock.now() + timedelta(days=3),
        ends_at=clock.now() + timedelta(days=3, hours=1),
    )
    client = cast("trainer").client
    assert post(client, scene.path("/cancellation"), {"why": "The speaker is ill."}).status_code == 302
    page = cast("owner").client.get(scene.path()).get_data(as_text=True)
    assert "The speaker is ill." in page
    assert "was cancelled" in cast("owner").client.get("/notices").get_data(as_text=True)
    refused = post(cast("outsider").client, scene.path("/registration"))
    assert refused.status_code == 422
    assert post(cast("outsider").client, scene.path("/cancellation")).status_code == 404
    ics = cast("owner").client.get(scene.path("/calendar.ics")).get_data(as_text=True)
    assert f"UID:webinar-{scene.public_id}@" in ics
    assert "STATUS:CANCELLED" in ics
    assert "SEQUENCE:1" in ics
    with inside():
        activity = db.session.get_one(Activity, scene.webinar().activity_key)
        assert activity.starts_at is None


def test_a_copy_and_a_template(cast: Cast, inside: Inside, open_session: OpenSession) -> None:
    scene = open_session(agenda=[{"minute": 0, "title": "Welcome"}], capacity=30)
    client = cast("trainer").client
    copied = post(client, scene.path("/copies"))
    assert copied.location.endswith("/edit")
    with inside():
        copy = db.session.scalars(select(Webinar).order_by(Webinar.id.desc()).limit(1)).one()
        assert (copy.state, copy.agenda, copy.capacity) == (State.DRAFT, scene.webinar().agenda, 30)
        assert copy.starts_at > clock.now()
        assert copy.activity_key != scene.webinar().activity_key
        runners = select(WebinarRunner).where(WebinarRunner.webinar_id == copy.id)
        assert len(db.session.scalars(runners).all()) == 2
    post(client, scene.path("/template"), {"title": "House style", "listed": "y"})
    other = cast("other_trainer").client
    assert "House style" in other.get("/webinars?show=templates").get_data(as_text=True)
    template = only(inside)
    assert template.is_template
    assert post(other, f"/webinars/{template.public_id}/copies").location.endswith("/edit")
    assert only(inside).created_by == cast("other_trainer").id
    assert cast("owner").client.get(f"/webinars/{template.public_id}").status_code == 404


def test_agenda_setup_and_questions(cast: Cast, inside: Inside, open_session: OpenSession) -> None:
    scene = open_session(
        state=State.PLANNED,
        starts_at=datetime(2027, 3, 10, 11, 0, tzinfo=UTC),
        ends_at=datetime(2027, 3, 10, 12, 0, tzinfo=UTC),
    )
    client = cast("trainer").client
    bad = post(client, scene.path("/agenda"), {"lines": "14:00 Welcome\nlater"})
    assert bad.status_code == 422
    assert "This line does not begin with a time" in bad.get_data(as_text=True)
    assert post(client, scene.path("/agenda"), {"lines": "14:20 Questions\n14:00 Welcome"}).status_code == 302
    setup = {
        "media": "p2p",
        "roster": "hosts",
        "percent": "80",
        "answers_needed": "2",
        "reminders": ["60", "0"],
    }
    assert post(client, scene.path("/setup"), setup).status_code == 302
    assert post(client, scene.path("/setup"), setup | {"percent": "101"}).status_code == 422
    for question in ({"label": "Your court?", "kind": "text", "required": "y"},
                     {"label": "Seen before?", "kind": "yes_no"}):  # fmt: skip
        assert post(client, scene.path("/questions"), question).status_code == 302
    one = post(client, scene.path("/questions"), {"label": "Which?", "kind": "choice", "options": "one"})
    assert one.status_code == 422
    with inside():
        webinar = scene.webinar()
        assert [line["minute"] for line in webinar.agenda] == [0, 20]
        assert (webinar.percent, webinar.rule_version, webinar.reminders) == (80, 2, [60, 0])
        keys = [question["key"] for question in webinar.questions]
    page = cast("owner").client.get(scene.path()).get_data(as_text=True)
    assert "At least 80 % of the minutes, and 2 check questions" in page
    assert post(client, scene.path(f"/questions/{keys[1]}/removal")).status_code == 302
    assert post(client, scene.path("/questions/nothing/removal")).status_code == 404
    with inside():
        assert len(scene.webinar().questions) == 1


def test_the_hours_of_the_invited_countries(cast: Cast) -> None:
    client = cast("trainer").client
    page = client.get(
        "/webinars/hours?starts_on=2027-03-10&starts_at=14:00&zone=Africa/Nairobi&audience=country"
        "&countries=PE&countries=KE&countries=JP&countries=RU&lang=en"
    ).get_data(as_text=True)
    assert "06:00" in page
    assert "14:00" in page
    assert "20:00" in page
    assert "13:00–23:00" in page  # a country with many zones
    assert page.index("Peru") < page.index("Kenya") < page.index("Japan")
    assert "early or late" in page
    assert cast("owner").client.get("/webinars/hours").status_code == 404
    preview = post(client, "/webinars/new", PLAN | {"hours": "1", "audience": "country", "countries": ["PE"]})
    assert preview.status_code == 422
    assert "06:00" in preview.get_data(as_text=True)
