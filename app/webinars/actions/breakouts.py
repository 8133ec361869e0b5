"""What is done with breakouts: prepare, open, move, call for help, tell all of them, everybody back.

``participant.breakout_id`` is where somebody is now; the place in the round is where they belong. Whoever is moved gets
an entry ``breakouts.moved`` of their own ({"room": public id or None}): sound and picture are separated by it.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from app.audit.actions import record
from app.audit.verbs import Verb
from app.core import clock
from app.core.database import JSON, db
from app.core.i18n import LANGUAGES, country_name, page_language
from app.core.jobs import defer, job
from app.core.refusal import require
from app.live import actions as live
from app.webinars import journal
from app.webinars.breakouts_telling import tell_each
from app.webinars.faces import face
from app.webinars.models.planning import Roster, Webinar
from app.webinars.models.room import WebinarParticipant
from app.webinars.models.talk import Grouping, WebinarBreakout, WebinarBreakoutPlace, WebinarBreakoutRound
from app.webinars.moderation_trail import note_of
from app.webinars.places import Place
from app.webinars.queries.breakouts import Candidate, Round, own_room, round_body, running
from app.webinars.talk_text import optional, plain

KIND = "webinar_breakouts"
MOST, LONGEST_NAME, LONGEST_WORD = 40, 60, 500
LONGEST_MINUTES = 240


# ------------------------------------------------------------------------------------------------ preparing


def prepare(
    place: Place, grouping: Grouping, people: Sequence[Candidate], names: Sequence[str] = (), count: int = 0
) -> Round:
    """Prepare breakouts in the place of what was prepared: ``names`` or ``count`` of them with ``people`` dealt out at
    random, with nobody in them (by hand), or one for each language or country. Refused while breakouts are held."""
    held = running(place.webinar.id)
    require(held is None or not held.open, _("Breakouts are being held. Bring everybody back first."))
    require(
        grouping != Grouping.COUNTRY or place.webinar.roster != Roster.PSEUDONYM,
        _("In this session nobody is to know who comes from where: groups by country are not possible."),
    )
    groups = _groups(grouping, people, _names(names, count, grouping))
    require(bool(groups), _("There is nobody to be put into groups yet."))
    require(len(groups) <= MOST, _("At most %(max)d breakouts.", max=MOST))
    if held is not None:
        db.session.delete(held.row)
        db.session.flush()
    row = WebinarBreakoutRound(webinar_id=place.webinar.id, grouping=grouping)
    db.session.add(row)
    db.session.flush()
    rooms = [
        WebinarBreakout(round_id=row.id, name=name, position=position)
        for position, name in enumerate(groups, 1)
    ]
    db.session.add_all(rooms)
    db.session.flush()
    _put(row, {person.user_id: room.id for room in rooms for person in groups[room.name]})
    _keep(place, Verb.WEBINAR_BREAKOUTS_PREPARED, {"rooms": len(rooms), "grouping": grouping})
    made = Round(row, tuple(rooms))
    _tell_hosts(place.webinar, made)
    return made


def _names(names: Sequence[str], count: int, grouping: Grouping) -> list[str]:
    if grouping not in {Grouping.HAND, Grouping.RANDOM}:
        return []
    given = [one for one in (optional(name, LONGEST_NAME) for name in names) if one]
    require(len(set(given)) == len(given), _("Two breakouts have the same name."))
    if given:
        return given
    require(1 <= count <= MOST, _("Choose from 1 to %(max)d breakouts.", max=MOST))
    return [_("Room %(number)s", number=number) for number in range(1, count + 1)]


def _groups(
    grouping: Grouping, people: Sequence[Candidate], names: Sequence[str]
) -> dict[str, list[Candidate]]:
    if grouping == Grouping.HAND:
        return {name: [] for name in names}
    if grouping == Grouping.RANDOM:
        dealt = list(people)
        secrets.SystemRandom().shuffle(dealt)
        return {name: dealt[place :: len(names)] for place, name in enumerate(names)}
    if grouping == Grouping.LANGUAGE:
        return _by((LANGUAGES.get(one.language, one.language), one) for one in people)
    return _by((country_name(one.country, page_language()) if one.country else "", one) for one in people)


def _by(named: Iterable[tuple[str, Candidate]]) -> dict[str, list[Candidate]]:
    """Put people of one name together; who would be alone comes with the others who would."""
    found: dict[str, list[Candidate]] = {}
    for name, one in named:
        found.setdefault(name, []).append(one)
    rest = [name for name, group in found.items() if not name or len(group) == 1]
    groups = {name: found[name] for name in sorted(found) if name not in rest}
    alone = [one for name in rest for one in found[name]]
    return groups | ({_("Others"): alone} if alone else {})


def _put(row: WebinarBreakoutRound, belongs: Mapping[int, int]) -> None:
    """Let people (by user) belong to breakouts (by row number) of a round."""
    if belongs:
        places = [
            {"round_id": row.id, "user_id": user_id, "breakout_id": number}
            for user_id, number in belongs.items()
        ]
        db.session.execute(insert(WebinarBreakoutPlace), places)


def assign_all(place: Place, held: Round, belongs: Mapping[int, WebinarBreakout]) -> None:
    """Say of everybody at once where they belong, before breakouts are held (by user)."""
    require(not held.open, _("Breakouts are being held. Move people in the room."))
    db.session.execute(delete(WebinarBreakoutPlace).where(WebinarBreakoutPlace.round_id == held.row.id))
    _put(held.row, {user_id: room.id for user_id, room in belongs.items()})
    _keep(place, Verb.WEBINAR_BREAKOUTS_PREPARED, {"rooms": len(held.rooms)})
    _tell_hosts(place.webinar, held)


def drop(place: Place) -> None:
    """Throw away what is prepared."""
    held = running(place.webinar.id)
    if held is None:
        return
    require(not held.open, _("Breakouts are being held. Bring everybody back first."))
    db.session.delete(held.row)
    db.session.flush()
    _keep(place, Verb.WEBINAR_BREAKOUTS_DROPPED, {})
    if place.webinar.running:
        journal.tell(place.webinar, "breakouts.prepared", {"round": None}, journal.HOSTS)


# ------------------------------------------------------------------------------------------------ holding


def begin(place: Place, minutes: int | None) -> None:
    """Send everybody to where they belong, for ``minutes`` or until they are called back."""
    held = _locked(place)
    require(held is not None, _("Prepare the breakouts first."))
    assert held is not None
    if held.open:
        return
    held.row.opened_at = clock.now()
    _set_end(held.row, minutes)
    placed = db.session.execute(
        select(WebinarBreakoutPlace.user_id, WebinarBreakoutPlace.breakout_id).where(
            WebinarBreakoutPlace.round_id == held.row.id
        )
    )
    belongs = {int(user_id): int(number) for user_id, number in placed}
    numbers = {room.id: room for room in held.rooms}
    _keep(place, Verb.WEBINAR_BREAKOUTS_OPENED, {"rooms": len(held.rooms)})
    journal.tell(place.webinar, "breakouts.opened", round_body(held))
    people = db.session.scalars(
        select(WebinarParticipant).where(
            WebinarParticipant.webinar_id == place.webinar.id,
            WebinarParticipant.user_id.in_(belongs),
            WebinarParticipant.admitted_at.is_not(None),
        )
    ).all()
    _move(place.webinar, [(one, numbers[belongs[one.user_id]]) for one in people])


def set_time(place: Place, minutes: int | None) -> None:
    """Let the breakouts end in ``minutes`` from now; None: when everybody is called back."""
    held = _open(place)
    _set_end(held.row, minutes)
    db.session.flush()
    journal.tell(place.webinar, "breakouts.changed", round_body(held))


def end(webinar: Webinar, place: Place | None = None) -> None:
    """Everybody back, called by who is at ``place``, or by the clock or the session's end (None)."""
    held = running(webinar.id)
    if held is None or not held.open:
        return
    db.session.refresh(held.row, with_for_update=True)
    if held.row.closed_at is not None:
        return
    held.row.closed_at = clock.now()
    db.session.flush()
    if place is not None:
        _keep(place, Verb.WEBINAR_BREAKOUTS_CLOSED, {})
    people = db.session.scalars(
        select(WebinarParticipant).where(
            WebinarParticipant.webinar_id == webinar.id, WebinarParticipant.breakout_id.is_not(None)
        )
    ).all()
    _move(webinar, [(one, None) for one in people])
    journal.tell(webinar, "breakouts.closed")


