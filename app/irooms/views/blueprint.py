"""The blueprint that all pages of rooms hang on, and the words their templates share."""

from __future__ import annotations

from flask import Blueprint
from flask.blueprints import BlueprintSetupState

from app.irooms import tabs, vocabulary

bp = Blueprint("irooms", __name__, template_folder="../templates", url_prefix="/irooms")


@bp.record_once
def give_words(state: BlueprintSetupState) -> None:
    """Give every template the words of rooms and a room's tabs."""
    state.app.jinja_env.globals.update(room_words=vocabulary, room_tabs=tabs.tabs_of)
