"""How pages put a resource into words."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask_babel import gettext as _
from flask_babel import ngettext

from app.accounts.vocabulary import LEGAL_SYSTEMS
from app.core.i18n import format_day, format_size, language_name, page_language
from app.irooms.models.resources import ResourceType, RoomResource
from app.irooms.queries.resources.rows import Row
from app.irooms.queries.resources.training import title_of
from app.irooms.resources_policy import has_text
from app.irooms.resources_vocabulary import KINDS, TYPES
from app.media import queries as media
from app.media.models import MediaFile
from app.media.vocabulary import Family, Paging, Scan

__all__ = [
    "download_words",
    "has_text",
    "host",
    "legal",
    "meta",
    "not_shown",
    "pages",
    "reading_words",
    "title_of",
]


def meta(row: Row) -> list[str]:
    """Return what a resource is, in short pieces: kind, type, language, pages, issuer, date."""
    resource, file = row.resource, row.file
    pieces = [media.kind_words(file) if file else "", str(KINDS[resource.kind])]
    pieces = [next(piece for piece in pieces if piece)]
    if resource.type != ResourceType.OTHER:
        pieces.append(str(TYPES[resource.type]))
    if row.language:
        pieces.append(language_name(row.language, page_language()))
    if file is not None and file.ready and (file.pages or 0) > 1:
        pieces.append(pages(file))
    if file is not None and file.ready and file.scan == Scan.UNSCANNED:
        pieces.append(_("not scanned for viruses"))
    return [*pieces, *(piece for piece in (resource.issuer, format_day(resource.dated)) if piece)]


def pages(file: MediaFile) -> str:
    """Return how many pages a file has, in words."""
    return str(ngettext("%(num)d page", "%(num)d pages", file.pages or 0))


def download_words(file: MediaFile, *, stamped: bool) -> str:
    """Return type and size of what a download gives."""
    if not stamped:
        return f"{media.kind_words(file)}, {format_size(file.size)}"
    picture = file.media_type.startswith("image/")
    return str(_("%(kind)s, with your mark", kind=media.kind_words(file) if picture else "PDF"))


def reading_words(file: MediaFile) -> str:
    """Return what the button that opens a file for reading says; empty when it cannot be read on the page."""
    if file.readable:
        return str(_("Look at the picture") if file.media_type.startswith("image/") else _("Read"))
    return str(_("Read as text")) if has_text(file) else ""


def not_shown(file: MediaFile) -> str:
    """Return why a ready file is not shown as pictures of its pages; empty when it is, or has none."""
    kind = file.sort
    if file.readable or (kind is not None and kind.family is Family.TEXT):
        return ""
    if has_text(file) and file.paging == Paging.NONE:
        return str(_("Files of this kind are not shown as pages here; their text can be read."))
    return media.state_words(file).paging


def legal(resource: RoomResource) -> str:
    """Return the legal systems a resource speaks of, in words."""
    return ", ".join(str(words) for one, words in LEGAL_SYSTEMS.items() if one in resource.legal_systems)


def host(url: str) -> str:
    """Return the host that a link leads to."""
    return urlsplit(url).hostname or ""
