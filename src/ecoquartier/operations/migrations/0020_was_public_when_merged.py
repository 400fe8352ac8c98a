"""Only the public address of an operation that was public leads to the one that it was merged into (rule 18)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("operations", "0019_perimeters_drawn"),
    ]

    operations = [
        migrations.AddField(
            model_name="operation",
            name="was_public",
            field=models.BooleanField(
                default=False, editable=False, help_text="public when it was merged: its address leads to the other"
            ),
        ),
    ]
