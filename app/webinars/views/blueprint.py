"""The blueprint that all pages of webinars hang on."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("webinars", __name__, template_folder="../templates", url_prefix="/webinars")
