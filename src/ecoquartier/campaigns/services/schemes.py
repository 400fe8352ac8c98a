"""What the bureau changes in schemes and stages: each change has a reason, and is refused when it cannot hold."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from ecoquartier.campaigns.domain.rules import scale_faults
from ecoquartier.campaigns.models import Scheme, Stage
from ecoquartier.campaigns.queries import changes_of, faults_with, revised
from ecoquartier.core.errors import DomainError
from ecoquartier.workflow.engine import Effect, act, with_arguments

COPIED = ("rank", "level", *(field for field in Stage.RULES if field not in {"level", "requires"}))


def _asked(reason: str) -> str:
    if not reason.strip():
        raise DomainError(_("Un motif est demandé."), code="no_reason")
    return reason


def _refuse(faults: list[str]) -> None:
    if faults:
        raise DomainError(" ".join(faults), code="wrong_rules")


def _data(values: dict[str, Any]) -> dict[str, Any]:
    """Changed rules as codes and numbers, for the journal; words stay in the scheme."""
    return {
        name: value.rank if isinstance(value, Stage) else value
        for name, value in values.items()
        if name not in Stage.WORDS
    }


@act("scheme.added", permission="campaigns.write")
def copy_scheme(source: Scheme, *, actor, code: str, title: str, reason: str) -> Effect:
    """Begin a scheme from another: the same stages, to be changed."""
    if Scheme.objects.filter(code=code).exists():
        raise DomainError(_("Un régime porte déjà ce code."), code="taken_code")
    made = Scheme(code=code, title=title, commission=source.commission, appreciations=source.appreciations)
    made.full_clean()
    made.save()
    copies: dict[int, Stage] = {}
    for stage in source.stages.select_related("requires"):
        values = {name: getattr(stage, name) for name in COPIED}
        requires = copies[stage.requires.rank] if stage.requires else None
        copies[stage.rank] = Stage.objects.create(scheme=made, requires=requires, **values)
    return Effect(result=made, data={"from": source.code}, detail={"reason": _asked(reason)})


@with_arguments
def keeps_known_appreciations(scheme: Scheme, *, appreciations: list[list[str]], **arguments: Any) -> str | None:
    """Expertises name the appreciations by their codes: those of a scheme in use stay."""
    gone = {code for code, _label, _tone in scheme.appreciations} - {code for code, _label, _tone in appreciations}
    if not gone or not scheme.campaigns.exists():
        return None
    labels = [label for code, label, _tone in scheme.appreciations if code in gone]
    return _("Des expertises ont pu employer «\u00a0%(label)s\u00a0»\u00a0: renommez-la, ne la retirez pas.") % {
        "label": labels[0]
    }


@act("scheme.changed", permission="campaigns.write", guards=(keeps_known_appreciations,))
def change_scheme(
    scheme: Scheme,
    *,
    actor,
    title: str,
    commission: str,
    appreciations: list[list[str]],
    is_default: bool,
    reason: str,
) -> Effect:
    """Rename a scheme or its regional commission, change its scale, or present it while no campaign is launched."""
    _refuse(scale_faults(appreciations))
    if scheme.is_default and not is_default:
        raise DomainError(_("Choisissez plutôt un autre régime à présenter\u00a0: il en faut un."), code="no_default")
    values = {"title": title, "commission": commission, "appreciations": appreciations, "is_default": is_default}
    changed = [name for name, value in values.items() if getattr(scheme, name) != value]
    if not changed:
        raise DomainError(_("Rien ne change."), code="no_change")
    if "is_default" in changed:
        Scheme.objects.filter(is_default=True).update(is_default=False)
    for name in changed:
        setattr(scheme, name, values[name])
    return Effect(fields=changed, data={"fields": changed}, detail={"reason": _asked(reason)})


@with_arguments
def keeps_its_level(stage: Stage, *, level: int | None = None, **arguments: Any) -> str | None:
    """What a stage is worth is written in the history of operations: it stays once a campaign used the scheme."""
    if level in {None, stage.level} or not stage.scheme.campaigns.exists():
        return None
    return _("Une campagne suit déjà ce régime\u00a0: ce à quoi l’étape équivaut ne change plus.")


@act("stage.changed", permission="campaigns.write", guards=(keeps_its_level,))
def change_stage(stage: Stage, *, actor, reason: str, **rules: Any) -> Effect:
    """Change the rules of a stage, among `Stage.RULES`; they hold from now on, also for dossiers under way."""
    values = changes_of(stage, rules)
    if not values:
        raise DomainError(_("Rien ne change."), code="no_change")
    _refuse(faults_with(revised(stage, rules)))
    before = {name: getattr(stage, name) for name in values}
    for name, value in values.items():
        setattr(stage, name, value)
    return Effect(
        fields=list(values),
        data={"stage": stage.rank, "fields": list(values), "before": _data(before), "after": _data(values)},
        detail={"reason": _asked(reason)},
        projections=[("words", {stage.pk})],
    )


@act("stage.added", permission="campaigns.write")
def add_stage(scheme: Scheme, *, actor, reason: str, **rules: Any) -> Effect:
    """Add a stage after the last."""
    made = Stage(scheme=scheme, rank=scheme.stages.count() + 1, **rules)
    _refuse(faults_with(made))
    made.save()
    return Effect(
        result=made,
        data={"stage": made.rank, "after": _data(rules)},
        detail={"reason": _asked(reason)},
        projections=[("words", {made.pk})],
    )


def is_never_used(stage: Stage) -> str | None:
    """Only the last stage of a scheme that no campaign follows goes away."""
    if stage.scheme.campaigns.exists():
        return _("Une campagne suit ce régime\u00a0: ses étapes restent.")
    if stage.scheme.stages.filter(rank__gt=stage.rank).exists():
        return _("Seule la dernière étape peut être retirée.")
    return None


@act("stage.removed", permission="campaigns.write", guards=(is_never_used,))
def remove_stage(stage: Stage, *, actor, reason: str) -> Effect:
    """Take away the last stage of a scheme that was never used."""
    scheme, rank = stage.scheme, stage.rank
    projections = [("words", {stage.pk})]
    stage.delete()
    return Effect(result=scheme, data={"stage": rank}, detail={"reason": _asked(reason)}, projections=projections)
