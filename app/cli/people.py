"""Commands about people, for the operator at the machine: ``./run flask user …``."""

from __future__ import annotations

import sys
from collections.abc import Callable

import click
from flask import Flask
from flask.cli import AppGroup
from sqlalchemy import select

from app.accounts import actions, passwords, queries
from app.accounts.addresses import normalised, valid
from app.accounts.countries import COUNTRIES, zone_of
from app.accounts.models import Role, Standing, User
from app.accounts.vocabulary import Profession
from app.cli.transaction import in_transaction
from app.core.access import EVERYWHERE
from app.core.database import db
from app.core.i18n import LANGUAGES

users = AppGroup("user", help="People: list, create, approve, grant roles, set a password, close.")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def _person(email: str) -> User:
    found = queries.by_email(normalised(email))
    if found is None:
        raise click.ClickException(f"Nobody has the address {email}.")
    return found


def _asked_password(person: User) -> str:
    """Ask for a password twice, until it is a good one."""
    while True:
        typed = str(click.prompt("Password", hide_input=True, confirmation_prompt="The same again"))
        faults = passwords.faults(
            passwords.normalised(typed), (person.email, person.given_name, person.family_name)
        )
        if not faults:
            return typed
        _say(faults[0])


def _refusable(act: Callable[[], object]) -> None:
    """Say why an action was refused, without a traceback."""
    try:
        act()
    except actions.Refused as refused:
        raise click.ClickException(str(refused)) from None


@users.command("list")
@click.option("--standing", type=click.Choice([one.value for one in Standing]), help="Only these.")
@click.option("--limit", default=100, show_default=True, help="At most so many, the newest first.")
@in_transaction
def list_people(standing: str | None, limit: int) -> None:
    """List people: address, standing, country, roles held now, name."""
    wanted = select(User).order_by(User.id.desc()).limit(limit)
    if standing:
        wanted = wanted.where(User.standing == standing)
    for person in db.session.scalars(wanted):
        roles = ",".join(f"{role}({scope})" for role, scope in queries.present_grants(person.id)) or "-"
        _say(f"{person.email}  {person.standing}  {person.country or '--'}  {roles}  {person.name}")


@users.command("create")
@click.argument("email")
@click.option("--given-name", required=True)
@click.option("--family-name", required=True)
@click.option("--country", required=True, help="ISO 3166 code, such as KE.")
@click.option(
    "--profession", type=click.Choice([one.value for one in Profession]), default=Profession.OTHER.value
)
@click.option("--institution", default="")
@click.option("--language", type=click.Choice(list(LANGUAGES)), default="en")
@click.option("--approve", is_flag=True, help="Approve at once.")
@click.option("--administrator", is_flag=True, help="Approve, and grant the role of administrator.")
@in_transaction
def create(
    email: str,
    given_name: str,
    family_name: str,
    country: str,
    profession: str,
    institution: str,
    language: str,
    approve: bool,
    administrator: bool,
) -> None:
    """Make an account whose address needs no confirmation; asks for its password."""
    address = normalised(email)
    if not valid(address):
        raise click.ClickException(f"{email} is not an e-mail address.")
    if country not in COUNTRIES:
        raise click.ClickException(f"{country} is not the ISO 3166 code of a member or observer State.")
    person = actions.create_person(
        None,
        email=address,
        given_name=given_name,
        family_name=family_name,
        country=country,
        legal_system=COUNTRIES[country].legal_system.value,
        profession=profession,
        institution=institution,
        language=language,
        zone=zone_of(country),
    )
    if person is None:
        raise click.ClickException(f"{address} has an account already.")
    person.password = passwords.hashed(_asked_password(person))
    if approve or administrator:
        actions.approve(None, person)
    if administrator:
        actions.grant_role(None, person, Role.ADMINISTRATOR)
        _say(
            "An administrator sets up the second factor after the first sign-in; until then the role gives nothing."
        )
    _say(f"{address}: made, {person.standing}.")


@users.command("approve")
@click.argument("email")
@in_transaction
def approve(email: str) -> None:
    """Approve an application."""
    person = _person(email)
    _refusable(lambda: actions.approve(None, person))
    _say(f"{person.email}: approved.")


@users.command("grant")
@click.argument("email")
@click.argument("role", type=click.Choice([one.value for one in Role]))
@click.option("--scope", default=EVERYWHERE, show_default=True, help="*, course:<slug> or country:<CC>.")
@in_transaction
def grant(email: str, role: str, scope: str) -> None:
    """Grant a role from now on."""
    person = _person(email)
    _refusable(lambda: actions.grant_role(None, person, Role(role), scope))
    _say(f"{person.email}: {role} for {scope}.")


@users.command("password")
@click.argument("email")
@in_transaction
def password(email: str) -> None:
    """Set a password; every sign-in of the person ends."""
    person = _person(email)
    actions.set_password(person, _asked_password(person))
    _say(f"{person.email}: the password is set.")


@users.command("lift-second-factor")
@click.argument("email")
@in_transaction
def lift_second_factor(email: str) -> None:
    """Turn the second factor off for somebody who lost device and recovery codes."""
    person = _person(email)
    actions.lift_second_factor(person)
    _say(f"{person.email}: no second factor any more; the person was told by mail.")


@users.command("close")
@click.argument("email")
@click.confirmation_option(prompt="Close this account for good?")
@in_transaction
def close(email: str) -> None:
    """Close an account."""
    person = _person(email)
    _refusable(lambda: actions.close_account(None, person))
    _say(f"{person.email}: closed.")


def register(app: Flask) -> None:
    """Add the commands to ``app``."""
    app.cli.add_command(users)
