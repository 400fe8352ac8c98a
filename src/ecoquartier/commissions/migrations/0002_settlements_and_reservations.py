"""A sitting awards with reservations, and lifts or maintains the recommendations of earlier ones."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("commissions", "0001_initial"),
        ("operations", "0013_recommendations_followed"),
    ]

    operations = [
        migrations.AddField(
            model_name="itemrecommendation",
            name="due_on",
            field=models.DateField(blank=True, null=True, verbose_name="à lever avant le"),
        ),
        migrations.CreateModel(
            name="ItemSettlement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField(help_text="what was asked, as the sitting read it in the deposit")),
                ("settlement", models.CharField(choices=[("lift", "levée"), ("maintain", "maintenue")], max_length=10)),
                ("words", models.TextField(blank=True)),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="settlements",
                        to="commissions.agendaitem",
                    ),
                ),
                (
                    "recommendation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="settlements",
                        to="operations.recommendation",
                    ),
                ),
            ],
            options={
                "ordering": ["item", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("item", "recommendation"), name="commissions_itemsettlement_once"),
                    models.CheckConstraint(
                        condition=models.Q(("settlement__in", ["lift", "maintain"])),
                        name="commissions_itemsettlement_known",
                    ),
                ],
            },
        ),
    ]
