"""Deposits as plain data (composed, compared, hashed), and where a dossier is, in words. Pure functions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.campaigns.enums import DecisionPath, MilestoneCode, Section
from ecoquartier.core.canonical import canonical_json, sha256_hex
from ecoquartier.dossiers.enums import DossierState, Side

Snapshot = dict[str, Any]
"""{"operation": {field: value}, "answers": {number: text}, …}; a field's path is "operation.dwellings", "answers.4"."""

FileWords = Mapping[str, Any]
"""A file and what is said of it, as `operations.queries.files_quote` gives them."""
Files = Sequence[FileWords]
"""The photos, or the documents, of a photograph."""


def compose(previous: Snapshot | None, current: Snapshot, opened: Collection[str] | None) -> Snapshot:
    """The content of a new deposit (rule 3).

    Without a previous deposit, or when nothing was asked (`opened` is None), it is the current content; else the
    opened fields come from the current content and everything else from the previous deposit.
    """
    if previous is None or opened is None:
        return deepcopy(current)
    result = deepcopy(previous)
    for path in opened:
        section, _, key = path.partition(".")
        if section in current and key in current[section]:
            result.setdefault(section, {})[key] = deepcopy(current[section][key])
    return result


FILES = {"photos": Section.PHOTOS, "documents": Section.PLANS}
"""Kind of file of a photograph → the section that asks for it: a stage that asks for plans takes the documents."""

OPENED_BY: dict[str, str] = {
    Section.PERIMETER: "operation.perimeter",
    **{section: f"files.{kind}" for kind, section in FILES.items()},
}
"""Section → the field that a completion opens to give it."""


def cited_files(snapshot: Snapshot) -> dict[str, str]:
    """Identity of each file that a photograph holds → its SHA-256."""
    return {row["file"]: row["sha256"] for rows in snapshot.get("files", {}).values() for row in rows}


def file_changes(before: Files, after: Files) -> list[tuple[FileWords | None, FileWords | None]]:
    """(before, after) of each file that came, went or changed, None on the side where it is not.

    A file is the same by its identity, else by the words said of it: another plan under the same title replaces it.
    """
    left = {row["file"]: row for row in before}
    come: list[FileWords] = []
    pairs: list[tuple[FileWords | None, FileWords | None]] = []
    for row in after:
        same = left.pop(row["file"], None)
        if same is None:
            come.append(row)
        elif same != row:
            pairs.append((same, row))
    for row in come:
        former = next((key for key, old in left.items() if _named(old) == _named(row)), None)
        pairs.append((left.pop(former) if former else None, row))
    return pairs + [(row, None) for row in left.values()]


def _named(row: FileWords) -> str:
    return str(row.get("title") or row.get("alt"))


def content_hash(snapshot: Snapshot) -> str:
    """SHA-256 (hex) of the canonical JSON of a snapshot."""
    return sha256_hex(canonical_json(snapshot))


EMPTY: tuple[Any, ...] = (None, "", [], {})
"""What is not given; zero is."""


def differences(before: Snapshot, after: Snapshot) -> list[tuple[str, Any, Any]]:
    """(path, before, after) of each field that differs, in order of path."""
    paths = {
        f"{section}.{key}"
        for snapshot in (before, after)
        for section, fields in snapshot.items()
        if isinstance(fields, dict)
        for key in fields
    }
    found = []
    for path in sorted(paths):
        section, _, key = path.partition(".")
        old, new = before.get(section, {}).get(key), after.get(section, {}).get(key)
        # A deposit older than a field of the sheet does not have it: it says as little as an empty one.
        if old != new and not (old in EMPTY and new in EMPTY):
            found.append((path, old, new))
    return found


IN_COMMISSION_HIDDEN = "in_commission"
"""What a reader who may not know the outcome reads for every state from the first agenda to the announcement."""

PUBLISHED = "published"
"""What everybody may read of an awarded dossier once its label is published."""

DUE = "due"
"""The deadline of a completion: the dossier's own date, not a milestone."""


@dataclass(frozen=True)
class Course:
    """What the stage makes of the path: how many experts, who decides, whether it waits for a campaign.

    Args:
        commission: what the scheme calls the commission of a region.
    """

    experts: int
    path: str
    commission: str
    follows_campaign: bool = True


@dataclass(frozen=True)
class Whereabouts:
    """« Où en est le dossier ? » (rule 23), in words for one reader.

    Args:
        owner: the side that has the dossier, empty when nobody has anything to do.
        who: that side, named for the reader.
        is_mine: whether the reader is on that side.
        doing: what is going on.
        next: what comes after.
        deadline: what bounds it: a milestone of the campaign, `filing`, `due` (the completion's own date), or nothing.
        after: the milestone from which the usual time runs to the deadline, or nothing.
    """

    owner: str
    who: str
    is_mine: bool
    doing: str
    next: str = ""
    deadline: str = ""
    after: str = ""


