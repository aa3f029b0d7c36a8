"""The parts of an xAPI response, and the answers to the parts of a compound content."""

from __future__ import annotations

from collections.abc import Container, Sequence

from h5p_exports.errors import InvalidResponse

SEPARATOR = "[,]"
"""Between the parts of an xAPI response."""

Answers = dict[str, object]
"""What is known of one part: `response` and, where the type has them, `state` and `children`."""


def read_indexes(response: str, count: int) -> tuple[int, ...]:
    """The indexes, all different and below `count`, of a response such as ``0[,]2``; empty for an empty response.

    Raises `InvalidResponse` for anything else.
    """
    if not response:
        return ()
    known = {str(index): index for index in range(count)}
    indexes = tuple(known.get(part, -1) for part in response.split(SEPARATOR))
    if -1 in indexes or len(set(indexes)) != len(indexes):
        raise InvalidResponse("response")
    return indexes


def match_children(
    identifiers: Sequence[str | None], given: object, *, ordered: bool = True, ignored: Container[object] = ()
) -> dict[int, Answers]:
    """Which part each of the given answers belongs to: its index, in the order of `identifiers`.

    An answer is matched by its `subContentId`, else by its position where parts are `ordered`. Copies of a part keep
    its id: they go in order. Answers to the `ignored` ids are passed over.
    Raises `InvalidResponse` for an answer to no part, or to one that is answered already.
    """
    items = [] if given is None else given
    if not isinstance(items, list):
        raise InvalidResponse("children")
    by_id: dict[str, list[int]] = {}
    for index, identifier in enumerate(identifiers):
        if identifier is not None:
            by_id.setdefault(identifier, []).append(index)
    answers: dict[int, Answers] = {}
    for position, item in enumerate(items):
        where = f"children[{position}]"
        if not isinstance(item, dict):
            raise InvalidResponse(where)
        identifier = item.get("subContentId")
        if isinstance(identifier, str):
            if identifier in ignored:
                continue
            left = by_id.get(identifier)
            match = left.pop(0) if left else -1
        else:
            match = position if ordered and position < len(identifiers) else -1
        if match == -1 or match in answers:
            raise InvalidResponse(where)
        answers[match] = item
    return answers


def read_response(answers: Answers) -> str:
    """The response of a part, empty where there is none. Raises `InvalidResponse` for anything but a text."""
    response = answers.get("response")
    if response is None:
        return ""
    if not isinstance(response, str):
        raise InvalidResponse("response")
    return response
