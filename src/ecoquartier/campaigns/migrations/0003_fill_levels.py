from django.db import migrations
from django.db.models import F


def fill(apps, schema_editor):
    """Give each stage the level of its rank and the stage it asks for; present the scheme of four stages."""
    stages = apps.get_model("campaigns", "Stage").objects
    stages.update(level=F("rank"))
    for stage in stages.exclude(requires_rank=None):
        stage.requires = stages.get(scheme=stage.scheme, rank=stage.requires_rank)
        stage.save(update_fields=["requires"])
    apps.get_model("campaigns", "Scheme").objects.filter(code="quatre-etapes").update(is_default=True)


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0002_levels_paths_and_closing")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
