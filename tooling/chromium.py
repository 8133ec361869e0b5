"""Finds a Chromium for the tests: the machine's, else one that an npm package ships."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from tooling.place import ROOT

FOLDER = ROOT / "build" / "chromium"
_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")


def find() -> str | None:
    """Return the path of a Chromium: CHROMIUM, one on the PATH, or the one the set-up unpacked."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named
    installed = next((path for path in map(shutil.which, _NAMES) if path), None)
    unpacked = FOLDER / "chromium"
    return installed or (str(unpacked) if unpacked.exists() else None)


def lock() -> Path:
    """Return the folder with the lock file of the package that ships one."""
    return Path(__file__).resolve().parent / "chromium"
