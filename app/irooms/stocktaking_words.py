"""The fixed words of stocktakings, and what the room's log says of them."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel.speaklater import LazyString

from app.core.texts import lazy_gettext as _l
from app.irooms.models.stocktaking import RevisionKind, Unit
from app.irooms.queries.stocktaking.coverage import Progress
from app.irooms.stocktaking.questionnaire import Kind
from app.irooms.trail import log_words

KINDS: Mapping[str, LazyString] = {
    Kind.TEXT: _l("Text"),
    Kind.CHOICE: _l("Choice"),
    Kind.SCALE: _l("Scale"),
    Kind.YES_NO: _l("Yes or no, with source"),
}
UNITS: Mapping[str, LazyString] = {
    Unit.PERSON: _l("Each member answers for themselves"),
    Unit.COUNTRY: _l("The members of one country answer together"),
}
PROGRESS: Mapping[str, tuple[str, LazyString]] = {
    Progress.SENT: ("done", _l("Answers sent")),
    Progress.BEGUN: ("progress", _l("In progress")),
    Progress.MISSING: ("plain", _l("Not started")),
}
"""Each progress' kind of badge and its words."""
REVISIONS: Mapping[str, LazyString] = {
    RevisionKind.SENT: _l("sent"),
    RevisionKind.REPLACED: _l("replaced by another text"),
    RevisionKind.ASIDE: _l("written at the same time as another text"),
}

log_words(
    {
        "room_stocktaking.version_published": _l("%(who)s published version %(version)s of a stocktaking"),
        "room_stocktaking.opened": _l("%(who)s opened a stocktaking until %(until)s"),
        "room_stocktaking.closed": _l("%(who)s closed a stocktaking"),
        "room_stocktaking.exported": _l("%(who)s took out the answers of a stocktaking"),
        "room_stocktaking.summary_published": _l("%(who)s published the summary of a stocktaking"),
        "room_stocktaking.summary_taken_back": _l("%(who)s took back the summary of a stocktaking"),
    }
)
