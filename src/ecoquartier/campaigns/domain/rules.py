"""What a stage asks, over plain facts, and which rules cannot hold together. Pure functions: screens, guards and
documents read them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Protocol

from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ecoquartier.campaigns.domain.calendar import add_years
from ecoquartier.campaigns.enums import TONES, DecisionPath, Section
from ecoquartier.core.text import MONTHS, long_date

Scale = Sequence[Sequence[str]]
"""[[code, label, tone], …] of the experts’ appreciations, in order."""


class Held(Protocol):
    """A stage that must be held."""

    @property
    def rank(self) -> int:
        """Its number in its scheme."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def level(self) -> int:
        """What it is worth, whatever the scheme."""


class Announced(Protocol):
    """A date of the operation, as exactly as it is known: « mars 2028 », « vers 2034 »."""

    @property
    def earliest(self) -> date:
        """The first day that it may be."""

    @property
    def latest(self) -> date:
        """The last day that it may be."""

    @property
    def words(self) -> str:
        """As French readers say it."""


class StageRules(Held, Protocol):
    """The columns of a stage that are rules."""

    moment: str
    sections: Collection[str]
    commitments: Collection[int]
    requires_meeting: bool
    meeting_days: int
    years_after_delivery: int
    experts: int
    visit: bool
    decision_path: str

    @property
    def requires(self) -> Held | None:
        """The stage to hold before."""

    @property
    def scale(self) -> Scale:
        """The appreciations that its experts use."""


_SHOWN = 90
"""How many signs of a recommendation a sentence quotes."""


@dataclass(frozen=True)
class StageFacts:
    """What an operation and its notebook hold, as the person asking may know it.

    Args:
        held: levels in force for the scope: stages of any scheme, on the common scale.
        charter_told: what an older sheet tells of the charter, which nobody confirmed: « signée en 2013, à confirmer ».
        has_meeting: the correspondent met the holder, or the bureau waived it.
        meeting_asked_on: when the holder asked for it.
        answered: numbers of the commitments answered.
        commitments: numbers and short titles of the version, in order.
        empty: section → French names of what it lacks; a section that is not there lacks nothing.
        absent: sections that hold one thing, of which nothing was given.
        unanswered: id → text of the recommendations that its holder was told and has not answered.
        works: when the first works begin.
        delivery: when the last phase is delivered.
        on: the day on which conditions of time are counted (the filing deadline).
    """

    held: frozenset[int] = frozenset()
    has_meeting: bool = False
    meeting_asked_on: date | None = None
    has_charter: bool = False
    charter_told: str = ""
    answered: frozenset[int] = frozenset()
    commitments: tuple[tuple[int, str], ...] = ()
    empty: Mapping[str, Sequence[str]] = field(default_factory=dict)
    absent: frozenset[str] = frozenset()
    unanswered: Mapping[str, str] = field(default_factory=dict)
    works: Announced | None = None
    delivery: Announced | None = None
    on: date = date.max


@dataclass(frozen=True)
class Missing:
    """One thing that is missing: its section, a full sentence, the commitment when it is one, the id of what it is
    about when it has one."""

    section: str
    sentence: str
    commitment: int | None = None
    about: str = ""


ABSENT = {
    Section.PERIMETER: gettext_lazy("Le périmètre de l’opération n’est pas encore donné."),
    Section.PLANS: gettext_lazy("Aucun plan n’est encore parmi les documents de l’opération."),
    Section.PHOTOS: gettext_lazy("Aucune photo de l’opération n’est encore donnée."),
}
"""What to say of a section of which nothing was given (`StageFacts.absent`)."""


def held_faults(stage: Held, requires: Held | None, held: Collection[int]) -> list[str]:
    """Why what an operation holds closes this stage to it (rule 1): held already, or the one before is not."""
    if any(level >= stage.level for level in held):
        return [_("L’opération détient déjà cette étape, ou une étape supérieure.")]
    if requires and requires.level not in held:
        return [
            _("L’opération doit d’abord détenir l’étape %(n)s, %(name)s.") % {"n": requires.rank, "name": requires.name}
        ]
    return []


