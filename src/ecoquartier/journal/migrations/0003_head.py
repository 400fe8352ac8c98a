"""The signed head of each day."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("journal", "0002_append_only")]

    operations = [
        migrations.CreateModel(
            name="Head",
            fields=[
                ("day", models.DateField(primary_key=True, serialize=False)),
                ("seq", models.PositiveBigIntegerField()),
                ("hash", models.CharField(max_length=64)),
                ("time", models.DateTimeField()),
                ("kid", models.CharField(help_text="thumbprint of the key", max_length=64)),
                ("signature", models.TextField(help_text="compact JWS of {seq, hash, time}")),
            ],
            options={"ordering": ["-day"]},
        ),
    ]
