"""Makes the application: each package's ``init_app`` in the order of the layers, nothing else."""

from __future__ import annotations

import config
from app import (
    accounts,
    admin,
    api,
    audit,
    certificates,
    courses,
    feedback,
    home,
    irooms,
    live,
    media,
    notifications,
    records,
    reports,
    search,
    webinars,
    wiring,
)
from app.core import (
    access,
    database,
    errors,
    forms,
    health,
    i18n,
    idempotency,
    input,
    limits,
    log,
    navigation,
    security,
    ui,
)
from app.core.database import TransactionalFlask
from app.core.settings import KEY


def create_app(settings: config.Settings | None = None) -> TransactionalFlask:
    """Return the application for ``settings`` (default: from the environment).

    Raises SettingsError for a wrong setting and AccessError for a route without a rule.
    """
    app = TransactionalFlask("app")
    app.config[KEY] = settings or config.load()
    for part in (
        log,
        security,
        database,
        i18n,
        input,
        errors,
        access,
        forms,
        limits,
        idempotency,
        ui,
        navigation,
    ):
        part.init_app(app)
    app.register_blueprint(health.bp)
    floor = (audit, accounts, media, notifications, search, live, records, feedback)
    for package in (*floor, courses, certificates, reports, irooms, webinars, home, api, admin):
        package.init_app(app)
    wiring.init_app()
    access.verify(app)
    return app
