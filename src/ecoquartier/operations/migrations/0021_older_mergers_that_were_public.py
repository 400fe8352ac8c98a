"""Of the operations merged before, the facts that did not follow them still say that they were public."""

from django.db import migrations, models


def keep_what_is_known(apps, schema_editor):
    """Tell those that were public; the others may have been, and no public address is owed to a doubt."""
    merged = apps.get_model("operations", "Operation").objects.filter(state="merged")
    published = models.Q(stages__published_at__isnull=False, stages__withdrawn_on__isnull=True)
    public = merged.filter(models.Q(charter_signatures__state="confirmed") | published)
    merged.filter(pk__in=public.values("pk")).update(was_public=True)


class Migration(migrations.Migration):
    dependencies = [
        ("operations", "0020_was_public_when_merged"),
    ]

    operations = [
        migrations.RunPython(keep_what_is_known, migrations.RunPython.noop),
    ]
