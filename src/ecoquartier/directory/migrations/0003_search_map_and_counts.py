"""What the directory needs to be searched in French, counted and drawn."""

import uuid

import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0002_french_words"),
        ("operations", "0012_lives_of_operations"),
    ]

    operations = [
        migrations.CreateModel(
            name="DirectoryCounty",
            fields=[
                ("code", models.CharField(max_length=3, primary_key=True, serialize=False)),
                (
                    "stamp",
                    models.UUIDField(default=uuid.uuid4, help_text="another one at each change of a public fact"),
                ),
                ("points", models.TextField(blank=True, help_text="its part of the map file")),
                (
                    "traits",
                    models.JSONField(
                        default=list, help_text="the traits of its operations, in the order of the points"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "directory counties",
                "ordering": ["code"],
            },
        ),
        migrations.RemoveField(
            model_name="directoryrow",
            name="area_ha",
        ),
        migrations.RemoveField(
            model_name="directoryrow",
            name="social_dwellings",
        ),
        migrations.AddField(
            model_name="directoryrow",
            name="commune_code",
            field=models.CharField(default="", max_length=5),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="directoryrow",
            name="delivered_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="directoryrow",
            name="is_place_approximate",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="directoryrow",
            name="latitude",
            field=models.FloatField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="directoryrow",
            name="longitude",
            field=models.FloatField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="directoryrow",
            name="names_key",
            field=models.CharField(default="", help_text="name and commune, as they are searched", max_length=400),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="directoryrow",
            name="sheet",
            field=models.JSONField(default=dict, help_text="what the sheet alone says: see `queries.rows`"),
        ),
        migrations.AddField(
            model_name="directoryrow",
            name="state",
            field=models.CharField(default="", max_length=12),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="directoryrow",
            name="strong_points",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="directoryrow",
            name="vocations",
            field=models.JSONField(default=list),
        ),
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
                            "county_name", "region_name", config="fr", weight="B"
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
        migrations.AlterField(
            model_name="directoryrow",
            name="county",
            field=models.CharField(max_length=3),
        ),
        migrations.AlterField(
            model_name="directoryrow",
            name="region",
            field=models.CharField(max_length=3),
        ),
        migrations.AlterField(
            model_name="directoryrow",
            name="sort_key",
            field=models.CharField(max_length=255),
        ),
        migrations.AlterField(
            model_name="directoryrow",
            name="stage",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="directoryrow",
            name="year",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name="directoryrow",
            index=django.contrib.postgres.indexes.GinIndex(fields=["words"], name="directory_row_words"),
        ),
        migrations.AddIndex(
            model_name="directoryrow",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["names_key"], name="directory_row_names", opclasses=["gin_trgm_ops"]
            ),
        ),
        migrations.AddIndex(
            model_name="directoryrow",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["strong_points"], name="directory_row_strong_points"
            ),
        ),
        migrations.AddIndex(
            model_name="directoryrow",
            index=models.Index(fields=["sort_key", "slug"], name="directory_row_by_name"),
        ),
        migrations.AddIndex(
            model_name="directoryrow",
            index=models.Index(
                models.OrderBy(models.F("year"), descending=True, nulls_last=True),
                models.F("sort_key"),
                models.F("slug"),
                name="directory_row_by_year",
            ),
        ),
        migrations.AddIndex(
            model_name="directoryrow",
            index=models.Index(
                models.OrderBy(models.F("stage"), descending=True, nulls_last=True),
                models.F("sort_key"),
                models.F("slug"),
                name="directory_row_by_stage",
            ),
        ),
        migrations.AddIndex(
            model_name="directoryrow",
            index=models.Index(
                models.OrderBy(models.F("dwellings"), descending=True, nulls_last=True),
                models.F("sort_key"),
                models.F("slug"),
                name="directory_row_by_dwellings",
            ),
        ),
        migrations.AddIndex(
            model_name="directoryrow",
            index=models.Index(fields=["county", "sort_key", "slug"], name="directory_row_by_county"),
        ),
        migrations.AddIndex(
            model_name="directoryrow",
            index=models.Index(
                models.F("region"),
                models.OrderBy(models.F("year"), descending=True, nulls_last=True),
                models.F("sort_key"),
                models.F("slug"),
                name="directory_row_by_region",
            ),
        ),
    ]
