"""Signed heads only grow, like the entries."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER journal_head_append_only BEFORE UPDATE OR DELETE ON journal_head
    FOR EACH ROW EXECUTE FUNCTION journal_refuse();
CREATE TRIGGER journal_head_no_truncate BEFORE TRUNCATE ON journal_head
    FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse();
"""
BACKWARD = """
DROP TRIGGER journal_head_no_truncate ON journal_head;
DROP TRIGGER journal_head_append_only ON journal_head;
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0003_head")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
