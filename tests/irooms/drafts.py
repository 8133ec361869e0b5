"""A draft of the cast, and what tests look for in its pages."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.core.database import db
from app.irooms.actions.drafting import drafts, sections
from app.irooms.actions.drafting.drafts import About
from app.irooms.actions.drafting.sections import Words
from app.irooms.drafting_bench import Bench, SectionBench
from app.irooms.models import RoomMembership
from app.irooms.models.drafting import RoomDraft, RoomDraftSection
from tests.cast import Cast
from tests.irooms.scene import RoomScene, seat_of
from tests.support.forms import hidden_fields, send

TEXT = "The court may hear a witness by video link. The defence is told in time.\n\nEvery link is recorded."
TITLE = "Guide on remote testimony"


@dataclass(slots=True)
class DraftScene:
    """A draft outside a transaction: its address, and the ids of its sections by heading."""

    room: RoomScene
    id: str
    number: int
    sections: dict[str, str] = field(default_factory=dict)

    def path(self, rest: str = "") -> str:
        """Return the address of something in the draft."""
        return self.room.path(f"/drafts/{self.id}{rest}")

    def section(self, heading: str = "Scope", rest: str = "") -> str:
        """Return the address of something in a section."""
        return self.path(f"/sections/{self.sections[heading]}{rest}")


def begin(
    cast: Cast,
    room: RoomScene,
    *,
    language: str = "en",
    editor: str = "owner",
    texts: dict[str, str] | None = None,
) -> DraftScene:
    """Begin a draft with texts by heading, inside a transaction; ``editor`` of the cast writes it."""
    seat = seat_of(cast("room_manager"), room.slug)
    bench = drafts.begin(seat, About(TITLE, "To agree on what works.", language))
    made = DraftScene(room, bench.draft.public_id, bench.draft.id)
    after = None
    for heading, text in (texts or {"Scope": TEXT, "Aim": "Words **of the aim**."}).items():
        after = sections.add_section(bench, Words(heading, text), after)
        made.sections[heading] = after.public_id
    if editor:
        drafts.choose_editor(bench, db.session.get_one(RoomMembership, room.membership_ids[editor]))
    return made


def bench_of(cast: Cast, scene: DraftScene, name: str) -> Bench:
    """Return somebody's bench, inside a transaction; also lets them act."""
    editors = (
        frozenset({scene.room.membership_ids["owner"]})
        if "owner" in scene.room.membership_ids
        else frozenset()
    )
    return Bench(seat_of(cast(name), scene.room.slug), db.session.get_one(RoomDraft, scene.number), editors)


def place_of(cast: Cast, scene: DraftScene, name: str, heading: str = "Scope") -> SectionBench:
    """Return somebody before a section, inside a transaction."""
    section = db.session.query(RoomDraftSection).filter_by(public_id=scene.sections[heading]).one()
    return SectionBench(bench_of(cast, scene, name), section)


def observer(cast: Cast) -> FlaskClient:
    """Return the observer's browser, who reads English here."""
    client = cast("practitioner").client
    client.set_cookie("lang", "en")
    return client


def main_of(page: str) -> str:
    """Return a page's own part and what stands beside it, without header and footer."""
    return page.partition("<main")[2].partition("<footer")[0]


def save(
    client: FlaskClient, scene: DraftScene, text: str, heading: str = "Scope", **typed: str
) -> TestResponse:
    """Write a section through its form."""
    edit = scene.section(heading, "/edit")
    return send(client, edit, **({"heading": heading, "text": text} | typed))


def opened(client: FlaskClient, path: str, action: str | None = None) -> dict[str, str]:
    """Open a form and return its hidden fields, to be sent later."""
    page = client.get(path)
    assert page.status_code == 200, (path, page.status_code)
    return hidden_fields(page.text, action or path.split("?")[0])


def found(pattern: str, page: str) -> str:
    """Return what a pattern finds in a page."""
    match = re.search(pattern, page)
    assert match is not None, pattern
    return match.group()
