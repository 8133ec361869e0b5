"""Commands about the audit: verify it, look at its end."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from flask import Flask

from app.audit import copies, queries
from app.audit.actions import record
from app.audit.verbs import Verb
from app.audit.verification import Verdict, verify
from app.core import clock
from app.core.database import unit_of_work

_SEALED_WITHIN_SECONDS = 60


@click.group("audit")
def audit() -> None:
    """The audit: who did what to which object, when."""


@audit.command("verify")
@click.option(
    "--copy", type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="File with copies of the head (default: the file of AUDIT_COPY).",
)  # fmt: skip
def verify_command(copy: Path | None) -> None:
    """Recompute the chain, check payloads and copies; name what was tampered with. Exit code 1 if anything was."""
    path = copy or copies.file()
    with unit_of_work():
        verdict = verify(path)
        detail = {
            "fine": verdict.fine,
            "sealed": verdict.sealed,
            "findings": len(verdict.findings) + verdict.unlisted,
        }
        record(None, Verb.AUDIT_VERIFIED, "audit", "chain", detail=detail)
    _print(verdict, path)
    if not verdict.fine:
        sys.exit(1)


def _print(verdict: Verdict, path: Path | None) -> None:
    for finding in verdict.findings:
        click.echo(f"TAMPERED {finding}")
    if verdict.unlisted:
        click.echo(f"TAMPERED {verdict.unlisted} further findings are not listed")
    click.echo(
        f"{'ok' if verdict.fine else 'NOT ok'}: {verdict.sealed} sealed, {verdict.unsealed} unsealed, "
        f"{verdict.payloads} personal payloads ({verdict.erased} erased), {verdict.copies} copies of the head"
        f"{f' in {path}' if path else ''}"
    )
    if path is None:
        click.echo(
            "Copies go by mail: put these mails into a file and give it with --copy; without, truncation and"
        )
        click.echo("rollback cannot be seen.")
    oldest = verdict.oldest_unsealed
    if oldest and (clock.now() - oldest).total_seconds() > _SEALED_WITHIN_SECONDS:
        click.echo(
            f"The oldest unsealed entry is of {oldest.isoformat(timespec='seconds')}: does the worker run?"
        )


@audit.command("tail")
@click.option(
    "-n", "--lines", default=20, show_default=True, type=click.IntRange(1, 100_000), help="How many entries."
)
def tail(lines: int) -> None:
    """Print the newest entries, oldest first: when, sealed as, who, what, which object. No personal payloads."""
    with unit_of_work():
        for row in queries.newest(lines):
            who = f"person {row.actor_id}" if row.actor_id else "the platform"
            seal = f"seq {row.seq}" if row.seq else "unsealed"
            at = row.at.isoformat(timespec="seconds")
            click.echo(f"{at}  {seal:>12}  {who}  {row.verb}  {row.object_kind} {row.object_id}")


def register(app: Flask) -> None:
    """Add the commands to ``app``."""
    app.cli.add_command(audit)
