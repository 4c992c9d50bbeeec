"""Syntax to text: what the parser reads out of the text is the tree again.

`constants` (literals, names) <- `expressions` <- `operators` (sources, operators, statements).
"""

from huntline.kql.printing.operators import print_program
from huntline.kql.printing.texts import Unprintable

__all__ = ["Unprintable", "print_program"]