def asked_commitments(stage: StageRules, numbers: Iterable[int]) -> list[int]:
    """Those of these commitments that the stage asks to answer: all, unless it names some."""
    return [number for number in numbers if not stage.commitments or number in stage.commitments]


def missing(stage: StageRules, facts: StageFacts) -> list[Missing]:
    """What an operation still lacks to file for a stage, in the order of the stage's sections (rules 1 and 5)."""
    found = [Missing("held", sentence) for sentence in held_faults(stage, stage.requires, facts.held)]
    if stage.requires_meeting and not facts.has_meeting:
        found.append(_meeting(facts))
    if stage.years_after_delivery:
        found += _delivery(stage, facts)
    for section in stage.sections:
        if section == Section.CHARTER and not facts.has_charter:
            found.append(Missing(section, _charter(facts)))
        elif section in facts.absent:
            found.append(Missing(section, str(ABSENT[section])))
        elif section == Section.ANSWERS:
            found += _answers(stage, facts)
        elif section == Section.RECOMMENDATIONS:
            found += _recommendations(facts)
        elif section == Section.WORKS and facts.works is None:
            found.append(Missing(section, _("La date de début des travaux n’est pas renseignée.")))
        elif section == Section.DELIVERY and facts.delivery is None and not stage.years_after_delivery:
            found.append(Missing(section, _("La date de livraison n’est pas renseignée.")))
        else:
            found += [
                Missing(section, _("Renseignez «\u00a0%(name)s\u00a0».") % {"name": name})
                for name in facts.empty.get(section, ())
            ]
    return found


def doubts(stage: StageRules, facts: StageFacts) -> list[Missing]:
    """What the dates of an operation contradict of the stage’s moment, where the stage asks for them.

    Told to the holder, and to the correspondent who judges; nothing that holds a candidature back (ADR 35).
    """
    dates = {Section.WORKS: facts.works}
    if not stage.years_after_delivery:
        dates[Section.DELIVERY] = facts.delivery
    return [
        Missing(section, _not_yet(section) % {"date": known.words, "moment": stage.moment})
        for section, known in dates.items()
        if section in stage.sections and known and known.earliest > facts.on
    ]


def _not_yet(section: Section) -> str:
    if section == Section.WORKS:
        return _(
            "Les travaux sont encore à venir (%(date)s), alors que cette étape attend\u00a0: %(moment)s. "
            "Si la date est bonne, le correspondant du département dira si l’étape convient."
        )
    return _(
        "La livraison est encore à venir (%(date)s), alors que cette étape attend\u00a0: %(moment)s. "
        "Si la date est bonne, le correspondant du département dira si l’étape convient."
    )


def _charter(facts: StageFacts) -> str:
    if not facts.charter_told:
        return _("La charte n’est pas encore signée par la collectivité.")
    sentence = _(
        "Charte\u00a0: %(told)s. Le correspondant du département confirme cette signature, ou la "
        "collectivité signe ici."
    )
    return sentence % {"told": facts.charter_told}


def _meeting(facts: StageFacts) -> Missing:
    if facts.meeting_asked_on is None:
        return Missing("meeting", _("La rencontre avec le correspondant n’a pas encore eu lieu."))
    sentence = _("La rencontre avec le correspondant, demandée le %(day)s, n’a pas encore eu lieu.")
    return Missing("meeting", sentence % {"day": long_date(facts.meeting_asked_on)})


def _answers(stage: StageRules, facts: StageFacts) -> list[Missing]:
    titles = dict(facts.commitments)
    return [
        Missing(
            Section.ANSWERS,
            _("L’engagement %(n)s (%(t)s) attend une réponse.") % {"n": number, "t": titles[number]},
            number,
        )
        for number in asked_commitments(stage, titles)
        if number not in facts.answered
    ]


def _recommendations(facts: StageFacts) -> list[Missing]:
    said = _("Répondre à la recommandation «\u00a0%(text)s\u00a0».")
    return [
        Missing(Section.RECOMMENDATIONS, said % {"text": Truncator(text).chars(_SHOWN)}, about=pk)
        for pk, text in facts.unanswered.items()
    ]


