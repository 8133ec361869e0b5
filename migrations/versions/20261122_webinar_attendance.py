"""Attendance: counted beats, what was stated, when gateways were there."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "webinar_attendance"
down_revision = "webinar_talk"
branch_labels = None
depends_on = None

# The name of an entry may be forgotten; all else stays as it was written.
APPEND_ONLY = """
CREATE TRIGGER webinar_presence_append_only BEFORE UPDATE OR DELETE ON webinar_presence
    FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER webinar_presence_no_truncate BEFORE TRUNCATE ON webinar_presence
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER webinar_attendance_entry_append_only
    BEFORE DELETE OR UPDATE OF webinar_id, kind, user_id, participant_id, about_id, minutes, decision, reason, by_id, at
    ON webinar_attendance_entry FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER webinar_attendance_entry_no_truncate BEFORE TRUNCATE ON webinar_attendance_entry
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();
"""


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "webinar_attendance_entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("webinar_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("participant_id", sa.BigInteger(), nullable=True),
        sa.Column("about_id", sa.BigInteger(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "decision IN ('', 'yes', 'no')", name=op.f("ck_webinar_attendance_entry_decision")
        ),
        sa.CheckConstraint(
            "kind <> 'companion' OR participant_id IS NOT NULL",
            name=op.f("ck_webinar_attendance_entry_beside"),
        ),
        sa.CheckConstraint(
            "kind <> 'withdrawn' OR about_id IS NOT NULL", name=op.f("ck_webinar_attendance_entry_about")
        ),
        sa.CheckConstraint(
            "kind IN ('list', 'code', 'companion', 'correction', 'withdrawn')",
            name=op.f("ck_webinar_attendance_entry_kind"),
        ),
        sa.CheckConstraint(
            "kind NOT IN ('correction', 'withdrawn') OR reason <> ''",
            name=op.f("ck_webinar_attendance_entry_reason"),
        ),
        sa.CheckConstraint(
            "minutes IS NULL OR minutes >= 0", name=op.f("ck_webinar_attendance_entry_minutes")
        ),
        sa.ForeignKeyConstraint(
            ["about_id"], ["webinar_attendance_entry.id"], name=op.f("fk_webinar_attendance_entry_about_id")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_webinar_attendance_entry_by_id")),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["webinar_participant.id"],
            name=op.f("fk_webinar_attendance_entry_participant_id"),
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_webinar_attendance_entry_user_id")),
        sa.ForeignKeyConstraint(
            ["webinar_id"], ["webinar.id"], name=op.f("fk_webinar_attendance_entry_webinar_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webinar_attendance_entry")),
        sa.UniqueConstraint("public_id", name=op.f("uq_webinar_attendance_entry_public_id")),
    )
    op.create_index(
        op.f("ix_webinar_attendance_entry_user_id"), "webinar_attendance_entry", ["user_id"], unique=False
    )
    op.create_index(
        "ix_webinar_attendance_entry_webinar_id",
        "webinar_attendance_entry",
        ["webinar_id", "id"],
        unique=False,
    )
    op.create_table(
        "webinar_presence",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("webinar_id", sa.BigInteger(), nullable=False),
        sa.Column("participant_id", sa.BigInteger(), nullable=False),
        sa.Column("connection", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("piece", sa.Integer(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("to_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("step IN ('full', 'low', 'sound', 'text')", name=op.f("ck_webinar_presence_step")),
        sa.CheckConstraint("from_at <= to_at", name=op.f("ck_webinar_presence_span")),
        sa.CheckConstraint("to_at <= arrived_at", name=op.f("ck_webinar_presence_arrived")),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["webinar_participant.id"], name=op.f("fk_webinar_presence_participant_id")
        ),
        sa.ForeignKeyConstraint(["webinar_id"], ["webinar.id"], name=op.f("fk_webinar_presence_webinar_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webinar_presence")),
        sa.UniqueConstraint(
            "participant_id",
            "connection",
            "number",
            "piece",
            name=op.f("uq_webinar_presence_participant_id_connection_number_piece"),
        ),
    )
    op.create_index("ix_webinar_presence_webinar_id", "webinar_presence", ["webinar_id"], unique=False)
    op.create_table(
        "gateway_life",
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_gateway_life")),
    )
    op.create_index("ix_gateway_life_seen_at", "gateway_life", ["seen_at"], unique=False)
    op.execute(APPEND_ONLY)


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_gateway_life_seen_at", table_name="gateway_life")
    op.drop_table("gateway_life")
    op.drop_index("ix_webinar_presence_webinar_id", table_name="webinar_presence")
    op.drop_table("webinar_presence")
    op.drop_index("ix_webinar_attendance_entry_webinar_id", table_name="webinar_attendance_entry")
    op.drop_index(op.f("ix_webinar_attendance_entry_user_id"), table_name="webinar_attendance_entry")
    op.drop_table("webinar_attendance_entry")
