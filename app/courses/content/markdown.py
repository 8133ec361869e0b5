"""Markdown to HTML: checked against the course's rules, rendered without raw HTML, then cleaned by an allow list."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from mdit_py_plugins.container import container_plugin
from mdit_py_plugins.footnote import footnote_plugin

from app.courses.content.labels import Labels
from app.courses.content.mistakes import near

CALLOUTS = ("note", "law", "caution", "example")
CONTAINERS = (*CALLOUTS, "step", "answer")
_FENCE = re.compile(r" {0,3}(:{3,})[ \t]*(\S*)[ \t]*(.*?)[ \t]*")
_CODE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)")
_WORD = re.compile(r"[㐀-鿿]|[^\W㐀-鿿]+(?:['’-][^\W㐀-鿿]+)*")
_NOT_WORD = re.compile(r"[^\w]+")
_FIRST_LEVEL, _LAST_LEVEL = 2, 4
_CONTROL_SCHEME = re.compile(r"\s*([a-z][a-z0-9+.-]*):", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as a text shows it."""

    name: str
    address: str
    width: int
    height: int


@dataclass(slots=True)
class Context:
    """What a text is rendered with. ``wrong`` gets the line (from 1, in the file) and what is wrong there."""

    slug: str
    labels: Labels
    items: Container[str]
    item_names: Sequence[str]
    figure: Callable[[str], Figure | None]
    wrong: Callable[[int, str], None]
    first_line: int = 1
    anchors: set[str] = field(default_factory=set)
    links_within: list[tuple[int, str]] = field(default_factory=list)
    figures: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Rendered:
    """A text made: HTML, number of words, names of the figures it shows, and its tokens for other forms."""

    html: str
    words: int
    figures: tuple[str, ...]
    tokens: list[Token]


def render(text: str, context: Context) -> Rendered:
    """Render a whole text; what breaks a rule goes to ``context.wrong`` and is neutralised."""
    _check_fences(text, context)
    env: dict[str, Any] = {"context": context}
    tokens = _parser().parse(text, env)
    _prepare(tokens, context)
    html = _parser().renderer.render(tokens, _parser().options, env)
    return Rendered(_clean(html), count_words(tokens), tuple(context.figures), tokens)


def render_inline(text: str, context: Context) -> str:
    """Render one line or sentence: emphasis, code and links only."""
    env: dict[str, Any] = {"context": context}
    tokens = _parser().parseInline(text, env)
    for token in tokens:
        _prepare_inline(token, context, context.first_line)
    return _clean(_parser().renderer.render(tokens, _parser().options, env)).strip()


def count_words(tokens: Sequence[Token]) -> int:
    """Return the number of words a reader reads; each Chinese character counts as one."""
    inner = (child for token in tokens for child in (token.children or ()))
    texts = [child.content for child in inner if child.type in {"text", "code_inline"}]
    blocks = [token.content for token in tokens if token.type in {"fence", "code_block"}]
    return sum(len(_WORD.findall(text)) for text in (*texts, *blocks))


# ------------------------------------------------------------------------------------------------ checks


def _check_fences(text: str, context: Context) -> None:
    """Note containers (``:::``) and code fences that are unknown, never opened or never closed."""
    opened: list[tuple[int, str, int]] = []
    code: tuple[str, int] | None = None
    for line, written in enumerate(text.split("\n"), context.first_line):
        if fence := _CODE.fullmatch(written):
            marks, rest = fence.group(1), fence.group(2).strip()
            if code is None:
                code = marks, line
            elif marks.startswith(code[0]) and not rest:
                code = None
        elif code is None and (colons := _FENCE.fullmatch(written)):
            _container(len(colons.group(1)), colons.group(2), line, opened, context)
    if code:
        context.wrong(code[1], f"this {code[0]} is never closed")
    for length, name, line in opened:
        context.wrong(line, f'"{":" * length} {name}" is never closed')