@job("webinars.breakouts_back")
def everybody_back(round_id: int) -> None:
    """End a round whose time is up; one that was ended, or given more time, is left alone."""
    row = db.session.get(WebinarBreakoutRound, round_id)
    if row is None or row.closed_at is not None or row.until is None or row.until > clock.now():
        return
    end(db.session.get_one(Webinar, row.webinar_id))


def move(place: Place, one: WebinarParticipant, room: WebinarBreakout | None) -> None:
    """Let somebody belong to another breakout, or to none; while they are held, go there at once."""
    held = _locked(place)
    require(held is not None, _("Prepare the breakouts first."))
    assert held is not None
    if room is None:
        db.session.execute(delete(WebinarBreakoutPlace).filter_by(round_id=held.row.id, user_id=one.user_id))
    else:
        put = upsert(WebinarBreakoutPlace).values(
            round_id=held.row.id, user_id=one.user_id, breakout_id=room.id
        )
        db.session.execute(
            put.on_conflict_do_update(index_elements=["round_id", "user_id"], set_={"breakout_id": room.id})
        )
    note_of(place, Verb.WEBINAR_BREAKOUT_MOVED, KIND, room.public_id if room else "", about_id=one.id)
    _tell_belongs(place.webinar, one, room)
    if held.open:
        _move(place.webinar, [(one, room)])


