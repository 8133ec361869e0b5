"""Stocktakings of the cast: built by the room's manager, answered as members do."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.core import clock
from app.core.database import db, unit_of_work
from app.irooms.actions.stocktaking import building, running
from app.irooms.actions.stocktaking.building import About
from app.irooms.models.stocktaking import Stocktaking
from app.irooms.stocktaking.questionnaire import Kind, Option, Question, Section, new_id
from tests.cast import Cast, Player
from tests.irooms.scene import RoomScene, seat_of
from tests.support.forms import send
from tests.support.pages import PageForm, forms_of

FAR = {"day": "2099-12-31", "time": "18:00", "zone": "Africa/Nairobi"}
TITLE = "Practice on chat logs"
QUESTIONS = (
    Question("aa11", Kind.TEXT, "Which law applies?", required=True),
    Question(
        "bb22",
        Kind.CHOICE,
        "Who decides?",
        options=(Option("o1", "A judge"), Option("o2", "A prosecutor"), Option("o3", "The police")),
    ),
    Question("cc33", Kind.SCALE, "How well does it work?", low_label="badly", high_label="well"),
    Question("dd44", Kind.YES_NO, "Is there a central authority?", required=True),
)


@dataclass(slots=True)
class Taking:
    """A stocktaking: its address, the address of its section, and the ids of its questions by kind."""

    path: str
    section: str = ""
    ids: dict[str, str] = field(default_factory=dict)


def make(cast: Cast, room: RoomScene, **about: Any) -> Taking:
    """Make one with one section of four questions, not opened."""
    manager = cast("room_manager")
    with manager.app.app_context(), unit_of_work():
        seat = seat_of(manager, room.slug)
        row = building.make(seat, About(**({"title": TITLE, "purpose": "", "language": "en"} | about)))
        section = Section(new_id(), "The law")
        building.put_section(seat, row, section)
        for question in QUESTIONS:
            building.put_question(seat, row, section.id, question, same_meaning=False)
        ids = {question.kind.value: question.id for question in QUESTIONS}
        return Taking(room.path(f"/stocktaking/{row.public_id}"), section.id, ids)


def question_ids(client: FlaskClient, taking: Taking) -> list[str]:
    """Return the ids of the draft's questions."""
    return re.findall(r'<li id="piece-(\w+)"', client.get(f"{taking.path}/build").text)


def hidden(page: str, action: str) -> dict[str, str]:
    """Return the hidden fields of the form that sends to ``action``."""
    form = next(one for one in forms_of(page) if one.action.partition("?")[0] == action)
    return {name: one.values[0] for name, one in form.fields.items() if one.kind == "hidden"}


def opened(cast: Cast, room: RoomScene, days: int = 20, **about: Any) -> Taking:
    """Make one and open it."""
    taking = make(cast, room, **about)
    manager = cast("room_manager")
    with manager.app.app_context(), unit_of_work():
        row = db.session.scalars(
            select(Stocktaking).where(Stocktaking.public_id == taking.path.rsplit("/", 1)[-1])
        ).one()
        deadline = clock.now().replace(microsecond=0) + timedelta(days=days)
        running.open_for_answers(seat_of(manager, room.slug), row, deadline, "Africa/Nairobi")
    return taking


def section_form(client: FlaskClient, taking: Taking) -> PageForm:
    """Return the form of the section as it is opened."""
    page = client.get(f"{taking.path}/sections/{taking.section}")
    assert page.status_code == 200, page.status_code
    return next(one for one in forms_of(page.text) if "page" in one.fields)


def fill(taking: Taking, **answers: Any) -> dict[str, Any]:
    """Return fields for answers by kind; ``source`` goes with yes or no."""
    fields = {f"a-{taking.ids[kind]}": value for kind, value in answers.items() if kind != "source"}
    if "source" in answers:
        fields[f"s-{taking.ids['yes_no']}"] = answers["source"]
    return fields


def save(
    client: FlaskClient, taking: Taking, form: PageForm | None = None, *, json: bool = False, **answers: Any
) -> TestResponse:
    """Send the section's form (the one given, or as it is now) with answers by kind."""
    form = form or section_form(client, taking)
    data = form.values() | fill(taking, **answers) | {"go": "stay"}
    headers = {"Accept": "application/json"} if json else {}
    return client.post(f"{taking.path}/sections/{taking.section}", data=data, headers=headers)


ALL: dict[str, Any] = {
    "text": "The evidence act.",
    "scale": "4",
    "yes_no": "yes",
    "source": "Act 5, article 2",
}


def respond(player: Player, taking: Taking, **answers: Any) -> None:
    """Answer everything and send it."""
    saved = save(player.client, taking, **(ALL | answers))
    assert saved.status_code == 302, saved.text
    sent = send(player.client, f"{taking.path}/sending")
    assert sent.status_code == 302, sent.text
