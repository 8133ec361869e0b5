"""The page of one question, as it is shown after every act on it: what was typed and refused stands in its form."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.accounts.vocabulary import LEGAL_SYSTEMS
from app.core.forms import Form
from app.irooms import questions_policy as policy
from app.irooms import questions_words as words
from app.irooms.forms.questions import AnswerForm, ClarificationForm, DeclineForm, ReopenForm, SayForm
from app.irooms.queries import questions as queries
from app.irooms.queries.questions import Found
from app.irooms.rendering import render_markdown

Answer = str | BaseResponse | tuple[str, int]


def question_page(found: Found, name: str = "", typed: Form | None = None) -> str:
    """Render a question; ``typed`` is the refused form called ``name`` (answer, clarification, …)."""
    empty = {
        "answer": AnswerForm,
        "clarification": ClarificationForm,
        "declining": DeclineForm,
        "follow_up": SayForm,
        "reopening": ReopenForm,
        "reply": SayForm,
    }
    forms = {key: kind(formdata=None, prefix="") for key, kind in empty.items()}
    if typed is not None:
        forms[name] = typed
    return render_template(
        "irooms/questions/question.html",
        seat=found.seat,
        thread=queries.thread(found),
        forms=forms,
        refused=name if typed is not None else "",
        may={act: allowed(found.seat, found.question) for act, allowed in policy.ACTS.items()},
        own=policy.asked(found.seat, found.question),
        legal_systems=LEGAL_SYSTEMS,
        words=words,
        markdown=render_markdown,
    )


def to_question(found: Found) -> BaseResponse:
    """Lead back to a question."""
    return redirect(
        url_for("irooms.question", slug=found.seat.room.public_id, question_id=found.question.public_id)
    )
