"""Versions have a state, a predecessor and its correspondence; territories add supplements.

The versions already there are in use: they become published ones.
"""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import ecoquartier.core.clock


class Migration(migrations.Migration):
    dependencies = [
        ("framework", "0001_initial"),
        ("territories", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Correspondence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("commitment", "engagement"), ("notion", "notion"), ("indicator", "indicateur")],
                        max_length=12,
                        verbose_name="élément",
                    ),
                ),
                (
                    "change",
                    models.CharField(
                        choices=[
                            ("same", "identique"),
                            ("renamed", "renommé"),
                            ("moved", "déplacé"),
                            ("merged", "fusionné"),
                            ("split", "scindé"),
                            ("removed", "retiré"),
                            ("new", "nouveau"),
                        ],
                        max_length=10,
                        verbose_name="changement",
                    ),
                ),
                ("old_code", models.CharField(blank=True, max_length=10, verbose_name="ancien code")),
                ("new_code", models.CharField(blank=True, max_length=10, verbose_name="nouveau code")),
            ],
            options={
                "ordering": ["framework", "id"],
            },
        ),
        migrations.CreateModel(
            name="LocalSupplement",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("guidance", models.TextField(blank=True, verbose_name="orientations")),
                (
                    "questions",
                    models.TextField(blank=True, help_text="Une question par ligne.", verbose_name="questions"),
                ),
                (
                    "indicators",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text="objects {title, unit, kind, direction, method}",
                        verbose_name="indicateurs",
                    ),
                ),
                (
                    "reason",
                    models.TextField(
                        help_text="Pourquoi ce territoire a besoin de ce complément.", verbose_name="motif"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "en préparation"), ("published", "publiée"), ("withdrawn", "retirée")],
                        default="draft",
                        max_length=10,
                        verbose_name="état",
                    ),
                ),
                ("created_at", models.DateTimeField(default=ecoquartier.core.clock.now, editable=False)),
                ("published_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("withdrawn_at", models.DateTimeField(blank=True, editable=False, null=True)),
            ],
            options={
                "ordering": ["commitment", "region", "county", "created_at"],
            },
        ),
        migrations.AlterModelOptions(
            name="indicator",
            options={"ordering": ["framework", "rank", "code"]},
        ),
        migrations.AlterModelOptions(
            name="notion",
            options={"ordering": ["commitment", "rank", "id"]},
        ),
        migrations.AddField(
            model_name="framework",
            name="based_on",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="next_versions",
                to="framework.framework",
                verbose_name="version précédente",
            ),
        ),
        migrations.AddField(
            model_name="framework",
            name="challenges",
            field=models.JSONField(
                blank=True,
                default=list,
                help_text="challenges that the vocabulary does not know",
                verbose_name="enjeux propres",
            ),
        ),
        migrations.AddField(
            model_name="framework",
            name="published_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="framework",
            name="retired_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="framework",
            name="state",
            field=models.CharField(
                choices=[("draft", "brouillon"), ("published", "publiée"), ("retired", "retirée")],
                default="published",
                max_length=10,
                verbose_name="état",
            ),
        ),
        migrations.AlterField(
            model_name="framework",
            name="state",
            field=models.CharField(
                choices=[("draft", "brouillon"), ("published", "publiée"), ("retired", "retirée")],
                default="draft",
                max_length=10,
                verbose_name="état",
            ),
        ),
        migrations.AddField(
            model_name="indicator",
            name="rank",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="rang"),
        ),
        migrations.AddField(
            model_name="notion",
            name="rank",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="rang"),
        ),
        migrations.AlterField(
            model_name="commitment",
            name="challenges",
            field=models.JSONField(blank=True, default=list, verbose_name="enjeux"),
        ),
        migrations.AlterField(
            model_name="commitment",
            name="sdgs",
            field=models.JSONField(
                blank=True,
                default=list,
                help_text="numbers of the UN sustainable development goals",
                verbose_name="ODD",
            ),
        ),
        migrations.AlterField(
            model_name="indicator",
            name="challenges",
            field=models.JSONField(blank=True, default=list, verbose_name="enjeux"),
        ),
        migrations.AlterField(
            model_name="indicator",
            name="unit",
            field=models.CharField(blank=True, max_length=40, verbose_name="unité"),
        ),
        migrations.AlterField(
            model_name="notion",
            name="questions",
            field=models.JSONField(
                blank=True, default=list, help_text="open questions, in order", verbose_name="questions"
            ),
        ),
        migrations.AddConstraint(
            model_name="framework",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["draft", "published", "retired"])), name="framework_framework_state"
            ),
        ),
        migrations.AddConstraint(
            model_name="framework",
            constraint=models.CheckConstraint(
                condition=models.Q(("answer_max_characters__range", (100, 20000))),
                name="framework_framework_answer_max_characters",
                violation_error_message="Une réponse compte de 100 à 20 000 signes au plus.",
            ),
        ),
        migrations.AddField(
            model_name="correspondence",
            name="framework",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="correspondences", to="framework.framework"
            ),
        ),
        migrations.AddField(
            model_name="localsupplement",
            name="author",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="localsupplement",
            name="commitment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="supplements", to="framework.commitment"
            ),
        ),
        migrations.AddField(
            model_name="localsupplement",
            name="county",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="territories.county",
            ),
        ),
        migrations.AddField(
            model_name="localsupplement",
            name="region",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="territories.region",
            ),
        ),
        migrations.AddConstraint(
            model_name="correspondence",
            constraint=models.UniqueConstraint(
                fields=("framework", "kind", "old_code", "new_code"),
                name="framework_correspondence_once",
                violation_error_message="Cette ligne est déjà dans la table.",
            ),
        ),
        migrations.AddConstraint(
            model_name="correspondence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("change", "new"), ("old_code", ""), models.Q(("new_code", ""), _negated=True)),
                    models.Q(("change", "removed"), ("new_code", ""), models.Q(("old_code", ""), _negated=True)),
                    models.Q(
                        models.Q(("change__in", ("new", "removed")), _negated=True),
                        models.Q(("old_code", ""), _negated=True),
                        models.Q(("new_code", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="framework_correspondence_ends",
                violation_error_message="Ce qui est nouveau n’a pas d’ancien code, ce qui est retiré pas de nouveau.",
            ),
        ),
        migrations.AddConstraint(
            model_name="localsupplement",
            constraint=models.CheckConstraint(
                condition=models.Q(("county__isnull", True), ("region__isnull", True), _connector="XOR"),
                name="framework_localsupplement_territory",
                violation_error_message="Un complément est celui d’un département ou celui d’une région.",
            ),
        ),
        migrations.AddConstraint(
            model_name="localsupplement",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["draft", "published", "withdrawn"])),
                name="framework_localsupplement_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="localsupplement",
            constraint=models.CheckConstraint(
                condition=models.Q(("state", "draft"), ("published_at__isnull", False), _connector="OR"),
                name="framework_localsupplement_published_at",
            ),
        ),
    ]
