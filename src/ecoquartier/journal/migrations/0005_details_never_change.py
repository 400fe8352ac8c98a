"""The words of an act may be erased with the person they name; never changed, nor all emptied at once."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER journal_entrydetail_never_changes BEFORE UPDATE ON journal_entrydetail
    FOR EACH ROW EXECUTE FUNCTION journal_refuse();
CREATE TRIGGER journal_entrydetail_no_truncate BEFORE TRUNCATE ON journal_entrydetail
    FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse();
"""
BACKWARD = """
DROP TRIGGER journal_entrydetail_no_truncate ON journal_entrydetail;
DROP TRIGGER journal_entrydetail_never_changes ON journal_entrydetail;
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0004_head_append_only")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
