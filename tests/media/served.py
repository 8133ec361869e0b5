"""The platform with one page more: a feature as small as can be, to which files can be sent."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template_string, request
from werkzeug.wrappers import Response as BaseResponse

from app.core.access import access, approved, current_actor
from app.core.forms import UNPROCESSABLE
from app.core.idempotency import idempotent
from app.core.input import takes_files
from app.core.refusal import Refused
from app.core.ui import notify
from app.factory import create_app
from app.media import actions, queries, tus
from tests.media.place import PLACE

bp = Blueprint("place", __name__, url_prefix="/place")
_PAGE = """{% extends "base.html" %}{% from "media/_upload.html" import upload_form, upload_script %}
{% block title %}Files{% endblock %}{% block main %}<h1>Files</h1>{% if fault %}<p id="fault">{{ fault }}</p>{% endif %}
{% call upload_form("/place/files", "/place/uploads", unfinished) %}<p><label>Note <input name="note"></label></p>
{% endcall %}
{% endblock %}{% block scripts %}{{ upload_script() }}{% endblock %}"""


def _page(fault: str = "") -> str:
    return render_template_string(_PAGE, fault=fault, unfinished=queries.unfinished(current_actor(), PLACE))


@bp.get("/files")
@access(approved)
def page() -> str:
    """The form."""
    return _page()


@bp.post("/files")
@access(approved)
@takes_files("files")
@idempotent
def add() -> BaseResponse | tuple[str, int]:
    """Take what came with the form and what arrived before it."""
    actor = current_actor()
    try:
        whole = [
            actions.receive(actor, one.stream, one.filename or "", PLACE)
            for one in request.files.getlist("files")
            if one.filename
        ]
        taken = [*whole, *actions.take(actor, request.form.getlist("upload"), PLACE)]
    except Refused as refused:
        return _page(str(refused)), UNPROCESSABLE
    notify("Added: " + ", ".join(file.name for file in taken))
    return redirect("/place/files", 302)


@bp.post("/uploads")
@access(approved)
@idempotent
def begin() -> Response:
    """Begin a file that arrives in pieces."""
    return tus.begin(
        lambda asked: actions.begin_upload(
            current_actor(), asked.name, asked.length, PLACE, fingerprint=asked.fingerprint
        )
    )


app = create_app()
app.register_blueprint(bp)
