"""The side of the holder and of the collectivité: agree, deposit, withdraw."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.core.reading import reading
from ecoquartier.dossiers import services
from ecoquartier.dossiers.enums import DossierState, Step
from ecoquartier.dossiers.queries import (
    PREPARED_IN,
    agreement_statuses,
    last_deposit,
    missing_in,
    next_content,
    next_hash,
)
from ecoquartier.dossiers.workflow import collectivites_agree, completion_is_due, window_is_open
from ecoquartier.web.dossiers.acts.base import DossierAct
from ecoquartier.web.dossiers.forms import (
    AgreementForm,
    WithdrawForm,
)
from ecoquartier.web.dossiers.reader import Reader
from ecoquartier.web.dossiers.sheet import doubts_of, lacks_of
from ecoquartier.web.dossiers.views import reading_for
from ecoquartier.web.shared.forms import Form


class Agree(DossierAct):
    """A representative of the collectivité agrees to the exact content on the screen, on a phone as well."""

    permission = "dossiers.agree"
    title = gettext_lazy("Accord de la collectivité")
    template_name = "dossiers/agree.html"
    form_class = AgreementForm
    submit_label = gettext_lazy("Donner l’accord")

    def get_queryset(self):
        return super().get_queryset().prefetch_related("agreements__agreed_by")

    @cached_property
    def statuses(self) -> list:
        """The agreements asked of the collectivités this person represents."""
        mine = self.actor.rights.represents
        return [s for s in agreement_statuses(self.object) if s.organisation.pk in mine]

    @property
    def awaited(self) -> list:
        """Those still to give."""
        return [s.organisation for s in self.statuses if not s.is_current]

    def get_form_kwargs(self) -> dict[str, Any]:
        organisations = self.awaited or [s.organisation for s in self.statuses]
        return {**super().get_form_kwargs(), "organisations": organisations}

    def get_initial(self) -> dict[str, Any]:
        return {"sha256": next_hash(self.object)}

    def get_effects(self) -> Iterable[str]:
        if self.get_obstacles():
            return []
        return [
            _("Votre accord porte sur le contenu exact de cette page ; s’il change, il vous sera demandé de nouveau."),
            _("Le porteur de projet peut ensuite déposer la candidature."),
        ]

    def get_obstacles(self) -> Iterable[str]:
        if self.object.state not in PREPARED_IN:
            return [_("Aucun dépôt n’est en préparation : il n’y a rien à accorder pour le moment.")]
        if not self.statuses:
            return [_("Votre collectivité porte elle-même ce dossier : son accord n’est pas demandé à part.")]
        if not self.awaited:
            return [_("C’est déjà fait : votre accord est donné sur ce contenu.")]
        return []

    def perform(self, form: Form) -> Any:
        return services.agree(self.object, actor=self.actor, **form.cleaned_data)

    def get_success_message(self, result: Any) -> str:
        return _("Votre accord est enregistré. Le porteur de projet peut déposer.")

    def form_refused(self, form: Form) -> HttpResponse:
        """When the content has changed, the page shows the new one and its button agrees to that."""
        form.data = form.data.copy()
        form.data["sha256"] = next_hash(self.object)
        return super().form_refused(form)

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        with reading():
            previous = last_deposit(self.object)
            words = reading_for(self.object, self.object.campaign.framework)
            content = next_content(self.object)
            is_prepared = self.object.state in PREPARED_IN
            return super().get_context_data(
                content=words.content(content) if is_prepared else None,
                sha256=next_hash(self.object) if is_prepared else "",
                changes=words.changes(previous.snapshot, content) if previous and is_prepared else [],
                lacks=missing_in(self.object) if is_prepared else [],
                statuses=self.statuses,
                **kwargs,
            )


class Submit(DossierAct):
    """The first deposit, or the one with the complements: a summary, the effects, one button."""

    permission = "dossiers.deposit"
    template_name = "dossiers/submit.html"
    submit_label = gettext_lazy("Déposer")

    @property
    def step(self) -> Step:
        """Which of the two deposits this is."""
        return Step.REDEPOSIT if self.object.state == DossierState.TO_COMPLETE else Step.DEPOSIT

    def perform(self, form: Form) -> Any:
        service = services.redeposit if self.step == Step.REDEPOSIT else services.deposit
        return service(self.object, actor=self.actor)

    def get_effects(self) -> Iterable[str]:
        if self.object.state not in PREPARED_IN:
            return []
        previous = last_deposit(self.object)
        number = previous.number + 1 if previous else 1
        unchanged = previous is not None and previous.sha256 == next_hash(self.object)
        return [
            *([_("Attention\u00a0: rien n’a changé depuis votre dernier dépôt.")] if unchanged else []),
            _("Le dépôt n° %(n)s fige le contenu ci-dessous, avec sa date, votre nom et son empreinte.")
            % {"n": number},
            _("Le correspondant ville durable est prévenu et l’examine."),
            _("Le carnet reste ouvert, mais ce que vous y écrirez ensuite n’entrera pas dans ce dépôt."),
        ]

    def get_irreversible(self) -> Iterable[str]:
        if self.object.state not in PREPARED_IN:
            return []
        return [_("Un dépôt ne se modifie pas et ne s’efface pas\u00a0; il reste dans l’historique.")]

    def get_obstacles(self) -> Iterable[str]:
        """Every reason but what is missing, which has its own list with links."""
        if self.object.state not in PREPARED_IN:
            return super().get_obstacles()
        guards = (
            (window_is_open, collectivites_agree)
            if self.step == Step.DEPOSIT
            else (
                completion_is_due,
                collectivites_agree,
            )
        )
        found = [reason for guard in guards if (reason := guard(self.object))]
        return found or super().get_obstacles()

    def get_success_message(self, result: Any) -> str:
        deposit = last_deposit(result)
        return _("Dépôt n° %(n)s enregistré. Le correspondant est prévenu.") % {"n": deposit.number}

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        with reading():
            if self.object.state in PREPARED_IN:
                kwargs.setdefault("content", _content(self.object))
                reader = Reader(self.object, self.actor)
                kwargs |= {"lacks": lacks_of(reader), "doubts": doubts_of(reader)}
            return super().get_context_data(**{"content": None, "lacks": [], "doubts": [], **kwargs})


def _content(dossier):
    return reading_for(dossier, dossier.campaign.framework).content(next_content(dossier))


class Withdraw(DossierAct):
    """The holder withdraws."""

    permission = "dossiers.withdraw"
    step = Step.WITHDRAW
    form_class = WithdrawForm
    service = services.withdraw
    submit_label = Step.WITHDRAW.label
    is_dangerous = True
    success_message = gettext_lazy("La candidature est retirée. Le carnet de l’opération reste ouvert.")
    effects = (
        gettext_lazy("La candidature est refermée ; le correspondant, le coordonnateur et le bureau sont prévenus."),
        gettext_lazy("Elle n’est jamais rendue publique. Les dépôts déjà faits restent dans l’historique."),
        gettext_lazy("Le carnet garde tout ce qui est écrit ; une autre candidature peut être ouverte."),
    )
    irreversible = (gettext_lazy("Une candidature retirée ne se rouvre pas."),)
