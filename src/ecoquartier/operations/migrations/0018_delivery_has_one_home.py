"""The delivery of an operation is read from its phases."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("operations", "0017_deliveries_of_phases"),
    ]

    operations = [
        migrations.RemoveField(model_name="operation", name="delivered_on"),
    ]
