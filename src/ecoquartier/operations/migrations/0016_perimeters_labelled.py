"""A label tells its perimeter, and how far the one in force is from it (rule 16)."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("operations", "0015_phases_communes_and_actors")]

    operations = [
        migrations.AddField(
            model_name="stagehistory",
            name="perimeter",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="stages",
                to="operations.perimeter",
            ),
        ),
        migrations.AddField(
            model_name="stagehistory",
            name="perimeter_change",
            field=models.FloatField(
                blank=True, help_text="share of the area labelled by which the perimeter in force differs", null=True
            ),
        ),
        migrations.AddField(
            model_name="stagehistory",
            name="change_noted_at",
            field=models.DateTimeField(blank=True, help_text="when the correspondent took note of it", null=True),
        ),
    ]
