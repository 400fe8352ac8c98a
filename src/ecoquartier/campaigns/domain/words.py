"""The rules of a stage and the dates of a campaign in plain sentences: what everybody reads, and what the bureau sees
before it changes a rule. Pure functions.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ecoquartier.campaigns.domain.calendar import Days, Period
from ecoquartier.campaigns.domain.rules import StageRules
from ecoquartier.campaigns.enums import DecisionPath, Filing, MilestoneCode, Publication, Section
from ecoquartier.core.text import french_list, long_date

_DAYS_OF_A_MONTH = 30.44


@dataclass(frozen=True)
class StageWords:
    """One stage, in the words of its public page: each list holds whole sentences."""

    title: str
    goal: str
    moment: str
    asked: list[str]
    decided: list[str]
    timing: list[str]

    @property
    def sentences(self) -> list[str]:
        """Every sentence, to compare two versions of a stage."""
        return [self.title, self.moment, *self.asked, *self.decided, *self.timing]


def stage_label(rank: int, name: str) -> str:
    """« Étape 2, chantier »."""
    return _("Étape %(rank)s, %(name)s") % {"rank": rank, "name": name}


def describe(stage, *, path: str = "", days: Days | None = None, year: int | None = None) -> StageWords:
    """What a stage asks, who decides and when.

    Args:
        path: the decision path when a campaign overrides the stage's.
        days: dates of the campaign, when there is one.
        year: the year of that campaign.
    """
    return StageWords(
        title=stage_label(stage.rank, stage.name),
        goal=_("Pour obtenir l’étape %(n)s, il faut\u00a0:") % {"n": stage.rank},
        moment=_("Moment\u00a0: %(moment)s.") % {"moment": stage.moment},
        asked=asked_by(stage),
        decided=decided_by(stage, path or stage.decision_path),
        timing=timing_of(stage, days or {}, year),
    )


def in_words(number: int) -> str:
    """A small number as a sentence writes it."""
    words = ["", _("un"), _("deux"), _("trois"), _("quatre"), _("cinq"), _("six"), _("sept")]
    return words[number] if 0 < number < len(words) else str(number)


def asked_by(stage: StageRules) -> list[str]:
    """What must be there before the candidature is deposited."""
    asked = []
    if stage.requires:
        asked.append(
            _("Détenir déjà l’étape %(rank)s, %(name)s, ou son équivalente d’un régime plus ancien.")
            % {"rank": stage.requires.rank, "name": stage.requires.name}
        )
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
        Section.ANSWERS: _answers(stage),
        Section.DELIVERY: _("Indiquer la date de livraison."),
    }
    return asked + [sentences[Section(code)] for code in stage.sections]


def _answers(stage: StageRules) -> str:
    if not stage.commitments:
        return _("Répondre à chacun des engagements du référentiel.")
    numbers = [str(number) for number in sorted(stage.commitments)]
    return ngettext(
        "Répondre à l’engagement %(numbers)s du référentiel.",
        "Répondre aux engagements %(numbers)s du référentiel.",
        len(numbers),
    ) % {"numbers": french_list(numbers)}


def decided_by(stage, path: str) -> list[str]:
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
    if stage.experts:
        *labels, last = [label for _code, label, _tone in stage.scale]
        steps.append(
            _("Chaque engagement est apprécié\u00a0: %(labels)s ou %(last)s.")
            % {"labels": ", ".join(labels), "last": last}
        )
    if stage.visit:
        steps.append(_("Une visite de terrain a lieu avec le porteur de projet."))
    region = {"commission": stage.scheme.commission}
    paths = {
        DecisionPath.REGISTRATION: _("Le coordonnateur régional enregistre l’étape, ou explique ce qui manque encore."),
        DecisionPath.REGIONAL_THEN_NATIONAL: _(
            "La %(commission)s propose ou ajourne\u00a0; la commission nationale délivre le label."
        )
        % region,
        DecisionPath.REGIONAL_FINAL: _(
            "La %(commission)s décide\u00a0; la commission nationale le fait quand elle n’a pas pu se prononcer."
        )
        % region,
        DecisionPath.NATIONAL_ONLY: _("La commission nationale décide."),
    }
    steps.append(paths[DecisionPath(path)])
    if not stage.level:
        steps.append(_("C’est un statut, pas un label\u00a0: l’opération n’est pas encore un ÉcoQuartier."))
    return steps


def timing_of(stage, days: Days, year: int | None) -> list[str]:
    """When to file and when the label is published, with the dates of the campaign when there are some."""
    launch, filing, ceremony = (
        days.get(code) for code in (MilestoneCode.LAUNCH, MilestoneCode.FILING, MilestoneCode.CEREMONY)
    )
    said = []
    if stage.filing == Filing.ALL_YEAR:
        said.append(_("La candidature se dépose toute l’année."))
    else:
        said.append(_("La candidature se dépose pendant la campagne annuelle."))
        if launch and filing:
            said.append(
                _("Campagne %(year)s\u00a0: dépôts du %(start)s au %(end)s.")
                % {"year": year, "start": long_date(launch), "end": long_date(filing)}
            )
    if stage.publication == Publication.AT_ONCE:
        return [*said, _("L’étape est publiée dès qu’elle est acquise.")]
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


def milestone_sentence(code: str, day: date) -> str:
    """A dated step of a campaign, as the home page says it."""
    sentences = {
        MilestoneCode.LAUNCH: _("Ouverture le %(day)s"),
        MilestoneCode.INTENTION: _("Intentions de candidater jusqu’au %(day)s"),
        MilestoneCode.FILING: _("Dépôt des candidatures jusqu’au %(day)s"),
        MilestoneCode.EXPERTS: _("Candidatures des experts jusqu’au %(day)s"),
        MilestoneCode.ADMISSIBILITY: _("Examen de recevabilité jusqu’au %(day)s"),
        MilestoneCode.COMPLETIONS: _("Compléments des dossiers jusqu’au %(day)s"),
        MilestoneCode.TEAMS: _("Équipes d’experts connues le %(day)s"),
        MilestoneCode.EXPERTISE: _("Visites et expertises jusqu’au %(day)s"),
        MilestoneCode.REGIONAL_FROM: _("Commissions régionales à partir du %(day)s"),
        MilestoneCode.REGIONAL: _("Commissions régionales jusqu’au %(day)s"),
        MilestoneCode.MINUTES: _("Procès-verbaux des régions le %(day)s"),
        MilestoneCode.NATIONAL_FROM: _("Commission nationale à partir du %(day)s"),
        MilestoneCode.NATIONAL: _("Commission nationale jusqu’au %(day)s"),
        MilestoneCode.NOTIFICATION: _("Réponses aux porteurs de projet le %(day)s"),
        MilestoneCode.CEREMONY: _("Cérémonie nationale le %(day)s"),
    }
    return sentences[MilestoneCode(code)] % {"day": long_date(day)}


def period_sentence(period: Period) -> str:
    """What is going on, and until when: « Dépôt des candidatures jusqu’au 15 mai 2027 »."""
    return milestone_sentence(period.code, period.ends)
