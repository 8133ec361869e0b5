"""The session that is live when somebody looks: begun minutes ago, with slides, questions, a poll, people who wrote.

Every start of a demo platform sees to it that there is one; the one before has ended by then, as sessions do.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from flask_babel import force_locale
from sqlalchemy import select

from app.accounts import actors
from app.accounts.models import RoleGrant, User
from app.core import clock
from app.core.access import act_as, forget_actor
from app.core.database import db
from app.core.pdf import compile_pdf
from app.media import actions as media
from app.media.jobs import examine
from app.webinars.actions import (
    chat,
    planning,
    planning_people,
    polls,
    questions,
    registration,
    room,
    room_entry,
    slides,
)
from app.webinars.actions.planning import Plan, Setup
from app.webinars.actions.planning_materials import add_file, file_scope
from app.webinars.actions.planning_people import Part
from app.webinars.forms.polls import PollDraft
from app.webinars.models.planning import RunnerRole, State, Webinar
from app.webinars.models.talk import Channel, PollKind
from app.webinars.places import Place, place
from app.webinars.queries.polls import polls as prepared
from app.webinars.queries.slides import material
from demo.world import data

BEGUN, LASTS = timedelta(minutes=8), timedelta(minutes=90)
DECK = """
#set page(paper: "presentation-16-9", margin: 2.2cm)
#set text(font: "Noto Sans", size: 24pt)
#let pages = json("data.json").pages
#for (number, one) in pages.enumerate() {
  if number > 0 { pagebreak() }
  text(size: 34pt, weight: "bold", one.title)
  v(0.6em)
  list(spacing: 1em, ..one.lines)
}
"""
PEOPLE = 14
"""Who registered; the first of them are in the room."""


def hold_today() -> Webinar | None:
    """Make the session that runs now; None where one runs that is not over yet, or nobody is there to host it."""
    now = clock.now()
    running = select(Webinar.id).where(Webinar.state.in_([State.OPEN, State.LIVE]), Webinar.ends_at > now)
    if db.session.scalar(running.limit(1)) is not None:
        return None
    host, speaker = _cast("trainer"), _cast("expert")
    if host is None or speaker is None:
        return None
    with force_locale("en"):
        return _hold(host, speaker)


def _hold(host: User, speaker: User) -> Webinar:
    words, now = data("sessions")["today"], clock.now()
    act_as(actors.of_person(host))
    webinar = planning.create(
        actors.of_person(host),
        Plan(
            title=words["title"], summary=words["summary"], topic="electronic-evidence", languages=["en"],
            starts_at=now - BEGUN, ends_at=now - BEGUN + LASTS, zone="Africa/Nairobi",
        ),
        Setup(reminders=[], percent=50),
    )  # fmt: skip
    mine = _place(host, webinar)
    planning.set_agenda(mine, words["agenda"])
    planning_people.add(mine, Part(RunnerRole.SPEAKER, biography=words["biography"]), speaker)
    deck = _slides(mine, words["slides"])
    for draft in _polls(words["polls"]):
        polls.prepare(mine, draft)
    planning.publish(mine)
    people = _people(webinar)
    for person in people:
        registration.register(_place(person, webinar))
    room.open_room(_place(host, webinar))
    for person in (host, speaker):
        room_entry.enter(_place(person, webinar))
    room.begin(_place(host, webinar))
    _talk(webinar, host, people, words)
    slides.turn(_place(host, webinar), material(webinar, deck), 1)  # type: ignore[arg-type]
    forget_actor()
    return webinar


def _talk(webinar: Webinar, host: User, people: Sequence[User], words: dict[str, list[str]]) -> None:
    for number, (person, text) in enumerate(zip(people, words["chat"], strict=False)):
        room_entry.enter(_place(person, webinar))
        chat.write(_place(person, webinar), text, Channel.ALL, f"demo-chat-{number}")
    for number, (person, text) in enumerate(zip(people, words["questions"], strict=False)):
        questions.ask(_place(person, webinar), text, f"demo-question-{number}", anonymous=number == 1)
    opened = prepared(webinar.id)[0]
    polls.begin(_place(host, webinar), opened)
    for number, person in enumerate(people[: len(words["chat"])]):
        polls.vote(
            _place(person, webinar),
            opened,
            [opened.options[number % len(opened.options)]["key"]],
            None,
            f"demo-vote-{number}",
        )


def _slides(mine: Place, pages: Sequence[dict[str, str]]) -> str:
    body = compile_pdf(DECK, {"pages": list(pages)})
    file = media.receive_bytes(mine.actor, body, "urgent-requests.pdf", file_scope(mine.webinar.id))
    made = add_file(mine, file, title=pages[0]["title"], slides=True, handout=True)
    db.session.flush()
    examine(file.id)
    return made.public_id


def _polls(rows: Sequence[dict[str, object]]) -> list[PollDraft]:
    return [
        PollDraft(
            PollKind(str(row["kind"])), str(row["text"]),
            tuple((str(option), option == row.get("right")) for option in row["options"]),  # type: ignore[attr-defined]
        )
        for row in rows
    ]  # fmt: skip


def _people(webinar: Webinar) -> list[User]:
    """Approved people who hold no role, those who joined last first."""
    return list(
        db.session.scalars(
            select(User)
            .where(
                User.standing == "approved", User.is_test.is_(False), ~User.id.in_(select(RoleGrant.user_id))
            )
            .order_by(User.approved_at.desc())
            .limit(PEOPLE)
        )
    )


def _cast(role: str) -> User | None:
    return db.session.scalars(
        select(User)
        .join(RoleGrant, RoleGrant.user_id == User.id)
        .where(RoleGrant.role == role, User.standing == "approved")
        .order_by(RoleGrant.id)
        .limit(1)
    ).first()


def _place(person: User, webinar: Webinar) -> Place:
    found = place(actors.of_person(person), webinar.public_id)
    assert found is not None
    return found
