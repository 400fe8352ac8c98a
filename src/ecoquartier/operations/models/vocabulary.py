"""The lists of choices of the sheet: data that the bureau keeps."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ecoquartier.operations.enums import TermKind


class Term(models.Model):
    """One choice of a list of the sheet. It is closed, never deleted: operations and deposits keep its code."""

    kind = models.CharField(max_length=20, choices=TermKind.choices)
    code = models.SlugField(max_length=40)
    label = models.CharField(_("libellé"), max_length=120)
    rank = models.PositiveSmallIntegerField(help_text="place in its list")
    is_active = models.BooleanField(_("proposé"), default=True)
    is_renewal = models.BooleanField(
        _("compte dans la part de renouvellement urbain"), default=False, help_text="types of operation only"
    )
    is_other = models.BooleanField(
        _("«\u00a0autre\u00a0», à préciser"), default=False, help_text="once in a list; whoever chooses it says what"
    )

    class Meta:
        ordering = ["kind", "rank"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "code"], name="operations_term_code"),
            models.UniqueConstraint(
                fields=["kind", "label"],
                name="operations_term_label",
                violation_error_message=_("Ce libellé est déjà dans la liste."),
            ),
            models.UniqueConstraint(
                fields=["kind"],
                condition=Q(is_other=True),
                name="operations_term_other",
                violation_error_message=_("Un autre choix de cette liste se précise déjà en quelques mots."),
            ),
            models.CheckConstraint(condition=Q(kind__in=TermKind.values), name="operations_term_kind"),
            models.CheckConstraint(condition=~Q(label=""), name="operations_term_labelled"),
        ]

    def __str__(self) -> str:
        return self.label
