"""Settings: documented, typed, refused with a clear line."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic.fields import FieldInfo

import config

DOCUMENT = (config.ROOT / "docs" / "configuration.md").read_text("utf-8")
GOOD_PRODUCTION = {
    "CTLP_ENV": "production",
    "PUBLIC_URL": "https://learn.example",
    "CONTENT_URL": "https://content.learn.example",
    "DATABASE_URL": "postgresql://ctlp@/ctlp",
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz",
    "CERTIFICATE_KEY": "/etc/ctlp/key.pem",
    "SMTP_URL": "smtp://mail.example:587",
}


@pytest.mark.parametrize("field", config.Settings.model_fields.values(), ids=lambda field: field.alias)
def test_every_setting_stands_in_the_document_with_its_meaning(field: FieldInfo) -> None:
    assert f"| `{field.alias}` |" in DOCUMENT
    assert field.description
    assert field.description in DOCUMENT


def test_the_document_names_no_setting_that_is_not_there() -> None:
    named = {line.split("`")[1] for line in DOCUMENT.splitlines() if line.startswith("| `")}
    assert named == {field.alias for field in config.Settings.model_fields.values()}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("PORT", "70000"),
        ("CTLP_ENV", "prod"),
        ("PUBLIC_URL", "learn.example"),
        ("DATABASE_URL", "mysql://x"),
        ("SESSION_IDLE_MINUTES", "0"),
        ("LOG_LEVEL", "LOUD"),
    ],
)
def test_a_wrong_value_stops_the_start_with_a_line_that_names_it(
    name: str, value: str, tmp_path: Path
) -> None:
    with pytest.raises(config.SettingsError) as stop:
        config.load({name: value, "CTLP_VAR": str(tmp_path)})
    assert name in str(stop.value)
    assert "\n" not in str(stop.value)


@pytest.mark.parametrize(
    "missing", ["SECRET_KEY", "DATABASE_URL", "SMTP_URL", "CERTIFICATE_KEY", "PUBLIC_URL"]
)
def test_production_refuses_to_start_without(missing: str) -> None:
    given = {key: value for key, value in GOOD_PRODUCTION.items() if key != missing}
    with pytest.raises(config.SettingsError, match=missing):
        config.load(given)


@pytest.mark.parametrize("weak", ["short", "a" * 40, "abababababababababababababababababab"])
def test_production_refuses_a_weak_secret(weak: str) -> None:
    with pytest.raises(config.SettingsError, match="SECRET_KEY"):
        config.load(GOOD_PRODUCTION | {"SECRET_KEY": weak})


def test_production_starts_with_good_settings_and_answers_to_its_own_hosts_only() -> None:
    settings = config.load(GOOD_PRODUCTION)
    assert settings.hosts == ["content.learn.example", "learn.example"]


def test_outside_production_a_secret_is_made_once_and_kept_private(tmp_path: Path) -> None:
    first = config.load({"CTLP_VAR": str(tmp_path)})
    second = config.load({"CTLP_VAR": str(tmp_path)})
    assert len(first.secret_key) >= 32
    assert first.secret_key == second.secret_key
    assert (tmp_path / "secret-key").stat().st_mode & 0o777 == 0o600
