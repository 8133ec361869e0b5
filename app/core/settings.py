"""The current application's settings, typed."""

from __future__ import annotations

from flask import current_app

from config import Settings

KEY = "CTLP"


def settings() -> Settings:
    """Return the settings of the application that handles this request, job or command."""
    value = current_app.config[KEY]
    assert isinstance(value, Settings)
    return value
