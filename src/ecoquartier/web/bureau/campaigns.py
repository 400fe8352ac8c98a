"""The campaigns: opened from the last one, their dates moved with a reason, their settings, their end."""

from __future__ import annotations

from typing import Any

from django.shortcuts import resolve_url
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ecoquartier.access.scopes import dossiers_visible_to
from ecoquartier.campaigns import services
from ecoquartier.campaigns.domain import default_days, moved, next_milestone, open_on, period_sentence, weekends
from ecoquartier.campaigns.domain.calendar import REQUIRED
from ecoquartier.campaigns.enums import DecisionPath, MilestoneCode
from ecoquartier.campaigns.models import Campaign
from ecoquartier.campaigns.queries import all_campaigns, all_schemes, frameworks_for
from ecoquartier.core import clock
from ecoquartier.core.text import french_list, long_date
from ecoquartier.dossiers.enums import DossierState
from ecoquartier.dossiers.queries import counts_by_state
from ecoquartier.web.bureau import words
from ecoquartier.web.bureau.campaigns_forms import ExtendFilingForm, OpenCampaignForm, RescheduleForm, SettingsForm
from ecoquartier.web.bureau.forms import ReasonForm
from ecoquartier.web.bureau.previewed import Previewed, effects_on_dossiers, recent_acts
from ecoquartier.web.bureau.shown_first import ShownFirst
from ecoquartier.web.shared.views import ConfirmPage, DetailPage, FormPage, TemplatePage

CAMPAIGNS = (gettext_lazy("Campagnes"), "bureau:campaigns")


def standing(campaign: Campaign) -> tuple[str, str]:
    """(where a campaign is, tone) in a word."""
    if campaign.closed_at:
        return _("close"), "neutral"
    if not campaign.is_launched:
        return _("à venir"), "info"
    if campaign.is_filing_open():
        return _("dépôts ouverts"), "ok"
    return (_("en cours"), "wait") if next_milestone(campaign.days, clock.today()) else (_("terminée"), "neutral")


def weekend_note(days: dict[str, Any]) -> str:
    """The dates that fall on a week-end, in one sentence; nothing is moved by itself."""
    found = [f"{MilestoneCode(code).label} ({long_date(day)})" for code, day in weekends(days)]
    if not found:
        return ""
    return ngettext(
        "Une date tombe un samedi ou un dimanche, et reste telle quelle\u00a0: %(dates)s.",
        "Des dates tombent un samedi ou un dimanche, et restent telles quelles\u00a0: %(dates)s.",
        len(found),
    ) % {"dates": french_list(found)}


class Campaigns(TemplatePage):
    """Every campaign, the latest first."""

    permission = "campaigns.write"
    refusal = words.REFUSAL
    breadcrumb = (words.HOME,)
    title = gettext_lazy("Campagnes")
    lead = gettext_lazy("Une campagne par an\u00a0: un régime, une version du référentiel, des dates.")
    template_name = "bureau/campaigns.html"

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        rows = []
        for campaign in all_campaigns().select_related("scheme", "framework"):
            following = next_milestone(campaign.days, clock.today())
            coming = following and f"{capfirst(MilestoneCode(following[0]).label)}, {long_date(following[1])}"
            rows.append((campaign, *standing(campaign), coming or ""))
        return super().get_context_data(rows=rows, **kwargs)


