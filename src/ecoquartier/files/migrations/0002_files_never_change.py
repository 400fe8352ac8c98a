"""A file that was accepted is never another: its name apart, and whoever sent it."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION files_storedfile_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a stored file never changes';
END $$;
CREATE TRIGGER files_storedfile_kept BEFORE UPDATE OF id, sha256, content, size, media_type, width, height, uploaded_at
    ON files_storedfile FOR EACH ROW EXECUTE FUNCTION files_storedfile_refuse();
"""
BACKWARD = """
DROP TRIGGER files_storedfile_kept ON files_storedfile;
DROP FUNCTION files_storedfile_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("files", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
