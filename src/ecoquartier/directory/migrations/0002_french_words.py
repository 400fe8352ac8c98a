"""French words as the directory searches them; its rows go, and `load_reference` makes them again."""

from django.db import migrations

CREATE_FR = """
    CREATE TEXT SEARCH CONFIGURATION fr (COPY = pg_catalog.french);
    ALTER TEXT SEARCH CONFIGURATION fr
        ALTER MAPPING FOR asciiword, asciihword, hword_asciipart, word, hword, hword_part
        WITH unaccent, french_stem;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0001_initial"),
        ("territories", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(CREATE_FR, "DROP TEXT SEARCH CONFIGURATION fr"),
        # A row is made of the register, which keeps all that it says.
        migrations.RunSQL("DELETE FROM directory_directoryrow", migrations.RunSQL.noop),
    ]
