"""Forms about what a room holds: resources of each kind, their words, versions, collections, reading lists, codes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

from flask_babel import gettext as _
from wtforms import (
    DateField,
    Field,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.accounts.vocabulary import LEGAL_SYSTEMS
from app.core.database import JSON
from app.core.forms import Form, Length, WholeNumberField, choices, one_line
from app.core.texts import lazy_gettext as _l
from app.irooms.actions.resources.collections import Description
from app.irooms.collections import FOR_ROLES, Deed, Node, Right, Tree
from app.irooms.models import RoomRole
from app.irooms.models.resources import RoomResourceVersion
from app.irooms.queries.resources.rows import Row
from app.irooms.resources_vocabulary import RIGHTS, TYPES, language_choices
from app.irooms.resources_words import LONGEST_TITLE, LegalReference, Words, joined, tags_of
from app.irooms.vocabulary import ROLES
from app.records.models import Activity

LONGEST_TEXT = 100_000


class AboutForm(Form):
    """What is said of a resource beside its title and language."""

    type = SelectField(_l("Document type"), choices=choices(TYPES.items()), default="other")
    summary = TextAreaField(_l("Summary"), [Optional(), Length(2000)], render_kw={"rows": 3})
    symbol = StringField(
        _l("Document symbol"),
        [Optional(), Length(80)],
        filters=[one_line],
        description=_l("As printed on the document, such as S/RES/2396 (2017)."),
    )
    issuer = StringField(_l("Issued by"), [Optional(), Length(160)], filters=[one_line])
    dated = DateField(_l("Date of the document"), [Optional()])
    tags = StringField(
        _l("Tags"),
        [Optional(), Length(500)],
        filters=[one_line],
        description=_l("Words parted by commas, at most 12."),
    )
    legal_systems = SelectMultipleField(
        _l("Legal systems it speaks of"),
        [Optional()],
        choices=choices(LEGAL_SYSTEMS.items()),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )

    def said(self, title: str, language: str) -> Words:
        """Return what was typed, under a title in a language."""
        return Words(
            title=title,
            type=self.type.data,
            summary=(self.summary.data or "").strip(),
            symbol=self.symbol.data or "",
            issuer=self.issuer.data or "",
            dated=self.dated.data,
            language=language,
            tags=tags_of(self.tags.data or ""),
            legal_systems=list(self.legal_systems.data or []),
        )


class WordsForm(AboutForm):
    """What is said of a resource."""

    title = StringField(
        _l("Title"),
        [DataRequired(_l("Give the resource a title.")), Length(LONGEST_TITLE)],
        filters=[one_line],
    )
    language = SelectField(_l("Language"), [Optional()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.language.choices = choices(language_choices(), _l("Not said"))

    def words(self) -> Words:
        """Return what was typed."""
        return self.said(self.title.data or "", self.language.data or "")

    def show(self, row: Row) -> None:
        """Fill in what is kept."""
        words = Words.of(row.resource)
        for name in Words.__dataclass_fields__:
            self[name].data = getattr(words, name)
        self.tags.data = joined(words.tags)


class Secure:
    """Refuses what is no https address."""

    def __call__(self, _form: Form, field: Field) -> None:
        parts = urlsplit(field.data or "")
        if parts.scheme != "https" or not parts.hostname or parts.username or "." not in parts.hostname:
            raise ValidationError(_("Enter an address that begins with https://"))


def _url_field() -> StringField:
    return StringField(
        _l("Address"),
        [DataRequired(_l("Enter the address.")), Length(2000), Secure()],
        filters=[one_line],
        description=_l("It begins with https://. Nothing is fetched from there."),
        render_kw={"inputmode": "url"},
    )


def _text_field(label: Any, *, required: bool) -> TextAreaField:
    return TextAreaField(
        label,
        [DataRequired(_l("Write the text.")) if required else Optional(), Length(LONGEST_TEXT)],
        description=_l("Markdown: # for a heading, * for a list, **bold**."),
        render_kw={"rows": 14},
    )


class _Content(Form):
    """The content of a version, whatever its kind."""

    def text_given(self) -> str:
        """Return the text, Markdown."""
        return (self["text"].data or "").strip() if "text" in self else ""

    def details_given(self) -> JSON:
        """Return what is neither text nor file."""
        return {}

    def fill(self, version: RoomResourceVersion) -> None:
        """Fill in what a version holds."""
        if "text" in self:
            self["text"].data = version.text


class LinkContent(_Content):
    """A link."""

    url = _url_field()

    def details_given(self) -> JSON:
        """Return the address."""
        return {"url": self.url.data}

    def fill(self, version: RoomResourceVersion) -> None:
        """Fill in the address."""
        self.url.data = version.details.get("url", "")


class TextContent(_Content):
    """A text page."""

    text = _text_field(_l("Text"), required=True)


class LegalContent(_Content):
    """A legal reference: at least an instrument or a resolution."""

    instrument = StringField(
        _l("Instrument"), [Length(200)], filters=[one_line], description=_l("A convention, a law, a code.")
    )
    article = StringField(_l("Article"), [Optional(), Length(80)], filters=[one_line])
    resolution = StringField(_l("Resolution"), [Optional(), Length(120)], filters=[one_line])
    year = WholeNumberField(_l("Year"), [Optional(), NumberRange(1800, 2200, _l("A year of four digits."))])
    text = _text_field(_l("Wording"), required=False)

    def validate_instrument(self, field: Field) -> None:
        """Ask for one of the two."""
        if not field.data and not self.resolution.data:
            raise ValidationError(_("Name the instrument or the resolution."))

    def details_given(self) -> JSON:
        """Return where the rule stands."""
        return LegalReference(
            self.instrument.data or "", self.article.data or "", self.resolution.data or "", self.year.data
        ).as_json()

    def fill(self, version: RoomResourceVersion) -> None:
        """Fill in where the rule stands."""
        super().fill(version)
        for name, value in LegalReference.of(version.details).as_json().items():
            self[name].data = value


class LinkForm(LinkContent, WordsForm):
    """Adding a link."""


class TextForm(TextContent, WordsForm):
    """Adding a text page."""


class LegalForm(LegalContent, WordsForm):
    """Adding a legal reference."""


class TrainingForm(AboutForm):
    """Adding a course, series or recording of the platform; its title is the activity's own."""

    training = SelectField(_l("Which one"), [InputRequired(_l("Choose one from the list."))])

    def offer(self, activities: Sequence[tuple[Activity, str]]) -> None:
        """Let these be chosen, by the titles given."""
        self._offered = {str(activity.key): (activity, title) for activity, title in activities}
        titles = ((key, title) for key, (_activity, title) in self._offered.items())
        self.training.choices = choices(titles, _l("Choose"))

    @property
    def chosen(self) -> Activity:
        """The activity chosen in a valid form."""
        return self._offered[self.training.data][0]

    def words(self) -> Words:
        """Return what was typed, under the activity's title."""
        return self.said(self._offered[self.training.data][1][:LONGEST_TITLE], "")


