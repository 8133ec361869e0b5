"""What pages, jobs and other features read of feedback."""

from __future__ import annotations

from app.feedback.queries.asking import Asked, asked_of, given_by, has_given, mine, waiting, wants_follow_ups
from app.feedback.queries.overview import Line, overview
from app.feedback.queries.questionnaires import own_questions, present, questions_of, setting_of
from app.feedback.queries.results import LEAST, Rated, Results, Said, results_of
from app.feedback.queries.trend import Delivery, trend

__all__ = [
    "LEAST",
    "Asked",
    "Delivery",
    "Line",
    "Rated",
    "Results",
    "Said",
    "asked_of",
    "given_by",
    "has_given",
    "mine",
    "overview",
    "own_questions",
    "present",
    "questions_of",
    "results_of",
    "setting_of",
    "trend",
    "waiting",
    "wants_follow_ups",
]
