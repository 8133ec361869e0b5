"""Planted in the world: a file of a report, a view that is shared, a schedule with recipients here and outside."""

from __future__ import annotations

from collections.abc import Mapping

from app.core.access import Actor
from app.core.permissions import Permission
from app.reports import saving, scheduling
from app.reports.catalogue import REPORTS, ask
from app.reports.exports import actions as files
from app.reports.frame import Asked
from app.reports.models import Form
from app.reports.scheduling import Plan
from app.reports.scheduling_links import ending

CANARIES: Mapping[str, str] = {
    "CANARY-VIEW-NAME": "reporting_officer trainer other_trainer administrator",
    "CANARY-PRIVATE-VIEW": "administrator trainer",
}


def plant(administrator: Actor, trainer: str) -> dict[str, str]:
    """Plant a file, views, a share and a schedule of the administrator's; return what each is called.

    ``trainer`` is the address of a trainer who gets the schedule's file too.
    """
    grouped = _asked(administrator, {"group": "country"})
    view = saving.keep(_asked(administrator, {}), "CANARY-VIEW-NAME")
    saving.share_with_role(administrator, view, "trainer")
    saving.share_with_role(administrator, view, "reporting_officer")
    private = saving.keep(grouped, "CANARY-PRIVATE-VIEW")
    schedule = scheduling.make(administrator, private, Plan(form="csv", rhythm="monthly", zone="UTC"))
    outside = scheduling.add_recipient(administrator, schedule, "who@canary-outside.example", "en")
    reader = scheduling.add_recipient(administrator, schedule, trainer, "en")
    paused = scheduling.make(administrator, view, Plan(form="pdf", rhythm="daily", zone="UTC"))
    scheduling.pause(administrator, paused)
    file = files.order(grouped, Form.CSV, language="en")
    return {
        "view": view.public_id,
        "private_view": private.public_id,
        "view_share": view.shares[0].public_id,
        "report_file": file.public_id,
        "schedule": schedule.public_id,
        "paused_schedule": paused.public_id,
        "outside_recipient": outside.public_id,
        "reading_recipient": reader.public_id,
        "ending": ending(outside.public_id).rpartition("/")[2],
    }


def _asked(actor: Actor, args: Mapping[str, str]) -> Asked:
    found = ask(REPORTS["completions"], actor, args, "UTC", "en", permission=Permission.REPORTS_EXPORT)
    assert isinstance(found, Asked)
    return found
