"""Each row is found where it was; `load_reference`, which follows each migration, says the other communes."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0005_communes"),
    ]

    operations = [
        migrations.RunSQL(
            "UPDATE directory_directoryrow SET commune_codes = ARRAY[commune_code]", migrations.RunSQL.noop
        ),
    ]
