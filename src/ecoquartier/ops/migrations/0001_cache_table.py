"""The table of the shared cache, made by `migrate` rather than by a command that could be forgotten.

Unlogged: what it holds may be lost in a crash, and it is written at each rate-limited request.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = []

    operations = [
        migrations.RunSQL(
            sql="""
                CREATE UNLOGGED TABLE cache_entry (
                    cache_key varchar(255) PRIMARY KEY,
                    value text NOT NULL,
                    expires timestamp with time zone NOT NULL
                );
                CREATE INDEX cache_entry_expires ON cache_entry (expires);
            """,
            reverse_sql="DROP TABLE cache_entry;",
        ),
    ]
