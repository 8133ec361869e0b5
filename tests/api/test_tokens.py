"""Tokens: what they let one do, and when they stop; made and revoked on their page and by command."""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from app.accounts import actions, tokens
from app.accounts.models import ApiToken, RoleGrant, User
from app.accounts.tokens import MAX_LIVING, Scope
from app.audit.models import AuditEntry
from app.core import clock
from app.core.access import Actor
from app.core.database import TransactionalFlask
from tests.api.conftest import Api, Caller, make_token
from tests.cast import Cast, Player
from tests.conftest import Inside
from tests.courses.way import token_of

SECRET = re.compile(r"ctlp_[A-Za-z0-9_-]{43}")
CALLS = ("/me", "/courses", "/courses/electronic-evidence", "/reports/completions", "/reports/certificates")


# ------------------------------------------------------------------------------------------------ at the door


@pytest.mark.parametrize("path", CALLS)
def test_without_a_token_nothing_is_told(stranger: Caller, path: str) -> None:
    answer = stranger.get(path)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="CTLP"'


def test_a_session_is_no_token(cast: Cast) -> None:
    assert cast("administrator").client.get("/api/v1/me").status_code == 401


@pytest.mark.parametrize(
    "header",
    [
        "Bearer",
        "Bearer ",
        "Bearer ctlp_",
        "Bearer ctlp_" + "A" * 43,
        "Bearer ctlp_" + "é" * 43,
        "Bearer " + "x" * 1_000_000,
        "Basic dXNlcjpwYXNz",
        "Bearer a b c",
        "Bearer \t",
        "Digest nonce=x",
        "nonsense",
        "",
    ],
)
def test_a_header_without_a_living_token_is_refused(stranger: Caller, header: str) -> None:
    answer = stranger.get("/me", headers={"Authorization": header.encode().decode("latin-1")})
    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


def test_a_token_changed_by_one_character_is_refused(api: Api) -> None:
    caller = api("owner")
    assert caller.secret is not None
    assert caller.get("/me").status_code == 200
    last = caller.secret[-1]
    caller.secret = caller.secret[:-1] + ("A" if last != "A" else "B")
    assert caller.get("/me").status_code == 401


def test_a_revoked_token_is_refused_at_once(api: Api, cast: Cast) -> None:
    caller = api("owner")
    owner = cast("owner").client
    answer = owner.post(f"/account/tokens/{caller.token_id}/revocation", data={"csrf_token": token_of(owner)})
    assert answer.status_code == 302
    assert caller.get("/me").status_code == 401


def test_a_token_ends_with_its_day(cast: Cast) -> None:
    player = cast("owner")
    caller = Caller(player.app, *make_token(player, days=7))
    with clock.travel(clock.now() + timedelta(days=6, hours=23)):
        assert caller.get("/me").status_code == 200
    with clock.travel(clock.now() + timedelta(days=7, seconds=1)):
        assert caller.get("/me").status_code == 401


@pytest.mark.parametrize("end", ["suspend", "close"])
def test_an_account_that_ends_takes_its_tokens_along(api: Api, cast: Cast, inside: Inside, end: str) -> None:
    caller = api("owner")
    with inside():
        person = cast("owner").person()
        actions.suspend(None, person, "a reason") if end == "suspend" else actions.close_account(None, person)
    assert caller.get("/me").status_code == 401


@pytest.mark.parametrize(
    ("scope", "allowed"),
    [
        (Scope.ME, {"/me"}),
        (Scope.COURSES, {"/courses"}),
        (Scope.REPORTS, {"/reports/completions", "/reports/certificates"}),
    ],
)
def test_a_scope_opens_what_it_names_and_nothing_else(api: Api, scope: Scope, allowed: set[str]) -> None:
    caller = api("administrator", scope)
    for path in ("/me", "/courses", "/reports/completions", "/reports/certificates"):
        answer = caller.get(path)
        assert answer.status_code == (200 if path in allowed else 403), path
        if answer.status_code == 403:
            assert answer.json is not None
            assert answer.json["type"] == "urn:ctlp:problem:insufficient-scope"
            assert f'scope="{answer.json["scope"]}"' in answer.headers["WWW-Authenticate"]


def test_a_role_that_needs_a_second_factor_gives_nothing_to_a_token_made_without_one(
    cast: Cast, inside: Inside
) -> None:
    administrator = cast("administrator")
    secret, token_id = make_token(administrator)
    caller = Caller(administrator.app, secret)
    assert caller.get("/reports/completions").status_code == 200
    with inside() as session:
        session.execute(
            text("UPDATE api_token SET second_factor = false WHERE public_id = :id"), {"id": token_id}
        )
    assert caller.get("/reports/completions").status_code == 404
    me = caller.get("/me").json
    assert me is not None
    assert me["token"]["second_factor"] is False
    assert me["permissions"] == {"learn": ["*"]}


