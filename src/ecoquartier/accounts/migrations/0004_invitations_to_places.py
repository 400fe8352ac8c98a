"""One may be invited to a place that a higher app knows: the team of an operation."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_calendar_links")]

    operations = [
        migrations.AddField("invitation", "place", models.CharField(blank=True, max_length=20)),
        migrations.AddField("invitation", "place_id", models.UUIDField(blank=True, null=True)),
        migrations.AddField("invitation", "place_role", models.CharField(blank=True, max_length=20)),
        migrations.RemoveConstraint("invitation", "accounts_invitation_to_something"),
        migrations.AddConstraint(
            "invitation",
            models.CheckConstraint(
                condition=Q(role="", organisation__isnull=False, county__isnull=True, region__isnull=True, place="")
                | Q(role="", organisation__isnull=True, county__isnull=True, region__isnull=True) & ~Q(place="")
                | Q(role="correspondent", county__isnull=False, region__isnull=True)
                | Q(role="coordinator", region__isnull=False, county__isnull=True)
                | Q(role__in=("expert", "bureau", "support"), county__isnull=True, region__isnull=True),
                name="accounts_invitation_to_something",
                violation_error_message="Choisissez un organisme ou un rôle, avec le territoire que le rôle demande.",
            ),
        ),
        migrations.AddConstraint(
            "invitation",
            models.CheckConstraint(
                condition=Q(place="", place_id__isnull=True, place_role="")
                | ~Q(place="") & Q(place_id__isnull=False, role=""),
                name="accounts_invitation_to_one_place",
            ),
        ),
    ]
