from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0004_one_level_one_default")]

    operations = [
        migrations.AddField(
            model_name="stage",
            name="meeting_days",
            field=models.PositiveSmallIntegerField(
                default=30,
                help_text="after which the bureau may waive a meeting asked",
                verbose_name="jours pour tenir la rencontre",
            ),
        ),
    ]