class _Note(Form):
    """What is new in a version."""

    note = StringField(
        _l("What is new"),
        [DataRequired(_l("Say in a few words what is new.")), Length(300)],
        filters=[one_line],
    )


class FileVersionForm(_Note, _Content):
    """A new version of a file; the file itself comes beside the form."""


class LinkVersionForm(_Note, LinkContent):
    """A new version of a link."""


class TextVersionForm(_Note, TextContent):
    """A new version of a text page."""


class LegalVersionForm(_Note, LegalContent):
    """A new version of a legal reference."""


class CommonForm(Form):
    """The same words for several resources: what is left empty stays as it is."""

    type = SelectField(_l("Document type"), [Optional()], choices=choices(TYPES.items(), _l("As it is")))
    issuer = StringField(_l("Issued by"), [Optional(), Length(160)], filters=[one_line])
    dated = DateField(_l("Date of the document"), [Optional()])
    language = SelectField(_l("Language"), [Optional()])
    tags = StringField(
        _l("Tags"),
        [Optional(), Length(500)],
        filters=[one_line],
        description=_l("They replace those that are there."),
    )
    legal_systems = SelectMultipleField(
        _l("Legal systems they speak of"),
        [Optional()],
        choices=choices(LEGAL_SYSTEMS.items()),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    into = SelectField(_l("Move to the collection"), [Optional()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.language.choices = choices(language_choices(), _l("As it is"))

    def offer(self, shelves: Tree) -> None:
        """Let the collections be chosen that may be added to."""
        self.into.choices = choices(shelf_choices(shelves, shelves.writable), _l("As it is"))

    def common(self) -> dict[str, Any]:
        """Return what was filled in, by the names of columns."""
        given: dict[str, Any] = {
            "type": self.type.data,
            "issuer": self.issuer.data,
            "dated": self.dated.data,
            "language": self.language.data,
            "tags": tags_of(self.tags.data or ""),
            "legal_systems": list(self.legal_systems.data or []),
        }
        return {name: value for name, value in given.items() if value}


class IntoForm(Form):
    """Another collection for a resource or a collection."""

    into = SelectField(_l("Collection"), [InputRequired(_l("Choose a collection."))])

    def offer(self, shelves: Tree, allowed: frozenset[int]) -> None:
        """Let these collections be chosen."""
        self.into.choices = choices(shelf_choices(shelves, allowed), _l("Choose"))


def shelf_choices(shelves: Tree, allowed: frozenset[int]) -> list[tuple[str, str]]:
    """Return collections to choose from, each behind as many dashes as it is deep."""
    return [
        (node.public_id, f"{'– ' * depth}{node.title or _('Resources')}")
        for depth, node in shelves.outline()
        if node.id in allowed
    ]


class CollectionForm(Form):
    """A collection's words and rights; the outermost one has rights only."""

    title = StringField(
        _l("Title"), [DataRequired(_l("Give the collection a title.")), Length(120)], filters=[one_line]
    )
    description = TextAreaField(_l("Description"), [Optional(), Length(1000)], render_kw={"rows": 3})

    read_expert = SelectField(default="")
    read_member = SelectField(default="")
    read_observer = SelectField(default="")
    write_expert = SelectField(default="")
    write_member = SelectField(default="")

    def name_rights(self, inherited: Callable[[Deed, RoomRole], bool], *, outermost: bool) -> None:
        """Say at each right whose it is, and what it is when nothing is said: ``inherited`` tells."""
        for deed, role, field in self._rights():
            field.label.text = (
                _("%(role)s: read", role=ROLES[role])
                if deed == Deed.READ
                else _("%(role)s: add resources", role=ROLES[role])
            )
            usual = RIGHTS[Right.ALLOW] if inherited(deed, role) else RIGHTS[Right.DENY]
            unsaid = (
                _("As usual (%(right)s)", right=usual)
                if outermost
                else _("As around it (%(right)s)", right=usual)
            )
            field.choices = choices(
                [("", unsaid), *((right, RIGHTS[right]) for right in (Right.ALLOW, Right.DENY))]
            )

    def show(self, node: Node) -> None:
        """Fill in what is kept."""
        self.title.data, self.description.data = node.title, node.description
        for deed, role, field in self._rights():
            field.data = node.says(deed, role).value

    def description_given(self) -> Description:
        """Return what was typed."""
        rights: JSON = {deed.value: {} for deed in Deed}
        for deed, role, field in self._rights():
            if field.data:
                rights[deed.value][role.value] = field.data
        return Description(self.title.data or "", (self.description.data or "").strip(), rights)

    def _rights(self) -> list[tuple[Deed, RoomRole, SelectField]]:
        return [(deed, role, self[f"{deed}_{role}"]) for deed, roles in FOR_ROLES.items() for role in roles]


class WithdrawForm(Form):
    """Why a resource is withdrawn."""

    why = TextAreaField(
        _l("Why"),
        [DataRequired(_l("Say why. Members will read it.")), Length(500)],
        description=_l("Members will read it."),
        render_kw={"rows": 2},
    )


class VariantForm(Form):
    """The same work in another language."""

    other = StringField(
        _l("Address of the other one"),
        [DataRequired(_l("Enter the address of a resource in this room.")), Length(300)],
        filters=[one_line],
        description=_l("Open the same work in another language and copy the address of its page."),
    )


class ReadingListForm(Form):
    """A reading list."""

    title = StringField(
        _l("Title"), [DataRequired(_l("Give the list a title.")), Length(120)], filters=[one_line]
    )
    description = TextAreaField(_l("Description"), [Optional(), Length(1000)], render_kw={"rows": 3})


class TraceForm(Form):
    """A code found on a page."""

    code = StringField(
        _l("Code"),
        [DataRequired(_l("Enter the code from the page or picture.")), Length(40)],
        filters=[one_line],
        description=_l(
            "It is printed in the grey mark, such as 7K3M-Q0ZX/12; the number after the stroke is the page."
        ),
    )
