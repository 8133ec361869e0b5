"""The look through templates and style sheets finds what must not be there, and nothing else."""

from __future__ import annotations

import pytest

from tooling import templates


@pytest.mark.parametrize(
    "markup",
    [
        '<p style="color: red">',
        "<a {% if a > b %}class=x{% endif %} style='x'>",
        '<button\n  onclick="go()">',
        "<script>go()</script>",
        "<style>p { margin: 0 }</style>",
        '<a href="javascript:go()">',
        '<div hx-on:click="go()">',
        """<div hx-vals='js:{a: 1}'>""",
    ],
)
def test_inline_things_are_found(markup: str) -> None:
    assert next(templates._markup_faults("\n\n" + markup, "page.html")).startswith("page.html:3:")


@pytest.mark.parametrize(
    "markup",
    [
        '<script src="{{ asset(\'site.js\') }}" type="module"></script>',
        "{# <p style='x'> #}",
        '<p data-style="calm" class="lifestyle">one = two, style = a word</p>',
        '<div hx-get="/more" hx-trigger="click">',
    ],
)
def test_what_is_fine_is_left_alone(markup: str) -> None:
    assert list(templates._markup_faults(markup, "page.html")) == []


@pytest.mark.parametrize(
    "rule",
    [
        "margin-left: 1px",
        "padding-right:0",
        "left: 0",
        "text-align: right",
        "border-top-left-radius: 2px",
        "float:left",
    ],
)
def test_physical_properties_are_found(rule: str) -> None:
    assert next(templates._sheet_faults(f"p {{\n  {rule};\n}}", "a.css")).startswith("a.css:2: physical")
    assert list(templates._sheet_faults(f"p {{\n  {rule}; /* physical: a video's bar */\n}}", "a.css")) == []


def test_logical_properties_are_fine() -> None:
    sheet = "p { margin-inline-start: 1px; inset-inline-end: 0; text-align: start } /* left: 0 */"
    assert list(templates._sheet_faults(sheet, "a.css")) == []
