"""Phases have dates as exact as they are known; operations have other communes, actors, and words for « autre »."""

from django.db import migrations, models
from django.db.models import Deferrable, Q

KEPT = r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?~?$"
KINDS = [
    *("types", "vocations", "procedures", "strong_points"),
    *("approaches", "state_programmes", "strategies", "actors"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("operations", "0014_claims_and_agreements"),
        ("territories", "0002_places_and_likeness"),
    ]

    operations = [
        migrations.AddField(
            model_name="phase",
            name="studies",
            field=models.CharField("début des études", max_length=11, blank=True, default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="phase",
            name="works",
            field=models.CharField("début des travaux", max_length=11, blank=True, default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="phase",
            name="delivery",
            field=models.CharField("livraison", max_length=11, blank=True, default=""),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="phase",
            constraint=models.CheckConstraint(
                condition=Q(studies="") | Q(studies__regex=KEPT), name="operations_phase_studies"
            ),
        ),
        migrations.AddConstraint(
            model_name="phase",
            constraint=models.CheckConstraint(
                condition=Q(works="") | Q(works__regex=KEPT), name="operations_phase_works"
            ),
        ),
        migrations.AddConstraint(
            model_name="phase",
            constraint=models.CheckConstraint(
                condition=Q(delivery="") | Q(delivery__regex=KEPT), name="operations_phase_delivery"
            ),
        ),
        migrations.RemoveConstraint(model_name="phase", name="operations_phase_rank"),
        migrations.AddConstraint(
            model_name="phase",
            constraint=models.UniqueConstraint(
                fields=("operation", "rank"), name="operations_phase_rank", deferrable=Deferrable.DEFERRED
            ),
        ),
        migrations.AddField(
            model_name="operation",
            name="other_communes",
            field=models.ManyToManyField(
                blank=True,
                related_name="shared_operations",
                to="territories.commune",
                verbose_name="autres communes",
            ),
        ),
        migrations.AddField(
            model_name="operation",
            name="other_words",
            field=models.JSONField(
                blank=True,
                default=dict,
                help_text="kind of a list → what it means by other",
                verbose_name="précisions sur «\xa0autre\xa0»",
            ),
        ),
        migrations.AddField(
            model_name="operation",
            name="actors",
            field=models.JSONField(
                blank=True, default=dict, help_text="code of a term → names", verbose_name="acteurs"
            ),
        ),
        migrations.AddField(
            model_name="term",
            name="is_other",
            field=models.BooleanField(
                default=False,
                help_text="once in a list; whoever chooses it says what",
                verbose_name="«\xa0autre\xa0», à préciser",
            ),
        ),
        migrations.RemoveConstraint(model_name="term", name="operations_term_kind"),
        migrations.AddConstraint(
            model_name="term",
            constraint=models.CheckConstraint(condition=Q(kind__in=KINDS), name="operations_term_kind"),
        ),
        migrations.AddConstraint(
            model_name="term",
            constraint=models.UniqueConstraint(
                fields=("kind",),
                condition=Q(is_other=True),
                name="operations_term_other",
                violation_error_message="Un autre choix de cette liste se précise déjà en quelques mots.",
            ),
        ),
    ]
