"""Regions, counties and communes of the official geographic code."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.lookups import Unaccent
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from ecoquartier.territories.domain import PARIS
from ecoquartier.territories.enums import CommuneKind


class Region(models.Model):
    """A region of 2016, or an overseas collectivity that stands for one."""

    code = models.CharField(_("code"), max_length=3, primary_key=True)
    name = models.CharField(_("nom"), max_length=60)

    class Meta:
        # That of a French reader, whatever the database sorts by: « Île-de-France » is not the last.
        ordering = [Lower(Unaccent("name"))]

    def __str__(self) -> str:
        return self.name


class County(models.Model):
    """A département, or an overseas collectivity that stands for one."""

    code = models.CharField(_("code"), max_length=3, primary_key=True)
    name = models.CharField(_("nom"), max_length=60)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="counties")
    timezone = models.CharField(_("fuseau horaire"), max_length=40, default=PARIS)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


class CommuneQuerySet(models.QuerySet["Commune"]):
    """Reads of communes."""

    def current(self) -> CommuneQuerySet:
        """Communes of today: the only ones an operation may be in."""
        return self.filter(kind=CommuneKind.COMMUNE)

    def with_territory(self) -> CommuneQuerySet:
        """Bring county and region in the same query."""
        return self.select_related("county__region")


class Commune(models.Model):
    """A commune of today, or a code that leads to one (merged commune, district)."""

    insee = models.CharField(_("code INSEE"), max_length=5, primary_key=True)
    name = models.CharField(_("nom"), max_length=80)
    sort_key = models.CharField(max_length=80, editable=False)
    # The name and the former names of the same code: what people type.
    search_key = models.TextField(editable=False)
    # The words of the name that few others have: where typing errors are looked for.
    rare_key = models.CharField(max_length=80, default="", editable=False)
    # People of the commune that it is or leads to: what a search finds is in this order, without joining anything.
    weight = models.PositiveIntegerField(default=0, editable=False)
    former_names = ArrayField(models.CharField(max_length=80), verbose_name=_("anciens noms"), default=list, blank=True)
    county = models.ForeignKey(County, on_delete=models.PROTECT, related_name="communes", verbose_name=_("département"))
    population = models.PositiveIntegerField(_("population"), null=True, blank=True)
    postal_codes = ArrayField(models.CharField(max_length=5), verbose_name=_("codes postaux"), default=list, blank=True)
    epci_siren = models.CharField(_("SIREN de l’intercommunalité"), max_length=9, null=True, blank=True)  # noqa: DJ001 -- unknown is not empty
    epci_name = models.CharField(_("intercommunalité"), max_length=160, blank=True)
    kind = models.CharField(_("nature"), max_length=8, choices=CommuneKind.choices, default=CommuneKind.COMMUNE)
    successor = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="predecessors", verbose_name=_("devenue")
    )
    merged_on = models.DateField(_("date de fusion"), null=True, blank=True)
    # A former commune is where its successor is.
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    is_place_approximate = models.BooleanField(_("position approximative"), default=False)

    # The former name by which `queries.find_communes` found it, to be shown beside today's; not a column.
    matched_name: str = ""

    objects = CommuneQuerySet.as_manager()

    class Meta:
        ordering = ["sort_key", "insee"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=CommuneKind.values), name="territories_commune_kind"),
            models.CheckConstraint(
                condition=Q(kind=CommuneKind.COMMUNE, successor__isnull=True)
                | (~Q(kind=CommuneKind.COMMUNE) & Q(successor__isnull=False)),
                name="territories_commune_successor",
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True, is_place_approximate=False)
                | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="territories_commune_place",
            ),
        ]
        indexes = [
            GinIndex(fields=["search_key"], opclasses=["gin_trgm_ops"], name="territories_commune_search"),
            GinIndex(fields=["postal_codes"], name="territories_commune_postal"),
            models.Index(fields=["sort_key"], name="territories_commune_sort"),
            GinIndex(fields=["rare_key"], opclasses=["gin_trgm_ops"], name="territories_commune_likeness"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.county_id})"

    @property
    def is_current(self) -> bool:
        """Whether it is a commune of today."""
        return self.kind == CommuneKind.COMMUNE

    @property
    def today(self) -> Commune:
        """The commune that this one is now: itself, or its successor."""
        return self.successor or self

    @property
    def timezone(self) -> str:
        """The name of the local time."""
        return self.county.timezone
