"""Forms about documents that a room writes."""

from __future__ import annotations

from collections.abc import Sequence

from wtforms import HiddenField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, Optional

from app.core.forms import Form, Length, choices, one_line
from app.core.i18n import LANGUAGES
from app.core.texts import lazy_gettext as _l
from app.irooms.actions.drafting.comments import LONGEST_COMMENT
from app.irooms.actions.drafting.drafts import About
from app.irooms.actions.drafting.sections import LONGEST_HEADING, LONGEST_TEXT, Words, tidy
from app.irooms.collections import Tree
from app.irooms.drafting.anchors import LONGEST_QUOTE, Quote
from app.irooms.faces import Face
from app.irooms.models.drafting import RoomDraft

LONGEST_TITLE = 200
MOST_HEADINGS = 60
_MARKDOWN = _l(
    "Markdown: **bold**, *italic*, - for a list, # for a heading, [words](https://…) for a link, an empty line "
    "between paragraphs."
)


def _tidy(text: str | None) -> str | None:
    return tidy(text) if text else text


def whole_number(typed: str | None) -> int:
    """Return what a hidden field holds as a number; -1 for what is none."""
    text = typed or ""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else -1


class DraftForm(Form):
    """What a document is."""

    title = StringField(
        _l("Title"), [DataRequired(_l("Give the draft a title.")), Length(LONGEST_TITLE)], filters=[one_line]
    )
    purpose = TextAreaField(
        _l("What it is for"), [Optional(), Length(1000)], filters=[_tidy],
        render_kw={"rows": 3},
    )  # fmt: skip
    language = SelectField(_l("Language of the text"), choices=choices(LANGUAGES.items()))

    def about(self) -> About:
        """Return what was typed."""
        return About(self.title.data or "", self.purpose.data or "", self.language.data)

    def show(self, draft: RoomDraft) -> None:
        """Fill in what is kept."""
        self.title.data, self.purpose.data, self.language.data = draft.title, draft.purpose, draft.language


class NewDraftForm(DraftForm):
    """A document to begin, with its first headings."""

    headings = TextAreaField(
        _l("Sections to begin with"),
        [Optional(), Length(10_000)],
        description=_l("One heading a line. More can be added later."),
        render_kw={"rows": 5},
    )

    def lines(self) -> list[str]:
        """Return the headings that were typed."""
        typed = ((one_line(line) or "")[:LONGEST_HEADING] for line in (self.headings.data or "").splitlines())
        return [line for line in typed if line][:MOST_HEADINGS]


class _TextForm(Form):
    """A section's heading and text, and the version it was made from."""

    heading = StringField(
        _l("Heading"), [DataRequired(_l("Give the section a heading.")), Length(LONGEST_HEADING)], filters=[one_line]
    )  # fmt: skip
    text = TextAreaField(
        _l("Text"), [Length(LONGEST_TEXT)], filters=[_tidy],
        description=_MARKDOWN, render_kw={"rows": 18},
    )  # fmt: skip

    def words(self) -> Words:
        """Return what was typed."""
        return Words(self.heading.data or "", self.text.data or "")

    def show(self, words: Words) -> None:
        """Fill in a text."""
        self.heading.data, self.text.data = words.heading, words.text


class NewSectionForm(_TextForm):
    """A section to be added; ``after`` is the id of the one before it (empty: at the beginning)."""

    after = SelectField(_l("Place"), [Optional()], validate_choice=False)

    def offer(self, sections: Sequence[tuple[str, str]], chosen: str) -> None:
        """Let the new section stand behind one of these (id, heading)."""
        self.after.choices = choices(
            ((key, _l("After “%(heading)s”", heading=heading)) for key, heading in sections),
            _l("At the beginning"),
        )
        self.after.data = chosen


class SectionForm(_TextForm):
    """A section's next version."""

    base = HiddenField()
    suggestion = HiddenField()
    note = StringField(
        _l("What you changed, and why"), [Optional(), Length(200)], filters=[one_line],
        description=_l("It stands beside the version in the history."),
    )  # fmt: skip

    @property
    def base_number(self) -> int:
        """The version the person began from; -1 for none that can be read."""
        return whole_number(self.base.data)


