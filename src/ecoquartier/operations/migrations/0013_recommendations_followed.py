"""A recommendation is followed: answered by its holder, lifted or maintained by a later commission."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import ecoquartier.core.clock

STATES = [
    ("issued", "attend une réponse"),
    ("answered", "répondue"),
    ("lifted", "levée"),
    ("maintained", "maintenue, attend une réponse"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("operations", "0012_lives_of_operations"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="recommendation",
            name="due_on",
            field=models.DateField(blank=True, null=True, verbose_name="à lever avant le"),
        ),
        migrations.AddField(
            model_name="recommendation",
            name="is_published",
            field=models.BooleanField(default=False, verbose_name="suivi publié"),
        ),
        migrations.AddField(
            model_name="recommendation",
            name="state",
            field=models.CharField(choices=STATES, db_index=True, default="issued", max_length=12),
        ),
        migrations.AddConstraint(
            model_name="recommendation",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["issued", "answered", "lifted", "maintained"])),
                name="operations_recommendation_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="recommendation",
            constraint=models.CheckConstraint(
                condition=models.Q(("state", "issued"), ("notified_at__isnull", False), _connector="OR"),
                name="operations_recommendation_told_first",
            ),
        ),
        migrations.CreateModel(
            name="RecommendationReply",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("state", models.CharField(choices=STATES, max_length=12)),
                ("text", models.TextField(blank=True, verbose_name="texte")),
                ("said_at", models.DateTimeField(default=ecoquartier.core.clock.now, editable=False)),
                ("issuer", models.CharField(blank=True, max_length=200)),
                ("decided_on", models.DateField(null=True)),
                ("source_id", models.UUIDField(help_text="the decision that lifts or maintains", null=True)),
                (
                    "recommendation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="replies",
                        to="operations.recommendation",
                    ),
                ),
                (
                    "said_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "recommendation replies",
                "ordering": ["recommendation", "said_at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_on", None), ("source_id", None), ("state", "answered")),
                            models.Q(
                                ("decided_on__isnull", False),
                                ("source_id__isnull", False),
                                ("state__in", ["lifted", "maintained"]),
                            ),
                            _connector="OR",
                        ),
                        name="operations_recommendationreply_decided",
                    )
                ],
            },
        ),
    ]
