"""A claim may ask for an operation to create, with a draft; collectivités agree to a change of holder."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

import ecoquartier.core.clock


class Migration(migrations.Migration):
    dependencies = [
        ("operations", "0013_recommendations_followed"),
        ("people", "0004_pending_email"),
        ("territories", "0002_places_and_likeness"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="claim", name="operations_claim_state"),
        migrations.AlterField(
            model_name="claim",
            name="state",
            field=models.CharField(
                choices=[
                    ("provisional", "à confirmer"),
                    ("confirmed", "confirmée"),
                    ("refused", "refusée"),
                    ("withdrawn", "retirée"),
                ],
                default="provisional",
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="claim",
            name="commune",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="territories.commune",
            ),
        ),
        migrations.AddField(
            model_name="claim",
            name="draft",
            field=models.JSONField(blank=True, default=dict, help_text="field of the sheet → value, as JSON"),
        ),
        migrations.AddField(
            model_name="claim",
            name="name",
            field=models.CharField(blank=True, max_length=255, verbose_name="nom de l’opération à créer"),
        ),
        migrations.AlterField(
            model_name="claim",
            name="operation",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="claims",
                to="operations.operation",
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=Q(("state__in", ["provisional", "confirmed", "refused", "withdrawn"])),
                name="operations_claim_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=Q(
                    ("operation__isnull", False),
                    Q(("commune__isnull", False), Q(("name", ""), _negated=True)),
                    _connector="OR",
                ),
                name="operations_claim_somewhere",
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=Q(Q(("state", "confirmed"), _negated=True), ("operation__isnull", False), _connector="OR"),
                name="operations_claim_confirmed_is_registered",
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=Q(("state__in", ["provisional", "confirmed"]), ("draft", {}), _connector="OR"),
                name="operations_claim_refused_leaves_nothing",
            ),
        ),
        migrations.CreateModel(
            name="HolderAgreement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("given_on", models.DateField(default=ecoquartier.core.clock.today)),
                ("is_in_writing", models.BooleanField(default=False)),
                (
                    "claim",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="agreements",
                        to="operations.claim",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        help_text="its representative, or the correspondent who holds it in writing",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["given_on", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("claim", "organisation"), name="operations_holderagreement_once")
                ],
            },
        ),
    ]
