"""A perimeter may be drawn, corner by corner."""

from django.db import migrations, models

SOURCES = ["geojson", "geopackage", "shapefile", "kml", "drawn", "point"]


class Migration(migrations.Migration):
    dependencies = [
        ("operations", "0018_delivery_has_one_home"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="perimeter", name="operations_perimeter_source"),
        migrations.AddConstraint(
            model_name="perimeter",
            constraint=models.CheckConstraint(
                condition=models.Q(source__in=SOURCES), name="operations_perimeter_source"
            ),
        ),
    ]
