"""Finds a Chromium for the tests: the machine's, else one that an npm package ships."""

from __future__ import annotations

import os
import shutil

from tooling.place import ROOT

PACKAGE = ROOT / "tooling" / "browser"
FOLDER = ROOT / "build" / "chromium"
START = FOLDER / "start"
_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")


def find() -> str | None:
    """Return the path of a Chromium: CHROMIUM, one on the PATH, or the one the set-up unpacked."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named
    installed = next((path for path in map(shutil.which, _NAMES) if path), None)
    return installed or (str(START) if START.exists() else None)
