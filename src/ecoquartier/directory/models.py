"""The public directory."""

from django.db import models


class DirectoryRow(models.Model):
    """What the public may read of one operation (rule 18), and nothing else."""

    operation = models.OneToOneField(
        "operations.Operation", on_delete=models.CASCADE, primary_key=True, related_name="directory_row"
    )
    slug = models.SlugField(max_length=280, unique=True)
    name = models.CharField(max_length=255)
    sort_key = models.CharField(max_length=255, db_index=True)
    commune = models.CharField(max_length=120)
    county = models.CharField(max_length=3, db_index=True)
    county_name = models.CharField(max_length=60)
    region = models.CharField(max_length=3, db_index=True)
    region_name = models.CharField(max_length=60)
    stage = models.PositiveSmallIntegerField(null=True, blank=True, db_index=True)
    stage_name = models.CharField(max_length=80, blank=True)
    year = models.PositiveSmallIntegerField(null=True, blank=True, db_index=True)
    description = models.TextField(blank=True)
    types = models.JSONField(default=list)
    area_ha = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True)
    dwellings = models.PositiveIntegerField(null=True, blank=True)
    social_dwellings = models.PositiveIntegerField(null=True, blank=True)
    stages = models.JSONField(default=list, help_text="published stages: rank, name, scheme, year")
    charter_year = models.PositiveSmallIntegerField(null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["sort_key", "slug"]

    def __str__(self) -> str:
        return self.name
