"""What is done to the register: append a fact, describe an activity, link and merge learners."""

from __future__ import annotations

from app.records.actions.activities import describe_activity
from app.records.actions.facts import FactDraft, append
from app.records.actions.learners import cut_link, learner_of, merge, separate
from app.records.folding import Description

__all__ = [
    "Description",
    "FactDraft",
    "append",
    "cut_link",
    "describe_activity",
    "learner_of",
    "merge",
    "separate",
]
