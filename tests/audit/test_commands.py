"""``flask audit verify`` and ``flask audit tail``, as the operator uses them."""

from __future__ import annotations

from pathlib import Path

from click.testing import Result

from app.core.database import TransactionalFlask
from app.core.settings import KEY
from tests.audit.conftest import Chain


def run(app: TransactionalFlask, *words: str) -> Result:
    """Run ``flask audit WORDS``."""
    with app.app_context():
        return app.test_cli_runner().invoke(args=["audit", *words])


def test_an_untouched_audit_is_ok(app: TransactionalFlask, ten: Chain) -> None:
    ten.write(2)
    done = run(app, "verify")
    assert (done.exit_code, done.output.splitlines()[0].split(",")[:2]) == (
        0,
        ["ok: 10 sealed", " 2 unsealed"],
    )
    assert str(ten.copy) in done.output


def test_tampering_is_named_with_exit_code_1(app: TransactionalFlask, ten: Chain) -> None:
    ten.tamper("DELETE FROM audit_entry WHERE seq = 4; UPDATE audit_entry SET verb = 'x' WHERE seq = 8")
    done = run(app, "verify")
    assert done.exit_code == 1
    assert "TAMPERED deletion: seq 4 gone" in done.output
    assert "TAMPERED edit: seq 8 (id" in done.output
    assert "NOT ok: 9 sealed" in done.output


def test_another_copy_can_be_given(app: TransactionalFlask, ten: Chain, tmp_path: Path) -> None:
    other = tmp_path / "kept-by-the-auditor"
    other.write_text(ten.copy.read_text())
    ten.copy.unlink()
    assert run(app, "verify").exit_code == 1
    assert run(app, "verify", "--copy", str(other)).exit_code == 0
    assert run(app, "verify", "--copy", str(tmp_path / "none")).exit_code == 2


def test_copies_by_mail_are_asked_for(app: TransactionalFlask, ten: Chain) -> None:
    app.config[KEY] = app.config[KEY].model_copy(update={"audit_copy": "mailto:keeper@elsewhere.example"})
    done = run(app, "verify")
    assert (done.exit_code, "Copies go by mail" in done.output) == (0, True)


def test_a_verification_is_in_the_audit(app: TransactionalFlask, ten: Chain) -> None:
    run(app, "verify")
    assert ten.rows("verb, detail")[-1] == ("audit.verified", {"fine": True, "sealed": 10, "findings": 0})


def test_unsealed_entries_that_wait_too_long_are_told(app: TransactionalFlask, ten: Chain) -> None:
    ten.write(1)
    ten.tamper("UPDATE audit_entry SET at = now() - interval '5 minutes' WHERE seq IS NULL")
    done = run(app, "verify")
    assert (done.exit_code, "does the worker run?" in done.output) == (0, True)


def test_tail_shows_the_newest_last_and_nothing_personal(app: TransactionalFlask, ten: Chain) -> None:
    ten.write(1, personal={"email": "somebody@x.example"}, person_id=3)
    done = run(app, "tail", "-n", "2")
    first, second = done.output.splitlines()
    assert "seq 10" in first
    assert "unsealed  person 7  test.done  thing thing-0" in second
    assert "somebody" not in done.output
