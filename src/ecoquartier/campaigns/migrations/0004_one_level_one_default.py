from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0003_fill_levels")]

    operations = [
        migrations.RemoveField(model_name="stage", name="requires_rank"),
        migrations.AddConstraint(
            model_name="stage",
            constraint=models.UniqueConstraint(fields=("scheme", "level"), name="campaigns_stage_level"),
        ),
        migrations.AddConstraint(
            model_name="scheme",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_default", True)), fields=("is_default",), name="campaigns_scheme_one_default"
            ),
        ),
    ]
