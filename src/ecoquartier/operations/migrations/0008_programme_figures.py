from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("operations", "0007_vocabulary_of_the_sheet"),
    ]

    operations = [
        migrations.AddField(
            model_name="operation",
            name="figures",
            field=models.JSONField(blank=True, default=dict, help_text="code of a figure → value; decimals as text"),
        ),
        migrations.AddField(
            model_name="operation",
            name="figures_as_of",
            field=models.DateField(blank=True, null=True, verbose_name="date des chiffres"),
        ),
        migrations.AddField(
            model_name="operation",
            name="figures_source",
            field=models.CharField(blank=True, max_length=200, verbose_name="source des chiffres"),
        ),
    ]
