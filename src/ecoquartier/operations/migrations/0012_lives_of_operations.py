"""An operation is paused, abandoned, resumed or merged, since a day and for a reason; it follows its commune."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("operations", "0011_history_of_the_sheet"),
        ("territories", "0001_initial"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="operation", name="operations_operation_status"),
        migrations.RenameField(model_name="operation", old_name="status", new_name="state"),
        migrations.AlterField(
            model_name="operation",
            name="state",
            field=models.CharField(
                choices=[
                    ("active", "active"),
                    ("paused", "suspendue"),
                    ("abandoned", "abandonnée"),
                    ("merged", "fusionnée"),
                ],
                default="active",
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="operation",
            name="state_since",
            field=models.DateField(blank=True, null=True, verbose_name="depuis le"),
        ),
        migrations.AddField(
            model_name="operation",
            name="state_reason",
            field=models.CharField(blank=True, max_length=300, verbose_name="motif"),
        ),
        migrations.AddField(
            model_name="operation",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="duplicates",
                to="operations.operation",
            ),
        ),
        migrations.AddField(
            model_name="operation",
            name="former_commune",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="territories.commune",
            ),
        ),
        migrations.AddConstraint(
            model_name="operation",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["active", "paused", "abandoned", "merged"])),
                name="operations_operation_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="operation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state", "active"),
                    models.Q(("state_since__isnull", False), models.Q(("state_reason", ""), _negated=True)),
                    _connector="OR",
                ),
                name="operations_operation_state_explained",
            ),
        ),
        migrations.AddConstraint(
            model_name="operation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("merged_into__isnull", False),
                        ("state", "merged"),
                        models.Q(("merged_into", models.F("id")), _negated=True),
                    ),
                    models.Q(models.Q(("state", "merged"), _negated=True), ("merged_into__isnull", True)),
                    _connector="OR",
                ),
                name="operations_operation_merged_into_another",
            ),
        ),
        migrations.AddField(
            model_name="chartersignature",
            name="reason",
            field=models.CharField(blank=True, max_length=300, verbose_name="motif"),
        ),
        migrations.AddConstraint(
            model_name="chartersignature",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["to_confirm", "confirmed", "set_aside"])),
                name="operations_chartersignature_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="chartersignature",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "confirmed"), _negated=True),
                    ("organisation__isnull", False),
                    _connector="OR",
                ),
                name="operations_chartersignature_confirmed_for",
            ),
        ),
    ]
