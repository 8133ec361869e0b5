"""The second factor: set up, asked for, replaced by a recovery code, needed by administrators."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from flask.testing import FlaskClient
from passlib.totp import TOTP

from app.accounts import actions
from app.accounts.models import Role
from app.core import clock
from tests.accounts.conftest import Mailbox
from tests.cast import PASSWORD, Cast
from tests.conftest import Inside
from tests.support.forms import hidden_fields, send

SETUP = "/account/second-factor"


def code_for(key: str, ahead: int = 0) -> str:
    return str(TOTP(key=key).generate(clock.now().timestamp() + ahead).token)


def key_on(page: str) -> str:
    found = re.search(r'class="code"[^>]*>([A-Z2-7][A-Z2-7 -]+)<', page)
    assert found, page
    return found.group(1).replace("-", "").replace(" ", "")


def set_up(client: FlaskClient) -> tuple[str, list[str]]:
    """Set the factor up through the page; return its key and the recovery codes."""
    page = client.get(SETUP).text
    assert 'src="data:image/svg+xml' in page
    key = key_on(page)
    done = send(client, SETUP, code=code_for(key))
    assert done.status_code == 200, done.text
    codes = re.findall(r'class="code"[^>]*>([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})<', done.text)
    assert len(codes) == 10
    assert all(code in unescape(done.text).split("data:text/plain")[1] for code in codes)
    return key, codes


def half_in(client: FlaskClient, email: str) -> None:
    """Give the password; the second factor is asked for."""
    answer = send(client, "/account/sign-in", email=email, password=PASSWORD)
    assert answer.location.startswith("/account/sign-in/code"), answer.text
    assert client.get("/account").status_code == 302


def test_set_up_and_sign_in(client: FlaskClient, cast: Cast, mailbox: Mailbox) -> None:
    owner = cast("owner")
    key, _codes = set_up(owner.client)
    assert "second factor" in mailbox(owner.email)[-1].subject
    half_in(client, owner.email)
    assert send(client, "/account/sign-in/code", code="000000").status_code == 422
    with clock.travel(clock.now() + timedelta(seconds=60)):
        assert send(client, "/account/sign-in/code", code=code_for(key)).location == "/"
        assert client.get("/account").status_code == 200


def test_code_works_once(app: object, client: FlaskClient, cast: Cast) -> None:
    owner = cast("owner")
    key, _codes = set_up(owner.client)
    half_in(client, owner.email)
    with clock.travel(clock.now() + timedelta(seconds=90)):
        code = code_for(key)
        assert send(client, "/account/sign-in/code", code=code).status_code == 302
        other = owner.app.test_client()
        half_in(other, owner.email)
        assert send(other, "/account/sign-in/code", code=code).status_code == 422


def test_page_wanted_survives_the_second_factor(client: FlaskClient, cast: Cast) -> None:
    administrator = cast("administrator")
    start = client.get("/account/preferences").location
    answer = send(client, start, "/account/sign-in", email=administrator.email, password=PASSWORD)
    assert answer.location == "/account/sign-in/code?next=/account/preferences"
    page = client.get(answer.location).text
    fields = hidden_fields(page, "/account/sign-in/code")
    done = client.post(answer.location, data=fields | {"code": administrator.credentials.code()})
    assert done.location == "/account/preferences"


def test_recovery_code_works_once(client: FlaskClient, cast: Cast) -> None:
    owner = cast("owner")
    _key, codes = set_up(owner.client)
    half_in(client, owner.email)
    assert send(client, "/account/sign-in/recovery", code="AAAA-BBBB-CCCC").status_code == 422
    typed = codes[3].lower().replace("-", " ")
    assert send(client, "/account/sign-in/recovery", code=typed).location == "/"
    assert "9 recovery codes" in client.get("/account/security").text
    other = owner.app.test_client()
    half_in(other, owner.email)
    assert send(other, "/account/sign-in/recovery", code=codes[3]).status_code == 422
    assert send(other, "/account/sign-in/recovery", code=codes[4]).status_code == 302


def test_recovery_codes_are_not_kept_in_plain(cast: Cast, inside: Inside) -> None:
    owner = cast("owner")
    _key, codes = set_up(owner.client)
    with inside():
        kept = str(owner.person().mf_recovery_codes) + str(owner.person().tf_totp_secret)
    assert not any(code in kept or code.replace("-", "") in kept for code in codes)


def test_new_recovery_codes_replace_the_old(client: FlaskClient, cast: Cast) -> None:
    owner = cast("owner")
    _key, old = set_up(owner.client)
    shown = send(owner.client, "/account/security", "/account/second-factor/recovery-codes")
    assert "Your recovery codes" in shown.text
    half_in(client, owner.email)
    assert send(client, "/account/sign-in/recovery", code=old[0]).status_code == 422


def test_wrong_first_code_sets_nothing(cast: Cast, inside: Inside) -> None:
    owner = cast("owner")
    assert send(owner.client, SETUP, code="12 34").status_code == 422
    with inside():
        assert owner.person().tf_primary_method is None


def test_password_is_asked_again_after_half_an_hour(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = cast("owner")
    with clock.travel(clock.now() - timedelta(minutes=40)):
        client = owner.new_client()
    sent = client.get(SETUP)
    assert sent.location == "/account/again?next=/account/second-factor"
    assert send(client, sent.location, "/account/again", password="not it").status_code == 422
    assert send(client, sent.location, "/account/again", password=PASSWORD).location == SETUP
    assert client.get(SETUP).status_code == 200


def test_administrator_without_factor_is_sent_to_set_it_up(cast: Cast, inside: Inside) -> None:
    owner = cast("owner")
    with inside():
        actions.grant_role(None, owner.person(), Role.ADMINISTRATOR)
        assert not owner.actor().permissions.keys() - {"learn"}
    assert "needs a second factor" in owner.client.get("/account/security").text
    set_up(owner.client)
    with inside():
        assert "people.vet" in owner.actor().permissions


def test_administrator_cannot_turn_it_off_others_can(cast: Cast, inside: Inside, mailbox: Mailbox) -> None:
    administrator, owner = cast("administrator"), cast("owner")
    send(administrator.client, "/account/security", "/account/second-factor/removal")
    set_up(owner.client)
    send(owner.client, "/account/security", "/account/second-factor/removal")
    with inside():
        assert administrator.person().tf_primary_method
        assert owner.person().tf_primary_method is None
        assert owner.person().mf_recovery_codes is None


def test_code_page_without_password_leads_back(client: FlaskClient) -> None:
    for page in ("/account/sign-in/code", "/account/sign-in/recovery"):
        assert client.get(page).location == "/account/sign-in"
