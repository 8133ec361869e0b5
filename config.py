"""Every setting of the platform: read from the environment, typed, documented, checked once at the start.

A wrong value stops the start with one clear line per setting. ``docs/configuration.md`` is held against this
file by a test, so a setting that is not documented does not pass.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, Self
from urllib.parse import SplitResult, urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

ROOT = Path(__file__).resolve().parent
MINIMUM_SECRET_LENGTH = 32


class SettingsError(SystemExit):
    """Raised when the environment holds a value the platform cannot start with."""


class Settings(BaseModel):
    """The settings; the alias of a field is the name of its environment variable."""

    model_config = ConfigDict(frozen=True, populate_by_name=True, extra="ignore")

    env: Literal["development", "test", "production"] = Field(
        "development", alias="CTLP_ENV", description="development, test or production."
    )
    var: Path = Field(
        ROOT / "var",
        alias="CTLP_VAR",
        description="Folder for everything the platform writes beside its database.",
    )
    host: str = Field("127.0.0.1", alias="HOST", description="Address the web server binds to.")
    port: int = Field(8000, alias="PORT", ge=1, le=65535, description="Port the web server listens on.")
    public_url: str = Field(
        "",
        alias="PUBLIC_URL",
        description=(
            "Address people reach the platform at; printed and mailed. Default: http://localhost:PORT."
        ),
    )
    content_url: str = Field(
        "",
        alias="CONTENT_URL",
        description=(
            "Second host that serves user files only and never gets a sign-in cookie. Default: "
            "http://content.localhost:PORT."
        ),
    )
    trusted_hosts: str = Field(
        "",
        alias="TRUSTED_HOSTS",
        description="Further host names that may be asked for, separated by commas.",
    )
    trusted_proxies: int = Field(
        0,
        alias="TRUSTED_PROXIES",
        ge=0,
        le=5,
        description="How many reverse proxies in front of us set X-Forwarded-* headers.",
    )
    database_url: str = Field(
        "",
        alias="DATABASE_URL",
        description="PostgreSQL address. When unset, ./run starts an embedded server under CTLP_VAR.",
    )
    database_pool_size: int = Field(
        10,
        alias="DATABASE_POOL_SIZE",
        ge=1,
        le=100,
        description="Connections that one process keeps open at most.",
    )
    secret_key: str = Field(
        "",
        alias="SECRET_KEY",
        description=(
            "Secret for signing, at least 32 characters. Made and kept under CTLP_VAR when unset "
            "outside production."
        ),
    )
    certificate_key: str = Field(
        "",
        alias="CERTIFICATE_KEY",
        description=(
            "Ed25519 private key (PKCS#8 PEM, or a path to it) that signs certificates. Made and kept"
            " under CTLP_VAR when unset outside production."
        ),
    )
    smtp_url: str = Field(
        "",
        alias="SMTP_URL",
        description=(
            "Where mail goes: smtp://user:password@host:587 (STARTTLS), smtps://… or smtp+plain://… "
            "for a local relay. When unset outside production, mail stays in the development mailbox."
        ),
    )
    mail_from: str = Field(
        "CTLP <no-reply@ctlp.example>", alias="MAIL_FROM", description="Sender of every mail."
    )
    audit_copy: str = Field(
        "",
        alias="AUDIT_COPY",
        description=(
            "Where copies of the audit head go: a file path or mailto:address. Default: "
            "CTLP_VAR/audit-heads.log."
        ),
    )
    session_idle_minutes: int = Field(
        120,
        alias="SESSION_IDLE_MINUTES",
        ge=5,
        le=10080,
        description="A sign-in ends after this many minutes without a request.",
    )
    session_absolute_hours: int = Field(
        336,
        alias="SESSION_ABSOLUTE_HOURS",
        ge=1,
        le=2160,
        description="A sign-in ends after this many hours in any case.",
    )
    max_upload_mb: int = Field(
        16, alias="MAX_UPLOAD_MB", ge=1, le=4096, description="Largest request body, in megabytes."
    )
    files_url: str = Field(
        "",
        alias="FILES_URL",
        description=(
            "Where files are kept: s3://bucket/prefix for S3 or anything that speaks it. Default: CTLP_VAR/files."
        ),
    )
    files_endpoint: str = Field(
        "",
        alias="FILES_ENDPOINT",
        description="Address of the S3 service when it is not Amazon's, such as https://s3.example.org.",
    )
    files_region: str = Field("us-east-1", alias="FILES_REGION", description="Region of the bucket.")
    files_key_id: str = Field("", alias="FILES_KEY_ID", description="Access key of the S3 service.")
    files_secret: str = Field("", alias="FILES_SECRET", description="Secret of that access key.")
    max_file_mb: int = Field(
        200,
        alias="MAX_FILE_MB",
        ge=1,
        le=4096,
        description=(
            "Largest file that people may send, in megabytes. It arrives in pieces of at most MAX_UPLOAD_MB; without "
            "JavaScript a file is one piece."
        ),
    )
    max_daily_mb: int = Field(
        2000,
        alias="MAX_DAILY_MB",
        ge=1,
        le=1_000_000,
        description="How much one person may send within 24 hours, in megabytes.",
    )
    max_open_uploads: int = Field(
        20,
        alias="MAX_OPEN_UPLOADS",
        ge=1,
        le=1000,
        description="How many unfinished uploads one person may have at a time.",
    )
    upload_hours: int = Field(
        24,
        alias="UPLOAD_HOURS",
        ge=1,
        le=720,
        description="An unfinished upload is removed after this many hours without a new piece.",
    )
    max_pages: int = Field(
        2000, alias="MAX_PAGES", ge=1, le=20_000, description="Most pages a file may have."
    )
    max_megapixels: int = Field(
        100, alias="MAX_MEGAPIXELS", ge=1, le=1000, description="Largest picture, in millions of pixels."
    )
    clamd_address: str = Field(
        "",
        alias="CLAMD_ADDRESS",
        description=(
            "The virus scanner clamd: tcp://host:3310 or unix:/run/clamav/clamd.ctl. When unset, files are marked as "
            "not scanned."
        ),
    )
    libreoffice: str = Field(
        "auto",
        alias="LIBREOFFICE",
        description=(
            "Program that makes pages of office files: auto (soffice where it is found), none, or a path. Without it "
            "office files are downloads only."
        ),
    )
    report_file_days: int = Field(
        7,
        alias="REPORT_FILE_DAYS",
        ge=1,
        le=90,
        description="A file made of a report can be downloaded for this many days; then its octets are removed.",
    )
    report_history_days: int = Field(
        400,
        alias="REPORT_HISTORY_DAYS",
        ge=30,
        le=3650,
        description="What was made and sent of reports is listed, with its digests, for this many days.",
    )
    public_statistics: bool | None = Field(
        None,
        alias="PUBLIC_STATISTICS",
        description=(
            "Whether everybody may see the statistics page, with small numbers left out. When unset: outside "
            "production only."
        ),
    )
    default_zone: str = Field(
        "UTC", alias="DEFAULT_ZONE", description="Time zone for people who have not chosen one (IANA name)."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", alias="LOG_LEVEL", description="Least severe level that is logged."
    )
    live_max_sockets: int = Field(
        2000,
        alias="LIVE_MAX_SOCKETS",
        ge=1,
        le=20000,
        description="Live connections that one gateway process takes; further ones are refused politely.",
    )
    live_max_sockets_per_person: int = Field(
        20,
        alias="LIVE_MAX_SOCKETS_PER_PERSON",
        ge=1,
        le=1000,
        description="Live connections that one person may have at a gateway process (tabs and devices).",
    )
    janus_url: str = Field(
        "",
        alias="JANUS_URL",
        description=(
            "Admin address of the media server Janus, reached by this platform only, such as "
            "http://127.0.0.1:7088/admin. When unset, rooms with a media server are not offered."
        ),
    )
    janus_public_url: str = Field(
        "",
        alias="JANUS_PUBLIC_URL",
        description=(
            "WebSocket address at which browsers reach Janus. Default: /janus of PUBLIC_URL, as deploy/nginx.conf has "
            "it."
        ),
    )
    janus_secret: str = Field(
        "",
        alias="JANUS_SECRET",
        description=(
            "The secret in deploy/janus/*.jcfg (admin_secret, api_secret, token_auth_secret, admin_key), at least 32 "
            "characters."
        ),
    )
    janus_listeners: int = Field(
        600,
        alias="JANUS_LISTENERS",
        ge=1,
        le=10_000,
        description=(
            "How many people one room with a media server carries sound and picture to; a core carries about 170 at "
            "full picture. Further people follow by slides and text."
        ),
    )
    janus_recordings: str = Field(
        "",
        alias="JANUS_RECORDINGS",
        description="Folder in which Janus writes recordings; this platform must be able to read it.",
    )
    turn_url: str = Field(
        "",
        alias="TURN_URL",
        description=(
            "Relay (coturn) for lines that let nothing else through: one or more turn:, turns: or stun: addresses, "
            "separated by commas, such as turn:turn.example.org:3478?transport=udp."
        ),
    )
    turn_secret: str = Field(
        "",
        alias="TURN_SECRET",
        description="The static-auth-secret of the relay; people get credentials made from it that end by themselves.",
    )
    ffmpeg: str = Field(
        "auto",
        alias="FFMPEG",
        description=(
            "Program that makes streams and recordings: auto (ffmpeg where it is found), none, or a path. Without it "
            "broadcast rooms are not offered."
        ),
    )
    rate_limits: bool = Field(
        True,
        alias="RATE_LIMITS",
        description="Whether sign-in, registration, reset and verify are rate limited.",
    )

    @property
    def production(self) -> bool:
        """Whether this process serves real people."""
        return self.env == "production"

    @model_validator(mode="after")
    def _complete(self) -> Self:
        fill = object.__setattr__  # the model is frozen for everybody else
        fill(self, "public_url", (self.public_url or f"http://localhost:{self.port}").rstrip("/"))
        fill(self, "content_url", (self.content_url or f"http://content.localhost:{self.port}").rstrip("/"))
        if self.public_statistics is None:
            fill(self, "public_statistics", not self.production)
        for alias, url in (("PUBLIC_URL", self.public_url), ("CONTENT_URL", self.content_url)):
            parts = urlsplit(url)
            if parts.scheme not in {"http", "https"} or not parts.hostname:
                raise ValueError(f"{alias}: must be an http or https address, got {url!r}")
        if self.database_url and not self.database_url.startswith(("postgresql://", "postgresql+psycopg://")):
            raise ValueError("DATABASE_URL: must start with postgresql://")
        self._check_files()
        self._check_live_media()
        if self.production:
            self._refuse_weak_production()
        return self

    def _check_files(self) -> None:
        place = urlsplit(self.files_url)
        if self.files_url and (place.scheme != "s3" or not place.hostname):
            raise ValueError("FILES_URL: must be s3://bucket or s3://bucket/prefix")
        if self.files_endpoint and urlsplit(self.files_endpoint).scheme not in {"http", "https"}:
            raise ValueError("FILES_ENDPOINT: must be an http or https address")
        scanner = urlsplit(self.clamd_address)
        by_port = scanner.scheme == "tcp" and bool(scanner.hostname) and _port_of(scanner) is not None
        by_socket = scanner.scheme == "unix" and scanner.path.startswith("/")
        if self.clamd_address and not by_port and not by_socket:
            raise ValueError("CLAMD_ADDRESS: must be tcp://host:port or unix:/path")
        for alias, program in (("LIBREOFFICE", self.libreoffice), ("FFMPEG", self.ffmpeg)):
            if program not in {"auto", "none"} and not Path(program).is_file():
                raise ValueError(f"{alias}: must be auto, none or a program, got {program!r}")

    def _check_live_media(self) -> None:
        if self.janus_url and urlsplit(self.janus_url).scheme not in {"http", "https"}:
            raise ValueError("JANUS_URL: must be an http or https address")
        if self.janus_url and len(self.janus_secret) < MINIMUM_SECRET_LENGTH:
            raise ValueError(
                f"JANUS_SECRET: must be the one of deploy/janus, at least {MINIMUM_SECRET_LENGTH} characters"
            )
        public = self.janus_public_url or f"{self.public_url.replace('http', 'ws', 1)}/janus"
        if urlsplit(public).scheme not in {"ws", "wss"} or not urlsplit(public).hostname:
            raise ValueError("JANUS_PUBLIC_URL: must be a ws or wss address")
        object.__setattr__(self, "janus_public_url", public)
        relays = [one.strip() for one in self.turn_url.split(",") if one.strip()]
        if any(one.split(":")[0] not in {"turn", "turns", "stun"} for one in relays):
            raise ValueError("TURN_URL: must be turn:, turns: or stun: addresses")
        if any(one.startswith("turn") for one in relays) and not self.turn_secret:
            raise ValueError("TURN_SECRET: must be the relay's static-auth-secret")

    def _refuse_weak_production(self) -> None:
        if len(self.secret_key) < MINIMUM_SECRET_LENGTH or len(set(self.secret_key)) < 10:
            raise ValueError(
                f"SECRET_KEY: production needs a random secret of at least {MINIMUM_SECRET_LENGTH} characters"
            )
        if not self.database_url:
            raise ValueError("DATABASE_URL: production needs a PostgreSQL address")
        if not self.public_url.startswith("https://"):
            raise ValueError("PUBLIC_URL: production needs an https address")
        if not self.smtp_url:
            raise ValueError("SMTP_URL: production needs a mail server")
        if not self.certificate_key:
            raise ValueError(
                "CERTIFICATE_KEY: production needs an Ed25519 key (./run flask certificates new-key prints one)"
            )

    @property
    def hosts(self) -> list[str]:
        """Host names that a request may carry, without ports."""
        own = [urlsplit(self.public_url).hostname or "", urlsplit(self.content_url).hostname or ""]
        local = [] if self.production else ["localhost", "127.0.0.1"]
        further = [name.strip() for name in self.trusted_hosts.split(",") if name.strip()]
        return sorted({*own, *local, *further} - {""})


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from ``environ`` (default: the process's), completing secrets outside production.

    Raises SettingsError with one line per wrong value.
    """
    source = os.environ if environ is None else environ
    aliases = [field.alias for field in Settings.model_fields.values() if field.alias]
    given = {alias: source[alias] for alias in aliases if source.get(alias, "") != ""}
    try:
        settings = Settings.model_validate(given)
    except ValidationError as error:
        raise SettingsError("\n".join(_line(one) for one in error.errors())) from None
    if not settings.secret_key:
        settings = settings.model_copy(update={"secret_key": _kept_secret(settings.var / "secret-key")})
    return settings


def _port_of(address: SplitResult) -> int | None:
    """Return the port of an address, None when it has none or none that can be."""
    try:
        return address.port
    except ValueError:
        return None


def _line(error: object) -> str:
    assert isinstance(error, dict)
    where = ".".join(str(part) for part in error["loc"])
    message = str(error["msg"]).removeprefix("Value error, ")
    return f"Setting {where}: {message}" if where else f"Setting {message}"


def _kept_secret(path: Path) -> str:
    """Return the secret in ``path``, making it on first use (mode 0600; two first starts agree on one)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text("ascii").strip()
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48))
    return path.read_text("ascii").strip()
