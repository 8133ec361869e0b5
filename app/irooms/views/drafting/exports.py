"""Taking a document away as a file."""

from __future__ import annotations

import re

from flask import Response, redirect, request
from werkzeug.datastructures import Headers

from app.core.access import access, approved
from app.core.refusal import Refused
from app.irooms import drafting_loaders as loaders
from app.irooms.actions.drafting.exporting import export
from app.irooms.drafting_bench import Bench
from app.irooms.loaders import nothing
from app.irooms.models.drafting import ExportFormat
from app.irooms.queries.drafting.versions import milestones
from app.irooms.views.blueprint import bp
from app.irooms.views.drafting.ways import Answer, page, say, url

_TYPES = {
    ExportFormat.PDF: "application/pdf",
    ExportFormat.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
_NOT_IN_NAMES = re.compile(r"[^\w .()-]+")


@bp.get("/<slug>/drafts/<draft_id>/export")
@access(approved, bench=loaders.exported)
def draft_export(bench: Bench) -> str:
    """What can be taken away."""
    return page("export", bench, milestones=milestones(bench.draft))


@bp.get("/<slug>/drafts/<draft_id>/file")
@access(approved, bench=loaders.exported)
def draft_file(bench: Bench) -> Answer | Response:
    """The document as a file; every one is kept with who took it."""
    kind = ExportFormat.PDF if request.args.get("format") == "pdf" else ExportFormat.DOCX
    wanted = request.args.get("version", "")
    named = {one.public_id: one for one in milestones(bench.draft)} if wanted else {}
    if wanted and wanted not in named:
        raise nothing(bench.seat)
    try:
        made = export(bench, kind, milestone=named.get(wanted), comments=bool(request.args.get("comments")))
    except Refused as error:
        say(error)
        return redirect(url(bench))
    headers = Headers()
    headers.add("Content-Disposition", "attachment", filename=f"{_name(bench)}.{kind}")
    headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return Response(made.body, content_type=_TYPES[kind], headers=headers)


def _name(bench: Bench) -> str:
    """Return a name for a file that every system takes."""
    return " ".join(_NOT_IN_NAMES.sub(" ", bench.draft.title).split())[:80].strip(" .") or "draft"