class CampaignPage(DetailPage):
    """One campaign: what is open, its dates, what it follows, how many dossiers, what changed."""

    scope = all_campaigns
    lookup = "year"
    permission = "campaigns.write"
    refusal = words.REFUSAL
    breadcrumb = (words.HOME, CAMPAIGNS)
    template_name = "bureau/campaign.html"
    context_object_name = "campaign"

    def get_queryset(self):
        """With what it follows."""
        return super().get_queryset().select_related("scheme", "framework").prefetch_related("scheme__stages")

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        campaign = self.object
        counts = counts_by_state(dossiers_visible_to(self.actor).filter(campaign=campaign))
        return super().get_context_data(
            standing=standing(campaign),
            open_now=[period_sentence(p) for p in open_on(campaign.days, clock.today())]
            if not campaign.closed_at
            else [],
            milestones=list(campaign.milestones.all()),
            today=clock.today(),
            weekend_note=weekend_note(campaign.days),
            facts=self._facts(),
            counts=[(capfirst(state.label), counts[state]) for state in DossierState if counts.get(state)],
            history=recent_acts(self.actor, "campaigns.campaign", campaign.pk),
            **kwargs,
        )

    def _facts(self) -> list[tuple[str, Any]]:
        campaign = self.object
        own = [
            f"{stage}\u00a0: {DecisionPath(campaign.paths[str(stage.rank)]).label}"
            for stage in campaign.scheme.stages.all()
            if str(stage.rank) in campaign.paths
        ]
        return [
            (_("Régime du label"), campaign.scheme),
            (_("Référentiel"), campaign.framework),
            (_("Qui décide cette année"), " ; ".join(own) if own else _("comme le régime")),
            (_("Pour compléter un dossier"), _("%(n)s jours") % {"n": campaign.completion_days}),
            (_("Entre convocation et séance"), _("%(n)s jours") % {"n": campaign.notice_days}),
        ]


class OpenCampaign(ShownFirst):
    """The next campaign, from the last one, read again before it opens."""

    permission = "campaigns.write"
    refusal = words.REFUSAL
    breadcrumb = (words.HOME, CAMPAIGNS)
    form_class = OpenCampaignForm
    template_name = "bureau/campaign_open.html"
    title = gettext_lazy("Ouvrir une campagne")
    submit_label = gettext_lazy("Relire avant d’ouvrir")
    confirm_label = gettext_lazy("Ouvrir la campagne")

    def get_success_message(self, result: Campaign) -> str:
        """When it appears."""
        if result.is_launched:
            return _("La campagne est ouverte\u00a0: elle paraît dès maintenant.")
        return _("La campagne est ouverte\u00a0: elle paraîtra le jour de son lancement.")

    @cached_property
    def last(self) -> Campaign | None:
        """The campaign it starts from."""
        return all_campaigns().select_related("scheme", "framework").first()

    @cached_property
    def proposed(self) -> dict[str, Any]:
        """Last year's dates, a year later."""
        if self.last is None:
            return default_days(clock.today().year)
        return moved(self.last.days, 1)

    def get_initial(self) -> dict[str, Any]:
        if self.last is None:
            return {"year": clock.today().year, **self.proposed}
        told = {"year": self.last.year + 1, "scheme": self.last.scheme_id, "framework": self.last.framework_id}
        return told | self.proposed

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"schemes": all_schemes(), "frameworks": frameworks_for()}

    def get_preview(self, values: dict[str, Any]) -> list[str]:
        services.check_opening(**values)
        year, days = values["year"], values["days"]
        said = [
            _("Régime\u00a0: %(scheme)s.") % {"scheme": values["scheme"]},
            _("Référentiel\u00a0: %(framework)s.") % {"framework": values["framework"]},
            _("Lancement le %(launch)s, clôture des dépôts le %(filing)s, cérémonie le %(ceremony)s.")
            % {code: long_date(days[code]) for code in REQUIRED},
            self._about_year(year),
            weekend_note(days),
        ]
        if days[MilestoneCode.LAUNCH] > clock.today():
            said.append(_("Elle paraît le jour de son lancement\u00a0; d’ici là, elle peut être retirée."))
        else:
            said.append(_("Son lancement est déjà passé\u00a0: elle paraît aussitôt, et ne pourra plus être retirée."))
        return [sentence for sentence in said if sentence]

    def _about_year(self, year: int) -> str:
        """What is unusual in its year."""
        if self.last is None or year == self.last.year + 1:
            return ""
        if year < self.last.year:
            return _("Elle vient avant la dernière campagne, %(last)s.") % {"last": self.last.year}
        skipped = [str(between) for between in range(self.last.year + 1, year)]
        return ngettext(
            "L’année %(years)s n’a pas de campagne\u00a0: elle est sautée.",
            "Les années %(years)s n’ont pas de campagne\u00a0: elles sont sautées.",
            len(skipped),
        ) % {"years": french_list(skipped)}

    def perform(self, form: OpenCampaignForm) -> Campaign:
        values = form.values()
        return services.start_campaign(values.pop("scheme"), actor=self.actor, **values)

    def get_success_url(self, result: Campaign) -> str:
        return resolve_url("bureau:campaign", year=result.year)

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(
            last=self.last, preview=self.preview, weekend_note=weekend_note(self.proposed), **kwargs
        )


