"""An operation is found by each of its communes, and no more by the lead one alone."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0004_foremost_of_counties"),
        ("operations", "0021_older_mergers_that_were_public"),
    ]

    operations = [
        migrations.AddField(
            model_name="directoryrow",
            name="commune_codes",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=5),
                default=list,
                help_text="every commune where it is, the lead one first",
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="directoryrow",
            name="other_communes",
            field=models.TextField(blank=True, default="", help_text="their names, the lead one apart"),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="directoryrow",
            name="names_key",
            field=models.TextField(help_text="name and communes, as they are searched"),
        ),
        # A computed column never changes: another one takes its name.
        migrations.RemoveIndex(model_name="directoryrow", name="directory_row_words"),
        migrations.RemoveField(model_name="directoryrow", name="words"),
        migrations.AddField(
            model_name="directoryrow",
            name="words",
            field=models.GeneratedField(
                db_persist=True,
                expression=django.contrib.postgres.search.CombinedSearchVector(
                    django.contrib.postgres.search.CombinedSearchVector(
                        django.contrib.postgres.search.SearchVector("name", "commune", config="fr", weight="A"),
                        "||",
                        django.contrib.postgres.search.SearchVector(
                            "other_communes", "county_name", "region_name", config="fr", weight="B"
                        ),
                        django.contrib.postgres.search.SearchConfig("fr"),
                    ),
                    "||",
                    django.contrib.postgres.search.SearchVector("description", config="fr", weight="C"),
                    django.contrib.postgres.search.SearchConfig("fr"),
                ),
                output_field=django.contrib.postgres.search.SearchVectorField(),
            ),
        ),
        migrations.AddIndex(
            model_name="directoryrow",
            index=django.contrib.postgres.indexes.GinIndex(fields=["words"], name="directory_row_words"),
        ),
        migrations.AddIndex(
            model_name="directoryrow",
            index=django.contrib.postgres.indexes.GinIndex(fields=["commune_codes"], name="directory_row_communes"),
        ),
    ]