def _container(
    length: int, name: str, line: int, opened: list[tuple[int, str, int]], context: Context
) -> None:
    if not name:
        if not opened:
            context.wrong(line, f'"{":" * length}" closes nothing')
        elif length < opened[-1][0]:
            context.wrong(
                line, f'"{":" * length}" is too short to close "{":" * opened[-1][0]} {opened[-1][1]}"'
            )
        else:
            opened.pop()
        return
    if name not in CONTAINERS:
        context.wrong(line, f'no container is called "{name}"{near(name, CONTAINERS)}')
    if opened and length >= opened[-1][0]:
        context.wrong(
            line, f'a container inside "{opened[-1][1]}" (line {opened[-1][2]}) needs fewer colons than it'
        )
    if name == "answer" and not any(outer == "step" for _, outer, _ in opened):
        context.wrong(line, "an answer stands inside a step")
    opened.append((length, name, line))


def _prepare(tokens: list[Token], context: Context) -> None:
    """Check the tokens and give them what rendering needs: addresses, ids, sizes. Lines come from the nearest block."""
    line, level = context.first_line, _FIRST_LEVEL - 1
    for index, token in enumerate(tokens):
        if token.map:
            line = context.first_line + token.map[0]
        if token.type == "heading_open":
            level = _heading(token, tokens[index + 1], line, level, context)
        elif token.type == "html_block":
            context.wrong(line, "HTML is not rendered here, write Markdown")
        elif token.type in {"th_open", "td_open"}:
            token.attrs.pop("style", None)
            token.meta["empty"] = not tokens[index + 1].content.strip()
        elif token.type == "inline":
            _prepare_inline(token, context, line, _alone(tokens, index))
    for at, target in context.links_within:
        if target not in context.anchors:
            context.wrong(at, f'no heading has the id "{target}"{near(target, context.anchors)}')


def _heading(token: Token, inline: Token, line: int, before: int, context: Context) -> int:
    level = int(token.tag[1:])
    if level < _FIRST_LEVEL:
        context.wrong(line, "headings start at ##: the title is in the front matter")
    elif level > _LAST_LEVEL:
        context.wrong(line, f"headings end at {'#' * _LAST_LEVEL}")
    elif level > before + 1:
        context.wrong(line, f"a heading {'#' * level} follows {'#' * before}: one level is left out")
    level = min(max(level, _FIRST_LEVEL), _LAST_LEVEL)
    token.tag = f"h{level}"
    token.attrSet("id", _anchor(inline, context))
    return level


def _anchor(inline: Token, context: Context) -> str:
    words = "".join(child.content for child in inline.children or ())
    plain = "s-" + (_NOT_WORD.sub("-", words.lower()).strip("-")[:60] or "part")
    found, number = plain, 1
    while found in context.anchors:
        number += 1
        found = f"{plain}-{number}"
    context.anchors.add(found)
    return found


def _alone(tokens: Sequence[Token], index: int) -> bool:
    """Whether an inline token is nothing but one image in a paragraph of its own; the paragraph is then hidden."""
    children = tokens[index].children or []
    around = tokens[index - 1]
    if len(children) != 1 or children[0].type != "image" or around.type != "paragraph_open" or around.hidden:
        return False
    around.hidden = tokens[index + 1].hidden = True
    return True


def _prepare_inline(token: Token, context: Context, line: int, alone: bool = False) -> None:
    external = False
    for child in token.children or []:
        if child.type in {"softbreak", "hardbreak"}:
            line += 1
        elif child.type == "html_inline":
            context.wrong(line, "HTML is not rendered here, write Markdown")
        elif child.type == "image":
            _image(child, context, line, alone)
        elif child.type == "link_open":
            external = _link(child, context, line)
        elif child.type == "link_close":
            child.meta["external"] = external
        elif child.type == "text" and "[^" in child.content:
            context.wrong(line, "a footnote that is nowhere defined")


