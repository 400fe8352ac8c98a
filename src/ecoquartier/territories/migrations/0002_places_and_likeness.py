import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("territories", "0001_initial")]

    operations = [
        migrations.AddField("commune", "latitude", models.FloatField(blank=True, null=True, verbose_name="latitude")),
        migrations.AddField("commune", "longitude", models.FloatField(blank=True, null=True, verbose_name="longitude")),
        migrations.AddField(
            "commune",
            "is_place_approximate",
            models.BooleanField(default=False, verbose_name="position approximative"),
        ),
        migrations.AddField("commune", "rare_key", models.CharField(default="", editable=False, max_length=80)),
        migrations.AddField("commune", "weight", models.PositiveIntegerField(default=0, editable=False)),
        migrations.AddConstraint(
            "commune",
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("is_place_approximate", False), ("latitude__isnull", True), ("longitude__isnull", True)),
                    models.Q(("latitude__range", (-90, 90)), ("longitude__range", (-180, 180))),
                    _connector="OR",
                ),
                name="territories_commune_place",
            ),
        ),
        migrations.AddIndex(
            "commune",
            django.contrib.postgres.indexes.GinIndex(
                fields=["rare_key"], name="territories_commune_likeness", opclasses=["gin_trgm_ops"]
            ),
        ),
    ]