class SuggestForm(Form):
    """Another text for a section or a passage of it; ``start`` and ``end`` say which part of the text it replaces."""

    heading = StringField(_l("Heading"), [Optional(), Length(LONGEST_HEADING)], filters=[one_line])
    text = TextAreaField(
        _l("Your text"), [Length(LONGEST_TEXT)], description=_MARKDOWN, render_kw={"rows": 10}
    )
    note = TextAreaField(_l("Why"), [Optional(), Length(1000)], render_kw={"rows": 2})
    base = HiddenField()
    start = HiddenField()
    end = HiddenField()

    @property
    def base_number(self) -> int:
        """The version the person began from; -1 for none that can be read."""
        return whole_number(self.base.data)

    def passage(self, length: int) -> tuple[int, int] | None:
        """Return which part of a text of that length is replaced; None: the whole section."""
        start, end = whole_number(self.start.data), whole_number(self.end.data)
        return (start, end) if 0 <= start <= end <= length else None

    def words(self, base: Words) -> Words:
        """Return the section as suggested, ``base`` being what the person began from."""
        typed = tidy(self.text.data or "")
        place = self.passage(len(base.text))
        if place is None:
            return Words(self.heading.data or base.heading, typed)
        return Words(base.heading, base.text[: place[0]] + typed + base.text[place[1] :])


class CommentForm(Form):
    """A comment on a passage. Scripts fill in what stands around it, so that one of two equal ones is known."""

    quote = TextAreaField(
        _l("Passage"),
        [Optional(), Length(LONGEST_QUOTE)],
        description=_l("Copy it from the text above. Leave it empty to comment on the whole section."),
        render_kw={"rows": 2},
    )
    before = HiddenField()
    after = HiddenField()
    text = TextAreaField(
        _l("Comment"), [DataRequired(_l("Write something first.")), Length(LONGEST_COMMENT)], render_kw={"rows": 3}
    )  # fmt: skip

    def passage(self) -> Quote:
        """Return the passage as it was marked."""
        return Quote(self.quote.data or "", (self.before.data or "")[-200:], (self.after.data or "")[:200])


class ReplyForm(Form):
    """A reply to a comment."""

    text = TextAreaField(
        _l("Reply"), [DataRequired(_l("Write something first.")), Length(LONGEST_COMMENT)], render_kw={"rows": 2}
    )  # fmt: skip


class RejectForm(Form):
    """Why a suggestion is turned down."""

    reason = TextAreaField(
        _l("Reason"),
        [DataRequired(_l("Say why, so that the next suggestion fits.")), Length(1000)],
        description=_l("Who made the suggestion reads it, and so does everybody in the room."),
        render_kw={"rows": 2},
    )


class ChosenForm(Form):
    """Suggestions to be accepted together."""

    chosen = SelectMultipleField(_l("Suggestions"), choices=[], validate_choice=False)


class MilestoneForm(Form):
    """A name for the document as it is."""

    name = StringField(
        _l("Name of this version"), [DataRequired(_l("Give the version a name.")), Length(100)], filters=[one_line]
    )  # fmt: skip
    note = StringField(_l("Note"), [Optional(), Length(300)], filters=[one_line])


class WithdrawForm(Form):
    """Why a document is withdrawn."""

    reason = TextAreaField(
        _l("Reason"), [DataRequired(_l("Say why. Members will read it.")), Length(500)], render_kw={"rows": 2}
    )  # fmt: skip


class EditorForm(Form):
    """Somebody to write the document."""

    member = SelectField(_l("Member"), [DataRequired(_l("Choose a member."))])

    def offer(self, members: Sequence[tuple[str, Face]]) -> None:
        """Let these members be chosen."""
        self.member.choices = choices(((key, face.label) for key, face in members), _l("Choose"))


class PublishForm(MilestoneForm):
    """Where the document goes, and under which name of a version."""

    collection = SelectField(_l("Collection"), [DataRequired(_l("Choose a collection."))])

    def offer(self, shelves: Tree, root: str) -> None:
        """Let the collections be chosen that the person may add to; the outermost one is called ``root``."""
        self.collection.choices = choices(
            (node.public_id, "\u2003" * depth + (node.title or root))
            for depth, node in shelves.outline()
            if node.id in shelves.writable
        )