def go(place: Place, room: WebinarBreakout | None) -> None:
    """Go somewhere oneself: hosts visit any breakout, others their own; everybody may come back to the whole room."""
    held = _open(place)
    if room is not None and not place.hosts:
        own = own_room(held, place.me.user_id)
        require(own is not None and own.id == room.id, _("You belong to another breakout."))
    if room is not None and place.hosts and room.called_at is not None:
        room.called_at = None
        _tell_help(place.webinar, room)
    if place.me.breakout_id != (room.id if room else None):
        _move(place.webinar, [(place.me, room)])


def call(place: Place, *, wanted: bool) -> None:
    """Call a host into one's breakout, or take the call back."""
    held = _open(place)
    room = next((one for one in held.rooms if one.id == place.me.breakout_id), None)
    require(room is not None, _("You are not in a breakout."))
    assert room is not None
    if (room.called_at is not None) == wanted:
        return
    room.called_at = clock.now() if wanted else None
    _tell_help(place.webinar, room, face(place.webinar, place.me) if wanted else None)


def say(place: Place, typed: object) -> None:
    """Tell something to everybody, in whichever breakout they are."""
    held = _open(place)
    held.row.word, held.row.word_at = plain(typed, LONGEST_WORD), clock.now()
    db.session.flush()
    told = {"word": held.row.word, "word_at": held.row.word_at.isoformat()}
    journal.tell(place.webinar, "breakouts.word", told | {"who": face(place.webinar, place.me)})


# ------------------------------------------------------------------------------------------------ within


def _locked(place: Place) -> Round | None:
    held = running(place.webinar.id)
    if held is not None:
        db.session.refresh(held.row, with_for_update=True)
    return held


def _open(place: Place) -> Round:
    held = _locked(place)
    require(held is not None and held.open, _("No breakouts are being held."))
    assert held is not None
    return held


def _set_end(row: WebinarBreakoutRound, minutes: int | None) -> None:
    if minutes is None:
        row.until = None
        return
    require(1 <= minutes <= LONGEST_MINUTES, _("Choose from 1 to %(max)d minutes.", max=LONGEST_MINUTES))
    row.until = clock.now() + timedelta(minutes=minutes)
    defer(everybody_back, at=row.until, round_id=row.id)


def _move(webinar: Webinar, moves: Sequence[tuple[WebinarParticipant, WebinarBreakout | None]]) -> None:
    """Bring people to where they are to be, tell each of them, and the hosts of all of them."""
    by_room: dict[int | None, list[int]] = {}
    for one, room in moves:
        by_room.setdefault(room.id if room else None, []).append(one.id)
    for number, people in by_room.items():
        db.session.execute(
            update(WebinarParticipant).where(WebinarParticipant.id.in_(people)).values(breakout_id=number),
            execution_options={"synchronize_session": "fetch"},
        )
    if moves:
        live.reseat(journal.topic_of(webinar))
        told = [[one.public_id, room.public_id if room else None] for one, room in moves]
        journal.tell(webinar, "breakouts.people", {"here": told}, journal.HOSTS)
        tell_each(webinar, "breakouts.moved", [(str(person), {"room": room}) for person, room in told])


def _tell_belongs(webinar: Webinar, one: WebinarParticipant, room: WebinarBreakout | None) -> None:
    told = {"belongs": [[one.public_id, room.public_id if room else None]]}
    journal.tell(webinar, "breakouts.people", told, journal.HOSTS)


def _tell_help(webinar: Webinar, room: WebinarBreakout, who: JSON | None = None) -> None:
    db.session.flush()
    told: JSON = {"id": room.public_id, "name": room.name, "called": room.called_at is not None}
    journal.tell(webinar, "breakouts.help", told | ({"who": who} if who else {}), journal.HOSTS)
    journal.tell(webinar, "breakouts.help", told, journal.to_breakout(room.public_id))


def _tell_hosts(webinar: Webinar, held: Round) -> None:
    """Tell hosts that something is prepared; who belongs where they read anew."""
    if webinar.running:
        journal.tell(webinar, "breakouts.prepared", {"round": round_body(held)}, journal.HOSTS)


def _keep(place: Place, verb: Verb, detail: JSON) -> None:
    """Keep an act: in the room's log where there is a room, in the audit always."""
    if place.webinar.running:
        note_of(place, verb, KIND, place.webinar.public_id, detail=detail)
    else:
        record(place.actor, verb, KIND, place.webinar.public_id, detail=detail)
