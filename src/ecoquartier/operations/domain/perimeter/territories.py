"""The parts of France, each with its box and its projections. No library: the forms read it too."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Territory:
    """A part of France.

    Args:
        counties: codes of its départements or collectivities; empty for the mainland, which has all the others.
        box: west, south, east, north, in degrees.
        projections: EPSG codes used there, the one in which areas are measured first.
    """

    name: str
    counties: tuple[str, ...]
    box: tuple[float, float, float, float]
    projections: tuple[int, ...]

    @property
    def measure(self) -> int:
        """EPSG code of the projection in which areas are measured."""
        return self.projections[0]

    def has(self, place: tuple[float, float]) -> bool:
        """Whether a (longitude, latitude) is in its box."""
        west, south, east, north = self.box
        return west <= place[0] <= east and south <= place[1] <= north


MAINLAND = Territory("la France hexagonale et la Corse", (), (-5.6, 41.2, 9.8, 51.3), (2154, *range(3942, 3951), 27572))
TERRITORIES = (
    MAINLAND,
    Territory("la Guadeloupe", ("971",), (-61.95, 15.75, -60.95, 16.6), (5490, 32620)),
    Territory("la Martinique", ("972",), (-61.3, 14.3, -60.75, 14.95), (5490, 32620)),
    Territory("la Guyane", ("973",), (-54.7, 2.0, -51.5, 5.95), (2972, 32622, 32621)),
    Territory("La Réunion", ("974",), (55.15, -21.45, 55.9, -20.8), (2975, 32740)),
    Territory("Saint-Pierre-et-Miquelon", ("975",), (-56.6, 46.7, -56.05, 47.2), (4467, 32621)),
    Territory("Mayotte", ("976",), (44.9, -13.1, 45.4, -12.5), (4471, 32738)),
    Territory("Saint-Barthélemy", ("977",), (-62.97, 17.83, -62.75, 18.0), (5490, 32620)),
    Territory("Saint-Martin", ("978",), (-63.2, 18.0, -62.95, 18.15), (5490, 32620)),
    Territory("Wallis-et-Futuna", ("986",), (-178.3, -14.5, -176.0, -13.1), (32701,)),
    Territory("la Polynésie française", ("987",), (-155.0, -28.5, -134.0, -7.5), (3297, 32706)),
    Territory("la Nouvelle-Calédonie", ("988",), (163.0, -23.2, 168.4, -19.3), (3163, 32758)),
)
PROJECTION_NAMES = {
    4326: "WGS84, longitude et latitude",
    2154: "RGF93, Lambert-93",
    **{3900 + zone: f"RGF93, conique conforme zone {zone} (CC{zone})" for zone in range(42, 51)},
    27572: "NTF, Lambert II étendu",
    5490: "RGAF09, UTM 20 Nord",
    2972: "RGFG95, UTM 22 Nord",
    2975: "RGR92, UTM 40 Sud",
    4467: "RGSPM06, UTM 21 Nord",
    4471: "RGM04, UTM 38 Sud",
    3297: "RGPF, UTM 6 Sud",
    3163: "RGNC91-93, Lambert Nouvelle-Calédonie",
    **{32600 + zone: f"WGS84, UTM {zone} Nord" for zone in (20, 21, 22)},
    **{32700 + zone: f"WGS84, UTM {zone} Sud" for zone in (1, 6, 38, 40, 58)},
}
"""EPSG code → its name, for those that a person may choose."""


def territory_of(county: str) -> Territory:
    """The part of France of a county, by its code."""
    return next((territory for territory in TERRITORIES if county in territory.counties), MAINLAND)


def projections_in(territory: Territory) -> list[tuple[int, str]]:
    """(EPSG code, name) of the projections that a file of this territory may have."""
    return [(code, PROJECTION_NAMES[code]) for code in (4326, *territory.projections)]


def projection_name(code: str) -> str:
    """The name of « EPSG:2154 » in words; the code itself when we have none."""
    number = code.removeprefix("EPSG:")
    name = PROJECTION_NAMES.get(int(number)) if number.isdigit() else None
    return f"{name} ({code})" if name else code
