"""The data of the bench: a campaign played by the real services, from a seed, in a database made for it."""

from __future__ import annotations

from dataclasses import dataclass
from io import StringIO

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.urls import reverse

from ecoquartier.directory.queries import public_rows
from ecoquartier.dossiers.models import Dossier
from ecoquartier.people.enums import Role
from ecoquartier.people.models import Installation, User
from tests.support.client import StrictClient

YEAR = 2025
SEED = 7


@dataclass(frozen=True)
class Data:
    """Addresses of what was played, and the headers of who asks."""

    sheet: str
    commitment: str
    dossier: str
    lead: dict[str, str]
    bureau: dict[str, str]


def play(dossiers: int) -> Data:
    """Make the tables, load the reference data, play the campaign, and choose what the lines ask."""
    call_command("migrate", verbosity=0)
    Installation.objects.create(is_demo=True)
    call_command("load_reference", stdout=StringIO())
    call_command("collectstatic", interactive=False, verbosity=0)
    call_command("simulate_campaign", year=YEAR, dossiers=dossiers, seed=SEED, stdout=StringIO())
    dossier = Dossier.objects.filter(state="awarded").order_by("operation__name", "pk")[0]
    row = public_rows().filter(pk=dossier.operation_id).get()
    return Data(
        sheet=reverse("public:operation", args=[row.slug]),
        commitment=reverse("public:commitment", args=[dossier.campaign.framework_id, 1]),
        dossier=reverse("dossiers:detail", args=[dossier.pk]),
        lead=_signed_in(dossier.created_by),
        bureau=_signed_in(User.objects.filter(grants__role=Role.BUREAU).order_by("email")[0]),
    )


def grow(operations: int) -> None:
    """Invent that many more operations, and let the database count its rows."""
    call_command("generate_operations", operations, seed=SEED, stdout=StringIO())
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _signed_in(user: User) -> dict[str, str]:
    client = StrictClient()
    client.force_login(user)
    return {"Cookie": f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"}
