"""Which operations are public, and how one is found."""

from __future__ import annotations

import re

from django.contrib.postgres.lookups import Unaccent
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Lower

from ecoquartier.core.text import sort_key
from ecoquartier.operations.enums import CharterState
from ecoquartier.operations.models import Operation
from ecoquartier.operations.queries.lives import registered
from ecoquartier.territories.queries import commune_holds

_WORD = re.compile(r"[0-9a-z]+")
# A shorter word has too few trigrams to be near another: as in the public directory.
_SHORTEST_NEAR = 3
BY_NAME = Lower(Unaccent("name"))
"""The order of a French reader, whatever the database sorts by: « L’Îlot » before « les Rives » before « ZAC »."""


def public_operations() -> QuerySet[Operation]:
    """Rule 18: an operation is public from its confirmed charter or its first published stage."""
    return (
        registered()
        .filter(
            Q(charter_signatures__state=CharterState.CONFIRMED)
            | Q(stages__published_at__isnull=False, stages__withdrawn_on__isnull=True)
        )
        .distinct()
    )


def has_been_public(operation: Operation) -> bool:
    """Whether everybody could read it one day, be it no longer: its charter is confirmed, or a stage was published."""
    is_signed = operation.charter_signatures.filter(state=CharterState.CONFIRMED)
    return is_signed.exists() or operation.stages.filter(published_at__isnull=False).exists()


def matching(rows: QuerySet[Operation], text: str) -> QuerySet[Operation]:
    """Rows whose name, communes (today's or former) or INSEE codes hold every word of `text`, accents ignored."""
    return rows.filter(holds(text))


def near(rows: QuerySet[Operation], text: str) -> QuerySet[Operation]:
    """Rows whose name or commune looks like what was typed, for when nothing matches: « tanerie » is a tannerie."""
    key = sort_key(text)
    if max((len(word) for word in _WORD.findall(key)), default=0) < _SHORTEST_NEAR:
        return rows.none()
    # The slug is made of the name and the commune, without accents; its hyphens end words as spaces do.
    return rows.filter(Q(slug__trigram_word_similar=key) | Q(lead_commune__sort_key__trigram_word_similar=key))


def holds(text: str, path: str = "") -> Q:
    """The condition of `matching`, on rows whose operation is at `path` (« operation__ »)."""
    found = Q()
    for word in _WORD.findall(sort_key(text)):
        # The address keeps the name that the operation had when it became public.
        named = Q((f"{path}name__unaccent__icontains", word))
        named |= Q((f"{path}slug__contains", word)) | commune_holds(word, f"{path}lead_commune__")
        shared = Operation.objects.filter(commune_holds(word, "other_communes__"))
        found &= named | Q((f"{path}pk__in", shared.values("pk")))
    return found


def doubled_communes() -> list[str]:
    """Invariant: the lead commune of an operation is not among its other communes."""
    rows = Operation.objects.filter(other_communes=F("lead_commune"))
    return [f"opération {pk}\u00a0: commune principale répétée" for pk in rows.values_list("pk", flat=True)]


def operations_without_phase() -> list[str]:
    """Invariant: every operation has at least one phase."""
    return [f"opération {pk} sans tranche" for pk in Operation.objects.filter(phases=None).values_list("pk", flat=True)]