class OfCampaign(FormPage):
    """What the pages of acts on one campaign share."""

    scope = all_campaigns
    lookup = "year"
    permission = "campaigns.write"
    refusal = words.REFUSAL

    def get_breadcrumb(self):
        campaign = self.object
        return (words.HOME, CAMPAIGNS, (str(campaign), resolve_url("bureau:campaign", year=campaign.year)))

    def get_success_url(self, result: Any) -> str:
        return resolve_url("bureau:campaign", year=self.object.year)


class Reschedule(OfCampaign):
    """Dates of a campaign, changed."""

    form_class = RescheduleForm
    title = gettext_lazy("Changer des dates")
    lead = gettext_lazy(
        "Les personnes que ces dates concernent reçoivent un message\u00a0; le calendrier public dit l’ancienne date "
        "et le motif."
    )
    submit_label = gettext_lazy("Changer les dates")
    success_message = gettext_lazy("Les dates sont changées, les personnes concernées sont prévenues.")

    def get_initial(self) -> dict[str, Any]:
        return dict(self.object.days)

    def perform(self, form: RescheduleForm) -> Campaign:
        return services.reschedule(self.object, actor=self.actor, days=form.days(), reason=form.cleaned_data["reason"])


class ExtendFiling(OfCampaign, ConfirmPage):
    """A later filing deadline, for everybody."""

    form_class = ExtendFilingForm
    title = gettext_lazy("Prolonger les dépôts")
    submit_label = gettext_lazy("Prolonger")
    success_message = gettext_lazy("Les dépôts sont prolongés, les personnes concernées sont prévenues.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"deadline": self.object.filing_deadline}

    def get_effects(self) -> list[str]:
        deadline = self.object.filing_deadline
        said = (
            [_("Les dépôts s’arrêtent pour l’instant le %(day)s.") % {"day": long_date(deadline)}] if deadline else []
        )
        return [
            *said,
            _("Les équipes, les correspondants et les coordonnateurs reçoivent la nouvelle date."),
            _("Pour un seul dossier, prolongez-le depuis sa page."),
        ]

    def get_obstacles(self) -> list[str]:
        return list(filter(None, (services.is_not_closed(self.object),)))

    def perform(self, form: ExtendFilingForm) -> Campaign:
        days = {MilestoneCode.FILING.value: form.cleaned_data["until"]}
        return services.reschedule(self.object, actor=self.actor, days=days, reason=form.cleaned_data["reason"])


class Settings(OfCampaign, Previewed):
    """What a campaign follows, its delays, who decides this year."""

    form_class = SettingsForm
    title = gettext_lazy("Régler la campagne")
    success_message = gettext_lazy("La campagne est réglée.")

    def get_queryset(self):
        """With the stages of its scheme."""
        return all_campaigns().select_related("scheme", "framework").prefetch_related("scheme__stages")

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = {"schemes": all_schemes(), "frameworks": frameworks_for(self.object), "scheme": self.object.scheme}
        return super().get_form_kwargs() | kwargs

    def get_initial(self) -> dict[str, Any]:
        campaign = self.object
        return {
            "scheme": campaign.scheme_id,
            "framework": campaign.framework_id,
            "completion_days": campaign.completion_days,
            "notice_days": campaign.notice_days,
            **{f"path_{rank}": path for rank, path in campaign.paths.items()},
        }

    def get_preview(self, values: dict[str, Any]) -> dict[str, Any]:
        campaign = self.object
        effects = effects_on_dossiers(self.actor, of=_("de cette campagne"), campaign=campaign)
        if values["scheme"] != campaign.scheme:
            effects.append(_("Les décideurs propres à cette année sont ceux du nouveau régime."))
        return {"gone": [], "come": self._said(values), "effects": effects}

    def _said(self, values: dict[str, Any]) -> list[str]:
        said = [
            _("Régime\u00a0: %(scheme)s.") % {"scheme": values["scheme"]},
            _("Référentiel\u00a0: %(framework)s.") % {"framework": values["framework"]},
            _("Délai des compléments\u00a0: %(n)s jours.") % {"n": values["completion_days"]},
            _("Délai de convocation\u00a0: %(n)s jours.") % {"n": values["notice_days"]},
        ]
        paths = [
            _("Étape %(rank)s\u00a0: %(path)s.") % {"rank": rank, "path": DecisionPath(path).label}
            for rank, path in values["paths"].items()
        ]
        return said + paths

    def perform(self, form: SettingsForm) -> Campaign:
        return services.change_campaign(self.object, actor=self.actor, **form.values())


class Close(OfCampaign, ConfirmPage):
    """The end of a campaign, whatever its dates."""

    form_class = ReasonForm
    service = services.close_campaign
    title = gettext_lazy("Clore la campagne")
    submit_label = gettext_lazy("Clore la campagne")
    success_message = gettext_lazy("La campagne est close.")
    is_dangerous = True

    def get_effects(self) -> list[str]:
        waiting = counts_by_state(dossiers_visible_to(self.actor).filter(campaign=self.object)).get(
            DossierState.DRAFT, 0
        )
        effects = [
            _("Plus personne n’ouvre de candidature dans cette campagne, ni n’en dépose une première fois."),
            _("Les dossiers déjà déposés suivent leur chemin jusqu’à la décision."),
        ]
        if waiting:
            said = ngettext(
                "%(n)s dossier en préparation ne pourra plus être déposé.",
                "%(n)s dossiers en préparation ne pourront plus être déposés.",
                waiting,
            )
            effects.append(said % {"n": waiting})
        return effects

    def get_obstacles(self) -> list[str]:
        return list(filter(None, (services.is_not_closed(self.object), services.is_launched(self.object))))


class Reopen(OfCampaign, ConfirmPage):
    """A closing undone."""

    form_class = ReasonForm
    service = services.reopen_campaign
    title = gettext_lazy("Rouvrir la campagne")
    submit_label = gettext_lazy("Rouvrir la campagne")
    success_message = gettext_lazy("La campagne est rouverte.")
    effects = (gettext_lazy("Les dates de la campagne décident de nouveau de ce qui est ouvert."),)

    def get_obstacles(self) -> list[str]:
        return list(filter(None, (services.is_closed(self.object),)))


class Remove(OfCampaign, ConfirmPage):
    """An opening by mistake, undone."""

    form_class = ReasonForm
    service = services.remove_campaign
    title = gettext_lazy("Retirer la campagne")
    submit_label = gettext_lazy("Retirer la campagne")
    success_message = gettext_lazy("La campagne est retirée.")
    is_dangerous = True

    def get_effects(self) -> list[str]:
        return [
            _("%(campaign)s et ses dates disparaissent\u00a0; le journal les garde.") % {"campaign": self.object},
            _("Personne n’est prévenu\u00a0: elle n’a pas encore paru."),
        ]

    def get_obstacles(self) -> list[str]:
        return list(filter(None, (services.is_not_launched(self.object), services.is_not_used(self.object))))

    def get_success_url(self, result: Any) -> str:
        return resolve_url("bureau:campaigns")
