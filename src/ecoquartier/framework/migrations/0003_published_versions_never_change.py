"""What a published version says never changes: the database refuses, whoever asks.

The row of the version is read under a lock, so that a change and a publication cannot miss each other.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION framework_refuse_version_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'draft' THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'DELETE' OR NEW.state = 'draft'
        OR to_jsonb(NEW) - 'state' - 'retired_at' IS DISTINCT FROM to_jsonb(OLD) - 'state' - 'retired_at'
    THEN
        RAISE EXCEPTION 'a published version never changes: % of % refused', TG_OP, OLD.code;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER framework_framework_never_changes BEFORE UPDATE OR DELETE ON framework_framework
    FOR EACH ROW EXECUTE FUNCTION framework_refuse_version_change();

CREATE FUNCTION framework_refuse_part_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    holder text := TG_ARGV[0];
    part jsonb;
    version text;
    version_state text;
BEGIN
    FOREACH part IN ARRAY CASE TG_OP
        WHEN 'INSERT' THEN ARRAY[to_jsonb(NEW)]
        WHEN 'DELETE' THEN ARRAY[to_jsonb(OLD)]
        ELSE ARRAY[to_jsonb(OLD), to_jsonb(NEW)]
    END LOOP
        version := part ->> holder;
        IF holder = 'commitment_id' THEN
            SELECT framework_id INTO version FROM framework_commitment WHERE id = version::bigint;
        END IF;
        SELECT state INTO version_state FROM framework_framework WHERE code = version FOR SHARE;
        IF version_state <> 'draft' THEN
            RAISE EXCEPTION 'a published version never changes: % of % refused', TG_OP, version;
        END IF;
    END LOOP;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER framework_dimension_never_changes BEFORE INSERT OR UPDATE OR DELETE ON framework_dimension
    FOR EACH ROW EXECUTE FUNCTION framework_refuse_part_change('framework_id');
CREATE TRIGGER framework_commitment_never_changes BEFORE INSERT OR UPDATE OR DELETE ON framework_commitment
    FOR EACH ROW EXECUTE FUNCTION framework_refuse_part_change('framework_id');
CREATE TRIGGER framework_indicator_never_changes BEFORE INSERT OR UPDATE OR DELETE ON framework_indicator
    FOR EACH ROW EXECUTE FUNCTION framework_refuse_part_change('framework_id');
CREATE TRIGGER framework_correspondence_never_changes BEFORE INSERT OR UPDATE OR DELETE ON framework_correspondence
    FOR EACH ROW EXECUTE FUNCTION framework_refuse_part_change('framework_id');
CREATE TRIGGER framework_notion_never_changes BEFORE INSERT OR UPDATE OR DELETE ON framework_notion
    FOR EACH ROW EXECUTE FUNCTION framework_refuse_part_change('commitment_id');
"""

BACKWARD = """
DROP TRIGGER framework_dimension_never_changes ON framework_dimension;
DROP TRIGGER framework_commitment_never_changes ON framework_commitment;
DROP TRIGGER framework_indicator_never_changes ON framework_indicator;
DROP TRIGGER framework_correspondence_never_changes ON framework_correspondence;
DROP TRIGGER framework_notion_never_changes ON framework_notion;
DROP FUNCTION framework_refuse_part_change();
DROP TRIGGER framework_framework_never_changes ON framework_framework;
DROP FUNCTION framework_refuse_version_change();
"""


class Migration(migrations.Migration):
    dependencies = [("framework", "0002_versions_and_supplements")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
