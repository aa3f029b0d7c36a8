"""H5P.Column 1.x: contents one under the other, and H5P.Row, contents side by side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from h5p_exports.content_types.child import Child, is_content, read_child
from h5p_exports.content_types.common import Fields, as_fields, read_html, read_params
from h5p_exports.content_types.registry import Content, content_type
from h5p_exports.errors import InvalidContent

_LEVEL = 4
_ROW = "H5P.Row "


@dataclass(frozen=True, slots=True)
class Column(Content):
    """Contents in order; those of a row count one by one, as in the official player."""

    children: tuple[Child, ...]


@content_type("H5P.Column", level=_LEVEL)
def parse(params: object) -> Column:
    """Read the params and those of the contents. Raises `InvalidContent` where the official player fails."""
    fields = read_params(params)
    return Column(
        tuple(read_child(source, level=_LEVEL, where=where) for source, where in _contents(fields, "", rows=True))
    )


def _contents(fields: Fields, where: str, *, rows: bool) -> Iterator[tuple[Fields, str]]:
    items = fields.get("content", [])
    if not isinstance(items, list):
        raise InvalidContent("invalid-content", f"{where}content")
    for index, item in enumerate(items):
        content = as_fields(item).get("content")
        if not isinstance(content, dict) or not is_content(content):
            continue
        path = f"{where}content[{index}].content"
        if rows and read_html(content, "library").startswith(_ROW):
            yield from _row(as_fields(content.get("params")), f"{path}.params.")
        else:
            yield content, path


def _row(fields: Fields, where: str) -> Iterator[tuple[Fields, str]]:
    columns = fields.get("columns", [])
    if not isinstance(columns, list):
        raise InvalidContent("invalid-content", f"{where}columns")
    for index, column in enumerate(columns):
        inner = as_fields(as_fields(column).get("content"))
        yield from _contents(as_fields(inner.get("params")), f"{where}columns[{index}].content.params.", rows=False)
