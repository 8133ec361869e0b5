"""Profile, language, closing, roles and groups."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from babel import Locale
from flask.testing import FlaskClient

from app.accounts import actions, notices
from app.accounts.countries import COUNTRIES, choices, zone_of
from app.accounts.events import AccountClosed, CountryChanged, NameChanged
from app.accounts.models import Role, Standing
from app.accounts.vocabulary import GENDERS, LEGAL_SYSTEMS, PROFESSIONS, LegalSystem, Profession
from app.core import clock, events
from app.core.i18n import zones
from tests.accounts.conftest import Mailbox
from tests.cast import PASSWORD, Cast
from tests.conftest import Inside
from tests.support.forms import send

PROFILE: dict[str, Any] = {
    "given_name": "Amina",
    "family_name": "Odhiambo",
    "gender": "",
    "country": "KE",
    "legal_system": "common",
    "profession": "prosecutor",
    "institution": "Office of the Cast",
    "working_languages": ["en", "fr"],
    "further_languages": ["sw"],
}


def test_profile_is_saved_and_told(cast: Cast, inside: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[events.Event] = []
    table = dict.fromkeys((CountryChanged, NameChanged), (told.append,))
    monkeypatch.setattr(events, "_listeners", table)
    owner = cast("owner")
    assert send(owner.client, "/account", **PROFILE).location == "/account"
    assert told == []
    send(owner.client, "/account", **(PROFILE | {"country": "TZ", "family_name": "Odhiambo Mwangi"}))
    assert told == [CountryChanged(owner.id, "KE", "TZ"), NameChanged(owner.id)]
    with inside():
        assert owner.person().working_languages == ["en", "fr", "sw"]
    page = owner.client.get("/account").text
    assert 'value="Odhiambo Mwangi"' in page
    assert '<option selected value="TZ">' in page


def test_profile_mistake_is_said(cast: Cast) -> None:
    answer = send(cast("owner").client, "/account", **(PROFILE | {"family_name": ""}))
    assert answer.status_code == 422
    assert "Enter your family name" in answer.text


def test_language_follows_at_once(cast: Cast) -> None:
    client = cast("owner").client
    client.get("/account?lang=es")
    send(client, "/account/preferences", language="ar", zone="Africa/Cairo")
    page = client.get("/account/preferences").text
    assert '<html lang="ar" dir="rtl">' in page
    assert send(client, "/account/preferences", language="xx", zone="Moon/Sea").status_code == 422


def test_pages_open(cast: Cast) -> None:
    for name in ("owner", "administrator", "pending"):
        for page in (
            "",
            "/preferences",
            "/security",
            "/sessions",
            "/closing",
            "/standing",
            "/password",
            "/second-factor",
        ):
            for language in ("en", "ar"):
                answer = cast(name).client.get(f"/account{page}?lang={language}")
                assert answer.status_code == 200, (name, page)
                assert " style=" not in answer.text


def test_account_is_closed_after_the_password(
    client: FlaskClient, cast: Cast, inside: Inside, mailbox: Mailbox
) -> None:
    trainer = cast("trainer")
    other = trainer.new_client()
    assert send(trainer.client, "/account/closing", password="no").status_code == 422
    assert send(trainer.client, "/account/closing", password=PASSWORD).location == "/"
    assert other.get("/account").status_code == 302
    assert trainer.client.get("/account").status_code == 302
    with inside():
        person = trainer.person()
        assert (person.standing, person.active) == (Standing.CLOSED, False)
        assert all(grant.ends_at is not None for grant in person.grants)
    assert send(client, "/account/sign-in", email=trainer.email, password=PASSWORD).status_code == 422
    assert mailbox(trainer.email)[-1].language == "fr"


def test_closing_is_published(cast: Cast, inside: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[events.Event] = []
    owner = cast("owner")
    monkeypatch.setattr(events, "_listeners", {AccountClosed: (told.append,)})
    with inside():
        actions.close_account(owner.actor(), owner.person())
        with pytest.raises(actions.Refused):
            actions.close_account(None, owner.person())
    assert told == [AccountClosed(owner.id)]


# ------------------------------------------------------------------------------------------------ roles and groups


def test_nobody_grants_what_they_do_not_hold(cast: Cast, inside: Inside) -> None:
    owner, trainer, administrator = cast("owner"), cast("trainer"), cast("administrator")
    for giver in (owner, trainer):
        with inside(), pytest.raises(actions.Refused):
            actions.grant_role(giver.actor(), owner.person(), Role.TRAINER, trainer.part.scope)
    with inside():
        grant = actions.grant_role(administrator.actor(), owner.person(), Role.TRAINER, "course:other")
        assert "trainer" in owner.actor().roles
        with pytest.raises(actions.Refused):
            actions.grant_role(administrator.actor(), owner.person(), Role.TRAINER, "course:other")
        with pytest.raises(actions.Refused):
            actions.grant_role(administrator.actor(), owner.person(), Role.TRAINER, "planet:mars")
        with pytest.raises(actions.Refused):
            actions.end_grant(trainer.actor(), grant)
        actions.end_grant(administrator.actor(), grant)
        assert "trainer" not in owner.actor().roles


def test_grants_begin_and_end(cast: Cast, inside: Inside) -> None:
    owner = cast("owner")
    start = clock.now() + timedelta(days=1)
    with inside():
        actions.grant_role(
            None, owner.person(), Role.REPORTING_OFFICER, "*", start, start + timedelta(days=1)
        )
    seen = []
    for hours in (0, 25, 47, 49):
        with clock.travel(start + timedelta(hours=hours - 24)), inside():
            seen.append("reporting_officer" in owner.actor().roles)
    assert seen == [False, True, True, False]


def test_last_administrator_stays(cast: Cast, inside: Inside) -> None:
    administrator = cast("administrator")
    with inside():
        (grant,) = administrator.person().grants
        with pytest.raises(actions.Refused):
            actions.end_grant(administrator.actor(), grant)
        with pytest.raises(actions.Refused):
            actions.close_account(administrator.actor(), administrator.person())
    other = cast("other_administrator")
    with inside():
        (grant,) = administrator.person().grants
        actions.end_grant(other.actor(), grant)
        assert "administrator" not in administrator.actor().roles


def test_groups(cast: Cast, inside: Inside) -> None:
    administrator, owner = cast("administrator"), cast("owner")
    with inside():
        with pytest.raises(actions.Refused):
            actions.create_group(owner.actor(), "Mine")
        group = actions.create_group(administrator.actor(), "Cohort of spring", "Judges")
        before = owner.actor().groups
        assert actions.add_to_group(administrator.actor(), group, owner.person())
        assert not actions.add_to_group(administrator.actor(), group, owner.person())
        assert owner.actor().groups == before | {group.id}
        assert actions.remove_from_group(administrator.actor(), group, owner.person())
        assert not actions.remove_from_group(administrator.actor(), group, owner.person())
        actions.add_to_group(administrator.actor(), group, owner.person())
        actions.close_group(administrator.actor(), group)
        assert owner.actor().groups == before


# ------------------------------------------------------------------------------------------------ words


def test_countries_are_the_members_and_observers() -> None:
    assert len(COUNTRIES) == 195
    assert sum(one.observer for one in COUNTRIES.values()) == 2
    for language in ("ar", "zh", "en", "fr", "ru", "es"):
        names = dict(choices(language))
        assert len(set(names.values())) == 195
        assert all(names[code] != code for code in names), language
        assert Locale.parse(language).territories["KE"] == names["KE"]
    assert [code for code, _name in choices("fr")][:3] == ["AF", "ZA", "AL"]
    assert all(zone_of(code) in zones() for code in COUNTRIES)


def test_every_word_has_a_label() -> None:
    assert set(LEGAL_SYSTEMS) == set(LegalSystem)
    assert set(PROFESSIONS) == set(Profession)
    assert len(GENDERS) == 3


def test_mails_speak_the_recipient_s_language(cast: Cast, inside: Inside) -> None:
    who = cast("practitioner")
    with inside():
        person = who.person()
        made = [
            notices.confirm_address(person),
            notices.already_registered(person),
            notices.waiting(person),
            notices.approved(person),
            notices.declined(person, "السبب"),
            notices.question(person, "من؟"),
            notices.suspended(person, "السبب"),
            notices.reset(person),
            notices.password_changed(person),
            notices.second_factor_changed(person, on=True),
            notices.second_factor_changed(person, on=False),
            notices.new_device(person, "Firefox · Linux", clock.now()),
            notices.account_closed(person),
        ]
    for message in made:
        assert message.language == "ar"
        assert 'lang="ar" dir="rtl"' in message.html
        assert message.to == who.email
        assert message.subject
        assert "\n" not in message.subject