def test_a_token_made_with_a_second_factor_is_worth_less_once_that_is_gone(
    cast: Cast, inside: Inside
) -> None:
    administrator = cast("administrator")
    caller = Caller(administrator.app, *make_token(administrator))
    with inside():
        administrator.person().tf_primary_method = None
    assert caller.get("/reports/completions").status_code == 404


def test_a_role_that_ends_is_gone_from_the_token_at_once(api: Api, cast: Cast, inside: Inside) -> None:
    caller = api("reporting_officer")
    assert caller.get("/reports/completions").status_code == 200
    with inside() as session:
        grant = session.scalars(
            select(RoleGrant).where(RoleGrant.user_id == cast("reporting_officer").id)
        ).one()
        actions.end_grant(None, grant)
    assert caller.get("/reports/completions").status_code == 404


def test_use_is_noted_once_a_minute(api: Api, inside: Inside) -> None:
    caller = api("owner")
    start = clock.now()
    for seconds, noted in ((0, 0), (30, 0), (61, 61)):
        with clock.travel(start + timedelta(seconds=seconds)):
            caller.get("/me")
        with inside() as session:
            used = session.scalars(
                select(ApiToken.last_used_at).where(ApiToken.public_id == caller.token_id)
            ).one()
            assert used == start + timedelta(seconds=noted)


def test_a_token_may_be_used_so_often(api: Api, inside: Inside) -> None:
    caller, other = api("owner"), api("owner")
    first = caller.get("/me")
    assert (first.headers["RateLimit-Limit"], first.headers["RateLimit-Remaining"]) == ("600", "599")
    assert 0 < int(first.headers["RateLimit-Reset"]) <= 60
    with inside() as session:
        session.execute(text("UPDATE rate_counter SET count = 600 WHERE key LIKE '%token:%'"))
    refused = caller.get("/courses")
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) <= 60
    assert refused.headers["RateLimit-Remaining"] == "0"
    assert other.get("/me").status_code == 200


# ------------------------------------------------------------------------------------------------ the page


def make(player: Player, **given: str | list[str]) -> tuple[int, str, str | None]:
    """Make a token on the page: (status, the page that follows, the secret on it)."""
    form = {"csrf_token": token_of(player.client), "label": "Ministry", "scopes": ["read:me"], "days": "30"}
    answer = player.client.post("/account/tokens", data={**form, **given})
    if answer.status_code != 302:
        return answer.status_code, answer.text, None
    assert SECRET.search(answer.text) is None
    page = player.client.get(answer.location)
    found = SECRET.search(page.text)
    return answer.status_code, page.text, found[0] if found else None


def test_a_token_is_shown_once_and_kept_as_a_digest(cast: Cast, inside: Inside) -> None:
    owner = cast("owner")
    status, _page, secret = make(owner)
    assert status == 302
    assert secret is not None
    assert Caller(owner.app, secret).get("/me").status_code == 200
    again = owner.client.get("/account/tokens").text
    assert "Ministry" in again
    assert secret not in again
    with inside() as session:
        token = session.scalars(select(ApiToken)).one()
        assert token.digest == hashlib.sha256(secret.encode()).digest()
        assert (token.hint, token.scopes, token.second_factor) == (secret[-4:], ["read:me"], False)
        assert timedelta(days=29) < (token.expires_at or token.created_at) - token.created_at <= timedelta(30)
        kept = session.execute(
            text(
                "SELECT (SELECT count(*) FROM web_session w WHERE w.data::text LIKE :secret)"
                " + (SELECT count(*) FROM idempotency_key k WHERE encode(k.body, 'escape') LIKE :secret)"
            ),
            {"secret": f"%{secret}%"},
        ).scalar()
        assert kept == 0


def test_making_and_revoking_are_in_the_audit(cast: Cast, inside: Inside) -> None:
    owner = cast("owner")
    make(owner)
    with inside() as session:
        token = session.scalars(select(ApiToken)).one()
    owner.client.post(
        f"/account/tokens/{token.public_id}/revocation", data={"csrf_token": token_of(owner.client)}
    )
    with inside() as session:
        entries = session.execute(
            select(AuditEntry.verb, AuditEntry.actor_id).where(AuditEntry.object_id == token.public_id)
        ).all()
    assert [tuple(entry) for entry in entries] == [("token.created", owner.id), ("token.revoked", owner.id)]


def test_a_repeated_submit_makes_one_token(cast: Cast, inside: Inside) -> None:
    owner = cast("owner")
    make(owner, idempotency_key="the-same-key")
    make(owner, idempotency_key="the-same-key")
    with inside() as session:
        assert session.scalar(select(func.count()).select_from(ApiToken)) == 1


