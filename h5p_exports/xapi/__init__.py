"""What the official player says of an attempt (`getXAPIData`), read as hostile, and scored anew.

`read_tree` takes the tree that a browser sends, `rescore` what it is worth: the responses in it are scored by
`h5p_exports.scoring`, never the points that it claims, but for the types that only their own JavaScript can score.
"""

from __future__ import annotations

from h5p_exports.xapi.rescoring import MOST_DECLARED, Basis, Part, Rescored, maximum, rescore
from h5p_exports.xapi.tree import Node, read_tree

__all__ = ["MOST_DECLARED", "Basis", "Node", "Part", "Rescored", "maximum", "read_tree", "rescore"]
