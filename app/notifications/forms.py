"""The form that asks how often somebody is told."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel.speaklater import LazyString
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its type stubs

from app.core.forms import Form
from app.core.texts import lazy_gettext as _l
from app.notifications.actions import Choice
from app.notifications.links import handle
from app.notifications.models import EVERYTHING, Digest
from app.notifications.queries import Preferences

AS_EVERYTHING, MUTED = "", "muted"
RHYTHMS: Mapping[str, LazyString] = {
    Digest.IMMEDIATE.value: _l("At once"),
    Digest.DAILY.value: _l("Every day at seven"),
    Digest.WEEKLY.value: _l("Every Monday at seven"),
    Digest.OFF.value: _l("No mail"),
}
FOR_ONE: Mapping[str, LazyString] = {
    AS_EVERYTHING: _l("As for everything else"),
    **RHYTHMS,
    MUTED: _l("Nothing: no mail, no notices"),
}


class EverythingForm(Form):
    """How often for everything; :func:`form_for` adds a field for each scope."""

    everything = SelectField(
        _l("Mail about notices"),
        choices=[SelectChoice(value, text) for value, text in RHYTHMS.items()],
        description=_l("Seven in the morning, in your time zone. Notices on the platform come in any case."),
    )


def form_for(preferences: Preferences) -> type[EverythingForm]:
    """Return the form for the scopes of one person; a scope's field is called by its handle, never by its number."""
    choices = [SelectChoice(value, text) for value, text in FOR_ONE.items()]
    fields = {handle(scope): SelectField(name, choices=choices) for scope, name in preferences.names.items()}
    return type("PreferencesForm", (EverythingForm,), fields)


def shown(preferences: Preferences) -> dict[str, str]:
    """Return what the fields show of what somebody chose."""
    values = {handle(scope): _shown(choice) for scope, choice in preferences.choices.items()}
    return {"everything": preferences.everything.value} | values


def chosen(form: EverythingForm, preferences: Preferences) -> dict[str, Choice]:
    """Return what somebody chose, by scope."""
    choices = {scope: _choice(form[handle(scope)].data) for scope in preferences.names}
    return {EVERYTHING: _choice(form.everything.data), **choices}


def _shown(choice: Choice) -> str:
    return MUTED if choice.muted else choice.digest.value if choice.digest else AS_EVERYTHING


def _choice(value: str) -> Choice:
    if value == MUTED:
        return Choice(muted=True)
    return Choice(Digest(value) if value else None)