def _link(token: Token, context: Context, line: int) -> bool:
    """Give a link its address; True when it leads to another site."""
    target = str(token.attrs.pop("href", ""))
    scheme = _CONTROL_SCHEME.match(target)
    if scheme and scheme.group(1).lower() in {"http", "https"}:
        token.attrs |= {"href": target, "class": "external", "rel": "noopener noreferrer"}
        return True
    if target.startswith("item:"):
        name = target.removeprefix("item:")
        if name not in context.items:
            context.wrong(line, f'no item is called "{name}"{near(name, context.item_names)}')
        else:
            token.attrs["href"] = f"/courses/{context.slug}/items/{name}"
    elif target.startswith("#"):
        token.attrs["href"] = target
        context.links_within.append((line, target[1:]))
    elif target.startswith("mailto:"):
        token.attrs["href"] = target
    else:
        context.wrong(
            line,
            f'a link leads to an item (item:…), a heading (#…) or the web (https://…), not to "{target[:60]}"',
        )
    return False


def _image(token: Token, context: Context, line: int, alone: bool) -> None:
    source = str(token.attrs.pop("src", ""))
    name = source.removeprefix("figure:")
    if not token.content.strip():
        context.wrong(line, "the figure has no alternative text: ![what it shows](figure:…)")
    if not alone:
        context.wrong(line, "a figure stands on a line of its own")
    if not source.startswith("figure:"):
        context.wrong(line, f'a figure is a file of the course (figure:name.svg), not "{source[:60]}"')
        return
    figure = context.figure(name)
    if figure is None:
        context.wrong(line, f'there is no figure "{name}"')
        return
    context.figures.append(name)
    token.meta["figure"] = figure


# ------------------------------------------------------------------------------------------------ rendering

Tokens = Sequence[Token]


