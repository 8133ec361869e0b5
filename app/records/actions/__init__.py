"""What is done to the register: append a fact, describe an activity, link and merge learners, correct by hand."""

from __future__ import annotations

from app.records.actions.activities import (
    Attributes,
    attribute,
    describe_activity,
)
from app.records.actions.facts import FactDraft, append
from app.records.actions.kinds import add_kind_rule
from app.records.actions.learners import cut_link, keep_apart, learner_of, merge, separate
from app.records.folding import Description

__all__ = [
    "Attributes",
    "Description",
    "FactDraft",
    "add_kind_rule",
    "append",
    "attribute",
    "cut_link",
    "describe_activity",
    "keep_apart",
    "learner_of",
    "merge",
    "separate",
]
