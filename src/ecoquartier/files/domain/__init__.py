"""What a file is, from its name and its bytes; how it is made harmless. Without Django, but for the sentences."""

LONGEST_SIDE = 2400
PREVIEWS = {1200: 250_000, 800: 40_000, 480: 20_000}
"""Longest sides of the smaller copies of an image, from the largest, and what each should weigh at most."""


class Refused(Exception):
    """A file is refused.

    Args:
        code: one of `refusals.SENTENCES`.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
