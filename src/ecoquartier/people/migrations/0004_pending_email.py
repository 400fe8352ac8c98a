from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0003_support_role"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="pending_email",
            field=models.EmailField(blank=True, max_length=254, verbose_name="adresse demandée"),
        ),
    ]
