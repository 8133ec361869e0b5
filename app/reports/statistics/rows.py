"""The rows behind a figure as a page shows them: who, in what, when; named and linked as far as the reader may see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import text

from app.accounts.vocabulary import PROFESSIONS
from app.core.access import Actor
from app.core.database import db
from app.core.i18n import country_name, page_language
from app.records.behind import Behind, Row
from app.records.indicators import Basis
from app.records.models import ActivityKind
from app.reports.activities import ATTENDED, ROOMS, TAKEN, USED, Known, within
from app.reports.fact_words import verbs
from app.reports.statistics.rights import Sight

_STORIES = TAKEN | {ActivityKind.RECORDING.value}
_PEOPLE = text(
    """
    SELECT given.person, given.activity, account.public_id, account.given_name, account.family_name, account.country,
        EXISTS (SELECT FROM participation one WHERE one.learner_key = given.person
            AND (one.activity_key = given.activity OR given.activity IS NULL)) AS taken
    FROM unnest(CAST(:persons AS uuid[]), CAST(:activities AS uuid[])) AS given (person, activity)
    LEFT JOIN learner_account link ON link.learner_key = given.person AND link.cut_at IS NULL
    LEFT JOIN "user" account ON account.id = link.user_id
    """
)


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row in words; ``facts`` leads to the facts behind it, ``more`` to what is known of the activity."""

    at: datetime
    what: str
    person: str
    person_url: str
    activity: str
    activity_url: str
    facts_url: str
    country: str
    profession: str
    number: int


def shown(found: Behind, basis: Basis, actor: Actor, sight: Sight) -> list[ShownRow]:
    """Return rows in the page's language; at most two statements beside those for the titles of activities.

    What people do in rooms has no names: who is a member is for the members to know.
    """
    known = {one.key: one for one in within(actor, sight.scope, TAKEN | USED | ROOMS)}
    people = {} if basis == Basis.ROOM_ACTS else _people(found.rows)
    told = verbs()
    return [
        _row(one, known.get(one.activity) if one.activity else None, people, sight, told)
        for one in found.rows
    ]


def _people(rows: Sequence[Row]) -> Mapping[tuple[UUID, UUID | None], Any]:
    pairs = {(one.person, one.activity) for one in rows if one.person is not None}
    if not pairs:
        return {}
    given = {
        "persons": [person for person, _activity in pairs],
        "activities": [one for _person, one in pairs],
    }
    return {(one.person, one.activity): one for one in db.session.execute(_PEOPLE, given)}


def _row(
    one: Row,
    activity: Known | None,
    people: Mapping[tuple[UUID, UUID | None], Any],
    sight: Sight,
    told: Mapping[str, str],
) -> ShownRow:
    account = people.get((one.person, one.activity)) if one.person else None
    name, person_url, facts_url = _named(one, account, activity, sight)
    return ShownRow(
        at=one.at,
        what=str(told.get(one.verb, "")),
        person=name,
        person_url=person_url,
        activity=activity.title if activity else (_("Not shown") if one.activity else ""),
        activity_url=_of_activity(activity, sight),
        facts_url=facts_url,
        country=country_name(one.country, page_language()) if one.country else "",
        profession=str(PROFESSIONS.get(one.profession, one.profession)),
        number=one.number,
    )


def _named(one: Row, account: Any, activity: Known | None, sight: Sight) -> tuple[str, str, str]:
    """Name, address of the person, address of the facts; of who moved away from a focal point's country no name."""
    if account is None:
        return "", "", ""
    seen = sight.everything or (activity is not None and activity.whole) or account.country in sight.countries
    story = activity is not None and activity.kind in _STORIES and account.taken
    if not account.public_id or not seen:
        url = url_for("reports.unnamed", learner_key=one.person, activity_key=one.activity) if story else ""
        return "", "", url
    name = f"{account.given_name} {account.family_name}".strip()
    person = url_for("reports.person", person_id=account.public_id) if account.taken else ""
    facts = url_for("reports.facts", person_id=account.public_id, activity_key=one.activity) if story else ""
    return name, person, facts


def _of_activity(activity: Known | None, sight: Sight) -> str:
    if activity is None or activity.kind not in TAKEN or not (sight.everything or activity.whole):
        return ""
    name = "attendance" if activity.kind in ATTENDED else "completions"
    return url_for("reports.report", name=name, activity=activity.slug)
