"""The blueprint that all pages about feedback are of."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("feedback", __name__, url_prefix="/feedback", template_folder="../templates")
