"""The platform with one of its two guards against script in people's texts taken away, to see that the other one holds.

``UNGUARDED=sanitiser``: texts reach the page as they were typed (no cleaning, no escaping). ``UNGUARDED=policy``: no
Content-Security-Policy. Served by gunicorn in browser tests only (``tests/browser/test_rooms_hostile.py``).
"""

from __future__ import annotations

import os

import nh3
from flask import Flask, Response
from markdown_it import MarkdownIt

import gateway

TAKEN = os.environ.get("UNGUARDED", "")
app: Flask = gateway.app


def _without_policy(response: Response) -> Response:
    del response.headers["Content-Security-Policy"]
    return response


def _as_typed(html: str, **_options: object) -> str:
    return html


if TAKEN == "policy":
    app.after_request_funcs.setdefault(None, []).insert(0, _without_policy)
elif TAKEN == "sanitiser":
    nh3.clean = _as_typed  # type: ignore[assignment]
    MarkdownIt.render = lambda _self, text, _environment=None: text  # type: ignore[assignment,method-assign]
    app.jinja_env.autoescape = False
