"""Facts that need to know every kind of object."""

from __future__ import annotations

from django.apps import apps
from django.db.models import Exists, OuterRef, Q, QuerySet

from ecoquartier.commissions.models import Declaration
from ecoquartier.commissions.predicates import seats_of
from ecoquartier.core.predicates import predicate
from ecoquartier.dossiers.queries import knows_outcome
from ecoquartier.expertise.enums import ExpertiseStage, ReportState
from ecoquartier.expertise.models import ExpertReport
from ecoquartier.expertise.predicates import dossier_of
from ecoquartier.expertise.queries import stage_of_expertise
from ecoquartier.notifications.messages import REMINDER
from ecoquartier.notifications.models import Message
from ecoquartier.people.models import User


def closed_messages(user) -> QuerySet[Message]:
    """Messages about the dossiers that the person is recused for (rule 12).

    A digest says what its messages say, and a reminder names the dossier of its page.
    """
    declared = Declaration.objects.filter(user=user, is_recused=True).values_list("dossier", flat=True)
    recused = list(declared) if seats_of(user) else []
    if not recused:
        return Message.objects.none()
    closed = [str(pk) for pk in recused]
    for model in apps.get_models():
        if any(column.name == "dossier" for column in model._meta.fields):
            closed += map(str, model._base_manager.filter(dossier__in=recused).values_list("pk", flat=True))
    about = Q(object_id__in=closed)
    digests = Exists(Message.objects.filter(about, digest=OuterRef("pk")))
    return Message.objects.filter(about | digests | Q(key=REMINDER.key, context__path__regex="|".join(closed)))


@predicate
def is_closed_message(user, obj=None) -> bool:
    """The message is about a dossier that the person is recused for."""
    return isinstance(obj, Message) and closed_messages(user).filter(pk=obj.pk).exists()


# --- The support mode ---------------------------------------------------------------------------------------------


def eyes_of(user) -> list[User]:
    """Who reads: the person, and whoever sees through them in the support mode. The denials of both apply."""
    return [user] if user.seen_by is None else [user, user.seen_by]


@predicate
def is_blind_through(user, obj=None) -> bool:
    """Somebody sees through the person, and the expertise is not over, or the report was never sealed (rule 8)."""
    if user.seen_by is None:
        return False
    dossier = dossier_of(obj)
    if dossier is None or (isinstance(obj, ExpertReport) and obj.state != ReportState.SEALED):
        return True
    return stage_of_expertise(dossier) != ExpertiseStage.CLOSED


@predicate
def is_untold_through(user, obj=None) -> bool:
    """Somebody sees through the person, who may not know by themselves what was decided of the dossier (rule 15)."""
    dossier = dossier_of(obj)
    return user.seen_by is not None and dossier is not None and not knows_outcome(dossier, user.seen_by)
