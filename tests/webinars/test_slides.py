"""Slides, notes and captions of the live room: who turns, who sees what, what is kept."""

from __future__ import annotations

import re
from io import BytesIO
from itertools import pairwise
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select

from app.core import jobs
from app.core.database import db
from app.media import actions as media
from app.webinars.actions.planning_materials import file_scope
from app.webinars.models.notes import WebinarCaption
from app.webinars.models.planning import WebinarMaterial
from app.webinars.models.room import WebinarEvent
from app.webinars.queries.captions import captions_of, vtt
from tests.cast import Cast
from tests.conftest import Inside
from tests.support.files import pdf
from tests.webinars.scene import WebinarScene

CANARY = "CANARY-SLIDE-TEXT"


@pytest.fixture
def deck(live: WebinarScene, cast: Cast, inside: Inside) -> str:
    """Slides of three pages, added to the running session by its host."""
    cast("trainer")
    with inside():
        file = media.receive_bytes(
            cast("trainer").actor(), pdf(["One", CANARY, "Three"]), "slides.pdf", file_scope(live.id)
        )
        material = WebinarMaterial(webinar_id=live.id, title="The slides", file_id=file.id, slides=True)
        db.session.add(material)
        db.session.flush()
        jobs.run_pending()
        return material.public_id


def post(client: FlaskClient, scene: WebinarScene, path: str, key: str = "", **body: Any) -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    return client.post(scene.path(f"/room/{path}"), json=body, headers=headers | _token(client, scene))


def _token(client: FlaskClient, scene: WebinarScene) -> dict[str, str]:
    page = client.get("/").get_data(as_text=True)
    return {"X-CSRFToken": re.findall(r'name="csrf_token" value="([^"]+)"', page)[0]}


def told(inside: Inside, scene: WebinarScene, kind: str) -> list[dict[str, Any]]:
    with inside() as session:
        rows = session.scalars(
            select(WebinarEvent)
            .where(WebinarEvent.webinar_id == scene.id, WebinarEvent.kind == kind)
            .order_by(WebinarEvent.number)
        )
        return [one.body for one in rows]


def test_a_page_is_turned_to_for_everybody(live: WebinarScene, deck: str, cast: Cast, inside: Inside) -> None:
    answer = post(cast("trainer").client, live, "slides/turn", deck=deck, page=2)
    assert answer.status_code == 200
    (body,) = told(inside, live, "slides.turned")
    assert body["second"] >= 300
    assert (body["deck"], body["page"], body["pages"], body["title"]) == (deck, 2, 3, "The slides")
    state = cast("owner").client.get(live.path("/room/state")).get_json()
    assert state["slides"]["shown"]["page"] == 2
    assert state["slides"]["decks"] == []
    assert cast("expert").client.get(live.path("/room/slides")).get_json()["decks"][0]["pages"] == 3


@pytest.mark.parametrize("name", ["owner", "expelled", "outsider", "administrator"])
def test_who_may_not_turn(live: WebinarScene, deck: str, cast: Cast, inside: Inside, name: str) -> None:
    assert post(cast(name).client, live, "slides/turn", deck=deck, page=1).status_code == 404
    assert post(cast(name).client, live, "slides/handouts", on=True).status_code == 404
    assert told(inside, live, "slides.turned") == []


@pytest.mark.parametrize("page", [0, 4, -1, "1", None, 10**12])
def test_pages_that_are_not_there(live: WebinarScene, deck: str, cast: Cast, page: object) -> None:
    assert post(cast("trainer").client, live, "slides/turn", deck=deck, page=page).status_code == 422


def test_participants_see_no_page_before_its_time(live: WebinarScene, deck: str, cast: Cast) -> None:
    def see(name: str, page: int, rest: str = "") -> int:
        return cast(name).client.get(live.path(f"/room/slides/{deck}/{page}{rest}")).status_code

    assert [see("owner", page) for page in (1, 2)] == [404, 404]
    assert [see("trainer", page) for page in (1, 3)] == [200, 200]
    post(cast("trainer").client, live, "slides/turn", deck=deck, page=1)
    assert [see("owner", page) for page in (1, 2, 3)] == [200, 200, 404]  # the next one is fetched ahead
    assert see("owner", 3, "/text") == 404
    assert [see(name, 1) for name in ("expelled", "outsider")] == [404, 404]
    post(cast("trainer").client, live, "slides/turn")
    assert see("owner", 1) == 404


def test_two_sizes_and_a_text(live: WebinarScene, deck: str, cast: Cast) -> None:
    client = cast("expert").client
    small = client.get(live.path(f"/room/slides/{deck}/2"))
    large = client.get(live.path(f"/room/slides/{deck}/2?size=large"))
    assert [Image.open(BytesIO(one.data)).size[0] for one in (small, large)] == [640, 1280]
    assert small.content_type == "image/webp"
    assert "immutable" in small.headers["Cache-Control"]
    assert CANARY in client.get(live.path(f"/room/slides/{deck}/2/text")).get_json()["text"]


