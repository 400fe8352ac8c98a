import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0001_initial")]

    operations = [
        migrations.AddField("scheme", "commission", models.CharField(default="commission régionale", max_length=60)),
        migrations.AddField("scheme", "is_default", models.BooleanField(default=False)),
        migrations.AddField("stage", "level", models.PositiveSmallIntegerField(default=0), preserve_default=False),
        migrations.AddField("stage", "commitments", models.JSONField(blank=True, default=list)),
        migrations.AddField("stage", "appreciations", models.JSONField(blank=True, default=list)),
        migrations.AddField(
            "stage",
            "requires",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="campaigns.stage",
            ),
        ),
        migrations.AddField("campaign", "paths", models.JSONField(blank=True, default=dict)),
        migrations.AddField("campaign", "closed_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("milestone", "former_day", models.DateField(blank=True, null=True)),
        migrations.AddField("milestone", "moved_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("milestone", "reason", models.CharField(blank=True, max_length=300)),
    ]
