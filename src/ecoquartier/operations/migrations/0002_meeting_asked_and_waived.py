from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("operations", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="operation",
            name="meeting_asked_on",
            field=models.DateField(blank=True, null=True, verbose_name="rencontre demandée"),
        ),
        migrations.AddField(
            model_name="operation",
            name="meeting_waived_on",
            field=models.DateField(blank=True, null=True, verbose_name="dispense de rencontre"),
        ),
        migrations.AddConstraint(
            model_name="operation",
            constraint=models.CheckConstraint(
                condition=Q(meeting_waived_on__isnull=True) | Q(meeting_asked_on__isnull=False),
                name="operations_operation_waived_meeting_asked",
            ),
        ),
    ]
