"""What the database itself enforces: the job queue, append-only facts and audit, the clock of ``recorded_at``."""

from __future__ import annotations

from alembic import op
from procrastinate import schema

revision = "register_rules"
down_revision = "first_tables"
branch_labels = None
depends_on = None

PUBLISHED_VERSION = """
ALTER TABLE course ADD CONSTRAINT fk_course_version_id FOREIGN KEY (version_id) REFERENCES course_version (id);
"""
PUBLISHED_VERSION_DOWN = "ALTER TABLE course DROP CONSTRAINT fk_course_version_id;"
FACT_RULES = """
CREATE FUNCTION fact_recorded_at() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.batch_id IS NOT NULL AND NEW.batch_id::text = current_setting('ctlp.import_batch', true) THEN
        NEW.imported_at := clock_timestamp();
        NEW.recorded_at := least(coalesce(NEW.recorded_at, NEW.imported_at), NEW.imported_at);
    ELSE
        NEW.batch_id := NULL;
        NEW.imported_at := NULL;
        NEW.recorded_at := clock_timestamp();
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER fact_recorded_at BEFORE INSERT ON fact FOR EACH ROW EXECUTE FUNCTION fact_recorded_at();

CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER fact_append_only BEFORE UPDATE OR DELETE ON fact FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER fact_no_truncate BEFORE TRUNCATE ON fact FOR EACH STATEMENT EXECUTE FUNCTION append_only();

CREATE FUNCTION learner_root(learner uuid, as_of timestamptz DEFAULT 'infinity') RETURNS uuid LANGUAGE sql STABLE AS $$
    WITH RECURSIVE up (key, depth) AS (
        SELECT learner, 0
        UNION ALL
        SELECT m.into_key, up.depth + 1 FROM up JOIN learner_merge m ON m.merged_key = up.key
        WHERE m.recorded_at <= as_of AND (m.undone_at IS NULL OR m.undone_at > as_of) AND up.depth < 100
    )
    SELECT key FROM up ORDER BY depth DESC LIMIT 1
$$;
"""
FACT_RULES_DOWN = """
DROP FUNCTION learner_root(uuid, timestamptz);
DROP TRIGGER fact_recorded_at ON fact;
DROP TRIGGER fact_append_only ON fact;
DROP TRIGGER fact_no_truncate ON fact;
DROP FUNCTION fact_recorded_at();
"""
AUDIT_RULES = """
CREATE FUNCTION audit_entry_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.seq IS NULL AND OLD.hash IS NULL AND NEW.seq IS NOT NULL AND NEW.hash IS NOT NULL
       AND (NEW.id, NEW.at, NEW.actor_id, NEW.verb, NEW.object_kind, NEW.object_id, NEW.detail, NEW.personal_digest)
           IS NOT DISTINCT FROM
           (OLD.id, OLD.at, OLD.actor_id, OLD.verb, OLD.object_kind, OLD.object_id, OLD.detail, OLD.personal_digest)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'audit_entry is append-only' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER audit_entry_guard BEFORE UPDATE ON audit_entry FOR EACH ROW EXECUTE FUNCTION audit_entry_guard();
CREATE TRIGGER audit_entry_append_only BEFORE DELETE ON audit_entry FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER audit_entry_no_truncate BEFORE TRUNCATE ON audit_entry FOR EACH STATEMENT EXECUTE FUNCTION append_only();

CREATE FUNCTION audit_entry_new() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.seq IS NOT NULL OR NEW.hash IS NOT NULL THEN
        RAISE EXCEPTION 'an audit entry is sealed after it was written' USING ERRCODE = 'restrict_violation';
    END IF;
    NEW.at := clock_timestamp();
    RETURN NEW;
END $$;
CREATE TRIGGER audit_entry_new BEFORE INSERT ON audit_entry FOR EACH ROW EXECUTE FUNCTION audit_entry_new();

CREATE FUNCTION audit_payload_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL AND NEW.payload IS NULL AND NEW.salt = ''
       AND (NEW.entry_id, NEW.person_id) IS NOT DISTINCT FROM (OLD.entry_id, OLD.person_id)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a payload of the audit can only be erased' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER audit_payload_guard BEFORE UPDATE ON audit_payload FOR EACH ROW EXECUTE FUNCTION audit_payload_guard();
CREATE TRIGGER audit_payload_append_only BEFORE DELETE ON audit_payload FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER audit_payload_no_truncate BEFORE TRUNCATE ON audit_payload
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();

CREATE FUNCTION audit_head_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.id = OLD.id AND (NEW.seq > OLD.seq OR (NEW.seq, NEW.hash) = (OLD.seq, OLD.hash)) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the head of the audit only moves on' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER audit_head_guard BEFORE UPDATE ON audit_head FOR EACH ROW EXECUTE FUNCTION audit_head_guard();
CREATE TRIGGER audit_head_append_only BEFORE DELETE ON audit_head FOR EACH ROW EXECUTE FUNCTION append_only();
INSERT INTO audit_head (id, seq, hash, sealed_at) VALUES (1, 0, decode(repeat('00', 32), 'hex'), now());
"""
AUDIT_RULES_DOWN = """
DROP TRIGGER audit_entry_guard ON audit_entry;
DROP TRIGGER audit_entry_append_only ON audit_entry;
DROP TRIGGER audit_entry_no_truncate ON audit_entry;
DROP TRIGGER audit_entry_new ON audit_entry;
DROP TRIGGER audit_payload_guard ON audit_payload;
DROP TRIGGER audit_payload_append_only ON audit_payload;
DROP TRIGGER audit_payload_no_truncate ON audit_payload;
DROP TRIGGER audit_head_guard ON audit_head;
DROP TRIGGER audit_head_append_only ON audit_head;
DROP FUNCTION audit_entry_guard();
DROP FUNCTION audit_entry_new();
DROP FUNCTION audit_payload_guard();
DROP FUNCTION audit_head_guard();
DROP FUNCTION append_only();
"""
KINDS = """
INSERT INTO kind_rule (kind, version, counts_as_training, valid_from)
SELECT kind, 1, counts, '2003-01-01T00:00:00Z' FROM (VALUES
    ('course', true), ('delivery', true), ('webinar', true), ('workshop', true), ('training_event', true),
    ('simulation', true), ('webinar_series', false), ('expert_group_meeting', false), ('round_table', false),
    ('consultation', false), ('awareness_event', false), ('network_meeting', false), ('recording', false),
    ('resource', false), ('room', false)) AS kinds (kind, counts);
"""
DROP_QUEUE = """
DO $$
DECLARE one record;
BEGIN
    FOR one IN SELECT c.relname FROM pg_class c WHERE c.relname LIKE 'procrastinate\\_%' AND c.relkind = 'r'
               AND c.relnamespace = current_schema()::regnamespace LOOP
        EXECUTE format('DROP TABLE IF EXISTS %I CASCADE', one.relname);
    END LOOP;
    FOR one IN SELECT p.oid::regprocedure AS signature FROM pg_proc p WHERE p.proname LIKE 'procrastinate\\_%'
               AND p.pronamespace = current_schema()::regnamespace LOOP
        EXECUTE format('DROP FUNCTION %s CASCADE', one.signature);
    END LOOP;
    FOR one IN SELECT t.typname FROM pg_type t WHERE t.typname LIKE 'procrastinate\\_%' AND t.typtype IN ('e', 'c')
               AND t.typnamespace = current_schema()::regnamespace LOOP
        EXECUTE format('DROP TYPE IF EXISTS %I CASCADE', one.typname);
    END LOOP;
END $$;
"""


def upgrade() -> None:
    """Install the queue as its library defines it, then our own rules."""
    connection = op.get_bind()
    for statement in (PUBLISHED_VERSION, schema.SchemaManager.get_schema(), FACT_RULES, AUDIT_RULES, KINDS):
        connection.exec_driver_sql(statement.replace("%", "%%"))


def downgrade() -> None:
    """Remove our rules and the queue."""
    connection = op.get_bind()
    for statement in (
        FACT_RULES_DOWN,
        AUDIT_RULES_DOWN,
        "DELETE FROM kind_rule",
        DROP_QUEUE,
        PUBLISHED_VERSION_DOWN,
    ):
        connection.exec_driver_sql(statement.replace("%", "%%"))
