"""Sessions for the members of the matrix's rooms (``rooms_world.py``): one that runs, one that is over, a series.

A room whose members have pseudonyms is refused as an audience (names are shown in sessions): it gets none. Who leaves
the room later has a place in its sessions and was there, as everybody has.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from app.accounts.models import User
from app.core import clock
from app.core.access import Actor, act_as
from app.core.database import db
from app.core.jobs import run_pending
from app.core.refusal import Refused
from app.irooms.models import Room
from app.media import actions as media
from app.webinars import planning_search
from app.webinars.actions import (
    attendance,
    captions,
    feedback,
    notes,
    planning,
    planning_materials,
    planning_people,
    polls,
    registration,
    room,
    room_entry,
    slides,
)
from app.webinars.actions import series as series_actions
from app.webinars.actions.closing import close_books
from app.webinars.forms.feedback import QUESTIONS
from app.webinars.forms.polls import PollDraft
from app.webinars.models.after import WebinarFeedback
from app.webinars.models.attendance import AttendanceEntry
from app.webinars.models.media import WebinarMediaStream
from app.webinars.models.planning import (
    Audience,
    State,
    Webinar,
    WebinarMaterial,
    WebinarRegistration,
    WebinarRunner,
)
from app.webinars.models.room import WebinarLog
from app.webinars.models.talk import PollKind
from app.webinars.places import Place, place
from app.webinars.queries.closing import sheet_now
from app.webinars.queries.slides import material
from tests.support import recordings_world, talk_world
from tests.support.files import pdf
from tests.support.rooms_world import RoomsWorld, retire
from tests.webinars.beats import stay
from tests.webinars.scene import WebinarScene

MEMBERS_A = ("manager", "expert", "member", "observer")
"""Who is in the group of room A; breaking the glass lets nobody into a group."""
MEMBERS_B = ("other_manager", "other_member")
LEFT = ("expired", "removed")
QUESTION = {"key": "court", "label": "Your court?", "kind": "text", "options": [], "required": False}


def sessions(made: RoomsWorld) -> None:
    """A series with a session that runs and one that is over, in each room whose members have names."""
    for letter in ("a", "b"):
        if made.masked and letter == "a":
            refused(made)
        else:
            _Planted(made, letter).plant()


def refused(made: RoomsWorld) -> None:
    """Assert that a room of pseudonyms is no audience."""
    try:
        planning.create(_actor(made, "manager"), _plan(made, "a", "Behind the mask"))
    except Refused:
        return
    raise AssertionError("a session was planned for a room whose members have pseudonyms")


def _actor(made: RoomsWorld, name: str) -> Actor:
    actor = made.player(name).actor()
    act_as(actor)
    return actor


def _plan(
    made: RoomsWorld, letter: str, title: str, summary: str = "", series: int | None = None
) -> planning.Plan:
    group = db.session.get_one(Room, made.rooms[letter]).group_id
    now = clock.now()
    return planning.Plan(
        title=title, summary=summary, languages=["en"], starts_at=now - timedelta(minutes=5),
        ends_at=now + timedelta(minutes=55), audience=Audience.GROUP, group_id=group, series_id=series,
        channel="hybrid", place="Hall 1",
    )  # fmt: skip


TOLD_WITH = 4
"""Results of what people said are told by fives: so many beside the author."""


class _Planted:
    """The sessions of one room while they are planted."""

    def __init__(self, made: RoomsWorld, letter: str) -> None:
        self.made, self.letter, self.values = made, letter, made.values[letter]
        self.members = MEMBERS_A if letter == "a" else MEMBERS_B
        self.host, self.author = self.members[0], self.members[2 if letter == "a" else 1]
        self.titled = (*self.members, *(("glass",) if letter == "a" else ()))
        """Who meets titles: they stand in the room's calendar and resources, which breaking the glass opens."""
        self.others = (*self.members[1:], *LEFT) if letter == "a" else self.members[1:]

    def plant(self) -> None:
        """Plant everything and note its ids."""
        host = _actor(self.made, self.host)
        self.series = series_actions.make(
            host, series_actions.About(self.text("SERIES", *self.titled), languages=["en"])
        )
        self.values["series_id"] = self.series.public_id
        running = self.announced("SESSION")
        self.fill(running)
        self.talk(running)
        self.show(running)
        self.record(running)
        self.over()

    def text(self, name: str, *readers: str) -> str:
        """Plant a text, for the members or for some of them."""
        return self.made.plant(f"CANARY-{self.letter.upper()}-{name}", *(readers or self.members))

    def before(self, name: str, webinar_id: str) -> Place:
        """Return somebody's place; they act."""
        found = place(_actor(self.made, name), webinar_id)
        assert found is not None, name
        return found

    def announced(self, name: str) -> str:
        """Announce a session with a speaker and everybody else registered; return its public id."""
        title = self.text(name, *self.titled)
        plan = _plan(self.made, self.letter, title, self.text(f"{name}SUMMARY"), self.series.id)
        webinar = planning.create(_actor(self.made, self.host), plan)
        webinar.questions = [QUESTION]
        hosting = self.before(self.host, webinar.public_id)
        planning.publish(hosting)
        speakers = ("expert",) if self.letter == "a" else ()
        for one in speakers:
            person = db.session.get_one(User, self.made.player(one).id)
            planning_people.add(hosting, planning_people.Part(biography=self.text(f"{name}SPEAKER")), person)
        for one in self.others:
            if one not in speakers:
                registration.register(self.before(one, webinar.public_id))
        return webinar.public_id

    def fill(self, webinar_id: str) -> None:
        """Open the room, begin, and let everybody come in."""
        hosting = self.before(self.host, webinar_id)
        room.open_room(hosting)
        for one in (self.host, *self.others):
            room_entry.enter(self.before(one, webinar_id))
        room.begin(self.before(self.host, webinar_id))
        db.session.flush()
        hosting = self.before(self.host, webinar_id)
        row = db.session.scalars(
            select(WebinarRegistration).filter_by(
                webinar_id=hosting.webinar.id, user_id=self.made.player(self.author).id
            )
        ).one()
        row.answers = {"court": self.text("COURT", self.host)}
        link = planning_materials.add_link(hosting, self.text("LINK"), "https://example.org/reading")
        if self.letter == "a":
            gone = planning_materials.add_link(hosting, "Given up", "https://example.org/given-up")
            retire(self.made, "material_id", gone.public_id)
            planning_materials.remove(hosting, gone)
        entry = WebinarLog(webinar_id=hosting.webinar.id, verb="webinar_room.locked", detail={"on": True})
        db.session.add(entry)
        db.session.flush()
        runner = db.session.scalars(
            select(WebinarRunner)
            .where(WebinarRunner.webinar_id == hosting.webinar.id)
            .order_by(WebinarRunner.id.desc())
        ).first()
        assert runner is not None
        self.values |= {
            "session_id": webinar_id,
            "registration_id": row.public_id,
            "participant_id": self.before(self.author, webinar_id).me.public_id,
            "material_id": link.public_id,
            "runner_id": runner.public_id,
            "log_id": str(entry.id),
        }

    def talk(self, webinar_id: str) -> None:
        """Messages to all, to the hosts, held back, in a breakout; a question; two polls; a note; a caption."""
        host, author = self.host, self.author
        readers = {
            "HELD": (host, author),
            "ASIDE": (host, author),
            "BREAKOUT": (author,),
            "PREPARED": (host,),
        }
        words = {name: self.text(name, *readers.get(name, ())) for name in talk_world.WORDS}
        said = talk_world.say(
            webinar_id, _actor(self.made, host), _actor(self.made, author), words.__getitem__
        )
        if self.letter == "a":
            draft = PollDraft(PollKind.SINGLE, "Given up?", (("Yes", True), ("No", False)))
            gone = polls.prepare(self.before(host, webinar_id), draft)
            retire(self.made, "prepared_id", gone.public_id)
            polls.remove(self.before(host, webinar_id), gone)
        self.values |= {
            "message_id": said["message_id"],
            "kept_back_id": said["held_id"],
            "asked_id": said["question_id"],
            "poll_id": said["poll_id"],
            "prepared_id": said["prepared_id"],
            "breakout_id": said["breakout_id"],
        }
        hosting = self.before(host, webinar_id)
        notes.write(hosting, self.text("NOTE"), 0)
        captions.say(hosting, self.text("CAPTION"), "en", "matrix-1")

    def show(self, webinar_id: str) -> None:
        """Slides on the stage, a handout that is given out, a stream."""
        hosting = self.before(self.host, webinar_id)
        scope = planning_materials.file_scope(hosting.webinar.id)
        for kind, title in (("deck_id", "SLIDES"), ("handout_id", "HANDOUT")):
            file = media.receive_bytes(
                hosting.actor,
                pdf(["One" if title == "HANDOUT" else self.text(f"{title}TEXT"), "Two"]),
                "paper.pdf",
                scope,
            )
            row = WebinarMaterial(
                webinar_id=hosting.webinar.id, title=self.text(title), file_id=file.id,
                slides=kind == "deck_id", handout=kind == "handout_id",
            )  # fmt: skip
            db.session.add(row)
            db.session.flush()
            self.values[kind] = row.public_id
        run_pending()
        db.session.expire_all()
        hosting = self.before(self.host, webinar_id)
        deck = material(hosting.webinar, self.values["deck_id"])
        assert deck is not None
        slides.turn(hosting, deck, 1)
        slides.switch_handouts(hosting, on=True)
        stream = WebinarMediaStream(webinar_id=hosting.webinar.id, participant_id=hosting.me.id)
        db.session.add(stream)
        db.session.flush()
        self.values |= {"stream_id": stream.public_id, "page": "1"}

    def record(self, webinar_id: str) -> None:
        """A recording of it that runs, and one that is published."""
        hosting = self.before(self.host, webinar_id)
        user_id = self.made.player(self.host).id
        self.values["running_id"] = recordings_world.running(hosting.webinar.id, user_id, hosting.me.id)
        title = self.text("RECORDING", *self.titled)
        self.values["recording_id"] = recordings_world.plant(hosting.webinar.id, title)

    def over(self) -> None:
        """A session that was held: its attendance reckoned, corrected, with a list and what somebody said of it."""
        webinar_id = self.announced("PAST")
        hosting = self.before(self.host, webinar_id)
        webinar = hosting.webinar
        begins = clock.now() - timedelta(hours=2)
        webinar.starts_at = webinar.opened_at = webinar.begun_at = begins
        webinar.ends_at = begins + timedelta(hours=1)
        planning.open_room(hosting)
        webinar.opened_at, webinar.state = begins, State.LIVE
        db.session.flush()
        scene = WebinarScene(webinar.id, webinar_id)
        for one in self.others:
            room_entry.enter(self.before(one, webinar_id))
            stay(scene, self.made.player(one).id, begins, begins + timedelta(minutes=2))
        webinar = db.session.get_one(Webinar, webinar.id)
        webinar.state, webinar.closed_at = State.ENDED, begins + timedelta(hours=1)
        db.session.flush()
        planning_search.refresh(webinar)
        close_books(webinar)
        hosting = self.before(self.host, webinar_id)
        attendance.add_list(hosting, [attendance.Line(self.text("LISTED", self.host), "")])
        author = self.made.player(self.author).id
        theirs = next(one for one in sheet_now(webinar, clock.now()).people if one.user_id == author)
        attendance.correct(hosting, theirs, 50, "", self.text("REASON", self.host, self.author))
        given = dict.fromkeys(QUESTIONS, 4)
        feedback.give(self.before(self.author, webinar_id), given, self.text("FEEDBACK", self.host))
        for other in db.session.scalars(
            select(User.id).where(User.id != author).order_by(User.id).limit(TOLD_WITH)
        ).all():
            said = {"points": given, "given_at": clock.now()}
            db.session.add(WebinarFeedback(webinar_id=webinar.id, user_id=other, **said))
        db.session.flush()
        entry = db.session.scalars(
            select(AttendanceEntry).filter_by(webinar_id=webinar.id, kind="list")
        ).one()
        self.values |= {
            "past_id": webinar_id,
            "attendee": theirs.key,
            "attendance_entry": entry.public_id,
        }
