"""Addresses of assets, the language links, and the fixed places that every page links to."""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import UndefinedError

from app.core import ui


def test_an_asset_has_the_name_the_build_gave_it_and_follows_a_rebuild(tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.json"
    manifest.write_text(json.dumps({"site.css": "site.AAAA.css"}))
    assets = ui.Assets(manifest)
    assert assets.name("site.css") == "site.AAAA.css"
    manifest.write_text(json.dumps({"site.css": "site.BBBB.css"}))
    os.utime(manifest, ns=(1, 1))
    assert assets.name("site.css") == "site.BBBB.css"


def test_assets_never_built_are_a_warning_not_a_failed_page(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        assert ui.Assets(tmp_path / "manifest.json").name("site.css") == "site.css"
    assert "not built" in caplog.text


def test_a_language_link_keeps_the_other_values() -> None:
    app = Flask(__name__)
    with app.test_request_context("/courses?topic=a%26b&lang=en&topic=c"):
        assert ui.language_url("ar") == "/courses?topic=a%26b&topic=c&lang=ar"


def test_an_icon_that_is_not_drawn_stops_the_page() -> None:
    app = Flask("app")
    with app.app_context():
        assert "<svg" in ui.icon("done")
        assert 'aria-label="Done"' in ui.icon("done", "Done")
        with pytest.raises(UndefinedError):
            ui.icon("no-such-icon")
