"""The public directory: everything here is rebuilt from the register, nothing is written by hand."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import F
from django.utils.translation import gettext as _

from ecoquartier.core.text import place_words
from ecoquartier.operations.enums import PerimeterSource

FOREMOST = (F("stage").desc(nulls_last=True), "sort_key", "slug")
"""The operations that went furthest first, then by name."""


class DirectoryRow(models.Model):
    """What the public may read of one operation (rule 18), and nothing else."""

    operation = models.OneToOneField(
        "operations.Operation", on_delete=models.CASCADE, primary_key=True, related_name="directory_row"
    )
    slug = models.SlugField(max_length=280, unique=True)
    name = models.CharField(max_length=255)
    sort_key = models.CharField(max_length=255)
    names_key = models.TextField(help_text="name and communes, as they are searched")
    state = models.CharField(max_length=12)
    commune = models.CharField(max_length=120)
    commune_code = models.CharField(max_length=5)
    commune_codes = ArrayField(
        models.CharField(max_length=5), default=list, help_text="every commune where it is, the lead one first"
    )
    other_communes = models.TextField(blank=True, help_text="their names, the lead one apart")
    county = models.CharField(max_length=3)
    county_name = models.CharField(max_length=60)
    region = models.CharField(max_length=3)
    region_name = models.CharField(max_length=60)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    is_place_approximate = models.BooleanField(default=False)
    stage = models.PositiveSmallIntegerField(null=True, blank=True)
    stage_name = models.CharField(max_length=80, blank=True)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    stages = models.JSONField(default=list, help_text="published stages: rank, name, scheme, year")
    charter_year = models.PositiveSmallIntegerField(null=True, blank=True)
    description = models.TextField(blank=True)
    types = models.JSONField(default=list)
    vocations = models.JSONField(default=list)
    strong_points = models.JSONField(default=list)
    dwellings = models.PositiveIntegerField(null=True, blank=True)
    delivered_on = models.DateField(null=True, blank=True)
    sheet = models.JSONField(default=dict, help_text="what the sheet alone says: see `queries.rows`")
    updated_at = models.DateTimeField(auto_now=True)
    words = models.GeneratedField(
        expression=SearchVector("name", "commune", config="fr", weight="A")
        + SearchVector("other_communes", "county_name", "region_name", config="fr", weight="B")
        + SearchVector("description", config="fr", weight="C"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        ordering = ["sort_key", "slug"]
        indexes = [
            GinIndex(fields=["words"], name="directory_row_words"),
            GinIndex(fields=["names_key"], opclasses=["gin_trgm_ops"], name="directory_row_names"),
            GinIndex(fields=["strong_points"], name="directory_row_strong_points"),
            GinIndex(fields=["commune_codes"], name="directory_row_communes"),
            models.Index(fields=["sort_key", "slug"], name="directory_row_by_name"),
            models.Index(F("year").desc(nulls_last=True), "sort_key", "slug", name="directory_row_by_year"),
            models.Index(*FOREMOST, name="directory_row_by_stage"),
            models.Index(F("dwellings").desc(nulls_last=True), "sort_key", "slug", name="directory_row_by_dwellings"),
            models.Index(fields=["county", "sort_key", "slug"], name="directory_row_by_county"),
            models.Index("county", *FOREMOST, name="directory_row_foremost"),
            models.Index("region", F("year").desc(nulls_last=True), "sort_key", "slug", name="directory_row_by_region"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def town(self) -> str:
        """« Laval (Mayenne) »."""
        return place_words(self.commune, self.county_name)

    @property
    def place(self) -> str:
        """« Laval (Mayenne), Pays de la Loire »."""
        return place_words(self.commune, self.county_name, self.region_name)

    @property
    def is_declared_point(self) -> bool:
        """Whether a point and a declared area stand for its perimeter, which nobody has drawn."""
        recorded = self.sheet["perimeter"]
        return bool(recorded) and recorded["source"] == PerimeterSource.POINT

    @property
    def figures_source(self) -> str:
        """Whose figures these are: the holder's when nothing else is said; nothing without a figure."""
        return (self.sheet["figures_source"] or _("le porteur de projet")) if self.sheet["figures"] else ""

    @property
    def stage_phases(self) -> list[str]:
        """The phases to which the stage held was given; none when it is that of the whole operation."""
        return self.stages[-1]["phases"] if self.stages else []


class DirectoryCounty(models.Model):
    """The operations of a county in one piece: its part of the map file, and what the filters count."""

    code = models.CharField(max_length=3, primary_key=True)
    stamp = models.UUIDField(default=uuid.uuid4, help_text="another one at each change of a public fact")
    points = models.TextField(blank=True, help_text="its part of the map file")
    traits = models.JSONField(default=list, help_text="the traits of its operations, in the order of the points")

    class Meta:
        ordering = ["code"]
        verbose_name_plural = "directory counties"

    def __str__(self) -> str:
        return self.code
