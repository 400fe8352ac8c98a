"""The acts on a dossier, one page each: what will happen, why it is closed, what is asked, the button."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.access.scopes import dossiers_visible_to
from ecoquartier.awards import services as awards
from ecoquartier.campaigns.enums import Section
from ecoquartier.campaigns.queries import stage_count
from ecoquartier.core import clock
from ecoquartier.core.reading import reading
from ecoquartier.core.text import long_date
from ecoquartier.dossiers import services
from ecoquartier.dossiers.enums import DossierState, Step
from ecoquartier.dossiers.queries import (
    PREPARED_IN,
    agreement_statuses,
    fields_of,
    last_deposit,
    missing_in,
    next_content,
    next_hash,
    state_label,
)
from ecoquartier.dossiers.workflow import DOSSIER_WORKFLOW, collectivites_agree, completion_is_due, window_is_open
from ecoquartier.web.dossiers.forms import (
    AgreementForm,
    CompletionForm,
    ExtendForm,
    OpinionForm,
    ReasonForm,
    RefusalForm,
    ResumeForm,
    WithdrawForm,
)
from ecoquartier.web.dossiers.reader import Reader
from ecoquartier.web.dossiers.sheet import Lack, lacks_of
from ecoquartier.web.dossiers.views import LIST, place, reading_for
from ecoquartier.web.shared.forms import Form
from ecoquartier.web.shared.views import ActionView, ConfirmPage


class DossierAct(ConfirmPage):
    """An act on one dossier: back to its page, before and after."""

    scope = dossiers_visible_to
    step: Step | None = None

    def get_queryset(self):
        return (
            super()
            .get_queryset()
            .annotate(stage_count=stage_count())
            .prefetch_related("campaign__milestones", "operation__collectivites", "operation__charter_signatures")
        )

    def get_breadcrumb(self):
        return [LIST, (self.object.operation.name, self.detail_url)]

    @property
    def detail_url(self) -> str:
        """The page of the dossier."""
        return reverse("dossiers:detail", args=[self.object.pk])

    def get_success_url(self, result: Any) -> str:
        return self.detail_url

    def get_title(self) -> str:
        return str(self.title or self.step.label)

    def get_eyebrow(self) -> str:
        return f"{self.object.operation.name}, {place(self.object)}"

    def get_obstacles(self) -> Iterable[str]:
        reason = DOSSIER_WORKFLOW.why_not(self.step, self.object, self.actor) if self.step else ""
        return [reason] if reason else []

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        with reading():
            return super().get_context_data(dossier=self.object, **kwargs)


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
                kwargs.setdefault("lacks", lacks_of(Reader(self.object, self.actor)))
            return super().get_context_data(**{"content": None, "lacks": [], **kwargs})


def _content(dossier):
    return reading_for(dossier, dossier.campaign.framework).content(next_content(dossier))


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


class Examination(DossierAct):
    """The file at left, the checklist at right: what the three answers of the correspondent share."""

    permission = "dossiers.examine"
    template_name = "dossiers/examine.html"

    def get_queryset(self):
        return super().get_queryset().prefetch_related("agreements__agreed_by", "completions")

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        with reading():
            return super().get_context_data(
                deposit=last_deposit(self.object),
                lacks=[Lack(m.sentence) for m in missing_in(self.object)],
                agreements=agreement_statuses(self.object),
                completions=list(self.object.completions.all()),
                choices=[
                    (step.label, reverse(name, args=[self.object.pk]), step == self.step)
                    for step, name in (
                        (Step.ADMIT, "dossiers:examine"),
                        (Step.ASK_COMPLETION, "dossiers:ask-completion"),
                        (Step.REFUSE, "dossiers:refuse"),
                    )
                ],
                **kwargs,
            )


class Admit(Examination):
    """Admissible, with the opinion."""

    step = Step.ADMIT
    form_class = OpinionForm
    service = services.admit
    submit_label = Step.ADMIT.label
    success_message = gettext_lazy("Le dossier est recevable. Le porteur et le bureau national sont prévenus.")

    def get_effects(self) -> Iterable[str]:
        if self.get_obstacles():
            return []
        effects = [_("Le dossier est déclaré recevable sur ce dépôt ; le porteur de projet est prévenu.")]
        if self.object.stage.experts:
            effects.append(_("Le bureau national compose l’équipe d’expertise."))
        return effects


class Refuse(Examination):
    """Inadmissible, with the reasons."""

    step = Step.REFUSE
    form_class = RefusalForm
    service = services.refuse
    submit_label = Step.REFUSE.label
    is_dangerous = True
    success_message = gettext_lazy("Le dossier est irrecevable. Le porteur de projet reçoit vos motifs.")

    def get_effects(self) -> Iterable[str]:
        if self.get_obstacles():
            return []
        return [
            _("La candidature est refermée ; le porteur de projet et la collectivité lisent vos motifs."),
            _("Le coordonnateur régional peut rouvrir l’examen."),
        ]


class AskCompletion(Examination):
    """What is asked opens, and nothing else."""

    step = Step.ASK_COMPLETION
    form_class = CompletionForm
    submit_label = gettext_lazy("Envoyer la demande")
    success_message = gettext_lazy("La demande est envoyée au porteur de projet.")

    def get_effects(self) -> Iterable[str]:
        if self.get_obstacles():
            return []
        return [
            _("Le porteur de projet reçoit votre message et peut changer les éléments cochés jusqu’à la date."),
            _("Passé la date, vous pouvez reprendre l’examen sur le dépôt actuel."),
        ]

    def get_initial(self) -> dict[str, Any]:
        return {"due_on": clock.today() + timedelta(days=self.object.campaign.completion_days)}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "elements": self._elements()}

    def _elements(self) -> list[tuple[str, list[tuple[str, str]]]]:
        deposit, stage = last_deposit(self.object), self.object.stage
        if deposit is None:
            return []
        commitments = deposit.framework.commitments.values_list("number", "short")
        fields = fields_of(deposit, commitments if Section.ANSWERS in stage.sections else ())
        register = [row for row in fields if row[0].startswith("operation.")]
        groups = [(_("Le registre de l’opération"), register), (_("Les réponses"), fields[len(register) :])]
        return [(label, rows) for label, rows in groups if rows]

    def perform(self, form: Form) -> Any:
        values = form.cleaned_data
        return services.ask_completion(
            self.object,
            actor=self.actor,
            message=values["message"],
            fields=values["elements"],
            due_on=values["due_on"],
        )


class Reopen(DossierAct):
    """The coordinator has an inadmissible dossier examined again."""

    permission = "dossiers.reopen"
    step = Step.REOPEN
    form_class = ReasonForm
    service = services.reopen
    submit_label = Step.REOPEN.label
    success_message = gettext_lazy("L’examen est rouvert. Le correspondant est prévenu.")
    effects = (gettext_lazy("Le dossier revient chez le correspondant, sur son dernier dépôt, avec votre motif."),)


class Register(DossierAct):
    """The coordinator registers a stage that no commission decides."""

    permission = "dossiers.register"
    step = Step.REGISTER
    service = awards.register
    submit_label = Step.REGISTER.label
    success_message = gettext_lazy("L’étape est enregistrée.")

    def get_effects(self) -> Iterable[str]:
        if self.get_obstacles():
            return []
        return [
            _("L’opération obtient : %(stage)s (%(year)s).")
            % {"stage": self.object.stage, "year": self.object.campaign_id},
            _("Le porteur et la collectivité sont prévenus, et le registre public change aussitôt."),
            _("La prochaine commission nationale en prend acte."),
        ]


class SkipExpertise(DossierAct):
    """A stage without experts goes to its regional commission."""

    permission = "dossiers.steer"
    step = Step.SKIP_EXPERTISE
    service = services.skip_expertise
    submit_label = gettext_lazy("Passer en commission")
    success_message = gettext_lazy("Le dossier peut être inscrit à une séance régionale.")
    effects = (gettext_lazy("Le dossier peut être inscrit à l’ordre du jour de la commission régionale."),)


class ReferDirectly(DossierAct):
    """A stage that the national commission alone decides."""

    permission = "dossiers.steer"
    step = Step.REFER_DIRECTLY
    service = services.refer_directly
    submit_label = gettext_lazy("Transmettre")
    success_message = gettext_lazy("Le dossier peut être inscrit à une séance nationale.")
    effects = (gettext_lazy("Le dossier peut être inscrit à l’ordre du jour de la commission nationale."),)


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


class Close(DossierAct):
    """The bureau closes a dossier."""

    permission = "dossiers.steer"
    step = Step.CLOSE
    form_class = ReasonForm
    service = services.close
    submit_label = Step.CLOSE.label
    is_dangerous = True
    success_message = gettext_lazy("Le dossier est clos. Le porteur de projet reçoit votre motif.")
    effects = (gettext_lazy("La candidature est refermée ; le porteur de projet et la collectivité lisent le motif."),)


class Resume(DossierAct):
    """The bureau gives an adjourned dossier back to its holder."""

    permission = "dossiers.steer"
    step = Step.RESUME
    form_class = ResumeForm
    service = services.resume
    submit_label = gettext_lazy("Rendre le dossier au porteur")
    success_message = gettext_lazy("Le dossier est rendu au porteur de projet.")
    effects = (
        gettext_lazy("Le porteur de projet peut changer tous les éléments, puis déposer de nouveau jusqu’à la date."),
        gettext_lazy("Le dossier reprend ensuite tout le chemin, depuis l’examen du correspondant."),
    )

    def get_initial(self) -> dict[str, Any]:
        return {"due_on": clock.today() + timedelta(days=self.object.campaign.completion_days)}


class Extend(DossierAct):
    """The bureau extends the window for one dossier."""

    permission = "dossiers.steer"
    title = gettext_lazy("Prolonger le dépôt")
    form_class = ExtendForm
    service = services.extend
    submit_label = gettext_lazy("Prolonger")

    def get_effects(self) -> Iterable[str]:
        last = self.object.filing_ends_on
        if self.get_obstacles() or last is None:
            return []
        return [
            _(
                "Le dépôt de cette candidature se ferme aujourd’hui le %(day)s ; il restera possible jusqu’à la "
                "nouvelle date."
            )
            % {"day": long_date(last)}
        ]

    def get_obstacles(self) -> Iterable[str]:
        if self.object.state == DossierState.DRAFT:
            return []
        label = state_label(self.object, self.actor)
        return [_("Seul un dossier en préparation peut être prolongé ; l’état est « %(state)s ».") % {"state": label}]

    def get_success_message(self, result: Any) -> str:
        return _("Le dépôt est possible jusqu’au %(day)s.") % {"day": long_date(result.filing_ends_on)}


class Lapse(ActionView):
    """Past the date, the examination starts again on the last deposit."""

    scope = dossiers_visible_to
    service = services.lapse
    success_message = gettext_lazy("L’examen reprend sur le dernier dépôt, sans complément.")

    def get_next_url(self, result: Any) -> str:
        return resolve_url("dossiers:detail", pk=self.object.pk)

    def get_fallback_url(self) -> str:
        return resolve_url("dossiers:detail", pk=self.object.pk)
