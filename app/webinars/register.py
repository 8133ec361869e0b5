"""What webinars tell the training register: what series and sessions are, who registered and who withdrew."""

from __future__ import annotations

from sqlalchemy import select

from app.accounts.group_rules import rules_for
from app.accounts.models import User
from app.core.database import db
from app.core.i18n import best_language
from app.records.actions import Description, FactDraft, append, describe_activity
from app.records.models import ActivityKind, Verb
from app.webinars.models.planning import Audience, State, Webinar, WebinarSeries

MINUTES_AN_HOUR = 60
_ANNOUNCED = (State.PLANNED, State.OPEN, State.LIVE, State.ENDED)


def describe_session(webinar: Webinar) -> None:
    """Describe a session that was announced, and its series; one that was cancelled has no time there any more."""
    series = db.session.get(WebinarSeries, webinar.series_id) if webinar.series_id else None
    held = webinar.state != State.CANCELLED
    describe_activity(
        Description(
            activity_key=webinar.activity_key,
            kind=webinar.kind,
            slug=webinar.public_id,
            titles=dict.fromkeys(webinar.languages or ["en"], webinar.title),
            languages=list(webinar.languages),
            channel=webinar.channel,
            parent_key=series.activity_key if series else None,
            address=f"/webinars/{webinar.public_id}",
            topic=webinar.topic,
            audience=webinar.audience,
            group_id=webinar.group_id,
            hours=round(webinar.minutes / MINUTES_AN_HOUR, 2),
            starts_at=webinar.starts_at if held else None,
            ends_at=webinar.ends_at if held else None,
            zone=webinar.zone,
        )
    )
    if series is not None:
        describe_series(series)


def describe_series(series: WebinarSeries) -> None:
    """Describe a series, for whom its sessions are: for one group only where all of them are."""
    groups = set(
        db.session.scalars(
            select(Webinar.group_id).where(
                Webinar.series_id == series.id, Webinar.state.in_(_ANNOUNCED), Webinar.is_template.is_(False)
            )
        )
    )
    describe_activity(
        Description(
            activity_key=series.activity_key,
            kind=ActivityKind.WEBINAR_SERIES,
            slug=series.public_id,
            titles=dict.fromkeys(series.languages or ["en"], series.title),
            languages=list(series.languages),
            address=f"/webinars/series/{series.public_id}",
            topic=series.topic,
            audience=Audience.GROUP if groups and None not in groups else "",
            group_id=groups.pop() if len(groups) == 1 else None,
        )
    )


def tell(webinar: Webinar, user_id: int, verb: Verb) -> None:
    """Append a fact about somebody in a session, in the language of it that is nearest to theirs.

    Where the group it is for does not let facts lead to people, only that somebody did it.
    """
    if not rules_for(webinar.group_id).named:
        append(FactDraft(verb=verb, activity_key=webinar.activity_key, headcount=1))
        return
    person = db.session.get(User, user_id)
    spoken = webinar.languages or ["en"]
    language = best_language(person.language if person else "en", spoken, spoken[0])
    append(FactDraft(verb=verb, activity_key=webinar.activity_key, user_id=user_id, language=language))
