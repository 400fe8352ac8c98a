"""Benches: what a page costs beside what it is compared with, measured in one run. `make bench` prints the table.

Times belong to a machine and are only shown; ratios are judged. A new line is an entry of `lines.LINES`.
"""