def whereabouts(state: str, sides: Collection[str], course: Course) -> Whereabouts:
    """Who has the dossier, what is going on and what comes next, as those sides read it.

    Args:
        state: the state that the reader may know (`queries.readable_state`).
        sides: every side the reader is on; the one that has the dossier speaks first.
        course: what the stage makes of the path.
    """
    found = _STATES[state](course)
    # A member of one commission is not told that the dossier is theirs: it may be with the other one.
    is_mine = found.owner in sides and found.owner != Side.COMMISSION
    who = found.who or (str(Side(found.owner).label) if found.owner else _("Le dossier est refermé"))
    deadline, after = (found.deadline, found.after) if course.follows_campaign or found.deadline == DUE else ("", "")
    return Whereabouts(
        owner=found.owner,
        who=str(_YOU.get(found.owner, _("Vous"))) if is_mine else who,
        is_mine=is_mine,
        doing=found.yours if is_mine else next((found.words[s] for s in sides if s in found.words), found.doing),
        next=found.next,
        deadline=deadline,
        after=after,
    )


_YOU = {Side.HOLDER: gettext_lazy("Votre équipe"), Side.EXPERT: gettext_lazy("Votre équipe d’expertise")}


@dataclass(frozen=True)
class _Situation:
    """One state, before it is told to somebody; `words` are for sides that need their own sentence."""

    owner: str
    doing: str
    who: str = ""
    yours: str = ""
    next: str = ""
    deadline: str = ""
    after: str = ""
    words: Mapping[str, str] = field(default_factory=dict)


def _draft(course: Course) -> _Situation:
    return _Situation(
        owner=Side.HOLDER,
        doing=_("Le porteur de projet prépare sa candidature."),
        yours=_("Vous préparez la candidature : complétez ce qui manque, faites relire, puis déposez."),
        words={
            Side.COLLECTIVITE: _(
                "Le porteur de projet prépare sa candidature ; s’il n’est pas votre collectivité, votre accord est "
                "demandé avant le dépôt."
            )
        },
        next=_("Le correspondant ville durable examine le dépôt."),
        deadline=MilestoneCode.FILING,
    )


def _submitted(course: Course) -> _Situation:
    return _Situation(
        owner=Side.CORRESPONDENT,
        doing=_("Le correspondant ville durable examine si le dossier est complet et si l’étape convient."),
        yours=_("Vous examinez le dépôt : déclarez-le recevable ou irrecevable, ou demandez des compléments."),
        next=_after_admissible(course),
        deadline=MilestoneCode.ADMISSIBILITY,
        after=MilestoneCode.FILING,
    )


def _after_admissible(course: Course) -> str:
    if course.experts:
        return _("S’il est recevable, le bureau national compose l’équipe d’expertise.")
    if course.path == DecisionPath.REGISTRATION:
        return _("S’il est recevable, le coordonnateur régional enregistre l’étape.")
    return _("S’il est recevable, le bureau national le transmet à la commission.")


def _to_complete(course: Course) -> _Situation:
    return _Situation(
        owner=Side.HOLDER,
        doing=_("Le porteur de projet complète les éléments demandés."),
        yours=_("Vous complétez les éléments demandés, puis vous déposez de nouveau ; le reste ne change pas."),
        next=_("L’examen reprend avec le nouveau dépôt, ou sur le précédent si le délai passe."),
        deadline=DUE,
    )


def _admissible(course: Course) -> _Situation:
    if course.experts:
        return _Situation(
            owner=Side.BUREAU,
            doing=_("Le dossier est recevable ; le bureau national compose l’équipe d’expertise."),
            yours=_("Vous composez l’équipe d’expertise ; elle commence quand tous les experts ont accepté."),
            words={
                Side.EXPERT: _("L’expertise commence quand toute l’équipe a accepté ; vous pouvez déjà lire le dépôt.")
            },
            next=_("Les experts visitent le site et rendent chacun leur expertise."),
            deadline=MilestoneCode.EXPERTISE,
            after=MilestoneCode.ADMISSIBILITY,
        )
    if course.path == DecisionPath.REGISTRATION:
        return _Situation(
            owner=Side.COORDINATOR,
            doing=_("Le dossier est recevable ; le coordonnateur régional enregistre l’étape."),
            yours=_("Vous enregistrez l’étape, sur l’avis du correspondant."),
            next=_("L’étape est acquise et rendue publique."),
        )
    return _Situation(
        owner=Side.BUREAU,
        doing=_("Le dossier est recevable ; le bureau national le transmet à la commission."),
        yours=_("Vous transmettez le dossier à la commission ; cette étape ne demande pas d’expert."),
        next=_("La commission examine le dossier."),
        deadline=MilestoneCode.REGIONAL,
        after=MilestoneCode.ADMISSIBILITY,
    )


def _under_expertise(course: Course) -> _Situation:
    return _Situation(
        owner=Side.EXPERT,
        doing=_("Les experts visitent le site, écrivent chacun leur expertise, puis une synthèse commune."),
        yours=_("Vous visitez le site, vous écrivez et scellez votre expertise ; la synthèse commune vient ensuite."),
        next=_("La commission examine le dossier."),
        deadline=MilestoneCode.EXPERTISE,
        after=MilestoneCode.ADMISSIBILITY,
    )


