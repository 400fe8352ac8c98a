"""Acts on the register of territories: loading the committed lists."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from django.db import connection, models, transaction

from ecoquartier.territories.domain import (
    DATA_DIR,
    Inhabited,
    Place,
    county_of,
    name_key,
    places,
    rare_words,
    read_list,
    search_keys,
    typographic,
)
from ecoquartier.territories.enums import CommuneKind
from ecoquartier.territories.models import Commune, County, Region

Progress = Callable[[str], None]


@transaction.atomic
def load_territories(progress: Progress | None = None, *, folder: Path = DATA_DIR) -> dict[str, int]:
    """Bring regions, counties and communes to the state of the committed lists; run it as often as wanted.

    Rows are added or corrected, never deleted: a commune that disappears from the official list comes back in it as
    a former code with its successor. Returns how many rows of each kind the lists hold, and under "written" how
    many were added or changed.

    Args:
        progress: called with a French sentence after each list.
        folder: where the lists are.
    """
    regions = [{"code": row["code"], "name": typographic(row["name"])} for row in read_list("regions", folder)]
    counties = [
        {
            "code": row["code"],
            "name": typographic(row["name"]),
            "region_id": row["region"],
            "timezone": row["timezone"],
        }
        for row in read_list("counties", folder)
    ]
    epcis = {row["siren"]: typographic(row["name"]) for row in read_list("epci", folder)}
    today = list(read_list("communes", folder))
    placed = _places(today, folder)
    communes = [_commune(row, epcis, placed.get(row["insee"])) for row in today]
    # A former code may have left its county since (39012 is now in 25): its row stands in today's.
    by_insee = {row["insee"]: row for row in communes}
    former = [_former(row, by_insee.get(row["successor"], {})) for row in read_list("former", folder)]
    counts = {"regions": len(regions), "counties": len(counties), "communes": len(communes), "former": len(former)}
    counts["written"] = 0
    for title, model, rows in (
        ("Régions", Region, regions),
        ("Départements", County, counties),
        ("Communes", Commune, communes),
        ("Anciennes communes et arrondissements", Commune, former),
    ):
        counts["written"] += _upsert(model, rows)
        if progress:
            progress(f"{title}\u00a0: {len(rows)}")
    if counts["written"]:
        # Searches made right after would otherwise read a table that the planner believes empty.
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(Commune._meta.db_table)}")
    return counts


def _places(communes: list[dict[str, str]], folder: Path) -> dict[str, Place]:
    """Where each commune of today is."""
    points = {row["insee"]: (float(row["latitude"]), float(row["longitude"])) for row in read_list("points", folder)}
    inhabited = (Inhabited(row["insee"], row["county"], row["epci"], int(row["population"] or 0)) for row in communes)
    return places(inhabited, points)


def _placed(place: Place | None) -> dict[str, Any]:
    """The columns made from a place."""
    return {
        "latitude": place and place.latitude,
        "longitude": place and place.longitude,
        "is_place_approximate": bool(place and place.is_approximate),
    }


def _commune(row: dict[str, str], epcis: dict[str, str], place: Place | None) -> dict[str, Any]:
    """The columns of a commune of today."""
    former_names = [name for name in row["former_names"].split("|") if name]
    return {
        **_named(row["insee"], row["name"], former_names),
        "county_id": row["county"],
        "population": int(row["population"]) if row["population"] else None,
        "weight": int(row["population"] or 0),
        "postal_codes": row["postal_codes"].split(),
        "epci_siren": row["epci"] or None,
        "epci_name": epcis.get(row["epci"], ""),
        "kind": CommuneKind.COMMUNE.value,
        "successor_id": None,
        "merged_on": None,
        **_placed(place),
    }


def _former(row: dict[str, str], successor: dict[str, Any]) -> dict[str, Any]:
    """The columns of a code that leads to a commune of today, whose columns are given when it is in the list."""
    return {
        **_named(row["insee"], row["name"], []),
        "county_id": successor.get("county_id") or county_of(row["insee"]),
        "population": None,
        "weight": successor.get("weight", 0),
        "postal_codes": [],
        "epci_siren": None,
        "epci_name": "",
        "kind": row["kind"],
        "successor_id": row["successor"],
        "merged_on": row["merged_on"] or None,
        **_placed(None),
    }


def _named(insee: str, name: str, former_names: list[str]) -> dict[str, Any]:
    """The columns made from the names."""
    return {
        "insee": insee,
        "name": typographic(name),
        "sort_key": name_key(name),
        "rare_key": rare_words(name_key(name)),
        "search_key": " | ".join(search_keys((name, *former_names))),
        "former_names": [typographic(each) for each in former_names],
    }


def _upsert(model: type[models.Model], rows: Iterable[dict[str, Any]]) -> int:
    """Copy the rows to a temporary table, then add or correct those that differ; return how many.

    COPY takes a second for forty thousand rows where `bulk_create` takes ten.
    """
    rows = list(rows)
    if not rows:
        return 0
    quote = connection.ops.quote_name
    table, names = model._meta.db_table, list(rows[0])
    key = quote(str(model._meta.pk.column))
    columns = ", ".join(quote(name) for name in names)
    others = [quote(name) for name in names if quote(name) != key]
    source = quote(f"{table}_source")
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE {source} (LIKE {quote(table)} INCLUDING DEFAULTS) ON COMMIT DROP")
        with cursor.copy(f"COPY {source} ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row([row[name] for name in names])
        cursor.execute(
            f"INSERT INTO {quote(table)} AS known ({columns}) SELECT {columns} FROM {source} "  # noqa: S608 -- names of our columns
            f"ON CONFLICT ({key}) DO UPDATE SET {', '.join(f'{name} = EXCLUDED.{name}' for name in others)} "
            f"WHERE ({', '.join(f'known.{name}' for name in others)}) "
            f"IS DISTINCT FROM ({', '.join(f'EXCLUDED.{name}' for name in others)})"
        )
        written = cursor.rowcount
        cursor.execute(f"DROP TABLE {source}")
    return written
