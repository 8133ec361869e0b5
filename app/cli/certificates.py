"""Commands about certificates."""

from __future__ import annotations

import json
from pathlib import Path

import click
from cryptography.exceptions import InvalidSignature
from flask import Flask
from flask.cli import AppGroup

from app.certificates import signing

group = AppGroup("certificates", help="Signing key and checks of certificates.")


@group.command("new-key")
def new_key() -> None:
    """Print a fresh Ed25519 private key for CERTIFICATE_KEY."""
    click.echo(signing.new_key(), nl=False)


@group.command("check")
@click.argument("statement", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("signature", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--key",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Public key; default: our own.",
)
def check(statement: Path, signature: Path, key: Path | None) -> None:
    """Check the two files attached to a certificate's PDF, without the database."""
    pem = key.read_bytes() if key else signing.public_pem().encode()
    try:
        signing.read_public(pem).verify(signature.read_bytes(), statement.read_bytes())
    except InvalidSignature:
        raise click.ClickException("the signature is not of this statement and key") from None
    says = json.loads(statement.read_bytes())
    click.echo(
        f"Genuine: {says['code']}, {says['name']}, {says['title']}, completed on {says['completed_on']}."
    )


def register(app: Flask) -> None:
    """Add the commands to ``app``."""
    app.cli.add_command(group)
