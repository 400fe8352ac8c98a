"""What scopes share: a territory, a recusal."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from ecoquartier.access.predicates import eyes_of
from ecoquartier.commissions.models import Declaration


def in_territory(user, path: str) -> Q:
    """Rows whose lead commune (at `path`) is in the person's counties or regions."""
    return Q(**{f"{path}county__in": user.rights.counties}) | Q(**{f"{path}county__region__in": user.rights.regions})


def not_recused(user, dossier: str) -> Q:
    """Rows whose dossier (at `dossier`) is closed by no recusal, be it that of whoever sees through the person."""
    closed = Q()
    for eye in eyes_of(user):
        recused = Declaration.objects.filter(dossier=OuterRef(dossier), user=eye, is_recused=True)
        closed |= Q(Exists(recused)) & Q(Exists(eye.seats.all()))
    return ~closed