class _Renderer(RendererHTML):
    """Our HTML. Every method is the rule of the token it is named after."""

    def html_block(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        """Show raw HTML as it is written."""
        return f"<p>{escapeHtml(tokens[idx].content)}</p>\n"

    def html_inline(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        """Show raw HTML as it is written."""
        return escapeHtml(tokens[idx].content)

    def image(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        """A figure with its caption; its alternative text alone when it could not be found."""
        token = tokens[idx]
        figure, alt = token.meta.get("figure"), escapeHtml(token.content)
        if figure is None:
            return f"<p>{alt}</p>"
        caption = str(token.attrs.get("title") or "")
        below = f"<figcaption>{render_caption(caption, env)}</figcaption>" if caption else ""
        size = f'width="{figure.width}" height="{figure.height}"'
        return f'<figure><img src="{escapeHtml(figure.address)}" {size} loading="lazy" alt="{alt}">{below}</figure>\n'

    def link_close(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        """The end of a link, marked for eyes and ears when it leads to another site."""
        if not tokens[idx].meta.get("external"):
            return "</a>"
        said = escapeHtml(env["context"].labels.external)
        return f'<span aria-hidden="true">\u00a0↗</span><span class="visually-hidden"> ({said})</span></a>'

    def table_open(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        """A table in a region that scrolls and can be reached by keyboard; where there are several, by number."""
        label = escapeHtml(env["context"].labels.table)
        places = [place for place, token in enumerate(tokens) if token.type == "table_open"]
        if len(places) > 1:
            label = f"{label} {places.index(idx) + 1}"
        return f'<div class="table-scroll" role="region" tabindex="0" aria-label="{label}"><table>\n'

    def table_close(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        """The end of a table and its region."""
        return "</table></div>\n"

    def th_open(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        """A column's heading; an empty one is no heading."""
        return "<td>" if tokens[idx].meta["empty"] else '<th scope="col">'

    def th_close(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        """The end of a column's heading."""
        return "</td>\n" if tokens[idx - 2].meta["empty"] else "</th>\n"

    def footnote_anchor(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        """The way back from a footnote."""
        number = tokens[idx].meta["id"] + 1
        again = f":{tokens[idx].meta['subId']}" if tokens[idx].meta.get("subId", 0) > 0 else ""
        label = escapeHtml(env["context"].labels.back)
        return f' <a href="#fnref{number}{again}" class="footnote-back" aria-label="{label}">↩\ufe0e</a>'

    def footnote_block_open(self, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
        """The footnotes, below the text."""
        return f'<section class="footnotes" aria-label="{escapeHtml(env["context"].labels.notes)}"><ol>\n'


def render_caption(text: str, env: EnvType) -> str:
    """Return a caption or title as inline HTML (no figures in it)."""
    context = env["context"]
    env = {"context": context}  # of its own: footnotes of the text stay out
    tokens = _parser().parseInline(text, env)
    for token in tokens:
        token.children = [child for child in token.children or [] if child.type != "image"]
        _prepare_inline(token, context, context.first_line)
    return str(_parser().renderer.render(tokens, _parser().options, env))


def container_title(token: Token) -> tuple[str, str]:
    """Return name and title of a container: ``law`` and ``Two scopes`` of ``::: law Two scopes``."""
    name, _, title = token.info.strip().partition(" ")
    return name, title.strip()


def _container_open(renderer: Any, tokens: Tokens, idx: int, options: OptionsDict, env: EnvType) -> str:
    token = tokens[idx]
    name, title = container_title(token)
    if token.nesting == -1:
        return {"step": "</section>\n", "answer": "</details>\n"}.get(name or _name_of(token), "</div>\n")
    shown = render_caption(title or getattr(env["context"].labels, name, ""), env)
    if name == "step":
        heading = f'<h2 class="step-title">{shown}</h2>\n' if shown else ""
        return f'<section class="step">{heading}'
    if name == "answer":
        return f'<details class="answer"><summary>{shown}</summary>\n'
    return f'<div class="callout callout--{name}" role="note"><p class="callout-title">{shown}</p>\n'


def _name_of(token: Token) -> str:
    """The container's name from its token's type, ``container_step_close``."""
    return token.type.removeprefix("container_").removesuffix("_close")


@cache
def _parser() -> MarkdownIt:
    """CommonMark with tables, footnotes and our containers. HTML is recognised so that it can be refused."""
    parser = MarkdownIt("commonmark", {"html": True, "maxNesting": 20}, renderer_cls=_Renderer).enable(
        "table"
    )
    parser.validateLink = lambda url: True  # type: ignore[method-assign] # we say what is wrong with a link
    renderer = parser.renderer
    assert isinstance(renderer, _Renderer)
    own = {name: renderer.rules[name] for name in ("footnote_anchor", "footnote_block_open")}
    parser.use(footnote_plugin)
    renderer.rules.update(own)
    parser.add_render_rule("footnote_block_close", _footnotes_close)
    for name in CONTAINERS:
        parser.use(container_plugin, name, render=_container_open)
    return parser


def _footnotes_close(_renderer: Any, _tokens: Tokens, _idx: int, _options: OptionsDict, _env: EnvType) -> str:
    return "</ol></section>\n"


# ------------------------------------------------------------------------------------------------ cleaning

_ATTRIBUTES = {
    "a": {"href", "title", "class", "rel", "id", "aria-label"},
    "h2": {"id", "class"},
    "h3": {"id"},
    "h4": {"id"},
    "div": {"class", "role", "tabindex", "aria-label"},
    "section": {"class", "aria-label"},
    "details": {"class"},
    "p": {"class"},
    "span": {"class", "aria-hidden"},
    "sup": {"class"},
    "li": {"id", "class"},
    "ol": {"start"},
    "th": {"scope"},
    "img": {"src", "width", "height", "alt", "loading"},
}
_TAGS = {
    *_ATTRIBUTES,
    *("ul", "em", "strong", "code", "pre", "blockquote", "br", "hr", "table", "thead", "tbody", "tr", "td"),
    *("figure", "figcaption", "summary"),
}


@cache
def _cleaner() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
        strip_comments=True,
    )


def _clean(html: str) -> str:
    """The second gate: whatever is not on the list goes, should rendering ever let it through."""
    return _cleaner().clean(html)
