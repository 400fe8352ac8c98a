"""Drawings of neighbourhoods that do not exist, in flat colours: what the demonstration shows as photos."""

from __future__ import annotations

import io
from dataclasses import dataclass
from random import Random

from PIL import Image, ImageDraw

WIDTH, HEIGHT = 1200, 800
# Drawn larger, then reduced: edges come out smooth.
DETAIL = 2
Colour = tuple[int, int, int]
WALLS: tuple[Colour, ...] = ((205, 120, 86), (232, 214, 178), (150, 166, 178), (240, 236, 226), (178, 96, 76))
WINDOW: Colour = (74, 96, 112)
LEAVES: tuple[Colour, ...] = ((74, 124, 78), (98, 148, 84), (58, 104, 82))
TRUNK: Colour = (104, 82, 64)


@dataclass(frozen=True)
class Scene:
    """One drawing: its light, its ground, what stands on it.

    Args:
        storeys: least and most of a building.
        is_built: False for a building site, whose last plots are bare.
    """

    sky: Colour
    hills: Colour
    ground: Colour
    storeys: tuple[int, int] = (2, 4)
    trees: int = 6
    is_built: bool = True


SCENES = (
    Scene((196, 224, 238), (150, 182, 150), (168, 192, 130), (3, 5), 7),
    Scene((214, 230, 226), (164, 190, 164), (200, 194, 176), (1, 3), 9),
    Scene((232, 226, 206), (176, 190, 150), (140, 176, 112), (2, 4), 11),
    Scene((242, 206, 172), (150, 142, 160), (104, 146, 172), (2, 3), 0),
    Scene((206, 218, 228), (160, 178, 168), (190, 166, 132), (4, 6), 2, is_built=False),
)
"""In the order of `words.PHOTOS`, which says what each shows."""


def draw(scene: Scene, rng: Random) -> bytes:
    """The drawing of a scene, as JPEG."""
    image = Image.new("RGB", (WIDTH * DETAIL, HEIGHT * DETAIL), scene.sky)
    pen = ImageDraw.Draw(image)
    _land(pen, scene, rng)
    _buildings(pen, scene, rng)
    _trees(pen, scene, rng)
    written = io.BytesIO()
    image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS).save(written, "JPEG", quality=85)
    return written.getvalue()


def _box(pen: ImageDraw.ImageDraw, left: int, top: int, right: int, bottom: int, colour: Colour) -> None:
    pen.rectangle([left * DETAIL, top * DETAIL, right * DETAIL, bottom * DETAIL], fill=colour)


def _round(pen: ImageDraw.ImageDraw, x: int, y: int, radius: int, colour: Colour) -> None:
    pen.ellipse(
        [(x - radius) * DETAIL, (y - radius) * DETAIL, (x + radius) * DETAIL, (y + radius) * DETAIL], fill=colour
    )


def _land(pen: ImageDraw.ImageDraw, scene: Scene, rng: Random) -> None:
    _round(pen, rng.randint(200, 1000), 150, 60, (255, 246, 220))
    for x in range(0, WIDTH + 200, 300):
        _round(pen, x, 760, rng.randint(260, 340), scene.hills)
    _box(pen, 0, 600, WIDTH, HEIGHT, scene.ground)
    path = tuple(min(255, part + 34) for part in scene.ground)
    pen.polygon(
        [(x * DETAIL, y * DETAIL) for x, y in ((520, 600), (680, 600), (960, HEIGHT), (240, HEIGHT))],
        fill=(path[0], path[1], path[2]),
    )


def _buildings(pen: ImageDraw.ImageDraw, scene: Scene, rng: Random) -> None:
    x = 20
    while x < WIDTH - 120:
        width, storeys = rng.choice((120, 150, 190)), rng.randint(*scene.storeys)
        if scene.is_built or x < WIDTH // 2:
            _building(pen, x, width, storeys, rng)
        x += width + rng.randint(6, 46)


def _building(pen: ImageDraw.ImageDraw, left: int, width: int, storeys: int, rng: Random) -> None:
    top, wall = 600 - storeys * 62 - 12, rng.choice(WALLS)
    _box(pen, left, top, left + width, 600, wall)
    roof = (max(0, wall[0] - 60), max(0, wall[1] - 60), max(0, wall[2] - 50))
    if rng.random() < 0.5:
        points = ((left - 8, top), (left + width // 2, top - 46), (left + width + 8, top))
        pen.polygon([(x * DETAIL, y * DETAIL) for x, y in points], fill=roof)
    else:
        _box(pen, left - 4, top - 10, left + width + 4, top, rng.choice(LEAVES))
    for storey in range(storeys):
        for x in range(left + 16, left + width - 26, 36):
            y = top + 14 + storey * 62
            _box(pen, x, y, x + 20, y + 34, WINDOW)


def _trees(pen: ImageDraw.ImageDraw, scene: Scene, rng: Random) -> None:
    for _tree in range(scene.trees):
        x, y, leaves = rng.randint(30, WIDTH - 30), rng.randint(610, 700), rng.choice(LEAVES)
        size = 26 + (y - 600) // 3
        _box(pen, x - 4, y - size, x + 4, y + 16, TRUNK)
        _round(pen, x, y - size - size // 2, size, leaves)
        _round(pen, x - size // 2, y - size, size * 2 // 3, leaves)
