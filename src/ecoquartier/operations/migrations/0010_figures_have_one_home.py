from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("operations", "0009_figures_by_code"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="operation", name="operations_operation_social_dwellings"),
        migrations.RemoveField(model_name="operation", name="area_ha"),
        migrations.RemoveField(model_name="operation", name="dwellings"),
        migrations.RemoveField(model_name="operation", name="inhabitants"),
        migrations.RemoveField(model_name="operation", name="social_dwellings"),
    ]
