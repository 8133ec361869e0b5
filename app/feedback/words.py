"""Words for stages."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import ngettext

from app.feedback.models import AT_THE_END


def stage_words(stage: int) -> str:
    """Return what a stage is called."""
    if stage == AT_THE_END:
        return str(_("At the end"))
    return str(ngettext("%(num)d month later", "%(num)d months later", stage))
