"""Where pages of a document lead, and what all of them are given."""

from __future__ import annotations

from typing import Any, TypeAlias

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.core.forms import Form
from app.core.ui import notify
from app.irooms import drafting_vocabulary
from app.irooms.drafting_bench import Bench, SectionBench
from app.irooms.models.drafting import UnsavedKind
from app.irooms.queries.drafting.pages import part_with

Answer: TypeAlias = str | BaseResponse | tuple[str, int]
CONFLICT = 409
"""Two people changed the same passage: nothing is wrong with the form, but the person has to decide."""


def url(bench: Bench, what: str = "draft", **values: Any) -> str:
    """Return the address of a page of the document; ``what`` is the endpoint's name."""
    return url_for(f"irooms.{what}", slug=bench.room.public_id, draft_id=bench.draft.public_id, **values)


def section_url(place: SectionBench, what: str = "draft_section", **values: Any) -> str:
    """Return the address of a page of the section."""
    return url(place.bench, what, section_id=place.section.public_id, **values)


def to_section(place: SectionBench, anchor: str = "") -> BaseResponse:
    """Go to the section where it stands in the document, or on its own page when that is where the form was."""
    if request.form.get("from") == "section":
        return redirect(section_url(place, _anchor=anchor or None))
    part = part_with(place.draft, place.section)
    return redirect(url(place.bench, part=part, _anchor=anchor or f"s-{place.section.number}"))


def page(template: str, bench: Bench, **given: Any) -> str:
    """Render a page of the document."""
    return render_template(
        f"irooms/drafting/{template}.html",
        seat=bench.seat,
        bench=bench,
        draft=bench.draft,
        words=drafting_vocabulary,
        url=lambda what="draft", **values: url(bench, what, **values),
        UnsavedKind=UnsavedKind,
        **given,
    )


def typed_number(name: str, most_digits: int = 8) -> int | None:
    """Return a number of the query; None for what is none."""
    typed = request.args.get(name, "")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= most_digits else None


def say(error: Exception) -> None:
    """Tell a refusal on the next page."""
    notify(str(error), "attention")


def refuse(form: Form, error: Exception) -> None:
    """Put a refusal on top of the form."""
    form.form_errors.append(str(error))


def saved() -> None:
    """Tell that what was sent is kept."""
    notify(_("Saved"))
