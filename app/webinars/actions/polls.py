"""What is done with polls: prepare, open, vote, close, show the results.

A vote is one transaction: the ballot, which says that somebody has voted and lets nobody do it twice, and the choices.
Between the two of an anonymous poll there is nothing that joins them.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import uuid4

from flask_babel import gettext as _
from sqlalchemy import delete, func, insert, select, text
from sqlalchemy.dialects.postgresql import insert as upsert

from app.audit.actions import record
from app.audit.verbs import Verb
from app.core import clock
from app.core.access import Actor
from app.core.database import JSON, db
from app.core.refusal import require
from app.webinars import journal, touching
from app.webinars.forms.polls import PollDraft
from app.webinars.models.planning import Webinar
from app.webinars.models.talk import PollKind, PollState, WebinarBallot, WebinarPoll, WebinarVote
from app.webinars.moderation_trail import note_of
from app.webinars.places import Place
from app.webinars.queries.polls import body, results, results_of
from app.webinars.talk_clock import second_of
from app.webinars.talk_text import plain

KIND = "webinar_poll"
LONGEST_WORDS = 500
MOST = 60
"""Polls of one session."""
_SHUFFLE = text(
    "WITH taken AS (DELETE FROM webinar_vote WHERE poll_id = :poll"
    " RETURNING poll_id, participant_id, choice, text, hidden)"
    " INSERT INTO webinar_vote (id, poll_id, participant_id, choice, text, hidden)"
    " SELECT gen_random_uuid(), poll_id, participant_id, choice, text, hidden FROM taken ORDER BY random()"
)


# ------------------------------------------------------------------------------------------------ preparing


def prepare(place: Place, draft: PollDraft) -> WebinarPoll:
    """Add a poll to a session that the actor plans or runs."""
    webinar = place.webinar
    there = select(func.count(), func.max(WebinarPoll.position)).where(WebinarPoll.webinar_id == webinar.id)
    count, last = db.session.execute(there).one()
    require(count < MOST, _("A session has at most %(max)d polls.", max=MOST))
    poll = WebinarPoll(webinar_id=webinar.id, position=(last or 0) + 1, created_by=place.actor.user_id)
    _write(poll, draft)
    db.session.add(poll)
    db.session.flush()
    _keep(place.actor, Verb.WEBINAR_POLL_MADE, poll, webinar)
    _tell_prepared(webinar, poll)
    return poll


def change(place: Place, poll: WebinarPoll, draft: PollDraft) -> None:
    """Change a poll that was not opened yet."""
    _locked(poll)
    require(poll.state == PollState.PREPARED, _("This poll was opened already: make a new one."))
    _write(poll, draft)
    db.session.flush()
    _keep(place.actor, Verb.WEBINAR_POLL_CHANGED, poll, place.webinar)
    _tell_prepared(place.webinar, poll)


def remove(place: Place, poll: WebinarPoll) -> None:
    """Remove a poll that was not opened yet."""
    _locked(poll)
    require(poll.state == PollState.PREPARED, _("This poll was opened already: it stays."))
    _keep(place.actor, Verb.WEBINAR_POLL_REMOVED, poll, place.webinar)
    db.session.delete(poll)
    db.session.flush()
    if place.webinar.running:
        journal.tell(place.webinar, "polls.removed", {"id": poll.public_id}, journal.HOSTS)


def move(place: Place, poll: WebinarPoll, by: int) -> None:
    """Move a poll one place up (-1) or down (1) among the others of its session."""
    polls = list(
        db.session.scalars(
            select(WebinarPoll)
            .where(WebinarPoll.webinar_id == place.webinar.id)
            .order_by(WebinarPoll.position, WebinarPoll.id)
            .with_for_update()
        )
    )
    here = polls.index(poll)
    there = min(max(here + by, 0), len(polls) - 1)
    polls.insert(there, polls.pop(here))
    for position, one in enumerate(polls, 1):
        one.position = position
    db.session.flush()


def copy_polls(source: Webinar, target: Webinar) -> None:
    """Prepare the polls of one session in another, which was made from it."""
    for one in db.session.scalars(
        select(WebinarPoll).filter_by(webinar_id=source.id).order_by(WebinarPoll.position)
    ):
        db.session.add(
            WebinarPoll(
                webinar_id=target.id, kind=one.kind, text=one.text, options=one.options, counts=one.counts,
                low_label=one.low_label, high_label=one.high_label, anonymous=one.anonymous,
                changeable=one.changeable, position=one.position, created_by=target.created_by,
            )
        )  # fmt: skip
    db.session.flush()


def _write(poll: WebinarPoll, draft: PollDraft) -> None:
    poll.kind, poll.text, poll.options = draft.kind, draft.text, draft.option_rows()
    scale = draft.kind == PollKind.SCALE
    poll.low_label = draft.low_label if scale else ""
    poll.high_label = draft.high_label if scale else ""
    poll.anonymous, poll.changeable, poll.counts = draft.anonymous, draft.changeable, draft.counts


def _keep(actor: Actor, verb: Verb, poll: WebinarPoll, webinar: Webinar) -> None:
    record(actor, verb, KIND, poll.public_id, detail={"webinar": webinar.public_id})


def _tell_prepared(webinar: Webinar, poll: WebinarPoll) -> None:
    if webinar.running:
        journal.tell(webinar, "polls.prepared", body(poll, correct=True), journal.HOSTS)


# ------------------------------------------------------------------------------------------------ holding


def begin(place: Place, poll: WebinarPoll) -> None:
    """Open a poll to everybody in the room; one that was closed goes on."""
    _locked(poll)
    if poll.state == PollState.OPEN:
        return
    require(
        poll.state == PollState.PREPARED or not poll.anonymous, _("A closed poll without names stays closed.")
    )
    first = poll.state == PollState.PREPARED
    poll.state, poll.closed_at = PollState.OPEN, None
    if first:
        poll.opened_at, poll.opened_second = clock.now(), second_of(place.webinar)
    _after(place, Verb.WEBINAR_POLL_OPENED, poll, "polls.opened")


def end(place: Place, poll: WebinarPoll) -> None:
    """Close a poll: no votes any more. Votes without names lose what order they lay in."""
    _locked(poll)
    if poll.state == PollState.CLOSED:
        return
    require(poll.state == PollState.OPEN, _("This poll is not open."))
    poll.state, poll.closed_at = PollState.CLOSED, clock.now()
    if poll.anonymous:
        db.session.flush()
        db.session.execute(_SHUFFLE, {"poll": poll.id})
    _after(place, Verb.WEBINAR_POLL_CLOSED, poll, "polls.closed")


def close_all(webinar: Webinar) -> None:
    """Close what is open when a session ends."""
    for poll in db.session.scalars(
        select(WebinarPoll).filter_by(webinar_id=webinar.id, state=PollState.OPEN).with_for_update()
    ):
        poll.state, poll.closed_at = PollState.CLOSED, clock.now()
        if poll.anonymous:
            db.session.flush()
            db.session.execute(_SHUFFLE, {"poll": poll.id})
    db.session.flush()


def show(place: Place, poll: WebinarPoll, *, shown: bool) -> None:
    """Show the results to everybody, with what is correct, or hide them again."""
    _locked(poll)
    require(poll.state != PollState.PREPARED, _("Open this poll first."))
    if poll.shown == shown:
        return
    poll.shown = shown
    verb = Verb.WEBINAR_POLL_SHOWN if shown else Verb.WEBINAR_POLL_HIDDEN
    _after(place, verb, poll, "polls.shown" if shown else "polls.hidden")


def hide_words(place: Place, poll: WebinarPoll, vote_id: str, *, hidden: bool) -> None:
    """Take somebody's words out of the results that everybody sees, or put them back."""
    require(poll.kind == PollKind.OPEN, _("Only answers in own words can be taken out."))
    vote = next(
        (
            one
            for one in db.session.scalars(select(WebinarVote).filter_by(poll_id=poll.id))
            if str(one.id) == vote_id
        ),
        None,
    )
    require(vote is not None, _("This answer is not there any more."))
    assert vote is not None
    vote.hidden = hidden
    db.session.flush()
    if hidden:
        note_of(place, Verb.WEBINAR_POLL_ANSWER_HIDDEN, KIND, poll.public_id)
    touching.touch(place.webinar, "polls")


