"""What people write in a room, as HTML: Markdown without raw HTML and without images, then cleaned by an allow list.

Either gate alone keeps scripts out: the parser escapes whatever looks like HTML and makes links to three schemes only;
the cleaner drops every tag, attribute and scheme that is not listed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

import nh3
from flask_babel import gettext as _
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import Markup

FIRST_LEVEL, LAST_LEVEL = 3, 6
"""``#`` becomes h3: the page's own headings stand above."""
_DEEPEST = 20
_LINK = re.compile(r"(https?://[^\s/]|mailto:[^\s@]+@|/(?![/\\]))", re.IGNORECASE)
_OUTSIDE = re.compile(r"https?:", re.IGNORECASE)
_OWN_DIRECTION = {
    "paragraph_open",
    "heading_open",
    "list_item_open",
    "blockquote_open",
    "th_open",
    "td_open",
}

Tokens = Sequence[Token]


def render_markdown(text: str, *, line_breaks: bool = False) -> Markup:
    """Return what somebody wrote as HTML that is safe on a page, headings from h3 on.

    ``line_breaks`` keeps every line break, as people expect of a message. Links carry ``rel="nofollow noopener"``,
    images are only their description, raw HTML is shown as it was typed; each block finds its own direction.
    """
    env: dict[str, Any] = {"breaks": line_breaks}
    tokens = _parser().parse(text, env)
    for token in tokens:
        _prepare(token)
    html = _parser().renderer.render(tokens, _parser().options, env)
    return Markup(clean(html))


def plain_text(text: str) -> str:
    """Return the words of a Markdown text, one block a line: for an index, a notice, a first line."""
    lines = []
    for token in _parser().parse(text, {}):
        if token.type == "inline":
            lines.append(" ".join(_words(token.children or []).split()))
        elif token.type in {"fence", "code_block"}:
            lines.append(token.content.strip())
    return "\n".join(line for line in lines if line)


def clean(html: str) -> str:
    """The second gate: whatever is not on the list goes, should rendering ever let it through."""
    return _cleaner().clean(html)


def _words(children: Tokens) -> str:
    return "".join(" " if child.type in {"softbreak", "hardbreak"} else child.content for child in children)


# ------------------------------------------------------------------------------------------------ rendering


def _prepare(token: Token) -> None:
    if token.type in {"th_open", "td_open"}:
        token.attrs.pop("style", None)  # the alignment of a column; the page allows no inline style
    if token.type in _OWN_DIRECTION:
        token.attrSet("dir", "auto")
    if token.type in {"heading_open", "heading_close"}:
        token.tag = f"h{min(int(token.tag[1:]) + FIRST_LEVEL - 1, LAST_LEVEL)}"


class _Renderer(RendererHTML):
    """Our HTML. Every method is the rule of the token it is named after."""

    def image(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        """No picture from elsewhere: it would tell another site who reads here. Its description stands in its place."""
        return escapeHtml(tokens[idx].content)

    def softbreak(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        """A line break in the text: kept in messages, a blank elsewhere."""
        return "<br>\n" if env.get("breaks") else "\n"

    def link_open(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        """A link; one to another site is marked as such."""
        token = tokens[idx]
        if _OUTSIDE.match(str(token.attrs.get("href", ""))):
            token.attrSet("class", "external")
        return str(self.renderToken(tokens, idx, options, env))

    def table_open(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        """A table in a region that scrolls and can be reached by keyboard."""
        return f'<div class="table-scroll" role="region" tabindex="0" aria-label="{escapeHtml(_("Table"))}"><table>\n'

    def table_close(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        """The end of a table and its region."""
        return "</table></div>\n"


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": _DEEPEST}, renderer_cls=_Renderer)
    parser.enable(["table", "strikethrough"])
    parser.validateLink = lambda url: bool(_LINK.match(url))  # type: ignore[method-assign]
    return parser


# ------------------------------------------------------------------------------------------------ cleaning

_ATTRIBUTES = {
    "a": {"href", "title", "class"},
    "div": {"class", "role", "tabindex", "aria-label"},
    "ol": {"start"},
    **{tag: {"dir"} for tag in ("p", "li", "blockquote", "th", "td", "h3", "h4", "h5", "h6")},
}
_TAGS = {
    *_ATTRIBUTES,
    *("ul", "em", "strong", "s", "code", "pre", "br", "hr", "table", "thead", "tbody", "tr"),
}


@cache
def _cleaner() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener",
        strip_comments=True,
    )