def _assessed(course: Course) -> _Situation:
    if course.path == DecisionPath.NATIONAL_ONLY:
        return _before_the_nation(_("La commission nationale examine le dossier et décide."))
    region = {"commission": course.commission}
    then = {
        DecisionPath.REGIONAL_THEN_NATIONAL: _("Si la région propose le label, la commission nationale décide."),
        DecisionPath.REGIONAL_FINAL: _("La %(commission)s décide, ou transmet à la commission nationale.") % region,
    }
    return _Situation(
        owner=Side.COMMISSION,
        doing=_("L’expertise est close ; la %(commission)s examine le dossier.") % region,
        who=_("La %(commission)s") % region,
        words={Side.COORDINATOR: _("L’expertise est close ; le dossier peut être inscrit à une séance régionale.")},
        next=then.get(course.path, ""),
        deadline=MilestoneCode.REGIONAL,
        after=MilestoneCode.EXPERTISE,
    )


def _before_the_nation(doing: str) -> _Situation:
    return _Situation(
        owner=Side.COMMISSION,
        doing=doing,
        who=_("La commission nationale"),
        words={Side.BUREAU: f"{doing} {_('Il peut être inscrit à une séance nationale.')}"},
        next=_("La décision est notifiée au porteur et à la collectivité, en confidence, puis rendue publique."),
        deadline=MilestoneCode.NATIONAL,
        after=MilestoneCode.REGIONAL,
    )


def _in_commission(course: Course) -> _Situation:
    is_regional = course.path == DecisionPath.REGIONAL_FINAL
    return _Situation(
        owner=Side.COMMISSION,
        doing=_("Le dossier est en commission."),
        next=_("L’avis ou la décision est notifié au porteur et à la collectivité, après signature du procès-verbal."),
        deadline=MilestoneCode.REGIONAL if is_regional else MilestoneCode.NATIONAL,
        after=MilestoneCode.EXPERTISE,
    )


def _adjourned(course: Course) -> _Situation:
    return _Situation(
        owner=Side.HOLDER,
        doing=_("La commission a ajourné la candidature, avec des recommandations et un accompagnement."),
        yours=_(
            "La commission a ajourné la candidature : lisez plus bas ses recommandations et l’accompagnement proposé. "
            "Le travail fait reste dans le carnet."
        ),
        next=_("Une nouvelle candidature peut être ouverte, avec les réponses aux recommandations."),
    )


def _awarded(course: Course) -> _Situation:
    return _Situation(
        owner=Side.BUREAU,
        doing=_("Le label est attribué ; il reste confidentiel jusqu’à sa publication."),
        yours=_("Le label est attribué ; vous le notifiez, puis vous préparez sa publication."),
        next=_("Le label est rendu public à la cérémonie, avec son certificat."),
        deadline=MilestoneCode.CEREMONY,
        after=MilestoneCode.NATIONAL,
    )


def _settled(doing: str, then: str = "", who: str = "") -> Callable[[Course], _Situation]:
    return lambda course: _Situation(owner="", doing=str(doing), next=str(then), who=str(who))


_STATES: dict[str, Callable[[Course], _Situation]] = {
    DossierState.DRAFT: _draft,
    DossierState.SUBMITTED: _submitted,
    DossierState.TO_COMPLETE: _to_complete,
    DossierState.ADMISSIBLE: _admissible,
    DossierState.UNDER_EXPERTISE: _under_expertise,
    DossierState.ASSESSED: _assessed,
    DossierState.PROPOSED: lambda course: _before_the_nation(
        _("La %(commission)s propose le label ; la commission nationale décide.") % {"commission": course.commission}
    ),
    DossierState.REFERRED: lambda course: _before_the_nation(
        _("Le dossier est transmis à la commission nationale, qui décide.")
    ),
    IN_COMMISSION_HIDDEN: _in_commission,
    DossierState.ADJOURNED: _adjourned,
    DossierState.AWARDED: _awarded,
    PUBLISHED: _settled(gettext_lazy("Le label est attribué et publié."), who=gettext_lazy("Le dossier a abouti")),
    DossierState.INADMISSIBLE: _settled(
        gettext_lazy("Le correspondant a déclaré la candidature irrecevable."),
        gettext_lazy("Le coordonnateur régional peut rouvrir l’examen ; une autre candidature peut être ouverte."),
    ),
    DossierState.WITHDRAWN: _settled(
        gettext_lazy("Le porteur de projet a retiré la candidature."),
        gettext_lazy("Une autre candidature peut être ouverte pour cette opération."),
    ),
    DossierState.CLOSED: _settled(
        gettext_lazy("Le bureau national a clos le dossier."),
        gettext_lazy("Une autre candidature peut être ouverte pour cette opération."),
    ),
}
