"""Facts that need to know every kind of object."""

from __future__ import annotations

from django.apps import apps
from django.db.models import Exists, OuterRef, Q, QuerySet

from ecoquartier.commissions.models import Declaration
from ecoquartier.commissions.predicates import seats_of
from ecoquartier.core.predicates import predicate
from ecoquartier.notifications.messages import REMINDER
from ecoquartier.notifications.models import Message


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
