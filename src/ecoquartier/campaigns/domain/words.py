"""The rules of a stage and the dates of a campaign in plain sentences: what everybody reads, and what the bureau sees
before it changes a rule. Pure functions.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ecoquartier.campaigns.domain.calendar import Days, Period
from ecoquartier.campaigns.domain.rules import StageRules
from ecoquartier.campaigns.enums import GATHERED, DecisionPath, Filing, MilestoneCode, Publication, Section
from ecoquartier.core.text import french_list, inside_sentence, long_date

_DAYS_OF_A_MONTH = 30.44


@dataclass(frozen=True)
class StageWords:
    """One stage, in the words of its public page: each list holds whole sentences.

    Args:
        later: what its rules ask and no candidature holds yet, in one paragraph; empty when there is nothing.
    """

    title: str
    goal: str
    moment: str
    asked: list[str]
    decided: list[str]
    timing: list[str]
    later: str

    @property
    def sentences(self) -> list[str]:
        """Every sentence, to compare two versions of a stage."""
        later = [self.later] if self.later else []
        return [self.title, self.moment, *self.asked, *later, *self.decided, *self.timing]


def stage_label(rank: int, name: str) -> str:
    """« Étape 2, chantier »."""
    return _("Étape %(rank)s, %(name)s") % {"rank": rank, "name": inside_sentence(name)}


def scheme_label(title: str) -> str:
    """« Régime : Premier label ÉcoQuartier (2013) »: beside a stage, so that its title is not read as another label."""
    return _("Régime\u00a0: %(title)s") % {"title": title}


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
        later=later_of(stage.sections),
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
        if Section.DELIVERY not in stage.sections:
            asked.append(_("Indiquer la date de cette livraison\u00a0: l’attente part d’elle."))
    if stage.requires_meeting:
        asked.append(_("Rencontrer le correspondant ville durable du département."))
        asked.append(
            ngettext(
                "Si la rencontre demandée ne s’est pas tenue le lendemain, le bureau national peut en dispenser.",
                "Si la rencontre demandée ne s’est pas tenue en %(n)s jours, le bureau national peut en dispenser.",
                stage.meeting_days,
            )
            % {"n": stage.meeting_days}
        )
    return asked + [_section(stage, code) for code in stage.sections if code in GATHERED]


def later_of(sections: Collection[str]) -> str:
    """What no candidature holds yet among these sections: to prepare, and to whom to give it."""
    names = [str(section.label) for section in Section if section in sections and section not in GATHERED]
    if not names:
        return ""
    return _(
        "À préparer dès maintenant\u00a0: %(names)s. Ces pièces ne se déposent pas encore avec la candidature sur la "
        "plateforme\u00a0: elles se remettent au correspondant du département."
    ) % {"names": french_list(names)}


def _section(stage: StageRules, code: str) -> str:
    """What a section asks, as a sentence."""
    sentences = {
        Section.IDENTITY: _("Décrire l’opération\u00a0: ce qu’elle est, sa superficie, son type."),
        Section.PERIMETER: _("Délimiter le périmètre de l’opération\u00a0: un fichier, ou un point et une superficie."),
        Section.CHARTER: _(
            "Avoir la charte ÉcoQuartier signée, pour cette opération, par chaque collectivité compétente."
        ),
        Section.PROGRAMME: _("Donner le programme et le nombre de logements."),
        Section.CONTEXT: _("Présenter le site avant l’opération, et son contexte."),
        Section.ANSWERS: _answers(stage),
        Section.TARGETS: _("Se donner des objectifs, chiffrés par les indicateurs du référentiel."),
        Section.PLANS: _("Joindre un plan de l’opération, au moins."),
        Section.PHOTOS: _("Joindre une photo du site, au moins."),
        Section.WORKS: _("Indiquer quand commencent les travaux."),
        Section.DELIVERY: _("Indiquer la date de livraison."),
        Section.RESULTS: _("Donner les résultats, face aux objectifs que l’opération s’était donnés."),
        Section.RECOMMENDATIONS: _("Répondre aux recommandations reçues à l’étape précédente."),
        Section.SELF_ASSESSMENT: _("Évaluer soi-même ce que l’opération est devenue."),
        Section.FOLLOW_UP: _("Dire comment l’opération est suivie, par qui, et ce qui en est corrigé."),
        Section.SHARED_EVALUATION: _("Évaluer l’opération avec ses concepteurs, ses gestionnaires et ses habitants."),
        Section.INFLUENCE: _("Dire ce que l’opération a changé au-delà de son périmètre."),
    }
    return sentences[Section(code)]


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
    steps.append(decision_of(stage, path))
    if not stage.level:
        steps.append(_("C’est un statut, pas un label\u00a0: l’opération n’est pas encore un ÉcoQuartier."))
    return steps


def decision_of(stage, path: str) -> str:
    """Who decides along a path, in one sentence."""
    region = {"commission": stage.scheme.commission}
    sentences = {
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
    return sentences[DecisionPath(path)]


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


def audience_of(code: str) -> str:
    """Whom a dated step of a campaign concerns, as the public calendar says it."""
    everybody, holders = _("tous"), _("porteurs de projet")
    experts, regions, nation = _("experts"), _("commissions des régions"), _("commission nationale")
    audiences = {
        MilestoneCode.LAUNCH: everybody,
        MilestoneCode.INTENTION: holders,
        MilestoneCode.FILING: holders,
        MilestoneCode.EXPERTS: experts,
        MilestoneCode.ADMISSIBILITY: _("correspondants des départements"),
        MilestoneCode.COMPLETIONS: holders,
        MilestoneCode.TEAMS: _("experts, porteurs de projet"),
        MilestoneCode.EXPERTISE: experts,
        MilestoneCode.REGIONAL_FROM: regions,
        MilestoneCode.REGIONAL: regions,
        MilestoneCode.MINUTES: regions,
        MilestoneCode.NATIONAL_FROM: nation,
        MilestoneCode.NATIONAL: nation,
        MilestoneCode.NOTIFICATION: _("porteurs de projet, collectivités"),
        MilestoneCode.CEREMONY: everybody,
    }
    return audiences[MilestoneCode(code)]
