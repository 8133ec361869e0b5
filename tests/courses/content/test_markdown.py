# ruff: noqa: E501 - HTML is compared as it is
"""Markdown becomes the HTML the pages expect, and nothing hostile gets through."""

from __future__ import annotations

import re
import time

import pytest

from app.courses.content.labels import Labels
from app.courses.content.markdown import Context, Figure, Rendered, render, render_inline

LABELS = Labels(
    note="Note",
    law="The law",
    caution="Caution",
    example="Example",
    answer="Show one answer",
    table="Table",
    notes="Notes",
    back="Back to the text",
    external="on another site",
    page="{number} of {total}",
)
FIGURE = Figure("boxes.svg", "/courses/small/files/0123456789abcdef/boxes.svg", 640, 320)


def context(said: list[tuple[int, str]] | None = None) -> Context:
    told = [] if said is None else said
    return Context(
        slug="small",
        labels=LABELS,
        items={"m1-first"},
        item_names=["m1-first"],
        figure=lambda name: FIGURE if name == FIGURE.name else None,
        wrong=lambda line, text: told.append((line, text)),
    )


def made(text: str) -> Rendered:
    """Render a text that must be without mistakes."""
    said: list[tuple[int, str]] = []
    rendered = render(text, context(said))
    assert said == []
    return rendered


def test_several_tables_are_told_apart_by_number() -> None:
    table = "| A | B |\n|---|---|\n| c | d |"
    html = made(f"{table}\n\nBetween.\n\n{table}").html
    assert re.findall(r'aria-label="([^"]+)"', html) == ["Table 1", "Table 2"]


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("A *b* **c** `d`", "<p>A <em>b</em> <strong>c</strong> <code>d</code></p>"),
        ("## Who holds it?", '<h2 id="s-who-holds-it">Who holds it?</h2>'),
        ("## البصمة الرقمية", '<h2 id="s-البصمة-الرقمية">البصمة الرقمية</h2>'),
        ("[a](item:m1-first)", '<p><a href="/courses/small/items/m1-first">a</a></p>'),
        ("## A\n\n[a](#s-a)", '<h2 id="s-a">A</h2>\n<p><a href="#s-a">a</a></p>'),
        ("[a](https://example.org/?b=1&c=2)", '<p><a href="https://example.org/?b=1&amp;c=2" class="external" '
         'rel="noopener noreferrer">a<span aria-hidden="true">&nbsp;↗</span>'
         '<span class="visually-hidden"> (on another site)</span></a></p>'),
        ("![Alt](figure:boxes.svg \"A *caption*\")", '<figure><img src="/courses/small/files/0123456789abcdef/boxes.svg" '
         'width="640" height="320" loading="lazy" alt="Alt"><figcaption>A <em>caption</em></figcaption></figure>'),
        ("::: law Two *scopes*\nText\n:::", '<div class="callout callout--law" role="note">'
         '<p class="callout-title">Two <em>scopes</em></p>\n<p>Text</p>\n</div>'),
        ("::: caution\nText\n:::", '<div class="callout callout--caution" role="note">'
         '<p class="callout-title">Caution</p>\n<p>Text</p>\n</div>'),
        (":::: step First?\nAsk\n::: answer\nSay\n:::\n::::", '<section class="step"><h2 class="step-title">First?</h2>\n'
         '<p>Ask</p>\n<details class="answer"><summary>Show one answer</summary>\n<p>Say</p>\n</details>\n</section>'),
        ("| | B |\n|---|--:|\n| c | d |", '<div class="table-scroll" role="region" tabindex="0" aria-label="Table"><table>\n'
         '<thead>\n<tr>\n<td></td>\n<th scope="col">B</th>\n</tr>\n</thead>\n'
         '<tbody>\n<tr>\n<td>c</td>\n<td>d</td>\n</tr>\n</tbody>\n</table></div>'),
        ("A[^1]\n\n[^1]: B", '<p>A<sup class="footnote-ref"><a href="#fn1" id="fnref1">[1]</a></sup></p>\n'
         '<section class="footnotes" aria-label="Notes"><ol>\n<li id="fn1" class="footnote-item"><p>B '
         '<a href="#fnref1" class="footnote-back" aria-label="Back to the text">↩\ufe0e</a></p>\n</li>\n</ol></section>'),
        ("3. a\n4. b", '<ol start="3">\n<li>a</li>\n<li>b</li>\n</ol>'),
    ],
)  # fmt: skip
def test_markdown_becomes_html(text: str, html: str) -> None:
    assert made(text).html.strip() == html