def test_the_pointer_is_on_the_slide_or_nowhere(
    live: WebinarScene, deck: str, cast: Cast, inside: Inside
) -> None:
    host = cast("trainer").client
    assert post(host, live, "slides/pointer", at=[0.5, 0.25]).status_code == 422  # no slide is shown
    post(host, live, "slides/turn", deck=deck, page=1)
    assert post(host, live, "slides/pointer", at=[0.5, 0.25]).status_code == 200
    assert post(cast("owner").client, live, "slides/pointer", at=[0.5, 0.25]).status_code == 404
    for wrong in ([2, 0], ["a", 0], [0.5], "x", [True, False]):
        assert post(host, live, "slides/pointer", at=wrong).status_code == 422
    state = cast("owner").client.get(live.path("/room/state")).get_json()
    assert state["slides"]["shown"]["pointer"] == [0.5, 0.25]
    assert post(host, live, "slides/pointer", at=None).status_code == 200
    assert "pointer" not in cast("owner").client.get(live.path("/room/state")).get_json()["slides"]["shown"]


def test_handouts_are_given_out_and_taken_back(live: WebinarScene, deck: str, cast: Cast) -> None:
    member = cast("member").client
    assert member.get(live.path(f"/room/handouts/{deck}")).status_code == 404
    assert post(cast("trainer").client, live, "slides/handouts", on=True).status_code == 200
    assert member.get(live.path("/room/state")).get_json()["slides"]["files"][0]["title"] == "The slides"
    away = member.get(live.path(f"/room/handouts/{deck}"))
    assert away.status_code == 302
    assert "/files/get/" in away.headers["Location"]
    post(cast("trainer").client, live, "slides/handouts", on=False)
    assert member.get(live.path(f"/room/handouts/{deck}")).status_code == 404


def test_notes_lose_nobodys_words(live: WebinarScene, cast: Cast, inside: Inside) -> None:
    host = cast("trainer").client
    assert post(host, live, "notes", text="First", version=0).get_json()["version"] == 1
    assert post(host, live, "notes", text="First", version=0).get_json()["version"] == 1  # a retry
    refused = post(host, live, "notes", text="Second", version=0)
    assert refused.status_code == 409
    assert refused.get_json()["text"] == "First"
    assert post(cast("owner").client, live, "notes", text="Mine", version=1).status_code == 404
    assert cast("owner").client.get(live.path("/room/notes")).get_json() == {"text": "First", "version": 1}
    assert cast("outsider").client.get(live.path("/room/notes")).status_code == 404
    assert told(inside, live, "notes.written") == [{"version": 1}]


def test_captions_are_shown_and_kept(live: WebinarScene, cast: Cast, inside: Inside) -> None:
    host = cast("trainer").client
    for key, text in (
        ("a", "Good morning to <all>"),
        ("a", "Good morning to <all>"),
        ("b", "We begin --> now"),
    ):
        assert post(host, live, "captions", key, text=text, language="en").status_code == 200
    assert post(host, live, "captions", "c", text="صباح الخير", language="ar").status_code == 200
    assert post(host, live, "captions", "d", text="x", language="klingon").status_code == 422
    assert post(cast("owner").client, live, "captions", "e", text="x", language="en").status_code == 404
    assert [body["text"] for body in told(inside, live, "captions.said")] == [
        "Good morning to <all>", "We begin --> now", "صباح الخير",
    ]  # fmt: skip
    with inside():
        written = vtt(captions_of(live.id, "en"))
    assert written.startswith("WEBVTT\n\n00:0")
    assert "&lt;all&gt;" in written
    assert "We begin --&gt; now" in written
    file = cast("owner").client.get(live.path("/captions/ar.vtt"))
    assert "صباح الخير" in file.get_data(as_text=True)
    assert cast("owner").client.get(live.path("/captions/fr.vtt")).status_code == 404
    assert [
        cast(name).client.get(live.path("/captions/en.vtt")).status_code for name in ("expelled", "outsider")
    ] == [
        404,
        404,
    ]


def test_captions_do_not_run_into_each_other(live: WebinarScene, cast: Cast, inside: Inside) -> None:
    host = cast("trainer").client
    for count in range(4):
        post(host, live, "captions", f"k{count}", text="A sentence of a usual length, quickly", language="en")
    with inside() as session:
        times = session.execute(
            select(WebinarCaption.begins, WebinarCaption.ends).order_by(WebinarCaption.id)
        ).all()
    assert all(begins < ends for begins, ends in times)
    assert all(before.begins <= after.begins for before, after in pairwise(times))
