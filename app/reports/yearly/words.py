"""Words of yearly reports and of what came of activities."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel.speaklater import LazyString

from app.core.texts import lazy_gettext as _l
from app.reports.yearly.models import ResultKind, State

STATES: Mapping[State, tuple[str, LazyString]] = {
    State.DRAFT: ("progress", _l("Draft")),
    State.REVIEW: ("waiting", _l("In review")),
    State.CLEARED: ("done", _l("Cleared")),
}
"""The badge of each state: its kind and its word."""
RESULTS: Mapping[ResultKind, LazyString] = {
    ResultKind.LAW: _l("Law adopted"),
    ResultKind.RATIFICATION: _l("Ratification or accession"),
    ResultKind.SEIZURE: _l("Seizure"),
    ResultKind.USE: _l("Reported use of what was learned"),
    ResultKind.OTHER: _l("Other"),
}
