"""The address each message left for."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0002_outbox_whole")]

    operations = [
        migrations.AddField(
            model_name="message",
            name="address",
            field=models.EmailField(
                blank=True,
                default="",
                help_text="where it left for: the person may have another one since",
                max_length=254,
            ),
            preserve_default=False,
        ),
    ]