def _after(place: Place, verb: Verb, poll: WebinarPoll, kind: str) -> None:
    """Keep and tell that a poll is another one now; hosts are told what is correct, the others when it is shown."""
    db.session.flush()
    note_of(place, verb, KIND, poll.public_id)
    journal.tell(place.webinar, kind, body(poll, correct=poll.shown) | _shown_results(poll))
    touching.touch(place.webinar, "polls")


def _shown_results(poll: WebinarPoll) -> JSON:
    return {"results": results_of(results([poll])[poll.id], shown=True)} if poll.shown else {}


# ------------------------------------------------------------------------------------------------ voting


def vote(place: Place, poll: WebinarPoll, choices: object, words: object, client_id: str) -> bool:
    """Vote, one vote a person; True when it is counted now, False when it was already. Sending it twice is one vote.

    A second vote replaces the first where the poll says so, and is refused elsewhere.
    """
    # not for update: those who vote do not wait for each other, only for who closes the poll
    db.session.refresh(poll, with_for_update={"read": True})
    require(poll.state == PollState.OPEN, _("This poll is closed."))
    rows = _choices(poll, choices, words)
    made = db.session.execute(
        upsert(WebinarBallot)
        .values(poll_id=poll.id, participant_id=place.me.id, client_id=client_id)
        .on_conflict_do_nothing()
        .returning(WebinarBallot.poll_id)
    ).one_or_none()
    if made is None and not _may_change(place, poll, client_id):
        return False
    owner = None if poll.anonymous else place.me.id
    db.session.execute(
        insert(WebinarVote),
        [{"id": uuid4(), "poll_id": poll.id, "participant_id": owner, **row} for row in rows],
    )
    touching.touch(place.webinar, "polls")
    return True


def _may_change(place: Place, poll: WebinarPoll, client_id: str) -> bool:
    """Make room for a changed vote; False when this sending was counted already."""
    ballot = db.session.get_one(WebinarBallot, (poll.id, place.me.id), with_for_update=True)
    if ballot.client_id == client_id:
        return False
    require(poll.changeable, _("You have voted already."))
    ballot.client_id = client_id
    db.session.execute(
        delete(WebinarVote).where(WebinarVote.poll_id == poll.id, WebinarVote.participant_id == place.me.id)
    )
    return True


def _choices(poll: WebinarPoll, choices: object, words: object) -> list[JSON]:
    """Return the rows of a vote; Refused when it does not fit the poll."""
    if poll.kind == PollKind.OPEN:
        return [{"choice": "", "text": plain(words, LONGEST_WORDS)}]
    given: Sequence[object] = choices if isinstance(choices, list) else [choices]
    known = {one["key"] for one in poll.options}
    chosen = {one for one in given if isinstance(one, str) and one in known}
    require(bool(chosen) and len(chosen) == len(given), _("Choose one of the answers."))
    require(poll.kind == PollKind.MULTIPLE or len(chosen) == 1, _("Choose one answer only."))
    return [{"choice": one, "text": ""} for one in sorted(chosen)]


def _locked(poll: WebinarPoll) -> None:
    db.session.refresh(poll, with_for_update=True)
