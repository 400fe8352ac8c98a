"""The mark of the label: the blocks of a neighbourhood, filled one by one, stage after stage."""

from math import ceil

_GREENS = ("#c4dcb8", "#7fb98b", "#34875a", "#0f4a2c")
_EMPTY = "#b9c1b8"
_BLOCK, _STEP, _LINE = 9, 11, 0.6


def mark_svg(rank: int, count: int) -> str:
    """Draw the mark of stage `rank` among `count`: four blocks turn clockwise, other numbers stand in rows."""
    places = _places(count)
    width, height = (max(place[axis] for place in places) * _STEP + _BLOCK for axis in (0, 1))
    colour = _colour(rank, count)
    blocks = "".join(_block(*place, colour if index < rank else None) for index, place in enumerate(places))
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">{blocks}</svg>'


def mark_words(rank: int, count: int) -> str:
    """Say what the mark shows, for those who do not see it."""
    filled = "un rempli" if rank == 1 else f"{rank} remplis"
    return f"{count} blocs dont {filled}."


def _places(count: int) -> list[tuple[int, int]]:
    if count == 4:
        return [(0, 0), (1, 0), (1, 1), (0, 1)]
    columns = count if count <= 3 else ceil(count / 2)
    return [(index % columns, index // columns) for index in range(count)]


def _colour(rank: int, count: int) -> str:
    """Spread the four greens over any number of stages: the first is always the lightest, the last the darkest."""
    return _GREENS[-1] if count < 2 else _GREENS[round((rank - 1) * (len(_GREENS) - 1) / (count - 1))]


def _block(column: int, row: int, colour: str | None) -> str:
    # The line of an empty block stays inside it, so that empty and filled have the same edges.
    inset = 0 if colour else _LINE / 2
    x, y, side = column * _STEP + inset, row * _STEP + inset, _BLOCK - 2 * inset
    paint = f'fill="{colour}"' if colour else f'fill="none" stroke="{_EMPTY}" stroke-width="{_LINE}"'
    return f'<rect x="{x:g}" y="{y:g}" width="{side:g}" height="{side:g}" rx="2.5" {paint}/>'
