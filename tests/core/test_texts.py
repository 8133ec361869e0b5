"""Texts translated when they are shown."""

from __future__ import annotations

from flask import render_template_string
from markupsafe import escape

from app.core.database import TransactionalFlask
from app.core.texts import lazy_gettext


def test_words_of_people_in_a_lazy_text_are_escaped(application: TransactionalFlask) -> None:
    """As a label of a choice and within a page; Flask-Babel's own text would let them through."""
    with application.test_request_context("/"):
        label = lazy_gettext("After “%(heading)s”", heading="<svg onload=x>")
        assert str(label) == "After “<svg onload=x>”"
        assert escape(label) == "After “&lt;svg onload=x&gt;”"
        assert render_template_string("{{ label }}", label=label) == "After “&lt;svg onload=x&gt;”"


def test_a_lazy_text_is_in_the_language_of_its_reader(application: TransactionalFlask) -> None:
    label = lazy_gettext("Sign in")
    shown = []
    for language in ("en", "ar"):
        with application.test_request_context(f"/?lang={language}"):
            shown.append(str(label))
    assert shown[0] == "Sign in"
    assert shown[1] != "Sign in"
