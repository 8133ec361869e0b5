"""Files: received, checked, scanned, stored, shown as pages, stamped, served only to those allowed."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Register the pages."""
