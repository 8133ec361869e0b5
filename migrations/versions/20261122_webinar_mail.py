"""Mails of sessions: what a mail tells a calendar, which version of it somebody has, who wants no reminders."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "webinar_mail"
down_revision = "webinar_notes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    for name in ("calendar", "calendar_method"):
        op.add_column("outbox_mail", sa.Column(name, sa.Text(), server_default="", nullable=False))
    op.create_check_constraint(
        op.f("ck_outbox_mail_calendar"), "outbox_mail", "(calendar = '') = (calendar_method = '')"
    )
    for table in ("webinar_registration", "webinar_runner"):
        op.add_column(table, sa.Column("calendar_changes", sa.Integer(), server_default="0", nullable=False))
    op.add_column(
        "webinar_runner", sa.Column("mailed_sequence", sa.Integer(), server_default="-1", nullable=False)
    )
    op.create_table(
        "webinar_unreminded",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_webinar_unreminded_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_webinar_unreminded")),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("webinar_unreminded")
    op.drop_column("webinar_runner", "mailed_sequence")
    for table in ("webinar_runner", "webinar_registration"):
        op.drop_column(table, "calendar_changes")
    op.drop_constraint(op.f("ck_outbox_mail_calendar"), "outbox_mail")
    for name in ("calendar_method", "calendar"):
        op.drop_column("outbox_mail", name)
