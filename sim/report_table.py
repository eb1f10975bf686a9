"""The content of a report, before it is written."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Table:
    """Lines of a report, the headings first, and the charset it is written in."""

    lines: list
    charset: str = "utf-8"


def line(cells):
    """Write a line; there is no way to write a tab or a line's end in a cell."""
    return "\t".join(" ".join(str(cell).split("\t")) for cell in cells)
