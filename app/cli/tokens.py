"""Commands about API tokens."""

from __future__ import annotations

import click
from flask import Flask
from flask.cli import AppGroup

from app.accounts import queries, tokens
from app.accounts.addresses import normalised
from app.accounts.refusal import Refused
from app.accounts.tokens import DEFAULT_DAYS, MAX_DAYS, Scope
from app.cli.transaction import in_transaction
from app.core import clock

group = AppGroup("api-token", help="Tokens for the JSON API.")


@group.command("create")
@click.option("--user", "email", required=True, help="E-mail address of the person the token stands for.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice([scope.value for scope in Scope]),
    help="What it is for; may be given several times. Default: everything.",
)
@click.option(
    "--days",
    type=click.IntRange(1, MAX_DAYS),
    default=DEFAULT_DAYS,
    show_default=True,
    help="How long it lasts.",
)
@click.option("--label", default="Made by command", show_default=True, help="Name by which it is recognised.")
@in_transaction
def create(email: str, scopes: tuple[str, ...], days: int, label: str) -> None:
    """Make a token and print it. It is not shown again."""
    person = queries.by_email(normalised(email))
    if person is None:
        raise click.ClickException("there is no account with this address")
    chosen = [Scope(one) for one in scopes] or list(Scope)
    try:
        token, secret = tokens.create(None, person, scopes=chosen, label=label, days=days)
    except Refused as refused:
        raise click.ClickException(str(refused)) from None
    click.echo(
        f"token {token.public_id}, until {token.expires_at:%Y-%m-%d}, for {', '.join(token.scopes)}", err=True
    )
    click.echo(secret)


@group.command("list")
@click.option("--user", "email", default="", help="Only the tokens of this address.")
@in_transaction
def listed(email: str) -> None:
    """List the tokens that were not revoked: id, address, label, scopes, end, last use."""
    now = clock.now()
    for token, person in tokens.all_tokens(normalised(email) if email else ""):
        over = token.expires_at is None or token.expires_at <= now
        end = f"{token.expires_at:%Y-%m-%d}" if token.expires_at else "no end"
        used = f"{token.last_used_at:%Y-%m-%d %H:%M}" if token.last_used_at else "never"
        state = "over" if over else "until"
        click.echo(
            f"{token.public_id}  {person.email}  …{token.hint}  {token.label}  {' '.join(token.scopes)}  "
            f"{state} {end}  used {used}"
        )


@group.command("revoke")
@click.argument("token_id")
@in_transaction
def revoke(token_id: str) -> None:
    """Revoke the token with this id (see list)."""
    token = tokens.by_public_id(token_id)
    if token is None:
        raise click.ClickException("there is no such token")
    click.echo("revoked" if tokens.revoke(None, token) else "it was revoked already")


def register(app: Flask) -> None:
    """Add the commands to ``app``."""
    app.cli.add_command(group)