def _delivery(stage: StageRules, facts: StageFacts) -> list[Missing]:
    if facts.delivery is None:
        return [Missing(Section.DELIVERY, _("La date de livraison de la dernière tranche n’est pas renseignée."))]
    ready = add_years(facts.delivery.latest, stage.years_after_delivery)
    if facts.on >= ready:
        return []
    sentence = ngettext(
        "Il faut un an après la livraison complète (%(words)s)\u00a0: cette étape sera possible %(when)s.",
        "Il faut %(n)s ans après la livraison complète (%(words)s)\u00a0: cette étape sera possible %(when)s.",
        stage.years_after_delivery,
    )
    said = {"n": stage.years_after_delivery, "words": facts.delivery.words, "when": _when(ready, facts.delivery)}
    return [Missing(Section.DELIVERY, sentence % said)]


def _when(ready: date, told: Announced) -> str:
    """The day counted from a date, no more exactly than this date is known: « le 15 mars 2037 », « fin 2037 »."""
    if told.earliest == told.latest:
        return _("le %(day)s") % {"day": long_date(ready)}
    is_month = told.earliest.month == told.latest.month
    return _("fin %(period)s") % {"period": f"{MONTHS[ready.month - 1]}\u00a0{ready.year}" if is_month else ready.year}


def scheme_faults(stages: Sequence[StageRules]) -> list[str]:
    """Why these stages, in order, cannot make a scheme: ranks, equivalences, then each stage's own rules."""
    if [stage.rank for stage in stages] != list(range(1, len(stages) + 1)):
        return [_("Les étapes se suivent sans trou, à partir de l’étape 1.")]
    faults = [
        _("L’étape %(after)s doit équivaloir à plus que l’étape %(before)s\u00a0: chacune vaut plus que celle d’avant.")
        % {"after": after.rank, "before": before.rank}
        for before, after in pairwise(stages)
        if before.level >= after.level
    ]
    return faults + [fault for stage in stages for fault in stage_faults(stage)]


def stage_faults(stage: StageRules) -> list[str]:
    """Why the rules of one stage cannot hold together, one sentence each."""
    name = {"n": stage.rank}
    checks = (
        (
            stage.requires is not None and stage.requires.rank >= stage.rank,
            _("L’étape %(n)s ne peut demander de détenir qu’une étape inférieure."),
        ),
        (
            not stage.experts and stage.visit,
            _("L’étape %(n)s prévoit une visite de terrain sans expert pour la faire."),
        ),
        (
            bool(stage.experts) and len(stage.scale) < 2,
            _("L’étape %(n)s demande des experts\u00a0: il leur faut au moins deux appréciations."),
        ),
        (
            bool(stage.commitments) and Section.ANSWERS not in stage.sections,
            _("L’étape %(n)s nomme des engagements sans demander de réponses."),
        ),
        (Section.IDENTITY not in stage.sections, _("L’étape %(n)s doit demander l’identité de l’opération.")),
        (
            not set(stage.sections) <= set(Section),
            _("L’étape %(n)s demande une rubrique que la plateforme ne connaît pas."),
        ),
        (
            stage.requires_meeting and stage.meeting_days < 1,
            _("L’étape %(n)s laisse au moins un jour pour tenir la rencontre demandée."),
        ),
    )
    faults = [sentence % name for is_wrong, sentence in checks if is_wrong]
    return faults + path_faults(stage, stage.decision_path) + scale_faults(stage.scale)


def path_faults(stage: StageRules, path: str) -> list[str]:
    """Why this stage cannot be decided along this path."""
    if path == DecisionPath.REGISTRATION and stage.experts:
        return [
            _(
                "L’étape %(n)s demande des experts, mais un enregistrement ne passe pas en commission\u00a0: "
                "personne ne les lirait."
            )
            % {"n": stage.rank}
        ]
    return []


def scale_faults(scale: Scale) -> list[str]:
    """Why these cannot be the appreciations of experts."""
    codes = [code for code, _label, _tone in scale]
    faults = []
    if len(set(codes)) < len(codes):
        faults.append(_("Deux appréciations ont le même code."))
    if not all(label.strip() for _code, label, _tone in scale):
        faults.append(_("Chaque appréciation a un nom."))
    if {tone for _code, _label, tone in scale} - set(TONES):
        faults.append(_("La couleur d’une appréciation n’existe pas."))
    return faults