def test_two_headings_of_the_same_words_have_two_ids() -> None:
    assert re.findall(r'id="([^"]+)"', made("## Why\n\n## Why").html) == ["s-why", "s-why-2"]


def test_words_are_counted_without_marks() -> None:
    assert made("## Two words\n\nIt's **one** of 3, see [here](item:m1-first).").words == 8
    assert made("电子证据").words == 4


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "a <a href='javascript:alert(1)'>b</a>",
    "<iframe src='https://example.org'></iframe>",
    "<style>body{display:none}</style>",
    "<details open ontoggle=alert(1)>",
    "[a](javascript:alert(1))",
    "[a](JaVaScRiPt:alert(1))",
    "[a](java&#x0A;script:alert(1))",
    "[a](&#106;avascript:alert(1))",
    "[a](<  javascript:alert(1)>)",
    "[a](vbscript:msgbox(1))",
    "[a](data:text/html;base64,PHNjcmlwdD4=)",
    "[a](file:///etc/passwd)",
    "[a](//example.org/)",
    "[a](/account/sign-out)",
    "<javascript:alert(1)>",
    "![a](javascript:alert(1))",
    "![a](data:image/svg+xml;base64,PHN2Zz4=)",
    "![a](https://example.org/track.gif)",
    "![a](figure:../../secret.svg)",
    '![a" onerror="alert(1)](figure:none.svg)',
    "[ref]: javascript:alert(1)\n\n[a][ref]",
    "&lt;script&gt;[x](javascript:alert(1))",
    "::: law <img src=x onerror=alert(1)>\nText\n:::",
    ":::: step <script>alert(1)</script>\nText\n::::",
    '## x" onmouseover="alert(1)\n\n<b onclick=alert(1)>',
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_markdown_is_told_and_neutralised(text: str) -> None:
    said: list[tuple[int, str]] = []
    html = render(text, context(said)).html
    assert said or "&lt;" in html
    tags = re.findall(r"<(/?[a-z0-9]+)([^>]*)>", html)
    assert not {name for name, _ in tags} & {"script", "style", "svg", "iframe", "img", "b", "details"}
    assert not [one for _, one in tags if re.search(r'(?:^|\s)on[a-z]+=|(?:href|src)="(?!#|/courses/)', one)]


@pytest.mark.parametrize("text", [one for one in HOSTILE if "\n" not in one])
def test_hostile_words_of_questions_are_neutralised(text: str) -> None:
    html = render_inline(text, context([]))
    assert not re.search(r"<(?!/?(?:p|a|em|strong|code)[ >])", html)
    assert not re.search(r"<[^>]*href", html)


def test_quotes_in_alternative_text_stay_inside_it() -> None:
    html = made('![a" onload="alert(1)](figure:boxes.svg)').html
    assert 'alt="a&quot; onload=&quot;alert(1)"' in html


@pytest.mark.parametrize(
    "text",
    [
        ">" * 20_000 + " x",
        "- " * 5_000 + "x",
        "[" * 20_000 + "x" + "](item:m1-first)" * 5_000,
        "*" * 20_000 + "x" + "_" * 20_000,
        "`" * 20_000 + "x",
        "![" * 5_000,
        "| a " * 2_000 + "|\n" + "|---" * 2_000 + "|\n",
        "".join(f"{':' * (3 + count)} note\n" for count in range(300, 0, -1)),
        "[^1]" * 5_000 + "\n\n[^1]: x",
        "<" * 20_000,
        "&" * 20_000,
    ],
    ids=lambda text: text[:4],
)
def test_huge_nesting_ends_soon(text: str) -> None:
    started = time.process_time()
    render(text, context([]))
    assert time.process_time() - started < 5
