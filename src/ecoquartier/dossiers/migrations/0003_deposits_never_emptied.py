"""No deposit is removed, one by one or all at once (rule 3)."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER dossiers_deposit_no_truncate BEFORE TRUNCATE ON dossiers_deposit
    FOR EACH STATEMENT EXECUTE FUNCTION dossiers_deposit_refuse();
"""
BACKWARD = "DROP TRIGGER dossiers_deposit_no_truncate ON dossiers_deposit;"


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0002_immutable_deposits")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
