"""The blueprint that all pages of courses hang on, and the words their templates share."""

from __future__ import annotations

from flask import Blueprint
from flask.blueprints import BlueprintSetupState

from app.courses import labels

bp = Blueprint("courses", __name__, template_folder="../templates", url_prefix="/courses")


@bp.record_once
def give_words(state: BlueprintSetupState) -> None:
    """Give every template the words for states, kinds, topics, editions and durations as ``labels``."""
    state.app.jinja_env.globals["labels"] = labels
