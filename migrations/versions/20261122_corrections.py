"""Why facts were corrected, activities that staff recorded, their lists, what staff said of activities."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "corrections"
down_revision = "feedback_forms"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "distinct_learners",
        sa.Column("one_key", sa.Uuid(), nullable=False),
        sa.Column("other_key", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("one_key < other_key", name=op.f("ck_distinct_learners_order")),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["user.id"], name=op.f("fk_distinct_learners_decided_by"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["one_key"], ["learner.key"], name=op.f("fk_distinct_learners_one_key")),
        sa.ForeignKeyConstraint(["other_key"], ["learner.key"], name=op.f("fk_distinct_learners_other_key")),
        sa.PrimaryKeyConstraint("one_key", "other_key", name=op.f("pk_distinct_learners")),
    )
    op.create_table(
        "recorded_activity",
        sa.Column("activity_key", sa.Uuid(), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["user.id"], name=op.f("fk_recorded_activity_recorded_by"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("activity_key", name=op.f("pk_recorded_activity")),
        sa.UniqueConstraint("public_id", name=op.f("uq_recorded_activity_public_id")),
    )
    op.create_index(
        op.f("ix_recorded_activity_recorded_at"), "recorded_activity", ["recorded_at"], unique=False
    )
    op.create_table(
        "staff_attributes",
        sa.Column("activity_key", sa.Uuid(), nullable=False),
        sa.Column("given", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("given_by", sa.BigInteger(), nullable=True),
        sa.Column("given_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["given_by"], ["user.id"], name=op.f("fk_staff_attributes_given_by"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("activity_key", name=op.f("pk_staff_attributes")),
    )
    op.create_table(
        "event_participant",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("activity_key", sa.Uuid(), nullable=False),
        sa.Column("learner_key", sa.Uuid(), nullable=False),
        sa.Column("identity", sa.LargeBinary(), nullable=False),
        sa.Column("family_name", sa.Text(), nullable=False),
        sa.Column("given_name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "erased_at IS NULL OR (family_name = '' AND given_name = '' AND email = '')",
            name=op.f("ck_event_participant_erased"),
        ),
        sa.ForeignKeyConstraint(
            ["activity_key"],
            ["recorded_activity.activity_key"],
            name=op.f("fk_event_participant_activity_key"),
        ),
        sa.ForeignKeyConstraint(
            ["learner_key"], ["learner.key"], name=op.f("fk_event_participant_learner_key")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["user.id"], name=op.f("fk_event_participant_recorded_by"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_participant")),
        sa.UniqueConstraint("public_id", name=op.f("uq_event_participant_public_id")),
    )
    op.create_index(
        "ix_event_participant_email",
        "event_participant",
        ["email"],
        unique=False,
        postgresql_where="email <> ''",
    )
    op.create_index("ix_event_participant_learner", "event_participant", ["learner_key"], unique=False)
    op.create_index(
        "uq_event_participant_identity", "event_participant", ["activity_key", "identity"], unique=True
    )
    op.create_table(
        "fact_correction",
        sa.Column("fact_uuid", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=True),
        sa.Column(
            "made_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.ForeignKeyConstraint(["fact_uuid"], ["fact.uuid"], name=op.f("fk_fact_correction_fact_uuid")),
        sa.ForeignKeyConstraint(
            ["made_by"], ["user.id"], name=op.f("fk_fact_correction_made_by"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("fact_uuid", name=op.f("pk_fact_correction")),
    )
    op.create_index(op.f("ix_fact_correction_made_at"), "fact_correction", ["made_at"], unique=False)
    op.create_table(
        "participant_list",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("activity_key", sa.Uuid(), nullable=False),
        sa.Column("rows", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("sent_by", sa.BigInteger(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_key"],
            ["recorded_activity.activity_key"],
            name=op.f("fk_participant_list_activity_key"),
        ),
        sa.ForeignKeyConstraint(
            ["sent_by"], ["user.id"], name=op.f("fk_participant_list_sent_by"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participant_list")),
        sa.UniqueConstraint("public_id", name=op.f("uq_participant_list_public_id")),
    )
    op.create_index(
        op.f("ix_participant_list_activity_key"), "participant_list", ["activity_key"], unique=False
    )
    op.create_index(op.f("ix_participant_list_sent_at"), "participant_list", ["sent_at"], unique=False)
    op.execute(
        "INSERT INTO kind_rule (kind, version, counts_as_training, valid_from) "
        "VALUES ('launch', 1, false, '2003-01-01T00:00:00Z')"
    )


def downgrade() -> None:
    """Drop them."""
    op.execute("DELETE FROM kind_rule WHERE kind = 'launch'")
    op.drop_index(op.f("ix_participant_list_sent_at"), table_name="participant_list")
    op.drop_index(op.f("ix_participant_list_activity_key"), table_name="participant_list")
    op.drop_table("participant_list")
    op.drop_index(op.f("ix_fact_correction_made_at"), table_name="fact_correction")
    op.drop_table("fact_correction")
    op.drop_index("uq_event_participant_identity", table_name="event_participant")
    op.drop_index("ix_event_participant_learner", table_name="event_participant")
    op.drop_index(
        "ix_event_participant_email", table_name="event_participant", postgresql_where="email <> ''"
    )
    op.drop_table("event_participant")
    op.drop_table("staff_attributes")
    op.drop_index(op.f("ix_recorded_activity_recorded_at"), table_name="recorded_activity")
    op.drop_table("recorded_activity")
    op.drop_table("distinct_learners")
