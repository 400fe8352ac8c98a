"""A perimeter is replaced, never changed: deposits and awards refer to it."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION operations_perimeter_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a perimeter never changes: % refused', TG_OP;
END $$;
CREATE TRIGGER operations_perimeter_kept BEFORE DELETE
    OR UPDATE OF operation_id, geometry, sha256, west, south, east, north, area_ha, drawing, source, projection, added_at
    ON operations_perimeter FOR EACH ROW EXECUTE FUNCTION operations_perimeter_refuse();
"""
BACKWARD = """
DROP TRIGGER operations_perimeter_kept ON operations_perimeter;
DROP FUNCTION operations_perimeter_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("operations", "0004_perimeters")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
