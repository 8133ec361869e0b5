"""What people write in a room becomes HTML that runs nothing and fetches nothing, by either of two gates alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from app.core.database import TransactionalFlask
from app.irooms import rendering
from app.irooms.rendering import plain_text, render_markdown

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[a](javascript:alert(1))",
    "[a](  JaVaScRiPt:alert(1))",
    "[a](data:text/html,<script>alert(1)</script>)",
    "[a](//elsewhere.example)",
    "<javascript:alert(1)>",
    '[a](https://x.example "\\" onmouseover=alert(1) ")',
    "![a](javascript:alert(1))",
    "<svg/onload=alert(1)>",
    "`<script>alert(1)</script>`",
    "```<script>\n<script>alert(1)</script>\n```",
    "| <script> |\n|--|\n| <img src=x onerror=alert(1)> |",
)


@pytest.fixture(autouse=True)
def page(application: TransactionalFlask) -> Iterator[Flask]:
    with application.test_request_context("/"):
        yield application


def test_what_people_write_is_rendered_below_the_headings_of_the_page() -> None:
    html = render_markdown(
        "# Première partie\n\nVoir [le guide](https://guide.example/a) et [la liste](/irooms/x)."
    )
    assert '<h3 dir="auto">Première partie</h3>' in html
    assert '<a href="https://guide.example/a" class="external" rel="nofollow noopener">le guide</a>' in html
    assert '<a href="/irooms/x" rel="nofollow noopener">la liste</a>' in html


def test_a_message_keeps_its_line_breaks_and_a_text_joins_them() -> None:
    assert "one<br>\ntwo" in render_markdown("one\ntwo", line_breaks=True)
    assert "<br" not in render_markdown("one\ntwo")


def test_a_picture_from_elsewhere_is_only_its_description() -> None:
    html = render_markdown("Here: ![a map](https://spy.example/map.png)")
    assert "a map" in html
    assert "spy.example" not in html


def test_plain_text_holds_the_words_and_no_marks() -> None:
    assert plain_text("# Title\n\nSome *words*\nand `code`.\n\n- item") == "Title\nSome words and code.\nitem"


def runs(html: str) -> bool:
    """Whether a browser could run something: a tag or an attribute that nobody wrote for us, or a scheme."""
    tags = ("<script", "<img", "<svg", "<style", "<iframe")
    loose = html.replace("&lt;", "").lower()
    return any(tag in html.lower() for tag in tags) or 'href="javascript' in loose or 'href="data' in loose


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_runs_nothing(text: str) -> None:
    assert not runs(render_markdown(text))


@pytest.mark.parametrize("text", HOSTILE)
def test_the_parser_alone_lets_nothing_through(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "clean", lambda html: html)
    assert not runs(render_markdown(text))


def test_the_cleaner_alone_lets_nothing_through() -> None:
    html = "<p onclick=x>a</p><script>b</script><img src=x onerror=c><a href=javascript:d style=e>f</a><h1>g</h1>"
    assert rendering.clean(html) == '<p>a</p><a rel="nofollow noopener">f</a>g'
