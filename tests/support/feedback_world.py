"""Feedback in the world: what five people said of the open course, what waits, a survey by mail, an own question."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from app.core.database import db
from app.feedback import actions, links
from app.feedback.actions import Content
from app.feedback.models import AT_THE_END, FeedbackInvitation, Part
from app.records.actions import learner_of
from app.records.models import Activity
from tests.cast import Cast

CANARIES: Mapping[str, str] = {
    "CANARY-FEEDBACK-COURSE": "trainer reporting_officer administrator",
    "CANARY-FEEDBACK-WAITING": "member",
}
"""Texts that people wrote into questionnaires, and who may meet them."""
SAYING = ("owner", "member", "expert", "practitioner", "focal_point")


def plant(cast: Cast, slugs: Mapping[str, str]) -> dict[str, str]:
    """Let people answer; ``slugs`` names the courses ``open``, ``limited`` and ``registered``. Returns ids."""
    found = {name: _activity(slug) for name, slug in slugs.items()}
    for name in SAYING:
        said = Content({"relevance": 4}, {"change": "CANARY-FEEDBACK-COURSE"})
        actions.give(cast(name).person(), found["open"], AT_THE_END, said, "en")
    waits = Content({"relevance": 4}, {"change": "CANARY-FEEDBACK-WAITING"})
    actions.give(cast("member").person(), found["registered"], AT_THE_END, waits, "en")
    owner = cast("owner")
    asked = actions.claim(3, [(found["registered"].key, learner_of(owner.id), owner.id)])
    assert asked
    survey = db.session.scalars(
        select(FeedbackInvitation.public_id).where(FeedbackInvitation.user_id == owner.id)
    ).one()
    question = actions.add_question(
        cast("administrator").actor(), found["open"], Part.END, "words", {"en": "What else?"}
    )
    return {f"{name}_activity": str(activity.key) for name, activity in found.items()} | {
        "own_question": question.public_id,
        "owner_survey": links.survey(survey, "en").rsplit("/", 1)[-1].partition("?")[0],
        "leaving_surveys": links.leaving(owner.public_id).rsplit("/", 1)[-1],
    }


def _activity(slug: str) -> Activity:
    return db.session.scalars(select(Activity).where(Activity.slug == slug)).one()
