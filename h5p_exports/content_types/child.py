"""A content inside another one."""

from __future__ import annotations

from dataclasses import dataclass

from h5p_exports.content_types.common import Fields, as_fields, read_html
from h5p_exports.content_types.javascript import decode_entities
from h5p_exports.content_types.registry import Content, parse_inside
from h5p_exports.errors import InvalidContent


@dataclass(frozen=True, slots=True)
class Child:
    """One content inside another: its id if it has one, its library as written, its title (plain text).

    `model` is `None` when the library is not read here, or may not stand there.
    """

    sub_content_id: str | None
    library: str
    title: str
    model: Content | None


def read_child(source: Fields, *, level: int, where: str) -> Child:
    """The content of ``{library, params, subContentId, metadata}``, inside a type of this level.

    Raises `InvalidContent` where its params cannot be used; `where` is its path in the params of the whole.
    """
    library = read_html(source, "library")
    identifier = source.get("subContentId")
    try:
        model = parse_inside(library, source.get("params"), level=level)
    except InvalidContent as error:
        raise InvalidContent(error.id, f"{where}.{error.where}") from error
    return Child(
        sub_content_id=identifier if isinstance(identifier, str) else None,
        library=library,
        title=decode_entities(read_html(as_fields(source.get("metadata")), "title")),
        model=model,
    )


def is_content(source: object) -> bool:
    """Whether there is a content at all: an author may leave a place empty."""
    return isinstance(source, dict) and isinstance(source.get("library"), str)
