"""What notices say: each feature registers its kinds of notice, and how its scopes are called.

A notice is kept as a kind with plain values and put into words when it is shown, in the reader's language. Words that a
mail may not carry are replaced by discreet ones, which name nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel.speaklater import LazyString

from app.core import log
from app.core.database import JSON
from app.core.texts import lazy_gettext as _l
from app.notifications.models import Notice


@dataclass(frozen=True, slots=True)
class Told:
    """What a notice says in one line, and the path of ours that it is about."""

    text: str
    url: str


Render = Callable[[JSON, int], Told]
MayName = Callable[[JSON], bool]
NamesOf = Callable[[Sequence[str]], Mapping[str, str]]


def never(_params: JSON) -> bool:
    """No mail may carry the words: what holds unless a feature says otherwise."""
    return False


def always(_params: JSON) -> bool:
    """Every mail may carry the words."""
    return True


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of notice: its words, its discreet words, whether a mail may carry the former."""

    render: Render
    discreet: LazyString
    may_name: MayName


class UnknownKind(LookupError):
    """A notice of a kind that no feature has registered."""


DISCREET = _l("There is something new for you")
_kinds: dict[str, Kind] = {}
_namers: dict[str, NamesOf] = {}


def register(
    kind: str, render: Render, *, discreet: LazyString = DISCREET, may_name: MayName = never
) -> None:
    """Register a kind of notice, such as ``room.reply``; registering it again replaces it.

    ``render(params, count)`` puts a notice into words when it is shown (a page, or a mail that may carry them), in the
    language of that moment; ``count`` says how many times it happened since it was last read. ``may_name(params)`` is
    asked when a mail is written; where it says no, the mail carries ``discreet`` instead.
    """
    _kinds[kind] = Kind(render, discreet, may_name)


def name_scope(prefix: str, names_of: NamesOf) -> None:
    """Let people choose for each of their scopes that begin with ``prefix`` (``room``) how often they are told.

    ``names_of(scopes)`` gets the scopes ``prefix:<id>`` that the reader holds and returns the names of those to list,
    all in one query.
    """
    _namers[prefix] = names_of


def kind_of(kind: str) -> Kind:
    """Return a registered kind. Raises UnknownKind."""
    try:
        return _kinds[kind]
    except KeyError:
        raise UnknownKind(f"nobody has registered the notices {kind!r}") from None


def tell(notice: Notice) -> Told | None:
    """Return what a notice says; None for one that cannot be told any more (its kind is gone, or changed).

    One that cannot be told must not take the others along, so its mistake is logged instead of raised.
    """
    try:
        return kind_of(notice.kind).render(notice.params, notice.count)
    except (LookupError, TypeError, ValueError):
        log.failure("notice cannot be told", kind=notice.kind)
        return None


def tell_outside(notice: Notice) -> Told | None:
    """Return what a mail may say of a notice: its words, or the discreet ones, which lead to the list of notices."""
    told = tell(notice)
    if told is None or kind_of(notice.kind).may_name(notice.params):
        return told
    return Told(str(kind_of(notice.kind).discreet), "")


def gone() -> str:
    """Return what stands for a notice that cannot be told any more."""
    return str(_("Something that is not there any more"))


def root(scope: str) -> str:
    """Return the scope that a narrower one lies in: ``room:7`` for ``room:7:managers``."""
    return ":".join(scope.split(":")[:2])


def named(scopes: frozenset[str]) -> dict[str, str]:
    """Return scope → name for those of ``scopes`` that people choose for, in the order of their names."""
    found: dict[str, str] = {}
    for prefix, names_of in _namers.items():
        own = sorted({root(scope) for scope in scopes if scope.startswith(f"{prefix}:")})
        found |= names_of(own) if own else {}
    return dict(sorted(found.items(), key=lambda item: item[1].casefold()))
