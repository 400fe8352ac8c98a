"""The lives of a version and of what a territory adds."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.core.registry import retirements
from ecoquartier.framework.domain.contents import Version, as_source
from ecoquartier.framework.domain.mapping import faults
from ecoquartier.framework.domain.reading import ContentError, read
from ecoquartier.framework.enums import SupplementState, VersionState
from ecoquartier.framework.messages import SUPPLEMENT_PROPOSED
from ecoquartier.framework.models import Commitment, Framework, LocalSupplement
from ecoquartier.framework.queries import contents_of
from ecoquartier.workflow.engine import Transition, Workflow


class VersionStep(TextChoices):
    """Steps of a version."""

    PUBLISH = "publish", gettext_lazy("Publier")
    RETIRE = "retire", gettext_lazy("Retirer")


class SupplementStep(TextChoices):
    """Steps of what a territory adds."""

    PROPOSE = "propose", gettext_lazy("Proposer à la publication")
    RETURN = "return", gettext_lazy("Remettre en préparation")
    PUBLISH = "publish", gettext_lazy("Publier")
    WITHDRAW = "withdraw", gettext_lazy("Retirer")


def is_draft(framework: Framework) -> str | None:
    """A published version never changes."""
    if framework.state == VersionState.DRAFT:
        return None
    return _("La version %(code)s est publiée et ne change plus\u00a0: copiez-la sous un autre code.") % {
        "code": framework.code
    }


def is_whole(framework: Framework) -> str | None:
    """What a version says is complete and coherent, as its file must be."""
    return content_fault(contents_of(framework))


def content_fault(version: Version) -> str | None:
    """The first fault of a version, in a sentence."""
    try:
        read(as_source(version))
    except ContentError as error:
        return error.message
    return None


def is_mapped(framework: Framework) -> str | None:
    """Each element of the version before and of this one is in the table, and its lines agree (rule 20)."""
    if framework.based_on is None:
        return None
    found = faults(contents_of(framework.based_on), (new := contents_of(framework)), new.mapping)
    if not found:
        return None
    if len(found) == 1:
        return found[0]
    return _("%(first)s Points à corriger dans la table de correspondance\u00a0: %(count)s.") % {
        "first": found[0],
        "count": len(found),
    }


def follows_a_published_one(framework: Framework) -> str | None:
    """Notebooks come from a version that was in use: only the first of all follows none."""
    if framework.based_on is None and Framework.objects.public().exclude(pk=framework.pk).exists():
        return _(
            "D’autres versions sont publiées\u00a0: dites dans la fiche laquelle celle-ci prolonge, puis relisez la "
            "table de correspondance."
        )
    if framework.based_on is not None and framework.based_on.state == VersionState.DRAFT:
        return _("La version précédente n’est pas publiée.")
    return None


def is_not_the_last(framework: Framework) -> str | None:
    """A campaign can always take a version."""
    if Framework.objects.in_use().exclude(pk=framework.pk).exists():
        return None
    return _("C’est la seule version publiée\u00a0: publiez d’abord celle qui la remplace.")


def is_followed_by_nobody(framework: Framework) -> str | None:
    """Nobody is left with a version that is not in use any more: what follows it says so."""
    return next(filter(None, (why_followed(framework) for _key, why_followed in retirements.items())), None)


def is_in_preparation(supplement: LocalSupplement) -> str | None:
    """What is proposed or published is read by others: it comes back first, or another is written, never changed."""
    if supplement.state == SupplementState.DRAFT:
        return None
    if supplement.state == SupplementState.PROPOSED:
        return _("Cette déclinaison attend sa publication\u00a0: remettez-la d’abord en préparation.")
    return _("Cette déclinaison n’est plus en préparation\u00a0: écrivez-en une autre à partir d’elle.")


def is_ready(supplement: LocalSupplement) -> str | None:
    """What a county writes is published once the county says that it is finished."""
    if supplement.state == SupplementState.DRAFT and supplement.county_id:
        return _("Le département ne l’a pas encore proposée.")
    return None


def adds_something(supplement: LocalSupplement) -> str | None:
    """There is something to read."""
    return _("Cette déclinaison n’ajoute rien encore.") if supplement.is_empty else None


def is_of_a_version_in_use(commitment: Commitment) -> str | None:
    """Nothing is added to a draft or to a retired version."""
    if commitment.framework.state == VersionState.PUBLISHED:
        return None
    return _("Cette version du référentiel n’est pas en usage.")


def is_about_a_version_in_use(supplement: LocalSupplement) -> str | None:
    """The commitment completed is one that people answer."""
    return is_of_a_version_in_use(supplement.commitment)


VERSION_WORKFLOW = Workflow(
    "framework",
    states=VersionState,
    initial=VersionState.DRAFT,
    transitions=[
        Transition(
            VersionStep.PUBLISH,
            (VersionState.DRAFT,),
            VersionState.PUBLISHED,
            "framework.publish",
            "framework.published",
            guards=(is_whole, follows_a_published_one, is_mapped),
        ),
        Transition(
            VersionStep.RETIRE,
            (VersionState.PUBLISHED,),
            VersionState.RETIRED,
            "framework.publish",
            "framework.retired",
            guards=(is_not_the_last, is_followed_by_nobody),
        ),
    ],
)

SUPPLEMENT_WORKFLOW = Workflow(
    "supplement",
    states=SupplementState,
    initial=SupplementState.DRAFT,
    transitions=[
        Transition(
            SupplementStep.PROPOSE,
            (SupplementState.DRAFT,),
            SupplementState.PROPOSED,
            "framework.propose_supplement",
            "supplement.proposed",
            guards=(adds_something, is_about_a_version_in_use),
            notices=(SUPPLEMENT_PROPOSED,),
        ),
        Transition(
            SupplementStep.PUBLISH,
            (SupplementState.DRAFT, SupplementState.PROPOSED),
            SupplementState.PUBLISHED,
            "framework.publish_supplement",
            "supplement.published",
            guards=(is_ready, adds_something, is_about_a_version_in_use),
        ),
        Transition(
            SupplementStep.RETURN,
            (SupplementState.PROPOSED,),
            SupplementState.DRAFT,
            "framework.return_supplement",
            "supplement.returned",
        ),
        Transition(
            SupplementStep.WITHDRAW,
            (SupplementState.PUBLISHED,),
            SupplementState.WITHDRAWN,
            "framework.publish_supplement",
            "supplement.withdrawn",
        ),
    ],
)
