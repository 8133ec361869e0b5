"""People, materials, series, the API, home and the front page."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.accounts.tokens import Scope
from app.core import clock
from app.core.database import db
from app.webinars.models.planning import (
    Audience,
    State,
    WebinarMaterial,
    WebinarRegistration,
    WebinarRunner,
    WebinarSeries,
)
from tests.api.conftest import Api, api  # noqa: F401 - a fixture
from tests.cast import Cast
from tests.conftest import Inside
from tests.webinars.conftest import OpenSession
from tests.webinars.scene import WebinarScene, post


def soon(**more: Any) -> dict[str, Any]:
    starts = clock.now() + timedelta(days=3)
    return {"state": State.PLANNED, "starts_at": starts, "ends_at": starts + timedelta(hours=1)} | more


def runners(inside: Inside, scene: WebinarScene) -> dict[str, WebinarRunner]:
    with inside():
        rows = db.session.scalars(select(WebinarRunner).where(WebinarRunner.webinar_id == scene.id))
        return {row.name: row for row in rows}


def test_people_are_named_by_account_or_as_guests(
    cast: Cast, inside: Inside, open_session: OpenSession
) -> None:
    scene = open_session(**soon())
    client, owner = cast("trainer").client, cast("owner")
    wrong = post(client, scene.path("/people"), {"email": "nobody@cast.example", "role": "speaker"})
    assert wrong.status_code == 422
    assert "Nobody with this address has an approved account." in wrong.text
    guest = {"name": "Judge Guest", "role": "speaker", "biography": "Forty years.", "shown": "y"}
    assert post(client, scene.path("/people"), guest).status_code == 302
    assert post(client, scene.path("/people"), guest | {"name": ""}).status_code == 422
    assert (
        post(
            client, scene.path("/people"), {"email": owner.email, "role": "cohost", "shown": "y"}
        ).status_code
        == 302
    )
    page = cast("member").client.get(scene.path()).text
    assert "Judge Guest" in page
    assert "Forty years." in page
    named = runners(inside, scene)
    assert named[owner.name].role == "cohost"
    with inside():
        given_up = select(WebinarRegistration.state).where(WebinarRegistration.user_id == owner.id)
        assert db.session.scalars(given_up).all() == ["cancelled"]
    assert owner.client.get(scene.path("/edit")).status_code == 200  # a co-host plans
    host = named[cast("trainer").name].public_id
    kept = post(client, scene.path(f"/people/{host}"), {"role": "speaker", "name": "P"})
    assert "A session has a host" in kept.text
    removed = named["Judge Guest"].public_id
    assert post(client, scene.path(f"/people/{removed}/up")).status_code == 302
    assert post(client, scene.path(f"/people/{removed}/removal")).status_code == 302
    assert "Judge Guest" not in runners(inside, scene)


def test_materials_are_files_and_links(cast: Cast, inside: Inside, open_session: OpenSession) -> None:
    scene = open_session(**soon())
    client = cast("trainer").client
    assert (
        post(client, scene.path("/materials/links"), {"title": "Law", "link": "javascript:x"}).status_code
        == 422
    )
    assert (
        post(
            client, scene.path("/materials/links"), {"title": "Law", "link": "https://law.example/"}
        ).status_code
        == 302
    )
    assert post(client, scene.path("/materials/files")).status_code == 422
    sent = {"files": (io.BytesIO(b"%PDF-1.7 slides"), "slides.pdf"), "slides": "1", "handout": "1"}
    assert post(client, scene.path("/materials/files"), sent).status_code == 302
    with inside():
        link, file = db.session.scalars(
            select(WebinarMaterial).where(WebinarMaterial.webinar_id == scene.id).order_by(WebinarMaterial.id)
        )
        assert (file.title, file.slides, file.handout) == ("slides", True, True)
    reader = cast("owner").client
    assert reader.get(scene.path(f"/materials/{link.public_id}")).location == "https://law.example/"
    assert reader.get(scene.path(f"/materials/{file.public_id}")).status_code == 404  # not checked yet
    assert "slides" in client.get(scene.path("/materials")).text
    assert reader.get(scene.path("/materials")).status_code == 404
    hidden = {"title": "Law", "slides": "y"}
    assert post(client, scene.path(f"/materials/{link.public_id}/edit"), hidden).status_code == 302
    assert reader.get(scene.path(f"/materials/{link.public_id}")).status_code == 404  # no handout any more
    assert post(client, scene.path(f"/materials/{file.public_id}/removal")).status_code == 302


def test_a_series_holds_sessions_and_is_closed(cast: Cast, inside: Inside, open_session: OpenSession) -> None:
    client = cast("trainer").client
    assert post(client, "/webinars/series/new", {"title": "Steps"}).status_code == 422  # no language
    made = post(
        client, "/webinars/series/new", {"title": "Steps", "languages": ["en"], "summary": "One by one."}
    )
    assert cast("owner").client.get(made.location).status_code == 404  # nothing for them in it
    with inside():
        series = db.session.scalars(select(WebinarSeries)).one()
    scene = open_session(**soon(series_id=series.id, title="First step"))
    page = cast("owner").client.get(made.location).text
    assert scene.path() in page
    assert "Steps" in cast("owner").client.get("/webinars?show=series").text
    assert (
        post(client, f"{made.location}/edit", {"title": "More steps", "languages": ["en"]}).status_code == 302
    )
    assert post(cast("owner").client, f"{made.location}/edit").status_code == 404
    assert post(client, f"{made.location}/closing").status_code == 302
    assert made.location.rpartition("/")[2] not in client.get("/webinars/new").text


def test_lists_and_filters(cast: Cast, open_session: OpenSession) -> None:
    scene = open_session(**soon(topic="victims", languages=["fr"], kind="round_table"))
    client = cast("owner").client
    for narrowed in ("topic=victims", "kind=round_table&language=fr", "show=mine", "show=nothing&page=x"):
        assert scene.path() in client.get(f"/webinars?{narrowed}").text
    for narrowed in ("topic=children", "language=zh", "show=past", "page=1"):
        assert scene.path() not in client.get(f"/webinars?{narrowed}").text
    assert "No session fits these filters" in client.get("/webinars?topic=children&lang=en").text
    assert 'value="victims" selected' in client.get("/webinars?topic=victims").text


def test_home_leads_to_the_next_session(
    cast: Cast, client: Any, open_session: OpenSession, live: WebinarScene
) -> None:
    home = cast("owner").client.get("/?lang=en").text
    assert "Your next session" in home
    assert live.path("/room") in home
    assert "Your next session" not in cast("outsider").client.get("/?lang=en").text
    hidden = open_session(**soon(audience=Audience.INVITATION, title="A quiet one"))
    front = client.get("/?lang=en").text
    assert "Evidence from messaging services" in front
    assert live.path() in front
    assert hidden.path() not in front


def test_the_api_tells_what_the_caller_may_see(api: Api, cast: Cast, open_session: OpenSession) -> None:  # noqa: F811
    first = open_session(**soon(channel="other_online", link="https://meet.example/secret"))
    group = open_session(**soon(group=True, title="For the cohort"))
    member, outsider = api("member", Scope.WEBINARS), api("outsider", Scope.WEBINARS)
    page = member.get("/webinars?limit=1").get_json()
    rest = member.get(page["next"]).get_json()
    assert [one["id"] for one in page["data"] + rest["data"]] == [first.public_id, group.public_id]
    assert [one["id"] for one in outsider.get("/webinars").get_json()["data"]] == [first.public_id]
    assert outsider.get(f"/webinars/{group.public_id}").status_code == 404
    one = member.get(f"/webinars/{first.public_id}").get_json()
    assert (one["standing"], one["link"], one["zone"]) == (
        "registered",
        "https://meet.example/secret",
        "Africa/Nairobi",
    )
    assert outsider.get(f"/webinars/{first.public_id}").get_json()["link"] == ""
    assert api("member", Scope.COURSES).get("/webinars").status_code == 403


@pytest.mark.parametrize("name", ["owner", "trainer"])
def test_the_persons_calendar(cast: Cast, open_session: OpenSession, name: str) -> None:
    scene = open_session(**soon())
    month = f"/calendar?month={clock.now() + timedelta(days=3):%Y-%m}"
    assert scene.path() in cast(name).client.get(month).text
    assert scene.path() not in cast("outsider").client.get(month).text
