"""What a county adds is proposed to its region before it is published; a copy says what it comes from."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("framework", "0003_published_versions_never_change")]

    operations = [
        migrations.RemoveConstraint(model_name="localsupplement", name="framework_localsupplement_state"),
        migrations.RemoveConstraint(model_name="localsupplement", name="framework_localsupplement_published_at"),
        migrations.AddField(
            model_name="localsupplement",
            name="origin",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="copies",
                to="framework.localsupplement",
            ),
        ),
        migrations.AddConstraint(
            model_name="localsupplement",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["draft", "proposed", "published", "withdrawn"])),
                name="framework_localsupplement_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="localsupplement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ("draft", "proposed")), ("published_at__isnull", False), _connector="OR"
                ),
                name="framework_localsupplement_published_at",
            ),
        ),
    ]
