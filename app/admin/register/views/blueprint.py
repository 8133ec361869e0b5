"""The blueprint that every page of the register belongs to, and its row of pages."""

from __future__ import annotations

from flask import Blueprint, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.admin.register import words

bp = Blueprint("register", __name__, url_prefix="/admin/register", template_folder="../../templates")
Answer = str | BaseResponse | tuple[str, int]


def pages() -> list[tuple[str, str, bool]]:
    """Return (words, address, current) of the pages of the register."""
    listed = (
        (_("Activities"), "register.overview", "/activities"),
        (_("Possible duplicates"), "register.duplicates", "/duplicates"),
        (_("Merged"), "register.merges", "/merges"),
        (_("Corrections"), "register.corrections", "/corrections"),
        (_("What counts as training"), "register.kinds", "/kinds"),
    )
    here = request.path.removeprefix("/admin/register")
    return [
        (text, url_for(endpoint), here.startswith(section) or (not here and section == "/activities"))
        for text, endpoint, section in listed
    ]


@bp.context_processor
def _words() -> dict[str, object]:
    """Give every page of the register the words for what it shows."""
    return {
        "register_pages": pages,
        "kind_name": words.kind_name,
        "verb_name": words.verb_name,
        "activity_title": words.activity_title,
        "channels": words.CHANNELS,
        "states": words.STATES,
        "statuses": words.STATUSES,
        "evidence_words": words.EVIDENCE,
        "tags_in_words": words.tags_in_words,
        "countries_named": words.countries_named,
        "languages_named": words.languages_named,
    }
