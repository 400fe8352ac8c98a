"""What was said of the whole operation goes to its last phase; the choices « autre » that were shipped ask for words."""

from django.db import migrations


def give_delivery_to_the_last_phase(apps, schema_editor):
    """The delivery of the operation was that of its last phase: it goes there."""
    phases = apps.get_model("operations", "Phase").objects
    for operation in apps.get_model("operations", "Operation").objects.filter(delivered_on__isnull=False):
        last = phases.filter(operation=operation).order_by("-rank").first()
        if last is not None:
            last.delivery = operation.delivered_on.isoformat()
            last.save(update_fields=["delivery"])


def mark_others(apps, schema_editor):
    """Each list has one « autre » at most."""
    terms = apps.get_model("operations", "Term").objects
    terms.filter(kind="types", code="other").update(is_other=True)
    terms.filter(kind__in=["vocations", "procedures"], code="autre").update(is_other=True)


class Migration(migrations.Migration):
    dependencies = [
        ("operations", "0016_perimeters_labelled"),
    ]

    operations = [
        migrations.RunPython(give_delivery_to_the_last_phase, migrations.RunPython.noop),
        migrations.RunPython(mark_others, migrations.RunPython.noop),
    ]
