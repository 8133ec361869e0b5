"""Using forms as a browser does: open the page, keep its hidden fields, send."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

_FORM = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.S)
_HIDDEN = re.compile(r'<input\b[^>]*type="hidden"[^>]*>')
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')


def attributes(tag: str) -> dict[str, str]:
    """Return the attributes of a tag."""
    return {name: unescape(value) for name, value in _ATTRIBUTE.findall(tag)}


def hidden_fields(page: str, action: str) -> dict[str, str]:
    """Return the hidden fields of the POST form on ``page`` whose action is (or begins with) ``action``."""
    for head, inside in _FORM.findall(page):
        given = attributes(head)
        if given.get("method", "").lower() == "post" and given.get("action", "").split("?")[0] == action:
            fields = [attributes(tag) for tag in _HIDDEN.findall(inside)]
            return {field["name"]: field.get("value", "") for field in fields}
    raise AssertionError(f"no form sends to {action}")


def send(client: FlaskClient, page: str, action: str | None = None, **typed: Any) -> TestResponse:
    """Open ``page``, fill in the form that sends to ``action`` (default: the page itself), send it."""
    target = action or page.split("?")[0]
    opened = client.get(page)
    assert opened.status_code == 200, (page, opened.status_code, opened.headers.get("Location"))
    return client.post(target, data=hidden_fields(opened.text, target) | typed)
