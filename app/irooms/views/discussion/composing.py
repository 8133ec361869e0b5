"""The form somebody writes in: made from a draft or a quote, or as typed when it was refused."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.core.i18n import page_language
from app.irooms.actions.discussion.words import LONGEST_QUOTE
from app.irooms.faces import Face
from app.irooms.forms.discussion import PostForm, TopicForm
from app.irooms.mentions import to_labels
from app.irooms.models.discussion import RoomPost, RoomPostDraft
from app.irooms.queries.discussion import posts
from app.irooms.queries.discussion.attachments import Attachment, attachments, readable
from app.irooms.queries.discussion.people import by_public_id
from app.irooms.seats import Seat


@dataclass(frozen=True, slots=True)
class Composer:
    """A form with what it holds beside text: people mentioned, resources attached; whether a draft is kept of it."""

    form: PostForm
    people: Sequence[Face] = ()
    files: Sequence[Attachment] = ()
    kept: bool = False


def wanted(draft: RoomPostDraft | None, quoted: RoomPost | None) -> tuple[set[int], set[int]]:
    """Return the numbers of the members and of the resources that a draft speaks of."""
    if draft is None:
        return set(), set()
    return {*draft.mentions, *(quoted.mentions if quoted else [])}, set(draft.attachments)


def from_draft(
    form: PostForm,
    draft: RoomPostDraft | None,
    quoted: RoomPost | None,
    found: Mapping[int, Face],
    files: Mapping[int, Attachment],
) -> Composer:
    """Return the composer as the person left it, or an empty one; the maps hold what :func:`wanted` asked for."""
    form.language.data = (draft.language if draft else "") or page_language()
    form.client_id.data = str(draft.client_id if draft else uuid.uuid4())
    if draft is None:
        return Composer(form)
    known = {face.id: face for face in found.values()}
    form.text.data = to_labels(draft.text, known)
    if isinstance(form, TopicForm):
        form.title.data = draft.title
    if quoted is not None:
        form.quote_of.data, form.quote_text.data = quoted.public_id, to_labels(draft.quote_text, known)
    people = [found[id] for id in draft.mentions if id in found]
    return Composer(form, people, [files[id] for id in draft.attachments if id in files], kept=True)


def quoting(seat: Seat, composer: Composer, post: RoomPost) -> Composer:
    """Let the composer quote a post: all of it, for the person to shorten."""
    composer.form.quote_of.data = post.public_id
    composer.form.quote_text.data = posts.quotable(seat, post)[:LONGEST_QUOTE]
    return composer


def as_typed(seat: Seat, form: PostForm) -> Composer:
    """Return the composer as it was sent."""
    typed = form.words()
    form.client_id.data = str(typed.client_id)
    ids = readable(seat, typed.attachments)
    files = attachments(seat, ids)
    return Composer(form, by_public_id(seat, typed.mentions), [files[id] for id in ids], kept=True)