@pytest.mark.parametrize(
    "given",
    [
        {"label": ""},
        {"label": "x" * 81},
        {"label": "\x00"},
        {"scopes": []},
        {"scopes": ["write:everything"]},
        {"scopes": ["read:me", "nonsense"]},
        {"days": "3650"},
        {"days": "9" * 5000},
        {"days": "-1"},
        {"days": ""},
    ],
)
def test_what_cannot_be_used_makes_no_token(
    cast: Cast, inside: Inside, given: dict[str, str | list[str]]
) -> None:
    status, _page, secret = make(cast("owner"), **given)
    assert status in {400, 422}
    assert secret is None
    with inside() as session:
        assert session.scalar(select(func.count()).select_from(ApiToken)) == 0


def test_there_is_a_bound_to_tokens(cast: Cast) -> None:
    owner = cast("owner")
    for _number in range(MAX_LIVING):
        make_token(owner)
    status, page, _secret = make(owner)
    assert status == 422
    assert "revoke one first" in page


def test_an_old_sign_in_is_asked_for_the_password_first(cast: Cast, inside: Inside) -> None:
    owner = cast("owner")
    with clock.travel(clock.now() + timedelta(minutes=31)):
        assert "/account/again" in owner.client.get("/account/tokens/new").location
        _status, _page, secret = make(owner)
        assert secret is None
    with inside() as session:
        assert session.scalar(select(func.count()).select_from(ApiToken)) == 0


@pytest.mark.parametrize("who", ["owner", "administrator"])
def test_tokens_of_others_are_not_there(api: Api, cast: Cast, who: str) -> None:
    theirs = api("member")
    client = cast(who).client
    assert "Test" not in client.get("/account/tokens").text
    answer = client.post(
        f"/account/tokens/{theirs.token_id}/revocation", data={"csrf_token": token_of(client)}
    )
    guessed = client.post(
        "/account/tokens/AAAAAAAAAAAAAAAAAAAAAA/revocation", data={"csrf_token": token_of(client)}
    )
    assert (answer.status_code, guessed.status_code) == (404, 404)
    assert theirs.get("/me").status_code == 200


@pytest.mark.parametrize("cookie", ["ctlp_" + "A" * 43, "<script>", "x" * 3000])
def test_a_cookie_of_somebody_else_shows_nothing(api: Api, cast: Cast, cookie: str) -> None:
    client = cast("owner").client
    theirs = api("member").secret
    for sent in (cookie, theirs):
        assert sent is not None
        client.set_cookie("new-token", sent, path="/account/tokens")
        assert sent not in client.get("/account/tokens").text


# ------------------------------------------------------------------------------------------------ the command


def test_the_command_makes_lists_and_revokes(app: TransactionalFlask, cast: Cast) -> None:
    player = cast("reporting_officer")
    run = app.test_cli_runner().invoke
    made = run(
        args=["api-token", "create", "--user", player.email.upper(), "--days", "5", "--label", "Nightly"]
    )
    assert made.exit_code == 0, made.output
    secret = made.stdout.strip()
    assert SECRET.fullmatch(secret)
    caller = Caller(app, secret)
    assert caller.get("/reports/completions").status_code == 200
    listed = run(args=["api-token", "list", "--user", player.email]).stdout
    assert f"…{secret[-4:]}  Nightly" in listed
    assert secret not in listed
    assert run(args=["api-token", "revoke", "--", listed.split()[0]]).stdout == "revoked\n"
    assert caller.get("/me").status_code == 401
    assert run(args=["api-token", "list"]).stdout == ""


@pytest.mark.parametrize(
    "options",
    [
        ["--user", "nobody@cast.example"],
        ["--user", "closed@cast.example"],
        ["--user", "unconfirmed@cast.example"],
        ["--user", "owner@cast.example", "--days", "366"],
        ["--user", "owner@cast.example", "--scope", "write:all"],
        ["--user", "owner@cast.example", "--label", ""],
        [],
    ],
)
def test_the_command_refuses(app: TransactionalFlask, cast: Cast, inside: Inside, options: list[str]) -> None:
    for name in ("owner", "closed", "unconfirmed"):
        cast(name)
    refused = app.test_cli_runner().invoke(args=["api-token", "create", *options])
    assert refused.exit_code != 0
    assert "Traceback" not in refused.output
    with inside() as session:
        assert session.scalar(select(func.count()).select_from(ApiToken)) == 0


def test_nobody_makes_a_token_for_another(cast: Cast, inside: Inside) -> None:
    from_token = Actor(user_id=cast("owner").id, token_id=1)
    with inside() as session:
        person = session.get_one(User, cast("owner").id)
        for actor in (cast("administrator").actor(), from_token):
            with pytest.raises(actions.Refused):
                tokens.create(actor, person, scopes=[Scope.ME], label="x")
