"""A deposit is a photograph: the database refuses to change or remove it (rule 3)."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION dossiers_deposit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a deposit is immutable: % refused', TG_OP;
END $$;
CREATE TRIGGER dossiers_deposit_immutable BEFORE UPDATE OR DELETE ON dossiers_deposit
    FOR EACH ROW EXECUTE FUNCTION dossiers_deposit_refuse();
"""
BACKWARD = """
DROP TRIGGER dossiers_deposit_immutable ON dossiers_deposit;
DROP FUNCTION dossiers_deposit_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
