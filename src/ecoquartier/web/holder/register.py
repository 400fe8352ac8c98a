"""The whole register, for those who look for an operation to claim: its name and commune, and nothing else."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy

from ecoquartier.access.scopes import claims_made_by, operations_visible_to, register_for
from ecoquartier.operations.enums import ClaimState
from ecoquartier.operations.queries import BY_NAME
from ecoquartier.web.holder.forms import OperationFilters
from ecoquartier.web.holder.operations import OPERATIONS
from ecoquartier.web.shared.views import ListPage

REGISTER = (gettext_lazy("Registre"), "holder:register")


class Register(ListPage):
    """The register, to find the operation to claim. Who holds or claims what is not said (rule 19)."""

    scope = register_for
    permission = "operations.browse"
    title = gettext_lazy("Registre des opérations")
    lead = gettext_lazy(
        "Votre opération y est peut-être déjà\u00a0: cherchez-la par son nom ou sa commune, puis reprenez-la."
    )
    breadcrumb = (OPERATIONS,)
    template_name = "holder/register.html"
    filter_form = OperationFilters
    empty_text = gettext_lazy("Le registre est vide.")
    empty_filtered_text = gettext_lazy(
        "Aucune opération ne correspond. Essayez avec la commune seule, ou une partie du nom."
    )

    def get_queryset(self):
        return super().get_queryset().order_by(BY_NAME, "lead_commune__name", "pk")

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        may_register = self.actor.has_perm("services.desk")
        context = super().get_context_data(may_register=may_register, **kwargs)
        found = list(context["rows"])
        keys = [row.pk for row in found]
        mine = set(operations_visible_to(self.actor).filter(pk__in=keys).values_list("pk", flat=True))
        asked = claims_made_by(self.actor).filter(operation__in=keys, state=ClaimState.PROVISIONAL)
        claims = dict(asked.values_list("operation", "pk"))
        return context | {
            "rows": [{"operation": row, "is_mine": row.pk in mine, "claim": claims.get(row.pk)} for row in found]
        }
