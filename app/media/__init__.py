"""Files: received, checked, scanned, stored, shown as pages, stamped, served only to those allowed."""

from __future__ import annotations

from flask import Flask

from app.media import jobs, queries, sweeping, tus, views
from app.media.actions import largest_file

__all__ = ["init_app", "jobs", "sweeping"]


def init_app(app: Flask) -> None:
    """Register the addresses of files and give pages what the upload form needs."""
    app.register_blueprint(views.bp)
    app.add_template_global(queries.accepted_endings)
    app.add_template_global(largest_file)
    app.add_template_global(tus.piece_size, "upload_piece_size")
    app.add_template_global(tus.largest_request)
