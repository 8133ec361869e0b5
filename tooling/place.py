"""Where things are."""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
MODULES = ROOT / "node_modules"
BUILD = ROOT / "app" / "static" / "build"


def var() -> Path:
    """Return the folder for everything that is written at run time: CTLP_VAR, else var/ beside the code."""
    return Path(os.environ.get("CTLP_VAR") or ROOT / "var").absolute()


def log(name: str) -> Path:
    """Return the path of a log file, its folder made."""
    folder = var() / "log"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / name


def site() -> Path | None:
    """Return the environment's site-packages; None when this process already runs inside the environment."""
    if Path(sys.prefix) == VENV:
        return None
    return next(iter(sorted(VENV.glob("lib/python3.*/site-packages"))), VENV)
