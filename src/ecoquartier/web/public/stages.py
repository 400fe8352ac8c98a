"""What a stage asks, who decides and how long it takes: the columns of the scheme, in plain sentences."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ecoquartier.campaigns.enums import DecisionPath, Filing, MilestoneCode, Publication, Section
from ecoquartier.campaigns.models import Campaign, Milestone, Stage
from ecoquartier.core import clock
from ecoquartier.core.text import long_date
from ecoquartier.directory.models import DirectoryRow

_DAYS_OF_A_MONTH = 30.44


def stage_label(rank: int, name: str) -> str:
    """« Étape 2, chantier »."""
    return _("Étape %(rank)s, %(name)s") % {"rank": rank, "name": name}


def held_label(row: DirectoryRow) -> str:
    """What an operation of the directory holds, with its year: never just « labellisé »."""
    if row.stage:
        return _("%(stage)s (%(year)s)") % {"stage": stage_label(row.stage, row.stage_name), "year": row.year}
    if row.charter_year:
        return _("charte signée (%(year)s)") % {"year": row.charter_year}
    return _("charte signée")


def in_words(number: int) -> str:
    """A small number as a sentence writes it."""
    words = ["", _("un"), _("deux"), _("trois"), _("quatre"), _("cinq"), _("six"), _("sept")]
    return words[number] if 0 < number < len(words) else str(number)


def asked_by(stage: Stage) -> list[str]:
    """What must be there before the candidature is deposited."""
    asked = []
    if stage.requires_rank:
        asked.append(_("Détenir déjà l’étape %(rank)s.") % {"rank": stage.requires_rank})
    if stage.years_after_delivery:
        asked.append(
            ngettext(
                "Attendre un an après la livraison de la dernière tranche, compté à la clôture des dépôts.",
                "Attendre %(n)s ans après la livraison de la dernière tranche, comptés à la clôture des dépôts.",
                stage.years_after_delivery,
            )
            % {"n": stage.years_after_delivery}
        )
    if stage.requires_meeting:
        asked.append(_("Rencontrer le correspondant ville durable du département."))
    sentences = {
        Section.IDENTITY: _("Décrire l’opération\u00a0: ce qu’elle est, sa superficie, son type."),
        Section.CHARTER: _(
            "Avoir la charte ÉcoQuartier signée, pour cette opération, par chaque collectivité compétente."
        ),
        Section.PROGRAMME: _("Donner le programme et le nombre de logements."),
        Section.CONTEXT: _("Présenter le site avant l’opération, et son contexte."),
        Section.ANSWERS: _("Répondre à chacun des engagements du référentiel."),
        Section.DELIVERY: _("Indiquer la date de livraison."),
    }
    return asked + [sentences[Section(code)] for code in stage.sections]


def decided_by(stage: Stage) -> list[str]:
    """Who looks at the dossier and who decides, in order."""
    steps = [_("Le correspondant ville durable du département vérifie le dossier et donne son avis.")]
    if stage.experts == 1:
        steps.append(_("Un expert sans lien avec l’opération étudie le dossier et rend une expertise."))
    elif stage.experts:
        others = _("celle de l’autre") if stage.experts == 2 else _("celles des autres")
        steps.append(
            _(
                "%(number)s experts sans lien avec l’opération étudient le dossier. Chacun scelle son expertise avant "
                "de lire %(others)s, puis ils écrivent une synthèse."
            )
            % {"number": in_words(stage.experts).capitalize(), "others": others}
        )
    if stage.visit:
        steps.append(_("Une visite de terrain a lieu avec le porteur de projet."))
    paths = {
        DecisionPath.REGISTRATION: _("Le coordonnateur régional enregistre l’étape, ou explique ce qui manque encore."),
        DecisionPath.REGIONAL_THEN_NATIONAL: _(
            "La commission régionale propose ou ajourne\u00a0; la commission nationale délivre le label."
        ),
        DecisionPath.REGIONAL_FINAL: _(
            "La commission régionale décide\u00a0; la commission nationale le fait quand la région n’a pas pu se "
            "prononcer."
        ),
        DecisionPath.NATIONAL_ONLY: _("La commission nationale décide."),
    }
    return [*steps, paths[DecisionPath(stage.decision_path)]]


def time_of(stage: Stage, campaign: Campaign | None) -> list[str]:
    """When to file and when the label is published, with the dates of the campaign when there is one."""
    said = []
    launch, filing = (
        (campaign.milestone(code) for code in (MilestoneCode.LAUNCH, MilestoneCode.FILING))
        if campaign
        else (None, None)
    )
    ceremony = campaign.milestone(MilestoneCode.CEREMONY) if campaign else None
    if stage.filing == Filing.ALL_YEAR:
        said.append(_("La candidature se dépose toute l’année."))
    else:
        said.append(_("La candidature se dépose pendant la campagne annuelle."))
        if campaign and launch and filing:
            said.append(
                _("Campagne %(year)s\u00a0: dépôts du %(start)s au %(end)s.")
                % {"year": campaign.year, "start": long_date(launch), "end": long_date(filing)}
            )
    if stage.publication == Publication.AT_ONCE:
        return [*said, _("L’étape est publiée dès qu’elle est enregistrée.")]
    said.append(_("Le label est publié à la cérémonie nationale."))
    if filing and ceremony and stage.filing == Filing.CAMPAIGN:
        months = max(1, round((ceremony - filing).days / _DAYS_OF_A_MONTH))
        said.append(
            ngettext(
                "Elle est prévue le %(day)s, environ un mois après la clôture des dépôts.",
                "Elle est prévue le %(day)s, environ %(n)s mois après la clôture des dépôts.",
                months,
            )
            % {"day": long_date(ceremony), "n": months}
        )
    return said


def milestone_sentence(milestone: Milestone) -> str:
    """A dated step of a campaign, as the home page says it."""
    sentences = {
        MilestoneCode.LAUNCH: _("Ouverture le %(day)s"),
        MilestoneCode.FILING: _("Dépôt des candidatures jusqu’au %(day)s"),
        MilestoneCode.ADMISSIBILITY: _("Examen de recevabilité jusqu’au %(day)s"),
        MilestoneCode.EXPERTISE: _("Visites et expertises jusqu’au %(day)s"),
        MilestoneCode.REGIONAL: _("Commissions régionales jusqu’au %(day)s"),
        MilestoneCode.NATIONAL: _("Commission nationale jusqu’au %(day)s"),
        MilestoneCode.CEREMONY: _("Cérémonie nationale le %(day)s"),
    }
    return sentences[MilestoneCode(milestone.code)] % {"day": long_date(milestone.day)}


def next_milestone(milestones: Sequence[Milestone]) -> Milestone | None:
    """The first that is today or later."""
    return next((m for m in sorted(milestones, key=lambda m: m.day) if m.day >= clock.today()), None)


def days_left(day: date) -> str:
    """« dans 38 jours »."""
    days = (day - clock.today()).days
    if days == 0:
        return _("aujourd’hui")
    if days == 1:
        return _("demain")
    return ngettext("dans %(n)s\u00a0jour", "dans %(n)s\u00a0jours", days) % {"n": days}
