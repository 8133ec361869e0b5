"""Webinars as they are planned: series, sessions, who runs and registers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "webinars"
down_revision = "room_drafting"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "webinar_series",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("activity_key", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("languages", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["user.id"], name=op.f("fk_webinar_series_created_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webinar_series")),
        sa.UniqueConstraint("activity_key", name=op.f("uq_webinar_series_activity_key")),
        sa.UniqueConstraint("public_id", name=op.f("uq_webinar_series_public_id")),
    )
    op.create_table(
        "webinar",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("activity_key", sa.Uuid(), nullable=False),
        sa.Column("series_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("languages", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("is_template", sa.Boolean(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_why", sa.Text(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("group_id", sa.BigInteger(), nullable=True),
        sa.Column("countries", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("questions", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("agenda", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("reminders", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("media", sa.Text(), nullable=False),
        sa.Column("roster", sa.Text(), nullable=False),
        sa.Column("anonymous_questions", sa.Boolean(), nullable=False),
        sa.Column("keep_chat", sa.Boolean(), nullable=False),
        sa.Column("lobby", sa.Boolean(), nullable=False),
        sa.Column("recorded", sa.Boolean(), nullable=False),
        sa.Column("certificate", sa.Boolean(), nullable=False),
        sa.Column("feedback", sa.Boolean(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("answers_needed", sa.Integer(), nullable=False),
        sa.Column("rule_version", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("audience <> 'group' OR group_id IS NOT NULL", name=op.f("ck_webinar_group")),
        sa.CheckConstraint(
            "audience IN ('vetted', 'group', 'country', 'invitation')", name=op.f("ck_webinar_audience")
        ),
        sa.CheckConstraint(
            "media IN ('null', 'p2p', 'broadcast', 'janus', 'link')", name=op.f("ck_webinar_media")
        ),
        sa.CheckConstraint("roster IN ('all', 'hosts', 'pseudonym')", name=op.f("ck_webinar_roster")),
        sa.CheckConstraint(
            "state IN ('draft', 'planned', 'open', 'live', 'ended', 'cancelled')",
            name=op.f("ck_webinar_state"),
        ),
        sa.CheckConstraint("capacity IS NULL OR capacity > 0", name=op.f("ck_webinar_capacity")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_webinar_times")),
        sa.CheckConstraint("percent BETWEEN 0 AND 100 AND answers_needed >= 0", name=op.f("ck_webinar_rule")),
        sa.ForeignKeyConstraint(["created_by"], ["user.id"], name=op.f("fk_webinar_created_by")),
        sa.ForeignKeyConstraint(["group_id"], ["group.id"], name=op.f("fk_webinar_group_id")),
        sa.ForeignKeyConstraint(["series_id"], ["webinar_series.id"], name=op.f("fk_webinar_series_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webinar")),
        sa.UniqueConstraint("activity_key", name=op.f("uq_webinar_activity_key")),
        sa.UniqueConstraint("public_id", name=op.f("uq_webinar_public_id")),
    )
    op.create_index(
        "ix_webinar_group_id", "webinar", ["group_id"], unique=False, postgresql_where="group_id IS NOT NULL"
    )
    op.create_index(
        "ix_webinar_running", "webinar", ["id"], unique=False, postgresql_where="state IN ('open', 'live')"
    )
    op.create_index(op.f("ix_webinar_series_id"), "webinar", ["series_id"], unique=False)
    op.create_index("ix_webinar_starts_at", "webinar", ["starts_at"], unique=False)
    op.create_table(
        "webinar_mailing",
        sa.Column("webinar_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_webinar_mailing_user_id")),
        sa.ForeignKeyConstraint(["webinar_id"], ["webinar.id"], name=op.f("fk_webinar_mailing_webinar_id")),
        sa.PrimaryKeyConstraint("webinar_id", "user_id", "what", name=op.f("pk_webinar_mailing")),
    )
    op.create_table(
        "webinar_material",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("webinar_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=True),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("slides", sa.Boolean(), nullable=False),
        sa.Column("handout", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("(file_id IS NULL) <> (link = '')", name=op.f("ck_webinar_material_one")),
        sa.ForeignKeyConstraint(["file_id"], ["media_file.id"], name=op.f("fk_webinar_material_file_id")),
        sa.ForeignKeyConstraint(
            ["webinar_id"], ["webinar.id"], name=op.f("fk_webinar_material_webinar_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webinar_material")),
        sa.UniqueConstraint("public_id", name=op.f("uq_webinar_material_public_id")),
    )
    op.create_index(
        "ix_webinar_material_webinar_id", "webinar_material", ["webinar_id", "position"], unique=False
    )
    op.create_table(
        "webinar_registration",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("webinar_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("answers", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("mailed_sequence", sa.Integer(), server_default="-1", nullable=False),
        sa.Column("invited_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("(user_id IS NULL) <> (email = '')", name=op.f("ck_webinar_registration_who")),
        sa.CheckConstraint(
            "state IN ('invited', 'registered', 'waiting', 'cancelled')",
            name=op.f("ck_webinar_registration_state"),
        ),
        sa.ForeignKeyConstraint(["invited_by"], ["user.id"], name=op.f("fk_webinar_registration_invited_by")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_webinar_registration_user_id")),
        sa.ForeignKeyConstraint(
            ["webinar_id"], ["webinar.id"], name=op.f("fk_webinar_registration_webinar_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webinar_registration")),
        sa.UniqueConstraint("digest", name=op.f("uq_webinar_registration_digest")),
        sa.UniqueConstraint("public_id", name=op.f("uq_webinar_registration_public_id")),
    )
    op.create_index("ix_webinar_registration_user_id", "webinar_registration", ["user_id"], unique=False)
    op.create_index(
        "uq_webinar_registration_email",
        "webinar_registration",
        ["webinar_id", "email"],
        unique=True,
        postgresql_where="email <> ''",
    )
    op.create_index(
        "uq_webinar_registration_user",
        "webinar_registration",
        ["webinar_id", "user_id"],
        unique=True,
        postgresql_where="user_id IS NOT NULL",
    )
    op.create_table(
        "webinar_runner",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("webinar_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("biography", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "role IN ('host', 'cohost', 'speaker', 'notetaker', 'participant')",
            name=op.f("ck_webinar_runner_role"),
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_webinar_runner_user_id")),
        sa.ForeignKeyConstraint(
            ["webinar_id"], ["webinar.id"], name=op.f("fk_webinar_runner_webinar_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webinar_runner")),
        sa.UniqueConstraint("public_id", name=op.f("uq_webinar_runner_public_id")),
        sa.UniqueConstraint("webinar_id", "user_id", name=op.f("uq_webinar_runner_webinar_id_user_id")),
    )
    op.create_index("ix_webinar_runner_user_id", "webinar_runner", ["user_id"], unique=False)


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_webinar_runner_user_id", table_name="webinar_runner")
    op.drop_table("webinar_runner")
    op.drop_index(
        "uq_webinar_registration_user",
        table_name="webinar_registration",
        postgresql_where="user_id IS NOT NULL",
    )
    op.drop_index(
        "uq_webinar_registration_email", table_name="webinar_registration", postgresql_where="email <> ''"
    )
    op.drop_index("ix_webinar_registration_user_id", table_name="webinar_registration")
    op.drop_table("webinar_registration")
    op.drop_index("ix_webinar_material_webinar_id", table_name="webinar_material")
    op.drop_table("webinar_material")
    op.drop_table("webinar_mailing")
    op.drop_index("ix_webinar_starts_at", table_name="webinar")
    op.drop_index(op.f("ix_webinar_series_id"), table_name="webinar")
    op.drop_index("ix_webinar_running", table_name="webinar", postgresql_where="state IN ('open', 'live')")
    op.drop_index("ix_webinar_group_id", table_name="webinar", postgresql_where="group_id IS NOT NULL")
    op.drop_table("webinar")
    op.drop_table("webinar_series")
