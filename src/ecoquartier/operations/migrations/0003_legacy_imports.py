import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import ecoquartier.core.clock


class Migration(migrations.Migration):
    dependencies = [
        ("operations", "0002_meeting_asked_and_waived"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="legacyfact",
            name="detail",
            field=models.CharField(blank=True, max_length=300, default=""),
            preserve_default=False,
        ),
        migrations.CreateModel(
            name="LegacyImport",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("file_name", models.CharField(max_length=200, verbose_name="fichier")),
                ("made_at", models.DateTimeField(default=ecoquartier.core.clock.now, editable=False)),
                ("state", models.CharField(default="read", max_length=10)),
                ("notes", models.JSONField(default=list, help_text="French sentences on the file as a whole")),
                ("report", models.JSONField(default=list, help_text="[[line, outcome, text, excerpt], …]")),
                ("imported", models.PositiveIntegerField(default=0, verbose_name="opérations inscrites")),
                ("merged", models.PositiveIntegerField(default=0, verbose_name="lignes réunies à une opération")),
                ("skipped", models.PositiveIntegerField(default=0, verbose_name="lignes non placées")),
                ("done", models.PositiveIntegerField(default=0)),
                ("total", models.PositiveIntegerField(default=0)),
                ("begun_at", models.DateTimeField(blank=True, null=True)),
                ("progressed_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "made_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="legacy_imports",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-made_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["read", "running", "done"])),
                        name="operations_legacyimport_state",
                    )
                ],
            },
        ),
    ]
