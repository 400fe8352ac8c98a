"""What a deposit holds is never changed nor removed (rule 3)."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER dossiers_citedfile_immutable BEFORE UPDATE OR DELETE ON dossiers_citedfile
    FOR EACH ROW EXECUTE FUNCTION dossiers_deposit_refuse();
CREATE TRIGGER dossiers_citedfile_no_truncate BEFORE TRUNCATE ON dossiers_citedfile
    FOR EACH STATEMENT EXECUTE FUNCTION dossiers_deposit_refuse();
"""
BACKWARD = """
DROP TRIGGER dossiers_citedfile_immutable ON dossiers_citedfile;
DROP TRIGGER dossiers_citedfile_no_truncate ON dossiers_citedfile;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("dossiers", "0004_cited_files"),
    ]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
