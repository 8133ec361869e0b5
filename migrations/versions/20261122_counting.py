"""What figures are counted from: facts with the spans in which they were believed, tallies and sums; figures kept."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "counting"
down_revision = "webinar_mail"
branch_labels = None
depends_on = None

_EMPTY_LIST = sa.text("'[]'")
RULES = """
CREATE FUNCTION counts_in_figures(verb text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT verb IN ('approved', 'closed', 'country_changed', 'enrolled', 'registered', 'started', 'attended',
        'completed', 'withdrawn', 'certificate_issued', 'certificate_revoked', 'played', 'downloaded', 'joined', 'left',
        'viewed', 'contributed', 'feedback_given')
$$;

CREATE FUNCTION counted_amount(verb text, result jsonb) RETURNS double precision LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE
        WHEN verb = 'attended' AND jsonb_typeof(result -> 'minutes') = 'number' THEN (result ->> 'minutes')::float8
        WHEN verb = 'played' AND jsonb_typeof(result -> 'seconds') = 'number' THEN (result ->> 'seconds')::float8
        WHEN verb IN ('attended', 'played') THEN 0
        ELSE 1 END
$$;

CREATE FUNCTION month_of(day date) RETURNS smallint LANGUAGE sql IMMUTABLE AS $$
    SELECT (extract(year FROM day) * 12 + extract(month FROM day) - 1)::smallint
$$;

CREATE FUNCTION fact_counts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO counted_fact (fact_id, known_from, first_known, verb, learner_key, activity_key, country, profession,
        gender, age_group, language, amount, headcount, occurred_at)
    SELECT id, recorded_at, recorded_at, verb, learner_key, activity_key, country, profession, gender, age_group,
        language, counted_amount(verb, result), headcount, occurred_at
    FROM added WHERE counts_in_figures(verb);
    INSERT INTO rollup_due (learner_key) SELECT DISTINCT learner_key FROM added
    WHERE learner_key IS NOT NULL AND verb IN ('approved', 'closed', 'country_changed');
    INSERT INTO rollup_due (learner_key, activity_key) SELECT DISTINCT learner_key, activity_key FROM added
    WHERE learner_key IS NOT NULL AND activity_key IS NOT NULL AND verb IN ('started', 'attended', 'completed');
    RETURN NULL;
END $$;
CREATE TRIGGER fact_counts AFTER INSERT ON fact REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION fact_counts();

CREATE TRIGGER snapshot_append_only BEFORE UPDATE OR DELETE ON snapshot FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER snapshot_no_truncate BEFORE TRUNCATE ON snapshot FOR EACH STATEMENT EXECUTE FUNCTION append_only();
INSERT INTO rollup_state (id, rules_version) VALUES (1, 0);
"""
RULES_DOWN = """
DROP TRIGGER snapshot_append_only ON snapshot;
DROP TRIGGER snapshot_no_truncate ON snapshot;
DROP TRIGGER fact_counts ON fact;
DROP FUNCTION fact_counts();
DROP FUNCTION month_of(date);
DROP FUNCTION counted_amount(text, jsonb);
DROP FUNCTION counts_in_figures(text);
"""


def upgrade() -> None:
    """Create the tables, and what facts and activities newly carry."""
    op.add_column("user", sa.Column("age_group", sa.Text(), server_default="", nullable=False))
    op.add_column("fact", sa.Column("age_group", sa.Text(), server_default="", nullable=False))
    for name in ("countries", "tags"):
        column = sa.Column(name, postgresql.JSONB(), server_default=_EMPTY_LIST, nullable=False)
        op.add_column("activity", column)
    op.add_column("activity", sa.Column("place", sa.Text(), server_default="", nullable=False))
    op.create_table(
        "activity_version",
        sa.Column("activity_key", sa.Uuid(), nullable=False),
        sa.Column("known_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("known_until", sa.DateTime(timezone=True), server_default="infinity", nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("parent_key", sa.Uuid(), nullable=True),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("partner", sa.Text(), nullable=False),
        sa.Column("project", sa.Text(), nullable=False),
        sa.Column("donor", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("languages", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("countries", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("tags", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("group_id", sa.BigInteger(), nullable=True),
        sa.Column("hours", sa.Float(), nullable=True),
        sa.Column("is_test", sa.Boolean(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("described_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("activity_key", "known_from", name=op.f("pk_activity_version")),
    )
    op.create_index("ix_activity_version_kind", "activity_version", ["kind", "starts_at"], unique=False)
    op.create_index(op.f("ix_activity_version_parent_key"), "activity_version", ["parent_key"], unique=False)
    op.create_table(
        "counted_fact",
        sa.Column("fact_id", sa.BigInteger(), nullable=False),
        sa.Column("known_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("known_until", sa.DateTime(timezone=True), server_default="infinity", nullable=False),
        sa.Column("first_known", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("learner_key", sa.Uuid(), nullable=True),
        sa.Column("activity_key", sa.Uuid(), nullable=True),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("profession", sa.Text(), nullable=False),
        sa.Column("gender", sa.Text(), nullable=False),
        sa.Column("age_group", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("amount", sa.Float(), nullable=False),
        sa.Column("headcount", sa.Integer(), nullable=True),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("fact_id", "known_from", name=op.f("pk_counted_fact")),
    )
    op.create_index("ix_counted_fact_activity", "counted_fact", ["activity_key", "verb"], unique=False)
    op.create_index("ix_counted_fact_learner", "counted_fact", ["learner_key", "activity_key"], unique=False)
    op.create_index("ix_counted_fact_verb", "counted_fact", ["verb", "occurred_at"], unique=False)
    op.create_table(
        "figure_alarm",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("figure", sa.Text(), nullable=False),
        sa.Column("computed", sa.Float(), nullable=False),
        sa.Column("recomputed", sa.Float(), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figure_alarm")),
    )
    op.create_table(
        "named_figure",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("indicator", sa.Text(), nullable=False),
        sa.Column("filters", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("names", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column(
            "definitions", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False
        ),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_named_figure")),
    )
    op.create_table(
        "rollup_cell",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("dimension", sa.Text(), nullable=False),
        sa.Column("month", sa.SmallInteger(), nullable=False),
        sa.Column("previous", sa.SmallInteger(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "scope", "dimension", "month", "previous", "value", name=op.f("pk_rollup_cell")
        ),
    )
    op.create_table(
        "rollup_due",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("learner_key", sa.Uuid(), nullable=False),
        sa.Column("activity_key", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rollup_due")),
    )
    op.create_table(
        "rollup_month",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("dimension", sa.Text(), nullable=False),
        sa.Column("month", sa.SmallInteger(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("newcomers", sa.Integer(), nullable=False),
        sa.Column("participations", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "dimension", "month", "value", name=op.f("pk_rollup_month")),
    )
    op.create_table(
        "rollup_state",
        sa.Column("id", sa.SmallInteger(), nullable=False),
        sa.Column(
            "refreshed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("rules_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rollup_state")),
    )
    op.create_table(
        "snapshot",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snapshot")),
        sa.UniqueConstraint("public_id", name=op.f("uq_snapshot_public_id")),
    )
    op.create_table(
        "standing_change",
        sa.Column("person", sa.Uuid(), nullable=False),
        sa.Column("month", sa.SmallInteger(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("people", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("person", "month", "country", name=op.f("pk_standing_change")),
    )
    op.create_table(
        "tally",
        sa.Column("person", sa.Uuid(), nullable=False),
        sa.Column("activity_key", sa.Uuid(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("month", sa.SmallInteger(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("profession", sa.Text(), nullable=False),
        sa.Column("gender", sa.Text(), nullable=False),
        sa.Column("age_group", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("training", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("person", "activity_key", "measure", name=op.f("pk_tally")),
    )
    op.create_table(
        "published_figure",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("figure", sa.Text(), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("qualifier", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("symbol", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("paragraph", sa.Text(), nullable=False),
        sa.Column("dated", sa.Date(), nullable=True),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("entered_by", sa.BigInteger(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "qualifier IN ('exact', 'more_than', 'nearly', 'about')",
            name=op.f("ck_published_figure_qualifier"),
        ),
        sa.CheckConstraint(
            "starts_on IS NULL OR starts_on <= ends_on", name=op.f("ck_published_figure_period")
        ),
        sa.ForeignKeyConstraint(
            ["entered_by"], ["user.id"], name=op.f("fk_published_figure_entered_by"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_published_figure")),
        sa.UniqueConstraint("public_id", name=op.f("uq_published_figure_public_id")),
    )
    op.create_index(op.f("ix_published_figure_figure"), "published_figure", ["figure"], unique=False)
    op.execute(RULES)


def downgrade() -> None:
    """Drop them."""
    op.execute(RULES_DOWN)
    op.drop_column("activity", "place")
    for name in ("tags", "countries"):
        op.drop_column("activity", name)
    op.drop_column("fact", "age_group")
    op.drop_column("user", "age_group")
    op.drop_index(op.f("ix_published_figure_figure"), table_name="published_figure")
    op.drop_table("published_figure")
    op.drop_table("tally")
    op.drop_table("standing_change")
    op.drop_table("snapshot")
    op.drop_table("rollup_state")
    op.drop_table("rollup_month")
    op.drop_table("rollup_due")
    op.drop_table("rollup_cell")
    op.drop_table("named_figure")
    op.drop_table("figure_alarm")
    op.drop_index("ix_counted_fact_verb", table_name="counted_fact")
    op.drop_index("ix_counted_fact_learner", table_name="counted_fact")
    op.drop_index("ix_counted_fact_activity", table_name="counted_fact")
    op.drop_table("counted_fact")
    op.drop_index(op.f("ix_activity_version_parent_key"), table_name="activity_version")
    op.drop_index("ix_activity_version_kind", table_name="activity_version")
    op.drop_table("activity_version")
