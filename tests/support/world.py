"""One world for the tests that walk over every address: people, courses, attempts, certificates, and planted canaries.

Everything is written in one transaction that is undone. Each request runs in a savepoint of its own that is undone too,
so the world is the same for every request, whatever was sent before.

Objects: an open course; one limited to the cohort (taught by ``other_trainer``); one retired, one never published; one
that exists in the register only and has given certificates. Around each thing stand its owner, somebody of the same
group, somebody outside, and somebody who was in the group and is not any more.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

import pypdfium2
from flask.testing import FlaskClient
from flask_babel import lazy_gettext as _l
from sqlalchemy import Connection, insert, select, text, update
from werkzeug.test import TestResponse

from app.accounts import actions, links, tokens
from app.accounts.models import (
    ApiToken,
    Group,
    GroupMembership,
    Role,
    RoleGrant,
    User,
    VettingDecision,
    WebSession,
)
from app.accounts.tokens import Scope
from app.audit.actions import record
from app.audit.verbs import Verb as AuditVerb
from app.certificates import actions as certificates
from app.core import clock, scopes
from app.core.access import Actor
from app.core.database import TransactionalFlask, db, unit_of_work
from app.core.ids import public_id
from app.core.limits import limiter
from app.core.models import OutboxMail
from app.courses import searching
from app.courses.actions import enrolling, testing
from app.courses.models import Attempt, Course, CourseVersion, Edition, EditionItem, EditionQuestion
from app.courses.papers import entries
from app.courses.seats import seat
from app.media import actions as media
from app.media import links as file_links
from app.notifications import actions as notifications
from app.notifications import calendar, words
from app.notifications.calendar import CalendarEntry
from app.notifications.links import unsubscribe
from app.notifications.models import Notice
from app.notifications.words import Told
from app.records.actions import FactDraft, append
from app.records.groupings import actions as groupings
from app.records.models import Verb
from app.webinars import mailing_leaving, planning_search
from app.webinars import register as webinar_register
from app.webinars.actions import invitations, planning_materials
from app.webinars.actions import series as series_actions
from app.webinars.models.planning import RegistrationState, State, WebinarRegistration
from app.webinars.models.room import WebinarLog
from app.webinars.places import place as place_before
from app.webinars.queries import planning
from tests.cast import COHORT, COURSE, PARTS, Cast, Player, address_of
from tests.courses.factory import make_course
from tests.courses.way import have_done
from tests.records import scene
from tests.support import (
    attendance_world,
    feedback_world,
    media_world,
    recordings_world,
    register_world,
    reports_world,
    talk_world,
    yearly_world,
)
from tests.webinars.scene import WebinarScene, make_scene

LIMITED, RETIRED, UNPUBLISHED, REGISTERED = (
    "another-course",
    "retired-course",
    "unpublished-course",
    "registered-course",
)
GUESSED = "Guess3dGuess3dGuess3d0"
PEOPLE = tuple(PARTS)
CROWD = 60
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


# ------------------------------------------------------------------------------------------------ canaries

STAFF = "administrator"
REPORTS_OPEN = "trainer reporting_officer administrator"
EVERY_CANARY: Mapping[str, str] = {
    # what people say of themselves: they, administrators, and who reports on a course they take
    "CANARY-OWNER-INSTITUTION": f"owner focal_point {REPORTS_OPEN}",
    "CANARY-MEMBER-INSTITUTION": f"member other_trainer {REPORTS_OPEN}",
    "CANARY-OUTSIDER-INSTITUTION": f"outsider {STAFF}",
    "CANARY-OUTSIDER-NAME": f"outsider {STAFF}",
    "CANARY-PENDING-NAME": f"pending {STAFF}",
    "CANARY-PENDING-REASON": f"pending {STAFF}",
    "CANARY-CLOSED-INSTITUTION": f"reporting_officer {STAFF}",
    # what administrators write and read
    "CANARY-DECLINE-REASON": f"declined {STAFF}",
    "CANARY-VETTING-QUESTION": f"pending {STAFF}",
    "CANARY-SUSPENSION-REASON": f"suspended {STAFF}",
    "CANARY-GRANT-NOTE": STAFF,
    "CANARY-GROUP-NAME": STAFF,
    "CANARY-GROUP-PURPOSE": STAFF,
    "CANARY-AUDIT-PAYLOAD": STAFF,
    "CANARY-AUDIT-DETAIL": STAFF,
    # one's own sign-ins and tokens
    "CANARY-OWNER-DEVICE": f"owner {STAFF}",
    "CANARY-OWNER-TOKEN": f"owner {STAFF}",
    # what one is told, and what is in one's calendar; of a place that one has left, nothing
    "CANARY-OWNER-NOTICE": "owner",
    "CANARY-OWNER-DATE": "owner",
    "CANARY-LOST-NOTICE": "",
    "CANARY-OWNER-UPLOAD": "owner",
    "CANARY-MEMBER-UPLOAD": "member",
    # the course of the cohort: who sees it sees its page, who takes it its lessons, who sent its test what was right
    "CANARY-LIMITED-TITLE": f"owner member other_trainer reporting_officer {STAFF}",
    "CANARY-LIMITED-SUMMARY": f"owner member other_trainer {STAFF}",
    "CANARY-LIMITED-FILE": f"owner member other_trainer {STAFF}",
    "CANARY-LIMITED-LESSON": "member",
    "CANARY-LIMITED-STEM": "member",
    "CANARY-LIMITED-EXPLANATION": "",
    # an open course's test: what is right is for those who have sent it
    "CANARY-OPEN-EXPLANATION": "owner",
    # a session for the cohort: its members, and who is named in it; what is asked of who registers
    "CANARY-RECORDING-TITLE": "owner member trainer expert",
    "CANARY-RECORDING-HIDDEN": f"trainer {STAFF}",
    "CANARY-WEBINAR-TITLE": "owner member trainer expert",
    "CANARY-WEBINAR-SUMMARY": "owner member trainer expert",
    "CANARY-WEBINAR-MATERIAL": "owner member trainer expert",
    "CANARY-WEBINAR-LINK": "owner member trainer expert",
    "CANARY-WEBINAR-ANSWER": f"trainer {STAFF}",
    "CANARY-WEBINAR-DRAFT": f"trainer expert {STAFF}",
    **talk_world.CANARIES,
    **attendance_world.CANARIES,
    **feedback_world.CANARIES,
    **register_world.CANARIES,
    **reports_world.CANARIES,
    **yearly_world.CANARIES,
    # nobody ever
    "CANARY-PASSWORD-HASH": "",
    "CANARY-FACTOR-SECRET": "",
}
"""Each planted text with the people who may meet it. Addresses of mail are canaries too: see :func:`audience`."""

_CANARY = re.compile(rb"CANARY-[A-Z]+-[A-Z]+|[a-z-]+@cast\.example")
REPORTED = {
    "owner": f"owner focal_point {REPORTS_OPEN}",
    "member": f"member other_trainer {REPORTS_OPEN}",
    "practitioner": f"practitioner {REPORTS_OPEN}",
    "expelled": f"expelled other_trainer {REPORTS_OPEN}",
    "closed": "closed reporting_officer administrator",
}


def audience(found: str) -> frozenset[str]:
    """Return who may meet a planted text or an address of the cast."""
    if found.endswith("@cast.example"):
        name = next(one for one in PEOPLE if address_of(one) == found)
        return frozenset(REPORTED.get(name, f"{name} {STAFF}").split())
    return frozenset(EVERY_CANARY[found].split())


def canaries_in(body: bytes) -> set[str]:
    """Return every planted text in what was sent: page, JSON, CSV, workbook, or the text of a PDF."""
    return {match.decode() for part in _parts(body) for match in _CANARY.findall(part)}


def _parts(body: bytes) -> Iterator[bytes]:
    yield body
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            yield from (archive.read(name) for name in archive.namelist())
    elif body.startswith(b"%PDF-1.7 a reading"):  # the factory's, no real one
        return
    elif body.startswith(b"%PDF"):
        with pypdfium2.PdfDocument(body) as document:
            pages = [document[number].get_textpage().get_text_range() for number in range(len(document))]
            names = [document.get_attachment(number) for number in range(document.count_attachments())]
            yield "\n".join(pages).encode()
            yield from (bytes(one.get_data()) for one in names)


# ------------------------------------------------------------------------------------------------ visitors


@dataclass(slots=True)
class Visitor:
    """A browser or a program: who it stands for, and what it carries. ``name`` is what verdicts are declared for."""

    name: str
    person: str
    headers: dict[str, str]
    csrf_token: str = ""


@dataclass
class World:
    """The built world: its people, their browsers and programs, the values that addresses are made of."""

    app: TransactionalFlask
    connection: Connection
    people: dict[str, Player] = field(default_factory=dict)
    browsers: dict[str, Visitor] = field(default_factory=dict)
    programs: dict[str, Visitor] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)

    @property
    def visitors(self) -> dict[str, Visitor]:
        """Browsers and programs by name."""
        return self.browsers | self.programs

    @contextmanager
    def undone(self) -> Iterator[None]:
        """Undo in the database whatever happens inside, and let go of the savepoint: thousands follow each other."""
        self.connection.exec_driver_sql("SAVEPOINT undone")
        try:
            yield
        finally:
            self.connection.exec_driver_sql("ROLLBACK TO SAVEPOINT undone")
            self.connection.exec_driver_sql("RELEASE SAVEPOINT undone")

    def send(
        self, who: Visitor, method: str, path: str, form: Mapping[str, Any] | None = None, **more: Any
    ) -> TestResponse:
        """Send a request as somebody; the world keeps what it changes. A form gets its CSRF token."""
        client: FlaskClient = self.app.test_client(use_cookies=False)
        if form is not None:
            more["data"] = {"csrf_token": who.csrf_token} | dict(form)
        headers = who.headers | more.pop("headers", {})
        answer = client.open(path, method=method, headers=headers, buffered=True, **more)
        answer.get_data()
        return answer

    def ask(
        self, who: Visitor, method: str, path: str, form: Mapping[str, Any] | None = None, **more: Any
    ) -> TestResponse:
        """Send a request as somebody and undo it."""
        with self.undone():
            return self.send(who, method, path, form, **more)

    def path(self, template: str) -> str:
        """Fill the values of the world into ``template`` (``/courses/{open}/items/first``)."""
        return template.format_map(self.values)

    def tables(self) -> dict[str, str]:
        """Return a digest of the content of every table, so that any change shows."""
        names = self.connection.scalars(
            text("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        ).all()
        each = (
            f"SELECT '{name}' AS name, count(*) || ':' || coalesce(md5(string_agg(t::text, '' ORDER BY t::text)), '') "
            f"AS digest FROM {name} AS t"
            for name in names
        )
        return {row.name: row.digest for row in self.connection.execute(text(" UNION ALL ".join(each)))}


# ------------------------------------------------------------------------------------------------ building


@contextmanager
def built(app: TransactionalFlask, connection: Connection) -> Iterator[World]:
    """The world, in a transaction on ``connection`` that is undone at the end; every session of ``app`` joins it.

    Rate limits are off: they have tests of their own, and nobody here would get far.
    """
    transaction = connection.begin()
    limited, limiter.enabled = limiter.enabled, False
    db.bind_for_tests(connection)
    try:
        world = World(app, connection)
        _make_people(world)
        with app.app_context(), unit_of_work():
            _make_courses(world)
        with app.app_context(), unit_of_work():
            _take_courses(world)
            _give_certificates(world)
            _plan_webinars(world)
        with app.app_context(), unit_of_work():
            _administer(world)
            _begin_uploads(world)
            _make_crowd()
        with app.app_context(), unit_of_work():
            _tell(world)
        with app.app_context(), unit_of_work():
            slugs = {"open": COURSE, "limited": LIMITED, "registered": REGISTERED}
            world.values |= feedback_world.plant(_cast_of(world), slugs)
            world.values |= register_world.plant(
                world.people["reporting_officer"].actor(),
                (world.people["suspended"].id, world.people["declined"].id),
            )
            world.values |= reports_world.plant(world.people["administrator"].actor(), address_of("trainer"))
            world.values |= yearly_world.plant(world.people["administrator"].actor())
        _open_browsers(world)
        _start_programs(world)
        with app.app_context(), unit_of_work():
            _collect_values(world)
        yield world
    finally:
        _dates.clear()
        limiter.enabled = limited
        db.bind_for_tests(None)
        transaction.rollback()


def _make_people(world: World) -> None:
    for name in PEOPLE:
        world.people[name] = Player(world.app, name)
    with world.app.app_context(), unit_of_work():
        _change(world, "owner", institution="CANARY-OWNER-INSTITUTION")
        _change(world, "expert", password="CANARY-PASSWORD-HASH", us_totp_secrets="CANARY-FACTOR-SECRET")
        _change(world, "member", institution="CANARY-MEMBER-INSTITUTION")
        _change(
            world, "outsider", institution="CANARY-OUTSIDER-INSTITUTION", family_name="CANARY-OUTSIDER-NAME"
        )
        _change(world, "pending", family_name="CANARY-PENDING-NAME", reason="CANARY-PENDING-REASON")
        _change(world, "closed", institution="CANARY-CLOSED-INSTITUTION")
        _change(world, "other_administrator", tf_primary_method=None, tf_totp_secret=None)
        world.values["group"] = db.session.scalars(select(Group.public_id).where(Group.name == COHORT)).one()


def _change(world: World, name: str, **columns: Any) -> None:
    db.session.execute(update(User).where(User.id == world.people[name].id).values(**columns))


def _group_id() -> int:
    return db.session.scalars(select(Group.id).where(Group.name.in_([COHORT, "CANARY-GROUP-NAME"]))).one()


def _make_courses(world: World) -> None:
    opened = make_course(COURSE, title="Open evidence")
    limited = make_course(LIMITED, group_id=_group_id(), title="CANARY-LIMITED-TITLE")
    make_course(RETIRED, title="Retired evidence").retired_at = clock.now()
    make_course(UNPUBLISHED, title="Unpublished evidence").version_id = None
    db.session.flush()
    _plant_in_lessons(limited, "<p>CANARY-LIMITED-LESSON</p>")
    for edition in _editions(limited):
        edition.summary = "CANARY-LIMITED-SUMMARY"
        _plant_words(edition, "CANARY-LIMITED-STEM", "CANARY-LIMITED-EXPLANATION")
        db.session.execute(
            text(
                "UPDATE edition_file SET body = 'CANARY-LIMITED-FILE', digest = 'd2' WHERE edition_id = :id"
            ),
            {"id": edition.id},
        )
    for edition in _editions(opened):
        _plant_words(edition, None, "CANARY-OPEN-EXPLANATION")
    for course in db.session.scalars(select(Course)):
        searching.refresh(course)


def _editions(course: Course) -> list[Edition]:
    return list(db.session.scalars(select(Edition).where(Edition.version_id == course.version_id)))


def _plant_in_lessons(course: Course, html: str) -> None:
    versions = select(CourseVersion.id).where(CourseVersion.course_id == course.id)
    within = select(Edition.id).where(Edition.version_id.in_(versions))
    db.session.execute(update(EditionItem).where(EditionItem.edition_id.in_(within)).values(html=html))


def _plant_words(edition: Edition, stem: str | None, explanation: str) -> None:
    """Plant in the questions of the final test (those of checks are answered at once)."""
    for row in db.session.scalars(select(EditionQuestion).where(EditionQuestion.edition_id == edition.id)):
        in_test = "-" in row.question_id
        words = row.words | ({"stem": stem} if stem else {})
        row.words = words | ({"explanation": explanation} if in_test else {})
    db.session.flush()


def _take_courses(world: World) -> None:
    people = {name: player.actor() for name, player in world.people.items()}
    earlier = clock.now() - timedelta(days=3)
    _sit(world, people["owner"], COURSE, "sent", at=earlier)
    _sit(world, people["owner"], COURSE, "running")
    _sit(world, people["member"], COURSE, "member_running")
    _sit(world, people["member"], LIMITED, "limited_running")
    _sit(world, people["practitioner"], COURSE, "withdrawn", at=earlier)
    once_in = replace(people["expelled"], groups=frozenset({_group_id()}))
    _sit(world, once_in, LIMITED, "expelled_sent", at=earlier)
    place = seat(people["practitioner"], COURSE)
    assert place is not None
    assert place.enrolment is not None
    enrolling.withdraw(place.course, place.enrolment)


def _sit(world: World, person: Actor, slug: str, name: str, *, at: datetime | None = None) -> None:
    """Let somebody take a course up to an attempt; with ``at`` at that time, and sent (failed) then."""
    with clock.travel(at or clock.now()):
        if seat(person, slug) is not None and seat(person, slug).enrolment is None:  # type: ignore[union-attr]
            have_done(person, slug)
        db.session.expire_all()
        place = seat(person, slug)
        assert place is not None
        attempt = testing.start(place)
        paper = entries(attempt.paper)
        testing.save(attempt, paper[0], [paper[0].options[-1]])
        if at is not None:
            testing.finish(attempt.id, by="person")
    world.values[name] = attempt.public_id


def _give_certificates(world: World) -> None:
    key = scene.course(REGISTERED, titles={"en": "Registered evidence"}, hours=3.0)
    done = clock.now() - timedelta(days=10)
    for name in ("owner", "member", "closed"):
        person = world.people[name].id
        for verb in (Verb.ENROLLED, Verb.COMPLETED):
            append(FactDraft(verb=verb, user_id=person, activity_key=key, language="en", occurred_at=done))
        made = certificates.issue(person, key, completed_at=done, language="en")
        world.values[f"{name}_code"] = made.code
        if name == "member":
            certificates.revoke(world.people["administrator"].actor(), made, "Issued by mistake")


def _plan_webinars(world: World) -> None:
    """A session for everybody that runs now, one for the cohort and a draft; a series, materials, an invitation."""
    trainer = world.people["trainer"].actor()
    about = series_actions.About("Evidence, step by step", languages=["en"])
    series = series_actions.make(trainer, about)
    question = {"key": "court", "label": "Your court?", "kind": "text", "options": [], "required": False}
    opened = make_scene(_cast_of(world), title="Open session", series_id=series.id, questions=[question])
    limited = make_scene(
        _cast_of(world), group=True, title="CANARY-WEBINAR-TITLE", summary="CANARY-WEBINAR-SUMMARY",
        channel="hybrid", place="Room 1", link="https://meet.example/CANARY-WEBINAR-LINK",
        questions=[question],
    )  # fmt: skip
    draft = make_scene(_cast_of(world), state=State.DRAFT, title="CANARY-WEBINAR-DRAFT")
    world.values |= {
        "webinar_id": opened.public_id,
        "limited_webinar": limited.public_id,
        "draft_webinar": draft.public_id,
        "series_id": series.public_id,
    }
    for name, made in (("", opened), ("limited_", limited)):
        found = place_before(trainer, made.public_id)
        assert found is not None
        title = "CANARY-WEBINAR-MATERIAL" if name else "Reading"
        material = planning_materials.add_link(found, title, "https://example.org/reading")
        speaker = planning.runners(found.webinar)[-1]
        registered = planning.registrations(found.webinar)[0].row
        registered.answers = {"court": "CANARY-WEBINAR-ANSWER"}
        world.values |= {
            f"{name}material_id": material.public_id,
            f"{name}runner_id": speaker.public_id,
            f"{name}registration_id": registered.public_id,
            f"{name}participant_id": made.people["owner"],
            f"{name}log_id": str(_log_of(made)),
        }
        owner = world.people["owner"].actor()
        said = talk_world.talk(made.public_id, trainer, owner, planted=bool(name))
        world.values |= {f"{name}{key}": value for key, value in said.items()}
        world.values |= {f"{name}{key}": value for key, value in media_world.plant(made).items()}
        webinar_register.describe_session(found.webinar)
        planning_search.refresh(found.webinar)
        title = "CANARY-RECORDING-TITLE" if name else "Recording of the open session"
        world.values |= {
            f"{name}recording": recordings_world.plant(made.id, title),
            f"{name}running_recording": recordings_world.running(made.id, world.people["trainer"].id),
        }
    world.values["hidden_recording"] = recordings_world.plant(
        opened.id, "CANARY-RECORDING-HIDDEN", 2, published=False
    )
    owner = world.people["owner"].actor()
    world.values |= attendance_world.held(_cast_of(world), trainer, owner)
    world.values["webinar_invitation"] = "invitation-of-the-world"
    db.session.add(
        WebinarRegistration(
            webinar_id=opened.id, email="new.judge@elsewhere.example", state=RegistrationState.INVITED,
            digest=invitations.digest(world.values["webinar_invitation"]),
        )
    )  # fmt: skip
    db.session.flush()


def _log_of(scene: WebinarScene) -> int:
    entry = WebinarLog(webinar_id=scene.id, verb="webinar_room.locked", detail={"on": True})
    db.session.add(entry)
    db.session.flush()
    return entry.id


def _cast_of(world: World) -> Cast:
    return lambda name: world.people[name]


def _administer(world: World) -> None:
    administrator = world.people["administrator"].actor()
    person = {name: player.person() for name, player in world.people.items()}
    group = db.session.scalars(select(Group).where(Group.public_id == world.values["group"])).one()
    actions.rename_group(administrator, group, "CANARY-GROUP-NAME", "CANARY-GROUP-PURPOSE")
    ended = actions.create_group(administrator, "CANARY-GROUP-NAME closed")
    actions.close_group(administrator, ended)
    world.values["closed_group"] = ended.public_id
    actions.ask(administrator, person["pending"], "CANARY-VETTING-QUESTION")
    _reword(VettingDecision.reason, person["declined"].id, "CANARY-DECLINE-REASON")
    grant = actions.grant_role(
        administrator, person["expert"], Role.FOCAL_POINT, "country:JP", note="CANARY-GRANT-NOTE"
    )
    world.values["grant"] = grant.public_id
    partners = groupings.Draft({"en": "Partners"}, frozenset({"KE", "TN"}), date(2024, 1, 1))
    world.values["country_set"] = groupings.make_set(administrator, partners).public_id
    over = actions.grant_role(administrator, person["expert"], Role.ROOM_MANAGER)
    actions.end_grant(administrator, over)
    world.values["ended_grant"] = over.public_id
    detail, personal = {"note": "CANARY-AUDIT-DETAIL"}, {"note": "CANARY-AUDIT-PAYLOAD"}
    record(
        administrator, AuditVerb.PERSON_APPROVED, "person", person["owner"].public_id,
        detail=detail, personal=personal, person_id=person["owner"].id,
    )  # fmt: skip
    record(
        administrator, AuditVerb.PERSON_SUSPENDED, "person", person["suspended"].public_id,
        personal={"reason": "CANARY-SUSPENSION-REASON"}, person_id=person["suspended"].id,
    )  # fmt: skip
    stuck = OutboxMail(
        recipient=person["outsider"].email,
        language="en",
        subject="Stuck",
        text="Stuck",
        html="<p>Stuck</p>",
        state="failed",
    )
    db.session.add(stuck)
    db.session.flush()
    world.values["stuck_mail"] = stuck.public_id
    world.values["mail"] = db.session.scalars(
        select(OutboxMail.public_id).where(OutboxMail.state == "waiting").limit(1)
    ).one()


def _begin_uploads(world: World) -> None:
    """Files on their way: the owner's, a member's, one that was given up; and a link to a file."""
    for name, days in (("owner", 0), ("member", 0), ("expired", 3)):
        person = world.people["owner" if name == "expired" else name].actor()
        with clock.travel(clock.now() - timedelta(days=days)):
            begun = media.begin_upload(
                person, f"CANARY-{name.upper()}-UPLOAD.pdf", 10, f"person:{person.user_id}"
            )
        world.values[f"{name}_upload"] = begun.public_id
        if name == "owner":
            world.values["file_link"] = file_links.file_url(person, begun.file).split("/")[-2]


def _reword(column: Any, user_id: int, words: str) -> None:
    db.session.execute(update(VettingDecision).where(VettingDecision.user_id == user_id).values(reason=words))


def _make_crowd() -> None:
    """Sixty people who take the open course, thirty who wait, a group of all: as many as a page shows and more."""
    now = clock.now()
    rows = [
        {
            "email": f"crowd-{number}@crowd.example", "public_id": public_id(), "fs_uniquifier": public_id(),
            "active": True, "given_name": f"Given{number}", "family_name": f"Crowd{number}",
            "country": "KE", "profession": "judge", "legal_system": "common",
            "institution": "Court of the Crowd", "gender": "", "language": "en",
            "working_languages": ["en"], "zone": "UTC", "reason": "To learn", "is_test": False,
            "standing": "approved" if number < CROWD else "pending", "confirmed_at": now, "registered_at": now,
        }
        for number in range(CROWD + 30)
    ]  # fmt: skip
    ids = list(db.session.scalars(insert(User).returning(User.id), rows))[:CROWD]
    group = actions.create_group(None, "The crowd")
    db.session.execute(
        insert(GroupMembership), [{"group_id": group.id, "user_id": one, "joined_at": now} for one in ids]
    )
    for one in ids:
        place = seat(Actor(user_id=one, country="KE", approved=True), COURSE)
        assert place is not None
        enrolling.enrol(place.actor, place.course, place.choices[0])


_dates: list[CalendarEntry] = []


def _tell(world: World) -> None:
    """Tell the owner something of theirs, and something of a place they have left; give them a date and two feeds."""
    owner = world.people["owner"]
    words.register("world.note", _note, discreet=_l("Something new"))
    calendar.provide("world", lambda actor: _dates)
    for name, scope in (("owner", scopes.person(owner.id)), ("lost", "room:0")):
        text = f"CANARY-{name.upper()}-NOTICE"
        notifications.notify([owner.id], "world.note", scope, {"text": text}, topic=name)
        found = select(Notice.public_id).where(Notice.topic == name)
        world.values[f"{name}_notice"] = db.session.scalars(found).one()
    now, summary = clock.now(), "CANARY-OWNER-DATE"
    own = scopes.person(owner.id)
    _dates.append(CalendarEntry("one", now, None, "UTC", summary, "/about", own, discreet="A date"))
    for name in ("ended", "owner"):
        world.values[f"{name}_feed"] = notifications.new_feed(owner.actor())
    world.values["unsubscribing"] = unsubscribe(owner.public_id).rsplit("/", 1)[-1]
    world.values["unreminding"] = mailing_leaving.address(owner.public_id).rsplit("/", 1)[-1]


def _note(params: dict[str, Any], _count: int) -> Told:
    return Told(str(params["text"]), "/about")


def _open_browsers(world: World) -> None:
    cookie = str(world.app.config["SESSION_COOKIE_NAME"])
    for name in ("stranger", *PEOPLE):
        client = world.app.test_client() if name == "stranger" else world.people[name].new_client()
        page = client.get("/verify").get_data(as_text=True)
        found, kept = _TOKEN.search(page), client.get_cookie(cookie)
        assert found is not None
        assert kept is not None
        world.browsers[name] = Visitor(name, name, {"Cookie": f"{cookie}={kept.value}"}, found[1])
    world.people["owner"].new_client()  # a second device
    with world.app.app_context(), unit_of_work():
        owner = world.people["owner"].id
        mine = select(WebSession.id).where(WebSession.user_id == owner)
        db.session.execute(
            update(WebSession).where(WebSession.id.in_(mine)).values(device="CANARY-OWNER-DEVICE")
        )


def _start_programs(world: World) -> None:
    every = tuple(Scope)
    asked: dict[str, tuple[str, tuple[Scope, ...]]] = {
        f"program of {name}": (name, every)
        for name in ("owner", "member", "outsider", "expelled", "trainer", "other_trainer", "reporting_officer",
                     "administrator", "other_administrator", "focal_point", "pending")
    }  # fmt: skip
    asked |= {f"program of administrator for {scope.value}": ("administrator", (scope,)) for scope in every}
    with world.app.app_context(), unit_of_work():
        for name, (person, scopes) in asked.items():
            world.programs[name] = _program(world, name, person, scopes)
        for name in ("suspended", "closed"):  # made while the account could still be used
            world.programs[f"program of {name}"] = _program(world, f"program of {name}", name, every)
        for name, column in (
            ("revoked", {"revoked_at": clock.now()}),
            ("expired", {"expires_at": clock.now()}),
        ):
            visitor = _program(world, f"program with a token that is {name}", "administrator", every)
            world.programs[visitor.name] = visitor
            newest = select(ApiToken.id).order_by(ApiToken.id.desc()).limit(1).scalar_subquery()
            db.session.execute(update(ApiToken).where(ApiToken.id == newest).values(**column))
        owner = world.people["owner"].id
        db.session.execute(
            update(ApiToken).where(ApiToken.user_id == owner).values(label="CANARY-OWNER-TOKEN")
        )
    nobody = Visitor("program without a token", "stranger", {})
    invented = Visitor(
        "program with an invented token", "stranger", {"Authorization": f"Bearer ctlp_{'x' * 43}"}
    )
    with_cookie = Visitor(
        "program with the cookie of administrator", "stranger", world.browsers["administrator"].headers
    )
    world.programs |= {one.name: one for one in (nobody, invented, with_cookie)}


def _program(world: World, name: str, person: str, scopes: tuple[Scope, ...]) -> Visitor:
    row = world.people[person].person()
    active, standing = row.active, row.standing
    row.active, row.standing = True, standing if active else "approved"
    db.session.flush()
    token, secret = tokens.create(None, row, scopes=scopes, label="A program", days=90)
    token.second_factor = person == "administrator"
    row.active, row.standing = active, standing
    db.session.flush()
    return Visitor(name, person, {"Authorization": f"Bearer {secret}"})


def _collect_values(world: World) -> None:
    """Give every kind of object a name; a guessed value for each is in ``guessed``."""
    values = world.values
    for name, player in world.people.items():
        values[name] = player.public_id
        session = (
            select(WebSession.public_id).where(WebSession.user_id == player.id).order_by(WebSession.id.desc())
        )
        values[f"{name}_session"] = db.session.scalars(session).first() or GUESSED
    owner = world.people["owner"]
    values["owner_token"] = db.session.scalars(
        select(ApiToken.public_id).where(ApiToken.user_id == owner.id)
    ).one()
    values["member_token"] = db.session.scalars(
        select(ApiToken.public_id).where(ApiToken.user_id == world.people["member"].id)
    ).one()
    values["trainer_grant"] = db.session.scalars(
        select(RoleGrant.public_id).where(RoleGrant.user_id == world.people["trainer"].id)
    ).one()
    values |= {
        "open": COURSE,
        "limited": LIMITED,
        "retired": RETIRED,
        "unpublished": UNPUBLISHED,
        "registered": REGISTERED,
    }
    values |= {"guessed": GUESSED, "code_guessed": "AAAA-BBBB-CCCC-DDDD"}
    with world.app.test_request_context():
        unconfirmed = world.people["unconfirmed"].person()
        values["confirmation"] = links.confirmation(unconfirmed).rsplit("/", 1)[-1]
        values["used_confirmation"] = links.confirmation(world.people["member"].person()).rsplit("/", 1)[-1]
        values["reset"] = links.reset(world.people["member"].person()).rsplit("/", 1)[-1]
    sent = db.session.scalars(select(Attempt).where(Attempt.public_id == values["sent"])).one()
    assert sent.sent_at is not None
